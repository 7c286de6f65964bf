//! What every adapter must do. Run over each by [`suite`].

use super::*;

/// Opens a journal on the same store each time, the first time an empty one. `None` from the second time on
/// when the adapter does not outlive its closing.
pub(super) type Open<'a> = &'a mut dyn FnMut() -> Option<Box<dyn Journal>>;

fn event(text: &str) -> StoredEvent {
    StoredEvent { public: format!("{{\"v\":\"{text}\"}}").into_bytes(), sealed: vec![1, 2, 3] }
}

pub(super) fn commit(parts: &[(StreamId, u64, usize)]) -> Commit {
    let parts = parts
        .iter()
        .map(|&(stream, expected, count)| Part {
            stream,
            expected,
            events: (0..count)
                .map(|n| event(&format!("{stream} {}", expected + n as u64)))
                .collect(),
        })
        .collect();
    Commit { id: None, at: Timestamp(1_000), actor: "test".into(), parts }
}

pub(super) fn state(stream: StreamId, version: u64, bytes: &[u8]) -> Snapshot {
    Snapshot { stream, block: 0, version, bytes: bytes.to_vec() }
}

const A: StreamId = StreamId::Conversation(1);
const B: StreamId = StreamId::Contact(1);
const NONE: Checkpoint = Checkpoint { snapshots: Vec::new(), low_water: None };

fn at(position: u64) -> Appended {
    Appended::At(Position(position))
}

fn first(open: Open<'_>) -> Box<dyn Journal> {
    open().expect("a new store opens")
}

pub(super) fn order(open: Open<'_>) {
    let mut journal = first(open);
    let reader = journal.reader();
    assert_eq!((reader.head(), reader.low_water()), (Position(0), Position(0)));
    assert_eq!(reader.get(Position(1)).expect("reads"), None);
    let commits: Vec<_> = (0..7).map(|n| commit(&[(A, n, 1)])).collect();
    assert_eq!(journal.append(&commits[..3], &NONE).expect("ok"), [at(1), at(2), at(3)]);
    assert_eq!(journal.append(&[], &NONE).expect("ok"), []);
    assert_eq!(journal.append(&commits[3..], &NONE).expect("ok"), [at(4), at(5), at(6), at(7)]);
    assert_eq!(reader.head(), Position(7));
    let all = reader.scan(Position::START, 100).expect("reads");
    assert_eq!(all.len(), 7);
    for (index, record) in all.iter().enumerate() {
        assert_eq!(record.position, Position(index as u64 + 1));
        assert_eq!(record.commit, commits[index]);
        assert_eq!(reader.get(record.position).expect("reads").as_ref(), Some(record));
    }
    assert_eq!(reader.scan(Position(2), 2).expect("reads"), all[2..4]);
    assert_eq!(reader.scan(Position(7), 2).expect("reads"), []);
    assert_eq!(reader.scan(Position(700), 2).expect("reads"), []);
    assert_eq!(reader.get(Position(0)).expect("reads"), None);
    assert_eq!(reader.get(Position(8)).expect("reads"), None);
    reader.size_on_disk().expect("measures");
}

pub(super) fn versions_and_conflicts(open: Open<'_>) {
    let mut journal = first(open);
    let outcomes = journal
        .append(
            &[
                commit(&[(A, 0, 2)]),
                commit(&[(A, 1, 1)]),
                commit(&[(A, 2, 1)]),
                commit(&[(B, 0, 1)]),
            ],
            &NONE,
        )
        .expect("ok");
    let conflict = Appended::Conflict(A);
    assert_eq!(outcomes, [at(1), conflict, conflict, at(2)], "what follows a failure fails");
    let again = commit(&[(A, 2, 1)]);
    assert_eq!(
        journal.append(std::slice::from_ref(&again), &NONE).expect("ok"),
        [conflict],
        "later too"
    );
    journal.reset(A);
    assert_eq!(journal.append(&[again], &NONE).expect("ok"), [at(3)]);
}

pub(super) fn a_commit_is_one_over_its_streams(open: Open<'_>) {
    let mut journal = first(open);
    let outcomes = journal
        .append(
            &[
                commit(&[(A, 0, 1), (B, 5, 1)]),
                commit(&[(A, 0, 1)]),
                commit(&[(StreamId::Desk, 0, 1), (StreamId::Desk, 1, 2)]),
            ],
            &NONE,
        )
        .expect("ok");
    assert_eq!(outcomes[0], Appended::Conflict(B));
    assert_eq!(outcomes[1], Appended::Conflict(A), "the other stream of the failed one");
    assert_eq!(outcomes[2], at(1));
    journal.reset(A);
    journal.reset(B);
    let both = commit(&[(A, 0, 1), (B, 0, 1)]);
    assert_eq!(journal.append(std::slice::from_ref(&both), &NONE).expect("ok"), [at(2)]);
    assert_eq!(journal.reader().get(Position(2)).expect("reads").expect("there").commit, both);
}

pub(super) fn a_command_runs_once(open: Open<'_>) {
    let mut journal = first(open);
    let with_id = |parts: &[_]| Commit { id: Some([7; 16]), ..commit(parts) };
    let outcomes = journal
        .append(&[with_id(&[(A, 0, 1)]), with_id(&[(A, 1, 1)]), commit(&[(A, 1, 1)])], &NONE)
        .expect("ok");
    assert_eq!(outcomes, [at(1), Appended::Duplicate(Position(1)), at(2)]);
    let later = journal.append(&[with_id(&[(A, 0, 1)])], &NONE).expect("ok");
    assert_eq!(later, [Appended::Duplicate(Position(1))]);
    let reader = journal.reader();
    assert_eq!(reader.command(&[7; 16]).expect("reads"), Some(Position(1)));
    assert_eq!(reader.command(&[8; 16]).expect("reads"), None);
    let refused = Commit { id: Some([9; 16]), ..commit(&[(B, 4, 1)]) };
    journal.append(&[refused], &NONE).expect("ok");
    assert_eq!(reader.command(&[9; 16]).expect("reads"), None, "a conflict uses up no id");
}

pub(super) fn checkpoints(open: Open<'_>) {
    let mut journal = first(open);
    journal.append(&[commit(&[(A, 0, 3)]), commit(&[(B, 0, 1)])], &NONE).expect("ok");
    let long = vec![5; 20_000];
    let snapshots = vec![
        state(A, 3, &long),
        state(B, 1, b"contact"),
        Snapshot { stream: A, block: 2, version: 3, bytes: b"second".to_vec() },
        Snapshot { stream: A, block: 1, version: 2, bytes: long.clone() },
    ];
    let checkpoint = Checkpoint { snapshots, low_water: Some(Position(2)) };
    assert_eq!(journal.append(&[commit(&[(A, 3, 1)])], &checkpoint).expect("ok"), [at(3)]);
    let reader = journal.reader();
    assert_eq!(reader.low_water(), Position(2));
    assert_eq!(reader.snapshot(A, 0).expect("reads"), Some(state(A, 3, &long)));
    assert_eq!(reader.snapshot(A, 1).expect("reads").expect("there").version, 2);
    assert_eq!(reader.snapshot(A, 3).expect("reads"), None);
    assert_eq!(reader.snapshot(StreamId::Desk, 0).expect("reads"), None);

    let shorter = Checkpoint { snapshots: vec![state(A, 4, b"short")], low_water: None };
    journal.append(&[], &shorter).expect("ok");
    assert_eq!(reader.snapshot(A, 0).expect("reads"), Some(state(A, 4, b"short")));
    assert_eq!(reader.low_water(), Position(2), "stays");
    let mut seen = Vec::new();
    reader.each_snapshot(&mut |s| seen.push((s.stream, s.block, s.version))).expect("reads");
    assert_eq!(seen, [(B, 0, 1), (A, 0, 4), (A, 1, 2), (A, 2, 3)]);
    for parts in 1..5 {
        seen.clear();
        for nth in 0..parts {
            let mut see = |state: Result<Snapshot, JournalError>| {
                seen.push(state.map(|s| (s.stream, s.block, s.version)).expect("sound"));
            };
            reader.each_state(nth, parts, &mut see).expect("reads");
        }
        seen.sort();
        assert_eq!(seen, [(B, 0, 1), (A, 0, 4)], "in {parts} parts");
    }

    let outcomes =
        journal.append(&[commit(&[(B, 0, 1)]), commit(&[(A, 4, 1)])], &NONE).expect("ok");
    assert_eq!(outcomes, [Appended::Conflict(B), at(4)], "versions are those of saved states");
    journal.reset(B);
    assert_eq!(journal.append(&[commit(&[(B, 1, 1)])], &NONE).expect("ok"), [at(5)]);
}

pub(super) fn a_checkpoint_may_lose_no_stream(open: Open<'_>) {
    let mut journal = first(open);
    journal.append(&[commit(&[(A, 0, 3)]), commit(&[(B, 0, 1)])], &NONE).expect("ok");
    let forgets = Checkpoint { snapshots: vec![state(A, 3, b"")], low_water: Some(Position(2)) };
    let error = journal.append(&[], &forgets).expect_err("contact 1 would be lost");
    assert!(
        matches!(error, JournalError::Uncovered { stream: B, version: 1, saved: 0 }),
        "{error}"
    );
}

pub(super) async fn tail_has_no_gap(open: Open<'_>) {
    let mut journal = first(open);
    let commits: Vec<_> = (0..40).map(|n| commit(&[(A, n, 1)])).collect();
    journal.append(&commits[..10], &NONE).expect("ok");
    let mut tail = super::tail(journal.reader(), Position(3));
    let writing = tokio::task::spawn_blocking(move || {
        for commit in &commits[10..] {
            journal.append(std::slice::from_ref(commit), &NONE).expect("ok");
        }
    });
    let mut next = 4;
    loop {
        let records = tail.next(7).await.expect("reads");
        if records.is_empty() {
            break;
        }
        assert!(records.len() <= 7);
        for record in records {
            assert_eq!(record.position, Position(next));
            next += 1;
        }
        assert_eq!(tail.position(), Position(next - 1));
    }
    assert_eq!(next, 41, "everything came, and the end of the journal ends the tail");
    writing.await.expect("no panic");
}

pub(super) fn reopened_it_is_the_same(open: Open<'_>) {
    let mut journal = first(open);
    journal.append(&[commit(&[(A, 0, 3)]), commit(&[(B, 0, 1)])], &NONE).expect("ok");
    let checkpoint = Checkpoint {
        snapshots: vec![state(A, 3, b"a"), state(B, 1, b"b")],
        low_water: Some(Position(2)),
    };
    let named = Commit { id: Some([1; 16]), ..commit(&[(A, 3, 1)]) };
    journal.append(std::slice::from_ref(&named), &checkpoint).expect("ok");
    let before = journal.reader().scan(Position::START, 10).expect("reads");
    drop(journal);
    let Some(mut journal) = open() else { return };
    let reader = journal.reader();
    assert_eq!((reader.head(), reader.low_water()), (Position(3), Position(2)));
    assert_eq!(*reader.watch().borrow(), Position(3));
    assert_eq!(reader.scan(Position::START, 10).expect("reads"), before);
    let outcomes = journal
        .append(&[named, commit(&[(B, 1, 1)]), commit(&[(A, 4, 1)]), commit(&[(A, 9, 1)])], &NONE)
        .expect("ok");
    let duplicate = Appended::Duplicate(Position(3));
    assert_eq!(outcomes, [duplicate, at(4), at(5), Appended::Conflict(A)]);
}

pub(super) fn records_of_three_megabytes(open: Open<'_>) {
    let mut journal = first(open);
    let sealed: Vec<u8> = (0..3 << 20).map(|n: u32| (n % 251) as u8).collect();
    let mut big = commit(&[(A, 1, 1)]);
    big.parts[0].events[0].sealed = sealed;
    let batch = [commit(&[(A, 0, 1)]), big, commit(&[(A, 2, 1)])];
    assert_eq!(journal.append(&batch, &NONE).expect("ok"), [at(1), at(2), at(3)]);
    let reader = journal.reader();
    let commits: Vec<_> =
        reader.scan(Position::START, 9).expect("reads").into_iter().map(|r| r.commit).collect();
    assert!(commits == batch, "read back as written");
    drop((journal, reader));
    if let Some(journal) = open() {
        let read = journal.reader().get(Position(2)).expect("reads").expect("there");
        assert!(read.commit == batch[1], "reopened");
    }
}

pub(super) fn export_and_import_are_inverse(open: Open<'_>) {
    let mut journal = first(open);
    let odd = [&b"null"[..], b"", b" {}", b"{\n}", b"no json", b"\xff", br#"{"a":"\u00e9"}"#];
    let events = odd.map(|public| StoredEvent { public: public.to_vec(), sealed: vec![0xff, 0] });
    let mut commits = vec![
        commit(&[(A, 0, 2), (B, 0, 1), (StreamId::Desk, 0, 0)]),
        Commit { id: Some([0xab; 16]), actor: "naïve \"quote\"".into(), ..commit(&[(A, 2, 1)]) },
        Commit { at: Timestamp(i64::MIN), ..commit(&[]) },
    ];
    commits[1].parts[0].events = events.to_vec();
    journal.append(&commits, &NONE).expect("ok");
    let mut text = Vec::new();
    assert_eq!(export(&*journal.reader(), None, &mut text).expect("writes"), 3);
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 3);
    let mut copy = MemoryJournal::new();
    assert_eq!(import(&mut copy, &mut &text[..]).expect("reads"), 3);
    let mut again = Vec::new();
    export(&*copy.reader(), None, &mut again).expect("writes");
    assert_eq!(String::from_utf8(text.clone()), String::from_utf8(again));
    let read = |journal: &dyn Journal| journal.reader().scan(Position::START, 9).expect("reads");
    assert_eq!(read(&copy), read(&*journal));

    let error = import(&mut copy, &mut &text[..]).expect_err("not empty");
    assert!(matches!(error, JournalError::Import { line: 0, .. }));
    drop(journal);
    if let Some(mut filled) = open() {
        import(&mut *filled, &mut &text[..]).expect_err("not empty");
    }
    let mut first_two = Vec::new();
    assert_eq!(export(&*copy.reader(), Some(Position(2)), &mut first_two).expect("writes"), 2);
    assert!(text.starts_with(&first_two));
}

pub(super) fn verify_finds_it_sound(open: Open<'_>) {
    let mut journal = first(open);
    let commits: Vec<_> = (0..600).map(|n| commit(&[(A, n, 1)])).collect();
    let checkpoint = Checkpoint { snapshots: vec![state(A, 0, b"")], low_water: None };
    journal.append(&commits, &checkpoint).expect("ok");
    let report = verify(&*journal.reader()).expect("walks");
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.records, report.events, report.streams, report.snapshots), (600, 600, 1, 1));
}

/// A test for each rule, on the store that `$open` makes: an expression for a `FnMut() -> Option<Box<dyn
/// Journal>>`.
macro_rules! suite {
    ($open:expr) => {
        $crate::journal::conformance::suite!(@ $open,
            order, versions_and_conflicts, a_commit_is_one_over_its_streams, a_command_runs_once,
            checkpoints, a_checkpoint_may_lose_no_stream, reopened_it_is_the_same,
            records_of_three_megabytes, export_and_import_are_inverse, verify_finds_it_sound);

        #[tokio::test(flavor = "multi_thread")]
        async fn tail_has_no_gap() {
            let mut open = $open;
            $crate::journal::conformance::tail_has_no_gap(&mut open).await;
        }

        #[test]
        fn random_work_ends_as_the_model_says() {
            $crate::journal::model::check(|| $open);
        }
    };
    (@ $open:expr, $($name:ident),*) => {
        $(
            #[test]
            fn $name() {
                let mut open = $open;
                $crate::journal::conformance::$name(&mut open);
            }
        )*
    };
}
pub(super) use suite;

mod memory {
    use crate::journal::{Journal, MemoryJournal};

    fn open() -> impl FnMut() -> Option<Box<dyn Journal>> {
        let mut first = true;
        move || {
            std::mem::take(&mut first).then(|| Box::new(MemoryJournal::new()) as Box<dyn Journal>)
        }
    }

    super::suite!(open());
}

mod sled {
    use crate::journal::{Journal, SledJournal};

    fn open() -> impl FnMut() -> Option<Box<dyn Journal>> {
        let dir = tempfile::tempdir().expect("a folder");
        move || {
            let journal = SledJournal::open(&dir.path().join("journal"), 4 << 20).expect("opens");
            Some(Box::new(journal))
        }
    }

    super::suite!(open());
}
