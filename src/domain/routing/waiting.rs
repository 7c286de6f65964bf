//! A ticket that waits for somebody.

use super::Demand;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::offer::Asking;
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;

/// For so long it is remembered who answered a customer last.
pub const STICKY_AGE_MS: i64 = 30 * 86_400_000;
/// So long a ticket waits for him.
pub const STICKY_WAIT_MS: i64 = 60_000;

/// What the choice of an agent depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which ticket.
    pub number: TicketNumber,
    /// Where.
    pub queue: Name,
    /// How urgent.
    pub priority: Priority,
    /// New or open; anything else waits for no agent.
    pub state: State,
    /// Since when it waits.
    pub since: Timestamp,
    /// When the next promise breaks.
    pub due: Option<Timestamp>,
    /// When the window closes.
    pub window_until: Option<Timestamp>,
    /// The customer waits for an answer.
    pub asks: bool,
    /// The customer is one of those who come first.
    pub vip: bool,
    /// What it asks of an agent, before anything is relaxed.
    pub demand: Demand,
    /// Who answered this customer last, and when.
    pub last: Option<(Name, Timestamp)>,
    /// Who had it last, if it was given back or taken from him: not he again.
    pub returned_by: Option<Name>,
    /// Who was asked and did not take it, and since when all of them were.
    pub asking: Asking,
}

impl Waiting {
    /// For how long it waits, in milliseconds.
    pub fn waited(&self, now: Timestamp) -> i64 {
        now.since(self.since).max(0)
    }

    /// What it weighs on whoever gets it, in hundredths.
    pub fn weight(&self) -> u32 {
        super::weight(self.state, self.priority)
    }

    /// Who answered last, while that still counts.
    pub fn familiar(&self, now: Timestamp) -> Option<&Name> {
        let (name, at) = self.last.as_ref()?;
        (now.since(*at) <= STICKY_AGE_MS).then_some(name)
    }
}
