//! Tables for people: columns aligned by what a terminal shows, not by bytes.

use crate::kit::text::one_line;
use unicode_width::UnicodeWidthStr;

/// A table that is filled row by row and printed at once.
#[derive(Debug)]
pub(super) struct Table {
    most: Vec<usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column headings, each with the most characters that its cells may have.
    pub(super) fn new(columns: &[(&str, usize)]) -> Self {
        let heading = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { most: columns.iter().map(|(_, most)| *most).collect(), rows: vec![heading] }
    }

    /// Adds a row. A cell is put on one line, printable, cut to the column's most.
    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.cells(cells.into_iter());
    }

    /// The same for cells that are made one by one.
    pub(super) fn cells(&mut self, cells: impl Iterator<Item = impl AsRef<str>>) {
        let cells = cells.zip(&self.most);
        self.rows.push(cells.map(|(cell, most)| one_line(cell.as_ref(), *most)).collect());
    }

    /// The table as text; only `none` if it has no row.
    pub(super) fn text(&self, none: &str) -> String {
        if self.rows.len() == 1 {
            return format!("{none}\n");
        }
        let width = |column: usize| {
            self.rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.width())).max()
        };
        let widths: Vec<_> = (0..self.most.len()).map(|n| width(n).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let mut table = Table::new(&[("NAME", 8), ("SAYS", 20)]);
        table.row(["日本", "two wide glyphs"]);
        table.row(["Zoë", "one\nline \u{1b}[2J"]);
        table.row(["a name far too long", ""]);
        let wanted =
            "NAME      SAYS\n日本      two wide glyphs\nZoë       one line \u{fffd}[2J\na name …\n";
        assert_eq!(table.text("nothing"), wanted);
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(Table::new(&[("NAME", 8)]).text("nobody"), "nobody\n");
    }
}
