//! What happens beside the work on a ticket.

use crate::domain::id::{TagKey, TicketNumber};
use crate::domain::name::Name;
use crate::domain::private::Private;
use crate::domain::took::Before;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Something is to be done inside the ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TodoAdded {
    /// When.
    pub at: Timestamp,
    /// Its number within the ticket.
    pub id: u32,
    /// Who says so.
    pub by: Name,
    /// Who is to do it; nothing means whoever has the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Name>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// What.
    #[serde(default)]
    pub body: Private<String>,
}

/// A field of the ticket has another value, or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldSet {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Name,
    /// Which.
    pub field: Name,
    /// The fingerprint of name and value; nothing if it is empty now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<TagKey>,
    /// The value.
    #[serde(default)]
    pub body: Private<String>,
}

/// Two tickets are about the same matter, or no longer. It is told in the conversations of both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// When.
    pub at: Timestamp,
    /// Who says so.
    pub by: Name,
    /// A ticket of this conversation.
    pub ticket: TicketNumber,
    /// The other ticket, of this conversation or of another.
    pub to: TicketNumber,
    /// From now on; else no longer.
    pub on: bool,
}

/// A ticket goes on for another one of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketTook {
    /// When.
    pub at: Timestamp,
    /// The one that ended, or that came before it in the conversation.
    pub ticket: TicketNumber,
    /// What it was before; nothing where two contacts became one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Box<Before>>,
}

/// What was merged into a ticket goes on by itself again, or is past again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmerged {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Name,
    /// Which had been merged into it.
    pub ticket: TicketNumber,
}

/// From a message of the customer on a ticket goes on as another one: what is before the message is past, as if it had
/// been solved when the customer wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSplit {
    /// When that was done.
    pub at: Timestamp,
    /// Who did it.
    pub by: Name,
    /// The one that is past.
    pub from: TicketNumber,
    /// The one that goes on.
    pub number: TicketNumber,
    /// The platform's time of the message.
    pub start: Timestamp,
}

/// Something is done, or is to be done again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TodoSettled {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub id: u32,
    /// Who says so.
    pub by: Name,
    /// It is done.
    pub done: bool,
}

/// Somebody whom notes name has looked at the ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MentionsSeen {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Name,
}

/// Somebody wants to be told of what happens to the ticket, or no longer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Followed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: Name,
    /// From now on; else no longer.
    pub on: bool,
}

/// The time has come by which something is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TodoDue {
    /// When it was to be done.
    pub at: Timestamp,
    /// Which.
    pub id: u32,
}
