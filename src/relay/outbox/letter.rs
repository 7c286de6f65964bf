//! From a message in the journal to the request that the platform gets.

mod free;
mod template;

use super::schedule::Owed;
use super::verdict::INVALID;
use crate::domain::command::Outcome;
use crate::domain::content::Content;
use crate::domain::identity::{Identity, IdentityKind};
use crate::domain::interactive::{File, Header};
use crate::domain::message::Outbound;
use crate::relay::Relay;
use crate::relay::opened::Closed;
use crate::whatsapp::send::{Body, Recipient, SendRequest};

/// The code of a recipient that cannot be reached; ours for one whose data were erased.
const UNDELIVERABLE: u32 = 131_026;

/// Opens a message and addresses it. `ids` are the platform's ids of its files, in order.
///
/// # Errors
/// What to settle it with when it cannot be sent.
pub(super) fn letter(relay: &Relay, owed: &Owed, ids: &[String]) -> Result<SendRequest, Outcome> {
    let contact = relay.store.read().contact(owed.contact).cloned();
    let contact = contact.ok_or_else(|| refused(UNDELIVERABLE))?;
    let to = match relay.opener.address(&contact).map_err(closed)? {
        Some(Identity { kind: IdentityKind::Phone, value }) => Recipient::Phone(value),
        Some(Identity { kind: IdentityKind::Group, value }) => Recipient::Group(value),
        Some(Identity { value, .. }) => Recipient::UserId(value),
        None => return Err(refused(UNDELIVERABLE)),
    };
    let found = relay.opener.found(owed.place).map_err(closed)?;
    let Outbound { content, about } = relay.opener.body(owed.contact, &found).map_err(closed)?;
    let callback = owed.send.to_string();
    let (body, reply_to) = said(content, about, &callback, ids);
    let phone_number_id = owed.line.as_str().to_owned();
    Ok(SendRequest { phone_number_id, to, body, reply_to, callback: Some(callback) })
}

/// What is said, in the platform's shape, and what it quotes. `token` comes back with a form that is filled in.
fn said(
    content: Content,
    about: Option<String>,
    token: &str,
    ids: &[String],
) -> (Body, Option<String>) {
    let body = match content {
        Content::Text { body, preview } => {
            let link = body.contains("https://") || body.contains("http://");
            Body::Text { text: body, preview_url: preview.unwrap_or(link) }
        }
        Content::Template(used) => Body::Template(template::filled(&used, ids)),
        Content::Reaction { emoji } => {
            return (Body::Reaction { message_id: about.unwrap_or_default(), emoji }, None);
        }
        Content::Location(place) => Body::Location(free::location(place)),
        Content::File(file) => Body::File(free::file(file, ids.first())),
        Content::Contacts(cards) => Body::Contacts(cards.into_iter().map(free::card).collect()),
        Content::Interactive(mut interactive) => {
            let header = interactive.header.as_mut().and_then(Header::file);
            if let (Some((_, file)), Some(id)) = (header, ids.first()) {
                *file = File::Id(id.clone());
            }
            Body::Interactive(Box::new(free::interactive(*interactive, token)))
        }
    };
    (body, about)
}

fn refused(error: u32) -> Outcome {
    Outcome::Refused { error, said: None }
}

fn closed(closed: Closed) -> Outcome {
    match closed {
        Closed::Erased => refused(UNDELIVERABLE),
        Closed::Unreadable => refused(INVALID),
        Closed::Journal(_) => Outcome::Deferred { error: None, said: None },
    }
}
