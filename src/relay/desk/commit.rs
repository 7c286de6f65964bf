//! From a decision to the journal: what is decided counts at once for the next decision, and is sealed and
//! queued for the disk.

use super::input::{Answer, CommandId, Reply};
use super::{Decided, Desk, Gone, UNDER_WAY_MOST, sink};
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::refusal::Refusal;
use crate::journal::codec::{StreamEvent, encode};
use crate::journal::{Commit, Entry, StreamId};
use crate::relay::views::Change;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

impl Desk {
    pub(super) fn desk_change(&mut self, events: Vec<StreamEvent>) -> Change {
        let expected = self.cache.desk(&self.store).1.version;
        let change = Change { stream: StreamId::Desk, expected, events };
        self.apply(std::slice::from_ref(&change));
        change
    }

    /// Folds changes into the states on their way to the disk.
    pub(super) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.cache.apply(change, &self.store);
            for event in &change.events {
                if let StreamEvent::Conversation(event) = event
                    && let Some(number) = event.begins()
                {
                    self.last_ticket = self.last_ticket.max(number.0);
                    if let StreamId::Conversation(id) = change.stream {
                        self.cache.note_ticket(number, ConversationId(id), self.seq + 1);
                    }
                }
            }
        }
    }

    /// Seals and hands to the journal. Every decision passes here, also one without events: it is answered
    /// when everything before it is on disk.
    pub(super) fn commit(
        &mut self,
        id: Option<CommandId>,
        actor: &str,
        changes: Vec<Change>,
        answer: Option<(Answer, Result<Reply, Refusal>)>,
        group: Option<Arc<AtomicBool>>,
    ) -> Result<(), Gone> {
        if changes.is_empty() && answer.is_none() {
            return Ok(());
        }
        self.seq += 1;
        let commit = if changes.is_empty() {
            None
        } else {
            let mut parts = Vec::with_capacity(changes.len());
            for change in &changes {
                self.cache.used(change.stream, self.seq);
                let contact = match change.stream {
                    StreamId::Conversation(id) => Some(self.cache.contact_of(ConversationId(id))),
                    StreamId::Contact(id) => Some(ContactId(id)),
                    StreamId::Desk => None,
                };
                // Of an erased person nothing personal is written any more, and no new key is made.
                let contact =
                    contact.filter(|id| self.cache.contact(*id, &self.store).erased.is_none());
                let part =
                    encode(&self.vault, change.stream, contact, change.expected, &change.events);
                parts.push(part.map_err(|error| {
                    tracing::error!(%error, "an event could not be sealed; the relay stops");
                    Gone
                })?);
            }
            Some(Commit { id, at: self.clock.now(), actor: actor.to_owned(), parts })
        };
        let payload = Decided { seq: self.seq, healed: self.healed, changes, answer, group };
        self.writer.blocking_send(Entry { commit, payload }).map_err(|_| Gone)?;
        if self.cache.is_full() || self.under_way.len() > UNDER_WAY_MOST {
            let folded = sink::folded(&self.store);
            self.cache.sweep(folded);
            self.under_way.retain(|_, (seq, _)| *seq > folded);
        }
        Ok(())
    }
}

/// The changes of one commit: those of one stream in one piece.
pub(super) fn merged(mut changes: Vec<Change>, more: Vec<Change>) -> Vec<Change> {
    for change in more {
        match changes.iter_mut().find(|known| known.stream == change.stream) {
            Some(known) => known.events.extend(change.events),
            None => changes.push(change),
        }
    }
    changes
}
