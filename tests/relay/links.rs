//! Tickets that have to do with each other.

use crate::rig::{Rig, reached};
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use serde_json::json;

const NOW: i64 = 1_795_000_000;
const MARIA: &str = "393330000001";
const PIERO: &str = "393330000002";

/// What a ticket has to do with others, `17 same_matter`.
async fn links(rig: &Rig, account: &Secret, ticket: u64) -> Vec<String> {
    let (status, view) = rig.read(account, &format!("/api/v1/tickets/{ticket}")).await;
    assert_eq!(status, 200, "{view}");
    let links = view["aside"]["links"].as_array().cloned().unwrap_or_default();
    links
        .iter()
        .map(|link| format!("{} {}", link["ticket"], link["is"].as_str().unwrap_or("?")))
        .collect()
}

/// Events of a ticket's conversation in words.
async fn told(rig: &Rig, account: &Secret, ticket: u64) -> Vec<String> {
    let (_, thread) = rig.read(account, &format!("/api/v1/tickets/{ticket}/thread?all=true")).await;
    let entries = thread["entries"].as_array().cloned().unwrap_or_default();
    let events = entries.iter().filter(|entry| entry["kind"] == "event");
    events.filter_map(|entry| entry["text"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_tickets_show_a_link_and_an_earlier_one_shows_the_later() {
    let dir = tempfile::tempdir().expect("a folder");
    let more = "[[queue]]\nname = 'support'\nthreading = '0'\n[[queue]]\nname = 'billing'";
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", more), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let dario = rig.account("dario", Role::Agent, &["billing"]).await;
    rig.hears(MARIA, "wamid.1", NOW - 60, "il pacco").await;
    rig.hears(PIERO, "wamid.2", NOW - 50, "il pacco di mia moglie").await;
    assert_eq!(rig.act(&anna, 1, json!({"do": "solve"})).await.0, 200);
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 60));
    rig.hears(MARIA, "wamid.3", NOW + 60, "allora?").await;
    assert_eq!(links(&rig, &anna, 3).await, ["1 earlier"]);
    assert_eq!(links(&rig, &anna, 1).await, ["3 later"]);
    assert_eq!(links(&rig, &anna, 2).await, [""; 0]);
    for _ in 0..2 {
        assert_eq!(rig.act(&anna, 2, json!({"do": "link", "to": 3})).await.0, 200);
    }
    assert_eq!(rig.act(&anna, 2, json!({"do": "link", "to": 1})).await.0, 200, "also a past one");
    assert_eq!(links(&rig, &anna, 2).await, ["3 same_matter", "1 same_matter"]);
    assert_eq!(links(&rig, &anna, 3).await, ["1 earlier", "2 same_matter"]);
    assert_eq!(links(&rig, &anna, 1).await, ["3 later", "2 same_matter"]);
    let says = |one: u64, other: u64| {
        format!("ticket {one} is about the same matter as {other}, says anna")
    };
    let (of_maria, of_piero) = (told(&rig, &anna, 3).await, told(&rig, &anna, 2).await);
    for (all, text) in [(&of_maria, says(3, 2)), (&of_maria, says(1, 2)), (&of_piero, says(2, 3))] {
        assert_eq!(all.iter().filter(|told| **told == text).count(), 1, "{text}: {all:?}");
    }
    // Taken back, wherever one is.
    assert_eq!(rig.act(&anna, 3, json!({"do": "unlink", "to": 2})).await.0, 200);
    assert_eq!(links(&rig, &anna, 2).await, ["1 same_matter"]);
    assert_eq!(links(&rig, &anna, 3).await, ["1 earlier"]);
    // Not with itself, with none, with what one may not see.
    assert_eq!(rig.act(&anna, 2, json!({"do": "move", "queue": "billing"})).await.0, 200);
    for (account, ticket, to, status) in
        [(&anna, 3, 3, 422), (&anna, 3, 99, 404), (&anna, 3, 2, 404), (&dario, 2, 3, 404)]
    {
        let (answered, answer) = rig.act(account, ticket, json!({"do": "link", "to": to})).await;
        assert_eq!(answered, status, "{ticket} {to}: {answer}");
    }
    rig.daemon.stop().await.expect("a clean stop");
    // It is there after a restart too.
    let clock = Clock::manual(Timestamp::from_secs(NOW + 90));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", more), clock).await;
    assert_eq!(links(&rig, &dario, 2).await, ["1 same_matter"]);
    rig.daemon.stop().await.expect("a clean stop");
}
