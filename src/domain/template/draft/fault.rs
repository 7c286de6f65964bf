//! What the platform would refuse of a new template.

use super::variable::{is_number, is_variable, ordered, variables};
use crate::domain::limit::Limit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is wrong in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFault {
    /// Where: `name`, `language`, `header`, `file`, `place`, `body`, `footer`, `offer`, `cards`, `examples`, or
    /// `buttons.2` for the second, `cards.2`, `cards.2.buttons.1`.
    pub part: String,
    /// What.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// Faults as they are found.
pub(super) struct Faults(pub(super) Vec<DraftFault>);

impl Faults {
    pub(super) fn add(&mut self, part: &str, what: &str, hint: &str) {
        self.0.push(DraftFault { part: part.into(), what: what.into(), hint: hint.into() });
    }

    pub(super) fn length(&mut self, part: &str, text: &str, limit: Limit) {
        let long = text.chars().count();
        if text.trim().is_empty() {
            self.add(part, "is empty", "write something, or leave it out");
        } else if !limit.holds(long) {
            self.add(
                part,
                &format!("has {long} characters"),
                &format!("WhatsApp takes {} to {}", limit.least, limit.most),
            );
        }
    }

    /// A text with variables: words before and behind them, none left out.
    pub(super) fn text(&mut self, part: &str, text: &str, named: bool) {
        self.names(part, text, named);
        let trimmed = text.trim();
        if trimmed.starts_with("{{") || trimmed.ends_with("}}") {
            let hint = "put words before and behind: the platform rejects it otherwise";
            self.add(part, "begins or ends with a variable", hint);
        }
        if !named {
            let names = ordered(text);
            let gap = (1..).zip(&names).find(|(nth, name)| **name != nth.to_string());
            if let Some((nth, _)) = gap {
                let what = format!("has no {{{{{nth}}}}}");
                self.add(part, &what, "number them from 1 without a gap");
            }
        }
    }

    /// Each variable of a text has an example.
    pub(super) fn examples(&mut self, part: &str, text: &str, examples: &BTreeMap<String, String>) {
        let lacks = |name: &&str| examples.get(*name).is_none_or(|text| text.trim().is_empty());
        for name in ordered(text).into_iter().filter(lacks) {
            let what = format!("lack one for {{{{{name}}}}}");
            let what = if part == "examples" { what } else { format!("has examples that {what}") };
            self.add(part, &what, "the review looks at the text with its examples");
        }
    }

    /// All variables are numbers, or all are names.
    pub(super) fn names(&mut self, part: &str, text: &str, named: bool) {
        let opened = text.matches("{{").count();
        let found = text.split("{{").skip(1).filter(|rest| {
            let name = rest.split_once("}}").map(|(name, _)| name);
            name.is_some_and(|name| is_variable(name.trim()))
        });
        if opened != found.count() {
            let hint = "{{1}}, or {{first_name}}: lower-case letters, digits and _";
            self.add(part, "has braces that hold no variable", hint);
        } else if named && variables(text).into_iter().any(is_number) {
            self.add(part, "mixes numbers and names", "number all variables, or name all");
        }
    }
}
