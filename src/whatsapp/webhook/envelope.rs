//! The envelope: entries, changes, and the members of a change's value.
//!
//! Each layer is read in one go when it has the promised shape, and member by member when it has not, so
//! that what is sound beside a broken part survives.

use super::super::lenient::{Obj, Scalar, fault};
use super::place::Place;
use super::split::Splitter;
use super::{Item, Origin, ParseError};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    id: Scalar<'a>,
    #[serde(default)]
    time: Scalar<'a>,
    changes: Vec<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    field: Scalar<'a>,
    value: &'a RawValue,
}

/// An object as its members, whatever they are.
type Members<'a> = BTreeMap<String, &'a RawValue>;

pub(super) fn split(text: &str) -> Result<Vec<Item<'_>>, ParseError> {
    let mut splitter = Splitter::default();
    match serde_json::from_str::<Envelope<'_>>(text) {
        Ok(envelope) => {
            for entry in envelope.entry {
                split_entry(entry, &mut splitter);
            }
        }
        Err(_) => split_loosely(text, &mut splitter)?,
    }
    Ok(splitter.items)
}

fn split_entry<'a>(entry: Entry<'a>, splitter: &mut Splitter<'a>) {
    let around = Origin {
        entry_time: entry.time.instant(),
        waba_id: entry.id.filled(),
        ..Origin::default()
    };
    for change in entry.changes {
        let field = change.field.owned().unwrap_or_default();
        splitter.change(Origin { field, ..around.clone() }, change.value);
    }
}

/// The same for an envelope in which something has the wrong shape.
fn split_loosely<'a>(text: &'a str, splitter: &mut Splitter<'a>) -> Result<(), ParseError> {
    let members: Members<'a> =
        serde_json::from_str(text).map_err(|error| ParseError::NotJson(fault(&error)))?;
    let entries = members.get("entry").and_then(|raw| list(raw)).ok_or(ParseError::NoEntries)?;
    for raw in entries {
        if let Ok(entry) = serde_json::from_str::<Entry<'a>>(raw.get()) {
            split_entry(entry, splitter);
            continue;
        }
        let members: Members<'a> = serde_json::from_str(raw.get()).unwrap_or_default();
        let around = Origin {
            waba_id: members.get("id").and_then(|raw| scalar(raw).filled()),
            entry_time: members.get("time").and_then(|raw| scalar(raw).instant()),
            ..Origin::default()
        };
        let Some(changes) = members.get("changes").and_then(|raw| list(raw)) else {
            splitter.bad(around, raw, Place::Entry, "the entry has no list of changes");
            continue;
        };
        for raw in changes {
            let members: Members<'a> = serde_json::from_str(raw.get()).unwrap_or_default();
            let field = members.get("field").and_then(|raw| scalar(raw).owned());
            let origin = Origin { field: field.unwrap_or_default(), ..around.clone() };
            match members.get("value") {
                Some(value) => splitter.change(origin, value),
                None => splitter.bad(origin, raw, Place::Change, "the change has no value"),
            }
        }
    }
    Ok(())
}

fn list(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

fn scalar(raw: &RawValue) -> Scalar<'_> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// The members of a conversation's value; each list holds items that are read one by one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Value<'a> {
    #[serde(borrow)]
    pub(super) metadata: Obj<Metadata<'a>>,
    pub(super) contacts: Option<Vec<&'a RawValue>>,
    pub(super) messages: Option<Vec<&'a RawValue>>,
    pub(super) message_echoes: Option<Vec<&'a RawValue>>,
    pub(super) statuses: Option<Vec<&'a RawValue>>,
    pub(super) calls: Option<Vec<&'a RawValue>>,
    pub(super) user_preferences: Option<Vec<&'a RawValue>>,
    pub(super) user_id_update: Option<&'a RawValue>,
    pub(super) history: Option<Vec<&'a RawValue>>,
    pub(super) standby: Option<&'a RawValue>,
    pub(super) groups: Option<Vec<&'a RawValue>>,
    pub(super) state_sync: Option<Vec<&'a RawValue>>,
    pub(super) errors: Option<Vec<&'a RawValue>>,
}

/// Which number of ours a value concerns.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    pub(super) phone_number_id: Scalar<'a>,
    pub(super) display_phone_number: Scalar<'a>,
}

/// One conversation thread of the imported history.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Thread<'a> {
    #[serde(borrow)]
    pub(super) id: Scalar<'a>,
    pub(super) context: Obj<ThreadContext<'a>>,
    pub(super) messages: Option<Vec<&'a RawValue>>,
}

/// The customer of a thread.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ThreadContext<'a> {
    #[serde(borrow)]
    pub(super) wa_id: Scalar<'a>,
    pub(super) user_id: Scalar<'a>,
}

/// One chunk of the imported history.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk<'a> {
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    pub(super) threads: Option<Vec<&'a RawValue>>,
    pub(super) errors: Option<Vec<&'a RawValue>>,
}

impl<'a> Value<'a> {
    /// Reads a value, and names the members that should be lists and are none. `None` if it is no object.
    pub(super) fn read(raw: &'a RawValue) -> Option<(Self, Vec<(&'static str, &'a RawValue)>)> {
        if !raw.get().starts_with('{') {
            return None;
        }
        if let Ok(value) = serde_json::from_str(raw.get()) {
            return Some((value, Vec::new()));
        }
        let members: Members<'a> = serde_json::from_str(raw.get()).ok()?;
        let mut broken = Vec::new();
        let mut items = |name: &'static str| {
            let raw = *members.get(name)?;
            let found = serde_json::from_str(raw.get());
            found.unwrap_or_else(|_| {
                broken.push((name, raw));
                None
            })
        };
        let metadata = members.get("metadata").map(|raw| serde_json::from_str(raw.get()));
        let value = Value {
            contacts: items("contacts"),
            messages: items("messages"),
            message_echoes: items("message_echoes"),
            statuses: items("statuses"),
            calls: items("calls"),
            user_preferences: items("user_preferences"),
            history: items("history"),
            groups: items("groups"),
            state_sync: items("state_sync"),
            errors: items("errors"),
            user_id_update: members.get("user_id_update").copied(),
            standby: members.get("standby").copied(),
            metadata: metadata.and_then(Result::ok).unwrap_or_default(),
        };
        Some((value, broken))
    }
}
