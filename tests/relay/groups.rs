//! A group is a conversation of its own, in which each message tells who wrote it.

use crate::rig::{Rig, config, webhook};
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;
const ANNA: &str = "393331234567";

fn says(from: &str, id: &str, second: i64, said: &str) -> String {
    let at = (NOW + second).to_string();
    let message = json!({"from": from, "id": id, "timestamp": at, "group_id": "HBgMGroup1=",
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
}
