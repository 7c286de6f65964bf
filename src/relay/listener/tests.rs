//! Round trips through real sockets on loopback.

use super::*;
use crate::relay::config::Tls;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use rustls::pki_types::{CertificateDer, ServerName};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

fn endpoint(tls: Option<Tls>) -> Endpoint {
    Endpoint { addr: ([127, 0, 0, 1], 0).into(), tls, plain: false }
}

struct Running {
    addr: SocketAddr,
    certificate: Option<Arc<Certificate>>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn start(tls: Option<Tls>, limits: Limits, router: Router) -> Running {
    let listener = Listener::bind(&endpoint(tls), limits).await.expect("bound");
    let (addr, certificate) = (listener.local_addr(), listener.certificate());
    let stop = CancellationToken::new();
    let task = tokio::spawn(listener.serve(router, stop.clone()));
    Running { addr, certificate, stop, task }
}

/// Says who asked.
fn router() -> Router {
    Router::new().route(
        "/",
        get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
    )
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// One request and the whole of its answer; the connection stays open.
async fn ask<S: AsyncRead + AsyncWrite + Unpin>(io: &mut S) -> String {
    io.write_all(GET).await.expect("written");
    answer(io).await
}

async fn answer<S: AsyncRead + Unpin>(io: &mut S) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"127.0.0.1") {
        let read = io.read_buf(&mut answer).await.unwrap_or(0);
        if read == 0 {
            break;
        }
    }
    String::from_utf8(answer).expect("text")
}

#[tokio::test]
async fn plain_connections_are_kept_alive_and_name_their_peer() {
    let running = start(None, Limits::default(), router()).await;
    let mut io = TcpStream::connect(running.addr).await.expect("connected");
    for _ in 0..3 {
        let answer = ask(&mut io).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
    }
    running.stop.cancel();
    running.task.await.expect("an idle connection holds nothing up");
    assert_eq!(io.read(&mut [0; 8]).await.expect("closed"), 0);
}

/// Writes a new certificate over the files; gives it as the client must see it.
fn renew(folder: &Path) -> (Tls, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("made");
    let tls = Tls { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
    std::fs::write(&tls.cert, made.cert.pem()).expect("written");
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).expect("written");
    (tls, made.cert.der().clone())
}

/// A client that trusts exactly these.
fn client(trusted: &[CertificateDer<'static>]) -> tokio_rustls::TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in trusted {
        roots.add(certificate.clone()).expect("a certificate");
    }
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_root_certificates(roots)
    .with_no_client_auth();
    Arc::new(config).into()
}

/// One TLS connection with one request; the certificate that was shown.
async fn ask_tls(
    client: &tokio_rustls::TlsConnector,
    addr: SocketAddr,
) -> io::Result<CertificateDer<'static>> {
    let tcp = TcpStream::connect(addr).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut io = client.connect(name, tcp).await?;
    let shown = io.get_ref().1.peer_certificates().expect("shown")[0].clone().into_owned();
    let answer = ask(&mut io).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    Ok(shown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_replaced_under_load_without_a_failed_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let (tls, old) = renew(folder.path());
    let running = start(Some(tls.clone()), Limits::default(), router()).await;
    let certificate = running.certificate.clone().expect("one");
    assert_eq!(ask_tls(&client(std::slice::from_ref(&old)), running.addr).await.expect("old"), old);

    let (_, new) = renew(folder.path());
    let both = client(&[old.clone(), new.clone()]);
    let enough = Arc::new(AtomicBool::new(false));
    let asked = Arc::new(AtomicUsize::new(0));
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (both, enough, asked, addr) =
                (both.clone(), enough.clone(), asked.clone(), running.addr);
            tokio::spawn(async move {
                while !enough.load(Ordering::Relaxed) {
                    ask_tls(&both, addr).await.expect("served");
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while asked.load(Ordering::Relaxed) < 20 {
        tokio::task::yield_now().await;
    }
    for _ in 0..10 {
        certificate.reload().expect("sound");
        tokio::task::yield_now().await;
    }
    // A certificate whose key is another's is refused, and the one in use stays.
    std::fs::write(&tls.key, rcgen::KeyPair::generate().expect("made").serialize_pem())
        .expect("written");
    let said = certificate.reload().expect_err("a wrong key").to_string();
    assert!(said.contains("do not work together"), "{said}");
    std::fs::write(&tls.cert, "nothing").expect("written");
    let said = certificate.reload().expect_err("no certificate").to_string();
    assert!(said.contains("there is none in it"), "{said}");
    let before = asked.load(Ordering::Relaxed);
    while asked.load(Ordering::Relaxed) < before + 20 {
        tokio::task::yield_now().await;
    }
    enough.store(true, Ordering::Relaxed);
    for task in load {
        task.await.expect("no request failed");
    }
    assert_eq!(ask_tls(&client(std::slice::from_ref(&new)), running.addr).await.expect("new"), new);
    assert!(ask_tls(&client(&[old]), running.addr).await.is_err());
    running.stop.cancel();
    running.task.await.expect("stopped");
}

#[tokio::test]
async fn a_silent_handshake_and_a_silent_head_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let short = Duration::from_millis(30);
    let limits = Limits { handshake: short, head: short, ..Limits::default() };
    for tls in [Some(renew(folder.path()).0), None] {
        let running = start(tls, limits, router()).await;
        let mut io = TcpStream::connect(running.addr).await.expect("connected");
        io.write_all(b"G").await.expect("written");
        let mut rest = Vec::new();
        let _ = io.read_to_end(&mut rest).await;
        running.stop.cancel();
        running.task.await.expect("stopped");
    }
}

#[tokio::test]
async fn one_too_many_reads_503_and_a_freed_place_is_given_again() {
    let running = start(None, Limits { connections: 1, ..Limits::default() }, router()).await;
    let mut first = TcpStream::connect(running.addr).await.expect("connected");
    ask(&mut first).await;
    let mut second = TcpStream::connect(running.addr).await.expect("connected");
    let mut said = String::new();
    second.read_to_string(&mut said).await.expect("told");
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
    drop(first);
    loop {
        let mut third = TcpStream::connect(running.addr).await.expect("connected");
        if third.write_all(GET).await.is_ok()
            && answer(&mut third).await.starts_with("HTTP/1.1 200")
        {
            break;
        }
    }
    running.stop.cancel();
    running.task.await.expect("stopped");
}

/// A route that says when it was entered and waits for leave to answer.
fn slow(entered: Arc<Notify>, leave: Arc<Notify>) -> Router {
    Router::new().route(
        "/",
        get(move || {
            let (entered, leave) = (entered.clone(), leave.clone());
            async move {
                entered.notify_one();
                leave.notified().await;
                "127.0.0.1"
            }
        }),
    )
}

#[tokio::test]
async fn a_stop_lets_what_is_under_way_finish() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let running = start(None, Limits::default(), slow(entered.clone(), leave.clone())).await;
    let mut io = TcpStream::connect(running.addr).await.expect("connected");
    io.write_all(GET).await.expect("written");
    entered.notified().await;
    running.stop.cancel();
    // The address is free as soon as the stop is seen, while the request is still under way.
    while TcpStream::connect(running.addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.task.is_finished());
    leave.notify_one();
    let answer = answer(&mut io).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    running.task.await.expect("stopped");
}

#[tokio::test]
async fn a_stop_cuts_what_does_not_finish() {
    let (entered, leave) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let limits = Limits { drain: Duration::from_millis(20), ..Limits::default() };
    let running = start(None, limits, slow(entered.clone(), leave)).await;
    let mut io = TcpStream::connect(running.addr).await.expect("connected");
    io.write_all(GET).await.expect("written");
    entered.notified().await;
    running.stop.cancel();
    running.task.await.expect("stopped");
    assert_eq!(answer(&mut io).await, "");
}

#[tokio::test]
async fn a_websocket_keeps_its_place_and_outlives_the_stop() {
    let echo = |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(|mut socket| async move {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                let _ = socket.send(Message::Text(text)).await;
            }
        })
    };
    let limits = Limits { connections: 1, ..Limits::default() };
    let running = start(None, limits, Router::new().route("/ws", get(echo))).await;
    let url = format!("ws://{}/ws", running.addr);
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.expect("upgraded");
    socket.send("ciao".into()).await.expect("sent");
    assert_eq!(socket.next().await.expect("open").expect("sound"), "ciao".into());
    assert!(tokio_tungstenite::connect_async(&url).await.is_err(), "the place is taken");
    running.stop.cancel();
    running.task.await.expect("stopped");
    socket.send("ancora".into()).await.expect("sent");
    assert_eq!(socket.next().await.expect("open").expect("sound"), "ancora".into());
}

#[tokio::test]
async fn a_taken_port_is_said_with_what_to_do() {
    let holder = Listener::bind(&endpoint(None), Limits::default()).await.expect("bound");
    let again = Endpoint { addr: holder.local_addr(), tls: None, plain: false };
    let said = Listener::bind(&again, Limits::default()).await.expect_err("taken").to_string();
    assert!(said.starts_with(&format!("cannot listen on {}", again.addr)), "{said}");
}
