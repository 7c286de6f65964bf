//! What time alone brings about: deadlines of conversations, and the upkeep of what is kept for a while.
//!
//! Deadlines are derived from the state, never stored, so that a restart misses none: those that passed
//! meanwhile run at the start, oldest first, in slices between the desk's other work. While the wall clock was
//! set lately they are held.

use super::Relay;
use super::bootclock::{Drift, Reading, Trust};
use crate::domain::desk::{DeskEvent, day_of};
use crate::domain::id::ConversationId;
use crate::kit::Timestamp;
use crate::kit::backoff::Backoff;
use crate::vault::KeyId;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

/// Conversations that are told the time in one piece, before the desk does something else.
const SLICE: usize = 64;
/// How often the wall clock is compared with the boot clock.
const COMPARE_EVERY: Duration = Duration::from_secs(5);
/// The longest sleep: a clock that was set by less than the boot clock tells is noticed after this.
const SLEEP_MOST: Duration = Duration::from_secs(60);
/// The wait before a conversation whose deadline did not go away is told again.
const STUCK: Backoff =
    Backoff { first: Duration::from_millis(100), most: Duration::from_secs(300), factor: 3 };
/// How often the upkeep runs.
const UPKEEP_EVERY: Duration = Duration::from_secs(3_600);
/// Days for which dead letters and notices are kept, after the day on which they came.
const DEAD_LETTER_DAYS: i64 = 30;

/// A conversation that is due although it was told the time.
struct Stuck {
    times: u32,
    again: Instant,
}

/// Tells conversations the time until the relay is stopping.
pub async fn run(relay: Relay) {
    let mut trust = relay.clock.is_system().then(|| Drift::new(Reading::now()));
    let mut compare = interval(COMPARE_EVERY);
    compare.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut upkeep = interval(UPKEEP_EVERY);
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stuck: HashMap<ConversationId, Stuck> = HashMap::new();
    let mut runs = true;
    loop {
        let next = if runs { due(&relay, &mut stuck).await } else { Instant::now() + SLEEP_MOST };
        tokio::select! {
            biased;
            () = relay.stopping.cancelled() => return,
            _ = compare.tick(), if trust.is_some() => {
                if let Some(drift) = &mut trust {
                    let said = drift.observe(Reading::now());
                    tell(&relay, said);
                    runs = said.runs();
                }
            }
            _ = upkeep.tick(), if runs => expire(&relay).await,
            () = relay.wake.deadline.notified() => {}
            () = sleep_until(next) => {}
        }
    }
}

/// Tells one slice of what is due; when to look again.
async fn due(relay: &Relay, stuck: &mut HashMap<ConversationId, Stuck>) -> Instant {
    let (mut slice, next) = {
        let (now, views) = (relay.clock.now(), relay.store.read());
        (views.overdue(now, SLICE + stuck.len()), views.next_deadline())
    };
    let now = Instant::now();
    slice.retain(|id| stuck.get(id).is_none_or(|stuck| stuck.again <= now));
    slice.truncate(SLICE);
    if slice.is_empty() {
        stuck.retain(|_, stuck| stuck.again > now);
        let again = stuck.values().map(|stuck| stuck.again).min();
        let deadline = next.map(|at| relay.clock.real_until(at)).filter(|wait| !wait.is_zero());
        let sleeps = deadline.map_or(SLEEP_MOST, |wait| wait.min(SLEEP_MOST));
        // Never twice in one millisecond: desk time may run faster than it can be waited for.
        let wake = now + sleeps.max(Duration::from_millis(1));
        return again.map_or(wake, |again| again.min(wake));
    }
    if relay.desk.tick(slice.clone()).await.is_err() {
        // It is stopping; the next look sees that.
        return now + Duration::from_millis(100);
    }
    let still = {
        let views = relay.store.read();
        let desk = relay.clock.now();
        let still: std::collections::HashSet<_> =
            views.overdue(desk, SLICE + stuck.len() + slice.len()).into_iter().collect();
        still
    };
    for id in slice {
        if !still.contains(&id) {
            stuck.remove(&id);
            continue;
        }
        let entry = stuck.entry(id).or_insert(Stuck { times: 0, again: now });
        entry.times += 1;
        // Another deadline may have come due meanwhile; only what stays is strange.
        entry.again = Instant::now() + STUCK.wait(entry.times, 1.0);
        if entry.times == 4 {
            tracing::error!(conversation = %id, "a deadline does not go away; it is looked at more rarely");
        }
    }
    Instant::now()
}

fn tell(relay: &Relay, trust: Trust) {
    relay.metrics.clock_held.set(if trust.runs() { 0.0 } else { 1.0 });
    match trust {
        Trust::Jumped(millis) => tracing::error!(
            millis,
            "the clock was set: deadlines are held until it has run evenly for a minute"
        ),
        Trust::Settled(millis) => {
            tracing::warn!(millis, "the clock runs evenly again: deadlines run");
        }
        Trust::Steady | Trust::Held => {}
    }
}

/// Lets go of dead letters and notices that were kept long enough, and of the keys that seal them.
async fn expire(relay: &Relay) {
    let today = relay.clock.now().secs().div_euclid(86_400);
    let Ok(last) = u32::try_from(today - DEAD_LETTER_DAYS - 1) else { return };
    let days = relay.vault.keys().into_iter();
    let gone: Vec<_> =
        days.filter(|id| matches!(id, KeyId::Day(day) if day_of(*day) <= last)).collect();
    let listed =
        relay.store.read().desk().dead_letters.iter().any(|letter| day_of(letter.day) <= last);
    if listed {
        let at = relay.clock.now();
        let expired = DeskEvent::DeadLettersExpired { at, day: last };
        if relay.desk.record("-relay", vec![expired]).await.is_err() {
            return;
        }
    }
    destroy(relay, gone, "days whose dead letters are over").await;
}

async fn destroy(relay: &Relay, keys: Vec<KeyId>, of: &'static str) {
    if keys.is_empty() {
        return;
    }
    let vault = relay.vault.clone();
    let count = keys.len();
    match tokio::task::spawn_blocking(move || vault.erase(&keys)).await {
        Ok(Ok(())) => tracing::info!(count, of, "keys destroyed"),
        Ok(Err(error)) => {
            tracing::error!(%error, of, "keys could not be destroyed; it is tried again")
        }
        Err(error) => tracing::error!(%error, of, "keys could not be destroyed"),
    }
}

/// The desk time of a day's first instant, for whoever shows until when something is kept.
pub fn kept_until(day: u32) -> Timestamp {
    Timestamp::from_secs((i64::from(day) + DEAD_LETTER_DAYS + 1) * 86_400)
}

#[cfg(test)]
mod tests;
