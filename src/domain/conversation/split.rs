//! What a ticket is that goes on from a message on.

use super::{Conversation, Past};
use crate::domain::event::TicketSplit;
use crate::domain::id::OutboxId;
use crate::domain::sla::{Clock, Metric};
use crate::domain::thread::{Entry, Sort};
use crate::domain::ticket::Reply;

impl Conversation {
    /// The part of the ticket before a message is past. The other goes on where the ticket stood, with whatever it has
    /// but with the questions, replies and measures of its own part only.
    pub(super) fn split(&mut self, split: &TicketSplit) {
        let start = split.start;
        let Some(ticket) = self.head.ticket.as_mut().filter(|of| of.opened_at < start) else {
            return;
        };
        let past = Past { number: ticket.number, opened_at: ticket.opened_at, solved_at: start };
        let queued = self.thread.until(start.plus_millis(-1)).find(|of| of.sort().is_outbox());
        ticket.after = ticket.after.max(queued.map_or(OutboxId(0), Entry::outbox));
        (ticket.number, ticket.previous) = (split.number, Some(ticket.number));
        ticket.opened_at = start;
        ticket.waits_from = ticket.waits_from.max(start);
        let inside = || self.thread.after(start.plus_millis(-1));
        let asked = inside().filter(|entry| entry.sort() == Sort::Asks).count();
        ticket.unread = ticket.unread.min(u32::try_from(asked).unwrap_or(u32::MAX));
        ticket.answers.retain(|answer| answer.outbox > ticket.after);
        let (known, after) = (std::mem::take(&mut ticket.replies), ticket.after);
        let held = inside().filter(|of| of.sort() == Sort::Reply && of.seen().holds());
        let own = held.filter(|entry| entry.outbox() > after).map(|entry| {
            // When the platform took one that could meet no clock any more is not kept: as good as when it was queued.
            let known = known.iter().find(|reply| reply.outbox == entry.outbox()).copied();
            known.unwrap_or(Reply { outbox: entry.outbox(), at: entry.at() })
        });
        ticket.replies = own.collect();
        ticket.replies.sort_by_key(|reply| (reply.at, reply.outbox));
        ticket.clocks.retain(|clock| {
            let own = clock.metric.adds_up() || clock.start >= start;
            own && clock.metric != Metric::FirstReply
        });
        ticket.clocks.insert(0, Clock::new(Metric::FirstReply, 0, start, None));
        for clock in ticket.clocks.iter_mut().filter(|clock| clock.metric.adds_up()) {
            clock.forgive();
        }
        self.head.change_rare(|rare| {
            rare.past.push(past);
            rare.took = None;
        });
        if self.head.escalation().is_some() {
            self.head.change_escalation(|of| (of.climbs, of.quiet_until) = (Vec::new(), None));
        }
        self.answers_elsewhere();
        self.settle_clocks();
        self.forget_replies();
    }
}
