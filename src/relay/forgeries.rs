//! Webhooks that nobody vouches for: counted each, told to the operator once a minute at most.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The shortest time between two warnings, in real time.
const PAUSE: Duration = Duration::from_secs(60);

/// How many came since the last warning, and when that was. Whoever floods the door writes one line a minute
/// into the log.
#[derive(Debug, Default)]
pub(super) struct Forgeries(Mutex<(u64, Option<Instant>)>);

impl Forgeries {
    /// One more came at `now`. Says how many there are to tell of, if it is time to tell.
    pub(super) fn note(&self, now: Instant) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (untold, told) = &mut *state;
        *untold += 1;
        if told.is_some_and(|told| now.duration_since(told) < PAUSE) {
            return None;
        }
        *told = Some(now);
        Some(std::mem::take(untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_rest_once_a_minute() {
        let (forgeries, begin) = (Forgeries::default(), Instant::now());
        let told = [(0, Some(1)), (0, None), (59, None), (60, Some(3)), (61, None), (600, Some(2))];
        for (second, wanted) in told {
            let now = begin + Duration::from_secs(second);
            assert_eq!(forgeries.note(now), wanted, "after {second} s");
        }
    }
}
