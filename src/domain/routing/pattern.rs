//! A regular expression of the operator's.

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that one compiled expression may take.
const SIZE_MOST: usize = 1 << 20;

/// A regular expression that does not look at case. Its time is linear in the text, whatever a customer writes.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    /// Nothing where a journal holds what this version does not take: it finds nothing.
    compiled: Option<Regex>,
}

impl Pattern {
    /// Compiles it.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn new(text: &str) -> Result<Self, String> {
        let compiled = RegexBuilder::new(text).case_insensitive(true).size_limit(SIZE_MOST).build();
        let compiled = compiled.map_err(|error| {
            let told = error.to_string();
            let last = told.lines().rev().find(|line| !line.trim().is_empty());
            last.unwrap_or("it cannot be read").trim().trim_start_matches("error: ").to_owned()
        })?;
        Ok(Self { text: text.to_owned(), compiled: Some(compiled) })
    }

    /// Whether it finds something in a text.
    pub fn finds(&self, text: &str) -> bool {
        self.compiled.as_ref().is_some_and(|compiled| compiled.is_match(text))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Ok(Self::new(&text).unwrap_or(Self { text, compiled: None }))
    }
}
