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
    count: u64,
    /// So many have been shown, and never are again.
    over: u64,
}

impl Told {
    /// Tells something.
    pub fn tell(&mut self, now: Timestamp, gravity: Gravity, text: impl Into<String>) {
        self.lines.push_back(Line { at: now, gravity, text: text.into() });
        self.count += 1;
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }

    /// How many lines were told since the start.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first `count` lines have been seen: they are not shown any more.
    pub fn seen(&mut self, count: u64) {
        self.over = self.over.max(count);
    }

    /// Ends the showing of what was shown long enough.
    pub fn lapse(&mut self, now: Timestamp) {
        if self.current(now).is_none() {
            self.over = self.count;
        }
    }

    /// What is to be shown now.
    pub fn current(&self, now: Timestamp) -> Option<&Line> {
        let latest = self.lines.back().filter(|_| self.over < self.count);
        latest.filter(|line| now.0 - line.at.0 < SHOWN_MS)
    }

    /// Everything that is kept, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.lines.iter()
    }
}
