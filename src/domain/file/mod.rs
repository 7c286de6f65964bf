//! The files of messages: what has become of each, and what its bytes must be.
//!
//! A customer's file is fetched from the platform, checked and sealed on disk; until then it is owed. The thread's
//! entry says how that went, in a few bits, so that it is known for ever and costs nothing.

mod limit;
mod name;
mod shape;
mod signature;

pub use limit::{CAPTION_MOST, has_caption, most, sendable};
pub use name::file_name;
pub use shape::{Shape, shape};
pub use signature::{agrees, signature};

use super::id::MessageKey;
use super::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// The largest file of a customer, in bytes. Source: page "media": larger ones the platform itself refuses.
pub const INBOUND_MOST: u64 = 100 << 20;

/// Desk milliseconds after a webhook in which the platform gives out the file that it names. Source: page "media".
pub const KEPT_MS: i64 = 7 * 86_400_000;

/// What has become of a message's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// There is none, or it was never to be fetched.
    #[default]
    None,
    /// It is owed: to be fetched.
    Waiting,
    /// It is on disk.
    Stored,
    /// It was kept as long as files of its kind are.
    Expired,
    /// It could not be had, for good.
    Lost(Lost),
}

/// Why a file could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lost {
    /// The platform has it no longer.
    Gone,
    /// The platform could not be asked, for as long as it keeps files.
    Unreachable,
    /// Larger than [`INBOUND_MOST`].
    TooLarge,
    /// Its bytes were not those that were announced, however often it was fetched.
    Damaged,
    /// Its bytes are of another kind than was announced.
    WrongType,
    /// The person was erased before it came.
    Erased,
}

impl Lost {
    const ALL: [Self; 6] = [
        Self::Gone,
        Self::Unreachable,
        Self::TooLarge,
        Self::Damaged,
        Self::WrongType,
        Self::Erased,
    ];

    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Unreachable => "unreachable",
            Self::TooLarge => "too_large",
            Self::Damaged => "damaged",
            Self::WrongType => "wrong_type",
            Self::Erased => "erased",
        }
    }
}

impl State {
    /// The word of the outer contract; nothing where there is no file.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Waiting => Some("waiting"),
            Self::Stored => Some("stored"),
            Self::Expired => Some("expired"),
            Self::Lost(_) => Some("failed"),
        }
    }

    /// In four bits, as it is kept.
    pub(super) fn bits(self) -> u64 {
        match self {
            Self::None => 0,
            Self::Waiting => 1,
            Self::Stored => 2,
            Self::Expired => 3,
            Self::Lost(why) => 4 + why as u64,
        }
    }

    /// Of what [`State::bits`] gave; what a newer version may have written counts as gone.
    pub(super) fn of_bits(bits: u64) -> Self {
        match bits & 0xf {
            0 => Self::None,
            1 => Self::Waiting,
            2 => Self::Stored,
            3 => Self::Expired,
            bits => Self::Lost(Lost::ALL.get(bits as usize - 4).copied().unwrap_or(Lost::Gone)),
        }
    }
}

/// A file that is owed: which message's, and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fetch {
    /// The message's place in the thread.
    pub of: Of,
    /// Where it is written.
    pub place: Place,
}

/// Whose file: a message by its place in the thread of its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Of {
    /// Its time there; of a message of ours its outbox id.
    #[serde(rename = "of")]
    pub at: Timestamp,
    /// Fingerprint of the platform's id; zero for a message of ours.
    pub key: MessageKey,
}

/// What has just become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is on disk, checked and sealed.
    Stored {
        /// How many bytes it has.
        bytes: u64,
    },
    /// It will never be.
    Lost(Lost),
    /// It has been kept long enough.
    Expired,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_kept_in_four_bits() {
        let lost = Lost::ALL.map(State::Lost);
        let states = [State::None, State::Waiting, State::Stored, State::Expired];
        for state in states.into_iter().chain(lost) {
            assert!(state.bits() < 16);
            assert_eq!(State::of_bits(state.bits()), state);
        }
        assert_eq!(State::of_bits(15), State::Lost(Lost::Gone));
    }
}
