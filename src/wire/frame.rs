//! The console protocol, `guichet.v1`: JSON text frames over a WebSocket.
//!
//! The console says hello, then what it watches. The relay sends the whole of each watched thing once and then
//! only differences; each [`RelayFrame::Frame`] must be acknowledged before the next one comes, so a slow
//! console skips states instead of falling behind.

use super::contact::ContactView;
use super::listing::Change;
use super::outbox_id;
use super::request::ActionRequest;
use super::thread::ThreadEntry;
use super::ticket::{TicketFilter, TicketView};
use crate::domain::id::{ContactId, SendId, TicketNumber};
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
        /// How many entries before the end, at most 500.
        rows: usize,
    },
    /// A person.
    Contact {
        /// Who.
        contact: ContactId,
    },
    /// How many tickets there are, by queue and state.
    Counts,
    /// A newer console's wish.
    #[serde(other)]
    Unknown,
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
        /// A stable word for programs.
        code: String,
        /// What is the matter.
        message: String,
        /// What to do about it.
        #[serde(default)]
        hint: String,
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
    Inbox(Change<TicketNumber, TicketView>),
    /// Entries of a thread.
    Thread {
        /// The ticket, where it has changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<TicketView>,
        /// The entries.
        #[serde(flatten)]
        entries: Change<String, ThreadEntry>,
    },
    /// A person, whole.
    Contact(ContactView),
    /// Numbers of tickets, whole.
    Counts(CountsView),
    /// What was watched is not there, or not for this account; it may come.
    Missing {
        /// A stable word for programs.
        code: String,
    },
}

/// How many tickets there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsView {
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
}
