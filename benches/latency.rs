//! How long a message takes through a relay: `cargo bench --bench latency`, with `-- --quick` or `-- --full`.
//!
//! The relay is the built binary as a process of its own; customers, console and platform are in this one.
//! In: from just before the POST is written until the console's frame with that text has been read, so both
//! ways over the loopback and the reading of the JSON are in it. 100 webhooks a second from 100 customers;
//! the relay puts up to 50 ms of news into one frame, which is why the median lies near 25 ms. Out: from just
//! before an agent's command is written until the request with its text has been read at the platform; the
//! undo delay is zero; one reply at a time, each to another customer. The reply is on disk twice on its way:
//! as decided, and as about to be tried.

mod rig;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use futures_util::FutureExt;
use guichet::domain::id::TicketNumber;
use guichet::kit::{Clock, Secret};
use guichet::whatsapp::signature;
use guichet::wire::{ActionRequest, ClientFrame, Fresh, RelayFrame};
use rig::child::Child;
use rig::console::{Console, inbox};
use rig::quantiles::Quantiles;
use rig::{ACCOUNT, APP_SECRET, LINE, Scale, row, title};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use uuid::Uuid;

const CUSTOMERS: usize = 100;
/// Webhooks a second.
const RATE: u32 = 100;
/// Between replies: slower than one console may send commands.
const REPLY_EVERY: Duration = Duration::from_millis(60);
/// How long one answer may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(20);

fn body(customer: usize, id: &str, text: &str) -> String {
    let now = Clock::system().now().secs();
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{ACCOUNT}","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"390000","phone_number_id":"{LINE}"}},"contacts":[{{"profile":{{"name":"Anna"}},"wa_id":"39333{customer:07}"}}],"messages":[{{"from":"39333{customer:07}","id":"wamid.{id}","timestamp":"{now}","type":"text","text":{{"body":"{text}"}}}}]}}}}]}}]}}"#
    )
}

async fn post(http: &reqwest::Client, url: &str, body: String) {
    let signature = signature::sign(body.as_bytes(), &Secret::new(APP_SECRET));
    let request = http.post(url).header(signature::SIGNATURE_HEADER, signature).body(body);
    let status = request.send().await.expect("the relay answers").status();
    assert_eq!(status, 200);
}

/// From a webhook to the console's frame.
async fn inwards(relay: &Child, webhooks: usize) -> Quantiles {
    let http = reqwest::Client::new();
    let url = relay.url();
    let mut console = Console::open(relay, inbox(200)).await;
    let mut sent: Vec<Instant> = Vec::with_capacity(webhooks);
    // The first message of each customer that was not seen yet; his n-th is number customer + n * CUSTOMERS.
    let mut unseen: Vec<usize> = (0..CUSTOMERS).collect();
    let mut waits = Vec::with_capacity(webhooks);
    let mut due = interval(Duration::from_secs(1) / RATE);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut posts = tokio::task::JoinSet::new();
    while waits.len() < webhooks {
        tokio::select! {
            _ = due.tick(), if sent.len() < webhooks => {
                let number = sent.len();
                let text = body(number % CUSTOMERS, &format!("in.{number}"), &format!("n={number} hello"));
                sent.push(Instant::now());
                let (http, url) = (http.clone(), url.clone());
                posts.spawn(async move { post(&http, &url, text).await });
            }
            heard = timeout(PATIENCE, console.hear()) => {
                let text = heard.expect("frames come").expect("the relay goes on");
                let Ok(RelayFrame::Frame { parts, .. }) = serde_json::from_str(&text) else { continue };
                let now = Instant::now();
                for part in parts {
                    let Fresh::Inbox { rows: change, .. } = part.fresh else { continue };
                    for preview in change.items.into_iter().filter_map(|row| row.last_message) {
                        let number = preview.preview.strip_prefix("n=").and_then(|text| text.split(' ').next());
                        let number: usize = number.expect("a text of ours").parse().expect("a number");
                        let next = &mut unseen[number % CUSTOMERS];
                        while *next <= number {
                            waits.push(now - sent[*next]);
                            *next += CUSTOMERS;
                        }
                    }
                }
            }
        }
    }
    posts.join_all().await;
    Quantiles::of(waits)
}

/// Accepts every message and says when it came.
async fn accept(
    State(seen): State<mpsc::UnboundedSender<(String, Instant)>>,
    body: Bytes,
) -> String {
    let now = Instant::now();
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(text) = json["text"]["body"].as_str() else {
        return r#"{"data":[],"success":true}"#.to_owned();
    };
    let to = json["to"].as_str().unwrap_or_default();
    let answer = format!(
        r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{to}","wa_id":"{to}"}}],"messages":[{{"id":"wamid.out.{text}"}}]}}"#
    );
    let _ = seen.send((text.to_owned(), now));
    answer
}

/// From an agent's command to the platform.
async fn outwards(
    relay: &Child,
    seen: &mut mpsc::UnboundedReceiver<(String, Instant)>,
    replies: usize,
) -> Quantiles {
    let http = reqwest::Client::new();
    for customer in 0..replies {
        // The first hundred have tickets already.
        let text = body(customer, &format!("out.{customer}"), "n=0 where is it?");
        post(&http, &relay.url(), text).await;
    }
    let mut console = Console::open(relay, inbox(50)).await;
    let mut waits = Vec::with_capacity(replies);
    let mut due = interval(REPLY_EVERY);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 1..=replies {
        due.tick().await;
        let text = format!("reply {number}");
        let action = ActionRequest::Reply { text: text.clone(), quote: None };
        let ticket = TicketNumber(number as u64);
        let begun = Instant::now();
        console.say(&ClientFrame::Command { id: Uuid::new_v4(), ticket, action }).await;
        let arrived = loop {
            tokio::select! {
                arrived = timeout(PATIENCE, seen.recv()).fuse() => {
                    let (said, at) = arrived.expect("replies arrive").expect("the platform goes on");
                    assert_eq!(said, text);
                    break at;
                }
                heard = console.hear() => {
                    let heard = heard.expect("the relay goes on");
                    assert!(!heard.starts_with("{\"kind\":\"refused\""), "{heard}");
                }
            }
        };
        waits.push(arrived - begun);
    }
    Quantiles::of(waits)
}

fn main() {
    let scale = Scale::asked();
    rustls::crypto::ring::default_provider().install_default().expect("the first");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (said, mut seen) = mpsc::unbounded_channel();
    let platform = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let api_url = format!("http://{}/v25.0", platform.local_addr().expect("an address"));
    runtime.spawn(async move {
        axum::serve(platform, Router::new().fallback(accept).with_state(said)).await
    });
    let relay = Child::start(&api_url);
    title("through the relay");
    let webhooks = scale.of(300, 1_500, 6_000);
    let figures = runtime.block_on(inwards(&relay, webhooks));
    row("webhook to a console's frame, 100/s: p50/p99/max", &figures.line(), "60 / 80 ms");
    let replies = scale.of(50, 200, 1_000);
    let figures = runtime.block_on(outwards(&relay, &mut seen, replies));
    row("reply to the platform: p50/p99/max", &figures.line(), "10 ms");
}
