//! Why a ticket is where it is, and whose it is.

use super::offer::AskedView;
use crate::domain::id::TicketNumber;
use crate::domain::routing::{Routed, Table};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyView {
    /// The ticket.
    pub number: TicketNumber,
    /// Where it is.
    pub queue: String,
    /// The rule that read its first message, and what it asks of who answers; nothing where none held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed: Option<Routed>,
    /// Whose it is.
    pub assignee: Option<String>,
    /// Who gave it to him; nothing where the rules did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Whether it waits for somebody.
    pub waits: bool,
    /// Who was looked at when the rules gave it; of a ticket that waits, who is looked at now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
    /// To whom it was offered since it was last given to somebody or given back, oldest first; of one that was
    /// accepted, the offers before and that one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<AskedView>,
}
