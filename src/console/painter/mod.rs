//! Turns the difference of two pictures into as few bytes as it can.
//!
//! A picture is tidied first (`glyph`), so that nothing but printable cells can leave. Rows are then compared
//! (`row`); where a range of rows only moved, the terminal is told to scroll it (`scroll`). The `pen`
//! knows where the terminal's cursor stands and how it writes, and changes both with the fewest bytes.
//!
//! Besides cells only pictures leave (`picture`), where the terminal has a protocol for them: never as they came, but
//! encoded anew from decoded pixels, in letters and digits; before the cells that show them, or after those that they
//! lie over (`inlay`).

mod glyph;
mod inlay;
mod pen;
mod picture;
mod row;
mod scroll;
#[cfg(test)]
mod tests;

use super::canvas::{Canvas, Inlay};
use pen::Pen;
use picture::Told;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
#[cfg(test)]
pub(crate) use tests::Terminal;

const SYNC: &[u8] = b"\x1b[?2026h";
const SYNC_END: &[u8] = b"\x1b[?2026l";

/// Below this many bytes a frame is written as it is, without looking whether scrolling is shorter.
const SCROLL_FROM: usize = 256;

/// What the terminal shows, and how to change it.
#[derive(Debug, Default)]
pub struct Painter {
    shown: Buffer,
    next: Buffer,
    pen: Pen,
    told: Told,
    /// Whether pictures lie over cells of what is shown.
    inlaid: bool,
    known: bool,
    cursor: Option<Position>,
    cursor_shown: Option<bool>,
}

impl Painter {
    /// Draws a picture of a size and appends the bytes that change the terminal into it; none where nothing
    /// has changed.
    pub fn paint(
        &mut self,
        columns: u16,
        rows: u16,
        draw: impl FnOnce(&mut Canvas<'_>),
        into: &mut Vec<u8>,
    ) {
        if columns == 0 || rows == 0 {
            // Nobody knows what a terminal keeps of a picture that it had no room for.
            self.forget();
            return;
        }
        let area = Rect::new(0, 0, columns, rows);
        if self.next.area != area {
            self.next = Buffer::empty(area);
        } else {
            self.next.reset();
        }
        let mut canvas = Canvas::new(&mut self.next);
        draw(&mut canvas);
        let cursor = canvas.cursor();
        let pictures = canvas.pictures();
        let inlays = canvas.inlays();
        let inlays = inlay::whole(inlays, &mut self.next);
        self.next.content.chunks_mut(columns.into()).for_each(glyph::tidy);

        let start = into.len();
        let mut several = false;
        let anew = !self.known || self.shown.area != area;
        if anew {
            self.told.forget();
        }
        pictures.iter().for_each(|picture| self.told.tell(picture, into));
        if anew {
            several = true;
            self.shown = Buffer::empty(area);
            into.extend_from_slice(SYNC);
            self.pen.clear(into);
            self.known = true;
            let written = rows_between(&self.shown, &self.next, &mut self.pen, into);
            inlay::draw(&inlays, &written, &mut self.pen, into);
        } else {
            let changed = changed_rows(&self.shown, &self.next);
            if changed > 0 {
                several = changed > 1;
                if several {
                    into.extend_from_slice(SYNC);
                }
                self.change(changed, &inlays, into);
            }
        }
        self.inlaid = !inlays.is_empty();
        self.place(cursor, into);
        if several {
            into.extend_from_slice(SYNC_END);
        }
        debug_assert!(into.len() >= start);
        std::mem::swap(&mut self.shown, &mut self.next);
    }

    /// The picture that was drawn last, tidied: the second half of a wide glyph is an empty symbol.
    pub fn shown(&self) -> &Buffer {
        &self.shown
    }

    /// Where the terminal's cursor stands; nothing while it is hidden.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// Says that what the terminal shows is not known any more: the next picture is drawn whole.
    pub fn forget(&mut self) {
        self.known = false;
        self.cursor_shown = None;
        self.pen.forget();
        self.told.forget();
    }

    /// Says that tmux stands between, and must let pictures pass.
    pub fn through_tmux(&mut self) {
        self.told.through_tmux = true;
    }

    /// How many pictures the terminal was told, and one more where some lie over cells.
    pub fn told(&self) -> usize {
        self.told.numbers().count() + usize::from(self.inlaid)
    }

    /// What [`Painter::farewell`] would say now of those, for an end that comes without it.
    pub fn last_words(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.inlaid {
            let mut pen = self.pen;
            pen.clear(&mut bytes);
        }
        self.told.take_back(&mut bytes);
        bytes
    }

    /// The bytes with which the terminal forgets the pictures that it was told; none where it knows none.
    pub fn farewell(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if std::mem::take(&mut self.inlaid) {
            self.pen.clear(&mut bytes);
            self.known = false;
        }
        self.told.take_back(&mut bytes);
        self.told.clear();
        bytes
    }

    fn change(&mut self, changed: usize, inlays: &[Inlay], into: &mut Vec<u8>) {
        let start = into.len();
        let mut pen = self.pen;
        let written = rows_between(&self.shown, &self.next, &mut pen, into);
        // What is scrolled takes pictures along in one terminal, and leaves them in another.
        let still = self.inlaid || !inlays.is_empty();
        if changed > 2
            && !still
            && into.len() - start > SCROLL_FROM
            && let Some(found) = scroll::find(&self.shown, &self.next)
        {
            let mut other = Vec::with_capacity(into.len() - start);
            let mut moved = self.shown.clone();
            let mut scrolling = self.pen;
            scrolling.scroll(found, self.shown.area.height, &mut other);
            found.apply(&mut moved);
            rows_between(&moved, &self.next, &mut scrolling, &mut other);
            if other.len() < into.len() - start {
                into.truncate(start);
                into.extend_from_slice(&other);
                pen = scrolling;
            }
        }
        self.pen = pen;
        inlay::draw(inlays, &written, &mut self.pen, into);
    }

    fn place(&mut self, cursor: Option<Position>, into: &mut Vec<u8>) {
        if let Some(Position { x, y }) = cursor {
            self.pen.go(x, y, into);
        }
        if self.cursor_shown != Some(cursor.is_some()) {
            into.extend_from_slice(if cursor.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        self.cursor_shown = Some(cursor.is_some());
        self.cursor = cursor;
    }
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width).max(1))
}

fn changed_rows(old: &Buffer, new: &Buffer) -> usize {
    rows(old)
        .zip(rows(new))
        .filter(|(old, new)| !old.iter().zip(*new).all(|(old, new)| glyph::same(old, new)))
        .count()
}

/// Appends what turns one picture into another. Tells the rows in which cells beneath pictures were written.
fn rows_between(old: &Buffer, new: &Buffer, pen: &mut Pen, into: &mut Vec<u8>) -> Vec<u16> {
    let both = (0..).zip(rows(old).zip(rows(new)));
    both.filter_map(|(y, (old, new))| row::change(y, old, new, pen, into).then_some(y)).collect()
}
