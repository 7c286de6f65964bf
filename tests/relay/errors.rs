//! Each code with which the platform can refuse a send, and what becomes of the message.

use crate::carried::{CLOUD, Carried};
use crate::codes::CODES;
use crate::outbox::Scene;
use crate::rig::{Rig, config, webhook};
use futures_util::stream::{StreamExt, iter};
use guichet::domain::command::Outcome;
use guichet::domain::id::SendId;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::domain::status::Status;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::translate::message_key;
use guichet::sandbox::Faults;
use guichet::whatsapp::error::{Class, explain};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Desk time at the start.
const NOW: i64 = 1_795_000_000;
/// Sends under way at once.
const SEVERAL: usize = 6;

/// What becomes of a reply.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// It failed; the agent reads why and what to do.
    Fails,
    /// It is still queued, and will be tried again by itself, or when the operator has mended the account.
    Waits,
    /// Nobody knows; it is never sent again by itself.
    Unconfirmed,
}

use Fate::{Fails, Unconfirmed, Waits};

/// What becomes of a reply that the platform refuses in its answer.
fn fate(class: Class) -> Fate {
    match class {
        Class::Account | Class::Wait | Class::Pair | Class::Message => Waits,
        Class::Unknown => Unconfirmed,
        Class::Never | Class::Template => Fails,
    }
}

/// What becomes of a reply that is refused with a code, and how the thread tells it.
pub(crate) async fn replied(carried: &'static Carried, code: u32) -> (Fate, Value) {
    replied_to(carried, code, false).await
}

/// The same; `fail_at_once` where it is refused in the answer, also with a code that mostly comes later.
async fn replied_to(carried: &'static Carried, code: u32, fail_at_once: bool) -> (Fate, Value) {
    let fail = vec![(i32::try_from(code).expect("a code"), 1.0)];
    let faults = Faults { fail, fail_at_once, ..Faults::default() };
    let scene = Scene::of(carried, faults, 600.0).await;
    scene.customers(1).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let (status, answer) = scene.rig.act(&anna, 1, json!({"do": "reply", "text": "ecco"})).await;
    assert_eq!(status, 200, "{code}: {answer}");
    let send: SendId = answer["outbox"].as_str().expect("an id").parse().expect("an id");
    let mut position = scene.rig.daemon.relay.position.clone();
    let fate = loop {
        {
            let state = scene.rig.daemon.relay.store.conversation(send.conversation);
            let state = state.expect("readable").expect("a conversation");
            let seen = state.thread.outbox(send.outbox).expect("a message").seen();
            let failures = state.head.sends.iter().map(|send| send.failures).max();
            // Of what is in doubt the platform's statuses may be faster than its answer: then nobody ever was.
            let known = explain(code).class == Class::Unknown && seen.holds();
            if seen.has(Status::Unconfirmed) || known {
                break Unconfirmed;
            } else if seen.has(Status::Failed) {
                break Fails;
            } else if failures.is_some_and(|failures| failures > 0) {
                break Waits;
            }
        }
        position.changed().await.expect("the journal is open");
    };
    let (_, thread) = scene.rig.read(&anna, "/api/v1/tickets/1/thread").await;
    let entries = thread["entries"].as_array().expect("entries").clone();
    let told = entries.into_iter().find(|entry| entry["direction"] == "out").expect("the reply");
    scene.end().await;
    (fate, told)
}

/// The platform's words come with the status, before its answer to the send or after it; nothing in them reaches a
/// terminal, and they are gone with the person.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_says_of_a_failure_is_read_and_goes_with_the_person() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig =
        Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331111111", "wamid.IN", NOW, "ciao").await;
    let relay = &rig.daemon.relay;
    let status = |id: &str| {
        let details = format!("to 393331111111:\n\u{1b}[2J\u{202e}{}", "very long ".repeat(500));
        let status = json!({"id": id, "status": "failed", "timestamp": NOW.to_string(), "recipient_id": "393331111111",
            "errors": [{"code": 131_026, "title": "Message undeliverable", "error_data": {"details": details}}]});
        webhook("1", &[], &[status.to_string()])
    };
    for (nth, early) in [true, false].into_iter().enumerate() {
        let (code, answer) = rig.act(&anna, 1, json!({"do": "reply", "text": "ecco"})).await;
        assert_eq!(code, 200, "{answer}");
        let send: SendId = answer["outbox"].as_str().expect("an id").parse().expect("an id");
        let id = format!("wamid.{nth}");
        let key = message_key(&relay.vault, &Name::from("1"), &id);
        if early {
            assert_eq!(rig.post(status(&id)).await, 200);
        }
        relay
            .desk
            .settle(send, Outcome::Accepted { key, id: id.clone(), held: None })
            .await
            .expect("settled");
        if !early {
            assert_eq!(rig.post(status(&id)).await, 200);
        }
        let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
        let entries = thread["entries"].as_array().expect("entries");
        let told = entries.iter().find(|entry| entry["id"] == id.as_str()).expect("the reply");
        let said = told["error"]["details"].as_str().expect("the platform's words");
        let begins = "Message undeliverable: to 393331111111: \u{fffd}[2J\u{fffd}very long";
        assert!(said.starts_with(begins), "{said}");
        assert!(said.ends_with('…') && said.len() < 600, "{}", said.len());
        assert_eq!(told["error"]["code"], 131_026);
    }
    let contact = relay.store.read().contacts().next().expect("a contact").id;
    relay.desk.erase("anna", contact).await.expect("erased");
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    let failed =
        thread["entries"].as_array().expect("entries").iter().filter(|e| e["status"] == "failed");
    let errors: Vec<_> = failed.map(|entry| entry["error"].clone()).collect();
    assert_eq!(errors.len(), 2, "{thread}");
    for error in errors {
        assert_eq!((&error["code"], &error["details"]), (&json!(131_026), &Value::Null));
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_code_has_its_outcome_and_is_told_to_the_agent() {
    let rows = CODES
        .iter()
        .flat_map(|row| BTreeSet::from([row.0, row.1]).into_iter().map(move |code| (row, code)));
    let replies = iter(rows)
        .map(|(row, code)| async move { (row, code, replied_to(&CLOUD, code, true).await) });
    let mut replies = replies.buffer_unordered(SEVERAL);
    while let Some(((_, _, class, title, hint), code, (became, told))) = replies.next().await {
        let explained = explain(code);
        let read = (explained.class, explained.title, explained.hint);
        assert_eq!(read, (*class, *title, *hint), "{code}");
        assert_eq!(became, fate(*class), "{code}: {told}");
        if became == Unconfirmed {
            assert_eq!(told["error"], Value::Null, "{code}");
        } else {
            assert_eq!(told["status"] == "failed", became == Fails, "{code}");
            let details = told["error"]["details"].as_str().unwrap_or_default();
            assert!(details.ends_with(": The sandbox was told to fail with this code."), "{told}");
            let wanted = json!({"code": code, "title": title, "hint": hint, "details": details});
            assert_eq!(told["error"], wanted, "{code}");
        }
    }
}

/// The platform may tell each of them after it took the message: then the message is lost, whatever the class.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_later_fails_the_message_and_says_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig =
        Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let rows = CODES.iter().flat_map(|row| {
        // All of a range, but of the long one.
        let step = if row.1 - row.0 > 50 { 33 } else { 1 };
        (row.0..=row.1).step_by(step).map(move |code| (row, code))
    });
    for (ticket, ((_, _, _, title, hint), code)) in (1u64..).zip(rows) {
        let phone = format!("39333111{ticket:04}");
        rig.hears(&phone, &format!("wamid.IN{ticket}"), NOW, "ciao").await;
        let (status, answer) = rig.act(&anna, ticket, json!({"do": "reply", "text": "ecco"})).await;
        assert_eq!(status, 200, "{code}: {answer}");
        let send: SendId = answer["outbox"].as_str().expect("an id").parse().expect("an id");
        let id = format!("wamid.{ticket}");
        let key = message_key(&rig.daemon.relay.vault, &Name::from("1"), &id);
        let taken = Outcome::Accepted { key, id: id.clone(), held: None };
        rig.daemon.relay.desk.settle(send, taken).await.expect("settled");
        let status = json!({"id": id, "status": "failed", "timestamp": NOW.to_string(), "recipient_id": phone,
            "errors": [{"code": code, "title": "Its title", "error_data": {"details": "its details"}}]});
        assert_eq!(rig.post(webhook("1", &[], &[status.to_string()])).await, 200);
        let (_, thread) = rig.read(&anna, &format!("/api/v1/tickets/{ticket}/thread")).await;
        let entries = thread["entries"].as_array().expect("entries");
        let told = entries.iter().find(|entry| entry["id"] == id.as_str()).expect("the reply");
        let wanted = json!({"code": code, "title": title, "hint": hint, "details": "Its title: its details"});
        assert_eq!((&told["status"], &told["error"]), (&json!("failed"), &wanted), "{code}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}
