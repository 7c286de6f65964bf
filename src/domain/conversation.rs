//! One contact on one line: its state, and how events change it.

use super::event::Event;
use super::id::{ContactId, ConversationId, MessageKey, OutboxId};
use super::message::{Author, Kind, Source};
use super::name::Name;
use super::sla::{Clock, Metric};
use super::status::{Seen, Status};
use super::template::Purpose;
use super::thread::{Entry, Place, Sort, Thread};
use super::ticket::{Priority, Reply, State, Ticket};
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds in which free text is allowed after the customer's latest message or call: absolute time, never a
/// calendar's. Source: messages/send-messages, "customer service windows".
pub const WINDOW_SECONDS: i64 = 86_400;

/// Milliseconds that one message to one customer uses up of the pair budget, and how much may be borrowed.
/// Source: about-the-platform, "pair rate limits": one message in 6 s, bursts of 45.
pub const PAIR_COST_MS: i64 = 6_000;
/// See [`PAIR_COST_MS`].
pub const PAIR_BURST_MS: i64 = 45 * PAIR_COST_MS;

/// A message of ours that the platform has not settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Send {
    /// Which.
    pub outbox: OutboxId,
    /// Who wrote it.
    pub author: Author,
    /// What it counts as; `Service` is free text and needs an open window.
    pub purpose: Purpose,
    /// Where it is written.
    pub place: Place,
    /// Real milliseconds in which it may still be taken back.
    pub hold_ms: i64,
    /// Times tried.
    pub attempts: u32,
    /// Times the platform was known not to have taken it.
    pub failures: u32,
    /// Since when it is unconfirmed.
    pub unconfirmed_at: Option<Timestamp>,
    /// Being tried at this moment, or when the relay stopped.
    pub attempting: bool,
}

/// Statuses of one id that is not ours, or not ours yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// Platform time of the latest.
    pub at: Timestamp,
    /// The platform's id.
    pub key: MessageKey,
    /// All of them.
    pub seen: Seen,
    /// Why it failed.
    pub error: Option<u32>,
}

/// Most ids of which early statuses are kept: they come seconds before the answer to the send, and another
/// program that sends from the same number must not fill the memory.
pub const STRAYS_MOST: usize = 16;

/// An earlier ticket of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Its number.
    pub number: super::id::TicketNumber,
    /// From when its part of the thread runs.
    pub opened_at: Timestamp,
    /// To when.
    pub solved_at: Timestamp,
}

/// A conversation's state: what decisions need, and no word of what was said.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// The small part, checkpointed in one piece.
    pub head: Head,
    /// The index of all that was said, checkpointed in blocks.
    pub thread: Thread,
}

/// Everything of a conversation but its thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Events so far.
    pub version: u64,
    /// With whom.
    pub contact: ContactId,
    /// On which line.
    pub line: Name,
    /// When the window closes, or closed; nothing if the customer has never written.
    pub window_until: Option<Timestamp>,
    /// The end of the present window has been told.
    pub window_closed: bool,
    /// The platform told it, before our own count.
    pub window_refused: bool,
    /// The latest ticket.
    pub ticket: Option<Ticket>,
    /// Earlier ones.
    pub past: Vec<Past>,
    /// Messages that the platform has not settled, in the order in which they are to be sent.
    pub sends: Vec<Send>,
    /// The latest outbox id given.
    pub last_outbox: OutboxId,
    /// Theoretical arrival time of the pair budget: how far into the future it is used up.
    pub pair_until: Timestamp,
    /// Statuses of ids that are not ours, or not ours yet.
    pub strays: Vec<Stray>,
    /// Why messages failed.
    pub failures: Vec<(OutboxId, u32)>,
}

fn sort_of(kind: Kind, source: Source) -> Sort {
    if source.is_live() && kind.asks() { Sort::Asks } else { Sort::Quiet }
}

impl Conversation {
    /// Before its first event.
    pub fn new(id: ConversationId) -> Self {
        let head = Head {
            version: 0,
            contact: ContactId(0),
            line: Name::from(""),
            window_until: None,
            window_closed: false,
            window_refused: false,
            ticket: None,
            past: Vec::new(),
            sends: Vec::new(),
            last_outbox: OutboxId(0),
            pair_until: Timestamp(0),
            strays: Vec::new(),
            failures: Vec::new(),
        };
        Self { id, head, thread: Thread::default() }
    }

    /// The latest ticket, if it is unsolved.
    pub fn unsolved(&self) -> Option<&Ticket> {
        self.head.ticket.as_ref().filter(|ticket| ticket.state.is_unsolved())
    }

    /// Whether free text is allowed at `now`.
    pub fn window_open(&self, now: Timestamp) -> bool {
        self.head.window_until.is_some_and(|until| now < until)
    }

    /// Whether the customer waits for an answer.
    pub fn waits(&self) -> bool {
        self.unsolved().is_some_and(|ticket| ticket.waiting_since.is_some())
    }

    /// The latest message, either way.
    pub fn last_message(&self) -> Option<&Entry> {
        self.thread.iter().rev().find(|entry| entry.sort().is_message())
    }

    /// Folds one event in. Total: an event that does not fit changes nothing that it should not. `place` is
    /// where the event is written, zero while that is not known.
    pub fn evolve(&mut self, event: &Event, place: Place) {
        self.head.version += 1;
        let head = &mut self.head;
        let told = |at: &Timestamp| Entry::new(*at, MessageKey(0), Sort::Event, place);
        match event {
            Event::Started { contact, line } => {
                head.contact = *contact;
                head.line = line.clone();
            }
            Event::Received { at, key, kind, source, .. } => {
                let sort = sort_of(*kind, *source);
                self.thread.insert(Entry::new(*at, *key, sort, place));
                self.thread.came_again(*at, *key, *source, sort);
                self.arrived(*at, *kind, *source);
            }
            Event::Echoed { at, key, source, .. } => {
                self.thread.insert(Entry::new(*at, *key, Sort::Elsewhere, place));
                self.thread.came_again(*at, *key, *source, Sort::Elsewhere);
                if *source == Source::Echo {
                    self.answered(*at);
                }
            }
            Event::SeenAgain { at, key, kind, source } => {
                let known = self.thread.message(*at, *key).map(|entry| {
                    (entry.sort(), entry.came_by(Source::Messages), entry.came_by(*source))
                });
                match known {
                    Some((Sort::Elsewhere, _, came)) => {
                        self.thread.came_again(*at, *key, *source, Sort::Elsewhere);
                        if *source == Source::Echo && !came {
                            self.answered(*at);
                        }
                    }
                    Some((sort @ (Sort::Asks | Sort::Quiet), was_live, _)) => {
                        let sort = if was_live { sort } else { sort_of(*kind, *source) };
                        self.thread.came_again(*at, *key, *source, sort);
                        if !was_live {
                            self.arrived(*at, *kind, *source);
                        }
                    }
                    _ => {}
                }
            }
            Event::StatusSeen { outbox, key, status, error, at, .. } => {
                let known = match outbox {
                    Some(id) => self.thread.outbox(*id).map(Entry::outbox),
                    None => self.thread.outbox_by_key(*key),
                };
                match known {
                    Some(id) => self.seen(id, Some(*key), *status, *at, *error),
                    None => {
                        let news = Stray { at: *at, key: *key, seen: Seen::default(), error: None };
                        let known = head.strays.iter().position(|stray| stray.key == *key);
                        let mut stray = known.map_or(news, |i| head.strays.remove(i));
                        stray.seen = stray.seen.with(*status);
                        stray.at = stray.at.max(*at);
                        stray.error = stray.error.max(*error);
                        head.strays.push(stray);
                        head.strays.sort_unstable_by_key(|stray| (stray.at, stray.key));
                        if head.strays.len() > STRAYS_MOST {
                            head.strays.remove(0);
                        }
                    }
                }
            }
            Event::TicketOpened { number, at, queue, priority, assignee, previous } => {
                if let Some(old) = head.ticket.take() {
                    head.past.push(Past {
                        number: old.number,
                        opened_at: old.opened_at,
                        solved_at: old.solved_at.unwrap_or(*at),
                    });
                }
                self.thread.insert(Entry::new(*at, MessageKey(0), Sort::Opened, place));
                let state = if assignee.is_some() { State::Open } else { State::New };
                head.ticket = Some(Ticket {
                    number: *number,
                    state,
                    priority: *priority,
                    queue: queue.clone(),
                    assignee: assignee.clone(),
                    tags: Vec::new(),
                    opened_at: *at,
                    previous: *previous,
                    snoozed_until: None,
                    solved_at: None,
                    close_at: None,
                    unread: 0,
                    waiting_since: None,
                    waits_from: *at,
                    answered_until: None,
                    replies: Vec::new(),
                    clocks: Vec::new(),
                    window_warned: 0,
                });
                self.answers_elsewhere();
            }
            Event::TicketBackdated { at } => {
                if let Some(ticket) = head.ticket.as_mut().filter(|ticket| *at < ticket.opened_at) {
                    self.thread.move_opening(ticket.opened_at, *at);
                    ticket.opened_at = *at;
                    ticket.waits_from = ticket.waits_from.min(*at);
                }
                self.answers_elsewhere();
            }
            Event::TicketReopened { at, since, assignee } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    if let Some(since) = since {
                        ticket.waits_from = *since;
                    }
                    ticket.state = if assignee.is_some() { State::Open } else { State::New };
                    ticket.assignee = assignee.clone();
                    ticket.solved_at = None;
                    ticket.close_at = None;
                    ticket.snoozed_until = None;
                }
                self.answers_elsewhere();
            }
            Event::Assigned { at, to, .. } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.assignee = to.clone();
                    if to.is_some() && ticket.state == State::New {
                        ticket.state = State::Open;
                    }
                }
            }
            Event::StateChanged { at, state } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.state = *state;
                    ticket.snoozed_until = None;
                }
            }
            Event::Snoozed { at, until } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.state = State::Snoozed;
                    ticket.snoozed_until = *until;
                }
            }
            Event::Solved { at, close_at, .. } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.state = State::Solved;
                    ticket.solved_at = Some(*at);
                    ticket.close_at = *close_at;
                    ticket.snoozed_until = None;
                    ticket.unread = 0;
                    ticket.waiting_since = None;
                    ticket.waits_from = at.plus_millis(1);
                }
                self.settle_clocks();
            }
            Event::Closed { at } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.state = State::Closed;
                    ticket.close_at = None;
                }
            }
            Event::PriorityChanged { at, priority } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.priority = *priority;
                }
            }
            Event::Tagged { at, add, remove } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.tags.retain(|tag| !remove.contains(tag));
                    ticket.tags.extend(add.iter().cloned());
                    ticket.tags.sort();
                    ticket.tags.dedup();
                }
            }
            Event::MarkedRead { .. } => {
                if let Some(ticket) = &mut head.ticket {
                    ticket.unread = 0;
                }
            }
            Event::Noted { at, .. } => {
                self.thread.insert(Entry::new(*at, MessageKey(0), Sort::Note, place));
            }
            Event::Queued { outbox, author, purpose, hold_ms, .. } => {
                let sort = if author.is_human() { Sort::Reply } else { Sort::Automatic };
                self.thread.insert(Entry::new(Timestamp(outbox.0), MessageKey(0), sort, place));
                head.last_outbox = head.last_outbox.max(*outbox);
                head.sends.push(Send {
                    outbox: *outbox,
                    author: author.clone(),
                    purpose: *purpose,
                    place,
                    hold_ms: *hold_ms,
                    attempts: 0,
                    failures: 0,
                    unconfirmed_at: None,
                    attempting: false,
                });
                if let Some(ticket) = head.ticket.as_mut().filter(|_| author.is_human()) {
                    ticket.unread = 0;
                }
            }
            Event::Attempted { outbox, at, n } => {
                self.thread.update(*outbox, None, |seen| seen.with(Status::Attempting));
                head.pair_until = head.pair_until.max(*at).plus_millis(PAIR_COST_MS);
                if let Some(send) = head.sends.iter_mut().find(|send| send.outbox == *outbox) {
                    send.attempts = *n;
                    send.attempting = true;
                }
            }
            Event::Accepted { outbox, at, key, .. } => {
                self.seen(*outbox, Some(*key), Status::Accepted, *at, None);
            }
            Event::Deferred { outbox, .. } => {
                self.thread.update(*outbox, None, |seen| seen.without(Status::Attempting));
                if let Some(send) = head.sends.iter_mut().find(|send| send.outbox == *outbox) {
                    send.attempting = false;
                    send.failures += 1;
                }
            }
            Event::Failed { outbox, at, error } => {
                self.seen(*outbox, None, Status::Failed, *at, Some(*error));
            }
            Event::Unconfirmed { outbox, at } => {
                self.thread.update(*outbox, None, |seen| seen.with(Status::Unconfirmed));
                if let Some(send) = head.sends.iter_mut().find(|send| send.outbox == *outbox) {
                    send.attempting = false;
                    send.unconfirmed_at = Some(*at);
                }
            }
            Event::Cancelled { outbox, .. } => {
                self.thread.update(*outbox, None, |seen| seen.with(Status::Cancelled));
                head.sends.retain(|send| send.outbox != *outbox);
            }
            Event::Confirmed { outbox, at, .. } => {
                self.seen(*outbox, None, Status::Accepted, *at, None);
            }
            Event::WindowWarned { at, index } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.window_warned |= (2u16 << (*index).min(7)).wrapping_sub(1) as u8;
                }
            }
            Event::WindowClosed { at, refused, .. } => {
                self.thread.insert(told(at));
                head.window_closed = true;
                if *refused {
                    head.window_refused = true;
                    head.window_until = head.window_until.map(|until| until.min(*at));
                }
            }
            Event::ClockStarted { metric, start, promise } => {
                if let Some(ticket) = &mut head.ticket {
                    let before = ticket.clocks.iter().filter(|clock| clock.metric == *metric);
                    let instance = before.count() as u16;
                    ticket.clocks.push(Clock {
                        metric: *metric,
                        instance,
                        start: *start,
                        promise: promise.clone(),
                        warned: false,
                        breached: None,
                        met: None,
                        voided: false,
                    });
                }
            }
            Event::ClockMoved { metric, start, promise } => {
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.start = *start;
                    clock.promise = promise.clone();
                }
                self.settle_clocks();
            }
            Event::ClockWarned { metric, at } => {
                self.thread.insert(told(at));
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.warned = true;
                }
            }
            Event::ClockBreached { metric, at, .. } => {
                self.thread.insert(told(at));
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.breached = Some(*at);
                }
            }
        }
    }

    /// What follows from a message of the customer beyond its place in the thread.
    fn arrived(&mut self, at: Timestamp, kind: Kind, source: Source) {
        if !source.is_live() || !kind.opens_window() {
            return;
        }
        let head = &mut self.head;
        let until = at.plus_secs(WINDOW_SECONDS);
        // The platform's refusal is the last word on all that was written before it.
        let reach = if head.window_refused { at } else { until };
        if head.window_until.is_none_or(|known| known < reach) {
            head.window_until = Some(until);
            head.window_closed = false;
            head.window_refused = false;
            if let Some(ticket) = &mut head.ticket {
                ticket.window_warned = 0;
            }
        }
        if let Some(ticket) = head.ticket.as_mut().filter(|t| kind.asks() && t.state.is_unsolved())
        {
            ticket.unread = ticket.unread.saturating_add(1);
            ticket.waits_from = ticket.waits_from.min(at);
            if ticket.answered_until.is_none_or(|until| at > until) {
                ticket.waiting_since = Some(ticket.waiting_since.map_or(at, |since| since.min(at)));
            }
        }
    }

    fn clock_mut(&mut self, metric: Metric) -> Option<&mut Clock> {
        let clocks = &mut self.head.ticket.as_mut()?.clocks;
        clocks.iter_mut().rev().find(|clock| clock.metric == metric)
    }

    /// A message of ours was seen in a state; all that follows from it.
    fn seen(
        &mut self,
        id: OutboxId,
        key: Option<MessageKey>,
        status: Status,
        at: Timestamp,
        error: Option<u32>,
    ) {
        let Some(entry) = self.thread.outbox(id) else { return };
        let (before, sort) = (entry.seen(), entry.sort());
        let key = key.filter(|key| entry.key() != *key);
        // Statuses that came before the platform's answer were kept under its id.
        let early = key.and_then(|key| {
            let at = self.head.strays.iter().position(|stray| stray.key == key)?;
            Some(self.head.strays.remove(at))
        });
        let error = error.or(early.and_then(|early| early.error));
        let after = Seen(before.0 | early.map_or(0, |early| early.seen.0)).with(status);
        self.thread.update(id, key, |_| after);
        if after.status() >= Status::Accepted {
            self.head.sends.retain(|send| send.outbox != id);
        }
        if let Some(error) = error
            && let Err(place) = self.head.failures.binary_search_by_key(&id, |(of, _)| *of)
        {
            self.head.failures.insert(place, (id, error));
        }
        if sort == Sort::Reply {
            match (before.holds(), after.holds()) {
                (false, true) => self.reply_holds(Reply { outbox: id, at }),
                (true, false) => self.reply_failed(id),
                _ => {}
            }
            self.forget_replies();
        }
    }

    fn reply_holds(&mut self, reply: Reply) {
        // An answer to the ticket before says nothing to this one.
        let before = self.head.past.last().map(|past| past.solved_at);
        if before.is_some_and(|solved| reply.outbox.0 <= solved.0) {
            return;
        }
        if let Some(ticket) = &mut self.head.ticket {
            ticket.replies.push(reply);
            ticket.replies.sort_by_key(|reply| (reply.at, reply.outbox));
        }
        self.answered(Timestamp(reply.outbox.0));
        self.settle_clocks();
    }

    fn reply_failed(&mut self, id: OutboxId) {
        if let Some(ticket) = &mut self.head.ticket {
            ticket.replies.retain(|reply| reply.outbox != id);
        }
        self.answers_elsewhere();
        self.settle_clocks();
    }

    /// A person answered at `at`: what was asked before waits no longer.
    fn answered(&mut self, at: Timestamp) {
        if let Some(ticket) = &mut self.head.ticket
            && at >= ticket.waits_from
            && ticket.answered_until.is_none_or(|until| until < at)
        {
            ticket.answered_until = Some(at);
            self.rewait();
        }
    }

    /// Looks anew for the latest answer inside the ticket: a message typed on the phone may have come before
    /// the message that it answers.
    fn answers_elsewhere(&mut self) {
        if let Some(ticket) = &mut self.head.ticket {
            let inside = ticket.waits_from.plus_millis(-1);
            let answers = self.thread.after(inside).filter(|entry| match entry.sort() {
                Sort::Elsewhere => entry.came_by(Source::Echo),
                Sort::Reply => entry.seen().holds(),
                _ => false,
            });
            ticket.answered_until = answers.map(Entry::at).max();
        }
        self.rewait();
    }

    /// Looks anew for the oldest question without an answer.
    fn rewait(&mut self) {
        let Some(ticket) = &mut self.head.ticket else { return };
        if !ticket.state.is_unsolved() {
            return;
        }
        let from = ticket.answered_until.unwrap_or(ticket.waits_from.plus_millis(-1));
        let asked = self.thread.after(from).find(|entry| entry.sort() == Sort::Asks);
        ticket.waiting_since = asked.map(Entry::at);
    }

    /// Replies after one that meets the clock and can no longer fail will never be asked for.
    fn forget_replies(&mut self) {
        let Some(ticket) = &mut self.head.ticket else { return };
        let met = ticket.clocks.iter().find_map(|clock| clock.met);
        let Some((outbox, _)) = met else { return };
        let place = ticket.replies.iter().position(|reply| reply.outbox == outbox);
        let entry = self.thread.outbox(outbox);
        if let (Some(place), Some(entry)) = (place, entry)
            && entry.status() > Status::Failed
        {
            ticket.replies.truncate(place + 1);
        }
    }

    /// The first reply that holds meets the first-reply clock; if it fails, the next one does, or none. Solving
    /// ends a clock that is not met: it does not count, unless its promise was broken before, or the answer was
    /// on its way.
    fn settle_clocks(&mut self) {
        let Some(ticket) = &mut self.head.ticket else { return };
        for clock in &mut ticket.clocks {
            let first = match clock.metric {
                Metric::FirstReply => ticket.replies.iter().find(|reply| {
                    let counts =
                        !clock.voided || ticket.solved_at >= Some(Timestamp(reply.outbox.0));
                    counts && reply.at >= clock.start
                }),
            };
            clock.met = first.map(|reply| (reply.outbox, reply.at));
            let ended = clock.voided || !ticket.state.is_unsolved();
            clock.voided = ended && clock.met.is_none() && clock.breached.is_none();
        }
    }

    /// The priority to rule a new ticket by.
    pub fn priority(&self) -> Priority {
        self.unsolved().map(|ticket| ticket.priority).unwrap_or_default()
    }
}
