//! Where time comes from: desk time, which the demo runs faster, and real time.

use super::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// The source of desk time: the time of windows, clocks, snoozes and platform timestamps. In a real relay
/// it is the system's clock; in a demo it starts anywhere and runs `rate` times faster; in a test it stands
/// still until it is moved. Cloned freely: all clones are one clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    System,
    Scaled { origin: Timestamp, started: Instant, rate: f64 },
    Manual(AtomicI64),
}

impl Clock {
    /// The system's wall clock.
    pub fn system() -> Self {
        Self(Arc::new(Source::System))
    }

    /// A clock that reads `origin` now and runs `rate` desk seconds a real second.
    #[expect(clippy::disallowed_methods, reason = "the clock is where time enters")]
    pub fn scaled(origin: Timestamp, rate: f64) -> Self {
        Self(Arc::new(Source::Scaled { origin, started: Instant::now(), rate }))
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it.
    pub fn manual(at: Timestamp) -> Self {
        Self(Arc::new(Source::Manual(AtomicI64::new(at.0))))
    }

    /// Whether this is the system's wall clock, which somebody may set.
    pub fn is_system(&self) -> bool {
        matches!(&*self.0, Source::System)
    }

    /// The desk's present instant.
    #[expect(clippy::disallowed_methods, reason = "the clock is where time enters")]
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Source::System => jiff::Timestamp::now().into(),
            Source::Scaled { origin, started, rate } => {
                origin.plus_millis((started.elapsed().as_secs_f64() * 1000.0 * rate) as i64)
            }
            Source::Manual(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Desk seconds a real second.
    pub fn rate(&self) -> f64 {
        match &*self.0 {
            Source::Scaled { rate, .. } => *rate,
            Source::System | Source::Manual(_) => 1.0,
        }
    }

    /// How long in real time until desk time reads `at`; zero if it is past.
    pub fn real_until(&self, at: Timestamp) -> Duration {
        let desk = at.since(self.now()).max(0) as f64;
        Duration::from_secs_f64((desk / 1000.0 / self.rate()).min(86_400.0 * 365.0))
    }

    /// Moves a manual clock; any other clock ignores it.
    pub fn set(&self, at: Timestamp) {
        if let Source::Manual(now) = &*self.0 {
            now.store(at.0, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Timestamp(5));
        assert_eq!(clock.now(), Timestamp(5));
        clock.clone().set(Timestamp(9));
        assert_eq!(clock.now(), Timestamp(9));
    }

    #[test]
    fn a_scaled_clock_needs_less_real_time() {
        let clock = Clock::scaled(Timestamp::from_secs(1_000), 600.0);
        let wait = clock.real_until(Timestamp::from_secs(1_600));
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
    }
}
