//! The hours of a desk: a week, and the days that differ from it.

use super::shift::{Shift, overlap};
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// When a desk is open, by the clock on the wall of a time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub struct Schedule {
    name: String,
    pub(super) zone: TimeZone,
    /// From Monday on, each day's shifts in their order.
    pub(super) week: [Vec<Shift>; 7],
    /// Days that differ, by their number since 1970; a holiday has no shift.
    pub(super) other: BTreeMap<i32, Vec<Shift>>,
}

/// Why something is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// No such time zone is known.
    Zone(String),
    /// Two shifts of one day overlap.
    Overlap(Shift),
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(name) => write!(out, "the time zone \"{name}\" is unknown"),
            Self::Overlap(shift) => write!(out, "{shift} begins before another shift has ended"),
        }
    }
}

impl std::error::Error for ScheduleError {}

const DAY_SECONDS: i64 = 86_400;

/// The time zone with this IANA name. A machine that knows few zones, or none, makes no difference.
pub fn zone_of(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).or_else(|_| TimeZoneDatabase::bundled().get(name)).ok()
}

/// A date's number, counted from the first of 1970.
fn day_of(date: Date) -> i32 {
    let midnight = TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0));
    midnight.map_or(0, |at| at.as_second().div_euclid(DAY_SECONDS) as i32)
}

fn date_of(day: i32) -> Date {
    let at = jiff::Timestamp::from_second(i64::from(day) * DAY_SECONDS);
    TimeZone::UTC.to_datetime(at.unwrap_or_default()).date()
}

impl Schedule {
    /// A schedule in the time zone with this IANA name. The week begins with Monday; a day that differs has the
    /// shifts that stand beside it, none if it is a holiday.
    ///
    /// # Errors
    /// When the zone is unknown or shifts of one day overlap.
    pub fn new(
        name: &str,
        zone: &str,
        week: [Vec<Shift>; 7],
        other: BTreeMap<Date, Vec<Shift>>,
    ) -> Result<Self, ScheduleError> {
        let zone = zone_of(zone).ok_or_else(|| ScheduleError::Zone(zone.to_owned()))?;
        let other = other.into_iter().map(|(date, shifts)| (day_of(date), shifts)).collect();
        let mut schedule = Self { name: name.to_owned(), zone, week, other };
        for shifts in schedule.week.iter_mut().chain(schedule.other.values_mut()) {
            shifts.sort_unstable();
            if let Some(shift) = overlap(shifts) {
                return Err(ScheduleError::Overlap(shift));
            }
        }
        Ok(schedule)
    }

    /// The operator's name for it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether no time of it ever runs from the week alone.
    pub(super) fn is_without_week(&self) -> bool {
        self.week.iter().all(Vec::is_empty)
    }
}

/// A schedule as it is written down.
#[derive(Serialize, Deserialize)]
struct Text {
    name: String,
    timezone: String,
    hours: [Vec<Shift>; 7],
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    holidays: BTreeSet<Date>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    special: BTreeMap<Date, Vec<Shift>>,
}

impl From<Schedule> for Text {
    fn from(schedule: Schedule) -> Self {
        let timezone = schedule.zone.iana_name().unwrap_or("UTC").to_owned();
        let other = schedule.other.into_iter().map(|(day, shifts)| (date_of(day), shifts));
        let (holidays, special): (BTreeMap<_, _>, _) =
            other.partition(|(_, shifts): &(Date, Vec<Shift>)| shifts.is_empty());
        let holidays = holidays.into_keys().collect();
        Self { name: schedule.name, timezone, hours: schedule.week, holidays, special }
    }
}

impl TryFrom<Text> for Schedule {
    type Error = ScheduleError;
    fn try_from(text: Text) -> Result<Self, ScheduleError> {
        let Text { name, timezone, hours, holidays, mut special } = text;
        special.extend(holidays.into_iter().map(|date| (date, Vec::new())));
        Self::new(&name, &timezone, hours, special)
    }
}
