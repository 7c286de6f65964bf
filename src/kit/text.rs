//! Text of strangers made safe to print.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The most characters that may stand upon another: marks, joiners and what these join. The longest emoji that
/// means anything has nine; hundreds of marks only paint over the lines around.
const UPON_MOST: usize = 12;

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

/// `text` as a terminal can only show it: every hostile character is U+FFFD, and of what stands upon one
/// character only the first [`UPON_MOST`] are there.
fn tame(text: &str) -> impl Iterator<Item = char> {
    let (mut upon, mut joined) = (0, false);
    let kept = text.chars().filter(move |c| {
        let extends = c.width() == Some(0) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}');
        upon = if !is_hostile(*c) && (joined || extends) { upon + 1 } else { 0 };
        joined = *c == '\u{200d}';
        upon <= UPON_MOST
    });
    kept.map(|c| if is_hostile(c) { '\u{fffd}' } else { c })
}

/// `text` with every hostile character replaced by U+FFFD and without marks beyond a dozen upon one
/// character, so that a terminal can only show it. Line feeds and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().eq(tame(text)) { Cow::Borrowed(text) } else { Cow::Owned(tame(text).collect()) }
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

/// `text` on one line, printable, and cut to `most` columns with an ellipsis.
pub fn one_line(text: &str, most: usize) -> String {
    // What cannot be shown is not looked at: so many characters fill more columns than there are.
    let enough = most.saturating_add(1).saturating_mul(2 * (UPON_MOST + 1));
    let spaced = |c| if matches!(c, '\n' | '\t') { ' ' } else { c };
    let mut line: String = tame(text).take(enough).map(spaced).collect();
    let (mut wide, mut fits) = (0, 0);
    for (at, grapheme) in line.grapheme_indices(true) {
        wide += grapheme.width();
        if wide > most {
            line.truncate(fits);
            line.push('…');
            break;
        }
        if wide < most {
            fits = at + grapheme.len();
        }
    }
    line
}

/// The hint for a key that nobody knows: the nearest of those that are, or all of them.
pub fn nearest(key: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(key, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(key.len()) / 3)
        .min();
    match near {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "none is known here".to_owned(),
        None => format!("known here: {}", known.join(", ")),
    }
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
        assert_eq!(one_line("日本日本", 7), "日本日…");
        assert_eq!(one_line("日本日本", 6), "日本…");
        assert_eq!(one_line("", 0), "");
    }

    #[test]
    fn marks_are_bounded_and_every_script_and_emoji_stays_whole() {
        let kiss = "👩🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏼";
        let scotland = "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";
        for text in ["e\u{301}", "हिन्दी", "ﷺ بِسْمِ", "שָׁלוֹם", "กำลัง", "각", kiss, scotland]
        {
            assert!(matches!(printable(text), Cow::Borrowed(_)), "{text}");
            assert_eq!(one_line(text, 20), text);
        }
        let over = "\u{301}".repeat(500);
        let nothing = "\u{200b}".repeat(500);
        let chain = "👩🏻\u{200d}".repeat(500);
        for (text, most) in [
            (format!("a{over}b"), 2 + UPON_MOST),
            (format!("a{nothing}b"), 2 + UPON_MOST),
            (over, UPON_MOST),
            (chain, 1 + UPON_MOST),
        ] {
            assert_eq!(printable(&text).chars().count(), most);
            assert_eq!(one_line(&text, 40).chars().count(), most);
        }
        let cut = one_line(&format!("a{}", "\u{301}".repeat(40)).repeat(100), 10);
        assert_eq!((cut.width(), cut.matches('a').count()), (10, 9));
    }
}
