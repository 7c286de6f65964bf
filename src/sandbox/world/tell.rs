//! What the platform tells when it is asked to, so that a desk can be shown how that looks: its own agent holds a
//! conversation and hands it over, groups change, the past of a phone is imported, with the book of that phone
//! (webhook fields messaging_handovers, standby, group_*, history, smb_app_state_sync).

use super::World;
use crate::kit::Timestamp;
use crate::sandbox::update::{Update, What};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is to be told.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::sandbox) enum Tell {
    /// The platform's own agent does something in a customer's conversation.
    Agent {
        customer: String,
        does: Does,
        #[serde(default)]
        text: String,
    },
    /// A group is called so from now on, somebody comes or goes, or it ends.
    Group {
        id: String,
        subject: Option<String>,
        joins: Option<String>,
        leaves: Option<String>,
        #[serde(default)]
        ends: bool,
    },
    /// A piece of the phone's past: what the customer and the business said by turns, and how far it is by now.
    History {
        customer: Option<String>,
        #[serde(default)]
        said: Vec<String>,
        progress: Option<u8>,
        /// The owner of the phone shares none.
        #[serde(default)]
        refused: bool,
    },
    /// The phone's book names somebody, or nobody of that number any more.
    Book { phone: String, name: Option<String> },
}

/// What the platform's own agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Does {
    /// Holds the conversation from here on: what the customer writes comes as `standby`.
    Holds,
    /// Says something to the customer.
    Answers,
    /// Passes the conversation to people.
    Passes,
}

impl World {
    /// What the platform reports; nothing where a customer is not known.
    pub(in crate::sandbox) fn tell(&mut self, tell: Tell, now: Timestamp) -> Option<Vec<Update>> {
        let at = now.secs().to_string();
        let told = match tell {
            Tell::Agent { customer, does: Does::Answers, text } => {
                let actor = self.writer(&customer)?;
                let to = self.address(actor);
                let id = self.ids.message(&to, false);
                let mut echo = self.addressed(actor, "to");
                echo["from"] = super::DISPLAY.into();
                for (key, value) in
                    [("id", json!(id)), ("timestamp", json!(at)), ("type", json!("text"))]
                {
                    echo[key] = value;
                }
                echo["text"] = json!({ "body": text });
                let contacts = [self.actors[actor].contact(true)];
                vec![(
                    "standby",
                    json!({ "standby": { "contacts": contacts, "message_echoes": [echo] } }),
                )]
            }
            Tell::Agent { customer, does, .. } => {
                let actor = self.writer(&customer)?;
                let holds = does == Does::Holds;
                self.actors[actor].held = holds;
                let (kind, before, after) = match holds {
                    true => ("control_taken", "escalation", "meta_business_agent"),
                    false => ("control_passed", "meta_business_agent", "escalation"),
                };
                let one = &self.actors[actor];
                let recipient = json!({ "phone_number_id": self.number, "display_phone_number": super::DISPLAY });
                // The only value without metadata.
                let mut body = json!({
                    "messaging_product": "whatsapp", "type": kind, "timestamp": at, "recipient": recipient,
                    "sender": { "phone_number": one.phone, "user_id": one.user_id },
                });
                body[kind] = json!({ "previous_owner_role": before, "new_owner_role": after });
                return Some(vec![self.whole("messaging_handovers", body)]);
            }
            Tell::Group { id, subject, joins, leaves, ends } => {
                let mut told = Vec::new();
                let mut tell = |field, kind: &str, more: Value| {
                    let mut group = json!({ "group_id": id, "timestamp": at, "type": kind });
                    for (key, value) in more.as_object().into_iter().flatten() {
                        group[key] = value.clone();
                    }
                    told.push((field, json!({ "groups": [group] })));
                };
                if let Some(subject) = subject {
                    let subject = json!({ "text": subject, "update_successful": true });
                    tell(
                        "group_settings_update",
                        "group_settings_update",
                        json!({ "group_subject": subject }),
                    );
                }
                for (who, kind, list) in [
                    (joins, "group_participants_add", "added_participants"),
                    (leaves, "group_participants_remove", "removed_participants"),
                ] {
                    let Some(who) = who else { continue };
                    let actor = self.writer(&who)?;
                    let one = &self.actors[actor];
                    let person = json!({ "wa_id": one.phone, "user_id": one.user_id });
                    tell("group_participants_update", kind, json!({ list: [person] }));
                }
                if ends {
                    tell("group_lifecycle_update", "group_delete", json!({}));
                }
                told
            }
            Tell::History { refused: true, .. } => {
                let error = json!({ "code": 2_593_109, "title": "History sync is turned off", "message":
                    "History sync is turned off", "error_data": { "details": "History sharing is turned off by the business from the app" } });
                vec![("history", json!({ "history": [{ "errors": [error] }] }))]
            }
            Tell::History { customer, said, progress, refused: false } => {
                let mut piece = json!({ "metadata": { "phase": 0, "chunk_order": 1, "progress": progress.unwrap_or(100) } });
                if let Some(customer) = customer {
                    let actor = self.writer(&customer)?;
                    let thread = self.past(actor, &said, now);
                    piece["threads"] = json!([thread]);
                }
                vec![("history", json!({ "history": [piece] }))]
            }
            Tell::Book { phone, name } => {
                let action = if name.is_some() { "add" } else { "remove" };
                let entry = json!({ "type": "contact", "action": action, "metadata": { "timestamp": at },
                    "contact": { "full_name": name, "phone_number": phone } });
                vec![("smb_app_state_sync", json!({ "state_sync": [entry] }))]
            }
        };
        Some(told.into_iter().map(|(field, body)| self.of_line(field, body)).collect())
    }

    /// What was said a day ago and earlier, a minute between two messages.
    fn past(&mut self, actor: usize, said: &[String], now: Timestamp) -> Value {
        let who = self.address(actor);
        let begins = now.secs() - 86_400 - 60 * said.len() as i64;
        let mut messages = Vec::new();
        for (nth, text) in said.iter().enumerate() {
            let inbound = nth % 2 == 0;
            let mut message = match inbound {
                true => self.addressed(actor, "from"),
                false => self.addressed(actor, "to"),
            };
            if !inbound {
                message["from"] = super::DISPLAY.into();
            }
            message["id"] = self.ids.message(&who, inbound).into();
            message["timestamp"] = (begins + 60 * nth as i64).to_string().into();
            message["type"] = "text".into();
            message["text"] = json!({ "body": text });
            message["history_context"] = json!({ "status": "READ" });
            messages.push(message);
        }
        let one = &self.actors[actor];
        json!({ "id": who, "context": { "wa_id": one.phone, "user_id": one.user_id }, "messages": messages })
    }

    /// What a customer wrote comes as `standby` while the platform's own agent holds his conversation.
    pub(super) fn held_back(&self, actor: usize, updates: Vec<Update>) -> Vec<Update> {
        if !self.actors[actor].held {
            return updates;
        }
        let hold = |update: Update| match update.what {
            What::Message { .. } => {
                let contacts: Vec<_> = update.contact.into_iter().collect();
                let inside = json!({ "contacts": contacts, "messages": [update.body] });
                self.of_line("standby", json!({ "standby": inside }))
            }
            _ => update,
        };
        updates.into_iter().map(hold).collect()
    }

    fn address(&self, actor: usize) -> String {
        let one = &self.actors[actor];
        one.phone.clone().or_else(|| one.user_id.clone()).unwrap_or_default()
    }

    /// The customer as the sender (`from`) or the recipient (`to`) of a message.
    fn addressed(&self, actor: usize, which: &str) -> Value {
        let (one, mut message) = (&self.actors[actor], json!({}));
        for (key, value) in
            [(which.to_owned(), &one.phone), (format!("{which}_user_id"), &one.user_id)]
        {
            if let Some(value) = value {
                message[key] = value.as_str().into();
            }
        }
        message
    }

    fn of_line(&self, field: &'static str, mut body: Value) -> Update {
        body["messaging_product"] = "whatsapp".into();
        body["metadata"] =
            json!({ "display_phone_number": super::DISPLAY, "phone_number_id": self.number });
        self.whole(field, body)
    }

    pub(super) fn whole(&self, field: &'static str, body: Value) -> Update {
        Update { number: self.number.clone(), contact: None, what: What::Whole(field), body }
    }
}
