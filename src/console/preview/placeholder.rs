//! Cells that stand for parts of pictures.

/// Stands for a part of a picture, at a terminal with kitty's protocol: by it the terminal knows where a part belongs.
pub const PLACEHOLDER: char = '\u{10eeee}';

/// Stands for a part of a picture that the painter draws over the cell. It never leaves: the cell is written blank.
pub const HOLE: char = '\u{10eeed}';

/// Whether a symbol stands for a part of a picture. No text of anybody may carry one.
pub fn is_place(symbol: &str) -> bool {
    symbol.starts_with([PLACEHOLDER, HOLE])
}

/// Marks that stand for numbers from 0 on, above a placeholder: its row, then its column. As many as a picture has
/// columns. <https://sw.kovidgoyal.net/kitty/_downloads/f0a0de9ec8d9ff4456206db8e0814937/rowcolumn-diacritics.txt>
const MARKS: [char; 40] = [
    '\u{305}', '\u{30d}', '\u{30e}', '\u{310}', '\u{312}', '\u{33d}', '\u{33e}', '\u{33f}',
    '\u{346}', '\u{34a}', '\u{34b}', '\u{34c}', '\u{350}', '\u{351}', '\u{352}', '\u{357}',
    '\u{35b}', '\u{363}', '\u{364}', '\u{365}', '\u{366}', '\u{367}', '\u{368}', '\u{369}',
    '\u{36a}', '\u{36b}', '\u{36c}', '\u{36d}', '\u{36e}', '\u{36f}', '\u{483}', '\u{484}',
    '\u{485}', '\u{486}', '\u{487}', '\u{592}', '\u{593}', '\u{594}', '\u{595}', '\u{597}',
];

/// The glyph for a part of a picture, which [`PLACEHOLDER`] or [`HOLE`] begins; nothing beyond the largest one.
pub fn place(first: char, row: usize, column: usize) -> Option<String> {
    Some([first, *MARKS.get(row)?, *MARKS.get(column)?].into_iter().collect())
}
