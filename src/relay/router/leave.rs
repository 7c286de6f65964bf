//! What becomes of the tickets of who has gone, has a break, or writes up what he solved, and of what is offered to
//! him.

use crate::domain::command::Handing;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::roster::Actor;
use crate::domain::routing::{OnLeave, Standing};
use crate::domain::thread::Sort;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::floor::{GRACE, Presences};
use crate::relay::opened::Opener;
use crate::relay::views::{Facet, Views};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Tickets of one agent in one queue that go back in one go.
const AT_ONCE: usize = 200;
/// Events of a thread that are looked at for who gave the ticket.
const EVENTS_MOST: usize = 50;

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

/// Whether somebody is away for so long that his tickets are not left to him; nothing if he is there. `off`: his shift
/// is over, and who is away then does not come back.
fn is_gone(presences: &Presences, account: &Name, off: bool, now: Timestamp) -> Option<bool> {
    match presences.of(account) {
        Some(seen) if off && seen.standing == Standing::Away => Some(true),
        Some(seen) if seen.standing == Standing::Break => {
            let grace = i64::try_from(GRACE.as_millis()).unwrap_or(i64::MAX);
            Some(now.since(seen.since) >= grace)
        }
        Some(seen) if seen.standing != Standing::Offline => None,
        _ => Some(presences.has_gone(account)),
    }
}

/// The offers that are taken back, because who was asked does not take new tickets any more. Who was not seen since
/// the relay started may be on his way: his offers run out by themselves.
pub(super) fn offers(relay: &Relay) -> Vec<(ConversationId, Handing)> {
    let views = relay.store.read();
    let gone = views.desk().members().into_iter().filter(|member| {
        let seen = relay.floor.presences.of(&member.name);
        seen.is_some_and(|seen| seen.standing != Standing::Online)
    });
    let mut back = Vec::new();
    for member in gone {
        for (_, number) in views.shelves().offers(&member.name) {
            let id = views.conversation_of(number);
            let state = id.and_then(|id| views.conversation(id));
            if let Some((id, ticket)) = id.zip(state.and_then(|state| state.unsolved())) {
                let (ticket, queue) = (ticket.number, ticket.queue.clone());
                let from = Some(member.name.clone());
                back.push((id, Handing { ticket, queue, from, to: None, table: None }));
            }
        }
    }
    back
}

/// Who let too many offers run out is away from now on, until he says otherwise.
pub(super) fn put_away(relay: &Relay) {
    let missed: Vec<_> = {
        let views = relay.store.read();
        views.live().missed().map(|(name, at)| (name.clone(), at)).collect()
    };
    for (name, at) in missed {
        let seen = relay.floor.presences.of(&name);
        // What ran out before he came, or came back, is forgotten.
        if seen.is_some_and(|seen| seen.standing == Standing::Online && seen.since <= at) {
            relay.floor.presences.choose(&name, Standing::Away, None, relay.clock.now());
        }
    }
}

/// A ticket of who has gone, that his queue may take back.
struct Left {
    state: Arc<Conversation>,
    handing: Handing,
    /// When he left; nothing if nobody saw it.
    since: Option<Timestamp>,
}

/// When a ticket was last given to somebody by whom, each with the version of the conversation that it was read at.
#[derive(Default)]
pub(super) struct Givings(HashMap<TicketNumber, (u64, Option<(Name, Timestamp)>)>);

impl Givings {
    /// Whether the agent had the ticket when he left. What somebody else gave him since was meant for his return.
    fn had(&mut self, opener: &Opener, left: &Left) -> bool {
        let (number, version) = (left.handing.ticket, left.state.head.version);
        let known = self.0.entry(number).or_default();
        if known.0 != version {
            *known = (version, given(opener, &left.state));
        }
        let rules = |by: &Name| *by == *Actor::Relay.name();
        known.1.as_ref().is_none_or(|(by, at)| {
            rules(by)
                || left.handing.from.as_ref() == Some(by)
                || left.since.is_none_or(|since| *at <= since)
        })
    }
}

/// Who gave the ticket to whoever has it, and when; nothing if that stands too far back.
fn given(opener: &Opener, state: &Conversation) -> Option<(Name, Timestamp)> {
    let newest_first = state.thread.iter().rev();
    let events = newest_first.filter(|entry| entry.sort() == Sort::Event).take(EVENTS_MOST);
    events.into_iter().find_map(|entry| match opener.found(entry.place()).ok()?.event {
        StreamEvent::Conversation(Event::Assigned { at, by, .. }) => Some((by, at)),
        _ => None,
    })
}

/// The tickets that go back to their queues now, and whether more may in a moment. It reads the disk.
pub(super) fn left(relay: &Relay, givings: &mut Givings) -> (Vec<(ConversationId, Handing)>, bool) {
    let (left, soon) = candidates(relay);
    let kept: HashSet<_> = left.iter().map(|left| left.handing.ticket).collect();
    givings.0.retain(|number, _| kept.contains(number));
    let back = left.into_iter().filter(|left| givings.had(&relay.opener, left));
    (back.map(|left| (left.state.id, left.handing)).collect(), soon)
}

fn candidates(relay: &Relay) -> (Vec<Left>, bool) {
    let (now, views) = (relay.clock.now(), relay.store.read());
    let policy = views.policy().clone();
    let rules = policy.queues.iter().map(|(name, rules)| (name, rules.assignment.on_leave));
    let rules: Vec<_> = rules.filter(|(_, on_leave)| *on_leave != OnLeave::Keep).collect();
    let (mut left, mut soon) = (Vec::new(), false);
    if rules.is_empty() {
        return (left, soon);
    }
    for member in views.desk().members() {
        let presences = &relay.floor.presences;
        let rules_of = policy.agents.get(&member.name);
        let off = rules_of.is_some_and(|rules| rules.off_until(now).is_some());
        let Some(gone) = is_gone(presences, &member.name, off, now) else { continue };
        let away = || presences.of(&member.name).map(|seen| seen.since);
        let since = presences.gone_since(&member.name).or_else(away);
        for (queue, on_leave) in &rules {
            let his = Facet::Of(Some(member.name.clone()));
            let keys = views.shelves().row(std::iter::once(*queue), &his).from(None, AT_ONCE);
            for key in keys {
                let id = views.conversation_of(key.number);
                let Some(state) = id.and_then(|id| views.conversation(id)) else { continue };
                let Some(ticket) = state.unsolved().filter(|of| on_leave.takes(of)) else {
                    continue;
                };
                soon |= !gone;
                if gone {
                    let (ticket, queue) = (ticket.number, ticket.queue.clone());
                    let from = Some(member.name.clone());
                    let handing = Handing { ticket, queue, from, to: None, table: None };
                    left.push(Left { state: state.clone(), handing, since });
                }
            }
        }
    }
    (left, soon)
}
