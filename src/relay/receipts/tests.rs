//! The task with a platform that writes down what it is told.

use super::*;
use crate::domain::desk::DeskEvent;
use crate::domain::id::TicketNumber;
use crate::domain::identity::IdentityKind;
use crate::domain::policy::{Policy, QueueRules};
use crate::kit::Clock;
use crate::relay::rig::{LINE, NOW, Rig, StandIn};
use tokio::sync::mpsc;

async fn ruled(receipts: Receipt, typing: bool) -> Rig {
    let rig = Rig::new(Clock::manual(NOW)).await;
    let mut policy = Policy::clone(rig.relay.store.read().policy());
    let rules = QueueRules { receipts, typing, ..QueueRules::default() };
    policy.queues.insert(Name::from("support"), rules);
    let at = rig.relay.clock.now();
    let changed = DeskEvent::PolicyChanged { at, policy: Box::new(policy) };
    rig.relay.desk.record("-test", vec![changed]).await.expect("recorded");
    rig
}

fn conversation(rig: &Rig, ticket: TicketNumber) -> ConversationId {
    rig.relay.store.read().conversation_of(ticket).expect("it is there")
}

/// What the platform is told of two customers when this is done to the first; the second one's receipt ends it.
async fn told(receipts: Receipt, typing: bool, did: &[Did]) -> Vec<(String, bool)> {
    let rig = ruled(receipts, typing).await;
    let first = conversation(&rig, rig.customer_writes("393330000001", "a").await);
    let last = conversation(&rig, rig.customer_writes("393330000002", "b").await);
    let (sender, mut calls) = mpsc::unbounded_channel();
    // It is taken down and fails: nothing may be tried again.
    let reads = move |read: MarkRead| {
        sender.send(read).ok();
        Err(StandIn::silent())
    };
    let fake = StandIn { reads: Some(Arc::new(reads)), ..StandIn::default() };
    let task = tokio::spawn(run(rig.relay.clone(), move |_| Ok(Arc::new(fake.clone()))));
    for did in did {
        rig.relay.floor.receipts.did(first, *did);
        // Each is looked at by itself.
        while rig.relay.floor.receipts.waiting.lock().expect("sound").front().is_some() {
            tokio::task::yield_now().await;
        }
    }
    let mut all = Vec::new();
    if receipts != Receipt::Never {
        rig.relay.floor.receipts.did(last, Did::Reply);
        loop {
            let read = calls.recv().await.expect("the task runs");
            assert_eq!(read.phone_number_id, LINE);
            if read.message_id == "wamid.IN1" {
                break;
            }
            all.push((read.message_id, read.typing));
        }
    }
    rig.relay.stopping.cancel();
    task.await.expect("no panic");
    while let Ok(read) = calls.try_recv() {
        all.push((read.message_id, read.typing));
    }
    rig.close().await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn each_policy_tells_what_it_allows_and_once() {
    use Did::{Open, Reply, Write};
    use Receipt::{Never, OnOpen, OnReply};
    let read = ("wamid.IN0".to_owned(), false);
    let types = ("wamid.IN0".to_owned(), true);
    for (receipts, typing, did, wanted) in [
        (OnOpen, false, vec![Open], vec![read.clone()]),
        (OnOpen, false, vec![Open, Open, Reply], vec![read.clone()]),
        (OnOpen, false, vec![Write], vec![]),
        (OnOpen, true, vec![Open, Write, Write], vec![read.clone(), types.clone()]),
        (OnReply, false, vec![Open], vec![]),
        (OnReply, false, vec![Open, Reply], vec![read.clone()]),
        (OnReply, true, vec![Open, Write, Reply], vec![types]),
        (Never, false, vec![Open, Write, Reply], vec![]),
        (Never, true, vec![Open, Write, Reply], vec![]),
    ] {
        let told = told(receipts, typing, &did).await;
        assert_eq!(told, wanted, "{receipts:?} {typing} {did:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_shows_nobody_typing_and_a_line_in_trouble_is_left_alone() {
    let rig = ruled(Receipt::OnOpen, true).await;
    let old = NOW.plus_secs(-2 * 86_400);
    let closed = rig.customer_writes_to(LINE, "393330000001", "a", old).await;
    let closed = conversation(&rig, closed);
    let open = conversation(&rig, rig.customer_writes("393330000002", "b").await);
    assert!(latest(&rig.relay, closed, Did::Write).is_none());
    assert!(latest(&rig.relay, closed, Did::Open).is_some());
    assert!(latest(&rig.relay, open, Did::Write).is_some_and(|latest| latest.typing));
    let line = Name::from(LINE);
    rig.relay.floor.fares.fare(&line, Health::Probing, None, NOW);
    assert!(latest(&rig.relay, open, Did::Open).is_none());
    rig.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_group_nothing_is_told() {
    let rig = ruled(Receipt::OnOpen, true).await;
    let group = rig.writes(LINE, (IdentityKind::Group, "G1"), "a", NOW).await;
    let person = rig.writes(LINE, (IdentityKind::Phone, "393330000001"), "a", NOW).await;
    for (ticket, told) in [(group, false), (person, true)] {
        let conversation = conversation(&rig, ticket);
        for did in [Did::Open, Did::Write, Did::Reply] {
            assert_eq!(latest(&rig.relay, conversation, did).is_some(), told, "{did:?}");
        }
    }
    rig.close().await;
}

#[test]
fn a_flood_is_left_out_and_not_kept() {
    let receipts = Receipts::default();
    for nth in 0..10_000 {
        receipts.did(ConversationId(nth % 1_000), if nth < 5_000 { Did::Open } else { Did::Write });
    }
    let mut kept = 0;
    while let Some((_, did)) = receipts.take() {
        assert_eq!(did, Did::Write, "the greatest of each counts");
        kept += 1;
    }
    assert_eq!(kept, WAIT_MOST);
}
