//! The client against a server that answers, or breaks off, as told.

use super::*;
use crate::whatsapp::error::Class;
use crate::whatsapp::exchange::is_loopback;
use crate::whatsapp::send::{Body, Recipient};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server that gives one answer a connection and returns the requests it saw.
async fn server(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/v25.0", listener.local_addr().expect("an address"));
    let seen = tokio::spawn(async move {
        let mut seen = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            seen.push(request(&mut stream).await);
            stream.write_all(answer.as_bytes()).await.expect("written");
        }
        seen
    });
    (url, seen)
}

async fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
            if length.map_or(0, |length| length.parse().expect("a length")) <= body.len() {
                return text;
            }
        }
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.expect("read");
        if read == 0 {
            return text;
        }
        bytes.extend_from_slice(&piece[..read]);
    }
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn client(url: &str) -> GraphClient {
    rustls::crypto::ring::default_provider().install_default().ok();
    let timeouts =
        Timeouts { connect: Duration::from_millis(400), whole: Duration::from_millis(1500) };
    GraphClient::new(url, Secret::new("EAAtoken"), timeouts).expect("a client")
}

fn hello() -> SendRequest {
    SendRequest {
        phone_number_id: "1001".into(),
        to: Recipient::Phone("393331234567".into()),
        body: Body::Text { text: "Ciao".into(), preview_url: false },
        reply_to: None,
        callback: Some("7.9".into()),
    }
}

async fn sent(answer: String) -> SendOutcome {
    let (url, seen) = server(vec![answer]).await;
    let outcome = client(&url).send(&hello()).await;
    let seen = seen.await.expect("served");
    assert!(seen[0].starts_with("POST /v25.0/1001/messages HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].contains("Bearer EAAtoken") && seen[0].contains(r#""to":"+393331234567""#));
    outcome
}

#[tokio::test]
async fn an_accepted_message_has_its_id() {
    let body = r#"{"messaging_product":"whatsapp","contacts":[{"input":"+39"}],"messages":[{"id":"wamid.X="}]}"#;
    let outcome = sent(http("200 OK", "", body)).await;
    assert_eq!(outcome, SendOutcome::Accepted { wamid: "wamid.X=".into(), message_status: None });
}

#[tokio::test]
async fn a_code_makes_a_refusal_whatever_the_http_status() {
    for status in ["400 Bad Request", "500 Internal Server Error", "200 OK"] {
        let body = r##"{"error":{"message":"(#131047) Re-engagement message","code":131047,"error_data":{"details":"D"}}}"##;
        assert_eq!(
            sent(http(status, "", body)).await,
            SendOutcome::Rejected {
                code: Some(131047),
                class: Class::Never,
                title: "Re-engagement message".into(),
                details: Some("D".into()),
                retry_after: None,
            },
            "{status}"
        );
    }
    let usage = "x-business-use-case-usage: {\"2002\":[{\"type\":\"messaging\",\"estimated_time_to_regain_access\":3}]}\r\nretry-after: 5\r\n";
    let outcome =
        sent(http("400 Bad Request", usage, r#"{"error":{"code":80007,"message":"m"}}"#)).await;
    assert!(
        matches!(outcome, SendOutcome::Rejected { class: Class::Wait, retry_after: Some(wait), .. } if wait.as_secs() == 180),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn too_many_requests_are_a_wait_also_without_a_code() {
    let outcome = sent(http("429 Too Many Requests", "retry-after: 7\r\n", "slow down")).await;
    assert!(
        matches!(outcome, SendOutcome::Rejected { code: None, class: Class::Wait, retry_after: Some(wait), .. } if wait.as_secs() == 7),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn what_does_not_say_is_unknown() {
    for answer in [
        http("500 Internal Server Error", "", ""),
        http("502 Bad Gateway", "", "<html>"),
        http("400 Bad Request", "", "{}"),
        http("307 Temporary Redirect", "location: http://127.0.0.1:9/\r\n", ""),
        http("200 OK", "", "{}"),
        http("200 OK", "", r#"{"messages":[{"id":""}]}"#),
        http(
            "500 Internal Server Error",
            "",
            r#"{"error":{"code":131000,"message":"Something went wrong"}}"#,
        ),
        http("400 Bad Request", "", r#"{"error":{"code":1,"message":"m"}}"#),
        // Cut: after the request, in the head, in the body.
        String::new(),
        "HTTP/1.1 200 O".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"messages\":[{\"id\":\"wamid.X\"}]}"
            .to_owned(),
    ] {
        let outcome = sent(answer.clone()).await;
        let SendOutcome::Unknown { reason } = outcome else { panic!("{answer:?} {outcome:?}") };
        assert!(!reason.contains("EAAtoken") && !reason.contains("39333"), "{reason}");
    }
}

#[tokio::test]
async fn silence_after_the_request_is_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let outcome = client(&url).send(&hello()).await;
    assert!(matches!(outcome, SendOutcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let refused = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    // One server answers the TLS greeting with something else, one not at all.
    let garbled = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let no_tls = format!("https://{}", garbled.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let (mut stream, _) = garbled.accept().await.expect("a connection");
        stream.write_all(b"220 hello\r\n").await.expect("written");
        stream.read_u8().await.expect("a greeting");
    });
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mute = format!("https://{}", silent.local_addr().expect("an address"));
    for url in [refused, no_tls, mute] {
        let outcome = client(&url).send(&hello()).await;
        assert!(matches!(outcome, SendOutcome::NotSent { retry: true, .. }), "{url} {outcome:?}");
    }
    served.await.expect("served");
    let mut empty = hello();
    empty.body = Body::Text { text: String::new(), preview_url: false };
    let outcome = client("http://127.0.0.1:9").send(&empty).await;
    assert!(matches!(outcome, SendOutcome::NotSent { retry: false, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_never_sends_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let body = r#"{"messages":[{"id":"wamid.1"}]}"#;
        let (mut stream, _) = listener.accept().await.expect("a connection");
        request(&mut stream).await;
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.expect("written");
        // The second request comes on the same connection, is read, and gets no answer.
        request(&mut stream).await;
        drop(stream);
        drop(listener);
    });
    let client = client(&url);
    assert!(matches!(client.send(&hello()).await, SendOutcome::Accepted { .. }));
    let outcome = client.send(&hello()).await;
    assert!(matches!(outcome, SendOutcome::Unknown { .. }), "{outcome:?}");
    served.await.expect("served");
}

#[tokio::test]
async fn templates_come_from_every_page() {
    let page = |name: &str, paging: &str| {
        http(
            "200 OK",
            "",
            &format!(r#"{{"data":[{{"name":"{name}","language":"it"}}],"paging":{paging}}}"#),
        )
    };
    let next = |after: &str| {
        format!(r#"{{"cursors":{{"after":"{after}"}},"next":"https://elsewhere.example/"}}"#)
    };
    let (url, seen) =
        server(vec![page("a", &next("C1")), page("b", &next("C2=")), page("c", "{}")]).await;
    let found = client(&url).templates("2002").await.expect("templates");
    assert_eq!(
        found.iter().map(|template| template.name.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    let seen = seen.await.expect("served");
    assert!(seen[0].starts_with("GET /v25.0/2002/message_templates?fields="), "{}", seen[0]);
    assert!(seen[1].contains("&after=C1 ") && seen[2].contains("&after=C2%3D "), "{seen:?}");

    let (url, _seen) = server(vec![page("a", &next("C")), page("a", &next("C"))]).await;
    let fault = client(&url).templates("2002").await.expect_err("no end");
    assert!(matches!(fault, Fault::Strange { .. }), "{fault}");
}

#[tokio::test]
async fn questions_are_answered_refused_or_not() {
    let number = r#"{"quality_rating":"GREEN","throughput":{"level":"HIGH"}}"#;
    let (url, seen) = server(vec![
        http("200 OK", "", number),
        http("401 Unauthorized", "", r#"{"error":{"code":190,"message":"expired"}}"#),
        http("503 Service Unavailable", "", ""),
        http("200 OK", "", r#"{"success":true}"#),
    ])
    .await;
    let client = client(&url);
    let status = client.number_status("1001").await.expect("a number");
    assert_eq!(status.throughput.as_deref(), Some("HIGH"));
    let fault = client.number_status("1001").await.expect_err("expired");
    assert_eq!(fault.to_string(), "the platform refused with code 190: expired");
    let fault = client.number_status("1001").await.expect_err("down");
    assert!(matches!(fault, Fault::Silent { .. }), "{fault}");
    let read =
        MarkRead { phone_number_id: "1001".into(), message_id: "wamid.1".into(), typing: true };
    client.mark_read(&read).await.expect("marked");
    assert!(seen.await.expect("served")[3].contains(r#""status":"read""#));
}

#[tokio::test]
async fn a_probe_wants_any_answer_but_overload() {
    for (answer, up) in [
        (http("200 OK", "", r#"{"id":"1001"}"#), true),
        (http("401 Unauthorized", "", r#"{"error":{"code":190,"message":"m"}}"#), true),
        (http("503 Service Unavailable", "", r#"{"error":{"code":2,"message":"m"}}"#), false),
        (http("500 Internal Server Error", "", ""), false),
        (String::new(), false),
    ] {
        let (url, _seen) = server(vec![answer.clone()]).await;
        assert_eq!(client(&url).probe("1001").await.is_ok(), up, "{answer}");
    }
}

#[test]
fn an_address_must_be_one() {
    for url in ["", "graph.facebook.com/v25.0", "ftp://graph.facebook.com", "unix:/x"] {
        let made = GraphClient::new(url, Secret::new("t"), Timeouts::default());
        assert!(matches!(made, Err(ClientError::Url { .. })), "{url}");
    }
    for (url, loopback) in [
        ("http://127.0.0.1:9", true),
        ("http://[::1]:9/v1", true),
        ("http://localhost", true),
        ("https://graph.facebook.com", false),
    ] {
        assert_eq!(is_loopback(&Url::parse(url).expect("a URL")), loopback, "{url}");
    }
}
