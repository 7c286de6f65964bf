//! Followers, and what is to be done inside a ticket.

use crate::domain::aside::{FOLLOWERS_MOST, TODOS_MOST};
use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, Followed, TodoAdded, TodoSettled};
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::Ticket;
use crate::kit::Timestamp;

/// Characters of something to be done.
const TODO_MOST: usize = 500;

fn refused<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Malformed { what: what.to_owned() })
}

pub(super) fn follow(
    state: &Conversation,
    who: &Name,
    on: bool,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let aside = state.head.aside();
    if aside.is_some_and(|aside| aside.follows(who)) == on {
        return Ok(Vec::new());
    }
    if on && aside.is_some_and(|aside| aside.followers.len() >= FOLLOWERS_MOST) {
        return refused("a ticket has at most 32 followers");
    }
    Ok(vec![Event::Followed(Followed { at, who: who.clone(), on })])
}

/// Something is to be done, by somebody who may see the ticket.
pub(super) fn add(
    state: &Conversation,
    ticket: &Ticket,
    text: &str,
    (owner, due): (Option<&Name>, Option<Timestamp>),
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(Refusal::Empty);
    }
    if length > TODO_MOST {
        return Err(Refusal::TooLong { length, most: TODO_MOST });
    }
    if let Some(at) = due.filter(|due| *due <= ctx.now) {
        return Err(Refusal::NotFuture { at });
    }
    if let Some(owner) = owner {
        let colleague = ctx.members.iter().find(|member| member.name == *owner);
        let colleague = colleague.ok_or_else(|| Refusal::AgentUnknown { name: owner.clone() })?;
        if !colleague.sees(&ticket.queue) {
            return Err(Refusal::QueueForeign { queue: ticket.queue.clone() });
        }
    }
    let todos = state.head.aside().map_or(&[][..], |aside| &aside.todos);
    if todos.len() >= TODOS_MOST {
        return refused("a ticket has at most 32 things to be done");
    }
    let id = todos.last().map_or(1, |last| last.id + 1);
    let (at, by) = (ctx.now, Name::from(ctx.actor.name()));
    let (owner, body) = (owner.cloned(), Private::clear(text.to_owned()));
    Ok(vec![Event::TodoAdded(TodoAdded { at, id, by, owner, due, body })])
}

/// It is done, or is to be done again.
pub(super) fn settle(
    state: &Conversation,
    id: u32,
    done: bool,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let aside = state.head.aside();
    let todo = aside.and_then(|aside| aside.todos.iter().find(|todo| todo.id == id));
    match todo {
        None => refused("there is no such thing to be done in this ticket"),
        Some(todo) if todo.done == done => Ok(Vec::new()),
        Some(_) => {
            let (at, by) = (ctx.now, Name::from(ctx.actor.name()));
            Ok(vec![Event::TodoSettled(TodoSettled { at, id, by, done })])
        }
    }
}
