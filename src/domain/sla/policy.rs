//! What a desk promises: targets by metric and priority, and when to warn.

use super::clock::Promise;
use super::level::Level;
use super::measure::Measure;
use super::metric::Metric;
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A policy: tried in order, the first that matches a ticket rules it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPolicy {
    /// The operator's name for it.
    pub name: String,
    /// Queues that it rules.
    pub queues: Vec<Name>,
    /// Which time counts, where a target does not say otherwise.
    pub calendar: Calendar,
    /// Targets of the first reply.
    pub first_reply: Targets,
    /// Targets of the other metrics.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<Metric, Targets>,
    /// Seconds for which nothing escalates further once a person says that he takes care of it; nothing means
    /// [`ACK_SECONDS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ack: Option<i64>,
}

/// See [`SlaPolicy::ack`].
pub const ACK_SECONDS: i64 = 1_800;

/// Targets of one metric by priority, and when to warn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Seconds, from low to urgent; nothing where nothing is promised.
    pub seconds: [Option<i64>; 4],
    /// Percent of the target after which to warn.
    pub warn_percent: Option<u8>,
    /// Seconds before the due instant at which to warn.
    pub warn_before: Option<i64>,
    /// Further moments at which to warn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
    /// Which time counts, from low to urgent; nothing where it is the policy's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calendars: [Option<Calendar>; 4],
    /// What of the metric can be chosen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub choices: Choices,
    /// What is done around the due instant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
}

/// What of a metric can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// The first reply is measured from a bot's handing over, not from the customer's first message.
    pub from_handoff: bool,
    /// The whole resolution stands still while we wait for the customer.
    pub pauses: bool,
    /// The whole resolution of a reopened ticket begins anew.
    pub restarts: bool,
}

/// A moment in the life of a clock that is told of once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// When this share of the target has been used.
    Percent(u8),
    /// This many seconds of the calendar's time before it is due; at the start if the target is shorter.
    Before(i64),
    /// This many seconds of the calendar's time after it was due.
    After(i64),
}

/// Most marks of one metric.
pub const MARKS_MOST: usize = 16;

impl Mark {
    /// Milliseconds of a target that are used at this moment.
    pub fn used(self, target: i64) -> i64 {
        match self {
            Self::Percent(percent) => target.saturating_mul(i64::from(percent)) / 100,
            Self::Before(seconds) => target.saturating_sub(seconds.saturating_mul(1000)).max(0),
            Self::After(seconds) => target.saturating_add(seconds.saturating_mul(1000)),
        }
    }
}

/// What holds for one clock: a policy's word for a metric and a priority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Milliseconds; nothing if nothing is promised: it is measured all the same.
    pub target: Option<i64>,
    /// Which time counts.
    pub calendar: Calendar,
    /// When to warn.
    pub marks: Vec<Mark>,
}

impl Rule {
    fn always(seconds: i64) -> Self {
        Self { target: Some(seconds * 1000), ..Self::default() }
    }

    /// The rule of a metric that nobody has to promise: the platform's windows, and how long a bot may try.
    pub fn default_of(metric: Metric) -> Self {
        match metric {
            Metric::Window24h => Self::always(86_400),
            Metric::WindowFep72h => Self::always(259_200),
            Metric::BotTime => Self::always(300),
            _ => Self::default(),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Targets {
    /// All moments at which to warn.
    pub fn all_marks(&self) -> Vec<Mark> {
        let first = match (self.warn_before, self.warn_percent) {
            (Some(before), _) => Some(Mark::Before(before)),
            (None, percent) => percent.map(Mark::Percent),
        };
        first.into_iter().chain(self.marks.iter().copied()).take(MARKS_MOST).collect()
    }
}

impl SlaPolicy {
    /// The targets of a metric.
    pub fn targets(&self, metric: Metric) -> Option<&Targets> {
        match metric {
            Metric::FirstReply => Some(&self.first_reply),
            other => self.others.get(&other),
        }
    }

    /// Whether any of its targets is measured by this calendar.
    pub fn names(&self, calendar: &Calendar) -> bool {
        let all = std::iter::once(&self.first_reply).chain(self.others.values());
        self.calendar == *calendar
            || all.flat_map(|of| &of.calendars).flatten().any(|of| of == calendar)
    }

    /// Whether anything is done when a promise is nearly broken, or broken.
    pub fn escalates(&self) -> bool {
        let all = std::iter::once(&self.first_reply).chain(self.others.values());
        all.into_iter().any(|targets| !targets.levels.is_empty())
    }

    /// By which time a metric of tickets of a priority is measured.
    pub fn calendar_of(&self, metric: Metric, priority: Priority) -> &Calendar {
        let own = self.targets(metric).and_then(|of| of.calendars[priority as usize].as_ref());
        own.unwrap_or(&self.calendar)
    }

    /// What can be chosen of a metric, as it is chosen.
    pub fn choices(&self, metric: Metric) -> Choices {
        self.targets(metric).map(|targets| targets.choices).unwrap_or_default()
    }

    /// What this policy promises for a clock that starts at `start`.
    pub fn promise(&self, metric: Metric, priority: Priority, start: Timestamp) -> Option<Promise> {
        Promise::of(&Measure::begin(metric, 0, start, self.rule(metric, priority)))
    }

    /// What holds for a metric of tickets of a priority.
    pub fn rule(&self, metric: Metric, priority: Priority) -> Rule {
        let Some(targets) = self.targets(metric) else { return Rule::default_of(metric) };
        let calendar = self.calendar_of(metric, priority).clone();
        let target = targets.seconds[priority as usize].map(|seconds| seconds.saturating_mul(1000));
        Rule { target, calendar, marks: targets.all_marks() }
    }
}
