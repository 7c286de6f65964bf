//! One row of a thread: pieces of text with the roles that they play.

use super::format::Face;
use crate::console::canvas::{Canvas, width};
use crate::console::theme::{Role, Theme};
use crate::console::wrap::wrap;
use ratatui::layout::Rect;
use std::ops::Range;

/// A piece of text with its role.
pub type Piece = (Role, String);

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What stands at the left, one after the other.
    pub pieces: Vec<Piece>,
    /// Which cells of those look otherwise besides, outer parts first.
    pub faces: Vec<(Range<u16>, Role)>,
    /// What stands at the right end.
    pub right: Option<Piece>,
    /// It belongs to a note: a bar stands before it.
    pub bar: bool,
}

impl Row {
    /// A row of one piece.
    pub fn of(role: Role, text: impl Into<String>) -> Self {
        Self { pieces: vec![(role, text.into())], ..Self::default() }
    }

    /// Cells that the pieces take.
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| width(text)).sum()
    }
}

/// Rows of a text of which some parts play another role than the rest. Parts are in order and do not overlap.
pub fn rows(text: &str, role: Role, parts: &[(Range<usize>, Role)], cells: usize) -> Vec<Row> {
    formatted(text, role, parts, &[], cells)
}

/// As [`rows`], of a text with formatted parts.
pub fn formatted(
    text: &str,
    role: Role,
    parts: &[(Range<usize>, Role)],
    faces: &[Face],
    cells: usize,
) -> Vec<Row> {
    let cut = |range: Range<usize>| {
        let mut pieces = Vec::new();
        let mut at = range.start;
        for (part, special) in parts {
            let (from, to) = (part.start.max(range.start), part.end.min(range.end));
            if from >= to {
                continue;
            }
            if at < from {
                pieces.push((role, text[at..from].to_owned()));
            }
            pieces.push((*special, text[from..to].to_owned()));
            at = to;
        }
        if at < range.end {
            pieces.push((role, text[at..range.end].to_owned()));
        }
        Row { pieces, faces: within(text, &range, faces), ..Row::default() }
    };
    wrap(text, cells).into_iter().map(cut).collect()
}

/// Which cells of a row of a text are formatted how.
fn within(text: &str, row: &Range<usize>, faces: &[Face]) -> Vec<(Range<u16>, Role)> {
    let seen = |(part, role): &Face| {
        let (from, to) = (part.start.max(row.start), part.end.min(row.end));
        (from < to).then(|| {
            let start = width(&text[row.start..from]);
            let end = start + width(&text[from..to]);
            (start as u16..end as u16, *role)
        })
    };
    faces.iter().filter_map(seen).collect()
}

/// Gives a row of a text, of which the first cell stands at `x` and `y`, the looks of what is formatted in it, over at
/// most `most` cells.
pub fn tint(
    canvas: &mut Canvas<'_>,
    theme: &Theme,
    (x, y, most): (u16, u16, u16),
    faces: &[(Range<u16>, Role)],
) {
    for (cells, role) in faces {
        let (from, to) = (cells.start.min(most), cells.end.min(most));
        let area = Rect { x: x.saturating_add(from), y, width: to - from, height: 1 };
        canvas.tint(area, theme.style(*role));
    }
}

/// As [`tint`], of a row that was only put.
pub fn tint_row(
    canvas: &mut Canvas<'_>,
    theme: &Theme,
    at: (u16, u16, u16),
    (text, row): (&str, &Range<usize>),
    faces: &[Face],
) {
    tint(canvas, theme, at, &within(text, row, faces));
}

/// Where links stand in a text.
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|at| from + at) {
        let rest = &text[at..];
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let end = rest.find(char::is_whitespace).map_or(text.len(), |end| at + end);
            found.push(at..end);
            from = end;
        } else {
            from = at + 4;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_role_over_rows() {
        let text = "see https://a.b/c and go";
        let parts: Vec<_> = links(text).into_iter().map(|link| (link, Role::Link)).collect();
        let rows = rows(text, Role::Text, &parts, 12);
        let shown: Vec<Vec<_>> = rows
            .iter()
            .map(|row| row.pieces.iter().map(|(role, text)| (role.id(), text.as_str())).collect())
            .collect();
        assert_eq!(
            shown,
            [
                vec![("text", "see")],
                vec![("link", "https://a.b/")],
                vec![("link", "c"), ("text", " and go")],
            ]
        );
    }
}
