//! What a killed process and a cut of power leave behind, and the order of system calls that makes it so.
//!
//! Each test starts this binary again, as the test `child_writes`, with `GUICHET_TEST_DIR` set: that one
//! writes and says on its standard output what it was told is durable. Rounds of the power cut: 3, or
//! `GUICHET_ROUNDS`.

use guichet::journal::{
    Checkpoint, Commit, DEFAULT_CACHE_BYTES, Entry, JournalError, Outcome, Part, Position, Sink,
    SledJournal, Snapshot, StoredEvent, StreamId, Writer, WriterOptions, verify,
};
use guichet::kit::{Secret, Timestamp};
use guichet::vault::{KeyId, MasterKey, Vault};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

const DIR: &str = "GUICHET_TEST_DIR";
const COMMITS: &str = "GUICHET_TEST_COMMITS";
const BIG: &str = "GUICHET_TEST_BIG";
const BIG_BYTES: usize = 3 << 20;
const CONTACTS: u64 = 40;

fn master() -> MasterKey {
    MasterKey::from_secret(&Secret::new("17".repeat(32))).expect("a key")
}

/// What entry `number` says in clear: its number, and a length that varies.
fn clear(number: u64) -> Vec<u8> {
    let mut text = format!("entry {number} ").into_bytes();
    text.resize(text.len() + (number as usize * 131) % 900, b'.');
    text
}

/// The same as the child writes it with [`BIG`].
fn written(number: u64, big: bool) -> Vec<u8> {
    let mut text = clear(number);
    if big {
        text.resize(BIG_BYTES, b'.');
    }
    text
}

/// The contact of entry `number`: now and then a new one, whose key is new too.
fn contact(number: u64) -> u64 {
    if number.is_multiple_of(7) { CONTACTS + number / 7 } else { number % CONTACTS }
}

struct Acknowledge {
    versions: HashMap<StreamId, u64>,
    since_checkpoint: usize,
}

impl Sink<u64> for Acknowledge {
    fn durable(&mut self, entries: Vec<(Entry<u64>, Outcome)>) -> Option<Checkpoint> {
        let mut out = std::io::stdout().lock();
        let mut last = Position::START;
        for (entry, outcome) in entries {
            let Outcome::Written(position) = outcome else { panic!("{outcome:?}") };
            let stream = entry.commit.expect("is there").parts[0].stream;
            *self.versions.entry(stream).or_insert(0) += 1;
            writeln!(out, "\nack {} {position}", entry.payload).expect("the parent listens");
            self.since_checkpoint += 1;
            last = position;
        }
        out.flush().expect("the parent listens");
        if self.since_checkpoint < 500 {
            return None;
        }
        self.since_checkpoint = 0;
        let state = |(stream, version): (&StreamId, &u64)| Snapshot {
            stream: *stream,
            block: 0,
            version: *version,
            bytes: vec![1; 700],
        };
        let snapshots = self.versions.iter().map(state).collect();
        Some(Checkpoint { snapshots, low_water: Some(last) })
    }

    fn failed(&mut self, _: Vec<Entry<u64>>, error: &JournalError) {
        panic!("{error}");
    }
}

/// Not a test by itself: the process that is traced, killed and cut off.
#[test]
fn child_writes() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else { return };
    let most: u64 = std::env::var(COMMITS).map_or(u64::MAX, |text| text.parse().expect("a number"));
    let big = std::env::var_os(BIG).is_some();
    let vault = Arc::new(Vault::open(&dir.join("keys"), master()).expect("opens"));
    let journal = SledJournal::open(&dir.join("journal"), DEFAULT_CACHE_BYTES).expect("opens");
    let keys = Arc::clone(&vault);
    let before =
        move || keys.sync().map_err(|error| JournalError::Keys { what: error.to_string() });
    let sink = Acknowledge { versions: HashMap::new(), since_checkpoint: 0 };
    let options = WriterOptions { capacity: if most < 100 { 1 } else { 64 }, batch: 32 };
    let writer = Writer::spawn(Box::new(journal), before, sink, options).expect("starts");
    let handle = writer.handle();
    println!("\nready");
    let mut versions = HashMap::new();
    for number in 0..most {
        let stream = StreamId::Conversation(contact(number));
        let version = versions.entry(stream).or_insert(0);
        let key = KeyId::Contact(contact(number));
        vault.ensure(key);
        let clear = written(number, big);
        let sealed = vault.seal(key, &number.to_be_bytes(), &clear).expect("there is a key");
        let events = vec![StoredEvent { public: number.to_string().into_bytes(), sealed }];
        let parts = vec![Part { stream, expected: *version, events }];
        *version += 1;
        let commit = Commit { id: None, at: Timestamp(number as i64), actor: "test".into(), parts };
        handle.blocking_send(Entry { commit: Some(commit), payload: number }).expect("open");
    }
    writer.close().expect("closes");
}

fn child(dir: &Path) -> Vec<(&'static str, PathBuf)> {
    vec![(DIR, dir.to_path_buf())]
}

const CHILD_ARGUMENTS: [&str; 4] = ["child_writes", "--exact", "--nocapture", "--test-threads=1"];

/// Says that a test was skipped; where nothing may be skipped, fails.
fn skip(test: &str, why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{test} needs {why}");
    println!("skipped {test}: {why} is not there");
}

fn there_is(program: &str) -> bool {
    let mut probe = Command::new(program);
    probe.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// Every acknowledged entry is there and opens, once; returns how many records there are.
fn compare(dir: &Path, acknowledged: &[(u64, u64)], big: bool, round: &str) -> u64 {
    let vault = Vault::open(&dir.join("keys"), master())
        .unwrap_or_else(|error| panic!("{round}: the vault does not open: {error}"));
    let journal = SledJournal::open(&dir.join("journal"), DEFAULT_CACHE_BYTES)
        .unwrap_or_else(|error| panic!("{round}: the journal does not open: {error}"));
    let reader = guichet::journal::Journal::reader(&journal);
    let report = verify(&*reader).expect("walks");
    assert!(report.is_sound(), "{round}: {:?}", report.problems);
    for &(number, position) in acknowledged {
        let record = reader.get(Position(position)).expect("reads");
        let record = record.unwrap_or_else(|| panic!("{round}: {number} was lost"));
        let event = &record.commit.parts[0].events[0];
        assert_eq!(event.public, number.to_string().into_bytes(), "{round}");
        let key = KeyId::Contact(contact(number));
        let opened = vault
            .unseal(key, &number.to_be_bytes(), &event.sealed)
            .unwrap_or_else(|error| panic!("{round}: {number}: {error}"));
        assert!(opened == written(number, big), "{round}: {number}");
    }
    reader.head().0
}

/// Builds what keeps beside a folder what a cut of power would leave of it.
fn shim(dir: &Path) -> PathBuf {
    let shim = dir.join("shim.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/powercut/shim.c");
    let compiled = Command::new("gcc")
        .args(["-O2", "-shared", "-fPIC", "-o"])
        .args([&shim, &source])
        .args(["-ldl", "-lpthread"])
        .status();
    assert!(compiled.expect("gcc runs").success());
    shim
}

/// Kills a child after so many answers and cuts its power; how many there were, all of which are there.
fn cut(shim: &Path, answers: usize, big: bool) -> usize {
    let temp = tempfile::tempdir().expect("a folder");
    let (data, shadow) = (temp.path().join("data"), temp.path().join("shadow"));
    fs::create_dir(&data).expect("creates");
    fs::create_dir(&shadow).expect("creates");
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(CHILD_ARGUMENTS).envs(child(&data));
    command.env("SHADOW_SRC", &data).env("SHADOW_DST", &shadow).env("LD_PRELOAD", shim);
    if big {
        command.env(BIG, "1");
    }
    let mut process = command.stdout(Stdio::piped()).spawn().expect("starts");
    let mut lines = BufReader::new(process.stdout.take().expect("is piped"));
    let mut acknowledged = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        assert!(lines.read_line(&mut line).expect("reads") > 0, "the child ended by itself");
        let ready = line.trim() == "ready";
        acknowledged.extend(parse(&line));
        if (ready && answers == 0) || (acknowledged.len() > answers) {
            break;
        }
    }
    process.kill().expect("is killed");
    process.wait().expect("ended");
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("reads");
    // The last line may be cut off.
    let whole = rest.rfind('\n').map_or("", |end| &rest[..end]);
    acknowledged.extend(whole.lines().filter_map(parse));
    compare(&data, &acknowledged, big, &format!("{answers}, killed"));
    let there = compare(&shadow, &acknowledged, big, &format!("{answers}, power cut"));
    println!("cut after {answers}: {} acknowledged, {there} there", acknowledged.len());
    acknowledged.len()
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    if !there_is("gcc") {
        return skip("the power cut", "gcc");
    }
    let temp = tempfile::tempdir().expect("a folder");
    let shim = shim(temp.path());
    let rounds = std::env::var("GUICHET_ROUNDS").map_or(3, |text| text.parse().expect("a number"));
    // The first round is cut right after the store was made, the others later and later.
    let total: usize = (0..rounds).map(|round| cut(&shim, round * 1_700 % 9_000, false)).sum();
    assert!(rounds < 3 || total > 1_000, "only {total} were acknowledged");
}

/// Of records so large that sled moves others meanwhile, so that it writes also while they are synced.
#[test]
fn a_power_cut_loses_no_three_megabytes_that_were_acknowledged() {
    if !there_is("gcc") {
        return skip("the power cut of 3 MB", "gcc");
    }
    let temp = tempfile::tempdir().expect("a folder");
    let shim = shim(temp.path());
    for answers in 0..5 {
        cut(&shim, answers, true);
    }
}

fn parse(line: &str) -> Option<(u64, u64)> {
    let (number, position) = line.trim().strip_prefix("ack ")?.split_once(' ')?;
    Some((number.parse().ok()?, position.parse().ok()?))
}

#[derive(Debug, PartialEq)]
enum Call {
    /// To sled's file or below its folder.
    StoreWrite,
    StoreSync,
    KeysWrite,
    KeysSync,
    /// A file that sled never syncs.
    Blob,
    Acknowledged(u64),
}

/// The calls that matter, in the order they were completed, without those of sled's own background thread.
fn calls(trace: &str) -> Vec<Call> {
    let mut unfinished: HashMap<&str, &str> = HashMap::new();
    let mut seen = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        // strace cuts a call in two when another thread comes between; the arguments are in the first half.
        let call = if call.ends_with("<unfinished ...>") {
            unfinished.insert(thread, call);
            if !call.starts_with("write(1<") { continue } else { call }
        } else if call.starts_with("<... ") {
            let Some(start) = unfinished.remove(thread) else { continue };
            if start.starts_with("write(1<") { continue } else { start }
        } else {
            call
        };
        let (name, arguments) = call.split_once('(').unwrap_or((call, ""));
        let store = arguments.contains("/journal/db>") || arguments.contains("/journal.new/db>");
        let keys = arguments.contains("/keys/keys-");
        match name {
            _ if arguments.contains("/blobs/") && arguments.contains("O_CREAT") => {
                seen.push(Call::Blob);
            }
            "pwrite64" if store => seen.push(Call::StoreWrite),
            "fdatasync" if store => seen.push(Call::StoreSync),
            "pwrite64" if keys => seen.push(Call::KeysWrite),
            "fdatasync" if keys => seen.push(Call::KeysSync),
            "write" if arguments.starts_with("1<") => {
                let (_, text) = arguments.split_once('"').unwrap_or_default();
                let texts = text.split("\\n").filter_map(parse);
                seen.extend(texts.map(|(number, _)| Call::Acknowledged(number)));
            }
            _ => {}
        }
    }
    seen
}

fn traced(commits: u64, big: bool) -> Vec<Call> {
    let temp = tempfile::tempdir().expect("a folder");
    let output = temp.path().join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-y", "-s", "200", "-e"])
        .arg("trace=openat,pwrite64,write,fdatasync")
        .arg("-o")
        .arg(&output)
        .arg(std::env::current_exe().expect("this binary"))
        .args(CHILD_ARGUMENTS)
        .envs(child(temp.path()))
        .env(COMMITS, commits.to_string())
        .stdout(Stdio::null());
    if big {
        command.env(BIG, "1");
    }
    assert!(command.status().expect("strace runs").success());
    calls(&String::from_utf8_lossy(&fs::read(&output).expect("reads")))
}

/// Keys written and synced, then the store written and synced, then the answer: for every answer.
fn check_order(calls: &[Call], commits: u64, big: bool) {
    assert!(!calls.contains(&Call::Blob), "a value went to a file that is never synced");
    let mut since = 0;
    let mut answered = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let Call::Acknowledged(number) = call else { continue };
        answered.push(*number);
        let before = &calls[since..index];
        let synced = before.iter().rposition(|call| *call == Call::StoreSync);
        let Some(synced) = synced else {
            // Answers of one batch come together: nothing between them.
            assert!(since > 0 && before.is_empty(), "{number} was answered without a sync");
            continue;
        };
        let written = before.iter().position(|call| *call == Call::StoreWrite);
        assert!(written.is_some_and(|written| written < synced), "{number}: {before:?}");
        // What sled moves by itself, it moves at any time; that of large records nothing is missing, the power
        // cut shows.
        assert!(big || !before[synced..].contains(&Call::StoreWrite), "{number}: {before:?}");
        let keys = before.iter().position(|call| *call == Call::KeysWrite);
        if let Some(keys) = keys {
            let keys_synced = before.iter().position(|call| *call == Call::KeysSync);
            assert!(keys_synced.is_some_and(|at| keys < at && at < synced), "{number}: {before:?}");
        }
        since = index + 1;
    }
    assert_eq!(answered, (0..commits).collect::<Vec<_>>());
    assert!(calls.contains(&Call::KeysSync));
}

#[test]
fn an_answer_follows_the_fdatasync_of_what_it_answers() {
    if !there_is("strace") {
        return skip("the order of system calls", "strace");
    }
    check_order(&traced(12, false), 12, false);
}

#[test]
fn three_megabytes_are_synced_like_anything_else() {
    if !there_is("strace") {
        return skip("the order of system calls of 3 MB", "strace");
    }
    check_order(&traced(3, true), 3, true);
}
