//! Drives a console without a terminal: for tests, also those outside the crate.
//!
//! ```
//! # use guichet::console::rig::Rig;
//! let mut rig = Rig::new(80, 24);
//! rig.keys("j j enter").pass(1_000);
//! println!("{}", rig.screen());
//! ```

use super::context::Invocation;
use super::effect::Effect;
use super::key::{Code, Key};
use super::keymap::Keymap;
use super::model::Model;
use super::msg::{Link, Msg};
use super::painter::Painter;
use super::profile::Settings;
use super::theme::Theme;
use super::update::{self, update};
use super::view::view;
use crate::kit::Timestamp;
use crate::wire::RelayFrame;
use ratatui::buffer::Buffer;
use ratatui::style::Style;

/// When a rig's console is started: 2026-03-02 09:00 UTC, a Monday.
pub const START: Timestamp = Timestamp::from_secs(1_772_442_000);

/// A console without a terminal.
#[derive(Debug)]
pub struct Rig {
    /// What it knows.
    pub model: Model,
    /// What it shows.
    pub painter: Painter,
    /// Its present instant.
    pub now: Timestamp,
    /// What was to be done outside since it was looked at last.
    pub effects: Vec<Effect>,
    /// The bytes that the last picture took.
    pub bytes: Vec<u8>,
    #[cfg(test)]
    terminal: super::painter::Terminal,
}

impl Rig {
    /// A console of a size, with the default settings and keys, and without colours. Its first picture is drawn.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self::with(columns, rows, Settings::default(), Keymap::default(), Theme::plain())
    }

    /// A console of a size with these looks.
    pub fn with(columns: u16, rows: u16, settings: Settings, keymap: Keymap, theme: Theme) -> Self {
        let mut rig = Self {
            model: Model::new((columns, rows), START, 1, settings, keymap, theme),
            painter: Painter::default(),
            now: START,
            effects: Vec::new(),
            bytes: Vec::new(),
            #[cfg(test)]
            terminal: super::painter::Terminal::new(columns, rows),
        };
        rig.draw();
        rig
    }

    /// Presses keys, named as in a keymap with spaces between: `j j enter`.
    ///
    /// # Panics
    /// There is no such key.
    #[track_caller]
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        let keys = Key::chord(keys).unwrap_or_else(|fault| panic!("{keys:?}: {fault}"));
        keys.into_iter().for_each(|key| {
            self.msg(Msg::Key(key));
        });
        self
    }

    /// Types text, key by key.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let code = if c == '\n' { Code::Enter } else { Code::Char(c) };
            self.msg(Msg::Key(Key::plain(code)));
        }
        self
    }

    /// Asks for an action as the command line does: `snooze 2h`.
    ///
    /// # Panics
    /// There is no such action.
    #[track_caller]
    pub fn ask(&mut self, asked: &str) -> &mut Self {
        let asked: Invocation = asked.parse().unwrap_or_else(|fault| panic!("{fault}"));
        self.model.now = self.now;
        update::perform(&mut self.model, &asked, &mut self.effects);
        self.draw();
        self
    }

    /// Something happens.
    pub fn msg(&mut self, msg: Msg) -> &mut Self {
        if let Msg::Resize(columns, rows) = msg {
            self.resized(columns, rows);
        }
        let effects = update(&mut self.model, msg, self.now);
        if effects.contains(&Effect::Redraw) {
            self.painter.forget();
        }
        self.effects.extend(effects);
        self.draw();
        self
    }

    /// The relay says something.
    pub fn hears(&mut self, frame: RelayFrame) -> &mut Self {
        self.msg(Msg::Link(Link::Heard(Box::new(frame))))
    }

    /// So many milliseconds pass, and what is due is looked at.
    pub fn pass(&mut self, millis: i64) -> &mut Self {
        self.now = self.now.plus_millis(millis);
        self.msg(Msg::Tick)
    }

    /// What was to be done outside since it was asked last.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The text on the screen, a line for each row, without the blanks at their ends.
    pub fn screen(&self) -> String {
        let columns = usize::from(self.model.size.0).max(1);
        let row = |cells: &[ratatui::buffer::Cell]| {
            cells.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned()
        };
        self.cells().content.chunks(columns).map(row).collect::<Vec<_>>().join("\n")
    }

    /// The cells on the screen. The second half of a wide glyph is an empty symbol.
    pub fn cells(&self) -> &Buffer {
        self.painter.shown()
    }

    /// How the first place looks where a text is on the screen.
    ///
    /// # Panics
    /// It is not on the screen.
    #[track_caller]
    pub fn style_of(&self, text: &str) -> Style {
        let columns = usize::from(self.model.size.0).max(1);
        for cells in self.cells().content.chunks(columns) {
            let row: String = cells.iter().map(|cell| cell.symbol()).collect();
            if let Some(at) = row.find(text) {
                let mut passed = 0;
                for cell in cells {
                    if passed == at {
                        return cell.style();
                    }
                    passed += cell.symbol().len();
                }
            }
        }
        panic!("{text:?} is not on the screen:\n{}", self.screen());
    }

    /// Where the cursor stands; nothing while it is hidden.
    pub fn cursor(&self) -> Option<(u16, u16)> {
        self.painter.cursor().map(|place| (place.x, place.y))
    }

    /// Draws what has changed.
    pub fn draw(&mut self) -> &mut Self {
        self.bytes.clear();
        let (columns, rows) = self.model.size;
        let model = &self.model;
        self.painter.paint(columns, rows, |canvas| view(model, canvas), &mut self.bytes);
        #[cfg(test)]
        if columns > 0 && rows > 0 {
            self.terminal.show(&self.bytes, &self.painter);
        }
        self
    }

    fn resized(&mut self, columns: u16, rows: u16) {
        #[cfg(test)]
        self.terminal.resize(columns, rows);
        let _ = (columns, rows, self);
    }
}
