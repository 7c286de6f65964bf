//! A ticket becomes more urgent, goes to another queue, or into other hands with a word on the way.

use super::clock::{self, retarget};
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::mention::mentioned;
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Member;
use crate::domain::ticket::{Priority, Ticket};

/// A change of priority: start and used time stay, the target changes from now; a target that is thereby past
/// is a breach at this instant.
pub(super) fn prioritised(
    state: &Conversation,
    ticket: &Ticket,
    priority: Priority,
    by: Option<Name>,
    ctx: &Ctx,
) -> Vec<Event> {
    if ticket.priority == priority {
        return Vec::new();
    }
    let at = ctx.now;
    let mut events = Vec::new();
    // What is late by now is late, whatever is promised from now on.
    super::tick::breaches(state, at, &mut events);
    events.push(Event::PriorityChanged { at, priority, by });
    let policy = ctx.policy.sla_for(&ticket.queue);
    for clock in &ticket.clocks {
        retarget(clock, policy, (ticket.priority, priority), at, &mut events);
    }
    events
}

fn member<'a>(ctx: &Ctx<'a>, name: &Name) -> Option<&'a Member> {
    ctx.members.iter().find(|member| member.name == *name)
}

/// A note, with the colleagues that it names.
pub(super) fn noted(text: &str, ctx: &Ctx) -> Event {
    let by = Name::from(ctx.actor.name());
    let mut mentions = mentioned(text, ctx.members.iter().map(|member| &member.name));
    mentions.retain(|name| *name != by);
    Event::Noted { at: ctx.now, by, mentions, body: Private::clear(text.to_owned()) }
}

/// The ticket goes to another queue, whose promises hold from now on as with a change of priority. Who has it and
/// does not work that queue has it no longer.
pub(super) fn moved_to(
    state: &Conversation,
    ticket: &Ticket,
    queue: &Name,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    if ticket.queue == *queue {
        return Ok(Vec::new());
    }
    let works = |member: &Member| member.queues.contains(queue);
    if !ctx.policy.has_queue(queue) && !ctx.members.iter().any(works) {
        return Err(Refusal::QueueUnknown { name: queue.clone() });
    }
    let (at, by) = (ctx.now, Name::from(ctx.actor.name()));
    let mut events = clock::moved(state, ticket, queue, by.clone(), ctx);
    let stays = |holder: &Name| member(ctx, holder).is_some_and(|member| member.sees(queue));
    if ticket.assignee.as_ref().is_some_and(|holder| !stays(holder)) {
        events.push(Event::Assigned { at, to: None, by, table: None });
    }
    Ok(events)
}

/// The ticket changes hands, queue or both in one step, with a note. Without a colleague it is the queue's.
pub(super) fn handed_over(
    state: &Conversation,
    ticket: &Ticket,
    (to, queue): (Option<&Name>, Option<&Name>),
    note: &str,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    if to.is_none() && queue.is_none() {
        let what = "say to whom, or to which queue".to_owned();
        return Err(Refusal::Malformed { what });
    }
    let queue = queue.unwrap_or(&ticket.queue);
    let mut events = moved_to(state, ticket, queue, ctx)?;
    if let Some(to) = to {
        let colleague = member(ctx, to);
        let colleague = colleague.ok_or_else(|| Refusal::AgentUnknown { name: to.clone() })?;
        if !colleague.sees(queue) {
            return Err(Refusal::QueueForeign { queue: queue.clone() });
        }
    }
    let (at, by) = (ctx.now, Name::from(ctx.actor.name()));
    // The note comes first: who gets the ticket is told of it with what he is to know.
    if !note.trim().is_empty() {
        events.push(noted(note, ctx));
    }
    events.retain(|event| !matches!(event, Event::Assigned { .. }));
    if ticket.assignee.as_ref() != to {
        events.push(Event::Assigned { at, to: to.cloned(), by, table: None });
    }
    Ok(events)
}
