//! The states that have a commit on its way to the disk, and a few more that were looked at lately.

use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::desk::{Desk, DeskEvent};
use crate::domain::id::{ContactId, ConversationId, TicketNumber};
use crate::domain::policy::Policy;
use crate::domain::roster::Member;
use crate::domain::thread::Place;
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, StreamId};
use crate::relay::views::{Change, Store};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Conversations kept at most before those at rest are dropped.
const MOST: usize = 4_096;

/// A state and the number of the last commit that changed it.
struct Cached<T> {
    state: Arc<T>,
    seq: u64,
}

/// See the module.
#[derive(Default)]
pub(super) struct Cache {
    conversations: HashMap<ConversationId, Cached<Conversation>>,
    contacts: HashMap<ContactId, Cached<Contact>>,
    tickets: HashMap<TicketNumber, (ConversationId, u64)>,
    desk: Option<Whole>,
}

/// The desk's own state and what is derived from it.
struct Whole {
    desk: Arc<Desk>,
    policy: Arc<Policy>,
    members: Arc<Vec<Member>>,
}

impl Whole {
    fn of(desk: Arc<Desk>) -> Self {
        let policy = Arc::new(desk.policy.clone().unwrap_or_default());
        let members = Arc::new(desk.members());
        Self { desk, policy, members }
    }
}

impl Cache {
    pub(super) fn conversation(
        &mut self,
        id: ConversationId,
        store: &Store,
    ) -> Result<Option<&Arc<Conversation>>, JournalError> {
        let cached = match self.conversations.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let Some(state) = store.conversation(id)? else { return Ok(None) };
                place.insert(Cached { state, seq: 0 })
            }
        };
        Ok(Some(&cached.state))
    }

    /// A contact; one without events if there is none.
    pub(super) fn contact(&mut self, id: ContactId, store: &Store) -> &Arc<Contact> {
        let cached = self.contacts.entry(id).or_insert_with(|| {
            let known = store.read().contact(id).cloned();
            Cached { state: known.unwrap_or_else(|| Arc::new(Contact::new(id))), seq: 0 }
        });
        &cached.state
    }

    /// The contact of a conversation that was just looked at.
    pub(super) fn contact_of(&self, id: ConversationId) -> ContactId {
        self.conversations.get(&id).map_or(ContactId(0), |cached| cached.state.head.contact)
    }

    pub(super) fn ticket(&self, number: TicketNumber, store: &Store) -> Option<ConversationId> {
        let known = self.tickets.get(&number).map(|(id, _)| *id);
        known.or_else(|| store.read().conversation_of(number))
    }

    pub(super) fn note_ticket(&mut self, number: TicketNumber, id: ConversationId, seq: u64) {
        self.tickets.insert(number, (id, seq));
    }

    fn whole(&mut self, store: &Store) -> &mut Whole {
        self.desk.get_or_insert_with(|| Whole::of(store.read().desk().clone()))
    }

    pub(super) fn desk(&mut self, store: &Store) -> (Arc<Policy>, Arc<Desk>, Arc<Vec<Member>>) {
        let whole = self.whole(store);
        (whole.policy.clone(), whole.desk.clone(), whole.members.clone())
    }

    /// Folds a decided change in, ahead of the disk; places are not known yet.
    pub(super) fn apply(&mut self, change: &Change, store: &Store) {
        match change.stream {
            StreamId::Conversation(id) => {
                let id = ConversationId(id);
                let cached = self
                    .conversations
                    .entry(id)
                    .or_insert_with(|| Cached { state: Arc::new(Conversation::new(id)), seq: 0 });
                let state = Arc::make_mut(&mut cached.state);
                for event in &change.events {
                    if let StreamEvent::Conversation(event) = event {
                        state.evolve(event, Place::default());
                    }
                }
            }
            StreamId::Contact(id) => {
                self.contact(ContactId(id), store);
                let Some(cached) = self.contacts.get_mut(&ContactId(id)) else { return };
                let state = Arc::make_mut(&mut cached.state);
                for event in &change.events {
                    if let StreamEvent::Contact(event) = event {
                        state.evolve(event, Place::default());
                    }
                }
            }
            StreamId::Desk => {
                let whole = self.whole(store);
                let desk = Arc::make_mut(&mut whole.desk);
                let mut rules = false;
                for event in &change.events {
                    if let StreamEvent::Desk(event) = event {
                        desk.evolve(event, Place::default());
                        rules |= matches!(
                            event,
                            DeskEvent::PolicyChanged { .. }
                                | DeskEvent::AccountSet { .. }
                                | DeskEvent::AccountDisabled { .. }
                        );
                    }
                }
                if rules {
                    *whole = Whole::of(whole.desk.clone());
                }
            }
        }
    }

    /// A commit of that number changes the stream.
    pub(super) fn used(&mut self, stream: StreamId, seq: u64) {
        match stream {
            StreamId::Conversation(id) => {
                if let Some(cached) = self.conversations.get_mut(&ConversationId(id)) {
                    cached.seq = seq;
                }
            }
            StreamId::Contact(id) => {
                if let Some(cached) = self.contacts.get_mut(&ContactId(id)) {
                    cached.seq = seq;
                }
            }
            StreamId::Desk => {}
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.conversations.len() > MOST || self.contacts.len() > MOST || self.tickets.len() > MOST
    }

    /// Drops what the views contain: everything up to the commit `folded`.
    pub(super) fn sweep(&mut self, folded: u64) {
        self.conversations.retain(|_, cached| cached.seq > folded);
        self.contacts.retain(|_, cached| cached.seq > folded);
        self.tickets.retain(|_, (_, seq)| *seq > folded);
    }

    /// Drops the tickets that a commit opened which the journal did not take.
    pub(super) fn forget_tickets(&mut self, seq: u64) {
        self.tickets.retain(|_, (_, of)| *of != seq);
    }

    /// Drops a state that the journal did not take.
    pub(super) fn forget(&mut self, stream: StreamId) {
        match stream {
            StreamId::Conversation(id) => drop(self.conversations.remove(&ConversationId(id))),
            StreamId::Contact(id) => drop(self.contacts.remove(&ContactId(id))),
            StreamId::Desk => self.desk = None,
        }
    }
}
