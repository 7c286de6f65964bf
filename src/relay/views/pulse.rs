//! How much came and was answered of late: what a wall shows of the last hours. Counted as it happens; what happened
//! before the relay started is counted once, from the end of the journal.

use super::Store;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::message::Author;
use crate::domain::name::Name;
use crate::journal::codec::{StreamEvent, decode};
use crate::journal::{JournalError, Position, StreamId};
use crate::kit::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hours of which arrivals are counted.
pub const HOURS: usize = 24;
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;
/// Records of the journal that are looked through at most for what came before the start.
const RECORDS_MOST: u64 = 200_000;
/// Records in one piece.
const PIECE: u64 = 500;

/// How often something happened in each span of time. Of spans the latest ones are kept, twice as many as are shown.
#[derive(Debug, Default)]
struct Beat(BTreeMap<i64, u32>);

impl Beat {
    fn add(&mut self, at: Timestamp, span: i64, shown: usize) {
        *self.0.entry(at.0.div_euclid(span)).or_default() += 1;
        if self.0.len() > shown * 2 {
            self.0.pop_first();
        }
    }

    fn shown(&self, now: Timestamp, span: i64, shown: usize) -> Vec<u32> {
        let last = now.0.div_euclid(span);
        let first = last - shown as i64 + 1;
        (first..=last).map(|nth| self.0.get(&nth).copied().unwrap_or(0)).collect()
    }
}

#[derive(Debug, Default)]
struct Parts {
    arrivals: HashMap<Name, Beat>,
    replies: HashMap<Name, Beat>,
    latest: HashMap<Name, (Timestamp, TicketNumber)>,
    /// When each account solved something last, and in which queue.
    solved: HashMap<Name, (Timestamp, Name)>,
    /// What is up to here was not counted as it happened.
    began: Position,
}

impl Parts {
    fn see(&mut self, ticket: Option<(&Name, TicketNumber)>, event: &Event) {
        let mut arrives = |queue: &Name, at: Timestamp| {
            self.arrivals.entry(queue.clone()).or_default().add(at, HOUR_MS, HOURS);
        };
        let worked = match event {
            Event::TicketOpened { at, queue, assignee: None, .. } => return arrives(queue, *at),
            Event::TicketReopened { since: Some(at), .. } => {
                return ticket.into_iter().for_each(|(queue, _)| arrives(queue, *at));
            }
            Event::Queued { outbox, author: Author::Agent(name), .. } => {
                let at = Timestamp(outbox.0);
                self.replies.entry(name.clone()).or_default().add(at, MINUTE_MS, 60);
                Some((name, at))
            }
            Event::Solved { at, by, .. } => {
                if let Some((queue, _)) = ticket {
                    let now = (*at, queue.clone());
                    let solved = self.solved.entry(by.clone()).or_insert_with(|| now.clone());
                    *solved = solved.clone().max(now);
                }
                None
            }
            Event::Noted { at, by, .. } => Some((by, *at)),
            Event::Assigned { at, to: Some(to), by, .. } if to == by => Some((by, *at)),
            _ => None,
        };
        if let (Some((name, at)), Some((_, ticket))) = (worked, ticket) {
            let latest = self.latest.entry(name.clone()).or_insert((at, ticket));
            *latest = (*latest).max((at, ticket));
        }
    }
}

/// See the module. All clones are one.
#[derive(Clone, Debug, Default)]
pub struct Pulse(Arc<Mutex<Parts>>);

impl Pulse {
    /// Counts what follows this position.
    pub(super) fn after(began: Position) -> Self {
        Self(Arc::new(Mutex::new(Parts { began, ..Parts::default() })))
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in one event that was folded into `state`.
    pub(super) fn see(&self, state: &Conversation, event: &Event) {
        let ticket = state.head.ticket.as_ref().map(|ticket| (&ticket.queue, ticket.number));
        self.parts().see(ticket, event);
    }

    /// How many tickets came into a queue in each of the last [`HOURS`] hours of the clock, the running one last.
    pub fn arrivals(&self, queue: &Name, now: Timestamp) -> Vec<u32> {
        let parts = self.parts();
        let beat = parts.arrivals.get(queue);
        beat.map(|beat| beat.shown(now, HOUR_MS, HOURS)).unwrap_or_default()
    }

    /// How many messages an account has written to customers in the last 60 minutes.
    pub fn replies(&self, account: &Name, now: Timestamp) -> u32 {
        let parts = self.parts();
        let beat = parts.replies.get(account);
        beat.map_or(0, |beat| beat.shown(now, MINUTE_MS, 60).iter().sum())
    }

    /// When an account solved something last, and in which queue.
    pub fn solved(&self, account: &Name) -> Option<(Timestamp, Name)> {
        self.parts().solved.get(account).cloned()
    }

    /// The ticket that an account worked on last.
    pub fn latest(&self, account: &Name) -> Option<TicketNumber> {
        self.parts().latest.get(account).map(|(_, ticket)| *ticket)
    }
}

/// Counts what happened in the last hours before the relay started, newest first, until `stop` says so. It reads the
/// disk; it is done once.
///
/// # Errors
/// When the journal does not read back.
pub fn restore(store: &Store, now: Timestamp, stop: impl Fn() -> bool) -> Result<(), JournalError> {
    let (pulse, reader) = (store.read().pulse().clone(), store.reader());
    let since = now.plus_millis(-(HOURS as i64) * HOUR_MS);
    let mut until = pulse.parts().began.0;
    let end = until.saturating_sub(RECORDS_MOST);
    while until > end && !stop() {
        let after = until.saturating_sub(PIECE).max(end);
        let records = reader.scan(Position(after), usize::try_from(until - after).unwrap_or(0))?;
        let views = store.read();
        let mut parts = pulse.parts();
        for part in records.iter().flat_map(|record| &record.commit.parts) {
            let StreamId::Conversation(id) = part.stream else { continue };
            let state = views.conversation(ConversationId(id));
            let ticket = state.and_then(|state| state.head.ticket.as_ref());
            let ticket = ticket.map(|ticket| (&ticket.queue, ticket.number));
            for event in &part.events {
                if let Ok(StreamEvent::Conversation(event)) = decode(part.stream, event) {
                    parts.see(ticket, &event);
                }
            }
        }
        until = after;
        if records.first().is_some_and(|record| record.commit.at < since) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_counted_apart_and_the_latest_are_kept() {
        let mut beat = Beat::default();
        let at = |hour: i64| Timestamp(hour * HOUR_MS + 1);
        for hour in [0, 1, 1, 3, 400] {
            beat.add(at(hour), HOUR_MS, 3);
        }
        assert_eq!(beat.shown(at(3), HOUR_MS, 3), [2, 0, 1]);
        assert_eq!(beat.shown(at(5), HOUR_MS, 3), [1, 0, 0]);
        assert_eq!(beat.shown(at(50), HOUR_MS, 3), [0, 0, 0]);
        for hour in 4..20 {
            beat.add(at(hour), HOUR_MS, 3);
        }
        assert_eq!(beat.0.len(), 6);
        assert_eq!(
            beat.shown(at(19), HOUR_MS, 3),
            [1, 1, 1],
            "one from the future takes one place"
        );
    }
}
