//! A new template as people write it, and what the platform would refuse of it. Source: pages
//! "templates/template-management" and template components.

mod button;
mod fault;
mod variable;

pub use button::DraftButton;
pub use fault::DraftFault;

use super::Purpose;
use super::slot::{BODY, HEADER};
use crate::domain::limit::Limit;
use fault::Faults;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use variable::{is_number, variables};

const NAME_MOST: usize = 512;
const FOOTER: Limit = Limit::new(1, 60);
const BUTTONS_MOST: usize = 10;

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
    /// The text, with variables that all are numbers or all are names.
    pub body: String,
    /// The small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<DraftButton>,
    /// An example for each variable: by its name, by `header` for that of a header with a number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<String, String>,
}

impl Draft {
    /// Whether its variables have names instead of numbers.
    pub fn is_named(&self) -> bool {
        let header = self.header.as_deref().unwrap_or_default();
        let mut all = variables(&self.body).into_iter().chain(variables(header));
        all.any(|name| !is_number(name))
    }

    /// The variables of the text, in the order in which their examples are given.
    pub fn variables(&self) -> Vec<&str> {
        let mut names = variables(&self.body);
        names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
        names
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
        faults.length("body", &self.body, BODY);
        faults.names("body", &self.body, named);
        let body = self.body.trim();
        if body.starts_with("{{") || body.ends_with("}}") {
            let hint = "put words before and behind: the platform rejects it otherwise";
            faults.add("body", "begins or ends with a variable", hint);
        }
        if !named {
            let names = self.variables();
            let gap = (1..).zip(&names).find(|(nth, name)| **name != nth.to_string());
            if let Some((nth, _)) = gap {
                let what = format!("has no {{{{{nth}}}}}");
                faults.add("body", &what, "number them from 1 without a gap");
            }
        }
        if let Some(footer) = &self.footer {
            faults.length("footer", footer, FOOTER);
            if !variables(footer).is_empty() {
                faults.add("footer", "has a variable", "only header, body and addresses take them");
            }
        }
        self.examples_faults(&mut faults);
        if self.buttons.len() > BUTTONS_MOST {
            faults.add("buttons", "are too many", "at most 10");
        }
        for (button, nth) in self.buttons.iter().zip(1..) {
            button.faults(&format!("buttons.{nth}"), &mut faults);
        }
        faults.0
    }

    fn examples_faults(&self, faults: &mut Faults) {
        let asked = self.variables().into_iter().map(|name| (name, self.examples.get(name)));
        for (name, _) in asked.filter(|(_, given)| given.is_none_or(|text| text.trim().is_empty()))
        {
            let what = format!("lack one for {{{{{name}}}}}");
            faults.add("examples", &what, "the review looks at the text with its examples");
        }
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
