//! Tickets that have to do with each other.

use crate::rig::{Rig, reached, text, webhook};
use guichet::domain::id::ContactId;
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

/// Two lines, so that one customer may have two unsolved tickets.
const LINES: &str = "[[queue]]\nname = 'support'\nthreading = '0'\n\
    [[line]]\nname = 'sales'\nphone_number_id = '9'\nwaba_id = '2'\napi_url = 'http://127.0.0.1:9'\n\
    access_token = { file = 'access_token' }\napp_secrets = [{ file = 'app_secret' }]\n\
    verify_token = { file = 'verify_token' }\nqueue = 'support'\n\
    [[field]]\nname = 'order'\ntype = 'text'";

async fn hears_on(rig: &Rig, line: &str, from: &str, id: &str, at: i64, said: &str) {
    let message = text(from, id, at, said);
    let body = webhook(line, &[message], &[]);
    assert_eq!(rig.post(body).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ticket_goes_on_for_two_of_a_customer_on_two_lines_until_that_is_taken_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", LINES), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    hears_on(&rig, "1", MARIA, "wamid.1", NOW - 60, "il pacco").await;
    hears_on(&rig, "9", MARIA, "wamid.2", NOW - 50, "ancora il pacco").await;
    hears_on(&rig, "1", PIERO, "wamid.3", NOW - 40, "ciao").await;
    for action in [
        json!({"do": "tag", "add": ["vip"]}),
        json!({"do": "set_field", "field": "order", "value": "4711"}),
        json!({"do": "todo", "text": "call her"}),
        json!({"do": "follow"}),
        json!({"do": "prioritise", "priority": "high"}),
        json!({"do": "pend"}),
    ] {
        assert_eq!(rig.act(&anna, 1, action).await.0, 200);
    }
    // Of another customer, of itself, of none.
    for (with, status) in [(3, 422), (2, 422), (99, 404)] {
        let merge = json!({"do": "merge_ticket", "with": with});
        let (answered, answer) = rig.act(&anna, 2, merge).await;
        assert_eq!(answered, status, "{with}: {answer}");
    }
    let stood = rig.read(&anna, "/api/v1/tickets/2").await.1;
    let (status, answer) = rig.act(&anna, 2, json!({"do": "merge_ticket", "with": 1})).await;
    assert_eq!(status, 200, "{answer}");
    let (_, went) = rig.read(&anna, "/api/v1/tickets/2").await;
    assert_eq!(went["tags"], json!(["vip"]));
    assert_eq!((&went["priority"], &went["state"]), (&json!("high"), &json!("new")));
    assert_eq!(went["aside"]["fields"], json!({"order": "4711"}));
    assert_eq!(went["aside"]["todos"][0]["text"], "call her");
    assert_eq!(went["aside"]["followers"], json!(["anna"]));
    assert_eq!(links(&rig, &anna, 2).await, ["1 merged"]);
    assert_eq!(links(&rig, &anna, 1).await, ["2 into"]);
    let (_, ended) = rig.read(&anna, "/api/v1/tickets/1").await;
    assert_eq!(ended["state"], "closed");
    // As they were.
    assert_eq!(rig.act(&anna, 2, json!({"do": "unmerge_ticket", "with": 1})).await.0, 200);
    let (_, back) = rig.read(&anna, "/api/v1/tickets/2").await;
    for what in ["tags", "priority", "state", "aside", "next_due", "opened_at", "assignee"] {
        assert_eq!(back[what], stood[what], "{what}");
    }
    assert_eq!(rig.read(&anna, "/api/v1/tickets/1").await.1["state"], "pending");
    // Not once the customer has written there again: then another ticket goes on there.
    assert_eq!(rig.act(&anna, 2, json!({"do": "merge_ticket", "with": 1})).await.0, 200);
    hears_on(&rig, "1", MARIA, "wamid.4", NOW - 1, "e allora?").await;
    assert_eq!(links(&rig, &anna, 4).await, ["1 earlier", "2 same_matter"]);
    let (status, answer) = rig.act(&anna, 2, json!({"do": "unmerge_ticket", "with": 1})).await;
    assert_eq!(status, 422, "{answer}");
    // Erased, nothing of it is left in either, and nothing is taken up again.
    let customer = went["contact"]["id"].as_u64().expect("an id");
    rig.daemon.relay.desk.erase("admin", ContactId(customer)).await.expect("erased");
    let (status, answer) = rig.act(&anna, 2, json!({"do": "unmerge_ticket", "with": 1})).await;
    assert_eq!(status, 409, "{answer}");
    let (_, erased) = rig.read(&anna, "/api/v1/tickets/2").await;
    assert_eq!((&erased["state"], &erased["tags"]), (&json!("closed"), &json!([])));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_ticket_takes_in_the_one_before_it_with_what_is_written_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", LINES), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    hears_on(&rig, "1", MARIA, "wamid.1", NOW - 60, "il pacco").await;
    for action in [
        json!({"do": "tag", "add": ["vip", "old"]}),
        json!({"do": "tag", "remove": ["old"]}),
        json!({"do": "set_field", "field": "order", "value": "4711"}),
        json!({"do": "todo", "text": "call her"}),
        json!({"do": "solve"}),
    ] {
        assert_eq!(rig.act(&anna, 1, action).await.0, 200);
    }
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 60));
    hears_on(&rig, "1", MARIA, "wamid.2", NOW + 60, "non e' arrivato").await;
    assert_eq!(rig.act(&anna, 2, json!({"do": "merge_ticket", "with": 1})).await.0, 200);
    let (_, went) = rig.read(&anna, "/api/v1/tickets/2").await;
    assert_eq!(went["tags"], json!(["vip"]));
    assert_eq!(went["aside"]["fields"], json!({"order": "4711"}));
    assert_eq!(went["aside"]["todos"][0]["text"], "call her");
    assert_eq!(links(&rig, &anna, 2).await, ["1 merged"]);
    // Both have the whole.
    for ticket in [1, 2] {
        let (_, thread) = rig.read(&anna, &format!("/api/v1/tickets/{ticket}/thread")).await;
        let texts: Vec<_> = thread["entries"].as_array().expect("entries").iter().collect();
        for said in ["il pacco", "non e' arrivato"] {
            assert!(texts.iter().any(|entry| entry["text"] == said), "{ticket}: {thread}");
        }
    }
    assert_eq!(rig.act(&anna, 2, json!({"do": "unmerge_ticket", "with": 1})).await.0, 200);
    assert_eq!(links(&rig, &anna, 2).await, ["1 earlier"]);
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/2/thread").await;
    let entries = thread["entries"].as_array().expect("entries");
    assert!(entries.iter().all(|entry| entry["text"] != "il pacco"), "{thread}");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_split_at_a_message_and_made_one_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(reached(dir.path(), "http://127.0.0.1:9", LINES), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    hears_on(&rig, "1", MARIA, "wamid.1", NOW - 600, "il pacco").await;
    hears_on(&rig, "1", MARIA, "wamid.2", NOW - 300, "e la fattura?").await;
    for action in [
        json!({"do": "take"}),
        json!({"do": "tag", "add": ["vip"]}),
        json!({"do": "todo", "text": "call her"}),
        json!({"do": "note", "text": "two matters"}),
    ] {
        assert_eq!(rig.act(&anna, 1, action).await.0, 200);
    }
    let split = json!({"do": "split_ticket", "at": "wamid.2"});
    for (who, at, status) in
        [(&anna, "wamid.1", 422), (&anna, "wamid.9", 422), (&bruno, "wamid.2", 409)]
    {
        let (answered, answer) = rig.act(who, 1, json!({"do": "split_ticket", "at": at})).await;
        assert_eq!(answered, status, "{at}: {answer}");
    }
    let (status, answer) = rig.act(&anna, 1, split.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let (_, second) = rig.read(&anna, "/api/v1/tickets/2").await;
    assert_eq!((&second["state"], &second["assignee"]), (&json!("open"), &json!("anna")));
    assert_eq!(second["tags"], json!(["vip"]));
    assert_eq!(second["aside"]["todos"][0]["text"], "call her");
    assert_eq!(second["opened_at"], second["waiting_since"]);
    assert_eq!(links(&rig, &anna, 2).await, ["1 earlier"]);
    assert_eq!(links(&rig, &anna, 1).await, ["2 later"]);
    assert_eq!(rig.read(&anna, "/api/v1/tickets/1").await.1["state"], "closed");
    // What the customer writes on is of the second.
    hears_on(&rig, "1", MARIA, "wamid.3", NOW - 10, "la fattura di maggio").await;
    assert_eq!(said(&rig, &anna, 1).await, ["il pacco"]);
    let theirs = ["e la fattura?", "la fattura di maggio", "two matters"];
    assert_eq!(said(&rig, &anna, 2).await, theirs);
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/2/thread").await;
    assert_eq!(thread["entries"][0]["text"], "ticket 2 begins here, split from ticket 1 by anna");
    // The past cannot be split again, and is made one with what follows.
    assert_eq!(rig.act(&anna, 1, split).await.0, 409);
    let (status, answer) = rig.act(&anna, 1, json!({"do": "unsplit_ticket"})).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(links(&rig, &anna, 2).await, ["1 merged"]);
    let (_, whole) = rig.read(&anna, "/api/v1/tickets/2").await;
    assert_eq!(whole["aside"]["todos"].as_array().map(Vec::len), Some(1), "{whole}");
    assert_eq!(said(&rig, &anna, 2).await.len(), 4);
    // The next ticket has the next number, also after a new start.
    assert_eq!(rig.act(&anna, 2, json!({"do": "solve"})).await.0, 200);
    let dir_again = reached(dir.path(), "http://127.0.0.1:9", LINES);
    rig.daemon.stop().await.expect("a clean stop");
    let rig = Rig::start(dir_again, Clock::manual(Timestamp::from_secs(NOW + 60))).await;
    hears_on(&rig, "1", PIERO, "wamid.4", NOW + 59, "ciao").await;
    assert_eq!(rig.read(&anna, "/api/v1/tickets/3").await.1["state"], "new");
    assert_eq!(said(&rig, &anna, 1).await.len(), 4);
    rig.daemon.stop().await.expect("a clean stop");
}

/// What people say in a ticket's part of the conversation.
async fn said(rig: &Rig, who: &Secret, ticket: u64) -> Vec<String> {
    let (_, thread) = rig.read(who, &format!("/api/v1/tickets/{ticket}/thread")).await;
    let entries = thread["entries"].as_array().expect("entries").iter();
    let said = entries.filter(|entry| entry["kind"] == "message" || entry["kind"] == "note");
    said.filter_map(|entry| entry["text"].as_str().map(str::to_owned)).collect()
}
