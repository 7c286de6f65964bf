//! Looks at what the operator's rules watch, and tells the desk what becomes of each alert. The numbers are counted as
//! events are folded: a look costs the same however many tickets there are.

use crate::domain::alert::{AlertRules, Watched, turned};
use crate::domain::desk::DeskEvent;
use crate::domain::name::Name;
use crate::domain::roster::Actor;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::lines;
use crate::relay::views::{Facet, Views};
use crate::wire::{BREACHING_SECONDS, Health, LineView};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// How often it is looked, in real time: what has become too much is told within that.
const EVERY: Duration = Duration::from_secs(1);

/// Looks until the relay is stopping; at once when it starts.
pub async fn watch(relay: Relay) {
    let mut every = interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut above = BTreeMap::new();
    loop {
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            _ = every.tick() => {}
        }
        let events = look(&relay, &mut above);
        if events.is_empty() {
            continue;
        }
        // What was not taken is found again by the next look.
        if let Err(refusal) = relay.desk.record(Actor::Relay.name(), events).await {
            tracing::warn!(%refusal, "what became of an alert could not be recorded");
        }
    }
}

/// What becomes of all alerts now.
fn look(relay: &Relay, above: &mut BTreeMap<Name, Timestamp>) -> Vec<DeskEvent> {
    let (policy, idle) = {
        let views = relay.store.read();
        (views.policy().clone(), views.desk().alerts.running.is_empty())
    };
    if policy.alerts.is_empty() && idle {
        return Vec::new();
    }
    let now = relay.clock.now();
    let lines = lines::views(relay, now);
    let views = relay.store.read();
    let (desk, members) = (views.desk(), views.desk().members());
    let measured = |rules: &AlertRules| measured(rules, &views, &lines, now);
    let turned = turned(&policy, &desk.alerts, &members, above, now, measured);
    turned.into_iter().map(|turned| DeskEvent::AlertTurned(Box::new(turned))).collect()
}

/// What a rule watches, as it is now; nothing where that is not known yet.
fn measured(rules: &AlertRules, views: &Views, lines: &[LineView], now: Timestamp) -> Option<i64> {
    Some(match rules.watch {
        Watched::Outbox => oldest_send(rules, views).map_or(0, |at| now.since(at).max(0) / 1_000),
        Watched::Quality | Watched::Limit | Watched::Down => {
            let of = |line: &&LineView| {
                rules.line.as_ref().is_none_or(|name| *name.as_str() == line.name)
            };
            lines.iter().filter(of).filter_map(|line| of_line(rules.watch, line)).max()?
        }
        watch => {
            let shelves = views.shelves();
            let queues: Vec<_> = match &rules.queue {
                Some(queue) => vec![queue],
                None => shelves.queues().collect(),
            };
            let each = queues.into_iter().map(|queue| of_queue(watch, queue, views, now));
            match watch {
                Watched::Unanswered => each.max().unwrap_or(0),
                _ => each.sum(),
            }
        }
    })
}

fn of_queue(watch: Watched, queue: &Name, views: &Views, now: Timestamp) -> i64 {
    let shelves = views.shelves();
    let count = |facet: Facet| shelves.count(queue, &facet);
    let broken = || count(Facet::Due(now.plus_millis(-1)));
    let number = match watch {
        Watched::Unassigned => count(Facet::Of(None)),
        Watched::Breaching => {
            count(Facet::Due(now.plus_secs(BREACHING_SECONDS))).saturating_sub(broken())
        }
        Watched::Breached => broken(),
        Watched::Windows => shelves.dying_in(queue, now),
        Watched::Unanswered => {
            let waits = shelves.oldest_wait(queue).map(|since| now.since(since).max(0) / 1_000);
            return waits.unwrap_or(0);
        }
        _ => count(Facet::Waiting),
    };
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn of_line(watch: Watched, line: &LineView) -> Option<i64> {
    Some(match watch {
        Watched::Quality => match line.quality.as_deref() {
            Some("RED") => 2,
            Some("YELLOW") => 1,
            _ => 0,
        },
        Watched::Limit => {
            let limit = line.limit?;
            let share = limit.most.map_or(0, |most| limit.used * 100 / most.max(1));
            i64::try_from(share).unwrap_or(i64::MAX)
        }
        _ => i64::from(line.disabled || line.health == Health::Held),
    })
}

/// When the oldest message was written that waits to be sent and is no campaign's.
fn oldest_send(rules: &AlertRules, views: &Views) -> Option<Timestamp> {
    let line = |id: &Name| views.policy().lines.get(id).map(|line| &line.name);
    let of = views.sends().filter(|state| {
        rules.line.as_ref().is_none_or(|name| line(&state.head.line) == Some(name))
    });
    let waits = of.flat_map(|state| state.head.sends.iter());
    let waits = waits.filter(|send| send.unconfirmed_at.is_none() && !send.author.is_campaign());
    waits.map(|send| Timestamp(send.outbox.0)).min()
}
