//! The relay is killed while agents answer: what they were told was taken reaches the customer once, or is
//! shown as unconfirmed and reached him at most once.

use crate::child::{Child, Doors};
use crate::office::{Clerk, hire};
use crate::setup::{ACCESS_TOKEN, ACCOUNT, APP_SECRET, LINE, Setup, rounds};
use guichet::kit::{Clock, Secret};
use guichet::relay::config::Config;
use guichet::sandbox::{self, Faults, Line, Options, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

const CUSTOMERS: usize = 8;

/// A relay's configuration in this folder, on a port of its own, since it is killed and started again; and the
/// platform that it sends to, whose customers write only when they are told to. Its answers are slow now and then,
/// so that a kill finds sends under way.
pub(crate) async fn killable(folder: &Path) -> (Config, sandbox::Handle) {
    let slow = Some((Duration::from_millis(100), 0.3));
    linked(folder, Faults { slow, ..Faults::default() }).await
}

/// The same with a platform that has these faults.
pub(crate) async fn linked(folder: &Path, faults: Faults) -> (Config, sandbox::Handle) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = free.local_addr().expect("an address");
    drop(free);
    let webhooks = format!("\"{addr}\"");
    let bound = Sandbox::bind(([127, 0, 0, 1], 0).into()).await.expect("an address");
    let api = bound.api_url();
    let setup = Setup {
        webhooks: &webhooks,
        api_url: &api,
        knobs: "checkpoint_commits = 100",
        ..Setup::default()
    };
    let line = Line {
        phone_number_id: Some(LINE.into()),
        waba_id: Some(ACCOUNT.into()),
        app_secret: Some(Secret::new(APP_SECRET)),
        access_token: Some(Secret::new(ACCESS_TOKEN)),
        verify_token: None,
        ..Line::default()
    };
    let options = Options {
        webhook: Some(format!("http://{addr}/webhooks/whatsapp")),
        line,
        silent: true,
        waiting: 0,
        every: Duration::ZERO,
        faults,
        ..Options::default()
    };
    let platform = bound.start(options, Clock::system()).expect("it starts");
    (setup.load(folder), platform)
}

/// A reply that somebody wrote.
#[derive(Clone, Debug)]
struct Reply {
    ticket: u64,
    id: Uuid,
    text: String,
}

/// What became of the replies: with their outbox id those that were taken.
#[derive(Default)]
struct Said {
    taken: Vec<(Reply, String)>,
    open: Vec<Reply>,
}

/// Writes it; whether there was an answer.
async fn write(clerk: &Clerk, reply: Reply, said: &Mutex<Said>) -> bool {
    let action = json!({"do": "reply", "text": reply.text});
    let answer = clerk.act(reply.ticket, reply.id, action).await;
    let mut said = said.lock().expect("not poisoned");
    match answer {
        Some((200, answer)) => {
            let outbox = answer["outbox"].as_str().expect("an outbox id").to_owned();
            said.taken.push((reply, outbox));
            true
        }
        Some((503, _)) | None => {
            said.open.push(reply);
            false
        }
        Some((status, answer)) => panic!("{status}: {answer}"),
    }
}

/// Looks until `seen` says so.
pub(crate) async fn until<T>(what: &str, mut seen: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..3_000 {
        if let Some(found) = seen().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what} did not come about")
}

/// The tickets of the customers whose phones begin so.
async fn tickets(clerk: &Clerk, prefix: &str) -> Vec<u64> {
    let all = clerk.read("/tickets?limit=1000").await.unwrap_or_default();
    let rows = all.as_array().cloned().unwrap_or_default();
    let ours = rows.iter().filter(|row| row.to_string().contains(prefix));
    ours.filter_map(|row| row["number"].as_u64()).collect()
}

/// The state of each message of ours of a ticket, by outbox id.
async fn sends(clerk: &Clerk, ticket: u64) -> Option<BTreeMap<String, (String, String)>> {
    let thread = clerk.read(&format!("/tickets/{ticket}/thread")).await?;
    let word = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entries = thread["entries"].as_array()?.iter();
    let ours = entries.filter(|entry| entry["outbox"].is_string());
    Some(ours.map(|e| (word(e, "outbox"), (word(e, "status"), word(e, "text")))).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_agents_answer_every_reply_arrives_once_or_is_shown_unconfirmed() {
    let temp = tempfile::tempdir().expect("a folder");
    let (config, platform) = killable(temp.path()).await;
    let path = temp.path().join("relay.toml");
    let token = hire(&config, "anna").await;

    let said = Arc::new(Mutex::new(Said::default()));
    let (mut child, mut doors): (Child, Doors) = Child::ready(&path);
    let rounds = rounds();
    for round in 0..rounds {
        let clerk = Clerk::at(doors.consoles, &token);
        let open = std::mem::take(&mut said.lock().expect("not poisoned").open);
        for reply in open {
            assert!(write(&clerk, reply, &said).await, "sent again under the same id");
        }
        let prefix = format!("3933{round:04}");
        for customer in 0..CUSTOMERS {
            let phone = format!("{prefix}{customer:04}");
            platform.say(&phone, "where is my parcel?").expect("he writes");
        }
        let tickets = until("the tickets", async || {
            Some(tickets(&clerk, &prefix).await).filter(|all| all.len() == CUSTOMERS)
        })
        .await;
        let before = said.lock().expect("not poisoned").taken.len();
        let mut agents = JoinSet::new();
        for ticket in tickets {
            let (clerk, said) = (clerk.clone(), said.clone());
            agents.spawn(async move {
                for nth in 0..30 {
                    let text = format!("reply {round} {ticket} {nth}");
                    let reply = Reply { ticket, id: Uuid::new_v4(), text };
                    if !write(&clerk, reply, &said).await {
                        return;
                    }
                }
            });
        }
        let most = before + (round as usize * 41) % 150 + 10;
        while said.lock().expect("not poisoned").taken.len() < most {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        child.kill();
        while let Some(ended) = agents.join_next().await {
            ended.expect("no panic");
        }
        (child, doors) = Child::ready(&path);
    }
    let clerk = Clerk::at(doors.consoles, &token);
    let open = std::mem::take(&mut said.lock().expect("not poisoned").open);
    for reply in open {
        assert!(write(&clerk, reply, &said).await, "sent again under the same id");
    }

    let said = std::mem::take(&mut *said.lock().expect("not poisoned"));
    let mut of_ticket: BTreeMap<u64, Vec<(Reply, String)>> = BTreeMap::new();
    for (reply, outbox) in said.taken {
        of_ticket.entry(reply.ticket).or_default().push((reply, outbox));
    }
    let (mut arrived, mut unconfirmed, mut held) = (0, 0, 0);
    for (ticket, replies) in &of_ticket {
        // Until everything has arrived, or an unconfirmed one holds up what is behind it.
        let shown = until("the end of the outbox", async || {
            let shown = sends(&clerk, *ticket).await?;
            let words: Vec<_> = shown.values().map(|(status, _)| status.as_str()).collect();
            let waits = words.iter().any(|word| matches!(*word, "queued" | "attempting"));
            (!waits || words.contains(&"unconfirmed")).then_some(shown)
        })
        .await;
        let record = platform.record();
        for (reply, outbox) in replies {
            let (status, text) = shown.get(outbox).unwrap_or_else(|| panic!("{reply:?} was lost"));
            assert_eq!(*text, reply.text);
            let times = record.accepted.get(outbox).map_or(0, Vec::len);
            assert!(times <= 1, "{reply:?} was sent {times} times");
            match status.as_str() {
                "unconfirmed" => unconfirmed += 1,
                "queued" => {
                    assert_eq!(times, 0, "{reply:?}");
                    held += 1;
                }
                "accepted" | "sent" | "delivered" | "read" => {
                    assert_eq!(times, 1, "{reply:?}");
                    arrived += 1;
                }
                other => panic!("{reply:?} is {other}"),
            }
        }
        let texts: std::collections::BTreeSet<_> = shown.values().map(|(_, text)| text).collect();
        assert_eq!(texts.len(), shown.len(), "a reply is in the thread twice");
    }
    let record = platform.record();
    assert_eq!(record.sent_twice().count(), 0);
    assert!(arrived > 0);
    child.kill();
    println!(
        "kill -9 while agents answer: {rounds} rounds, {arrived} arrived once, {unconfirmed} unconfirmed, {held} held behind them"
    );
}
