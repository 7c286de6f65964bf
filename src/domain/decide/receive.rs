//! Webhooks: messages and statuses.

use crate::domain::command::{Arrival, Track};
use crate::domain::conversation::{Conversation, WINDOW_SECONDS};
use crate::domain::event::{Event, Linked};
use crate::domain::file::{Of, State as FileState};
use crate::domain::message::{Media, Source};
use crate::domain::name::Name;
use crate::domain::policy::{Ctx, Threading};
use crate::domain::private::Private;
use crate::domain::roster::Actor;
use crate::domain::routing::{self, Acquaintance, Heard};
use crate::domain::sla::Metric;
use crate::domain::status::{Seen, Status};
use crate::domain::thread::{Entry, Sort};
use crate::domain::ticket::{State, Tag, Tags, Ticket};
use crate::kit::Timestamp;

/// The platform's code for free text after the window.
pub(super) const OUTSIDE_WINDOW: u32 = 131_047;

pub(super) fn receive(state: &Conversation, arrival: &Arrival, ctx: &Ctx) -> Vec<Event> {
    let Arrival { key, kind, source, .. } = *arrival;
    let known = arrival.known_in(&state.thread);
    let at = known.map_or(arrival.at, Entry::at);
    let erased = ctx.contact.erased.is_some();
    let file = !erased && arrival.body.media.as_ref().is_some_and(Media::can_be_fetched);
    if known.is_some_and(|entry| entry.sort().is_outbox() || entry.came_by(source)) {
        return known.filter(|_| file).map_or_else(Vec::new, |known| file_came(known, arrival));
    }
    if known.is_some_and(|entry| (entry.sort() == Sort::Elsewhere) != arrival.outgoing) {
        return Vec::new();
    }
    let body = || Private::clear(arrival.body.clone());
    if arrival.outgoing {
        if known.is_some() {
            return vec![Event::SeenAgain { at, key, kind, source }];
        }
        // A message of our own outbox that comes back as an echo is no new message.
        if state.thread.outbox_by_key(key).is_some() {
            return Vec::new();
        }
        return vec![Event::Echoed { at, key, kind, source, file, body: body() }];
    }
    let arrived = match known {
        Some(_) => Event::SeenAgain { at, key, kind, source },
        None => Event::Received { at, key, kind, source, file, body: body() },
    };
    let was_live = known.is_some_and(|entry| entry.came_by(Source::Messages));
    if !source.is_live() || !kind.asks() || was_live {
        return vec![arrived];
    }
    let mut events = Vec::with_capacity(3);
    let tags = ticket_for(state, arrival, at, ctx, &mut events);
    events.push(arrived);
    first_reply_clock(state, at, ctx, &mut events);
    events.extend(tags.map(|tags| tagged(tags, ctx.now)));
    events
}

/// A repeated message that has a file now: imported ones come first without, and what an older version took in
/// was never to be fetched.
fn file_came(known: &Entry, arrival: &Arrival) -> Vec<Event> {
    let outgoing = known.sort() == Sort::Elsewhere;
    if known.sort().is_outbox() || known.file() != FileState::None || outgoing != arrival.outgoing {
        return Vec::new();
    }
    let Arrival { key, kind, source, .. } = *arrival;
    let (at, body) = (known.at(), Private::clear(arrival.body.clone()));
    vec![Event::FileCame { of: Of { at, key }, kind, source, outgoing, body }]
}

/// The ticket that a message at `at` belongs to: the open one, the solved one taken up again, or a new one. With
/// the labels that a rule gives to a new one.
fn ticket_for<'a>(
    state: &Conversation,
    arrival: &Arrival,
    at: Timestamp,
    ctx: &Ctx<'a>,
    events: &mut Vec<Event>,
) -> Option<&'a [Tag]> {
    let open = |events: &mut Vec<Event>| {
        let (opened, tags) = opened(state, arrival, at, ctx);
        events.push(opened);
        Some(tags).filter(|tags| !tags.is_empty())
    };
    let Some(ticket) = &state.head.ticket else { return open(events) };
    match ticket.state {
        State::Closed => {
            let tags = open(events);
            // It went on as another ticket, of another conversation.
            if let Some(to) = ticket.merged {
                let (ticket, by) = (ctx.next_ticket, Name::from(Actor::Relay.name()));
                events.push(Event::Linked(Linked { at: ctx.now, by, ticket, to, on: true }));
            }
            return tags;
        }
        State::Solved if reopens(ticket, at, ctx) => {
            let active = |name: &_| ctx.members.iter().any(|member| member.name == *name);
            let assignee = ticket.assignee.clone().filter(active);
            events.push(Event::TicketReopened {
                at: ctx.now,
                since: Some(at),
                assignee,
                undone: false,
            });
        }
        State::Solved => return open(events),
        _ => {
            let earliest = state.head.past().last().map(|past| past.solved_at);
            if at < ticket.opened_at && earliest.is_none_or(|solved| at > solved) {
                events.push(Event::TicketBackdated { at });
            }
            if matches!(ticket.state, State::Snoozed | State::Pending | State::OnHold) {
                events.push(woken(ticket, ctx.now));
            }
        }
    }
    None
}

pub(super) fn woken(ticket: &Ticket, at: Timestamp) -> Event {
    let state = if ticket.assignee.is_some() { State::Open } else { State::New };
    Event::StateChanged { at, state }
}

fn reopens(ticket: &Ticket, at: Timestamp, ctx: &Ctx) -> bool {
    let Some(solved) = ticket.solved_at else { return true };
    at < solved
        || match ctx.policy.threading(&ticket.queue) {
            Threading::Any => true,
            Threading::Seconds(seconds) => seconds > 0 && at <= solved.plus_secs(seconds),
        }
}

/// A new ticket where the first rule that holds puts it, with the labels that the rule gives it. The words are read
/// here and nowhere else: the event carries what they came to.
fn opened<'a>(
    state: &Conversation,
    arrival: &Arrival,
    at: Timestamp,
    ctx: &Ctx<'a>,
) -> (Event, &'a [Tag]) {
    let previous = state.head.ticket.as_ref().map(|ticket| ticket.number);
    let line = ctx.policy.lines.get(&state.head.line).map_or(&state.head.line, |line| &line.name);
    let contact = if previous.is_some() { Acquaintance::Known } else { Acquaintance::New };
    let heard = Heard { line, message: &arrival.body, contact, at };
    let met = routing::route(&ctx.policy.routes, &heard);
    let rule = met.as_ref().map(|(rule, _)| *rule);
    let queue = rule.and_then(|rule| rule.queue.clone());
    let opened = Event::TicketOpened {
        number: ctx.next_ticket,
        at,
        queue: queue.unwrap_or_else(|| ctx.policy.queue_of(&state.head.line)),
        priority: rule.and_then(|rule| rule.priority).unwrap_or_default(),
        assignee: None,
        previous,
        routed: met.map(|(_, routed)| Box::new(routed)),
    };
    (opened, rule.map(|rule| rule.tags.as_slice()).unwrap_or_default())
}

/// The labels that a new ticket is given.
fn tagged(tags: &[Tag], at: Timestamp) -> Event {
    let mut tags: Vec<_> = tags.iter().collect();
    tags.sort();
    tags.dedup_by_key(|tag| tag.key);
    let body = Tags { add: tags.iter().map(|tag| tag.name.clone()).collect(), remove: Vec::new() };
    let add = tags.iter().map(|tag| tag.key).collect();
    Event::Tagged { at, add, remove: Vec::new(), body: Private::clear(body) }
}

/// Starts the clock with the ticket's first message, or moves its start back to one that arrived late.
fn first_reply_clock(state: &Conversation, at: Timestamp, ctx: &Ctx, events: &mut Vec<Event>) {
    let metric = Metric::FirstReply;
    let promise = |queue, priority| {
        ctx.policy.sla_for(queue).and_then(|policy| policy.promise(metric, priority, at))
    };
    let fresh = events.iter().find_map(|event| match event {
        Event::TicketOpened { queue, priority, .. } => Some((queue.clone(), *priority)),
        _ => None,
    });
    if let Some((queue, priority)) = fresh {
        events.push(Event::ClockStarted { metric, start: at, promise: promise(&queue, priority) });
        return;
    }
    let Some(ticket) = &state.head.ticket else { return };
    match ticket.clocks.iter().find(|clock| clock.metric == metric) {
        None => events.push(Event::ClockStarted {
            metric,
            start: at,
            promise: promise(&ticket.queue, ticket.priority),
        }),
        Some(clock) if at < clock.start && !clock.is_voided() => {
            // Only a message of this ticket: one from before an earlier solve belongs to the past.
            let backdated = at >= ticket.opened_at
                || events.iter().any(|event| matches!(event, Event::TicketBackdated { .. }));
            if backdated {
                let promise = promise(&ticket.queue, ticket.priority);
                let due = promise.as_ref().and_then(|promise| promise.due);
                events.push(Event::ClockMoved { metric, start: at, promise });
                // The answer was in time by what was known then, and late by what is known now.
                let late = due.filter(|due| clock.met().is_some_and(|(_, met)| *due < met));
                if let Some(due) = late.filter(|_| clock.breached().is_none()) {
                    events.push(Event::ClockBreached { metric, at: due, retarget: false });
                }
            }
        }
        Some(_) => {}
    }
}

pub(super) fn track(state: &Conversation, track: &Track, ctx: &Ctx) -> Vec<Event> {
    let Track { key, status, at, error, cost, .. } = *track;
    let known = match track.outbox.and_then(|id| state.thread.outbox(id)) {
        Some(entry) => Some(entry),
        None => state.thread.outbox_by_key(key).and_then(|id| state.thread.outbox(id)),
    };
    let (outbox, seen) = match known {
        Some(entry) => (Some(entry.outbox()), entry.seen()),
        None => {
            let stray = state.head.strays().iter().find(|stray| stray.key == key);
            (None, stray.map_or(Seen::default(), |stray| stray.seen))
        }
    };
    if seen.has(status) {
        return Vec::new();
    }
    let mut events = Vec::with_capacity(2);
    let reply = known.filter(|entry| entry.sort() == Sort::Reply && !seen.holds());
    if let Some(reply) = reply.filter(|_| seen.with(status).holds()) {
        super::tick::breaches_by(state, reply.outbox(), at, &mut events);
    }
    let body = Private::perhaps(track.said.clone());
    events.push(Event::StatusSeen { outbox, key, status, at, error, cost, body });
    // The platform took it, and its answer was lost: the id stands nowhere else.
    if let Some(outbox) = known.filter(|entry| entry.key().0 == 0).map(Entry::outbox) {
        let body = Private::clear(track.id.clone());
        events.push(Event::Accepted { outbox, at, key, held: None, body });
    }
    // It is the last word on what the customer had written by then, not on what he wrote since.
    let opened = state.head.window_until.map(|until| until.plus_secs(-WINDOW_SECONDS));
    if outbox.is_some()
        && status == Status::Failed
        && error == Some(OUTSIDE_WINDOW)
        && state.window_open(ctx.now)
        && opened.is_some_and(|opened| opened <= at)
    {
        let waiting = state.waits();
        events.push(Event::WindowClosed { at: ctx.now, waiting, refused: true });
    }
    events
}
