//! Events as they lie on disk: a golden file for each version of their form, which is never edited.
//!
//! A change of shape that breaks this test needs a new version: see `journal::codec`.

use guichet::domain::contact::ContactEvent;
use guichet::domain::desk::DeskEvent;
use guichet::domain::event::Event;
use guichet::domain::id::{ContactId, TagKey};
use guichet::domain::identity::IdentityKind;
use guichet::domain::message::Outbound;
use guichet::domain::name::Name;
use guichet::domain::private::Private;
use guichet::domain::ticket::Tags;
use guichet::journal::codec::{StreamEvent, decode, encode, open};
use guichet::journal::{StoredEvent, StreamId};
use guichet::vault::{KeyId, MasterKey, Vault};

const LIFTED: &str = r#"{"is":"tagged""#;
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
        if !text.starts_with(LIFTED) {
            assert_eq!(public(&event), text);
        }
    }
}

/// Version 1 had labels in the clear; they are lifted to fingerprints and a body.
#[test]
fn version_2_is_read_and_written_alike_and_labels_are_lifted_to_it_and_sealed() {
    let (stream, old) = lines().find(|(_, text)| text.starts_with(LIFTED)).expect("a line");
    let stored = StoredEvent { public: old.as_bytes().to_vec(), sealed: Vec::new() };
    let Ok(StreamEvent::Conversation(Event::Tagged { add, remove, body, .. })) =
        decode(stream, &stored)
    else {
        panic!("it is not lifted");
    };
    assert_eq!((add, remove.len()), (vec![TagKey::of_clear("vip")], 0));
    assert_eq!(body.as_clear().expect("clear").add, [Name::from("vip")]);

    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::open(&folder.path().join("keys"), MasterKey::generate()).expect("a vault");
    for line in include_str!("golden/events_v2.ndjson").lines() {
        let (stream, text) = line.split_once(' ').expect("a stream and an event");
        let stream = stream.parse().expect("a stream");
        let stored = StoredEvent { public: text.as_bytes().to_vec(), sealed: Vec::new() };
        let mut event = decode(stream, &stored).expect("it is read");
        if let StreamEvent::Conversation(Event::Tagged { body, .. }) = &mut event {
            let names = vec![Name::from("Anna Rossi"), Name::from("vip")];
            *body = Private::clear(Tags { add: names, remove: Vec::new() });
        }
        let part = encode(&vault, stream, Some(ContactId(1)), 0, &[event]).expect("it is written");
        assert_eq!(String::from_utf8_lossy(&part.events[0].public), text);
        let sealed = &part.events[0].sealed;
        if !text.contains("\"tagged\"") {
            continue;
        }
        let tags: Tags = open(&vault, KeyId::Contact(1), stream, 1, sealed).expect("it opens");
        assert_eq!(tags.add[0], Name::from("Anna Rossi"));
    }
}

/// A stream, an event, and what is said: JSON, or `-`.
fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (stream, rest) = line.split_once(' ')?;
    let mut events = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
    events.next()?.ok()?;
    let (text, said) = rest.split_at(events.byte_offset());
    Some((stream, text, said.trim()))
}

#[test]
fn version_3_is_read_and_written_alike_and_what_is_said_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::open(&folder.path().join("keys"), MasterKey::generate()).expect("a vault");
    for line in include_str!("golden/events_v3.ndjson").lines() {
        // The event is one piece of JSON, which may have blanks.
        let Some((stream, text, said)) = parts(line) else {
            panic!("a stream, an event and what is said: {line}");
        };
        let stream = stream.parse().expect("a stream");
        let stored = StoredEvent { public: text.as_bytes().to_vec(), sealed: Vec::new() };
        let mut event = decode(stream, &stored).expect("it is read");
        if let StreamEvent::Conversation(Event::Queued { kind, body, .. }) = &mut event {
            let outbound: Outbound = serde_json::from_str(said).expect("what is said");
            assert_eq!(*kind, outbound.content.kind(), "{said}");
            *body = Private::clear(outbound);
        }
        let part = encode(&vault, stream, Some(ContactId(1)), 0, &[event]).expect("it is written");
        assert_eq!(String::from_utf8_lossy(&part.events[0].public), text);
        // What is no message says nothing.
        if said == "-" {
            continue;
        }
        let opened: Outbound =
            open(&vault, KeyId::Contact(1), stream, 1, &part.events[0].sealed).expect("it opens");
        assert_eq!(serde_json::to_string(&opened).expect("JSON"), said);
    }
}

/// What the platform says of a failure is sealed beside an event that reads as it always did.
#[test]
fn the_platforms_words_stand_in_no_public_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::open(&folder.path().join("keys"), MasterKey::generate()).expect("a vault");
    let mut seen = 0;
    for (stream, text) in lines() {
        let stored = StoredEvent { public: text.as_bytes().to_vec(), sealed: Vec::new() };
        let mut event = decode(stream, &stored).expect("it is read");
        let StreamEvent::Conversation(
            Event::Failed { body, .. }
            | Event::Deferred { body, .. }
            | Event::StatusSeen { body, .. },
        ) = &mut event
        else {
            continue;
        };
        *body = Private::clear("Message undeliverable".to_owned());
        let part = encode(&vault, stream, Some(ContactId(1)), 0, &[event]).expect("it is written");
        let StoredEvent { public, sealed } = &part.events[0];
        assert_eq!(String::from_utf8_lossy(public), text);
        let said: String = open(&vault, KeyId::Contact(1), stream, 1, sealed).expect("it opens");
        assert_eq!(said, "Message undeliverable");
        seen += 1;
    }
    assert_eq!(seen, 4);
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

/// Saved contacts hold a kind by its number: a new one comes last, so that older states are read as before.
#[test]
fn kinds_of_identities_keep_their_numbers() {
    use IdentityKind::{Group, Phone, UserId, Username};
    for (number, kind) in [(0, UserId), (1, Phone), (2, Username), (3, Group)] {
        assert_eq!(postcard::to_allocvec(&kind), Ok(vec![number]));
        assert_eq!(postcard::from_bytes(&[number]), Ok(kind));
    }
}

#[test]
fn what_a_newer_version_wrote_is_refused_and_says_so() {
    let public = br#"{"v":4,"is":"started"}"#.to_vec();
    let stored = StoredEvent { public, sealed: Vec::new() };
    let error = decode(StreamId::Conversation(1), &stored).expect_err("newer").to_string();
    assert!(error.contains("version 4") && error.contains("newer guichet"), "{error}");
}
