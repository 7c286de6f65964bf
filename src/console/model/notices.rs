//! What the person was told about although he does not look at it.

use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use std::collections::BTreeMap;

/// Why a ticket wants to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A colleague gave it to the account.
    Assigned,
    /// It is offered to the account. It leaves no mark.
    Offered,
    /// A note names the account.
    Mentioned,
    /// Something happened to a ticket that the account follows.
    Followed,
    /// Something is to be done by the account.
    Todo,
    /// A supervisor proposes what to write.
    Proposed,
    /// The customer wrote.
    Answered,
    /// A promise of it escalates.
    Escalated,
    /// Its window closes soon.
    Window,
    /// A promise is broken soon.
    Promise,
    /// Its window closes before the answer that is promised is due.
    DiesFirst,
}

/// A ticket that wants to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which.
    pub ticket: TicketNumber,
    /// Why, the latest reason.
    pub reason: Reason,
}

/// What was last known of one of the account's tickets. Each end is told once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// When the customer wrote last, desk time.
    pub wrote_at: Option<Timestamp>,
    /// Messages that nobody had looked at.
    pub unread: u32,
    /// The end of a window that was told.
    pub window: Option<Timestamp>,
    /// The end of a promise that was told.
    pub promise: Option<Timestamp>,
    /// It was told that the window closes before the answer is due.
    pub dies_first: bool,
}

const MARKS_MOST: usize = 100;
const SEEN_MOST: usize = 2_000;

/// What the person was told about although he does not look at it.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// The terminal's window has lost the focus. Terminals that do not tell are taken to have it.
    pub away: bool,
    /// The account, and the desk time at which it came: nothing older is told.
    pub since: Option<(String, Timestamp)>,
    /// The highest number among mentions and assignments that were looked at.
    pub told_upto: u64,
    /// When the latest proposal was made of which was told.
    pub proposed_at: Option<Timestamp>,
    /// What was last known of each, also of those that are not his at the moment.
    pub seen: BTreeMap<TicketNumber, Seen>,
    /// The end of a shift that was told.
    pub shift: Option<Timestamp>,
    marks: Vec<Mark>,
}

impl Notices {
    /// Marks a ticket; the mark takes the place of one before it.
    pub fn mark(&mut self, ticket: TicketNumber, reason: Reason) {
        self.looked_at(ticket);
        if self.marks.len() == MARKS_MOST {
            self.marks.remove(0);
        }
        self.marks.push(Mark { ticket, reason });
    }

    /// The person looks at a ticket.
    pub fn looked_at(&mut self, ticket: TicketNumber) {
        self.marks.retain(|mark| mark.ticket != ticket);
    }

    /// Forgets the marks of which this is not so.
    pub fn keep(&mut self, still: impl Fn(&Mark) -> bool) {
        self.marks.retain(still);
    }

    /// Tickets that want to be looked at, the oldest mark first. Their number stands in the title of the terminal's
    /// window.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The ticket to go to first: one that somebody has given to the account, or in which he is named.
    pub fn calling(&self) -> Option<TicketNumber> {
        let calls = |mark: &&Mark| matches!(mark.reason, Reason::Assigned | Reason::Mentioned);
        self.marks.iter().find(calls).map(|mark| mark.ticket)
    }

    /// Forgets some of what was known long ago, so that it never grows without end.
    pub fn forget_some(&mut self, keep: impl Fn(TicketNumber) -> bool) {
        if self.seen.len() > SEEN_MOST {
            self.seen.retain(|number, _| keep(*number));
        }
    }
}
