//! The journal is slow, fails, or the disk refuses a write.

use crate::child::{Child, command};
use crate::crowd::{Crowd, again};
use crate::inside::{Inside, check, stored};
use crate::setup::{NOW, Setup, text, webhook};
use guichet::domain::id::ConversationId;
use guichet::kit::{Clock, Timestamp};
use std::process::Command;

fn still() -> Clock {
    Clock::manual(Timestamp::from_secs(NOW))
}

fn message(id: &str) -> String {
    webhook(&[text("393331234567", id, NOW, "ciao")])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_gets_no_200_before_the_original_is_on_disk() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let relay = Inside::start(&config, still()).await;
    relay.gate.hold();
    let original = tokio::spawn(relay.post(message("wamid.A")));
    relay.journal_waits().await;
    let duplicates: Vec<_> =
        (0..20).map(|_| tokio::spawn(relay.post(message("wamid.A")))).collect();
    // Others are answered meanwhile: these do not wait for the disk.
    for _ in 0..500 {
        assert_eq!(relay.post_signed(b"{}".to_vec(), "sha256=00").await, 401);
        tokio::task::yield_now().await;
    }
    assert!(!original.is_finished());
    assert!(duplicates.iter().all(|duplicate| !duplicate.is_finished()), "an early answer");
    assert_eq!(relay.messages().len(), 0, "nothing is seen before it is durable");
    relay.gate.release();
    assert_eq!(original.await.expect("no panic"), 200);
    for duplicate in duplicates {
        assert_eq!(duplicate.await.expect("no panic"), 200);
    }
    check(&relay.messages(), ["wamid.A"], "after the disk");
    relay.close().await.expect("it closes");
    println!("20 duplicates of a message on its way to the disk: no early 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_journal_answers_503_and_ends_the_relay() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let relay = Inside::start(&config, still()).await;
    assert_eq!(relay.post(message("wamid.A")).await, 200);
    relay.gate.hold();
    let waiting: Vec<_> =
        (0..50).map(|nth| tokio::spawn(relay.post(message(&format!("wamid.B{nth}"))))).collect();
    relay.journal_waits().await;
    relay.gate.fail("the disk is gone");
    for post in waiting {
        assert_eq!(post.await.expect("no panic"), 503);
    }
    relay.core.failed().await;
    assert_eq!(relay.post(message("wamid.C")).await, 503, "nothing is taken any more");
    let error = relay.close().await.expect_err("it had failed");
    assert!(error.to_string().contains("the disk is gone"), "{error}");
    let messages = stored(&config, &config.data_dir).await;
    check(&messages, ["wamid.A"], "after the failure");
    println!("a failing journal: 50 waiting posts got 503, then the relay ended");
}

/// A file may grow to two megabytes and not further: every later write of the store is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_ends_the_process_with_1_and_loses_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let path = temp.path().join("relay.toml");
    let plain = command(&path);
    let mut limited = Command::new("bash");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\"", "limited"])
        .arg(plain.get_program())
        .args(plain.get_args());
    let child = Child::start(limited);
    let url = child.doors().url();
    let crowd = Crowd::write(&url, "w", 24);
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    let told = crowd.end().await;
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("the journal failed"), "{log}");
    assert!(told.others.iter().all(|status| matches!(status, 0 | 503)), "{:?}", told.others);
    let (child, doors) = Child::ready(&path);
    again(&doors.url(), &told.open).await;
    child.kill();
    let messages = stored(&config, &config.data_dir).await;
    let all = told.acknowledged.iter().chain(&told.open);
    check(&messages, all.map(|message| message.id.as_str()), "after the refused write");
    println!(
        "a disk that refuses a write: {} acknowledged before, all there; exit status 1",
        told.acknowledged.len()
    );
}

/// A conversation at rest leaves memory only when its saved state is on disk: a webhook that writes nothing
/// must not count as the batch that wrote it.
#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_memory_has_been_saved() {
    let temp = tempfile::tempdir().expect("a folder");
    let knobs = "checkpoint_commits = 100";
    let config = Setup { knobs, ..Setup::default() }.load(temp.path());
    let relay = Inside::start(&config, still()).await;
    let reaction = r#"{"from":"393330000000","id":"wamid.R","timestamp":"1794999000","type":"reaction","reaction":{"message_id":"wamid.0","emoji":"\u2764"}}"#;
    assert_eq!(relay.post(webhook(&[reaction.to_owned()])).await, 200);
    assert_eq!(relay.core.relay.store.read().unsolved(), 0, "a reaction opens no ticket");
    let other = |nth: u32| webhook(&[text("393331234567", &format!("wamid.{nth}"), NOW, "ciao")]);
    let mut nth = 0;
    while relay.core.relay.store.read().conversations().count() > 1 || nth == 0 {
        assert!(nth < 250, "the conversation at rest stays in memory");
        assert_eq!(relay.post(other(nth)).await, 200);
        assert_eq!(relay.post(other(nth)).await, 200, "a duplicate writes nothing");
        nth += 1;
    }
    let store = &relay.core.relay.store;
    let found = store.conversation(ConversationId(1)).expect("the journal reads");
    assert_eq!(found.map(|rests| rests.thread.len()), Some(1), "it is found where it was saved");
    let late = webhook(&[text("393330000000", "wamid.L", NOW, "hello?")]);
    assert_eq!(relay.post(late).await, 200);
    check(&relay.messages(), ["wamid.R", "wamid.L"], "loaded again");
    relay.close().await.expect("it closes");
    check(&stored(&config, &config.data_dir).await, ["wamid.R", "wamid.L"], "after a restart");
}
