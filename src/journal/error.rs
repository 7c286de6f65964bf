//! What can go wrong with a journal.

use super::{Position, StreamId};

/// Why the journal could not do what was asked. Carries no payload of a record.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The store failed. It is not known what it holds until it is opened again: the process must end.
    #[error("the journal failed and must be opened again: {what}")]
    Fatal {
        /// What happened, where.
        what: String,
    },
    /// Another process has the store open.
    #[error("the journal in {path} is open in another process; stop that one first")]
    Locked {
        /// The store's folder.
        path: String,
    },
    /// The store was written by a version that this one does not know.
    #[error("the journal in {path} has format {found}, this version reads format {known}")]
    Format {
        /// The store's folder.
        path: String,
        /// What it says it is.
        found: String,
        /// What is understood here.
        known: u32,
    },
    /// A record does not read back as it was written.
    #[error(
        "the record at position {position} is broken ({why}); restore the journal from a backup"
    )]
    Corrupt {
        /// Which record.
        position: Position,
        /// What is wrong with it.
        why: String,
    },
    /// A saved block does not read back as it was written.
    #[error(
        "block {block} saved for {stream} is broken ({why}); restore the journal from a backup"
    )]
    CorruptSnapshot {
        /// Whose.
        stream: StreamId,
        /// Which.
        block: u32,
        /// What is wrong with it.
        why: String,
    },
    /// A commit or block is larger than the store takes.
    #[error("{what} takes {bytes} bytes, more than the {most} a journal holds in one piece")]
    TooLarge {
        /// What is too large.
        what: String,
        /// How large.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// A checkpoint would lose a stream: its low water passes events that no saved state holds.
    #[error(
        "the checkpoint passes version {version} of {stream}, but the state saved for it holds \
         {saved}; save its block 0 with the checkpoint"
    )]
    Uncovered {
        /// Whose.
        stream: StreamId,
        /// The version the stream has at the low water.
        version: u64,
        /// The version of its saved state.
        saved: u64,
    },
    /// A line of an import is not what an export writes, or does not follow the one before.
    #[error("line {line} of the import cannot be taken: {why}")]
    Import {
        /// Counted from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, on which file.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The data keys that the batch needs could not be made durable.
    #[error("the data keys could not be written: {what}")]
    Keys {
        /// What happened.
        what: String,
    },
}

impl JournalError {
    /// Whether something that was written does not read back, and all else may be sound.
    pub fn is_of_data(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::CorruptSnapshot { .. })
    }

    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    pub(super) fn corrupt(position: Position, why: impl Into<String>) -> Self {
        Self::Corrupt { position, why: why.into() }
    }
}
