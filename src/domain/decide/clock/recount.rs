//! Measures of a ticket that goes on for another one, and of one that no longer does.

use super::{measure, rule};
use crate::domain::conversation::{Conversation, Past};
use crate::domain::event::Event;
use crate::domain::policy::Policy;
use crate::domain::sla::{Clock, Measure, Metric, Promise, SlaPolicy};
use crate::domain::thread::Place;
use crate::domain::ticket::Priority;
use crate::domain::took::Counted;
use crate::kit::Timestamp;

/// Milliseconds that a measure has used more than before at `at`, where it adds up.
pub(in crate::domain::decide) fn used_more(
    before: &Clock,
    after: &Clock,
    policy: Option<&SlaPolicy>,
    priority: Priority,
    at: Timestamp,
) -> i64 {
    if !before.metric.adds_up() {
        return 0;
    }
    let rule = rule(policy, before.metric, priority);
    let used = |clock: &Clock| {
        let until = clock.stopped().filter(|_| clock.is_paused()).unwrap_or(at);
        measure(clock, &rule, until).used(until)
    };
    used(after) - used(before)
}

/// A running measure counts from another instant and has used so much more, or less.
fn counted_from(
    clock: &Clock,
    policy: Option<&SlaPolicy>,
    priority: Priority,
    (start, more): (Timestamp, i64),
    at: Timestamp,
) -> Vec<Event> {
    let metric = clock.metric;
    if !clock.is_running() && metric != Metric::FirstReply {
        return Vec::new();
    }
    if !metric.adds_up() {
        let promise = policy.and_then(|policy| policy.promise(metric, priority, start));
        let due = promise.as_ref().and_then(|promise| promise.due);
        let late = due.filter(|due| clock.met().is_some_and(|(_, met)| *due < met));
        let moved = Event::ClockMoved { metric, start, promise };
        let late = late.filter(|_| clock.breached().is_none());
        let late = late.map(|at| Event::ClockBreached { metric, at, retarget: false });
        return [moved].into_iter().chain(late).collect();
    }
    let until = clock.stopped().filter(|_| clock.is_paused()).unwrap_or(at);
    let known = measure(clock, &rule(policy, metric, priority), until);
    let (rule, used) = (known.rule.clone(), known.used(until));
    let over = rule.target.is_some_and(|target| used > target && used + more > target);
    let mut moved = Measure::carrying(metric, 0, start, (used + more).max(0), until, rule);
    moved.skip_marks(at);
    let due = clock.promise().filter(|_| over).and_then(|known| known.due);
    let promise = Promise::of(&moved).map(|of| Promise { due: due.or(of.due), ..of });
    let mut events = vec![Event::ClockMoved { metric, start, promise }];
    if clock.is_paused() {
        events.push(Event::ClockPaused { metric, at: until });
    }
    events
}

/// A ticket goes on for the one before it in the conversation too: what adds up has used what passed until that was
/// solved, and the first reply is waited for since `asked`, where nobody answered there.
pub(in crate::domain::decide) fn lengthened(
    state: &Conversation,
    past: &Past,
    asked: Option<Timestamp>,
    policy: &Policy,
    at: Timestamp,
) -> Vec<Event> {
    let Some(ticket) = &state.head.ticket else { return Vec::new() };
    let (policy, priority) = (policy.sla_for(&ticket.queue), ticket.priority);
    let mut events = Vec::new();
    for clock in ticket.clocks.iter().filter(|clock| clock.is_running()) {
        if clock.metric.adds_up() {
            let calendar = rule(policy, clock.metric, priority).calendar;
            let more = calendar.elapsed(past.opened_at, past.solved_at);
            events.extend(counted_from(clock, policy, priority, (past.opened_at, more), at));
        } else if let (Metric::FirstReply, Some(start)) = (clock.metric, asked) {
            let start = start.min(clock.start);
            events.extend(counted_from(clock, policy, priority, (start, 0), at));
        }
    }
    late_by(state, events, at)
}

/// The measures count as they did before, and what was used since.
pub(in crate::domain::decide) fn shortened(
    state: &Conversation,
    counted: &[Counted],
    policy: &Policy,
    at: Timestamp,
) -> Vec<Event> {
    let Some(ticket) = &state.head.ticket else { return Vec::new() };
    let (policy, priority) = (policy.sla_for(&ticket.queue), ticket.priority);
    let mut events = Vec::new();
    for Counted { metric, start, more, .. } in counted {
        let clock = ticket.clocks.iter().find(|clock| clock.metric == *metric);
        let moved = clock.map(|clock| counted_from(clock, policy, priority, (*start, -more), at));
        events.extend(moved.into_iter().flatten());
    }
    late_by(state, events, at)
}

/// A ticket went on from `start` as another one: what adds up has not used what passed before, and the first reply is
/// waited for since then.
pub(in crate::domain::decide) fn divided(
    state: &Conversation,
    start: Timestamp,
    policy: &Policy,
    at: Timestamp,
) -> Vec<Event> {
    let Some(ticket) = &state.head.ticket else { return Vec::new() };
    let (policy, priority) = (policy.sla_for(&ticket.queue), ticket.priority);
    let mut events = Vec::new();
    for clock in &ticket.clocks {
        let before = match clock.metric {
            Metric::FirstReply => 0,
            metric if metric.adds_up() => {
                rule(policy, metric, priority).calendar.elapsed(clock.start, start)
            }
            _ => continue,
        };
        events.extend(counted_from(clock, policy, priority, (start, -before), at));
    }
    late_by(state, events, at)
}

/// What is late by now, after these changes, is told of with them.
fn late_by(state: &Conversation, events: Vec<Event>, at: Timestamp) -> Vec<Event> {
    let mut after = state.clone();
    events.iter().for_each(|event| after.evolve(event, Place::default()));
    let mut late = Vec::new();
    super::super::tick::breaches(&after, at, &mut late);
    [events, late].concat()
}
