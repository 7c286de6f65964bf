//! WhatsApp's formatting: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, blocks of code between three backticks, lines
//! of a quotation behind `> ` and of a list behind `- ` or `* `.
//!
//! A text stays as it was written, marks and all, so that what is copied from the screen is what was sent; the parts are
//! only told apart by how they look. As in WhatsApp a mark counts where a word could begin or end, so that `snake_case`
//! and `2*3*4` stay as they are, and what it encloses stands in one line, but for a block. What is not closed is text.

use super::row::links;
use crate::console::theme::Role;
use std::cmp::Reverse;
use std::ops::Range;

/// A part of a text and how it looks, above how the text looks. Parts may lie within one another.
pub type Face = (Range<usize>, Role);

const FENCE: &str = "```";

/// The formatted parts of a text and their marks, outer ones before those within them. Takes time in proportion to the
/// text, whatever it is.
pub fn faces(text: &str) -> Vec<Face> {
    let mut found = Vec::new();
    if !text.contains(['*', '_', '~', '`', '>', '-']) {
        return found;
    }
    let links = links(text);
    let (mut plain, mut from) = (0, 0);
    while let Some(open) = next(text, from) {
        let inside = open + FENCE.len();
        let Some(close) = next(text, inside) else { break };
        from = close;
        if !text[inside..close].trim().is_empty() {
            lines(text, plain..open, &links, &mut found);
            from += FENCE.len();
            plain = from;
            enclosed(open..from, FENCE.len(), Role::FormatCode, &mut found);
        }
    }
    lines(text, plain..text.len(), &links, &mut found);
    found.sort_by_key(|(range, _)| (range.start, Reverse(range.end)));
    found
}

fn next(text: &str, from: usize) -> Option<usize> {
    text[from..].find(FENCE).map(|at| from + at)
}

/// What stands between marks of so many bytes, and the marks.
fn enclosed(whole: Range<usize>, mark: usize, role: Role, found: &mut Vec<Face>) {
    let inside = whole.start + mark..whole.end - mark;
    found.push((whole.start..inside.start, Role::FormatMark));
    found.push((inside.clone(), role));
    found.push((inside.end..whole.end, Role::FormatMark));
}

/// The lines of a part of a text. Its first is one only in part where a block stands before it.
fn lines(text: &str, part: Range<usize>, links: &[Range<usize>], found: &mut Vec<Face>) {
    let mut start = part.start;
    for line in text[part].split('\n') {
        let end = start + line.len();
        let whole = start == 0 || text[..start].ends_with('\n');
        let begun = match line.get(..2) {
            Some("> ") if whole && !line[2..].trim().is_empty() => {
                found.push((start + 2..end, Role::Quote));
                2
            }
            Some("- " | "* ") if whole && !line[2..].trim().is_empty() => 2,
            _ => 0,
        };
        if begun > 0 {
            found.push((start..start + 1, Role::FormatMark));
        }
        line_of(text, start + begun..end, links, found);
        start = end + 1;
    }
}

/// A mark that may come to be closed.
struct Open {
    mark: char,
    at: usize,
    /// How many parts were found before it.
    before: usize,
}

fn line_of(text: &str, line: Range<usize>, links: &[Range<usize>], found: &mut Vec<Face>) {
    // One of a kind at most.
    let mut open: Vec<Open> = Vec::new();
    let (mut before, mut written) = (None, None);
    for (at, c) in text[line.clone()].char_indices().map(|(at, c)| (line.start + at, c)) {
        let last = before.replace(c);
        let role = match c {
            '*' => Role::FormatBold,
            '_' => Role::FormatItalic,
            '~' => Role::FormatStrike,
            '`' => Role::FormatCode,
            _ => {
                written = if c.is_whitespace() { written } else { Some(at) };
                continue;
            }
        };
        let after = text[at + 1..line.end].chars().next();
        // Of an emoji, such as that of a key, or of a link it is no mark.
        if matches!(after, Some('\u{fe0f}' | '\u{20e3}')) || linked(text, links, at) {
            continue;
        }
        match open.iter().position(|open| open.mark == c) {
            Some(place)
                if last.is_some_and(|c| !c.is_whitespace())
                    && edge(after)
                    && written > Some(open[place].at) =>
            {
                let begun = &open[place];
                if c == '`' {
                    found.truncate(begun.before);
                }
                enclosed(begun.at..at + 1, 1, role, found);
                open.truncate(place);
            }
            None if edge(last) && after.is_some_and(|c| !c.is_whitespace()) => {
                open.push(Open { mark: c, at, before: found.len() });
            }
            _ => {}
        }
    }
}

/// Whether a word could begin or end beside this.
fn edge(beside: Option<char>) -> bool {
    beside.is_none_or(|c| !c.is_alphanumeric())
}

/// Whether a place lies in a link, but for marks at its end.
fn linked(text: &str, links: &[Range<usize>], at: usize) -> bool {
    let before = links.partition_point(|link| link.start <= at);
    before.checked_sub(1).and_then(|last| links.get(last)).is_some_and(|link| {
        let address = text[link.start..link.end].trim_end_matches(['*', '_', '~', '`']);
        at < link.start + address.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::thread::row::formatted;
    use proptest::prelude::*;

    /// The parts with a letter for their role, marks left out.
    fn told(text: &str) -> String {
        let letter = |role| match role {
            Role::FormatBold => Some('b'),
            Role::FormatItalic => Some('i'),
            Role::FormatStrike => Some('s'),
            Role::FormatCode => Some('c'),
            Role::Quote => Some('q'),
            _ => None,
        };
        let faces = faces(text);
        let parts = faces.iter().filter_map(|(range, role)| Some((letter(*role)?, range)));
        parts.map(|(letter, range)| format!("{letter}[{}]", &text[range.clone()])).collect()
    }

    #[test]
    fn what_whatsapp_formats_is_formatted() {
        for (text, parts) in [
            ("*bold*", "b[bold]"),
            ("a *bold one* here", "b[bold one]"),
            ("_it_ ~gone~ `code`", "i[it]s[gone]c[code]"),
            ("*_both_*", "b[_both_]i[both]"),
            ("*bold _and_ more*", "b[bold _and_ more]i[and]"),
            ("(*so*), *so*!", "b[so]b[so]"),
            ("```let x = 1;\nlet y;```", "c[let x = 1;\nlet y;]"),
            ("see ```a``` *b*", "c[a]b[b]"),
            ("`*no bold* here`", "c[*no bold* here]"),
            ("> quoted *word*\nnot", "q[quoted *word*]b[word]"),
            ("* one *two*\n- _three_", "b[two]i[three]"),
            ("*https://a.b/c*", "b[https://a.b/c]"),
            ("*perché no?*", "b[perché no?]"),
            ("*a *b*", "b[a *b]"),
            // What is none.
            ("snake_case_name and 2*3*4", ""),
            ("* not this* *nor this *", ""),
            ("*over\nlines*", ""),
            ("** __ ~~ `` `````` *** * *", ""),
            ("*open _both ~and `all", ""),
            ("a > b", ""),
            (">", ""),
            ("> ", ""),
            ("https://a.b/_x_/*y* _z_", "i[z]"),
            ("*️⃣ press *️⃣", ""),
            ("x*bold*", ""),
            ("*bold*x", ""),
            ("", ""),
        ] {
            assert_eq!(told(text), parts, "{text:?}");
        }
    }

    #[test]
    fn marks_are_told_too() {
        let all = faces("> *a*");
        let marks = all.iter().filter(|(_, role)| *role == Role::FormatMark);
        assert_eq!(marks.map(|(range, _)| range.clone()).collect::<Vec<_>>(), [0..1, 2..3, 4..5]);
    }

    #[test]
    fn a_flood_of_marks_is_only_text() {
        for flood in ["*", "_*~`", "`a`b", "```", "> ", "*a ", "http://*_"] {
            let text = flood.repeat(200_000);
            assert!(faces(&text).len() <= 3 * text.len());
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost_whatever_was_formatted(
            text in r"([ab é日😀\u{301}\u{fe0f}\n]|[*_~`>-]|```|https://){0,40}", cells in 2usize..30,
        ) {
            let faces = faces(&text);
            for (range, _) in &faces {
                prop_assert!(range.start < range.end && text.get(range.clone()).is_some());
            }
            let sorted = faces.is_sorted_by_key(|(range, _)| (range.start, Reverse(range.end)));
            prop_assert!(sorted, "outer ones first");
            // Either part lies within the other, or they have nothing in common.
            for (nth, (one, _)) in faces.iter().enumerate() {
                for (other, _) in &faces[nth + 1..] {
                    prop_assert!(other.start >= one.end || other.end <= one.end);
                }
            }
            let with = formatted(&text, Role::Text, &[], &faces, cells);
            let without = formatted(&text, Role::Text, &[], &[], cells);
            prop_assert_eq!(with.len(), without.len());
            for (with, without) in with.iter().zip(&without) {
                prop_assert_eq!(&with.pieces, &without.pieces);
                let wide = with.width();
                prop_assert!(with.faces.iter().all(|(cells, _)| usize::from(cells.end) <= wide + 1));
            }
        }
    }
}
