//! What goes to stdout. A reader that goes away is no fault.

use super::Failure;
use crate::kit::text::escaped;
use serde::Serialize;
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

/// Prints one JSON value, indented. What could do something to a terminal is written as `\uXXXX`: such characters
/// stand only inside of strings, where that is allowed.
pub(super) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(Failure::failed)?;
    text(&escaped(&json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::text::is_hostile;
    use std::borrow::Cow;

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
