//! Contents that the business makes for what it sends inside the window: twilio.com/docs/content. Read strictly: an
//! unknown member, a length over its limit or more than one kind is refused.

use super::approve::{Approval, Card};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::request::Content;
use crate::sandbox::script::Deed;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One that was made.
#[derive(Debug)]
pub(in crate::sandbox) struct Made {
    pub(super) sid: String,
    name: String,
    language: String,
    types: Value,
    text: String,
    deeds: Vec<Deed>,
    /// The parts of the template that it may become.
    template: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    friendly_name: String,
    language: String,
    variables: BTreeMap<String, String>,
    types: Value,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "twilio/quick-reply")]
    QuickReply(QuickReply),
    #[serde(rename = "twilio/list-picker")]
    ListPicker(ListPicker),
    #[serde(rename = "twilio/call-to-action")]
    CallToAction(CallToAction),
    #[serde(rename = "twilio/text")]
    Text(Card),
    #[serde(rename = "whatsapp/card")]
    Card(Card),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuickReply {
    body: String,
    actions: Vec<Reply>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListPicker {
    body: String,
    button: String,
    items: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    item: String,
    id: String,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallToAction {
    body: String,
    actions: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    url: String,
}

pub(super) fn bad(what: impl Into<String>) -> Refusal {
    Refusal::new(20_001, what)
}

/// Whether a text has its length, and no variable: there are none here.
fn within(what: &str, text: &str, most: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length == 0 || length > most {
        return Err(bad(format!("{what} has {length} characters, not 1 to {most}")));
    }
    if text.contains("{{") {
        return Err(bad(format!("{what} has a variable that is not given")));
    }
    Ok(())
}

fn many<T>(what: &str, all: &[T], most: usize) -> Result<(), Refusal> {
    if (1..=most).contains(&all.len()) {
        return Ok(());
    }
    Err(bad(format!("there are {} {what}, not 1 to {most}", all.len())))
}

fn once<'a>(ids: impl Iterator<Item = &'a String>) -> Result<(), Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    let mut ids = ids;
    if ids.all(|id| seen.insert(id)) { Ok(()) } else { Err(bad("an id stands twice")) }
}

impl Kind {
    /// What the customer reads, and can do.
    fn check(self) -> Result<(String, Vec<Deed>), Refusal> {
        let chosen = |id, title, list| Deed::Choose { id, title, list };
        match self {
            Self::QuickReply(QuickReply { body, actions }) => {
                within("body", &body, 1_024)?;
                many("actions", &actions, 3)?;
                once(actions.iter().map(|action| &action.id))?;
                for action in &actions {
                    within("title", &action.title, 20)?;
                    within("id", &action.id, 200)?;
                    if action.kind != "QUICK_REPLY" {
                        return Err(bad("an action is no QUICK_REPLY"));
                    }
                }
                let deeds = actions.into_iter().map(|one| chosen(one.id, one.title, false));
                Ok((body, deeds.collect()))
            }
            Self::ListPicker(ListPicker { body, button, items }) => {
                within("body", &body, 1_024)?;
                within("button", &button, 20)?;
                many("items", &items, 10)?;
                once(items.iter().map(|item| &item.id))?;
                for item in &items {
                    within("item", &item.item, 24)?;
                    within("id", &item.id, 200)?;
                    if let Some(description) = &item.description {
                        within("description", description, 72)?;
                    }
                }
                let deeds = items.into_iter().map(|one| chosen(one.id, one.item, true));
                Ok((body, deeds.collect()))
            }
            Self::CallToAction(CallToAction { body, actions }) => {
                within("body", &body, 1_024)?;
                many("actions", &actions, 2)?;
                for action in &actions {
                    within("title", &action.title, 20)?;
                    within("url", &action.url, 2_000)?;
                    if action.kind != "URL" || reqwest::Url::parse(&action.url).is_err() {
                        return Err(bad("an action is no URL"));
                    }
                }
                Ok((body, Vec::new()))
            }
            Self::Text(card) | Self::Card(card) => Ok((card.body, Vec::new())),
        }
    }
}

impl Made {
    /// Reads a request.
    pub(super) fn read(bytes: &[u8], sid: String) -> Result<Self, Refusal> {
        let invalid = |error: serde_json::Error| bad(error.to_string());
        let new: New = serde_json::from_slice(bytes).map_err(invalid)?;
        within("friendly_name", &new.friendly_name, 64)?;
        within("language", &new.language, 10)?;
        let kind: Kind = serde_json::from_value(new.types.clone()).map_err(invalid)?;
        let template = match &kind {
            Kind::Text(card) | Kind::Card(card) => Some(card.components(&new.variables)?),
            _ if new.variables.is_empty() => None,
            _ => return Err(bad("these kinds are taken without variables here")),
        };
        let (text, deeds) = kind.check()?;
        let (name, language, types) = (new.friendly_name, new.language, new.types);
        Ok(Self { sid, name, language, types, text, deeds, template })
    }

    /// As it is answered and listed: nobody has approved it.
    pub(super) fn listed(&self, account: &str) -> Value {
        json!({
            "sid": self.sid, "account_sid": account, "friendly_name": self.name,
            "language": self.language, "variables": {}, "types": self.types,
            "approval_requests": { "name": "", "category": "", "status": "unsubmitted" },
        })
    }

    /// The template that its approval asks for, and its kind; nothing for one that is none.
    pub(super) fn template(&self, asked: &Approval) -> Option<(String, Value)> {
        let kind = self.types.as_object()?.keys().next()?.clone();
        let template = json!({
            "name": asked.name, "language": self.language, "category": asked.category,
            "components": self.template.as_ref()?,
        });
        Some((kind, template))
    }

    /// As it is sent.
    pub(super) fn content(&self) -> Content {
        let (text, deeds) = (self.text.clone(), self.deeds.clone());
        Content::Free { kind: "interactive", text, deeds, media: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(types: Value) -> Option<String> {
        let new = json!({
            "friendly_name": "x", "language": "en", "variables": {}, "types": types,
        });
        Made::read(new.to_string().as_bytes(), "HX1".into()).err().map(|refusal| refusal.details)
    }

    #[test]
    fn only_what_twilio_takes_is_taken() {
        let reply = |id: &str| json!({ "type": "QUICK_REPLY", "title": "Yes", "id": id });
        let quick =
            |actions: Value| json!({ "twilio/quick-reply": { "body": "x", "actions": actions } });
        let item = json!({ "item": "Blue", "id": "b", "description": "dark" });
        let list = |button: &str, items: Value| json!({ "twilio/list-picker": { "body": "x", "button": button, "items": items } });
        let link = |url: &str| {
            json!({ "twilio/call-to-action": { "body": "x", "actions": [
                { "type": "URL", "title": "Look", "url": url },
            ] } })
        };
        let long = "x".repeat(201);
        for (types, taken) in [
            (quick(json!([reply("a"), reply("b")])), true),
            (quick(json!([])), false),
            (quick(json!([reply("a"), reply("b"), reply("c"), reply("d")])), false),
            (quick(json!([reply("a"), reply("a")])), false),
            (quick(json!([reply(&long)])), false),
            (quick(json!([{ "type": "URL", "title": "Yes", "id": "a" }])), false),
            (quick(json!([{ "title": "Yes", "id": "a" }])), false),
            (json!({ "twilio/quick-reply": { "body": "{{1}}", "actions": [reply("a")] } }), false),
            (
                json!({ "twilio/quick-reply": { "body": "x", "footer": "y", "actions": [reply("a")] } }),
                false,
            ),
            (list("Open", json!([item])), true),
            (list("", json!([item])), false),
            (list("Open", json!([item, item])), false),
            (link("https://a.example"), true),
            (link("a.example"), false),
            (json!({ "twilio/text": { "body": "x" } }), true),
            (json!({ "twilio/text": { "body": "{{1}}" } }), false),
            (json!({ "whatsapp/card": { "body": "x", "colour": "red" } }), false),
            (
                json!({ "whatsapp/card": { "body": "x", "actions": [{ "type": "URL", "title": "y" }] } }),
                false,
            ),
            (json!({}), false),
        ] {
            assert_eq!(judged(types.clone()).is_none(), taken, "{types}");
        }
    }
}
