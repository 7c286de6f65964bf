//! Mails and calls of hooks for who is not at a console: to a real mail server and a real web server.

use crate::escalation::{NOW, minutes};
use crate::rig::{Rig, reached};
use crate::smtp::{Mail, Server};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use guichet::whatsapp::signature;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A configuration with one level that sends a mail, and calls a hook where there is one.
fn config(dir: &Path, port: u16, most: usize, hook: Option<&str>) -> Config {
    for (name, text) in [("mail", "s3cret\n"), ("hook", "signs")] {
        std::fs::write(dir.join(name), text).expect("a secret is written");
    }
    let webhook = hook.map_or(String::new(), |url| {
        format!("[[webhook]]\nname = 'oncall'\nurl = '{url}'\nsecret = {{ file = 'hook' }}\n")
    });
    let call = if hook.is_some() { "webhook = ['oncall']\n" } else { "" };
    let more = format!(
        "[[sla.first_reply.escalate]]\nat = '-30m'\nemail = ['boss@example.org']\n{call}\
         [smtp]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\nuser = 'desk'\n\
         password = {{ file = 'mail' }}\nfrom = 'desk@example.org'\nmost = {most}\n{webhook}"
    );
    reached(dir, "http://127.0.0.1:9", &more)
}

fn at(minutes: i64) -> Clock {
    Clock::manual(Timestamp::from_secs(NOW + minutes * 60))
}

/// Customers whose first message came at the start.
async fn customers(rig: &Rig, which: std::ops::Range<u64>) {
    for nth in which {
        let (from, id) = (format!("39333000{nth:04}"), format!("wamid.{nth}"));
        rig.hears(&from, &id, NOW, "il mio segreto").await;
    }
}

pub(crate) async fn until<T>(what: &str, so: impl Fn() -> Option<T>) -> T {
    for _ in 0..9_000 {
        if let Some(value) = so() {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not come about");
}

/// Nothing is owed any more.
async fn settled(rig: &Rig) {
    let store = &rig.daemon.relay.store;
    until("everything is delivered", || store.read().alerts().next().is_none().then_some(())).await;
}

/// The tickets that mails are about, in their order.
fn tickets(mails: &[Mail]) -> Vec<u64> {
    let lines = mails.iter().flat_map(|mail| mail.text.lines());
    let told =
        lines.filter_map(|line| line.strip_prefix("ticket ")?.split(' ').next()?.parse().ok());
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_gets_the_alert_without_a_word_of_the_customer() {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let port = server.start().await;
    let rig = Rig::start(config(dir.path(), port, 2, None), at(0)).await;
    customers(&rig, 1..2).await;
    minutes(&rig, 30);
    until("a mail", || (!server.mails().is_empty()).then_some(())).await;
    settled(&rig).await;
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "boss@example.org");
    let text = &mails[0].text;
    for part in ["Subject: Guichet: ticket 1 in support", "first reply is due", "given to nobody"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("segreto"), "a customer's word: {text}");
    let login = server.logins();
    assert!(login[0].starts_with("AUTH PLAIN "), "{login:?}");
    rig.daemon.stop().await.expect("a clean stop");
}

/// What came while nobody took mails is there after a restart, and more than an address may get comes as one.
#[rstest::rstest]
#[case(1, false)]
#[case(41, true)]
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_took_is_kept_and_of_many_a_digest_is_sent(
    #[case] count: u64,
    #[case] digest: bool,
) {
    let dir = tempfile::tempdir().expect("a folder");
    let server = Server::default();
    let port = server.start().await;
    server.is_down(true);
    let rig = Rig::start(config(dir.path(), port, 2, None), at(0)).await;
    customers(&rig, 1..count + 1).await;
    minutes(&rig, 30);
    let owed = || rig.daemon.relay.store.read().alerts().count() as u64;
    until("mails are owed", || (owed() == count).then_some(())).await;
    rig.daemon.stop().await.expect("a clean stop");
    assert!(server.mails().is_empty());

    server.is_down(false);
    let rig = Rig::start(config(dir.path(), port, 2, None), at(31)).await;
    settled(&rig).await;
    rig.daemon.stop().await.expect("a clean stop");
    let rig = Rig::start(config(dir.path(), port, 2, None), at(32)).await;
    settled(&rig).await;
    rig.daemon.stop().await.expect("a clean stop");
    let mails = server.mails();
    assert_eq!(tickets(&mails), (1..=count).collect::<Vec<_>>());
    assert_eq!(mails.len(), 1, "one mail for all of them");
    let one = format!("Subject: Guichet: {count} alerts");
    assert_eq!(mails[0].text.contains(&one), digest, "{}", mails[0].text);
}

type Calls = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Says that it is not well the first time, and takes each call after that.
async fn called(State(calls): State<Calls>, headers: HeaderMap, body: String) -> StatusCode {
    let mut calls = calls.lock().expect("not poisoned");
    calls.push((headers, body));
    if calls.len() == 1 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NO_CONTENT }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_is_called_signed_until_it_takes_the_call() {
    let dir = tempfile::tempdir().expect("a folder");
    let calls = Calls::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/desk", listener.local_addr().expect("an address"));
    let web = axum::Router::new().route("/desk", post(called)).with_state(calls.clone());
    tokio::spawn(async move { axum::serve(listener, web).await });
    let server = Server::default();
    let port = server.start().await;
    let rig = Rig::start(config(dir.path(), port, 5, Some(&url)), at(0)).await;
    customers(&rig, 1..2).await;
    minutes(&rig, 30);
    let twice = || (calls.lock().expect("not poisoned").len() >= 2).then_some(());
    until("it is called twice", twice).await;
    settled(&rig).await;
    rig.daemon.stop().await.expect("a clean stop");
    let calls = calls.lock().expect("not poisoned");
    assert_eq!(calls.len(), 2, "one that was not taken, one that was");
    let header =
        |nth: usize, name: &str| calls[nth].0.get(name).expect("there").to_str().expect("text");
    assert_eq!(header(0, "guichet-id"), header(1, "guichet-id"));
    assert_eq!(calls[0].1, calls[1].1);
    let signed = signature::sign(calls[1].1.as_bytes(), &Secret::new("signs"));
    assert_eq!(header(1, "guichet-signature"), signed);
    let said: serde_json::Value = serde_json::from_str(&calls[1].1).expect("JSON");
    assert_eq!(said["type"], "escalation");
    assert_eq!(
        (&said["ticket"], &said["metric"], &said["level"]),
        (&1.into(), &"first_reply".into(), &1.into())
    );
    assert_eq!(said["id"], header(1, "guichet-id"));
    assert!(!calls[1].1.contains("segreto"));
}
