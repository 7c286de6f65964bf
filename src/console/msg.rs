//! Everything that can happen to the console, in one order.

use super::key::Key;
use super::model::attachment::Attachment;
use super::model::command_line::Listing;
use super::preview::{NoPreview, Preview, Wish};
use crate::domain::content::Attached;
use crate::domain::id::{ContactId, TicketNumber};
use crate::wire::{ConsentEntry, LoggedIn, RelayFrame, TicketFilter};
use std::path::PathBuf;
use uuid::Uuid;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// A key.
    Key(Key),
    /// Text was pasted: one text, whatever keys it looks like.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// The terminal has another size, in cells.
    Resize(u16, u16),
    /// The terminal's window has the focus, or has it no longer.
    Focus(bool),
    /// Time has passed; what is due is looked at.
    Tick,
    /// `$EDITOR` is done: the text, or why there is none.
    Edited(Result<String, String>),
    /// The relay.
    Link(Link),
    /// Files were looked at.
    Weighed(Weighed),
    /// News of a file that goes up to the relay, under the id of its [`HandIn`](super::effect::HandIn).
    HandedIn(Uuid, HandedIn),
    /// The relay has answered about the ledger of a contact.
    Ledger(Ledger),
    /// The relay has answered about the raw form of a message of this ticket: JSON, or why there is none.
    Raw(TicketNumber, Result<String, String>),
    /// The relay has answered why this ticket is where it is: JSON, or why there is none.
    Why(TicketNumber, Result<String, String>),
    /// The relay has answered what would even out who has how much: JSON, or why there is no answer.
    Spread(Result<String, String>),
    /// The relay knows that the person takes care of the alerts: JSON, or why it does not.
    AlertsTaken(Result<String, String>),
    /// The relay has listed all tickets of this list: JSON, or why there is none.
    AllOf(Box<TicketFilter>, Result<String, String>),
    /// A folder was looked at.
    Listed(Listing),
    /// The preview of a picture has come, or will not.
    Previewed(Previewed),
    /// Something to tell the person, in one line.
    Told(String),
    /// The process was continued after a stop.
    Continued,
    /// The process is asked to end.
    Terminate,
}

/// What a contact has said about messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// Who.
    pub contact: ContactId,
    /// Whether something was written down, if it was to be; else why not, in one line.
    pub written: Option<Result<(), String>>,
    /// The entries, the oldest first, or why they are not known, in one line; nothing where they were not asked for.
    pub entries: Option<Result<Vec<ConsentEntry>, String>>,
}

/// What came of a preview that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previewed {
    /// The message, by its key.
    pub entry: String,
    /// How it was to look.
    pub wish: Wish,
    /// The preview, or why there is none.
    pub came: Result<Preview, NoPreview>,
}

/// What files are that somebody wants to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The ticket to which they would be sent.
    pub ticket: TicketNumber,
    /// Those that the platform would take.
    pub files: Vec<Attachment>,
    /// Those that cannot be sent, and why.
    pub unfit: Vec<(PathBuf, Unfit)>,
    /// The text that named them, if it was pasted.
    pub pasted: Option<String>,
}

/// Why a file cannot be sent, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is no file that can be read.
    NoFile(String),
    /// The platform would not take it.
    Refused(String),
}

/// How it goes with a file on its way up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandedIn {
    /// So many of its bytes have gone.
    Up(u64),
    /// The relay has it, and says what it is.
    Done(Attached),
    /// The relay does not have it, and why, in one line.
    Failed(String),
}

/// The mouse did something to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub kind: MouseKind,
    /// Its column.
    pub x: u16,
    /// Its row.
    pub y: u16,
}

/// What a mouse does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    /// The left button went down.
    Click,
    /// The wheel turned up.
    Up,
    /// The wheel turned down.
    Down,
}

/// News of the connection.
#[derive(Clone, Debug)]
pub enum Link {
    /// A try begins.
    Connecting,
    /// The relay greets, says or answers something.
    Heard(Box<RelayFrame>),
    /// There is no connection; the next try is in so many real milliseconds.
    Lost {
        /// Why, one line.
        why: String,
        /// How long until the next try; nothing if there will be none.
        retry_ms: Option<u64>,
    },
    /// The relay does not know the token, or there is none: a person must log in.
    LoginNeeded {
        /// Why, one line; empty at the first time.
        why: String,
    },
    /// The relay gave a token.
    LoggedIn(LoggedIn),
}
