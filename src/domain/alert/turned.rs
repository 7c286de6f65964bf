//! How alerts stand, and what is owed for them.

use super::{Measure, Watched};
use crate::domain::name::Name;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Alerts that have ended and are still listed.
const ENDED_MOST: usize = 50;
/// What is owed at most: more lies there only where nothing is delivered for long, and the oldest goes.
const OWED_MOST: usize = 500;

/// What becomes of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It begins.
    Raised,
    /// It goes on, and nobody has taken care of it.
    Again,
    /// It is over.
    Cleared,
}

impl Turn {
    /// Its name on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Again => "again",
            Self::Cleared => "cleared",
        }
    }
}

/// An alert was raised, told again or cleared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertTurned {
    /// When.
    pub at: Timestamp,
    /// Which, by the operator's name.
    pub name: Name,
    /// What became of it.
    pub turn: Turn,
    /// What it watches.
    pub watch: Watched,
    /// What that was then.
    pub measured: i64,
    /// Above what it is raised.
    pub over: i64,
    /// Of which queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Name>,
    /// Of which line, by the operator's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Name>,
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

/// An alert that is raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// How it was raised.
    pub raised: AlertTurned,
    /// When it was told last.
    pub told_at: Timestamp,
    /// What was watched then.
    pub measured: i64,
    /// When somebody said that he takes care of it, and who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<(Timestamp, Name)>,
}

/// An alert that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// As it ran.
    pub ran: Running,
    /// When it was cleared.
    pub at: Timestamp,
}

/// Mails and calls of hooks that are owed for one turn of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The number of the event among those of the desk, by which it is known.
    pub id: u64,
    /// What is told.
    pub turned: AlertTurned,
    /// Which of them are not delivered, as bits: first the mails, then the hooks.
    pub left: u32,
}

/// All alerts of the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Alerts {
    /// Those that are raised, by name.
    pub running: BTreeMap<Name, Running>,
    /// The latest that are over, oldest first.
    pub ended: VecDeque<Ended>,
    /// What is not delivered yet, oldest first.
    pub owed: Vec<Owed>,
}

impl Alerts {
    /// Those that are raised, the latest first.
    pub fn raised(&self) -> impl Iterator<Item = &Running> {
        let mut all: Vec<_> = self.running.values().collect();
        all.sort_by_key(|running| std::cmp::Reverse(running.raised.at));
        all.into_iter()
    }

    /// Folds in what became of one; `id` is the number of the event.
    pub fn turn(&mut self, turned: &AlertTurned, id: u64) {
        match turned.turn {
            Turn::Raised | Turn::Again => {
                let raised = || Running {
                    raised: turned.clone(),
                    told_at: turned.at,
                    measured: turned.measured,
                    acknowledged: None,
                };
                let running = self.running.entry(turned.name.clone()).or_insert_with(raised);
                (running.told_at, running.measured) = (turned.at, turned.measured);
            }
            Turn::Cleared => {
                if let Some(ran) = self.running.remove(&turned.name) {
                    if self.ended.len() >= ENDED_MOST {
                        self.ended.pop_front();
                    }
                    self.ended.push_back(Ended { ran, at: turned.at });
                }
            }
        }
        let count = turned.mail.len() + turned.hooks.len();
        if count > 0 {
            if self.owed.len() >= OWED_MOST {
                self.owed.remove(0);
            }
            let left = 1_u32.checked_shl(count as u32).unwrap_or(0).wrapping_sub(1);
            self.owed.push(Owed { id, turned: turned.clone(), left });
        }
    }

    /// Somebody takes care of one.
    pub fn acknowledge(&mut self, name: &Name, at: Timestamp, by: &Name) {
        if let Some(running) = self.running.get_mut(name) {
            running.acknowledged.get_or_insert_with(|| (at, by.clone()));
        }
    }

    /// One of the mails or calls is delivered, or given up.
    pub fn delivered(&mut self, of: u64, to: u8) {
        for owed in self.owed.iter_mut().filter(|owed| owed.id == of) {
            owed.left &= !1_u32.checked_shl(u32::from(to)).unwrap_or(0);
        }
        self.owed.retain(|owed| owed.left != 0);
    }
}

/// A length of time for people, of seconds.
fn span(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

impl AlertTurned {
    /// Where, and what it was and may be, in English.
    pub fn words(&self) -> String {
        let n = self.measured;
        let said = match self.watch {
            Watched::Waiting => format!("customers who wait: {n}"),
            Watched::Unassigned => format!("tickets that are nobody's: {n}"),
            Watched::Unanswered => format!("a customer waits for {}", span(n)),
            Watched::Breaching => format!("promises that break within 15 minutes: {n}"),
            Watched::Breached => format!("promises that are broken: {n}"),
            Watched::Windows => format!("windows about to close: {n}"),
            Watched::Outbox => format!("a message waits to be sent for {}", span(n)),
            Watched::Quality if n > 1 => "the quality is RED".to_owned(),
            Watched::Quality if n > 0 => "the quality is YELLOW".to_owned(),
            Watched::Quality => "the quality is well".to_owned(),
            Watched::Limit => format!("of the messaging limit are used: {n} %"),
            Watched::Down if n > 0 => "nothing goes out".to_owned(),
            Watched::Down => "messages go out".to_owned(),
        };
        let bound = match self.watch.measure() {
            Measure::Count => format!(" (over {})", self.over),
            Measure::Seconds => format!(" (over {})", span(self.over)),
            Measure::Percent => format!(" (over {} %)", self.over),
            Measure::Grade => String::new(),
        };
        let place = self.queue.iter().chain(&self.line).map(|name| format!("{name}: "));
        format!("{}{said}{bound}", place.collect::<String>())
    }
}
