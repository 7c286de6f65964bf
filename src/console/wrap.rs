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
    let (mut start, mut used, mut space) = (0, 0, None);
    for (at, grapheme) in line.grapheme_indices(true) {
        let wide = grapheme_width(grapheme);
        if used + wide > cells {
            let (end, next) = space.unwrap_or((at, at));
            rows.push(offset + start..offset + end);
            start = next;
            used = line[start..at].graphemes(true).map(grapheme_width).sum();
            space = None;
        }
        used += wide;
        if grapheme == " " {
            space = Some((at, at + 1));
        }
    }
    rows.push(offset + start..offset + line.len());
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
        assert_eq!(rows("", 9), [""]);
    }
}
