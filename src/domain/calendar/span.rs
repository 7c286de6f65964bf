//! The instants between which a schedule is open, one after the other.
//!
//! A day costs an addition: the zone is asked only near a change of its clocks and once for each stretch between
//! two of them.

use super::schedule::Schedule;
use crate::kit::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone};

const DAY: i64 = 86_400;
/// The 31st of December 9999: no zone knows more.
const LAST_DAY: i32 = 2_932_896;

/// The instants, in seconds, between two changes of a zone's clocks, and what is added there to get local time.
struct Stretch {
    from: i64,
    to: i64,
    offset: i64,
}

impl Stretch {
    fn at(zone: &TimeZone, seconds: i64) -> Self {
        let at = instant(seconds);
        // The one before is searched before the second that follows: a change at this very instant has been.
        let from = zone.preceding(instant(seconds.saturating_add(1))).next();
        let to = zone.following(at).next();
        Self {
            from: from.map_or(i64::MIN, |change| change.timestamp().as_second()),
            to: to.map_or(i64::MAX, |change| change.timestamp().as_second()),
            offset: i64::from(zone.to_offset(at).seconds()),
        }
    }
}

fn instant(seconds: i64) -> jiff::Timestamp {
    let (least, most) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
    jiff::Timestamp::from_second(seconds.clamp(least, most)).unwrap_or_default()
}

/// Which end of a shift a local time is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Opening,
    Closing,
}

/// Goes through the open spans of a schedule.
pub(super) struct Spans<'a> {
    schedule: &'a Schedule,
    stretch: Stretch,
    day: i32,
    /// The next shift of the day.
    shift: usize,
    /// The end of the span before: hours that come twice are not counted twice.
    until: i64,
}

impl<'a> Spans<'a> {
    /// Those that end after `at`, and perhaps some before.
    pub(super) fn near(schedule: &'a Schedule, at: Timestamp) -> Self {
        let at = instant(at.secs()).as_second();
        let stretch = Stretch::at(&schedule.zone, at);
        // The day before may reach into this one where a change of the clocks has moved midnight.
        let day = (at + stretch.offset).div_euclid(DAY) - 1;
        Self { schedule, stretch, day: day as i32, shift: 0, until: i64::MIN }
    }

    /// The instant, in seconds, of a local time. In a gap the first one that exists; of two that it names, the first
    /// opens and the second closes.
    fn resolve(&mut self, local: i64, end: End) -> i64 {
        let mut plain = local - self.stretch.offset;
        if !(self.stretch.from..self.stretch.to).contains(&plain) {
            self.stretch = Stretch::at(&self.schedule.zone, plain);
            plain = local - self.stretch.offset;
        }
        // No clock is moved by a day and more.
        let near = |change: i64| plain.saturating_sub(change).saturating_abs() <= 2 * DAY;
        if !near(self.stretch.from) && !near(self.stretch.to) {
            return plain;
        }
        let zone = &self.schedule.zone;
        let read = TimeZone::UTC.to_datetime(instant(local));
        let minus = |offset: jiff::tz::Offset| local - i64::from(offset.seconds());
        match zone.to_ambiguous_timestamp(read).offset() {
            AmbiguousOffset::Unambiguous { offset } => minus(offset),
            AmbiguousOffset::Gap { before, .. } => {
                let change = zone.preceding(instant(minus(before) + 1)).next();
                change.map_or(minus(before), |change| change.timestamp().as_second())
            }
            AmbiguousOffset::Fold { before, .. } if end == End::Opening => minus(before),
            AmbiguousOffset::Fold { after, .. } => minus(after),
        }
    }
}

impl Iterator for Spans<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        let schedule = self.schedule;
        loop {
            if self.day > LAST_DAY {
                return None;
            }
            let shifts = schedule.other.get(&self.day).unwrap_or_else(|| {
                // The first of 1970 was a Thursday.
                &schedule.week[(self.day + 3).rem_euclid(7) as usize]
            });
            let Some(shift) = shifts.get(self.shift) else {
                self.shift = 0;
                self.day = match schedule.is_without_week() {
                    true => *schedule.other.range(self.day + 1..).next()?.0,
                    false => self.day + 1,
                };
                continue;
            };
            self.shift += 1;
            let midnight = i64::from(self.day) * DAY;
            let from = self.resolve(midnight + i64::from(shift.from()) * 60, End::Opening);
            let to = self.resolve(midnight + i64::from(shift.to()) * 60, End::Closing);
            let from = from.max(self.until);
            if from < to {
                self.until = to;
                return Some((Timestamp::from_secs(from), Timestamp::from_secs(to)));
            }
        }
    }
}

impl Schedule {
    /// See [`Calendar::after`](super::Calendar::after).
    pub(super) fn after(&self, from: Timestamp, millis: i64) -> Option<Timestamp> {
        let mut left = millis;
        for (opens, closes) in Spans::near(self, from).filter(|(_, closes)| *closes > from) {
            let opens = opens.max(from);
            let open = closes.since(opens);
            if left <= open {
                return Some(opens.plus_millis(left));
            }
            left -= open;
        }
        None
    }

    /// See [`Calendar::elapsed`](super::Calendar::elapsed).
    pub(super) fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        let spans = Spans::near(self, from).take_while(|(opens, _)| *opens < to);
        spans.map(|(opens, closes)| closes.min(to).since(opens.max(from)).max(0)).sum()
    }

    /// See [`Calendar::spans`](super::Calendar::spans).
    pub(super) fn spans(
        &self,
        from: Timestamp,
        to: Timestamp,
        most: usize,
    ) -> Vec<(Timestamp, Timestamp)> {
        let spans = Spans::near(self, from).take_while(|(opens, _)| *opens < to);
        let spans = spans.filter(|(_, closes)| *closes > from).take(most);
        spans.map(|(opens, closes)| (opens, closes.min(to))).collect()
    }

    /// See [`Calendar::next_open`](super::Calendar::next_open).
    pub(super) fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        let span = Spans::near(self, at).find(|(_, closes)| *closes > at);
        span.map(|(opens, _)| opens.max(at))
    }
}
