//! Saving the folded state a little at a time, and loading it.
//!
//! A stream that changed is dirty from its first unsaved event on. With every batch the journal's thread
//! saves the few that have been dirty longest; the rest is replayed after a kill. What is saved holds no
//! personal data: fingerprints are keyed, words stay in the journal.

use super::{Change, Live, Owing, Views};
use crate::domain::contact::Contact;
use crate::domain::conversation::{Conversation, Head};
use crate::domain::desk::Desk;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::thread::{Block, Entry, Thread};
use crate::journal::codec::decode;
use crate::journal::{Checkpoint, JournalError, Position, Reader, Record, Snapshot, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// States and blocks saved with one batch at most: after an import everything is due at once.
const BATCH_MOST: usize = 4_096;

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
        let everything = age == 0;
        self.evict();
        let mut snapshots = Vec::new();
        while let Some((since, stream)) = self.dirty.queue.front().copied() {
            let old = self.position.0.saturating_sub(since.0) >= age;
            if !everything && (!old || snapshots.len() >= BATCH_MOST) {
                break;
            }
            self.dirty.queue.pop_front();
            self.dirty.since.remove(&stream);
            self.snapshot(stream, &mut snapshots);
            if let StreamId::Conversation(id) = stream {
                self.dirty.saved.push(ConversationId(id));
            }
        }
        if snapshots.is_empty() && !everything {
            return Checkpoint::default();
        }
        let first = self.dirty.queue.front().map(|(since, _)| Position(since.0 - 1));
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
const SHAPE: u8 = 0xf2;

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
    Block { number, dirty, entries: entries.iter().map(Entry::from_bytes).collect() }
}

/// The head of a conversation and its only block, if it has but one.
fn read_head(state: &Snapshot) -> Result<(u32, Head, Vec<Block>), JournalError> {
    let saved: Saved<Head, &[u8]> = unshaped(state)?;
    let only = saved.only.iter().map(|(number, bytes)| block(*number, bytes, true));
    Ok((saved.last_block, saved.head, only.collect()))
}

/// Loads one conversation at rest.
pub(super) fn load_conversation(
    reader: &dyn Reader,
    id: ConversationId,
) -> Result<Option<Conversation>, JournalError> {
    let stream = StreamId::Conversation(id.0);
    let Some(state) = reader.snapshot(stream, 0)? else { return Ok(None) };
    let (last, head, mut blocks) = read_head(&state)?;
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
    let mut long = Vec::new();
    reader.each_state(&mut |snapshot| {
        let loaded = snapshot.and_then(|snapshot| views.load_state(&snapshot, &mut long));
        failed.extend(loaded.err());
    })?;
    // Few threads have more than one block: those are fetched one by one, not searched for among all.
    for id in long {
        match load_conversation(reader, id) {
            Ok(state) => views.conversations.extend(state.map(|state| (id, Arc::new(state)))),
            Err(error) => failed.push(error),
        }
    }
    views.refold(failed, reader)?;
    views.policy = Arc::new(views.desk.policy.clone().unwrap_or_default());
    views.reindex();
    for state in views.conversations.values() {
        views.owing.moved(Owing::default(), Owing::of(state));
    }
    views.shelves.fill(views.conversations.values().map(|state| &**state));
    let rests: Vec<_> =
        views.conversations.values().filter(|state| views.at_rest(state)).map(|s| s.id).collect();
    for id in rests {
        // What was folded anew leaves memory once it is saved.
        if !views.dirty.since.contains_key(&StreamId::Conversation(id.0)) {
            views.release(id);
        }
    }
    let refolded = views.dirty.len() > 0;
    loop {
        let records = reader.scan(views.position, 4096)?;
        if records.is_empty() {
            break;
        }
        for record in &records {
            views.apply(record.position, &changes(record)?, reader, &mut Default::default())?;
        }
    }
    views.live = Live::default();
    views.refolded = refolded;
    Ok(views)
}

impl Views {
    /// Takes over one saved state; conversations whose thread lies apart are noted in `long`.
    fn load_state(
        &mut self,
        snapshot: &Snapshot,
        long: &mut Vec<ConversationId>,
    ) -> Result<(), JournalError> {
        let stream = snapshot.stream;
        match stream {
            StreamId::Desk => {
                let desk: Desk =
                    serde_json::from_slice(&snapshot.bytes).map_err(|_| corrupt(stream))?;
                self.desk = Arc::new(desk);
            }
            StreamId::Contact(id) => {
                let contact: Contact = unshaped(snapshot)?;
                self.last_contact = self.last_contact.max(id);
                self.contacts.insert(ContactId(id), Arc::new(contact));
            }
            StreamId::Conversation(id) => {
                let (_, head, only) = read_head(snapshot)?;
                self.last_conversation = self.last_conversation.max(id);
                let id = ConversationId(id);
                if only.is_empty() {
                    long.push(id);
                    return Ok(());
                }
                let thread = Thread::from_blocks(only);
                self.conversations.insert(id, Arc::new(Conversation { id, head, thread }));
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
