//! Whom the portfolios wrote to in the last day: a start must know it to keep to the messaging limit.

use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::name::Name;
use crate::journal::{Position, StreamId};
use crate::kit::Timestamp;
use crate::relay::Relay;
use std::collections::HashSet;

/// Records that are looked through at a start for people written to in the last day.
const TAIL_MOST: u64 = 200_000;

/// When somebody was last written to outside a window, if that was in the last day.
pub(super) fn lately(conversation: &Conversation, now: Timestamp) -> Option<Timestamp> {
    conversation.head.opened().filter(|at| now.since(*at) < 86_400_000)
}

/// Who was written to in the last day outside a window, in conversations that have left memory since: those
/// that the last records name, and at most [`TAIL_MOST`] of these. A desk that writes more than that in a day
/// may count some of them too late, after a restart only.
pub(super) fn at_rest(relay: &Relay, now: Timestamp) -> Vec<(Name, ContactId, Timestamp)> {
    let reader = relay.store.reader();
    let head = reader.head().0;
    let mut seen = HashSet::new();
    let mut openings = Vec::new();
    for position in (head.saturating_sub(TAIL_MOST).max(1)..=head).rev() {
        if relay.stopping.is_cancelled() {
            break;
        }
        let Ok(Some(record)) = reader.get(Position(position)) else { continue };
        if now.since(record.commit.at) > 86_400_000 {
            break;
        }
        for part in &record.commit.parts {
            let StreamId::Conversation(id) = part.stream else { continue };
            let id = ConversationId(id);
            if !seen.insert(id) || relay.store.read().conversation(id).is_some() {
                continue;
            }
            if let Ok(Some(conversation)) = relay.store.conversation(id) {
                let head = &conversation.head;
                let opening = lately(&conversation, now);
                openings.extend(opening.map(|at| (head.line.clone(), head.contact, at)));
            }
        }
    }
    openings
}
