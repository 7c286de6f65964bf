//! What people read over HTTP: the shapes of the contract, and that they tell the truth.

use crate::rig::{Rig, config, text, webhook};
use guichet::domain::roster::Role;
use guichet::domain::ticket::State;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::wire::{InboxView, TicketFilter};
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The same desk with another promise.
async fn promising(dir: &tempfile::TempDir, sla: &str) -> Rig {
    config(dir.path(), "1", "2");
    let path = dir.path().join("relay.toml");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    let until = text.find("[[sla]]").expect("a level");
    std::fs::write(&path, format!("{}{sla}", &text[..until])).expect("the file is written");
    let config = guichet::relay::config::Config::load(&path).expect("sound");
    Rig::start(config, Clock::manual(Timestamp::from_secs(NOW))).await
}

/// A Wednesday's question, which is to be answered by Friday: the window closes on Thursday.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_closes_before_the_answer_is_due_is_told_at_once() {
    const FRIDAY: i64 = 1_795_165_200;
    let dir = tempfile::tempdir().expect("a folder");
    let sla = r#"
[[calendar]]
name = "fridays"
timezone = "UTC"
hours = { fri = ["09:00-09:30", "12:00-13:00"] }
[[sla]]
name = "slow"
queues = ["support"]
calendar = "fridays"
[sla.first_reply]
normal = "60m"
"#;
    let rig = promising(&dir, sla).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let (_, tickets) = rig.read(&anna, "/api/v1/tickets").await;
    let at = |minutes: i64| Timestamp::from_secs(FRIDAY + minutes * 60).to_string();
    assert_eq!(tickets[0]["next_due"]["at"], at(210));
    assert_eq!(
        tickets[0]["clocks"],
        json!({
            "hours": {
                "open": [{ "from": at(0), "to": at(30) }, { "from": at(180), "to": at(210) }],
                "beyond_s": 0,
            },
            "window_dies_first": true,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_still_tells_what_is_left() {
    let dir = tempfile::tempdir().expect("a folder");
    let sla = r#"
[[sla]]
name = "whole"
queues = ["support"]
[sla.requester_wait]
normal = "60m"
"#;
    let rig = promising(&dir, sla).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let (status, done) = rig.act(&anna, 1, json!({"do": "take"})).await;
    assert_eq!(status, 200, "{done}");
    let (status, done) = rig.act(&anna, 1, json!({"do": "pend"})).await;
    assert_eq!(status, 200, "{done}");
    let (_, tickets) = rig.read(&anna, "/api/v1/tickets").await;
    assert_eq!(tickets[0]["next_due"], Value::Null);
    let held = json!({ "held": { "metric": "requester_wait", "left_s": 3_540 } });
    assert_eq!(tickets[0]["clocks"], held);
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_and_threads_have_the_shape_of_the_contract() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao\u{1b}]52;c;Zm9v\u{7}\nbello").await;
    rig.hears("393331234568", "wamid.B", NOW - 120, "salve").await;

    let (status, tickets) = rig.read(&anna, "/api/v1/tickets").await;
    assert_eq!(status, 200);
    let rows = tickets.as_array().expect("an array");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["number"], 2, "who has waited longer comes first");
    assert_eq!(
        rows[1],
        json!({
            "number": 1, "line": "support", "queue": "support", "state": "new",
            "priority": "normal", "assignee": null, "tags": [],
            "contact": {
                "id": 1, "name": "Anna 393331234567", "phone": "393331234567",
                "user_id": "IT.393331234567",
            },
            "unread": 1,
            "last_message": {
                "at": Timestamp::from_secs(NOW - 60).to_string(),
                "direction": "in", "preview": "ciao\u{fffd}]52;c;Zm9v\u{fffd} bello",
            },
            "window": { "until": Timestamp::from_secs(NOW - 60 + 86_400).to_string(), "open": true },
            "next_due": {
                "metric": "first_reply", "at": Timestamp::from_secs(NOW - 60 + 3600).to_string(),
                "breached": false,
            },
            "opened_at": Timestamp::from_secs(NOW - 60).to_string(),
            "waiting_since": Timestamp::from_secs(NOW - 60).to_string(),
        })
    );

    let (status, done) = rig.act(&anna, 1, json!({"do": "reply", "text": "Buongiorno!"})).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!(keys(&done), ["outbox", "position"]);
    let outbox = done["outbox"].as_str().expect("an id").to_owned();
    let (status, _) = rig.act(&anna, 1, json!({"do": "note", "text": "già cliente"})).await;
    assert_eq!(status, 200);

    let (status, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    assert_eq!(status, 200);
    assert_eq!(keys(&thread), ["entries", "ticket"]);
    assert_eq!(thread["ticket"]["assignee"], "anna");
    assert_eq!(thread["ticket"]["last_message"]["preview"], "Buongiorno!");
    let entries = thread["entries"].as_array().expect("an array");
    let words: Vec<_> =
        entries.iter().map(|entry| (entry["kind"].as_str(), entry["type"].as_str())).collect();
    let word = |kind, word| (Some(kind), Some(word));
    assert_eq!(
        words,
        [
            word("event", "opened"),
            word("message", "text"),
            word("event", "assigned"),
            word("note", "note"),
            word("message", "text"),
        ]
    );
    assert_eq!(
        entries[1],
        json!({
            "kind": "message", "id": "wamid.A", "at": Timestamp::from_secs(NOW - 60).to_string(),
            "direction": "in", "author": "customer", "type": "text",
            "text": "ciao\u{1b}]52;c;Zm9v\u{7}\nbello", "media": null, "reply_to": null,
            "status": null, "error": null, "raw_kept": false, "ticket": 1,
        })
    );
    assert_eq!(entries[3]["text"], "già cliente");
    assert_eq!(entries[3]["author"], "anna");
    let ours = &entries[4];
    assert_eq!((&ours["id"], &ours["outbox"]), (&json!(outbox), &json!(outbox)));
    assert_eq!((&ours["direction"], &ours["author"]), (&json!("out"), &json!("anna")));
    assert!(["queued", "attempting"].contains(&ours["status"].as_str().expect("a word")));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_cut_filtered_and_in_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for n in 0..130 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 1000 + n, "ciao").await;
    }
    let count = |value: &Value| value.as_array().expect("an array").len();
    for (query, rows) in [
        ("", 100),
        ("?limit=0", 130),
        ("?limit=7", 7),
        ("?queue=support&limit=0", 130),
        ("?state=new&limit=0", 130),
        ("?state=open", 0),
        ("?view=mine", 0),
        ("?view=unassigned&limit=3", 3),
        ("?view=waiting&limit=0", 130),
        ("?view=breached", 0),
        ("?state=solved", 0),
        ("?view=solved", 0),
    ] {
        let (status, tickets) = rig.read(&anna, &format!("/api/v1/tickets{query}")).await;
        assert_eq!((status, count(&tickets)), (200, rows), "{query}");
    }
    for query in ["?view=nonsense", "?state=nonsense", "?limit=-1"] {
        let (status, refused) = rig.read(&anna, &format!("/api/v1/tickets{query}")).await;
        assert_eq!((status, &refused["code"]), (400, &json!("malformed")), "{query}");
    }
    let (status, refused) = rig.read(&anna, "/api/v1/tickets?queue=sales").await;
    assert_eq!((status, &refused["code"]), (404, &json!("no_queue")));
    assert_eq!(refused["hint"], "there are: support");
    rig.act(&anna, 5, json!({"do": "take"})).await;
    rig.act(&anna, 6, json!({"do": "solve"})).await;
    let (_, mine) = rig.read(&anna, "/api/v1/tickets?view=mine").await;
    assert_eq!((count(&mine), &mine[0]["number"]), (1, &json!(5)));
    let (_, solved) = rig.read(&anna, "/api/v1/tickets?state=solved").await;
    assert_eq!((count(&solved), &solved[0]["number"]), (1, &json!(6)));
    assert_eq!(rig.read(&anna, "/api/v1/tickets?view=solved").await.1, solved);
    let (_, all) = rig.read(&anna, "/api/v1/tickets?limit=0").await;
    assert_eq!(count(&all), 129);

    let (status, found) = rig.read(&anna, "/api/v1/contacts?search=anna%2039333000001").await;
    assert_eq!((status, count(&found)), (200, 10), "10 to 19");
    let (_, one) = rig.read(&anna, "/api/v1/contacts?search=%2B39333-0000077").await;
    assert_eq!((count(&one), &one[0]["phone"]), (1, &json!("393330000077")));
    let (status, thread) =
        rig.read(&anna, &format!("/api/v1/contacts/{}/thread", one[0]["id"])).await;
    assert_eq!((status, count(&thread["entries"])), (200, 2));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_names_what_is_served() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let document = rig.http.get(rig.api("/api/v1/openapi.json")).send().await.expect("an answer");
    let document: Value = document.json().await.expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let router = include_str!("../../src/relay/api/mod.rs");
    let routed: Vec<_> =
        router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(routed.len(), paths.len());
    for path in routed {
        assert!(paths.contains_key(path), "{path} is not in the document");
    }
    for (path, methods) in paths {
        for method in methods.as_object().expect("methods").keys() {
            let url = rig.api(&path.replace("{number}", "1").replace("{id}", "1"));
            let request = if method == "post" { rig.http.post(url) } else { rig.http.get(url) };
            let status = request.send().await.expect("an answer").status().as_u16();
            assert!([200, 400, 401].contains(&status), "{method} {path}: {status}");
        }
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1) {
        let name = name.split('"').next().expect("a name");
        assert!(schemas.contains_key(name), "{name} is not described");
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = rig.http.get(rig.api(path)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
    }
    assert_eq!(rig.http.get(rig.api("/nothing")).send().await.expect("an answer").status(), 404);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_key_that_is_not_described_is_refused_with_the_nearest() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let filter = TicketFilter {
        view: Some(InboxView::All),
        queue: Some("support".into()),
        line: Some("support".into()),
        assignee: Some("anna".into()),
        state: Some(State::Open),
        limit: Some(7),
        query: Some("ciao".into()),
        saved: None,
    };
    let url = rig.api("/api/v1/tickets");
    let whole = rig.http.get(url).bearer_auth(anna.expose()).query(&filter).send().await;
    assert_eq!(whole.expect("an answer").status().as_u16(), 200, "every key of the filter");
    for (path, key, hint) in [
        ("tickets?quue=support", "`quue`", "did you mean `queue`?"),
        ("tickets?limit=5&stat%65s=open", "`states`", "did you mean `state`?"),
        ("contacts?limt=2", "`limt`", "did you mean `limit`?"),
        ("templates?all=true", "`all`", "none is known here"),
        ("tickets/1/thread?everything", "`everything`", "known here: all"),
    ] {
        let (status, answer) = rig.read(&anna, &format!("/api/v1/{path}")).await;
        assert_eq!(status, 400, "{path}");
        assert!(answer["message"].as_str().is_some_and(|said| said.contains(key)), "{answer}");
        assert_eq!(answer["hint"], hint, "{path}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_with_an_id_is_carried_out_once_and_a_refused_one_judged_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Supervisor, &[]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let body = json!({
        "id": "6f1c3f3e-6f0e-4c43-9a83-6f9b8f0d2a11",
        "action": {"do": "reply", "text": "Buongiorno!"},
    });
    let path = "/api/v1/tickets/1/actions";
    let (status, first) = rig.ask(Some(&anna), path, body.clone()).await;
    assert_eq!(status, 200);
    for _ in 0..3 {
        let (status, again) = rig.ask(Some(&anna), path, body.clone()).await;
        assert_eq!((status, &again["outbox"]), (200, &first["outbox"]));
    }
    let (status, other) = rig.ask(Some(&bruno), path, body.clone()).await;
    assert_eq!(status, 200);
    assert_ne!(other["outbox"], first["outbox"], "another account's id is another id");

    let empty = json!({
        "id": "6f1c3f3e-6f0e-4c43-9a83-6f9b8f0d2a12",
        "action": {"do": "assign", "to": "carla"},
    });
    let (status, refused) = rig.ask(Some(&bruno), path, empty.clone()).await;
    assert_eq!((status, &refused["code"]), (422, &json!("agent_unknown")));
    assert_eq!(refused["hint"], "see `guichet admin agent list`");
    rig.account("carla", Role::Agent, &["support"]).await;
    let (status, _) = rig.ask(Some(&bruno), path, empty).await;
    assert_eq!(status, 200);

    for (body, code) in [
        (json!({"action": {"do": "dance"}}), "malformed"),
        (json!({}), "malformed"),
        (json!({"action": {"do": "reply", "text": " "}}), "empty"),
        (json!({"action": {"do": "reply", "text": "x", "quote": "wamid.OTHER"}}), "quote_unknown"),
        (json!({"action": {"do": "reply", "text": "x", "quote": ""}}), "quote_unknown"),
        (json!({"action": {"do": "cancel", "outbox": "9.1"}}), "no_message"),
        (json!({"action": {"do": "cancel", "outbox": "1.1"}}), "no_message"),
    ] {
        let (status, refused) = rig.ask(Some(&bruno), path, body).await;
        assert!(status >= 400);
        assert_eq!(refused["code"], code, "{refused}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_said_in_the_conversation_can_be_quoted() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    rig.hears("393331234568", "wamid.B", NOW - 50, "salve").await;
    for (quote, code) in
        [("wamid.B", "quote_unknown"), ("wamid.C", "quote_unknown"), ("wamid.A", "")]
    {
        let action = json!({"action": {"do": "reply", "text": "eccomi", "quote": quote}});
        let (_, answer) = rig.ask(Some(&anna), "/api/v1/tickets/1/actions", action).await;
        assert_eq!(answer["code"].as_str().unwrap_or(""), code, "{answer}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_long_comes_whole_and_in_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for n in 0..450 {
        // Several in the same second, not in the order of their ids.
        let id = format!("wamid.{:03}", n * 7 % 450);
        rig.hears("393331234567", &id, NOW - 1000 + n / 7, &format!("{n}")).await;
        rig.hears(&format!("39344{n:07}"), &format!("wamid.t{n}"), NOW - 1000 + n, "ciao").await;
    }
    let array = |value: &Value| value.as_array().expect("an array").clone();
    let (_, tickets) = rig.read(&anna, "/api/v1/tickets?limit=0").await;
    let numbers: Vec<_> = array(&tickets).iter().map(|row| row["number"].as_u64()).collect();
    assert_eq!(numbers.len(), 451);
    assert!(numbers[1..].is_sorted(), "who has waited longer comes first");
    let (_, some) = rig.read(&anna, "/api/v1/tickets?limit=321").await;
    assert_eq!(array(&some)[..], array(&tickets)[..321]);

    let mut threads = Vec::new();
    for path in ["tickets/1/thread", "tickets/1/thread?all=true", "contacts/1/thread"] {
        let (status, thread) = rig.read(&anna, &format!("/api/v1/{path}")).await;
        assert_eq!((status, &thread["ticket"]["number"]), (200, &json!(1)), "{path}");
        let said: Vec<_> = array(&thread["entries"])
            .iter()
            .filter(|entry| entry["kind"] == "message")
            .map(|entry| (entry["at"].to_string(), entry["id"].to_string()))
            .collect();
        assert_eq!(said.len(), 450, "{path}");
        assert!(said.is_sorted(), "{path}: by time, then by the message's id");
        threads.push(thread["entries"].clone());
    }
    assert!(threads.windows(2).all(|two| two[0] == two[1]));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_of_the_api_is_timed_without_what_it_names() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    for path in ["tickets", "tickets/1/thread", "contacts/1", "templates", "contacts/77"] {
        rig.read(&anna, &format!("/api/v1/{path}")).await;
    }
    rig.act(&anna, 1, json!({"do": "take"})).await;
    let shown = rig.daemon.relay.metrics.render();
    for (method, path, status) in [
        ("GET", "tickets", 200),
        ("GET", "tickets/{number}/thread", 200),
        ("GET", "contacts/{id}", 200),
        ("GET", "contacts/{id}", 404),
        ("GET", "templates", 200),
        ("POST", "tickets/{number}/actions", 200),
    ] {
        let line = format!(
            "guichet_rest_seconds_count{{method=\"{method}\",path=\"/api/v1/{path}\",status=\"{status}\"}} 1"
        );
        assert!(shown.contains(&line), "{line}\n{shown}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

/// The answer to the send was lost: what the platform calls the message is told by its status alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_only_a_status_confirms_has_the_platforms_id() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let start = || Rig::start(config(dir.path(), "1", "2"), clock.clone());
    let rig = start().await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.IN", NOW - 60, "ciao").await;
    let (_, acted) = rig.act(&anna, 1, json!({"do": "reply", "text": "ecco"})).await;
    let outbox = acted["outbox"].as_str().expect("an id").to_owned();
    let status = |id: &str, status: &str| {
        webhook(
            "1",
            &[],
            &[format!(
                r#"{{"id":"{id}","status":"{status}","timestamp":"{NOW}","recipient_id":"393331234567","biz_opaque_callback_data":"{outbox}"}}"#
            )],
        )
    };
    for word in ["delivered", "sent"] {
        assert_eq!(rig.post(status("wamid.OUT", word)).await, 200);
    }
    told(&rig, &anna).await;
    rig.daemon.stop().await.expect("a clean stop");
    // Since a start it is found in the journal.
    let rig = start().await;
    told(&rig, &anna).await;
    rig.daemon.stop().await.expect("a clean stop");
}

async fn told(rig: &Rig, anna: &Secret) {
    let (_, thread) = rig.read(anna, "/api/v1/tickets/1/thread").await;
    let entries = thread["entries"].as_array().expect("entries");
    let ours: Vec<_> = entries.iter().filter(|entry| entry["direction"] == "out").collect();
    assert_eq!(ours.len(), 1, "{entries:?}");
    assert_eq!((&ours[0]["id"], &ours[0]["status"]), (&json!("wamid.OUT"), &json!("delivered")));
}

/// A long list comes in pieces: no limit leaves anybody out or tells him twice.
#[tokio::test(flavor = "multi_thread")]
async fn contacts_come_in_pieces_and_none_is_left_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let from: Vec<_> = (0..450).map(|n| format!("39333{n:07}")).collect();
    for part in from.chunks(150) {
        let said = |from: &String| text(from, &format!("wamid.{from}"), NOW, "ciao");
        let batch = webhook("1", &part.iter().map(said).collect::<Vec<_>>(), &[]);
        assert_eq!(rig.post(batch).await, 200);
    }
    for (query, wanted) in [
        ("limit=0", 450),
        ("limit=1000", 450),
        ("limit=250", 250),
        ("limit=200", 200),
        ("", 100),
        ("limit=0&search=39333000001", 10),
        ("limit=3&search=39333000001", 3),
        ("search=nobody", 0),
    ] {
        let (status, all) = rig.read(&anna, &format!("/api/v1/contacts?{query}")).await;
        assert_eq!(status, 200, "{query}");
        let ids = all.as_array().expect("a list").iter().map(|one| one["id"].as_u64());
        let ids: Vec<_> = ids.collect::<Option<_>>().expect("ids");
        assert_eq!(ids.len(), wanted, "{query}");
        assert!(ids.is_sorted_by(|one, next| one > next), "{query}: the latest first");
    }
    rig.daemon.stop().await.expect("a clean stop");
}
