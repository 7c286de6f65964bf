//! What a ticket asks of whoever answers it.

use crate::domain::name::Name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// After so many milliseconds of waiting less is asked: levels one lower, then any level, then no skill and no
/// language, since an answer by anybody is better than none.
pub const RELAXED_AFTER_MS: [i64; 3] = [2 * 60_000, 5 * 60_000, 10 * 60_000];

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// Skills, each with the least level, from 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<Name, u8>,
    /// The customer's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Name>,
}

impl Demand {
    /// Whether anybody will do.
    pub fn is_empty(&self) -> bool {
        self.skills.is_empty() && self.language.is_none()
    }

    /// What is asked after `waited_ms`, and how often it was relaxed: 0 to 3.
    pub fn relaxed(&self, waited_ms: i64) -> (Self, u8) {
        let step = RELAXED_AFTER_MS.iter().filter(|after| waited_ms >= **after).count();
        if self.is_empty() {
            return (Self::default(), 0);
        }
        let level = |level: u8| match step {
            0 => level,
            1 => level.saturating_sub(1).max(1),
            _ => 1,
        };
        let left = match step {
            3.. => Self::default(),
            _ => Self {
                skills: self.skills.iter().map(|(name, of)| (name.clone(), level(*of))).collect(),
                language: self.language.clone(),
            },
        };
        (left, step as u8)
    }
}
