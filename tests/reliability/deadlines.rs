//! The deadlines of a hundred thousand tickets: each is told once, at its own instant and in the order of instants,
//! also where the relay is started anew in the middle.

use crate::inside::Inside;
use crate::setup::{LINE, NOW, Setup};
use guichet::domain::event::Event;
use guichet::domain::id::{ContactId, ConversationId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::sla::{Metric, Promise};
use guichet::domain::ticket::Priority;
use guichet::journal::codec::{StreamEvent, encode};
use guichet::journal::{Checkpoint, Commit, Journal, Position, StreamId};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::store::Folder;
use guichet::relay::{timers, views};
use std::collections::BTreeMap;

const TICKETS: u64 = 100_000;
/// All are due within so many seconds, several in one second.
const SPREAD: u64 = 50_021;

/// When the answer to a ticket is due: neighbours lie far apart.
fn due(ticket: u64) -> Timestamp {
    Timestamp::from_secs(NOW + (ticket * 7_919 % SPREAD) as i64)
}

/// A store in which so many people wait.
fn waiting(config: &Config) {
    let folder = Folder::make(&config.data_dir).expect("a folder");
    let (vault, mut journal) = folder.open(config).expect("the store opens");
    let numbers: Vec<_> = (1..=TICKETS).collect();
    for some in numbers.chunks(1_000) {
        let commits: Vec<_> = some
            .iter()
            .map(|number| {
                let start = due(*number).plus_secs(-3_600);
                let promise = Promise { target: 3_600, due: Some(due(*number)), warn: None };
                let events = [
                    Event::Started { contact: ContactId(*number), line: Name::from(LINE) },
                    Event::TicketOpened {
                        number: TicketNumber(*number),
                        at: start,
                        queue: Name::from("support"),
                        priority: Priority::Normal,
                        assignee: None,
                        previous: None,
                        routed: None,
                    },
                    Event::ClockStarted {
                        metric: Metric::FirstReply,
                        start,
                        promise: Some(promise),
                    },
                ];
                let events = events.map(StreamEvent::Conversation);
                let stream = StreamId::Conversation(*number);
                let part = encode(&vault, stream, None, 0, &events).expect("nothing is sealed");
                Commit { id: None, at: start, actor: "-test".to_owned(), parts: vec![part] }
            })
            .collect();
        journal.append(&commits, &Checkpoint::default()).expect("it is written");
    }
}

/// The breaches in the journal, in its order: of which conversation, and since when.
fn breaches(relay: &Inside) -> Vec<(ConversationId, Timestamp)> {
    let reader = relay.core.relay.store.reader();
    let mut told = Vec::new();
    let mut after = Position::START;
    loop {
        let records = reader.scan(after, 10_000).expect("the journal reads");
        let Some(last) = records.last() else { return told };
        after = last.position;
        for change in records.iter().flat_map(|record| views::changes(record).expect("events")) {
            let StreamId::Conversation(id) = change.stream else { continue };
            for event in &change.events {
                if let StreamEvent::Conversation(Event::ClockBreached { at, .. }) = event {
                    told.push((ConversationId(id), *at));
                }
            }
        }
    }
}

/// Waits until nothing that was due by then is left.
async fn told_until(relay: &Inside, second: u64) {
    let until = Timestamp::from_secs(NOW + second as i64);
    let mut position = relay.core.relay.position.clone();
    while relay.core.relay.store.read().next_deadline().is_some_and(|at| at <= until) {
        position.changed().await.expect("the journal is open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_are_told_once_each_in_order_also_across_a_restart() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    waiting(&config);
    let all = TICKETS as usize;
    let clock = Clock::manual(Timestamp::from_secs(NOW - 1));

    let relay = Inside::start(&config, clock.clone()).await;
    let running = tokio::spawn(timers::run(relay.core.relay.clone()));
    for second in [SPREAD / 3, SPREAD * 2 / 3] {
        clock.set(Timestamp::from_secs(NOW + second as i64));
        relay.core.relay.wake.deadline.notify_one();
        told_until(&relay, second - 1).await;
    }
    // It ends when the rest is due too, and perhaps some of it is told.
    clock.set(Timestamp::from_secs(NOW + SPREAD as i64));
    relay.core.relay.wake.deadline.notify_one();
    tokio::task::yield_now().await;
    running.abort();
    let _ = running.await;
    relay.close().await.expect("it closes");

    let relay = Inside::start(&config, clock.clone()).await;
    let before = breaches(&relay).len();
    let by_then = (1..=TICKETS).filter(|ticket| due(*ticket).secs() < NOW + SPREAD as i64 * 2 / 3);
    assert!(before >= by_then.count(), "{before}");
    let running = tokio::spawn(timers::run(relay.core.relay.clone()));
    told_until(&relay, SPREAD).await;
    running.abort();
    let _ = running.await;
    assert!(relay.core.relay.store.read().overdue(clock.now(), 1).is_empty());

    let told = breaches(&relay);
    assert!(told.is_sorted_by_key(|(_, at)| *at), "in the order of their instants");
    let once: BTreeMap<_, _> = told.iter().copied().collect();
    assert_eq!((told.len(), once.len()), (all, all), "each once");
    assert!(once.iter().all(|(id, at)| *at == due(id.0)), "at its own instant");
    relay.close().await.expect("it closes");
    println!("{before} deadlines before the restart and {} after it", all - before);
}
