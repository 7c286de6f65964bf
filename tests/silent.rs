//! What consoles cost that connect, ask for much and read nothing. A process of its own, since its memory is
//! what is measured.

#[allow(dead_code)]
#[path = "relay/console.rs"]
mod console;
#[allow(dead_code)]
#[path = "relay/rig.rs"]
mod rig;

use crate::rig::{Rig, config};
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const NOW: i64 = 1_795_000_000;
const CONSOLES: usize = 100;
/// What one may cost, in bytes.
const MOST: usize = 256 * 1024;

/// Bytes of memory that this process holds.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("it says so");
    let kb = line.split_whitespace().nth(1).expect("a number");
    kb.parse::<usize>().expect("a number") * 1024
}

/// A client's text frame, masked with zeros.
fn frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("short");
    let mut bytes = vec![0x81];
    match length {
        0..126 => bytes.push(0x80 | length as u8),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(text.bytes());
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_console_costs_little_whatever_it_asks_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let long = "x".repeat(4_000);
    for n in 0..300 {
        let from = format!("39333{:07}", if n < 200 { n } else { 0 });
        rig.hears(&from, &format!("wamid.{n}"), NOW - 900 + n, &long).await;
    }
    let mut held = Vec::new();
    let mut before = 0;
    for nth in 0..CONSOLES + 10 {
        // The first few warm the caches up.
        if nth == 10 {
            before = resident();
        }
        let mut socket = TcpStream::connect(rig.daemon.consoles).await.expect("connected");
        let upgrade = format!(
            "GET /ws HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nconnection: upgrade\r\n\
             upgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: guichet.v1\r\n\r\n",
            anna.expose()
        );
        socket.write_all(upgrade.as_bytes()).await.expect("written");
        let mut head = [0; 12];
        socket.read_exact(&mut head).await.expect("an answer");
        assert_eq!(&head, b"HTTP/1.1 101");
        for text in [
            r#"{"kind":"hello","version":1,"client":"silent"}"#,
            r#"{"kind":"watch","watch":1,"what":{"view":"inbox","rows":200}}"#,
            r#"{"kind":"watch","watch":2,"what":{"view":"thread","ticket":1,"rows":500}}"#,
            r#"{"kind":"watch","watch":3,"what":{"view":"counts"}}"#,
        ] {
            socket.write_all(&frame(text)).await.expect("written");
        }
        held.push(socket);
    }
    for n in 0..200 {
        rig.hears("393330000000", &format!("wamid.more.{n}"), NOW - 500 + n, &long).await;
    }
    let each = resident().saturating_sub(before) / CONSOLES;
    println!("a silent console costs {} KB", each / 1024);
    assert!(each < MOST, "{each} bytes");
    drop(held);
    rig.daemon.stop().await.expect("a clean stop");
}
