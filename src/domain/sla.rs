//! SLA clocks: how long the customer may wait, and whether he did.
//!
//! A clock is part of its ticket's state. What depends on the policy (target, due instant, when to warn) is
//! stamped into events by `decide`; what follows from messages (met, revoked) is folded by `evolve`; so a
//! changed policy never rewrites what has been, and a replay gives the same clocks. New metrics are new
//! variants of [`Metric`] with their own way to start and end; the rest of the desk does not know which
//! metrics there are.

use super::id::OutboxId;
use super::name::Name;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From the customer's first message of the ticket to the first reply of a person that the platform
    /// took and that did not fail.
    FirstReply,
}

impl Metric {
    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstReply => "first_reply",
        }
    }
}

/// Which time counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Calendar {
    /// Every second.
    #[default]
    #[serde(rename = "24x7")]
    Always,
}

impl Calendar {
    /// The earliest instant at which `seconds` of this calendar's time have gone by since `from`. Nothing if
    /// there is none.
    pub fn due(&self, from: Timestamp, seconds: i64) -> Option<Timestamp> {
        match self {
            Self::Always => Some(from.plus_secs(seconds)),
        }
    }

    /// Milliseconds of this calendar's time in `[from, to)`.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        match self {
            Self::Always => to.since(from).max(0),
        }
    }
}

/// What a policy promises for one priority, stamped into the clock that it starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Seconds of the calendar's time.
    pub target: i64,
    /// The instant by which it must be met; nothing if the calendar never gets there.
    pub due: Option<Timestamp>,
    /// When to warn.
    pub warn: Option<Timestamp>,
}

/// One running measure of one ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// What is measured.
    pub metric: Metric,
    /// How many times it has been started on this ticket before.
    pub instance: u16,
    /// From when.
    pub start: Timestamp,
    /// What was promised; nothing if no policy matches: it is recorded all the same.
    pub promise: Option<Promise>,
    /// A warning was given.
    pub warned: bool,
    /// The instant of the breach: the due instant, however late it was noticed.
    pub breached: Option<Timestamp>,
    /// The reply that ended it.
    pub met: Option<(OutboxId, Timestamp)>,
    /// Ended without counting.
    pub voided: bool,
}

impl Clock {
    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.met.is_none() && !self.voided
    }

    /// The instant by which it must be met, while it runs.
    pub fn due(&self) -> Option<Timestamp> {
        self.promise.as_ref().filter(|_| self.is_running())?.due
    }

    /// The next instant at which something must be said about it.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let promise = self.promise.as_ref().filter(|_| self.is_running())?;
        let warn = promise.warn.filter(|_| !self.warned && self.breached.is_none());
        let due = promise.due.filter(|_| self.breached.is_none());
        // Met at the very instant is met: the breach is seen one millisecond later.
        warn.into_iter().chain(due.map(|due| due.plus_millis(1))).min()
    }
}

/// A policy: tried in order, the first that matches a ticket rules it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPolicy {
    /// The operator's name for it.
    pub name: String,
    /// Queues that it rules.
    pub queues: Vec<Name>,
    /// Which time counts.
    pub calendar: Calendar,
    /// Targets of the first reply.
    pub first_reply: Targets,
}

/// Seconds by priority, and when to warn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// From low to urgent; nothing where nothing is promised.
    pub seconds: [Option<i64>; 4],
    /// Percent of the target after which to warn.
    pub warn_percent: Option<u8>,
    /// Seconds before the due instant at which to warn.
    pub warn_before: Option<i64>,
}

impl SlaPolicy {
    /// What this policy promises for a clock that starts at `start`.
    pub fn promise(
        &self,
        metric: Metric,
        priority: super::ticket::Priority,
        start: Timestamp,
    ) -> Option<Promise> {
        let targets = match metric {
            Metric::FirstReply => &self.first_reply,
        };
        let target = targets.seconds[priority as usize]?;
        let due = self.calendar.due(start, target);
        let after = match (targets.warn_before, targets.warn_percent) {
            (Some(before), _) => Some(target.saturating_sub(before).max(0)),
            (None, Some(percent)) => Some(target.saturating_mul(i64::from(percent)) / 100),
            (None, None) => None,
        };
        let warn = after.and_then(|after| self.calendar.due(start, after));
        Some(Promise { target, due, warn })
    }
}
