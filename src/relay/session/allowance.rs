//! How much a console may ask in a time.

use tokio::time::Instant;

/// A bucket that fills steadily and is emptied by asking.
pub(super) struct Allowance {
    most: f64,
    a_second: f64,
    left: f64,
    at: Instant,
}

impl Allowance {
    /// `most` at once, `a_second` in the long run; full at `now`.
    pub(super) fn new(most: f64, a_second: f64, now: Instant) -> Self {
        Self { most, a_second, left: most, at: now }
    }

    /// Takes one, if there is one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed * self.a_second).min(self.most);
        let there = self.left >= 1.0;
        if there {
            self.left -= 1.0;
        }
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_the_rate() {
        let mut now = Instant::now();
        let mut allowance = Allowance::new(5.0, 2.0, now);
        assert_eq!((0..10).filter(|_| allowance.take(now)).count(), 5);
        now += Duration::from_secs(1);
        assert_eq!((0..10).filter(|_| allowance.take(now)).count(), 2);
        now += Duration::from_secs(1_000);
        assert_eq!((0..10).filter(|_| allowance.take(now)).count(), 5);
    }
}
