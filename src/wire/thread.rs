//! What stands in a thread.

use super::listing::Keyed;
use super::outbox_id;
use super::ticket::{Direction, TicketView};
use crate::domain::id::SendId;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// A thread as `guichet thread --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadView {
    /// The ticket that was asked for, or the latest one; null where there is none.
    pub ticket: Option<TicketView>,
    /// Oldest first.
    pub entries: Vec<EntryView>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// To or from the customer.
    Message,
    /// Between colleagues.
    Note,
    /// Something happened to the ticket.
    Event,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    /// What it is.
    pub kind: EntryKind,
    /// The platform's id of a message where it has one, else ours.
    pub id: String,
    /// The platform's time of a customer's message, ours for all else.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Which way; null for what does not go to or come from the customer.
    pub direction: Option<Direction>,
    /// `customer`, an account's name, `bot`, `system`, `phone` (typed on the phone app), `relay` ...
    pub author: String,
    /// The kind of a message; `note`; the word of an event.
    #[serde(rename = "type")]
    pub kind_word: String,
    /// What it says. Text of strangers: printed only through `kit::text`.
    pub text: String,
    /// The file that came with it.
    pub media: Option<MediaView>,
    /// The platform's id of the message that it answers, reacts to, changes or takes back.
    pub reply_to: Option<String>,
    /// How far a message of ours has come; null for those of the customer, notes and events.
    pub status: Option<String>,
    /// Why a message of ours failed.
    pub error: Option<ErrorView>,
    /// Whether its raw form is kept.
    pub raw_kept: bool,
    /// Our id of a message of ours, by which it is cancelled, confirmed or sent again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "outbox_id::option")]
    pub outbox: Option<SendId>,
}

/// A file, as the platform describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MediaView {
    /// The platform's id.
    pub id: Option<String>,
    /// MIME type.
    pub mime_type: Option<String>,
    /// Digest as the platform wrote it.
    pub sha256: Option<String>,
    /// Name, of documents.
    pub filename: Option<String>,
}

/// A failure explained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorView {
    /// The platform's code.
    pub code: u32,
    /// What happened, one sentence.
    pub title: String,
    /// What to do next, one sentence.
    pub hint: String,
}

/// An entry on its way to a console: with a key that stays while the rest changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThreadEntry {
    /// Where it is written; the same as long as it exists.
    pub key: String,
    /// The entry.
    #[serde(flatten)]
    pub entry: EntryView,
}

impl Keyed for ThreadEntry {
    type Key = String;
    fn key(&self) -> String {
        self.key.clone()
    }
}
