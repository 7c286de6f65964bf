//! Who may do what, and what is kept of those who may not.

use crate::console::PASSWORD;
use crate::rig::{Rig, config, text, webhook};
use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use serde_json::{Value, json};

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_its_own_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "un segreto").await;
    let accounts = [
        (rig.account("anna", Role::Agent, &["support"]).await, true),
        (rig.account("bruno", Role::Agent, &["sales"]).await, false),
        (rig.account("carla", Role::Supervisor, &[]).await, true),
        (rig.account("dario", Role::Admin, &[]).await, true),
    ];
    for (token, sees) in &accounts {
        for path in [
            "/api/v1/tickets/1",
            "/api/v1/tickets/1/thread",
            "/api/v1/tickets/1/thread?all=true",
            "/api/v1/contacts/1",
            "/api/v1/contacts/1/thread",
        ] {
            let (status, answer) = rig.read(token, path).await;
            assert_eq!(status, if *sees { 200 } else { 404 }, "{path}: {answer}");
            let missing = path.replace("/1", "/77");
            let (_, of_missing) = rig.read(token, &missing).await;
            assert_eq!(answer == of_missing, !sees, "{path}: as if it were not there");
        }
        for path in ["/api/v1/tickets", "/api/v1/contacts"] {
            let (status, answer) = rig.read(token, path).await;
            assert_eq!(status, 200);
            assert_eq!(answer.as_array().map(Vec::len), Some(usize::from(*sees)), "{path}");
        }
        for action in [
            json!({"do": "note", "text": "x"}),
            json!({"do": "take"}),
            json!({"do": "release"}),
            json!({"do": "reply", "text": "x"}),
            json!({"do": "release"}),
            json!({"do": "tag", "add": ["a"], "remove": []}),
        ] {
            let (status, answer) = rig.act(token, 1, action.clone()).await;
            assert_eq!(status, if *sees { 200 } else { 404 }, "{action}: {answer}");
            assert!(*sees || answer["code"] == "no_ticket");
        }
        assert_eq!(rig.read(token, "/api/v1/templates").await.0, 200);
    }
    let audited = rig.audited();
    let of = |what: &str| audited.iter().filter(|(_, did, _)| did == what).count();
    assert_eq!(of("ticket 1 thread"), 2, "{audited:?}");
    assert_eq!(of("ticket 1 reply"), 1, "{audited:?}");
    assert!(audited.iter().all(|(who, ..)| who == "bruno"));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_shows_only_the_conversations_that_one_may_see() {
    let dir = tempfile::tempdir().expect("a folder");
    config(dir.path(), "1", "2");
    let path = dir.path().join("relay.toml");
    let one = std::fs::read_to_string(&path).expect("the file is read");
    let line = &one[one.find("[[line]]").expect("a line")..one.find("[[sla]]").expect("a level")];
    let sales = line.replace("\"1\"", "\"5\"").replace("support", "sales");
    std::fs::write(&path, format!("{one}\n{sales}")).expect("the file is written");
    let both = Config::load(&path).expect("the configuration is sound");
    let rig = Rig::start(both, Clock::manual(Timestamp::from_secs(NOW))).await;
    let said = |number: &str, id: &str| {
        webhook(number, &[text("393331234567", id, NOW - 60, "ciao")], &[])
    };
    assert_eq!(rig.post(said("1", "wamid.A")).await, 200);
    assert_eq!(rig.post(said("5", "wamid.B")).await, 200);
    for (name, role, queues, lines) in [
        ("anna", Role::Agent, &["support"][..], &["support"][..]),
        ("bruno", Role::Agent, &["sales"], &["sales"]),
        ("carla", Role::Supervisor, &[], &["support", "sales"]),
    ] {
        let token = rig.account(name, role, queues).await;
        let (_, all) = rig.read(&token, "/api/v1/contacts").await;
        let (_, one) = rig.read(&token, "/api/v1/contacts/1").await;
        assert_eq!(all[0], one, "{name}");
        let shown = one["conversations"].as_array().expect("a list");
        let shown: Vec<_> = shown.iter().map(|conversation| &conversation["line"]).collect();
        assert_eq!(shown, lines, "{name}");
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_good_opens_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let past = Clock::system().now().plus_secs(-1);
    let (expired, issued) = rig.issued("anna", Some(past));
    rig.daemon.relay.desk.record("-test", vec![issued]).await.expect("recorded");
    let disabled = DeskEvent::AccountDisabled { at: past, name: Name::from("bruno") };
    rig.daemon.relay.desk.record("-test", vec![disabled]).await.expect("recorded");
    assert_eq!(rig.read(&anna, "/api/v1/tickets").await.0, 200);
    let wrong = Secret::new(format!("gui_{}", "A".repeat(43)));
    let mut answers = Vec::new();
    for token in [&expired, &bruno, &wrong, &Secret::new("nonsense")] {
        for path in ["/api/v1/tickets", "/api/v1/contacts", "/api/v1/templates", "/ws"] {
            let (status, answer) = rig.read(token, path).await;
            assert_eq!(status, 401, "{path}");
            answers.push(answer);
        }
        let (status, _) = rig.act(token, 1, json!({"do": "take"})).await;
        assert_eq!(status, 401);
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "which it was, nobody is told");
    let no_token = rig.http.get(rig.api("/api/v1/tickets")).send().await.expect("an answer");
    assert_eq!(no_token.status(), 401);
    assert_eq!(rig.audited().iter().filter(|(_, what, _)| what == "token").count(), 20);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_tries_a_minute_and_the_same_answer_for_all_that_is_wrong() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    rig.account("anna", Role::Agent, &["support"]).await;
    rig.account("bruno", Role::Agent, &["support"]).await;
    let disabled = DeskEvent::AccountDisabled { at: Timestamp(0), name: Name::from("bruno") };
    rig.daemon.relay.desk.record("-test", vec![disabled]).await.expect("recorded");
    let login = |name: &str, password: &str| json!({"name": name, "password": password});
    let path = "/api/v1/login";

    let (status, good) = rig.ask(None, path, login("anna", PASSWORD)).await;
    assert_eq!(status, 200);
    assert_eq!((&good["name"], &good["role"]), (&json!("anna"), &json!("agent")));
    let token = Secret::new(good["token"].as_str().expect("a token"));
    assert_eq!(rig.read(&token, "/api/v1/tickets").await.0, 200);

    let mut wrong: Vec<Value> = Vec::new();
    for (name, password) in [("anna", "wrong"), ("bruno", PASSWORD), ("nobody", PASSWORD)] {
        let (status, answer) = rig.ask(None, path, login(name, password)).await;
        assert_eq!(status, 401);
        wrong.push(answer);
    }
    assert!(wrong.windows(2).all(|two| two[0] == two[1]));
    for _ in 0..3 {
        assert_eq!(rig.ask(None, path, login("anna", "wrong")).await.0, 401);
    }
    let (status, answer) = rig.ask(None, path, login("anna", PASSWORD)).await;
    assert_eq!((status, &answer["code"]), (429, &json!("too_many_tries")), "the sixth");
    assert_eq!(rig.ask(None, path, json!({"name": "anna"})).await.0, 400);

    let audited = rig.audited();
    let logins = audited.iter().filter(|(_, what, _)| what == "login");
    let who: Vec<_> = logins.map(|(who, ..)| who.as_str()).collect();
    assert_eq!(who, ["anna", "bruno", "?", "anna", "anna", "anna", "anna"]);
    assert!(!format!("{audited:?}").contains(PASSWORD));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_bad_logins_keeps_no_account_out() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    for name in ["anna", "bruno", "carla"] {
        rig.account(name, Role::Agent, &["support"]).await;
    }
    let login = async |name: String, password: &str| {
        let body = json!({"name": name, "password": password});
        rig.ask(None, "/api/v1/login", body).await.0
    };
    let unknown = (0..60).map(|n| login(format!("nobody{n}"), "wrong"));
    let known = (0..60).map(|n| login(["bruno", "carla"][n % 2].to_owned(), "wrong"));
    let flood = futures_util::future::join_all(unknown.chain(known));
    let (flooded, good) = futures_util::join!(flood, login("anna".to_owned(), PASSWORD));
    assert_eq!(good, 200);
    let count = |status: u16| flooded.iter().filter(|one| **one == status).count();
    assert_eq!((count(401), count(429)), (60 + 10, 50), "{flooded:?}");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_bad_tokens_does_not_fill_the_journal() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let wrong = Secret::new(format!("gui_{}", "A".repeat(43)));
    for _ in 0..300 {
        assert_eq!(rig.read(&wrong, "/api/v1/tickets").await.0, 401);
    }
    let kept = rig.audited().len();
    assert!((60..=120).contains(&kept), "{kept}: at most one minute's turn in between");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_names_who_was_disabled_and_counts_what_is_no_token() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let record = async |event| {
        rig.daemon.relay.desk.record("-test", vec![event]).await.expect("recorded");
    };
    record(DeskEvent::AccountDisabled { at: Timestamp(0), name: Name::from("bruno") }).await;
    assert_eq!(rig.read(&bruno, "/api/v1/tickets").await.0, 401);
    let login = json!({"name": "bruno", "password": PASSWORD});
    assert_eq!(rig.ask(None, "/api/v1/login", login).await.0, 401);
    assert_eq!(rig.read(&Secret::new("hunter2"), "/api/v1/tickets").await.0, 401);
    let nothing = rig.http.get(format!("http://{}/api/v1/tickets", rig.daemon.consoles));
    assert_eq!(nothing.send().await.expect("an answer").status(), 401);

    let audited = rig.audited();
    let wanted = [
        ("bruno", "token", "the account is disabled"),
        ("bruno", "login", "the account is disabled"),
        ("?", "token", "malformed"),
    ];
    let wanted = wanted.map(|(who, what, outcome)| (who.into(), what.into(), outcome.into()));
    assert_eq!(audited, wanted);

    // An account that is set again does not get its old tokens back.
    record(DeskEvent::AccountSet {
        at: Timestamp(0),
        name: Name::from("bruno"),
        role: Role::Agent,
        queues: vec![Name::from("support")],
        password: "!".into(),
    })
    .await;
    assert_eq!(rig.read(&bruno, "/api/v1/tickets").await.0, 401);
    let last = rig.audited().pop().expect("an entry");
    assert_eq!((last.0.as_str(), last.2.as_str()), ("?", "unknown, void or expired"));
    rig.daemon.stop().await.expect("a clean stop");
}
