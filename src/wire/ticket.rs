//! One row of the inbox.

use super::aside::AsideView;
use super::clocks::Clocks;
use super::frame::You;
use super::listing::Keyed;
use crate::domain::decide::Facts;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::roster::Member;
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
    /// What there is to know of its clocks beside that.
    #[serde(default, skip_serializing_if = "Clocks::is_plain")]
    pub clocks: Clocks,
    /// When it began.
    #[serde(with = "rfc3339")]
    pub opened_at: Timestamp,
    /// Since when the customer waits for an answer; nothing if he does not.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    /// Until when it sleeps; nothing while it does not, or until the next message.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// When it was last solved.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub solved_at: Option<Timestamp>,
    /// Followers, mentions, what is to be done; nothing if it has none of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Box<AsideView>>,
}

impl TicketView {
    /// What [`crate::domain::decide::can`] must know to say what may be done with this ticket at `now`, desk
    /// time. The other half is [`You::member`].
    pub fn facts(&self, now: Timestamp) -> Facts {
        Facts {
            state: self.state,
            queue: Name::from(self.queue.as_str()),
            assignee: self.assignee.as_deref().map(Name::from),
            window_until: self.window.until,
            now,
        }
    }
}

impl You {
    /// The account as decisions see it.
    pub fn member(&self) -> Member {
        Member {
            name: Name::from(self.name.as_str()),
            role: self.role,
            queues: self.queues.iter().map(|queue| Name::from(queue.as_str())).collect(),
        }
    }
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
    /// `@name`, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
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
    /// Its kind, as of an entry of the thread; left out of plain text.
    #[serde(rename = "type", default = "text", skip_serializing_if = "is_text")]
    pub kind_word: String,
    /// Its beginning on one line, without control characters; its kind in brackets where it has no words.
    pub preview: String,
}

pub(super) fn text() -> String {
    "text".to_owned()
}

pub(super) fn is_text(kind: &str) -> bool {
    kind == "text"
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
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
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
    /// Of the queues that the account itself works, whatever else its role may see.
    MyQueues,
    /// With a promise broken that still runs, or due within [`BREACHING_SECONDS`]; by that instant.
    Breaching,
    /// Asleep.
    Snoozed,
    /// Solved and closed ones, the newest first; of each queue at most the newest 10,000.
    Solved,
}

/// How long before its due a ticket belongs to [`InboxView::Breaching`].
pub const BREACHING_SECONDS: i64 = 15 * 60;

impl InboxView {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::All,
        Self::Mine,
        Self::Unassigned,
        Self::Waiting,
        Self::Breached,
        Self::MyQueues,
        Self::Breaching,
        Self::Snoozed,
        Self::Solved,
    ];

    /// Its name.
    pub fn word(self) -> &'static str {
        [
            "all",
            "mine",
            "unassigned",
            "waiting",
            "breached",
            "my_queues",
            "breaching",
            "snoozed",
            "solved",
        ][self as usize]
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
    /// Those that came in on a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The unsolved ones of a colleague, whatever the view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Those in a state; without one every unsolved ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// How many at most; 0 means all. Default 100. A watch ignores it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// Only what this query finds, see [`crate::domain::query`]. A word is looked for in the number, the
    /// contact's name, phone or username, a tag or the latest message's preview, whatever the case and the
    /// accents. With words and without a view or a state also customers without an unsolved ticket, after those
    /// who have one. Without words solved tickets are found where the query asks for their state: of each queue
    /// the newest 10,000. Text beyond [`QUERY_MOST`] characters is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Only what the query of this view of the desk finds, see [`super::Desk::views`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved: Option<String>,
}

/// Characters of a query.
pub const QUERY_MOST: usize = crate::domain::query::LONGEST;
