//! What becomes of an offer. Who accepts takes the ticket, if it is still he who is asked.

use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, OfferEnded};
use crate::domain::name::Name;
use crate::domain::offer::{Offer, Unaccepted};
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Ticket;
use crate::kit::Timestamp;

/// What `who` is asked.
fn made_to<'a>(state: &'a Conversation, who: &Name) -> Result<&'a Offer, Refusal> {
    state.head.offer().filter(|offer| offer.to == *who).ok_or(Refusal::NotOffered)
}

pub(super) fn accept(
    state: &Conversation,
    ticket: &Ticket,
    who: &Name,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    // He may have taken it in another way meanwhile.
    if ticket.assignee.as_ref() == Some(who) {
        return Ok(Vec::new());
    }
    made_to(state, who)?;
    Ok(vec![Event::Assigned { at, to: Some(who.clone()), by: who.clone(), table: None }])
}

pub(super) fn decline(
    state: &Conversation,
    who: &Name,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    made_to(state, who)?;
    Ok(vec![ended(at, who, Unaccepted::Declined)])
}

pub(super) fn ended(at: Timestamp, to: &Name, how: Unaccepted) -> Event {
    Event::OfferEnded(OfferEnded { at, to: to.clone(), how })
}
