//! What becomes of tickets and of what waits to be sent when two contacts turn out to be one person, or two.

use super::clock::{follow, join};
use super::send::cancel;
use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, TicketTook};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::roster::Member;
use crate::domain::sla::Metric;
use crate::kit::Timestamp;

/// Of two conversations of one person on one line the one that goes on: where there is an unsolved ticket, then
/// where the customer wrote last, since there the window is open and there answers go.
pub fn goes_on(one: &Conversation, other: &Conversation) -> bool {
    let rank = |of: &Conversation| (of.unsolved().is_some(), of.head.window_until);
    rank(one) >= rank(other)
}

/// Two unsolved tickets of one person on one line become one: `going` goes on, with the earlier start, the greater
/// urgency and, if it is nobody's, the other's agent; `ending` ends and its clocks count no more. First the events
/// of `going`, then those of `ending`; none if not both are unsolved.
pub fn merge(
    going: &Conversation,
    ending: &Conversation,
    policy: &Policy,
    by: &Name,
    at: Timestamp,
) -> (Vec<Event>, Vec<Event>) {
    let (Some(goes), Some(ends)) = (going.unsolved(), ending.unsolved()) else {
        return (Vec::new(), Vec::new());
    };
    let mut events = vec![Event::TicketTook(TicketTook { at, ticket: ends.number, before: None })];
    if let (None, Some(to)) = (&goes.assignee, &ends.assignee) {
        let (to, by) = (Some(to.clone()), by.clone());
        events.push(Event::Assigned { at, to, by, table: None });
    }
    let priority = goes.priority.max(ends.priority);
    if priority != goes.priority {
        events.push(Event::PriorityChanged { at, priority, by: None });
    }
    let metric = Metric::FirstReply;
    let start_of = |ticket: &crate::domain::ticket::Ticket| {
        let clock = ticket.clocks.iter().find(|clock| clock.metric == metric);
        clock.map(|clock| (clock.start, clock.is_running(), clock.breached()))
    };
    // A request that was answered there gives its start to nobody: here the customer waits since he wrote here.
    if let (Some((start, true, breached)), Some((earlier, true, _))) =
        (start_of(goes), start_of(ends))
    {
        let start = start.min(earlier);
        let rules = policy.sla_for(&goes.queue);
        let promise = rules.and_then(|rules| rules.promise(metric, priority, start));
        let due = promise.as_ref().and_then(|promise| promise.due);
        events.push(Event::ClockMoved { metric, start, promise });
        if let (Some(due), None) = (due.filter(|due| *due < at), breached) {
            events.push(Event::ClockBreached { metric, at: due, retarget: false });
        }
    }
    let rules = policy.sla_for(&goes.queue);
    let events = join(going, ends, events, rules, at);
    let ends = vec![Event::TicketMerged { at, into: goes.number }];
    (events, follow(ending, ends, policy, at))
}

/// They are two persons after all: a ticket that had ended for one of `others` is taken up again, as it was.
pub fn unmerge(
    state: &Conversation,
    others: &[TicketNumber],
    members: &[Member],
    at: Timestamp,
) -> Vec<Event> {
    let merged = state.head.ticket.as_ref().filter(|ticket| {
        ticket.merged.is_some_and(|into| others.contains(&into)) && !ticket.state.is_unsolved()
    });
    let Some(ticket) = merged else { return Vec::new() };
    let active = |name: &Name| members.iter().any(|member| member.name == *name);
    let assignee = ticket.assignee.clone().filter(active);
    vec![Event::TicketReopened { at, since: None, assignee, undone: true }]
}

/// Both of two persons have written into this conversation, and the other one may have opened its window: what waits
/// to be sent is taken back, and free text waits until the one whose it is writes himself.
pub fn part(state: &Conversation, by: &Name, at: Timestamp) -> Vec<Event> {
    let waiting = state.head.sends.iter().map(|send| send.outbox);
    let mut events: Vec<_> = waiting.filter_map(|id| cancel(state, id, by, at).ok()).collect();
    events.push(Event::Parted { at });
    events
}
