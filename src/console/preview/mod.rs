//! Small pictures in a thread: what a customer's picture looks like in a few cells.
//!
//! ```text
//!  on the screen ─▶ Effect::Preview ─▶ shell fetches the file ─▶ decode (a thread of its own) ─▶ Msg::Previewed
//!  ─▶ model::previews keeps the cells ─▶ view ─▶ canvas ─▶ painter
//! ```
//!
//! No byte of a file ever goes to the terminal. A file becomes pixels; these become cells here, two pixels to a
//! cell, and cells leave by the same door as letters do. A terminal with kitty's protocol gets the pixels, encoded
//! anew, from the painter, and cells that stand for their places. One with iTerm2's, or with sixels, has the pixels,
//! encoded anew too, drawn over blank cells while all of them are seen, and else is shown half blocks.

mod decode;
mod iterm;
mod placeholder;
mod sixel;
mod way;

pub use decode::decode;
pub use placeholder::{HOLE, PLACEHOLDER, is_place, place};
pub use way::Way;

use super::theme::Depth;
use crate::wire::EntryView;
use ratatui::style::{Color, Style};
use std::sync::Arc;

/// The largest file that is fetched for a preview, in bytes. The platform takes pictures of 5 MB.
pub const BYTES_MOST: u64 = 8 << 20;

/// The most pixels that are decoded for one.
pub const PIXELS_MOST: u64 = 16 << 20;

/// Below so many columns of a thread, or rows of a screen, there is room for letters only.
const SMALLEST: (u16, u16) = (40, 20);

/// The widest and the highest preview, in cells.
const LARGEST: (u16, u16) = (40, 12);

/// Whether pictures are shown in a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreviewMode {
    /// As the terminal can.
    #[default]
    Auto,
    /// In half blocks: in every terminal with colours.
    Blocks,
    /// In kitty's protocol.
    Kitty,
    /// In iTerm2's.
    Iterm,
    /// As sixels.
    Sixel,
    /// Not at all.
    Off,
}

impl PreviewMode {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Auto, Self::Blocks, Self::Kitty, Self::Iterm, Self::Sixel, Self::Off];

    /// Its name in `console.toml`.
    pub fn word(self) -> &'static str {
        ["auto", "blocks", "kitty", "iterm", "sixel", "off"][self as usize]
    }
}

/// How many cells a picture takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// The most that a picture may take in a thread so many columns wide, on a screen of so many rows; nothing
    /// where there is no room.
    pub fn most(columns: u16, rows: u16) -> Option<Self> {
        let room = columns >= SMALLEST.0 && rows >= SMALLEST.1;
        let most = Self { columns: LARGEST.0.min(columns / 2), rows: LARGEST.1.min(rows / 3) };
        room.then_some(most)
    }

    /// What a picture takes of this at most.
    pub fn fit(self, pixels: (u32, u32)) -> Self {
        let room = (u32::from(self.columns), 2 * u32::from(self.rows));
        let (across, down) = within(pixels, room);
        // Neither is larger than what was given.
        Self { columns: across as u16, rows: down.div_ceil(2) as u16 }
    }
}

/// The pixels that a picture of so many has in a room of so many. It is never made larger.
fn within((across, down): (u32, u32), (most_across, most_down): (u32, u32)) -> (u32, u32) {
    if across <= most_across && down <= most_down {
        return (across.max(1), down.max(1));
    }
    let part = |of: u32, by: u32, to: u32| {
        (u64::from(of) * u64::from(by) / u64::from(to.max(1))).max(1) as u32
    };
    if u64::from(across) * u64::from(most_down) > u64::from(down) * u64::from(most_across) {
        (most_across, part(down, most_across, across))
    } else {
        (part(across, most_down, down), most_down)
    }
}

/// How many cells the preview of an entry takes where there is room for `most`; nothing where it has none.
pub fn size(entry: &EntryView, most: Option<Size>) -> Option<Size> {
    let media = entry.media.as_ref()?;
    let shown = matches!(entry.kind_word.as_str(), "image" | "sticker")
        && entry.deleted_at.is_none()
        && super::thread::media::is_here(media)
        && media.size.is_none_or(|bytes| bytes <= BYTES_MOST);
    let (across, down) = media.pixels.filter(|_| shown)?;
    let few = u64::from(across) * u64::from(down) <= PIXELS_MOST;
    most.filter(|_| few).map(|most| most.fit((across, down)))
}

/// Pixels of a cell, where the terminal makes a picture as large as its cells: about what cells have.
pub const CELL: (u16, u16) = (8, 16);

/// What is to be made of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The cells that it takes.
    pub size: Size,
    /// How many colours the terminal has.
    pub depth: Depth,
    /// How it is shown.
    pub way: Way,
    /// The pixels of a cell, across and down.
    pub cell: (u16, u16),
}

/// A picture as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preview {
    /// As cells.
    Blocks(Blocks),
    /// As a picture that the terminal puts into cells.
    Picture(Arc<Picture>),
    /// As pixels that are drawn over cells.
    Pixels(Arc<Pixels>),
}

/// A picture as cells, row by row: the colours of the upper and the lower half of each. [`Color::Reset`] where
/// nothing is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocks {
    columns: u16,
    cells: Vec<[Color; 2]>,
}

/// A picture for a terminal that can put one into cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// No other picture of this console has it; from 1 on, 0 before it has one.
    pub serial: u64,
    /// The cells that it takes.
    pub size: Size,
    /// Its pixels, encoded here (PNG).
    pub png: Vec<u8>,
}

/// Pixels that are less than half there are not seen.
const SEEN: u8 = 128;

/// What draws a picture takes so many bytes at most; one that takes more is shown in half blocks.
const DRAWN_MOST: usize = 64 << 10;

/// A picture for a terminal that draws one where its cursor stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// No other picture of this console has it; from 1 on, 0 before it has one.
    pub serial: u64,
    /// The cells that it takes.
    pub size: Size,
    /// It as cells, for where it cannot be seen whole.
    pub blocks: Blocks,
    /// The bytes that draw it, made here of its pixels.
    pub sequence: Vec<u8>,
}

impl Pixels {
    /// What its cells have in common, and those of no other picture on the screen.
    pub fn mark(&self) -> Color {
        let [.., red, green, blue] = self.serial.to_be_bytes();
        Color::Rgb(red, green, blue)
    }
}

/// The numbers that pictures have at the terminal: those of its colours beyond the 16 that themes of terminals change.
const NUMBERS: std::ops::RangeInclusive<u8> = 16..=255;

impl Picture {
    /// Its number at the terminal. A later picture takes it over.
    pub fn number(&self) -> u8 {
        let count = u64::from(NUMBERS.end() - NUMBERS.start()) + 1;
        NUMBERS.start() + (self.serial % count) as u8
    }
}

impl Blocks {
    /// A cell as a glyph and its colours; nothing where nothing is to be seen.
    pub fn glyph([upper, lower]: [Color; 2]) -> Option<(&'static str, Style)> {
        let style = Style::new();
        Some(match (upper, lower) {
            (Color::Reset, Color::Reset) => return None,
            (upper, Color::Reset) => ("▀", style.fg(upper)),
            (Color::Reset, lower) => ("▄", style.fg(lower)),
            // A blank needs one colour less.
            (upper, lower) if upper == lower => (" ", style.bg(lower)),
            (upper, lower) => ("▀", style.fg(upper).bg(lower)),
        })
    }

    fn bytes(&self) -> usize {
        self.cells.capacity() * size_of::<[Color; 2]>()
    }

    /// The cells of a row; none where it has no such row.
    pub fn row(&self, row: usize) -> &[[Color; 2]] {
        self.cells.chunks(usize::from(self.columns).max(1)).nth(row).unwrap_or_default()
    }
}

impl Preview {
    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Blocks(blocks) => blocks.bytes(),
                Self::Picture(picture) => size_of::<Picture>() + picture.png.capacity(),
                Self::Pixels(pixels) => {
                    size_of::<Pixels>() + pixels.blocks.bytes() + pixels.sequence.capacity()
                }
            }
    }
}

/// Why there is no preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPreview {
    /// The relay did not give the file; it may another time.
    NotCome,
    /// It is no picture that could be shown.
    NoPicture,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_takes_what_its_shape_needs() {
        let most = Size::most(80, 24).expect("there is room");
        assert_eq!(most, Size { columns: 40, rows: 8 });
        for (pixels, columns, rows) in [
            ((1280, 720), 28, 8),
            ((720, 1280), 9, 8),
            ((4000, 100), 40, 1),
            ((100, 4000), 1, 8),
            ((5, 3), 5, 2),
            ((1, 1), 1, 1),
            ((u32::MAX, 1), 40, 1),
            ((1, u32::MAX), 1, 8),
            ((0, 0), 1, 1),
        ] {
            assert_eq!(most.fit(pixels), Size { columns, rows }, "{pixels:?}");
        }
        assert_eq!(Size::most(160, 48), Some(Size { columns: 40, rows: 12 }));
        assert_eq!((Size::most(39, 48), Size::most(80, 19)), (None, None));
    }
}
