//! A ticket becomes two at a message: the customer has come to another matter.

use super::clock::divided;
use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, TicketSplit};
use crate::domain::id::MessageKey;
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::thread::{Place, Sort};
use crate::domain::ticket::Ticket;

fn refused<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Malformed { what: what.to_owned() })
}

/// The ticket goes on as another one from a message of the customer on. Merging that with the one before it takes it
/// back.
pub(super) fn split(
    state: &Conversation,
    ticket: &Ticket,
    message: MessageKey,
    by: &Name,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let Some(entry) = state.thread.message_by_key(message) else {
        return refused("there is no such message in the conversation");
    };
    if entry.sort() != Sort::Asks {
        return refused("a ticket is split at a message in which the customer asks for something");
    }
    let (start, at) = (entry.at(), ctx.now);
    if start < ticket.opened_at {
        return refused("that message is not of this ticket");
    }
    if start == ticket.opened_at {
        return refused("the ticket begins with that message");
    }
    if state.head.took().is_some() {
        return refused("another ticket was merged into it: take that back first");
    }
    let mut events = Vec::new();
    super::tick::breaches(state, start, &mut events);
    let (from, number) = (ticket.number, ctx.next_ticket);
    events.push(Event::TicketSplit(TicketSplit { at, by: by.clone(), from, number, start }));
    let mut after = state.clone();
    events.iter().for_each(|event| after.evolve(event, Place::default()));
    events.extend(divided(&after, start, ctx.policy, at));
    Ok(events)
}
