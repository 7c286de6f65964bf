//! What stands in a thread.

use super::listing::Keyed;
use super::outbox_id;
use super::ticket::{Direction, TicketView, is_text, text};
use crate::domain::details::Details;
use crate::domain::id::{SendId, TicketNumber};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use uuid::Uuid;

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
    /// `customer`, an account's name, `bot`, `system`, `phone` (typed on the phone app), `platform` (its own agent),
    /// `relay` ...
    pub author: String,
    /// How a message came, where that is not the ordinary way: `standby` while the platform's own agent held the
    /// conversation, `history` imported from the phone's past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The kind of a message; `note`; the word of an event.
    #[serde(rename = "type")]
    pub kind_word: String,
    /// What it says. Text of strangers: printed only through `kit::text`.
    pub text: String,
    /// The file that came with it.
    pub media: Option<MediaView>,
    /// What it holds beyond text and file: place, cards, choice, answers, order, referral ... Texts of strangers.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
    /// Came forwarded; whether many times, tell the details.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// The platform's id of the message that it answers, reacts to, changes or takes back; of a status
    /// that stands for itself, the one that it is of.
    pub reply_to: Option<String>,
    /// How far a message of ours has come, `held` while the platform holds what it took; null for those of the customer, notes and events.
    pub status: Option<String>,
    /// Why a message of ours failed.
    pub error: Option<ErrorView>,
    /// Whether its raw form is kept.
    pub raw_kept: bool,
    /// Our id of a message of ours, by which it is cancelled, confirmed or sent again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "outbox_id::option")]
    pub outbox: Option<SendId>,
    /// Came to the relay clearly later than it was written, so that it may stand above what was read already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// The message that it quotes, reacts to or changes, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteView>,
    /// When a message of ours came how far, in order of time; each state once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<StatusAt>,
    /// Real milliseconds from its `at` on in which a message of ours can still be taken back; 0 if it was tried.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hold_ms: i64,
    /// Colleagues named in a note with `@name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// The ticket in whose part of the conversation it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketNumber>,
    /// Reactions to it that stand: of the customer and of the business the latest one each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionView>,
    /// What it said before it was edited or deleted, oldest first; `text` is what it says now. Of what was
    /// deleted consoles get none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<VersionView>,
    /// Since when it says so, if it was edited.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339::option")]
    pub edited_at: Option<Timestamp>,
    /// When its sender took it back. Then `text` is empty; do not show what it said without need.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339::option")]
    pub deleted_at: Option<Timestamp>,
    /// A reaction, an edit, a revocation, the end of a call or a status that is told at the message `reply_to`
    /// already: where that is shown, this one need not be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub folded: bool,
    /// Bytes of the whole entry, where it is too long for a console and only its beginning is here. REST has entries
    /// whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<u64>,
}

impl EntryView {
    /// Whether it need not be shown where the messages with these ids are. A status is never said apart from its
    /// message.
    pub fn is_told(&self, shown: &HashSet<&str>) -> bool {
        let about = self.reply_to.as_deref();
        self.folded
            && (self.kind == EntryKind::Event || about.is_some_and(|about| shown.contains(about)))
    }
}

/// A reaction to a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReactionView {
    /// Who reacted, as [`EntryView::author`].
    pub author: String,
    /// The emoji. Text of strangers.
    pub emoji: String,
    /// When.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
}

/// What a message said once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionView {
    /// Since when it said so.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// What it said. Text of strangers.
    pub text: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// The message that another one is about, in brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuoteView {
    /// The key of its entry in the thread.
    pub key: String,
    /// Who wrote it, as [`EntryView::author`].
    pub author: String,
    /// Its kind, as of an entry; left out of plain text, and of what was taken back.
    #[serde(rename = "type", default = "text", skip_serializing_if = "is_text")]
    pub kind_word: String,
    /// Its beginning on one line, without control characters.
    pub text: String,
}

/// When a message of ours came to a state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusAt {
    /// The state, as [`EntryView::status`].
    pub status: String,
    /// When: the platform's time where the platform told it, else desk time.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
}

/// What an account has written to a conversation and not sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// The text, as typed.
    pub text: String,
    /// It is to be a note.
    #[serde(default)]
    pub note: bool,
    /// When it was last changed, desk time.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// The console that changed it last.
    pub console: Uuid,
}

/// What a supervisor proposes to who has the ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhisperView {
    /// The supervisor.
    pub by: String,
    /// The text.
    pub text: String,
    /// When, desk time.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
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
    /// Bytes, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// How long it plays, in seconds, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// What has become of it: `waiting` (to be fetched), `stored`, `failed`, `expired`; nothing where it was never to be
    /// fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why it failed: `gone`, `unreachable`, `too_large`, `damaged`, `wrong_type`, `erased`; `missing` or `broken` where it
    /// was stored and the relay's disk has it no longer, or not as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Pixels across and down, of pictures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<(u32, u32)>,
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
    /// What the platform says of it in its own words, on one line. Text of strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// The platform had taken the message, and held it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
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
