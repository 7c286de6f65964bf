//! What people look at: the committed log, folded.
//!
//! One [`Views`] holds the state of everything that matters now: each conversation with an unsolved ticket, a
//! send or a timer, every contact, the desk. It changes only in the journal's thread, after the disk has
//! the events and before anybody is answered; so whoever was answered finds the effect here, and nobody
//! sees what is not durable. Conversations at rest leave memory and are loaded from their checkpoint when
//! somebody asks.

mod checkpoint;
mod fold;
mod inbox;
mod live;
mod owing;
pub mod pulse;
mod ranked;
mod refold;
mod rested;
mod sends;
mod shelves;
mod tally;

pub use checkpoint::{BATCH_MOST, changes, load};
pub use fold::{Applied, Change};
pub use inbox::{InboxKey, inbox_key};
pub use live::{Heard, Live, Raised, Trail, Why};
pub use owing::Owing;
pub use pulse::Pulse;
pub use ranked::Ranked;
pub use shelves::{Facet, Row, SOLVED_MOST, Shelves, Stand};
pub use tally::Tally;

use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::desk::Desk;
use crate::domain::effect;
use crate::domain::id::{ContactId, ConversationId, OutboxId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::ticket::State;
use crate::journal::{Checkpoint, JournalError, Position, Reader, StreamId};
use crate::kit::Timestamp;
use rested::Rested;
use sends::{Next, Sends};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The committed state, shared by everyone who reads.
#[derive(Clone)]
pub struct Store {
    views: Arc<RwLock<Views>>,
    rested: Rested,
    reader: Arc<dyn Reader>,
    /// Number of the last of the desk's commits that the views contain.
    pub(super) folded: Arc<AtomicU64>,
}

impl Store {
    /// Shares what was loaded.
    pub fn new(views: Views, reader: Arc<dyn Reader>) -> Self {
        let rested = views.rested.clone();
        Self { views: Arc::new(RwLock::new(views)), rested, reader, folded: Arc::default() }
    }

    /// A look at one moment of it. Held briefly: the journal's thread waits for it.
    pub fn read(&self) -> RwLockReadGuard<'_, Views> {
        self.views.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// For the journal's thread alone.
    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Views> {
        self.views.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The journal behind it.
    pub fn reader(&self) -> &Arc<dyn Reader> {
        &self.reader
    }

    /// A conversation, wherever it is.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn conversation(
        &self,
        id: ConversationId,
    ) -> Result<Option<Arc<Conversation>>, JournalError> {
        {
            let views = self.read();
            if let Some(known) = views.conversations.get(&id) {
                return Ok(Some(known.clone()));
            }
            if views.unreadable.contains_key(&id) {
                let (stream, why) = (StreamId::Conversation(id.0), "nor do its records".to_owned());
                return Err(JournalError::CorruptSnapshot { stream, block: 0, why });
            }
        }
        let mark = match self.rested.get(id) {
            Ok(state) => return Ok(Some(state)),
            Err(mark) => mark,
        };
        let loaded = checkpoint::load_conversation(&*self.reader, id)?.map(Arc::new);
        if let Some(state) = &loaded {
            self.rested.keep(mark, state);
        }
        Ok(loaded)
    }
}

/// See the module.
#[derive(Default)]
pub struct Views {
    /// The last record folded in.
    pub position: Position,
    conversations: HashMap<ConversationId, Arc<Conversation>>,
    /// Something was folded anew at the start, and must be saved before it is written to.
    refolded: bool,
    /// Those that cannot be read, with the number of their events as far as it is known.
    unreadable: HashMap<ConversationId, u64>,
    contacts: HashMap<ContactId, Arc<Contact>>,
    desk: Arc<Desk>,
    policy: Arc<Policy>,
    tickets: HashMap<TicketNumber, ConversationId>,
    shelves: Shelves,
    live: Live,
    pulse: Pulse,
    owing: Owing,
    rested: Rested,
    deadlines: BTreeSet<(Timestamp, ConversationId)>,
    sends: Sends,
    /// With files that are to be fetched.
    files: HashSet<ConversationId>,
    /// With mails or calls of hooks that are owed.
    alerts: HashSet<ConversationId>,
    /// With a message that the platform has not settled, tried or not.
    unsettled: HashSet<ConversationId>,
    tally: Tally,
    last_conversation: u64,
    last_contact: u64,
    last_ticket: u64,
    dirty: checkpoint::Dirty,
}

impl Views {
    /// A conversation that is in memory: every one with an unsolved ticket, a send or a timer is.
    pub fn conversation(&self, id: ConversationId) -> Option<&Arc<Conversation>> {
        self.conversations.get(&id)
    }

    /// A contact.
    pub fn contact(&self, id: ContactId) -> Option<&Arc<Contact>> {
        self.contacts.get(&id)
    }

    /// All contacts, in no order.
    pub fn contacts(&self) -> impl Iterator<Item = &Arc<Contact>> {
        self.contacts.values()
    }

    /// All conversations in memory, in no order.
    pub fn conversations(&self) -> impl Iterator<Item = &Arc<Conversation>> {
        self.conversations.values()
    }

    /// How many conversations are in memory.
    pub fn in_memory(&self) -> usize {
        self.conversations.len()
    }

    /// How many tickets in memory stand in which queue and state.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Conversations with messages that the platform has not settled, in no order.
    pub fn unsettled(&self) -> impl Iterator<Item = &Arc<Conversation>> {
        self.unsettled.iter().filter_map(|id| self.conversations.get(id))
    }

    /// Accounts, templates, dead letters.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The rules in force.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The conversation of a ticket, also of a past one.
    pub fn conversation_of(&self, ticket: TicketNumber) -> Option<ConversationId> {
        self.tickets.get(&ticket).copied()
    }

    /// Unsolved tickets, most urgent first.
    pub fn inbox(&self) -> impl Iterator<Item = (InboxKey, &Arc<Conversation>)> {
        let keys = self.shelves.row(self.shelves.queues(), &Facet::Unsolved).from(None, usize::MAX);
        keys.into_iter().filter_map(|key| {
            let id = self.tickets.get(&key.number)?;
            Some((key, self.conversations.get(id)?))
        })
    }

    /// How many messages of ours are on their way.
    pub fn owing(&self) -> Owing {
        self.owing
    }

    /// What is told of the time since the relay started.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// How much came and was answered of late.
    pub fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Tickets by queue and by what people look for, also solved ones.
    pub fn shelves(&self) -> &Shelves {
        &self.shelves
    }

    /// How many unsolved tickets there are.
    pub fn unsolved(&self) -> usize {
        self.shelves.row(self.shelves.queues(), &Facet::Unsolved).len()
    }

    /// Conversations whose deadline is at or before `now`, oldest first.
    pub fn overdue(&self, now: Timestamp, most: usize) -> Vec<ConversationId> {
        let due = self.deadlines.iter().take_while(|(at, _)| *at <= now);
        due.take(most).map(|(_, id)| *id).collect()
    }

    /// The next deadline of all.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// Conversations that owe the platform a message that may be tried now, in no order; those that only owe
    /// what a campaign says are not among them.
    pub fn sends(&self) -> impl Iterator<Item = &Arc<Conversation>> {
        self.sends.own().filter_map(|id| self.conversations.get(&id))
    }

    /// The messages of a campaign that may be tried now, the first queued first; those only that follow `after`.
    pub fn campaign_sends(
        &self,
        name: &Name,
        after: Option<(OutboxId, ConversationId)>,
    ) -> impl Iterator<Item = (OutboxId, &Arc<Conversation>)> + use<'_> {
        let all = self.sends.campaign(name, after);
        all.filter_map(|(outbox, id)| Some((outbox, self.conversations.get(&id)?)))
    }

    /// The campaigns that have such messages, and how many.
    pub fn campaigns_waiting(&self) -> impl Iterator<Item = (&Name, usize)> {
        self.sends.campaigns()
    }

    /// Conversations with files that are to be fetched, in no order.
    pub fn files(&self) -> impl Iterator<Item = &Arc<Conversation>> {
        self.files.iter().filter_map(|id| self.conversations.get(id))
    }

    /// Conversations that owe somebody a mail or a call, in no order.
    pub fn alerts(&self) -> impl Iterator<Item = &Arc<Conversation>> {
        self.alerts.iter().filter_map(|id| self.conversations.get(id))
    }

    /// The greatest ids given so far: conversation, contact, ticket.
    pub fn last_ids(&self) -> (u64, u64, u64) {
        (self.last_conversation, self.last_contact, self.last_ticket)
    }

    /// Derives what follows from a conversation's state; `before` is what followed until now.
    fn index(&mut self, id: ConversationId, before: Option<Indexed>, after: Option<Indexed>) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            before.deadline.map(|at| self.deadlines.remove(&(at, id)));
            self.sends.remove(id, &before.sends);
            if before.files {
                self.files.remove(&id);
            }
            if before.alerts {
                self.alerts.remove(&id);
            }
            if before.unsettled {
                self.unsettled.remove(&id);
            }
            self.tally.remove(before.ticket);
        }
        if let Some(after) = after {
            after.deadline.map(|at| self.deadlines.insert((at, id)));
            self.sends.insert(id, &after.sends);
            if after.files {
                self.files.insert(id);
            }
            if after.alerts {
                self.alerts.insert(id);
            }
            if after.unsettled {
                self.unsettled.insert(id);
            }
            self.tally.add(after.ticket);
        }
    }

    fn indexed(&self, conversation: &Conversation) -> Indexed {
        Indexed {
            unsolved: conversation.unsolved().is_some(),
            deadline: effect::next_deadline(conversation, &self.policy),
            sends: Next::of(conversation),
            files: !effect::files(conversation).is_empty(),
            alerts: !conversation.head.owed_alerts().is_empty(),
            unsettled: !conversation.head.sends.is_empty(),
            ticket: conversation.head.ticket.as_ref().map(|of| (of.queue.clone(), of.state)),
        }
    }

    /// Whether nothing will happen in the conversation unless somebody does something.
    fn at_rest(&self, conversation: &Conversation) -> bool {
        self.indexed(conversation).at_rest()
    }

    /// Lets a conversation at rest leave memory.
    fn release(&mut self, id: ConversationId) {
        if let Some(state) = self.conversations.remove(&id) {
            self.index(id, Some(self.indexed(&state)), None);
        }
    }

    /// The next piece of what must be saved before anything else is written: states that were folded anew, since
    /// what the store holds of them is broken. Usually nothing; after a change of shape everything, in pieces of
    /// about `most` states and blocks.
    pub fn repaired(&mut self, most: usize) -> Option<Checkpoint> {
        if !self.refolded {
            return None;
        }
        let piece = self.save(most, |_| true);
        self.refolded = self.dirty.len() > 0;
        Some(piece)
    }

    /// Conversations that cannot be read.
    pub fn unreadable(&self) -> usize {
        self.unreadable.len()
    }

    /// Streams whose state was folded but not yet checkpointed.
    pub fn unsaved(&self) -> usize {
        self.dirty.len()
    }

    fn version(&self, stream: StreamId) -> u64 {
        match stream {
            StreamId::Desk => self.desk.version,
            StreamId::Contact(id) => self.contacts.get(&ContactId(id)).map_or(0, |c| c.version),
            StreamId::Conversation(id) => {
                let id = ConversationId(id);
                let known = self.conversations.get(&id).map(|c| c.head.version);
                known.or_else(|| self.unreadable.get(&id).copied()).unwrap_or(0)
            }
        }
    }
}

/// What the indexes hold of one conversation.
#[derive(Clone, PartialEq, Eq)]
struct Indexed {
    unsolved: bool,
    deadline: Option<Timestamp>,
    sends: Next,
    files: bool,
    alerts: bool,
    unsettled: bool,
    ticket: Option<(Name, State)>,
}

impl Indexed {
    fn owes(&self) -> bool {
        self.sends != Next::None
    }

    fn at_rest(&self) -> bool {
        let owes = self.owes() || self.files || self.alerts || self.unsettled;
        !self.unsolved && self.deadline.is_none() && !owes
    }
}
