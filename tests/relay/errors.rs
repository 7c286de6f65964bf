//! Each code with which the platform can refuse a send, and what becomes of the message.

use crate::carried::{CLOUD, Carried};
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

use Class::{Account, Message, Never, Pair, Template, Unknown, Wait};
use Fate::{Fails, Unconfirmed, Waits};

/// Class, what becomes of it, codes. Section by section as the platform groups them.
const TABLE: &[(Class, Fate, &[u32])] = &[
    (Account, Waits, &[0, 3, 10, 33, 190, 200, 299, 368, 131_005, 131_031, 131_037]),
    (Account, Waits, &[131_044, 131_045, 133_000, 133_005, 133_006, 133_010, 134_011, 134_102]),
    // The platform tells these after it took the message; the message is lost then, whatever the class.
    (Account, Fails, &[131_042]),
    (Wait, Fails, &[131_048]),
    (Wait, Waits, &[2, 4, 80_007, 130_429, 131_016, 131_057, 131_208, 133_004]),
    (Wait, Waits, &[133_008, 133_009, 133_015, 133_016, 139_103, 2_494_055]),
    (Pair, Waits, &[131_056]),
    (Message, Waits, &[132_069, 134_101]),
    (Unknown, Unconfirmed, &[1, 131_000]),
    (Never, Fails, &[100, 130_403, 130_472, 130_497, 131_008, 131_009, 131_020, 131_021]),
    (Never, Fails, &[131_026, 131_030, 131_041, 131_047, 131_049, 131_050, 131_051, 131_052]),
    (Never, Fails, &[131_053, 131_055, 131_059, 131_062, 131_063, 131_201, 131_215, 132_005]),
    (Never, Fails, &[132_008, 132_012, 132_018, 132_068, 134_100, 135_000, 137_000, 138_000]),
    (Never, Fails, &[139_100, 147_001, 2_388_019, 2_593_107, 999_999]),
    (Template, Fails, &[131_064, 132_000, 132_001, 132_007, 132_015, 132_016]),
];

/// What becomes of a reply that is refused with a code, and how the thread tells it.
pub(crate) async fn replied(carried: &'static Carried, code: u32) -> (Fate, Value) {
    let fail = vec![(i32::try_from(code).expect("a code"), 1.0)];
    let scene = Scene::of(carried, Faults { fail, ..Faults::default() }, 600.0).await;
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
            let known = explain(code).class == Unknown && seen.holds();
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
        relay.desk.settle(send, Outcome::Accepted { key, id: id.clone() }).await.expect("settled");
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
    let rows = TABLE
        .iter()
        .flat_map(|(class, fate, codes)| codes.iter().map(move |code| (*class, *fate, *code)));
    let replies = iter(rows)
        .map(|(class, fate, code)| async move { (class, fate, code, replied(&CLOUD, code).await) });
    let mut replies = replies.buffer_unordered(SEVERAL);
    while let Some((class, wanted, code, (fate, told))) = replies.next().await {
        let explained = explain(code);
        assert_eq!((explained.class, fate), (class, wanted), "{code}: {told}");
        if fate == Fails {
            assert_eq!(told["status"], "failed", "{code}");
            let details = told["error"]["details"].as_str().unwrap_or_default();
            assert!(details.ends_with(": The sandbox was told to fail with this code."), "{told}");
            let wanted = json!({"code": code, "title": explained.title, "hint": explained.hint, "details": details});
            assert_eq!(told["error"], wanted, "{code}");
        } else {
            assert_eq!(told["error"], Value::Null, "{code}");
        }
    }
}
