//! What was told to the person.

use crate::kit::Timestamp;
use std::collections::VecDeque;

/// How grave something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// It went well.
    Good,
    /// Something to know.
    Plain,
    /// Something to look at.
    Warning,
    /// It went wrong.
    Error,
}

/// Something that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, in real time.
    pub at: Timestamp,
    /// How grave.
    pub gravity: Gravity,
    /// One line.
    pub text: String,
}

/// How long a line is shown, in real milliseconds.
pub const SHOWN_MS: i64 = 6_000;

const KEPT: usize = 200;

/// What was told: the latest is shown for a while, the rest is kept to be read again.
#[derive(Clone, Debug, Default)]
pub struct Told {
    lines: VecDeque<Line>,
}

impl Told {
    /// Tells something.
    pub fn tell(&mut self, now: Timestamp, gravity: Gravity, text: impl Into<String>) {
        self.lines.push_back(Line { at: now, gravity, text: text.into() });
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }

    /// What is to be shown now.
    pub fn current(&self, now: Timestamp) -> Option<&Line> {
        self.lines.back().filter(|line| now.0 - line.at.0 < SHOWN_MS)
    }

    /// Everything that is kept, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.lines.iter()
    }
}
