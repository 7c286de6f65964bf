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

/// A backup of the running relay.
async fn backup(dir: &Path) -> Vec<u8> {
    let (pieces, done) = ask(dir, AdminRequest::Backup).await;
    let decoded = json_of(&pieces).into_iter().flat_map(|piece| {
        let text = piece.as_str().expect("text").to_owned();
        base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
    });
    let bytes: Vec<u8> = decoded.collect();
    assert_eq!(done.expect("done")["bytes"], bytes.len());
    bytes
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
        Ok(json!({"contact": 1, "dead_letters": 0, "notices": 0}))
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

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_erased_with_all_that_he_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "il mio segreto").await;
    rig.hears("393331234568", "wamid.B", NOW - 50, "il mio altro segreto").await;
    rig.hears("393331234569", "wamid.C", NOW - 40, "un altro").await;
    let merge = json!({"do": "merge", "with": 2});
    assert_eq!(rig.act(&anna, 1, merge).await.0, 200);
    let contact = guichet::domain::id::ContactId(2);
    assert!(ask(dir.path(), AdminRequest::ContactErase { contact }).await.1.is_ok());
    let (_, contacts) = rig.read(&anna, "/api/v1/contacts").await;
    let (_, threads) = rig.read(&anna, "/api/v1/contacts/1/thread").await;
    let all = format!("{contacts}{threads}");
    assert!(
        !all.contains("segreto") && !all.contains("393331234567") && !all.contains("393331234568"),
        "{all}"
    );
    let erased = contacts.as_array().expect("an array").iter();
    assert_eq!(erased.filter(|one| one["name"] == "erased").count(), 2);
    let (_, thread) = rig.read(&anna, "/api/v1/contacts/3/thread").await;
    assert!(thread.to_string().contains("un altro"));
    rig.daemon.stop().await.expect("a clean stop");
}

/// What is said in a group is the group's: it goes with the group, and not with who said it.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_is_erased_but_not_in_groups() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "il mio segreto").await;
    let said = crate::groups::says("393331234567", "wamid.B", -50, "ciao a tutti");
    assert_eq!(rig.post(said).await, 200);
    for (contact, stays) in [(1, true), (2, false)] {
        let contact = guichet::domain::id::ContactId(contact);
        assert!(ask(dir.path(), AdminRequest::ContactErase { contact }).await.1.is_ok());
        let (_, private) = rig.read(&anna, "/api/v1/contacts/1/thread").await;
        let (_, group) = rig.read(&anna, "/api/v1/contacts/2/thread").await;
        assert!(!private.to_string().contains("segreto"), "{private}");
        for part in ["ciao a tutti", "393331234567"] {
            assert_eq!(group.to_string().contains(part), stays, "{contact:?} {part}: {group}");
        }
    }
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
    let bytes = backup(dir.path()).await;
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
    let records = admin::import(&elsewhere, &mut lines.as_bytes(), true).expect("it is read in");
    assert_eq!(records as usize, export.len());
    assert!(admin::import(&elsewhere, &mut lines.as_bytes(), true).is_err(), "only once");
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
    let noted = there.data_dir.join("erased");
    assert_eq!(std::fs::read_to_string(noted).expect("noted"), "7\n", "for a still older backup");
    for start in 0..2 {
        let rig = Rig::start(there.clone(), Clock::manual(Timestamp::from_secs(NOW))).await;
        let (status, after) = rig.read(&anna, "/api/v1/tickets?limit=0").await;
        assert_eq!(status, 200, "tokens too");
        let was: Vec<_> = before.as_array().expect("rows").iter().collect();
        let was: Vec<_> = was.into_iter().filter(|row| row["contact"]["id"] != 7).collect();
        assert_eq!(after.as_array().expect("rows").iter().collect::<Vec<_>>(), was, "{start}");
        let (_, ticket) = rig.read(&anna, "/api/v1/tickets/7").await;
        assert_eq!((&ticket["contact"]["id"], &ticket["state"]), (&json!(7), &json!("closed")));
        assert_eq!(ticket["last_message"]["preview"], "erased");
        let (_, person) = rig.read(&anna, "/api/v1/contacts/7").await;
        assert!(person["erased_at"].is_string(), "{person}");
        rig.daemon.stop().await.expect("a clean stop");
    }
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
async fn a_dead_letter_of_any_field_is_handled_as_what_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let said = text("393331234567", "wamid.A", NOW, "ciao");
    let echo = said.replacen("{", r#"{"to":"393331234567","#, 1).replace("wamid.A", "wamid.E");
    let of_field = |field: &str, list: &str, items: &str| {
        webhook("77", &[], &[])
            .replace("\"field\":\"messages\"", &format!("\"field\":\"{field}\""))
            .replace("\"messages\":[]", &format!("\"{list}\":{items}"))
    };
    let thread = format!(r#"[{{"threads":[{{"id":"393331234567","messages":[{said}]}}]}}]"#);
    let standby = format!(r#"{{"messages":[{}]}}"#, said.replace("wamid.A", "wamid.S"));
    for body in [
        of_field("smb_message_echoes", "message_echoes", &format!("[{echo}]")),
        of_field("history", "history", &thread),
        of_field("standby", "standby", &standby),
    ] {
        assert_eq!(rig.post(body).await, 200);
    }
    for body in [
        of_field("novelty", "messages", "[5]").replace("\"77\"", "\"1\""),
        webhook("1", &[r#"{"id":"wamid.X"}"#.into()], &[]),
        "no json".to_owned(),
    ] {
        assert_eq!(rig.post(body).await, 200);
    }
    rig.daemon.stop().await.expect("a clean stop");

    let config = config(dir.path(), "77", "2");
    let rig = Rig::start(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let (tried, done) = ask(dir.path(), AdminRequest::DeadletterRetry { id: None }).await;
    assert_eq!(done, Ok(json!({"handled": 3, "left": 3})), "{tried:?}");
    let reasons: Vec<_> = json_of(&tried)
        .iter()
        .map(|one| one["reason"].as_str().unwrap_or_default().to_owned())
        .collect();
    let begin = [
        "",
        "",
        "",
        "unknown: the field \"novelty\" is not known",
        "line: its number is not configured; configure it first",
        "malformed: the body is not a JSON object",
    ];
    for (reason, begin) in reasons.iter().zip(begin) {
        assert!(reason.starts_with(begin) && reason.is_empty() == begin.is_empty(), "{reasons:?}");
    }
    assert_eq!(rig.daemon.relay.store.read().unsolved(), 0, "none of them is a live message");
    let id = guichet::domain::id::ConversationId(1);
    let state = rig.daemon.relay.store.conversation(id).expect("read").expect("there");
    let sorts: Vec<_> = state.thread.iter().map(|entry| format!("{:?}", entry.sort())).collect();
    assert_eq!(sorts.len(), 3, "{sorts:?}");
    assert_eq!(sorts.iter().filter(|sort| *sort == "Elsewhere").count(), 1, "{sorts:?}");
    rig.daemon.stop().await.expect("a clean stop");

    let rig = self::rig(&dir).await;
    let (tried, done) = ask(dir.path(), AdminRequest::DeadletterRetry { id: None }).await;
    assert_eq!(done, Ok(json!({"handled": 0, "left": 3})), "{tried:?}");
    let tried = json_of(&tried);
    assert_eq!(tried[0]["reason"], "unknown: the field \"novelty\" is not known");
    assert!(tried[1]["reason"].as_str().is_some_and(|why| why.starts_with("malformed: ")));
    rig.daemon.stop().await.expect("a clean stop");
}

/// The ids of the dead letters in the list.
async fn letters(dir: &Path) -> Vec<String> {
    let (letters, _) = ask(dir, AdminRequest::DeadletterList).await;
    let id = |letter: &Value| letter["id"].as_str().expect("an id").to_owned();
    json_of(&letters).iter().map(id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_dead_letter_is_shown_and_given_up_and_the_trail_tells() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    assert_eq!(rig.post("no json \u{1b}]52;c;x\u{202e} at all").await, 200);
    assert_eq!(rig.post("nor this").await, 200);
    let ids = letters(dir.path()).await;
    let id = ids[0].clone();
    let show = || AdminRequest::DeadletterShow { id: id.clone() };
    let shown = ask(dir.path(), show()).await.1.expect("shown");
    assert_eq!(shown["raw"], "no json \\u001b]52;c;x\\u202e at all");
    assert_eq!(shown["id"], id.as_str());
    let discard = || AdminRequest::DeadletterDiscard { id: id.clone() };
    assert_eq!(ask(dir.path(), discard()).await.1, Ok(json!({ "id": id })));
    for request in [discard(), show()] {
        assert_eq!(ask(dir.path(), request).await.1, Err("malformed".to_owned()));
    }
    assert_eq!(letters(dir.path()).await, ids[1..]);
    let audit = AdminRequest::Audit { since: None, who: Some("admin".into()) };
    let (trail, _) = ask(dir.path(), audit).await;
    let did: Vec<_> = json_of(&trail).iter().map(|entry| entry["what"].clone()).collect();
    let discarded = format!("1 dead letters discarded: {id}");
    assert_eq!(did, [json!(format!("deadletter show {id}")), json!(discarded)]);
    rig.daemon.stop().await.expect("a clean stop");
}

const TODAY: u32 = (NOW / 86_400) as u32;

fn has_day(rig: &Rig, key: u32) -> bool {
    rig.daemon.relay.vault.contains(guichet::vault::KeyId::Day(key))
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_that_name_the_erased_go_and_the_others_stay() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "il mio segreto").await;
    let dead = |from: &str, said: &str| webhook("77", &[text(from, "wamid.D", NOW, said)], &[]);
    for body in [
        dead("393331234567", "segreto"),
        dead("393337654321", "un altro"),
        "{\"wa_id\": \"+39 333 123 4567\"".to_owned(),
        "{\"user_id\": \"IT.393331234567\"".to_owned(),
        "nobody's".to_owned(),
    ] {
        assert_eq!(rig.post(body).await, 200);
    }
    let gone = webhook(
        "1",
        &[],
        &[r#"{"id":"w","status":"deleted","timestamp":"1","recipient_id":"393331234567"}"#.into()],
    );
    assert_eq!(rig.post(gone).await, 200);
    let before = letters(dir.path()).await;
    assert_eq!(before.len(), 5);
    assert!(has_day(&rig, TODAY));

    let contact = guichet::domain::id::ContactId(1);
    let done = ask(dir.path(), AdminRequest::ContactErase { contact }).await.1;
    assert_eq!(done, Ok(json!({"contact": 1, "dead_letters": 3, "notices": 1})));
    assert!(!has_day(&rig, TODAY), "what it sealed can never be opened again");
    assert!(has_day(&rig, TODAY + (1 << 16)));
    assert_eq!(rig.post(dead("393337654321", "ancora")).await, 200);
    rig.daemon.stop().await.expect("a clean stop");

    let rig = self::rig(&dir).await;
    let after = letters(dir.path()).await;
    let mut raws = String::new();
    for id in &after {
        let show = AdminRequest::DeadletterShow { id: id.clone() };
        raws += ask(dir.path(), show).await.1.expect("it opens")["raw"].as_str().expect("text");
    }
    assert_eq!(after.len(), 3);
    assert!(["un altro", "nobody's", "ancora"].iter().all(|said| raws.contains(said)), "{raws}");
    assert!(!raws.contains("393331234567") && !raws.contains("segreto"), "{raws}");
    rig.daemon.stop().await.expect("a clean stop");

    let config = config(dir.path(), "77", "2");
    let rig = Rig::start(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let (tried, done) = ask(dir.path(), AdminRequest::DeadletterRetry { id: None }).await;
    assert_eq!(done, Ok(json!({"handled": 2, "left": 1})), "{tried:?}");
    rig.daemon.stop().await.expect("a clean stop");
}

/// The relay was killed after the key of the day was given up and before the letters of others were sealed anew.
#[tokio::test(flavor = "multi_thread")]
async fn sealing_anew_that_was_cut_off_is_finished_at_the_next_start() {
    use guichet::domain::desk::DeskEvent;
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    assert_eq!(rig.post("nobody's").await, 200);
    let (at, contact) = (Timestamp::from_secs(NOW), guichet::domain::id::ContactId(1));
    let rekeyed = vec![DeskEvent::DeadLettersRekeyed { at, day: TODAY + (1 << 16) }];
    rig.daemon.relay.desk.erase_with("-admin", contact, rekeyed).await.expect("in the journal");
    assert_eq!(rig.post("one more").await, 200);
    rig.daemon.stop().await.expect("a stop");

    let rig = self::rig(&dir).await;
    assert!(!has_day(&rig, TODAY) && has_day(&rig, TODAY + (1 << 16)));
    let mut raws = Vec::new();
    for id in letters(dir.path()).await {
        let show = AdminRequest::DeadletterShow { id };
        raws.push(ask(dir.path(), show).await.1.expect("it opens")["raw"].clone());
    }
    assert_eq!(raws, [json!("nobody's"), json!("one more")]);
    rig.daemon.stop().await.expect("a clean stop");
}

/// The backup is from before the erasure: it brings back the person's key, and what names him.
#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_of_the_erased_that_come_back_with_a_backup_go_at_the_first_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "il mio segreto").await;
    for (from, said) in [("393331234567", "segreto"), ("393337654321", "un altro")] {
        let dead = webhook("77", &[text(from, "wamid.D", NOW, said)], &[]);
        assert_eq!(rig.post(dead).await, 200);
    }
    let bytes = backup(dir.path()).await;
    let contact = guichet::domain::id::ContactId(1);
    let done = ask(dir.path(), AdminRequest::ContactErase { contact }).await.1;
    assert_eq!(done.expect("done")["dead_letters"], 1);
    rig.daemon.stop().await.expect("a clean stop");

    let other = tempfile::tempdir().expect("a folder");
    let there = config(other.path(), "1", "2");
    std::fs::create_dir(&there.data_dir).expect("made");
    std::fs::copy(dir.path().join("data/master.key"), there.data_dir.join("master.key"))
        .expect("copied");
    let restored = admin::restore(&there, &mut &bytes[..], &[1, 99]).expect("restored");
    assert_eq!(restored.erased, 1);
    for start in 0..2 {
        let rig = Rig::start(there.clone(), Clock::manual(Timestamp::from_secs(NOW))).await;
        let vault = &rig.daemon.relay.vault;
        assert!(!vault.contains(guichet::vault::KeyId::Contact(1)), "{start}");
        assert!(!has_day(&rig, TODAY), "{start}: what it sealed can never be opened again");
        let left = letters(other.path()).await;
        assert_eq!(left.len(), 1, "{start}");
        let show = AdminRequest::DeadletterShow { id: left[0].clone() };
        let raw = ask(other.path(), show).await.1.expect("it opens")["raw"].to_string();
        assert!(raw.contains("un altro") && !raw.contains("segreto"), "{start}: {raw}");
        let noted = std::fs::read_to_string(there.data_dir.join("erased")).expect("noted");
        assert_eq!(noted, "1\n99\n", "{start}: each once, for a still older backup");
        rig.daemon.stop().await.expect("a clean stop");
    }
}
