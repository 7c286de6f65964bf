//! What an account should know of, whatever it looks at.

use super::alert::AlertView;
use super::listing::Keyed;
use crate::domain::id::TicketNumber;
use crate::domain::line::News;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// Grows; the same as long as the relay runs, and never given again. 0 is that of [`NoticeKind::Proposed`].
    pub id: u64,
    /// When, desk time.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// What.
    #[serde(rename = "type")]
    pub kind: NoticeKind,
    /// Where.
    pub ticket: TicketNumber,
    /// Who did it; of an escalation, which clock escalates.
    pub by: String,
    /// The beginning of the note, or of the customer's latest message, on one line without control characters; of
    /// news of a line, those in English.
    pub excerpt: String,
    /// The kind of the customer's latest message, where that is the excerpt; as of an entry of the thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt_type: Option<String>,
    /// News of lines, which are about no ticket: there [`NoticeView::ticket`] is 0 and [`NoticeView::by`] empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Box<LineNews>>,
    /// What an alert tells; it is about no ticket either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Box<AlertView>>,
}

/// What the platform said of lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineNews {
    /// The operator's names for them.
    pub lines: Vec<String>,
    /// What.
    pub news: News,
}

impl Keyed for NoticeView {
    type Key = u64;
    fn key(&self) -> u64 {
        self.id
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A note names the account with `@name`.
    Mentioned,
    /// Somebody else gave it the ticket.
    Assigned,
    /// The ticket is offered to it.
    Offered,
    /// It let offers run out, and is taken to be away: it takes no new tickets until it says so.
    Missed,
    /// A promise is nearly broken, or broken, and the service level says that the account is told.
    Escalated,
    /// Something happened to a ticket that the account follows.
    Followed,
    /// Something is to be done by the account.
    Todo,
    /// The time has come by which it is to be done.
    TodoDue,
    /// A supervisor proposes what to write in a ticket of the account. It is there as long as the proposal, the latest
    /// only.
    Proposed,
    /// The platform said something of a line; supervisors are told.
    Line,
    /// The operator's changed file was refused, for the reason in the excerpt; supervisors are told. It is about no
    /// ticket.
    Reload,
    /// An alert by rule was raised, told again or cleared.
    Alert,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}
