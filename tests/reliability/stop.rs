//! The operator stops the relay, or has it take over a changed configuration, while everybody writes.

use crate::child::{Child, PATIENCE, command};
use crate::crowd::{Crowd, client, post};
use crate::inside::{check, opened, stored};
use crate::setup::{NOW, Setup, text, webhook};
use guichet::kit::{Clock, Timestamp};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_ends_with_0_and_loses_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let (child, doors) = Child::ready(&temp.path().join("relay.toml"));
    let mut crowd = Crowd::write(&doors.url(), "t", 24);
    crowd.until(500).await;
    child.signal("TERM");
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    let told = crowd.end().await;
    assert_eq!(status.code(), Some(0), "{log}");
    // Who was not answered found the door closed.
    assert!(told.others.iter().all(|status| matches!(status, 0 | 503)), "{:?}", told.others);
    let messages = stored(&config, &config.data_dir).await;
    check(&messages, told.acknowledged.iter().map(|message| message.id.as_str()), "stopped");
    println!("SIGTERM under load: {} acknowledged, all there; exit 0", told.acknowledged.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_stopped_while_he_starts_ends_with_0() {
    let temp = tempfile::tempdir().expect("a folder");
    Setup::default().write(temp.path());
    let config = temp.path().join("relay.toml");
    for _ in 0..3 {
        let child = Child::start(command(&config));
        child.said("the journal is opened");
        child.signal("TERM");
        let ended = tokio::task::spawn_blocking(move || child.wait());
        let ended = tokio::time::timeout(PATIENCE, ended).await.expect("it goes on running");
        let (status, log) = ended.expect("no panic");
        assert_eq!(status.code(), Some(0), "{log}");
    }
}

/// A certificate of its own, and its PEM files in `dir`.
fn certify(dir: &Path) -> Vec<u8> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    std::fs::write(dir.join("cert.pem"), made.cert.pem()).expect("is written");
    std::fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).expect("is written");
    made.cert.der().to_vec()
}

/// The certificate that a new connection is shown.
async fn shown(url: &str) -> Vec<u8> {
    let http = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).tls_info(true);
    let answer = http.build().expect("a client").get(url).send().await.expect("an answer");
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>().expect("it is TLS");
    info.peer_certificate().expect("a certificate").to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn policy_and_certificate_are_reloaded_under_load() {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path();
    let first = certify(dir);
    let webhooks = r#"{ addr = "127.0.0.1:0", tls = { cert = "cert.pem", key = "key.pem" } }"#;
    let setup = Setup { webhooks, ..Setup::default() };
    let path = setup.write(dir);
    let (child, doors) = Child::ready(&path);
    let url = doors.url().replace("http://", "https://");
    let mut crowd = Crowd::write(&url, "h", 16);
    crowd.until(100).await;
    assert_eq!(shown(&url).await, first);

    let second = certify(dir);
    let config = Setup { webhooks, first_reply: "30m", ..Setup::default() }.load(dir);
    child.signal("HUP");
    child.said_times("the configuration was taken over", 1);
    assert_eq!(shown(&url).await, second, "the new certificate is shown");
    crowd.until(300).await;

    std::fs::write(&path, "data_dir = 7").expect("is written");
    child.signal("HUP");
    child.said_times("the old configuration stays in force", 1);
    Setup { webhooks, first_reply: "30m", ..Setup::default() }.write(dir);
    std::fs::write(dir.join("cert.pem"), "no certificate").expect("is written");
    child.signal("HUP");
    child.said_times("the old certificate stays in use", 1);
    assert_eq!(shown(&url).await, second, "a faulty one changes nothing");
    crowd.until(500).await;

    let told = crowd.end().await;
    assert!(told.others.is_empty(), "nobody was refused: {:?}", told.others);
    let body = webhook(&[text("393330000009", "wamid.last", NOW, "still there?")]);
    assert_eq!(post(&client(), &url, &body).await, 200);
    child.signal("TERM");
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    assert_eq!(status.code(), Some(0), "{log}");

    let messages = stored(&config, &config.data_dir).await;
    check(&messages, told.acknowledged.iter().map(|message| message.id.as_str()), "reloaded");
    drop(messages);
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let core = opened(&config, clock).await;
    let policy = format!("{:?}", core.relay.store.read().policy());
    assert!(policy.contains("Some(1800)"), "{policy}");
    println!(
        "reload under load: {} acknowledged, nobody refused; two faulty ones changed nothing",
        told.acknowledged.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typo_in_the_configuration_changes_nothing_and_is_named_with_its_line() {
    let temp = tempfile::tempdir().expect("a folder");
    let dir = temp.path();
    let path = Setup::default().write(dir);
    let sound = std::fs::read_to_string(&path).expect("it is there");
    let (child, doors) = Child::ready(&path);
    for (nth, (right, typo, near)) in [
        ("warn = \"75%\"", "warm = \"75%\"", "did you mean `warn`"),
        ("queue = \"support\"", "queue = \"support", ""),
        ("calendar = \"24x7\"", "calendar = \"rom\"", "sla.calendar"),
    ]
    .into_iter()
    .enumerate()
    {
        let faulty = sound.replace(right, typo).replace("\"60m\"", "\"5m\"");
        assert!(faulty.contains(typo), "{typo}");
        let word = typo.lines().last().expect("a line");
        let line = faulty.lines().position(|line| line.contains(word)).expect("there") + 1;
        std::fs::write(&path, &faulty).expect("is written");
        child.signal("HUP");
        let log = child.said_times("the old configuration stays in force", nth + 1);
        let said = log.lines().rfind(|line| line.contains("stays in force")).expect("said");
        assert!(said.contains(&format!("relay.toml:{line}")), "{typo}: {said}");
        assert!(said.contains(near), "{typo}: {said}");
    }
    let body = webhook(&[text("393330000009", "wamid.1", NOW, "still there?")]);
    assert_eq!(post(&client(), &doors.url(), &body).await, 200);
    child.signal("TERM");
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    assert_eq!(status.code(), Some(0), "{log}");
    std::fs::write(&path, &sound).expect("is written");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let config = Setup::default().load(dir);
    let core = opened(&config, clock).await;
    let policy = format!("{:?}", core.relay.store.read().policy());
    assert!(policy.contains("Some(3600)") && !policy.contains("Some(300)"), "{policy}");
}
