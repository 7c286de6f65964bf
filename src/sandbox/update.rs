//! What a webhook says: updates, the envelope around them, and the signature over its bytes
//! (pages webhooks/overview and webhooks/create-webhook-endpoint).

use crate::kit::Secret;
use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write as _;

/// One thing that the platform reports: a customer's message, a status, a preference.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Update {
    /// The business number that it concerns.
    pub(super) number: String,
    /// The customer, where the platform names him.
    pub(super) contact: Option<Value>,
    /// What it is.
    pub(super) what: What,
    /// The object in `messages`, `statuses` or `user_preferences`.
    pub(super) body: Value,
}

/// What an update is, for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A message of a customer.
    Message { id: String, customer: String, kind: String },
    /// A status of a message that was sent.
    Status { id: String, status: &'static str },
    /// A choice about marketing messages.
    Preference,
    /// Anything else: the webhook's field. The body is its whole value.
    Whole(&'static str),
}

impl What {
    fn place(&self) -> (&'static str, &'static str) {
        match self {
            Self::Message { .. } => ("messages", "messages"),
            Self::Status { .. } => ("messages", "statuses"),
            Self::Preference => ("user_preferences", "user_preferences"),
            Self::Whole(field) => (field, ""),
        }
    }
}

/// The body of one POST with these updates. With `apart` each stands in a change of its own and every other
/// one in an entry of its own; without, updates of one number share a value.
pub(super) fn envelope(waba: &str, display: &str, updates: &[Update], apart: bool) -> Vec<u8> {
    let mut changes: Vec<Value> = Vec::new();
    for update in updates {
        let (field, list) = update.what.place();
        if list.is_empty() {
            changes.push(json!({ "value": update.body, "field": field }));
            continue;
        }
        let shared = changes.iter().position(|change| {
            !apart
                && change["field"] == field
                && change["value"]["metadata"]["phone_number_id"] == update.number.as_str()
        });
        let at = shared.unwrap_or_else(|| {
            changes.push(json!({ "value": {
                "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": display, "phone_number_id": update.number },
            }, "field": field }));
            changes.len() - 1
        });
        let value = &mut changes[at]["value"];
        if let Some(contact) = &update.contact {
            let contacts = array(value, "contacts");
            match contacts.iter_mut().find(|known| {
                known["user_id"] == contact["user_id"] && known["wa_id"] == contact["wa_id"]
            }) {
                Some(known) => known.clone_from(contact),
                None => contacts.push(contact.clone()),
            }
        }
        array(value, list).push(update.body.clone());
    }
    let entries: Vec<Value> = if apart {
        changes.chunks(2).map(|two| json!({ "id": waba, "changes": two })).collect()
    } else {
        vec![json!({ "id": waba, "changes": changes })]
    };
    escaped(&json!({ "object": "whatsapp_business_account", "entry": entries }))
}

fn array<'a>(value: &'a mut Value, name: &str) -> &'a mut Vec<Value> {
    let list = &mut value[name];
    if list.is_null() {
        *list = Value::Array(Vec::new());
    }
    list.as_array_mut().expect("only arrays are stored under these names")
}

/// JSON as Meta writes it: everything outside ASCII as `\uxxxx` in lower case, slashes escaped.
fn escaped(value: &Value) -> Vec<u8> {
    let plain = value.to_string();
    let mut text = String::with_capacity(plain.len() + plain.len() / 4);
    for c in plain.chars() {
        match c {
            '/' => text.push_str("\\/"),
            c if c.is_ascii() => text.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.into_bytes()
}

/// The value of `X-Hub-Signature-256` for these bytes: `sha256=` and 64 hex digits.
pub(super) fn signature(secret: &Secret, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(body);
    let mut text = String::with_capacity(71);
    text.push_str("sha256=");
    for byte in mac.finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Makes message ids that look like the platform's and never repeat: they hold the run's number and a count.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    run: u64,
    count: u64,
    /// As Twilio makes them.
    short: bool,
}

impl Ids {
    /// The ids of a run. Two runs with one number would repeat each other's.
    pub(super) fn new(run: u64, short: bool) -> Self {
        Self { run, count: 0, short }
    }

    /// The id of a message between the business and `who` (a phone's digits or a user id).
    pub(super) fn message(&mut self, who: &str, inbound: bool) -> String {
        self.count += 1;
        if self.short {
            return format!("SM{:016x}{:016x}", self.run, self.count);
        }
        let serial = format!("{:016X}{:016X}", self.run, self.count);
        let mut bytes = vec![0x1c, 0x18, who.len() as u8];
        bytes.extend(who.bytes());
        bytes.extend([0x15, 0x02, 0x00, if inbound { 0x12 } else { 0x11 }, 0x18, 0x20]);
        bytes.extend(serial.bytes());
        bytes.push(0);
        format!("wamid.{}", base64::engine::general_purpose::STANDARD.encode(bytes))
    }

    /// A number for anything else: media, traces.
    pub(super) fn number(&mut self) -> u64 {
        self.count += 1;
        (self.run % 1_000_000_000).wrapping_mul(1_000_000) + self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_like_the_platform() {
        let secret = Secret::new("test_app_secret");
        assert_eq!(
            signature(&secret, br#"{"object":"whatsapp_business_account","entry":[]}"#),
            "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"
        );
    }

    #[test]
    fn escapes_like_the_platform() {
        let body = escaped(&json!({ "a": "è 😀 / \u{1b} \u{202e}" }));
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"{"a":"\u00e8 \ud83d\ude00 \/ \u001b \u202e"}"#
        );
    }

    fn update(number: &str, what: What) -> Update {
        let contact = json!({ "profile": { "name": "A" }, "wa_id": "39333", "user_id": "IT.1" });
        Update { number: number.into(), contact: Some(contact), what, body: json!({ "n": 1 }) }
    }

    #[test]
    fn one_value_or_several() {
        let message = What::Message { id: "w1".into(), customer: "a".into(), kind: "text".into() };
        let status = What::Status { id: "w2".into(), status: "sent" };
        let updates = [
            update("1", message),
            update("1", status.clone()),
            update("1", What::Preference),
            update("2", status),
        ];
        let read = |apart| -> Value {
            serde_json::from_slice(&envelope("9", "+1 555", &updates, apart)).unwrap()
        };
        let together = read(false);
        let changes = together["entry"][0]["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 3);
        assert_eq!(changes[0]["value"]["messages"].as_array().unwrap().len(), 1);
        assert_eq!(changes[0]["value"]["statuses"].as_array().unwrap().len(), 1);
        assert_eq!(changes[0]["value"]["contacts"].as_array().unwrap().len(), 1);
        assert_eq!(changes[1]["field"], "user_preferences");
        assert_eq!(changes[2]["value"]["metadata"]["phone_number_id"], "2");
        let apart = read(true);
        assert_eq!(apart["entry"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn ids_never_repeat_between_runs() {
        let mut one = Ids::new(1, false);
        let mut two = Ids::new(2, false);
        let mut all: Vec<String> = (0..100)
            .flat_map(|_| [one.message("393331234567", true), two.message("393331234567", true)])
            .collect();
        assert!(all.iter().all(|id| id.starts_with("wamid.HBgM")));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 200);
    }
}
