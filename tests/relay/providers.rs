//! What must hold whoever carries a line: one suite, run against the simulated server of each provider.

use crate::carried::{CLOUD, Carried, DIALOG360, TWILIO};
use crate::errors::{Fate, replied};
use crate::outbox::{Scene, judge};
use crate::rig::{SECRET, text, webhook};
use guichet::domain::command::Action;
use guichet::domain::id::SendId;
use guichet::domain::roster::Role;
use guichet::domain::status::Status;
use guichet::domain::template::{Slot, SlotKind};
use guichet::kit::Secret;
use guichet::sandbox::Faults;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The suite for each provider.
macro_rules! suite {
    ($name:ident: $carried:expr, $($story:ident)*) => {
        mod $name {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                super::$story(&$carried).await;
            })*
        }
    };
    ($name:ident: $carried:expr) => {
        suite! { $name: $carried,
            a_customer_writes_and_reads_the_answer files_come_and_go every_template_is_sent
            buttons_lists_and_links_are_sent a_new_template_is_submitted_followed_and_sent
            whatever_breaks_nothing_is_sent_twice
            a_lost_answer_is_unconfirmed_until_a_status_tells
            each_class_of_refusal_has_its_fate nobody_else_is_believed
        }
    };
}

suite! { cloud: crate::carried::CLOUD,
    a_customer_writes_and_reads_the_answer files_come_and_go buttons_lists_and_links_are_sent
    whatever_breaks_nothing_is_sent_twice a_lost_answer_is_unconfirmed_until_a_status_tells
    a_new_template_is_submitted_followed_and_sent
    each_class_of_refusal_has_its_fate nobody_else_is_believed
}
suite! { dialog360: crate::carried::DIALOG360 }
suite! { twilio: crate::carried::TWILIO }

/// The same under the name by which `docs/outbound.md` calls it.
#[tokio::test(flavor = "multi_thread")]
async fn templates_are_fetched_and_sent_as_the_platform_wants_them() {
    every_template_is_sent(&CLOUD).await;
}

impl Scene {
    async fn thread(&self, token: &Secret) -> Vec<Value> {
        let (_, thread) = self.rig.read(token, "/api/v1/tickets/1/thread").await;
        thread["entries"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until something that changes with the journal is so.
    async fn until(&self, what: &str, so: impl AsyncFn() -> bool) {
        let mut position = self.rig.daemon.relay.position.clone();
        let waited = tokio::time::timeout(Duration::from_secs(60), async {
            while !so().await {
                position.changed().await.expect("the journal is open");
            }
        });
        waited.await.expect(what);
    }

    async fn reply(&self, text: &str) -> SendId {
        let ticket = self.rig.daemon.relay.store.read().inbox().map(|(key, _)| key.number).next();
        let reply = Action::Reply { text: text.to_owned(), quote: None };
        self.act(ticket.expect("a ticket"), reply).await.expect("a message")
    }

    fn letters(&self) -> usize {
        self.rig.daemon.relay.store.read().desk().dead_letters.len()
    }
}

/// Every webhook comes twice and none is on time.
async fn a_customer_writes_and_reads_the_answer(carried: &'static Carried) {
    let faults = Faults { duplicate: 1.0, reorder: 0.5, ..Faults::default() };
    let scene = Scene::of(carried, faults, 600.0).await;
    scene.customers(1).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let entries = scene.thread(&anna).await;
    let asked = entries.iter().find(|entry| entry["direction"] == "in").expect("the question");
    assert_eq!((&asked["type"], &asked["text"]), (&json!("text"), &json!("ciao")));
    let send = scene.reply("Ecco: è qui — 100%\n+ saluti").await;
    scene.until("it is read", async || scene.status(send) == Status::Read).await;
    assert!(scene.sandbox.drain(Duration::from_secs(30)).await, "the webhooks are taken");
    let entries = scene.thread(&anna).await;
    let messages = entries.iter().filter(|entry| entry["kind"] == "message");
    // The customer may thank, each time once.
    let texts: Vec<_> = messages.map(|entry| entry["text"].as_str().unwrap_or_default()).collect();
    for said in ["ciao", "Ecco: è qui — 100%\n+ saluti"] {
        assert_eq!(texts.iter().filter(|text| **text == said).count(), 1, "{texts:?}");
    }
    assert_eq!(scene.letters(), 0, "everything was understood");
    let record = scene.end().await;
    assert_eq!((record.sends.len(), record.rejected.len()), (1, 0), "{record:?}");
    judge(&record, &[send], &[], &[]);
}

/// The smallest picture that is one.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

async fn files_come_and_go(carried: &'static Carried) {
    // Addresses of files end after minutes of desk time.
    let scene = Scene::of(carried, Faults::default(), 1.0).await;
    scene.customers(1).await;
    let id = scene.sandbox.act("393330000000", json!({"image": "guarda"})).expect("a picture");
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let picture = async || {
        let entries = scene.thread(&anna).await;
        entries.into_iter().find(|entry| entry["id"] == id)
    };
    scene
        .until("the picture is there", async || {
            picture().await.is_some_and(|entry| entry["media"]["state"] == "stored")
        })
        .await;
    let entry = picture().await.expect("it is there");
    assert_eq!((&entry["type"], &entry["text"]), (&json!("image"), &json!("guarda")));
    let mut url = reqwest::Url::parse(&scene.rig.api("/api/v1/tickets/1/media")).expect("a URL");
    url.path_segments_mut().expect("a path").push(&id);
    let answer =
        scene.rig.http.get(url).bearer_auth(anna.expose()).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.bytes().await.expect("bytes").starts_with(b"\x89PNG"));

    let url = scene.rig.api("/api/v1/tickets/1/media?name=foto.png");
    let handed = scene.rig.http.post(url).bearer_auth(anna.expose()).body(PNG).send().await;
    let mut file: Value = handed.expect("an answer").json().await.expect("JSON");
    file["caption"] = "ecco".into();
    let (status, acted) =
        scene.rig.act(&anna, 1, json!({"do": "send", "content": {"file": file}})).await;
    assert_eq!(status, 200, "{acted}");
    let send: SendId = acted["outbox"].as_str().expect("an id").parse().expect("an id");
    scene.until("it is sent", async || scene.status(send) >= Status::Sent).await;
    assert_ne!(scene.status(send), Status::Failed);
    assert_eq!(scene.letters(), 0);
    let record = scene.end().await;
    let kinds: Vec<_> = record.sends.values().map(|sent| sent.kind.as_str()).collect();
    assert_eq!((kinds, record.requests.uploads), (vec!["image"], 1), "{:?}", record.rejected);
}

/// What is answered by a touch, twice each, while connections break.
async fn buttons_lists_and_links_are_sent(carried: &'static Carried) {
    let faults = Faults { cut: 0.1, http_5xx: 0.1, ..Faults::default() };
    let scene = Scene::of(carried, faults, 600.0).await;
    let tickets = scene.customers(4).await;
    let mut sends = Vec::new();
    for action in [
        json!({"buttons": [{"title": "Home"}, {"title": "Shop", "id": "s"}]}),
        json!({"list": {"button": "Choose", "sections": [{"rows": [
            {"title": "Blue", "description": "as the sea"}, {"title": "Red"},
        ]}]}}),
        json!({"link": {"title": "Look", "url": "https://a.example/x?y=1"}}),
    ] {
        let content = json!({"interactive": {"body": "Which — è 😀?", "action": action}});
        for ticket in &tickets {
            let action = json!({"do": "send", "content": content});
            let action: Action = serde_json::from_value(action).expect("an action");
            sends.push(scene.act(*ticket, action).await.expect("a message"));
        }
    }
    let given_up = scene.settled(&sends).await;
    let failed: Vec<_> =
        sends.iter().filter(|send| scene.status(**send) == Status::Failed).copied().collect();
    assert!(failed.is_empty(), "{failed:?}");
    let record = scene.end().await;
    assert_eq!(record.rejected, BTreeMap::new());
    assert!(record.sends.values().all(|sent| sent.kind == "interactive"), "{record:?}");
    // Each is made once, also when its making was not answered.
    let made = if carried.name == "twilio" { 3 } else { 0 };
    assert_eq!(record.requests.contents, made);
    judge(&record, &sends, &given_up, &failed);
}

async fn every_template_is_sent(carried: &'static Carried) {
    let scene = Scene::of(carried, Faults::default(), 600.0).await;
    let known = || {
        let views = scene.rig.daemon.relay.store.read();
        views.desk().templates.get(carried.account).map(|(_, catalogue)| catalogue.clone())
    };
    scene.until("templates are fetched", async || known().is_some()).await;
    let catalogue = known().expect("they are");
    let tickets = scene.customers(1).await;
    // Who asks for marketing messages may be sent all of them.
    scene.sandbox.say("393330000000", "START").expect("a customer");
    let agreed = || {
        let views = scene.rig.daemon.relay.store.read();
        let granted = |purpose| views.contacts().any(|one| one.consent.allows(purpose).is_ok());
        granted(guichet::domain::template::Purpose::Marketing)
    };
    scene.until("the customer has agreed", async || agreed()).await;
    let sendable: Vec<_> = catalogue
        .templates
        .iter()
        .filter(|one| one.status == "APPROVED" && one.unsendable.is_none())
        .collect();
    assert!(sendable.len() > carried.templates, "{}", sendable.len());
    let mut sends = Vec::new();
    for template in sendable {
        let value = |slot: &Slot| {
            let value = match (slot.kind, slot.name.as_str()) {
                (SlotKind::Image | SlotKind::Video | SlotKind::Document, _) => {
                    "https://a.example/b"
                }
                (_, "header.latitude" | "header.longitude") => "45.5",
                (SlotKind::Until, _) => "2026-12-24T18:00:00Z",
                _ => "valore",
            };
            (slot.name.clone(), value.to_owned())
        };
        let parameters = template.slots.iter().map(value).collect();
        let (name, language) = (template.name.clone(), template.language.clone());
        let action = Action::Template { name, language, parameters };
        sends.push(scene.act(tickets[0], action).await.expect("a message"));
    }
    scene.settled(&sends).await;
    for send in &sends {
        assert_ne!(scene.status(*send), Status::Failed);
    }
    let record = scene.end().await;
    assert_eq!(record.rejected, BTreeMap::new());
    assert!(record.sends.values().all(|sent| sent.kind == "template"));
    judge(&record, &sends, &[], &[]);
}

async fn a_new_template_is_submitted_followed_and_sent(carried: &'static Carried) {
    let scene = Scene::of(carried, Faults::default(), 600.0).await;
    let boss = scene.rig.account("boss", Role::Supervisor, &["support"]).await;
    let template = json!({
        "name": "order_ready", "language": "it", "purpose": "utility", "header": "Ordine {{1}}",
        "body": "Ciao {{1}}, il tuo ordine {{2}} è pronto.", "footer": "Bottega",
        "examples": { "1": "Anna", "2": "A-17", "header": "A-17" },
        "buttons": [
            { "reply": "Grazie" },
            { "url": { "text": "Segui", "url": "https://x.example/{{1}}", "example": "https://x.example/1" } },
            { "phone": { "text": "Chiamaci", "phone": "+390212345678" } },
        ],
    });
    let path = "/api/v1/templates";
    let submit = async || scene.rig.ask(Some(&boss), path, json!({ "template": template })).await;
    let (status, told) = submit().await;
    assert_eq!((status, &told["status"]), (200, &json!("PENDING")), "{told}");
    // Not every provider tells when the review is over: who asks is told.
    let judged = async || loop {
        let (status, told) = scene.rig.ask(Some(&boss), "/api/v1/templates/sync", json!({})).await;
        assert_eq!((status, &told[0]["fault"]), (200, &Value::Null), "{told}");
        let (_, all) = scene.rig.read(&boss, path).await;
        let all = all.as_array().cloned().expect("an array");
        let one = all.into_iter().find(|one| one["name"] == "order_ready");
        match one {
            Some(one) if one["status"] == "APPROVED" => return one,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let one = tokio::time::timeout(Duration::from_secs(60), judged()).await.expect("it is judged");
    let slots = one["parameters"].as_array().expect("slots").iter();
    let slots = slots.filter(|slot| slot["optional"] != true);
    let value =
        |slot: &Value| (slot["name"].as_str().expect("a name").to_owned(), "A-17".to_owned());
    let parameters: Vec<_> = slots.map(value).collect();
    assert_eq!(parameters.len(), 4, "{one}");
    let ticket = scene.customers(1).await[0];
    let (name, language) = ("order_ready".to_owned(), "it".to_owned());
    let action = Action::Template { name, language, parameters };
    let send = scene.act(ticket, action).await.expect("a message");
    scene.settled(&[send]).await;
    let record = scene.sandbox.record();
    assert!(record.sends.values().any(|sent| sent.kind == "template"), "{:?}", record.rejected);
    assert_ne!(scene.status(send), Status::Failed);
    let (_, told) = submit().await;
    assert_eq!(told["code"], "platform", "one name in one language is taken once: {told}");
    assert_eq!(told["hint"], "Choose another name, or edit the one that is there.");
    scene.end().await;
}

async fn whatever_breaks_nothing_is_sent_twice(carried: &'static Carried) {
    let faults = Faults {
        cut: 0.1,
        http_5xx: 0.1,
        slow: Some((Duration::from_millis(1_500), 0.05)),
        fail: carried.breaks.to_vec(),
        duplicate: 0.2,
        reorder: 0.2,
        drop_status: 0.05,
        ..Faults::default()
    };
    let scene = Scene::of(carried, faults, 600.0).await;
    let tickets = scene.customers(15).await;
    let sends = scene.replies(&tickets, 3).await;
    let given_up = scene.settled(&sends).await;
    let failed: Vec<_> =
        sends.iter().filter(|send| scene.status(**send) == Status::Failed).copied().collect();
    assert_eq!(scene.letters(), 0);
    judge(&scene.end().await, &sends, &given_up, &failed);
}

/// The platform takes the message and its answer comes too late.
async fn a_lost_answer_is_unconfirmed_until_a_status_tells(carried: &'static Carried) {
    let slow = Some((Duration::from_secs(3), 1.0));
    for drop_status in [1.0, 0.0] {
        let faults = Faults { slow, drop_status, ..Faults::default() };
        let scene = Scene::of(carried, faults, 1.0).await;
        scene.customers(1).await;
        let send = scene.reply("ecco").await;
        let store = scene.rig.daemon.relay.store.clone();
        let owed = || {
            let state = store.conversation(send.conversation).expect("readable").expect("there");
            state.head.sends.len()
        };
        if drop_status > 0.0 {
            let doubted = async || scene.status(send) == Status::Unconfirmed;
            scene.until("its end is not known", doubted).await;
            assert_eq!(owed(), 1, "an agent must decide");
        } else {
            let told = async || scene.status(send) >= Status::Sent && owed() == 0;
            scene.until("the platform has told", told).await;
        }
        judge(&scene.end().await, &[send], &[], &[]);
    }
}

async fn each_class_of_refusal_has_its_fate(carried: &'static Carried) {
    for (code, fate, shown) in carried.refusals {
        let (was, told) = replied(carried, *code).await;
        assert_eq!(was, *fate, "{code}: {told}");
        let known = *fate != Fate::Unconfirmed;
        let shown_code = if known { json!(shown) } else { Value::Null };
        assert_eq!(told["error"]["code"], shown_code, "{code}: {told}");
    }
}

/// A post that nobody vouches for is refused, also for a line that is not there; it leaves no trace.
async fn nobody_else_is_believed(carried: &'static Carried) {
    let scene = Scene::of(carried, Faults::default(), 600.0).await;
    let public = format!("http://{}", scene.rig.daemon.webhooks);
    let before = scene.rig.daemon.relay.store.read().unsolved();
    for path in [carried.path, "/webhooks/360dialog/nobody", "/webhooks/pigeon/support"] {
        for (header, value) in [
            ("x-none", "x"),
            ("authorization", "Bearer wrong"),
            ("x-twilio-signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("x-hub-signature-256", "sha256=00"),
        ] {
            let post = scene.rig.http.post(format!("{public}{path}")).header(header, value);
            let post = post.body("From=whatsapp%3A%2B393330000001&To=whatsapp%3A%2B1&Body=x");
            let answer = post.send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), 401, "{path} {header}");
        }
    }
    assert_eq!(scene.rig.daemon.relay.store.read().unsolved(), before);
    assert_eq!(scene.letters(), 0);
    scene.end().await;
}

/// The limit of a body is that of Meta's own webhooks.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_three_megabytes_is_taken_and_no_byte_more() {
    let scene = Scene::of(&DIALOG360, Faults::default(), 600.0).await;
    let url = format!("http://{}{}", scene.rig.daemon.webhooks, DIALOG360.path);
    let most = 3_145_728;
    for (id, length, status) in [("wamid.most", most, 200), ("wamid.over", most + 1, 413)] {
        let message = text("393330000001", id, 1_795_000_000, "ciao");
        let mut body = webhook(DIALOG360.number, &[message], &[]);
        body.push_str(&" ".repeat(length - body.len()));
        let post = scene.rig.http.post(&url).bearer_auth(SECRET).body(body);
        let answer = post.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{length}");
    }
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let said: Vec<_> = scene.thread(&anna).await;
    let ids: Vec<_> =
        said.iter().filter(|of| of["direction"] == "in").map(|of| &of["id"]).collect();
    assert_eq!(ids, [&json!("wamid.most")]);
    assert_eq!(scene.letters(), 0);
    scene.end().await;
}

/// What Twilio has no message for is refused before it is queued, with the limit.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_line_does_not_carry_is_refused_before() {
    let scene = Scene::of(&TWILIO, Faults::default(), 600.0).await;
    scene.customers(1).await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let entries = scene.thread(&anna).await;
    let asked = entries.iter().find(|entry| entry["direction"] == "in").expect("the question");
    let asked = asked["id"].clone();
    let home = json!({"buttons": [{"title": "Home"}]});
    let touch = |body: &str, footer: Option<&str>, action: &Value| {
        let interactive = json!({"body": body, "footer": footer, "action": action});
        json!({"do": "send", "content": {"interactive": interactive}})
    };
    let row = json!({"title": "Blue"});
    let parts = json!({"list": {"button": "Choose", "sections": [
        {"title": "A", "rows": [row]}, {"title": "B", "rows": [row]},
    ]}});
    let form = json!({"flow": {"id": "7", "title": "Fill in"}});
    for (action, code, says) in [
        (
            json!({"do": "send", "content": {"reaction": {"emoji": "👍"}}, "about": asked}),
            "not_carried",
            "reaction",
        ),
        (
            json!({"do": "send", "content": {"contacts": [{"name": "Anna"}]}}),
            "not_carried",
            "contacts",
        ),
        (touch("Which?", Some("small"), &home), "not_carried", "footer"),
        (touch("Which {{1}}?", None, &home), "not_carried", "{{"),
        (touch("Which?", None, &parts), "not_carried", "sections"),
        (touch("Which?", None, &form), "not_carried", "form"),
        (touch("Where?", None, &json!("location_request")), "not_carried", "place"),
        (json!({"do": "reply", "text": "ecco", "quote": asked}), "not_carried", "quote"),
        (json!({"do": "reply", "text": "x".repeat(1_601)}), "too_long", "1600"),
    ] {
        let (status, answer) = scene.rig.act(&anna, 1, action.clone()).await;
        assert_eq!((status, &answer["code"]), (422, &json!(code)), "{action}: {answer}");
        assert!(answer["message"].as_str().is_some_and(|text| text.contains(says)), "{answer}");
    }
    let (status, _) =
        scene.rig.act(&anna, 1, json!({"do": "reply", "text": "x".repeat(1_600)})).await;
    assert_eq!(status, 200);
    scene.end().await;
}

/// A file is given out at its own address only.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_a_file_without_its_address() {
    let scene = Scene::of(&TWILIO, Faults::default(), 600.0).await;
    let public = format!("http://{}", scene.rig.daemon.webhooks);
    for path in ["/files/x/file", "/files/1-1-00000000000000000000000000000001-ffffffff-0/file"] {
        let answer = scene.rig.http.get(format!("{public}{path}")).send().await;
        assert_eq!(answer.expect("an answer").status().as_u16(), 404, "{path}");
    }
    scene.end().await;
}
