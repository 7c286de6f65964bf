//! The clock jumps by an hour either way: what was promised stays promised, and every warning and every breach
//! happens once.

use crate::inside::Inside;
use crate::setup::{NOW, Setup, text, webhook};
use guichet::domain::command::{Action, Outcome};
use guichet::domain::desk::DeskEvent;
use guichet::domain::event::Event;
use guichet::domain::id::{ConversationId, MessageKey, SendId, TicketNumber};
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::journal::Position;
use guichet::journal::codec::StreamEvent;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::desk::Reply;
use guichet::relay::{timers, views};
use std::collections::BTreeMap;

const TICKETS: usize = 20;
const HOUR: i64 = 3_600;

/// How often each ticket was warned and breached, by its conversation.
fn told(relay: &Inside) -> BTreeMap<u64, (usize, usize)> {
    let reader = relay.core.relay.store.reader();
    let mut told: BTreeMap<u64, (usize, usize)> = BTreeMap::new();
    for record in reader.scan(Position::START, 100_000).expect("the journal reads") {
        for change in views::changes(&record).expect("events read back") {
            let guichet::journal::StreamId::Conversation(id) = change.stream else { continue };
            let count = told.entry(id).or_default();
            for event in &change.events {
                match event {
                    StreamEvent::Conversation(Event::ClockWarned { .. }) => count.0 += 1,
                    StreamEvent::Conversation(Event::ClockBreached { .. }) => count.1 += 1,
                    _ => {}
                }
            }
        }
    }
    told
}

/// When each first reply is due.
fn due(relay: &Inside) -> Vec<Timestamp> {
    let views = relay.core.relay.store.read();
    let mut due: Vec<_> = views
        .conversations()
        .filter_map(|state| state.unsolved()?.clocks.first()?.promise()?.due)
        .collect();
    due.sort();
    due
}

/// Runs the timers until nothing is due at this instant.
async fn tick(relay: &Inside, clock: &Clock, second: i64) {
    let now = Timestamp::from_secs(NOW + second);
    clock.set(now);
    let all = relay.core.relay.clone();
    let timers = tokio::spawn(timers::run(all.clone()));
    all.wake.deadline.notify_one();
    while !all.store.read().overdue(now, 1).is_empty() {
        tokio::task::yield_now().await;
    }
    timers.abort();
    let _ = timers.await;
}

async fn start(config: &Config, clock: &Clock) -> Inside {
    Inside::start(config, clock.clone()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_either_way_warns_and_breaches_once() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let relay = start(&config, &clock).await;
    // One a minute.
    for nth in 0..TICKETS as i64 {
        clock.set(Timestamp::from_secs(NOW + nth * 60));
        let phone = format!("39333{nth:07}");
        let message = text(&phone, &format!("wamid.{nth}"), NOW + nth * 60, "ciao");
        assert_eq!(relay.post(webhook(&[message])).await, 200);
    }
    let promised = due(&relay);
    let expected: Vec<_> =
        (0..TICKETS as i64).map(|nth| Timestamp::from_secs(NOW + nth * 60 + HOUR)).collect();
    assert_eq!(promised, expected, "an hour after each message");

    tick(&relay, &clock, 30 * 60).await;
    assert!(told(&relay).values().all(|told| told.1 == 0), "nothing is due yet");
    // An hour forward: everybody's time is over.
    tick(&relay, &clock, 30 * 60 + HOUR).await;
    let once = told(&relay);
    assert_eq!(once.len(), TICKETS);
    assert!(once.values().all(|told| told.1 == 1), "{once:?}");
    // Back again, and to the right time once more: nothing happens twice.
    tick(&relay, &clock, 30 * 60).await;
    let late = text("393330000000", "wamid.back", NOW + 30 * 60, "hello?");
    assert_eq!(relay.post(webhook(&[late])).await, 200, "a customer writes in the wrong hour");
    tick(&relay, &clock, 2 * HOUR).await;
    assert_eq!(told(&relay), once);
    assert_eq!(due(&relay), promised, "what was promised stays");
    relay.close().await.expect("it closes");
    println!("the clock jumped an hour forward and back: {TICKETS} clocks breached, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_back_misses_none_also_across_a_restart() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let relay = start(&config, &clock).await;
    for nth in 0..TICKETS as i64 {
        let phone = format!("39333{nth:07}");
        let message = text(&phone, &format!("wamid.{nth}"), NOW, "ciao");
        assert_eq!(relay.post(webhook(&[message])).await, 200);
    }
    let promised = due(&relay);
    tick(&relay, &clock, 50 * 60).await;
    let before = told(&relay);
    // Back by an hour: before any of them wrote.
    tick(&relay, &clock, -10 * 60).await;
    assert_eq!(told(&relay), before);
    relay.close().await.expect("it closes");

    for second in [-10 * 60, 70 * 60, 10 * 60, 3 * HOUR] {
        // A relay that starts in whatever hour it is.
        clock.set(Timestamp::from_secs(NOW + second));
        let relay = start(&config, &clock).await;
        tick(&relay, &clock, second).await;
        assert_eq!(due(&relay), promised);
        relay.close().await.expect("it closes");
    }
    let relay = start(&config, &clock).await;
    let told = told(&relay);
    assert_eq!(told.len(), TICKETS);
    assert!(told.values().all(|told| *told == (1, 1)), "{told:?}");
    relay.close().await.expect("it closes");
    println!("the clock jumped back across restarts: {TICKETS} warned and breached, each once");
}

/// Somebody answers the first ticket, and the platform takes it.
async fn answered(relay: &Inside, anna: &Member, key: u64) -> SendId {
    let desk = &relay.core.relay.desk;
    let reply = Action::Reply { text: "eccomi".into(), quote: None };
    let answered = desk.act(anna.clone(), TicketNumber(1), reply, None).await.expect("allowed");
    let Reply::Acted(Some(send)) = answered.reply else { panic!("{answered:?}") };
    assert_eq!(desk.attempt(send).await.expect("next").reply, Reply::Go);
    let accepted =
        Outcome::Accepted { key: MessageKey(key), id: format!("wamid.OUT{key}"), held: None };
    desk.settle(send, accepted).await.expect("settled");
    send
}

fn waits(relay: &Inside) -> Option<Timestamp> {
    let state = relay.core.relay.store.conversation(ConversationId(1));
    let state = state.expect("it reads").expect("it is there");
    state.unsolved().and_then(|ticket| ticket.waiting_since)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_waits_although_our_answers_lie_ahead_of_him() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let relay = start(&config, &clock).await;
    let anna =
        Member { name: Name::from("anna"), role: Role::Agent, queues: vec![Name::from("support")] };
    let set = DeskEvent::AccountSet {
        at: Timestamp::from_secs(NOW),
        name: anna.name.clone(),
        role: anna.role,
        queues: anna.queues.clone(),
        password: String::new(),
    };
    relay.core.relay.desk.record("-test", vec![set]).await.expect("recorded");
    let write = |id: &str, second: i64| {
        relay.post(webhook(&[text("393331234567", id, NOW + second, "ciao")]))
    };
    // Our clock is an hour ahead of the platform's.
    clock.set(Timestamp::from_secs(NOW + HOUR));
    assert_eq!(write("wamid.1", 0).await, 200);
    assert_eq!(waits(&relay), Some(Timestamp::from_secs(NOW)));
    let ahead = answered(&relay, &anna, 1).await;
    assert_eq!(waits(&relay), None, "he was answered");
    // It is set right, and he writes again.
    clock.set(Timestamp::from_secs(NOW + 60));
    assert_eq!(write("wamid.2", 61).await, 200);
    assert_eq!(waits(&relay), Some(Timestamp::from_secs(NOW + 61)), "he waits at once");
    clock.set(Timestamp::from_secs(NOW + 120));
    let next = answered(&relay, &anna, 2).await;
    assert!(next.outbox > ahead.outbox, "ids stay in order");
    assert_eq!(waits(&relay), None);
    // One that was written before that answer and comes after it had not been asked yet.
    assert_eq!(write("wamid.3", 100).await, 200);
    assert_eq!(waits(&relay), Some(Timestamp::from_secs(NOW + 100)));
    relay.close().await.expect("it closes");
    let relay = start(&config, &clock).await;
    assert_eq!(waits(&relay), Some(Timestamp::from_secs(NOW + 100)), "also after a restart");
    relay.close().await.expect("it closes");
}
