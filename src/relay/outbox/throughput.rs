//! How many messages a second one line may send, in real time.

use std::time::Duration;

/// What the platform takes from one number by default, in messages a second.
/// Source: throughput; 1,000 after an upgrade, told by `throughput.level`.
pub const STANDARD: u32 = 80;
/// See [`STANDARD`].
pub const HIGH: u32 = 1_000;

/// The messages a second that go with the platform's word for a number's throughput.
pub fn per_second(level: Option<&str>) -> u32 {
    if level == Some("HIGH") { HIGH } else { STANDARD }
}

/// A budget of messages in real time (generic cell rate algorithm). Never more than `per_second` in any
/// second: a tenth of it may come at once, the rest is spread over the second. Instants are spans since the
/// outbox started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throughput {
    per_second: u32,
    /// Halved as often as the platform said that it is too much.
    halvings: u32,
    interval: Duration,
    /// When the budget would be whole again.
    whole: Duration,
    /// When the platform last complained, or the rate last grew.
    since: Duration,
}

/// After this time without a complaint a rate that was lowered doubles.
const EASE: Duration = Duration::from_secs(60);
/// The rate falls to an eighth at most.
const HALVINGS_MOST: u32 = 3;

impl Throughput {
    /// A budget of which nothing is left at `now`: what was sent before a restart is not known.
    pub fn new(per_second: u32, now: Duration) -> Self {
        let mut budget = Self {
            per_second: 0,
            halvings: 0,
            interval: Duration::ZERO,
            whole: Duration::ZERO,
            since: now,
        };
        budget.set(per_second);
        budget.whole = now + budget.slack();
        budget
    }

    /// From now on so many a second.
    pub fn set(&mut self, per_second: u32) {
        self.per_second = per_second.max(1);
        self.spread();
    }

    /// How many a second, where the platform does not complain.
    pub fn per_second(&self) -> u32 {
        self.per_second
    }

    /// The platform says that it is too much: half of it, for a while.
    pub fn slower(&mut self, now: Duration) {
        self.halvings = (self.halvings + 1).min(HALVINGS_MOST);
        self.since = now;
        self.spread();
    }

    /// How many sends may be under way at a time: enough for answers that take 400 ms.
    pub fn slots(&self) -> usize {
        (self.per_second as usize * 2 / 5).max(4)
    }

    /// From when on one more may be sent.
    pub fn ready_at(&self) -> Duration {
        self.whole.saturating_sub(self.slack())
    }

    /// One is sent at `now`.
    pub fn take(&mut self, now: Duration) {
        if self.halvings > 0 && now.saturating_sub(self.since) >= EASE {
            self.halvings -= 1;
            self.since = now;
            self.spread();
        }
        self.whole = self.whole.max(now) + self.interval;
    }

    fn spread(&mut self) {
        let steady = u64::from(self.per_second - self.burst()).max(1);
        self.interval =
            Duration::from_nanos(1_000_000_000_u64.div_ceil(steady)) * (1 << self.halvings);
    }

    /// How many may come at once.
    fn burst(&self) -> u32 {
        self.per_second / 10
    }

    fn slack(&self) -> Duration {
        self.interval * self.burst().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sends as fast as the budget lets at the given gaps; the instants of the sends.
    fn sends(mut budget: Throughput, gaps: &[u64]) -> Vec<Duration> {
        let mut now = Duration::ZERO;
        gaps.iter()
            .map(|gap| {
                now = (now + Duration::from_millis(*gap)).max(budget.ready_at());
                budget.take(now);
                now
            })
            .collect()
    }

    #[test]
    fn after_a_start_nothing_may_come_at_once() {
        let sent = sends(Throughput::new(80, Duration::ZERO), &[0; 80]);
        assert_eq!(sent[0], Duration::ZERO);
        assert!(sent[1] > Duration::from_millis(13), "{:?}", sent[1]);
        assert!(sent[79] > Duration::from_secs(1));
    }

    #[test]
    fn a_tenth_may_come_at_once_after_a_rest() {
        let mut gaps = vec![0; 30];
        gaps[10] = 5_000;
        let sent = sends(Throughput::new(80, Duration::ZERO), &gaps);
        assert_eq!(sent[17], sent[10]);
        assert!(sent[18] > sent[10]);
    }

    #[test]
    fn a_complaint_halves_it_and_a_quiet_minute_gives_it_back() {
        let mut budget = Throughput::new(80, Duration::ZERO);
        let steady = budget.interval;
        budget.slower(Duration::ZERO);
        assert_eq!(budget.interval, steady * 2);
        for _ in 0..10 {
            budget.slower(Duration::from_secs(1));
        }
        assert_eq!(budget.interval, steady * 8);
        for minute in 2..=4 {
            budget.take(Duration::from_secs(minute * 61));
        }
        assert_eq!(budget.interval, steady);
    }

    #[test]
    fn the_platform_names_the_rate() {
        assert_eq!(per_second(Some("HIGH")), 1_000);
        for word in [Some("STANDARD"), Some("NOT_APPLICABLE"), None] {
            assert_eq!(per_second(word), 80);
        }
    }

    proptest! {
        #[test]
        fn no_second_holds_more_than_it_may(
            per_second in 1u32..200,
            gaps in proptest::collection::vec(prop_oneof![3 => Just(0u64), 1 => 0u64..400], 1..600),
        ) {
            let sent = sends(Throughput::new(per_second, Duration::ZERO), &gaps);
            for (nth, first) in sent.iter().enumerate() {
                let inside = sent[nth..].iter().take_while(|at| **at < *first + Duration::from_secs(1));
                prop_assert!(inside.count() <= per_second as usize);
            }
        }
    }
}
