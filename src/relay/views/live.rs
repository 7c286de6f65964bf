//! What is told only of the time since the relay started: notices, how messages of ours came on, what has
//! changed lately. Bounded, never saved.

use crate::domain::alert::AlertTurned;
use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, OfferEnded, TodoAdded, TodoDue};
use crate::domain::id::{ConversationId, OutboxId, SendId, TicketNumber};
use crate::domain::line::{Told, Weight};
use crate::domain::mention::mentioned;
use crate::domain::name::Name;
use crate::domain::offer::{MISSED_MOST, Unaccepted};
use crate::domain::roster::{Actor, ESCALATION};
use crate::domain::sla::Metric;
use crate::domain::status::Status;
use crate::domain::thread::Place;
use crate::kit::Timestamp;
use std::collections::{HashMap, VecDeque};

/// Notices kept of each account.
const NOTICES_MOST: usize = 50;
/// Messages of ours whose way is kept.
const TRAILS_MOST: usize = 50_000;
/// Failures that are counted at most.
const FAILURES_MOST: usize = 10_000;
/// Changes that are remembered.
const CHANGES_MOST: usize = 16_384;

/// Something that an account should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Grows.
    pub id: u64,
    /// When, desk time.
    pub at: Timestamp,
    /// Why.
    pub why: Why,
    /// Where.
    pub ticket: TicketNumber,
    /// Who did it.
    pub by: Name,
    /// The conversation.
    pub conversation: ConversationId,
    /// Where the note is written, if there is one.
    pub note: Option<Place>,
}

/// Why an account should know of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is named in a note.
    Mentioned,
    /// The ticket was given to it.
    Assigned,
    /// The ticket is offered to it.
    Offered,
    /// It let offers run out, and is away.
    Missed,
    /// A measure of it has escalated.
    Escalated(Metric),
    /// Something happened to a ticket that it follows.
    Followed,
    /// It is to do something.
    Todo,
    /// The time has come by which it is to do something.
    TodoDue,
}

/// What the platform said of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Grows, together with [`Raised::id`].
    pub id: u64,
    /// The lines, by the platform's phone number ids.
    pub lines: Vec<Name>,
    /// What.
    pub told: Told,
}

/// How a message of ours came on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// Each state once, as they were told.
    pub states: Vec<(Status, Timestamp)>,
    /// Where it is written that the platform took it.
    pub accepted: Option<Place>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Live {
    notices: HashMap<Name, VecDeque<Raised>>,
    heard: VecDeque<Heard>,
    turned: VecDeque<(u64, AlertTurned)>,
    refused: Option<(u64, Timestamp, String)>,
    last_notice: u64,
    trails: HashMap<SendId, Trail>,
    order: VecDeque<SendId>,
    failures: VecDeque<Timestamp>,
    changes: VecDeque<ConversationId>,
    /// Changes so far.
    changed: u64,
    /// Offers that each account let run out in a row, and when there were too many last.
    missed: HashMap<Name, (u32, Option<Timestamp>)>,
    /// The latest note: what is handed over in the same commit goes with it.
    noted: Option<(ConversationId, Place)>,
}

impl Live {
    /// The latest notices of an account, oldest first.
    pub fn notices(&self, account: &Name) -> impl Iterator<Item = &Raised> {
        self.notices.get(account).into_iter().flatten()
    }

    /// The latest news of lines, oldest first.
    pub fn heard(&self) -> impl Iterator<Item = &Heard> {
        self.heard.iter()
    }

    /// What became of alerts lately, oldest first, with its number among the notices.
    pub fn alerts(&self) -> impl Iterator<Item = &(u64, AlertTurned)> {
        self.turned.iter()
    }

    /// An alert was raised, told again or cleared.
    pub(super) fn turned(&mut self, turned: &AlertTurned) {
        self.last_notice += 1;
        if self.turned.len() >= NOTICES_MOST {
            self.turned.pop_front();
        }
        self.turned.push_back((self.last_notice, turned.clone()));
    }

    /// The latest refusal of a changed configuration, with its number among the notices.
    pub fn refused(&self) -> Option<&(u64, Timestamp, String)> {
        self.refused.as_ref()
    }

    /// A changed configuration was refused, or is in force.
    pub(super) fn reloaded(&mut self, at: Timestamp, why: Option<&String>) {
        self.last_notice += 1;
        self.refused = why.map(|why| (self.last_notice, at, why.clone()));
    }

    /// Keeps news of lines of which people are told.
    pub(super) fn told(&mut self, lines: &[Name], told: &Told) {
        if told.news.weight() == Weight::Silent {
            return;
        }
        self.last_notice += 1;
        if self.heard.len() >= NOTICES_MOST {
            self.heard.pop_front();
        }
        let (lines, told) = (lines.to_vec(), told.clone());
        self.heard.push_back(Heard { id: self.last_notice, lines, told });
    }

    /// Accounts that let too many offers run out in a row, and when they last did.
    pub fn missed(&self) -> impl Iterator<Item = (&Name, Timestamp)> {
        self.missed.iter().filter_map(|(name, (_, at))| Some((name, (*at)?)))
    }

    /// One more has run out; whether that was one too many.
    fn miss(&mut self, name: &Name, at: Timestamp) -> bool {
        let (run, last) = self.missed.entry(name.clone()).or_default();
        *run += 1;
        let over = *run >= MISSED_MOST;
        if over {
            (*run, *last) = (0, Some(at));
        }
        over
    }

    /// He has answered an offer.
    fn answers(&mut self, name: &Name) {
        if let Some((run, _)) = self.missed.get_mut(name) {
            *run = 0;
        }
    }

    /// How a message of ours came on, where that is known.
    pub fn trail(&self, send: SendId) -> Option<&Trail> {
        self.trails.get(&send)
    }

    /// Messages of ours that failed at or after `since`.
    pub fn failed(&self, since: Timestamp) -> usize {
        self.failures.iter().rev().take_while(|at| **at >= since).count()
    }

    /// How many changes there were so far.
    pub fn changed(&self) -> u64 {
        self.changed
    }

    /// The conversations that changed after the first `seen` changes; nothing if it is not known any more.
    pub fn changes_since(&self, seen: u64) -> Option<impl Iterator<Item = ConversationId>> {
        let new = usize::try_from(self.changed.checked_sub(seen)?).ok()?;
        let from = self.changes.len().checked_sub(new)?;
        Some(self.changes.iter().skip(from).copied())
    }

    /// Notes that a conversation, or its contact, reads differently now.
    pub(super) fn touch(&mut self, id: ConversationId) {
        self.changed += 1;
        if self.changes.len() >= CHANGES_MOST {
            self.changes.pop_front();
        }
        self.changes.push_back(id);
    }

    fn step(&mut self, send: SendId, status: Status, at: Timestamp) -> &mut Trail {
        if !self.trails.contains_key(&send) {
            if self.order.len() >= TRAILS_MOST
                && let Some(old) = self.order.pop_front()
            {
                self.trails.remove(&old);
            }
            self.order.push_back(send);
        }
        let trail = self.trails.entry(send).or_default();
        if !trail.states.iter().any(|(known, _)| *known == status) {
            trail.states.push((status, at));
        }
        trail
    }

    fn raise(&mut self, to: &Name, raised: Raised) {
        self.last_notice += 1;
        let notices = self.notices.entry(to.clone()).or_default();
        if notices.len() >= NOTICES_MOST {
            notices.pop_front();
        }
        notices.push_back(Raised { id: self.last_notice, ..raised });
    }

    /// Takes in one event that was folded into `state`. `names` are the accounts.
    pub(super) fn see<'a>(
        &mut self,
        state: &Conversation,
        event: &Event,
        place: Place,
        names: impl Iterator<Item = &'a Name>,
    ) {
        let send = |outbox: OutboxId| SendId { conversation: state.id, outbox };
        let ticket = state.head.ticket.as_ref().map(|ticket| ticket.number);
        let raised = |why: Why, at: Timestamp, by: &Name, note: Option<Place>| {
            ticket.map(|ticket| Raised {
                id: 0,
                at,
                why,
                ticket,
                by: by.clone(),
                conversation: state.id,
                note,
            })
        };
        match event {
            Event::Queued { outbox, .. } => {
                self.step(send(*outbox), Status::Queued, Timestamp(outbox.0));
            }
            Event::Attempted { outbox, at, .. } => {
                self.step(send(*outbox), Status::Attempting, *at);
            }
            Event::Accepted { outbox, at, .. } => {
                self.step(send(*outbox), Status::Accepted, *at).accepted = Some(place);
            }
            Event::StatusSeen { outbox: Some(outbox), status, at, .. } => {
                self.step(send(*outbox), *status, *at);
                if *status == Status::Failed {
                    self.fail(*at);
                }
            }
            Event::Failed { outbox, at, .. } => {
                self.step(send(*outbox), Status::Failed, *at);
                self.fail(*at);
            }
            Event::Unconfirmed { outbox, at } => {
                self.step(send(*outbox), Status::Unconfirmed, *at);
            }
            Event::Cancelled { outbox, at, .. } => {
                self.step(send(*outbox), Status::Cancelled, *at);
            }
            Event::Assigned { at, to: Some(to), by, .. } if to != by => {
                let with = self.noted.filter(|(of, at)| {
                    *of == state.id && place.position() != 0 && at.position() == place.position()
                });
                let note = with.map(|(_, note)| note);
                if let Some(raised) = raised(Why::Assigned, *at, by, note) {
                    self.raise(to, raised);
                }
            }
            Event::Assigned { to: Some(to), .. } => self.answers(to),
            Event::Offered(made) => {
                let by = Name::from(Actor::Relay.name());
                if let Some(raised) = raised(Why::Offered, made.at, &by, None) {
                    self.raise(&made.to, raised);
                }
            }
            Event::OfferEnded(OfferEnded { at, to, how }) => match how {
                Unaccepted::Declined => self.answers(to),
                Unaccepted::Gone => {}
                Unaccepted::Missed => {
                    let by = Name::from(Actor::Relay.name());
                    if let (true, Some(of)) =
                        (self.miss(to, *at), raised(Why::Missed, *at, &by, None))
                    {
                        self.raise(to, of);
                    }
                }
            },
            Event::Escalated(level) => {
                let by = Name::from(ESCALATION);
                for name in &level.notify {
                    if let Some(raised) = raised(Why::Escalated(level.metric), level.at, &by, None)
                    {
                        self.raise(name, raised);
                    }
                }
            }
            Event::Noted { at, by, mentions, body } => {
                self.noted = Some((state.id, place));
                let mut called = mentions.clone();
                // One of before this was kept in the event, in a replay after a kill.
                if let Some(text) = body.as_clear().filter(|_| called.is_empty()) {
                    called = mentioned(text, names);
                    called.retain(|name| name != by);
                }
                for name in &called {
                    if let Some(raised) = raised(Why::Mentioned, *at, by, Some(place)) {
                        self.raise(name, raised);
                    }
                }
            }
            Event::TodoAdded(TodoAdded { at, by, owner: Some(owner), .. }) if owner != by => {
                if let Some(raised) = raised(Why::Todo, *at, by, Some(place)) {
                    self.raise(owner, raised);
                }
            }
            Event::TodoDue(TodoDue { at, id }) => {
                let todos = state.head.aside().map_or(&[][..], |aside| &aside.todos);
                let todo = todos.iter().find(|todo| todo.id == *id);
                let holder = state.head.ticket.as_ref().and_then(|of| of.assignee.as_ref());
                let owner = todo.and_then(|todo| todo.owner.as_ref()).or(holder);
                let place = todo.map(|todo| todo.place);
                let by = Name::from(Actor::Relay.name());
                if let (Some(owner), Some(of)) = (owner, raised(Why::TodoDue, *at, &by, place)) {
                    self.raise(owner, of);
                }
            }
            _ => {}
        }
        if let Some((at, by, note)) = followed(event, place) {
            let followers = state.head.aside().map_or(&[][..], |aside| &aside.followers);
            let others = followers.iter().filter(|follower| **follower != by);
            for follower in others.filter(|of| !named(event, of)) {
                if let Some(raised) = raised(Why::Followed, at, &by, note) {
                    self.raise(follower, raised);
                }
            }
        }
    }

    fn fail(&mut self, at: Timestamp) {
        if self.failures.len() >= FAILURES_MOST {
            self.failures.pop_front();
        }
        self.failures.push_back(at);
    }
}

/// What followers are told of: when it happened, who did it, and the note, if it is one.
fn followed(event: &Event, place: Place) -> Option<(Timestamp, Name, Option<Place>)> {
    let customer = || Name::from(Actor::Platform.name());
    match event {
        Event::Received { at, kind, source, .. } if source.is_live() && kind.asks() => {
            Some((*at, customer(), None))
        }
        Event::Noted { at, by, .. } => Some((*at, by.clone(), Some(place))),
        Event::Solved { at, by, .. } => Some((*at, by.clone(), None)),
        _ => None,
    }
}

/// Whether he is told of it for another reason already.
fn named(event: &Event, who: &Name) -> bool {
    matches!(event, Event::Noted { mentions, .. } if mentions.contains(who))
}
