//! Somebody who works at the desk, as colleagues see him.

use super::listing::Keyed;
use super::offer::OfferView;
use crate::domain::id::TicketNumber;
use crate::domain::roster::Role;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// An account that is not disabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleagueView {
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The queues that it works.
    pub queues: Vec<String>,
    /// Whether he is there and takes new tickets.
    pub presence: Presence,
    /// Why he has a break, as he says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when; nothing if he was not seen since the relay started.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Unsolved tickets that are his.
    pub load: usize,
    /// Of these, with a customer who waits.
    pub waiting: usize,
    /// What his tickets weigh, in hundredths of an open one.
    #[serde(default, skip_serializing_if = "is_none")]
    pub carried: u32,
    /// What he carries at most, in the same measure; 0 where the relay does not tell.
    #[serde(default, skip_serializing_if = "is_none")]
    pub carries: u32,
    /// The ticket that he worked on last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<TicketNumber>,
    /// What he has written to customers in the last 60 minutes.
    #[serde(default, skip_serializing_if = "is_none")]
    pub replies: u32,
    /// When his shift ends, while he has one that does.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub shift_ends: Option<Timestamp>,
    /// Tickets that are offered to him, the one first whose time runs out first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<OfferView>,
}

fn is_none(number: &u32) -> bool {
    *number == 0
}

/// A colleague who looks at a thread now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HereView {
    /// His name.
    pub name: String,
    /// He has typed something there in the last seconds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub writes: bool,
}

impl Keyed for ColleagueView {
    type Key = String;
    fn key(&self) -> String {
        self.name.clone()
    }
}

/// Whether somebody is at a console and takes new tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// A console of his is connected, and he takes new tickets.
    Online,
    /// He finishes what he has.
    Busy,
    /// He has not touched a key for some minutes.
    Away,
    /// He writes up the last one.
    WrapUp,
    /// He has a break.
    Break,
    /// No console of his is connected.
    Offline,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}
