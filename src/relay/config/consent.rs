//! `[consent]`: what customers agree to, and by which words.

use super::section::{Section, Value};

/// The rules of consent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// Words beside the desk's own by which a customer refuses; a message is one if it is nothing else.
    pub opt_out_words: Vec<String>,
    /// Words beside the desk's own by which he agrees.
    pub opt_in_words: Vec<String>,
    /// Marketing messages that one contact may get in a week; nothing sets no bound.
    pub marketing_per_week: Option<usize>,
    /// The template, and its language, by which who agrees to marketing is asked to confirm it.
    pub confirm: Option<(String, String)>,
}

impl Consent {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let Some(table) = root.section("consent") else { return Self::default() };
        let words = |key: &'static str| {
            let given = table.get(key).and_then(|value| value.items()).unwrap_or_default();
            given.iter().filter_map(word).collect()
        };
        let (opt_out_words, opt_in_words) = (words("opt_out_words"), words("opt_in_words"));
        let per_week = table.get("marketing_per_week").and_then(|value| value.whole(0, 1_000));
        let confirm = table.section("confirm").and_then(|table| {
            let text = |key: &'static str, hint: &str| {
                let value = table.need(key, hint)?;
                value.text().map(str::to_owned)
            };
            let template =
                text("template", "the name of an approved utility template with buttons");
            let language = text("language", "such as language = \"en_US\"");
            table.finish();
            Some((template?, language?))
        });
        table.finish();
        let marketing_per_week = per_week.map(|most| most as usize);
        Self { opt_out_words, opt_in_words, marketing_per_week, confirm }
    }
}

/// As it is compared: in lower case.
fn word(value: &Value<'_>) -> Option<String> {
    let word = value.text()?.trim().to_lowercase();
    if word.is_empty() || word.chars().count() > 64 {
        return value.wrong("is no word", "write 1 to 64 characters");
    }
    Some(word)
}
