//! How lines fare: told by the outbox, which alone knows.

use super::Stir;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::wire::{Health, LimitView};
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
    /// Messages a second that it may send.
    pub per_second: Option<u32>,
    /// Conversations whose next message waits for the pace of one customer.
    pub paced: usize,
    /// How far its portfolio's limit is used up.
    pub limit: Option<LimitView>,
}

impl Default for LineFacts {
    fn default() -> Self {
        Self {
            health: Health::Ok,
            reason: None,
            since: None,
            per_second: None,
            paced: 0,
            limit: None,
        }
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

    /// What a line may send, and how far that is used up.
    pub fn budget(&self, line: &Name, per_second: u32, limit: LimitView, paced: usize) {
        self.change(line, |facts| {
            (facts.per_second, facts.limit) = (Some(per_second), Some(limit));
            facts.paced = paced;
        });
    }

    /// What is known of a line.
    pub fn of(&self, line: &Name) -> LineFacts {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.get(line).cloned().unwrap_or_default()
    }
}
