//! Tickets in order, by queue and by what people look for: so that a page and a number cost the same however many
//! tickets there are.

use super::inbox::{InboxKey, inbox_key};
use super::ranked::Ranked;
use crate::domain::conversation::Conversation;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::routing::weight;
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// Solved tickets that are kept in order, of each queue.
pub const SOLVED_MOST: usize = 10_000;

/// Where a conversation's latest ticket stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    queue: Name,
    state: State,
    holder: Option<Name>,
    key: InboxKey,
    /// The same ticket by when its next promise breaks or the first one broke.
    due: Option<InboxKey>,
    /// To whom it is offered, and until when.
    offer: Option<(Name, Timestamp)>,
    /// What it weighs on who has it, or to whom it is offered, in hundredths.
    weight: u32,
    /// When the window closes on a customer who waits, once that was warned of.
    dies: Option<(Timestamp, u64)>,
}

impl Stand {
    /// Where the latest ticket of a conversation stands; nothing if it has none.
    pub fn of(conversation: &Conversation) -> Option<Self> {
        let ticket = conversation.head.ticket.as_ref()?;
        let mut key = inbox_key(conversation, ticket);
        let unsolved = ticket.state.is_unsolved();
        let due = ticket.due_at().filter(|_| unsolved).map(|at| InboxKey::at(at, key.number));
        if !unsolved {
            let solved = ticket.solved_at.unwrap_or(ticket.opened_at);
            key = InboxKey::at(Timestamp(solved.0.saturating_neg()), key.number);
        }
        let warned = unsolved && ticket.waiting_since.is_some() && ticket.window_warned != 0;
        let dies = conversation.head.window_until.filter(|_| warned);
        Some(Self {
            weight: weight(ticket.state, ticket.priority),
            dies: dies.map(|at| (at, ticket.number.0)),
            queue: ticket.queue.clone(),
            state: ticket.state,
            holder: ticket.assignee.clone(),
            offer: conversation.head.offer().map(|offer| (offer.to.clone(), offer.until)),
            key,
            due,
        })
    }

    /// Whether it is unsolved and the customer waits.
    fn waits(&self) -> bool {
        self.state.is_unsolved() && !self.key.idle
    }

    /// Its place among those of a kind.
    pub fn key(&self, facet: &Facet) -> Option<InboxKey> {
        match facet {
            Facet::Due(_) => self.due,
            Facet::Solved => (!self.state.is_unsolved()).then_some(self.key),
            Facet::Waiting => self.waits().then_some(self.key),
            _ => self.state.is_unsolved().then_some(self.key),
        }
    }
}

/// What people look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facet {
    /// Unsolved.
    Unsolved,
    /// In this unsolved state.
    In(State),
    /// Whose it is; nobody's.
    Of(Option<Name>),
    /// The customer waits.
    Waiting,
    /// With a promise that is broken at or before this instant, and still runs; by that instant.
    Due(Timestamp),
    /// Solved or closed, the newest first.
    Solved,
}

/// One queue's tickets.
#[derive(Debug, Default)]
struct Shelf {
    states: [Ranked<InboxKey>; 5],
    holders: HashMap<Option<Name>, Held>,
    due: Ranked<InboxKey>,
    solved: Ranked<InboxKey>,
    /// What is offered, to whom and which ticket: until when, and what it weighs.
    offers: BTreeMap<(Name, TicketNumber), (Timestamp, u32)>,
    /// When each question that waits was asked.
    asked: Ranked<(Timestamp, u64)>,
    /// When each window closes of which it was warned, while the customer waits.
    dying: Ranked<(Timestamp, u64)>,
}

/// What somebody has of a queue.
#[derive(Debug, Default)]
struct Held {
    row: Ranked<InboxKey>,
    /// What it weighs, in hundredths of an open ticket.
    weight: u32,
}

impl Shelf {
    fn put(&mut self, stand: &Stand) {
        if !stand.state.is_unsolved() {
            self.solved.insert(stand.key);
            if self.solved.len() > SOLVED_MOST {
                self.solved.pop_last();
            }
            return;
        }
        self.states[stand.state as usize].insert(stand.key);
        let held = self.holders.entry(stand.holder.clone()).or_default();
        held.row.insert(stand.key);
        held.weight += stand.weight;
        if let Some((to, until)) = &stand.offer {
            self.offers.insert((to.clone(), stand.key.number), (*until, stand.weight));
        }
        if stand.waits() {
            self.asked.insert((stand.key.since, stand.key.number.0));
        }
        stand.due.into_iter().for_each(|due| self.due.insert(due));
        stand.dies.into_iter().for_each(|dies| self.dying.insert(dies));
    }

    fn take(&mut self, stand: &Stand) {
        if !stand.state.is_unsolved() {
            self.solved.remove(&stand.key);
            return;
        }
        self.states[stand.state as usize].remove(&stand.key);
        if let Some(held) = self.holders.get_mut(&stand.holder) {
            held.row.remove(&stand.key);
            held.weight = held.weight.saturating_sub(stand.weight);
            if held.row.is_empty() {
                self.holders.remove(&stand.holder);
            }
        }
        if let Some((to, _)) = &stand.offer {
            self.offers.remove(&(to.clone(), stand.key.number));
        }
        if stand.waits() {
            self.asked.remove(&(stand.key.since, stand.key.number.0));
        }
        stand.due.into_iter().for_each(|due| self.due.remove(&due));
        stand.dies.into_iter().for_each(|dies| self.dying.remove(&dies));
    }

    /// What of it is offered to somebody: which, until when, what it weighs.
    fn offered(&self, to: &Name) -> impl Iterator<Item = (TicketNumber, Timestamp, u32)> {
        let all = (to.clone(), TicketNumber(0))..=(to.clone(), TicketNumber(u64::MAX));
        self.offers.range(all).map(|((_, number), (until, weight))| (*number, *until, *weight))
    }

    fn rows(&self, facet: &Facet) -> Vec<&Ranked<InboxKey>> {
        match facet {
            Facet::Unsolved | Facet::Waiting => self.states.iter().collect(),
            Facet::In(state) => self.states.get(*state as usize).into_iter().collect(),
            Facet::Of(holder) => {
                self.holders.get(holder).into_iter().map(|held| &held.row).collect()
            }
            Facet::Due(_) => vec![&self.due],
            Facet::Solved => vec![&self.solved],
        }
    }
}

/// The first place that lies beyond all of a kind.
fn end(facet: &Facet) -> Option<InboxKey> {
    let (least, number) = (Timestamp(i64::MIN), TicketNumber(0));
    match facet {
        Facet::Due(until) => {
            let urgent_at = until.plus_millis(1);
            Some(InboxKey { idle: false, urgent_at, since: least, number })
        }
        // Customers who wait come first.
        Facet::Waiting => Some(InboxKey { idle: true, urgent_at: least, since: least, number }),
        _ => None,
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct Shelves(BTreeMap<Name, Shelf>);

/// Some tickets of several queues, in one order.
pub struct Row<'a> {
    parts: Vec<&'a Ranked<InboxKey>>,
    end: Option<InboxKey>,
}

impl Shelves {
    /// A ticket has moved.
    pub(super) fn moved(&mut self, before: Option<&Stand>, after: Option<&Stand>) {
        if before == after {
            return;
        }
        if let Some(before) = before
            && let Some(shelf) = self.0.get_mut(&before.queue)
        {
            shelf.take(before);
        }
        if let Some(after) = after {
            match self.0.get_mut(&after.queue) {
                Some(shelf) => shelf.put(after),
                None => self.0.entry(after.queue.clone()).or_default().put(after),
            }
        }
    }

    /// With all of these.
    pub(super) fn of<'a>(conversations: impl Iterator<Item = &'a Conversation>) -> Self {
        let mut shelves = Self::default();
        let mut stands: Vec<_> = conversations.filter_map(Stand::of).collect();
        // In order every piece is filled from its end.
        stands.sort_unstable_by_key(|stand| stand.key);
        for stand in &stands {
            shelves.moved(None, Some(stand));
        }
        shelves
    }

    /// Queues in which there is or was something.
    pub fn queues(&self) -> impl Iterator<Item = &Name> {
        self.0.keys()
    }

    /// Those of a kind in these queues.
    pub fn row<'a>(&'a self, queues: impl Iterator<Item = &'a Name>, facet: &Facet) -> Row<'a> {
        let shelves = queues.filter_map(|queue| self.0.get(queue));
        let parts = shelves.flat_map(|shelf| shelf.rows(facet));
        Row { parts: parts.filter(|part| !part.is_empty()).collect(), end: end(facet) }
    }

    /// How many of a queue are of a kind.
    pub fn count(&self, queue: &Name, facet: &Facet) -> usize {
        self.row(std::iter::once(queue), facet).len()
    }

    /// How many unsolved tickets somebody has, and in how many of them the customer waits.
    pub fn load(&self, holder: &Name) -> (usize, usize) {
        let row = self.row(self.0.keys(), &Facet::Of(Some(holder.clone())));
        (row.len(), end(&Facet::Waiting).map_or(0, |idle| row.rank(&idle)))
    }

    /// What somebody has of each queue in which he has something, or is offered something, in hundredths of an open
    /// ticket.
    pub fn weights(&self, holder: &Name) -> impl Iterator<Item = (&Name, u32)> {
        let name = holder.clone();
        let holder = Some(name.clone());
        self.0.iter().filter_map(move |(queue, shelf)| {
            let held = shelf.holders.get(&holder).map_or(0, |held| held.weight);
            let offered: u32 = shelf.offered(&name).map(|(_, _, weight)| weight).sum();
            Some((queue, held + offered)).filter(|(_, weight)| *weight > 0)
        })
    }

    /// What is offered to somebody, and until when; the first to run out comes first.
    pub fn offers(&self, to: &Name) -> Vec<(Timestamp, TicketNumber)> {
        let all = self.0.values().flat_map(|shelf| shelf.offered(to));
        let mut all: Vec<_> = all.map(|(number, until, _)| (until, number)).collect();
        all.sort_unstable();
        all
    }

    /// Windows that close after `now` while the customer waits, of which it was warned: how many, and up to `most`
    /// of them with their tickets, the next to close first.
    pub fn dying(&self, now: Timestamp, most: usize) -> (usize, Vec<(Timestamp, TicketNumber)>) {
        let after = (now, u64::MAX);
        let shelves = self.0.values();
        let all = shelves.clone().map(|shelf| shelf.dying.len() - shelf.dying.rank(&after)).sum();
        let mut next: Vec<_> =
            shelves.flat_map(|shelf| shelf.dying.from(&after).take(most).copied()).collect();
        next.sort_unstable();
        next.truncate(most);
        (all, next.into_iter().map(|(at, number)| (at, TicketNumber(number))).collect())
    }

    /// How many windows of a queue close after `now` while the customer waits, of which it was warned.
    pub fn dying_in(&self, queue: &Name, now: Timestamp) -> usize {
        let of = |shelf: &Shelf| shelf.dying.len() - shelf.dying.rank(&(now, u64::MAX));
        self.0.get(queue).map_or(0, of)
    }

    /// Since when the customer waits who waits longest.
    pub fn oldest_wait(&self, queue: &Name) -> Option<Timestamp> {
        self.0.get(queue)?.asked.iter().next().map(|(at, _)| *at)
    }

    /// When the next promise breaks that is not broken at `now`.
    pub fn next_breach(&self, queue: &Name, now: Timestamp) -> Option<Timestamp> {
        let after = end(&Facet::Due(now))?;
        self.0.get(queue)?.due.from(&after).next().map(|key| key.urgent_at)
    }
}

impl Row<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        let of = |part: &&Ranked<InboxKey>| self.end.map_or(part.len(), |end| part.rank(&end));
        self.parts.iter().map(of).sum()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many come before a place.
    pub fn rank(&self, key: &InboxKey) -> usize {
        let key = self.end.map_or(*key, |end| end.min(*key));
        self.parts.iter().map(|part| part.rank(&key)).sum()
    }

    /// What stands at a place among all, from 0.
    pub fn at(&self, place: usize) -> Option<InboxKey> {
        self.parts.iter().find_map(|part| {
            // The first key of this part with as many before it stands there, or another part's does.
            let (mut least, mut most) = (0, part.len());
            while least < most {
                let middle = usize::midpoint(least, most);
                let before = part.at(middle).map_or(usize::MAX, |key| self.rank(key));
                if before < place { least = middle + 1 } else { most = middle }
            }
            let found = part.at(least).filter(|key| self.end.is_none_or(|end| **key < end));
            found.copied().filter(|key| self.rank(key) == place)
        })
    }

    /// Up to `most` from a place on, or from the first.
    pub fn from(&self, key: Option<&InboxKey>, most: usize) -> Vec<InboxKey> {
        let inside = |key: &&InboxKey| self.end.is_none_or(|end| **key < end);
        let mut keys = Vec::new();
        for part in &self.parts {
            match key {
                Some(key) => keys.extend(part.from(key).take_while(inside).take(most)),
                None => keys.extend(part.iter().take_while(inside).take(most)),
            }
        }
        keys.sort_unstable();
        keys.truncate(most);
        keys
    }

    /// Up to `most` before a place, in order.
    pub fn before(&self, key: &InboxKey, most: usize) -> Vec<InboxKey> {
        let key = self.end.map_or(*key, |end| end.min(*key));
        let mut keys: Vec<_> =
            self.parts.iter().flat_map(|part| part.before(&key).take(most).copied()).collect();
        keys.sort_unstable();
        keys.drain(..keys.len().saturating_sub(most));
        keys
    }
}
