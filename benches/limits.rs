//! How many webhooks a relay takes: `cargo bench --bench limits`, with `-- --quick` or `-- --full`.
//!
//! The bare path is what no endpoint can do without: axum, the signature, the parse, the answer; nothing is
//! kept. The whole relay is the built binary as a process of its own: every message is on disk before it is
//! acknowledged, 10,000 customers have open tickets, 50 consoles watch the inbox and acknowledge what they
//! are sent. Load and consoles run on the same cores, so figures are comparable within one run only: the
//! ratio is what counts. Closed loop: 64 connections, each sends when its last POST was answered. Open loop:
//! latency counts from the moment a POST was due, waiting included.

mod rig;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use guichet::kit::Secret;
use guichet::sandbox::load::{LoadOptions, Until};
use guichet::whatsapp::{signature, webhook};
use rig::child::Child;
use rig::console::{Console, inbox};
use rig::{APP_SECRET, Scale, fill, grouped, load, row, send, title};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const CUSTOMERS: usize = 10_000;
const CONSOLES: usize = 50;
/// As many rows as a screen has.
const ROWS: usize = 50;

/// Signature, parse, 200.
async fn bare(headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = headers.get(signature::SIGNATURE_HEADER).and_then(|header| header.to_str().ok());
    if signature::verify(header, &body, &[Secret::new(APP_SECRET)]).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    match webhook::parse(&body) {
        Ok(items) => {
            std::hint::black_box(items);
            StatusCode::OK
        }
        Err(_) => StatusCode::BAD_REQUEST,
    }
}

/// Webhooks a second of the bare path.
fn bare_path(lasts: Duration) -> f64 {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let url = format!("http://{}/webhooks/whatsapp", listener.local_addr().expect("an address"));
    let router = Router::new().route("/webhooks/whatsapp", post(bare));
    runtime.spawn(async move { axum::serve(listener, router).await });
    send(&load(url, "bare", CUSTOMERS, Until::Time(lasts))).per_second
}

/// Frames that came to the consoles, and those whose connection ended.
#[derive(Default)]
struct Seen {
    frames: AtomicU64,
    over: AtomicBool,
    lost: AtomicU64,
}

fn main() {
    let scale = Scale::asked();
    let lasts = Duration::from_secs(scale.of(2, 8, 30));
    title("webhooks of one text message, 64 connections");
    let bare = bare_path(lasts);
    row("bare path, closed loop", &format!("{}/s", grouped(bare)), "");

    let relay = Child::start("http://127.0.0.1:9");
    fill(relay.url(), "first", CUSTOMERS, scale.of(20_000, 50_000, 50_000));
    let watching = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let seen = Arc::new(Seen::default());
    for _ in 0..CONSOLES {
        let mut console = watching.block_on(Console::open(&relay, inbox(ROWS)));
        let seen = seen.clone();
        watching.spawn(async move {
            while console.hear().await.is_some() {
                seen.frames.fetch_add(1, Ordering::Relaxed);
            }
            if !seen.over.load(Ordering::Relaxed) {
                seen.lost.fetch_add(1, Ordering::Relaxed);
            }
        });
    }

    let closed = send(&load(relay.url(), "closed", CUSTOMERS, Until::Time(lasts)));
    let frames = seen.frames.swap(0, Ordering::Relaxed) as f64 / closed.seconds;
    let rate = closed.per_second;
    row("whole relay, closed loop", &format!("{}/s", grouped(rate)), "15,000/s, or 0.25 of bare");
    row("  of the bare path", &format!("{:.2}", rate / bare), "0.25");
    row("  p50 / p99", &latency(&closed), "");
    row("  frames to the consoles", &format!("{}/s", grouped(frames)), "");

    // Who cannot take so much would be measured by the length of his queue.
    let offered = (rate / 2.0).min(5_000.0).floor();
    let steady = LoadOptions {
        rate: Some(offered),
        ..load(relay.url(), "steady", CUSTOMERS, Until::Time(lasts))
    };
    let steady = send(&steady);
    let offered = format!("whole relay, {}/s open loop, p50 / p99", grouped(offered));
    row(&offered, &latency(&steady), "4 / 25 ms at 5,000/s");

    let batches =
        LoadOptions { batch: 100, ..load(relay.url(), "batches", CUSTOMERS, Until::Time(lasts)) };
    let batches = send(&batches);
    let updates = grouped(batches.updates_per_second);
    row("whole relay, 100 updates a POST, closed loop", &format!("{updates} updates/s"), "30,000");
    let lost = seen.lost.load(Ordering::Relaxed);
    assert_eq!(lost, 0, "consoles lost their connection");
    seen.over.store(true, Ordering::Relaxed);
}

fn latency(report: &guichet::sandbox::load::Report) -> String {
    format!("{:.1} / {:.1} ms", report.latency_ms.p50, report.latency_ms.p99)
}
