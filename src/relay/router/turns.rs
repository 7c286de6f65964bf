//! Whose turn it is, looked up in the journal: the last decision of a queue tells it.

use crate::domain::event::{Event, Offered};
use crate::domain::name::Name;
use crate::domain::routing::{Assignment, Turns};
use crate::journal::Position;
use crate::journal::codec::{StreamEvent, decode};
use crate::kit::Timestamp;
use crate::relay::Relay;
use std::collections::{BTreeMap, HashMap};

/// Records that are looked through at most: whose turn it was before is of no weight.
const RECORDS_MOST: u64 = 20_000;
/// Records in one piece.
const PIECE: u64 = 500;

/// Looks up the turn of each queue that was not looked up yet, and when agents were given something.
pub(super) fn restore(
    relay: &Relay,
    rules: &BTreeMap<Name, Assignment>,
    restored: &mut Vec<Name>,
    turns: &mut Turns,
    given: &mut HashMap<Name, Timestamp>,
) {
    let mut missing: Vec<_> = rules.keys().filter(|queue| !restored.contains(queue)).collect();
    if missing.is_empty() {
        return;
    }
    restored.extend(missing.iter().map(|queue| (*queue).clone()));
    let reader = relay.store.reader();
    let head = reader.head().0;
    let (mut until, end) = (head, head.saturating_sub(RECORDS_MOST));
    while until > end && !missing.is_empty() {
        let after = until.saturating_sub(PIECE).max(end);
        let records = reader.scan(Position(after), usize::try_from(until - after).unwrap_or(0));
        let Ok(records) = records else { return };
        for record in records.iter().rev() {
            let parts = record.commit.parts.iter();
            let events = parts.flat_map(|part| part.events.iter().map(|of| (part.stream, of)));
            for (stream, stored) in events {
                let Ok(StreamEvent::Conversation(event)) = decode(stream, stored) else { continue };
                let (at, to, table) = match event {
                    Event::Assigned { at, to: Some(to), table: Some(table), .. } => {
                        (at, to, *table)
                    }
                    Event::Offered(made) => match *made {
                        Offered { at, to, table: Some(table), .. } => (at, to, table),
                        _ => continue,
                    },
                    _ => continue,
                };
                let latest = given.entry(to.clone()).or_insert(at);
                *latest = at.max(*latest);
                if let Some(nth) = missing.iter().position(|queue| **queue == table.queue) {
                    missing.remove(nth);
                    turns.learn(&to, &table);
                }
            }
        }
        until = after;
    }
}
