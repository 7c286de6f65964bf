//! The queue's promises, on a journal whose disk the test holds in its hand.

use super::super::conformance::commit;
use super::super::{Held, MemoryJournal, Reader, Snapshot};
use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc as std_mpsc};

const A: StreamId = StreamId::Conversation(1);
const B: StreamId = StreamId::Conversation(2);

#[derive(Debug, PartialEq)]
enum Seen {
    Released(Vec<(u32, Outcome)>),
    Failed(Vec<u32>),
}

struct Recorder {
    to: std_mpsc::Sender<Seen>,
    checkpoint: Option<Checkpoint>,
    last: Option<Checkpoint>,
}

impl Sink<u32> for Recorder {
    fn durable(&mut self, entries: Vec<(Entry<u32>, Outcome)>) -> Option<Checkpoint> {
        for (entry, outcome) in &entries {
            assert_eq!(entry.commit.is_none(), matches!(outcome, Outcome::Nothing(_)));
        }
        let seen = entries.into_iter().map(|(entry, outcome)| (entry.payload, outcome)).collect();
        self.to.send(Seen::Released(seen)).expect("the test listens");
        self.checkpoint.take()
    }

    fn failed(&mut self, entries: Vec<Entry<u32>>, _: &JournalError) {
        let seen = entries.into_iter().map(|entry| entry.payload).collect();
        self.to.send(Seen::Failed(seen)).expect("the test listens");
    }

    fn last_checkpoint(&mut self) -> Option<Checkpoint> {
        self.last.take()
    }
}

fn recorder() -> (Recorder, std_mpsc::Receiver<Seen>) {
    let (to, seen) = std_mpsc::channel();
    (Recorder { to, checkpoint: None, last: None }, seen)
}

fn entry(payload: u32, commit: Option<Commit>) -> Entry<u32> {
    Entry { commit, payload }
}

fn released(seen: &std_mpsc::Receiver<Seen>, count: usize) -> Vec<(u32, Outcome)> {
    let mut all = Vec::new();
    while all.len() < count {
        match seen.recv().expect("more comes") {
            Seen::Released(mut entries) => all.append(&mut entries),
            failed => panic!("{failed:?}"),
        }
    }
    all
}

#[test]
fn nothing_is_released_before_what_stands_ahead_is_durable() {
    let (held, gate) = Held::new(Box::new(MemoryJournal::new()));
    let (sink, seen) = recorder();
    let writer =
        Writer::spawn(Box::new(held), || Ok(()), sink, WriterOptions::default()).expect("starts");
    let handle = writer.handle();
    gate.hold();
    handle.blocking_send(entry(1, Some(commit(&[(A, 0, 1)])))).expect("open");
    gate.wait_for_append();
    handle.blocking_send(entry(2, None)).expect("open");
    handle.blocking_send(entry(3, Some(commit(&[(A, 1, 1)])))).expect("open");
    assert!(seen.try_recv().is_err(), "the disk has not answered");
    gate.release();
    let all = released(&seen, 3);
    let written = |at| Outcome::Written(Position(at));
    assert_eq!(all, [(1, written(1)), (2, Outcome::Nothing(Position(1))), (3, written(2))]);
    writer.close().expect("closes");
}

#[test]
fn a_reset_holds_from_its_place_in_the_queue() {
    let (held, gate) = Held::new(Box::new(MemoryJournal::new()));
    let (sink, seen) = recorder();
    let writer =
        Writer::spawn(Box::new(held), || Ok(()), sink, WriterOptions::default()).expect("starts");
    let handle = writer.handle();
    gate.hold();
    handle.blocking_send(entry(0, Some(commit(&[(B, 0, 1)])))).expect("open");
    gate.wait_for_append();
    handle.blocking_send(entry(1, Some(commit(&[(A, 5, 1)])))).expect("open");
    handle.blocking_send(entry(2, Some(commit(&[(A, 0, 1)])))).expect("open");
    handle.blocking_reset(A);
    handle.blocking_send(entry(3, Some(commit(&[(A, 0, 1)])))).expect("open");
    gate.release();
    let all = released(&seen, 4);
    assert_eq!(all[1..3], [(1, Outcome::Conflict(A)), (2, Outcome::Conflict(A))]);
    assert_eq!(all[3], (3, Outcome::Written(Position(2))));
    writer.close().expect("closes");
}

#[test]
fn a_failure_hands_everything_back_and_ends_the_thread() {
    let (held, gate) = Held::new(Box::new(MemoryJournal::new()));
    let (sink, seen) = recorder();
    let writer =
        Writer::spawn(Box::new(held), || Ok(()), sink, WriterOptions::default()).expect("starts");
    let handle = writer.handle();
    gate.hold();
    handle.blocking_send(entry(1, Some(commit(&[(A, 0, 1)])))).expect("open");
    gate.wait_for_append();
    handle.blocking_send(entry(2, None)).expect("open");
    gate.fail("no disk");
    assert_eq!(seen.recv().expect("more comes"), Seen::Failed(vec![1, 2]));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(handle.closed());
    let refused = handle.try_send(entry(3, None)).expect_err("closed");
    assert!(matches!(&refused, WriterClosed::Closed(_)), "{refused:?}");
    assert_eq!(refused.into_entry().payload, 3);
    assert_eq!(handle.room(), 0);
    let error = writer.close().expect_err("failed");
    assert!(error.to_string().contains("no disk"), "{error}");
}

#[test]
fn the_queue_is_bounded() {
    let (held, gate) = Held::new(Box::new(MemoryJournal::new()));
    let (sink, _seen) = recorder();
    let options = WriterOptions { capacity: 2, batch: 2 };
    let writer = Writer::spawn(Box::new(held), || Ok(()), sink, options).expect("starts");
    let handle = writer.handle();
    gate.hold();
    handle.blocking_send(entry(1, Some(commit(&[(A, 0, 1)])))).expect("open");
    gate.wait_for_append();
    handle.try_send(entry(2, None)).expect("room");
    handle.try_send(entry(3, None)).expect("room");
    assert_eq!(handle.room(), 0);
    assert!(matches!(handle.try_send(entry(4, None)), Err(WriterClosed::Full(_))));
    gate.release();
    writer.close().expect("closes");
}

#[test]
fn checkpoints_go_with_the_next_batch_and_the_last_at_the_end() {
    let journal = MemoryJournal::new();
    let reader: Arc<dyn Reader> = journal.reader();
    let state = |stream, version| Snapshot { stream, block: 0, version, bytes: vec![] };
    let (mut sink, seen) = recorder();
    sink.checkpoint =
        Some(Checkpoint { snapshots: vec![state(A, 1)], low_water: Some(Position(1)) });
    sink.last = Some(Checkpoint {
        snapshots: vec![state(A, 2), state(B, 1)],
        low_water: Some(Position(3)),
    });
    let synced = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&synced);
    let before = move || {
        counting.fetch_add(1, Ordering::SeqCst);
        Ok(())
    };
    let writer =
        Writer::spawn(Box::new(journal), before, sink, WriterOptions::default()).expect("starts");
    let handle = writer.handle();
    handle.blocking_send(entry(1, Some(commit(&[(A, 0, 1)])))).expect("open");
    released(&seen, 1);
    assert_eq!(reader.low_water(), Position(0));
    handle.blocking_send(entry(2, Some(commit(&[(A, 1, 1)])))).expect("open");
    released(&seen, 1);
    assert_eq!(reader.low_water(), Position(1));
    handle.blocking_send(entry(3, Some(commit(&[(B, 0, 1)])))).expect("open");
    writer.close().expect("closes");
    assert_eq!(reader.low_water(), Position(3));
    assert_eq!(reader.snapshot(A, 0).expect("reads").map(|s| s.version), Some(2));
    assert_eq!(
        synced.load(Ordering::SeqCst),
        4,
        "ahead of each append, and of the last checkpoint"
    );
}

#[test]
fn keys_that_cannot_be_written_stop_the_batch() {
    let journal = MemoryJournal::new();
    let reader = journal.reader();
    let (sink, seen) = recorder();
    let before = || Err(JournalError::Keys { what: "no room".into() });
    let writer =
        Writer::spawn(Box::new(journal), before, sink, WriterOptions::default()).expect("starts");
    writer.handle().blocking_send(entry(1, Some(commit(&[(A, 0, 1)])))).expect("open");
    assert_eq!(seen.recv().expect("more comes"), Seen::Failed(vec![1]));
    writer.close().expect_err("failed");
    assert_eq!(reader.head(), Position(0));
}
