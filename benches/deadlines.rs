//! What the deadline of a ticket costs: `cargo bench --bench deadlines`, with `-- --quick` for a tenth of it.
//!
//! So many tickets wait for a first answer, each until an instant of its own; then all of these have passed, as after
//! a night without a relay. A deadline is over when its breach is on the disk. The relay's desk, journal, views and
//! timers run in this process, and nothing else does. Figures are the wall clock's and the processor's, a deadline.

mod rig;

use guichet::domain::event::Event;
use guichet::domain::id::{ContactId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::sla::{Metric, Promise};
use guichet::domain::ticket::Priority;
use guichet::journal::codec::{StreamEvent, encode};
use guichet::journal::{Checkpoint, Commit, Journal, StreamId};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::core::Core;
use guichet::relay::store::Folder;
use guichet::relay::timers;
use rig::{Scale, grouped, row, title};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use tokio::time::Instant;

/// Monday 16 November 2026, 10:00 UTC.
const NOW: Timestamp = Timestamp::from_secs(1_794_823_200);
/// Seconds within which all are due: several in one second, neighbours far apart.
const SPREAD: u64 = 50_021;

fn due(ticket: u64) -> Timestamp {
    NOW.plus_secs((ticket * 7_919 % SPREAD) as i64)
}

/// Has so many people wait in the store of `config`.
fn wait(config: &Config, tickets: u64) {
    let folder = Folder::make(&config.data_dir).expect("a folder");
    let (vault, mut journal) = folder.open(config).expect("the store opens");
    let numbers: Vec<_> = (1..=tickets).collect();
    for some in numbers.chunks(1_000) {
        let commit = |number: &u64| {
            let start = due(*number).plus_secs(-3_600);
            let promise = Promise { target: 3_600, due: Some(due(*number)), warn: None };
            let opened = Event::TicketOpened {
                number: TicketNumber(*number),
                at: start,
                queue: Name::from("support"),
                priority: Priority::Normal,
                assignee: None,
                previous: None,
                routed: None,
            };
            let promise = Some(promise);
            let started = Event::ClockStarted { metric: Metric::FirstReply, start, promise };
            let contact = ContactId(*number);
            let events = [Event::Started { contact, line: Name::from("support") }, opened, started];
            let events = events.map(StreamEvent::Conversation);
            let stream = StreamId::Conversation(*number);
            let part = encode(&vault, stream, None, 0, &events).expect("nothing is sealed");
            Commit { id: None, at: start, actor: "-bench".to_owned(), parts: vec![part] }
        };
        let commits: Vec<_> = some.iter().map(commit).collect();
        journal.append(&commits, &Checkpoint::default()).expect("it is written");
    }
}

/// Processor time of this process so far.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Has all deadlines pass; the wall clock's time and the processor's until all are told.
async fn tell(config: &Config, tickets: u64) -> (Duration, Duration) {
    let clock = Clock::manual(NOW.plus_secs(-1));
    let core = Core::open(config, clock.clone()).await.expect("the store opens");
    let relay = core.relay.clone();
    assert_eq!(relay.store.read().conversations().count() as u64, tickets);
    let mut position = relay.position.clone();
    let running = tokio::spawn(timers::run(relay.clone()));
    let (begun, used) = (Instant::now(), processor());
    let end = NOW.plus_secs(SPREAD as i64);
    clock.set(end);
    relay.wake.deadline.notify_one();
    while relay.store.read().next_deadline().is_some_and(|at| at <= end) {
        position.changed().await.expect("the journal is open");
    }
    let took = (begun.elapsed(), processor() - used);
    running.abort();
    let _ = running.await;
    drop(relay);
    core.close().await.expect("it closes");
    took
}

fn main() {
    let scale = Scale::asked();
    let most: u64 = scale.of(10_000, 100_000, 100_000);
    title("a deadline, from the instant that all have passed until it is on the disk");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut costs = Vec::new();
    for tickets in [most / 10, most] {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let config = rig::child::config(folder.path());
        wait(&config, tickets);
        let (wall, processor) = runtime.block_on(tell(&config, tickets));
        let [wall, processor] =
            [wall, processor].map(|time| time.as_secs_f64() * 1e6 / tickets as f64);
        let what = format!("with {} tickets: wall clock, processor", grouped(tickets as f64));
        row(&what, &format!("{wall:.0} us, {processor:.0} us"), "");
        costs.push(processor);
    }
    row("ratio of the processor's time", &format!("{:.2}", costs[1] / costs[0]), "1.3");
}
