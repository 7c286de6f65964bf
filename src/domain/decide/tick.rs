//! What time alone brings about. Each thing happens once, at its own instant and in the order of instants,
//! however late it is noticed.

use super::offer;
use super::receive::woken;
use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, OfferEnded, TodoDue};
use crate::domain::id::OutboxId;
use crate::domain::offer::Unaccepted;
use crate::domain::policy::Ctx;
use crate::domain::sla::{Clock, Metric};
use crate::domain::ticket::State;
use crate::kit::Timestamp;

pub(super) fn tick(state: &Conversation, ctx: &Ctx) -> Vec<Event> {
    let mut events = due(state, ctx);
    events.sort_by_key(|event| match event {
        Event::StateChanged { at, .. }
        | Event::TodoDue(TodoDue { at, .. })
        | Event::OfferEnded(OfferEnded { at, .. })
        | Event::ClockBreached { at, .. }
        | Event::ClockWarned { at, .. }
        | Event::WindowWarned { at, .. }
        | Event::WindowClosed { at, .. } => *at,
        _ => Timestamp(i64::MIN),
    });
    super::escalate::escalate(state, events, ctx)
}

fn due(state: &Conversation, ctx: &Ctx) -> Vec<Event> {
    let mut events = Vec::new();
    let Some(ticket) = &state.head.ticket else { return events };
    let now = ctx.now;
    if ticket.state == State::Solved && ticket.close_at.is_some_and(|at| at <= now) {
        events.push(Event::Closed { at: ticket.close_at.unwrap_or(now) });
    }
    for todo in state.head.aside().iter().flat_map(|aside| aside.open()) {
        if let Some(at) = todo.due.filter(|due| *due <= now && !todo.told) {
            events.push(Event::TodoDue(TodoDue { at, id: todo.id }));
        }
    }
    if !ticket.state.is_unsolved() {
        return events;
    }
    if let Some(until) = ticket.snoozed_until.filter(|until| *until <= now) {
        events.push(woken(ticket, until));
    }
    if let Some(offer) = state.head.offer().filter(|offer| offer.until <= now) {
        events.push(offer::ended(offer.until, &offer.to, Unaccepted::Missed));
    }
    breaches(state, now, &mut events);
    for clock in &ticket.clocks {
        let over = clock.breached().is_some() || clock.due().is_some_and(|due| due < now);
        if let Some(at) = clock.warn().filter(|warn| *warn <= now && !over) {
            let policy = ctx.policy.sla_for(&ticket.queue);
            let next = super::clock::next_warning(clock, policy, ticket.priority, at);
            events.push(Event::ClockWarned { metric: clock.metric, at, next });
        }
    }
    let Some(until) = state.head.window_until.filter(|_| !state.head.window_closed) else {
        return events;
    };
    let waiting = ticket.waiting_since.is_some();
    if until <= now {
        events.push(Event::WindowClosed { at: until, waiting, refused: false });
    } else if waiting {
        let reached = |before: &i64| until.plus_secs(-before) <= now;
        let warnings = &ctx.policy.window_warnings;
        let passed = warnings.iter().take(8).take_while(|before| reached(before)).count();
        if passed > u32::from(ticket.window_warned).trailing_ones() as usize {
            let index = passed - 1;
            let at = until.plus_secs(-warnings[index]);
            events.push(Event::WindowWarned { at, index: index as u8 });
        }
    }
    events
}

/// The promises that are broken by `now` and of which nobody has been told. The event carries the due
/// instant itself, so a late timer or a replay never moves it.
pub(super) fn breaches(state: &Conversation, now: Timestamp, events: &mut Vec<Event>) {
    let clocks = state.unsolved().map(|ticket| ticket.clocks.as_slice());
    let running = clocks.unwrap_or_default().iter().filter(|clock| clock.is_running());
    push_late(running, now, events);
}

/// The same for a reply that the platform took at `at`: also of a ticket that was solved while it was on its
/// way.
pub(super) fn breaches_by(
    state: &Conversation,
    reply: OutboxId,
    at: Timestamp,
    events: &mut Vec<Event>,
) {
    let Some(ticket) = &state.head.ticket else { return };
    let under_way = ticket.solved_at.is_some() && reply > ticket.after;
    let clocks = ticket
        .clocks
        .iter()
        .filter(|clock| clock.is_running() || (under_way && clock.metric == Metric::FirstReply));
    push_late(clocks, at, events);
}

fn push_late<'a>(clocks: impl Iterator<Item = &'a Clock>, now: Timestamp, events: &mut Vec<Event>) {
    for clock in clocks.filter(|clock| clock.met().is_none() && clock.breached().is_none()) {
        // What was voided by a solve may be met all the same by a reply on its way; what stands still is not late.
        let promise = clock.promise().filter(|_| !clock.is_paused());
        let due = promise.and_then(|promise| promise.due);
        if let Some(due) = due.filter(|due| *due < now) {
            events.push(Event::ClockBreached { metric: clock.metric, at: due, retarget: false });
        }
    }
}
