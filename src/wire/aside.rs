//! What few tickets have beside the rest.

use super::offer::OfferView;
use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who follows a ticket, whom notes name, what is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AsideView {
    /// Who is told of what happens to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub followers: Vec<String>,
    /// Whom a note names who has not looked at the ticket since.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentioned: Vec<String>,
    /// What is to be done, and what was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub todos: Vec<TodoView>,
    /// Fields that have a value, by name. Text of colleagues.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// To whom it is offered now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferView>,
    /// Tickets that have to do with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkView>,
}

/// A ticket that has to do with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// Which.
    pub ticket: TicketNumber,
    /// What it has to do with it.
    pub is: Link,
    /// When it began.
    #[serde(with = "rfc3339")]
    pub opened_at: Timestamp,
}

/// What a ticket has to do with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// The one before it in the conversation.
    Earlier,
    /// The one after it in the conversation.
    Later,
    /// Somebody says that both are about the same matter.
    SameMatter,
    /// One that was merged into it.
    Merged,
    /// The one that goes on for it.
    Into,
}

impl Link {
    /// The word by which it is told.
    pub fn word(self) -> &'static str {
        ["earlier", "later", "same_matter", "merged", "into"][self as usize]
    }
}

/// Something to be done inside a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodoView {
    /// Its number within the ticket.
    pub id: u32,
    /// What. Text of colleagues.
    pub text: String,
    /// Who is to do it; nothing means whoever has the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// It is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
}
