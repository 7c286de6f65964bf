//! What the operator does, over the socket and without it.

use crate::rig::{Rig, config, text, webhook};
use base64::Engine as _;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::admin::{self, AdminRequest, CallError, Office};
use guichet::relay::config::Config;
use guichet::relay::core::Core;
use guichet::relay::gate::Gate;
use guichet::relay::reading::Reading;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

/// Asks over the socket: the items as text, and the answer or the refusal's code.
async fn ask(dir: &Path, request: AdminRequest) -> (Vec<String>, Result<Value, String>) {
    let mut items = Vec::new();
    let path = dir.join("data").join("admin.sock");
    let mut each = |item: Box<serde_json::value::RawValue>| {
        items.push(item.get().to_owned());
        Ok(())
    };
    let answer = admin::call(&path, &request, &mut each).await.map_err(|error| match error {
        CallError::Refused(refused) => refused.code,
        other => other.to_string(),
    });
    (items, answer)
}

/// The same without a relay.
async fn ask_offline(
    config: &Config,
    request: AdminRequest,
) -> (Vec<String>, Result<Value, String>) {
    let core = Core::open(config, Clock::manual(Timestamp::from_secs(NOW))).await.expect("opens");
    let reading = Reading::new(core.relay.store.clone(), core.relay.opener.clone());
    let gate = Gate::new(core.relay.clone(), reading, Clock::system());
    let office = Office::new(gate, Some(config.data_dir.clone()));
    let (items, mut taken) = tokio::sync::mpsc::channel::<Box<serde_json::value::RawValue>>(16);
    let taking = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Some(item) = taken.recv().await {
            all.push(item.get().to_owned());
        }
        all
    });
    let answer = office.execute(request, items).await.map_err(|refused| refused.code);
    let items = taking.await.expect("no panic");
    drop(office);
    core.close().await.expect("a clean close");
    (items, answer)
}

fn add(name: &str, role: Role, queue: &str) -> AdminRequest {
    let queues = if queue.is_empty() { Vec::new() } else { vec![queue.to_owned()] };
    AdminRequest::AgentAdd { name: name.into(), role, queues, password: "correct horse".into() }
}

fn json_of(items: &[String]) -> Vec<Value> {
    items.iter().map(|item| serde_json::from_str(item).expect("JSON")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_tokens_with_and_without_the_relay() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = config(dir.path(), "1", "2");
    let (_, done) = ask_offline(&config, add("anna", Role::Agent, "support")).await;
    assert_eq!(done, Ok(json!({"name": "anna", "role": "agent", "queues": ["support"]})));
    let rig = rig(&dir).await;
    let socket = dir.path().join("data/admin.sock");
    let mode = std::fs::metadata(&socket).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for (request, code) in [
        (add("anna", Role::Agent, "support"), "exists"),
        (add("-relay", Role::Agent, "support"), "malformed"),
        (add("Bruno", Role::Agent, "support"), "malformed"),
        (add("bruno", Role::Agent, "nowhere"), "malformed"),
        (add("bruno", Role::Agent, ""), "malformed"),
        (AdminRequest::Token { name: "nobody".into(), days: None }, "agent_unknown"),
        (AdminRequest::AgentDisable { name: "nobody".into() }, "agent_unknown"),
        (AdminRequest::ContactErase { contact: guichet::domain::id::ContactId(9) }, "malformed"),
    ] {
        let word = request.word();
        assert_eq!(ask(dir.path(), request).await.1, Err(code.to_owned()), "{word}");
    }
    let (_, token) = ask(dir.path(), AdminRequest::Token { name: "anna".into(), days: None }).await;
    let token = token.expect("a token");
    let secret = Secret::new(token["token"].as_str().expect("text"));
    assert_eq!(token["until"], Value::Null);
    assert_eq!(rig.read(&secret, "/api/v1/tickets").await.0, 200);
    let (accounts, _) = ask(dir.path(), AdminRequest::AgentList).await;
    assert_eq!(
        json_of(&accounts),
        [
            json!({"name": "anna", "role": "agent", "queues": ["support"], "disabled": false, "tokens": 1})
        ]
    );
    ask(dir.path(), AdminRequest::AgentDisable { name: "anna".into() }).await.1.expect("done");
    assert_eq!(rig.read(&secret, "/api/v1/tickets").await.0, 401);
    let audit = AdminRequest::Audit { since: None, who: Some("admin".into()) };
    let (trail, _) = ask(dir.path(), audit).await;
    let did: Vec<_> = json_of(&trail)
        .iter()
        .map(|entry| entry["what"].as_str().unwrap_or("").to_owned())
        .collect();
    assert_eq!(did, ["account anna set: agent", "token for anna", "account anna disabled"]);
    assert!(!trail.concat().contains("argon2"));
    rig.daemon.stop().await.expect("a clean stop");
    assert!(
        matches!(ask(dir.path(), AdminRequest::AgentList).await.1, Err(why) if why.contains("nobody answers"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_gone_for_good_and_everything_else_goes_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "il mio segreto").await;
    rig.hears("393331234568", "wamid.B", NOW - 50, "un altro").await;
    rig.act(&anna, 1, json!({"do": "note", "text": "nota segreta"})).await;
    assert_eq!(rig.read(&anna, "/api/v1/tickets/1/thread").await.0, 200);
    let contact = guichet::domain::id::ContactId(1);
    let (pieces, done) = ask(dir.path(), AdminRequest::ContactExport { contact }).await;
    assert_eq!(done, Ok(json!({"entries": pieces.len() - 1})));
    assert!(pieces.concat().contains("il mio segreto"), "the right of access");
    assert_eq!(
        ask(dir.path(), AdminRequest::ContactErase { contact }).await.1,
        Ok(json!({"contact": 1}))
    );
    for round in 0..2 {
        let (_, tickets) = rig.read(&anna, "/api/v1/tickets").await;
        let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
        let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
        let (_, contacts) = rig.read(&anna, "/api/v1/contacts").await;
        let all = format!("{tickets}{ticket}{thread}{contacts}");
        assert!(!all.contains("segret") && !all.contains("393331234567"), "{round}: {all}");
        let numbers = tickets.as_array().expect("rows").iter().map(|row| &row["number"]);
        assert_eq!(numbers.collect::<Vec<_>>(), [&json!(2)], "his has left the inbox");
        assert_eq!(
            ticket["contact"],
            json!({"id": 1, "name": "erased", "phone": null, "user_id": null})
        );
        assert_eq!(ticket["last_message"]["preview"], "erased");
        assert_eq!((&ticket["state"], &ticket["next_due"]), (&json!("closed"), &Value::Null));
        assert!(all.contains("un altro"));
    }
    rig.daemon.stop().await.expect("a clean stop");
    let rig = self::rig(&dir).await;
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    assert_eq!(thread["entries"][1]["text"], "erased");
    rig.hears("393331234567", "wamid.C", NOW, "di nuovo io").await;
    let (_, tickets) = rig.read(&anna, "/api/v1/tickets").await;
    assert_eq!(tickets.as_array().map(Vec::len), Some(2), "a new person");
    rig.daemon.stop().await.expect("a clean stop");
}

/// The relay was killed after the journal had the erasure and before the key was destroyed.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_cut_off_is_finished_and_noted() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "il mio segreto").await;
    let contact = guichet::domain::id::ContactId(1);
    rig.daemon.relay.desk.erase("-admin", contact).await.expect("it is in the journal");
    rig.daemon.stop().await.expect("a stop");
    let noted = dir.path().join("data/erased");
    assert!(!noted.exists());
    for _ in 0..2 {
        let rig = self::rig(&dir).await;
        assert!(!rig.daemon.relay.vault.contains(guichet::vault::KeyId::Contact(1)));
        assert_eq!(std::fs::read_to_string(&noted).expect("noted"), "1\n");
        rig.daemon.stop().await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_read_in_and_exported_again_is_the_same_and_a_backup_brings_all_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for n in 0..40 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 900 + n, "ciao").await;
    }
    rig.act(&anna, 3, json!({"do": "solve"})).await;
    let contact = guichet::domain::id::ContactId(7);
    let (_, before) = rig.read(&anna, "/api/v1/tickets?limit=0").await;
    let (pieces, done) = ask(dir.path(), AdminRequest::Backup).await;
    let bytes: Vec<u8> = json_of(&pieces)
        .iter()
        .flat_map(|piece| {
            let text = piece.as_str().expect("text");
            base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
        })
        .collect();
    assert_eq!(done.expect("done")["bytes"], bytes.len());
    assert!(!String::from_utf8_lossy(&bytes).contains("support"), "not even the queues are clear");
    ask(dir.path(), AdminRequest::ContactErase { contact }).await.1.expect("done");
    let (report, done) = ask(dir.path(), AdminRequest::JournalVerify).await;
    assert_eq!((report.len(), &done.expect("done")["sound"]), (0, &json!(true)));
    let (export, _) = ask(dir.path(), AdminRequest::JournalExport { upto: None }).await;
    rig.daemon.stop().await.expect("a clean stop");

    // Read in elsewhere, and out again: the same lines.
    let other = tempfile::tempdir().expect("a folder");
    let elsewhere = config(other.path(), "1", "2");
    let lines = export.join("\n") + "\n";
    let records = admin::import(&elsewhere, &mut lines.as_bytes()).expect("it is read in");
    assert_eq!(records as usize, export.len());
    assert!(admin::import(&elsewhere, &mut lines.as_bytes()).is_err(), "only once");
    let upto = Some(records);
    let (again, _) = ask_offline(&elsewhere, AdminRequest::JournalExport { upto }).await;
    assert_eq!(again, export);

    // The backup, on another machine with the same master key; who was erased since stays erased.
    let third = tempfile::tempdir().expect("a folder");
    let there = config(third.path(), "1", "2");
    std::fs::create_dir(&there.data_dir).expect("made");
    std::fs::copy(dir.path().join("data/master.key"), there.data_dir.join("master.key"))
        .expect("copied");
    for spoilt in [0, 9, bytes.len() / 2, bytes.len() - 1] {
        let mut bytes = bytes.clone();
        bytes[spoilt] ^= 1;
        assert!(admin::restore(&there, &mut &bytes[..], &[]).is_err(), "byte {spoilt}");
        assert!(admin::restore(&there, &mut &bytes[..spoilt], &[]).is_err(), "cut at {spoilt}");
    }
    let erased = std::fs::read_to_string(dir.path().join("data/erased")).expect("kept");
    let erased: Vec<u64> = erased.lines().map(|line| line.parse().expect("an id")).collect();
    assert_eq!(erased, [7]);
    let restored = admin::restore(&there, &mut &bytes[..], &erased).expect("restored");
    assert_eq!(restored.erased, 1);
    assert!(admin::restore(&there, &mut &bytes[..], &[]).is_err(), "only into an empty one");
    let rig = Rig::start(there, Clock::manual(Timestamp::from_secs(NOW))).await;
    let (status, after) = rig.read(&anna, "/api/v1/tickets?limit=0").await;
    assert_eq!(status, 200, "tokens too");
    for (row, was) in after.as_array().expect("rows").iter().zip(before.as_array().expect("rows")) {
        if row["contact"]["id"] == 7 {
            assert_eq!(row["last_message"]["preview"], "erased");
        } else {
            assert_eq!(row, was);
        }
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_and_handled_once_their_line_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let body = webhook("77", &[text("393331234567", "wamid.A", NOW, "ciao")], &[]);
    assert_eq!(rig.post(body).await, 200);
    assert_eq!(rig.post("no json").await, 200);
    let (letters, done) = ask(dir.path(), AdminRequest::DeadletterList).await;
    assert_eq!(done, Ok(json!({"dead_letters": 2})));
    let letters = json_of(&letters);
    assert_eq!(letters[0]["line"], "77");
    let (tried, done) = ask(dir.path(), AdminRequest::DeadletterRetry { id: None }).await;
    assert_eq!(done, Ok(json!({"handled": 0, "left": 2})), "{tried:?}");
    let one = AdminRequest::DeadletterRetry { id: Some("9.9".into()) };
    assert_eq!(ask(dir.path(), one).await.1, Err("malformed".into()));
    rig.daemon.stop().await.expect("a clean stop");

    let config = config(dir.path(), "77", "2");
    let rig = Rig::start(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let id = letters[0]["id"].as_str().map(str::to_owned);
    let (tried, done) = ask(dir.path(), AdminRequest::DeadletterRetry { id }).await;
    assert_eq!(done, Ok(json!({"handled": 1, "left": 0})), "{tried:?}");
    assert_eq!(rig.daemon.relay.store.read().unsolved(), 1);
    let (_, done) = ask(dir.path(), AdminRequest::DeadletterList).await;
    assert_eq!(done, Ok(json!({"dead_letters": 1})));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_of_another_field_never_becomes_a_message() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    for field in ["smb_message_echoes", "history", "standby"] {
        let body = webhook("77", &[text("393331234567", "wamid.A", NOW, "ciao")], &[]);
        let field = format!("\"field\":\"{field}\"");
        assert_eq!(rig.post(body.replace("\"field\":\"messages\"", &field)).await, 200);
    }
    rig.daemon.stop().await.expect("a clean stop");

    let config = config(dir.path(), "77", "2");
    let rig = Rig::start(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let (tried, done) = ask(dir.path(), AdminRequest::DeadletterRetry { id: None }).await;
    assert_eq!(done, Ok(json!({"handled": 0, "left": 3})), "{tried:?}");
    for (one, field) in json_of(&tried).iter().zip(["smb_message_echoes", "history", "standby"]) {
        let reason = format!("an item of the field {field:?} cannot be handled by itself");
        assert_eq!(one["reason"], reason);
    }
    assert_eq!(rig.daemon.relay.store.read().unsolved(), 0);
    rig.daemon.stop().await.expect("a clean stop");
}
