//! Events as they are kept: public JSON, and the personal part sealed under the key of the person.
//!
//! The format has a version. Version 1 is the plain event; a later one begins with `{"v":N`. In version 2 labels
//! of tickets are sealed, and templates say their buttons and their quality. In version 3 more than text and
//! templates is queued, and templates have files, places, codes, offers and cards. All else is written as before. What
//! an older version wrote is lifted to the present shape as it is read, here and nowhere else, so that the core
//! knows one shape only; what a newer one wrote is an error that says so. Golden files hold every version for
//! ever.

use super::{JournalError, Part, StoredEvent, StreamId};
use crate::domain::contact::ContactEvent;
use crate::domain::desk::DeskEvent;
use crate::domain::event::{Event, FieldSet, TodoAdded};
use crate::domain::id::{ContactId, TagKey};
use crate::domain::message::Kind;
use crate::domain::name::Name;
use crate::domain::private::Private;
use crate::domain::template::Template;
use crate::domain::ticket::Tags;
use crate::kit::Timestamp;
use crate::vault::{KeyId, OpenError, Vault};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An event of any stream.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamEvent {
    /// Of a conversation.
    Conversation(Event),
    /// Of a contact.
    Contact(ContactEvent),
    /// Of the desk.
    Desk(DeskEvent),
}

impl StreamEvent {
    /// The version whose shape it has.
    fn version(&self) -> u32 {
        match self {
            Self::Conversation(Event::Queued { kind, .. })
                if !matches!(kind, Kind::Text | Kind::Template) =>
            {
                3
            }
            Self::Desk(DeskEvent::TemplatesFetched { catalogue, .. })
                if catalogue.templates.iter().any(Template::has_parts) =>
            {
                3
            }
            Self::Conversation(Event::Tagged { .. })
            | Self::Desk(DeskEvent::TemplatesFetched { .. }) => 2,
            Self::Conversation(_) | Self::Contact(_) | Self::Desk(_) => 1,
        }
    }

    /// The personal part as JSON, and the day whose key seals it if that is not a contact's.
    fn body(&self) -> Option<(Vec<u8>, Option<u32>)> {
        fn json<T: Serialize>(body: &Private<T>) -> Option<Vec<u8>> {
            serde_json::to_vec(body.as_clear()?).ok()
        }
        match self {
            Self::Conversation(
                Event::Received { body, .. }
                | Event::Echoed { body, .. }
                | Event::FileCame { body, .. },
            ) => json(body).map(|json| (json, None)),
            Self::Conversation(
                Event::Noted { body, .. }
                | Event::TodoAdded(TodoAdded { body, .. })
                | Event::FieldSet(FieldSet { body, .. })
                | Event::Accepted { body, .. }
                | Event::StatusSeen { body, .. }
                | Event::Deferred { body, .. }
                | Event::Failed { body, .. },
            ) => json(body).map(|json| (json, None)),
            Self::Conversation(Event::Queued { body, .. }) => json(body).map(|json| (json, None)),
            Self::Conversation(Event::Tagged { body, .. }) => json(body).map(|json| (json, None)),
            Self::Contact(ContactEvent::Identified { body, .. }) => {
                json(body).map(|json| (json, None))
            }
            Self::Contact(
                ContactEvent::Named { body, .. }
                | ContactEvent::OptedOut { body, .. }
                | ContactEvent::OptedIn { body, .. },
            ) => json(body).map(|json| (json, None)),
            Self::Desk(
                DeskEvent::DeadLettered { day, body, .. }
                | DeskEvent::Noticed { day, body, .. }
                | DeskEvent::DeadLetterMoved { day, body, .. },
            ) => json(body).map(|json| (json, Some(*day))),
            Self::Conversation(_) | Self::Contact(_) | Self::Desk(_) => None,
        }
    }
}

/// What a sealed part is bound to: it opens nowhere else.
fn bound_to(stream: StreamId, version: u64) -> [u8; StreamId::BYTES + 8] {
    let mut bytes = [0; StreamId::BYTES + 8];
    bytes[..StreamId::BYTES].copy_from_slice(&stream.to_bytes());
    bytes[StreamId::BYTES..].copy_from_slice(&version.to_be_bytes());
    bytes
}

/// Encodes what a decision adds to one stream, sealing the personal parts under the key of `contact` (or of
/// the day, for dead letters); without a contact, they are left out. A key that is not there yet is made.
///
/// # Errors
/// [`OpenError::Erased`] when the key is destroyed at this very moment.
pub fn encode(
    vault: &Vault,
    stream: StreamId,
    contact: Option<ContactId>,
    expected: u64,
    events: &[StreamEvent],
) -> Result<Part, OpenError> {
    let mut stored = Vec::with_capacity(events.len());
    for (event, version) in events.iter().zip(expected + 1..) {
        let public = match event {
            StreamEvent::Conversation(event) => serde_json::to_vec(event),
            StreamEvent::Contact(event) => serde_json::to_vec(event),
            StreamEvent::Desk(event) => serde_json::to_vec(event),
        };
        let sealed = match event.body() {
            Some((clear, day)) => {
                let contact = contact.map(|contact| KeyId::Contact(contact.0));
                match day.map(KeyId::Day).or(contact) {
                    Some(key) => {
                        vault.ensure(key);
                        vault.seal(key, &bound_to(stream, version), &clear)?
                    }
                    None => Vec::new(),
                }
            }
            None => Vec::new(),
        };
        let mut public = public.expect("events of ours are always JSON");
        let version = event.version();
        if version > 1 {
            public.splice(..1, format!("{{\"v\":{version},").into_bytes());
        }
        stored.push(StoredEvent { public, sealed });
    }
    Ok(Part { stream, expected, events: stored })
}

/// The version that this program writes and the newest that it reads.
const VERSION: u32 = 3;

/// In version 1 labels stood in the clear: they become fingerprints, and what they say becomes the body.
fn lifted(public: &[u8]) -> Option<Event> {
    #[derive(Deserialize)]
    struct Old {
        is: String,
        at: Timestamp,
        add: Vec<Name>,
        remove: Vec<Name>,
    }
    let old: Old = serde_json::from_slice(public).ok().filter(|old: &Old| old.is == "tagged")?;
    let keys = |names: &[Name]| names.iter().map(|name| TagKey::of_clear(name.as_str())).collect();
    Some(Event::Tagged {
        at: old.at,
        add: keys(&old.add),
        remove: keys(&old.remove),
        body: Private::clear(Tags { add: old.add, remove: old.remove }),
    })
}

/// The version of an event's public part.
fn version(public: &[u8]) -> u32 {
    let Some(rest) = public.strip_prefix(b"{\"v\":") else { return 1 };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number: u32, digit| {
        number.saturating_mul(10).saturating_add(u32::from(digit - b'0'))
    })
}

/// Reads the public part of an event back; its personal part stays sealed.
///
/// # Errors
/// [`JournalError::Fatal`] when it is no event that this version knows: written by a newer one.
pub fn decode(stream: StreamId, stored: &StoredEvent) -> Result<StreamEvent, JournalError> {
    let version = version(&stored.public);
    if version > VERSION {
        let what = format!("an event of {stream} has version {version}; install a newer guichet");
        return Err(JournalError::Fatal { what });
    }
    if version == 1
        && stored.public.starts_with(b"{\"is\":\"tagged\"")
        && let Some(event) = lifted(&stored.public)
    {
        return Ok(StreamEvent::Conversation(event));
    }
    let event = match stream {
        StreamId::Conversation(_) => {
            serde_json::from_slice(&stored.public).map(StreamEvent::Conversation)
        }
        StreamId::Contact(_) => serde_json::from_slice(&stored.public).map(StreamEvent::Contact),
        StreamId::Desk => serde_json::from_slice(&stored.public).map(StreamEvent::Desk),
    };
    event.map_err(|error| JournalError::Fatal {
        what: format!("an event of {stream} is not one that this version knows: {error}"),
    })
}

/// Opens the personal part of an event.
///
/// # Errors
/// [`OpenError::Erased`] when the person's key was destroyed, [`OpenError::Broken`] when the bytes are not
/// what was sealed there.
pub fn open<T: DeserializeOwned>(
    vault: &Vault,
    key: KeyId,
    stream: StreamId,
    version: u64,
    sealed: &[u8],
) -> Result<T, OpenError> {
    let clear = vault.unseal(key, &bound_to(stream, version), sealed)?;
    serde_json::from_slice(&clear).map_err(|_| OpenError::Broken)
}
