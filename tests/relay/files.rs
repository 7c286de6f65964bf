//! Files of messages: fetched from the platform, checked, sealed, given out, and gone when they should be.

use crate::rig::{Rig, reached, webhook};
use guichet::domain::file::{Lost, State};
use guichet::domain::id::{ContactId, ConversationId};
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::admin::AdminRequest;
use guichet::relay::{admin, files};
use guichet::sandbox::{Faults, FileFault, Handle, Options, Sandbox};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

const NOW: i64 = 1_795_000_000;
const ANNA: &str = "393331234567";
const DAY: i64 = 86_400;

/// A relay and a platform that spoils downloads in this way.
struct Scene {
    rig: Rig,
    sandbox: Handle,
    clock: Clock,
    agent: Secret,
    dir: tempfile::TempDir,
}

fn at(clock: &Clock, seconds: i64) {
    clock.set(Timestamp::from_secs(NOW + seconds));
}

impl Scene {
    async fn new(faults: Faults) -> Self {
        Self::with(faults, "", None).await
    }

    /// The relay is told of what customers do and cannot reach the platform.
    async fn out_of_reach() -> Self {
        Self::with(Faults::default(), "", Some("http://127.0.0.1:9")).await
    }

    async fn with(faults: Faults, more: &str, api: Option<&str>) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(Timestamp::from_secs(NOW));
        let bound = Sandbox::bind(([127, 0, 0, 1], 0).into()).await.expect("a port");
        let config = reached(dir.path(), api.unwrap_or(&bound.api_url()), more);
        let rig = Rig::start(config, clock.clone()).await;
        let options = Options { faults, ..rig.platform() };
        let sandbox = bound.start(options, clock.clone()).expect("a sandbox");
        let agent = rig.account("ada", Role::Agent, &["support"]).await;
        Self { rig, sandbox, clock, agent, dir }
    }

    /// The customer does something; the message's id.
    fn sends(&self, step: Value) -> String {
        self.sandbox.act(ANNA, step).expect("a customer")
    }

    /// The only conversation's entry with a file, once it is as asked for.
    async fn until(&self, wanted: impl Fn(State) -> bool) -> State {
        until(&self.rig, wanted).await
    }

    async fn entry(&self, id: &str) -> Value {
        let (_, thread) = self.rig.read(&self.agent, "/api/v1/tickets/1/thread").await;
        let entries = thread["entries"].as_array().cloned().unwrap_or_default();
        entries.into_iter().find(|entry| entry["id"] == id).expect("the message")
    }

    async fn file(&self, token: &Secret, id: &str) -> (u16, Result<Vec<u8>, String>) {
        let mut url =
            reqwest::Url::parse(&self.rig.api("/api/v1/tickets/1/media")).expect("an address");
        url.path_segments_mut().expect("a path").push(id);
        let answer = self.rig.http.get(url).bearer_auth(token.expose()).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.bytes().await.map(|bytes| bytes.to_vec()).map_err(|e| e.to_string()))
    }

    /// The sealed files of all people.
    fn sealed(&self) -> Vec<PathBuf> {
        sealed(&self.dir.path().join("data"))
    }
}

async fn until(rig: &Rig, wanted: impl Fn(State) -> bool) -> State {
    let mut position = rig.daemon.relay.position.clone();
    let found = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let state = rig.daemon.relay.store.conversation(ConversationId(1)).expect("readable");
            let fates =
                state.iter().flat_map(|state| state.thread.iter()).map(|entry| entry.file());
            if let Some(fate) = fates.filter(|fate| *fate != State::None).find(|fate| wanted(*fate))
            {
                return fate;
            }
            position.changed().await.expect("the journal is open");
        }
    });
    found.await.expect("in time")
}

fn sealed(data: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(data.join("media")).expect("there").flatten() {
        if folder.file_name() != "part" {
            found.extend(
                std::fs::read_dir(folder.path()).expect("there").flatten().map(|f| f.path()),
            );
        }
    }
    found
}

fn is_settled(state: State) -> bool {
    state != State::Waiting
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_is_fetched_sealed_and_given_out() {
    let scene = Scene::new(Faults::default()).await;
    for (step, kind, begins, more) in [
        (json!({"image": "ecco"}), "image", &b"\x89PNG"[..], json!({"pixels": [64, 48]})),
        (json!({"voice": true}), "voice", b"OggS", json!({"seconds": 3})),
        (
            json!({"document": "fattura.pdf"}),
            "document",
            b"%PDF",
            json!({"filename": "fattura.pdf"}),
        ),
        (json!({"sticker": true}), "sticker", b"RIFF", json!({"mime_type": "image/webp"})),
    ] {
        let id = scene.sends(step);
        let mut position = scene.rig.daemon.relay.position.clone();
        let entry = loop {
            let (_, thread) = scene.rig.read(&scene.agent, "/api/v1/tickets/1/thread").await;
            let entries = thread["entries"].as_array().cloned().unwrap_or_default();
            let entry = entries.into_iter().find(|entry| entry["id"] == *id);
            if let Some(entry) = entry.filter(|entry| entry["media"]["state"] == "stored") {
                break entry;
            }
            position.changed().await.expect("the journal is open");
        };
        assert_eq!(entry["type"], kind);
        for (name, value) in more.as_object().expect("members") {
            assert_eq!(entry["media"][name], *value, "{kind} {name}");
        }
        let (status, bytes) = scene.file(&scene.agent, &id).await;
        let bytes = bytes.expect("whole");
        assert!(status == 200 && bytes.starts_with(begins), "{kind}: {status}");
        assert_eq!(entry["media"]["size"], bytes.len());
    }
    assert_eq!(scene.sealed().len(), 4);
    for path in scene.sealed() {
        let bytes = std::fs::read(path).expect("there");
        assert!(!bytes.windows(7).any(|seven| seven == b"fattura" || seven == b"%PDF-1."));
    }
    // It is counted a moment after everybody can see it.
    let metrics = || scene.rig.daemon.relay.metrics.render();
    let counted = tokio::time::timeout(Duration::from_secs(60), async {
        while !metrics().contains("guichet_files_total{result=\"stored\"} 4") {
            tokio::task::yield_now().await;
        }
    });
    assert!(counted.await.is_ok(), "{}", metrics());

    let stranger = scene.rig.account("bruno", Role::Agent, &["sales"]).await;
    let id = scene.sends(json!({"image": "altro"}));
    assert_eq!(scene.file(&stranger, &id).await.0, 404);
    assert_eq!(scene.file(&scene.agent, "wamid.other").await.0, 404);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[rstest::rstest]
#[case::stale_address(FileFault::Stale, 0.5, "stored")]
#[case::cut_off(FileFault::Cut, 0.5, "stored")]
#[case::sometimes_wrong(FileFault::Wrong, 0.4, "stored")]
#[case::always_wrong(FileFault::Wrong, 1.0, "damaged")]
#[case::too_large(FileFault::Large, 1.0, "too_large")]
#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_end(#[case] fault: FileFault, #[case] often: f64, #[case] ends: &str) {
    let faults = Faults { files: vec![(fault, often)], ..Faults::default() };
    let scene = Scene::new(faults).await;
    let id = scene.sends(json!({"image": ""}));
    if ends == "damaged" {
        assert_eq!(scene.until(|_| true).await, State::Waiting);
        at(&scene.clock, 8 * DAY);
    }
    scene.until(is_settled).await;
    let media = scene.entry(&id).await["media"].clone();
    let (status, bytes) = scene.file(&scene.agent, &id).await;
    if ends == "stored" {
        assert_eq!((media["state"].as_str(), status), (Some("stored"), 200), "{media}");
        assert!(bytes.expect("whole").starts_with(b"\x89PNG"));
    } else {
        assert_eq!((media["state"].as_str(), media["why"].as_str()), (Some("failed"), Some(ends)));
        assert_eq!(status, 410);
        assert_eq!(scene.sealed(), Vec::<PathBuf>::new());
        assert_eq!(parts(&scene), 0, "nothing is left half written");
    }
    scene.rig.daemon.stop().await.expect("a clean stop");
}

fn parts(scene: &Scene) -> usize {
    std::fs::read_dir(scene.dir.path().join("data/media/part")).expect("there").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_says_it_is_a_picture_is_not_kept() {
    let scene = Scene::new(Faults::default()).await;
    let id = scene.sends(json!({"disguise": true}));
    scene.until(is_settled).await;
    let media = scene.entry(&id).await["media"].clone();
    assert_eq!((&media["state"], &media["why"]), (&json!("failed"), &json!("wrong_type")));
    assert_eq!(scene.sealed(), Vec::<PathBuf>::new());
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_has_no_longer_is_given_up_after_a_week() {
    let faults = Faults { files: vec![(FileFault::Gone, 1.0)], ..Faults::default() };
    let scene = Scene::new(faults).await;
    let id = scene.sends(json!({"image": ""}));
    assert_eq!(scene.until(|_| true).await, State::Waiting);
    assert_eq!(scene.entry(&id).await["media"]["state"], "waiting");
    assert_eq!(scene.file(&scene.agent, &id).await.0, 409);
    at(&scene.clock, 8 * DAY);
    scene.until(is_settled).await;
    assert_eq!(scene.entry(&id).await["media"]["why"], "gone");
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// Copies a folder with all that is in it, but for the journal's lock and the socket.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("there").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("known"));
        if kind.is_dir() {
            copy(&path, &to.join(entry.file_name()));
        } else if kind.is_file() {
            std::fs::copy(&path, to.join(entry.file_name())).expect("copied");
        }
    }
}

/// A relay started over a folder, with the platform in reach.
async fn again(sandbox: &Handle, clock: &Clock, dir: &Path) -> Rig {
    Rig::start(reached(dir, &sandbox.api_url(), ""), clock.clone()).await
}

/// A kill after the file was written and before that was written down leaves the journal of before and the file of
/// after.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_not_written_down_is_fetched_again() {
    let mut scene = Scene::out_of_reach().await;
    let id = scene.sends(json!({"image": ""}));
    assert_eq!(scene.until(|_| true).await, State::Waiting);
    scene.rig.daemon.stop().await.expect("a clean stop");
    let killed = tempfile::tempdir().expect("a folder");
    copy(scene.dir.path(), killed.path());

    scene.rig = again(&scene.sandbox, &scene.clock, scene.dir.path()).await;
    scene.until(|state| state == State::Stored).await;
    scene.rig.daemon.stop().await.expect("a clean stop");
    let downloads = scene.sandbox.record().requests.downloads;

    copy(&scene.dir.path().join("data/media"), &killed.path().join("data/media"));
    std::fs::write(killed.path().join("data/media/part/7"), b"half").expect("written");
    let [file] = &sealed(&killed.path().join("data"))[..] else { panic!("one file") };
    let bytes = std::fs::read(file).expect("there");
    std::fs::write(file, &bytes[..bytes.len() / 2]).expect("what a lying disk leaves");
    scene.rig = again(&scene.sandbox, &scene.clock, killed.path()).await;
    scene.until(|state| state == State::Stored).await;
    assert_eq!(scene.sandbox.record().requests.downloads, downloads + 1);
    let (status, bytes) = scene.file(&scene.agent, &id).await;
    assert!(status == 200 && bytes.expect("whole").starts_with(b"\x89PNG"));
    assert_eq!(std::fs::read_dir(killed.path().join("data/media/part")).expect("there").count(), 0);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_changed_on_the_disk_or_lost_is_not_given_out() {
    let scene = Scene::new(Faults::default()).await;
    let id = scene.sends(json!({"document": "a.pdf"}));
    scene.until(is_settled).await;
    let [path] = &scene.sealed()[..] else { panic!("one file") };
    let whole = std::fs::read(path).expect("there");
    let mut broken = whole.clone();
    *broken.last_mut().expect("bytes") ^= 1;
    std::fs::write(path, broken).expect("written");
    assert_eq!(scene.file(&scene.agent, &id).await.0, 409);
    std::fs::write(path, &whole[..100]).expect("written");
    assert_eq!(scene.file(&scene.agent, &id).await.0, 409);
    assert_eq!(scene.entry(&id).await["media"]["why"], "broken");
    std::fs::remove_file(path).expect("removed");
    assert_eq!(scene.file(&scene.agent, &id).await.0, 410);
    assert_eq!(scene.entry(&id).await["media"]["why"], "missing");
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_leaves_no_file_and_none_is_fetched_any_more() {
    let scene = Scene::new(Faults::default()).await;
    let id = scene.sends(json!({"image": ""}));
    scene.until(is_settled).await;
    let kept = std::fs::read(&scene.sealed()[0]).expect("there");
    let path = scene.sealed()[0].clone();
    erase(&scene).await;
    assert_eq!(scene.sealed(), Vec::<PathBuf>::new());
    // Somebody has a copy of the sealed file: it opens nowhere.
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(&path, kept).expect("written");
    assert_eq!(scene.file(&scene.agent, &id).await.0, 410);
    assert_eq!(files::sweep(&scene.rig.daemon.relay).await, 1);
    assert_eq!(scene.sealed(), Vec::<PathBuf>::new());
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_owed_of_the_erased_is_owed_no_more() {
    let scene = Scene::out_of_reach().await;
    scene.sends(json!({"image": ""}));
    assert_eq!(scene.until(|_| true).await, State::Waiting);
    erase(&scene).await;
    assert_eq!(scene.until(is_settled).await, State::Lost(Lost::Erased));
    assert_eq!(scene.rig.daemon.relay.store.read().files().count(), 0);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

async fn erase(scene: &Scene) {
    let path = scene.dir.path().join("data").join("admin.sock");
    let request = AdminRequest::ContactErase { contact: ContactId(1) };
    admin::call(&path, &request, &mut |_| Ok(())).await.expect("erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_as_long_as_their_kind_and_then_say_so() {
    let keep = "[media]\nkeep = { image = \"2d\", document = \"forever\" }";
    let scene = Scene::with(Faults::default(), keep, None).await;
    let picture = scene.sends(json!({"image": ""}));
    scene.until(is_settled).await;
    let document = scene.sends(json!({"document": "a.pdf"}));
    while scene.sealed().len() < 2 || scene.entry(&document).await["media"]["state"] != "stored" {
        scene.rig.daemon.relay.position.clone().changed().await.expect("the journal is open");
    }
    let relay = &scene.rig.daemon.relay;
    at(&scene.clock, 2 * DAY - 1);
    assert_eq!(files::sweep(relay).await, 0);
    at(&scene.clock, 2 * DAY);
    assert_eq!(files::sweep(relay).await, 1);
    assert_eq!(scene.entry(&picture).await["media"]["state"], "expired");
    assert_eq!(scene.file(&scene.agent, &picture).await.0, 410);
    at(&scene.clock, 9_999 * DAY);
    assert_eq!(files::sweep(relay).await, 0);
    assert_eq!(scene.file(&scene.agent, &document).await.0, 200);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// One folder that cannot be read holds up no other.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_left_out_and_goes_when_its_time_is_over() {
    let scene = Scene::new(Faults::default()).await;
    scene.sends(json!({"image": ""}));
    scene.until(is_settled).await;
    let [path] = &scene.sealed()[..] else { panic!("one file") };
    let mut broken = std::fs::File::options().write(true).open(path).expect("there");
    broken.write_all(b"nonsense").expect("written");
    let put = Duration::from_secs(NOW.unsigned_abs());
    broken.set_modified(std::time::UNIX_EPOCH + put).expect("its time");
    let no_folder = scene.dir.path().join("data/media/999");
    std::fs::write(&no_folder, b"").expect("written");
    let relay = &scene.rig.daemon.relay;
    // A picture would be over after 180 days; whether it was one is not known any more.
    for (days, removed) in [(180, 0), (364, 0), (365, 1)] {
        at(&scene.clock, days * DAY);
        assert_eq!(files::sweep(relay).await, removed, "{days}");
    }
    assert!(!path.exists() && no_folder.exists());
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// Imported conversations come first with placeholders, and later with the files.
#[tokio::test(flavor = "multi_thread")]
async fn files_of_an_imported_past_come_after_their_messages() {
    let scene = Scene::new(Faults::default()).await;
    let lent = scene.sends(json!({"image": ""}));
    scene.until(is_settled).await;
    let media = scene.entry(&lent).await["media"].clone();
    let of = |message: Value| {
        json!({"object": "whatsapp_business_account", "entry": [{"id": "2", "changes": [{"field": "history", "value": {
            "messaging_product": "whatsapp", "metadata": {"display_phone_number": "390000", "phone_number_id": "1"},
            "history": [{"metadata": {"phase": 0, "chunk_order": 1, "progress": 100}, "threads": [{"id": ANNA, "messages": [message]}]}]}}]}]})
        .to_string()
    };
    let message = |kind: &str, member: Value| {
        let mut message = json!({"from": ANNA, "id": "wamid.PAST", "timestamp": (NOW - 20 * DAY).to_string(), "type": kind});
        if !member.is_null() {
            message[kind] = member;
        }
        message
    };
    assert_eq!(scene.rig.post(of(message("media_placeholder", Value::Null))).await, 200);
    let told = || async {
        let (_, thread) = scene.rig.read(&scene.agent, "/api/v1/tickets/1/thread?all=true").await;
        let entries = thread["entries"].as_array().cloned().unwrap_or_default();
        entries.into_iter().find(|entry| entry["id"] == "wamid.PAST").expect("the message")
    };
    assert_eq!(told().await["type"], "unsupported");
    let picture = json!({"id": media["id"], "mime_type": "image/png", "sha256": media["sha256"], "caption": "tempo fa"});
    for _ in 0..2 {
        assert_eq!(scene.rig.post(of(message("image", picture.clone()))).await, 200);
    }
    while told().await["media"]["state"] != "stored" {
        scene.rig.daemon.relay.position.clone().changed().await.expect("the journal is open");
    }
    let told = told().await;
    assert_eq!((&told["type"], &told["text"]), (&json!("image"), &json!("tempo fa")));
    assert_eq!(scene.file(&scene.agent, "wamid.PAST").await.0, 200);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// Cards hold the data of others: they are sealed with the message, and go with whoever sent them.
#[tokio::test(flavor = "multi_thread")]
async fn cards_of_others_go_with_whom_they_came_from() {
    let scene = Scene::new(Faults::default()).await;
    let card = r#"{"from":"393331234567","id":"wamid.CARD","timestamp":"1794999000","type":"contacts","contacts":[{"name":{"formatted_name":"Zebedeo Terzi"},"phones":[{"phone":"+39 999 888"}]}]}"#;
    assert_eq!(scene.rig.post(webhook("1", &[card.to_owned()], &[])).await, 200);
    let (_, before) = scene.rig.read(&scene.agent, "/api/v1/tickets/1/thread").await;
    assert!(before.to_string().contains("Zebedeo Terzi"), "{before}");
    erase(&scene).await;
    for path in
        ["/api/v1/tickets/1/thread?all=true", "/api/v1/contacts/1/thread", "/api/v1/tickets"]
    {
        let (_, after) = scene.rig.read(&scene.agent, path).await;
        let after = after.to_string();
        assert!(!after.contains("Zebedeo") && !after.contains("999 888"), "{path}: {after}");
    }
    let (data, rig) = (scene.dir.path().join("data"), scene.rig);
    rig.daemon.stop().await.expect("a clean stop");
    each_file(&data, &mut |path, bytes| {
        for word in ["Zebedeo", "999 888"] {
            let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!found, "{word} in {}", path.display());
        }
    });
}

fn each_file(folder: &Path, each: &mut dyn FnMut(&Path, &[u8])) {
    for entry in std::fs::read_dir(folder).expect("there").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("known"));
        if kind.is_dir() {
            each_file(&path, each);
        } else if kind.is_file() {
            each(&path, &std::fs::read(&path).expect("readable"));
        }
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x05\0\0\0\x02\xd0\x08\x02\0\0\0";

impl Scene {
    /// An agent hands a file in; the status and the answer.
    async fn hands_in(&self, query: &str, bytes: &[u8]) -> (u16, Value) {
        let url = self.rig.api(&format!("/api/v1/tickets/1/media?{query}"));
        let request = self.rig.http.post(url).bearer_auth(self.agent.expose()).body(bytes.to_vec());
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// Waits until the platform has taken so many messages.
    async fn sent(&self, many: usize) -> Vec<String> {
        let taken = || self.sandbox.record().sends.values().map(|of| of.kind.clone()).collect();
        let mut position = self.rig.daemon.relay.position.clone();
        loop {
            let kinds: Vec<String> = taken();
            if kinds.len() >= many {
                return kinds;
            }
            position.changed().await.expect("the journal is open");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_sends_a_file_as_he_sends_a_word() {
    let scene = Scene::new(Faults::default()).await;
    scene.sandbox.say(ANNA, "ciao").expect("a customer");
    while scene.rig.daemon.relay.store.read().unsolved() == 0 {
        scene.rig.daemon.relay.position.clone().changed().await.expect("the journal is open");
    }
    let (status, mut file) = scene.hands_in("name=foto.png", PNG).await;
    assert_eq!((status, &file["kind"], &file["mime"]), (200, &json!("image"), &json!("image/png")));
    file["caption"] = "ecco".into();
    // What a client says of the file does not count.
    file["kind"] = "video".into();
    file["bytes"] = 7.into();
    let action = json!({"do": "send", "content": {"file": file}});
    let (status, acted) = scene.rig.act(&scene.agent, 1, action).await;
    assert_eq!(status, 200, "{acted}");
    assert_eq!(scene.sent(1).await, ["image"]);
    let record = scene.sandbox.record();
    assert_eq!((record.requests.uploads, record.rejected.len()), (1, 0), "{:?}", record.rejected);

    let outbox = acted["outbox"].as_str().expect("an id").to_owned();
    let (_, thread) = scene.rig.read(&scene.agent, "/api/v1/tickets/1/thread").await;
    let entries = thread["entries"].as_array().cloned().unwrap_or_default();
    let entry = entries.into_iter().find(|entry| entry["outbox"] == *outbox).expect("the message");
    assert_eq!((&entry["type"], &entry["text"]), (&json!("image"), &json!("ecco")));
    let media = &entry["media"];
    assert_eq!(
        (&media["state"], &media["size"], &media["pixels"]),
        (&json!("stored"), &json!(PNG.len()), &json!([1280, 720]))
    );
    assert_eq!(scene.file(&scene.agent, &outbox).await, (200, Ok(PNG.to_vec())));

    // What was sent is kept as long as its kind; what was handed in and not sent, a day.
    assert_eq!(scene.hands_in("", PNG).await.0, 200);
    let relay = &scene.rig.daemon.relay;
    at(&scene.clock, 2 * DAY);
    assert_eq!(files::sweep(relay).await, 1);
    assert_eq!(scene.file(&scene.agent, &outbox).await.0, 200);
    at(&scene.clock, 181 * DAY);
    assert_eq!(files::sweep(relay).await, 1);
    assert_eq!(scene.file(&scene.agent, &outbox).await.0, 410);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_would_not_take_is_refused_before_it_is_kept() {
    let scene = Scene::new(Faults::default()).await;
    scene.sandbox.say(ANNA, "ciao").expect("a customer");
    while scene.rig.daemon.relay.store.read().unsolved() == 0 {
        scene.rig.daemon.relay.position.clone().changed().await.expect("the journal is open");
    }
    let large = [PNG, &vec![0; 6 << 20]].concat();
    for (query, bytes, told) in [
        (
            "kind=image",
            b"GIF89a".to_vec(),
            "an image must be image/jpeg, image/png; this file is image/gif",
        ),
        ("kind=image", large, "an image may have 5.0 MB at most"),
        (
            "kind=voice",
            PNG.to_vec(),
            "a voice note must be audio/ogg (Ogg with Opus); this file is image/png",
        ),
        ("kind=sticker", PNG.to_vec(), "a sticker must be image/webp"),
        ("", Vec::new(), "the file is empty"),
    ] {
        let (status, refused) = scene.hands_in(query, &bytes).await;
        let message = refused["message"].as_str().unwrap_or_default();
        assert!(status == 422 && message.starts_with(told), "{query}: {status} {refused}");
    }
    assert_eq!(scene.sealed(), Vec::<PathBuf>::new());
    assert_eq!(parts(&scene), 0);
    let (_, file) = scene.hands_in("kind=document", PNG).await;
    let mut long = file.clone();
    long["caption"] = "x".repeat(1_025).into();
    let mut strange = file.clone();
    strange["upload"] = "00000000-0000-0000-0000-000000000001".into();
    for file in [long, strange] {
        let action = json!({"do": "send", "content": {"file": file}});
        assert_eq!(scene.rig.act(&scene.agent, 1, action).await.0, 422);
    }
    let stranger = scene.rig.account("bruno", Role::Agent, &["sales"]).await;
    let url = scene.rig.api("/api/v1/tickets/1/media");
    let asked = scene.rig.http.post(url).bearer_auth(stranger.expose()).body(PNG.to_vec());
    assert_eq!(asked.send().await.expect("an answer").status().as_u16(), 404);
    scene.rig.daemon.stop().await.expect("a clean stop");
}

/// Handing over is tried again; the message goes once, and only with its file.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_not_handed_over_at_first_goes_once() {
    let faults = Faults { files: vec![(FileFault::Stale, 0.6)], ..Faults::default() };
    let scene = Scene::new(faults).await;
    scene.sandbox.say(ANNA, "ciao").expect("a customer");
    while scene.rig.daemon.relay.store.read().unsolved() == 0 {
        scene.rig.daemon.relay.position.clone().changed().await.expect("the journal is open");
    }
    let (_, file) = scene.hands_in("name=foto.png", PNG).await;
    let action = json!({"do": "send", "content": {"file": file}});
    assert_eq!(scene.rig.act(&scene.agent, 1, action).await.0, 200);
    assert_eq!(scene.sent(1).await, ["image"]);
    let record = scene.sandbox.stop().await;
    assert_eq!(record.sent_twice().count(), 0);
    scene.rig.daemon.stop().await.expect("a clean stop");
}
