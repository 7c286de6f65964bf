//! The workers of a running relay: outbox, templates, files, timers, gauges.

use super::lines::Line;
use super::views::pulse;
use super::{Relay, alerts, campaigns, files, missed, outbox, receipts, router, templates, timers};
use crate::whatsapp::exchange::{ClientError, Timeouts};
use crate::whatsapp::platform::Platform;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// How often the gauges are set, in real time.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// How often drafts that changed are brought to disk, in real time.
const DRAFTS_EVERY: Duration = Duration::from_millis(500);

/// Starts them; each ends when the relay is stopping.
pub fn start(relay: &Relay, tasks: &TaskTracker) {
    let client = |relay: &Relay| {
        let knobs = relay.knobs.clone();
        move |line: &Line| -> Result<Arc<dyn Platform>, ClientError> {
            let whole = knobs.borrow().send_timeout;
            let timeouts = Timeouts { whole, ..Timeouts::default() };
            (line.provider.connect)(&line.access, timeouts)
        }
    };
    tasks.spawn(watched("outbox", relay.clone(), outbox::run(relay.clone(), client(relay))));
    tasks.spawn(watched("templates", relay.clone(), templates::run(relay.clone(), client(relay))));
    tasks.spawn(watched("files", relay.clone(), files::run(relay.clone(), client(relay))));
    tasks.spawn(watched("missed", relay.clone(), missed::run(relay.clone(), client(relay))));
    tasks.spawn(watched("receipts", relay.clone(), receipts::run(relay.clone(), client(relay))));
    tasks.spawn(watched("keeping", relay.clone(), files::keep(relay.clone())));
    tasks.spawn(watched("campaigns", relay.clone(), campaigns::run(relay.clone())));
    tasks.spawn(watched("alerts", relay.clone(), alerts::run(relay.clone())));
    tasks.spawn(watched("watch", relay.clone(), alerts::watch(relay.clone())));
    tasks.spawn(watched("router", relay.clone(), router::run(relay.clone())));
    tasks.spawn(watched("timers", relay.clone(), timers::run(relay.clone())));
    tasks.spawn_blocking({
        let relay = relay.clone();
        move || count_before(&relay)
    });
    tasks.spawn(measure(relay.clone()));
    tasks.spawn(keep_drafts(relay.clone()));
}

/// Counts for the wall what came before the start.
fn count_before(relay: &Relay) {
    let stopping = || relay.stopping.is_cancelled();
    if let Err(error) = pulse::restore(&relay.store, relay.clock.now(), stopping) {
        tracing::warn!(%error, "what came before the start could not be counted for the wall");
    }
}

/// Brings drafts to disk as they change, and once more at the end.
async fn keep_drafts(relay: Relay) {
    let mut every = tokio::time::interval(DRAFTS_EVERY);
    let mut known = relay.floor.drafts.changes();
    loop {
        let stopping = tokio::select! {
            () = relay.stopping.cancelled() => true,
            _ = every.tick() => false,
        };
        let changes = relay.floor.drafts.changes();
        if changes != known || stopping {
            known = changes;
            let floor = relay.floor.clone();
            let _ = tokio::task::spawn_blocking(move || floor.drafts.write()).await;
        }
        if stopping {
            return;
        }
    }
}

/// A relay that goes on without one of its workers would take replies and never send them: it ends instead,
/// and is started again.
async fn watched(name: &str, relay: Relay, work: impl Future<Output = ()> + Send + 'static) {
    let ended = tokio::spawn(work).await;
    if ended.is_err() || !relay.stopping.is_cancelled() {
        tracing::error!(worker = name, "a worker ended by itself; the relay stops");
        relay.broken.cancel();
    }
}

/// Sets the gauges until the relay is stopping.
async fn measure(relay: Relay) {
    let mut every = tokio::time::interval(MEASURE_EVERY);
    loop {
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            _ = every.tick() => {}
        }
        let looking = relay.clone();
        // It asks the disk how full it is: no work for a thread that answers webhooks.
        let looked = tokio::task::spawn_blocking(move || gauges(&looking)).await;
        if let Err(error) = looked {
            tracing::error!(%error, "the gauges could not be set");
        }
    }
}

fn gauges(relay: &Relay) {
    let metrics = &relay.metrics;
    outbox::measure(relay);
    let (tickets, conversations) = {
        let views = relay.store.read();
        let tally = views.tally().iter().map(|(queue, state, count)| (queue.clone(), state, count));
        (tally.collect::<Vec<_>>(), views.in_memory())
    };
    let tickets = tickets.iter().map(|(queue, state, n)| (queue.as_str(), state.word(), *n));
    metrics.set_tickets(tickets);
    let rules = relay.store.read().policy().alerts.clone();
    let raised = relay.store.read().desk().alerts.running.clone();
    let alerts = rules.iter().map(|of| (of.name.as_str(), of.watch.word(), 0));
    let raised = raised.values().map(|of| (of.raised.name.as_str(), of.raised.watch.word(), 1));
    metrics.set_alerts(alerts.chain(raised));
    metrics.conversations.set(conversations as f64);
    metrics.journal_commits.set(relay.store.reader().head().0 as f64);
    if let Ok(bytes) = relay.store.reader().size_on_disk() {
        metrics.store_bytes.set(bytes as f64);
    }
    // Measures, if nobody has of late.
    relay.disk.has_room();
    metrics.disk_free_bytes.set(relay.disk.free() as f64);
    let waiting = relay.knobs.borrow().queue_capacity.saturating_sub(relay.desk.room());
    metrics.desk_queue.set(waiting as f64);
    metrics.upkeep();
}
