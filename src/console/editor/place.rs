//! Places in a text: graphemes, words, lines.
//!
//! Work is bound to the line that a place is in, so that a text of ten thousand lines is edited like a short one.

use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The grapheme's border at or before a byte.
pub(super) fn border(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if is_border(text, at) { at } else { before(text, at) }
}

/// The grapheme's border at or after a byte.
pub(super) fn border_after(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    if is_border(text, at) { at } else { after(text, at) }
}

fn is_border(text: &str, at: usize) -> bool {
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// The border before a place.
pub(super) fn before(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// The border after a place.
pub(super) fn after(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

/// Where the word at or before a place begins.
pub(super) fn word_before(text: &str, at: usize) -> usize {
    let start = line_start(text, at);
    if start == at {
        return before(text, at);
    }
    let words = text[start..at].split_word_bound_indices().rev();
    let word = words.into_iter().find(|(_, word)| !word.trim().is_empty());
    // Words and graphemes disagree about some flags.
    word.map_or(start, |(place, _)| border(text, start + place))
}

/// Where the word at or after a place ends.
pub(super) fn word_after(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    if end == at {
        return after(text, at);
    }
    let mut words = text[at..end].split_word_bound_indices();
    let word = words.find(|(_, word)| !word.trim().is_empty());
    word.map_or(end, |(place, word)| border_after(text, at + place + word.len()))
}

/// Where the line of a place begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |place| place + 1)
}

/// Where the line of a place ends, before its line feed.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |place| at + place)
}

/// The line above the one of a place.
pub(super) fn line_above(text: &str, at: usize) -> Option<Range<usize>> {
    let end = line_start(text, at).checked_sub(1)?;
    Some(line_start(text, end)..end)
}

/// The line below the one of a place.
pub(super) fn line_below(text: &str, at: usize) -> Option<Range<usize>> {
    let start = line_end(text, at) + 1;
    (start <= text.len()).then(|| start..line_end(text, start))
}

/// How many graphemes stand before a place in its line.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].graphemes(true).count()
}

/// The place in a line after so many graphemes, or its end.
pub(super) fn at_column(text: &str, line: Range<usize>, column: usize) -> usize {
    let end = line.end;
    let start = line.start;
    text[line].grapheme_indices(true).nth(column).map_or(end, |(place, _)| start + place)
}
