//! What becomes of the tickets of who has gone, has a break, or writes up what he solved.

use crate::domain::command::Handing;
use crate::domain::id::ConversationId;
use crate::domain::name::Name;
use crate::domain::routing::{OnLeave, Standing};
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::floor::{GRACE, Presences};
use crate::relay::views::{Facet, Views};

/// Tickets of one agent in one queue that go back in one go.
const AT_ONCE: usize = 200;

/// Whether an account takes new tickets: who has just solved one in a queue where that is written up does not.
pub fn standing(presences: &Presences, views: &Views, account: &Name, now: Timestamp) -> Standing {
    let standing = presences.standing(account);
    let solved = views.pulse().solved(account).filter(|_| standing == Standing::Online);
    let wraps_up = solved.is_some_and(|(at, queue)| {
        let rules = views.policy().queues.get(&queue);
        let span = rules.and_then(|rules| rules.assignment.wrap_up);
        span.is_some_and(|span| at <= now && now < at.plus_secs(span))
    });
    if wraps_up { Standing::WrapUp } else { standing }
}

/// Whether somebody is away for so long that his tickets are not left to him; nothing if he is there.
fn is_gone(presences: &Presences, account: &Name, now: Timestamp) -> Option<bool> {
    match presences.of(account) {
        Some(seen) if seen.standing == Standing::Break => {
            let grace = i64::try_from(GRACE.as_millis()).unwrap_or(i64::MAX);
            Some(now.since(seen.since) >= grace)
        }
        Some(seen) if seen.standing != Standing::Offline => None,
        _ => Some(presences.has_gone(account)),
    }
}

/// The tickets that go back to their queues now, and whether more may in a moment.
pub(super) fn left(relay: &Relay) -> (Vec<(ConversationId, Handing)>, bool) {
    let (now, views) = (relay.clock.now(), relay.store.read());
    let policy = views.policy().clone();
    let rules = policy.queues.iter().map(|(name, rules)| (name, rules.assignment.on_leave));
    let rules: Vec<_> = rules.filter(|(_, on_leave)| *on_leave != OnLeave::Keep).collect();
    let (mut back, mut soon) = (Vec::new(), false);
    if rules.is_empty() {
        return (back, soon);
    }
    for member in views.desk().members() {
        let Some(gone) = is_gone(&relay.floor.presences, &member.name, now) else { continue };
        for (queue, on_leave) in &rules {
            let his = Facet::Of(Some(member.name.clone()));
            let keys = views.shelves().row(std::iter::once(*queue), &his).from(None, AT_ONCE);
            for key in keys {
                let id = views.conversation_of(key.number);
                let state = id.and_then(|id| views.conversation(id));
                let ticket = state.and_then(|state| state.unsolved());
                if let Some((id, ticket)) = id.zip(ticket).filter(|(_, of)| on_leave.takes(of)) {
                    soon = true;
                    if gone {
                        let (ticket, queue) = (ticket.number, ticket.queue.clone());
                        let from = Some(member.name.clone());
                        back.push((id, Handing { ticket, queue, from, to: None, table: None }));
                    }
                }
            }
        }
    }
    (back, soon)
}
