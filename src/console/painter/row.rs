//! What changes in one row.

use super::glyph::{doubtful, erased, same, wide};
use super::inlay::{ground, hole};
use super::pen::Pen;
use ratatui::buffer::Cell;

/// A tail of blanks shorter than this is written rather than erased.
const ERASE_FROM: usize = 4;

/// Appends what turns one row into another, both tidy; whether a cell beneath a picture was written.
pub(super) fn change(
    y: u16,
    old: &[Cell],
    new: &[Cell],
    pen: &mut Pen,
    into: &mut Vec<u8>,
) -> bool {
    let mut beneath = false;
    let differs = |x: usize| !same(&old[x], &new[x]);
    let columns = new.len();
    let Some(first) = (0..columns).find(|x| differs(*x)) else { return false };
    let mut last = (first..columns).rev().find(|x| differs(*x)).unwrap_or(first);
    let tail = new.iter().rposition(|cell| !erased(cell)).map_or(0, |x| x + 1);

    // Cells before this one are to be written although they are equal: a glyph of doubtful width may have
    // covered them, or will.
    let mut soiled = 0;
    let mut x = first;
    while x <= last {
        if differs(x) {
            if wide(old[x].symbol()) {
                soiled = soiled.max(x + 2);
            }
            for symbol in [old[x].symbol(), new[x].symbol()] {
                soiled = soiled.max(doubtful(symbol).map_or(0, |cells| x + cells));
            }
            last = last.max(soiled.min(columns).saturating_sub(1));
        } else if x >= soiled {
            x += 1;
            continue;
        }
        if new[x].symbol().is_empty() {
            x += 1;
            continue;
        }
        // Terminals disagree about whether erasing takes a picture away; letters do.
        if x >= tail && last + 1 - x >= ERASE_FROM && !old[x..].iter().any(hole) {
            reach(x, y, new, pen, into);
            pen.plain_ground(into);
            into.extend_from_slice(b"\x1b[K");
            return beneath;
        }
        reach(x, y, new, pen, into);
        beneath |= hole(&new[x]);
        x = write(x, y, new, pen, into);
    }
    beneath
}

/// Goes to a cell, over what lies before it if writing that again is not longer.
fn reach(x: usize, y: u16, new: &[Cell], pen: &mut Pen, into: &mut Vec<u8>) {
    if let Some(from) = pen.in_row(y)
        && usize::from(from) < x
        && x - usize::from(from) <= 6
    {
        let between = &new[from.into()..x];
        let bytes: usize = between.iter().map(|cell| cell.symbol().len()).sum();
        let narrow = |cell: &Cell| !cell.symbol().is_empty() && !wide(cell.symbol()) && !hole(cell);
        if bytes <= pen.cost_along(x as u16)
            && between
                .iter()
                .all(|cell| narrow(cell) && pen.suits(cell) && doubtful(cell.symbol()).is_none())
        {
            between.iter().for_each(|cell| into.extend_from_slice(cell.symbol().as_bytes()));
            pen.advance(between.len() as u16, new.len() as u16);
            return;
        }
    }
    pen.go(x as u16, y, into);
}

/// Writes the glyph at a cell, or a run of the same one up to `last`; returns the cell after it.
fn write(x: usize, y: u16, new: &[Cell], pen: &mut Pen, into: &mut Vec<u8>) -> usize {
    let columns = new.len() as u16;
    let beneath = hole(&new[x]).then(|| ground(&new[x]));
    let cell = beneath.as_ref().unwrap_or(&new[x]);
    let symbol = cell.symbol();
    pen.ink(cell, into);
    if let Some(most) = doubtful(symbol) {
        let cells = if wide(symbol) { 2 } else { 1 };
        // A terminal that takes it for narrower would leave what stood there before.
        into.extend_from_slice(&b"  "[..cells]);
        pen.advance(cells as u16, columns);
        pen.go(x as u16, y, into);
        if x + most <= new.len() {
            into.extend_from_slice(symbol.as_bytes());
        } else {
            // One that takes it for wider would go on in the next row.
            into.extend_from_slice("\u{fffd}".as_bytes());
        }
        pen.lose();
        return x + cells;
    }
    into.extend_from_slice(symbol.as_bytes());
    if wide(symbol) {
        pen.advance(2, columns);
        return x + 2;
    }
    pen.advance(1, columns);
    x + 1
}
