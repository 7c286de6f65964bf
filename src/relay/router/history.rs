//! What the journal tells of a ticket that waits: kept nowhere else, so that a ticket in memory stays small.

use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::id::TicketNumber;
use crate::domain::message::Author;
use crate::domain::name::Name;
use crate::domain::roster::Actor;
use crate::domain::routing::{Demand, Waiting};
use crate::domain::thread::{Entry, Sort};
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::opened::Opener;
use std::collections::{HashMap, HashSet};

/// Events of a thread that are looked at for who gave a ticket back.
const EVENTS_MOST: usize = 50;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// What its rule asks of who answers.
    pub(super) demand: Demand,
    /// Which agent answered the customer last, and when.
    pub(super) last: Option<(Name, Timestamp)>,
    /// Who had it last, if it was given back.
    pub(super) returned_by: Option<Name>,
    /// When it was.
    pub(super) since: Option<Timestamp>,
}

/// Of what waits, each with the version of the conversation that it was read at.
#[derive(Default)]
pub(super) struct Histories(HashMap<TicketNumber, (u64, History)>);

impl Histories {
    /// Reads it, if it was not read of this state. What cannot be read is as if it were not there.
    pub(super) fn of(
        &mut self,
        opener: &Opener,
        conversation: &Conversation,
        ticket: TicketNumber,
    ) -> &History {
        let version = conversation.head.version;
        let known = self.0.entry(ticket).or_default();
        if known.0 != version {
            *known = (version, read(opener, conversation, ticket));
        }
        &known.1
    }

    /// Forgets what does not wait any more.
    pub(super) fn keep(&mut self, waiting: &[Waiting]) {
        let waiting: HashSet<_> = waiting.iter().map(|ticket| ticket.number).collect();
        self.0.retain(|number, _| waiting.contains(number));
    }
}

fn event(opener: &Opener, entry: &Entry) -> Option<Event> {
    match opener.found(entry.place()).ok()?.event {
        StreamEvent::Conversation(event) => Some(event),
        _ => None,
    }
}

fn read(opener: &Opener, conversation: &Conversation, ticket: TicketNumber) -> History {
    let mut history = History::default();
    let newest_first = || conversation.thread.iter().rev();
    let opened = newest_first().find(|entry| entry.sort() == Sort::Opened);
    // A ticket that was split off asks for what the one asked from which it comes.
    let mut asks = ticket;
    let begins = newest_first().filter(|entry| entry.sort() == Sort::Opened);
    for event in begins.filter_map(|entry| event(opener, entry)) {
        match event {
            Event::TicketSplit(split) if split.number == asks => asks = split.from,
            Event::TicketOpened { number, routed, .. } if number == asks => {
                history.demand = routed.map(|routed| routed.demand).unwrap_or_default();
                break;
            }
            _ => {}
        }
    }
    let replied = newest_first().find(|entry| entry.sort() == Sort::Reply);
    if let Some(Event::Queued { author: Author::Agent(name), outbox, .. }) =
        replied.and_then(|entry| event(opener, entry))
    {
        history.last = Some((name, Timestamp(outbox.0)));
    }
    let events = newest_first().filter(|entry| entry.sort() == Sort::Event).take(EVENTS_MOST);
    for entry in events.take_while(|entry| opened.is_none_or(|of| entry.at() >= of.at())) {
        match event(opener, entry) {
            // Whose it was, whoever took it from him.
            Some(Event::Assigned { to: Some(holder), .. }) if history.since.is_some() => {
                history.returned_by = Some(holder);
                break;
            }
            // Who has gone did not give it back: it waits as it did.
            Some(Event::Assigned { to: None, by, .. }) if by == *Actor::Relay.name() => break,
            Some(Event::Assigned { to: None, by, at, .. }) if history.since.is_none() => {
                (history.returned_by, history.since) = (Some(by), Some(at));
            }
            Some(Event::Assigned { .. } | Event::TicketReopened { .. }) => break,
            _ => {}
        }
    }
    history
}
