//! What the platform would refuse of a new template.

use super::variable::{is_number, is_variable, variables};
use crate::domain::limit::Limit;
use serde::{Deserialize, Serialize};

/// What is wrong in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFault {
    /// Where: `name`, `language`, `header`, `body`, `footer`, `examples`, or `buttons.2` for the second.
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
