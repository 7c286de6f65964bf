//! The index of a conversation: what stands in its thread, in order, without any of the words.

mod names;
mod place;
#[cfg(test)]
mod tests;

use super::file::{Of, State};
use super::id::{MessageKey, OutboxId};
use super::message::Source;
use super::status::{Seen, Status};
use crate::kit::Timestamp;
use names::Names;
pub use place::Place;
use std::sync::Arc;

/// Most entries in one block: a block is what a checkpoint writes in one piece.
pub const BLOCK_MOST: usize = 128;

/// What an entry of the thread is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The customer, and he waits for an answer.
    Asks,
    /// The customer, and nothing is asked: a reaction, an edit, an import.
    Quiet,
    /// A person at a console, to the customer.
    Reply,
    /// The bot, a survey, the system or a campaign, to the customer; also a person's reaction: no answer either.
    Automatic,
    /// A person on the phone app, or the platform's own agent, to the customer.
    Elsewhere,
    /// Between colleagues.
    Note,
    /// Something happened to the ticket.
    Event,
    /// A ticket begins here.
    Opened,
}

impl Sort {
    const ALL: [Self; 8] = [
        Self::Asks,
        Self::Quiet,
        Self::Reply,
        Self::Automatic,
        Self::Elsewhere,
        Self::Note,
        Self::Event,
        Self::Opened,
    ];

    /// Whether it is a message of ours from the outbox.
    pub fn is_outbox(self) -> bool {
        matches!(self, Self::Reply | Self::Automatic)
    }

    /// Whether it is a message, either way.
    pub fn is_message(self) -> bool {
        !matches!(self, Self::Note | Self::Event | Self::Opened)
    }
}

/// Beside the three bits of the sort: see [`Entry::was_held`].
const HELD: u64 = 1 << 3;

/// One entry in 24 bytes. A conversation of a million messages must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    at: i64,
    key: u64,
    packed: u64,
}

impl Entry {
    /// An entry at `at`; `key` is zero where the platform has no id for it (yet).
    pub fn new(at: Timestamp, key: MessageKey, sort: Sort, place: Place) -> Self {
        Self { at: at.0, key: key.0, packed: place.raw() << 16 | sort as u64 }
    }

    /// The platform's time of a message of the customer; ours for all else.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.at)
    }

    /// Fingerprint of the platform's id; zero where there is none.
    pub fn key(&self) -> MessageKey {
        MessageKey(self.key)
    }

    /// The outbox id, of messages of ours.
    pub fn outbox(&self) -> OutboxId {
        OutboxId(self.at)
    }

    /// What it is.
    pub fn sort(&self) -> Sort {
        Sort::ALL[(self.packed & 0x7) as usize]
    }

    /// Where it is written.
    pub fn place(&self) -> Place {
        Place::from_raw(self.packed >> 16)
    }

    /// The states it has been seen in, of messages of ours.
    pub fn seen(&self) -> Seen {
        Seen((self.packed >> 4) as u16 & 0xfff)
    }

    /// The state that counts, of messages of ours.
    pub fn status(&self) -> Status {
        self.seen().status()
    }

    /// Whether the platform held it when it took it over, of messages of ours.
    pub fn was_held(&self) -> bool {
        self.packed & HELD != 0
    }

    /// Whether the platform holds it still, as far as is known.
    pub fn is_held(&self) -> bool {
        self.was_held() && self.status() == Status::Accepted
    }

    /// The ways in which a message of the customer, or one sent elsewhere, has come to us.
    pub fn came_by(&self, source: Source) -> bool {
        self.packed & (16 << source as u64) != 0
    }

    /// What has become of its file. Of a message of ours it is only known here that it was kept long enough.
    pub fn file(&self) -> State {
        match self.sort() {
            sort if sort.is_outbox() && self.seen().is_file_expired() => State::Expired,
            Sort::Asks | Sort::Quiet | Sort::Elsewhere => State::of_bits(self.packed >> 8),
            _ => State::None,
        }
    }

    /// Under what its file is known.
    pub fn file_of(&self) -> Of {
        let key = if self.sort().is_outbox() { MessageKey(0) } else { self.key() };
        Of { at: self.at(), key }
    }

    fn set_file(&mut self, state: State) {
        if !self.sort().is_outbox() {
            self.packed = self.packed & !0xf00 | state.bits() << 8;
        } else if state == State::Expired {
            self.set_seen(self.seen().file_expired());
        }
    }

    fn set_seen(&mut self, seen: Seen) {
        self.packed = self.packed & !0xfff0 | u64::from(seen.0 & 0xfff) << 4;
    }

    /// An outbox id is unique, and the platform's id of a message of ours comes later than its place in the
    /// thread: it takes no part.
    fn order(&self) -> (i64, u64, u64) {
        let key = if self.sort().is_outbox() { 0 } else { self.key };
        (self.at, key, self.packed >> 16)
    }

    /// As written in a checkpoint.
    pub fn to_bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.at.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.key.to_le_bytes());
        bytes[16..].copy_from_slice(&self.packed.to_le_bytes());
        bytes
    }

    /// As read from a checkpoint.
    pub fn from_bytes(bytes: &[u8; 24]) -> Self {
        let word = |from: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[from..from + 8]);
            word
        };
        Self {
            at: i64::from_le_bytes(word(0)),
            key: u64::from_le_bytes(word(8)),
            packed: u64::from_le_bytes(word(16)),
        }
    }
}

/// A run of entries that is checkpointed together.
#[derive(Clone, Debug)]
pub struct Block {
    /// Which block of the conversation it is, from 1; never used again.
    pub number: u32,
    /// Changed since it was last written.
    pub dirty: bool,
    /// In order.
    pub entries: Vec<Entry>,
    /// Which of the platform's ids of our messages may be among the entries; nothing where that is not known,
    /// as in the last block.
    names: Option<Box<Names>>,
}

impl Block {
    /// A block with these entries, in order.
    pub fn new(number: u32, dirty: bool, entries: Vec<Entry>) -> Self {
        Self { number, dirty, entries, names: None }
    }

    /// Learns which ids are in it.
    fn name(&mut self) {
        let mut names = Names::default();
        for entry in self.entries.iter().filter(|entry| entry.sort().is_outbox()) {
            names.add(entry.key);
        }
        self.names = Some(Box::new(names));
    }

    fn may_name(&self, key: MessageKey) -> bool {
        self.names.as_ref().is_none_or(|names| names.may_hold(key.0))
    }
}

/// The entries of one conversation in the order of the thread: the time, then the fingerprint. It is also the
/// memory by which a repeated message is recognised, for ever.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    blocks: Vec<Arc<Block>>,
    last_block: u32,
}

impl Thread {
    /// Puts blocks read from a checkpoint together again, in any order.
    pub fn from_blocks(mut blocks: Vec<Block>) -> Self {
        blocks.retain(|block| !block.entries.is_empty());
        blocks.sort_by_key(|block| block.entries[0].order());
        let last_block = blocks.iter().map(|block| block.number).max().unwrap_or(0);
        if let [before @ .., _] = &mut blocks[..] {
            before.iter_mut().for_each(Block::name);
        }
        Self { blocks: blocks.into_iter().map(Arc::new).collect(), last_block }
    }

    /// The number of the newest block.
    pub fn last_block(&self) -> u32 {
        self.last_block
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.entries.len()).sum()
    }

    /// Whether nothing has been said yet.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// All entries, oldest first; from both ends.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.blocks.iter().flat_map(|block| block.entries.iter())
    }

    /// The entries later than `at`, oldest first.
    pub fn after(&self, at: Timestamp) -> impl Iterator<Item = &Entry> {
        let block = self
            .blocks
            .partition_point(|block| block.entries.last().is_some_and(|last| last.at <= at.0));
        self.blocks[block..]
            .iter()
            .flat_map(|block| block.entries.iter())
            .skip_while(move |entry| entry.at <= at.0)
    }

    /// The entries not later than `at`, newest first.
    pub fn until(&self, at: Timestamp) -> impl Iterator<Item = &Entry> {
        let blocks = self
            .blocks
            .partition_point(|block| block.entries.first().is_some_and(|first| first.at <= at.0));
        let back = self.blocks[..blocks].iter().rev();
        back.flat_map(|block| block.entries.iter().rev()).skip_while(move |entry| entry.at > at.0)
    }

    /// The only block of a short thread.
    pub fn only_block(&self) -> Option<&Block> {
        match &self.blocks[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Blocks changed since they were last written; afterwards none is.
    pub fn take_dirty(&mut self) -> Vec<Arc<Block>> {
        let mut dirty = Vec::new();
        for block in &mut self.blocks {
            if block.dirty {
                Arc::make_mut(block).dirty = false;
                dirty.push(block.clone());
            }
        }
        dirty
    }

    /// Adds an entry at its place in the order.
    pub fn insert(&mut self, entry: Entry) {
        let mut at = self
            .blocks
            .partition_point(|block| block.entries[0].order() <= entry.order())
            .saturating_sub(1);
        if self.blocks.is_empty() {
            self.push_block(0, Vec::new());
        } else if self.blocks[at].entries.len() >= BLOCK_MOST {
            // A full last block is left full: threads grow at the end.
            let block = Arc::make_mut(&mut self.blocks[at]);
            let cut = if block.entries[BLOCK_MOST - 1].order() <= entry.order() {
                BLOCK_MOST
            } else {
                BLOCK_MOST / 2
            };
            let rest = block.entries.split_off(cut);
            block.dirty = true;
            block.name();
            let first_of_rest = rest.first().map(Entry::order);
            self.push_block(at + 1, rest);
            if at + 2 < self.blocks.len() {
                Arc::make_mut(&mut self.blocks[at + 1]).name();
            }
            if first_of_rest.is_none_or(|first| first <= entry.order()) {
                at += 1;
            }
        }
        let block = Arc::make_mut(&mut self.blocks[at]);
        block.dirty = true;
        if block.entries.len() == block.entries.capacity() {
            block.entries.reserve_exact((block.entries.len() / 8).max(2));
        }
        let place = block.entries.partition_point(|other| other.order() <= entry.order());
        block.entries.insert(place, entry);
        if let Some(names) = block.names.as_mut().filter(|_| entry.sort().is_outbox()) {
            names.add(entry.key);
        }
    }

    fn push_block(&mut self, at: usize, entries: Vec<Entry>) {
        self.last_block += 1;
        self.blocks.reserve_exact(1);
        self.blocks.insert(at, Arc::new(Block::new(self.last_block, true, entries)));
    }

    fn find(&self, at: i64, wanted: impl Fn(&Entry) -> bool) -> Option<(usize, usize)> {
        let first = self
            .blocks
            .partition_point(|block| block.entries.last().is_some_and(|last| last.at < at));
        for (b, block) in self.blocks.iter().enumerate().skip(first) {
            let from = block.entries.partition_point(|entry| entry.at < at);
            for (e, entry) in block.entries.iter().enumerate().skip(from) {
                if entry.at != at {
                    return None;
                }
                if wanted(entry) {
                    return Some((b, e));
                }
            }
        }
        None
    }

    /// The message with that time and fingerprint.
    pub fn message(&self, at: Timestamp, key: MessageKey) -> Option<&Entry> {
        let (b, e) = self.find(at.0, |entry| entry.key == key.0 && entry.sort().is_message())?;
        Some(&self.blocks[b].entries[e])
    }

    /// The message with that fingerprint, whenever it was, looked for from the end through all of the thread.
    pub fn message_by_key(&self, key: MessageKey) -> Option<&Entry> {
        let entries = self.blocks.iter().rev().flat_map(|block| block.entries.iter().rev());
        entries.into_iter().find(|entry| entry.key == key.0 && entry.sort().is_message())
    }

    /// The message of ours with that outbox id.
    pub fn outbox(&self, id: OutboxId) -> Option<&Entry> {
        let (b, e) = self.find(id.0, |entry| entry.sort().is_outbox())?;
        Some(&self.blocks[b].entries[e])
    }

    /// The message of ours that the platform knows under this fingerprint, looked for from the end.
    pub fn outbox_by_key(&self, key: MessageKey) -> Option<OutboxId> {
        self.blocks
            .iter()
            .rev()
            .filter(|block| block.may_name(key))
            .flat_map(|block| block.entries.iter().rev())
            .find(|entry| entry.key == key.0 && entry.sort().is_outbox())
            .map(Entry::outbox)
    }

    /// Notes one more way in which a message that is not of the outbox came; `sort` is what it now is.
    pub fn came_again(&mut self, at: Timestamp, key: MessageKey, source: Source, sort: Sort) {
        let found = self.find(at.0, |entry| {
            entry.key == key.0 && entry.sort().is_message() && !entry.sort().is_outbox()
        });
        if let Some((b, e)) = found {
            let block = Arc::make_mut(&mut self.blocks[b]);
            block.dirty = true;
            let packed = &mut block.entries[e].packed;
            *packed = *packed & !0xf | sort as u64 | 16 << source as u64;
        }
    }

    /// The message with that file.
    pub fn with_file(&self, of: Of) -> Option<&Entry> {
        let (b, e) =
            self.find(of.at.0, |entry| entry.sort().is_message() && entry.file_of() == of)?;
        Some(&self.blocks[b].entries[e])
    }

    /// Notes what has become of a message's file; `place` where its content is written anew.
    pub fn set_file(&mut self, of: Of, state: State, place: Option<Place>) {
        let found = self.find(of.at.0, |entry| entry.sort().is_message() && entry.file_of() == of);
        if let Some((b, e)) = found {
            let block = Arc::make_mut(&mut self.blocks[b]);
            block.dirty = true;
            let entry = &mut block.entries[e];
            entry.set_file(state);
            if let Some(place) = place {
                entry.packed = entry.packed & 0xffff | place.raw() << 16;
            }
        }
    }

    /// Changes what is known of a message of ours; `key` where the platform has now given it an id.
    /// Nothing happens if there is none with that id.
    pub fn update(
        &mut self,
        id: OutboxId,
        key: Option<MessageKey>,
        change: impl FnOnce(Seen) -> Seen,
    ) {
        let Some((b, e)) = self.find(id.0, |entry| entry.sort().is_outbox()) else { return };
        let block = Arc::make_mut(&mut self.blocks[b]);
        block.dirty = true;
        let entry = &mut block.entries[e];
        entry.set_seen(change(entry.seen()));
        if let Some(key) = key {
            entry.key = key.0;
            if let Some(names) = &mut block.names {
                names.add(key.0);
            }
        }
    }

    /// Notes that the platform holds a message of ours.
    pub fn hold(&mut self, id: OutboxId) {
        let Some((b, e)) = self.find(id.0, |entry| entry.sort().is_outbox()) else { return };
        let block = Arc::make_mut(&mut self.blocks[b]);
        block.dirty = true;
        block.entries[e].packed |= HELD;
    }

    /// Moves the beginning of a ticket: a message that arrived late was written earlier.
    pub fn move_opening(&mut self, from: Timestamp, to: Timestamp) {
        let Some((b, e)) = self.find(from.0, |entry| entry.sort() == Sort::Opened) else { return };
        if self.blocks[b].entries.len() == 1 {
            // A block on disk is never empty. Its only entry is that of a ticket without a message.
            return;
        }
        let block = Arc::make_mut(&mut self.blocks[b]);
        block.dirty = true;
        let mut entry = block.entries.remove(e);
        entry.at = to.0;
        self.insert(entry);
    }
}
