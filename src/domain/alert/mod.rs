//! Alerts by rule: what a supervisor watches has become too much. An alert is raised once and cleared once, and lies in
//! between however often what is watched crosses its bound.

mod turned;

pub use turned::{AlertTurned, Alerts, Ended, Owed, Running, Turn};

use super::calendar::Calendar;
use super::name::Name;
use super::policy::Policy;
use super::roster::{Member, Role};
use super::sla::Whom;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watched {
    /// Customers who wait.
    Waiting,
    /// Unsolved tickets that are nobody's.
    Unassigned,
    /// How long the customer waits who waits longest.
    Unanswered,
    /// Promises that break within a quarter of an hour.
    Breaching,
    /// Promises that are broken and still run.
    Breached,
    /// Windows that are about to close while the customer waits.
    Windows,
    /// How long the message waits that waits longest to be sent.
    Outbox,
    /// The worst quality of a line.
    Quality,
    /// How much of the messaging limit is used.
    Limit,
    /// A line sends nothing, or its account is switched off.
    Down,
}

/// In what it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many.
    Count,
    /// Seconds.
    Seconds,
    /// Of a hundred.
    Percent,
    /// How bad it is, from 0: nothing to choose.
    Grade,
}

impl Watched {
    /// All, as the configuration lists them.
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Unassigned,
        Self::Unanswered,
        Self::Breaching,
        Self::Breached,
        Self::Windows,
        Self::Outbox,
        Self::Quality,
        Self::Limit,
        Self::Down,
    ];

    /// Its name in the configuration and on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Unassigned => "unassigned",
            Self::Unanswered => "unanswered",
            Self::Breaching => "breaching",
            Self::Breached => "breached",
            Self::Windows => "windows",
            Self::Outbox => "outbox",
            Self::Quality => "quality",
            Self::Limit => "limit",
            Self::Down => "down",
        }
    }

    /// The one of that name.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|watched| watched.word() == word)
    }

    /// In what it is measured.
    pub fn measure(self) -> Measure {
        match self {
            Self::Unanswered | Self::Outbox => Measure::Seconds,
            Self::Limit => Measure::Percent,
            Self::Quality | Self::Down => Measure::Grade,
            _ => Measure::Count,
        }
    }

    /// Whether it is a queue's; else a line's.
    pub fn is_of_queue(self) -> bool {
        !matches!(self, Self::Outbox | Self::Quality | Self::Limit | Self::Down)
    }
}

/// One rule of the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRules {
    /// What people call it.
    pub name: Name,
    /// What is watched.
    pub watch: Watched,
    /// It is raised above this: a number, seconds, percent, or how bad it is.
    pub over: i64,
    /// It is cleared at this or below.
    pub clear: i64,
    /// Only of this queue; else of all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Name>,
    /// Only of this line, by the operator's name; else of all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Name>,
    /// Watched while this is open.
    #[serde(default)]
    pub calendar: Calendar,
    /// Seconds for which it must be above before it is raised.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hold: i64,
    /// Seconds after which it is told again while nobody takes care of it; nothing means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<i64>,
    /// Who is told at his console.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Whom>,
    /// Addresses to which a mail is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<Name>,
    /// Hooks that are called, by the operator's names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Name>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl AlertRules {
    /// Whether it is watched at this instant.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.calendar.next_open(now) == Some(now)
    }

    /// What becomes of it: `running` is how it stands, `measured` what is watched, nothing outside its hours, and
    /// `above` since when that has been above the bound.
    pub fn turn(
        &self,
        running: Option<&Running>,
        measured: Option<i64>,
        above: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Turn> {
        let Some(running) = running else {
            let held = above.is_some_and(|above| now.since(above) >= self.hold * 1_000);
            return (measured? > self.over && held).then_some(Turn::Raised);
        };
        if measured.is_none_or(|measured| measured <= self.clear) {
            return Some(Turn::Cleared);
        }
        let again = running.told_at.plus_secs(self.repeat?);
        (running.acknowledged.is_none() && now >= again).then_some(Turn::Again)
    }

    /// The accounts that are told.
    pub fn told(&self, members: &[Member]) -> Vec<Name> {
        let chiefs = members.iter().filter(|member| member.role >= Role::Supervisor);
        let own = chiefs.clone().filter(|member| {
            self.queue.as_ref().is_some_and(|queue| member.queues.contains(queue))
        });
        let own: Vec<_> = own.collect();
        let chiefs = if own.is_empty() { chiefs.collect() } else { own };
        let mut names: Vec<Name> = Vec::new();
        for whom in &self.notify {
            match whom {
                Whom::Account(name) => names.push(name.clone()),
                _ => names.extend(chiefs.iter().map(|member| member.name.clone())),
            }
        }
        names.sort();
        names.dedup();
        names
    }
}

/// What becomes of all alerts: `measured` is asked for what a rule watches; where that is not known yet, after a start,
/// an alert stays as it stands. One whose rule is gone is cleared.
pub fn turned(
    policy: &Policy,
    alerts: &Alerts,
    members: &[Member],
    above: &mut std::collections::BTreeMap<Name, Timestamp>,
    now: Timestamp,
    measured: impl Fn(&AlertRules) -> Option<i64>,
) -> Vec<AlertTurned> {
    above.retain(|name, _| policy.alerts.iter().any(|rules| rules.name == *name));
    let mut all = Vec::new();
    for rules in &policy.alerts {
        let open = rules.is_open(now);
        let value = if open { measured(rules) } else { None };
        if open && value.is_none() {
            continue;
        }
        match value.is_some_and(|value| value > rules.over) {
            true => drop(above.entry(rules.name.clone()).or_insert(now)),
            false => drop(above.remove(&rules.name)),
        }
        let running = alerts.running.get(&rules.name);
        let since = above.get(&rules.name).copied();
        if let Some(turn) = rules.turn(running, value, since, now) {
            all.push(AlertTurned {
                at: now,
                name: rules.name.clone(),
                turn,
                watch: rules.watch,
                measured: value.unwrap_or(0),
                over: rules.over,
                queue: rules.queue.clone(),
                line: rules.line.clone(),
                notify: rules.told(members),
                mail: rules.mail.clone(),
                hooks: rules.hooks.clone(),
            });
        }
    }
    let gone = alerts
        .running
        .values()
        .filter(|running| policy.alerts.iter().all(|rules| rules.name != running.raised.name));
    let cleared = |running: &Running| AlertTurned {
        at: now,
        turn: Turn::Cleared,
        measured: 0,
        mail: Vec::new(),
        hooks: Vec::new(),
        ..running.raised.clone()
    };
    all.extend(gone.map(cleared));
    all
}

#[cfg(test)]
mod tests;
