//! What a ticket was before it took another one in: the way back.

use super::id::{TagKey, TicketNumber};
use super::name::Name;
use super::sla::Metric;
use super::ticket::{Priority, State};
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// See the module. What was equal before and after is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Before {
    /// When it began.
    pub opened_at: Timestamp,
    /// How urgent it was.
    pub priority: Option<Priority>,
    /// It was nobody's: whose it became.
    pub given: Option<Name>,
    /// The labels that came.
    pub tags: Vec<TagKey>,
    /// What is to be done that came, by number.
    pub todos: Vec<u32>,
    /// The fields that came.
    pub fields: Vec<Name>,
    /// The followers who came.
    pub followers: Vec<Name>,
    /// The measures that count from another instant.
    pub clocks: Vec<Counted>,
    /// Where the other one stood, of another conversation, and until when it slept.
    pub other: Option<(State, Option<Timestamp>)>,
}

/// How a measure counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Which.
    pub metric: Metric,
    /// From when.
    pub start: Timestamp,
    /// Milliseconds of its calendar's time that it has used more since then.
    pub more: i64,
    /// It was late already.
    pub late: bool,
}

/// A ticket that was taken in, and what is taken back if it was not meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    /// Which.
    pub ticket: TicketNumber,
    /// What the one that goes on was before.
    pub before: Before,
}

/// What comes along from a ticket that is taken in: words, which lie sealed where they were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Brought {
    /// Its labels.
    pub tags: Vec<super::ticket::Tag>,
    /// What is not done: what, who is to do it, by when.
    pub todos: Vec<(String, Option<Name>, Option<Timestamp>)>,
    /// Its fields: name, value, and the fingerprint of both.
    pub fields: Vec<(Name, String, TagKey)>,
    /// Who follows it.
    pub followers: Vec<Name>,
}
