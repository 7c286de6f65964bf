//! Lines of a text at a width, by graphemes.

use super::canvas::grapheme_width;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Takes a text apart into rows of at most `cells` cells, between words where it can; each as a range of bytes
/// without its line end.
pub fn wrap(text: &str, cells: usize) -> Vec<Range<usize>> {
    let cells = cells.max(2);
    let mut rows = Vec::new();
    let mut from = 0;
    for line in text.split('\n') {
        wrap_line(line, from, cells, &mut rows);
        from += line.len() + 1;
    }
    rows
}

fn wrap_line(line: &str, offset: usize, cells: usize, rows: &mut Vec<Range<usize>>) {
    if line.len() <= cells && line.is_ascii() {
        rows.push(offset..offset + line.len());
        return;
    }
    let (mut start, mut used, mut space) = (0, 0, None);
    'graphemes: for (at, grapheme) in line.grapheme_indices(true) {
        let wide = grapheme_width(grapheme);
        // Twice where what stands behind the last space is a row by itself.
        while used > 0 && used + wide > cells {
            // A space that does not fit is the break itself.
            let here = if grapheme == " " { Some((at, at + 1)) } else { None };
            let (end, next) = here.or(space).unwrap_or((at, at));
            rows.push(offset + start..offset + end);
            start = next;
            space = None;
            if here.is_some() {
                used = 0;
                continue 'graphemes;
            }
            used = line[start..at].graphemes(true).map(grapheme_width).sum();
        }
        used += wide;
        if grapheme == " " {
            space = Some((at, at + 1));
        }
    }
    rows.push(offset + start..offset + line.len());
}

/// How many rows a text takes, counted up to `most`.
pub fn rows_upto(text: &str, cells: usize, most: usize) -> usize {
    let mut rows = Vec::new();
    for line in text.split('\n') {
        wrap_line(line, 0, cells.max(2), &mut rows);
        if rows.len() >= most {
            return most;
        }
    }
    rows.len()
}

/// The rows round a place of a text, `height` of them where there are so many, and which of them holds the
/// place. Only lines near the place are looked at.
pub fn around(text: &str, cells: usize, at: usize, height: usize) -> (Vec<Range<usize>>, usize) {
    let cells = cells.max(2);
    let start = text[..at].rfind('\n').map_or(0, |place| place + 1);
    let mut rows = Vec::new();
    wrap_line(text[start..].split('\n').next().unwrap_or_default(), start, cells, &mut rows);
    let mut holds = rows.iter().rposition(|row| row.start <= at).unwrap_or(0);
    let mut begin = start;
    while begin > 0 && holds < height {
        let end = begin - 1;
        begin = text[..end].rfind('\n').map_or(0, |place| place + 1);
        let mut above = Vec::new();
        wrap_line(&text[begin..end], begin, cells, &mut above);
        holds += above.len();
        above.append(&mut rows);
        rows = above;
    }
    let mut end = rows.last().map_or(0, |row| row.end);
    end = text[end..].find('\n').map_or(text.len(), |place| end + place);
    while end < text.len() && rows.len() < holds + height {
        let next = end + 1;
        let line = text[next..].split('\n').next().unwrap_or_default();
        wrap_line(line, next, cells, &mut rows);
        end = next + line.len();
    }
    let height = height.max(1);
    let first = (holds + 1).saturating_sub(height).max(if rows.len() > height {
        holds.saturating_sub(height / 2).min(rows.len() - height)
    } else {
        0
    });
    let first = first.min(rows.len().saturating_sub(height));
    let last = (first + height).min(rows.len());
    (rows[first..last].to_vec(), holds - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, cells: usize) -> Vec<&str> {
        wrap(text, cells).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(rows("uno due tre", 7), ["uno due", "tre"]);
        assert_eq!(rows("uno due tre", 6), ["uno", "due", "tre"]);
        assert_eq!(rows("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(rows("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(rows("日本語", 4), ["日本", "語"]);
        assert_eq!(rows(" abc語", 4), ["", "abc", "語"]);
        assert_eq!(rows("", 9), [""]);
    }

    #[test]
    fn only_the_rows_round_a_place_are_made() {
        let text = "uno due tre\nb\nc\nd\ne";
        for (at, height, wanted, holds) in [
            (0, 9, &["uno due", "tre", "b", "c", "d", "e"][..], 0),
            (text.len(), 3, &["c", "d", "e"], 2),
            (text.len(), 9, &["uno due", "tre", "b", "c", "d", "e"], 5),
            (9, 2, &["uno due", "tre"], 1),
        ] {
            let (ranges, row) = around(text, 7, at, height);
            let shown: Vec<_> = ranges.into_iter().map(|range| &text[range]).collect();
            assert_eq!((shown, row), (wanted.to_vec(), holds), "{at} {height}");
        }
        assert_eq!(rows_upto(text, 7, 4), 4);
        assert_eq!(rows_upto(text, 7, 40), 6);
    }
}
