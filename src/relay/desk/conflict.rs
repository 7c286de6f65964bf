//! Commits that the journal did not take, because another relay over the same journal wrote first.
//!
//! The journal's thread notes them before anybody is answered; the desk looks before it decides anything. So
//! whoever was told to try again is judged on the state as it really is.

use super::input::CommandId;
use super::{Desk, sink};
use crate::domain::id::ContactId;
use crate::journal::StreamId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One of them, or what another relay was seen to have written.
pub(super) struct Conflict {
    /// Of the commit that was being looked at.
    pub(super) seq: u64,
    /// The client's id, if the commit had one.
    pub(super) id: Option<CommandId>,
    /// Every stream that the desk must fold anew.
    pub(super) streams: Vec<StreamId>,
}

/// Where they are noted; cloned freely, all clones are one board.
#[derive(Clone, Default)]
pub struct Conflicts(Arc<Board>);

#[derive(Default)]
struct Board {
    /// Spares the desk the lock: it looks before every decision.
    any: AtomicBool,
    noted: Mutex<Vec<Conflict>>,
}

impl Conflicts {
    fn noted(&self) -> MutexGuard<'_, Vec<Conflict>> {
        self.0.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, conflict: Conflict) {
        let mut noted = self.noted();
        noted.push(conflict);
        self.0.any.store(true, Ordering::Release);
    }

    fn take(&self) -> Vec<Conflict> {
        if !self.0.any.load(Ordering::Acquire) {
            return Vec::new();
        }
        let mut noted = self.noted();
        self.0.any.store(false, Ordering::Release);
        std::mem::take(&mut noted)
    }
}

impl Desk {
    /// Forgets what was decided and not written, and lets the journal take these streams again.
    pub(super) fn heal(&mut self) {
        // Read before the board: what is folded by now has noted its conflicts.
        let folded = sink::folded(&self.store);
        let conflicts = self.conflicts.take();
        if conflicts.is_empty() {
            return;
        }
        for conflict in conflicts {
            self.healed = self.healed.max(conflict.seq);
            if let Some(id) = conflict.id {
                self.under_way.remove(&id);
            }
            self.cache.forget_tickets(conflict.seq);
            for stream in conflict.streams {
                // Decided before the stream was last folded anew: it says nothing new of it.
                if self.refolded.get(&stream).is_some_and(|at| conflict.seq <= *at) {
                    continue;
                }
                self.cache.forget(stream);
                if let StreamId::Contact(id) = stream {
                    let id = ContactId(id);
                    self.identities.replace(id, self.store.read().contact(id).map(|c| &**c));
                }
                self.writer.blocking_reset(stream);
                self.refolded.insert(stream, self.seq);
            }
        }
        self.refolded.retain(|_, at| *at > folded);
        let (conversation, contact, ticket) = self.store.read().last_ids();
        self.last_conversation = self.last_conversation.max(conversation);
        self.last_contact = self.last_contact.max(contact);
        self.last_ticket = self.last_ticket.max(ticket);
    }
}
