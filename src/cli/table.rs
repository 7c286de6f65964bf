//! Tables for people: columns aligned by what a terminal shows, not by bytes, and never wider than it.

use crate::kit::text::one_line;
use std::io::IsTerminal;
use unicode_width::UnicodeWidthStr;

/// The width where there is no terminal to ask, in columns.
const USUAL: usize = 80;
/// Narrower than this no table is made.
const NARROWEST: usize = 40;
/// Blanks between two columns.
const GAP: usize = 2;

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its heading.
    pub(super) name: &'static str,
    /// It is never cut below this width.
    least: usize,
    /// Wider cells are always cut.
    most: usize,
    /// Where there is no room the column with the highest leaves first; 0 stays.
    leaves: u8,
}

impl Column {
    /// A column that is cut to `least` where there is no room.
    pub(super) const fn new(name: &'static str, least: usize, most: usize) -> Self {
        Self { name, least, most, leaves: 0 }
    }

    /// A column of what makes no sense when it is cut: numbers, times, ids.
    pub(super) const fn whole(name: &'static str, most: usize) -> Self {
        Self::new(name, most, most)
    }

    /// The same, left out where there is no room; the highest `rank` first.
    pub(super) const fn leaving(self, rank: u8) -> Self {
        Self { leaves: rank, ..self }
    }
}

/// A table that is filled row by row and printed at once.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub(super) fn new(columns: &[Column]) -> Self {
        let heading = columns.iter().map(|column| column.name.to_owned()).collect();
        Self { columns: columns.to_vec(), rows: vec![heading] }
    }

    /// Adds a row. A cell is put on one line, printable, cut to the column's most.
    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) {
        self.cells(cells.into_iter());
    }

    /// The same for cells that are made one by one.
    pub(super) fn cells(&mut self, cells: impl Iterator<Item = impl AsRef<str>>) {
        let cells = cells.zip(&self.columns);
        self.rows.push(cells.map(|(cell, column)| one_line(cell.as_ref(), column.most)).collect());
    }

    /// The table as text, as wide as the terminal at most; only `none` if it has no row.
    pub(super) fn text(&self, none: &str) -> String {
        self.within(width(), none)
    }

    fn within(&self, most: usize, none: &str) -> String {
        if self.rows.len() == 1 {
            return format!("{none}\n");
        }
        let widths = self.widths(most);
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, (_, width)) in row.iter().zip(&widths).filter(|(_, (stays, _))| *stays) {
                let cell = one_line(cell, *width);
                line.push_str(&cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + GAP));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// Which columns stay, and how wide: first columns leave until the rest fits at its least, then the
    /// widest gives until it does.
    fn widths(&self, most: usize) -> Vec<(bool, usize)> {
        let natural =
            |n: usize| self.rows.iter().filter_map(move |row| row.get(n)).map(|c| c.width());
        let natural = |n: usize| natural(n).max().unwrap_or(0);
        let mut widths: Vec<_> = (0..self.columns.len()).map(|n| (true, natural(n))).collect();
        let least = |n: usize, width: usize| width.min(self.columns[n].least);
        let total = |widths: &[(bool, usize)], least: &dyn Fn(usize, usize) -> usize| {
            let each = widths.iter().enumerate().filter(|(_, (stays, _))| *stays);
            each.map(|(n, (_, width))| least(n, *width) + GAP).sum::<usize>().saturating_sub(GAP)
        };
        while total(&widths, &least) > most {
            let leaving = (0..widths.len()).filter(|n| widths[*n].0 && self.columns[*n].leaves > 0);
            let Some(n) = leaving.max_by_key(|n| self.columns[*n].leaves) else { break };
            widths[n].0 = false;
        }
        while total(&widths, &|_, width| width) > most {
            let gives = |n: &usize| widths[*n].0 && widths[*n].1 > self.columns[*n].least;
            let Some(n) = (0..widths.len()).filter(gives).max_by_key(|n| widths[*n].1) else {
                break;
            };
            widths[n].1 -= 1;
        }
        widths
    }
}

/// How many columns there are: as `COLUMNS` says, else the terminal, else 80.
fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    let asked = || {
        let out = std::io::stdout();
        let size = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out).ok()).flatten();
        size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0)
    };
    said.or_else(asked).unwrap_or(USUAL).max(NARROWEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let mut table = Table::new(&[Column::new("NAME", 8, 8), Column::new("SAYS", 10, 20)]);
        table.row(["日本", "two wide glyphs"]);
        table.row(["Zoë", "one\nline \u{1b}[2J"]);
        table.row(["a name far too long", ""]);
        table.row(["日本日本日本", ""]);
        let wanted = "NAME      SAYS\n日本      two wide glyphs\nZoë       one line \u{fffd}[2J\na name …\n\
                      日本日…\n";
        assert_eq!(table.within(80, "nothing"), wanted);
    }

    #[test]
    fn a_table_is_never_wider_than_the_terminal() {
        let columns = [
            Column::whole("NUMBER", 12),
            Column::new("QUEUE", 6, 20).leaving(2),
            Column::new("WHO", 8, 24).leaving(1),
            Column::new("SAYS", 10, 60),
        ];
        let mut table = Table::new(&columns);
        table.row(["123456", "complaints and returns", "Giulia dell'Acqua", &"word ".repeat(30)]);
        for (most, headings) in [
            (160, "NUMBER QUEUE WHO SAYS"),
            (80, "NUMBER QUEUE WHO SAYS"),
            (36, "NUMBER QUEUE WHO SAYS"),
            (35, "NUMBER WHO SAYS"),
            (24, "NUMBER SAYS"),
        ] {
            let text = table.within(most, "");
            let heading: Vec<_> = text.lines().next().expect("one").split_whitespace().collect();
            assert_eq!(heading.join(" "), headings, "{most}");
            assert!(text.lines().all(|line| line.width() <= most), "{most}:\n{text}");
            assert!(text.contains("123456"), "what is whole stays so");
        }
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(Table::new(&[Column::whole("NAME", 8)]).text("nobody"), "nobody\n");
    }
}
