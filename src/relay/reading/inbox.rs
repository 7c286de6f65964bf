//! Which tickets somebody sees, in which order.

use super::{Reading, Row};
use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::roster::Member;
use crate::domain::ticket::{State, Ticket};
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::relay::views::{InboxKey, Views, inbox_key};
use crate::wire::{BREACHING_SECONDS, CountsView, Desk, InboxView, TicketFilter, TicketView};
use std::cmp::Reverse;
use std::ops::Bound;
use std::sync::Arc;

/// Tickets looked at before the journal's thread may have its turn.
const STEP: usize = 1_024;

/// A page of the inbox.
pub struct Page {
    /// Everything up to here is in it.
    pub position: Position,
    /// In order.
    pub rows: Vec<Arc<Row>>,
    /// How many tickets were looked at to find them: what the page cost.
    pub walked: usize,
    /// The place of the row at which the page was to begin.
    pub anchor: Option<InboxKey>,
}

fn breached(ticket: &Ticket, now: Timestamp) -> bool {
    let mut running = ticket.clocks.iter().filter_map(|clock| Some((clock.due()?, clock)));
    running.any(|(due, clock)| clock.breached.is_some() || due < now)
}

fn fits(filter: &TicketFilter, member: &Member, ticket: &Ticket, now: Timestamp) -> bool {
    let seen = member.sees(&ticket.queue)
        && filter.queue.as_ref().is_none_or(|queue| ticket.queue == **queue)
        && filter.state.is_none_or(|state| state == ticket.state);
    seen && match filter.view.unwrap_or_default() {
        InboxView::All => true,
        InboxView::Mine => ticket.assignee.as_ref() == Some(&member.name),
        InboxView::Unassigned => ticket.assignee.is_none(),
        InboxView::Waiting => ticket.waiting_since.is_some(),
        InboxView::Breached => breached(ticket, now),
        InboxView::MyQueues => member.queues.contains(&ticket.queue),
        InboxView::Breaching => breached(ticket, now.plus_secs(BREACHING_SECONDS)),
        InboxView::Snoozed => ticket.state == State::Snoozed,
        InboxView::Solved => !ticket.state.is_unsolved(),
    }
}

fn listed(filter: &TicketFilter, member: &Member, state: &Conversation, now: Timestamp) -> bool {
    state.head.ticket.as_ref().is_some_and(|ticket| fits(filter, member, ticket, now))
}

/// Which way to walk.
#[derive(Clone, Copy)]
enum Walk {
    From(Bound<InboxKey>),
    Before(InboxKey),
}

impl Reading {
    /// Up to `most` tickets that fit, and how many were looked at. The views are held for a short time only, so
    /// what comes later may be newer, never older.
    fn walk(
        &self,
        mut walk: Walk,
        most: usize,
        mut fits: impl FnMut(&Conversation) -> bool,
    ) -> (Vec<Arc<Conversation>>, usize) {
        let mut found = Vec::new();
        let mut walked = 0;
        while found.len() < most {
            let views = self.store.read();
            let mut last = None;
            let mut look = |(key, state): (&InboxKey, &Arc<Conversation>)| {
                last = Some(*key);
                walked += 1;
                if found.len() < most && fits(state) {
                    found.push(state.clone());
                }
                found.len() < most
            };
            match walk {
                Walk::From(from) => from_bound(&views, from).take(STEP).all(&mut look),
                Walk::Before(to) => views.inbox_before(to).take(STEP).all(&mut look),
            };
            let Some(last) = last else { break };
            walk = match walk {
                Walk::From(_) => Walk::From(Bound::Excluded(last)),
                Walk::Before(_) => Walk::Before(last),
            };
        }
        (found, walked)
    }

    /// The tickets that `member` may see and that fit, by their conversations: most urgent first, or of a
    /// state that is not worked on any more the latest first. Takes some bytes a ticket, whatever was said.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn matching(
        &self,
        member: &Member,
        filter: &TicketFilter,
        now: Timestamp,
    ) -> Result<Vec<ConversationId>, JournalError> {
        let most = match filter.limit {
            None => 100,
            Some(0) => usize::MAX,
            Some(limit) => limit,
        };
        let wanted = |state: &Conversation| listed(filter, member, state, now);
        let solved = filter.view == Some(InboxView::Solved);
        if solved || filter.state.is_some_and(|state| !state.is_unsolved()) {
            return self.settled(most, wanted);
        }
        let (states, _) = self.walk(Walk::From(Bound::Unbounded), most, wanted);
        Ok(states.iter().map(|state| state.id).collect())
    }

    /// The rows of these conversations, in their order. One that has come not to fit in the meantime is left
    /// out.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn tickets(
        &self,
        member: &Member,
        filter: &TicketFilter,
        ids: &[ConversationId],
        now: Timestamp,
    ) -> Result<Vec<TicketView>, JournalError> {
        let policy = self.policy();
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(state) = self.store.conversation(*id)? else { continue };
            if listed(filter, member, &state, now)
                && let Some(row) = self.row(&state, &policy, now)?
            {
                rows.push(row.view.clone());
            }
        }
        Ok(rows)
    }

    /// Solved and closed tickets, the latest first. Most of them are at rest on the disk, so one at a time is
    /// looked at and only its place is kept.
    fn settled(
        &self,
        most: usize,
        wanted: impl Fn(&Conversation) -> bool,
    ) -> Result<Vec<ConversationId>, JournalError> {
        let ids: Vec<_> = {
            let views = self.store.read();
            views.contacts().flat_map(|c| c.conversations.iter().map(|(_, id)| *id)).collect()
        };
        let mut found = Vec::new();
        for id in ids {
            let Some(state) = self.store.conversation(id)?.filter(|state| wanted(state)) else {
                continue;
            };
            let solved = state.head.ticket.as_ref().and_then(|ticket| ticket.solved_at);
            found.push((Reverse(solved), id));
        }
        found.sort_unstable();
        found.truncate(most);
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    /// The page that begins `before` rows ahead of `anchor`, or at the top. `kept` is where the anchor stood
    /// when it was last seen, for when it has left.
    ///
    /// # Errors
    /// When the journal cannot be read.
    #[expect(clippy::too_many_arguments, reason = "what a console may ask of a page")]
    pub fn page(
        &self,
        member: &Member,
        filter: &TicketFilter,
        anchor: Option<TicketNumber>,
        kept: Option<InboxKey>,
        before: usize,
        rows: usize,
        now: Timestamp,
    ) -> Result<Page, JournalError> {
        let (position, anchor) = {
            let views = self.store.read();
            let standing = anchor.and_then(|number| {
                let state = views.conversation(views.conversation_of(number)?)?;
                let ticket = state.unsolved().filter(|ticket| ticket.number == number)?;
                Some(inbox_key(state, ticket))
            });
            (views.position, anchor.and(standing.or(kept)))
        };
        let wanted = |state: &Conversation| {
            state.unsolved().is_some_and(|ticket| fits(filter, member, ticket, now))
        };
        let (mut states, mut walked) = match anchor {
            Some(anchor) if before > 0 => self.walk(Walk::Before(anchor), before.min(rows), wanted),
            _ => (Vec::new(), 0),
        };
        states.reverse();
        let from = anchor.map_or(Bound::Unbounded, Bound::Included);
        let (rest, more) = self.walk(Walk::From(from), rows - states.len(), wanted);
        walked += more;
        // A ticket may have moved from one half to the other while the page was made.
        for state in rest {
            if !states.iter().any(|known| known.id == state.id) {
                states.push(state);
            }
        }
        let policy = self.policy();
        let rows = states.iter().map(|state| self.row(state, &policy, now));
        let rows = rows.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        Ok(Page { position, rows, walked, anchor })
    }

    /// How many unsolved tickets `member` may see, and how many of all were looked at.
    pub fn counts(&self, member: &Member, now: Timestamp) -> (Position, CountsView, usize) {
        let position = self.store.read().position;
        let mut counts = CountsView::default();
        let count = |state: &Conversation| {
            let Some(ticket) = state.unsolved().filter(|t| member.sees(&t.queue)) else {
                return false;
            };
            counts.unsolved += 1;
            counts.waiting += usize::from(ticket.waiting_since.is_some());
            counts.breached += usize::from(breached(ticket, now));
            counts.mine += usize::from(ticket.assignee.as_ref() == Some(&member.name));
            let queue = match counts.queues.get_mut(ticket.queue.as_str()) {
                Some(queue) => queue,
                None => counts.queues.entry(ticket.queue.to_string()).or_default(),
            };
            *queue.entry(ticket.state.word().to_owned()).or_default() += 1;
            false
        };
        let (_, walked) = self.walk(Walk::From(Bound::Unbounded), usize::MAX, count);
        (position, counts, walked)
    }

    /// Names of lines and queues, for the welcome.
    pub fn desk(&self) -> Desk {
        let policy = self.policy();
        let mut queues: Vec<_> = policy.queues.keys().map(ToString::to_string).collect();
        queues.extend(policy.lines.values().map(|line| line.queue.to_string()));
        queues.sort();
        queues.dedup();
        Desk {
            lines: policy.lines.values().map(|line| line.name.to_string()).collect(),
            queues,
            undo_ms: policy.undo_delay_ms,
            simulated: false,
        }
    }
}

fn from_bound(
    views: &Views,
    from: Bound<InboxKey>,
) -> Box<dyn Iterator<Item = (&InboxKey, &Arc<Conversation>)> + '_> {
    match from {
        Bound::Unbounded => Box::new(views.inbox()),
        Bound::Included(key) => Box::new(views.inbox_from(key)),
        Bound::Excluded(key) => {
            Box::new(views.inbox_from(key).skip_while(move |(at, _)| **at == key))
        }
    }
}
