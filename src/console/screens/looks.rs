//! How the cells of a screen look, as text: a letter for each look, and what the letters stand for.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// Letters for looks, in the order of their first cells.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A row of letters for each row of cells, then a line for each letter. A dot is the terminal's own look; dots and
/// blanks at the end of a row are left out.
pub(super) fn looks(cells: &Buffer) -> String {
    let mut known: Vec<String> = Vec::new();
    let columns = usize::from(cells.area.width).max(1);
    let rows = cells.content.chunks(columns).map(|row| {
        let letters = row.iter().map(|cell| {
            let look = look(cell);
            if look.is_empty() {
                return '.';
            }
            let at = known.iter().position(|of| *of == look).unwrap_or_else(|| {
                known.push(look);
                known.len() - 1
            });
            LETTERS.chars().nth(at).expect("no screen has that many looks")
        });
        letters.collect::<String>().trim_end_matches('.').to_owned()
    });
    let mut lines: Vec<_> = rows.collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.extend(LETTERS.chars().zip(known).map(|(letter, look)| format!("{letter} = {look}")));
    lines.join("\n")
}

/// What is to be seen of a cell's style. A blank has no letters, so theirs does not count.
fn look(cell: &Cell) -> String {
    let has = |modifier| cell.modifier.contains(modifier);
    let blank = cell.symbol() == " ";
    let mut words = Vec::new();
    if cell.fg != Color::Reset && (!blank || has(Modifier::REVERSED)) {
        words.push(cell.fg.to_string());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg));
    }
    for (name, modifier) in Modifier::all().iter_names() {
        let seen = !blank || Modifier::REVERSED.union(Modifier::UNDERLINED).contains(modifier);
        if has(modifier) && seen {
            words.push(name.to_lowercase());
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::looks;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    #[test]
    fn what_is_seen_of_a_style_has_a_letter() {
        let mut cells = Buffer::empty(Rect::new(0, 0, 9, 3));
        cells.set_string(
            1,
            0,
            "ab c",
            Style::new().fg(Color::Indexed(75)).add_modifier(Modifier::BOLD),
        );
        cells.set_string(
            0,
            1,
            "   ",
            Style::new().bg(Color::Red).add_modifier(Modifier::UNDERLINED),
        );
        cells.set_string(5, 1, "x", Style::new().add_modifier(Modifier::REVERSED));
        let told = ".aa.a\nbbb..c\na = 75 bold\nb = on Red underlined\nc = reversed";
        assert_eq!(looks(&cells), told);
    }
}
