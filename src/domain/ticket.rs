//! One request inside a conversation.

use super::id::{OutboxId, TagKey, TicketNumber};
use super::name::Name;
use super::sla::Clock;
use super::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has touched it.
    New,
    /// Being worked on.
    Open,
    /// Waiting for the customer.
    Pending,
    /// Waiting for a third party.
    OnHold,
    /// Asleep until a time or the next message.
    Snoozed,
    /// Done; the customer's next message may reopen it.
    Solved,
    /// Done for good.
    Closed,
}

impl State {
    /// All, from new to closed.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Open,
        Self::Pending,
        Self::OnHold,
        Self::Snoozed,
        Self::Solved,
        Self::Closed,
    ];

    /// Whether somebody still has to do something about it.
    pub fn is_unsolved(self) -> bool {
        !matches!(self, Self::Solved | Self::Closed)
    }

    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::OnHold => "on_hold",
            Self::Snoozed => "snoozed",
            Self::Solved => "solved",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

/// How urgent a ticket is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// The usual.
    #[default]
    Normal,
    /// Before the usual.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// All, from low to urgent.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        ["low", "normal", "high", "urgent"][self as usize]
    }
}

/// A reply of a person that the platform took, by which human clocks are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The message.
    pub outbox: OutboxId,
    /// When the platform took it.
    pub at: Timestamp,
}

/// What a reply of a person answers, if it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The message.
    pub outbox: OutboxId,
    /// Everything asked up to this platform time.
    pub until: Timestamp,
}

/// A label as a person gives it, with its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// What it says. People write names of customers into labels, so it is sealed like any text.
    pub name: Name,
    /// By which it is told from others.
    pub key: TagKey,
}

/// A label that a ticket has: told from others, and where its name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Label {
    /// By which it is told from others.
    pub key: TagKey,
    /// The event that gave it. Zero for one from a state that was saved when labels stood there by name: the
    /// thread has the event.
    pub place: Place,
}

/// Begins a label as it is saved; a state of before has the name there instead.
const SAVED: char = '\u{1}';

impl From<Label> for String {
    fn from(label: Label) -> Self {
        let place = label.place;
        format!("{SAVED}{:x}.{:x}.{:x}", label.key.0, place.position(), place.index())
    }
}

impl From<String> for Label {
    fn from(saved: String) -> Self {
        let read = |saved: &str| {
            let mut parts = saved.strip_prefix(SAVED)?.split('.');
            let mut part = || u64::from_str_radix(parts.next()?, 16).ok();
            let (key, position, index) = (part()?, part()?, part()?);
            let place = Place::new(position, u8::try_from(index).ok()?);
            Some(Self { key: TagKey(key), place })
        };
        let by_name = || Self { key: TagKey::of_clear(&saved), place: Place::default() };
        read(&saved).unwrap_or_else(by_name)
    }
}

/// What a change of labels says in the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags {
    /// New ones, in the order of their fingerprints in the event.
    pub add: Vec<Name>,
    /// Gone ones.
    pub remove: Vec<Name>,
}

/// The latest ticket of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Desk-wide number.
    pub number: TicketNumber,
    /// Where it stands.
    pub state: State,
    /// How urgent it is.
    pub priority: Priority,
    /// Where it waits.
    pub queue: Name,
    /// Whose it is.
    pub assignee: Option<Name>,
    /// Labels, in the order of their fingerprints.
    pub tags: Vec<Label>,
    /// The platform's time of its first message; ours, if an agent opened it.
    pub opened_at: Timestamp,
    /// The ticket before it in the same conversation.
    pub previous: Option<TicketNumber>,
    /// Until when it sleeps; nothing means until the next message. Only while snoozed.
    pub snoozed_until: Option<Timestamp>,
    /// Where it stood before it fell asleep. Only while snoozed.
    pub asleep_from: Option<State>,
    /// When it was last solved.
    pub solved_at: Option<Timestamp>,
    /// When solved becomes closed; nothing means never.
    pub close_at: Option<Timestamp>,
    /// The ticket of the same person that goes on for it. Only while closed.
    pub merged: Option<TicketNumber>,
    /// Messages of the customer that nobody has looked at.
    pub unread: u32,
    /// The oldest message that waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// Only what was asked from here on can wait for an answer: the ticket's start, the solve after which a person
    /// took it up again, or the message that did.
    pub waits_from: Timestamp,
    /// The latest answer that holds: nothing before it waits.
    pub answered_until: Option<Timestamp>,
    /// The last outbox id given before the ticket began: what was queued up to it belongs to the one before.
    /// An order, not a time: the clock may have been set back since.
    pub after: OutboxId,
    /// What its replies answer, in the order of their ids; from the last that can no longer fail.
    pub answers: Vec<Answer>,
    /// Replies that human clocks may be met by: all until the first that the customer has on his device.
    pub replies: Vec<Reply>,
    /// Running SLA measures and those that have ended.
    pub clocks: Vec<Clock>,
    /// Window warnings given for the present window, as bits in the order of the policy's list.
    pub window_warned: u8,
}

impl Ticket {
    /// When its next promise breaks, or the first one broke that still runs.
    pub fn due_at(&self) -> Option<Timestamp> {
        let running = self.clocks.iter().filter_map(|clock| {
            let due = clock.due()?;
            Some(clock.breached().map_or(due, |breached| breached.min(due)))
        });
        running.min()
    }

    /// It sleeps no longer.
    pub(super) fn wake(&mut self) {
        self.snoozed_until = None;
        self.asleep_from = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_saved_without_its_name_and_one_saved_by_name_is_read() {
        let label = Label { key: TagKey(u64::MAX - 7), place: Place::new(1 << 39, 255) };
        assert_eq!(Label::from(String::from(label)), label);
        for name in ["vip", "", "\u{1}", "\u{1}7.8", "\u{1}7.8.100", "7.8.1"] {
            let wanted = Label { key: TagKey::of_clear(name), place: Place::default() };
            assert_eq!(Label::from(name.to_owned()), wanted, "{name:?}");
        }
    }
}
