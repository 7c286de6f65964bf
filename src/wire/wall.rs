//! The desk at a glance.

use super::colleague::ColleagueView;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// What a supervisor watches. For agents `queues` is empty and `outbox` missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WallView {
    /// By name.
    #[serde(default)]
    pub queues: Vec<QueueView>,
    /// By name; agents see those with whom they share a queue.
    #[serde(default)]
    pub agents: Vec<ColleagueView>,
    /// By name.
    #[serde(default)]
    pub lines: Vec<LineView>,
    /// What is on its way to customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxView>,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueView {
    /// Its name.
    pub name: String,
    /// Unsolved tickets.
    pub unsolved: usize,
    /// Of these, with a customer who waits.
    pub waiting: usize,
    /// Of these, nobody's.
    #[serde(default)]
    pub unassigned: usize,
    /// Since when the customer waits who waits longest.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub oldest_wait: Option<Timestamp>,
    /// With a promise broken that still runs.
    pub breached: usize,
    /// When the next promise will be broken.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub next_breach: Option<Timestamp>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// The operator's name.
    pub name: String,
    /// How sending on it goes.
    pub health: Health,
    /// Why it is not well, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when it is as it is, where known.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The platform's word for how its messages are received, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// Its phone number as people write it, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// How sending on a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should.
    Ok,
    /// The platform failed; single messages try whether it is back.
    Probing,
    /// Nothing is sent until an operator has put something right.
    Held,
    /// The platform asked to go slower.
    Throttled,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}

/// What is on its way to customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxView {
    /// Not tried yet.
    pub queued: usize,
    /// Tried, not taken, to be tried again.
    pub retrying: usize,
    /// Nobody knows whether they arrived: people decide.
    pub unconfirmed: usize,
    /// Failed within the last hour of desk time, as far as this relay has seen since it started.
    pub failed: usize,
}
