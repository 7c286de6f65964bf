//! What goes to stdout. A reader that goes away is no fault.

use super::Failure;
use crate::kit::text::is_hostile;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write;

/// Prints text as it is, with a line end if it lacks one.
pub(super) fn text(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Prints one JSON value, indented.
pub(super) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
    text(&escaped(&json))
}

/// JSON that does nothing to a terminal and means the same: what could is written as `\uXXXX`. Such
/// characters stand only inside of strings, where that is allowed.
pub(super) fn escaped(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_hostile) {
        return Cow::Borrowed(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_shows_a_terminal_nothing_that_it_obeys() {
        let said = "a\u{9b}31m\u{202e}b\u{7f}\u{e0001}\u{1b}[2J\nperché 日本";
        let json = serde_json::to_string_pretty(&[said]).expect("JSON");
        let shown = escaped(&json);
        assert!(!shown.chars().any(is_hostile), "{shown}");
        assert!(
            shown.contains(r"\u009b31m\u202eb\u007f\udb40\udc01\u001b[2J\nperché 日本"),
            "{shown}"
        );
        let back: Vec<String> = serde_json::from_str(&shown).expect("JSON still");
        assert_eq!(back, [said]);
        assert!(matches!(escaped("{\n  \"a\": 1\n}"), Cow::Borrowed(_)));
    }
}
