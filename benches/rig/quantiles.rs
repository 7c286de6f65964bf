//! Quantiles of durations.

use std::time::Duration;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Quantiles(Vec<Duration>);

impl Quantiles {
    /// Of these.
    pub(crate) fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// The value that `share` of them do not exceed, in milliseconds; zero of none.
    pub(crate) fn ms(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.0.get(at).map_or(0.0, |value| value.as_secs_f64() * 1000.0)
    }

    /// Median, 99 % and the longest, to print.
    pub(crate) fn line(&self) -> String {
        format!("{:.1} / {:.1} / {:.1} ms", self.ms(0.5), self.ms(0.99), self.ms(1.0))
    }
}
