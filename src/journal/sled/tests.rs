//! What only the store on disk can get wrong.

use super::*;
use crate::journal::conformance::commit;
use crate::journal::verify;
use std::fs;

const A: StreamId = StreamId::Conversation(1);

fn filled(dir: &Path) -> SledJournal {
    let mut journal = SledJournal::open(dir, 1 << 20).expect("opens");
    let mut long = commit(&[(A, 2, 1)]);
    long.parts[0].events[0].sealed = vec![9; 10_000];
    let batch = [commit(&[(A, 0, 1)]), commit(&[(A, 1, 1)]), long, commit(&[(A, 3, 1)])];
    journal.append(&batch, &Checkpoint::default()).expect("ok");
    journal
}

#[test]
fn a_broken_record_is_named_and_the_rest_still_reads() {
    let key = layout::record_key(Position(2));
    let piece = layout::piece_key(&layout::record_key(Position(3)), 1);
    let temp = tempfile::tempdir().expect("a folder");
    for (name, breaks) in [
        (
            "flipped",
            (|db: &Db, key: &[u8], _: &[u8]| {
                let mut value = db.get(key).expect("reads").expect("there").to_vec();
                value[20] ^= 1;
                db.insert(key, value).expect("writes");
            }) as fn(&Db, &[u8], &[u8]),
        ),
        ("removed", |db, key, _| {
            db.remove(key).expect("removes");
        }),
        ("piece", |db, _, piece| {
            db.remove(piece).expect("removes");
        }),
    ] {
        let journal = filled(&temp.path().join(name));
        let broken = if name == "piece" { 3 } else { 2 };
        breaks(&journal.shared.db, &key, &piece);
        let reader = journal.reader();
        let error = reader.scan(Position::START, 10).expect_err("is noticed");
        assert!(
            matches!(error, JournalError::Corrupt { position: Position(at), .. } if at == broken),
            "{name}: {error}"
        );
        assert!(reader.get(Position(1)).expect("reads").is_some());
        assert!(reader.get(Position(4)).expect("reads").is_some());
        let report = verify(&*reader).expect("walks");
        assert_eq!(report.records, 3, "{name}");
        assert!(report.problems[0].contains(&format!("position {broken}")), "{report:?}");
        drop((journal, reader));
        let error = SledJournal::open(&temp.path().join(name), 1 << 20).err().expect("is noticed");
        assert!(matches!(error, JournalError::Corrupt { .. }), "{name}: {error}");
    }
}

#[test]
fn no_value_and_no_file_is_larger_than_it_may_be() {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path().join("journal");
    let mut journal = SledJournal::open(&dir, 1 << 20).expect("opens");
    let mut big = commit(&[(A, 0, 1)]);
    big.parts[0].events[0].sealed = vec![1; 3 << 20];
    let snapshot = Snapshot { stream: A, block: 1, version: 0, bytes: vec![2; 1 << 20] };
    let checkpoint = Checkpoint { snapshots: vec![snapshot], low_water: None };
    journal.append(&[big], &checkpoint).expect("ok");
    for entry in journal.shared.db.iter() {
        let (_, value) = entry.expect("reads");
        assert!(value.len() <= layout::MOST_VALUE);
    }
    let blobs = fs::read_dir(dir.join("blobs")).expect("sled makes it").count();
    assert_eq!(blobs, 0, "sled never syncs what it puts there");
    assert!(journal.reader().size_on_disk().expect("measures") > 4 << 20);
}

#[test]
fn a_second_owner_is_refused() {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path().join("journal");
    let _journal = SledJournal::open(&dir, 1 << 20).expect("opens");
    let error = SledJournal::open(&dir, 1 << 20).err().expect("is refused");
    assert!(matches!(error, JournalError::Locked { .. }), "{error}");
}

#[test]
fn a_store_half_made_is_made_anew() {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path().join("journal");
    fs::create_dir(temp.path().join("journal.new")).expect("makes");
    fs::write(temp.path().join("journal.new/db"), b"half").expect("writes");
    fs::create_dir(&dir).expect("an empty folder is as good as none");
    drop(filled(&dir));
    assert!(!temp.path().join("journal.new").exists());
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path().join("journal");
    drop(::sled::open(&dir).expect("opens"));
    let error = SledJournal::open(&dir, 1 << 20).err().expect("is refused");
    assert!(matches!(error, JournalError::Format { .. }), "{error}");
}

#[test]
fn an_error_is_the_last_thing_it_does() {
    let temp = tempfile::tempdir().expect("a folder");
    let mut journal = filled(&temp.path().join("journal"));
    let beyond = Checkpoint { snapshots: vec![], low_water: Some(Position(99)) };
    journal.append(&[], &beyond).expect_err("beyond the head");
    let next = commit(&[(A, 4, 1)]);
    journal.append(&[next], &Checkpoint::default()).expect_err("was broken");
}
