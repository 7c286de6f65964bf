//! What the shell is to do: data, so that it can be compared and logged.

use super::preview::Wish;
use super::profile::Saved;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::message::Kind;
use crate::wire::{ClientFrame, ConsentRequest, Login, TicketFilter};
use std::path::PathBuf;
use uuid::Uuid;

/// Something to be done outside the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Says something to the relay; without a connection it is dropped, and said again by the model once there
    /// is one.
    Say(ClientFrame),
    /// Asks the relay for a token, then connects.
    Login(Login),
    /// Connects now, without waiting for the back-off.
    Reconnect,
    /// Gives the terminal to `$EDITOR` with this text; the answer is [`Msg::Edited`](super::msg::Msg::Edited).
    Edit(String),
    /// Puts text into the terminal's clipboard (OSC 52).
    Copy(String),
    /// Looks at files that are to be sent; the answer is [`Msg::Weighed`](super::msg::Msg::Weighed).
    Weigh(Weigh),
    /// Hands a file in to the relay; how it goes is [`Msg::HandedIn`](super::msg::Msg::HandedIn).
    HandIn(HandIn),
    /// Writes into the ledger of a contact, if there is something to be written, and reads it; the answer is
    /// [`Msg::Ledger`](super::msg::Msg::Ledger).
    Consents {
        /// Whose.
        contact: ContactId,
        /// What is to be written down.
        write: Option<ConsentRequest>,
    },
    /// Looks at a folder, named with its last slash, for completing paths; the answer is
    /// [`Msg::Listed`](super::msg::Msg::Listed).
    List(String),
    /// Fetches the file of a message; what came of it is told.
    File(FileAsk),
    /// Fetches the picture of a message and makes a preview of it; the answer is
    /// [`Msg::Previewed`](super::msg::Msg::Previewed).
    Preview(PreviewAsk),
    /// Writes a text into a new file; what came of it is told.
    Write(Write),
    /// Asks the relay for the raw form of a message; the answer is [`Msg::Raw`](super::msg::Msg::Raw).
    Raw {
        /// The ticket under which the message is seen.
        ticket: TicketNumber,
        /// The message, by its key.
        entry: String,
    },
    /// Asks the relay why a ticket is where it is; the answer is [`Msg::Why`](super::msg::Msg::Why).
    Why(TicketNumber),
    /// Asks the relay what would even out who has how much; the answer is [`Msg::Spread`](super::msg::Msg::Spread).
    Spread,
    /// Tells the relay that the person takes care of all alerts that are raised; the answer is
    /// [`Msg::AlertsTaken`](super::msg::Msg::AlertsTaken).
    TakeAlerts,
    /// Reads all tickets of a list, also those that are not loaded; the answer is
    /// [`Msg::AllOf`](super::msg::Msg::AllOf).
    AllOf(Box<TicketFilter>),
    /// Tells the person about something that he does not see.
    Notify(Notice),
    /// Stops the process until it is continued.
    Suspend,
    /// Draws everything anew.
    Redraw,
    /// Writes into the person's `console.toml` what was changed while the console ran.
    Save(Saved),
    /// Switches the reports of the mouse on or off.
    Mouse(bool),
    /// Ends.
    Quit,
}

/// Files that are to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weigh {
    /// The ticket to which they would be sent.
    pub ticket: TicketNumber,
    /// Where they lie; `~/` is the person's home.
    pub paths: Vec<PathBuf>,
    /// The text in the composer that named them, if it was pasted there.
    pub pasted: Option<String>,
}

/// A file that is to go up to the relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandIn {
    /// Under this id it is told how it goes.
    pub id: Uuid,
    /// The ticket to which it will be sent.
    pub ticket: TicketNumber,
    /// Where it lies.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// What it will be sent as.
    pub kind: Kind,
}

/// Which file, and what to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAsk {
    /// The ticket under which the message is seen.
    pub ticket: TicketNumber,
    /// The message, by its key.
    pub entry: String,
    /// What the customer called it. Text of a stranger.
    pub called: Option<String>,
    /// What sort of message; it names the file where nobody did.
    pub kind: String,
    /// Where it goes.
    pub to: FileTo,
}

/// Which picture, and what to make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewAsk {
    /// The ticket under which the message is seen.
    pub ticket: TicketNumber,
    /// The message, by its key.
    pub entry: String,
    /// How it is to look.
    pub wish: Wish,
}

/// Where a file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileTo {
    /// Into this program, which may carry options.
    Program(String),
    /// To this path; empty: into the folder for downloads.
    Path(String),
}

/// A text that is to be a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// What it says.
    pub text: String,
    /// What the file is called where the path is a folder or empty.
    pub name: String,
    /// Where it goes; empty: into the folder for downloads.
    pub path: String,
}

/// What a notification says. The shell chooses the way: desktop, escape sequence or bell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One line, without text of customers.
    pub title: String,
    /// One line; the customer's text only where the settings allow it.
    pub body: String,
    /// The same thing again replaces the one before it.
    pub about: String,
    /// Whether it must not be missed.
    pub urgent: bool,
}
