//! Tells when the wall clock was set, so that no deadline is judged by a time that is not.
//!
//! The boot clock runs also while the machine sleeps and is never set; as long as both run alike, the wall
//! clock is believed.

use crate::kit::{Clock, Timestamp};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The wall clock.
    pub wall: Timestamp,
    /// Time since the machine started, sleep included.
    pub boot: Duration,
}

impl Reading {
    /// Reads both clocks of the system; a demo's desk time has nothing to do with it.
    pub fn now() -> Self {
        let boot = clock_gettime(ClockId::Boottime);
        let seconds = Duration::from_secs(boot.tv_sec.try_into().unwrap_or(0));
        Self {
            wall: Clock::system().now(),
            boot: seconds + Duration::from_nanos(boot.tv_nsec.try_into().unwrap_or(0)),
        }
    }

    /// What the wall clock read when the machine started, in milliseconds: it stays the same until somebody
    /// sets the clock.
    fn epoch(self) -> i64 {
        self.wall.plus_millis(-i64::try_from(self.boot.as_millis()).unwrap_or(i64::MAX)).millis()
    }
}

/// What a reading tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The wall clock is believed: deadlines run.
    Steady,
    /// It has just been set, by so many milliseconds (negative: back). Deadlines are held from here on, and
    /// the operator is told.
    Jumped(i64),
    /// It was set lately: deadlines are held.
    Held,
    /// It has run evenly for a minute, and is believed again. It differs from what was believed before by so
    /// many milliseconds. Deadlines run from here on.
    Settled(i64),
}

impl Trust {
    /// Whether deadlines may be judged.
    pub const fn runs(self) -> bool {
        matches!(self, Self::Steady | Self::Settled(_))
    }
}

/// Compares readings, one every few seconds.
#[derive(Clone, Copy, Debug)]
pub struct Drift {
    /// What is believed.
    epoch: i64,
    /// What the wall clock says since it was set, and since when by the boot clock.
    held: Option<(i64, Duration)>,
}

/// A part of more than this holds the deadlines.
const JUMP: i64 = 60_000;
/// The clock must run evenly for this long before it is believed again.
const STABLE: Duration = Duration::from_secs(60);
/// The most by which two readings of even clocks may differ: they are not taken in one instant, and time
/// servers slew.
const EVEN: i64 = 1_000;

impl Drift {
    /// Believes the first reading.
    pub fn new(first: Reading) -> Self {
        Self { epoch: first.epoch(), held: None }
    }

    /// Judges the next reading.
    pub fn observe(&mut self, reading: Reading) -> Trust {
        let epoch = reading.epoch();
        let Some((since_set, since)) = self.held else {
            let parted = epoch.saturating_sub(self.epoch);
            if parted.saturating_abs() > JUMP {
                self.held = Some((epoch, reading.boot));
                return Trust::Jumped(parted);
            }
            if parted.saturating_abs() < EVEN {
                self.epoch = epoch;
            }
            return Trust::Steady;
        };
        if epoch.saturating_sub(since_set).saturating_abs() >= EVEN {
            self.held = Some((epoch, reading.boot));
            return Trust::Held;
        }
        if reading.boot.saturating_sub(since) < STABLE {
            return Trust::Held;
        }
        let parted = epoch.saturating_sub(self.epoch);
        *self = Self::new(reading);
        Trust::Settled(parted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    /// A reading `second` seconds after the first, with the wall clock off by `off` milliseconds.
    fn reading(second: u64, off: i64) -> Reading {
        Reading {
            wall: Timestamp::from_secs(1_800_000_000 + second as i64).plus_millis(off),
            boot: Duration::from_secs(1_000 + second),
        }
    }

    fn judged(readings: &[(u64, i64)]) -> Vec<Trust> {
        let mut drift = Drift::new(reading(0, 0));
        readings.iter().map(|(second, off)| drift.observe(reading(*second, *off))).collect()
    }

    #[test]
    fn an_hour_either_way_is_held_until_it_was_even_for_a_minute() {
        use Trust::{Held, Jumped, Settled, Steady};
        for hour in [HOUR, -HOUR] {
            let said =
                judged(&[(5, 0), (10, hour), (15, hour), (69, hour), (70, hour), (75, hour)]);
            assert_eq!(said, [Steady, Jumped(hour), Held, Held, Settled(hour), Steady]);
        }
    }

    #[test]
    fn a_clock_that_is_set_again_starts_the_minute_anew() {
        use Trust::{Held, Jumped, Settled};
        let said = judged(&[(10, HOUR), (60, 0), (70, 0), (119, 0), (120, 0)]);
        assert_eq!(said, [Jumped(HOUR), Held, Held, Held, Settled(0)]);
    }

    #[test]
    fn slewing_and_small_steps_are_believed() {
        let slewed: Vec<_> = (1..2_000).map(|n| (n * 5, n as i64 * 100)).collect();
        assert!(judged(&slewed).iter().all(|trust| *trust == Trust::Steady));
        assert_eq!(judged(&[(5, 59_000), (10, 0), (15, -59_000)]), [Trust::Steady; 3]);
        assert!(!judged(&[(5, 30_000), (10, 61_000)])[1].runs(), "small steps add up");
    }

    #[test]
    fn a_long_sleep_is_no_jump() {
        assert_eq!(judged(&[(100_000, 0)]), [Trust::Steady]);
    }

    #[test]
    fn the_clocks_of_this_machine_run_alike() {
        let mut drift = Drift::new(Reading::now());
        assert_eq!(drift.observe(Reading::now()), Trust::Steady);
    }

    proptest::proptest! {
        #[test]
        fn extremes_do_not_panic(wall in proptest::num::i64::ANY, boot in proptest::num::u64::ANY) {
            let mut drift = Drift::new(reading(0, 0));
            let odd = Reading { wall: Timestamp(wall), boot: Duration::from_millis(boot) };
            for reading in [odd, reading(1, 0), odd, odd] {
                drift.observe(reading);
            }
        }
    }
}
