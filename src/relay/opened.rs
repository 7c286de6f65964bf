//! The personal parts of events, opened for people and for the outbox.

use super::views::Store;
use crate::domain::contact::Contact;
use crate::domain::id::{ContactId, MessageKey, TagKey};
use crate::domain::identity::{Identity, IdentityKind};
use crate::domain::name::Name;
use crate::domain::thread::Place;
use crate::journal::codec::{StreamEvent, decode, open};
use crate::journal::{Commit, JournalError, Part, Position, StreamId};
use crate::vault::{Files, KeyId, OpenError, Vault};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The event at a place; what is personal in it stays sealed.
///
/// # Errors
/// [`Closed::Unreadable`] when there is none.
pub fn found(store: &Store, place: Place) -> Result<Found, Closed> {
    let record = store.reader().get(Position(place.position()))?;
    let record = record.ok_or(Closed::Unreadable)?;
    let mut index = usize::from(place.index());
    for part in &record.commit.parts {
        if index < part.events.len() {
            return Ok(Opener::held(&record.commit, part, index)?);
        }
        index -= part.events.len();
    }
    Err(Closed::Unreadable)
}

/// The personal part of an event of a contact.
///
/// # Errors
/// [`Closed::Erased`] when his key was destroyed.
pub fn body<T: DeserializeOwned>(
    vault: &Vault,
    contact: ContactId,
    found: &Found,
) -> Result<T, Closed> {
    body_under(vault, KeyId::Contact(contact.0), found)
}

fn body_under<T: DeserializeOwned>(vault: &Vault, key: KeyId, found: &Found) -> Result<T, Closed> {
    if found.sealed.is_empty() {
        return Err(Closed::Erased);
    }
    open(vault, key, found.stream, found.version, &found.sealed).map_err(|error| match error {
        OpenError::Erased => Closed::Erased,
        OpenError::Broken => Closed::Unreadable,
    })
}

/// Opens what is sealed in the journal.
#[derive(Clone)]
pub struct Opener {
    store: Store,
    vault: Arc<Vault>,
    files: Files,
}

/// Why something personal cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// The person was erased.
    #[error("erased")]
    Erased,
    /// It is not there, or not what was sealed: the store is damaged.
    #[error("unreadable")]
    Unreadable,
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Closed {
    /// What stands in its place on a screen.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Unreadable | Self::Journal(_) => "unreadable",
        }
    }
}

/// An event with the means to open its personal part.
pub struct Found {
    /// The event itself.
    pub event: StreamEvent,
    /// When it was decided, in desk time.
    pub at: crate::kit::Timestamp,
    /// Who decided it.
    pub actor: String,
    stream: StreamId,
    version: u64,
    sealed: Vec<u8>,
}

impl Opener {
    /// The fingerprint of a label.
    pub fn tag_key(&self, name: &Name) -> TagKey {
        super::rules::tag_key(&self.vault, name)
    }

    /// Opens what `store` holds with the keys of `vault`, and the `files` beside it.
    pub fn new(store: Store, vault: Arc<Vault>, files: Files) -> Self {
        Self { store, vault, files }
    }

    /// The files of people.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The event at a place.
    ///
    /// # Errors
    /// [`Closed::Unreadable`] when there is none.
    pub fn found(&self, place: Place) -> Result<Found, Closed> {
        found(&self.store, place)
    }

    /// An event of a record that is at hand: of one of its commit's parts, by its place there.
    ///
    /// # Errors
    /// When it does not read back.
    ///
    /// # Panics
    /// There is no event at that place.
    pub fn held(commit: &Commit, part: &Part, index: usize) -> Result<Found, JournalError> {
        let stored = &part.events[index];
        Ok(Found {
            event: decode(part.stream, stored)?,
            at: commit.at,
            actor: commit.actor.clone(),
            stream: part.stream,
            version: part.expected + 1 + index as u64,
            sealed: stored.sealed.clone(),
        })
    }

    /// The personal part of an event of a conversation or a contact: the contact whose it is.
    ///
    /// # Errors
    /// [`Closed::Erased`] when his key was destroyed.
    pub fn body<T: DeserializeOwned>(
        &self,
        contact: ContactId,
        found: &Found,
    ) -> Result<T, Closed> {
        body(&self.vault, contact, found)
    }

    /// The same for what is sealed under a day's key.
    ///
    /// # Errors
    /// [`Closed::Erased`] when that day's key was destroyed.
    pub fn body_of_day<T: DeserializeOwned>(&self, day: u32, found: &Found) -> Result<T, Closed> {
        body_under(&self.vault, KeyId::Day(day), found)
    }

    /// What stands in threads for a message of this line that the platform knows by `id`.
    pub fn message_key(&self, line: &Name, id: &str) -> MessageKey {
        super::translate::message_key(&self.vault, line, id)
    }

    /// A contact's name for himself.
    ///
    /// # Errors
    /// See [`Closed`]; `Ok(None)` when he has none.
    pub fn name(&self, contact: &Contact) -> Result<Option<String>, Closed> {
        if contact.erased.is_some() {
            return Err(Closed::Erased);
        }
        let Some((place, _, _)) = contact.name else { return Ok(None) };
        let name: String = self.body(contact.id, &self.found(place)?)?;
        Ok(Some(name).filter(|name| !name.is_empty()))
    }

    /// Where answers to a contact go: the identity that he used last.
    ///
    /// # Errors
    /// See [`Closed`]; `Ok(None)` when none is known.
    pub fn address(&self, contact: &Contact) -> Result<Option<Identity>, Closed> {
        if contact.erased.is_some() {
            return Err(Closed::Erased);
        }
        let Some((_, _, place)) = contact.address() else { return Ok(None) };
        self.body(contact.id, &self.found(place)?).map(Some)
    }

    /// A contact's latest identity of a kind: a phone's digits, a user id, a username.
    ///
    /// # Errors
    /// See [`Closed`]; `Ok(None)` when he has none.
    pub fn identity(
        &self,
        contact: &Contact,
        kind: IdentityKind,
    ) -> Result<Option<String>, Closed> {
        if contact.erased.is_some() {
            return Err(Closed::Erased);
        }
        let latest = contact.identities.iter().rev().find(|(of, _, _)| *of == kind);
        let Some((_, _, place)) = latest else { return Ok(None) };
        let identity: Identity = self.body(contact.id, &self.found(*place)?)?;
        Ok(Some(identity.value))
    }
}
