//! The one owner of the desk's state.
//!
//! A thread of its own takes one question after the other, decides it on the state as it will be once all
//! before it is on disk, hands the commit to the journal and goes on without waiting. The answer is given by
//! [`sink`], when the disk has it. The thread keeps only the states that have a commit on its way; all else it
//! looks up in the committed [`Store`], so there is no second copy of the desk.

mod cache;
mod contacts;
mod handle;
mod input;
mod sink;

pub use handle::{DeskHandle, Overloaded};
pub use input::{Answered, CommandId, Reply};
pub use sink::{Decided, Fold, Wake};

use crate::domain::command::{Action, Command, Track};
use crate::domain::contact::ContactEvent;
use crate::domain::decide::decide;
use crate::domain::desk::DeskEvent;
use crate::domain::event::Event;
use crate::domain::id::{ContactId, ConversationId, OutboxId, SendId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::policy::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Actor, Member};
use crate::domain::template::Catalogue;
use crate::journal::codec::{StreamEvent, encode};
use crate::journal::{Commit, Entry, JournalError, StreamId, WriterHandle};
use crate::kit::{Clock, Timestamp};
use crate::relay::fact::{Counts, Fact, What};
use crate::relay::views::{Change, Store};
use crate::vault::Vault;
use cache::Cache;
use contacts::Identities;
use input::{Answer, Input};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// See the module.
pub struct Desk {
    cache: Cache,
    identities: Identities,
    /// The answers to client commands that are not yet on disk.
    under_way: HashMap<CommandId, (u64, Result<Reply, Refusal>)>,
    last_conversation: u64,
    last_contact: u64,
    last_ticket: u64,
    store: Store,
    vault: Arc<Vault>,
    clock: Clock,
    writer: WriterHandle<Decided>,
    seq: u64,
}

/// The journal is gone: the process must end, and what was not answered was not taken.
struct Gone;

impl Desk {
    /// Takes over the committed state.
    pub fn new(
        store: Store,
        vault: Arc<Vault>,
        clock: Clock,
        writer: WriterHandle<Decided>,
    ) -> Self {
        let identities = Identities::of(&store.read());
        let (last_conversation, last_contact, last_ticket) = store.read().last_ids();
        Self {
            cache: Cache::default(),
            identities,
            under_way: HashMap::new(),
            last_conversation,
            last_contact,
            last_ticket,
            store,
            vault,
            clock,
            writer,
            seq: 0,
        }
    }

    /// Starts the thread; `capacity` questions may wait.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn spawn(self, capacity: usize) -> std::io::Result<DeskHandle> {
        let (inputs, waiting) = tokio::sync::mpsc::channel(capacity.max(1));
        std::thread::Builder::new().name("desk".into()).spawn(move || self.run(waiting))?;
        Ok(DeskHandle::new(inputs))
    }

    fn run(mut self, mut waiting: tokio::sync::mpsc::Receiver<Input>) {
        let mut gathered = Vec::new();
        while waiting.blocking_recv_many(&mut gathered, 256) > 0 {
            for input in gathered.drain(..) {
                if self.handle(input).is_err() {
                    return;
                }
            }
        }
    }

    fn handle(&mut self, input: Input) -> Result<(), Gone> {
        match input {
            Input::Facts(facts, answer) => self.facts(facts, answer),
            Input::Act { member, ticket, action, id, answer } => {
                self.act(member, ticket, &action, id, answer)
            }
            Input::Attempt(send, answer) => {
                let command = Command::Attempt { outbox: send.outbox };
                self.outbox(send.conversation, &command, answer)
            }
            Input::Settle(send, outcome, answer) => {
                let command = Command::Settle { outbox: send.outbox, outcome };
                self.outbox(send.conversation, &command, answer)
            }
            Input::Tick(conversations) => {
                for id in conversations {
                    if let Ok((changes, _)) = self.decided(id, &Command::Tick, &Actor::Relay) {
                        self.commit(None, Actor::Relay.name(), changes, None, None)?;
                    }
                }
                Ok(())
            }
            Input::Desk(actor, events, answer) => {
                let events: Vec<_> = events.into_iter().map(StreamEvent::Desk).collect();
                let changes =
                    if events.is_empty() { Vec::new() } else { vec![self.desk_change(events)] };
                self.commit(None, &actor, changes, Some((answer, Ok(Reply::Done))), None)
            }
            Input::Erase(actor, contact, answer) => self.erase(&actor, contact, answer),
            Input::Conflicted(stream) => {
                self.cache.forget(stream);
                self.writer.blocking_reset(stream);
                Ok(())
            }
        }
    }

    fn facts(&mut self, facts: Vec<Fact>, answer: Answer) -> Result<(), Gone> {
        let failed = Arc::new(AtomicBool::new(false));
        let mut counts = Counts::default();
        let mut all = Vec::with_capacity(facts.len());
        let last = facts.len();
        let mut answer = Some(answer);
        for (nth, fact) in facts.into_iter().enumerate() {
            let changes = match self.fact(fact, &mut counts) {
                Ok(changes) => changes,
                Err(error) => {
                    // Nothing of this webhook may be answered as taken; the platform sends it again.
                    tracing::error!(%error, "the journal cannot be read; the webhook is refused");
                    let refusal =
                        Refusal::Unavailable { reason: "the journal cannot be read".into() };
                    let answer = answer.take().map(|answer| (answer, Err(refusal)));
                    return self.commit(None, Actor::Platform.name(), all, answer, None);
                }
            };
            if nth + 1 < last {
                self.commit(None, Actor::Platform.name(), changes, None, Some(failed.clone()))?;
            } else {
                all = changes;
            }
        }
        let answer = answer.take().map(|answer| (answer, Ok(Reply::Counts(counts))));
        self.commit(None, Actor::Platform.name(), all, answer, Some(failed))
    }

    fn fact(&mut self, fact: Fact, counts: &mut Counts) -> Result<Vec<Change>, JournalError> {
        let now = self.clock.now();
        let line = fact.line.clone();
        let changes = match fact.what {
            What::Message(arrival) if !fact.who.identities.is_empty() => {
                self.message(line, fact.who, *arrival, now)?
            }
            What::Status(ours, track) => match self.status(&line, ours, &fact.who, track)? {
                Some(changes) => changes,
                None => {
                    let what = format!("status {}", track.status.word());
                    let raw = format!("{{\"status\":\"{}\"}}", track.status.word());
                    vec![self.set_aside(now, |day| DeskEvent::Noticed {
                        at: now,
                        day,
                        what,
                        line: Some(line.clone()),
                        body: crate::domain::private::Private::clear(raw),
                    })]
                }
            },
            What::Preference { granted, at } => self.preference(&fact.who, granted, at)?,
            What::Renamed(now_known) => self.renamed(fact.who, now_known, now)?,
            What::Noticed { what, raw } => {
                vec![self.set_aside(now, |day| DeskEvent::Noticed {
                    at: now,
                    day,
                    what,
                    line: Some(line.clone()),
                    body: crate::domain::private::Private::clear(raw),
                })]
            }
            What::Dead { reason, raw } => {
                counts.dead += 1;
                return Ok(vec![self.dead_letter(now, line, reason, raw)]);
            }
            What::Message(arrival) => {
                counts.dead += 1;
                let reason = "sender: a message without a sender's id".to_owned();
                let raw = arrival.body.raw.unwrap_or_default();
                return Ok(vec![self.dead_letter(now, line, reason, raw)]);
            }
        };
        if changes.is_empty() {
            counts.duplicates += 1;
        } else {
            counts.taken += 1;
        }
        Ok(changes)
    }

    fn dead_letter(&mut self, now: Timestamp, line: Name, reason: String, raw: String) -> Change {
        self.set_aside(now, |day| DeskEvent::DeadLettered {
            at: now,
            day,
            reason,
            line: Some(line).filter(|line| !line.as_str().is_empty()),
            body: crate::domain::private::Private::clear(raw),
        })
    }

    /// An event of the desk whose body is sealed under the day's key.
    fn set_aside(&mut self, now: Timestamp, event: impl FnOnce(u32) -> DeskEvent) -> Change {
        let day = u32::try_from(now.secs().div_euclid(86_400)).unwrap_or(0);
        self.desk_change(vec![StreamEvent::Desk(event(day))])
    }

    fn status(
        &mut self,
        line: &Name,
        ours: Option<ConversationId>,
        who: &crate::relay::fact::Who,
        track: Track,
    ) -> Result<Option<Vec<Change>>, JournalError> {
        let named = match ours {
            Some(id) if id.0 <= self.last_conversation => {
                let state = self.cache.conversation(id, &self.store)?;
                state.filter(|state| state.head.line == *line).map(|_| id)
            }
            _ => None,
        };
        let conversation = match named {
            Some(id) => Some(id),
            None => match self.identities.find(&who.identities) {
                Some(contact) => self.cache.contact(contact, &self.store).conversation(line),
                None => None,
            },
        };
        let Some(id) = conversation else { return Ok(None) };
        let decided = self.decided(id, &Command::Track(track), &Actor::Platform);
        Ok(Some(decided.map(|(changes, _)| changes).unwrap_or_default()))
    }

    fn act(
        &mut self,
        member: Member,
        ticket: TicketNumber,
        action: &Action,
        id: Option<CommandId>,
        answer: Answer,
    ) -> Result<(), Gone> {
        if let Some(id) = id {
            if let Some((_, reply)) = self.under_way.get(&id) {
                let reply = reply.clone();
                return self.commit(
                    None,
                    member.name.as_str(),
                    Vec::new(),
                    Some((answer, reply)),
                    None,
                );
            }
            if let Some(reply) = self.carried_out(&id) {
                return self.commit(
                    None,
                    member.name.as_str(),
                    Vec::new(),
                    Some((answer, reply)),
                    None,
                );
            }
        }
        let name = member.name.clone();
        let conversation = self.cache.ticket(ticket, &self.store);
        let decided = match conversation {
            Some(conversation) => {
                let command = Command::Act(action.clone());
                self.decided_on(conversation, ticket, &command, &Actor::Agent(member))
            }
            None => Err(Refusal::NoTicket),
        };
        let (changes, reply) = match decided {
            Ok((changes, send)) => (changes, Ok(Reply::Acted(send))),
            Err(refusal) => (Vec::new(), Err(refusal)),
        };
        if let (Some(id), false) = (id, changes.is_empty()) {
            self.under_way.insert(id, (self.seq + 1, reply.clone()));
        }
        let id = id.filter(|_| !changes.is_empty());
        self.commit(id, name.as_str(), changes, Some((answer, reply)), None)
    }

    /// The answer to a client's command that is on disk already.
    fn carried_out(&self, id: &CommandId) -> Option<Result<Reply, Refusal>> {
        let reader = self.store.reader();
        let position = reader.command(id).ok()??;
        let record = reader.get(position).ok()??;
        let changes = crate::relay::views::changes(&record).ok()?;
        Some(Ok(Reply::Acted(changes.iter().find_map(sent))))
    }

    /// Only the latest ticket of a conversation can be acted on.
    fn decided_on(
        &mut self,
        conversation: ConversationId,
        ticket: TicketNumber,
        command: &Command,
        actor: &Actor,
    ) -> Result<(Vec<Change>, Option<SendId>), Refusal> {
        let state = self.cache.conversation(conversation, &self.store).map_err(unreadable)?;
        let latest =
            state.and_then(|state| state.head.ticket.as_ref().map(|t| (t.number, t.queue.clone())));
        let (Actor::Agent(member), Some((latest, queue))) = (actor, latest) else {
            return Err(Refusal::NoTicket);
        };
        // Who may not see the queue is not told that there is such a ticket.
        if !member.sees(&queue) {
            return Err(Refusal::QueueForeign { queue });
        }
        if latest != ticket {
            return Err(Refusal::WrongState { state: crate::domain::ticket::State::Closed });
        }
        self.decided(conversation, command, actor)
    }

    fn outbox(
        &mut self,
        id: ConversationId,
        command: &Command,
        answer: Answer,
    ) -> Result<(), Gone> {
        match self.decided(id, command, &Actor::Relay) {
            Ok((changes, _)) => {
                let events = changes.iter().flat_map(|change| &change.events);
                let failed = events.into_iter().find_map(|event| match event {
                    StreamEvent::Conversation(Event::Failed { error, .. }) => Some(*error),
                    _ => None,
                });
                let reply = match (command, failed) {
                    (Command::Attempt { .. }, Some(error)) => Reply::Failed(error),
                    (Command::Attempt { .. }, None) => Reply::Go,
                    _ => Reply::Done,
                };
                self.commit(None, Actor::Relay.name(), changes, Some((answer, Ok(reply))), None)
            }
            Err(refusal) => {
                let answer = Some((answer, Err(refusal)));
                self.commit(None, Actor::Relay.name(), Vec::new(), answer, None)
            }
        }
    }

    fn erase(&mut self, actor: &str, id: ContactId, answer: Answer) -> Result<(), Gone> {
        let now = self.clock.now();
        let contact = self.cache.contact(id, &self.store).clone();
        if contact.version == 0 {
            let answer =
                Some((answer, Err(Refusal::Malformed { what: "there is no such contact".into() })));
            return self.commit(None, actor, Vec::new(), answer, None);
        }
        let mut changes = Vec::new();
        for (_, conversation) in &contact.conversations {
            let Ok(Some(state)) = self.cache.conversation(*conversation, &self.store) else {
                continue;
            };
            let expected = state.head.version;
            let by = Name::from(actor);
            let sends = state.head.sends.iter().filter(|send| !send.attempting);
            let cancelled = |outbox: OutboxId| {
                StreamEvent::Conversation(Event::Cancelled { outbox, at: now, by: by.clone() })
            };
            let events: Vec<_> = sends.map(|send| cancelled(send.outbox)).collect();
            if !events.is_empty() {
                let stream = StreamId::Conversation(conversation.0);
                changes.push(Change { stream, expected, events });
            }
        }
        let erased = StreamEvent::Contact(ContactEvent::Erased { at: now });
        let stream = StreamId::Contact(id.0);
        changes.push(Change { stream, expected: contact.version, events: vec![erased] });
        self.identities.forget(&contact);
        self.apply(&changes);
        self.commit(None, actor, changes, Some((answer, Ok(Reply::Done))), None)
    }

    /// Decides one command on one conversation and folds the events in; the changes are yet to be committed.
    fn decided(
        &mut self,
        id: ConversationId,
        command: &Command,
        actor: &Actor,
    ) -> Result<(Vec<Change>, Option<SendId>), Refusal> {
        let now = self.clock.now();
        let (policy, desk, members) = self.cache.desk(&self.store);
        let next_ticket = TicketNumber(self.last_ticket + 1);
        let state = self.cache.conversation(id, &self.store).map_err(unreadable)?;
        let Some(state) = state.cloned() else { return Err(Refusal::NoTicket) };
        let contact = self.cache.contact(state.head.contact, &self.store).clone();
        let none = Catalogue::default();
        let line = policy.lines.get(&state.head.line);
        let templates = line.and_then(|line| desk.templates.get(&line.account));
        let ctx = Ctx {
            now,
            actor,
            policy: &policy,
            contact: &contact,
            templates: templates.map_or(&none, |(_, catalogue)| catalogue),
            members: &members,
            next_ticket,
        };
        let events = decide(&state, command, &ctx)?;
        if events.is_empty() {
            return Ok((Vec::new(), None));
        }
        let change = Change {
            stream: StreamId::Conversation(id.0),
            expected: state.head.version,
            events: events.into_iter().map(StreamEvent::Conversation).collect(),
        };
        drop(state);
        let sent = sent(&change);
        let changes = vec![change];
        self.apply(&changes);
        Ok((changes, sent))
    }

    fn desk_change(&mut self, events: Vec<StreamEvent>) -> Change {
        let expected = self.cache.desk(&self.store).1.version;
        let change = Change { stream: StreamId::Desk, expected, events };
        self.apply(std::slice::from_ref(&change));
        change
    }

    /// Folds changes into the states on their way to the disk.
    fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            self.cache.apply(change, &self.store);
            for event in &change.events {
                if let StreamEvent::Conversation(Event::TicketOpened { number, .. }) = event {
                    self.last_ticket = self.last_ticket.max(number.0);
                    if let StreamId::Conversation(id) = change.stream {
                        self.cache.note_ticket(*number, ConversationId(id), self.seq + 1);
                    }
                }
            }
        }
    }

    /// Seals and hands to the journal. Every decision passes here, also one without events: it is answered
    /// when everything before it is on disk.
    fn commit(
        &mut self,
        id: Option<CommandId>,
        actor: &str,
        changes: Vec<Change>,
        answer: Option<(Answer, Result<Reply, Refusal>)>,
        group: Option<Arc<AtomicBool>>,
    ) -> Result<(), Gone> {
        if changes.is_empty() && answer.is_none() {
            return Ok(());
        }
        self.seq += 1;
        let commit = if changes.is_empty() {
            None
        } else {
            let mut parts = Vec::with_capacity(changes.len());
            for change in &changes {
                self.cache.used(change.stream, self.seq);
                let contact = match change.stream {
                    StreamId::Conversation(id) => Some(self.cache.contact_of(ConversationId(id))),
                    StreamId::Contact(id) => Some(ContactId(id)),
                    StreamId::Desk => None,
                };
                // Of an erased person nothing personal is written any more, and no new key is made.
                let contact =
                    contact.filter(|id| self.cache.contact(*id, &self.store).erased.is_none());
                let part =
                    encode(&self.vault, change.stream, contact, change.expected, &change.events);
                parts.push(part.map_err(|error| {
                    tracing::error!(%error, "an event could not be sealed; the relay stops");
                    Gone
                })?);
            }
            Some(Commit { id, at: self.clock.now(), actor: actor.to_owned(), parts })
        };
        let payload = Decided { seq: self.seq, changes, answer, group };
        self.writer.blocking_send(Entry { commit, payload }).map_err(|_| Gone)?;
        if self.cache.is_full() {
            let folded = sink::folded(&self.store);
            self.cache.sweep(folded);
            self.under_way.retain(|_, (seq, _)| *seq > folded);
        }
        Ok(())
    }
}

fn unreadable(error: JournalError) -> Refusal {
    Refusal::Unavailable { reason: error.to_string() }
}

/// The changes of one commit: those of one stream in one piece.
fn merged(mut changes: Vec<Change>, more: Vec<Change>) -> Vec<Change> {
    for change in more {
        match changes.iter_mut().find(|known| known.stream == change.stream) {
            Some(known) => known.events.extend(change.events),
            None => changes.push(change),
        }
    }
    changes
}

/// The message that a change puts into the outbox.
fn sent(change: &Change) -> Option<SendId> {
    let StreamId::Conversation(id) = change.stream else { return None };
    change.events.iter().find_map(|event| match event {
        StreamEvent::Conversation(Event::Queued { outbox, .. }) => {
            Some(SendId { conversation: ConversationId(id), outbox: *outbox })
        }
        _ => None,
    })
}
