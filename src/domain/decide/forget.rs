//! What ends in a conversation when its customer is erased.

use super::tick::breaches;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::file::Lost;
use crate::domain::name::Name;
use crate::domain::sla::{Clock, Metric};
use crate::domain::ticket::State;
use crate::kit::Timestamp;

/// Nothing more is sent to him and nobody works on his request: what waits is taken back, and the ticket is
/// closed; files that were to be fetched are not. Its running clocks are void, unless their promise was broken before. A message that is being tried
/// at this moment is settled by its answer. `by` is who erases him.
pub fn forget(state: &Conversation, by: &Name, at: Timestamp) -> Vec<Event> {
    let sends = state.head.sends.iter().filter(|send| !send.attempting);
    let mut events: Vec<_> =
        sends.map(|send| Event::Cancelled { outbox: send.outbox, at, by: by.clone() }).collect();
    let why = Lost::Erased;
    let files = state.head.files().iter();
    events.extend(files.map(|fetch| Event::FileLost { at, of: fetch.of, why }));
    let Some(ticket) = &state.head.ticket else { return events };
    if ticket.state.is_unsolved() {
        breaches(state, at, &mut events);
        events.push(Event::Solved { at, close_at: None, by: by.clone() });
        let other = |clock: &&Clock| clock.metric != Metric::FirstReply && clock.is_running();
        events.extend(ticket.clocks.iter().filter(other).map(|clock| {
            let void = clock.breached().is_none() && clock.due().is_none_or(|due| due >= at);
            Event::ClockEnded { metric: clock.metric, at, void }
        }));
    }
    if ticket.state != State::Closed {
        events.push(Event::Closed { at });
    }
    events
}
