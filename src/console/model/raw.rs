//! The raw form of a message, or what it said before it was edited, read row by row.

use crate::console::wrap::wrap;
use std::ops::Range;

/// Columns at most.
pub const WIDE: u16 = 100;

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A message as the platform posted it.
    Raw,
    /// Why a ticket is where it is.
    Why,
    /// How a line goes.
    Line,
    /// What an edited message said, and when; whether its raw form can be read as well.
    Versions(bool),
}

/// Something long to be read.
#[derive(Clone, Debug)]
pub struct Raw {
    /// What it is.
    pub sort: Sort,
    /// JSON laid out, or texts, which a terminal can only show.
    pub text: String,
    /// Rows that are passed over.
    pub top: usize,
}

impl Raw {
    /// Columns and rows for the text on a screen of this size.
    fn room((columns, rows): (u16, u16)) -> (usize, usize) {
        (columns.saturating_sub(4).min(WIDE).into(), rows.saturating_sub(4).max(1).into())
    }

    /// The rows of the text on a screen of this size, as ranges of bytes.
    pub fn rows(&self, screen: (u16, u16)) -> Vec<Range<usize>> {
        wrap(&self.text, Self::room(screen).0)
    }

    /// A page, in rows.
    pub fn page(screen: (u16, u16)) -> usize {
        Self::room(screen).1
    }

    /// How many rows are passed over where the last one stands at the end of the screen.
    pub fn last_top(&self, screen: (u16, u16)) -> usize {
        self.rows(screen).len().saturating_sub(Self::page(screen))
    }
}
