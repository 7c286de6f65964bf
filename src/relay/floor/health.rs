//! How lines fare: told by the outbox, which alone knows.

use super::Stir;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::wire::Health;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What is known of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFacts {
    /// How sending on it goes.
    pub health: Health,
    /// Why it is not well.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The platform's word for how its messages are received.
    pub quality: Option<String>,
    /// Its phone number as people write it.
    pub phone: Option<String>,
}

impl Default for LineFacts {
    fn default() -> Self {
        Self { health: Health::Ok, reason: None, since: None, quality: None, phone: None }
    }
}

/// See the module. By the platform's phone number id.
pub struct Fares {
    lines: Mutex<BTreeMap<Name, LineFacts>>,
    stir: Stir,
}

impl Fares {
    pub(super) fn new(stir: Stir) -> Self {
        Self { lines: Mutex::default(), stir }
    }

    fn change(&self, line: &Name, change: impl FnOnce(&mut LineFacts)) {
        let changed = {
            let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let facts = lines.entry(line.clone()).or_default();
            let before = facts.clone();
            change(facts);
            *facts != before
        };
        if changed {
            self.stir.stir();
        }
    }

    /// How sending on a line goes from `now` on.
    pub fn fare(&self, line: &Name, health: Health, reason: Option<String>, now: Timestamp) {
        self.change(line, |facts| {
            if facts.health != health || facts.reason != reason {
                let known = facts.since.is_some() || health != Health::Ok;
                facts.since = known.then_some(now);
                (facts.health, facts.reason) = (health, reason);
            }
        });
    }

    /// What the platform says of a line's number.
    pub fn number(&self, line: &Name, quality: Option<String>, phone: Option<String>) {
        self.change(line, |facts| (facts.quality, facts.phone) = (quality, phone));
    }

    /// What is known of a line.
    pub fn of(&self, line: &Name) -> LineFacts {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.get(line).cloned().unwrap_or_default()
    }
}
