//! How long to wait before trying again.

use std::time::Duration;

/// Exponential back-off with a ceiling. Pure: the jitter comes in as a number, so that it can be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait before the second attempt.
    pub first: Duration,
    /// No wait is longer.
    pub most: Duration,
    /// Each wait is this many times the one before.
    pub factor: u32,
}

impl Backoff {
    /// The wait after `failures` failures (1 or more), of which `jitter` (0 to 1) decides the upper half:
    /// with 0 it is half the nominal wait, with 1 the whole, and never more than `most`.
    pub fn wait(&self, failures: u32, jitter: f64) -> Duration {
        let exponent = failures.saturating_sub(1).min(32);
        let grown = self
            .factor
            .checked_pow(exponent)
            .and_then(|times| self.first.checked_mul(times))
            .unwrap_or(self.most)
            .min(self.most);
        grown.mul_f64(0.5 + 0.5 * jitter.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff =
        Backoff { first: Duration::from_millis(500), most: Duration::from_secs(60), factor: 2 };

    #[test]
    fn grows_to_its_ceiling_and_stays() {
        let waits: Vec<_> = (1..=9).map(|n| BACKOFF.wait(n, 1.0).as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
        assert_eq!(BACKOFF.wait(u32::MAX, 1.0), Duration::from_secs(60));
    }

    #[test]
    fn jitter_takes_off_half_at_most() {
        assert_eq!(BACKOFF.wait(1, 0.0), Duration::from_millis(250));
        assert_eq!(BACKOFF.wait(1, 7.0), Duration::from_millis(500));
    }
}
