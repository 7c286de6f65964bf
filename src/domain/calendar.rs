//! Which time counts: every second, or the hours in which a desk is open.
//!
//! Opening hours are local times; everything else is instants. A day's hours that fall into a change of the
//! clocks are what the clock on the wall would make of them, and durations are real time all the same.

mod schedule;
mod shift;
mod span;

pub use schedule::{Schedule, ScheduleError, zone_of};
pub use shift::{Shift, ShiftError, overlap};

use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which time counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Calendar {
    /// Every second.
    #[default]
    #[serde(rename = "24x7")]
    Always,
    /// The hours of a schedule, shared by all that are measured by it.
    #[serde(rename = "hours", with = "shared")]
    Hours(Arc<Schedule>),
}

impl Calendar {
    /// The word of the configuration for [`Calendar::Always`].
    pub const ALWAYS: &str = "24x7";

    /// The operator's name for it.
    pub fn name(&self) -> &str {
        match self {
            Self::Always => Self::ALWAYS,
            Self::Hours(schedule) => schedule.name(),
        }
    }

    /// The earliest instant at which `millis` of this calendar's time have gone by since `from`: `from` itself for
    /// nothing or less. Nothing if there is none.
    pub fn after(&self, from: Timestamp, millis: i64) -> Option<Timestamp> {
        match self {
            _ if millis <= 0 => Some(from),
            Self::Always => Some(from.plus_millis(millis)),
            Self::Hours(schedule) => schedule.after(from, millis),
        }
    }

    /// Milliseconds of this calendar's time in `[from, to)`; 0 if that is empty.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        match self {
            _ if to <= from => 0,
            Self::Always => to.since(from),
            Self::Hours(schedule) => schedule.elapsed(from, to),
        }
    }

    /// The spans in which its time runs that end after `from` and begin before `to`, in their order; at most `most`.
    /// The first may begin before `from`; none ends after `to`.
    pub fn spans(
        &self,
        from: Timestamp,
        to: Timestamp,
        most: usize,
    ) -> Vec<(Timestamp, Timestamp)> {
        match self {
            _ if to <= from => Vec::new(),
            Self::Always => vec![(from, to)],
            Self::Hours(schedule) => schedule.spans(from, to, most),
        }
    }

    /// When its time runs again; nothing if it runs at `now`. The end of time if it never does.
    pub fn closed_until(&self, now: Timestamp) -> Option<Timestamp> {
        let opens = self.next_open(now).unwrap_or(Timestamp(i64::MAX));
        (opens > now).then_some(opens)
    }

    /// When the span ends in which its time runs at `now`; nothing if it does not run, or does so for the next two days.
    pub fn closes(&self, now: Timestamp) -> Option<Timestamp> {
        let horizon = now.plus_secs(2 * 86_400);
        let (opens, closes) = self.spans(now, horizon, 1).into_iter().next()?;
        (opens <= now && closes < horizon).then_some(closes)
    }

    /// The earliest instant from `at` on at which its time runs. Nothing if there is none.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Always => Some(at),
            Self::Hours(schedule) => schedule.next_open(at),
        }
    }
}

/// A schedule is written down where it is used.
mod shared {
    use super::{Arc, Deserialize, Schedule, Serialize};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(of: &Arc<Schedule>, to: S) -> Result<S::Ok, S::Error> {
        Schedule::serialize(of, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<Schedule>, D::Error> {
        Schedule::deserialize(from).map(Arc::new)
    }
}

#[cfg(test)]
mod tests;
