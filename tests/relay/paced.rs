//! Templates that the platform takes and holds: its pacing.

use crate::campaigns::{Scene, phones};
use guichet::sandbox::{Faults, Hold};
use guichet::whatsapp::error::{Class, DROPPED, explain, explain_held};
use serde_json::{Value, json};

/// Long after the sandbox has let go what it held.
const LATER: i64 = 7_200;

async fn held(hold: Hold, people: &[String]) -> Scene {
    let scene = Scene::with(100, Faults { hold: vec![(hold, 1.0)], ..Faults::default() }).await;
    scene.agree(people).await;
    scene.make("spring").await;
    scene.fill_all("spring", people).await;
    assert_eq!(scene.does("spring", "start").await.0, 200);
    let held = scene.reports("spring", |report| report["held"] == people.len()).await;
    assert_eq!((&held["sent"], &held["delivered"]), (&json!(people.len()), &json!(0)));
    scene
}

/// What stands in the thread of the first contact's message.
async fn told(scene: &Scene) -> Value {
    let (status, thread) = scene.rig.read(&scene.ada, "/api/v1/contacts/1/thread").await;
    assert_eq!(status, 200, "{thread}");
    let entries = thread["entries"].as_array().expect("entries").clone();
    entries.into_iter().find(|entry| entry["direction"] == "out").expect("the template")
}

async fn audit(scene: &Scene) -> Value {
    let since = "/api/v1/templates/audit?since=2026-01-01T00:00:00Z&until=2030-01-01T00:00:00Z";
    let (status, rows) = scene.rig.read(&scene.ada, since).await;
    assert_eq!(status, 200, "{rows}");
    rows[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_holds_is_shown_as_held_until_it_sends_it() {
    for hold in [Hold::Release, Hold::Paused] {
        let people = phones(2);
        let scene = held(hold, &people).await;
        assert_eq!(told(&scene).await["status"], "held", "{hold:?}");
        assert_eq!(audit(&scene).await["held"], 2, "{hold:?}");
        scene.at(LATER);
        let report = scene.reports("spring", |report| report["delivered"] == 2).await;
        assert_eq!((&report["held"], &report["state"]), (&json!(0), &json!("running")));
        assert_ne!(told(&scene).await["status"], "held", "{hold:?}");
        assert_eq!(audit(&scene).await["held"], 0, "{hold:?}");
        scene.rig.daemon.stop().await.expect("a clean stop");
    }
}

/// The message was well, its account was not: it can be sent later, and the rest of the campaign waits for people.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_held_and_dropped_is_the_accounts_trouble() {
    let people = phones(2);
    let scene = held(Hold::Drop, &people).await;
    // What goes with another template goes on.
    scene.make_with("news", "order_update").await;
    assert_eq!(scene.does("news", "start").await.0, 200);
    scene.at(LATER);
    let report = scene.reports("spring", |report| report["state"] == "paused").await;
    assert_eq!(report["held"], json!(2 - report["failed"][0]["count"].as_u64().unwrap_or(0)));
    let all = |report: &Value| report["failed"][0]["count"] == 2;
    let report = scene.reports("spring", all).await;
    let explained = explain_held(DROPPED);
    assert_eq!((explained.class, explain(DROPPED).class), (Class::Account, Class::Never));
    let failed = json!([{"code": DROPPED, "title": explained.title, "count": 2}]);
    assert_eq!((&report["failed"], &report["held"]), (&failed, &json!(0)));
    let told = told(&scene).await;
    let error = &told["error"];
    assert_eq!((&told["status"], &error["code"]), (&json!("failed"), &json!(DROPPED)));
    assert_eq!(
        (&error["title"], &error["hint"]),
        (&json!(explained.title), &json!(explained.hint))
    );
    assert_eq!(error["held"], true);
    let (_, lines) = scene.rig.read(&scene.ada, "/api/v1/lines").await;
    let paused = "The campaigns with season_sale (it) are paused.";
    assert!(lines.to_string().contains(paused), "{lines}");

    let spring = scene.reports("spring", |_| true).await;
    let news = scene.reports("news", |_| true).await;
    assert_eq!((&spring["state"], &news["state"]), (&json!("paused"), &json!("running")));
    scene.rig.daemon.stop().await.expect("a clean stop");
}
