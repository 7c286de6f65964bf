//! How events change a conversation.

use super::asking::ends_asking;
use super::{Conversation, PAIR_COST_MS, Past, Rare, STRAYS_MOST, Send, Stray};
use crate::domain::aside::Todo;
use crate::domain::event::{Acknowledged, Event, OfferEnded};
use crate::domain::file::{Fetch, Of, State as FileState};
use crate::domain::id::MessageKey;
use crate::domain::message::{Kind, Source};
use crate::domain::offer::{Asking, Offer};
use crate::domain::sla::Clock;
use crate::domain::status::{Seen, Status};
use crate::domain::thread::{Entry, Place, Sort};
use crate::domain::ticket::{Answer, Label, State, Ticket};
use crate::kit::Timestamp;

fn sort_of(kind: Kind, source: Source) -> Sort {
    if source.is_live() && kind.asks() { Sort::Asks } else { Sort::Quiet }
}

impl Conversation {
    /// A file is to be fetched. `anew` where the message's content has come once more.
    fn owe_file(&mut self, of: Of, place: Place, anew: bool) {
        self.thread.set_file(of, FileState::Waiting, anew.then_some(place));
        self.head.change_rare(|rare| {
            rare.files.retain(|fetch| fetch.of != of);
            rare.files.push(Fetch { of, place });
        });
    }

    fn settle_file(&mut self, of: Of, state: FileState) {
        self.thread.set_file(of, state, None);
        if self.head.files().iter().any(|fetch| fetch.of == of) {
            self.head.change_rare(|rare| rare.files.retain(|fetch| fetch.of != of));
        }
    }

    /// Folds one event in. Total: an event that does not fit changes nothing that it should not. `place` is
    /// where the event is written, zero while that is not known.
    pub fn evolve(&mut self, event: &Event, place: Place) {
        self.head.version += 1;
        let head = &mut self.head;
        if ends_asking(event) && head.asking().is_some() {
            head.change_aside(|aside| aside.asking = Asking::default());
        }
        let told = |at: &Timestamp| Entry::new(*at, MessageKey(0), Sort::Event, place);
        match event {
            Event::Started { contact, line } => {
                head.contact = *contact;
                head.line = line.clone();
            }
            Event::Received { at, key, kind, source, file, .. } => {
                let sort = sort_of(*kind, *source);
                self.thread.insert(Entry::new(*at, *key, sort, place));
                self.thread.came_again(*at, *key, *source, sort);
                if *file {
                    self.owe_file(Of { at: *at, key: *key }, place, false);
                }
                self.arrived(*at, *kind, *source);
            }
            Event::Echoed { at, key, source, file, .. } => {
                self.thread.insert(Entry::new(*at, *key, Sort::Elsewhere, place));
                self.thread.came_again(*at, *key, *source, Sort::Elsewhere);
                if *file {
                    self.owe_file(Of { at: *at, key: *key }, place, false);
                }
                if *source == Source::Echo {
                    self.answered(*at);
                }
            }
            Event::FileCame { of, .. } => self.owe_file(*of, place, true),
            Event::FileStored { of, .. } => self.settle_file(*of, FileState::Stored),
            Event::FileLost { of, why, .. } => self.settle_file(*of, FileState::Lost(*why)),
            Event::FileExpired { of, .. } => self.settle_file(*of, FileState::Expired),
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
                    Some(id) => {
                        self.seen(id, Some(*key), *status, *at, error.map(|of| (of, place)))
                    }
                    None => {
                        self.thread.insert(Entry::new(*at, *key, Sort::Event, place));
                        let news = Stray { at: *at, key: *key, seen: Seen::default(), error: None };
                        head.change_rare(|Rare { strays, .. }| {
                            let known = strays.iter().position(|stray| stray.key == *key);
                            let mut stray = known.map_or(news, |i| strays.remove(i));
                            stray.seen = stray.seen.with(*status);
                            stray.at = stray.at.max(*at);
                            stray.error = stray.error.max(*error);
                            strays.push(stray);
                            strays.sort_unstable_by_key(|stray| (stray.at, stray.key));
                            if strays.len() > STRAYS_MOST {
                                strays.remove(0);
                            }
                        });
                    }
                }
            }
            Event::TicketOpened { number, at, queue, priority, assignee, previous, .. } => {
                if let Some(old) = head.ticket.take() {
                    let past = Past {
                        number: old.number,
                        opened_at: old.opened_at,
                        solved_at: old.solved_at.unwrap_or(*at),
                    };
                    head.change_rare(|rare| {
                        rare.past.push(past);
                        (rare.aside, rare.took) = (None, None);
                    });
                }
                self.thread.insert(Entry::new(*at, MessageKey(0), Sort::Opened, place));
                if head.escalation().is_some() {
                    head.change_escalation(|of| (of.climbs, of.quiet_until) = (Vec::new(), None));
                }
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
                    asleep_from: None,
                    solved_at: None,
                    close_at: None,
                    merged: None,
                    unread: 0,
                    waiting_since: None,
                    waits_from: *at,
                    answered_until: None,
                    after: head.last_outbox,
                    answers: Vec::new(),
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
            Event::TicketReopened { at, since, assignee, undone } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    let solved = ticket.solved_at.map(|at| at.plus_millis(1));
                    if !undone && let Some(from) = since.or(solved) {
                        ticket.waits_from = from;
                    }
                    // What an earlier solve had ended stays ended.
                    for clock in ticket.clocks.iter_mut().filter(|_| *undone) {
                        let voided = clock.is_voided() && clock.start < ticket.waits_from;
                        clock.settle(clock.met(), voided);
                    }
                    ticket.state = if assignee.is_some() { State::Open } else { State::New };
                    ticket.assignee = assignee.clone();
                    ticket.solved_at = None;
                    ticket.close_at = None;
                    ticket.merged = None;
                    ticket.wake();
                }
                self.answers_elsewhere();
                if *undone {
                    self.settle_clocks();
                }
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
            Event::Offered(made) => {
                self.thread.insert(told(&made.at));
                let offer = Offer { to: made.to.clone(), until: made.until };
                head.change_aside(|aside| aside.asking.offered(offer));
            }
            Event::OfferEnded(ended) => {
                self.thread.insert(told(&ended.at));
                let OfferEnded { at, to, how } = ended;
                head.change_aside(|aside| aside.asking.ended(to, *at, *how));
            }
            Event::Moved { at, queue, .. } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.queue = queue.clone();
                }
            }
            Event::StateChanged { at, state } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.state = *state;
                    ticket.wake();
                }
            }
            Event::Snoozed { at, until } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    if ticket.state != State::Snoozed {
                        ticket.asleep_from = Some(ticket.state);
                    }
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
                    ticket.wake();
                    ticket.unread = 0;
                    ticket.waiting_since = None;
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
            Event::TicketMerged { at, into } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.state = State::Closed;
                    ticket.merged = Some(*into);
                    ticket.solved_at = Some(*at);
                    ticket.close_at = None;
                    ticket.wake();
                    ticket.unread = 0;
                    ticket.waiting_since = None;
                }
                self.settle_clocks();
            }
            Event::TicketTook(took) => {
                self.thread.insert(told(&took.at));
                self.took(took);
            }
            Event::Unmerged(of) => {
                self.thread.insert(told(&of.at));
                self.unmerged(of);
            }
            Event::TicketSplit(split) => {
                self.thread.insert(Entry::new(split.start, MessageKey(0), Sort::Opened, place));
                self.split(split);
            }
            Event::Parted { at } => {
                self.thread.insert(told(at));
                if head.window_until.is_some_and(|until| until > *at) {
                    head.window_until = Some(*at);
                    head.window_closed = true;
                    head.window_refused = true;
                }
            }
            Event::PriorityChanged { at, priority, .. } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.priority = *priority;
                }
            }
            Event::Tagged { at, add, remove, .. } => {
                self.thread.insert(told(at));
                if let Some(ticket) = &mut head.ticket {
                    ticket.tags.retain(|label| !remove.contains(&label.key));
                    for key in add {
                        if !ticket.tags.iter().any(|label| label.key == *key) {
                            ticket.tags.push(Label { key: *key, place });
                        }
                    }
                    ticket.tags.sort_by_key(|label| label.key);
                }
            }
            Event::MarkedRead { .. } => {
                if let Some(ticket) = &mut head.ticket {
                    ticket.unread = 0;
                }
            }
            Event::Noted { at, mentions, .. } => {
                self.thread.insert(Entry::new(*at, MessageKey(0), Sort::Note, place));
                if !mentions.is_empty() {
                    head.change_aside(|aside| aside.mention(mentions, *at));
                }
            }
            Event::MentionsSeen(by) => head.change_aside(|aside| aside.looked(&by.who)),
            Event::Followed(by) => head.change_aside(|aside| aside.follow(&by.who, by.on)),
            Event::TodoAdded(todo) => {
                self.thread.insert(told(&todo.at));
                let (id, owner, due) = (todo.id, todo.owner.clone(), todo.due);
                let todo = Todo { id, owner, due, done: false, told: false, place };
                head.change_aside(|aside| aside.todos.push(todo));
            }
            Event::TodoSettled(now) => {
                self.thread.insert(told(&now.at));
                head.change_aside(|aside| aside.change(now.id, |todo| todo.done = now.done));
            }
            Event::FieldSet(set) => {
                self.thread.insert(told(&set.at));
                head.change_aside(|aside| aside.set(&set.field, set.key, place));
            }
            Event::Linked(link) => {
                self.thread.insert(told(&link.at));
                head.change_rare(|rare| {
                    let mut links = rare.links.take().unwrap_or_default();
                    links.set(link.ticket, link.to, link.on);
                    rare.links = (!links.pairs().is_empty()).then_some(links);
                });
            }
            Event::TodoDue(due) => {
                self.thread.insert(told(&due.at));
                head.change_aside(|aside| aside.change(due.id, |todo| todo.told = true));
            }
            Event::Queued { outbox, author, kind, purpose, hold_ms, again, answers, .. } => {
                if let Some(again) = again {
                    self.thread.update(*again, None, Seen::resent);
                }
                let replies = author.is_human() && kind.answers();
                let sort = if replies { Sort::Reply } else { Sort::Automatic };
                self.thread.insert(Entry::new(Timestamp(outbox.0), MessageKey(0), sort, place));
                head.last_outbox = head.last_outbox.max(*outbox);
                head.sends.reserve_exact(1);
                head.sends.push(Send {
                    outbox: *outbox,
                    author: author.clone(),
                    purpose: *purpose,
                    place,
                    hold_ms: *hold_ms,
                    attempts: 0,
                    failures: 0,
                    deferred: 0,
                    unconfirmed_at: None,
                    attempting: false,
                });
                if let Some(ticket) = head.ticket.as_mut().filter(|_| replies) {
                    ticket.unread = 0;
                    let until = answers.unwrap_or(Timestamp(outbox.0));
                    ticket.answers.reserve_exact(1);
                    ticket.answers.push(Answer { outbox: *outbox, until });
                }
            }
            Event::Attempted { outbox, at, n } => {
                self.thread.update(*outbox, None, |seen| seen.with(Status::Attempting));
                head.pair_until = head.pair_until.max(*at).plus_millis(PAIR_COST_MS);
                if head.window_until.is_none_or(|until| *at >= until) {
                    head.change_rare(|rare| rare.opened = rare.opened.max(Some(*at)));
                }
                if let Some(send) = head.sends.iter_mut().find(|send| send.outbox == *outbox) {
                    send.attempts = *n;
                    send.attempting = true;
                }
            }
            Event::Accepted { outbox, at, key, held, .. } => {
                self.accepted_at(*outbox, *at, place);
                if held.is_some() {
                    self.thread.hold(*outbox);
                }
                self.seen(*outbox, Some(*key), Status::Accepted, *at, None);
            }
            Event::Deferred { outbox, error, .. } => {
                self.thread.update(*outbox, None, |seen| seen.without(Status::Attempting));
                if let Some(send) = head.sends.iter_mut().find(|send| send.outbox == *outbox) {
                    send.attempting = false;
                    send.failures += 1;
                    let after = place.position().saturating_sub(send.place.position());
                    send.deferred = error.and_then(|_| u32::try_from(after).ok()).unwrap_or(0);
                }
            }
            Event::Failed { outbox, at, error, .. } => {
                self.seen(*outbox, None, Status::Failed, *at, Some((*error, place)));
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
                    // One of a kind is kept: what became of those before stands in the journal.
                    match ticket.clocks.iter_mut().find(|clock| clock.metric == *metric) {
                        Some(clock) => clock.succeed(*start, promise.as_ref()),
                        None => {
                            // One clock is the rule: room for four would cost more than the ticket.
                            ticket.clocks.reserve_exact(1);
                            ticket.clocks.push(Clock::new(*metric, 0, *start, promise.as_ref()));
                        }
                    }
                }
            }
            Event::ClockMoved { metric, start, promise } => {
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.moved(*start, promise.as_ref());
                }
                self.settle_clocks();
            }
            Event::ClockPaused { metric, at } => {
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.pause(*at);
                }
            }
            Event::ClockEnded { metric, at, void } => {
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.end(*at, *void);
                }
            }
            Event::ClocksRuled { version } => {
                let ticket = head.ticket.as_mut();
                let clocks = ticket.map(|ticket| ticket.clocks.iter_mut()).into_iter().flatten();
                clocks.for_each(|clock| clock.ruled(*version));
            }
            Event::ClockWarned { metric, at, next } => {
                self.thread.insert(told(at));
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.warned(*next);
                }
            }
            Event::Escalated(level) => {
                self.thread.insert(told(&level.at));
                self.escalate(&level.levels, level.mail.len() + level.hooks.len(), place);
            }
            Event::Acknowledged(Acknowledged { at, until, .. }) => {
                self.thread.insert(told(at));
                head.change_escalation(|of| of.quiet_until = of.quiet_until.max(Some(*until)));
            }
            Event::Alerted(of) => {
                if of.lost {
                    self.thread.insert(told(&of.at));
                }
                self.alerted(of.of, of.to);
            }
            Event::ClockBreached { metric, at, .. } => {
                self.thread.insert(told(at));
                if let Some(clock) = self.clock_mut(*metric) {
                    clock.breach(*at);
                }
            }
        }
    }
}
