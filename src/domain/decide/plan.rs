//! What a change of the service levels would do to the clocks that run, before it is made.

use super::rule_anew;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::id::TicketNumber;
use crate::domain::policy::Policy;
use crate::domain::sla::{Metric, UNPROMISED};
use crate::kit::Timestamp;

/// What would become of one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockMove {
    /// Of which ticket.
    pub ticket: TicketNumber,
    /// Which clock.
    pub metric: Metric,
    /// When it is due; nothing where nothing is promised.
    pub before: Option<Timestamp>,
    /// When it would be due.
    pub after: Option<Timestamp>,
    /// It would be late at once.
    pub breaches: bool,
}

/// The clocks of a ticket that would be due at another instant under `policy`, which follows the one in force.
pub fn planned(state: &Conversation, policy: &Policy, now: Timestamp) -> Vec<ClockMove> {
    let events = rule_anew(state, policy, now);
    let Some(ticket) = state.unsolved() else { return Vec::new() };
    let breaches = |of: Metric| {
        events.iter().any(|event| {
            matches!(event, Event::ClockBreached { metric, retarget: true, .. } if *metric == of)
        })
    };
    let moved = events.iter().filter_map(|event| {
        let Event::ClockMoved { metric, promise, .. } = event else { return None };
        let clock = ticket.clocks.iter().find(|clock| clock.metric == *metric)?;
        // What stands still is due at no instant.
        let promise = promise.as_ref().filter(|promise| promise.target != UNPROMISED);
        let after = promise.and_then(|promise| promise.due).filter(|_| !clock.is_paused());
        let (before, breaches) = (clock.due(), breaches(*metric));
        (before != after || breaches).then_some(ClockMove {
            ticket: ticket.number,
            metric: *metric,
            before,
            after,
            breaches,
        })
    });
    moved.collect()
}
