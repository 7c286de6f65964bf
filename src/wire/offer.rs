//! A ticket that is offered to somebody before it is his.

use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// What somebody is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferView {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Whom.
    pub to: String,
    /// Until when he may accept.
    #[serde(with = "rfc3339")]
    pub until: Timestamp,
}

/// Somebody who was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedView {
    /// Who.
    pub who: String,
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// What became of it.
    pub answer: Answer,
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// He may still accept it.
    Waits,
    /// He took the ticket.
    Accepted,
    /// He did not want it.
    Declined,
    /// The time ran out.
    Missed,
    /// He went, and it was taken back.
    Gone,
    /// Something else was done to the ticket before he answered.
    Over,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}
