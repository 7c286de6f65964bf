//! What was refused, kept for later, without letting a flood fill the journal.

use crate::domain::desk::DeskEvent;
use crate::kit::text::one_line;
use crate::kit::{Clock, Timestamp};
use crate::relay::desk::DeskHandle;
use std::sync::{Arc, Mutex, PoisonError};

/// Refusals recorded in any minute of real time; the rest is counted, and the count recorded with the next.
pub(super) const MOST: u32 = 60;

/// See the module. Cloned freely: all clones are one.
#[derive(Clone)]
pub struct Audit {
    desk: DeskHandle,
    real: Clock,
    minute: Arc<Mutex<Minute>>,
}

#[derive(Default)]
struct Minute {
    since: Timestamp,
    recorded: u32,
    skipped: u64,
}

impl Minute {
    /// Whether one more is recorded now; and how many were skipped before.
    fn admit(&mut self, now: Timestamp) -> Option<u64> {
        if now.since(self.since).abs() >= 60_000 {
            self.since = now;
            self.recorded = 0;
        }
        if self.recorded >= MOST {
            self.skipped += 1;
            return None;
        }
        self.recorded += 1;
        Some(std::mem::take(&mut self.skipped))
    }
}

impl Audit {
    pub(super) fn new(desk: DeskHandle, real: Clock) -> Self {
        Self { desk, real, minute: Arc::default() }
    }

    /// Notes that `who` tried `what` and what came of it; on disk when this returns. No personal data of
    /// customers, no secrets.
    pub async fn note(&self, who: &str, what: &str, outcome: &str) {
        let at = self.real.now();
        let admitted = self.minute.lock().unwrap_or_else(PoisonError::into_inner).admit(at);
        let Some(skipped) = admitted else { return };
        let event = |who: &str, what: &str, outcome: String| DeskEvent::Audited {
            at,
            who: one_line(who, 64),
            what: one_line(what, 200),
            outcome: one_line(&outcome, 200),
        };
        let mut events = Vec::with_capacity(2);
        if skipped > 0 {
            let outcome = format!("{skipped} more were refused and not recorded one by one");
            events.push(event("?", "flood", outcome));
        }
        events.push(event(who, what, outcome.to_owned()));
        // A relay that is stopping refuses to write; the refusal itself was answered all the same.
        let _ = self.desk.record("-relay", events).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_its_number_told_afterwards() {
        let mut minute = Minute::default();
        let at = |seconds: i64| Timestamp::from_secs(1_800_000_000 + seconds);
        for _ in 0..MOST {
            assert_eq!(minute.admit(at(0)), Some(0));
        }
        for _ in 0..1_000 {
            assert_eq!(minute.admit(at(59)), None);
        }
        assert_eq!(minute.admit(at(60)), Some(1_000));
        assert_eq!(minute.admit(at(60)), Some(0));
    }
}
