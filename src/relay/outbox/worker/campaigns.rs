//! What campaigns may send of what everybody else leaves them.

use super::{REST, Worker};
use crate::domain::campaign::Stage;
use crate::domain::id::{ConversationId, OutboxId};
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::relay::outbox::limit::Waiters;
use crate::relay::outbox::owed;
use crate::relay::outbox::schedule::Choice;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Where a message of a campaign stands.
pub(super) type Key = (OutboxId, ConversationId);

/// Messages of a campaign that one look considers at most: while the messaging limit is used up none of a hundred
/// thousand may go but to the few who have written, and everybody else waits for the end of the look.
const LOOKED_MOST: usize = 250;
/// Who was looked through in several looks has a rest.
const LONG_REST: Duration = Duration::from_secs(5);

impl<F> Worker<F> {
    /// Lets campaigns send what everybody else leaves them; when they may be looked through again, if they were
    /// not now, or not to their end. As many people wait as they have messages, but for the few who have written
    /// lately.
    pub(super) fn campaigns(
        &mut self,
        now: Duration,
        desk: Timestamp,
        choice: &mut Choice,
        waiting: &mut BTreeMap<Name, Waiters>,
    ) -> Option<Duration> {
        let views = self.relay.store.read();
        let (told, clock) = (views.desk(), &self.relay.clock);
        let mut running = Vec::new();
        for (name, count) in views.campaigns_waiting() {
            let of = told.campaigns.get(name).filter(|of| of.stage == Stage::Running);
            if let Some(campaign) = of {
                waiting.entry(campaign.plan.line.clone()).or_default().campaigns += count;
                running.push(name);
            }
        }
        let began = Instant::now();
        self.looked.retain(|name, _| running.contains(&name));
        if running.is_empty() {
            return None;
        }
        let rested = self.campaigns_rested?;
        if began < rested {
            return Some(rested - self.started);
        }
        let seen: Vec<_> = running.iter().map(|_| Cell::new((0, None))).collect();
        let looked = &self.looked;
        let of = running.iter().zip(&seen).map(|(name, seen)| {
            let next = views.campaign_sends(name, looked.get(*name).copied()).take(LOOKED_MOST);
            next.filter_map(|(outbox, state)| {
                seen.set((seen.get().0 + 1, Some((outbox, state.id))));
                owed(state, told, clock, desk)
            })
        });
        self.schedule.choose_of_campaigns(of, now, desk, choice);
        let (mut goes_on, mut ended_long) = (false, false);
        for (name, seen) in running.iter().zip(&seen) {
            let (count, last) = seen.get();
            if count == 0 {
                // What followed has gone meanwhile.
                goes_on |= self.looked.remove(*name).is_some();
                continue;
            }
            let ended = views.campaign_sends(name, last).next().is_none();
            if ended {
                ended_long |= self.looked.remove(*name).is_some();
            } else if count >= LOOKED_MOST {
                self.looked.extend(last.map(|last| ((*name).clone(), last)));
                goes_on = true;
            }
        }
        let ended = Instant::now();
        let rest = if ended_long && !goes_on { LONG_REST } else { (ended - began) * REST };
        self.campaigns_rested = Some(ended + rest);
        goes_on.then(|| ended + rest - self.started)
    }
}
