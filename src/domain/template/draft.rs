//! A new template as people write it, and what the platform would refuse of it. Source: pages
//! "templates/template-management" and template components.

mod button;
mod card;
mod fault;
mod file;
mod shape;
mod variable;

pub use button::DraftButton;
pub use card::DraftCard;
pub use fault::DraftFault;
pub use file::DraftFile;

use super::Purpose;
use super::slot::{BODY, HEADER};
use crate::domain::limit::Limit;
use fault::Faults;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use variable::{is_number, variables};

const NAME_MOST: usize = 512;
const FOOTER: Limit = Limit::new(1, 60);

/// A new template in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Lower-case letters, digits and `_`.
    pub name: String,
    /// `it`, `pt_BR`.
    pub language: String,
    /// What it is for.
    pub purpose: Purpose,
    /// A line above the text, with at most one variable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// A file above the text, in the place of a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<DraftFile>,
    /// A place above the text, in the place of a line; which, is said when it is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub place: bool,
    /// The text, with variables that all are numbers or all are names.
    pub body: String,
    /// The small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// An offer for a limited time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<DraftOffer>,
    /// The cards of a carousel, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<DraftCard>,
    /// In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<DraftButton>,
    /// An example for each variable: by its name, by `header` for that of a header with a number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<String, String>,
}

/// An offer for a limited time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftOffer {
    /// What it is called.
    pub text: String,
    /// Whether it is told until when; the time is said when it is sent.
    #[serde(default)]
    pub ends: bool,
}

impl Draft {
    /// Whether its variables have names instead of numbers.
    pub fn is_named(&self) -> bool {
        let header = self.header.as_deref().unwrap_or_default();
        let texts = [header, &self.body].into_iter();
        let mut texts = texts.chain(self.cards.iter().map(|card| card.body.as_str()));
        texts.any(|text| variables(text).into_iter().any(|name| !is_number(name)))
    }

    /// The variables of the text, in the order in which their examples are given.
    pub fn variables(&self) -> Vec<&str> {
        variable::ordered(&self.body)
    }

    /// The example for the header's variable, where it has one: its name, and what was given.
    pub fn header_example(&self) -> Option<(&str, Option<&str>)> {
        let name = variables(self.header.as_deref()?).first().copied()?;
        let key = if is_number(name) { "header" } else { name };
        Some((name, self.examples.get(key).map(String::as_str)))
    }

    /// Whether an example under this key is one of a variable.
    pub fn takes(&self, key: &str) -> bool {
        let header = self.header_example().map(|(name, _)| name);
        let of_header = match header {
            Some(name) if is_number(name) => key == "header",
            Some(name) => key == name,
            None => false,
        };
        of_header || self.variables().contains(&key)
    }

    /// Its files, that of the header first, then those of the cards.
    pub fn files(&self) -> impl Iterator<Item = &DraftFile> {
        self.file.iter().chain(self.cards.iter().map(|card| &card.file))
    }

    /// The same, to be changed.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut DraftFile> {
        self.file.iter_mut().chain(self.cards.iter_mut().map(|card| &mut card.file))
    }

    /// What the platform would refuse, or reject at its review.
    pub fn faults(&self) -> Vec<DraftFault> {
        let mut faults = Faults(Vec::new());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > NAME_MOST || !self.name.chars().all(plain) {
            faults.add("name", "is no name of a template", "lower-case letters, digits and _");
        }
        if !is_language(&self.language) {
            faults.add("language", "is no language", "a code such as it, en_US");
        }
        if self.purpose == Purpose::Service || self.purpose == Purpose::Authentication {
            let hint = "utility or marketing; codes have templates of their own, made in the WhatsApp manager";
            faults.add("category", "cannot be submitted from here", hint);
        }
        let named = self.is_named();
        if let Some(header) = &self.header {
            faults.length("header", header, HEADER);
            faults.names("header", header, named);
            if header.contains('\n') {
                faults.add("header", "has a line end", "write one line");
            }
            if variables(header).len() > 1 {
                faults.add("header", "has more than one variable", "keep one");
            }
        }
        let most = if self.offer.is_some() { shape::OFFER_BODY } else { BODY };
        faults.length("body", &self.body, most);
        faults.text("body", &self.body, named);
        if let Some(footer) = &self.footer {
            faults.length("footer", footer, FOOTER);
            if !variables(footer).is_empty() {
                faults.add("footer", "has a variable", "only header, body and addresses take them");
            }
        }
        self.examples_faults(&mut faults);
        button::all_faults("buttons", &self.buttons, &mut faults);
        self.shape_faults(&mut faults);
        faults.0
    }

    fn examples_faults(&self, faults: &mut Faults) {
        faults.examples("examples", &self.body, &self.examples);
        if let Some((name, None)) = self.header_example() {
            let key = if is_number(name) { "header" } else { name };
            let what = format!("lack one for the header's {{{{{name}}}}}");
            faults.add("examples", &what, &format!("write {key} = \"...\""));
        }
        for key in self.examples.keys().filter(|key| !self.takes(key)) {
            let what = format!("have one for {key}, which is no variable of it");
            faults.add("examples", &what, "leave it out, or write the variable into the text");
        }
    }
}

/// `it`, `pt_BR`: as the platform writes them.
pub fn is_language(code: &str) -> bool {
    let (language, country) = code.split_once('_').unwrap_or((code, "AA"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests;
