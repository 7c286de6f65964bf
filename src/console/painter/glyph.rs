//! What may stand in a cell, and what terminals disagree about.

use crate::console::canvas::{GRAPHEME_MOST, grapheme_width};
use crate::console::preview::is_place;
use crate::kit::text::is_hostile;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// The modifiers that are ever asked of a terminal.
const KNOWN: Modifier = Modifier::BOLD
    .union(Modifier::DIM)
    .union(Modifier::ITALIC)
    .union(Modifier::UNDERLINED)
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

/// Those that show on a blank.
pub(super) const ON_BLANKS: Modifier =
    Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// Makes a row such that each cell is one printable glyph, the second half of a wide one is empty and looks
/// like the first, and blanks that look alike are equal.
pub(super) fn tidy(row: &mut [Cell]) {
    let mut x = 0;
    while x < row.len() {
        let free = row.get(x + 1).is_some_and(|after| matches!(after.symbol(), "" | " "));
        let cell = &mut row[x];
        cell.modifier = cell.modifier.intersection(KNOWN);
        match cells(cell.symbol()) {
            Some(2) if free => {
                let (fg, bg, modifier) = (cell.fg, cell.bg, cell.modifier);
                let rest = &mut row[x + 1];
                rest.set_symbol("");
                (rest.fg, rest.bg, rest.modifier) = (fg, bg, modifier);
                x += 2;
                continue;
            }
            Some(1) => {}
            Some(0 | 2) => {
                cell.set_symbol(" ");
            }
            _ => {
                cell.set_symbol("\u{fffd}");
            }
        }
        if cell.symbol() == " " && !cell.modifier.intersects(ON_BLANKS) {
            cell.fg = Color::Reset;
            cell.modifier = Modifier::empty();
        }
        x += 1;
    }
}

/// How many cells a symbol takes; nothing if it must not be written.
fn cells(symbol: &str) -> Option<usize> {
    match symbol.as_bytes() {
        [] => return Some(0),
        [b' '..=b'~'] => return Some(1),
        _ => {}
    }
    let printable = symbol.len() <= GRAPHEME_MOST
        && !symbol.chars().any(|c| is_hostile(c) || c.is_control())
        && symbol.graphemes(true).nth(1).is_none();
    match grapheme_width(symbol) {
        cells @ 1..=2 if printable => Some(cells),
        _ => None,
    }
}

/// Whether two tidy cells look the same.
pub(super) fn same(one: &Cell, other: &Cell) -> bool {
    one.fg == other.fg
        && one.bg == other.bg
        && one.modifier == other.modifier
        && one.symbol() == other.symbol()
}

/// Whether a tidy cell is blank and looks as an erased one does.
pub(super) fn erased(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.bg == Color::Reset && cell.modifier.is_empty()
}

/// Whether a symbol is the first half of a wide glyph. Of a tidy cell only.
pub(super) fn wide(symbol: &str) -> bool {
    symbol.len() > 1 && grapheme_width(symbol) == 2
}

/// How many cells a terminal might take for a symbol at most, where terminals disagree about it: emoji, what is
/// joined, what a selector changes. Nothing where they agree.
pub(super) fn doubtful(symbol: &str) -> Option<usize> {
    // Terminals that are given places of pictures agree about them.
    if symbol.len() < 3 || is_place(symbol) {
        return None;
    }
    let mut chars = symbol.chars();
    let single = chars.next().is_some() && chars.next().is_none();
    let each: usize = symbol.chars().map(|c| c.width().unwrap_or(0)).sum();
    let doubtful = symbol.chars().any(|c| c >= '\u{1f000}')
        || !single
            && (each != grapheme_width(symbol)
                || symbol.chars().filter(|c| c.width() > Some(0)).nth(1).is_some()
                || symbol.chars().any(|c| matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}')));
    doubtful.then(|| each.max(2))
}
