//! Which of the tickets that wait comes first.

use super::Waiting;
use crate::kit::Timestamp;
use std::cmp::Ordering;

/// Points of each priority, from low to urgent.
const PRIORITY: [f64; 4] = [0.0, 10.0, 25.0, 60.0];
/// Milliseconds of waiting for one point: after 50 minutes a low ticket passes a fresh high one.
const AGE_MS: f64 = 120_000.0;
/// Points of a promise that breaks now, and the time in which they fall to the 2.7th part.
const SLACK: f64 = 40.0;
const SLACK_MS: f64 = 600_000.0;
/// Points of who comes first.
const VIP: f64 = 20.0;
/// Points of a customer who waits while his window closes within this time.
const WINDOW: f64 = 30.0;
const WINDOW_MS: i64 = 2 * 3_600_000;

/// How pressing a ticket is: the higher, the sooner. What is late counts as due now and goes on ageing; else one
/// hour of lateness would outweigh everything for good.
pub fn score(ticket: &Waiting, now: Timestamp) -> f64 {
    let age = ticket.waited(now) as f64 / AGE_MS;
    let slack = ticket.due.map_or(0.0, |due| {
        let slack = due.since(now).max(0) as f64;
        SLACK * (-slack / SLACK_MS).exp()
    });
    let closing = |until: Timestamp| now < until && until.since(now) < WINDOW_MS;
    let window = if ticket.asks && ticket.window_until.is_some_and(closing) { WINDOW } else { 0.0 };
    let vip = if ticket.vip { VIP } else { 0.0 };
    PRIORITY[ticket.priority as usize] + age + slack + vip + window
}

/// The order in which tickets are handed out: by score, then who waits longer, then by number.
pub(super) fn order(one: (&Waiting, f64), other: (&Waiting, f64)) -> Ordering {
    let by_score = other.1.total_cmp(&one.1);
    by_score.then_with(|| (one.0.since, one.0.number).cmp(&(other.0.since, other.0.number)))
}
