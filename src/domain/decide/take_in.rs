//! Two tickets of one customer are about one matter: one of them goes on for both, until that is taken back.

use super::clock::{follow, lengthened, shortened};
use super::merge::{merge, unmerge};
use super::passing::prioritised;
use crate::domain::aside::{FOLLOWERS_MOST, TODOS_MOST};
use crate::domain::conversation::{Conversation, Past};
use crate::domain::event::{Event, FieldSet, Followed, TicketTook, TodoAdded, Unmerged};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::policy::{Ctx, Policy};
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Member;
use crate::domain::thread::{Entry, Place, Sort};
use crate::domain::ticket::{State, Tags, Ticket};
use crate::domain::took::{Before, Brought, Counted};
use crate::kit::Timestamp;

fn refused<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Malformed { what: what.to_owned() })
}

/// What has happened so far in one decision.
struct Taking {
    after: Conversation,
    events: Vec<Event>,
}

impl Taking {
    fn tell(&mut self, event: Event) {
        self.after.evolve(&event, Place::default());
        self.events.push(event);
    }
}

/// The ticket before the running one in the same conversation becomes one with it: the running one goes on, with the
/// earlier start.
pub(super) fn take_in(
    state: &Conversation,
    ticket: &Ticket,
    with: TicketNumber,
    brought: &Brought,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    if with == ticket.number {
        return refused("that is the same ticket");
    }
    if state.head.took().is_some() {
        return refused("the ticket has another one in it already");
    }
    let Some(past) = state.head.past().last().filter(|past| past.number == with) else {
        return refused(
            "only an unsolved ticket of the same customer, or the one just before it in its conversation, can be \
             merged with it; link them instead",
        );
    };
    let at = ctx.now;
    let mut taking = as_late_as_it_is(state, at);
    let was = taking.after.clone();
    taking.tell(Event::TicketTook(TicketTook { at, ticket: with, before: None }));
    let start = asked_first(state, past);
    for event in lengthened(&taking.after, past, start, ctx.policy, at) {
        taking.tell(event);
    }
    bring(&mut taking, brought, ctx.policy, &Name::from(ctx.actor.name()), at);
    Ok(with_way_back(&was, taking, None, ctx.policy, at))
}

/// An unsolved ticket of another conversation of the same customer becomes one with that of `going`: first the events
/// of `going`, then those of `ending`.
///
/// # Errors
/// When one of them is solved, or is a colleague's.
pub fn take_over(
    going: &Conversation,
    ending: &Conversation,
    brought: &Brought,
    (policy, member): (&Policy, &Member),
    at: Timestamp,
) -> Result<(Vec<Event>, Vec<Event>), Refusal> {
    let (Some(goes), Some(ends)) = (&going.head.ticket, &ending.head.ticket) else {
        return Err(Refusal::NoTicket);
    };
    for ticket in [goes, ends] {
        if !ticket.state.is_unsolved() {
            return Err(Refusal::WrongState { state: ticket.state });
        }
    }
    if going.head.took().is_some() {
        return refused("the ticket has another one in it already");
    }
    if ending.head.took().is_some() {
        return refused("the other ticket has another one in it: take that back first");
    }
    let mut taking = as_late_as_it_is(going, at);
    let was = taking.after.clone();
    let (went, ended) = merge(&was, ending, policy, &member.name, at);
    went.into_iter().for_each(|event| taking.tell(event));
    bring(&mut taking, brought, policy, &member.name, at);
    Ok((with_way_back(&was, taking, Some(ends), policy, at), ended))
}

/// What is late by now is late all the same.
fn as_late_as_it_is(state: &Conversation, at: Timestamp) -> Taking {
    let mut taking = Taking { after: state.clone(), events: Vec::new() };
    let mut late = Vec::new();
    super::tick::breaches(state, at, &mut late);
    late.into_iter().for_each(|event| taking.tell(event));
    taking
}

/// The customer's first question in an earlier ticket, if nobody answered there.
fn asked_first(state: &Conversation, past: &Past) -> Option<Timestamp> {
    let inside = || {
        let entries = state.thread.after(past.opened_at.plus_millis(-1));
        entries.take_while(|entry| entry.at() <= past.solved_at)
    };
    let answers = |entry: &Entry| match entry.sort() {
        Sort::Reply => entry.seen().holds(),
        Sort::Elsewhere => true,
        _ => false,
    };
    if inside().any(answers) {
        return None;
    }
    inside().find(|entry| entry.sort() == Sort::Asks).map(Entry::at)
}

/// Labels, followers, fields and what is to be done come along; where both have a field, that of the one that goes
/// on stays.
fn bring(taking: &mut Taking, brought: &Brought, policy: &Policy, by: &Name, at: Timestamp) {
    let Some(ticket) = taking.after.head.ticket.clone() else { return };
    let new =
        |tag: &&crate::domain::ticket::Tag| ticket.tags.iter().all(|label| label.key != tag.key);
    let mut tags: Vec<_> = brought.tags.iter().filter(new).collect();
    tags.sort();
    tags.dedup();
    if !tags.is_empty() {
        let names = tags.iter().map(|tag| tag.name.clone()).collect();
        let body = Private::clear(Tags { add: names, remove: Vec::new() });
        let add = tags.iter().map(|tag| tag.key).collect();
        taking.tell(Event::Tagged { at, add, remove: Vec::new(), body });
    }
    let aside = taking.after.head.aside().cloned().unwrap_or_default();
    let room = FOLLOWERS_MOST.saturating_sub(aside.followers.len());
    let others = brought.followers.iter().filter(|who| !aside.follows(who)).take(room);
    for who in others {
        taking.tell(Event::Followed(Followed { at, who: who.clone(), on: true }));
    }
    for (field, value, key) in &brought.fields {
        let known = aside.fields.iter().any(|known| known.name == *field);
        let rules = policy.fields.iter().find(|rules| rules.name == *field);
        if !known && rules.is_some_and(|rules| rules.is_of(&ticket.queue)) {
            let (field, by, key) = (field.clone(), by.clone(), Some(*key));
            let body = Private::clear(value.clone());
            taking.tell(Event::FieldSet(FieldSet { at, by, field, key, body }));
        }
    }
    let room = TODOS_MOST.saturating_sub(aside.todos.len());
    let last = aside.todos.last().map_or(0, |todo| todo.id);
    for (id, (text, owner, due)) in (last + 1..).zip(brought.todos.iter().take(room)) {
        let (by, owner, body) = (by.clone(), owner.clone(), Private::clear(text.clone()));
        taking.tell(Event::TodoAdded(TodoAdded { at, id, by, owner, due: *due, body }));
    }
}

/// Writes into the event of the merge what the ticket was before.
fn with_way_back(
    state: &Conversation,
    mut taking: Taking,
    other: Option<&Ticket>,
    policy: &Policy,
    at: Timestamp,
) -> Vec<Event> {
    let before = before(state, &taking.after, other, policy, at);
    for event in &mut taking.events {
        if let Event::TicketTook(took) = event {
            took.before = before.clone().map(Box::new);
        }
    }
    taking.events
}

/// By what the two states differ.
fn before(
    was: &Conversation,
    is: &Conversation,
    other: Option<&Ticket>,
    policy: &Policy,
    at: Timestamp,
) -> Option<Before> {
    let (ticket, now) = (was.head.ticket.as_ref()?, is.head.ticket.as_ref()?);
    let rules = policy.sla_for(&ticket.queue);
    let aside = was.head.aside().cloned().unwrap_or_default();
    let after = is.head.aside().cloned().unwrap_or_default();
    let had = |key| ticket.tags.iter().any(|label| label.key == key);
    let known = |id| aside.todos.iter().any(|todo| todo.id == id);
    let came = |name: &Name| aside.fields.iter().all(|field| field.name != *name);
    let counted = ticket.clocks.iter().filter_map(|clock| {
        let moved = now.clocks.iter().find(|moved| moved.metric == clock.metric)?;
        let more = super::clock::used_more(clock, moved, rules, ticket.priority, at);
        let changed = moved.start != clock.start || more != 0;
        let late = clock.breached().is_some();
        changed.then_some(Counted { metric: clock.metric, start: clock.start, more, late })
    });
    Some(Before {
        opened_at: ticket.opened_at,
        priority: Some(ticket.priority).filter(|priority| *priority != now.priority),
        given: now.assignee.clone().filter(|_| ticket.assignee.is_none()),
        tags: now.tags.iter().map(|label| label.key).filter(|key| !had(*key)).collect(),
        todos: after.todos.iter().map(|todo| todo.id).filter(|id| !known(*id)).collect(),
        fields: after.fields.iter().map(|field| field.name.clone()).filter(came).collect(),
        followers: after.followers.iter().filter(|who| !aside.follows(who)).cloned().collect(),
        clocks: counted.collect(),
        other: other.map(|other| (other.state, other.snoozed_until)),
    })
}

/// The ticket is one of its own again, as far as merging had changed it.
pub(super) fn give_back(
    state: &Conversation,
    ticket: &Ticket,
    with: TicketNumber,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let Some(took) = state.head.took().filter(|took| took.ticket == with) else {
        return refused("that ticket was not merged into this one");
    };
    let (at, by) = (ctx.now, Name::from(ctx.actor.name()));
    let mut taking = as_late_as_it_is(state, at);
    if took.before.given.is_some() && took.before.given == ticket.assignee {
        taking.tell(Event::Assigned { at, to: None, by: by.clone(), table: None });
    }
    if let Some(priority) = took.before.priority {
        let current = taking.after.head.ticket.clone().unwrap_or_else(|| ticket.clone());
        for event in prioritised(&taking.after.clone(), &current, priority, None, ctx) {
            taking.tell(event);
        }
    }
    taking.tell(Event::Unmerged(Unmerged { at, by, ticket: with }));
    for event in shortened(&taking.after, &took.before.clocks, ctx.policy, at) {
        taking.tell(event);
    }
    Ok(taking.events)
}

/// A ticket that had ended for one of another conversation goes on by itself again, where it stood.
///
/// # Errors
/// When the customer has written there since: then another ticket goes on there.
pub fn taken_back(
    ended: &Conversation,
    (number, into): (TicketNumber, TicketNumber),
    stood: (State, Option<Timestamp>),
    (policy, members): (&Policy, &[Member]),
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let latest = ended.head.ticket.as_ref();
    let there = latest.is_some_and(|ticket| ticket.number == number && ticket.merged == Some(into));
    if !there {
        return refused(
            "the customer has written there since, and another ticket is open for that",
        );
    }
    let mut events = unmerge(ended, &[into], members, at);
    match stood {
        (State::Snoozed, until) if until.is_none_or(|until| until > at) => {
            events.push(Event::Snoozed { at, until });
        }
        (state @ (State::Pending | State::OnHold), _) => {
            events.push(Event::StateChanged { at, state });
        }
        _ => {}
    }
    Ok(follow(ended, events, policy, at))
}
