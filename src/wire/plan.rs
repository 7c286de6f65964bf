//! What a changed configuration would change, before it is taken over.

use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// What differs in the files.
    pub changes: Vec<PlannedChange>,
    /// Keys that cannot change while the relay runs: with any of them a reload changes nothing at all.
    pub restart: Vec<String>,
    /// A secret that cannot be read: with it a reload changes nothing either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// What becomes of clocks that run.
    pub clocks: PlannedClocks,
    /// Tickets that nobody has and that would be given out at once.
    pub given: Vec<PlannedGift>,
}

/// One thing of the configuration that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedChange {
    /// Its table: `queue`, `sla`, `route` and so on.
    pub what: String,
    /// Its name; empty, where the table has none, or all of them stand in another order.
    pub name: String,
    /// `new`, `gone`, `changed` or `order`.
    pub how: String,
    /// It rules only tickets that are opened from then on.
    pub new_tickets: bool,
}

/// See [`PlanView::clocks`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedClocks {
    /// Due at another instant.
    pub moved: usize,
    /// Due, where nothing was promised.
    pub gained: usize,
    /// Due no more.
    pub lost: usize,
    /// Of all these, late at once.
    pub breached: usize,
    /// The first of them: those that are late at once, then those that are due next.
    pub named: Vec<PlannedClock>,
}

/// One clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedClock {
    /// Of which ticket.
    pub ticket: TicketNumber,
    /// Which.
    pub metric: String,
    /// When it is due.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// When it would be due.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub after: Option<Timestamp>,
    /// It would be late at once.
    pub breaches: bool,
}

/// One ticket that would be given to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedGift {
    /// Which.
    pub ticket: TicketNumber,
    /// Where it waits.
    pub queue: String,
    /// To whom.
    pub to: String,
}
