//! From one change to its items.

use super::super::error::RawError;
use super::super::lenient::{Obj, fault, mended};
use super::contact::{Named, read_contacts};
use super::envelope::{Chunk, Thread, Value};
use super::message::{self, Surroundings, Written};
use super::place::Place;
use super::{Fact, Item, Origin, Source, event, phone, status};
use serde_json::value::RawValue;
use std::sync::Arc;

/// Gathers the items of a webhook.
#[derive(Default)]
pub(super) struct Splitter<'a> {
    pub(super) items: Vec<Item<'a>>,
}

impl<'a> Splitter<'a> {
    /// Adds the items of one change.
    pub(super) fn change(&mut self, mut origin: Origin, raw: &'a RawValue) {
        origin.source = match origin.field.as_str() {
            "standby" => Source::Standby,
            "history" => Source::History,
            _ => Source::Live,
        };
        match origin.field.as_str() {
            "messages" | "standby" | "history" | "smb_message_echoes" | "message_echoes"
            | "calls" | "user_preferences" | "user_id_update" | "smb_app_state_sync" => {
                self.conversation(origin, raw)
            }
            field if field.starts_with("group_") => self.conversation(origin, raw),
            "message_template_status_update" => self.event(origin, raw, |_, value| {
                event::template_status(value).map(|update| Fact::TemplateStatus(Box::new(update)))
            }),
            "message_template_quality_update" => self.event(origin, raw, |_, value| {
                event::template_quality(value).map(Fact::TemplateQuality)
            }),
            "template_category_update" => self.event(origin, raw, |_, value| {
                event::template_category(value).map(Fact::TemplateCategory)
            }),
            "message_template_components_update" => self.event(origin, raw, |_, value| {
                event::template(value).map(Fact::TemplateComponents)
            }),
            "messaging_handovers" => self.event(origin, raw, |_, value| {
                event::handover(value).map(|handover| Fact::Handover(Box::new(handover)))
            }),
            field if is_of_account(field) => self
                .event(origin, raw, |field, value| Ok(Fact::Account(event::account(field, value)))),
            field => {
                let reason = format!("the field {field:?} is not known");
                self.push(&Arc::new(origin), raw, Place::Value, Fact::Unknown { reason });
            }
        }
    }

    /// Adds an item that cannot be read.
    pub(super) fn bad(&mut self, origin: Origin, raw: &'a RawValue, place: Place, reason: &str) {
        self.push(&Arc::new(origin), raw, place, Fact::Bad { reason: reason.to_owned() });
    }

    fn push(&mut self, origin: &Arc<Origin>, raw: &'a RawValue, place: Place, fact: Fact) {
        self.items.push(Item { origin: Arc::clone(origin), raw: raw.get(), fact, place });
    }

    fn each(
        &mut self,
        origin: &Arc<Origin>,
        place: &Place,
        list: Option<Vec<&'a RawValue>>,
        read: impl Fn(&RawValue) -> Result<Fact, String>,
    ) {
        for raw in list.into_iter().flatten() {
            let fact = read(raw).unwrap_or_else(|reason| Fact::Bad { reason });
            self.push(origin, raw, place.clone(), fact);
        }
    }

    /// A change that is one event as a whole.
    fn event(
        &mut self,
        mut origin: Origin,
        raw: &'a RawValue,
        read: impl Fn(&str, &serde_json::Value) -> Result<Fact, String>,
    ) {
        let fact = tree(raw).and_then(|value| {
            let word = |path: &[&str]| event::word(&value, path);
            origin.display_number = word(&["metadata", "display_phone_number"])
                .or_else(|| word(&["recipient", "display_phone_number"]))
                .or_else(|| word(&["display_phone_number"]));
            origin.phone_number_id = word(&["metadata", "phone_number_id"])
                .or_else(|| word(&["recipient", "phone_number_id"]));
            read(&origin.field, &value)
        });
        let fact = fact.unwrap_or_else(|reason| Fact::Bad { reason });
        self.push(&Arc::new(origin), raw, Place::Value, fact);
    }

    fn conversation(&mut self, mut origin: Origin, raw: &'a RawValue) {
        let Some((value, broken)) = Value::read(raw) else {
            return self.bad(origin, raw, Place::Value, "the value is not an object");
        };
        let metadata = value.metadata.0.unwrap_or_default();
        origin.phone_number_id = metadata.phone_number_id.filled();
        origin.display_number = metadata.display_phone_number.filled();
        let (nested, nested_broken) = value.standby.and_then(Value::read).unwrap_or_default();
        for contacts in [&value.contacts, &nested.contacts].into_iter().flatten() {
            origin.contacts.extend(read_contacts(contacts));
        }
        let origin = Arc::new(origin);
        let before = self.items.len();
        let broken = broken.into_iter().map(|(name, raw)| (name, raw, false));
        let nested_broken = nested_broken.into_iter().map(|(name, raw)| (name, raw, true));
        for (name, raw, inner) in broken.chain(nested_broken) {
            let reason = format!("the member {name} is not a list");
            self.push(&origin, raw, Place::member(name, inner), Fact::Bad { reason });
        }
        self.messages(&origin, value.messages, value.message_echoes, false);
        self.statuses(&origin, value.statuses, false);
        self.each(&origin, &Place::list("calls", false), value.calls, |raw| {
            event::call(&tree(raw)?, &origin.contacts).map(|call| Fact::Call(Box::new(call)))
        });
        let place = Place::list("user_preferences", false);
        self.each(&origin, &place, value.user_preferences, |raw| {
            event::preference(&tree(raw)?, &origin.contacts)
                .map(|preference| Fact::UserPreference(Box::new(preference)))
        });
        if origin.field == "user_id_update" {
            self.user_ids(&origin, value.user_id_update.unwrap_or(raw));
        }
        self.each(&origin, &Place::list("groups", false), value.groups, |raw| {
            event::group(&tree(raw)?).map(|update| Fact::Group(Box::new(update)))
        });
        self.each(&origin, &Place::list("state_sync", false), value.state_sync, |raw| {
            phone::book_entry(&tree(raw)?).map(|entry| Fact::BookEntry(Box::new(entry)))
        });
        for chunk in value.history.into_iter().flatten() {
            self.chunk(&origin, chunk);
        }
        self.messages(&origin, nested.messages, nested.message_echoes, true);
        self.statuses(&origin, nested.statuses, true);
        self.each(&origin, &Place::list("errors", false), value.errors, error);
        self.each(&origin, &Place::list("errors", true), nested.errors, error);
        if self.items.len() == before && origin.field.starts_with("group_") {
            let event = super::AccountEvent { event: origin.field.clone(), ..Default::default() };
            return self.push(&origin, raw, Place::Value, Fact::Account(event));
        }
        if self.items.len() == before {
            let reason = "the value holds nothing that is understood".to_owned();
            self.push(&origin, raw, Place::Value, Fact::Unknown { reason });
        }
    }

    fn messages(
        &mut self,
        origin: &Arc<Origin>,
        messages: Option<Vec<&'a RawValue>>,
        echoes: Option<Vec<&'a RawValue>>,
        nested: bool,
    ) {
        let around = surroundings(origin, None);
        // The history's media come as messages of their own, without a thread.
        let written = match origin.source {
            Source::History => Written::InThread,
            Source::Live | Source::Standby => Written::ByCustomer,
        };
        let place = Place::list("messages", nested);
        self.each(origin, &place, messages, |raw| message::read(raw, written, &around).map(said));
        let place = Place::list("message_echoes", nested);
        self.each(origin, &place, echoes, |raw| {
            message::read(raw, Written::ByBusiness, &around).map(said)
        });
    }

    fn statuses(
        &mut self,
        origin: &Arc<Origin>,
        statuses: Option<Vec<&'a RawValue>>,
        nested: bool,
    ) {
        let contacts = &origin.contacts;
        let place = Place::list("statuses", nested);
        if origin.field == "calls" {
            self.each(origin, &place, statuses, |raw| {
                let status = event::call_status(&tree(raw)?, contacts)?;
                Ok(Fact::CallStatus(Box::new(status)))
            });
        } else {
            self.each(origin, &place, statuses, |raw| {
                status::read(raw, contacts).map(|status| Fact::Status(Box::new(status)))
            });
        }
    }

    fn user_ids(&mut self, origin: &Arc<Origin>, raw: &'a RawValue) {
        let list = serde_json::from_str(raw.get()).unwrap_or_else(|_| vec![raw]);
        self.each(origin, &Place::list("user_id_update", false), Some(list), |raw| {
            let update = event::user_id_update(&tree(raw)?)?;
            Ok(Fact::UserIdUpdate(Box::new(update)))
        });
    }

    /// The history's threads, message by message.
    fn chunk(&mut self, origin: &Arc<Origin>, raw: &'a RawValue) {
        let before = self.items.len();
        match serde_json::from_str::<Obj<Chunk<'a>>>(raw.get()) {
            Ok(Obj(Some(chunk))) => {
                for thread in chunk.threads.into_iter().flatten() {
                    self.thread(origin, thread);
                }
                let place = Place::Inside(r#""history":[{"errors":["#.into(), "]}]");
                self.each(origin, &place, chunk.errors, error);
                let metadata = chunk.metadata.and_then(|raw| Some((raw, tree(raw).ok()?)));
                if let Some((raw, metadata)) = metadata
                    && let Some(progress) = phone::progress(&metadata)
                {
                    let place = Place::Inside(r#""history":[{"metadata":"#.into(), "}]");
                    self.push(origin, raw, place, Fact::Progress(progress));
                }
            }
            Ok(Obj(None)) | Err(_) => {
                let reason = "the piece of history cannot be read".to_owned();
                self.push(origin, raw, Place::list("history", false), Fact::Bad { reason });
            }
        }
        if self.items.len() == before {
            let event = "history_progress".to_owned();
            let fact = Fact::Account(super::AccountEvent { event, ..Default::default() });
            self.push(origin, raw, Place::list("history", false), fact);
        }
    }

    fn thread(&mut self, origin: &Arc<Origin>, raw: &'a RawValue) {
        let Ok(Obj(Some(thread))) = serde_json::from_str::<Obj<Thread<'a>>>(raw.get()) else {
            let reason = "the thread of the history cannot be read".to_owned();
            let place = Place::Inside(r#""history":[{"threads":["#.into(), "]}]");
            return self.push(origin, raw, place, Fact::Bad { reason });
        };
        let context = thread.context.0.unwrap_or_default();
        let named = Named {
            phone: context.wa_id.filled().or_else(|| thread.id.filled()),
            user_id: context.user_id.filled(),
            parent_user_id: None,
        };
        let around = surroundings(origin, Some(&named));
        let whose = serde_json::json!({
            "id": named.phone, "context": { "wa_id": named.phone, "user_id": named.user_id },
        });
        let whose = whose.to_string();
        let open = whose.strip_suffix('}').unwrap_or(&whose);
        let before = format!(r#""history":[{{"threads":[{open},"messages":["#);
        let place = Place::Inside(before.into(), "]}]}]");
        self.each(origin, &place, thread.messages, |raw| {
            message::read(raw, Written::InThread, &around).map(said)
        });
    }
}

fn surroundings<'o>(origin: &'o Origin, thread: Option<&'o Named>) -> Surroundings<'o> {
    Surroundings {
        contacts: &origin.contacts,
        display_number: origin.display_number.as_deref(),
        thread,
    }
}

fn said((message, by_business): (super::Message, bool)) -> Fact {
    if by_business { Fact::Echo(Box::new(message)) } else { Fact::Message(Box::new(message)) }
}

fn error(raw: &RawValue) -> Result<Fact, String> {
    let read = |json: &str| {
        let Obj(error) = serde_json::from_str::<Obj<RawError<'_>>>(json)?;
        Ok(error.and_then(RawError::read))
    };
    match mended(raw.get(), read) {
        Ok(Some(error)) => Ok(Fact::Error(Box::new(error))),
        Ok(None) => Err("the error has no code".to_owned()),
        Err(error) => Err(format!("the error cannot be read: {}", fault(&error))),
    }
}

fn tree(raw: &RawValue) -> Result<serde_json::Value, String> {
    let value: serde_json::Value = mended(raw.get(), |json| serde_json::from_str(json))
        .map_err(|error| format!("it cannot be read: {}", fault(&error)))?;
    if value.is_object() { Ok(value) } else { Err("it is not an object".to_owned()) }
}

/// Whether a field is about the account, its numbers, flows or payments.
fn is_of_account(field: &str) -> bool {
    const FAMILIES: [&str; 3] = ["account_", "phone_number_", "business_"];
    const FIELDS: [&str; 7] = [
        "automatic_events",
        "flows",
        "partner_solutions",
        "payment_configuration_update",
        "security",
        "template_correct_category_detection",
        "tracking_events",
    ];
    FAMILIES.iter().any(|family| field.starts_with(family)) || FIELDS.contains(&field)
}
