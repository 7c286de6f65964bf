//! A screen as a picture for documents: SVG, made from the same cells that a terminal shows.

use super::canvas::grapheme_width;
use super::theme::colour::{Rgb, rgb};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;

/// Width of a cell, in pixels.
const CELL: f32 = 8.4;
/// Height of a cell, in pixels.
const ROW: f32 = 18.0;
/// What lies round the screen, in pixels.
const EDGE: f32 = 10.0;

/// What the terminal's own colours are in a picture: ground, then letters.
const OWN: (Rgb, Rgb) = ((0x16, 0x18, 0x1d), (0xd7, 0xda, 0xe0));

/// How a run of cells looks.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    ground: Rgb,
    letters: Rgb,
    bold: bool,
    italic: bool,
    underlined: bool,
    faint: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let of = |colour: Color, own: Rgb| rgb(colour).unwrap_or(own);
        let (mut ground, mut letters) = (of(cell.bg, OWN.0), of(cell.fg, OWN.1));
        let has = |modifier| cell.modifier.contains(modifier);
        if has(Modifier::REVERSED) {
            std::mem::swap(&mut ground, &mut letters);
        }
        Self {
            ground,
            letters,
            bold: has(Modifier::BOLD),
            italic: has(Modifier::ITALIC),
            underlined: has(Modifier::UNDERLINED),
            faint: has(Modifier::DIM),
        }
    }
}

/// A screen as an SVG document.
pub fn svg(screen: &Buffer, title: &str) -> String {
    let area = screen.area;
    let width = f32::from(area.width) * CELL + 2.0 * EDGE;
    let height = f32::from(area.height) * ROW + 2.0 * EDGE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" \
         font-size=\"14\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"{}\"/>\n",
        escaped(title),
        hex(OWN.0),
    );
    for y in area.top()..area.bottom() {
        row(screen, y, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn row(screen: &Buffer, y: u16, out: &mut String) {
    let area = screen.area;
    let top = EDGE + f32::from(y - area.y) * ROW;
    let mut x = area.left();
    while x < area.right() {
        let look = Look::of(&screen[(x, y)]);
        let start = x;
        let mut text = String::new();
        while x < area.right() && Look::of(&screen[(x, y)]) == look {
            let symbol = screen[(x, y)].symbol();
            text.push_str(symbol);
            x += (grapheme_width(symbol) as u16).max(1);
        }
        let left = EDGE + f32::from(start - area.x) * CELL;
        let cells = f32::from(x.min(area.right()) - start) * CELL;
        if look.ground != OWN.0 {
            // Writing into a String cannot fail.
            let _ = writeln!(
                out,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{cells:.1}\" height=\"{ROW:.1}\" fill=\"{}\"/>",
                hex(look.ground)
            );
        }
        let shown = text.trim_end();
        if shown.is_empty() && !look.underlined {
            continue;
        }
        let lead = text.len() - text.trim_start().len();
        let left = left + lead as f32 * CELL;
        let cells = super::canvas::width(shown.trim_start()) as f32 * CELL;
        let mut more = String::new();
        for (on, attribute) in [
            (look.bold, " font-weight=\"bold\""),
            (look.italic, " font-style=\"italic\""),
            (look.underlined, " text-decoration=\"underline\""),
            (look.faint, " opacity=\"0.65\""),
        ] {
            if on {
                more.push_str(attribute);
            }
        }
        let _ = writeln!(
            out,
            "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{cells:.1}\" fill=\"{}\"{more} xml:space=\"preserve\">{}</text>",
            top + 13.5,
            hex(look.letters),
            escaped(shown.trim_start()),
        );
    }
}

fn hex((red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn a_run_of_cells_is_one_text() {
        let mut screen = Buffer::empty(Rect::new(0, 0, 8, 1));
        screen.set_string(0, 0, "a<b", Style::new().bg(Color::Rgb(1, 2, 3)));
        let picture = svg(&screen, "x");
        assert!(picture.contains(">a&lt;b</text>"), "{picture}");
        assert!(picture.contains("fill=\"#010203\""), "{picture}");
        assert_eq!(picture.matches("<text").count(), 1);
    }
}
