//! What a changed configuration would change now, before a reload takes it over. Nothing is changed by asking.

use super::{Office, failed, wrong};
use crate::domain::decide::{ClockMove, planned};
use crate::domain::id::ConversationId;
use crate::domain::policy::Policy;
use crate::kit::Timestamp;
use crate::relay::config::{Config, changes};
use crate::relay::lines::Lines;
use crate::relay::{alerts, router, rules, service};
use crate::wire::{PlanView, PlannedClock, PlannedGift, Refused};
use serde_json::Value;
use std::path::Path;

/// Clocks that are named.
const NAMED_MOST: usize = 20;
/// Conversations that are looked at before the desk goes on.
const PIECE: usize = 1_024;

impl Office {
    /// Reads the file and says what a reload of it would do.
    pub(super) async fn plan(&self, path: String) -> Result<Value, Refused> {
        self.apart(move |office| {
            let running = office.running.as_ref().ok_or_else(|| wrong("no relay runs here"))?;
            let running = running.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
            let path = Path::new(&path);
            let newer = Config::load(path).map_err(|found| {
                wrong(format!("the file is faulty: {}", service::first_fault(path, &found)))
            })?;
            serde_json::to_value(office.planned(&running, &newer)).map_err(failed)
        })
        .await
    }

    /// What a reload of `newer` would do to a relay that runs with `running`.
    pub fn planned(&self, running: &Config, newer: &Config) -> PlanView {
        let relay = self.relay();
        let (now, current) = (relay.clock.now(), relay.store.read().policy().clone());
        let policy = rules::policy(newer, &relay.vault).following(&current);
        let secrets = Lines::of(newer).err().or_else(|| alerts::Way::of(newer).err());
        let mut plan = PlanView {
            changes: changes(running, newer),
            restart: running.needs_restart(newer).iter().map(ToString::to_string).collect(),
            unreadable: secrets.map(|error| error.to_string()),
            ..PlanView::default()
        };
        self.clocks(&policy, now, &mut plan);
        let given = |policy: &Policy| router::would_give(relay, policy);
        let (before, after) = (given(&current), given(&policy));
        let fresh = after.into_iter().filter(|gift| !before.contains(gift));
        let view = |(ticket, queue, to): router::Gift| PlannedGift {
            ticket,
            queue: queue.to_string(),
            to: to.to_string(),
        };
        plan.given = fresh.map(view).collect();
        plan
    }

    fn clocks(&self, policy: &Policy, now: Timestamp, plan: &mut PlanView) {
        let store = &self.relay().store;
        if policy.sla_version == store.read().policy().sla_version {
            return;
        }
        let ids: Vec<ConversationId> = store.read().conversations().map(|state| state.id).collect();
        let mut all: Vec<ClockMove> = Vec::new();
        for some in ids.chunks(PIECE) {
            let views = store.read();
            let states: Vec<_> =
                some.iter().filter_map(|id| views.conversation(*id).cloned()).collect();
            drop(views);
            all.extend(states.iter().flat_map(|state| planned(state, policy, now)));
        }
        // Those that are late at once first, then those that are due first.
        all.sort_by_key(|of| (!of.breaches, of.after.or(of.before), of.ticket));
        for of in &all {
            match (of.before, of.after) {
                (None, Some(_)) => plan.clocks.gained += 1,
                (Some(_), None) => plan.clocks.lost += 1,
                _ => plan.clocks.moved += 1,
            }
            plan.clocks.breached += usize::from(of.breaches);
        }
        let named = all.iter().take(NAMED_MOST).map(|of| PlannedClock {
            ticket: of.ticket,
            metric: of.metric.word().to_owned(),
            before: of.before,
            after: of.after,
            breaches: of.breaches,
        });
        plan.clocks.named = named.collect();
    }
}
