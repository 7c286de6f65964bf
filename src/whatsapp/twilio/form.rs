//! A form that Twilio posts, written as a webhook of the Cloud API: a customer's message, or a status of ours.
//!
//! Source: twilio.com/docs/messaging/guides/webhook-request, and "status callbacks" of WhatsApp. Twilio tells no
//! times: the instant of arrival stands for them. The form as it came is kept beside, as the member `twilio`.

use super::super::provider::{Access, Post};
use super::super::signature::PROBE;
use super::{OUTBOX, error, signature};
use crate::kit::Timestamp;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most files of one message.
const FILES_MOST: usize = 10;

/// The same as a webhook of the Cloud API.
pub(super) fn envelope<'a>(access: &Access, post: &Post<'a>, now: Timestamp) -> Cow<'a, [u8]> {
    let form = Form(signature::fields(post.body).into_iter().collect());
    let whose = (access.account.as_str(), access.number.as_str());
    form.envelope(whose, outbox(post.target), now).map_or(Cow::Borrowed(PROBE), Cow::Owned)
}

/// The same for fields that were not posted: Twilio's list of messages told them, and when that was.
pub(super) fn told(
    whose: (&str, &str),
    fields: BTreeMap<String, String>,
    at: Timestamp,
) -> Vec<u8> {
    Form(fields).envelope(whose, None, at).unwrap_or_else(|| PROBE.to_vec())
}

/// Our own id of the message, from the address that its statuses are posted to.
fn outbox(target: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == OUTBOX).map(|(_, value)| value.into_owned())
}

/// What a status says.
enum State {
    /// The Cloud API's word for it.
    Known(&'static str),
    /// It was not sent yet.
    OnItsWay,
}

struct Form(BTreeMap<String, String>);

impl Form {
    /// What it says, for that account and number; nothing if that is nothing.
    fn envelope(
        &self,
        (account, number): (&str, &str),
        outbox: Option<String>,
        now: Timestamp,
    ) -> Option<Vec<u8>> {
        if self.0.is_empty() {
            return None;
        }
        let mut value = json!({"messaging_product": "whatsapp"});
        let number = match self.status() {
            Some(State::Known(word)) => {
                value["statuses"] = json!([self.as_status(word, &outbox, now)]);
                self.digits("From")
            }
            // Nothing has become of it yet.
            Some(State::OnItsWay) => return None,
            None if self.is_of_whatsapp() => {
                value["contacts"] = json!([self.contact()]);
                value["messages"] = self.messages(now).into();
                self.digits("To")
            }
            // A text message, say, of a number that does both.
            None => {
                value["twilio"] = self.raw();
                Some(number.to_owned())
            }
        };
        value["metadata"] = json!({"phone_number_id": number, "display_phone_number": number});
        let account = self.text("AccountSid").unwrap_or(account);
        let body = json!({
            "object": "whatsapp_business_account",
            "entry": [{"id": account, "changes": [{"field": "messages", "value": value}]}],
        });
        Some(body.to_string().into_bytes())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The digits of an address such as `whatsapp:+14155238886`. A plus that was not escaped reads as a space.
    fn digits(&self, name: &str) -> Option<String> {
        let address = self.text(name)?.trim().strip_prefix("whatsapp:")?;
        let digits = address.strip_prefix(['+', ' ']).unwrap_or(address);
        Some(digits.to_owned())
    }

    /// The id of the message, which has three names.
    fn sid(&self) -> Option<&str> {
        ["MessageSid", "SmsMessageSid", "SmsSid"].into_iter().find_map(|name| self.text(name))
    }

    fn is_of_whatsapp(&self) -> bool {
        self.digits("From").is_some() && self.sid().is_some()
    }

    fn raw(&self) -> Value {
        let members: Map<_, _> =
            self.0.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        members.into()
    }

    /// How far a message of ours is; nothing for a message of a customer.
    fn status(&self) -> Option<State> {
        let word = self.text("MessageStatus");
        let old = word.is_none();
        Some(State::Known(match word.or_else(|| self.text("SmsStatus"))? {
            "sent" => "sent",
            "delivered" | "partially_delivered" => "delivered",
            "read" => "read",
            "failed" | "undelivered" | "canceled" => "failed",
            "queued" | "accepted" | "scheduled" | "sending" => return Some(State::OnItsWay),
            "received" | "receiving" => return None,
            // Under its old name alone it must not make a status of what may be a message.
            _ if old => return None,
            // A word of theirs that is new to us.
            _ => "unknown",
        }))
    }

    fn as_status(&self, word: &str, outbox: &Option<String>, now: Timestamp) -> Value {
        let mut status = json!({
            "id": self.sid(),
            "status": word,
            "timestamp": now.secs().to_string(),
            "recipient_id": self.digits("To").filter(|to| is_phone(to)),
            "recipient_user_id": self.digits("To").filter(|to| !is_phone(to)),
            "twilio": self.raw(),
        });
        if let Some(outbox) = outbox {
            status["biz_opaque_callback_data"] = outbox.as_str().into();
        }
        let number = self.text("ErrorCode").and_then(|code| code.trim().parse::<u32>().ok());
        if let Some(number) = number.filter(|_| word == "failed") {
            let told = self.text("ChannelStatusMessage").unwrap_or_default();
            let title = format!("Twilio {number}: {told}");
            status["errors"] = json!([{"code": error::code(number), "title": title}]);
        }
        status
    }

    fn contact(&self) -> Value {
        let phone = self.text("WaId").map(str::to_owned).or_else(|| self.phone());
        let mut contact = json!({"profile": {"name": self.text("ProfileName")}});
        if let Some(phone) = phone {
            contact["wa_id"] = phone.into();
        }
        if let Some(user_id) = self.user_id() {
            contact["user_id"] = user_id.into();
        }
        contact
    }

    fn phone(&self) -> Option<String> {
        self.digits("From").filter(|from| is_phone(from))
    }

    /// The business-scoped id: of its own, or in place of a number.
    fn user_id(&self) -> Option<String> {
        self.digits("ExternalUserId").or_else(|| self.digits("From").filter(|from| !is_phone(from)))
    }

    /// The message; each further file is a message of its own. The files are those whose addresses are there,
    /// whatever is said of their number.
    fn messages(&self, now: Timestamp) -> Vec<Value> {
        let mut said: Vec<_> = (0..FILES_MOST).filter_map(|at| self.file(at)).collect();
        if said.is_empty() {
            said.push(self.said());
        }
        let message = |(nth, (kind, mut object)): (usize, (&str, Value))| {
            let mut id = self.sid().unwrap_or_default().to_owned();
            if nth > 0 {
                id.push_str(&format!(":{nth}"));
            } else if let Some(words) = self.text("Body").filter(|_| object["url"].is_string()) {
                // The words that come with a document are its name.
                let member = if kind == "document" { "filename" } else { "caption" };
                object[member] = words.into();
            }
            let mut message = json!({
                "id": id, "timestamp": now.secs().to_string(), "type": kind,
                (kind): object, "twilio": self.raw(),
            });
            for (name, value) in [("from", self.phone()), ("from_user_id", self.user_id())] {
                if let Some(value) = value {
                    message[name] = value.into();
                }
            }
            if let Some(context) = self.context() {
                message["context"] = context;
            }
            if let Some(referral) = self.referral() {
                message["referral"] = referral;
            }
            message
        };
        said.into_iter().enumerate().map(message).collect()
    }

    fn file(&self, at: usize) -> Option<(&'static str, Value)> {
        let url = self.text(&format!("MediaUrl{at}"))?;
        let mime = self.text(&format!("MediaContentType{at}")).unwrap_or_default();
        let told = self.text("MessageType").unwrap_or_default();
        let kind = match mime.split(['/', ';']).next().unwrap_or_default() {
            _ if told == "sticker" || mime.starts_with("image/webp") => "sticker",
            _ if told == "document" => "document",
            "image" => "image",
            "video" => "video",
            "audio" => "audio",
            _ => "document",
        };
        let mut object = json!({"url": url, "mime_type": mime});
        if kind == "audio" && mime.starts_with("audio/ogg") {
            // Only what is recorded in the chat comes so.
            object["voice"] = true.into();
        }
        Some((kind, object))
    }

    /// What a message without a file says.
    fn said(&self) -> (&'static str, Value) {
        let number = |name| {
            let said = self.text(name).and_then(|text| text.trim().parse::<f64>().ok());
            said.filter(|number| number.is_finite())
        };
        let body = self.text("Body").unwrap_or_default();
        if let (Some(latitude), Some(longitude)) = (number("Latitude"), number("Longitude")) {
            let mut place = json!({"latitude": latitude, "longitude": longitude});
            for (member, name) in [("name", "Label"), ("address", "Address")] {
                if let Some(text) = self.text(name) {
                    place[member] = text.into();
                }
            }
            return ("location", place);
        }
        if let Some(id) = self.text("ListId") {
            let title = self.text("ListTitle").unwrap_or(body);
            let reply =
                json!({"id": id, "title": title, "description": self.text("ListDescription")});
            return ("interactive", json!({"type": "list_reply", "list_reply": reply}));
        }
        if let Some(text) =
            self.text("ButtonText").or_else(|| self.text("ButtonPayload").map(|_| body))
        {
            let payload = self.text("ButtonPayload").unwrap_or(text);
            return ("button", json!({"payload": payload, "text": text}));
        }
        if body.is_empty() {
            let kind = self.text("MessageType").unwrap_or("unknown");
            return ("unsupported", json!({"type": kind}));
        }
        ("text", json!({"body": body}))
    }

    fn context(&self) -> Option<Value> {
        let flag = |name| {
            let said = self.text(name).map(str::trim);
            said.is_some_and(|said| said == "1" || said.eq_ignore_ascii_case("true"))
        };
        let quoted = self.text("OriginalRepliedMessageSid");
        let (once, often) = (flag("Forwarded"), flag("FrequentlyForwarded"));
        (quoted.is_some() || once || often).then(|| {
            let from = self.digits("OriginalRepliedMessageSender");
            json!({"id": quoted, "from": from, "forwarded": once, "frequently_forwarded": often})
        })
    }

    fn referral(&self) -> Option<Value> {
        let members = [
            ("source_type", "ReferralSourceType"),
            ("source_id", "ReferralSourceId"),
            ("source_url", "ReferralSourceUrl"),
            ("headline", "ReferralHeadline"),
            ("body", "ReferralBody"),
            ("image_url", "ReferralMediaUrl"),
            ("ctwa_clid", "ReferralCtwaClid"),
        ];
        let there = members.iter().filter_map(|(member, name)| Some((*member, self.text(name)?)));
        let referral: Map<_, _> =
            there.map(|(member, text)| (member.to_owned(), text.into())).collect();
        (!referral.is_empty()).then(|| referral.into())
    }
}

/// Whether an address without its beginnings is a phone number and no user id.
fn is_phone(address: &str) -> bool {
    !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
