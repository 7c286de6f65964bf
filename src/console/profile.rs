//! What a person has set: `console.toml`, and what was chosen while the console runs.

use super::language::Language;
use jiff::tz::TimeZone;

/// Settings that hold while the console runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The language of the interface.
    pub language: Language,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether glyphs beyond ASCII are drawn.
    pub unicode: bool,
    /// Whether notifications are made.
    pub notify: bool,
    /// Whether notifications may carry what a customer wrote.
    pub notify_text: bool,
    /// The person's time zone.
    pub zone: TimeZone,
    /// The command that joins another console to a demo, for the help.
    pub join: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::En,
            mouse: true,
            unicode: true,
            notify: true,
            notify_text: false,
            zone: TimeZone::UTC,
            join: None,
        }
    }
}
