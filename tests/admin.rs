//! `guichet admin` as an operator meets it: with the relay running and without, and a relay from the smallest
//! configuration beside a sandbox.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_guichet");

/// A folder with a configuration of one line.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for secret in ["access_token", "app_secret", "verify_token"] {
            std::fs::write(folder.path().join(secret), secret).expect("a secret");
        }
        let config = r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:0"
consoles = "127.0.0.1:0"
[[line]]
name = "support"
phone_number_id = "106540352242922"
waba_id = "102290129340398"
api_url = "http://127.0.0.1:9/v25.0"
access_token = { file = "access_token" }
app_secrets = [{ file = "app_secret" }]
verify_token = { file = "verify_token" }
queue = "support"
"#;
        std::fs::write(folder.path().join("relay.toml"), config).expect("a configuration");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn admin(&self, line: &str, stdin: &str) -> Output {
        let mut child = Command::new(BINARY)
            .args(["admin", "--config"])
            .arg(self.path("relay.toml"))
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        // Whoever needs no stdin may have closed it already.
        let _ = child.stdin.take().expect("stdin").write_all(stdin.as_bytes());
        child.wait_with_output().expect("it ends")
    }

    #[track_caller]
    fn done(&self, line: &str, stdin: &str) -> String {
        let output = self.admin(line, stdin);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.done(&format!("{line} --json"), "")).expect("JSON")
    }

    #[track_caller]
    fn refused(&self, line: &str, stdin: &str, wanted: &str) {
        let output = self.admin(line, stdin);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(said.lines().count() == 1 && said.contains(wanted), "{line}: {said}");
    }
}

/// A relay that is stopped in order when this goes.
struct Relay {
    child: Child,
    consoles: String,
    log: Option<std::thread::JoinHandle<()>>,
}

impl Relay {
    /// Starts one and waits until it says where it listens.
    fn start(place: &Place) -> Self {
        let mut child = Command::new(BINARY)
            .args(["relay", "--config"])
            .arg(place.path("relay.toml"))
            .env("GUICHET_LOG", "info")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut log = BufReader::new(child.stderr.take().expect("stderr")).lines();
        let mut said = Vec::new();
        let consoles = loop {
            let line = log.next().unwrap_or_else(|| panic!("it ended: {said:?}")).expect("text");
            if let Some((_, addr)) = line.split_once("consoles on ") {
                break addr.trim().to_owned();
            }
            said.push(line);
        };
        let log = Some(std::thread::spawn(move || log.for_each(drop)));
        Self { child, consoles, log }
    }

    fn ask(&self, token: &str, line: &str) -> Output {
        Command::new(BINARY)
            .args(line.split_whitespace())
            .env("GUICHET_RELAY", format!("ws://{}", self.consoles))
            .env("GUICHET_TOKEN", token)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
        self.log.take().map(std::thread::JoinHandle::join);
    }
}

const ADD: &str = "agent add anna --role agent --queue support --password-stdin";

fn changes_work(place: &Place) {
    let anna = |place: &Place| place.json("agent list")[0].clone();
    place.done("agent set anna --role supervisor", "");
    assert_eq!(anna(place)["role"], "supervisor");
    assert_eq!(anna(place)["queues"], serde_json::json!(["support"]));
    place.done("agent set anna --role agent --queue support --password-stdin", "battery staple\n");
    place.refused("agent set anna --password-stdin", "short\n", "at least 12");
    place.refused("agent set anna --queue sales", "", "there is no queue sales");
    place.refused("agent set nobody --role agent", "", "nobody");
    assert_eq!(place.admin("agent set anna", "").status.code(), Some(2));
    place.refused("agent enable anna", "", "is not disabled");
    place.refused("agent enable nobody", "", "nobody");
    place.done("agent disable anna", "");
    assert_eq!((&anna(place)["disabled"], &anna(place)["tokens"]), (&true.into(), &0.into()));
    place.refused("agent set anna --role admin", "", "anna");
    place.done("agent enable anna", "");
    assert_eq!((&anna(place)["disabled"], &anna(place)["tokens"]), (&false.into(), &0.into()));
}

/// Nothing below `data_dir` is for anybody but its owner.
fn all_private(folder: &Path) -> usize {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let about = entry.metadata().expect("a mode");
        let mode = about.permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
        seen += 1;
        if about.is_dir() {
            seen += all_private(&entry.path());
        }
    }
    seen
}

fn accounts_work(place: &Place) {
    place.done(ADD, "correct horse battery staple\n");
    place.refused(ADD, "correct horse battery staple\n", "anna already exists");
    place.refused(&ADD.replace("anna", "bruno"), "", "password is empty");
    place.refused(&ADD.replace("anna", "bruno"), "hunter2hunt\n", "at least 12");
    for word in ["customer", "platform", "relay", "admin", "bot", "survey", "system", "campaign"] {
        place.refused(&ADD.replace("anna", word), "correct horse\n", "choose another name");
    }
    let nowhere = ADD.replace("anna", "bruno").replace("support", "sales");
    place.refused(&nowhere, "correct horse battery staple\n", "there is no queue sales");
    let list = place.json("agent list");
    assert_eq!(list[0]["name"], "anna");
    assert_eq!(list[0]["disabled"], false);
    assert!(place.done("agent list", "").contains("anna"));
    let token = place.done("token anna", "");
    assert!(token.starts_with("gui_") && token.lines().count() == 1);
    assert!(place.json("journal verify")["sound"] == true);
    assert!(place.json("journal stat")["position"].as_u64() >= Some(2));
    assert!(place.done("journal stat", "").contains("position"));
    assert_eq!(place.json("deadletter list"), serde_json::json!([]));
    place.refused("contact export 5", "", "no such contact");
    let trail = place.json("audit");
    assert!(trail.as_array().is_some_and(|trail| !trail.is_empty()), "{trail}");
}

#[test]
fn without_a_relay_the_store_itself_is_opened() {
    let place = Place::new();
    accounts_work(&place);
    changes_work(&place);
    assert!(all_private(&place.path("data")) >= 5);
    place.done("agent disable anna", "");
    assert_eq!(place.json("agent list")[0]["disabled"], true);
}

#[test]
fn with_a_running_relay_its_socket_is_used() {
    let place = Place::new();
    let relay = Relay::start(&place);
    accounts_work(&place);
    let token = place.done("token anna --days 2", "");
    let output = relay.ask(token.trim(), "tickets --json");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "[]");
    assert_eq!(output.status.code(), Some(0));
    let output = relay.ask(token.trim(), "thread 1");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("no such ticket") && said.lines().count() == 1, "{said}");

    changes_work(&place);
    let old = relay.ask(token.trim(), "tickets");
    assert_eq!(old.status.code(), Some(1), "an old token stays void");
    assert!(all_private(&place.path("data")) >= 5);
    place.done("agent disable anna", "");
    let output = relay.ask(token.trim(), "tickets");
    assert_eq!(output.status.code(), Some(1));
    drop(relay);
    assert_eq!(place.json("agent list")[0]["disabled"], true);
}

/// The same bytes, whatever way they took.
fn same(one: &Path, other: &Path) {
    let read = |path| std::fs::read(path).expect("a file");
    assert!(read(one) == read(other), "{} and {} differ", one.display(), other.display());
}

#[test]
fn export_import_export_and_backup_restore_give_the_same_bytes() {
    let place = Place::new();
    place.done(ADD, "correct horse battery staple\n");
    place.done("journal export one.jsonl", "");
    place.done("backup guichet.bak", "");
    place.refused("backup guichet.bak", "", "is there already");
    place.refused("restore guichet.bak", "", "already holds a relay's data");

    let data = place.path("data");
    let aside = place.path("aside");
    std::fs::rename(&data, &aside).expect("put aside");
    std::fs::create_dir(&data).expect("an empty folder");
    std::fs::copy(aside.join("master.key"), data.join("master.key")).expect("the key");
    place.done("restore guichet.bak", "");
    place.done("journal export two.jsonl", "");
    same(&place.path("one.jsonl"), &place.path("two.jsonl"));
    assert_eq!(place.json("agent list")[0]["name"], "anna");

    std::fs::remove_dir_all(&data).expect("gone");
    place.refused("journal import one.jsonl", "", "keys/ and master.key");
    assert!(!data.join("journal").exists(), "nothing was begun");
    place.done("journal import --without-keys one.jsonl", "");
    place.done("journal export three.jsonl", "");
    same(&place.path("one.jsonl"), &place.path("three.jsonl"));
    let piped = place.done("journal export", "");
    assert_eq!(piped.as_bytes(), std::fs::read(place.path("one.jsonl")).expect("a file"));
}

#[test]
fn a_store_without_anybody_who_answers_is_said_to_be_so() {
    let place = Place::new();
    let relay = Relay::start(&place);
    std::fs::remove_file(place.path("data/admin.sock")).expect("the socket");
    place.refused("agent list", "", "nobody answers on");
    drop(relay);
}

#[test]
fn the_data_of_another_user_are_left_alone() {
    let place = Place::new();
    let data = place.path("data");
    std::fs::create_dir(&data).expect("a folder");
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can give a folder away");
        assert!(std::env::var_os("CI").is_none(), "CI runs as root");
        return;
    }
    std::os::unix::fs::chown(&data, Some(4242), None).expect("given away");
    place.refused("agent list", "", "belongs to user id 4242");
    place.refused("journal import nothing.jsonl", "", "belongs to user id 4242");
    assert_eq!(std::fs::read_dir(&data).expect("the folder").count(), 0);
}

#[test]
fn a_restore_that_fails_leaves_nothing_behind_and_speaks_of_the_backup() {
    let place = Place::new();
    place.done(ADD, "correct horse battery staple\n");
    place.done("backup guichet.bak", "");
    let (data, aside) = (place.path("data"), place.path("aside"));
    std::fs::rename(&data, &aside).expect("put aside");
    place.refused("restore guichet.bak", "", "master.key is not there");
    assert_eq!(std::fs::read_dir(&data).expect("the folder").count(), 0);

    // Another relay's master key.
    place.done("agent list", "");
    let other = std::fs::read(data.join("master.key")).expect("made");
    std::fs::remove_dir_all(&data).expect("gone");
    std::fs::create_dir(&data).expect("made");
    std::fs::write(data.join("master.key"), other).expect("written");
    place.refused("restore guichet.bak", "", "master");
    let names = || {
        let entries = std::fs::read_dir(&data).expect("the folder").flatten();
        entries.map(|entry| entry.file_name().into_string().expect("text")).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["master.key"]);

    std::fs::copy(aside.join("master.key"), data.join("master.key")).expect("copied");
    let whole = std::fs::read(place.path("guichet.bak")).expect("a backup");
    std::fs::write(place.path("cut.bak"), &whole[..whole.len() - 9]).expect("written");
    let output = place.admin("restore cut.bak", "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("backup") && !said.contains("import"), "{said}");
    assert_eq!(names(), ["master.key"]);
    place.done("restore guichet.bak", "");
}

/// Nothing is decided on a journal with a gap: the relay does not start, and says what to do.
#[test]
fn a_broken_record_is_named_with_what_to_do_and_a_backup_brings_all_back() {
    let place = Place::new();
    place.done(ADD, "correct horse battery staple\n");
    place.done("backup guichet.bak", "");
    let data = place.path("data");
    {
        // Every record lies above the low water then, and the second is broken.
        let db = sled::open(data.join("journal")).expect("it opens");
        db.remove("mlow").expect("written").expect("it was there");
        let (key, value) = db.scan_prefix("j").nth(1).expect("a record").expect("read");
        let mut value = value.to_vec();
        value[20] ^= 1;
        db.insert(key, value).expect("written");
        db.flush().expect("on disk");
    }
    let relay = Command::new(BINARY)
        .args(["relay", "--config"])
        .arg(place.path("relay.toml"))
        .output()
        .expect("the binary runs");
    assert_eq!(relay.status.code(), Some(1));
    let said = String::from_utf8_lossy(&relay.stderr).into_owned();
    let last = said.lines().last().expect("a line");
    for wanted in [
        data.join("journal").to_str().expect("text"),
        "the record at position 2 is broken",
        "`guichet admin journal verify`",
        "`guichet admin restore`",
    ] {
        assert!(last.contains(wanted), "{wanted}: {said}");
    }
    place.refused("agent list", "", "the record at position 2 is broken");
    let verify = place.admin("journal verify --json", "");
    assert_eq!(verify.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&verify.stdout).expect("JSON");
    assert_eq!(report["sound"], false);
    let problems = report["problems"].as_array().expect("problems");
    assert!(problems[0].as_str().is_some_and(|one| one.contains("position 2")), "{problems:?}");

    let aside = place.path("aside");
    std::fs::rename(&data, &aside).expect("put aside");
    std::fs::create_dir(&data).expect("an empty folder");
    std::fs::copy(aside.join("master.key"), data.join("master.key")).expect("the key");
    place.done("restore guichet.bak", "");
    assert_eq!(place.json("journal verify")["sound"], true);
    assert_eq!(place.json("agent list")[0]["name"], "anna");
}
