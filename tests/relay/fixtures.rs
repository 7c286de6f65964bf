//! Payloads replayed: nothing of them is lost. Our own, written after the platform's reference, are in
//! `tests/payloads`; recorded ones come from the folder that GUICHET_FIXTURES names.

use crate::rig::{Rig, config};
use guichet::kit::{Clock, Timestamp};
use guichet::whatsapp::webhook::{self, Fact};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
}

/// Every payload of every file, with its name: our own, and those of the folder that GUICHET_FIXTURES names.
pub(crate) fn payloads() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads"), &mut paths);
    let own = paths.len();
    match std::env::var_os("GUICHET_FIXTURES") {
        Some(folder) => {
            files(Path::new(&folder), &mut paths);
            assert!(paths.len() > own, "GUICHET_FIXTURES names a folder without payloads");
        }
        None => println!("GUICHET_FIXTURES names no folder: only our own payloads"),
    }
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("the file is readable");
        let Ok(payloads) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(&text) else {
            continue;
        };
        let named = |name: String| format!("{name} of {}", path.display());
        all.extend(payloads.into_iter().map(|(name, body)| (named(name), body.get().to_owned())));
    }
    assert!(all.len() > 25, "our own are there");
    all
}

/// Each payload of each file goes to a fresh store with its line configured.
#[tokio::test(flavor = "multi_thread")]
async fn every_fixture_is_taken_and_nothing_is_lost() {
    let all = payloads();
    let (mut payloads, mut visible, mut placeholders, mut kept) = (0, 0, 0, 0);
    for (name, body) in all {
        let items = webhook::parse(body.as_bytes()).expect("an envelope");
        let find = |of: fn(&webhook::Origin) -> Option<&String>| {
            items.iter().find_map(|item| of(&item.origin).cloned())
        };
        let number = find(|origin| origin.phone_number_id.as_ref()).unwrap_or("1".into());
        let account = find(|origin| origin.waba_id.as_ref()).unwrap_or("2".into());
        let ids = |id: &str| id.chars().all(|c| c.is_ascii_digit()) && !id.is_empty();
        let (number, account, body) = match (ids(&number), ids(&account)) {
            (true, true) => (number, account, body.clone()),
            // Placeholders of the documentation are no ids that a line could have.
            _ => ("1".into(), "2".into(), body.replace(&number, "1").replace(&account, "2")),
        };
        let messages = items.iter().filter(|item| match &item.fact {
            Fact::Message(_) | Fact::Echo(_) | Fact::Handover(_) | Fact::Group(_) => true,
            Fact::UserPreference(_) => item.origin.phone_number_id.is_some(),
            Fact::Call(call) => call.by_customer && call.event == "connect",
            _ => false,
        });
        let messages = messages.count();
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(Timestamp::from_secs(1_795_000_000));
        let rig = Rig::start(config(dir.path(), &number, &account), clock).await;
        assert_eq!(rig.post(body).await, 200, "{name}");
        let before = rig.daemon.relay.store.reader().head();
        let shown = {
            let views = rig.daemon.relay.store.read();
            let entries = views.conversations().flat_map(|state| {
                state
                    .thread
                    .iter()
                    .filter(|entry| entry.sort().is_message())
                    .map(|entry| (state.head.contact, *entry))
                    .collect::<Vec<_>>()
            });
            entries.collect::<Vec<_>>()
        };
        assert_eq!(shown.len(), messages, "{name}");
        for (contact, entry) in shown {
            let found = rig.daemon.relay.opener.found(entry.place()).expect("the event is there");
            let body: guichet::domain::message::Inbound =
                rig.daemon.relay.opener.body(contact, &found).expect("it opens");
            let text = format!("{:?}", found.event);
            if text.contains("Unsupported") || text.contains("Unknown") {
                assert!(body.raw.is_some(), "a placeholder keeps its raw form");
                placeholders += 1;
            } else {
                visible += 1;
            }
        }
        kept += items.len() - messages;
        assert!(before.0 >= 2, "something of {name} is in the journal");
        payloads += 1;
        rig.daemon.stop().await.expect("a clean stop");
    }
    println!(
        "{payloads} payloads: {visible} messages by kind, {placeholders} as placeholders, {kept} other items kept"
    );
}
