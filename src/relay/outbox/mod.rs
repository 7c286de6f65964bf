//! The outbox: tells the platform what the desk owes it.
//!
//! ```text
//! views.sends() ─▶ schedule (pure: undo, budgets, priority, back-off) ─▶ desk.attempt, durable
//!                     ▲                                                        │
//!                     └── verdict (pure) ◀── desk.settle ◀── platform.send ◀── letter
//! ```
//!
//! One task decides and never waits for a platform; each send is a task of its own, so that a slow or broken
//! line delays no other. What is known of a message is in the journal; what is only known here (back-off,
//! throughput) begins anew with every start, on the careful side.

mod attempt;
mod letter;
pub mod limit;
pub mod schedule;
mod seed;
pub mod throughput;
mod upload;
pub mod verdict;
mod worker;

use super::Relay;
use super::lines::Line;
use crate::domain::campaign::Stage;
use crate::domain::conversation::Conversation;
use crate::domain::desk::Desk;
use crate::domain::effect;
use crate::domain::id::SendId;
use crate::domain::message::Author;
use crate::domain::template::Purpose;
use crate::kit::{Clock, Timestamp};
use crate::whatsapp::exchange::ClientError;
use crate::whatsapp::platform::Platform;
use schedule::Owed;
use std::sync::Arc;
use std::time::Duration;

/// Sends until the relay is stopping, then waits for what is on its way, for the drain time at most.
/// `platforms` makes the way to the platform for a line; it is asked again when a reload has changed the
/// line.
pub async fn run<F>(relay: Relay, platforms: F)
where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError> + Send,
{
    worker::Worker::new(relay, platforms).run().await;
}

/// Sets the outbox's depth in the metrics, by line and class. To be called before they are read.
pub fn measure(relay: &Relay) {
    let lines = relay.lines.now();
    let mut depths = std::collections::HashMap::<(String, &'static str), usize>::new();
    let unsettled: Vec<_> = relay.store.read().unsettled().cloned().collect();
    for conversation in unsettled {
        for send in &conversation.head.sends {
            let line = &conversation.head.line;
            let name = lines.get(line).map_or(line, |line| &line.name);
            *depths.entry((name.as_str().to_owned(), send.author.class())).or_default() += 1;
        }
    }
    relay.metrics.set_outbox(
        depths.iter().map(|((line, class), entries)| (line.as_str(), *class, *entries)),
    );
}

/// What a conversation owes the platform now. A campaign that stands still owes nothing.
fn owed(conversation: &Conversation, told: &Desk, clock: &Clock, now: Timestamp) -> Option<Owed> {
    let send = effect::pending(conversation)?;
    let head = &conversation.head;
    if let Author::Campaign(name) = &send.author
        && told.campaigns.get(name).is_none_or(|campaign| campaign.stage != Stage::Running)
    {
        return None;
    }
    Some(Owed {
        send: SendId { conversation: conversation.id, outbox: send.outbox },
        contact: head.contact,
        line: head.line.clone(),
        rank: send.author.rank(),
        human: send.author.is_human(),
        campaign: send.author.is_campaign(),
        service: send.purpose == Purpose::Service,
        forbidden: told
            .lines
            .get(&head.line)
            .and_then(|line| line.forbids(send.purpose, !conversation.window_open(now), now)),
        outside: !conversation.window_open(now),
        hold: hold(send.outbox.0, send.hold_ms, clock.rate(), now),
        failures: send.failures,
        pair_until: head.pair_until,
        place: send.place,
    })
}

/// What is left of the real time in which a message may be taken back, judged by the desk time at which it was
/// queued; never more than the whole of it, should the clock have been set back.
fn hold(queued: i64, hold_ms: i64, rate: f64, now: Timestamp) -> Duration {
    let whole = u64::try_from(hold_ms).unwrap_or(0);
    let passed = (now.since(Timestamp(queued)).max(0) as f64 / rate) as u64;
    Duration::from_millis(whole.saturating_sub(passed))
}

#[cfg(test)]
mod tests;
