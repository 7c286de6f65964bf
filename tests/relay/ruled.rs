//! Another configuration rules the clocks that run.

use crate::rig::{Rig, config};
use crate::sessions::Console;
use guichet::domain::desk::DeskEvent;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use guichet::wire::{Fresh, NoticeKind, NoticeView, Watch};
use std::path::Path;

const NOW: i64 = 1_795_000_000;

/// The same desk with another promise.
fn promising(dir: &Path, target: &str) -> Config {
    config(dir, "1", "2");
    let path = dir.join("relay.toml");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    let text = text.replace("normal = \"60m\"", &format!("normal = \"{target}\""));
    std::fs::write(&path, text).expect("the file is written");
    Config::load(&path).expect("sound")
}

/// When the answer to the ticket with this number is due, in minutes from its question.
async fn due(rig: &Rig, token: &Secret, number: u64) -> Option<i64> {
    let (_, tickets) = rig.read(token, "/api/v1/tickets").await;
    let tickets = tickets.as_array().expect("a list");
    let ticket = tickets.iter().find(|ticket| ticket["number"] == number).expect("it is there");
    let at: Timestamp = ticket["next_due"]["at"].as_str()?.parse().expect("an instant");
    Some((at.secs() - NOW) / 60)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_rules_the_clocks_that_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let mut rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW, "ciao").await;
    assert_eq!(due(&rig, &anna, 1).await, Some(60));
    rig.daemon.reload(promising(dir.path(), "10m")).await.expect("taken over");
    assert_eq!(due(&rig, &anna, 1).await, Some(10), "at once, before anything else happens");
    rig.hears("393331234568", "wamid.B", NOW, "salve").await;
    rig.daemon.reload(promising(dir.path(), "30m")).await.expect("taken over");
    assert_eq!(due(&rig, &anna, 1).await, Some(30));
    assert_eq!(due(&rig, &anna, 2).await, Some(30), "what began meanwhile too");
    // The same once more is no change.
    let version =
        |rig: &Rig| rig.daemon.relay.store.read().desk().policy.clone().map(|p| p.sla_version);
    rig.daemon.reload(promising(dir.path(), "30m")).await.expect("taken over");
    assert_eq!(version(&rig), Some(2));
    rig.daemon.stop().await.expect("a clean stop");
}

/// The relay was killed when the change was in the journal, and the clocks had not followed it yet.
#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_had_not_followed_a_change_do_at_the_next_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let start = || Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), start()).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for (nth, from) in ["393331234567", "393331234568"].into_iter().enumerate() {
        rig.hears(from, &format!("wamid.{nth}"), NOW, "ciao").await;
    }
    let before = rig.daemon.relay.store.read().desk().policy.clone().expect("it is ruled");
    let mut changed = before.clone();
    changed.sla[0].first_reply.seconds = [None, Some(600), None, None];
    let policy = Box::new(changed.following(&before));
    let event = DeskEvent::PolicyChanged { at: Timestamp::from_secs(NOW), policy };
    rig.daemon.relay.desk.record("-relay", vec![event]).await.expect("recorded");
    assert_eq!(due(&rig, &anna, 1).await, Some(60), "not yet");
    rig.daemon.stop().await.expect("a clean stop");

    let rig = Rig::start(promising(dir.path(), "30m"), start()).await;
    for number in [1, 2] {
        assert_eq!(due(&rig, &anna, number).await, Some(30));
    }
    rig.daemon.stop().await.expect("a clean stop");
}

/// A faulty file changes nothing, and whoever should know of it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_reload_keeps_the_rules_and_tells_of_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let mut rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW, "ciao").await;
    let path = dir.path().join("relay.toml");
    let sound = std::fs::read_to_string(&path).expect("the file is there");
    std::fs::write(&path, sound.replace("\"60m\"", "\"10x\"")).expect("the file is written");
    let why = rig.daemon.take_over(&path).await.expect_err("faulty");
    assert!(why.contains("relay.toml:22:1") && why.contains("is no duration"), "{why}");
    assert!(why.ends_with("the old configuration stays in force"), "{why}");
    assert_eq!(due(&rig, &anna, 1).await, Some(60), "as before");
    let file = dir.path().join("data/reload_refused");
    assert_eq!(std::fs::read_to_string(&file).expect("doctor reads it"), why);
    let told = async |token: &Secret| {
        let mut console = Console::open(&rig, token).await;
        console.watch(1, Watch::Notices).await;
        console.watch(2, Watch::Wall).await;
        console.settle().await;
        let notices = match console.parts.get(&1) {
            None => Vec::new(),
            Some(Fresh::Notices(change)) => {
                let reload = |one: &&NoticeView| one.kind == NoticeKind::Reload;
                change.items.iter().filter(reload).map(|one| one.excerpt.clone()).collect()
            }
            other => panic!("{other:?}"),
        };
        match console.parts.get(&2) {
            Some(Fresh::Wall(news)) => (notices, news.refused.clone()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(told(&carla).await, (vec![why.clone()], Some(why.clone())));
    assert_eq!(told(&anna).await, (Vec::new(), None), "she cannot mend it");

    std::fs::write(&path, sound).expect("the file is written");
    rig.daemon.take_over(&path).await.expect("mended");
    assert!(!file.exists());
    assert_eq!(rig.daemon.relay.store.read().desk().refused, None);
    rig.daemon.stop().await.expect("a clean stop");
}
