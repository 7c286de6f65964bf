//! Messages whose only webhook was lost.

use crate::carried::TWILIO;
use crate::outbox::Scene;
use guichet::domain::id::SendId;
use guichet::domain::roster::Role;
use guichet::domain::status::Status;
use guichet::kit::Secret;
use guichet::sandbox::Faults;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// More than two pages.
const LOST: usize = 30;

impl Scene {
    /// The entry of each message of a customer, by its id, with its ticket; every one as often as it stands there.
    async fn said(&self, token: &Secret) -> BTreeMap<String, Vec<Value>> {
        let tickets: Vec<_> = {
            let views = self.rig.daemon.relay.store.read();
            views.inbox().map(|(key, _)| key.number).collect()
        };
        let mut said = BTreeMap::<String, Vec<Value>>::new();
        for ticket in tickets {
            let path = format!("/api/v1/tickets/{}/thread", ticket.0);
            let (_, thread) = self.rig.read(token, &path).await;
            for entry in thread["entries"].as_array().into_iter().flatten() {
                if entry["direction"] == "in" {
                    let id = entry["id"].as_str().expect("an id").to_owned();
                    said.entry(id).or_default().push(entry.clone());
                }
            }
        }
        said
    }

    async fn until_said(&self, token: &Secret, many: usize) -> BTreeMap<String, Vec<Value>> {
        let mut position = self.rig.daemon.relay.position.clone();
        let waited = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let said = self.said(token).await;
                if said.len() >= many {
                    return said;
                }
                position.changed().await.expect("the journal is open");
            }
        });
        waited.await.expect("every message comes")
    }

    /// Waits until so many are counted: that is done when a message has been taken.
    async fn until_counted(&self, name: &str, many: usize) {
        let waited = tokio::time::timeout(Duration::from_secs(60), async {
            while self.counted(name) < many {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        waited.await.expect(name);
        assert_eq!(self.counted(name), many);
    }

    /// Waits until each of these messages was tried.
    async fn until_tried(&self, sends: &[SendId]) {
        let waits = |send: &SendId| self.status(*send) < Status::Unconfirmed;
        while sends.iter().any(waits) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn counted(&self, name: &str) -> usize {
        let metrics = self.rig.daemon.relay.metrics.render();
        let line = metrics.lines().find(|line| line.starts_with(name)).expect("it is counted");
        line.rsplit(' ').next().and_then(|count| count.parse().ok()).expect("a number")
    }
}

/// What comes while the relay is away is there once it is back, once each and at its time; also if a webhook comes
/// late all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_the_relay_was_away_is_there_once() {
    let scene = Scene::of(&TWILIO, Faults::default(), 1.0).await;
    scene.customers(1).await;
    let scene = scene
        .away(&TWILIO, async |sandbox| {
            for nth in 0..LOST {
                sandbox.say("393330000000", &format!("lost {nth}")).expect("a customer");
            }
            sandbox.act("393330000000", json!({"image": "guarda"})).expect("a picture");
            assert!(sandbox.drain(Duration::from_secs(30)).await, "each is tried");
            assert_eq!(sandbox.record().webhooks.given_up, LOST as u64 + 1, "and no webhook taken");
        })
        .await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let said = scene.until_said(&anna, LOST + 2).await;
    let record = scene.sandbox.record();
    assert_eq!(said.keys().collect::<Vec<_>>(), record.inbound.keys().collect::<Vec<_>>());
    assert!(said.values().all(|entries| entries.len() == 1), "{said:#?}");
    let lost: Vec<_> = said
        .iter()
        .filter(|(id, _)| record.inbound[*id].acknowledged.is_none())
        .map(|(id, entries)| (id, &entries[0]))
        .collect();
    assert_eq!(lost.len(), LOST + 1);
    for (id, entry) in lost {
        let at: jiff::Timestamp =
            entry["at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
        assert_eq!(at.as_second(), record.inbound[id].timestamp, "{entry}");
        let words = if record.inbound[id].kind == "image" { "guarda" } else { "lost" };
        assert!(entry["text"].as_str().is_some_and(|text| text.starts_with(words)), "{entry}");
    }
    scene.until_counted("guichet_missed_messages_total", LOST + 1).await;

    // The webhooks come after all.
    let known = scene.counted("guichet_duplicates_total");
    scene.sandbox.posts_to(&format!("http://{}{}", scene.rig.daemon.webhooks, TWILIO.path));
    for id in record.inbound.keys() {
        assert!(scene.sandbox.post_again(id), "{id}");
    }
    assert!(scene.sandbox.drain(Duration::from_secs(30)).await, "they are taken");
    assert_eq!(scene.counted("guichet_duplicates_total") - known, LOST + 2);
    let again = scene.said(&anna).await;
    assert_eq!(again.len(), LOST + 2);
    assert!(again.values().all(|entries| entries.len() == 1), "{again:#?}");
    assert_eq!(scene.rig.daemon.relay.store.read().desk().dead_letters.len(), 0);
    scene.end().await;
}

/// The file of such a message is fetched as that of any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_picture_comes_with_its_file() {
    let scene = Scene::of(&TWILIO, Faults::default(), 1.0).await;
    scene.customers(1).await;
    let scene = scene
        .away(&TWILIO, async |sandbox| {
            sandbox.act("393330000000", json!({"image": "guarda"})).expect("a picture");
            assert!(sandbox.drain(Duration::from_secs(30)).await, "it is tried");
        })
        .await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let mut position = scene.rig.daemon.relay.position.clone();
    let stored = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let said = scene.said(&anna).await;
            let picture = said.values().flatten().find(|entry| entry["type"] == "image");
            if let Some(picture) = picture.filter(|entry| entry["media"]["state"] == "stored") {
                return picture.clone();
            }
            position.changed().await.expect("the journal is open");
        }
    });
    assert_eq!(stored.await.expect("it is stored")["text"], "guarda");
    scene.end().await;
}

/// Only what is not known is asked for with all that belongs to it.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_webhook_was_taken_is_not_fetched() {
    let scene = Scene::of(&TWILIO, Faults::default(), 1.0).await;
    scene.customers(3).await;
    let scene = scene
        .away(&TWILIO, async |sandbox| {
            sandbox.say("393330000002", "lost").expect("a customer");
            assert!(sandbox.drain(Duration::from_secs(30)).await, "it is tried");
        })
        .await;
    let anna = scene.rig.account("anna", Role::Agent, &["support"]).await;
    let said = scene.until_said(&anna, 4).await;
    assert!(said.values().all(|entries| entries.len() == 1), "{said:#?}");
    scene.until_counted("guichet_missed_messages_total", 1).await;
    assert_eq!(scene.counted("guichet_duplicates_total"), 0);
    scene.end().await;
}

/// What became of a message stands in the list although its status was never taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_was_lost_is_fetched() {
    // Each is taken, and undelivered a little later.
    let faults = Faults { fail: vec![(63_032, 1.0)], drop_status: 1.0, ..Faults::default() };
    let scene = Scene::of(&TWILIO, faults, 600.0).await;
    let tickets = scene.customers(8).await;
    let sends = scene.replies(&tickets, 1).await;
    let lost = async || {
        while scene.sandbox.record().statuses_dropped < 8
            || sends.iter().any(|send| scene.status(*send) < Status::Accepted)
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), lost()).await.expect("each is told of in vain");
    let scene = scene.away(&TWILIO, async |_| {}).await;
    let known = async || {
        while sends.iter().any(|send| scene.status(*send) != Status::Failed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), known()).await.expect("the list tells");
    assert_eq!(scene.counted("guichet_duplicates_total"), 0);
    assert_eq!(scene.end().await.sent_twice().count(), 0);
}

/// Every answer to a send is lost, every status too, and some of the messages were taken: those stand in the list.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_settles_what_it_can_tell_for_certain() {
    let faults = Faults { fail: vec![(20_500, 1.0)], drop_status: 1.0, ..Faults::default() };
    let scene = Scene::of(&TWILIO, faults, 600.0).await;
    let tickets = scene.customers(20).await;
    let sends = scene.replies(&tickets, 1).await;
    scene.until_tried(&sends).await;
    // A message may stand in the list a little later than we gave it up.
    let later = scene.rig.daemon.relay.clock.now().plus_secs(120);
    while scene.rig.daemon.relay.clock.now() < later {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let record = scene.sandbox.record();
    let taken = |send: &SendId| record.accepted.contains_key(&send.to_string());
    let scene = scene.away(&TWILIO, async |_| {}).await;
    let told = || {
        let mut taken = sends.iter().filter(|send| taken(send));
        taken.all(|send| scene.status(*send) != Status::Unconfirmed)
    };
    let settled = async || {
        while !told() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(180), settled()).await.expect("the list tells");
    for send in &sends {
        assert_eq!(scene.status(*send) == Status::Unconfirmed, !taken(send), "{send}");
    }
    assert_eq!(scene.end().await.sent_twice().count(), 0);
}
