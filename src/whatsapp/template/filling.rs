//! What a template asks for when it is sent.

use super::variable::variables;
use super::{Button, FileKind, Header, Template};

/// A place that a parameter fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The name by which a person gives it: `1`, `2` or the variable's name in the body; `header`, or `header.` and
    /// the variable's name; `header.latitude` and so on for a place; `button.1` for the first button; `offer.until`
    /// for the end of an offer; the same after `card.1.` in the first card of a carousel.
    pub key: String,
    /// What fills it.
    pub part: Part,
    /// Whether the template cannot be sent without it.
    pub required: bool,
    /// An example, as the platform was given it.
    pub example: Option<String>,
}

/// What fills a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words, or the end of a button's address.
    Text,
    /// A file: an `https` address or the id of an uploaded file.
    File(FileKind),
    /// A part of a place.
    Place,
    /// What a quick-reply button sends back; without it, its words.
    Payload,
    /// The code that a button copies.
    Code,
    /// When an offer ends.
    Until,
    /// The token with which a form's answer comes back.
    Flow,
    /// The product of the catalogue that is shown.
    Product,
}

impl Template {
    /// Every place that a parameter fills, in the order of the template.
    pub fn parameters(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        match &self.header {
            Some(Header::Text { text, example }) => {
                if let Some(name) = variables(text).first() {
                    let key = if self.named { format!("header.{name}") } else { "header".into() };
                    slots.push(slot(key, Part::Text, example.as_ref()));
                }
            }
            Some(Header::File(kind)) => {
                slots.push(slot("header".into(), Part::File(*kind), None));
            }
            Some(Header::Place) => {
                let members = ["latitude", "longitude", "name", "address"];
                let place = |member| slot(format!("header.{member}"), Part::Place, None);
                slots.extend(members.map(place));
            }
            Some(Header::Other(_)) | None => {}
        }
        slots.extend(body(&self.body, &self.body_examples));
        if self.offer.as_ref().is_some_and(|offer| offer.ends) {
            slots.push(slot("offer.until".into(), Part::Until, None));
        }
        slots.extend(buttons(&self.buttons));
        for (card, at) in self.cards.iter().zip(1..) {
            let own = card.header.map(|kind| slot("header".into(), Part::File(kind), None));
            let own = own.into_iter().chain(body(&card.body, &card.body_examples));
            let own = own.chain(buttons(&card.buttons));
            slots.extend(own.map(|slot| Slot { key: format!("card.{at}.{}", slot.key), ..slot }));
        }
        slots
    }

    /// The kind of the first part that cannot be filled in here; a template with one is not sent.
    pub fn unsupported(&self) -> Option<&str> {
        let header = match &self.header {
            Some(Header::Other(kind)) => Some(kind),
            _ => None,
        };
        let kinds = || {
            let buttons =
                self.buttons.iter().chain(self.cards.iter().flat_map(|card| &card.buttons));
            buttons.map(|button| &button.kind).find(|kind| matches!(kind.as_str(), "MPM" | "SPM"))
        };
        header.or_else(|| self.other_parts.first()).or_else(kinds).map(String::as_str)
    }
}

fn slot(key: String, part: Part, example: Option<&String>) -> Slot {
    Slot {
        key,
        part,
        required: !matches!(part, Part::Payload | Part::Flow | Part::Product),
        example: example.cloned(),
    }
}

fn body<'a>(text: &'a str, examples: &'a [String]) -> impl Iterator<Item = Slot> + 'a {
    let names = variables(text).into_iter().enumerate();
    names.map(|(at, name)| slot(name.to_owned(), Part::Text, examples.get(at)))
}

fn buttons(buttons: &[Button]) -> impl Iterator<Item = Slot> + '_ {
    buttons.iter().zip(1..).filter_map(|(button, at)| {
        let part = match button.kind.as_str() {
            "URL" if button.url.as_deref().is_some_and(|url| !variables(url).is_empty()) => {
                Part::Text
            }
            "QUICK_REPLY" => Part::Payload,
            "COPY_CODE" => Part::Code,
            "FLOW" => Part::Flow,
            "CATALOG" => Part::Product,
            _ => return None,
        };
        Some(slot(format!("button.{at}"), part, button.example.as_ref()))
    })
}
