//! Nothing personal and no secret lies clear on the disk or in the log; a person can be forgotten; a journal
//! that is carried elsewhere is the same.

use crate::child::Child;
use crate::crowd::{client, post};
use crate::inside::{copy, opened};
use crate::office::{Clerk, hire};
use crate::replies::{linked, until};
use crate::setup::{ACCESS_TOKEN, APP_SECRET, NOW, Setup, VERIFY_TOKEN, webhook};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use guichet::journal::{DEFAULT_CACHE_BYTES, Journal, SledJournal, export, import};
use guichet::kit::{Clock, Timestamp};
use guichet::sandbox::Faults;
use guichet::vault::KeyId;
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;

const NAME: &str = "Quetzalcoatlina";
const WORD: &str = "pineapplejuice";
const REPLY: &str = "marmaladesandwich";
const NOTE: &str = "rhubarbcrumble";
const TAG: &str = "elderflowercordial";
const PHONE: &str = "39377555";
const USER: &str = "IT.775533";
const ID: &str = "wamid.PRIVATEID";

/// The ways in which a text may lie in a file: as it is, and in base64 of both alphabets at any offset.
fn disguises(text: &str) -> Vec<Vec<u8>> {
    let mut all = vec![text.as_bytes().to_vec()];
    for offset in 0..3 {
        let padded = [&vec![b'x'; offset][..], text.as_bytes()].concat();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&padded);
            // The first and the last letters depend on what stands beside it.
            let inner = &encoded.as_bytes()[(offset * 8).div_ceil(6)..encoded.len() - 2];
            all.push(inner.to_vec());
        }
    }
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    all.push(wide);
    all
}

/// Looks for many needles at once.
struct Search {
    needles: Vec<(String, Vec<u8>)>,
    /// Whether a needle begins with these three bytes.
    begins: Vec<bool>,
}

impl Search {
    fn of(secrets: &[&str]) -> Self {
        let needles: Vec<_> = secrets
            .iter()
            .flat_map(|secret| disguises(secret).into_iter().map(|n| ((*secret).to_owned(), n)))
            .collect();
        let mut begins = vec![false; 1 << 24];
        for (_, needle) in &needles {
            begins[Self::key(needle)] = true;
        }
        Self { needles, begins }
    }

    fn key(bytes: &[u8]) -> usize {
        usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2])
    }

    fn finds(&self, bytes: &[u8]) -> Option<&str> {
        let starts =
            (0..bytes.len().saturating_sub(2)).filter(|at| self.begins[Self::key(&bytes[*at..])]);
        let mut found = starts.flat_map(|at| {
            self.needles.iter().filter(move |(_, needle)| bytes[at..].starts_with(needle))
        });
        found.next().map(|(secret, _)| secret.as_str())
    }
}

/// It would find what it looks for.
#[test]
fn the_search_finds_what_is_there() {
    let search = Search::of(&[NAME, PHONE]);
    for offset in 0..4 {
        let text = format!("{}{PHONE}1234 and more", "-".repeat(offset));
        for hidden in [text.clone(), STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            assert_eq!(search.finds(hidden.as_bytes()), Some(PHONE), "{hidden}");
        }
    }
    assert_eq!(search.finds(b"3937 7555 and nothing else"), None);
}

/// Every file below, whole.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("is there").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("has a type"));
        if kind.is_dir() {
            files(&path, found);
        } else if kind.is_file() {
            found.push((path.display().to_string(), std::fs::read(&path).expect("is readable")));
        }
    }
}

fn search(what: &str, places: &[(String, Vec<u8>)], secrets: &[&str]) -> usize {
    let search = Search::of(secrets);
    for (place, bytes) in places {
        assert_eq!(search.finds(bytes), None, "{what}: in {place}");
    }
    places.iter().map(|(_, bytes)| bytes.len()).sum()
}

/// A message of many kinds, each with something personal in it.
fn message(now: i64, nth: i64) -> Value {
    let (phone, at) = (format!("{PHONE}{:04}", nth % 100), (now - 2_000 + nth).to_string());
    let said = format!("{WORD} {nth}");
    let (kind, body) = match nth % 5 {
        0 => ("image", json!({"id": "77", "mime_type": "image/png", "caption": said})),
        1 => {
            ("location", json!({"latitude": 45.0, "longitude": 9.0, "name": said, "address": said}))
        }
        2 => {
            ("contacts", json!([{"name": {"formatted_name": NAME}, "phones": [{"phone": phone}]}]))
        }
        3 => ("novelty", json!({"body": said})),
        _ => ("text", json!({"body": said})),
    };
    json!({"from": phone, "from_user_id": format!("{USER}{:04}", nth % 100), "id": format!("{ID}{nth}"),
        "timestamp": at, "type": kind, kind: body})
}

fn with_contacts(messages: &[Value]) -> String {
    let mut body: Value = serde_json::from_str(&webhook(&[])).expect("JSON");
    let contacts: Vec<_> = messages
        .iter()
        .map(|message| {
            json!({"profile": {"name": NAME, "username": format!("@{NAME}")},
                "wa_id": message["from"], "user_id": message["from_user_id"]})
        })
        .collect();
    let value = &mut body["entry"][0]["changes"][0]["value"];
    value["messages"] = json!(messages);
    value["contacts"] = json!(contacts);
    body.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_messages_leave_nothing_in_the_clear() {
    let temp = tempfile::tempdir().expect("a folder");
    let knobs = "checkpoint_commits = 100";
    let config = Setup { knobs, ..Setup::default() }.load(temp.path());
    let token = hire(&config, "anna").await;
    let secrets = [
        NAME,
        WORD,
        REPLY,
        NOTE,
        TAG,
        PHONE,
        USER,
        ID,
        APP_SECRET,
        ACCESS_TOKEN,
        VERIFY_TOKEN,
        token.expose(),
    ];
    let path = temp.path().join("relay.toml");
    let (child, doors) = Child::ready(&path);
    let (http, url) = (client(), doors.url());
    let now = Clock::system().now().secs();
    for batch in 0..100 {
        let messages: Vec<_> = (batch * 10..batch * 10 + 10).map(|nth| message(now, nth)).collect();
        assert_eq!(post(&http, &url, &with_contacts(&messages)).await, 200);
    }
    // What cannot be understood, is for others, or is badly signed, holds the same.
    let foreign = with_contacts(&[message(now, 4)]).replace("106540352242922", "999");
    assert_eq!(post(&http, &url, &foreign).await, 200);
    assert_eq!(post(&http, &url, &format!("{{\"{NAME}\": \"{WORD} {PHONE}\"")).await, 200);
    let status = json!({"id": ID, "status": "failed", "timestamp": "1", "recipient_id": PHONE,
        "errors": [{"code": 131_026, "title": WORD, "error_data": {"details": NAME}}]});
    let statuses =
        webhook(&[]).replace("\"messages\":[", &format!("\"statuses\":[{status}],\"messages\":["));
    assert_eq!(post(&http, &url, &statuses).await, 200);
    let unsigned = http.post(&url).body(with_contacts(&[message(now, 9)])).send().await;
    assert_eq!(unsigned.expect("an answer").status().as_u16(), 401);
    let clerk = Clerk::at(doors.consoles, &token);
    for ticket in 1..=20 {
        for action in [
            json!({"do": "reply", "text": REPLY}),
            json!({"do": "note", "text": NOTE}),
            json!({"do": "tag", "add": [TAG]}),
        ] {
            let (status, answer) =
                clerk.act(ticket, Uuid::new_v4(), action).await.expect("an answer");
            assert_eq!(status, 200, "{answer}");
        }
    }
    let shown = clerk.read(&format!("/contacts?search={PHONE}&limit=500")).await.expect("contacts");
    assert!(shown.to_string().contains(NAME), "it is there for those who may read it");
    let running = temp.path().join("running");
    copy(&config.data_dir, &running);
    child.signal("TERM");
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    assert_eq!(status.code(), Some(0), "{log}");

    let mut places = vec![("the log".to_owned(), log.into_bytes())];
    files(&running, &mut places);
    files(&config.data_dir, &mut places);
    let bytes = search("after 1,000 messages", &places, &secrets);
    println!("1,000 messages: none of {} secrets in {bytes} bytes of data and log", secrets.len());

    erased(&config, &path, &token).await;
    exported(&config).await;
}

/// What the platform says of a message that it did not take, now or for good, is for those who read the thread only.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_says_of_a_failure_stands_nowhere_in_the_clear() {
    for (code, fail_at_once, status) in
        [(133_008, false, "queued"), (131_026, true, "failed"), (131_026, false, "failed")]
    {
        let temp = tempfile::tempdir().expect("a folder");
        let fail_says = Some(format!("{WORD}: +{PHONE}0001 must wait"));
        let faults =
            Faults { fail: vec![(code, 1.0)], fail_at_once, fail_says, ..Faults::default() };
        let (config, platform) = linked(temp.path(), faults).await;
        let token = hire(&config, "anna").await;
        let (child, doors) = Child::ready(&temp.path().join("relay.toml"));
        let clerk = Clerk::at(doors.consoles, &token);
        platform.say(&format!("{PHONE}0001"), "ciao").expect("he writes");
        let act = async || {
            let reply = json!({"do": "reply", "text": REPLY});
            let (status, _) = clerk.act(1, Uuid::from_u128(1), reply).await?;
            (status == 200).then_some(())
        };
        until("the ticket", act).await;
        let told = until("the platform's words", async || {
            let thread = clerk.read("/tickets/1/thread").await?;
            let entries = thread["entries"].as_array()?.iter();
            entries.clone().find(|entry| entry["error"]["details"].is_string()).cloned()
        })
        .await;
        assert_eq!((&told["error"]["code"], &told["status"]), (&json!(code), &json!(status)));
        assert!(told["error"]["details"].to_string().contains(PHONE), "{told}");
        let running = temp.path().join("running");
        copy(&config.data_dir, &running);
        child.signal("TERM");
        let (_, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
        let mut places = vec![("the log".to_owned(), log.into_bytes())];
        files(&running, &mut places);
        files(&config.data_dir, &mut places);
        search("after a refusal", &places, &[PHONE, WORD, REPLY]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_webhooks_are_warned_of_once_and_nothing_of_them_is_told() {
    let temp = tempfile::tempdir().expect("a folder");
    let (child, doors) = Child::ready(&Setup::default().write(temp.path()));
    let body = webhook(&[message(NOW, 1).to_string()]);
    let forged = format!("sha256={WORD}");
    for signature in [None, Some(forged.as_str()), Some(forged.as_str())] {
        let mut request = client().post(doors.url()).body(body.clone());
        if let Some(signature) = signature {
            request = request.header("X-Hub-Signature-256", signature);
        }
        assert_eq!(request.send().await.expect("an answer").status().as_u16(), 401);
    }
    let log = child.kill();
    let warned: Vec<_> = log.lines().filter(|line| line.contains("webhooks refused")).collect();
    assert_eq!(warned.len(), 1, "{log}");
    assert!(warned[0].contains("WARN") && warned[0].contains("count=1"), "{log}");
    let told = [("log".to_owned(), log.into_bytes())];
    search("forged webhooks", &told, &[NAME, WORD, PHONE, ID, APP_SECRET]);
}

/// Forgets one person: the relay starts, folds, and shows him as erased; all others are as they were.
async fn erased(
    config: &guichet::relay::config::Config,
    path: &Path,
    token: &guichet::kit::Secret,
) {
    let clock = Clock::manual(Timestamp::from_secs(NOW + 5_000));
    let core = opened(config, clock).await;
    let contact = {
        let views = core.relay.store.read();
        views.contacts().map(|contact| contact.id).min().expect("a contact")
    };
    core.relay.desk.erase("anna", contact).await.expect("erased");
    core.relay.vault.erase(&[KeyId::Contact(contact.0)]).expect("the key is destroyed");
    core.close().await.expect("it closes");

    let (child, doors) = Child::ready(path);
    let clerk = Clerk::at(doors.consoles, token);
    let one = clerk.read(&format!("/contacts/{}", contact.0)).await.expect("the contact");
    assert!(one["erased_at"].is_string(), "{one}");
    for personal in [NAME, PHONE, USER, WORD] {
        assert!(!one.to_string().contains(personal), "{one}");
    }
    let thread = clerk.read(&format!("/contacts/{}/thread", contact.0)).await.expect("a thread");
    let thread = thread.to_string();
    assert!(thread.contains("erased"), "{thread}");
    for personal in [NAME, PHONE, WORD, REPLY, NOTE, TAG] {
        assert!(!thread.contains(personal), "{personal}: {thread}");
    }
    let others = clerk.read("/contacts?limit=500").await.expect("contacts").to_string();
    assert!(others.contains(NAME), "the others are known as before");
    let log = child.kill();
    assert!(!log.contains(NAME) && !log.contains(PHONE), "{log}");
    println!("one person erased: the relay starts and shows him as erased");
}

/// Export, import and export again: the same bytes.
async fn exported(config: &guichet::relay::config::Config) {
    let temp = tempfile::tempdir().expect("a folder");
    let (first, second) = tokio::task::spawn_blocking({
        let from = config.data_dir.join("journal");
        let to = temp.path().join("journal");
        move || {
            let journal = SledJournal::open(&from, DEFAULT_CACHE_BYTES).expect("opens");
            let (mut first, mut second) = (Vec::new(), Vec::new());
            export(&*journal.reader(), None, &mut first).expect("is written");
            let mut copy = SledJournal::open(&to, DEFAULT_CACHE_BYTES).expect("opens");
            import(&mut copy, &mut &first[..]).expect("is read");
            export(&*copy.reader(), None, &mut second).expect("is written");
            (first, second)
        }
    })
    .await
    .expect("no panic");
    assert!(!first.is_empty());
    assert!(first == second, "another export differs");
    let places = [("the export".to_owned(), first)];
    let secrets = [NAME, WORD, REPLY, NOTE, TAG, PHONE, USER, ID, APP_SECRET, ACCESS_TOKEN];
    search("export", &places, &secrets);

    // A store made of it shows the same desk.
    let moved =
        guichet::relay::config::Config { data_dir: temp.path().to_owned(), ..config.clone() };
    copy(&config.data_dir.join("keys"), &temp.path().join("keys"));
    std::fs::copy(config.data_dir.join("master.key"), temp.path().join("master.key"))
        .expect("copies");
    let clock = || Clock::manual(Timestamp::from_secs(NOW + 9_000));
    let mut desks = Vec::new();
    for config in [config, &moved] {
        let core = opened(config, clock()).await;
        let inbox: Vec<_> = {
            let views = core.relay.store.read();
            views
                .inbox()
                .map(|(key, state)| (key, state.head.clone(), state.thread.len()))
                .collect()
        };
        desks.push(inbox);
        core.close().await.expect("it closes");
    }
    assert!(desks[0] == desks[1] && !desks[0].is_empty());
    println!("export, import, export: {} bytes, the same; the desk too", places[0].1.len());
}
