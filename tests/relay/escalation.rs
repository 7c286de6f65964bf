//! What is done when a promise is nearly broken, or has been broken for long.

use crate::rig::{Rig, reached};
use crate::sessions::Console;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use guichet::wire::{Fresh, NoticeKind, Watch};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

pub(crate) const NOW: i64 = 1_795_000_000;

const LADDER: &str = "
ack = '20m'
[[sla.first_reply.escalate]]
at = '-30m'
notify = ['supervisors']
priority = 'urgent'
[[sla.first_reply.escalate]]
at = '-20m'
assign = 'bruno'
[[sla.first_reply.escalate]]
at = '+10m'
queue = 'second'
notify = ['agent']
";

fn config(dir: &Path) -> Config {
    let second = "[[queue]]\nname = 'second'";
    reached(dir, "http://127.0.0.1:9", "");
    let path = dir.join("relay.toml");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    // The keys of the service level stand before its tables.
    let (ack, levels) = LADDER.trim().split_once('\n').expect("two parts");
    let text = text.replace("normal = \"60m\"", "normal = \"60m\"\nurgent = \"60m\"");
    let text = text.replace("calendar = \"24x7\"\n", &format!("calendar = \"24x7\"\n{ack}\n"));
    std::fs::write(&path, format!("{text}\n{levels}\n{second}")).expect("the file is written");
    Config::load(&path).expect("sound")
}

/// The clock is so many minutes after the start: what is due is done.
pub(crate) fn minutes(rig: &Rig, minutes: i64) {
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + minutes * 60));
    rig.daemon.relay.wake.deadline.notify_one();
}

/// What the thread of ticket 1 tells, without times.
async fn told(rig: &Rig, token: &Secret) -> Vec<String> {
    let (_, thread) = rig.read(token, "/api/v1/tickets/1/thread").await;
    let entries = thread["entries"].as_array().cloned().unwrap_or_default();
    let events = entries.iter().filter(|entry| entry["kind"] == "event");
    events.map(|entry| entry["text"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn until(rig: &Rig, token: &Secret, last: &str) -> Vec<String> {
    for _ in 0..6_000 {
        let told = told(rig, token).await;
        if told.iter().any(|text| text.starts_with(last)) {
            return told;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{last} is not told: {:?}", told(rig, token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_escalates_once_also_across_restarts() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |minutes: i64| Clock::manual(Timestamp::from_secs(NOW + minutes * 60));
    let rig = Rig::start(config(dir.path()), at(0)).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.account("bruno", Role::Agent, &["support", "second"]).await;
    let carla = rig.account("carla", Role::Supervisor, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW, "ciao").await;
    let (status, refused) = rig.act(&anna, 1, json!({"do": "acknowledge"})).await;
    assert_eq!((status, &refused["code"]), (409, &json!("not_escalated")), "{refused}");

    minutes(&rig, 30);
    let events = until(&rig, &carla, "first_reply escalates").await;
    assert_eq!(
        events[1..],
        ["priority now urgent: it escalates", "first_reply escalates: level 1"],
        "{events:?}"
    );
    let mut console = Console::open(&rig, &carla).await;
    console.watch(1, Watch::Notices).await;
    console.settle().await;
    match &console.parts[&1] {
        Fresh::Notices(change) => {
            let told: Vec<_> =
                change.items.iter().map(|one| (one.kind, one.by.as_str(), &*one.excerpt)).collect();
            assert_eq!(told, [(NoticeKind::Escalated, "first_reply", "ciao")]);
        }
        other => panic!("{other:?}"),
    }
    drop(console);
    rig.daemon.stop().await.expect("a clean stop");

    // Anna takes care of it: ten minutes later nothing more is done, twenty minutes later it is.
    let rig = Rig::start(config(dir.path()), at(31)).await;
    let (status, done) = rig.act(&anna, 1, json!({"do": "acknowledge"})).await;
    assert_eq!(status, 200, "{done}");
    minutes(&rig, 45);
    rig.daemon.relay.desk.tick(Vec::new()).await.expect("it answers");
    let events = told(&rig, &carla).await;
    assert_eq!(events.iter().filter(|text| text.contains("escalates:")).count(), 1, "{events:?}");
    assert!(events.last().expect("told").starts_with("anna takes care of it"), "{events:?}");
    minutes(&rig, 51);
    until(&rig, &carla, "first_reply escalates: level 2").await;
    rig.daemon.stop().await.expect("a clean stop");

    // What came due while nobody ran it is done at the start, once.
    let rig = Rig::start(config(dir.path()), at(71)).await;
    let events = until(&rig, &carla, "first_reply escalates: level 3").await;
    let done: Vec<_> = events.iter().filter(|text| text.contains("escalat")).collect();
    assert_eq!(done.len(), 7, "{events:?}");
    let (_, tickets) = rig.read(&carla, "/api/v1/tickets").await;
    let ticket = &tickets[0];
    assert_eq!(
        (&ticket["queue"], &ticket["assignee"], &ticket["priority"]),
        (&json!("second"), &json!("bruno"), &json!("urgent"))
    );
    rig.daemon.stop().await.expect("a clean stop");
}
