//! Two tickets are about the same matter, or no longer.

use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, Linked};
use crate::domain::id::TicketNumber;
use crate::domain::links::LINKS_MOST;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::kit::Timestamp;

/// What a conversation is told of a link between `ticket`, which is one of its own, and another ticket of this or
/// another conversation. Nothing if it is so already.
///
/// # Errors
/// A ticket is not linked with itself, and a conversation's tickets have at most [`LINKS_MOST`] links.
pub fn link(
    state: &Conversation,
    (ticket, to): (TicketNumber, TicketNumber),
    on: bool,
    by: &Name,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let refused = |what: &str| Err(Refusal::Malformed { what: what.to_owned() });
    if ticket == to {
        return refused("that is the same ticket");
    }
    if state.head.links(ticket).any(|known| known == to) == on {
        return Ok(Vec::new());
    }
    if on && state.head.links_count() >= LINKS_MOST {
        return refused("the tickets of a conversation have at most 64 links");
    }
    Ok(vec![Event::Linked(Linked { at, by: by.clone(), ticket, to, on })])
}
