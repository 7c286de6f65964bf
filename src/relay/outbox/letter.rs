//! From a message in the journal to the request that the platform gets.

mod free;

use super::schedule::Owed;
use super::verdict::INVALID;
use crate::domain::command::Outcome;
use crate::domain::content::Content;
use crate::domain::identity::{Identity, IdentityKind};
use crate::domain::message::{Outbound, TemplateUse};
use crate::relay::Relay;
use crate::relay::opened::Closed;
use crate::whatsapp::send::{Body, Component, Parameter, Recipient, SendRequest, TemplateMessage};

/// The code of a recipient that cannot be reached; ours for one whose data were erased.
const UNDELIVERABLE: u32 = 131_026;

/// Opens a message and addresses it.
///
/// # Errors
/// What to settle it with when it cannot be sent.
pub(super) fn letter(relay: &Relay, owed: &Owed) -> Result<SendRequest, Outcome> {
    let contact = relay.store.read().contact(owed.contact).cloned();
    let contact = contact.ok_or(Outcome::Refused { error: UNDELIVERABLE })?;
    let to = match relay.opener.address(&contact).map_err(closed)? {
        Some(Identity { kind: IdentityKind::Phone, value }) => Recipient::Phone(value),
        Some(Identity { value, .. }) => Recipient::UserId(value),
        None => return Err(Outcome::Refused { error: UNDELIVERABLE }),
    };
    let found = relay.opener.found(owed.place).map_err(closed)?;
    let Outbound { content, about } = relay.opener.body(owed.contact, &found).map_err(closed)?;
    let callback = owed.send.to_string();
    let (body, reply_to) = said(content, about, &callback);
    let phone_number_id = owed.line.as_str().to_owned();
    Ok(SendRequest { phone_number_id, to, body, reply_to, callback: Some(callback) })
}

/// What is said, in the platform's shape, and what it quotes. `token` comes back with a form that is filled in.
fn said(content: Content, about: Option<String>, token: &str) -> (Body, Option<String>) {
    let body = match content {
        Content::Text { body, preview } => {
            let link = body.contains("https://") || body.contains("http://");
            Body::Text { text: body, preview_url: preview.unwrap_or(link) }
        }
        Content::Template(template) => Body::Template(filled(&template)),
        Content::Reaction { emoji } => {
            return (Body::Reaction { message_id: about.unwrap_or_default(), emoji }, None);
        }
        Content::Location(place) => Body::Location(free::location(place)),
        Content::Contacts(cards) => Body::Contacts(cards.into_iter().map(free::card).collect()),
        Content::Interactive(interactive) => {
            Body::Interactive(Box::new(free::interactive(*interactive, token)))
        }
    };
    (body, about)
}

fn closed(closed: Closed) -> Outcome {
    match closed {
        Closed::Erased => Outcome::Refused { error: UNDELIVERABLE },
        Closed::Unreadable => Outcome::Refused { error: INVALID },
        Closed::Journal(_) => Outcome::Deferred { error: None },
    }
}

/// A template as it is sent. The slots say where their values go: `header` and `header.name`, `button.1` and
/// so on (the end of an address), all else in the body; what is no number is the variable's name.
fn filled(template: &TemplateUse) -> TemplateMessage {
    let text = |name: &str, value: &str| {
        let named = !name.is_empty() && !name.bytes().all(|byte| byte.is_ascii_digit());
        Parameter::Text { text: value.to_owned(), parameter_name: named.then(|| name.to_owned()) }
    };
    let part = |part| Component { part, sub_type: None, index: None, parameters: Vec::new() };
    let (mut header, mut body, mut buttons) = (part("header"), part("body"), Vec::new());
    for (slot, value) in &template.parameters {
        match slot.split_once('.') {
            None if slot == "header" => header.parameters.push(text("", value)),
            Some(("header", name)) => header.parameters.push(text(name, value)),
            Some(("button", place)) => buttons.push(Component {
                part: "button",
                sub_type: Some("url"),
                index: Some(place.parse::<u32>().unwrap_or(1).saturating_sub(1).to_string()),
                parameters: vec![text("", value)],
            }),
            _ => body.parameters.push(text(slot, value)),
        }
    }
    let parts = [header, body].into_iter().filter(|part| !part.parameters.is_empty());
    TemplateMessage {
        name: template.name.clone(),
        language: template.language.clone(),
        components: parts.chain(buttons).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn components(slots: &[(&str, &str)]) -> serde_json::Value {
        let parameters = slots.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        let template = TemplateUse {
            name: "order".into(),
            language: "it".into(),
            parameters,
            preview: String::new(),
        };
        json!(filled(&template).components)
    }

    #[test]
    fn slots_say_where_their_values_go() {
        assert_eq!(components(&[]), json!([]));
        assert_eq!(
            components(&[("header", "A"), ("1", "b"), ("2", "c"), ("button.2", "x")]),
            json!([
                {"type": "header", "parameters": [{"type": "text", "text": "A"}]},
                {"type": "body", "parameters": [{"type": "text", "text": "b"}, {"type": "text", "text": "c"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "x"}]},
            ])
        );
        assert_eq!(
            components(&[("header.shop", "A"), ("first_name", "b")]),
            json!([
                {"type": "header", "parameters": [{"type": "text", "text": "A", "parameter_name": "shop"}]},
                {"type": "body", "parameters": [{"type": "text", "text": "b", "parameter_name": "first_name"}]},
            ])
        );
    }
}
