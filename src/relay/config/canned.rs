//! `[[canned]]` and `[[template]]`: the texts that agents take into the composer, and the tickets for which
//! these and templates are suggested.

use super::section::{Section, Value};
use crate::domain::canned::{Canned, Fit, TemplateRules, Variable, unknown};
use crate::domain::name::Name;
use crate::domain::template::is_language;
use crate::domain::ticket::State;
use std::collections::BTreeMap;

/// Characters of a text message. Source: text messages.
const TEXT_MOST: usize = 4096;

const STATES: &[(&str, State)] = &[
    ("new", State::New),
    ("open", State::Open),
    ("pending", State::Pending),
    ("on_hold", State::OnHold),
    ("snoozed", State::Snoozed),
    ("solved", State::Solved),
];

/// Reads one canned reply; `known` tells whether a queue exists.
pub(super) fn read(table: Section<'_>, known: &dyn Fn(&str) -> bool) -> Option<Canned> {
    let name = table.need("name", "what agents find it by, such as \"greeting\"");
    let name = name.and_then(|value| value.label());
    let hint = "write text = { en = \"...\", it = \"...\" }";
    let texts = table.need("text", hint).and_then(|value| texts(&value));
    let queues = table.get("queues").map(|value| super::policy::queues(&value, known));
    let template = table.get("template").map(|value| value.label());
    let fit = fit(&table);
    table.finish();
    let names = |names: Vec<String>| names.iter().map(|name| Name::from(name.as_str())).collect();
    Some(Canned {
        name: name?,
        texts: texts?,
        queues: match queues {
            Some(queues) => names(queues?),
            None => Vec::new(),
        },
        template: match template {
            Some(template) => Some(template?),
            None => None,
        },
        fit: fit?,
    })
}

/// Reads what is said of a template.
pub(super) fn template(table: Section<'_>) -> Option<(String, TemplateRules)> {
    let name = table.need("name", "the template's name at the platform");
    let name = name.and_then(|value| value.label());
    let (fit, instead) = (fit(&table), table.get("instead").map(|value| value.label()));
    table.finish();
    let instead = match instead {
        Some(instead) => Some(instead?),
        None => None,
    };
    Some((name?, TemplateRules { fit: fit?, instead }))
}

/// `tags` and `states`.
fn fit(table: &Section<'_>) -> Option<Fit> {
    let tags = table.get("tags").map(|value| value.labels());
    let states = table.get("states").map(|value| {
        let read: Vec<_> = value.items()?.iter().map(|state| state.one_of(STATES)).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    let none = || Some(Vec::new());
    Some(Fit { tags: tags.unwrap_or_else(none)?, states: states.unwrap_or(Some(Vec::new()))? })
}

fn texts(value: &Value<'_>) -> Option<BTreeMap<String, String>> {
    let entries = value.section()?.entries();
    if entries.is_empty() {
        return value.wrong("has no language", "such as text = { en = \"...\" }");
    }
    let read: Vec<_> = entries
        .into_iter()
        .map(|(language, text)| {
            let (said, is_language) = (said(&text), is_language(&language));
            if !is_language {
                return text.wrong("is no language", "a code such as en, it, pt_BR");
            }
            Some((language, said?))
        })
        .collect();
    read.into_iter().collect()
}

fn said(value: &Value<'_>) -> Option<String> {
    let text = value.text()?.trim();
    let long = text.chars().count();
    if long > TEXT_MOST {
        let message = format!("has {long} characters");
        return value.wrong(&message, &format!("WhatsApp takes {TEXT_MOST}"));
    }
    if text.chars().any(|c| crate::kit::text::is_hostile(c) || c.is_control() && c != '\n') {
        return value.wrong("has control characters", "leave them out");
    }
    match unknown(text) {
        None => Some(text.to_owned()),
        Some("{{") => value.wrong("opens a variable that has no end", "write }} behind it"),
        Some(name) => {
            let message = format!("has the unknown variable \"{name}\"");
            let known = Variable::ALL.map(Variable::word);
            value.wrong(&message, &crate::kit::text::nearest(name, &known))
        }
    }
}
