//! A level of escalation that was reached, and what is told of it outside.

use super::word::is_default;
use crate::domain::name::Name;
use crate::domain::sla::Metric;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which level of which measure, and who hears of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Escalated {
    /// When it was reached.
    pub at: Timestamp,
    /// Of which measure.
    pub metric: Metric,
    /// Which of the policy's list.
    pub level: u8,
    /// When the measure is due, or was.
    pub due: Timestamp,
    /// All levels that measures of the ticket have reached, as bits: what a level changes takes none of them away.
    pub levels: BTreeMap<Metric, u32>,
    /// The accounts that are told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Name>,
    /// Addresses to which a mail is owed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<Name>,
    /// Hooks of which a call is owed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Name>,
}

/// Somebody takes care of what has escalated: nothing escalates further for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Name,
    /// Until when.
    pub until: Timestamp,
}

/// A mail or a call of a hook that was owed is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerted {
    /// When.
    pub at: Timestamp,
    /// For which [`Escalated`]: its number in the conversation.
    pub of: u64,
    /// Which of that event's: first the mails, then the hooks.
    pub to: u8,
    /// It was not delivered and will not be.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lost: bool,
}
