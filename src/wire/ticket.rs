//! One row of the inbox.

use super::listing::Keyed;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// A ticket as `guichet tickets --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketView {
    /// Desk-wide number.
    pub number: TicketNumber,
    /// The operator's name of the line.
    pub line: String,
    /// Where it waits.
    pub queue: String,
    /// Where it stands.
    pub state: State,
    /// How urgent it is.
    pub priority: Priority,
    /// Whose it is.
    pub assignee: Option<String>,
    /// Labels, in order.
    pub tags: Vec<String>,
    /// The customer.
    pub contact: ContactBrief,
    /// Messages of the customer that nobody has looked at.
    pub unread: u32,
    /// The latest message, either way.
    pub last_message: Option<LastMessage>,
    /// When free text is allowed.
    pub window: Window,
    /// The next promise to be kept.
    pub next_due: Option<Due>,
    /// When it began.
    #[serde(with = "rfc3339")]
    pub opened_at: Timestamp,
}

impl Keyed for TicketView {
    type Key = TicketNumber;
    fn key(&self) -> TicketNumber {
        self.number
    }
}

/// Who the customer is, in brief. Of one who was erased the name is `erased` and the rest is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactBrief {
    /// Our id.
    pub id: ContactId,
    /// As he calls himself, where known.
    pub name: Option<String>,
    /// Digits as the platform writes them, where known.
    pub phone: Option<String>,
    /// The platform's business-scoped id, where known.
    pub user_id: Option<String>,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the customer.
    In,
    /// To the customer.
    Out,
}

/// The latest message in brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastMessage {
    /// When it was written.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Which way.
    pub direction: Direction,
    /// Its beginning on one line, without control characters.
    pub preview: String,
}

/// The 24 hours in which free text is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// When it closes or closed; null if the customer has never written.
    #[serde(with = "rfc3339::option")]
    pub until: Option<Timestamp>,
    /// Whether it is open now.
    pub open: bool,
}

/// A promise that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// What is measured: `first_reply` ...
    pub metric: String,
    /// By when.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// Whether it is past.
    pub breached: bool,
}

/// A view of the inbox that the relay knows by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxView {
    /// Every unsolved ticket.
    #[default]
    All,
    /// Whose assignee is the account that asks.
    Mine,
    /// Nobody's.
    Unassigned,
    /// Whose customer waits for an answer.
    Waiting,
    /// With a promise broken that still runs.
    Breached,
}

impl InboxView {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::All, Self::Mine, Self::Unassigned, Self::Waiting, Self::Breached];

    /// Its name.
    pub fn word(self) -> &'static str {
        ["all", "mine", "unassigned", "waiting", "breached"][self as usize]
    }
}

impl std::str::FromStr for InboxView {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|view| view.word() == text);
        known.ok_or_else(|| {
            let words = Self::ALL.map(Self::word).join(", ");
            format!("there is no view {text:?}: {words}")
        })
    }
}

/// Which tickets to list; also the query of `GET /api/v1/tickets`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketFilter {
    /// Those of a view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<InboxView>,
    /// Those of a queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Those in a state; without one every unsolved ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// How many at most; 0 means all. Default 100. A watch ignores it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}
