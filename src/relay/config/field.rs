//! `[[field]]`: what tickets have beside the rest.

use super::section::Section;
use crate::domain::field::{FieldKind, FieldRules};
use crate::domain::name::Name;

/// Reads one field; `queue` tells whether there is a queue of that name.
pub(super) fn read(table: Section<'_>, queue: &dyn Fn(&str) -> bool) -> Option<FieldRules> {
    let name =
        table.need("name", "by which it is set and found, such as category").and_then(|of| {
            let name = of.label()?;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !name.chars().all(plain) {
                return of.wrong("is no name of a field", "small letters, digits and _");
            }
            Some(name)
        });
    let words = ["text", "number", "date", "choice", "yes_no"].map(|word| (word, word));
    let kind = table
        .need("type", "one of \"text\", \"number\", \"date\", \"choice\", \"yes_no\"")
        .and_then(|value| value.one_of(&words));
    let choices = table.get("choices").map(|value| {
        let all = value.labels()?;
        match (kind, all.len()) {
            (Some("choice"), 1..) | (None, _) => Some(all),
            (Some("choice"), 0) => value.wrong("is empty", "name what may be chosen"),
            _ => value.wrong("is for a field to choose from", "write type = \"choice\""),
        }
    });
    let kind = match (kind, choices) {
        (Some("choice"), None) => {
            table.need("choices", "such as choices = [\"refund\", \"lost parcel\"]");
            None
        }
        (Some("choice"), Some(all)) => all.map(FieldKind::Choice),
        (Some("number"), _) => Some(FieldKind::Number),
        (Some("date"), _) => Some(FieldKind::Date),
        (Some("yes_no"), _) => Some(FieldKind::YesNo),
        (Some(_), _) => Some(FieldKind::Text),
        (None, _) => None,
    };
    let queues = table.get("queues").map(|value| {
        let all = value.labels()?;
        if let Some(strange) = all.iter().find(|name| !queue(name)) {
            let message = format!("names the queue \"{strange}\", which there is not");
            return value.wrong(&message, "describe it in a [[queue]], or name another");
        }
        Some(all.iter().map(|name| Name::from(name.as_str())).collect())
    });
    let required = table.get("required").map(|value| value.flag());
    table.finish();
    Some(FieldRules {
        name: Name::from(name?.as_str()),
        kind: kind?,
        queues: queues.unwrap_or_else(|| Some(Vec::new()))?,
        required: required.unwrap_or(Some(false))?,
    })
}
