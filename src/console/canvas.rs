//! Where the views draw: cells behind a door that lets only printable text through.

use super::preview::{Blocks, HOLE, PLACEHOLDER, Picture, Pixels, Preview, place};
use crate::kit::text::is_hostile;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The longest grapheme that is drawn whole, in bytes. Longer ones are an attack, and lose their tail.
pub(super) const GRAPHEME_MOST: usize = 32;

/// How many cells a text takes when it is drawn.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(grapheme_width).sum()
}

/// How many cells one grapheme takes: none, one or two.
pub fn grapheme_width(grapheme: &str) -> usize {
    let first = grapheme.chars().next();
    match first {
        None => 0,
        Some(c) if is_hostile(c) || c == '\n' || c == '\t' => 1,
        Some(_) => grapheme.width().min(2),
    }
}

/// A picture that lies over cells, or would if all of them were seen.
#[derive(Clone, Debug)]
pub(super) struct Inlay {
    /// What is drawn.
    pub(super) pixels: Arc<Pixels>,
    /// Its first column.
    pub(super) x: u16,
    /// Its first row; above the screen if negative.
    pub(super) y: i32,
}

/// A picture in the making.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    cursor: Option<Position>,
    pictures: Vec<Arc<Picture>>,
    inlays: Vec<Inlay>,
}

impl<'a> Canvas<'a> {
    /// Draws into a buffer.
    pub fn new(buffer: &'a mut Buffer) -> Self {
        Self { buffer, cursor: None, pictures: Vec::new(), inlays: Vec::new() }
    }

    /// The whole of it.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Where the terminal's cursor is to stand; hidden without one.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    /// The pictures that the terminal must know for what was drawn; they are taken out.
    pub(super) fn pictures(&mut self) -> Vec<Arc<Picture>> {
        std::mem::take(&mut self.pictures)
    }

    /// The pictures that lie over cells, as far as these are not drawn over; they are taken out.
    pub(super) fn inlays(&mut self) -> Vec<Inlay> {
        std::mem::take(&mut self.inlays)
    }

    /// Puts the terminal's cursor into a cell.
    pub fn point(&mut self, x: u16, y: u16) {
        if self.buffer.area.contains(Position { x, y }) {
            self.cursor = Some(Position { x, y });
        }
    }

    /// Puts text into a row, from `x` on, over at most `most` cells; what does not fit is left out. Hostile
    /// characters become U+FFFD, line ends and tabs a space. Returns the column after it.
    pub fn put(&mut self, x: u16, y: u16, most: u16, text: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        let end = x.saturating_add(most).min(area.right());
        let mut x = x;
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= end {
            return x;
        }
        self.part(x, y);
        for grapheme in text.graphemes(true) {
            let cells = grapheme_width(grapheme) as u16;
            if cells == 0 {
                continue;
            }
            if x.saturating_add(cells) > end {
                break;
            }
            let cell = &mut self.buffer[(x, y)];
            put_symbol(cell, grapheme);
            cell.set_style(style);
            for rest in 1..cells {
                let cell = &mut self.buffer[(x + rest, y)];
                cell.set_style(style);
                cell.set_symbol("");
            }
            x += cells;
        }
        if x < area.right() && self.buffer[(x, y)].symbol().is_empty() {
            self.buffer[(x, y)].set_symbol(" ");
        }
        x
    }

    /// Takes a wide glyph apart whose second half lies in a cell: no half may stay.
    fn part(&mut self, x: u16, y: u16) {
        let area = self.buffer.area;
        if x <= area.left() || x >= area.right() || !self.buffer[(x, y)].symbol().is_empty() {
            return;
        }
        if grapheme_width(self.buffer[(x - 1, y)].symbol()) == 2 {
            self.buffer[(x - 1, y)].set_symbol(" ");
        }
        self.buffer[(x, y)].set_symbol(" ");
    }

    /// As [`Canvas::put`], with an ellipsis where something was left out.
    pub fn clip(&mut self, x: u16, y: u16, most: u16, text: &str, style: Style) -> u16 {
        if most == 0 || width(text) <= most as usize {
            return self.put(x, y, most, text, style);
        }
        let after = self.put(x, y, most - 1, text, style);
        self.put(after, y, 1, "…", style)
    }

    /// Puts a row of a preview from `x` on, over at most `most` cells.
    pub fn preview(&mut self, x: u16, y: u16, most: u16, preview: &Preview, row: usize) {
        match preview {
            Preview::Blocks(blocks) => self.pixels(x, y, most, blocks.row(row)),
            Preview::Picture(picture) => {
                let looks = (PLACEHOLDER, Color::Indexed(picture.number()));
                self.places(x, y, most.min(picture.size.columns), looks, row);
                if !self.pictures.iter().any(|known| known.serial == picture.serial) {
                    self.pictures.push(picture.clone());
                }
            }
            Preview::Pixels(pixels) => {
                let looks = (HOLE, pixels.mark());
                self.places(x, y, most.min(pixels.size.columns), looks, row);
                if !self.inlays.iter().any(|known| known.pixels.serial == pixels.serial) {
                    let y = i32::from(y) - row as i32;
                    self.inlays.push(Inlay { pixels: pixels.clone(), x, y });
                }
            }
        }
    }

    /// The places of a row of a picture that the terminal, or the painter, puts there.
    fn places(&mut self, x: u16, y: u16, most: u16, (first, mark): (char, Color), row: usize) {
        let style = Style::new().fg(mark);
        for column in 0..most {
            let at = x.saturating_add(column);
            if self.buffer.area.contains(Position { x: at, y })
                && let Some(glyph) = place(first, row, column.into())
            {
                self.put(at, y, 1, " ", style);
                self.buffer[(at, y)].set_symbol(&glyph);
            }
        }
    }

    /// Puts a row of a picture from `x` on, over at most `most` cells: the colours of the upper and the lower half
    /// of each. What is [`Color::Reset`] is left as it looks.
    fn pixels(&mut self, x: u16, y: u16, most: u16, cells: &[[Color; 2]]) {
        for (at, halves) in (x..x.saturating_add(most)).zip(cells) {
            let Some((glyph, style)) = Blocks::glyph(*halves) else { continue };
            self.put(at, y, 1, glyph, style);
        }
    }

    /// Puts text so that it ends at the column before `right`; what does not fit into `most` cells is left out.
    pub fn put_right(&mut self, right: u16, y: u16, most: u16, text: &str, style: Style) {
        let cells = width(text).min(most as usize) as u16;
        self.put(right.saturating_sub(cells), y, cells, text, style);
    }

    /// Gives an area a style and empties it.
    pub fn fill(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            self.part(area.left(), y);
            self.part(area.right(), y);
            for x in area.left()..area.right() {
                let cell = &mut self.buffer[(x, y)];
                cell.reset();
                cell.set_style(style);
            }
        }
    }

    /// Adds a style to what is drawn already.
    pub fn tint(&mut self, area: Rect, style: Style) {
        self.buffer.set_style(area.intersection(self.buffer.area), style);
    }

    /// Takes over cells that were drawn elsewhere.
    #[cfg(test)]
    pub(super) fn stamp(&mut self, drawn: &Buffer) {
        self.buffer.clone_from(drawn);
    }

    /// A horizontal rule.
    pub fn rule(&mut self, x: u16, y: u16, cells: u16, glyph: &str, style: Style) {
        for at in 0..cells {
            self.put(x.saturating_add(at), y, 1, glyph, style);
        }
    }
}

fn put_symbol(cell: &mut ratatui::buffer::Cell, grapheme: &str) {
    let first = grapheme.chars().next().unwrap_or(' ');
    if first == '\n' || first == '\t' || grapheme == "\r\n" {
        cell.set_symbol(" ");
    } else if grapheme.chars().any(|c| is_hostile(c) || matches!(c, PLACEHOLDER | HOLE)) {
        cell.set_symbol("\u{fffd}");
    } else if grapheme.len() > GRAPHEME_MOST {
        let mut end = GRAPHEME_MOST;
        while !grapheme.is_char_boundary(end) {
            end -= 1;
        }
        cell.set_symbol(&grapheme[..end]);
    } else {
        cell.set_symbol(grapheme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, most: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        Canvas::new(&mut buffer).clip(0, 0, most, text, Style::default());
        (0..12).map(|x| buffer[(x, 0)].symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn only_printable_cells_are_drawn() {
        assert_eq!(drawn("a\x1b]52;c\x07b", 12), "a\u{fffd}]52;c\u{fffd}b");
        assert_eq!(drawn("due\nrighe", 12), "due righe");
        assert_eq!(drawn("a\u{202e}b", 12), "a\u{fffd}b");
        // A part of somebody's picture, in a text.
        assert_eq!(drawn("a\u{10eeee}\u{305}\u{305}b", 12), "a\u{fffd}b");
        assert_eq!(drawn("a\u{10eeed}\u{305}\u{305}b", 12), "a\u{fffd}b");
    }

    #[test]
    fn of_pixels_only_blocks_are_drawn() {
        let (one, other) = (Color::Rgb(1, 2, 3), Color::Indexed(200));
        let rows = [[one, other], [one, one], [Color::Reset, other], [one, Color::Reset]];
        let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
        let mut canvas = Canvas::new(&mut buffer);
        canvas.put(0, 0, 6, "abcdef", Style::default());
        canvas.pixels(0, 0, 6, &[&rows[..], &[[Color::Reset; 2]]].concat());
        let drawn: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(drawn, "▀ ▄▀ef");
        canvas_is_bounded();
    }

    fn canvas_is_bounded() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        let mut canvas = Canvas::new(&mut buffer);
        canvas.pixels(2, 0, 9, &[[Color::Red, Color::Blue]; 9]);
        canvas.pixels(0, 7, 9, &[[Color::Red, Color::Blue]; 9]);
        canvas.pixels(0, 0, 1, &[[Color::Red, Color::Blue]; 9]);
        let drawn: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(drawn, "▀ ▀");
    }

    #[test]
    fn what_does_not_fit_is_clipped_by_cells() {
        assert_eq!(drawn("abcdef", 4), "abc…");
        assert_eq!(drawn("日本語", 5), "日本…");
    }

    #[test]
    fn no_half_of_a_wide_glyph_stays() {
        for at in 0..5 {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 6, 1));
            let mut canvas = Canvas::new(&mut buffer);
            canvas.put(1, 0, 4, "日本", Style::default());
            canvas.put(at, 0, 1, "x", Style::default());
            let symbols: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
            assert_eq!(width(&symbols), 6, "{symbols:?}");
            assert!(symbols.contains('x'));
        }
    }
}
