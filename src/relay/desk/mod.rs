//! The one owner of the desk's state.
//!
//! A thread of its own takes one question after the other, decides it on the state as it will be once all
//! before it is on disk, hands the commit to the journal and goes on without waiting. The answer is given by
//! `sink`, when the disk has it. The thread keeps only the states that have a commit on its way; all else it
//! looks up in the committed [`Store`], so there is no second copy of the desk.

mod cache;
mod campaign;
mod commit;
mod conflict;
mod consent;
mod contacts;
mod forgotten;
mod handle;
mod input;
mod join;
mod line;
mod outbox;
mod pair;
mod person;
mod sink;
mod webhook;
mod written;

pub use campaign::{Campaigning, ROWS_AT_ONCE, Row};
pub use conflict::Conflicts;
pub use consent::Entered;
pub use handle::{DeskHandle, Overloaded};
pub use input::{Answered, CommandId, Reply};
pub use join::Tying;
pub use sink::{Decided, Fold, Wake};
pub use webhook::UNREADABLE;

use crate::domain::command::Command;
use crate::domain::decide::decide;
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, SendId, TicketNumber};
use crate::domain::policy::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::domain::template::{Catalogue, Purpose};
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, StreamId, WriterHandle};
use crate::kit::Clock;
use crate::relay::views::{Change, Store};
use crate::vault::Vault;
use cache::Cache;
use commit::merged;
use contacts::Identities;
use forgotten::Forgotten;
use input::Input;
use std::collections::HashMap;
use std::sync::Arc;

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
    conflicts: Conflicts,
    /// Every conflict of a commit up to this number is healed.
    healed: u64,
    /// Streams that were folded anew, and the last commit before that.
    refolded: HashMap<StreamId, u64>,
}

/// Answers to client commands kept before those on disk are dropped.
const UNDER_WAY_MOST: usize = 4_096;

/// The journal is gone: the process must end, and what was not answered was not taken.
struct Gone;

impl Desk {
    /// Takes over the committed state; `conflicts` is where [`Fold`] notes them.
    pub fn new(
        store: Store,
        vault: Arc<Vault>,
        clock: Clock,
        writer: WriterHandle<Decided>,
        conflicts: Conflicts,
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
            conflicts,
            healed: 0,
            refolded: HashMap::new(),
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
        self.heal();
        match input {
            Input::Facts { facts, kept, answer } => self.facts(facts, kept, answer),
            Input::Act { member, ticket, action, id, answer } => {
                self.act(member, ticket, &action, id, answer)
            }
            Input::Attempt(send, answer) => {
                if let Some(refusal) = self.stands_still(send) {
                    let answer = Some((answer, Err(refusal)));
                    return self.commit(None, Actor::Relay.name(), Vec::new(), answer, None);
                }
                let twice = self.has_twin(send);
                let command = Command::Attempt { outbox: send.outbox, twice };
                self.outbox(send.conversation, &command, answer)
            }
            Input::Settle(send, outcome, answer) => {
                let command = Command::Settle { outbox: send.outbox, outcome };
                self.outbox(send.conversation, &command, answer)
            }
            Input::File(conversation, of, news, answer) => {
                self.outbox(conversation, &Command::File { of, news }, answer)
            }
            Input::Alert(conversation, of, to, lost, answer) => {
                self.outbox(conversation, &Command::Alert { of, to, lost }, answer)
            }
            Input::Hand(conversation, handing, by, answer) => {
                let actor = by.map_or(Actor::Relay, Actor::Agent);
                let decided = self.decided(conversation, &Command::Hand(handing), &actor);
                let (changes, reply) = match decided {
                    Ok((changes, _)) => (changes, Ok(Reply::Done)),
                    Err(refusal) => (Vec::new(), Err(refusal)),
                };
                self.commit(None, actor.name(), changes, Some((answer, reply)), None)
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
            Input::Consent(actor, contact, entered, answer) => {
                self.enter(&actor, contact, &entered, Vec::new(), answer)
            }
            Input::ConsentOf(actor, who, entered, answer) => {
                let (id, changes) = self.introduce(&who, self.clock.now());
                self.enter(&actor, id, &entered, changes, answer)
            }
            Input::Told(actor, whose, news, answer) => {
                let changes = self.told(&whose, news, true);
                self.commit(None, &actor, changes, Some((answer, Ok(Reply::Done))), None)
            }
            Input::Campaign(actor, name, asked, answer) => {
                self.campaign(&actor, &name, asked, answer)
            }
            Input::Tie(actor, tying, answer) => self.tie(&actor, tying, answer),
            Input::Erase(actor, contact, events, answer) => {
                self.erase(&actor, contact, events, answer)
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
        let contact = self.whole_person(state.head.contact);
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
        let marketing = state.head.sends.iter().filter(|send| send.purpose == Purpose::Marketing);
        let marketing: Vec<_> = marketing.map(|send| send.outbox).collect();
        drop(state);
        let sent = sent(&change);
        let mut changes = vec![change];
        self.apply(&changes);
        self.note_marketing(contact.id, &marketing, now, &mut changes);
        Ok((changes, sent))
    }
}

fn unreadable(error: JournalError) -> Refusal {
    Refusal::Unavailable { reason: error.to_string() }
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
