//! The cells by which a terminal with kitty's protocol knows where a part of a picture belongs.

/// Stands for a part of a picture. No text of anybody may carry it.
pub const PLACEHOLDER: char = '\u{10eeee}';

/// Marks that stand for numbers from 0 on, above a placeholder: its row, then its column. As many as a picture has
/// columns. <https://sw.kovidgoyal.net/kitty/_downloads/f0a0de9ec8d9ff4456206db8e0814937/rowcolumn-diacritics.txt>
const MARKS: [char; 40] = [
    '\u{305}', '\u{30d}', '\u{30e}', '\u{310}', '\u{312}', '\u{33d}', '\u{33e}', '\u{33f}',
    '\u{346}', '\u{34a}', '\u{34b}', '\u{34c}', '\u{350}', '\u{351}', '\u{352}', '\u{357}',
    '\u{35b}', '\u{363}', '\u{364}', '\u{365}', '\u{366}', '\u{367}', '\u{368}', '\u{369}',
    '\u{36a}', '\u{36b}', '\u{36c}', '\u{36d}', '\u{36e}', '\u{36f}', '\u{483}', '\u{484}',
    '\u{485}', '\u{486}', '\u{487}', '\u{592}', '\u{593}', '\u{594}', '\u{595}', '\u{597}',
];

/// The glyph for a part of a picture; nothing beyond the largest one.
pub fn placeholder(row: usize, column: usize) -> Option<String> {
    Some([PLACEHOLDER, *MARKS.get(row)?, *MARKS.get(column)?].into_iter().collect())
}
