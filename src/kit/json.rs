//! JSON laid out for people.

use super::text::escaped;

/// What lies deeper is indented no further: a stranger's nesting must not make lines of megabytes.
const DEPTH_MOST: usize = 24;

/// `json` with a line for each member and each element, and otherwise as it was written: the order of members, the
/// digits of numbers and escapes stay. What could do something to a terminal is written as `\uXXXX`.
pub fn laid_out(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut chars = json.chars().peekable();
    let (mut inside, mut escape, mut depth) = (false, false, 0_usize);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth.min(DEPTH_MOST)));
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if !escape => {
                inside = !inside;
                out.push(c);
            }
            _ if inside => out.push(c),
            '{' | '[' => {
                out.push(c);
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                match chars.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => out.push(end),
                    None => {
                        depth += 1;
                        line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ if c.is_ascii_whitespace() => {}
            _ => out.push(c),
        }
        escape = inside && c == '\\' && !escape;
    }
    escaped(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::text::is_hostile;

    #[test]
    fn json_is_laid_out_and_says_what_it_said() {
        for (json, shown) in [
            (
                r#"{"z":1,"a":[1.10, -0,123456789012345678901234567890],"o":{ },"l":[]}"#,
                "{\n  \"z\": 1,\n  \"a\": [\n    1.10,\n    -0,\n    123456789012345678901234567890\n  ],\n  \"o\": {},\n  \"l\": []\n}",
            ),
            (
                r#"{"q":"a \"b\", {c}: [d]\\","e":"\u00e8 \u001b"}"#,
                "{\n  \"q\": \"a \\\"b\\\", {c}: [d]\\\\\",\n  \"e\": \"\\u00e8 \\u001b\"\n}",
            ),
            (r#" "plain text" "#, r#""plain text""#),
            ("7", "7"),
            ("", ""),
        ] {
            assert_eq!(laid_out(json), shown);
        }
    }

    #[test]
    fn a_terminal_is_shown_nothing_that_it_obeys() {
        let json = serde_json::to_string(&["a\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{e0001}\r\n"])
            .expect("JSON");
        let shown = laid_out(&json);
        assert!(!shown.chars().any(is_hostile), "{shown}");
        let back: Vec<String> = serde_json::from_str(&shown).expect("JSON still");
        assert_eq!(back, ["a\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{e0001}\r\n"]);
    }

    #[test]
    fn deep_nesting_makes_no_endless_lines() {
        let deep = "[".repeat(20_000);
        assert!(laid_out(&deep).len() < 20_000 * (2 + 2 * DEPTH_MOST));
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_is_it_is_the_same_json(text in ".*", number in proptest::prelude::any::<f64>()) {
            let value = serde_json::json!({"a": [text, {"b": number}, []], "c": {text.clone(): null}});
            let written = value.to_string();
            let shown = laid_out(&written);
            let compact: serde_json::Value = serde_json::from_str(&shown).expect("JSON still");
            let same: serde_json::Value = serde_json::from_str(&written).expect("JSON");
            proptest::prop_assert_eq!(compact, same);
            proptest::prop_assert!(!shown.chars().any(is_hostile));
        }
    }
}
