//! What a person has set: `console.toml`, and what was chosen while the console runs.
//!
//! ```toml
//! theme = "dark"                     # or { light = "light", dark = "dark" }
//! keymap = "default"
//! language = "it"
//! mouse = true
//! glyphs = "unicode"                 # or "ascii"
//! previews = "auto"                  # pictures in threads: "blocks", "kitty", "iterm", "sixel", "off"
//! notifications = "auto"             # "desktop", "osc", "bell", "off"
//! notification_text = false          # whether they may carry what a customer wrote
//! do_not_disturb = false
//! viewer = "xdg-open"                # opens files of customers
//! player = "mpv --no-video"          # plays voice notes; xdg-open unless it is set
//! default_profile = "work"           # not needed where there is one
//!
//! [profile.work]
//! relay = "wss://desk.example:7420"
//! token_file = "~/.config/guichet/token"
//! account = "anna"
//! ca_file = "ca.pem"
//!
//! [[view]]                           # a view of one's own, in the list of views
//! name = "billing"
//! query = "queue:billing -assignee:me sort:waiting"
//! ```

pub mod file;
pub mod opened;

pub use file::{Account, Profile};
pub use opened::{Choice, Opened, check, folder, open, save, shows_unicode, token_files};

use super::fault::Library;
use super::language::Language;
use super::preview::{CELL, PreviewMode, Size, Way, Wish};
use super::theme::Depth;
use crate::domain::query::SavedView;
use jiff::tz::TimeZone;
use std::path::PathBuf;

/// How notifications are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notifications {
    /// On the desktop if there is one here, else as the terminal can.
    #[default]
    Auto,
    /// On the desktop.
    Desktop,
    /// By an escape sequence of the terminal (OSC 9, 777, 99).
    Osc,
    /// By the bell.
    Bell,
    /// Not at all.
    Off,
}

impl Notifications {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Desktop, Self::Osc, Self::Bell, Self::Off];

    /// Its name in `console.toml`.
    pub fn word(self) -> &'static str {
        ["auto", "desktop", "osc", "bell", "off"][self as usize]
    }
}

/// What the desktop opens files with.
const OPENER: &str = "xdg-open";

/// Settings that hold while the console runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The language of the interface.
    pub language: Language,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether glyphs beyond ASCII are drawn.
    pub unicode: bool,
    /// Whether pictures are shown in threads.
    pub previews: PreviewMode,
    /// How the terminal shows pictures best.
    pub best: Way,
    /// The pixels of a cell of the terminal, across and down, where they are known.
    pub cell: Option<(u16, u16)>,
    /// Whether notifications are made.
    pub notify: bool,
    /// Whether notifications may carry what a customer wrote.
    pub notify_text: bool,
    /// The program that opens files; may carry options.
    pub viewer: String,
    /// The program that plays sound; may carry options.
    pub player: String,
    /// How they are made.
    pub notifications: Notifications,
    /// The person's time zone.
    pub zone: TimeZone,
    /// How many colours the terminal has.
    pub depth: Depth,
    /// The person's own themes and keymaps.
    pub library: Library,
    /// Where the person's `console.toml` lies, or would lie; nothing where nothing can be saved.
    pub file: Option<PathBuf>,
    /// The person's own saved views.
    pub views: Vec<SavedView>,
    /// The command that joins another console to the same relay; the help shows it.
    pub join: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::En,
            mouse: true,
            unicode: true,
            previews: PreviewMode::default(),
            best: Way::default(),
            cell: None,
            notify: true,
            notify_text: false,
            viewer: OPENER.into(),
            player: OPENER.into(),
            notifications: Notifications::Auto,
            zone: TimeZone::UTC,
            depth: Depth::True,
            library: Library::default(),
            file: None,
            views: Vec::new(),
            join: None,
        }
    }
}

impl Settings {
    /// How pictures are shown; nothing where they cannot or shall not: without colours, or without glyphs beyond ASCII.
    pub fn way(&self) -> Option<Way> {
        let way = match Way::wished(self.previews, self.best)? {
            // A sixel is as large as its pixels: without a cell's nobody knows where it ends.
            Way::Sixel if self.cell.is_none() => Way::Blocks,
            way => way,
        };
        (self.unicode && self.depth != Depth::None).then_some(way)
    }

    /// How a picture of this size is to look.
    pub fn wish(&self, size: Size) -> Option<Wish> {
        let way = self.way()?;
        let cell = self.cell.filter(|_| way == Way::Sixel).unwrap_or(CELL);
        Some(Wish { size, depth: self.depth, way, cell })
    }
}

/// What was changed while the console ran and can be kept for the next start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Whether pictures are shown in threads.
    pub previews: PreviewMode,
    /// The theme's name.
    pub theme: String,
    /// The keymap's name.
    pub keymap: String,
    /// The language.
    pub language: Language,
    /// Whether the mouse is used.
    pub mouse: bool,
}
