//! Labels of tickets: sealed on disk, shown as given, and read from what was written when they were not sealed.

use crate::rig::{Rig, config};
use guichet::domain::roster::Role;
use guichet::journal::{
    Checkpoint, Commit, DEFAULT_CACHE_BYTES, Journal, Part, SledJournal, StoredEvent, StreamId,
};
use guichet::kit::{Clock, Timestamp};
use serde_json::json;

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &tempfile::TempDir) -> Rig {
    Rig::start(config(dir.path(), "1", "2"), Clock::manual(Timestamp::from_secs(NOW))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_shown_as_given_and_lie_sealed() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    for (add, remove, shown) in [
        (vec!["vip", "annarossi"], vec![], vec!["annarossi", "vip"]),
        (vec!["vip", "angry"], vec!["annarossi", "none"], vec!["angry", "vip"]),
        (vec!["annarossi"], vec!["angry"], vec!["annarossi", "vip"]),
    ] {
        let action = json!({"do": "tag", "add": add, "remove": remove});
        rig.act(&anna, 1, action).await;
        let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
        assert_eq!(ticket["tags"], json!(shown));
    }
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    assert!(thread.to_string().contains("tags +angry -annarossi by anna"), "{thread}");
    rig.daemon.stop().await.expect("a clean stop");
    let mut folders = vec![dir.path().join("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Ok(bytes) = std::fs::read(entry.path()) {
                let found = bytes.windows(9).any(|window| window == b"annarossi");
                assert!(!found, "in {}", entry.path().display());
            }
        }
    }
    let rig = self::rig(&dir).await;
    let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
    assert_eq!(ticket["tags"], json!(["annarossi", "vip"]));
    rig.daemon.stop().await.expect("a clean stop");
}

/// A saved state with its label as it was saved before: by name.
fn by_name(saved: &[u8], name: &str) -> Vec<u8> {
    let label = |at: &usize| {
        let length = usize::from(saved[*at]);
        let text = saved.get(at + 1..at + 1 + length).and_then(|text| str::from_utf8(text).ok());
        text.is_some_and(|text| text.starts_with('\u{1}') && text.matches('.').count() == 2)
    };
    let at = (0..saved.len()).find(label).expect("a label");
    let rest = &saved[at + 1 + usize::from(saved[at])..];
    [&saved[..at], &[u8::try_from(name.len()).expect("short")], name.as_bytes(), rest].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_of_before_are_read_from_the_journal_and_from_saved_states() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("data/journal");
    let stream = StreamId::Conversation(1);
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    rig.daemon.stop().await.expect("a clean stop");
    {
        let mut journal = SledJournal::open(&path, DEFAULT_CACHE_BYTES).expect("opens");
        let state = journal.reader().snapshot(stream, 0).expect("read").expect("is saved");
        let at = Timestamp::from_secs(NOW);
        let public =
            format!(r#"{{"is":"tagged","at":{},"add":["vip","angry"],"remove":[]}}"#, at.0);
        let events = vec![StoredEvent { public: public.into_bytes(), sealed: Vec::new() }];
        let parts = vec![Part { stream, expected: state.version, events }];
        let commit = Commit { id: None, at, actor: "anna".into(), parts };
        journal.append(&[commit], &Checkpoint::default()).expect("is written");
    }
    let rig = self::rig(&dir).await;
    let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
    assert_eq!(ticket["tags"], json!(["angry", "vip"]));
    rig.act(&anna, 1, json!({"do": "tag", "add": ["vip"], "remove": ["angry"]})).await;
    let (_, thread) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
    assert!(thread.to_string().contains("tags +vip +angry by anna"), "{thread}");
    rig.daemon.stop().await.expect("a clean stop");
    {
        let mut journal = SledJournal::open(&path, DEFAULT_CACHE_BYTES).expect("opens");
        let reader = journal.reader();
        let mut state = reader.snapshot(stream, 0).expect("read").expect("is saved");
        state.bytes = by_name(&state.bytes, "vip");
        let checkpoint = Checkpoint { snapshots: vec![state], low_water: Some(reader.head()) };
        journal.append(&[], &checkpoint).expect("is saved");
    }
    let rig = self::rig(&dir).await;
    let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
    assert_eq!(ticket["tags"], json!(["vip"]));
    let (_, found) = rig.read(&anna, "/api/v1/tickets?query=vip").await;
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    rig.act(&anna, 1, json!({"do": "tag", "add": ["new"], "remove": ["vip"]})).await;
    let (_, ticket) = rig.read(&anna, "/api/v1/tickets/1").await;
    assert_eq!(ticket["tags"], json!(["new"]));
    rig.daemon.stop().await.expect("a clean stop");
}
