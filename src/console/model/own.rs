//! How the person himself stands.

use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::wire::Presence;
use uuid::Uuid;

/// Real milliseconds without a key after which somebody is away.
pub const IDLE_MS: i64 = 5 * 60_000;

/// See the module.
#[derive(Clone, Debug)]
pub struct Own {
    /// What he said.
    pub said: Presence,
    /// Why he has a break.
    pub reason: String,
    /// He has touched nothing for [`IDLE_MS`].
    pub idle: bool,
    /// The question to the relay that it has not answered.
    pub asked: Option<Uuid>,
    /// Offers that he has answered: they are shown no longer, though the relay has not said so yet.
    pub answered: Vec<TicketNumber>,
    /// When he touched something.
    pub touched: Timestamp,
}

impl Own {
    /// Takes new tickets.
    pub fn new(now: Timestamp) -> Self {
        Self {
            said: Presence::Online,
            reason: String::new(),
            idle: false,
            asked: None,
            answered: Vec::new(),
            touched: now,
        }
    }
}
