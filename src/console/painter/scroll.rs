//! Rows that only moved.

use super::glyph::erased;
use super::pen::index;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

/// Rows are compared in pieces of so many columns, so that a pane that stands still does not hide one that moved.
const PIECE: usize = 8;

/// What scrolling must promise to be tried, in glyphs that need not be written.
const WORTH: i32 = 48;

/// A range of rows that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    /// The first row of the range.
    pub(super) top: u16,
    /// Its last row.
    pub(super) bottom: u16,
    /// By how many rows it moves up; down if negative.
    pub(super) up: i32,
}

impl Scroll {
    /// Moves the rows of a picture.
    pub(super) fn apply(self, buffer: &mut Buffer) {
        let columns = usize::from(buffer.area.width);
        let range = usize::from(self.top) * columns..(usize::from(self.bottom) + 1) * columns;
        let cells = &mut buffer.content[range];
        let by = self.up.unsigned_abs() as usize * columns;
        let gone = if self.up > 0 {
            cells.rotate_left(by);
            cells.len() - by..cells.len()
        } else {
            cells.rotate_right(by);
            0..by
        };
        cells[gone].iter_mut().for_each(Cell::reset);
    }
}

/// A piece of a row: its hash, and how many glyphs are in it.
#[derive(Clone, Copy)]
struct Piece {
    hash: u64,
    glyphs: i32,
}

/// The move that saves most, if one promises enough.
pub(super) fn find(old: &Buffer, new: &Buffer) -> Option<Scroll> {
    let rows = i32::from(new.area.height);
    let columns = usize::from(new.area.width);
    let a_row = columns.div_ceil(PIECE);
    let (old, new) = (pieces(old), pieces(new));
    let row = |y: i32| y as usize * a_row..(y as usize + 1) * a_row;
    let mut best = (WORTH, None);
    for up in (1 - rows..rows).filter(|up| *up != 0) {
        let first = 0.max(-up);
        let (mut sum, mut from) = (0, first);
        for y in first..rows.min(rows - up) {
            let here = &new[row(y)];
            let moved = &old[row(y + up)];
            let stood = &old[row(y)];
            for ((here, moved), stood) in here.iter().zip(moved).zip(stood) {
                let weight = here.glyphs.max(1);
                sum += weight
                    * (i32::from(here.hash == moved.hash) - i32::from(here.hash == stood.hash));
            }
            if sum <= 0 {
                (sum, from) = (0, y + 1);
            } else if sum > best.0 {
                let (top, bottom) = if up > 0 { (from, y + up) } else { (from + up, y) };
                best = (sum, Some(Scroll { top: top as u16, bottom: bottom as u16, up }));
            }
        }
    }
    best.1
}

fn pieces(buffer: &Buffer) -> Vec<Piece> {
    super::rows(buffer)
        .flat_map(|row| row.chunks(PIECE))
        .map(|cells| Piece {
            hash: cells.iter().fold(0, hash),
            glyphs: cells.iter().filter(|cell| !erased(cell)).count() as i32,
        })
        .collect()
}

fn hash(so_far: u64, cell: &Cell) -> u64 {
    let mix =
        |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let symbol =
        cell.symbol().bytes().fold(0u64, |word, byte| word.rotate_left(8) ^ u64::from(byte));
    let looks = u64::from(number(cell.fg)) << 32 | u64::from(number(cell.bg));
    mix(mix(mix(so_far, symbol), looks), cell.modifier.bits().into())
}

/// Another number for each colour.
fn number(colour: Color) -> u32 {
    match (colour, index(colour)) {
        (Color::Rgb(red, green, blue), _) => 1 << 30 | u32::from_be_bytes([0, red, green, blue]),
        (_, Some(index)) => 1 << 29 | u32::from(index),
        (_, None) => 1 << 31,
    }
}
