//! Saving the folded state a little at a time, and loading it.
//!
//! A stream that changed is dirty from its first unsaved event on. With every batch the journal's thread
//! saves the few that have been dirty longest; the rest is replayed after a kill. What is saved holds no
//! personal data: fingerprints are keyed, words stay in the journal.

use super::{Change, Live, Owing, Pulse, Shelves, Views};
use crate::domain::contact::Contact;
use crate::domain::conversation::{Conversation, Head};
use crate::domain::desk::Desk;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::thread::{Block, Entry, Thread};
use crate::journal::codec::decode;
use crate::journal::{Checkpoint, JournalError, Position, Reader, Record, Snapshot, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::panic::resume_unwind;
use std::sync::Arc;

/// States and blocks saved with one batch at most: after an import everything is due at once.
pub const BATCH_MOST: usize = 4_096;

/// Threads that read saved states at once at most.
const READERS_MOST: usize = 4;

/// Records that a start replays in one piece: all of them are in memory while they are.
const REPLAYED_AT_ONCE: usize = 256;

/// Streams that changed since they were saved, in the order of their first unsaved event.
#[derive(Default)]
pub(super) struct Dirty {
    queue: VecDeque<(Position, StreamId)>,
    since: HashMap<StreamId, Position>,
    saved: Vec<ConversationId>,
}

impl Dirty {
    pub(super) fn len(&self) -> usize {
        self.since.len()
    }

    pub(super) fn mark(&mut self, stream: StreamId, position: Position) {
        if let std::collections::hash_map::Entry::Vacant(vacant) = self.since.entry(stream) {
            vacant.insert(position);
            self.queue.push_back((position, stream));
        }
    }
}

impl Views {
    /// What to save with the next batch: the streams that lie `age` commits behind, about as many as the batch
    /// touched; or with age 0 all that changed. The checkpoint returned before is on disk by now: conversations that it saved and that are
    /// at rest leave memory.
    pub fn checkpoint(&mut self, age: u64) -> Checkpoint {
        if age == 0 {
            return self.save(usize::MAX, |_| true);
        }
        let checkpoint = self.save(BATCH_MOST, |behind| behind >= age);
        if checkpoint.snapshots.is_empty() { Checkpoint::default() } else { checkpoint }
    }

    /// Saves streams that are `due` by how many commits they lie behind, the oldest first, until there are `most`
    /// states and blocks.
    pub(super) fn save(&mut self, most: usize, due: impl Fn(u64) -> bool) -> Checkpoint {
        self.evict();
        let mut snapshots = Vec::new();
        while let Some((since, stream)) = self.dirty.queue.front().copied() {
            if snapshots.len() >= most || !due(self.position.0.saturating_sub(since.0)) {
                break;
            }
            self.dirty.queue.pop_front();
            self.dirty.since.remove(&stream);
            self.snapshot(stream, &mut snapshots);
            if let StreamId::Conversation(id) = stream {
                self.dirty.saved.push(ConversationId(id));
            }
        }
        let first = self.dirty.queue.front().map(|(since, _)| Position(since.0.saturating_sub(1)));
        Checkpoint { snapshots, low_water: Some(first.unwrap_or(self.position)) }
    }

    /// Conversations that the last checkpoint saved, which is on disk by now, leave memory if nothing more
    /// will happen in them by itself.
    fn evict(&mut self) {
        for id in std::mem::take(&mut self.dirty.saved) {
            let rests = self.conversations.get(&id).is_some_and(|state| self.at_rest(state));
            if rests && !self.dirty.since.contains_key(&StreamId::Conversation(id.0)) {
                self.release(id);
            }
        }
    }

    fn snapshot(&mut self, stream: StreamId, into: &mut Vec<Snapshot>) {
        let version = self.version(stream);
        let mut push = |block, bytes| into.push(Snapshot { stream, block, version, bytes });
        match stream {
            StreamId::Desk => push(0, serde_json::to_vec(&*self.desk).unwrap_or_default()),
            StreamId::Contact(id) => {
                if let Some(contact) = self.contacts.get(&ContactId(id)) {
                    push(0, shaped(&**contact));
                }
            }
            StreamId::Conversation(id) => {
                // It takes the place of what cannot be read, and is tried anew at each start.
                if self.unreadable.contains_key(&ConversationId(id)) {
                    return push(0, Vec::new());
                }
                let Some(state) = self.conversations.get_mut(&ConversationId(id)) else { return };
                // A short thread stands beside its head. Its block stays dirty, so that it is written by
                // itself once it has neighbours.
                if let Some(only) = state.thread.only_block() {
                    push(0, saved(state, Some(only)));
                    return;
                }
                let conversation = Arc::make_mut(state);
                push(0, saved(conversation, None));
                for block in conversation.thread.take_dirty() {
                    push(block.number, bytes(&block));
                }
            }
        }
    }
}

fn corrupt(stream: StreamId) -> JournalError {
    let why = "it is not a state that this version knows".to_owned();
    JournalError::CorruptSnapshot { stream, block: 0, why }
}

/// Stands before every saved contact and conversation. A state that begins otherwise has another shape and is
/// folded anew from the journal; to be changed with every change of what is saved.
const SHAPE: u8 = 0xff;

fn shaped(value: &impl Serialize) -> Vec<u8> {
    postcard::to_extend(value, vec![SHAPE]).unwrap_or_default()
}

fn unshaped<'a, T: Deserialize<'a>>(state: &'a Snapshot) -> Result<T, JournalError> {
    let bytes = state.bytes.strip_prefix(&[SHAPE]).ok_or_else(|| corrupt(state.stream))?;
    postcard::from_bytes(bytes).map_err(|_| corrupt(state.stream))
}

/// A conversation's head as it is saved: with the number of its newest block, and its only block if there is
/// but one.
#[derive(Serialize, Deserialize)]
struct Saved<H, B> {
    last_block: u32,
    head: H,
    only: Option<(u32, B)>,
}

fn saved(conversation: &Conversation, only: Option<&Block>) -> Vec<u8> {
    let saved = Saved {
        last_block: conversation.thread.last_block(),
        head: &conversation.head,
        only: only.map(|block| (block.number, bytes(block))),
    };
    shaped(&saved)
}

fn bytes(block: &Block) -> Vec<u8> {
    block.entries.iter().flat_map(|entry| entry.to_bytes()).collect()
}

fn block(number: u32, bytes: &[u8], dirty: bool) -> Block {
    let (entries, _) = bytes.as_chunks::<24>();
    Block::new(number, dirty, entries.iter().map(Entry::from_bytes).collect())
}

/// The head of a conversation and its only block, if it has but one.
fn read_head(state: &Snapshot) -> Result<(u32, Head, Option<Block>), JournalError> {
    let saved: Saved<Head, &[u8]> = unshaped(state)?;
    let only = saved.only.map(|(number, bytes)| block(number, bytes, true));
    Ok((saved.last_block, saved.head, only))
}

/// Loads one conversation at rest.
pub(super) fn load_conversation(
    reader: &dyn Reader,
    id: ConversationId,
) -> Result<Option<Conversation>, JournalError> {
    let stream = StreamId::Conversation(id.0);
    let Some(state) = reader.snapshot(stream, 0)? else { return Ok(None) };
    let (last, head, only) = read_head(&state)?;
    let mut blocks: Vec<_> = only.into_iter().collect();
    if blocks.is_empty() {
        for number in 1..=last {
            let saved = reader.snapshot(stream, number)?;
            blocks.extend(saved.map(|saved| block(number, &saved.bytes, false)));
        }
    }
    Ok(Some(Conversation { id, head, thread: Thread::from_blocks(blocks) }))
}

/// Loads the checkpoint and replays what follows it. A saved state that does not read back is folded anew from
/// the journal.
///
/// # Errors
/// When the journal does not read back, or was written by a newer version.
pub fn load(reader: &dyn Reader) -> Result<Views, JournalError> {
    let mut views = Views { position: reader.low_water(), ..Views::default() };
    let mut failed = Vec::new();
    for part in read_states(reader)? {
        views.desk = part.desk.map_or(views.desk, Arc::new);
        views.last_contact =
            part.contacts.iter().map(|contact| contact.id.0).fold(views.last_contact, u64::max);
        views.contacts.extend(part.contacts.into_iter().map(|contact| (contact.id, contact)));
        let ids = part.conversations.iter().map(|state| state.id.0);
        let ids = ids.chain(part.long.iter().map(|id| id.0));
        views.last_conversation = ids.fold(views.last_conversation, u64::max);
        let known = part.conversations.into_iter().map(|state| (state.id, state));
        views.conversations.extend(known);
        failed.extend(part.failed);
        // Few threads have more than one block: those are fetched one by one, not searched for among all.
        for id in part.long {
            match load_conversation(reader, id) {
                Ok(state) => views.conversations.extend(state.map(|state| (id, Arc::new(state)))),
                Err(error) => failed.push(error),
            }
        }
    }
    views.refold(failed, reader)?;
    views.policy = Arc::new(views.desk.policy.clone().unwrap_or_default());
    let conversations: Vec<_> = views.conversations.values().cloned().collect();
    let rests = std::thread::scope(|scope| {
        let shelves = scope.spawn(|| Shelves::of(conversations.iter().map(|state| &**state)));
        let rests = views.reindex();
        for state in &conversations {
            views.owing.moved(Owing::default(), Owing::of(state));
        }
        views.shelves = shelves.join().unwrap_or_else(|panic| resume_unwind(panic));
        rests
    });
    drop(conversations);
    for id in rests {
        // What was folded anew leaves memory once it is saved.
        if !views.dirty.since.contains_key(&StreamId::Conversation(id.0)) {
            views.release(id);
        }
    }
    let refolded = views.dirty.len() > 0;
    loop {
        let records = reader.scan(views.position, REPLAYED_AT_ONCE)?;
        if records.is_empty() {
            break;
        }
        for record in &records {
            views.apply(record.position, &changes(record)?, reader, &mut Default::default())?;
        }
    }
    (views.live, views.pulse) = (Live::default(), Pulse::after(views.position));
    views.refolded = refolded;
    Ok(views)
}

/// Saved states as one thread reads them.
#[derive(Default)]
struct States {
    desk: Option<Desk>,
    contacts: Vec<Arc<Contact>>,
    conversations: Vec<Arc<Conversation>>,
    /// Conversations whose thread lies apart.
    long: Vec<ConversationId>,
    /// What did not read back.
    failed: Vec<JournalError>,
}

/// Reads all saved states, in as many parts at once as there are processors.
fn read_states(reader: &dyn Reader) -> Result<Vec<States>, JournalError> {
    let of = std::thread::available_parallelism().map_or(1, usize::from).min(READERS_MOST) as u64;
    std::thread::scope(|scope| {
        let part = |nth| move || States::read(reader, nth, of);
        let others: Vec<_> = (1..of).map(|nth| scope.spawn(part(nth))).collect();
        let mut read = vec![part(0)()?];
        for other in others {
            read.push(other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
        }
        Ok(read)
    })
}

impl States {
    fn read(reader: &dyn Reader, nth: u64, of: u64) -> Result<Self, JournalError> {
        let mut states = Self::default();
        reader.each_state(nth, of, &mut |snapshot| {
            let taken = snapshot.and_then(|snapshot| states.take(&snapshot));
            states.failed.extend(taken.err());
        })?;
        Ok(states)
    }

    fn take(&mut self, snapshot: &Snapshot) -> Result<(), JournalError> {
        let stream = snapshot.stream;
        match stream {
            StreamId::Desk => {
                let desk = serde_json::from_slice(&snapshot.bytes).map_err(|_| corrupt(stream))?;
                self.desk = Some(desk);
            }
            StreamId::Contact(_) => self.contacts.push(Arc::new(unshaped(snapshot)?)),
            StreamId::Conversation(id) => {
                let id = ConversationId(id);
                let (_, head, only) = read_head(snapshot)?;
                match only {
                    Some(only) => {
                        let thread = Thread::from_blocks(vec![only]);
                        self.conversations.push(Arc::new(Conversation { id, head, thread }));
                    }
                    None => self.long.push(id),
                }
            }
        }
        Ok(())
    }
}

/// The events of a record, read back.
///
/// # Errors
/// When it was written by a newer version.
pub fn changes(record: &Record) -> Result<Vec<Change>, JournalError> {
    let change = |part: &crate::journal::Part| {
        let events = part.events.iter().map(|event| decode(part.stream, event));
        Ok(Change {
            stream: part.stream,
            expected: part.expected,
            events: events.collect::<Result<_, _>>()?,
        })
    };
    record.commit.parts.iter().map(change).collect()
}
