//! The messages that a provider keeps and lists. Who posts a webhook once and gives up loses what comes while the
//! relay is away: there it is found.

use super::platform::{Asked, Fault};
use super::send::Recipient;
use crate::kit::Timestamp;
use std::collections::BTreeMap;

/// A list of messages that can be asked for. Asking changes nothing.
pub trait Archive: Send + Sync {
    /// What customers wrote to the line in a span: its first page, or the one that was named as the next.
    fn written<'a>(
        &'a self,
        span: Span,
        page: Option<&'a str>,
    ) -> Asked<'a, Result<Page<Kept>, Fault>>;

    /// What the line sent in a span, and how far that is: its first page, or the one that was named as the next.
    fn told<'a>(
        &'a self,
        span: Span,
        page: Option<&'a str>,
    ) -> Asked<'a, Result<Page<Sent>, Fault>>;

    /// What was sent to somebody in a span; nothing if that is more than fits on a page.
    fn sent<'a>(&'a self, to: &'a Recipient, span: Span) -> Asked<'a, Result<Vec<Sent>, Fault>>;

    /// A message with its files, as a webhook of the Cloud API's.
    fn webhook<'a>(&'a self, kept: &'a Kept) -> Asked<'a, Result<Vec<u8>, Fault>>;
}

/// From one instant to another, both within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub since: Timestamp,
    /// The last.
    pub until: Timestamp,
}

/// A part of the list, the latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its messages.
    pub messages: Vec<T>,
    /// Where the next part is found, if there is one.
    pub next: Option<String>,
}

/// A message of the line's as the provider keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub id: String,
    /// When it was taken; to the second.
    pub at: Timestamp,
    /// Its words.
    pub text: String,
    /// How far it is, as a webhook of the Cloud API's.
    pub webhook: Vec<u8>,
}

/// A customer's message as the provider keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id, as its webhook names it.
    pub id: String,
    /// Who wrote it.
    pub from: Recipient,
    /// When; to the second.
    pub at: Timestamp,
    /// How many files it has.
    pub files: usize,
    /// The rest, in the provider's words.
    pub fields: BTreeMap<String, String>,
}
