//! The relay is killed while mails and calls of hooks are owed: each arrives at least once.

use crate::child::{Child, PATIENCE};
use crate::crowd::{client, post};
use crate::inside::opened;
use crate::setup::{NOW, Setup, rounds, text, webhook};
use crate::smtp::Server;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use guichet::domain::desk::DeskEvent;
use guichet::domain::event::{Alerted, Event};
use guichet::journal::codec::StreamEvent;
use guichet::journal::{Position, StreamId};
use guichet::kit::{Clock, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::views::changes;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::time::Instant;

/// Customers who begin in each round.
const CUSTOMERS: usize = 12;

type Calls = Arc<Mutex<BTreeSet<String>>>;

async fn called(State(calls): State<Calls>, headers: HeaderMap) -> StatusCode {
    let id = headers.get("guichet-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    calls.lock().expect("not poisoned").insert(id.to_owned());
    StatusCode::NO_CONTENT
}

/// A level that is reached at once, and an alert that is told every second.
fn rules(dir: &Path, port: u16, hook: &str) {
    let text = format!(
        "[[alert]]\nname = 'waiting'\nwatch = 'waiting'\nover = 0\nrepeat = '1s'\n\
         email = ['lead@example.org']\nwebhook = ['oncall']\n\
         [smtp]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\nfrom = 'desk@example.org'\n\
         most = 1000\nwithin = '1s'\n\
         [[webhook]]\nname = 'oncall'\nurl = '{hook}'\n"
    );
    std::fs::create_dir_all(dir.join("relay.d")).expect("a folder");
    std::fs::write(dir.join("relay.d/owed.toml"), text).expect("the file is written");
}

const LEVEL: &str = "1s\"\n[[sla.first_reply.escalate]]\nemail = [\"lead@example.org\"]\n\
    webhook = [\"oncall\"]\nat = \"0";

/// The ids of what is written down as delivered, and how much is owed still or was given up.
async fn written(config: &Config) -> (BTreeSet<String>, usize) {
    let core = opened(config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let (mut delivered, mut left) = (BTreeSet::new(), 0);
    let mut after = Position::START;
    loop {
        let records = core.relay.store.reader().scan(after, 1_000).expect("it reads");
        let Some(last) = records.last() else { break };
        after = last.position;
        for change in records.iter().flat_map(|record| changes(record).expect("it reads")) {
            for event in change.events {
                match (change.stream, event) {
                    (_, StreamEvent::Desk(DeskEvent::AlertDelivered { of, to, lost, .. })) => {
                        left += usize::from(lost);
                        delivered.insert(format!("desk.{of}.{to}"));
                    }
                    (
                        StreamId::Conversation(id),
                        StreamEvent::Conversation(Event::Alerted(Alerted { of, to, lost, .. })),
                    ) => {
                        left += usize::from(lost);
                        delivered.insert(format!("{id}.{of}.{to}"));
                    }
                    _ => {}
                }
            }
        }
    }
    {
        let views = core.relay.store.read();
        left += views.alerts().count() + views.desk().alerts.owed.len();
    }
    core.close().await.expect("it closes");
    (delivered, left)
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_mails_and_calls_are_owed_loses_none() {
    let temp = tempfile::tempdir().expect("a folder");
    let (server, calls) = (Server::default(), Calls::default());
    let port = server.start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let hook = format!("http://{}/", listener.local_addr().expect("an address"));
    let web = axum::Router::new().fallback(called).with_state(calls.clone());
    tokio::spawn(async move { axum::serve(listener, web).await });
    rules(temp.path(), port, &hook);
    let config = Setup { first_reply: LEVEL, ..Setup::default() }.load(temp.path());
    let path = temp.path().join("relay.toml");
    let http = client();
    for round in 0..rounds() {
        // In every other round nobody takes mails: they are owed over the kill.
        server.is_down(round % 2 == 0);
        let before = calls.lock().expect("not poisoned").len();
        let (child, doors) = Child::ready(&path);
        for nth in 0..CUSTOMERS {
            let (from, id) = (format!("39347{round:04}{nth:03}"), format!("wamid.{round}.{nth}"));
            let body = webhook(&[text(&from, &id, NOW, "where is my parcel?")]);
            assert_eq!(post(&http, &doors.url(), &body).await, 200);
        }
        let begun = Instant::now();
        let wanted = before + 1 + round as usize * 5 % CUSTOMERS;
        while calls.lock().expect("not poisoned").len() < wanted {
            assert!(begun.elapsed() < PATIENCE, "round {round}: nobody is called");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        child.kill();
    }
    server.is_down(false);
    // Nothing new becomes due: what is owed is delivered.
    std::fs::write(
        temp.path().join("relay.d/owed.toml"),
        std::fs::read_to_string(temp.path().join("relay.d/owed.toml"))
            .expect("it is there")
            .replace("repeat = '1s'\n", ""),
    )
    .expect("the file is written");
    // A mail and a call for each ticket, and those of the alert.
    let levels = rounds() as usize * CUSTOMERS * 2;
    let begun = Instant::now();
    let delivered = loop {
        let (child, _) = Child::ready(&path);
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        child.kill();
        let (delivered, left) = written(&config).await;
        let (of_desk, of_tickets): (Vec<_>, Vec<_>) =
            delivered.iter().partition(|id| id.starts_with("desk."));
        if left == 0 && of_tickets.len() == levels && !of_desk.is_empty() {
            break delivered;
        }
        assert!(
            begun.elapsed() < PATIENCE * 2,
            "{left} are owed still, or were given up; delivered: {delivered:?}"
        );
    };
    let mails = server.mails();
    assert!(mails.iter().all(|mail| mail.to == "lead@example.org"));
    let ids = mails.iter().flat_map(|mail| mail.text.lines());
    let ids = ids.filter_map(|line| line.strip_prefix("id: "));
    let mut arrived: BTreeSet<String> =
        ids.flat_map(str::split_whitespace).map(str::to_owned).collect();
    arrived.extend(calls.lock().expect("not poisoned").iter().cloned());
    let lost: Vec<_> = delivered.difference(&arrived).collect();
    assert_eq!(lost, Vec::<&String>::new(), "written down as delivered, and never arrived");
    assert!(server.logins().is_empty());
}
