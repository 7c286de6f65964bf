//! The language of the interface.
//!
//! Each part of the console keeps its own table of texts, next to what shows them, made with `words!`: a text
//! without all four languages does not compile. What customers write is never translated.

use serde::{Deserialize, Serialize};

/// The languages of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Italian.
    It,
    /// Brazilian Portuguese.
    Pt,
    /// Spanish.
    Es,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::It, Self::Pt, Self::Es];

    /// Its two letters.
    pub fn code(self) -> &'static str {
        ["en", "it", "pt", "es"][self as usize]
    }

    /// The language of a locale's name as `LC_ALL` writes it, `pt_BR.UTF-8`, or of its two letters; nothing for
    /// others.
    pub fn of_locale(name: &str) -> Option<Self> {
        let code = name.split(['_', '-', '.', '@']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }
}

/// Puts `values` where a text says `{0}`, `{1}` and so on. What a value says stands as it is.
pub fn fill(text: &str, values: &[&str]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begins) = rest.find('{') {
        let (before, hole) = rest.split_at(begins);
        filled.push_str(before);
        let inside = hole[1..].split_once('}').and_then(|(place, after)| {
            let value = values.get(place.parse::<usize>().ok()?)?;
            Some((*value, after))
        });
        let (put, after) = inside.unwrap_or(("{", &hole[1..]));
        filled.push_str(put);
        rest = after;
    }
    filled + rest
}

/// A whole number as people write it: `3,402`, `3.402`.
pub fn grouped(number: usize, language: Language) -> String {
    let digits = number.to_string();
    let mark = if language == Language::En { ',' } else { '.' };
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// A table of texts: `words! { /// doc \n pub enum Word { Mine = ["mine", "miei", "meus", "míos"] } }`, in the
/// order English, Italian, Portuguese, Spanish. `Word::Mine.say(language)` is the text.
#[macro_export]
macro_rules! words {
    ($(#[$about:meta])* $seen:vis enum $name:ident { $($word:ident = [$en:expr, $it:expr, $pt:expr, $es:expr]),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        $seen enum $name { $($word),* }
        impl $name {
            /// The text in a language.
            $seen fn say(self, language: $crate::console::language::Language) -> &'static str {
                let texts: [&'static str; 4] = match self { $(Self::$word => [$en, $it, $pt, $es]),* };
                texts[language as usize]
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_says_is_no_hole() {
        for (text, values, filled) in [
            ("{0} gave you #{1}", &["ada", "7"][..], "ada gave you #7"),
            ("{1} {0} {1}", &["a", "b"], "b a b"),
            ("{0}: {1}", &["{1}", "{0}"], "{1}: {0}"),
            ("{2} {x} {", &["a"], "{2} {x} {"),
            ("{{0}}", &["a"], "{a}"),
            ("", &["a"], ""),
        ] {
            assert_eq!(fill(text, values), filled);
        }
    }

    #[test]
    fn a_locale_names_a_language() {
        for (name, language) in [
            ("pt_BR.UTF-8", Some(Language::Pt)),
            ("es", Some(Language::Es)),
            ("it.utf8", Some(Language::It)),
            ("ES-mx", Some(Language::Es)),
            ("it@euro", Some(Language::It)),
            ("C", None),
            ("", None),
            ("de_DE", None),
            ("english", None),
            ("esperanto", None),
            ("item", None),
        ] {
            assert_eq!(Language::of_locale(name), language, "{name}");
        }
    }

    #[test]
    fn numbers_are_grouped_by_language() {
        for (number, en, it) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (3402, "3,402", "3.402"),
            (1_000_000, "1,000,000", "1.000.000"),
        ] {
            assert_eq!(grouped(number, Language::En), en);
            assert_eq!(grouped(number, Language::It), it);
        }
    }

    #[test]
    fn values_go_to_their_places() {
        assert_eq!(fill("{1} of {0}", &["9", "3"]), "3 of 9");
    }
}
