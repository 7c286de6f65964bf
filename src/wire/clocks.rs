//! What there is to know of a ticket's clocks beside the next promise.

use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// What there is to know of a ticket's clocks beside the next promise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Clocks {
    /// In which hours the next promise counts; nothing if it always does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// A promise that stands still; nothing while another one runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// The window for free text closes before the answer that is promised is due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub window_dies_first: bool,
}

impl Clocks {
    /// Whether there is nothing to know.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Milliseconds of its own time that are left of a promise due at `at`; when it is late, less than nothing by
    /// the time on the wall.
    pub fn left(&self, at: Timestamp, now: Timestamp) -> i64 {
        match &self.hours {
            Some(hours) if now <= at => hours.left(now),
            _ => at.since(now),
        }
    }
}

/// The open hours until a promise is due.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hours {
    /// The nearest, in their order.
    pub open: Vec<Span>,
    /// Seconds after those.
    pub beyond_s: i64,
}

/// From one instant to before another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The first instant.
    #[serde(with = "rfc3339")]
    pub from: Timestamp,
    /// The first after it.
    #[serde(with = "rfc3339")]
    pub to: Timestamp,
}

impl Hours {
    /// Milliseconds of them from `now` on.
    pub fn left(&self, now: Timestamp) -> i64 {
        let open = self.open.iter().map(|span| span.to.since(span.from.max(now)).max(0));
        open.sum::<i64>() + self.beyond_s.saturating_mul(1000)
    }

    /// Whether it is one of them.
    pub fn run(&self, now: Timestamp) -> bool {
        self.open.iter().any(|span| (span.from..span.to).contains(&now))
    }
}

/// A promise that stands still.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// What is measured: `requester_wait` ...
    pub metric: String,
    /// Seconds of its time that are left; less than nothing if it is late.
    pub left_s: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_counts_in_open_hours_only() {
        let at = |minutes: i64| Timestamp::from_secs(minutes * 60);
        let open = [(0, 60), (120, 180)].map(|(from, to)| Span { from: at(from), to: at(to) });
        let hours = Hours { open: open.to_vec(), beyond_s: 600 };
        let clocks = Clocks { hours: Some(hours.clone()), ..Clocks::default() };
        let due = at(250);
        for (now, left, runs) in [
            (-10, 130, false),
            (0, 130, true),
            (50, 80, true),
            (60, 70, false),
            (119, 70, false),
            (150, 40, true),
            (200, 10, false),
            (251, -1, false),
        ] {
            assert_eq!(clocks.left(due, at(now)), left * 60_000, "{now}");
            assert_eq!(hours.run(at(now)), runs, "{now}");
        }
        assert_eq!(Clocks::default().left(due, at(200)), 50 * 60_000);
    }
}
