//! Canned replies, from the operator's files to who reads them.

use crate::rig::{Rig, config};
use crate::sessions::Console;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::wire::{CannedView, ClientFrame, Fresh, Shown, Watch};
use serde_json::json;

const TEXTS: &str = "[[canned]]\nname = 'greeting'\nqueues = ['support']\ntags = ['vip']\nstates = ['new']\ntemplate = 'hello'\n\
    text = { en = 'Hi {{first_name|there}}', it = 'Buongiorno' }";

#[tokio::test(flavor = "multi_thread")]
async fn they_are_read_from_files_and_follow_a_reload() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("relay.d");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("texts.toml"), TEXTS).expect("written");
    let clock = Clock::manual(Timestamp::from_secs(1_795_000_000));
    let mut rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let (status, read) = rig.read(&anna, "/api/v1/canned").await;
    assert_eq!(status, 200);
    let view = |language: &str, text: &str| {
        json!({
            "name": "greeting", "language": language, "text": text, "queues": ["support"],
            "template": "hello", "fit": { "tags": ["vip"], "states": ["new"] },
        })
    };
    assert_eq!(read, json!([view("en", "Hi {{first_name|there}}"), view("it", "Buongiorno")]));

    let mut console = Console::open(&rig, &anna).await;
    console.say(&ClientFrame::Watch { watch: 1, what: Watch::Canned }).await;
    let mut shown: Shown<CannedView> = Shown::default();
    let names = |shown: &Shown<CannedView>| {
        shown.iter().map(|one| format!("{}/{}", one.name, one.language)).collect::<Vec<_>>()
    };
    heard(&mut console, &mut shown).await;
    assert_eq!(names(&shown), ["greeting/en", "greeting/it"]);

    let more = format!("{TEXTS}\n[[canned]]\nname = 'bye'\ntext = {{ es = 'Adiós' }}");
    std::fs::write(folder.join("texts.toml"), more).expect("written");
    let newer = Config::load(&dir.path().join("relay.toml")).expect("sound");
    rig.daemon.reload(newer).await.expect("taken over");
    heard(&mut console, &mut shown).await;
    assert_eq!(names(&shown), ["greeting/en", "greeting/it", "bye/es"]);
    rig.daemon.stop().await.expect("a clean stop");
}

/// Waits for the next news of the watched list.
async fn heard(console: &mut Console, shown: &mut Shown<CannedView>) {
    console.until(|console| console.parts.contains_key(&1)).await;
    match console.parts.remove(&1) {
        Some(Fresh::Canned(change)) => shown.apply(change).expect("it fits"),
        other => panic!("{other:?}"),
    }
}
