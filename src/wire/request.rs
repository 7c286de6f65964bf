//! What is asked over HTTP and by console commands, and what is answered.

use super::outbox_id;
use crate::domain::content::Content;
use crate::domain::id::{SendId, TicketNumber};
use crate::domain::refusal::Refusal;
use crate::domain::roster::Role;
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;

/// `POST /api/v1/login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The account.
    pub name: String,
    /// Its password.
    pub password: String,
    /// The code of a second factor, where the account has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The answer to a good login.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoggedIn {
    /// The bearer token.
    pub token: String,
    /// When it ends.
    #[serde(with = "rfc3339")]
    pub until: Timestamp,
    /// The account.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The queues that it works.
    pub queues: Vec<String>,
}

impl fmt::Debug for LoggedIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LoggedIn").field("name", &self.name).finish_non_exhaustive()
    }
}

/// `POST /api/v1/tickets/{number}/actions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// Made by the client: the same id is carried out once, however often it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What to do.
    pub action: ActionRequest,
}

/// What a person does to a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ActionRequest {
    /// Makes the ticket his.
    Take,
    /// Takes the ticket that is offered to him.
    Accept,
    /// Does not take it: somebody else is asked.
    Decline,
    /// Gives the ticket to a colleague, or back to nobody. Who gave it away may also take that back, as long
    /// as nobody else has given it to anybody since.
    Assign {
        /// To whom; nothing means to nobody.
        #[serde(default)]
        to: Option<String>,
    },
    /// Gives the ticket back to its queue.
    Release,
    /// Gives a ticket that nobody has answered from one agent to another, to even out who has how much.
    Shift {
        /// Who has it.
        from: String,
        /// Who is to have it.
        to: String,
    },
    /// Moves the ticket to another queue; who has it keeps it if he works that queue. Who moved it to a queue that
    /// he does not work may take that back, as long as nobody else has given it to anybody since.
    Move {
        /// To which.
        queue: String,
    },
    /// Hands the ticket over in one step: to a colleague, to another queue or both, with a note. Without a colleague
    /// it is the queue's.
    HandOver {
        /// To whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// To which queue; nothing leaves it where it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<String>,
        /// What to know; nothing is written where it is empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Writes to the customer; takes an unassigned ticket in the same step.
    Reply {
        /// The text.
        text: String,
        /// The platform's id of the quoted message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quote: Option<String>,
    },
    /// Sends anything that the open window allows: text with or without a preview, a place, contact cards, buttons,
    /// a list, a link, a form, a request; takes an unassigned ticket in the same step. Or a reaction, which does
    /// not.
    Send {
        /// What; a template goes by its own action.
        content: Content,
        /// The platform's id of the message that is quoted, or reacted to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
    },
    /// Sends a template; takes an unassigned ticket in the same step.
    Template {
        /// Its name.
        name: String,
        /// Its exact language.
        language: String,
        /// Values by slot name.
        #[serde(default)]
        parameters: BTreeMap<String, String>,
    },
    /// Proposes to who has the ticket what to write; he sees it with the supervisor's name, and takes it or not. It is
    /// told nobody else and kept nowhere. An empty text takes it back.
    Whisper {
        /// The text, at most 4,096 characters.
        text: String,
    },
    /// Writes something for colleagues.
    Note {
        /// The text.
        text: String,
    },
    /// Is told from now on of what happens to the ticket: the customer's messages, notes, and its end.
    Follow,
    /// Is told of it no longer.
    Unfollow,
    /// Says that the ticket is about the same matter as another, of this customer or of another one.
    Link {
        /// The other one.
        to: TicketNumber,
    },
    /// Says that it is not.
    Unlink {
        /// The other one.
        to: TicketNumber,
    },
    /// Takes another ticket of the same customer in, unsolved or the one just before it in the conversation: this one
    /// goes on for both, with the earlier start. Labels, followers, fields and what is to be done come along.
    MergeTicket {
        /// The other one.
        with: TicketNumber,
    },
    /// Takes that back.
    UnmergeTicket {
        /// The one that was taken in.
        with: TicketNumber,
    },
    /// Begins another ticket at a message of the customer: from there on the conversation's unsolved ticket is that one,
    /// and the part before is past. Labels, followers, fields and what is to be done go on.
    SplitTicket {
        /// The platform's id of the message.
        at: String,
    },
    /// Takes that back, asked of the ticket that was split: the one that follows it goes on for both.
    UnsplitTicket,
    /// Notes something that is to be done.
    Todo {
        /// What, at most 500 characters.
        text: String,
        /// Who is to do it; nothing means whoever has the ticket.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        /// By when: he is told then.
        #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// Something is done, or is to be done again.
    TodoDone {
        /// Its number within the ticket.
        id: u32,
        /// It is done.
        #[serde(default = "yes")]
        done: bool,
    },
    /// Gives a field of the ticket another value, or none.
    SetField {
        /// Which.
        field: String,
        /// What; null empties it.
        #[serde(default)]
        value: Option<String>,
    },
    /// It is done.
    Solve,
    /// Takes up a solved ticket again. Without more it becomes open, and who reopens an unassigned one has it.
    Reopen {
        /// To be `open`, `pending` or `on_hold`, as it was before it was solved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<State>,
        /// The solve is taken back: the ticket stays whose it was, also nobody's, and who waited waits again. Else
        /// who reopens an unassigned one has it, and nothing waits until the customer writes.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        keep: bool,
    },
    /// Waits for the customer.
    Pend,
    /// Waits for a third party.
    Hold,
    /// Is being worked on.
    Open,
    /// Puts the ticket to sleep.
    Snooze {
        /// Until then, or until the next message.
        #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Changes how urgent it is.
    Prioritise {
        /// From now on.
        priority: Priority,
    },
    /// Changes its labels.
    Tag {
        /// New ones.
        #[serde(default)]
        add: Vec<String>,
        /// Gone ones.
        #[serde(default)]
        remove: Vec<String>,
    },
    /// Takes care of what has escalated: nothing escalates further for a while.
    Acknowledge,
    /// Has looked at it.
    MarkRead,
    /// Takes a message back that was not tried yet, or gives up one that is retrying or unconfirmed.
    Cancel {
        /// Which.
        #[serde(with = "outbox_id")]
        outbox: SendId,
    },
    /// Says that an unconfirmed message did arrive.
    Confirm {
        /// Which.
        #[serde(with = "outbox_id")]
        outbox: SendId,
    },
    /// Its customer is the same person as that of another ticket: the two contacts are merged.
    Merge {
        /// The other ticket.
        with: TicketNumber,
    },
    /// Its customer is another person than those whom he was merged with.
    Split,
    /// Takes back the latest merge or split of its customer.
    UndoMerge,
    /// Sends a failed, cancelled or unconfirmed message once more, as a new one.
    Resend {
        /// Which.
        #[serde(with = "outbox_id")]
        outbox: SendId,
    },
}

impl ActionRequest {
    /// The word by which it is asked for.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Assign { .. } => "assign",
            Self::Release => "release",
            Self::Shift { .. } => "shift",
            Self::Whisper { .. } => "whisper",
            Self::Move { .. } => "move",
            Self::HandOver { .. } => "hand_over",
            Self::Reply { .. } => "reply",
            Self::Send { .. } => "send",
            Self::Template { .. } => "template",
            Self::Note { .. } => "note",
            Self::Follow => "follow",
            Self::Unfollow => "unfollow",
            Self::Link { .. } => "link",
            Self::Unlink { .. } => "unlink",
            Self::MergeTicket { .. } => "merge_ticket",
            Self::UnmergeTicket { .. } => "unmerge_ticket",
            Self::SplitTicket { .. } => "split_ticket",
            Self::UnsplitTicket => "unsplit_ticket",
            Self::Todo { .. } => "todo",
            Self::TodoDone { .. } => "todo_done",
            Self::SetField { .. } => "set_field",
            Self::Solve => "solve",
            Self::Reopen { .. } => "reopen",
            Self::Pend => "pend",
            Self::Hold => "hold",
            Self::Open => "open",
            Self::Snooze { .. } => "snooze",
            Self::Prioritise { .. } => "prioritise",
            Self::Tag { .. } => "tag",
            Self::Acknowledge => "acknowledge",
            Self::MarkRead => "mark_read",
            Self::Cancel { .. } => "cancel",
            Self::Confirm { .. } => "confirm",
            Self::Resend { .. } => "resend",
            Self::Merge { .. } => "merge",
            Self::Split => "split",
            Self::UndoMerge => "undo_merge",
        }
    }
}

fn yes() -> bool {
    true
}

/// The answer to an action that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// Everything up to here is on disk, the effect of the action among it.
    pub position: u64,
    /// What it put into the outbox.
    #[serde(with = "outbox_id::option")]
    pub outbox: Option<SendId>,
}

/// Why something was not done; the body of every answer beyond 399.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// A stable word for programs.
    pub code: String,
    /// What is the matter.
    pub message: String,
    /// What to do about it; may be empty.
    #[serde(default)]
    pub hint: String,
    /// Since when it is so, where that is known: the window is closed, the customer wants no such messages.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339::option")]
    pub since: Option<Timestamp>,
    /// Until when it is so, where that is known: there is room for another marketing message.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "rfc3339::option")]
    pub until: Option<Timestamp>,
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        Self {
            since: refusal.since(),
            until: refusal.until(),
            ..Self::new(refusal.code(), refusal.to_string(), refusal.hint())
        }
    }
}

impl Refused {
    /// A refusal in these words.
    pub fn new(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint: hint.to_owned(),
            since: None,
            until: None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(out, "; {}", self.hint) }
    }
}
