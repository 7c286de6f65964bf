//! The process is killed at any moment, and the power is cut at any moment.

use crate::child::{Child, command};
use crate::crowd::{Crowd, Message, again, client, post};
use crate::inside::{check, copy, stored};
use crate::setup::{Setup, rounds, skip};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Small numbers, so that what happens seldom happens often: saved states, evicted conversations.
const KNOBS: &str = "checkpoint_commits = 100";
const WRITERS: usize = 24;

/// After how many acknowledged messages the round ends: right at the start, and later and later.
fn length(round: u32) -> u64 {
    u64::from(round * 167 % 1_000) + 1
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_under_load_loses_and_doubles_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let setup = Setup { knobs: KNOBS, ..Setup::default() };
    let config = setup.load(temp.path());
    let path = temp.path().join("relay.toml");
    let (mut acknowledged, mut open) = (Vec::<String>::new(), Vec::<Message>::new());
    let (mut repeated, rounds) = (0, rounds());
    for round in 0..rounds {
        // One that is killed while it starts, in its first round while it makes the store.
        let starting = Child::start(command(&path));
        for _ in 0..round * 37 % 400 {
            tokio::time::sleep(std::time::Duration::from_micros(250)).await;
        }
        starting.kill();

        let (child, doors) = Child::ready(&path);
        again(&doors.url(), &open).await;
        repeated += open.len();
        acknowledged.extend(open.drain(..).map(|message| message.id));
        let mut crowd = Crowd::write(&doors.url(), &format!("k{round}"), WRITERS);
        crowd.until(length(round)).await;
        let log = child.kill();
        let told = crowd.end().await;
        assert!(!log.contains("internal fault"), "round {round}:\n{log}");
        acknowledged.extend(told.acknowledged.into_iter().map(|message| message.id));
        open = told.open;

        let found = temp.path().join("found");
        copy(&config.data_dir, &found);
        let messages = stored(&config, &found).await;
        std::fs::remove_dir_all(&found).expect("removes");
        let ids = acknowledged.iter().map(String::as_str);
        check(&messages, ids, &format!("round {round}"));
        let most = acknowledged.len() + open.len();
        assert!(messages.len() <= most, "round {round}: {} of {most}", messages.len());
    }
    println!(
        "kill -9: {rounds} rounds, {} acknowledged, each there once; {repeated} sent again",
        acknowledged.len()
    );
}

fn shim(folder: &Path) -> PathBuf {
    let shim = folder.join("shim.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/powercut/shim.c");
    let compiled = Command::new("gcc")
        .args(["-O2", "-shared", "-fPIC", "-o"])
        .args([&shim, &source])
        .args(["-ldl", "-lpthread"])
        .status();
    assert!(compiled.expect("gcc runs").success());
    shim
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_under_load_loses_nothing_that_was_acknowledged() {
    if Command::new("gcc").arg("--version").output().is_err() {
        return skip("the power cut of the whole relay", "gcc");
    }
    let temp = tempfile::tempdir().expect("a folder");
    let shim = shim(temp.path());
    let (mut total, rounds) = (0, rounds());
    for round in 0..rounds {
        let folder = temp.path().join(format!("round{round}"));
        let shadow = folder.join("shadow");
        std::fs::create_dir_all(&shadow).expect("creates");
        let config = Setup { knobs: KNOBS, ..Setup::default() }.load(&folder);
        let mut command = command(&folder.join("relay.toml"));
        command
            .env("SHADOW_SRC", &config.data_dir)
            .env("SHADOW_DST", &shadow)
            .env("LD_PRELOAD", &shim);
        let child = Child::start(command);
        let url = child.doors().url();
        let mut crowd = Crowd::write(&url, &format!("p{round}"), WRITERS);
        crowd.until(length(round)).await;
        child.kill();
        let told = crowd.end().await;
        let messages = stored(&config, &shadow).await;
        let ids = told.acknowledged.iter().map(|message| message.id.as_str());
        check(&messages, ids, &format!("round {round}"));
        total += told.acknowledged.len();
        std::fs::remove_dir_all(&folder).expect("removes");
    }
    println!("power cut: {rounds} rounds, {total} acknowledged, all there");
}

/// A repeated webhook changes nothing, also when the original is older than the last restart.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_known_after_it() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup { knobs: KNOBS, ..Setup::default() }.load(temp.path());
    let path = temp.path().join("relay.toml");
    let (child, doors) = Child::ready(&path);
    let mut crowd = Crowd::write(&doors.url(), "d", 8);
    crowd.until(300).await;
    let told = crowd.end().await;
    child.kill();
    let (child, doors) = Child::ready(&path);
    let http = client();
    for message in &told.acknowledged {
        assert_eq!(post(&http, &doors.url(), &message.body).await, 200);
    }
    child.kill();
    let messages = stored(&config, &config.data_dir).await;
    check(&messages, told.acknowledged.iter().map(|message| message.id.as_str()), "repeated");
    assert_eq!(messages.len(), told.acknowledged.len());
    println!("{} acknowledged before a kill were sent again after it: no double", messages.len());
}
