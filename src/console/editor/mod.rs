//! A text being written: a cursor, a selection, and the way back.
//!
//! Places are bytes and always stand on the border of a grapheme. Lines are those of the text; how it is wrapped
//! on the screen is the view's.

mod history;
mod place;

use super::action::Action;
use history::History;
use std::borrow::Cow;
use std::ops::Range;

/// A text being written.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    text: String,
    cursor: usize,
    /// Where the selection began; it reaches to the cursor.
    anchor: Option<usize>,
    /// The column that moving up and down tries to keep, in graphemes.
    column: Option<usize>,
    history: History,
    version: u64,
    /// What was cut or copied last.
    clip: String,
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.cursor == other.cursor && self.anchor == other.anchor
    }
}

impl Editor {
    /// A text with the cursor at its end.
    pub fn of(text: impl Into<String>) -> Self {
        let text = unix(&text.into()).into_owned();
        Self { cursor: text.len(), text, ..Self::default() }
    }

    /// What is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte before which the cursor stands.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Grows with every change of the text.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The bytes that are selected.
    pub fn selection(&self) -> Option<Range<usize>> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.cursor)?;
        Some(anchor.min(self.cursor)..anchor.max(self.cursor))
    }

    /// What is selected.
    pub fn selected(&self) -> Option<&str> {
        self.selection().map(|range| &self.text[range])
    }

    /// What was copied or cut last.
    pub fn clip(&self) -> &str {
        &self.clip
    }

    /// Types at the cursor, instead of what is selected. Several characters at once are one step back.
    pub fn insert(&mut self, typed: &str) {
        let range = self.selection().unwrap_or(self.cursor..self.cursor);
        self.replace(range, &unix(typed));
    }

    /// Puts another text in place of the whole; it can be undone.
    pub fn set(&mut self, text: &str) {
        self.replace(0..self.text.len(), &unix(text));
    }

    /// Throws everything away, also the way back, but not what was copied.
    pub fn clear(&mut self) {
        let version = self.version + 1;
        *self = Self { clip: std::mem::take(&mut self.clip), version, ..Self::default() };
    }

    /// Puts the cursor before a byte, or before the grapheme that holds it.
    pub fn point(&mut self, at: usize) {
        self.go(place::border(&self.text, at), false);
    }

    /// Selects these bytes, as far as they stand on borders of graphemes.
    pub fn select(&mut self, range: Range<usize>) {
        self.go(place::border(&self.text, range.end), false);
        self.anchor = Some(place::border(&self.text, range.start));
    }

    /// Does what moves or changes text; says whether it was one of these.
    pub fn perform(&mut self, action: Action) -> bool {
        let (text, at) = (&self.text, self.cursor);
        match action {
            Action::CharLeft => self.step(place::before(text, at), false),
            Action::CharRight => self.step(place::after(text, at), true),
            Action::WordLeft => self.go(place::word_before(text, at), false),
            Action::WordRight => self.go(place::word_after(text, at), false),
            Action::LineStart => self.go(place::line_start(text, at), false),
            Action::LineEnd => self.go(place::line_end(text, at), false),
            Action::TextStart => self.go(0, false),
            Action::TextEnd => self.go(text.len(), false),
            Action::LineUp => self.vertical(place::line_above, false),
            Action::LineDown => self.vertical(place::line_below, false),
            Action::SelectLeft => self.go(place::before(text, at), true),
            Action::SelectRight => self.go(place::after(text, at), true),
            Action::SelectUp => self.vertical(place::line_above, true),
            Action::SelectDown => self.vertical(place::line_below, true),
            Action::SelectAll => {
                self.anchor = Some(0);
                self.cursor = self.text.len();
            }
            Action::CopyText => self.copy(),
            Action::CutText => {
                self.copy();
                if self.selection().is_some() {
                    self.insert("");
                }
            }
            Action::DeleteBack => self.delete(place::before(text, at)..at),
            Action::DeleteForward => self.delete(at..place::after(text, at)),
            Action::DeleteWord => self.delete(place::word_before(text, at)..at),
            Action::DeleteToEnd => {
                let end = place::line_end(text, at);
                let end = if end == at { place::after(text, at) } else { end };
                self.delete(at..end);
            }
            Action::DeleteToStart => self.delete(place::line_start(text, at)..at),
            Action::Newline => self.insert("\n"),
            Action::UndoEdit => self.back(),
            Action::RedoEdit => self.forth(),
            _ => return false,
        }
        true
    }

    fn go(&mut self, to: usize, select: bool) {
        self.anchor = if select { Some(self.anchor.unwrap_or(self.cursor)) } else { None };
        self.cursor = to;
        self.column = None;
        self.history.pause();
    }

    /// One grapheme: with a selection to its end instead.
    fn step(&mut self, to: usize, right: bool) {
        let to = match self.selection() {
            Some(range) if right => range.end,
            Some(range) => range.start,
            None => to,
        };
        self.go(to, false);
    }

    fn vertical(&mut self, line: fn(&str, usize) -> Option<Range<usize>>, select: bool) {
        let column = self.column.unwrap_or_else(|| place::column(&self.text, self.cursor));
        if let Some(line) = line(&self.text, self.cursor) {
            let to = place::at_column(&self.text, line, column);
            self.go(to, select);
            self.column = Some(column);
        }
    }

    fn copy(&mut self) {
        if let Some(selected) = self.selected() {
            self.clip = selected.to_owned();
        }
    }

    fn delete(&mut self, range: Range<usize>) {
        let range = self.selection().unwrap_or(range);
        if !range.is_empty() {
            self.replace(range, "");
        }
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        self.version += 1;
        self.history.changed(range.start, &self.text[range.clone()], with, self.cursor);
        self.text.replace_range(range.clone(), with);
        // What was typed may have joined a grapheme with its neighbours.
        self.cursor = place::border_after(&self.text, range.start + with.len());
        self.anchor = None;
        self.column = None;
    }

    fn back(&mut self) {
        if let Some(cursor) = self.history.back(&mut self.text) {
            self.version += 1;
            (self.cursor, self.anchor, self.column) = (cursor, None, None);
        }
    }

    fn forth(&mut self) {
        if let Some(cursor) = self.history.forth(&mut self.text) {
            let cursor = place::border_after(&self.text, cursor);
            self.version += 1;
            (self.cursor, self.anchor, self.column) = (cursor, None, None);
        }
    }
}

/// The text with line feeds alone at the ends of its lines.
fn unix(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests;
