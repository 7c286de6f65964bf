//! A ticket that is offered.

use crate::domain::name::Name;
use crate::domain::offer::Unaccepted;
use crate::domain::routing::Table;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody is asked whether he takes the ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// When.
    pub at: Timestamp,
    /// Whom.
    pub to: Name,
    /// Until when he may accept.
    pub until: Timestamp,
    /// Who was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
}

/// He does not take it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferEnded {
    /// When; of one that ran out, the instant until which it stood.
    pub at: Timestamp,
    /// Who was asked.
    pub to: Name,
    /// How that ended.
    pub how: Unaccepted,
}
