//! What may be asked of a conversation.

use super::content::Content;
use super::file::{News, Of};
use super::id::{MessageKey, OutboxId, TagKey, TicketNumber};
use super::message::{Author, Inbound, Kind, Outbound, Source};
use super::name::Name;
use super::routing::Table;
use super::status::{Hold, Status};
use super::template::Purpose;
use super::thread::{Entry, Thread};
use super::ticket::{Priority, State, Tag};
use super::took::Brought;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// One request to the desk about one conversation. What people ask for stands in [`Action`].
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The customer wrote, or something was written to him elsewhere.
    Receive(Arrival),
    /// The platform tells how far a message of ours has come.
    Track(Track),
    /// A person acts.
    Act(Action),
    /// The bot, a survey, the system or a campaign says something.
    Say {
        /// Who.
        author: Author,
        /// What.
        content: Content,
        /// What it counts as.
        purpose: Purpose,
    },
    /// A message that the relay queued is not to be sent after all.
    Withdraw {
        /// Which message.
        outbox: OutboxId,
        /// On whose behalf.
        by: Name,
    },
    /// The outbox is about to tell the platform.
    Attempt {
        /// Which message.
        outbox: OutboxId,
        /// The person has the same message of the campaign already, in another conversation of his.
        twice: bool,
    },
    /// The outbox was answered.
    Settle {
        /// Which message.
        outbox: OutboxId,
        /// How.
        outcome: Outcome,
    },
    /// Something has become of a message's file.
    File {
        /// Which message's.
        of: Of,
        /// What.
        news: News,
    },
    /// The rules give the ticket to somebody or offer it, or take it, or the offer, from who has gone.
    Hand(Handing),
    /// A mail or a call of a hook that the conversation owes was delivered, or is given up.
    Alert {
        /// For which level: the number of its event.
        of: u64,
        /// Which of that event's.
        to: u8,
        /// It is given up.
        lost: bool,
    },
    /// Time has passed: whatever is due at `now` happens.
    Tick,
}

/// A ticket that changes hands by the rules, with what was seen when that was chosen: if it is not so any more,
/// nothing happens and it is looked at anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handing {
    /// Which ticket.
    pub ticket: TicketNumber,
    /// The queue that it was in.
    pub queue: Name,
    /// Whose it was, or to whom it was offered; nothing if nobody's.
    pub from: Option<Name>,
    /// Whose it is to be; nothing if nobody's.
    pub to: Option<Name>,
    /// Who was looked at.
    pub table: Option<Box<Table>>,
}

/// A message that arrived, in the desk's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    /// Platform time.
    pub at: Timestamp,
    /// Fingerprint of its id.
    pub key: MessageKey,
    /// What it is.
    pub kind: Kind,
    /// How it came.
    pub source: Source,
    /// It goes to the customer.
    pub outgoing: bool,
    /// The platform does not tell when it was written: the time is that of its arrival, and it may come again
    /// with another.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// Its content.
    pub body: Inbound,
}

impl Arrival {
    /// The same message, if it came before.
    pub fn known_in<'a>(&self, thread: &'a Thread) -> Option<&'a Entry> {
        match thread.message(self.at, self.key) {
            None if self.undated => thread.message_by_key(self.key),
            known => known,
        }
    }
}

/// A status that arrived, in the desk's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Our id, if it came back.
    pub outbox: Option<OutboxId>,
    /// Fingerprint of the platform's id.
    pub key: MessageKey,
    /// That id.
    pub id: String,
    /// How far.
    pub status: Status,
    /// Platform time.
    pub at: Timestamp,
    /// Why it failed.
    pub error: Option<u32>,
    /// What it is charged as.
    pub cost: Option<Purpose>,
    /// What the platform says of the failure in its own words.
    pub said: Option<String>,
}

/// How the platform answered a send.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Took it.
    Accepted {
        /// Fingerprint of the id that it gave.
        key: MessageKey,
        /// That id.
        id: String,
        /// It holds it for now.
        held: Option<Hold>,
    },
    /// Did not take it; worth trying again.
    Deferred {
        /// Its code; nothing if it was not reached.
        error: Option<u32>,
        /// What it says of it in its own words.
        said: Option<String>,
    },
    /// Did not take it and will not.
    Refused {
        /// Its code.
        error: u32,
        /// What it says of it in its own words.
        said: Option<String>,
    },
    /// Not known.
    Unknown,
}

/// What a person does at a console, in a script or by the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Makes the ticket his.
    Take,
    /// Takes the ticket that is offered to him.
    Accept,
    /// Does not take it.
    Decline,
    /// Gives the ticket to a colleague, or back to nobody.
    Assign {
        /// To whom; nothing means to nobody.
        #[serde(default)]
        to: Option<Name>,
        /// Who has it now because the asking person gave it to him: that may be taken back. The desk knows it
        /// from the journal and fills it in.
        #[serde(skip)]
        given: Option<Name>,
    },
    /// Gives the ticket back to its queue.
    Release,
    /// Moves the ticket to another queue; who has it keeps it where he works that queue too.
    Move {
        /// To which.
        queue: Name,
        /// The queue that it is in because the asking person moved it there: that may be taken back. The desk knows
        /// it from the journal and fills it in.
        #[serde(skip)]
        given: Option<Name>,
    },
    /// Hands the ticket over in one step: to a colleague, to another queue or both, with a note for who gets it.
    HandOver {
        /// To whom; nothing leaves it to the queue.
        #[serde(default)]
        to: Option<Name>,
        /// To which queue; nothing leaves it where it is.
        #[serde(default)]
        queue: Option<Name>,
        /// What to know; nothing is written where it is empty.
        #[serde(default)]
        note: String,
        /// See [`Action::Move`].
        #[serde(skip)]
        given: Option<Name>,
    },
    /// Writes to the customer; takes an unassigned ticket in the same decision.
    Reply {
        /// The text.
        text: String,
        /// The platform's id of the quoted message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quote: Option<String>,
    },
    /// Sends anything that the open window allows; takes an unassigned ticket in the same decision, but for a
    /// reaction.
    Send {
        /// What; no template.
        content: Content,
        /// The platform's id of the message that is quoted, or reacted to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
    },
    /// Sends a template; takes an unassigned ticket in the same decision.
    Template {
        /// Its name.
        name: String,
        /// Its exact language.
        language: String,
        /// Values by slot name.
        #[serde(default)]
        parameters: Vec<(String, String)>,
    },
    /// Writes something for colleagues.
    Note {
        /// The text.
        text: String,
    },
    /// Is told from now on of what happens to the ticket, or no longer.
    Follow {
        /// From now on.
        on: bool,
    },
    /// Says that the ticket is about the same matter as another, or no longer.
    Link {
        /// The other one.
        to: TicketNumber,
        /// From now on.
        on: bool,
    },
    /// Takes another ticket of the same customer in: this one goes on for both.
    MergeTicket {
        /// The other one: unsolved, or the one before this in the conversation.
        with: TicketNumber,
        /// What comes along; whoever has the keys fills it in.
        #[serde(skip)]
        brought: Box<Brought>,
    },
    /// Takes that back.
    UnmergeTicket {
        /// The one that was taken in.
        with: TicketNumber,
    },
    /// Notes something that is to be done.
    AddTodo {
        /// What.
        text: String,
        /// Who is to do it; nothing means whoever has the ticket.
        #[serde(default)]
        owner: Option<Name>,
        /// By when.
        #[serde(default)]
        due: Option<Timestamp>,
    },
    /// Says that something is done, or is to be done again.
    SettleTodo {
        /// Its number within the ticket.
        id: u32,
        /// It is done.
        done: bool,
    },
    /// Gives a field of the ticket another value, or none.
    SetField {
        /// Which.
        field: Name,
        /// What; nothing empties it.
        #[serde(default)]
        value: Option<String>,
        /// The fingerprint of name and value as it is kept; whoever has the key fills it in.
        #[serde(skip)]
        key: Option<TagKey>,
    },
    /// It is done.
    Solve,
    /// Takes up a solved ticket again.
    Reopen {
        /// What it is to be: open, pending or on hold; nothing means open.
        #[serde(default)]
        state: Option<State>,
        /// The solve is taken back: the ticket stays whose it was, also nobody's, and who waited waits again. Else
        /// who reopens an unassigned one has it, and nothing waits until the customer writes.
        #[serde(default)]
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
        #[serde(default)]
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
        add: Vec<Tag>,
        /// Gone ones.
        #[serde(default)]
        remove: Vec<Tag>,
    },
    /// Begins another ticket at a message of the customer: what is before it is past.
    SplitTicket {
        /// The fingerprint of the message's id.
        message: MessageKey,
    },
    /// Takes care of what has escalated.
    Acknowledge,
    /// Has looked at it.
    MarkRead,
    /// Takes a message back that was not tried yet, or gives up one that is retrying or unconfirmed.
    Cancel {
        /// Which.
        outbox: OutboxId,
    },
    /// Says that an unconfirmed message did arrive.
    Confirm {
        /// Which.
        outbox: OutboxId,
    },
    /// Sends a failed, cancelled or unconfirmed message once more, as a new one. The words come from the
    /// journal, so the desk fills them in.
    Resend {
        /// Which.
        outbox: OutboxId,
        /// What it said.
        #[serde(skip)]
        said: Option<Outbound>,
    },
}
