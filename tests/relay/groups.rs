//! A group is a conversation of its own, in which each message tells who wrote it.

use crate::carried::CLOUD;
use crate::outbox::Scene;
use crate::rig::{Rig, config, webhook};
use guichet::domain::id::{SendId, TicketNumber};
use guichet::domain::roster::Role;
use guichet::domain::status::Status;
use guichet::kit::{Clock, Timestamp};
use guichet::sandbox::Faults;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

const NOW: i64 = 1_795_000_000;
const ANNA: &str = "393331234567";
const GROUP: &str = "HBgMGroup1=";

/// Somebody writes in the group.
pub(crate) fn says(from: &str, id: &str, second: i64, said: &str) -> String {
    let at = (NOW + second).to_string();
    let message = json!({"from": from, "id": id, "timestamp": at, "group_id": GROUP,
        "type": "text", "text": {"body": said}});
    webhook("1", &[message.to_string()], &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_group_stands_in_its_own_thread_with_who_said_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig =
        Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await;
    rig.hears(ANNA, "wamid.private", NOW - 60, "un segreto").await;
    for (from, id, second, said) in [
        (ANNA, "wamid.1", -50, "ciao a tutti"),
        ("393449999999", "wamid.2", -40, "STOP"),
        (ANNA, "wamid.1", -50, "ciao a tutti"),
    ] {
        assert_eq!(rig.post(says(from, id, second, said)).await, 200);
    }
    let agent = rig.account("ada", Role::Agent, &["support"]).await;
    let (_, private) = rig.read(&agent, "/api/v1/tickets/1/thread").await;
    let said = |thread: &Value| -> Vec<(Value, Value)> {
        let entries = thread["entries"].as_array().expect("entries").iter();
        let messages = entries.filter(|of| of["kind"] == "message");
        messages.map(|of| (of["text"].clone(), of["details"]["member"]["phone"].clone())).collect()
    };
    assert_eq!(said(&private), [(json!("un segreto"), Value::Null)]);
    let (_, group) = rig.read(&agent, "/api/v1/tickets/2/thread").await;
    let wanted = [(json!("ciao a tutti"), json!(ANNA)), (json!("STOP"), json!("393449999999"))];
    assert_eq!(said(&group), wanted);
    let contact = &group["ticket"]["contact"];
    assert_eq!((&contact["name"], &contact["phone"]), (&json!("Group HBgMGroup1="), &Value::Null));
    for id in [1, 2] {
        let (_, consents) = rig.read(&agent, &format!("/api/v1/contacts/{id}/consents")).await;
        let refused = |of: &Value| of["said"] == "refused";
        let refused = consents.as_array().expect("a list").iter().any(refused);
        assert!(!refused, "nobody speaks for a group: {consents}");
    }
    let (_, everybody) = rig.read(&agent, "/api/v1/contacts").await;
    assert_eq!(everybody.as_array().map(Vec::len), Some(2), "{everybody}");
    rig.daemon.stop().await.expect("a clean stop");
    // After a restart it is still the same one.
    let rig =
        Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await;
    assert_eq!(rig.post(says("393449999999", "wamid.3", -30, "eccomi")).await, 200);
    let (_, group) = rig.read(&agent, "/api/v1/tickets/2/thread").await;
    let later = (json!("eccomi"), json!("393449999999"));
    assert_eq!(said(&group), wanted.into_iter().chain([later]).collect::<Vec<_>>());
    rig.daemon.stop().await.expect("a clean stop");
}

/// A status of a message to the group, of all or of one who is in it.
fn status(scene: &Scene, send: SendId, word: &str, member: Option<&str>) -> String {
    let record = scene.sandbox.record();
    let sent = record.accepted.get(&send.to_string()).expect("it was taken");
    let mut status = json!({"id": sent[0], "status": word, "timestamp": (NOW + 1).to_string(),
        "recipient_id": GROUP, "recipient_type": "group", "biz_opaque_callback_data": send.to_string()});
    if let Some(member) = member {
        status["recipient_participant_id"] = member.into();
    }
    if word == "failed" {
        status["errors"] = json!([{"code": 131_026, "title": "Message undeliverable"}]);
    }
    webhook("1", &[], &[status.to_string()])
}

/// An answer, once the platform has taken it.
async fn taken(scene: &Scene, ticket: TicketNumber) -> SendId {
    let mut position = scene.rig.daemon.relay.position.clone();
    let send = scene.replies(&[ticket], 1).await[0];
    while scene.status(send) < Status::Accepted {
        position.changed().await.expect("the journal is open");
    }
    assert_eq!(scene.status(send), Status::Accepted);
    send
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_to_the_group_and_its_statuses_are_told() {
    // So slow a clock that the platform tells nothing by itself.
    let scene = Scene::of(&CLOUD, Faults::default(), 0.001).await;
    for member in [ANNA, "393449999999"] {
        scene.sandbox.say_in(GROUP, member, "ciao").expect("a member");
    }
    let ticket = scene.tickets(1).await[0];
    let agent = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let place = json!({"location": {"latitude": 45.4642, "longitude": 9.19}});
    let buttons = json!({"body": "Which?", "action": {"buttons": [{"title": "Home"}]}});
    for content in [place, json!({"interactive": buttons})] {
        let action = json!({"do": "send", "content": content});
        let (status, answer) = scene.rig.act(&agent, ticket.0, action).await;
        assert_eq!((status, &answer["code"]), (422, &json!("not_in_groups")), "{answer}");
    }
    let one = taken(&scene, ticket).await;
    // To whom it did not come it did not come; the others have it.
    for (word, member, stands) in [
        ("failed", Some(ANNA), Status::Accepted),
        ("sent", None, Status::Sent),
        ("failed", Some(ANNA), Status::Sent),
        ("delivered", Some("393449999999"), Status::Delivered),
        ("read", Some("393449999999"), Status::Read),
        ("delivered", Some(ANNA), Status::Read),
    ] {
        assert_eq!(scene.rig.post(status(&scene, one, word, member)).await, 200);
        assert_eq!(scene.status(one), stands, "{word} {member:?}");
    }
    let other = taken(&scene, ticket).await;
    assert_eq!(scene.rig.post(status(&scene, other, "failed", None)).await, 200);
    assert_eq!(scene.status(other), Status::Failed);
    // The platform's own: everybody has read both.
    let mut position = scene.rig.daemon.relay.position.clone();
    assert!(scene.sandbox.drain(Duration::from_secs(5)).await, "the webhooks are taken");
    while scene.status(other) != Status::Read {
        position.changed().await.expect("the journal is open");
    }
    assert_eq!(scene.rig.daemon.relay.store.read().contacts().count(), 1, "nobody else is known");
    let record = scene.end().await;
    assert_eq!(record.rejected, BTreeMap::new());
    let to: Vec<_> = record.sends.values().map(|send| send.customer.as_str()).collect();
    assert_eq!(to, [GROUP, GROUP]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_has_its_name_and_tells_who_comes_and_goes() {
    let update = |field: &str, second: i64, members: Value| {
        let mut group = json!({"timestamp": (NOW + second).to_string(), "group_id": GROUP});
        for (name, member) in members.as_object().expect("members") {
            group[name] = member.clone();
        }
        let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
        let value = json!({"metadata": metadata, "groups": [group]});
        json!({"entry": [{"id": "2", "changes": [{"field": field, "value": value}]}]}).to_string()
    };
    let made = update(
        "group_lifecycle_update",
        -90,
        json!({"type": "group_create", "subject": "Delivery"}),
    );
    let came = json!({"type": "group_participants_add", "added_participants": [{"wa_id": ANNA}]});
    let came = update("group_participants_update", -80, came);
    let went =
        json!({"type": "group_participants_remove", "removed_participants": [{"wa_id": ANNA}]});
    let went = update("group_participants_update", -30, went);
    let renamed = json!({"type": "group_settings_update", "subject": "Delivery 2"});
    let renamed = update("group_settings_update", -40, renamed);
    let said = says(ANNA, "wamid.1", -50, "ciao");
    let nothing = update("group_status_update", -20, json!({"type": "group_suspend"}));
    let all = [made, came, said, renamed, went, nothing];
    for order in [[0, 1, 2, 3, 4, 5], [2, 5, 4, 3, 1, 0], [3, 2, 0, 1, 5, 4]] {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(Timestamp::from_secs(NOW));
        let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
        for nth in order.into_iter().chain(order) {
            assert_eq!(rig.post(all[nth].clone()).await, 200);
        }
        let agent = rig.account("ada", Role::Agent, &["support"]).await;
        let (_, thread) = rig.read(&agent, "/api/v1/tickets/1/thread?all=true").await;
        assert_eq!(thread["ticket"]["contact"]["name"], "Delivery 2", "{order:?}");
        assert_eq!(thread["ticket"]["unread"], 1, "only what was said asks");
        let entries = thread["entries"].as_array().expect("entries").iter();
        let told: Vec<_> = entries
            .filter(|entry| entry["kind"] == "message")
            .map(|entry| entry["text"].as_str().expect("text").to_owned())
            .collect();
        let wanted = [
            "called Delivery",
            "joined: +393331234567",
            "ciao",
            "called Delivery 2",
            "left: +393331234567",
            "group suspend",
        ];
        assert_eq!(told, wanted, "{order:?}");
        rig.daemon.stop().await.expect("a clean stop");
    }
}
