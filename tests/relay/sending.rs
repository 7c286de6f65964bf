//! Everything that an agent can send beside text and templates, from the API to the platform and back into the
//! thread.

use crate::outbox::Scene;
use guichet::domain::roster::Role;
use guichet::domain::status::Status;
use guichet::kit::Secret;
use guichet::sandbox::Faults;
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn thread(scene: &Scene, token: &Secret) -> Vec<Value> {
    let path = scene.rig.api("/api/v1/tickets/1/thread");
    let request = scene.rig.http.get(path).bearer_auth(token.expose());
    let thread: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    thread["entries"].as_array().expect("entries").clone()
}

fn of_kind<'a>(entries: &'a [Value], kind: &str) -> Vec<&'a Value> {
    entries.iter().filter(|entry| entry["type"] == kind).collect()
}

async fn sent(scene: &Scene, token: &Secret, action: Value) {
    let (status, answer) = scene.rig.act(token, 1, action.clone()).await;
    assert_eq!(status, 200, "{action}: {answer}");
    let send = answer["outbox"].as_str().expect("an id").parse().expect("an id");
    assert_eq!(scene.settled(&[send]).await, []);
    assert!(scene.status(send) >= Status::Accepted, "{action}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_reaches_the_platform_and_stands_in_the_thread() {
    let scene = Scene::new(Faults::default()).await;
    scene.customers(1).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let asked = thread(&scene, &anna).await;
    let asked = of_kind(&asked, "text")[0]["id"].clone();
    let touch = |action: Value| json!({"interactive": {"body": "Which?", "action": action}});
    let rows = json!([{"title": "Express", "description": "next day"}, {"title": "Plain"}]);
    let kinds = [
        ("text", json!({"text": {"body": "https://shop.example", "preview": false}})),
        ("location", json!({"location": {"latitude": 45.4642, "longitude": 9.19, "name": "Shop"}})),
        ("contacts", json!({"contacts": [{"name": "Anna Rossi", "phones": ["+39 333 1"]}]})),
        (
            "interactive",
            json!({"interactive": {"header": {"text": "Delivery"}, "body": "Which?", "footer": "Free",
                "action": {"buttons": [{"title": "Home"}, {"title": "Shop"}]}}}),
        ),
        ("interactive", touch(json!({"list": {"button": "Open", "sections": [{"rows": rows}]}}))),
        ("interactive", touch(json!({"link": {"title": "Go", "url": "https://shop.example"}}))),
        ("interactive", touch(json!({"flow": {"id": "77", "title": "Go", "screen": "FIRST"}}))),
        ("interactive", touch(json!("location_request"))),
        ("interactive", touch(json!("contact_request"))),
    ];
    for (kind, content) in &kinds {
        let quote = if *kind == "interactive" { Value::Null } else { asked.clone() };
        sent(&scene, &anna, json!({"do": "send", "content": content, "about": quote})).await;
    }
    let entries = thread(&scene, &anna).await;
    let ours: Vec<_> = entries.iter().filter(|entry| entry["direction"] == "out").collect();
    assert_eq!(ours.len(), kinds.len());
    for (entry, (kind, content)) in ours.iter().zip(&kinds) {
        assert_eq!(entry["type"], *kind);
        match *kind {
            "text" => assert_eq!(entry["text"], content["text"]["body"]),
            "location" => assert_eq!(entry["details"]["location"], content["location"]),
            "contacts" => assert_eq!(entry["details"]["cards"], content["contacts"]),
            _ => assert_eq!(entry["details"]["interactive"], content["interactive"]),
        }
        let quote = if *kind == "interactive" { &Value::Null } else { &asked };
        assert_eq!(&entry["reply_to"], quote);
    }
    let record = scene.end().await;
    assert_eq!(record.rejected, BTreeMap::new());
    let sent: Vec<_> = record.sends.values().map(|send| send.kind.as_str()).collect();
    let count = |of: &str| sent.iter().filter(|kind| **kind == of).count();
    assert_eq!((count("interactive"), count("contacts"), count("location")), (6, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_stands_at_its_message_until_it_is_taken_back() {
    let scene = Scene::new(Faults::default()).await;
    scene.customers(1).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let asked = thread(&scene, &anna).await;
    let asked = of_kind(&asked, "text")[0]["id"].clone();
    let react = |emoji: &str| json!({"do": "send", "content": {"reaction": {"emoji": emoji}}, "about": asked});
    for (emoji, stands) in [("👍", vec!["👍"]), ("❤️", vec!["❤️"]), ("", vec![])] {
        sent(&scene, &anna, react(emoji)).await;
        let entries = thread(&scene, &anna).await;
        let shown = of_kind(&entries, "text")[0]["reactions"].as_array().cloned();
        let shown: Vec<_> = shown
            .unwrap_or_default()
            .iter()
            .map(|one| (one["author"].clone(), one["emoji"].clone()))
            .collect();
        let wanted: Vec<_> = stands.iter().map(|emoji| (json!("anna"), json!(emoji))).collect();
        assert_eq!(shown, wanted);
        assert!(of_kind(&entries, "reaction").iter().all(|entry| entry["folded"] == true));
    }
    // It took no ticket.
    let entries = thread(&scene, &anna).await;
    assert!(of_kind(&entries, "assigned").is_empty());
    assert_eq!(scene.end().await.rejected, BTreeMap::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_would_refuse_is_refused_before_with_the_limit() {
    let scene = Scene::new(Faults::default()).await;
    scene.customers(1).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let buttons = |title: &str| json!({"interactive": {"body": "?", "action": {"buttons": [{"title": title}]}}});
    for (content, about, code, says) in [
        (
            json!({"text": {"body": "x".repeat(4097)}}),
            None,
            "too_long",
            "4097 characters; the most is 4096",
        ),
        (
            buttons(&"x".repeat(21)),
            None,
            "limit",
            "button 1 has 21 characters; WhatsApp takes 1 to 20",
        ),
        (json!({"location": {"latitude": 91, "longitude": 0}}), None, "malformed", "-90 to 90"),
        (
            json!({"reaction": {"emoji": "👍"}}),
            Some("wamid.nowhere"),
            "quote_unknown",
            "not in this",
        ),
        (json!({"reaction": {"emoji": "👍"}}), None, "quote_unknown", "not in this"),
        (
            json!({"template": {"name": "hello", "language": "it", "parameters": [], "preview": ""}}),
            None,
            "malformed",
            "a template is sent by its name",
        ),
    ] {
        let action = json!({"do": "send", "content": content, "about": about});
        let (status, answer) = scene.rig.act(&anna, 1, action).await;
        assert_eq!((status, &answer["code"]), (422, &json!(code)), "{answer}");
        assert!(answer["message"].as_str().expect("words").contains(says), "{answer}");
    }
    let record = scene.end().await;
    assert_eq!((record.requests.messages, record.sends.len()), (0, 0));
}
