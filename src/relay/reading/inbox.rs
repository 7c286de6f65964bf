//! Which tickets somebody sees, in which order.

use super::{Reading, Row, Search, line_name};
use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::Policy;
use crate::domain::roster::Member;
use crate::domain::ticket::{State, Ticket};
use crate::journal::{JournalError, Position};
use crate::kit::Timestamp;
use crate::relay::views::{Facet, InboxKey, Stand, Views};
use crate::wire::{BREACHING_SECONDS, CountsView, Desk, InboxView, TicketFilter, TicketView};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page of the inbox.
pub struct Page {
    /// Everything up to here is in it.
    pub position: Position,
    /// In order.
    pub rows: Vec<Arc<Row>>,
    /// How many tickets were looked at to find them: what the page cost.
    pub walked: usize,
    /// How many match in all.
    pub total: usize,
    /// The place of the first row among them, from 0.
    pub first: usize,
    /// The place of the row at which the page was to begin.
    pub anchor: Option<InboxKey>,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct Begin {
    /// At this ticket.
    pub anchor: Option<TicketNumber>,
    /// Or so many rows before it.
    pub before: usize,
    /// Without one at this place; beyond the end it is the last page.
    pub place: usize,
}

/// A page before its rows are opened.
struct Selected {
    position: Position,
    keys: Vec<InboxKey>,
    anchor: Option<InboxKey>,
    total: usize,
    first: usize,
}

/// What a filter asks for, as the shelves know it, and whether each ticket must be looked at besides.
pub(super) fn facet(
    filter: &TicketFilter,
    member: &Member,
    now: Timestamp,
) -> (Facet, Option<State>) {
    if let Some(assignee) = &filter.assignee {
        return (Facet::Of(Some(Name::from(assignee.as_str()))), filter.state);
    }
    let facet = match filter.view.unwrap_or_default() {
        InboxView::All | InboxView::MyQueues => match filter.state {
            Some(state) if state.is_unsolved() => return (Facet::In(state), None),
            Some(_) => Facet::Solved,
            None => Facet::Unsolved,
        },
        InboxView::Mine => Facet::Of(Some(member.name.clone())),
        InboxView::Unassigned => Facet::Of(None),
        InboxView::Waiting => Facet::Waiting,
        InboxView::Breached => Facet::Due(now.plus_millis(-1)),
        InboxView::Breaching => Facet::Due(now.plus_secs(BREACHING_SECONDS)),
        InboxView::Snoozed => Facet::In(State::Snoozed),
        InboxView::Solved => Facet::Solved,
    };
    (facet, filter.state)
}

/// The queues that a filter asks for, among those that the member sees.
fn queues<'a>(views: &'a Views, filter: &TicketFilter, member: &Member) -> Vec<&'a Name> {
    let wanted = |queue: &&Name| {
        member.sees(queue)
            && filter.queue.as_ref().is_none_or(|of| **queue == **of)
            && (filter.view != Some(InboxView::MyQueues) || member.queues.contains(queue))
    };
    views.shelves().queues().filter(wanted).collect()
}

fn breached(ticket: &Ticket, now: Timestamp) -> bool {
    let mut running = ticket.clocks.iter().filter_map(|clock| Some((clock.due()?, clock)));
    running.any(|(due, clock)| clock.breached().is_some() || due < now)
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

/// Whether a conversation is on the line that is asked for.
pub(super) fn on_line(filter: &TicketFilter, state: &Conversation, policy: &Policy) -> bool {
    filter.line.as_ref().is_none_or(|line| line_name(&state.head.line, policy) == *line)
}

fn listed(
    filter: &TicketFilter,
    member: &Member,
    state: &Conversation,
    policy: &Policy,
    now: Timestamp,
) -> bool {
    let ticket = state.head.ticket.as_ref();
    ticket.is_some_and(|ticket| fits(filter, member, ticket, now)) && on_line(filter, state, policy)
}

impl Reading {
    /// The place of a ticket among those of a kind.
    fn standing(views: &Views, number: TicketNumber, facet: &Facet) -> Option<InboxKey> {
        let state = views.conversation(views.conversation_of(number)?)?;
        Stand::of(state)?.key(facet).filter(|key| key.number == number)
    }

    /// The rows of these tickets, as they stand now.
    pub(super) fn rows(
        &self,
        keys: &[InboxKey],
        now: Timestamp,
    ) -> Result<Vec<Arc<Row>>, JournalError> {
        let (policy, ids): (_, Vec<_>) = {
            let views = self.store.read();
            let id = |key: &InboxKey| views.conversation_of(key.number);
            (views.policy().clone(), keys.iter().filter_map(id).collect())
        };
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(state) = self.store.conversation(id)? {
                rows.extend(self.row(&state, &policy, now)?);
            }
        }
        Ok(rows)
    }

    /// The tickets that `member` may see and that fit, by their conversations: most urgent first, or of a
    /// state that is not worked on any more the latest first; what `search` finds, in its order. Takes some bytes
    /// a ticket, whatever was said.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn matching(
        &self,
        member: &Member,
        filter: &TicketFilter,
        search: Option<Search>,
        now: Timestamp,
    ) -> Result<Vec<ConversationId>, JournalError> {
        let most = match filter.limit {
            None => 100,
            Some(0) => usize::MAX,
            Some(limit) => limit,
        };
        if let Some(mut search) = search {
            return self.search_through(&mut search, member, filter, most, now);
        }
        let policy = self.policy();
        let wanted = |state: &Conversation| listed(filter, member, state, &policy, now);
        let solved = filter.view == Some(InboxView::Solved);
        if solved || filter.state.is_some_and(|state| !state.is_unsolved()) {
            return self.settled(most, wanted);
        }
        let keys = self.select(member, filter, Begin::default(), None, most, now).keys;
        let views = self.store.read();
        Ok(keys.iter().filter_map(|key| views.conversation_of(key.number)).collect())
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
            if listed(filter, member, &state, &policy, now)
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

    /// The page that begins there. `kept` is where the anchor stood when it was last seen, for when it has left.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn page(
        &self,
        member: &Member,
        filter: &TicketFilter,
        begin: Begin,
        kept: Option<InboxKey>,
        rows: usize,
        now: Timestamp,
    ) -> Result<Page, JournalError> {
        let selected = self.select(member, filter, begin, kept, rows, now);
        let Selected { position, keys, anchor, total, first } = selected;
        let rows = self.rows(&keys, now)?;
        Ok(Page { position, walked: rows.len(), rows, anchor, total, first })
    }

    /// The places of a page; see [`Reading::page`].
    fn select(
        &self,
        member: &Member,
        filter: &TicketFilter,
        begin: Begin,
        kept: Option<InboxKey>,
        rows: usize,
        now: Timestamp,
    ) -> Selected {
        let Begin { anchor, before, place } = begin;
        let (facet, state) = facet(filter, member, now);
        let views = self.store.read();
        let row = views.shelves().row(queues(&views, filter, member).into_iter(), &facet);
        let standing = anchor.and_then(|number| Self::standing(&views, number, &facet));
        let anchor = anchor.and(standing.or(kept));
        let (total, first, keys) = match (state, &filter.line) {
            (None, None) => {
                let ahead = anchor.map_or_else(Vec::new, |at| row.before(&at, before.min(rows)));
                let total = row.len();
                let place = place.min(total.saturating_sub(rows));
                let start = anchor.or_else(|| row.at(place).filter(|_| place > 0));
                let first = start.map_or(0, |at| row.rank(&at)) - ahead.len();
                let rest = row.from(start.as_ref(), rows.saturating_sub(ahead.len()));
                (total, first, [ahead, rest].concat())
            }
            // A state within a view, or a line: no order of its own is kept for that.
            (wanted, _) => {
                let policy = views.policy();
                let mut keys = row.from(None, usize::MAX);
                keys.retain(|key| {
                    let id = views.conversation_of(key.number);
                    id.and_then(|id| views.conversation(id)).is_some_and(|state| {
                        let stands = state.head.ticket.as_ref().map(|ticket| ticket.state);
                        (wanted.is_none() || stands == wanted) && on_line(filter, state, policy)
                    })
                });
                let total = keys.len();
                let place = place.min(total.saturating_sub(rows));
                let at = anchor.map_or(place, |at| keys.partition_point(|key| *key < at));
                let first = if anchor.is_some() { at.saturating_sub(before.min(rows)) } else { at };
                (total, first, keys.into_iter().skip(first).take(rows).collect())
            }
        };
        Selected { position: views.position, keys, anchor, total, first }
    }

    /// How many unsolved tickets `member` may see.
    pub fn counts(&self, member: &Member, now: Timestamp) -> (Position, CountsView) {
        let views = self.store.read();
        let shelves = views.shelves();
        let mut counts = CountsView::default();
        for queue in shelves.queues().filter(|queue| member.sees(queue)) {
            let of = |facet: Facet| shelves.count(queue, &facet);
            let mut states = BTreeMap::new();
            let unsolved = [State::New, State::Open, State::Pending, State::OnHold, State::Snoozed];
            for state in unsolved {
                let count = of(Facet::In(state));
                if count > 0 {
                    states.insert(state.word().to_owned(), count);
                }
            }
            let all: usize = states.values().sum();
            let mine = of(Facet::Of(Some(member.name.clone())));
            let waiting = of(Facet::Waiting);
            counts.unsolved += all;
            counts.waiting += waiting;
            counts.breached += of(Facet::Due(now.plus_millis(-1)));
            counts.mine += mine;
            let by_view = &mut counts.views;
            by_view.mine += mine;
            by_view.unassigned += of(Facet::Of(None));
            by_view.my_queues += if member.queues.contains(queue) { all } else { 0 };
            by_view.all += all;
            by_view.waiting += waiting;
            by_view.breaching += of(Facet::Due(now.plus_secs(BREACHING_SECONDS)));
            by_view.snoozed += states.get(State::Snoozed.word()).copied().unwrap_or_default();
            by_view.solved += of(Facet::Solved);
            if all > 0 {
                counts.queues.insert(queue.to_string(), states);
            }
        }
        (views.position, counts)
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
            views: policy.views.clone(),
            fields: policy.fields.clone(),
        }
    }
}
