//! Webhooks that join two contacts, in any order, repeated, in any batches: each message is there once, they are
//! one person, and one ticket goes on.

use crate::rig::{Rig, config, webhook};
use guichet::domain::command::Arrival;
use guichet::domain::id::{ContactId, ConversationId};
use guichet::domain::identity::IdentityKind;
use guichet::domain::message::{Inbound, Kind, Source};
use guichet::domain::name::Name;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::fact::{Fact, What, Who};
use guichet::relay::translate::{known, message_key};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

const NOW: i64 = 1_795_000_000;

/// By what a message names its sender: his number, his user id, or both.
type By = (bool, bool);

/// What was written: by what he is named, and how long ago.
fn said() -> impl Strategy<Value = Vec<(By, i64)>> {
    let by = prop_oneof![Just((true, false)), Just((false, true)), Just((true, true))];
    let said = proptest::collection::vec((by, 0i64..3_000), 0..6);
    // One tells that both are his.
    (said, 0i64..3_000).prop_map(|(mut said, at)| {
        said.push(((true, true), at));
        said
    })
}

/// Which message comes when: each once or more often, cut into webhooks.
fn comes(count: usize) -> impl Strategy<Value = Vec<Vec<usize>>> {
    let again = proptest::collection::vec(0..count, 0..4);
    let cuts = proptest::collection::vec(any::<bool>(), 12);
    (again, cuts).prop_flat_map(move |(again, cuts)| {
        let all: Vec<_> = (0..count).chain(again).collect();
        Just(all).prop_shuffle().prop_map(move |all| {
            let mut batches = vec![Vec::new()];
            for (nth, cut) in all.into_iter().zip(cuts.iter().cycle()) {
                if *cut {
                    batches.push(Vec::new());
                }
                batches.last_mut().expect("there is one").push(nth);
            }
            batches.retain(|batch| !batch.is_empty());
            batches
        })
    })
}

/// Everybody who is known by one of these, and whoever is the same.
fn family(rig: &Rig, identities: &[(IdentityKind, &str)]) -> BTreeSet<ContactId> {
    let relay = &rig.daemon.relay;
    let keys: Vec<_> = identities
        .iter()
        .flat_map(|(kind, value)| known(&relay.vault, "default", *kind, value).keys)
        .collect();
    let views = relay.store.read();
    let his =
        views.contacts().filter(|of| of.identities.iter().any(|(_, key, _)| keys.contains(key)));
    his.flat_map(|of| of.ties.same().iter().copied().chain([of.id])).collect()
}

fn conversations(rig: &Rig, family: &BTreeSet<ContactId>) -> Vec<ConversationId> {
    let views = rig.daemon.relay.store.read();
    let contacts = family.iter().filter_map(|id| views.contact(*id));
    contacts.flat_map(|of| of.conversations.iter().map(|(_, id)| *id).collect::<Vec<_>>()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_any_order_they_become_one_person_with_each_message_once_and_one_ticket() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let people = AtomicU64::new(0);
    let stories = said().prop_flat_map(|said| {
        let count = said.len();
        (Just(said), comes(count))
    });
    let cases =
        ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    let here = tokio::runtime::Handle::current();
    let told = tokio::task::block_in_place(|| {
        TestRunner::new(cases).run(&stories, |(said, comes)| {
            // A person of his own for each story.
            let nth = people.fetch_add(1, Ordering::Relaxed);
            let (phone, user) = (format!("39333{nth:07}"), format!("IT.{nth}"));
            let message = |one: &usize| {
                let ((by_phone, by_user), ago) = said[*one];
                let mut message = json!({
                    "id": format!("wamid.{nth}.{one}"), "timestamp": (NOW - ago).to_string(),
                    "type": "text", "text": { "body": "ciao" },
                });
                if by_phone {
                    message["from"] = phone.clone().into();
                }
                if by_user {
                    message["from_user_id"] = user.clone().into();
                }
                message.to_string()
            };
            for batch in &comes {
                let messages: Vec<_> = batch.iter().map(message).collect();
                let status = here.block_on(rig.post(webhook("1", &messages, &[])));
                prop_assert_eq!(status, 200);
            }
            let identities = [(IdentityKind::Phone, &*phone), (IdentityKind::UserId, &*user)];
            let family = family(&rig, &identities);
            prop_assert!(matches!(family.len(), 1 | 2), "{:?}", family);
            let (mut heard, mut unsolved, mut starts, mut until) = (0, 0, None, None);
            for id in conversations(&rig, &family) {
                let state =
                    rig.daemon.relay.store.conversation(id).expect("readable").expect("there");
                heard += state.thread.iter().filter(|entry| entry.sort().is_message()).count();
                until = until.max(state.head.window_until);
                if let Some(ticket) = state.unsolved() {
                    unsolved += 1;
                    starts = ticket.clocks.first().map(|clock| clock.start);
                }
            }
            prop_assert_eq!(heard, said.len(), "each message once");
            prop_assert_eq!(unsolved, 1, "one ticket goes on");
            let first = said.iter().map(|(_, ago)| NOW - ago).min().map(Timestamp::from_secs);
            prop_assert_eq!(starts, first, "his first message starts the clock");
            let last =
                said.iter().map(|(_, ago)| NOW - ago + 86_400).max().map(Timestamp::from_secs);
            prop_assert_eq!(until, last, "his last message opens the window");
            Ok(())
        })
    });
    told.expect("it holds");
    rig.daemon.stop().await.expect("a clean stop");
}

/// Who carries the line tells no times: the same message comes again at another instant, and by then its writer is
/// known to be somebody else too.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_time_is_known_again_wherever_it_stands() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let relay = &rig.daemon.relay;
    let line = Name::from("1");
    let says = |by: By, id: &str, at: i64| {
        let of = |kind, value| known(&relay.vault, "default", kind, value);
        let user = by.1.then(|| of(IdentityKind::UserId, "IT.1"));
        let phone = by.0.then(|| of(IdentityKind::Phone, "393331234567"));
        let arrival = Arrival {
            at: Timestamp::from_secs(NOW + at),
            key: message_key(&relay.vault, &line, id),
            kind: Kind::Text,
            source: Source::Messages,
            outgoing: false,
            undated: true,
            body: Inbound { id: id.to_owned(), text: "ciao".to_owned(), ..Inbound::default() },
        };
        Fact {
            line: line.clone(),
            who: Who { identities: user.into_iter().chain(phone).collect(), ..Who::default() },
            what: What::Message(Box::new(arrival)),
        }
    };
    let both = (true, true);
    for (by, id, at, duplicates) in [
        ((true, false), "SM1", -900, 0),
        ((false, true), "SM2", -800, 0),
        (both, "SM3", -700, 0),
        ((true, false), "SM1", -600, 1),
        (both, "SM1", -500, 1),
        (both, "SM2", -400, 1),
        (both, "SM3", -300, 1),
    ] {
        let counts = relay.desk.facts(vec![says(by, id, at)]).await.expect("room");
        assert_eq!(counts.duplicates, duplicates, "{id} at {at}");
    }
    let family = family(&rig, &[(IdentityKind::UserId, "IT.1")]);
    let mut heard = 0;
    for id in conversations(&rig, &family) {
        let state = relay.store.conversation(id).expect("readable").expect("there");
        heard += state.thread.iter().filter(|entry| entry.sort().is_message()).count();
    }
    assert_eq!((family.len(), heard), (2, 3));
    rig.daemon.stop().await.expect("a clean stop");
}
