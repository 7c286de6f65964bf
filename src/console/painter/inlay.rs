//! Pictures that lie over cells, for terminals that draw one where their cursor stands.
//!
//! Their cells carry marks ([`HOLE`]) and are compared like any others. A mark is
//! written as a blank, which also takes away what was drawn over the cell before; wherever one was written, the
//! picture is drawn again. So the cells say all that must be known of what the terminal shows.

use super::pen::Pen;
use crate::console::canvas::Inlay;
use crate::console::preview::{Blocks, HOLE, place};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;

/// Tells those whose every cell is seen; the cells of the others become half blocks. One that touches the last row or
/// column is among these: a terminal might scroll for it.
pub(super) fn whole(mut inlays: Vec<Inlay>, buffer: &mut Buffer) -> Vec<Inlay> {
    inlays.retain(|inlay| {
        let size = inlay.pixels.size;
        let inside = i32::from(inlay.x) + i32::from(size.columns) < i32::from(buffer.area.width)
            && inlay.y + i32::from(size.rows) < i32::from(buffer.area.height);
        let whole = inside && cells(inlay).all(|at| seen(inlay, at, buffer).is_some());
        if !whole {
            cells(inlay).for_each(|at| into_blocks(inlay, at, buffer));
        }
        whole
    });
    inlays
}

/// Draws those of which a cell was written.
pub(super) fn draw(inlays: &[Inlay], written: &[u16], pen: &mut Pen, into: &mut Vec<u8>) {
    for inlay in inlays {
        let Ok(y) = u16::try_from(inlay.y) else { continue };
        let rows = y..y + inlay.pixels.size.rows;
        if written.iter().any(|row| rows.contains(row)) {
            pen.go(inlay.x, y, into);
            into.extend_from_slice(&inlay.pixels.sequence);
            // Terminals disagree about where the cursor stands then.
            pen.lose();
        }
    }
}

/// The rows and columns of a picture.
fn cells(inlay: &Inlay) -> impl Iterator<Item = (u16, u16)> + use<> {
    let size = inlay.pixels.size;
    (0..size.rows).flat_map(move |row| (0..size.columns).map(move |column| (row, column)))
}

/// Where a cell of a picture is seen, if it is.
fn seen(inlay: &Inlay, (row, column): (u16, u16), buffer: &Buffer) -> Option<Position> {
    let y = u16::try_from(inlay.y + i32::from(row)).ok()?;
    let at = Position { x: inlay.x.checked_add(column)?, y };
    let mark = place(HOLE, row.into(), column.into())?;
    (buffer.cell(at)?.symbol() == mark).then_some(at)
}

fn into_blocks(inlay: &Inlay, (row, column): (u16, u16), buffer: &mut Buffer) {
    let Some(at) = seen(inlay, (row, column), buffer) else { return };
    let halves = inlay.pixels.blocks.row(row.into()).get(usize::from(column));
    let looks = halves.and_then(|halves| Blocks::glyph(*halves));
    let cell = &mut buffer[at];
    match looks {
        Some((glyph, style)) => cell.set_symbol(glyph).set_style(style),
        None => cell.set_symbol(" "),
    };
}

/// Whether a picture lies over a tidy cell.
pub(super) fn hole(cell: &Cell) -> bool {
    cell.symbol().starts_with(HOLE)
}

/// The cell as it is written beneath a picture.
pub(super) fn ground(of: &Cell) -> Cell {
    let mut cell = Cell::default();
    cell.bg = of.bg;
    cell
}

#[cfg(test)]
mod tests {
    use super::super::{Painter, Terminal};
    use super::*;
    use crate::console::canvas::Canvas;
    use crate::console::preview::{CELL, Pixels, Preview, Size, Way, Wish, decode};
    use crate::console::theme::Depth;
    use proptest::prelude::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};
    use std::sync::Arc;

    fn picture(serial: u64, columns: u16, rows: u16) -> Arc<Pixels> {
        let (across, down) = (u32::from(columns), 2 * u32::from(rows));
        let shades = |x, y| image::Rgb([x as u8 * 20, y as u8 * 20, serial as u8]);
        let mut file = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_fn(across, down, shades);
        picture.write_to(&mut file, image::ImageFormat::Png).expect("written");
        let size = Size { columns, rows };
        let wish = Wish { size, depth: Depth::True, way: Way::Iterm, cell: CELL };
        match decode(&file.into_inner(), wish) {
            Ok(Preview::Pixels(pixels)) => Arc::new(Pixels { serial, ..(*pixels).clone() }),
            other => panic!("{other:?}"),
        }
    }

    /// What stands on a screen of 40x12: pictures, and over them areas and words.
    #[derive(Clone, Debug, Default)]
    struct Scene {
        pictures: Vec<(Arc<Pixels>, u16, i32)>,
        over: Vec<Rect>,
        words: Vec<(u16, u16, &'static str)>,
    }

    struct Desk {
        painter: Painter,
        terminal: Terminal,
        /// Whether the last bytes erased the rest of a row.
        erases: bool,
    }

    impl Desk {
        fn new() -> Self {
            Self { painter: Painter::default(), terminal: Terminal::new(40, 12), erases: false }
        }

        /// How often a picture is drawn for this, and which was drawn last.
        fn show(&mut self, scene: &Scene) -> (usize, Option<u64>) {
            let mut bytes = Vec::new();
            let draw = |canvas: &mut Canvas<'_>| {
                for (picture, x, y) in &scene.pictures {
                    let preview = Preview::Pixels(picture.clone());
                    for row in 0..picture.size.rows {
                        if let Ok(at) = u16::try_from(y + i32::from(row)) {
                            canvas.preview(*x, at, 40, &preview, row.into());
                        }
                    }
                }
                for area in &scene.over {
                    canvas.fill(*area, Style::new().bg(Color::Blue));
                }
                for (x, y, word) in &scene.words {
                    canvas.put(*x, *y, 40, word, Style::new());
                }
            };
            let before = self.painter.inlaid;
            self.painter.paint(40, 12, draw, &mut bytes);
            self.terminal.show(&bytes, &self.painter);
            let text = String::from_utf8(bytes).expect("text");
            assert!(!text.contains(HOLE), "no mark leaves");
            let mut orders = text.split("\x1b[").skip(1);
            let scrolls = orders.any(|order| {
                let letter = order.find(|c: char| c.is_ascii_alphabetic());
                letter.is_some_and(|at| matches!(&order[at..=at], "S" | "T" | "r"))
            });
            assert!(!scrolls || !(before || self.painter.inlaid), "nothing is scrolled: {text:?}");
            self.erases = text.contains("\x1b[K");
            let drawn = |(picture, ..): &&(Arc<Pixels>, u16, i32)| {
                text.contains(std::str::from_utf8(&picture.sequence).expect("text"))
            };
            let last = scene.pictures.iter().rfind(drawn).map(|(picture, ..)| picture.serial);
            (text.matches("\x1b]1337;").count(), last)
        }

        fn blocks(&self) -> usize {
            let cells = self.painter.shown().content.iter();
            cells.filter(|cell| matches!(cell.symbol(), "▀" | "▄")).count()
        }
    }

    #[test]
    fn a_picture_is_drawn_when_its_cells_were_written_and_never_else() {
        let mut desk = Desk::new();
        let one = |serial, x, y| Scene {
            pictures: vec![(picture(serial, 9, 4), x, y)],
            ..Scene::default()
        };
        let here = one(1, 3, 2);
        let beside =
            Scene { words: vec![(1, 3, "x"), (14, 3, "beside"), (0, 9, "y")], ..here.clone() };
        let over = Scene { over: vec![Rect::new(10, 4, 20, 3)], ..here.clone() };
        assert_eq!(desk.show(&here), (1, Some(1)));
        assert_eq!(desk.show(&here), (0, None));
        assert_eq!(desk.show(&beside), (0, None), "what stands beside it is another matter");
        assert_eq!(desk.show(&one(1, 3, 3)), (1, Some(1)), "it has moved");
        assert_eq!(desk.show(&one(2, 3, 3)), (1, Some(2)), "another stands in its place");
        assert_eq!((desk.show(&over), desk.blocks()), ((0, None), 32), "cut by what lies over it");
        assert_eq!((desk.show(&here), desk.blocks()), ((1, Some(1)), 0));
        desk.painter.forget();
        assert_eq!(desk.show(&here), (1, Some(1)), "nobody knows what the terminal shows");
        assert_eq!(desk.show(&Scene::default()), (0, None));
        assert!(!desk.erases, "letters take it away");
        for (x, y) in [(3, -1), (3, 8), (31, 2), (35, 2), (3, 10)] {
            assert_eq!(desk.show(&one(1, x, y)), (0, None), "cut by the screen: {x},{y}");
            assert!(desk.blocks() > 0);
        }
    }

    #[test]
    fn the_terminal_is_left_without_a_picture() {
        let mut desk = Desk::new();
        let here = Scene { pictures: vec![(picture(1, 9, 4), 3, 2)], ..Scene::default() };
        desk.show(&Scene::default());
        assert!(desk.painter.farewell().is_empty());
        desk.show(&here);
        assert!(desk.painter.farewell().ends_with(b"\x1b[2J"));
        assert_eq!(desk.show(&here), (1, Some(1)));
    }

    const WORDS: [&str; 6] =
        ["a", "     ", "ciao ciao ciao", "日本", "👨\u{200d}👩\u{200d}👧", "❤\u{fe0f}"];

    fn scene() -> impl Strategy<Value = Scene> {
        let some = prop::sample::subsequence(
            vec![picture(1, 9, 4), picture(2, 9, 4), picture(3, 6, 2)],
            0..3,
        );
        // Two that lie one over the other are in no thread.
        let pictures = (some, 0..12u16, -3..10i32, 0..4i32).prop_map(|(some, x, y, down)| {
            some.into_iter().zip(0..).map(|(one, nth)| (one, x + 14 * nth, y + down)).collect()
        });
        let area = (0..40u16, 0..12u16, 1..20u16, 1..6u16);
        let area = area.prop_map(|(x, y, wide, high)| Rect::new(x, y, wide, high));
        let word = (0..40u16, 0..12u16, prop::sample::select(&WORDS[..]));
        (pictures, prop::collection::vec(area, 0..2), prop::collection::vec(word, 0..6))
            .prop_map(|(pictures, over, words)| Scene { pictures, over, words })
    }

    proptest! {
        #[test]
        fn pictures_lie_where_they_belong_and_nowhere_else(
            scenes in prop::collection::vec((scene(), any::<bool>()), 1..12),
        ) {
            let mut desk = Desk::new();
            for (scene, forget) in scenes {
                if forget {
                    desk.painter.forget();
                }
                desk.show(&scene);
                prop_assert_eq!(desk.show(&scene), (0, None), "the same again");
            }
        }
    }
}
