//! One contact on one line: its state, and how events change it.

mod asking;
mod escalation;
mod evolve;
mod follow;
mod split;

pub use escalation::{Climb, Escalation, Owed, Reached};

use super::aside::Aside;
use super::file::Fetch;
use super::id::{ContactId, ConversationId, MessageKey, OutboxId, TicketNumber};
use super::links::Links;
use super::message::Author;
use super::name::Name;
use super::status::Seen;
use super::template::Purpose;
use super::thread::{Entry, Place, Sort, Thread};
use super::ticket::{Priority, Ticket};
use super::took::Took;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds in which free text is allowed after the customer's latest message or call: absolute time, never a
/// calendar's. Source: messages/send-messages, "customer service windows".
pub const WINDOW_SECONDS: i64 = 86_400;

/// Milliseconds that one message to one customer uses up of the pair budget, and how much may be borrowed.
/// Source: about-the-platform, "pair rate limits": one message in 6 s, bursts of 45.
pub const PAIR_COST_MS: i64 = 6_000;
/// See [`PAIR_COST_MS`].
pub const PAIR_BURST_MS: i64 = 45 * PAIR_COST_MS;

/// A message of ours that the platform has not settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Send {
    /// Which.
    pub outbox: OutboxId,
    /// Who wrote it.
    pub author: Author,
    /// What it counts as; `Service` is free text and needs an open window.
    pub purpose: Purpose,
    /// Where it is written.
    pub place: Place,
    /// Real milliseconds in which it may still be taken back.
    pub hold_ms: i64,
    /// Times tried.
    pub attempts: u32,
    /// Times the platform was known not to have taken it.
    pub failures: u32,
    /// Records from the one that queues it to the one that tells why the platform did not take it the last time, with
    /// the platform's own words; zero where it was not asked, or not reached.
    pub deferred: u32,
    /// Since when it is unconfirmed.
    pub unconfirmed_at: Option<Timestamp>,
    /// Being tried at this moment, or when the relay stopped.
    pub attempting: bool,
}

/// Statuses of one id that is not ours, or not ours yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// Platform time of the latest.
    pub at: Timestamp,
    /// The platform's id.
    pub key: MessageKey,
    /// All of them.
    pub seen: Seen,
    /// Why it failed.
    pub error: Option<u32>,
}

/// Why a message of ours failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which.
    pub outbox: OutboxId,
    /// The platform's code, or the one it would have given.
    pub error: u32,
    /// Records from the one that queues it to the one that tells the failure, with the platform's own words; zero
    /// where it was told before the platform had answered to the send: there it stands in the thread.
    pub after: u32,
}

/// Most ids of which early statuses are kept: they come seconds before the answer to the send, and another
/// program that sends from the same number must not fill the memory.
pub const STRAYS_MOST: usize = 16;

/// Records after the one that queues a message in which the platform's answer usually stands: there it can be
/// searched for.
pub const NEAR_RECORDS: u64 = 4_096;

/// Milliseconds after a message was queued in which the platform usually has it. What waited longer, in a campaign
/// that was held, has its own time.
pub const NEAR_MS: i64 = 3_600_000;

/// Most messages of which it is kept where a late answer is written: a conversation's head stays small.
pub const LATE_MOST: usize = 128;

/// An earlier ticket of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Its number.
    pub number: TicketNumber,
    /// From when its part of the thread runs.
    pub opened_at: Timestamp,
    /// To when.
    pub solved_at: Timestamp,
}

/// A conversation's state: what decisions need, and no word of what was said.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// The small part, checkpointed in one piece.
    pub head: Head,
    /// The index of all that was said, checkpointed in blocks.
    pub thread: Thread,
}

/// Everything of a conversation but its thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Events so far.
    pub version: u64,
    /// With whom.
    pub contact: ContactId,
    /// On which line.
    pub line: Name,
    /// When the window closes, or closed; nothing if the customer has never written.
    pub window_until: Option<Timestamp>,
    /// The end of the present window has been told.
    pub window_closed: bool,
    /// The platform told it, before our own count.
    pub window_refused: bool,
    /// The latest ticket.
    pub ticket: Option<Ticket>,
    /// Messages that the platform has not settled, in the order in which they are to be sent.
    pub sends: Vec<Send>,
    /// The latest outbox id given.
    pub last_outbox: OutboxId,
    /// Theoretical arrival time of the pair budget: how far into the future it is used up.
    pub pair_until: Timestamp,
    /// What few conversations have; nothing while there is none of it.
    pub rare: Option<Box<Rare>>,
}

/// What few conversations have, kept apart so that the others stay small.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rare {
    /// Earlier tickets.
    pub past: Vec<Past>,
    /// Statuses of ids that are not ours, or not ours yet.
    pub strays: Vec<Stray>,
    /// Why messages failed.
    pub failures: Vec<Failure>,
    /// Where the platform's id is written of messages that it took so late that nobody finds it near the place
    /// where they were queued; the latest [`LATE_MOST`].
    pub late: Vec<(OutboxId, Place)>,
    /// Files that are to be fetched, in the order in which they were told of.
    pub files: Vec<Fetch>,
    /// When a message of ours was last tried while no window was open: it counts against the messaging limit.
    pub opened: Option<Timestamp>,
    /// How far clocks have escalated.
    pub escalation: Option<Box<Escalation>>,
    /// What the latest ticket has beside the rest.
    pub aside: Option<Box<Aside>>,
    /// Which of its tickets are about the same matter as others.
    pub links: Option<Box<Links>>,
    /// What was merged into the latest ticket.
    pub took: Option<Box<Took>>,
}

impl Head {
    /// See [`Rare::aside`].
    pub fn aside(&self) -> Option<&Aside> {
        self.rare.as_ref().and_then(|rare| rare.aside.as_deref())
    }

    /// Changes what the latest ticket has beside the rest.
    fn change_aside(&mut self, change: impl FnOnce(&mut Aside)) {
        self.change_rare(|rare| {
            let mut aside = rare.aside.take().unwrap_or_default();
            change(&mut aside);
            rare.aside = (*aside != Aside::default()).then_some(aside);
        });
    }

    /// The tickets that one of the conversation is linked with.
    pub fn links(&self, number: TicketNumber) -> impl Iterator<Item = TicketNumber> {
        let links = self.rare.as_ref().and_then(|rare| rare.links.as_deref());
        links.into_iter().flat_map(move |links| links.of(number))
    }

    /// See [`Rare::took`].
    pub fn took(&self) -> Option<&Took> {
        self.rare.as_ref().and_then(|rare| rare.took.as_deref())
    }

    /// How many links its tickets have.
    pub fn links_count(&self) -> usize {
        let links = self.rare.as_ref().and_then(|rare| rare.links.as_deref());
        links.map_or(0, |links| links.pairs().len())
    }

    /// See [`Rare::past`].
    pub fn past(&self) -> &[Past] {
        self.rare.as_ref().map_or(&[], |rare| &rare.past)
    }

    /// See [`Rare::strays`].
    pub fn strays(&self) -> &[Stray] {
        self.rare.as_ref().map_or(&[], |rare| &rare.strays)
    }

    /// See [`Rare::failures`].
    pub fn failures(&self) -> &[Failure] {
        self.rare.as_ref().map_or(&[], |rare| &rare.failures)
    }

    /// Why a message of ours failed, if it did.
    pub fn failure(&self, id: OutboxId) -> Option<&Failure> {
        let failures = self.failures();
        failures.binary_search_by_key(&id, |of| of.outbox).ok().map(|nth| &failures[nth])
    }

    /// See [`Rare::late`].
    pub fn late(&self) -> &[(OutboxId, Place)] {
        self.rare.as_ref().map_or(&[], |rare| &rare.late)
    }

    /// See [`Rare::files`].
    pub fn files(&self) -> &[Fetch] {
        self.rare.as_ref().map_or(&[], |rare| &rare.files)
    }

    /// See [`Rare::opened`].
    pub fn opened(&self) -> Option<Timestamp> {
        self.rare.as_ref().and_then(|rare| rare.opened)
    }

    /// Changes what few conversations have.
    fn change_rare(&mut self, change: impl FnOnce(&mut Rare)) {
        let mut rare = self.rare.take().unwrap_or_default();
        change(&mut rare);
        self.rare = (*rare != Rare::default()).then_some(rare);
    }
}

impl Conversation {
    /// Before its first event.
    pub fn new(id: ConversationId) -> Self {
        let head = Head {
            version: 0,
            contact: ContactId(0),
            line: Name::from(""),
            window_until: None,
            window_closed: false,
            window_refused: false,
            ticket: None,
            sends: Vec::new(),
            last_outbox: OutboxId(0),
            pair_until: Timestamp(0),
            rare: None,
        };
        Self { id, head, thread: Thread::default() }
    }

    /// The latest ticket, if it is unsolved.
    pub fn unsolved(&self) -> Option<&Ticket> {
        self.head.ticket.as_ref().filter(|ticket| ticket.state.is_unsolved())
    }

    /// Whether free text is allowed at `now`.
    pub fn window_open(&self, now: Timestamp) -> bool {
        self.head.window_until.is_some_and(|until| now < until)
    }

    /// Whether the customer waits for an answer.
    pub fn waits(&self) -> bool {
        self.unsolved().is_some_and(|ticket| ticket.waiting_since.is_some())
    }

    /// The platform time of the latest question: what is said now answers all up to it. Zero if there is none.
    pub fn asked_until(&self) -> Timestamp {
        let latest = self.thread.iter().rev().find(|entry| entry.sort() == Sort::Asks);
        latest.map_or(Timestamp(0), Entry::at)
    }

    /// The latest message, either way.
    pub fn last_message(&self) -> Option<&Entry> {
        self.thread.iter().rev().find(|entry| entry.sort().is_message())
    }

    /// The priority to rule a new ticket by.
    pub fn priority(&self) -> Priority {
        self.unsolved().map(|ticket| ticket.priority).unwrap_or_default()
    }
}
