//! Twilio: an API of its own before WhatsApp. Requests and webhooks are forms, templates are contents with ids,
//! files are fetched from an address that we name, and errors have numbers of their own.
//!
//! Source: twilio.com/docs, "messages resource", "messaging webhooks", "webhook security", "content API". There is
//! no idempotency key, and no word of ours comes back in a status: the address to which statuses are posted
//! carries it.

mod client;
mod content;
mod error;
mod form;
mod kept;
mod new;
mod rich;
mod signature;

use super::provider::{Access, Hook, Key, Keys, Limits, Probe, Provider};
use std::sync::Arc;

/// See the module.
pub(super) static PROVIDER: Provider = Provider {
    name: "twilio",
    api_url: "https://api.twilio.com/2010-04-01",
    keys: Keys {
        number: Key {
            name: "number",
            what: "the WhatsApp sender, such as \"+14155238886\"",
            shape: "a phone number with its country, such as \"+14155238886\"",
            read: digits_of,
        },
        account: Key {
            name: "account_sid",
            what: "the Account SID in the Twilio console",
            shape: "AC and 32 hexadecimal digits, as the Twilio console shows it",
            read: |text| is_sid("AC", text).then(|| text.to_owned()),
        },
        token: None,
        secrets: "auth_tokens",
        verify: None,
        public: Some("public_url"),
    },
    hook: Some(Hook {
        proof: signature::HEADER,
        vouches: signature::vouches,
        envelope: form::envelope,
        dated: false,
        probe,
    }),
    limits: Some(Limits {
        text: 1_600,
        file: 16 << 20,
        lacks: &[
            "reaction",
            "contacts",
            "sticker",
            "header",
            "footer",
            "sections of a list",
            "form",
            "request for a place",
            "request for a number",
            "id of more than 200 characters",
            "text with {{",
        ],
        quotes: false,
    }),
    connect: |access, timeouts| Ok(Arc::new(client::TwilioClient::new(access, timeouts)?)),
};

/// The parameter by which our own id of a message comes back in the address of its statuses.
const OUTBOX: &str = "outbox";

/// The digits of a phone number with its country.
fn digits_of(text: &str) -> Option<String> {
    let digits: String = text.strip_prefix('+')?.chars().filter(|c| *c != ' ').collect();
    let right =
        (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    right.then_some(digits)
}

/// Whether a text is an id of that kind.
fn is_sid(kind: &str, text: &str) -> bool {
    text.strip_prefix(kind)
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// An empty form, signed.
fn probe(access: &Access, url: &str) -> Probe {
    let signed = access.secrets.first().map(|token| signature::sign(token, url, &[]));
    let form = "application/x-www-form-urlencoded".to_owned();
    let headers = vec![("content-type", form), (signature::HEADER, signed.unwrap_or_default())];
    Probe { headers, body: b"" }
}

#[cfg(test)]
fn access() -> Access {
    Access {
        number: "14155238886".into(),
        account: "AC00000000000000000000000000000001".into(),
        api_url: "https://api.twilio.com/2010-04-01".into(),
        token: crate::kit::Secret::new("12345"),
        secrets: vec![crate::kit::Secret::new("12345")],
        public_url: Some("https://mycompany.com".into()),
        path: "/webhooks/twilio/shop".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_an_account_are_read_as_the_console_shows_them() {
        for (text, digits) in [
            ("+14155238886", Some("14155238886")),
            ("+1 415 523 8886", Some("14155238886")),
            ("14155238886", None),
            ("+1-415", None),
            ("+", None),
            ("whatsapp:+14155238886", None),
        ] {
            assert_eq!(digits_of(text).as_deref(), digits, "{text}");
        }
        for (text, good) in [
            ("AC00000000000000000000000000000001", true),
            ("SK00000000000000000000000000000001", false),
            ("AC0000000000000000000000000000000", false),
            ("AC0000000000000000000000000000000g", false),
        ] {
            assert_eq!(is_sid("AC", text), good, "{text}");
        }
    }
}
