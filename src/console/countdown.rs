//! How long something still takes, in a few cells: `12:05` under an hour, `3h07` under a day, `2d04` beyond.

use crate::kit::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A span of milliseconds; a negative one is written as the positive one of its length.
pub fn span(millis: i64) -> String {
    let seconds = (millis.unsigned_abs() / 1000) as i64;
    match seconds {
        0..HOUR => format!("{}:{:02}", seconds / MINUTE, seconds % MINUTE),
        HOUR..DAY => format!("{}h{:02}", seconds / HOUR, seconds % HOUR / MINUTE),
        _ => format!("{}d{:02}", (seconds / DAY).min(9999), seconds % DAY / HOUR),
    }
}

/// What is left until an instant: `12:05`; when it is past, how long: `+0:14`.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    match until.since(now) {
        millis @ 0.. => span(millis),
        millis => format!("+{}", span(millis)),
    }
}

/// What is left of a promise that stands still: `‖ 2h10`; when it is late, how long: `‖ +0:14`.
pub fn held(left_s: i64, unicode: bool) -> String {
    let bars = if unicode { "‖" } else { "||" };
    let late = if left_s < 0 { "+" } else { "" };
    format!("{bars} {late}{}", span(left_s.saturating_mul(1000)))
}

/// In how many milliseconds [`left`] will read differently.
pub fn changes_in(until: Timestamp, now: Timestamp) -> i64 {
    let millis = until.since(now);
    let (seconds, past) = ((millis.unsigned_abs() / 1000) as i64, millis < 0);
    let unit = match seconds {
        0..HOUR => 1000,
        HOUR..DAY => MINUTE * 1000,
        _ => HOUR * 1000,
    };
    let within = (millis.unsigned_abs() % unit as u64) as i64;
    if past { unit - within } else { within + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_a_few_cells() {
        for (seconds, text) in [
            (0, "0:00"),
            (725, "12:05"),
            (3599, "59:59"),
            (3600, "1h00"),
            (11_220, "3h07"),
            (86_399, "23h59"),
            (86_400, "1d00"),
            (187_200, "2d04"),
            (-14, "+0:14"),
            (-11_220, "+3h07"),
        ] {
            let now = Timestamp::from_secs(1_000_000);
            assert_eq!(left(now.plus_secs(seconds), now), text);
        }
        assert_eq!(span(i64::MIN).len(), 7);
    }

    #[test]
    fn what_stands_still_has_bars() {
        assert_eq!(held(7_800, true), "‖ 2h10");
        assert_eq!(held(725, false), "|| 12:05");
        assert_eq!(held(-14, true), "‖ +0:14");
        assert_eq!(held(i64::MIN, true).len(), 12);
    }

    #[test]
    fn it_is_known_when_one_reads_differently() {
        let until = Timestamp(10_000_000);
        for left_ms in [-90_000_000, -5_000_000, -4_001, -1, 0, 1, 999, 1_000, 3_600_000, 7_654_321]
        {
            let now = until.plus_millis(-left_ms);
            let next = changes_in(until, now);
            assert!(next > 0);
            assert_ne!(left(until, now), left(until, now.plus_millis(next)), "{left_ms}");
            assert_eq!(left(until, now), left(until, now.plus_millis(next - 1)), "{left_ms}");
        }
    }
}
