//! Consoles that read nothing, say nothing, or talk nonsense: nobody else notices, and they cost little.

use crate::child::Child;
use crate::crowd::{client, post};
use crate::office::hire;
use crate::setup::{NOW, Setup, text, webhook};
use futures_util::{SinkExt, StreamExt};
use guichet::kit::Secret;
use serde_json::Value;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const CONSOLES: usize = 200;
/// What a console may cost the relay, in bytes.
const MOST: usize = 256 * 1024;

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// A console that watches nothing.
pub(crate) async fn greeted(consoles: SocketAddr, token: &Secret) -> Socket {
    let url = format!("ws://{consoles}/ws");
    let mut request = url.into_client_request().expect("a request");
    let bearer = format!("Bearer {}", token.expose());
    let headers = request.headers_mut();
    headers.insert("authorization", bearer.parse().expect("a header"));
    headers.insert("sec-websocket-protocol", "guichet.v1".parse().expect("a header"));
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.expect("a connection");
    let hello = r#"{"kind":"hello","version":1,"client":"test"}"#;
    socket.send(Message::text(hello)).await.expect("sent");
    socket
}

/// A console that watches the inbox and a thread.
async fn console(consoles: SocketAddr, token: &Secret) -> Socket {
    let mut socket = greeted(consoles, token).await;
    for text in [
        r#"{"kind":"watch","watch":1,"what":{"view":"inbox","rows":200}}"#,
        r#"{"kind":"watch","watch":2,"what":{"view":"thread","ticket":1,"rows":200}}"#,
    ] {
        socket.send(Message::text(text)).await.expect("sent");
    }
    socket
}

/// The next thing it is told; null when the connection ends.
async fn hear(socket: &mut Socket) -> Value {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).expect("JSON"),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Value::Null,
            Some(Ok(_)) => {}
        }
    }
}

/// Hears and acknowledges until a frame contains `word`.
async fn until(socket: &mut Socket, word: &str) {
    loop {
        let frame = hear(socket).await;
        assert!(!frame.is_null(), "the connection ended before `{word}`");
        if let Some(seq) = frame["seq"].as_u64() {
            let ack = format!(r#"{{"kind":"ack","seq":{seq}}}"#);
            socket.send(Message::text(ack)).await.expect("sent");
        }
        if frame.to_string().contains(word) {
            return;
        }
    }
}

/// The memory of a process, in bytes.
fn memory(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("is told");
    let kib = line.split_whitespace().nth(1).expect("a number");
    kib.parse::<usize>().expect("a number") * 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_babbling_consoles_cost_little_and_disturb_nobody() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let token = hire(&config, "anna").await;
    let (child, doors) = Child::ready(&temp.path().join("relay.toml"));
    let (http, url) = (client(), doors.url());
    for nth in 0..600 {
        let phone = format!("39340{:07}", nth % 300);
        let message =
            text(&phone, &format!("wamid.{nth}"), NOW + nth, &"so many words ".repeat(20));
        assert_eq!(post(&http, &url, &webhook(&[message])).await, 200);
    }
    // One that works as it should, before and beside all others.
    let mut good = console(doors.consoles, &token).await;
    until(&mut good, "\"thread\"").await;
    let before = memory(child.id());

    let mut silent = Vec::new();
    for _ in 0..CONSOLES {
        silent.push(console(doors.consoles, &token).await);
    }
    // Connections that never finish a request's head.
    let mut unfinished: Vec<_> = (0..50)
        .map(|_| TcpStream::connect(doors.consoles).expect("a connection"))
        .chain((0..50).map(|_| TcpStream::connect(doors.webhooks).expect("a connection")))
        .collect();
    for stream in &mut unfinished {
        stream.write_all(b"POST /webhooks/whatsapp HTTP/1.1\r\nx: ").expect("written");
    }
    for nth in 0..300 {
        let message = text("393490000000", &format!("wamid.more.{nth}"), NOW + nth, "more");
        assert_eq!(post(&http, &url, &webhook(&[message])).await, 200, "webhooks go on");
    }
    let last = text("393490000000", "wamid.last", NOW + 900, "the last word");
    assert_eq!(post(&http, &url, &webhook(&[last])).await, 200);
    until(&mut good, "the last word").await;
    let each = memory(child.id()).saturating_sub(before) / CONSOLES;
    assert!(each < MOST, "{each} bytes for each silent console");

    let mut babbling = console(doors.consoles, &token).await;
    for _ in 0..20 {
        let _ = babbling.send(Message::text("{\"kind\":7, ]")).await;
    }
    assert_eq!(goodbye(&mut babbling).await, "garbage");
    let mut flooding = console(doors.consoles, &token).await;
    for _ in 0..2_000 {
        if flooding.send(Message::text(r#"{"kind":"ping"}"#)).await.is_err() {
            break;
        }
    }
    assert_eq!(goodbye(&mut flooding).await, "flood");
    let mut huge = console(doors.consoles, &token).await;
    let _ = huge.send(Message::text("x".repeat(2 << 20))).await;
    while !hear(&mut huge).await.is_null() {}

    until_stopped(child, good, silent).await;
    println!("{CONSOLES} silent consoles cost {each} bytes each; garbage and floods were ended");
}

/// The reason that it is given at its end.
async fn goodbye(socket: &mut Socket) -> String {
    loop {
        let frame = hear(socket).await;
        if frame["kind"] == "goodbye" {
            return frame["reason"].as_str().unwrap_or_default().to_owned();
        }
        if frame.is_null() {
            return "nothing".to_owned();
        }
    }
}

/// Stops the relay although consoles hang on it.
async fn until_stopped(child: Child, mut good: Socket, silent: Vec<Socket>) {
    child.signal("TERM");
    assert_eq!(goodbye(&mut good).await, "stopping");
    let (status, log) = tokio::task::spawn_blocking(move || child.wait()).await.expect("no panic");
    assert_eq!(status.code(), Some(0), "{log}");
    drop(silent);
}
