//! A level of escalation that was reached.

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
