//! More than the relay can take: a bounded queue, 503 over it, and back to normal at once.

use crate::child::Child;
use crate::crowd::{Crowd, again};
use crate::inside::{Inside, check, stored};
use crate::setup::{NOW, Setup, text, webhook};
use futures_util::poll;
use guichet::kit::{Clock, Timestamp};
use std::task::Poll;

const CAPACITY: usize = 16;
const KNOBS: &str = "queue_capacity = 16";

fn message(id: &str) -> String {
    webhook(&[text("393331234567", id, NOW, "ciao")])
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_bound_the_answer_is_503_and_nothing_is_kept() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup { knobs: KNOBS, ..Setup::default() }.load(temp.path());
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let relay = Inside::start(&config, clock).await;
    relay.gate.hold();
    let (mut waiting, mut refused) = (Vec::new(), Vec::new());
    for nth in 0..500 {
        let id = format!("wamid.{nth}");
        let mut post = Box::pin(relay.post(message(&id)));
        // A post is queued or refused at the first look at it.
        match poll!(post.as_mut()) {
            Poll::Ready(503) => refused.push(id),
            Poll::Ready(status) => panic!("{status}"),
            Poll::Pending => waiting.push((id, post)),
        }
    }
    // Those in the desk's queue, in its hands, in the journal's queue, and in the batch that is held.
    assert!(waiting.len() <= 4 * CAPACITY + 2, "{} wait", waiting.len());
    assert!(waiting.len() >= CAPACITY);
    relay.gate.release();
    let taken: Vec<_> = waiting.iter().map(|(id, _)| id.clone()).collect();
    for (id, post) in waiting {
        assert_eq!(post.await, 200, "{id}");
    }
    assert_eq!(relay.post(message("wamid.next")).await, 200, "back to normal at once");
    let messages = relay.messages();
    check(&messages, taken.iter().map(String::as_str), "taken");
    assert_eq!(messages.len(), taken.len() + 1, "what was refused was not kept");
    for id in &refused {
        assert_eq!(relay.post(message(id)).await, 200, "sent again");
    }
    check(&relay.messages(), refused.iter().map(String::as_str), "sent again");
    relay.close().await.expect("it closes");
    println!("overload: {} waited, {} of 500 were refused", taken.len(), refused.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_machine_can_take_loses_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup { knobs: KNOBS, ..Setup::default() }.load(temp.path());
    let (child, doors) = Child::ready(&temp.path().join("relay.toml"));
    let mut crowd = Crowd::write(&doors.url(), "o", 200);
    crowd.until(1_500).await;
    let told = crowd.end().await;
    assert!(told.others.iter().all(|status| *status == 503), "{:?}", told.others);
    let first = &told.acknowledged[..1];
    again(&doors.url(), first).await;
    child.kill();
    let messages = stored(&config, &config.data_dir).await;
    check(&messages, told.acknowledged.iter().map(|message| message.id.as_str()), "overload");
    assert_eq!(messages.len(), told.acknowledged.len(), "what was refused was not kept");
    println!(
        "200 connections on a queue of 16: {} acknowledged, {} refused",
        told.acknowledged.len(),
        told.others.len()
    );
}

/// Large bodies, which anybody may send, have a bounded part of the memory; small ones pass beside them.
#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_never_take_all_the_memory() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let relay = Inside::start(&config, Clock::manual(Timestamp::from_secs(NOW))).await;
    relay.gate.hold();
    let large = |nth: u32| {
        let words = "a".repeat(3_000_000);
        webhook(&[text("393331234567", &format!("wamid.L{nth}"), NOW, &words)])
    };
    let (mut waiting, mut refused) = (Vec::new(), 0);
    for nth in 0..40 {
        let mut post = Box::pin(relay.post(large(nth)));
        match poll!(post.as_mut()) {
            Poll::Ready(503) => refused += 1,
            Poll::Ready(status) => panic!("{status}"),
            Poll::Pending => waiting.push(post),
        }
    }
    assert_eq!(waiting.len(), (64 << 20) / 3_000_000, "those that fit into the bound");
    let small = tokio::spawn(relay.post(message("wamid.small")));
    relay.gate.release();
    for post in waiting {
        assert_eq!(post.await, 200);
    }
    assert_eq!(small.await.expect("no panic"), 200, "a small one needs no share");
    assert_eq!(relay.post(large(99)).await, 200, "the share was given back");
    relay.close().await.expect("it closes");
    println!("bodies of 3 MB while the disk is slow: {refused} of 40 refused");
}
