//! The consent ledger of a person.

use super::{ReadError, Reading, or_word};
use crate::domain::consent::{Entry, Ledger, Said, Source};
use crate::domain::contact::{Contact, ContactEvent};
use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, MessageKey};
use crate::domain::roster::Member;
use crate::domain::template::Purpose;
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::wire::{ConsentEntry, ConsentView};
use std::sync::Arc;

const PURPOSES: [Purpose; 4] =
    [Purpose::Service, Purpose::Utility, Purpose::Authentication, Purpose::Marketing];

/// What counts now of what a contact has said.
pub(super) fn in_force(consent: &Ledger) -> Vec<ConsentView> {
    let last = PURPOSES.into_iter().filter_map(|purpose| consent.last(purpose));
    last.map(|entry| ConsentView {
        purpose: entry.purpose,
        granted: entry.said == Said::Agreed,
        at: entry.at,
    })
    .collect()
}

impl Reading {
    /// All that a contact has said about messages, the oldest first, with where it comes from and its proof.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn ledger(&self, member: &Member, id: ContactId) -> Result<Vec<ConsentEntry>, ReadError> {
        let contact = self.known_contact(id)?;
        let seen = self.seen(member, &contact)?;
        let entries = contact.consent.entries().iter();
        let entries = entries.map(|entry| self.consent_entry(&contact, &seen, entry));
        Ok(entries.collect::<Result<_, _>>()?)
    }

    fn consent_entry(
        &self,
        contact: &Contact,
        seen: &[Arc<Conversation>],
        entry: &Entry,
    ) -> Result<ConsentEntry, JournalError> {
        let mut view = ConsentEntry {
            purpose: entry.purpose,
            said: entry.said,
            at: entry.at,
            source: Source::Message,
            entered_at: entry.at,
            by: None,
            proof: None,
            counts: contact.consent.last(entry.purpose) == Some(*entry),
        };
        let Some(found) = or_word(self.opener.found(entry.place).map(Some), |_| None)? else {
            return Ok(view);
        };
        view.entered_at = found.at;
        let StreamEvent::Contact(event) = &found.event else { return Ok(view) };
        let (source, proof) = match event {
            ContactEvent::OptedOut { source, proof, .. }
            | ContactEvent::OptedIn { source, proof, .. } => (Source::of(*source, *proof), *proof),
            ContactEvent::Asked { proof, .. } => (Source::Message, *proof),
            _ => return Ok(view),
        };
        view.source = source;
        view.by =
            (source == Source::Agent || source == Source::Import).then_some(found.actor.clone());
        view.proof = match proof {
            MessageKey(0) if view.by.is_some() => {
                or_word(self.body::<String>(contact, &found).map(Some), |_| None)?
            }
            MessageKey(0) => None,
            proof => self.proof_in(contact, seen, proof)?,
        };
        Ok(view)
    }

    /// What the customer wrote in the message with this fingerprint, if it stands in one of these conversations.
    fn proof_in(
        &self,
        contact: &Contact,
        seen: &[Arc<Conversation>],
        key: MessageKey,
    ) -> Result<Option<String>, JournalError> {
        let said = seen.iter().flat_map(|state| state.thread.iter().rev());
        let mut said = said.filter(|entry| entry.sort().is_message());
        let Some(entry) = said.find(|entry| entry.key() == key) else { return Ok(None) };
        let found = or_word(self.opener.found(entry.place()).map(Some), |_| None)?;
        let Some(found) = found else { return Ok(None) };
        self.said_in(contact, &found).map(|said| Some(said.text))
    }
}
