//! Which part of a thread is loaded: it slides along with the reader, and is asked for before he comes to its
//! edge.

use super::Thread;
use super::scroll::Place;
use crate::wire::Watch;

/// Entries that are asked for when a thread is opened.
const FIRST: usize = 200;

/// Entries that are asked for while somebody reads back and forth; the relay gives at most 500.
const ROWS: usize = 400;

/// Where fewer entries are loaded beyond the screen, more are asked for.
const MARGIN: usize = 100;

/// A part of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The key of the entry that it lies round; nothing for the end.
    pub anchor: Option<String>,
    /// Entries before the anchor.
    pub before: usize,
    /// Entries in all.
    pub rows: usize,
}

impl Range {
    /// The end of a thread.
    pub fn tail() -> Self {
        Self { anchor: None, before: 0, rows: FIRST }
    }

    /// Round an entry.
    pub fn round(key: &str) -> Self {
        Self { anchor: Some(key.to_owned()), before: ROWS / 2, rows: ROWS }
    }

    fn before(key: &str) -> Self {
        Self { anchor: Some(key.to_owned()), before: ROWS - 1, rows: ROWS }
    }
}

/// Where somebody wants to be who is not there yet, since it is not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// At an entry.
    Entry(String),
    /// At the beginning.
    Top,
}

impl Thread {
    /// What is to be watched.
    pub fn watch(&self) -> Watch {
        Watch::Thread {
            ticket: self.number,
            all: self.whole,
            until: None,
            anchor: self.range.anchor.clone(),
            before: self.range.before,
            rows: self.range.rows,
        }
    }

    /// Another range, where one is needed now: it is taken for asked for.
    pub fn slide(&mut self) -> Option<Watch> {
        if self.waiting || self.lines.is_empty() {
            return None;
        }
        let wanted = self.wanted()?;
        if wanted == self.range {
            return None;
        }
        self.ask(wanted);
        Some(self.watch())
    }

    fn ask(&mut self, range: Range) {
        self.range = range;
        self.asked_anew();
    }

    fn wanted(&self) -> Option<Range> {
        let keys = self.lines.keys();
        match &self.goal {
            Some(Goal::Top) => return Some(Range::before(keys.first()?)),
            Some(Goal::Entry(key)) => return Some(Range::round(key)),
            None => {}
        }
        if self.place == Place::End {
            return self.about.later.then(Range::tail);
        }
        let first = self.first_row();
        let (top, _) = self.lines.at(first);
        let (last, _) = self.lines.at(first + self.height);
        // A range at the end loses its beginning to what arrives, once it is full.
        let drifts = self.range.anchor.is_none() && self.shown.len() + MARGIN > self.range.rows;
        let short_before = (self.about.earlier || drifts) && top < MARGIN;
        let short_after = self.about.later && keys.len() - 1 - last < MARGIN;
        (short_before || short_after).then(|| Range::round(&keys[top]))
    }

    /// Goes to an entry, also one that is not loaded.
    pub fn go_to(&mut self, key: &str) {
        match self.lines.place(key) {
            Some(_) => self.show_at_top(key),
            None => self.goal = Some(Goal::Entry(key.to_owned())),
        }
    }

    /// Goes to the beginning.
    pub fn go_top(&mut self) {
        self.cursor = self.lines.keys().first().cloned();
        self.set_first(0);
        self.goal = self.about.earlier.then_some(Goal::Top);
    }

    /// Goes to the end, follows it, and selects the last entry.
    pub fn go_bottom(&mut self) {
        self.follow();
        self.cursor = self.lines.keys().last().cloned();
    }

    /// Goes to the end and follows it; nothing is selected.
    pub fn follow(&mut self) {
        self.goal = None;
        self.place = Place::End;
        self.cursor = None;
    }

    /// Shows the whole conversation, or the ticket alone; the place is kept where it is in both.
    pub fn turn(&mut self) -> Watch {
        self.whole = !self.whole;
        self.goal = None;
        let (top, _) = self.lines.at(self.first_row());
        let range = match (&self.place, self.lines.keys().get(top)) {
            (Place::At { .. }, Some(key)) => Range::round(key),
            _ => Range::tail(),
        };
        self.ask(range);
        self.watch()
    }

    /// After something was loaded: is he where he wants to be?
    pub(super) fn reach(&mut self) {
        match self.goal.clone() {
            Some(Goal::Entry(key)) if self.lines.place(&key).is_some() => {
                self.goal = None;
                self.show_at_top(&key);
            }
            // It was asked for and is not there.
            Some(Goal::Entry(key)) if !self.waiting && self.range.anchor.as_ref() == Some(&key) => {
                self.goal = None;
            }
            Some(Goal::Top) => {
                self.cursor = self.lines.keys().first().cloned();
                self.set_first(0);
                if self.about.earlier {
                    self.goal = Some(Goal::Top);
                }
            }
            _ => {}
        }
    }
}
