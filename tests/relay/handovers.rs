//! Conversations that the platform's own agent holds, and hands over.

use crate::carried::CLOUD;
use crate::outbox::Scene;
use crate::rig::{Rig, config, text};
use guichet::domain::id::TicketNumber;
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::reading::Reading;
use guichet::sandbox::Faults;
use guichet::wire::EntryView;
use serde_json::{Value, json};
use std::time::Duration;

const NOW: i64 = 1_795_000_000;
const ANNA: &str = "393331234567";

fn of_field(field: &str, value: Value) -> String {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [{"field": field, "value": value}]}]})
        .to_string()
}

fn inner(message: String) -> Value {
    serde_json::from_str(&message).expect("JSON")
}

fn standby(id: &str, second: i64, said: &str) -> String {
    let message = inner(text(ANNA, id, NOW + second, said));
    let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
    of_field("standby", json!({"metadata": metadata, "standby": {"messages": [message]}}))
}

/// What the platform's agent says.
fn answers(id: &str, second: i64, said: &str) -> String {
    let mut message = inner(text("390000", id, NOW + second, said));
    message["to"] = ANNA.into();
    let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
    of_field("standby", json!({"metadata": metadata, "standby": {"message_echoes": [message]}}))
}

fn history(id: &str, second: i64, said: &str) -> String {
    let message = inner(text(ANNA, id, NOW + second, said));
    let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
    let history = json!([{"threads": [{"id": ANNA, "messages": [message]}]}]);
    of_field("history", json!({"metadata": metadata, "history": history}))
}

fn live(id: &str, second: i64, said: &str) -> String {
    crate::rig::webhook("1", &[text(ANNA, id, NOW + second, said)], &[])
}

fn handover(second: i64, kind: &str, owners: Value) -> String {
    let mut value = json!({"sender": {"phone_number": ANNA}, "type": kind, "timestamp": (NOW + second).to_string(),
        "recipient": {"phone_number_id": "1", "display_phone_number": "390000"}});
    value[kind] = owners;
    of_field("messaging_handovers", value)
}

async fn told(dir: &tempfile::TempDir, bodies: &[String]) -> Rig {
    let clock = Clock::manual(Timestamp::from_secs(NOW + 3_600));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    for body in bodies {
        assert_eq!(rig.post(body.clone()).await, 200);
    }
    rig
}

fn member() -> Member {
    Member { name: Name::from("-test"), role: Role::Admin, queues: Vec::new() }
}

fn reading(rig: &Rig) -> Reading {
    Reading::new(rig.daemon.relay.store.clone(), rig.daemon.relay.opener.clone())
}

/// The messages of the first ticket's whole conversation.
fn entries(rig: &Rig) -> Vec<EntryView> {
    let reading = reading(rig);
    let now = Timestamp::from_secs(NOW + 3_600);
    let plan = reading.thread(&member(), TicketNumber(1), true, now).expect("a thread");
    let (mut all, _) = reading.thread_piece(&plan, plan.from, 1 << 20).expect("readable");
    all.retain(|entry| entry.direction.is_some());
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn how_a_message_came_is_told_at_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let bodies = [
        history("h", 0, "long ago"),
        standby("s", 1, "is anybody there?"),
        answers("e", 2, "I am a machine"),
        standby("b", 3, "a person, please"),
        live("b", 3, "a person, please"),
        live("m", 4, "hello?"),
    ];
    let rig = told(&dir, &bodies).await;
    let all = entries(&rig);
    let shown: Vec<_> = all
        .iter()
        .map(|entry| (entry.id.as_str(), entry.author.as_str(), entry.source.as_deref()))
        .collect();
    let (held, past) = (Some("standby"), Some("history"));
    let wanted = [
        ("h", "customer", past),
        ("s", "customer", held),
        ("e", "platform", held),
        ("b", "customer", held),
        ("m", "customer", None),
    ];
    assert_eq!(shown, wanted);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_is_handed_over_to_the_desk_is_seen() {
    let to_us =
        json!({"previous_owner_role": "meta_business_agent", "new_owner_role": "escalation"});
    let to_them = json!({"previous_owner_role": "escalation", "new_owner_app_role": "ai_agent"});
    for (bodies, tickets, said) in [
        // In either order, and more than once.
        (
            vec![standby("s", 0, "a person"), handover(5, "control_passed", to_us.clone())],
            1,
            vec![("s", "customer"), ("handed_over", "platform")],
        ),
        (
            vec![
                handover(5, "control_passed", to_us.clone()),
                standby("s", 0, "a person"),
                handover(5, "control_passed", to_us.clone()),
            ],
            1,
            vec![("s", "customer"), ("handed_over", "platform")],
        ),
        // Nobody says to whom.
        (
            vec![standby("s", 0, "a person"), handover(5, "control_passed", json!({}))],
            1,
            vec![("s", "customer"), ("handed_over", "platform")],
        ),
        (vec![standby("s", 0, "hello"), handover(5, "control_taken", to_them.clone())], 0, vec![]),
        (vec![standby("s", 0, "hello"), handover(5, "control_passed", to_them.clone())], 0, vec![]),
        (
            vec![live("m", 0, "hello"), handover(5, "control_taken", to_them.clone())],
            1,
            vec![("m", "customer"), ("taken_over", "platform")],
        ),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let rig = told(&dir, &bodies).await;
        {
            let views = rig.daemon.relay.store.read();
            let state = views.conversations().next().expect("a conversation");
            let handovers = state.thread.iter().filter(|entry| entry.sort().is_message()).count();
            assert_eq!(handovers, 2, "{bodies:?}");
            assert_eq!(state.head.ticket.iter().count(), tickets, "{bodies:?}");
            assert_eq!(state.waits(), tickets == 1, "{bodies:?}");
            // He wrote at the first second: a reply can go out for a day from then.
            assert_eq!(state.head.window_until, Some(Timestamp::from_secs(NOW + 86_400)));
        }
        if tickets > 0 {
            let shown = entries(&rig);
            let shown: Vec<_> = shown
                .iter()
                .map(|entry| match entry.kind_word.as_str() {
                    "text" => (entry.id.as_str(), entry.author.as_str()),
                    word => (word, entry.author.as_str()),
                })
                .collect();
            assert_eq!(shown, said, "{bodies:?}");
            let now = Timestamp::from_secs(NOW + 3_600);
            let plan = reading(&rig).thread(&member(), TicketNumber(1), true, now).expect("one");
            let last = plan.ticket.and_then(|ticket| ticket.last_message).expect("a message");
            assert_eq!(Some(last.kind_word.as_str()), said.last().map(|last| last.0), "{bodies:?}");
            let inbox = rig.daemon.relay.store.read().desk().dead_letters.len();
            assert_eq!(inbox, 0, "{bodies:?}");
        }
        rig.daemon.stop().await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_of_nobody_is_a_dead_letter() {
    let dir = tempfile::tempdir().expect("a folder");
    let body =
        handover(5, "control_passed", json!({})).replace("phone_number\":\"3933", "x\":\"3933");
    let rig = told(&dir, &[body]).await;
    {
        let views = rig.daemon.relay.store.read();
        assert_eq!((views.conversations().count(), views.desk().dead_letters.len()), (0, 1));
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_without_a_time_that_comes_again_is_the_same_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let untimed = |entry: i64| {
        let mut body = inner(handover(5, "control_passed", json!({})));
        body["entry"][0]["time"] = (NOW + entry).into();
        let value = &mut body["entry"][0]["changes"][0]["value"];
        value.as_object_mut().expect("an object").remove("timestamp");
        body.to_string()
    };
    let rig = told(&dir, &[untimed(7), untimed(7), untimed(9)]).await;
    let kinds: Vec<_> = entries(&rig).into_iter().map(|entry| entry.kind_word).collect();
    assert_eq!(kinds, ["handed_over", "handed_over"]);
    rig.daemon.stop().await.expect("a clean stop");
}

/// How far a message of the platform's agent has come.
fn status(id: &str, second: i64, how: &str) -> String {
    let at = (NOW + second).to_string();
    let mut status = json!({"id": id, "status": how, "timestamp": at, "recipient_id": ANNA});
    if how == "failed" {
        status["errors"] = json!([{"code": 131_026, "title": "x",
            "error_data": {"details": "the phone is off"}}]);
    }
    let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
    of_field("standby", json!({"metadata": metadata, "standby": {"statuses": [status]}}))
}

/// A message that is sent from the phone.
fn typed(id: &str, second: i64, said: &str) -> String {
    let mut message = inner(text("390000", id, NOW + second, said));
    message["to"] = ANNA.into();
    let metadata = json!({"display_phone_number": "390000", "phone_number_id": "1"});
    of_field("smb_message_echoes", json!({"metadata": metadata, "message_echoes": [message]}))
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_of_what_was_sent_elsewhere_are_told_at_it() {
    let live_status = |id: &str, second: i64, how: &str| {
        let standby = inner(status(id, second, how));
        let status = standby["entry"][0]["changes"][0]["value"]["standby"]["statuses"][0].clone();
        crate::rig::webhook("1", &[], &[status.to_string()])
    };
    let opens = live("m", 1, "hello?");
    let bodies = [
        answers("e", 2, "I am a machine"),
        status("e", 2, "sent"),
        status("e", 3, "delivered"),
        status("e", 5, "read"),
        answers("f", 6, "are you there?"),
        status("f", 7, "failed"),
        typed("p", 8, "this is a person"),
        live_status("p", 8, "sent"),
        live_status("p", 9, "delivered"),
        answers("u", 10, "nobody tells how far this came"),
        status("w", 11, "delivered"),
    ];
    let mut seen: Vec<Vec<Value>> = Vec::new();
    for order in 0..4 {
        let mut bodies = bodies.to_vec();
        match order {
            1 => bodies.reverse(),
            // Each comes again, at once and much later.
            2 => {
                bodies = bodies
                    .iter()
                    .chain(&bodies)
                    .flat_map(|one| [one.clone(), one.clone()])
                    .collect()
            }
            3 => bodies.rotate_left(3),
            _ => {}
        }
        bodies.insert(0, opens.clone());
        let dir = tempfile::tempdir().expect("a folder");
        let rig = told(&dir, &bodies).await;
        let now = Timestamp::from_secs(NOW + 3_600);
        let plan = reading(&rig).thread(&member(), TicketNumber(1), true, now).expect("a thread");
        // However a thread is cut, as much is told.
        for most in [1, 2, 3, 1 << 20] {
            let (mut all, mut from) = (Vec::new(), Some(plan.from));
            while let Some(begin) = from {
                let (piece, next) =
                    reading(&rig).thread_piece(&plan, begin, most).expect("readable");
                all.extend(piece);
                from = next;
            }
            let messages = all.iter().filter(|entry| entry.direction.is_some());
            let messages = messages.map(|entry| serde_json::to_value(entry).expect("JSON"));
            seen.push(messages.collect());
            // A status of what nobody knows is all that stands for itself.
            let alone = all.iter().filter(|of| of.kind_word == "status" && !of.folded);
            let alone: Vec<_> = alone.map(|of| (of.text.as_str(), of.reply_to.clone())).collect();
            let wanted = "delivered is told of a message that was not sent from here";
            assert_eq!(alone, [(wanted, None)], "{order} {most}");
            let about = all.iter().filter(|of| of.kind_word == "status" && of.folded);
            let about: std::collections::BTreeSet<_> =
                about.map(|of| of.reply_to.clone()).collect();
            assert_eq!(
                about,
                ["e", "f", "p"].map(|id| Some(id.to_owned())).into(),
                "{order} {most}"
            );
        }
        rig.daemon.stop().await.expect("a clean stop");
    }
    let how = |entry: &Value| {
        let trail = entry["statuses"].as_array().into_iter().flatten();
        let trail: Vec<_> =
            trail.map(|of| of["status"].as_str().unwrap_or("?").to_owned()).collect();
        let error = (entry["error"]["code"].clone(), entry["error"]["details"].clone());
        (entry["id"].clone(), entry["status"].clone(), trail.join(" "), error)
    };
    let none = || (Value::Null, Value::Null);
    let wanted = [
        (json!("m"), Value::Null, String::new(), none()),
        (json!("e"), json!("read"), "sent delivered read".to_owned(), none()),
        (
            json!("f"),
            json!("failed"),
            "failed".to_owned(),
            (json!(131_026), json!("x: the phone is off")),
        ),
        (json!("p"), json!("delivered"), "sent delivered".to_owned(), none()),
        (json!("u"), json!("sent"), String::new(), none()),
    ];
    for thread in &seen {
        assert_eq!(thread.iter().map(how).collect::<Vec<_>>(), wanted);
        assert_eq!(thread, &seen[0]);
    }
}

/// The platform is asked to tell, and what it tells has been taken.
async fn tells(scene: &Scene, what: Value) {
    assert!(scene.sandbox.tell(what.clone()), "{what}");
    assert!(scene.sandbox.drain(Duration::from_secs(30)).await, "{what} is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_shows_what_else_a_platform_tells() {
    let scene = Scene::of(&CLOUD, Faults::default(), 0.001).await;
    let agent =
        |does: &str, text: &str| json!({"agent": {"customer": ANNA, "does": does, "text": text}});
    let past =
        json!({"history": {"customer": ANNA, "said": ["long ago", "so it was"], "progress": 100}});
    tells(&scene, past).await;
    tells(&scene, agent("holds", "")).await;
    assert!(scene.sandbox.say(ANNA, "is anybody there?").is_some());
    assert!(scene.sandbox.drain(Duration::from_secs(30)).await);
    tells(&scene, agent("answers", "I am a machine")).await;
    assert_eq!(scene.rig.daemon.relay.store.read().desk().dead_letters.len(), 0);
    let tickets = |scene: &Scene| {
        let views = scene.rig.daemon.relay.store.read();
        views.conversations().filter(|state| state.head.ticket.is_some()).count()
    };
    assert_eq!(tickets(&scene), 0);
    tells(&scene, agent("passes", "")).await;
    assert!(scene.sandbox.say(ANNA, "a person, please").is_some());
    let group = |what: Value| {
        let mut group = what;
        group["id"] = "G1".into();
        json!({"group": group})
    };
    for change in [
        json!({"subject": "Football"}),
        json!({"joins": ANNA}),
        json!({"leaves": ANNA}),
        json!({"ends": true}),
    ] {
        tells(&scene, group(change)).await;
    }
    tells(&scene, json!({"book": {"phone": "393289990000", "name": "Bo"}})).await;
    for unknown in [
        json!({"agent": {"customer": "nobody", "does": "holds"}}),
        json!({"dance": 1}),
        group(json!({"joins": "nobody"})),
    ] {
        assert!(!scene.sandbox.tell(unknown.clone()), "{unknown}");
    }
    let mut told: Vec<_> = entries(&scene.rig)
        .into_iter()
        .map(|entry| (entry.kind_word, entry.author, entry.source))
        .collect();
    told.sort();
    let row = |kind: &str, author: &str, source: Option<&str>| {
        (kind.to_owned(), author.to_owned(), source.map(str::to_owned))
    };
    let mut wanted = vec![
        row("text", "customer", Some("history")),
        row("text", "phone", Some("history")),
        row("taken_over", "platform", None),
        row("text", "customer", Some("standby")),
        row("text", "platform", Some("standby")),
        row("handed_over", "platform", None),
        row("text", "customer", None),
    ];
    wanted.sort();
    assert_eq!(told, wanted);
    let reading = reading(&scene.rig);
    let supervisor = Member { role: Role::Supervisor, ..member() };
    let ids = reading.contact_ids(None);
    let (people, _) = reading.contacts(&supervisor, None, &ids, 10).expect("readable");
    let mut names: Vec<_> = people.into_iter().filter_map(|one| one.name).collect();
    names.sort();
    assert_eq!(names, ["Alex Morgan", "Bo", "Football"]);
    let letters = scene.rig.daemon.relay.store.read().desk().dead_letters.len();
    assert_eq!(letters, 0);
    scene.end().await;
}
