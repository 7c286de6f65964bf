//! The one owner of the desk's state.
//!
//! A thread of its own takes one question after the other, decides it on the state as it will be once all
//! before it is on disk, hands the commit to the journal and goes on without waiting. The answer is given by
//! `sink`, when the disk has it. The thread keeps only the states that have a commit on its way; all else it
//! looks up in the committed [`Store`], so there is no second copy of the desk.

mod cache;
mod contacts;
mod forgotten;
mod handle;
mod input;
mod person;
mod sink;
mod webhook;

pub use handle::{DeskHandle, Overloaded};
pub use input::{Answered, CommandId, Reply};
pub use sink::{Decided, Fold, Wake};

use crate::domain::command::Command;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::id::{ContactId, ConversationId, SendId, TicketNumber};
use crate::domain::policy::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::domain::template::Catalogue;
use crate::journal::codec::{StreamEvent, encode};
use crate::journal::{Commit, Entry, JournalError, StreamId, WriterHandle};
use crate::kit::Clock;
use crate::relay::views::{Change, Store};
use crate::vault::Vault;
use cache::Cache;
use contacts::Identities;
use forgotten::Forgotten;
use input::{Answer, Input};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// See the module.
pub struct Desk {
    cache: Cache,
    identities: Identities,
    forgotten: Forgotten,
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

/// Answers to client commands kept before those on disk are dropped.
const UNDER_WAY_MOST: usize = 4_096;

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
        let forgotten = Forgotten::of(&store);
        Self {
            cache: Cache::default(),
            identities,
            forgotten,
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
            Input::Tick(conversations, answer) => {
                for id in conversations {
                    if let Ok((changes, _)) = self.decided(id, &Command::Tick, &Actor::Relay) {
                        self.commit(None, Actor::Relay.name(), changes, None, None)?;
                    }
                }
                let answer = Some((answer, Ok(Reply::Done)));
                self.commit(None, Actor::Relay.name(), Vec::new(), answer, None)
            }
            Input::Desk(actor, events, answer) => {
                let events: Vec<_> = events.into_iter().map(StreamEvent::Desk).collect();
                let changes =
                    if events.is_empty() { Vec::new() } else { vec![self.desk_change(events)] };
                self.commit(None, &actor, changes, Some((answer, Ok(Reply::Done))), None)
            }
            Input::Erase(actor, contact, events, answer) => {
                self.erase(&actor, contact, events, answer)
            }
            Input::Conflicted(stream) => {
                self.cache.forget(stream);
                self.writer.blocking_reset(stream);
                Ok(())
            }
        }
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
        let mut changes = vec![change];
        self.apply(&changes);
        self.marketing_refused(contact.id, now, &mut changes);
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
        if self.cache.is_full() || self.under_way.len() > UNDER_WAY_MOST {
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
