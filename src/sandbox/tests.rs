//! The whole sandbox in one process, with a receiver that checks every signature.

use super::*;
use crate::kit::{Secret, Timestamp};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::mpsc;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const TOKEN: &str = "EAAtoken";

/// A webhook that answers what it is told, 200 by default, and passes on what it took.
struct Receiver {
    url: String,
    bodies: mpsc::UnboundedReceiver<Value>,
    refuse: Arc<AtomicUsize>,
}

impl Receiver {
    async fn start(secret: &'static str) -> Self {
        let (taken, bodies) = mpsc::unbounded_channel();
        let refuse = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url =
            format!("http://{}/webhooks/whatsapp", listener.local_addr().expect("an address"));
        let refusing = refuse.clone();
        let take = move |request: axum::extract::Request| {
            let (taken, refuse) = (taken.clone(), refusing.clone());
            async move {
                let (parts, body) = request.into_parts();
                if parts.method == "GET" {
                    let query = parts.uri.query().unwrap_or_default().to_owned();
                    let value = |key: &str| {
                        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                        pairs.find(|pair| pair.0 == key).map(|pair| pair.1.to_owned())
                    };
                    assert_eq!(value("hub.verify_token").as_deref(), Some("verify"));
                    return (
                        axum::http::StatusCode::OK,
                        value("hub.challenge").expect("a challenge"),
                    );
                }
                let bytes = axum::body::to_bytes(body, 4 << 20).await.expect("a body");
                let signed =
                    parts.headers["x-hub-signature-256"].to_str().expect("ASCII").to_owned();
                assert_eq!(signed, update::signature(&Secret::new(secret), &bytes));
                assert!(bytes.is_ascii(), "everything else is escaped");
                if refuse.load(Ordering::SeqCst) > 0 {
                    refuse.fetch_sub(1, Ordering::SeqCst);
                    return (axum::http::StatusCode::SERVICE_UNAVAILABLE, String::new());
                }
                taken.send(serde_json::from_slice(&bytes).expect("JSON")).expect("a test listens");
                (axum::http::StatusCode::OK, String::new())
            }
        };
        let router = axum::Router::new().fallback(take);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let service = hyper_util::service::TowerToHyperService::new(router.clone());
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { url, bodies, refuse }
    }

    /// Waits until the messages and statuses taken so far satisfy `enough`; all bodies.
    async fn until(&mut self, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let mut all = Vec::new();
        while !enough(&all) {
            let next = tokio::time::timeout(Duration::from_secs(20), self.bodies.recv()).await;
            all.push(next.expect("a webhook in time").expect("a receiver"));
        }
        all
    }
}

/// All items of one list over all entries and changes of the bodies.
fn items(bodies: &[Value], list: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for body in bodies {
        for entry in body["entry"].as_array().into_iter().flatten() {
            for change in entry["changes"].as_array().into_iter().flatten() {
                found.extend(change["value"][list].as_array().cloned().unwrap_or_default());
            }
        }
    }
    found
}

fn options(receiver: &Receiver) -> Options {
    Options {
        webhook: Some(receiver.url.clone()),
        line: Line {
            phone_number_id: Some("1".into()),
            waba_id: Some("2".into()),
            app_secret: Some(Secret::new("app secret")),
            access_token: Some(Secret::new(TOKEN)),
            verify_token: Some(Secret::new("verify")),
            ..Line::default()
        },
        silent: true,
        run: Some(9),
        ..Options::default()
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

async fn post(client: &reqwest::Client, url: &str, body: &Value) -> (u16, Value) {
    let answer = client.post(url).bearer_auth(TOKEN).json(body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

fn text(to: &str, callback: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": "Eccoci"},
           "biz_opaque_callback_data": callback})
}

#[tokio::test]
async fn a_customer_writes_is_answered_and_reads() {
    let mut receiver = Receiver::start("app secret").await;
    let clock = Clock::manual(NOW);
    let sandbox = Sandbox::start(options(&receiver), clock.clone()).await.expect("a sandbox");
    let id = sandbox.say("giulia", "Perché è così? 😕").expect("a customer");
    let bodies = receiver.until(|all| !items(all, "messages").is_empty()).await;
    let message = &items(&bodies, "messages")[0];
    assert_eq!(message["id"], id.as_str());
    assert_eq!(message["text"]["body"], "Perché è così? 😕");
    assert_eq!(message["timestamp"], "1800000000");
    assert_eq!(items(&bodies, "contacts")[0]["profile"]["name"], "Giulia Bianchi");
    assert_eq!(bodies[0]["entry"][0]["id"], "2");

    let client = client();
    let url = format!("{}/1/messages", sandbox.api_url());
    let (status, answer) = post(&client, &url, &text("+393471112233", "7.1")).await;
    assert_eq!(status, 200, "{answer}");
    let wamid = answer["messages"][0]["id"].as_str().expect("an id").to_owned();
    clock.set(NOW.plus_secs(9_000));
    let bodies = receiver.until(|all| items(all, "statuses").len() == 3).await;
    assert!(items(&bodies, "statuses").iter().all(|one| one["id"] == wamid.as_str()));

    let record = sandbox.stop().await;
    assert_eq!(record.webhooks.verified, Some(true));
    assert_eq!(record.acknowledged().collect::<Vec<_>>(), [id.as_str()]);
    assert_eq!(record.accepted["7.1"], std::slice::from_ref(&wamid));
    assert_eq!(record.sends[&wamid].statuses.len(), 3);
    assert_eq!(record.read(), 1);
    assert_eq!(record.sent_twice().count(), 0);
}

#[tokio::test]
async fn the_graph_api_refuses_like_the_platform() {
    let receiver = Receiver::start("app secret").await;
    let sandbox = Sandbox::start(options(&receiver), Clock::manual(NOW)).await.expect("a sandbox");
    let client = client();
    let root = format!("http://{}", sandbox.addr());
    let cases = [
        ("/v25.0/1/messages", text("+393471112233", "a"), 400, 131_047),
        ("/1/messages", text("393471112233", "a"), 400, 131_009),
        ("/v19.0/8/messages", text("+393471112233", "a"), 400, 100),
        ("/v25.0/1/messages", json!({"messaging_product": "whatsapp"}), 400, 131_008),
        ("/v25.0/1/nothing", json!({}), 400, 100),
    ];
    for (path, body, status, code) in cases {
        let (answered, answer) = post(&client, &format!("{root}{path}"), &body).await;
        assert_eq!((answered, &answer["error"]["code"]), (status, &json!(code)), "{path} {answer}");
        assert_eq!(answer["error"]["type"], "OAuthException");
        assert!(answer["error"]["fbtrace_id"].is_string());
    }
    let wrong = client.get(format!("{root}/1")).bearer_auth("other").send().await.expect("answer");
    assert_eq!(wrong.status(), 401);
    let wrong: Value = wrong.json().await.expect("JSON");
    assert_eq!(wrong["error"]["code"], 190);
    let record = sandbox.stop().await;
    assert_eq!(record.rejected[&131_047], 1);
    assert_eq!(record.requests.messages, 4);
}

#[tokio::test]
async fn reads_templates_number_and_media() {
    let receiver = Receiver::start("app secret").await;
    let sandbox = Sandbox::start(options(&receiver), Clock::manual(NOW)).await.expect("a sandbox");
    let client = client();
    let get = async |url: String| -> Value {
        let answer = client.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    };
    let mut url = format!("{}/2/message_templates?fields=name,status&limit=100", sandbox.api_url());
    let (mut pages, mut rows) = (0, 0);
    loop {
        let page = get(url).await;
        pages += 1;
        rows += page["data"].as_array().expect("rows").len();
        match page["paging"]["next"].as_str() {
            Some(next) => url = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((pages, rows), (4, 58));
    let paused =
        get(format!("{}/2/message_templates?status=paused&language=pt_BR", sandbox.api_url()))
            .await;
    assert_eq!(paused["data"][0]["name"], "loyalty_points");
    let number = get(format!("{}/1?fields=quality_rating,throughput", sandbox.api_url())).await;
    assert_eq!(
        number,
        json!({"id": "1", "quality_rating": "GREEN", "throughput": {"level": "STANDARD"}})
    );

    let part = reqwest::multipart::Part::bytes(b"\x89PNG\r\n\x1a\n".to_vec())
        .file_name("a.png")
        .mime_str("image/png")
        .expect("a type");
    let form =
        reqwest::multipart::Form::new().text("messaging_product", "whatsapp").part("file", part);
    let upload = client.post(format!("{}/1/media", sandbox.api_url())).bearer_auth(TOKEN);
    let kept: Value =
        upload.multipart(form).send().await.expect("answer").json().await.expect("JSON");
    let media = get(format!("{}/{}", sandbox.api_url(), kept["id"].as_str().expect("an id"))).await;
    assert_eq!(media["file_size"], 8);
    let file = client.get(media["url"].as_str().expect("a URL"));
    assert_eq!(file.try_clone().expect("a request").send().await.expect("answer").status(), 401);
    let file = file.bearer_auth(TOKEN).send().await.expect("answer");
    assert_eq!(file.headers()["content-type"], "image/png");
    assert_eq!(&file.bytes().await.expect("bytes")[..], b"\x89PNG\r\n\x1a\n");
}

#[tokio::test]
async fn a_webhook_is_posted_until_it_is_taken() {
    let mut receiver = Receiver::start("app secret").await;
    receiver.refuse.store(2, Ordering::SeqCst);
    let sandbox = Sandbox::start(options(&receiver), Clock::manual(NOW)).await.expect("a sandbox");
    let said = client()
        .post(format!("http://{}/_sandbox/say", sandbox.addr()))
        .json(&json!({"from": "+393339998877", "text": "ciao"}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(said.status(), 200);
    receiver.until(|all| !all.is_empty()).await;
    let record: Record = client()
        .get(format!("http://{}/_sandbox/record", sandbox.addr()))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a record");
    assert_eq!(record.webhooks.retried, 2);
    let record = sandbox.stop().await;
    assert_eq!(record.webhooks.answers[&503], 2);
    assert_eq!(record.acknowledged().count(), 1);
}

#[tokio::test]
async fn webhook_faults_do_what_they_say() {
    let mut receiver = Receiver::start("app secret").await;
    let faults = Faults { duplicate: 1.0, drop_status: 1.0, ..Faults::default() };
    let clock = Clock::manual(NOW);
    let sandbox = Sandbox::start(Options { faults, ..options(&receiver) }, clock.clone())
        .await
        .expect("a sandbox");
    let id = sandbox.say("giulia", "ciao").expect("a customer");
    let url = format!("{}/1/messages", sandbox.api_url());
    post(&client(), &url, &text("+393471112233", "7.1")).await;
    let bodies = receiver.until(|all| items(all, "messages").len() == 2).await;
    assert!(items(&bodies, "messages").iter().all(|one| one["id"] == id.as_str()));
    let record = sandbox.stop().await;
    assert_eq!((record.webhooks.posted, record.webhooks.duplicated), (1, 1));
    assert_eq!(record.statuses_dropped, 3);
    assert!(record.statuses.is_empty());
}

#[tokio::test]
async fn graph_faults_do_what_they_say() {
    let receiver = Receiver::start("app secret").await;
    let client = client();
    let ask = async |faults: Faults| {
        let started =
            Sandbox::start(Options { faults, ..options(&receiver) }, Clock::manual(NOW)).await;
        let sandbox = started.expect("a sandbox");
        sandbox.say("giulia", "ciao").expect("a customer");
        let url = format!("{}/1/messages", sandbox.api_url());
        let mut answers = Vec::new();
        for n in 0..20 {
            let body = text("+393471112233", &format!("7.{n}"));
            let answer = client.post(&url).bearer_auth(TOKEN).json(&body).send().await;
            answers.push(answer.map_or(0, |answer| answer.status().as_u16()));
        }
        (answers, sandbox.stop().await)
    };
    let all = |answers: &[u16], allowed: &[u16]| answers.iter().all(|one| allowed.contains(one));

    let (answers, record) = ask(Faults { cut: 1.0, ..Faults::default() }).await;
    assert!(all(&answers, &[0]), "{answers:?}");
    assert!((4..=16).contains(&record.sends.len()), "half of them were carried out");

    let (answers, record) = ask(Faults { http_5xx: 1.0, ..Faults::default() }).await;
    assert!(all(&answers, &[500, 503]), "{answers:?}");
    assert!((4..=16).contains(&record.sends.len()));
    assert_eq!(record.requests.broken, 20);

    let (answers, record) = ask(Faults { fail: vec![(131_016, 1.0)], ..Faults::default() }).await;
    assert!(all(&answers, &[500]) && record.sends.is_empty());
    assert_eq!(record.rejected[&131_016], 20);

    let (answers, record) = ask(Faults { fail: vec![(131_026, 1.0)], ..Faults::default() }).await;
    assert!(all(&answers, &[200]));
    assert_eq!(record.statuses["failed"], 20);

    let (answers, record) = ask(Faults { fail: vec![(131_000, 1.0)], ..Faults::default() }).await;
    assert!(all(&answers, &[500]));
    assert!((4..=16).contains(&record.sends.len()), "nobody can know");

    let slow = Faults { slow: Some((Duration::from_millis(10), 1.0)), ..Faults::default() };
    let (answers, record) = ask(slow).await;
    assert!(all(&answers, &[200]));
    assert_eq!(record.requests.slowed, 20);
}

#[tokio::test]
async fn nobody_gets_through_during_the_outage() {
    let receiver = Receiver::start("app secret").await;
    let outage = Outage { lasts: Duration::from_millis(300), after: Some(Duration::ZERO) };
    let faults = Faults { outage: Some(outage), ..Faults::default() };
    let started =
        Sandbox::start(Options { faults, ..options(&receiver) }, Clock::manual(NOW)).await;
    let sandbox = started.expect("a sandbox");
    let client = client();
    let number = format!("{}/1", sandbox.api_url());
    let (mut failed, mut tries) = (0, 0);
    loop {
        match client.get(&number).bearer_auth(TOKEN).send().await {
            Ok(answer) if answer.status() == 200 && failed > 0 => break,
            Ok(_) => {}
            Err(_) => failed += 1,
        }
        tries += 1;
        assert!(tries < 100_000, "the outage ends");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn customers_live_by_the_desks_clock() {
    let mut receiver = Receiver::start("app secret").await;
    let clock = Clock::scaled(NOW, 3_600.0);
    let lively = Options { silent: false, ..options(&receiver) };
    let sandbox = Sandbox::start(lively, clock).await.expect("a sandbox");
    let bodies = receiver.until(|all| items(all, "messages").len() >= 40).await;
    let record = sandbox.stop().await;
    assert!(record.acknowledged().count() >= items(&bodies, "messages").len());
    assert!(record.inbound.values().all(|one| one.acknowledged.is_some()));
}

#[tokio::test]
async fn the_end_does_not_wait_for_the_back_off() {
    let mut receiver = Receiver::start("app secret").await;
    receiver.refuse.store(9, Ordering::SeqCst);
    let sandbox = Sandbox::start(options(&receiver), Clock::manual(NOW)).await.expect("a sandbox");
    sandbox.say("giulia", "ciao").expect("a customer");
    let record = sandbox.stop().await;
    assert_eq!(
        record.acknowledged().count(),
        1,
        "nine refusals by the usual waits would take minutes"
    );
    receiver.until(|all| all.len() == 1).await;
}
