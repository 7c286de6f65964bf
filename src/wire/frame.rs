//! The console protocol, `guichet.v1`: JSON text frames over a WebSocket.
//!
//! The console says hello, then what it watches. The relay sends the whole of each watched thing once and then
//! only differences; each [`RelayFrame::Frame`] must be acknowledged before the next one comes, so a slow
//! console skips states instead of falling behind.

use super::canned::CannedView;
use super::colleague::{ColleagueView, HereView, Presence};
use super::contact::ContactView;
use super::listing::Change;
use super::notice::NoticeView;
use super::outbox_id;
use super::request::ActionRequest;
use super::template::TemplateView;
use super::thread::{DraftView, ThreadEntry, WhisperView};
use super::ticket::{InboxView, TicketFilter, TicketView};
use super::wall::{LineMark, WallNews};
use crate::domain::field::FieldRules;
use crate::domain::id::{ContactId, SendId, TicketNumber};
use crate::domain::query::SavedView;
use crate::domain::roster::Role;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// What a console says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClientFrame {
    /// The first frame.
    Hello {
        /// The newest version that the console speaks.
        version: u32,
        /// Program and version, for the relay's log.
        client: String,
    },
    /// Watches something from now on, under a number of the console's choice; the same number again watches
    /// something else instead.
    Watch {
        /// The number.
        watch: u32,
        /// What.
        what: Watch,
    },
    /// Watches it no longer.
    Unwatch {
        /// The number.
        watch: u32,
    },
    /// Has shown this frame.
    Ack {
        /// Its number.
        seq: u64,
    },
    /// Acts on a ticket.
    Command {
        /// Made by the console: the same id is carried out once, also after a reconnect.
        id: Uuid,
        /// Which ticket.
        ticket: TicketNumber,
        /// What to do.
        action: ActionRequest,
    },
    /// What stands in the composer now. Kept by the relay, at most ten a second; the latest counts. It is not
    /// answered: every console of the account that watches the thread gets it as
    /// [`ThreadNews::draft`]. An empty text throws the draft away.
    Draft {
        /// In whose conversation.
        ticket: TicketNumber,
        /// The text, at most 16,384 characters.
        text: String,
        /// It is to be a note.
        #[serde(default)]
        note: bool,
        /// Made by the console at its start, so that it knows its own drafts.
        console: Uuid,
    },
    /// Has the templates compared with the platform now; answered like a command when that is done.
    SyncTemplates {
        /// Made by the console.
        id: Uuid,
    },
    /// Says whether he takes new tickets from now on, with all of his consoles; answered like a command.
    Presence {
        /// Made by the console.
        id: Uuid,
        /// How he stands; offline is who has no console.
        presence: Presence,
        /// Why he has a break, at most 64 characters; colleagues see it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Asks for a sign of life.
    Ping,
    /// A newer console's frame.
    #[serde(other)]
    Unknown,
}

/// What a console can watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum Watch {
    /// A page of the inbox.
    Inbox {
        /// Which tickets.
        #[serde(default)]
        filter: TicketFilter,
        /// In which order.
        #[serde(default)]
        sort: Sort,
        /// The ticket at which the page begins; the page stays at its place when the ticket leaves. Without
        /// one it begins at the top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<TicketNumber>,
        /// How many rows before the anchor.
        #[serde(default)]
        before: usize,
        /// Without an anchor: the place of the first row, from 0; the page stays there whatever comes and goes.
        /// Beyond the end it is the last page.
        #[serde(default, skip_serializing_if = "is_zero")]
        place: usize,
        /// How many rows in all, at most 200.
        rows: usize,
    },
    /// A ticket's thread, or the whole conversation.
    Thread {
        /// Which ticket.
        ticket: TicketNumber,
        /// The whole conversation, also of other tickets.
        #[serde(default)]
        all: bool,
        /// The end of the range; without one the newest entry.
        #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// The key of the entry at which the range begins, instead of at an end. One that is not there is
        /// taken for the newest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        anchor: Option<String>,
        /// How many entries before the anchor.
        #[serde(default)]
        before: usize,
        /// How many entries in all, at most 500; without an anchor the last ones before the end.
        rows: usize,
    },
    /// A person.
    Contact {
        /// Who.
        contact: ContactId,
    },
    /// How many tickets there are, by view, by queue and state.
    Counts,
    /// How many tickets each of these queries finds.
    Tallies {
        /// At most [`TALLIES_MOST`].
        queries: Vec<String>,
    },
    /// The desk at a glance; agents see of it colleagues and lines.
    Wall,
    /// Colleagues to whom a ticket may be given.
    Roster,
    /// The whole catalogue of templates.
    Templates,
    /// All canned replies.
    Canned,
    /// What the account should know of: the last 50 since the relay started, oldest first.
    Notices,
    /// A newer console's wish.
    #[serde(other)]
    Unknown,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The order of an inbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Customers who wait first, then by the instant at which it becomes bad.
    #[default]
    Urgency,
    /// A newer console's wish.
    #[serde(other)]
    Unknown,
}

/// What the relay says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RelayFrame {
    /// The answer to hello.
    Welcome {
        /// The version that is spoken from now on.
        version: u32,
        /// Whom the relay takes the console for.
        you: You,
        /// The desk.
        desk: Desk,
        /// How far the journal has come.
        position: u64,
        /// Desk time.
        #[serde(with = "rfc3339")]
        server_time: Timestamp,
        /// Desk seconds a real second.
        rate: f64,
    },
    /// A command, or the hello, was not carried out.
    Refused {
        /// The command's id; nothing if it was the hello.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Uuid>,
        /// Why, and what to do.
        #[serde(flatten)]
        refused: super::Refused,
    },
    /// What has changed in what is watched. To be acknowledged.
    Frame {
        /// Its number, from 1.
        seq: u64,
        /// Everything up to here is in it.
        position: u64,
        /// Desk time.
        #[serde(with = "rfc3339")]
        server_time: Timestamp,
        /// By watch.
        parts: Vec<Part>,
    },
    /// A command was carried out.
    Done {
        /// Its id.
        id: Uuid,
        /// A frame at or after this position includes its effect.
        position: u64,
        /// What it put into the outbox.
        #[serde(with = "outbox_id::option")]
        outbox: Option<SendId>,
    },
    /// Something that the console said makes no sense to this relay.
    Error {
        /// The watch that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        watch: Option<u32>,
        /// A stable word for programs.
        code: String,
        /// What is the matter.
        message: String,
    },
    /// The answer to a ping.
    Pong {
        /// Desk time.
        #[serde(with = "rfc3339")]
        server_time: Timestamp,
    },
    /// The relay closes the connection.
    Goodbye {
        /// `stopping`, `slow`, `garbage`, `token` ...
        reason: String,
    },
    /// A newer relay's frame.
    #[serde(other)]
    Unknown,
}

/// The account of a console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct You {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The queues that it works.
    pub queues: Vec<String>,
}

/// The desk as a console needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Names of the lines.
    pub lines: Vec<String>,
    /// Names of the queues.
    pub queues: Vec<String>,
    /// Real milliseconds in which a reply can be taken back.
    pub undo_ms: i64,
    /// The customers are simulated: this is a demo.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// Queries that the operator has given a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// What tickets have beside the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldRules>,
}

/// The news of one watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its number.
    pub watch: u32,
    /// There is more of it, in the next frame.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// The difference to what was sent before.
    #[serde(flatten)]
    pub fresh: Fresh,
}

/// See [`Part`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fresh {
    /// Rows of the inbox.
    Inbox {
        /// Tickets that match in all.
        #[serde(default)]
        total: usize,
        /// The place of the first row among them, from 0.
        #[serde(default)]
        first: usize,
        /// The search is not through yet: `total` still grows.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        searching: bool,
        /// There are more than `total` says; the search went no further.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        beyond: bool,
        /// The rows.
        #[serde(flatten)]
        rows: Change<TicketNumber, TicketView>,
    },
    /// Entries of a thread.
    Thread {
        /// The ticket, where it has changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Box<TicketView>>,
        /// What else belongs to the range; always whole.
        #[serde(default)]
        about: ThreadNews,
        /// The entries.
        #[serde(flatten)]
        entries: Change<String, ThreadEntry>,
    },
    /// A person, whole.
    Contact(ContactView),
    /// Numbers of tickets, whole.
    Counts(CountsView),
    /// How many each query finds, in the order of asking; nothing for one that cannot be read.
    Tallies(Vec<Option<TallyView>>),
    /// The desk at a glance.
    Wall(Box<WallNews>),
    /// Colleagues, by name.
    Roster(Change<String, ColleagueView>),
    /// Templates.
    Templates {
        /// When they were last compared with the platform; nothing while that never succeeded.
        #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
        checked_at: Option<Timestamp>,
        /// The templates.
        #[serde(flatten)]
        templates: Change<String, TemplateView>,
    },
    /// Canned replies.
    Canned(Change<String, CannedView>),
    /// What the account should know of, oldest first.
    Notices(Change<u64, NoticeView>),
    /// What was watched is not there, or not for this account; it may come.
    Missing {
        /// A stable word for programs.
        code: String,
    },
}

/// What belongs to a watched range of a thread besides its entries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadNews {
    /// There are entries before the range.
    #[serde(default)]
    pub earlier: bool,
    /// There are entries after the range.
    #[serde(default)]
    pub later: bool,
    /// The key of the oldest message of the customer that nobody has looked at; it may lie before the range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_unread: Option<String>,
    /// What the account has written and not sent yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<DraftView>,
    /// What a supervisor proposes that the account writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<WhisperView>,
    /// Who else looks at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub here: Vec<HereView>,
}

/// Queries whose finds are counted for one console.
pub const TALLIES_MOST: usize = 16;

/// How many tickets a query finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyView {
    /// So many.
    pub total: usize,
    /// And more: it was not counted further.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beyond: bool,
}

/// How many tickets there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsView {
    /// By named view.
    #[serde(default)]
    pub views: ViewCounts,
    /// Unsolved ones that the account may see.
    pub unsolved: usize,
    /// Of these, with a customer who waits.
    pub waiting: usize,
    /// Of these, with a broken promise that still runs.
    pub breached: usize,
    /// Of these, the account's own.
    pub mine: usize,
    /// By queue, then state.
    pub queues: BTreeMap<String, BTreeMap<String, usize>>,
    /// Lines that are not as they should be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineMark>,
}

/// How many tickets each view of the inbox holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewCounts {
    /// See [`InboxView::Mine`].
    pub mine: usize,
    /// See [`InboxView::Unassigned`].
    pub unassigned: usize,
    /// See [`InboxView::MyQueues`].
    pub my_queues: usize,
    /// See [`InboxView::All`].
    pub all: usize,
    /// See [`InboxView::Waiting`].
    pub waiting: usize,
    /// See [`InboxView::Breaching`].
    pub breaching: usize,
    /// See [`InboxView::Snoozed`].
    pub snoozed: usize,
    /// See [`InboxView::Solved`].
    pub solved: usize,
}

impl ViewCounts {
    /// The number of a view; nothing for one that is not counted by itself.
    pub fn of(&self, view: InboxView) -> Option<usize> {
        match view {
            InboxView::Mine => Some(self.mine),
            InboxView::Unassigned => Some(self.unassigned),
            InboxView::MyQueues => Some(self.my_queues),
            InboxView::All => Some(self.all),
            InboxView::Waiting => Some(self.waiting),
            InboxView::Breaching => Some(self.breaching),
            InboxView::Snoozed => Some(self.snoozed),
            InboxView::Solved => Some(self.solved),
            InboxView::Breached => None,
        }
    }
}
