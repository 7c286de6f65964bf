//! Where an item stood in its webhook, so that it can be put into an envelope of its own.

use super::{Contact, Item, Origin};
use crate::kit::Timestamp;
use serde_json::{Value, json};
use std::borrow::Cow;

/// What stood round the text of an item.
#[derive(Clone, Debug)]
pub(in crate::whatsapp) enum Place {
    /// It is an entry of the body.
    Entry,
    /// It is a change of an entry.
    Change,
    /// It is the value of a change.
    Value,
    /// It stands in a value, between these.
    Inside(Cow<'static, str>, &'static str),
}

impl Place {
    /// In a list of the value, or of the value's standby part.
    pub(super) fn list(name: &str, nested: bool) -> Self {
        if nested {
            Self::Inside(format!("\"standby\":{{\"{name}\":[").into(), "]}")
        } else {
            Self::Inside(format!("\"{name}\":[").into(), "]")
        }
    }

    /// The member of that name.
    pub(super) fn member(name: &str, nested: bool) -> Self {
        if nested {
            Self::Inside(format!("\"standby\":{{\"{name}\":").into(), "}")
        } else {
            Self::Inside(format!("\"{name}\":").into(), "")
        }
    }
}

impl Item<'_> {
    /// A webhook with this item alone: account, field, number, and the people whom it names. [`super::parse`]
    /// reads the same item from it, so what could not be handled once can be handled later.
    pub fn envelope(&self) -> String {
        let (raw, origin) = (self.raw, &*self.origin);
        let change = match &self.place {
            Place::Entry => return body(raw),
            Place::Change => raw.to_owned(),
            Place::Value => change(origin, raw),
            Place::Inside(before, after) => {
                let around = around(origin, raw).to_string();
                let open = around.strip_suffix('}').unwrap_or(&around);
                change(origin, &format!("{open},{before}{raw}{after}}}"))
            }
        };
        let id = json!(origin.waba_id);
        let time = json!(origin.entry_time.map(Timestamp::secs));
        body(&format!(r#"{{"id":{id},"time":{time},"changes":[{change}]}}"#))
    }
}

fn body(entry: &str) -> String {
    format!(r#"{{"object":"whatsapp_business_account","entry":[{entry}]}}"#)
}

fn change(origin: &Origin, value: &str) -> String {
    format!(r#"{{"field":{},"value":{value}}}"#, json!(origin.field))
}

/// The members of a value beside its items.
fn around(origin: &Origin, raw: &str) -> Value {
    let people = &origin.contacts;
    let concerned = people.iter().filter(|one| people.len() == 1 || is_named(one, raw));
    json!({
        "messaging_product": "whatsapp",
        "metadata": present(&[
            ("phone_number_id", &origin.phone_number_id),
            ("display_phone_number", &origin.display_number),
        ]),
        "contacts": concerned.map(person).collect::<Vec<_>>(),
    })
}

/// Whether an item names this person, perhaps by another spelling of the number. Who is not named there must
/// not be kept with it.
fn is_named(person: &Contact, raw: &str) -> bool {
    let end = |number: &String| {
        number[number.floor_char_boundary(number.len().saturating_sub(8))..].to_owned()
    };
    let ids = [person.user_id.clone(), person.wa_id.as_ref().map(end)];
    ids.iter().flatten().any(|id| !id.is_empty() && raw.contains(id.as_str()))
}

fn person(person: &Contact) -> Value {
    let mut ids = present(&[
        ("wa_id", &person.wa_id),
        ("user_id", &person.user_id),
        ("parent_user_id", &person.parent_user_id),
    ]);
    ids["profile"] = present(&[("name", &person.name), ("username", &person.username)]);
    ids
}

fn present(members: &[(&str, &Option<String>)]) -> Value {
    let there = members.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    there.map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}
