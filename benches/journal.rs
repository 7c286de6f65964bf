//! What the journal and the vault cost: `cargo bench --bench journal`, or only the vault's part with `--
//! sealing`. Prints one line a figure; the medians of three runs.

use guichet::journal::{
    Checkpoint, Commit, DEFAULT_CACHE_BYTES, Entry, Journal, JournalError, Outcome, Part, Position,
    Sink, SledJournal, StoredEvent, StreamId, Writer, WriterOptions,
};
use guichet::kit::{Secret, Timestamp};
use guichet::vault::{KeyId, MasterKey, Vault};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

const RUN: Duration = Duration::from_secs(3);
const SUBMITTERS: [u64; 3] = [1, 256, 1_024];

struct Answer;

impl Sink<oneshot::Sender<Outcome>> for Answer {
    fn durable(
        &mut self,
        entries: Vec<(Entry<oneshot::Sender<Outcome>>, Outcome)>,
    ) -> Option<Checkpoint> {
        for (entry, outcome) in entries {
            let _ = entry.payload.send(outcome);
        }
        None
    }

    fn failed(&mut self, _: Vec<Entry<oneshot::Sender<Outcome>>>, error: &JournalError) {
        panic!("{error}");
    }
}

/// A commit of about 600 bytes, as a received text makes.
fn commit(stream: u64, version: u64) -> Commit {
    let event = StoredEvent { public: vec![b'x'; 180], sealed: vec![7; 380] };
    let parts = vec![Part {
        stream: StreamId::Conversation(stream),
        expected: version,
        events: vec![event],
    }];
    Commit { id: None, at: Timestamp(1_790_000_000_000), actor: "platform".into(), parts }
}

fn group_commit(submitters: u64) -> (f64, Duration, Duration) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let journal =
        SledJournal::open(&folder.path().join("journal"), DEFAULT_CACHE_BYTES).expect("opens");
    let writer = Writer::spawn(Box::new(journal), || Ok(()), Answer, WriterOptions::default())
        .expect("starts");
    let handle = writer.handle();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let started = Instant::now();
    let mut waits = runtime.expect("a runtime").block_on(async {
        let tasks: Vec<_> = (0..submitters)
            .map(|stream| {
                let handle = handle.clone();
                tokio::spawn(async move {
                    let mut waits = Vec::new();
                    for version in 0.. {
                        let sent = Instant::now();
                        if sent.duration_since(started) > RUN {
                            break;
                        }
                        let (payload, answer) = oneshot::channel();
                        let commit = Some(commit(stream, version));
                        handle.send(Entry { commit, payload }).await.expect("open");
                        let outcome = answer.await.expect("is answered");
                        assert!(matches!(outcome, Outcome::Written(_)), "{outcome:?}");
                        waits.push(sent.elapsed());
                    }
                    waits
                })
            })
            .collect();
        let mut waits = Vec::new();
        for task in tasks {
            waits.extend(task.await.expect("no panic"));
        }
        waits
    });
    let rate = waits.len() as f64 / started.elapsed().as_secs_f64();
    writer.close().expect("closes");
    waits.sort_unstable();
    (rate, waits[waits.len() / 2], waits[waits.len() * 99 / 100])
}

fn reopen(records: u64) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let dir = folder.path().join("journal");
    let mut journal = SledJournal::open(&dir, DEFAULT_CACHE_BYTES).expect("opens");
    let batches = records / 1_000;
    for version in 0..batches {
        let batch: Vec<_> = (0..1_000).map(|stream| commit(stream, version)).collect();
        journal.append(&batch, &Checkpoint::default()).expect("writes");
    }
    let bytes = journal.reader().size_on_disk().expect("measures");
    drop(journal);
    let started = Instant::now();
    let journal = SledJournal::open(&dir, DEFAULT_CACHE_BYTES).expect("opens");
    let opened = started.elapsed();
    let reader = journal.reader();
    let started = Instant::now();
    let mut after = Position::START;
    while let Some(last) = reader.scan(after, 1_000).expect("reads").last() {
        after = last.position;
    }
    println!(
        "open {records} records, all above the low water: {opened:.2?}; scan {:.2?}; {} MB",
        started.elapsed(),
        bytes >> 20
    );
    assert_eq!(after, Position(batches * 1_000));
}

fn sealing() {
    let folder = tempfile::tempdir().expect("a folder");
    let master = MasterKey::from_secret(&Secret::new("17".repeat(32))).expect("a key");
    let dir = folder.path().join("keys");
    let vault = Vault::open(&dir, master.clone()).expect("opens");
    for contact in 0..100_000 {
        vault.ensure(KeyId::Contact(contact));
    }
    let started = Instant::now();
    vault.sync().expect("syncs");
    println!("write 100000 data keys: {:.2?}", started.elapsed());
    let plain = [7; 300];
    let (mut seal, mut open, mut mark) = (Vec::new(), Vec::new(), Vec::new());
    let per = |times: &mut Vec<f64>, started: Instant| {
        times.push(started.elapsed().as_nanos() as f64 / 100_000.0);
    };
    for _ in 0..3 {
        let started = Instant::now();
        let sealed: Vec<_> = (0..100_000)
            .map(|contact| vault.seal(KeyId::Contact(contact), b"place", &plain).expect("a key"))
            .collect();
        per(&mut seal, started);
        let started = Instant::now();
        for (contact, sealed) in (0..).zip(&sealed) {
            vault.unseal(KeyId::Contact(contact), b"place", sealed).expect("opens");
        }
        per(&mut open, started);
        let started = Instant::now();
        for contact in 0..100_000u64 {
            std::hint::black_box(vault.fingerprint("phone", &contact.to_be_bytes()));
        }
        per(&mut mark, started);
    }
    let ns = |times: &mut Vec<f64>| median(times) as u64;
    println!(
        "seal 300 B: {} ns; open: {} ns; fingerprint: {} ns",
        ns(&mut seal),
        ns(&mut open),
        ns(&mut mark)
    );
    let mut hot = Vec::new();
    for _ in 0..3 {
        let started = Instant::now();
        for _ in 0..100_000 {
            let sealed = vault.seal(KeyId::Contact(1), b"place", &plain).expect("a key");
            vault.unseal(KeyId::Contact(1), b"place", &sealed).expect("opens");
        }
        per(&mut hot, started);
    }
    println!("seal and open 300 B, one contact: {} ns", ns(&mut hot));
    let started = Instant::now();
    vault.erase(&[KeyId::Contact(5)]).expect("erases");
    println!("erase one of 100000: {:.2?}", started.elapsed());
    drop(vault);
    let started = Instant::now();
    Vault::open(&dir, master).expect("opens");
    println!("open a vault of 99999 keys: {:.2?}", started.elapsed());
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    sealing();
    if std::env::args().any(|argument| argument == "sealing") {
        return;
    }
    for submitters in SUBMITTERS {
        let mut runs: Vec<_> = (0..3).map(|_| group_commit(submitters)).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (rate, p50, p99) = runs[1];
        println!(
            "group commit, {submitters} submitters: {rate:.0} records/s (of {:.0} to {:.0}), p50 \
             {p50:.2?}, p99 {p99:.2?}",
            runs[0].0, runs[2].0
        );
    }
    reopen(1_000_000);
}
