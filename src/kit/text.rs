//! Text of strangers made safe to print.

use std::borrow::Cow;

/// Whether `c` can do something to a terminal, or to the reading order, beyond showing a glyph: control
/// characters (C0 but line feed and tab, DEL, C1), bidirectional overrides and isolates, the interlinear and
/// tag blocks, line and paragraph separators.
pub fn is_hostile(c: char) -> bool {
    matches!(c,
        '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}'
        | '\u{2066}'..='\u{2069}' | '\u{061c}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'
        | '\u{feff}')
}

/// `text` with every hostile character replaced by U+FFFD, so that a terminal can only show it. Line feeds
/// and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_hostile) {
        Cow::Owned(text.chars().map(|c| if is_hostile(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// `text` with every hostile character as `\\uXXXX`, as JSON writes it: nothing is lost, and a terminal can only
/// show it. Line feeds and tabs stay.
pub fn escaped(text: &str) -> Cow<'_, str> {
    use std::fmt::Write;
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// `text` on one line, printable, and cut to `most` characters with an ellipsis.
pub fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for (taken, c) in text.chars().enumerate() {
        if taken + 1 >= most && text.chars().nth(most).is_some() {
            line.push('…');
            break;
        }
        line.push(if c == '\n' || c == '\t' {
            ' '
        } else if is_hostile(c) {
            '\u{fffd}'
        } else {
            c
        });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_lose_their_power() {
        let evil = "a\x1b]52;c;Zm9v\x07b\u{9b}31m\u{202e}c\nd";
        let shown = printable(evil);
        assert!(!shown.chars().any(is_hostile));
        assert!(shown.contains('\n'));
        assert!(matches!(printable("plain, naïve, 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn one_line_is_cut_with_an_ellipsis() {
        assert_eq!(one_line("uno\ndue", 20), "uno due");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("abcd", 4), "abcd");
    }
}
