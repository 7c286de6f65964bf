//! Where the terminal writes and how: moves and styles in the fewest bytes.

use super::glyph::ON_BLANKS;
use super::scroll::Scroll;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use std::io::Write;

/// How the terminal writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ink {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Ink = Ink { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// Where the terminal writes and how. Nothing is known of what is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pen {
    place: Option<(u16, u16)>,
    ink: Option<Ink>,
}

/// The shorter of two byte strings, the first if they are as long.
macro_rules! shortest {
    ($best:ident, $($format:tt)*) => {
        let mut other = Short::default();
        let _ = write!(other, $($format)*);
        if other.len < $best.len {
            $best = other;
        }
    };
}

/// A few bytes without an allocation.
#[derive(Clone, Copy, Default)]
struct Short {
    bytes: [u8; 24],
    len: usize,
}

impl Write for Short {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.bytes.len() - self.len);
        self.bytes[self.len..self.len + taken].copy_from_slice(&bytes[..taken]);
        self.len += taken;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Pen {
    pub(super) fn forget(&mut self) {
        self.place = None;
        self.ink = None;
    }

    /// Forgets where it stands: what was written is of doubtful width, or reached the right edge.
    pub(super) fn lose(&mut self) {
        self.place = None;
    }

    /// Says that so many cells of a row of `columns` were written.
    pub(super) fn advance(&mut self, cells: u16, columns: u16) {
        self.place =
            self.place.map(|(x, y)| (x.saturating_add(cells), y)).filter(|(x, _)| *x < columns);
    }

    /// Empties the screen; the terminal then stands at its first cell.
    pub(super) fn clear(&mut self, into: &mut Vec<u8>) {
        into.extend_from_slice(b"\x1b[m\x1b[H\x1b[2J");
        self.ink = Some(PLAIN);
        self.place = Some((0, 0));
    }

    /// Scrolls a range of rows. New rows are blank.
    pub(super) fn scroll(&mut self, scroll: Scroll, rows: u16, into: &mut Vec<u8>) {
        self.plain_ground(into);
        let whole = scroll.top == 0 && scroll.bottom + 1 == rows;
        if !whole {
            let _ = write!(into, "\x1b[{};{}r", scroll.top + 1, scroll.bottom + 1);
        }
        let (by, letter) = (scroll.up.unsigned_abs(), if scroll.up > 0 { 'S' } else { 'T' });
        if by == 1 {
            let _ = write!(into, "\x1b[{letter}");
        } else {
            let _ = write!(into, "\x1b[{by}{letter}");
        }
        if !whole {
            into.extend_from_slice(b"\x1b[r");
        }
        self.place = None;
    }

    /// How many bytes the move from here to a later cell of the same row takes.
    pub(super) fn cost_along(&self, x: u16) -> usize {
        match self.place {
            Some((from, _)) if x == from => 0,
            Some((from, _)) if x == from + 1 => 3,
            Some((from, _)) => 3 + digits(x - from),
            None => usize::MAX,
        }
    }

    /// Whether it stands in a row, and where there.
    pub(super) fn in_row(&self, y: u16) -> Option<u16> {
        self.place.filter(|(_, row)| *row == y).map(|(x, _)| x)
    }

    /// Goes to a cell.
    pub(super) fn go(&mut self, x: u16, y: u16, into: &mut Vec<u8>) {
        if self.place == Some((x, y)) {
            return;
        }
        let mut best = Short::default();
        let _ = match (x, y) {
            (0, 0) => write!(best, "\x1b[H"),
            (0, _) => write!(best, "\x1b[{}H", y + 1),
            (_, 0) => write!(best, "\x1b[;{}H", x + 1),
            _ => write!(best, "\x1b[{};{}H", y + 1, x + 1),
        };
        if let Some((from_x, from_y)) = self.place {
            if from_y == y {
                along(from_x, x, &mut best);
            } else if from_y < y && y - from_y <= 6 {
                let lines = &"\n\n\n\n\n\n"[..usize::from(y - from_y)];
                if from_x == x {
                    shortest!(best, "{lines}");
                } else {
                    let mut across = Short { bytes: [0; 24], len: 24 };
                    along(from_x, x, &mut across);
                    let across = std::str::from_utf8(&across.bytes[..across.len]).unwrap_or("");
                    if !across.is_empty() && across.len() + lines.len() < best.len {
                        shortest!(best, "{lines}{across}");
                    }
                }
            } else if from_x == x {
                match from_y.abs_diff(y) {
                    1 if from_y > y => {
                        shortest!(best, "\x1b[A");
                    }
                    by if from_y > y => {
                        shortest!(best, "\x1b[{by}A");
                    }
                    by => {
                        shortest!(best, "\x1b[{by}B");
                    }
                }
            }
        }
        into.extend_from_slice(&best.bytes[..best.len]);
        self.place = Some((x, y));
    }

    /// Whether a cell would look right if its symbol were written now.
    pub(super) fn suits(&self, cell: &Cell) -> bool {
        self.ink.is_some_and(|ink| {
            if cell.symbol() == " " && !cell.modifier.intersects(ON_BLANKS) {
                ink.bg == cell.bg && !ink.modifier.intersects(ON_BLANKS)
            } else {
                ink == Ink { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
            }
        })
    }

    /// Takes the ink of a cell.
    pub(super) fn ink(&mut self, cell: &Cell, into: &mut Vec<u8>) {
        if !self.suits(cell) {
            self.change(Ink { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }, into);
        }
    }

    /// Takes an ink with which erasing leaves blanks of the terminal's own ground.
    pub(super) fn plain_ground(&mut self, into: &mut Vec<u8>) {
        match self.ink {
            Some(ink) if ink.bg == Color::Reset && !ink.modifier.intersects(ON_BLANKS) => {}
            _ => self.change(PLAIN, into),
        }
    }

    fn change(&mut self, to: Ink, into: &mut Vec<u8>) {
        let mut anew = Vec::with_capacity(24);
        if to != PLAIN {
            anew.push(0);
        }
        differences(PLAIN, to, &mut anew);
        let mut codes = anew;
        if let Some(from) = self.ink {
            let mut delta = Vec::with_capacity(24);
            differences(from, to, &mut delta);
            if length(&delta) < length(&codes) {
                codes = delta;
            }
        }
        into.extend_from_slice(b"\x1b[");
        for (at, code) in codes.iter().enumerate() {
            let _ = write!(into, "{}{code}", if at == 0 { "" } else { ";" });
        }
        into.push(b'm');
        self.ink = Some(to);
    }
}

/// The shortest move inside a row, if it is shorter than `best`.
fn along(from: u16, to: u16, best: &mut Short) {
    let mut shorter = *best;
    if to == 0 {
        shortest!(shorter, "\r");
    }
    if to > from {
        match to - from {
            1 => {
                shortest!(shorter, "\x1b[C");
            }
            by => {
                shortest!(shorter, "\x1b[{by}C");
            }
        }
    } else {
        let by = from - to;
        if by <= 4 {
            let backspaces = &"\x08\x08\x08\x08"[..usize::from(by)];
            shortest!(shorter, "{backspaces}");
        }
        shortest!(shorter, "\x1b[{by}D");
    }
    shortest!(shorter, "\x1b[{}G", to + 1);
    *best = shorter;
}

fn digits(number: u16) -> usize {
    match number {
        0..10 => 1,
        10..100 => 2,
        100..1000 => 3,
        _ => 5,
    }
}

fn length(codes: &[u8]) -> usize {
    codes.iter().map(|code| digits((*code).into()) + 1).sum()
}

/// The codes that lead from one ink to another.
fn differences(from: Ink, to: Ink, codes: &mut Vec<u8>) {
    let mut had = from.modifier;
    let gone = from.modifier - to.modifier;
    if gone.intersects(Modifier::BOLD | Modifier::DIM) {
        codes.push(22);
        had -= Modifier::BOLD | Modifier::DIM;
    }
    for (modifier, on, off) in [
        (Modifier::BOLD, 1, 22),
        (Modifier::DIM, 2, 22),
        (Modifier::ITALIC, 3, 23),
        (Modifier::UNDERLINED, 4, 24),
        (Modifier::REVERSED, 7, 27),
        (Modifier::CROSSED_OUT, 9, 29),
    ] {
        if to.modifier.contains(modifier) && !had.contains(modifier) {
            codes.push(on);
        } else if gone.contains(modifier) && off != 22 {
            codes.push(off);
        }
    }
    if from.fg != to.fg {
        colour(to.fg, 30, codes);
    }
    if from.bg != to.bg {
        colour(to.bg, 40, codes);
    }
}

fn colour(colour: Color, base: u8, codes: &mut Vec<u8>) {
    match (colour, index(colour)) {
        (Color::Rgb(red, green, blue), _) => codes.extend([base + 8, 2, red, green, blue]),
        (_, None) => codes.push(base + 9),
        (_, Some(index @ 0..8)) => codes.push(base + index),
        (_, Some(index @ 8..16)) => codes.push(base + 60 + index - 8),
        (_, Some(index)) => codes.extend([base + 8, 5, index]),
    }
}

/// The place of a colour in the terminal's palette, if it has one.
pub(super) fn index(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Reset | Color::Rgb(..) => return None,
        Color::Indexed(index) => index,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    })
}
