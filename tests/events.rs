//! Events as they lie on disk: a golden file for each version of their form, which is never edited.
//!
//! A change of shape that breaks this test needs a new version: see `journal::codec`.

use guichet::domain::contact::ContactEvent;
use guichet::domain::desk::DeskEvent;
use guichet::domain::event::Event;
use guichet::journal::codec::{StreamEvent, decode};
use guichet::journal::{StoredEvent, StreamId};

const GOLDEN: &str = include_str!("golden/events_v1.ndjson");

fn public(event: &StreamEvent) -> String {
    match event {
        StreamEvent::Conversation(event) => serde_json::to_string(event),
        StreamEvent::Contact(event) => serde_json::to_string(event),
        StreamEvent::Desk(event) => serde_json::to_string(event),
    }
    .expect("events are JSON")
}

fn lines() -> impl Iterator<Item = (StreamId, &'static str)> {
    GOLDEN.lines().filter(|line| !line.is_empty()).map(|line| {
        let (stream, event) = line.split_once(' ').expect("a stream and an event");
        (stream.parse().expect("a stream"), event)
    })
}

#[test]
fn what_version_1_wrote_is_read_and_written_alike() {
    for (stream, text) in lines() {
        let stored = StoredEvent { public: text.as_bytes().to_vec(), sealed: Vec::new() };
        let event = decode(stream, &stored).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(public(&event), text);
    }
}

#[test]
fn every_kind_of_event_has_its_line() {
    let word = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        value["is"].as_str().expect("a word").to_owned()
    };
    let known: std::collections::BTreeSet<_> = lines().map(|(_, text)| word(text)).collect();
    // serde names every variant it knows when it is asked for one that it does not.
    let asked = |error: serde_json::Error| {
        let text = error.to_string();
        let names = text.split('`').skip(3).step_by(2);
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let nothing = r#"{"is":"?"}"#;
    let mut all = asked(serde_json::from_str::<Event>(nothing).expect_err("unknown"));
    all.extend(asked(serde_json::from_str::<ContactEvent>(nothing).expect_err("unknown")));
    all.extend(asked(serde_json::from_str::<DeskEvent>(nothing).expect_err("unknown")));
    assert!(all.len() > 40, "{all:?}");
    let missing: Vec<_> = all.iter().filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "no golden line for {missing:?}");
}

#[test]
fn what_a_newer_version_wrote_is_refused_and_says_so() {
    let public = br#"{"v":2,"is":"started"}"#.to_vec();
    let stored = StoredEvent { public, sealed: Vec::new() };
    let error = decode(StreamId::Conversation(1), &stored).expect_err("newer").to_string();
    assert!(error.contains("version 2") && error.contains("newer guichet"), "{error}");
}
