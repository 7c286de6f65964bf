//! What a console is typing, on its way to where it is kept: not more often than it makes sense.

use crate::domain::id::TicketNumber;
use crate::relay::floor::DRAFT_MOST;
use crate::relay::session::allowance::Allowance;
use crate::wire::DraftView;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Drafts of one console that are taken over in a second.
const A_SECOND: f64 = 10.0;
/// Tickets whose drafts may wait.
const WAIT_MOST: usize = 64;

/// See the module.
pub(super) struct Drafting {
    waiting: BTreeMap<TicketNumber, DraftView>,
    allowance: Allowance,
    at: Instant,
}

impl Drafting {
    pub(super) fn new(now: Instant) -> Self {
        Self { waiting: BTreeMap::new(), allowance: Allowance::new(2.0, A_SECOND, now), at: now }
    }

    /// Takes what was typed, in the place of what still waits for the same ticket. What is too long is cut.
    pub(super) fn put(&mut self, ticket: TicketNumber, mut draft: DraftView) {
        if let Some((end, _)) = draft.text.char_indices().nth(DRAFT_MOST) {
            draft.text.truncate(end);
        }
        if self.waiting.len() < WAIT_MOST || self.waiting.contains_key(&ticket) {
            self.waiting.insert(ticket, draft);
        }
    }

    /// Whether something waits.
    pub(super) fn wait(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// When to look again.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// What may be handed on now.
    pub(super) fn due(&mut self, now: Instant) -> Vec<(TicketNumber, DraftView)> {
        let mut due = Vec::new();
        while !self.waiting.is_empty() && self.allowance.take(now) {
            due.extend(self.waiting.pop_first());
        }
        self.at = now + Duration::from_millis(100);
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Timestamp;
    use uuid::Uuid;

    #[tokio::test(start_paused = true)]
    async fn ten_in_a_second_and_the_latest_counts() {
        let mut now = Instant::now();
        let mut drafting = Drafting::new(now);
        let (mut handed, mut last) = (0, String::new());
        for n in 0..200 {
            let text = format!("{n}");
            let draft = DraftView { text, note: false, at: Timestamp(n), console: Uuid::nil() };
            drafting.put(TicketNumber(1), draft);
            for (_, draft) in drafting.due(now) {
                handed += 1;
                last = draft.text;
            }
            now += Duration::from_millis(10);
        }
        assert!((20..=22).contains(&handed), "{handed}");
        now += Duration::from_millis(100);
        last = drafting.due(now).pop().map_or(last, |(_, draft)| draft.text);
        assert_eq!(last, "199");
        assert!(!drafting.wait());
    }
}
