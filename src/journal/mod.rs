//! The journal: what happened, in order, for good. It knows streams, versions and positions and nothing of
//! what an event means; payloads are opaque bytes.
//!
//! One decision is one [`Commit`], one commit is one record, and the record is the atom: it is there wholly
//! or not at all, also when it touches several streams. A [`Journal`] is written by one thread only (see
//! [`Writer`]), in batches that are durable when [`Journal::append`] returns; any number of [`Reader`]s look
//! at what is durable, and at nothing else.
//!
//! Adapters: [`MemoryJournal`] for tests and the demo, [`SledJournal`] on disk. Both pass one conformance
//! suite, and so must any later one.

pub mod codec;
mod disk;
mod error;
mod export;
mod heads;
mod held;
mod layout;
mod memory;
mod record;
mod sled;
mod tail;
mod verify;
mod writer;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod model;

pub use self::sled::{DEFAULT_CACHE_BYTES, SledJournal};
pub use disk::free_bytes;
pub use error::JournalError;
pub use export::{export, import};
pub use held::{Gate, Held};
pub use memory::MemoryJournal;
pub use tail::{Tail, tail};
pub use verify::{Report, verify};
pub use writer::{Entry, Outcome, Sink, Writer, WriterClosed, WriterHandle, WriterOptions};

use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use tokio::sync::watch;

/// The place of a record in the journal: 1, 2, 3 ... without gaps; 0 is before everything.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before everything.
    pub const START: Self = Self(0);

    /// The place after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// Which stream an event belongs to. Ids are ours, never a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// The desk: roster, policy, catalogue. There is one.
    Desk,
    /// A contact, by its id.
    Contact(u64),
    /// A conversation, by its id.
    Conversation(u64),
}

impl StreamId {
    /// Length of [`StreamId::to_bytes`].
    pub const BYTES: usize = 9;

    /// The stream as a key that sorts like the stream: a tag, then the id, big-endian.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let (tag, id) = match self {
            Self::Desk => (0, 0),
            Self::Contact(id) => (1, id),
            Self::Conversation(id) => (2, id),
        };
        let mut key = [0; Self::BYTES];
        key[0] = tag;
        key[1..].copy_from_slice(&id.to_be_bytes());
        key
    }

    /// The stream of a key that [`StreamId::to_bytes`] made, if it is one.
    pub fn from_bytes(key: &[u8]) -> Option<Self> {
        let (tag, id) = key.split_first()?;
        let id = u64::from_be_bytes(id.try_into().ok()?);
        match (tag, id) {
            (0, 0) => Some(Self::Desk),
            (1, id) => Some(Self::Contact(id)),
            (2, id) => Some(Self::Conversation(id)),
            _ => None,
        }
    }
}

/// `desk`, `contact/7`, `conversation/12`: how exports and messages name a stream.
impl fmt::Display for StreamId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Desk => out.write_str("desk"),
            Self::Contact(id) => write!(out, "contact/{id}"),
            Self::Conversation(id) => write!(out, "conversation/{id}"),
        }
    }
}

impl FromStr for StreamId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text:?} names no stream: desk, contact/N or conversation/N");
        match text.split_once('/') {
            None if text == "desk" => Ok(Self::Desk),
            Some(("contact", id)) => id.parse().map(Self::Contact).map_err(|_| unknown()),
            Some(("conversation", id)) => id.parse().map(Self::Conversation).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// An event as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredEvent {
    /// JSON without any personal data.
    pub public: Vec<u8>,
    /// The personal data, sealed; may be empty.
    pub sealed: Vec<u8>,
}

/// What a commit adds to one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The stream.
    pub stream: StreamId,
    /// The stream's version before: the number of events it has so far.
    pub expected: u64,
    /// The events, in order; the first gets version `expected + 1`.
    pub events: Vec<StoredEvent>,
}

/// One decision: written wholly or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// A client's id of the command: a second commit with it is a [`Appended::Duplicate`].
    pub id: Option<[u8; 16]>,
    /// When it was decided, in desk time.
    pub at: Timestamp,
    /// Who decided. No personal data of a customer.
    pub actor: String,
    /// What it adds, by stream.
    pub parts: Vec<Part>,
}

/// A commit in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place.
    pub position: Position,
    /// What was committed.
    pub commit: Commit,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Written at this position.
    At(Position),
    /// Its id was written before, at this position; nothing was written now. A caller that has already
    /// applied the events must drop its state and fold again.
    Duplicate(Position),
    /// This stream was not at the expected version, or an earlier commit to it had failed and it was not
    /// [reset](Journal::reset); nothing was written.
    Conflict(StreamId),
}

/// A stream's folded state, or a block of what is too large for one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamId,
    /// 0 is the stream's state; 1 and on are its further blocks.
    pub block: u32,
    /// The stream's version up to which `bytes` holds everything.
    pub version: u64,
    /// The content, opaque, sealed by the caller.
    pub bytes: Vec<u8>,
}

/// Folded state to be saved, so that a start need not replay everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// States and blocks that replace those saved before. Each must hold only what is durable.
    pub snapshots: Vec<Snapshot>,
    /// Everything at or below it is contained in snapshots, of this checkpoint or earlier ones: a start
    /// replays only what follows. Every stream with an event at or below it has a saved block 0 whose
    /// version covers that event.
    pub low_water: Option<Position>,
}

impl Checkpoint {
    /// Whether there is nothing to save.
    pub fn is_empty(&self) -> bool {
        self.snapshots.is_empty() && self.low_water.is_none()
    }
}

/// The one who writes. One owner, one thread.
pub trait Journal: Send {
    /// Appends the commits in order and saves the checkpoint, in one atomic batch that is durable when this
    /// returns. One outcome a commit.
    ///
    /// When a commit conflicts, later ones that touch any of its streams fail too, also in later calls,
    /// until [`Journal::reset`].
    ///
    /// # Errors
    /// Any error is final: the store may or may not hold the batch, and this journal refuses further work.
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError>;

    /// Accepts commits to `stream` again after a conflict; its owner has folded it anew.
    fn reset(&mut self, stream: StreamId);

    /// A way to read; cheap, and good for as long as it is held.
    fn reader(&self) -> Arc<dyn Reader>;
}

/// One who reads. Sees what is durable, and nothing else.
pub trait Reader: Send + Sync {
    /// The last record's position; [`Position::START`] when there is none.
    fn head(&self) -> Position;

    /// Up to where everything is contained in snapshots.
    fn low_water(&self) -> Position;

    /// The record at `position`, if there is one.
    ///
    /// # Errors
    /// [`JournalError::Corrupt`] when it does not read back as it was written.
    fn get(&self, position: Position) -> Result<Option<Record>, JournalError>;

    /// Up to `limit` records that follow `after`, in order. With [`Position::START`], from the first.
    ///
    /// # Errors
    /// [`JournalError::Corrupt`] when one does not read back as it was written, or is missing.
    fn scan(&self, after: Position, limit: usize) -> Result<Vec<Record>, JournalError>;

    /// Where the command with this id was written.
    ///
    /// # Errors
    /// [`JournalError::Fatal`] when the store cannot be read.
    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError>;

    /// A saved block of a stream; block 0 is its state.
    ///
    /// # Errors
    /// [`JournalError::CorruptSnapshot`] when it does not read back as it was written.
    fn snapshot(&self, stream: StreamId, block: u32) -> Result<Option<Snapshot>, JournalError>;

    /// Saved states (block 0) in the order of streams: desk, contacts, conversations. Of the parts into which
    /// they are cut, about equal and `of` in all, only the one with number `nth`, from 0: so that several
    /// threads read at once. A state that does not read back is handed on as the
    /// [`JournalError::CorruptSnapshot`] that it is, and the rest follows.
    ///
    /// # Errors
    /// [`JournalError::Fatal`] when the store cannot be read.
    fn each_state(
        &self,
        nth: u64,
        of: u64,
        visit: &mut dyn FnMut(Result<Snapshot, JournalError>),
    ) -> Result<(), JournalError>;

    /// Every saved block: first all states as in [`Reader::each_state`], then the further blocks, in the order
    /// of streams and blocks.
    ///
    /// # Errors
    /// As [`Reader::snapshot`].
    fn each_snapshot(&self, visit: &mut dyn FnMut(Snapshot)) -> Result<(), JournalError>;

    /// The head as it moves. Closed when the journal is.
    fn watch(&self) -> watch::Receiver<Position>;

    /// Bytes the store takes on disk; 0 in memory.
    ///
    /// # Errors
    /// [`JournalError::Fatal`] when its folder cannot be read.
    fn size_on_disk(&self) -> Result<u64, JournalError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_read_back_from_its_key_and_its_name() {
        for stream in [
            StreamId::Desk,
            StreamId::Contact(0),
            StreamId::Contact(u64::MAX),
            StreamId::Conversation(1),
        ] {
            assert_eq!(StreamId::from_bytes(&stream.to_bytes()), Some(stream));
            assert_eq!(stream.to_string().parse(), Ok(stream));
        }
        for key in [&[][..], &[0; 8], &[0, 0, 0, 0, 0, 0, 0, 0, 1], &[3; 9], &[1; 10]] {
            assert_eq!(StreamId::from_bytes(key), None);
        }
        for name in ["", "desk/", "contact", "contact/", "contact/x", "ticket/1"] {
            assert!(name.parse::<StreamId>().is_err(), "{name}");
        }
    }

    #[test]
    fn keys_sort_like_streams() {
        let streams = [
            StreamId::Desk,
            StreamId::Contact(1),
            StreamId::Contact(256),
            StreamId::Conversation(0),
            StreamId::Conversation(u64::MAX),
        ];
        assert!(streams.is_sorted());
        assert!(streams.map(StreamId::to_bytes).is_sorted());
    }
}
