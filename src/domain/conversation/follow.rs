//! What follows from messages and their statuses: who waits, since when, and which clocks are met.

use super::{Conversation, Failure, LATE_MOST, NEAR_MS, NEAR_RECORDS, WINDOW_SECONDS};
use crate::domain::event::{TicketTook, Unmerged};
use crate::domain::id::{MessageKey, OutboxId};
use crate::domain::message::{Kind, Source};
use crate::domain::sla::{Clock, Metric};
use crate::domain::status::{Seen, Status};
use crate::domain::thread::{Entry, Place, Sort};
use crate::domain::ticket::Reply;
use crate::domain::took::Took;
use crate::kit::Timestamp;

impl Conversation {
    /// The ticket goes on for another one: for one before it in the conversation from where that began.
    pub(super) fn took(&mut self, took: &TicketTook) {
        let past = self.head.past().iter().find(|past| past.number == took.ticket);
        let opened_at = past.map(|past| past.opened_at);
        if let (Some(ticket), Some(opened_at)) = (&mut self.head.ticket, opened_at) {
            ticket.opened_at = ticket.opened_at.min(opened_at);
        }
        if let (Some(before), true) = (&took.before, self.head.ticket.is_some()) {
            let (ticket, before) = (took.ticket, (**before).clone());
            self.head.change_rare(|rare| rare.took = Some(Box::new(Took { ticket, before })));
        }
    }

    /// The ticket is what it was before, as far as that was changed by merging.
    pub(super) fn unmerged(&mut self, of: &Unmerged) {
        let Some(took) = self.head.took().filter(|took| took.ticket == of.ticket) else { return };
        let before = took.before.clone();
        self.head.change_rare(|rare| rare.took = None);
        self.head.change_aside(|aside| {
            aside.todos.retain(|todo| !before.todos.contains(&todo.id));
            aside.fields.retain(|field| !before.fields.contains(&field.name));
            aside.followers.retain(|who| !before.followers.contains(who));
        });
        if let Some(ticket) = &mut self.head.ticket {
            if before.other.is_none() {
                ticket.opened_at = before.opened_at;
            }
            ticket.tags.retain(|label| !before.tags.contains(&label.key));
            for counted in before.clocks.iter().filter(|counted| !counted.late) {
                let mut clocks = ticket.clocks.iter_mut();
                if let Some(clock) = clocks.find(|clock| clock.metric == counted.metric) {
                    clock.forgive();
                }
            }
        }
        self.settle_clocks();
    }

    /// What follows from a message of the customer beyond its place in the thread.
    pub(super) fn arrived(&mut self, at: Timestamp, kind: Kind, source: Source) {
        if source.opens_window() && kind.opens_window() {
            self.window_opened(at);
        }
        let ticket = self.head.ticket.as_mut().filter(|_| source.is_live() && kind.asks());
        if let Some(ticket) = ticket.filter(|ticket| ticket.state.is_unsolved()) {
            ticket.unread = ticket.unread.saturating_add(1);
            ticket.waits_from = ticket.waits_from.min(at);
            if ticket.answered_until.is_none_or(|until| at > until) {
                ticket.waiting_since = Some(ticket.waiting_since.map_or(at, |since| since.min(at)));
            }
        }
    }

    fn window_opened(&mut self, at: Timestamp) {
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
    }

    pub(super) fn clock_mut(&mut self, metric: Metric) -> Option<&mut Clock> {
        let clocks = &mut self.head.ticket.as_mut()?.clocks;
        clocks.iter_mut().find(|clock| clock.metric == metric)
    }

    /// A message of ours was seen in a state; all that follows from it. `error` with where it is written.
    pub(super) fn seen(
        &mut self,
        id: OutboxId,
        key: Option<MessageKey>,
        status: Status,
        at: Timestamp,
        error: Option<(u32, Place)>,
    ) {
        let Some(entry) = self.thread.outbox(id) else { return };
        let (before, sort) = (entry.seen(), entry.sort());
        let key = key.filter(|key| entry.key() != *key);
        // Statuses that came before the platform's answer were kept under its id.
        let early = key.and_then(|key| {
            let at = self.head.strays().iter().position(|stray| stray.key == key)?;
            let mut early = None;
            self.head.change_rare(|rare| early = Some(rare.strays.remove(at)));
            early
        });
        let failure = match error {
            Some((error, place)) => {
                let queued = entry.place().position();
                let after = place.position().saturating_sub(queued);
                Some(Failure { outbox: id, error, after: u32::try_from(after).unwrap_or(0) })
            }
            None => early.and_then(|early| early.error).map(|error| Failure {
                outbox: id,
                error,
                after: 0,
            }),
        };
        let after = Seen(before.0 | early.map_or(0, |early| early.seen.0)).with(status);
        self.thread.update(id, key, |_| after);
        if after.status() >= Status::Accepted {
            self.head.sends.retain(|send| send.outbox != id);
        }
        if let Some(failure) = failure
            && let Err(nth) = self.head.failures().binary_search_by_key(&id, |of| of.outbox)
        {
            self.head.change_rare(|rare| rare.failures.insert(nth, failure));
        }
        if sort == Sort::Reply {
            match (before.holds(), after.holds()) {
                (false, true) => self.reply_holds(Reply { outbox: id, at }),
                (true, false) => self.reply_failed(id),
                _ => {}
            }
            self.forget_answers(id);
            self.forget_replies();
        }
    }

    /// Notes where a late answer of the platform is written; see [`Rare::late`](super::Rare::late).
    pub(super) fn accepted_at(&mut self, id: OutboxId, at: Timestamp, place: Place) {
        let Some(entry) = self.thread.outbox(id) else { return };
        let (queued, since) = (entry.place().position(), entry.at());
        let near = place.position().saturating_sub(queued) < NEAR_RECORDS;
        if queued == 0 || near && at.since(since) < NEAR_MS {
            return;
        }
        self.head.change_rare(|rare| {
            if rare.late.len() >= LATE_MOST {
                rare.late.remove(0);
            }
            rare.late.push((id, place));
        });
    }

    /// What was answered before a reply that the customer has will never be asked for: later ones answer more.
    fn forget_answers(&mut self, id: OutboxId) {
        let sure = self.thread.outbox(id).is_some_and(|entry| entry.status() > Status::Failed);
        if let Some(ticket) = self.head.ticket.as_mut().filter(|_| sure)
            && let Some(at) = ticket.answers.iter().position(|answer| answer.outbox == id)
        {
            ticket.answers.drain(..at);
        }
    }

    pub(super) fn reply_holds(&mut self, reply: Reply) {
        // An answer to the ticket before says nothing to this one.
        let Some(ticket) = self.head.ticket.as_mut().filter(|of| reply.outbox > of.after) else {
            return;
        };
        ticket.replies.reserve_exact(1);
        ticket.replies.push(reply);
        ticket.replies.sort_by_key(|reply| (reply.at, reply.outbox));
        // One that is no longer listed comes before another that the customer has.
        let answers = ticket.answers.iter().find(|answer| answer.outbox == reply.outbox);
        if let Some(until) = answers.map(|answer| answer.until) {
            self.answered(until);
        }
        self.settle_clocks();
    }

    pub(super) fn reply_failed(&mut self, id: OutboxId) {
        if let Some(ticket) = &mut self.head.ticket {
            ticket.replies.retain(|reply| reply.outbox != id);
        }
        self.answers_elsewhere();
        self.settle_clocks();
    }

    /// A person answered at `at`: what was asked before waits no longer.
    pub(super) fn answered(&mut self, at: Timestamp) {
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
    pub(super) fn answers_elsewhere(&mut self) {
        if let Some(ticket) = &mut self.head.ticket {
            let inside = ticket.waits_from.plus_millis(-1);
            let typed = self
                .thread
                .after(inside)
                .filter(|entry| entry.sort() == Sort::Elsewhere && entry.came_by(Source::Echo));
            let typed = typed.map(Entry::at).max();
            let held = ticket.answers.iter().filter(|answer| {
                let entry = self.thread.outbox(answer.outbox);
                answer.until > inside && entry.is_some_and(|entry| entry.seen().holds())
            });
            ticket.answered_until = typed.max(held.map(|answer| answer.until).max());
        }
        self.rewait();
    }

    /// Looks anew for the oldest question without an answer.
    pub(super) fn rewait(&mut self) {
        let Some(ticket) = &mut self.head.ticket else { return };
        if !ticket.state.is_unsolved() {
            return;
        }
        let from = ticket.answered_until.unwrap_or(ticket.waits_from.plus_millis(-1));
        let asked = self.thread.after(from).find(|entry| entry.sort() == Sort::Asks);
        ticket.waiting_since = asked.map(Entry::at);
    }

    /// Replies after one that meets the clock and can no longer fail will never be asked for.
    pub(super) fn forget_replies(&mut self) {
        let Some(ticket) = &mut self.head.ticket else { return };
        let met = ticket.clocks.iter().find_map(Clock::met);
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
    pub(super) fn settle_clocks(&mut self) {
        let Some(ticket) = &mut self.head.ticket else { return };
        let mut clocks = ticket.clocks.iter_mut();
        let Some(clock) = clocks.find(|clock| clock.metric == Metric::FirstReply) else { return };
        let first = ticket.replies.iter().find(|reply| {
            let counts = !clock.is_voided() || ticket.solved_at.is_some();
            counts && reply.at >= clock.start
        });
        let met = first.map(|reply| (reply.outbox, reply.at));
        let ended = clock.is_voided() || !ticket.state.is_unsolved();
        clock.settle(met, ended && met.is_none() && clock.breached().is_none());
    }
}
