//! A budget that refills: pair rate and throughput.

/// A bucket of tokens: it holds `most`, gains one every `every_ms` milliseconds, and starts full. Time
/// is a number of milliseconds of whatever clock the owner keeps to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    most: f64,
    every_ms: f64,
    left: f64,
    seen_ms: i64,
}

impl Budget {
    /// A full budget at `now_ms`.
    pub(super) fn new(most: u32, every_ms: f64, now_ms: i64) -> Self {
        Self { most: f64::from(most), every_ms, left: f64::from(most), seen_ms: now_ms }
    }

    /// Takes one, or says no.
    pub(super) fn take(&mut self, now_ms: i64) -> bool {
        let passed = now_ms.saturating_sub(self.seen_ms).max(0) as f64;
        self.seen_ms = self.seen_ms.max(now_ms);
        self.left = (self.left + passed / self.every_ms).min(self.most);
        let enough = self.left >= 1.0;
        if enough {
            self.left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_borrowed_from_the_future() {
        let mut pair = Budget::new(45, 6_000.0, 0);
        assert!((0..45).all(|_| pair.take(0)));
        assert!(!pair.take(5_999));
        assert!(pair.take(6_000));
        assert!(!pair.take(6_001));
        assert!((0..45).all(|_| pair.take(10_000_000)));
        assert!(!pair.take(10_000_000));
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing() {
        let mut budget = Budget::new(1, 1_000.0, 5_000);
        assert!(budget.take(5_000));
        assert!(!budget.take(0));
        assert!(!budget.take(5_500));
        assert!(budget.take(6_000));
    }
}
