//! The order of the inbox.

use crate::domain::conversation::{Conversation, WINDOW_SECONDS};
use crate::domain::id::TicketNumber;
use crate::domain::ticket::Ticket;
use crate::kit::Timestamp;

/// Where an unsolved ticket stands in the inbox. Made of instants only, so the passing of time moves no row:
/// customers who wait first, then the earlier of the next SLA due and the oldest question plus a window,
/// then the start of the wait, then the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InboxKey {
    /// Nobody waits.
    pub idle: bool,
    /// When it becomes bad.
    pub urgent_at: Timestamp,
    /// Since when.
    pub since: Timestamp,
    /// Which.
    pub number: TicketNumber,
}

impl InboxKey {
    /// The place of a ticket among those that are ordered by one instant.
    pub fn at(at: Timestamp, number: TicketNumber) -> Self {
        Self { idle: false, urgent_at: at, since: at, number }
    }
}

/// The place of a ticket in the inbox.
pub fn inbox_key(conversation: &Conversation, ticket: &Ticket) -> InboxKey {
    let due = ticket.clocks.iter().filter_map(|clock| clock.due()).min();
    let dies = ticket.waiting_since.map(|since| since.plus_secs(WINDOW_SECONDS));
    let far = conversation.head.window_until.unwrap_or(ticket.opened_at);
    InboxKey {
        idle: ticket.waiting_since.is_none(),
        urgent_at: due.into_iter().chain(dies).min().unwrap_or(far),
        since: ticket.waiting_since.unwrap_or(ticket.opened_at),
        number: ticket.number,
    }
}
