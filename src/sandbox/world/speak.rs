//! Customers write, and hear (page webhooks/reference/messages).

use super::{Event, World};
use crate::kit::Timestamp;
use crate::sandbox::actor::{Actor, Answer, Heard};
use crate::sandbox::media;
use crate::sandbox::sample::sample;
use crate::sandbox::script::{Act, Customer, Deed, Lang, Marketing, is_phone};
use crate::sandbox::update::{Update, What};
use serde_json::{Value, json};

impl World {
    /// What the platform reports when a customer does this at `at`.
    pub(super) fn speak(&mut self, actor: usize, act: &Act, at: Timestamp) -> Vec<Update> {
        let (kind, object) = self.object(actor, &act.what, at);
        let who = self.actors[actor].phone.clone().or_else(|| self.actors[actor].user_id.clone());
        let id = self.ids.message(&who.unwrap_or_default(), true);
        let one = &mut self.actors[actor];
        if kind != "reaction" {
            one.wrote = one.wrote.max(Some(at));
        }
        let mut body = json!({ "id": id, "timestamp": at.secs().to_string(), "type": kind });
        if let Some(phone) = &one.phone {
            body["from"] = phone.as_str().into();
        }
        if let Some(user_id) = &one.user_id {
            body["from_user_id"] = user_id.as_str().into();
        }
        let answers = act.quote
            || matches!(
                act.what,
                Deed::Press { .. } | Deed::Choose { .. } | Deed::Fill { .. } | Deed::Number
            );
        if let (true, Some(heard)) = (answers, &one.heard) {
            body["context"] = json!({ "from": super::DISPLAY, "id": heard });
        }
        match object {
            Value::Null => {}
            Value::Array(errors) if kind == "unsupported" => {
                body["errors"] = Value::Array(errors);
                body["unsupported"] = json!({ "type": "poll" });
            }
            object => body[kind] = object,
        }
        let what = What::Message { id, customer: one.id.clone(), kind: kind.into() };
        let contact = Some(one.contact(true));
        let number = self.number.clone();
        let mut updates =
            vec![Update { number: number.clone(), contact: contact.clone(), what, body }];
        if let Some(marketing) = act.marketing {
            one.no_marketing = marketing == Marketing::Stop;
            let body = one.preference(marketing, at);
            updates.push(Update { number, contact, what: What::Preference, body });
        }
        updates
    }

    fn object(&mut self, actor: usize, deed: &Deed, at: Timestamp) -> (&'static str, Value) {
        match deed {
            Deed::Say(text) => ("text", json!({ "body": text })),
            Deed::Image(caption) => ("image", self.file("image", caption, None, at)),
            Deed::Disguise => ("image", self.file("disguise", "", None, at)),
            Deed::Document(name) => ("document", self.file("document", "", Some(name), at)),
            Deed::Voice => {
                let mut object = self.file("audio", "", None, at);
                object["voice"] = true.into();
                ("audio", object)
            }
            Deed::Sticker => {
                let mut object = self.file("sticker", "", None, at);
                object["animated"] = false.into();
                ("sticker", object)
            }
            Deed::Place(latitude, longitude) => {
                ("location", json!({ "latitude": latitude, "longitude": longitude }))
            }
            Deed::React(emoji) => match &self.actors[actor].heard {
                Some(heard) => ("reaction", json!({ "message_id": heard, "emoji": emoji })),
                None => ("text", json!({ "body": emoji })),
            },
            Deed::Poll => (
                "unsupported",
                json!([{
                    "code": 131_051, "title": "Message type unknown", "message": "Message type unknown",
                    "error_data": { "details": "Message type is currently not supported." }
                }]),
            ),
            Deed::Press { payload, text } => {
                ("button", json!({ "payload": payload, "text": text }))
            }
            Deed::Number => {
                let one = &self.actors[actor];
                let name = one.name.clone().unwrap_or_else(|| "WhatsApp".to_owned());
                let phone = one.phone.clone().or_else(|| one.also.first().cloned());
                let mut card = json!({
                    "name": { "formatted_name": name, "first_name": name },
                    "origin": "contact_request",
                });
                if let Some(phone) = phone {
                    card["phones"] =
                        json!([{ "phone": format!("+{phone}"), "wa_id": phone, "type": "CELL" }]);
                }
                ("contacts", json!([card]))
            }
            Deed::Fill { token } => {
                let answers = json!({ "flow_token": token, "answer": "ok" }).to_string();
                let reply = json!({ "name": "flow", "body": "Sent", "response_json": answers });
                ("interactive", json!({ "type": "nfm_reply", "nfm_reply": reply }))
            }
            Deed::Choose { id, title, list } => {
                let kind = if *list { "list_reply" } else { "button_reply" };
                ("interactive", json!({ "type": kind, kind: { "id": id, "title": title } }))
            }
        }
    }

    fn file(&mut self, kind: &str, caption: &str, name: Option<&str>, at: Timestamp) -> Value {
        let file = sample(kind);
        let id = self.ids.number().to_string();
        let mut object = json!({
            "mime_type": file.mime, "sha256": file.sha256_base64(), "id": id,
            "url": media::address(&self.base, &id, at),
        });
        if !caption.is_empty() {
            object["caption"] = caption.into();
        }
        if let Some(name) = name {
            object["filename"] = name.into();
        }
        self.media.keep(id, file);
        object
    }

    pub(super) fn hear(&mut self, actor: usize, heard: &Heard, now: Timestamp) {
        let one = &mut self.actors[actor];
        let thanks =
            self.script.crowd.get(&one.lang).map_or(&[][..], |crowd| crowd.thanks.as_slice());
        for answer in one.hear(heard, &self.script.hears, thanks) {
            match answer {
                Answer::Planned(plan) => {
                    self.later(now + plan.after, Event::Step { actor, armed: plan.armed });
                }
                Answer::Now(after, act) => self.later(now + after, Event::Act { actor, act }),
            }
        }
    }

    /// Makes a customer write now, also while the others are silent: known by its name in the script, phone or
    /// user id; an unknown phone becomes a new customer. Nothing for any other name.
    pub(in crate::sandbox) fn say(
        &mut self,
        from: &str,
        act: Act,
        now: Timestamp,
    ) -> Option<Vec<Update>> {
        let actor = self.writer(from)?;
        let said = self.speak(actor, &act, now);
        Some(self.held_back(actor, said))
    }

    /// Who that is, from now on known to write.
    pub(super) fn writer(&mut self, from: &str) -> Option<usize> {
        let from = from.strip_prefix('+').unwrap_or(from);
        let actor = match self.index.get(from) {
            Some(actor) => *actor,
            None if is_phone(from) => {
                let who = Customer {
                    id: from.into(),
                    lang: self.lang.unwrap_or(Lang::En),
                    name: Some("Alex Morgan".into()),
                    phone: Some(from.into()),
                    also: Vec::new(),
                    user_id: None,
                    username: None,
                    reads: true,
                    reachable: true,
                    again: false,
                    steps: Vec::new(),
                };
                let actor = Actor::new(&who, None, self.seed);
                self.enter(actor)
            }
            None => return None,
        };
        self.actors[actor].stranger = false;
        Some(actor)
    }
}
