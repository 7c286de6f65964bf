//! Templates: as fresh as the platform says and as people ask.

use crate::outbox::Scene;
use crate::rig::{Rig, config};
use crate::sessions::Console;
use guichet::domain::line::Told;
use guichet::domain::name::Name;
use guichet::domain::roster::{Member, Role};
use guichet::domain::template::Template;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::reading::Reading;
use guichet::sandbox::Faults;
use guichet::wire::{ClientFrame, Fresh, RelayFrame, Watch};
use serde_json::{Value, json};
use uuid::Uuid;

/// Waits until the desk knows this template so.
pub(crate) async fn until(
    scene: &Scene,
    name: &str,
    language: &str,
    so: impl Fn(&Template) -> bool,
) {
    let relay = &scene.rig.daemon.relay;
    let mut position = relay.position.clone();
    loop {
        let desk = relay.store.read().desk().clone();
        let known = desk.templates.get(&Name::from("2"));
        if known.and_then(|(_, all)| all.find(name, language)).is_some_and(&so) {
            return;
        }
        position.changed().await.expect("the journal is open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_says_of_a_template_is_known_at_once() {
    let scene = Scene::new(Faults::default()).await;
    until(&scene, "order_update", "it", |one| one.status == "APPROVED").await;
    for (change, so) in [
        (json!({"status": "PAUSED"}), (|one| one.status == "PAUSED") as fn(&Template) -> bool),
        (json!({"status": "APPROVED"}), |one| one.status == "APPROVED"),
        (json!({"quality": "RED"}), |one| one.quality.as_deref() == Some("RED")),
        (json!({"category": "MARKETING"}), |one| one.purpose.word() == "marketing"),
    ] {
        let mut change = change;
        change["name"] = "order_update".into();
        change["language"] = "it".into();
        assert!(scene.sandbox.alter(change));
        until(&scene, "order_update", "it", so).await;
    }
    scene.end().await;
}

/// Waits until the line was told this.
async fn until_told(scene: &Scene, said: &str) -> Told {
    let relay = &scene.rig.daemon.relay;
    let mut position = relay.position.clone();
    loop {
        let desk = relay.store.read().desk().clone();
        let all = desk.lines.get(&Name::from("1")).map(|line| line.told.clone());
        let found = all.into_iter().flatten().find(|told| told.news.words() == said);
        if let Some(told) = found {
            return told;
        }
        position.changed().await.expect("the journal is open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_are_told_what_the_platform_says_of_templates() {
    let scene = Scene::new(Faults::default()).await;
    until(&scene, "order_update", "it", |one| one.status == "APPROVED").await;
    let bad = format!("TOO\u{1b}[31m_LOUD\u{202e} {}", "x".repeat(4_096));
    let cut = format!("too\u{fffd}[31m loud\u{fffd} {}", "x".repeat(4_096));
    let cut = guichet::kit::text::one_line(&cut, 120);
    for (change, said) in [
        (json!({"status": "PAUSED"}), "the template order_update (it) is paused".to_owned()),
        (json!({"quality": "RED"}), "the quality of the template order_update (it) is RED".into()),
        (
            json!({"category": "MARKETING"}),
            "the template order_update (it) counts as marketing now".into(),
        ),
        (
            json!({"status": "REJECTED", "reason": bad}),
            format!("the template order_update (it) is rejected: {cut}"),
        ),
    ] {
        let mut change = change;
        change["name"] = "order_update".into();
        change["language"] = "it".into();
        assert!(scene.sandbox.alter(change));
        until_told(&scene, &said).await;
    }
    let relay = &scene.rig.daemon.relay;
    let reading = Reading::new(relay.store.clone(), relay.opener.clone());
    let member = |role| Member { name: "x".into(), role, queues: vec!["support".into()] };
    let heard = reading.notices(&member(Role::Supervisor)).expect("readable");
    let paused = "support: the template order_update (it) is paused";
    assert!(heard.iter().any(|notice| notice.excerpt == paused), "{heard:?}");
    for notice in &heard {
        assert!(!notice.excerpt.chars().any(guichet::kit::text::is_hostile), "{notice:?}");
    }
    let agents = reading.notices(&member(Role::Agent)).expect("readable");
    assert!(agents.is_empty(), "supervisors are told");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_told_when_they_are_as_the_platform_has_them() {
    let scene = Scene::new(Faults::default()).await;
    let rig = &scene.rig;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let before = rig.daemon.relay.clock.now();
    let (status, told) = rig.ask(Some(&anna), "/api/v1/templates/sync", json!({})).await;
    assert_eq!(status, 200);
    let account = &told[0];
    assert_eq!((&account["account"], &account["lines"]), (&json!("2"), &json!(["support"])));
    assert_eq!((&account["fault"], &account["templates"]), (&Value::Null, &json!(58)));
    let checked: Timestamp = account["checked_at"].as_str().expect("a time").parse().expect("one");
    assert!(checked >= before, "{checked} {before}");

    let mut console = Console::open(rig, &anna).await;
    console.say(&ClientFrame::Watch { watch: 1, what: Watch::Templates }).await;
    console.until(|console| console.parts.contains_key(&1)).await;
    let id = Uuid::from_u128(7);
    console.say(&ClientFrame::SyncTemplates { id }).await;
    let mut done = false;
    while !done {
        let frame = console.next().await.expect("a frame");
        done = matches!(&frame, RelayFrame::Done { id: of, .. } if *of == id);
        if let RelayFrame::Frame { seq, .. } = frame {
            console.say(&ClientFrame::Ack { seq }).await;
        }
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_is_away_is_told_and_the_age_stays() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(1_795_000_000));
    // Nobody listens where this relay looks for the platform.
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let (status, told) = rig.ask(Some(&anna), "/api/v1/templates/sync", json!({})).await;
    assert_eq!(status, 200);
    assert_eq!(told[0]["fault"], "the platform could not be reached");
    assert_eq!(told[0]["checked_at"], Value::Null);
    let mut console = Console::open(&rig, &anna).await;
    console.say(&ClientFrame::Watch { watch: 1, what: Watch::Templates }).await;
    console.until(|console| console.parts.contains_key(&1)).await;
    let Some(Fresh::Templates { checked_at, .. }) = console.parts.get(&1) else { panic!("them") };
    assert_eq!(*checked_at, None);
    rig.daemon.stop().await.expect("a clean stop");
}
