//! The cards of a new template's carousel.

use super::button::{self, DraftButton};
use super::fault::Faults;
use super::file::DraftFile;
use super::variable;
use crate::domain::limit::Limit;
use crate::domain::message::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const CARDS: std::ops::RangeInclusive<usize> = 2..=10;
const BODY: Limit = Limit::new(1, 160);
const BUTTONS_MOST: usize = 2;

/// One card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftCard {
    /// The picture or film above its text.
    #[serde(flatten)]
    pub file: DraftFile,
    /// Its text; empty on all cards or on none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// In order; of the same kinds on all cards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<DraftButton>,
    /// An example for each variable of its text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<String, String>,
}

impl DraftCard {
    /// The variables of its text, in the order in which their examples are given.
    pub fn variables(&self) -> Vec<&str> {
        variable::ordered(&self.body)
    }

    /// What must be alike on all cards.
    fn shape(&self) -> (Kind, bool, Vec<&'static str>) {
        let buttons = self.buttons.iter().map(DraftButton::word).collect();
        (self.file.kind(), self.body.is_empty(), buttons)
    }
}

/// What the platform would refuse of all cards together.
pub(super) fn all_faults(cards: &[DraftCard], named: bool, faults: &mut Faults) {
    if !CARDS.contains(&cards.len()) {
        let what = format!("are {}", cards.len());
        faults.add("cards", &what, "a carousel has 2 to 10 cards");
    }
    for (card, nth) in cards.iter().zip(1..) {
        let part = format!("cards.{nth}");
        if card.file.kind() == Kind::Document {
            faults.add(&part, "has a document", "a card has an image or a video");
        }
        if card.file.example().trim().is_empty() {
            faults.add(&part, "has no file", "name an image or a video");
        }
        if !card.body.is_empty() {
            faults.length(&part, &card.body, BODY);
            faults.text(&part, &card.body, named);
        }
        faults.examples(&part, &card.body, &card.examples);
        for key in card.examples.keys().filter(|key| !card.variables().contains(&key.as_str())) {
            let what = format!("has an example for {key}, which is no variable of it");
            faults.add(&part, &what, "leave it out, or write the variable into the text");
        }
        let buttons = format!("{part}.buttons");
        if card.buttons.len() > BUTTONS_MOST {
            faults.add(&buttons, "are too many", "a card has at most 2");
        }
        let other = card.buttons.iter().find(|of| !matches!(of.word(), "reply" | "url" | "phone"));
        if let Some(other) = other {
            let what = format!("have a {}", other.word());
            faults.add(&buttons, &what, "a card's buttons reply, open an address or call");
        }
        button::all_faults(&buttons, &card.buttons, faults);
        if cards.first().is_some_and(|first| first.shape() != card.shape()) {
            let hint = "all cards have the same kind of file, a text or none, and the same kinds of buttons";
            faults.add(&part, "is not like the first card", hint);
        }
    }
}
