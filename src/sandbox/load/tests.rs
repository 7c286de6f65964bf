use super::*;
use serde_json::Value;
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A plain server: checks signatures, keeps bodies, answers what `answer` says for the nth request.
fn serve(answer: fn(usize) -> &'static str) -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let keeping = bodies.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bodies = keeping.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream);
                while let Some((signed, body)) = read_request(&mut reader) {
                    let wanted = super::super::update::signature(&Secret::new("secret"), &body);
                    assert_eq!(signed, wanted);
                    let n = {
                        let mut bodies = bodies.lock().expect("a lock");
                        bodies.push(serde_json::from_slice(&body).expect("JSON"));
                        bodies.len()
                    };
                    let said = answer(n);
                    let sent = reader.get_mut().write_all(said.as_bytes());
                    if said.is_empty() || sent.is_err() {
                        return;
                    }
                }
            });
        }
    });
    (url, bodies)
}

fn read_request(reader: &mut BufReader<std::net::TcpStream>) -> Option<(String, Vec<u8>)> {
    let (mut signed, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("x-hub-signature-256", value)) => signed = value.to_owned(),
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None if line == "\r\n" => break,
            None => assert_eq!(line, "POST /hook HTTP/1.1\r\n"),
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((signed, body))
}

fn options(webhook: String) -> LoadOptions {
    LoadOptions {
        webhook,
        app_secret: Secret::new("secret"),
        phone_number_id: "1".into(),
        waba_id: "2".into(),
        connections: 4,
        customers: 10,
        rate: None,
        until: Until::Count(100),
        batch: 1,
        statuses: 0.0,
        acked: None,
        run: "r1".into(),
        timestamp: Stamp::Now,
    }
}

fn values(bodies: &[Value], list: &str, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    for body in bodies {
        let value = &body["entry"][0]["changes"][0]["value"];
        assert_eq!(value["metadata"]["phone_number_id"], "1");
        let rows = value[list].as_array().cloned().unwrap_or_default();
        found.extend(rows.iter().filter_map(|row| row[key].as_str().map(str::to_owned)));
    }
    found
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[test]
fn every_message_has_its_own_id_and_is_noted() {
    let (url, bodies) = serve(|_| OK);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acked");
    let report =
        run(&LoadOptions { batch: 5, statuses: 0.3, acked: Some(path.clone()), ..options(url) })
            .expect("a report");
    assert_eq!((report.sent, report.acknowledged, report.updates_acknowledged), (100, 100, 500));
    assert_eq!(report.answers, BTreeMap::from([(200, 100)]));
    assert_eq!(report.errors, 0);
    assert!(report.latency_ms.p50 > 0.0 && report.latency_ms.p50 <= report.latency_ms.max);
    let bodies = bodies.lock().expect("a lock");
    let ids = values(&bodies, "messages", "id");
    let statuses = values(&bodies, "statuses", "id");
    assert_eq!(ids.len() + statuses.len(), 500);
    assert!((140..=150).contains(&statuses.len()), "{}", statuses.len());
    let ids: HashSet<String> = ids.into_iter().collect();
    let noted = std::fs::read_to_string(path).expect("the file");
    assert_eq!(noted.lines().map(str::to_owned).collect::<HashSet<_>>(), ids);
    assert_eq!(noted.lines().count(), ids.len());
    assert!(ids.iter().all(|id| id.starts_with("wamid.r1.m")), "{ids:?}");
    let from: HashSet<String> = values(&bodies, "messages", "from").into_iter().collect();
    assert_eq!(from.len(), 10);
}

#[test]
fn only_a_200_is_an_acknowledgement() {
    let (url, bodies) = serve(|n| match n % 4 {
        0 => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
        1 => "",
        2 => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        _ => OK,
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("acked");
    let report = run(&LoadOptions { connections: 1, acked: Some(path.clone()), ..options(url) })
        .expect("a report");
    assert_eq!(report.sent, 100);
    assert_eq!(report.answers, BTreeMap::from([(200, 50), (503, 25)]));
    assert_eq!((report.acknowledged, report.errors), (50, 25));
    let noted = std::fs::read_to_string(path).expect("the file");
    assert_eq!(noted.lines().count(), 50);
    assert_eq!(bodies.lock().expect("a lock").len(), 100);
}

#[test]
fn a_rate_is_kept_and_a_time_ends() {
    let (url, _) = serve(|_| OK);
    let until = Until::Time(Duration::from_millis(200));
    let report = run(&LoadOptions { rate: Some(500.0), until, ..options(url) }).expect("a report");
    assert_eq!(report.sent, 100);
    assert!(report.seconds >= 0.19, "{}", report.seconds);
}

#[test]
fn nobody_listens() {
    let until = Until::Count(3);
    let report = run(&LoadOptions { until, ..options("http://127.0.0.1:1/".into()) });
    let report = report.expect("a report");
    assert_eq!((report.errors, report.acknowledged), (3, 0));
    assert!(matches!(run(&options("https://a.example/".into())), Err(LoadError::Url(_))));
    assert!(matches!(run(&options("http:///x".into())), Err(LoadError::Url(_))));
}

#[test]
fn spread_timestamps_lie_in_the_last_twenty_hours() {
    let (url, bodies) = serve(|_| OK);
    run(&LoadOptions { timestamp: Stamp::Spread, ..options(url) }).expect("a report");
    let bodies = bodies.lock().expect("a lock");
    let seconds: Vec<i64> =
        values(&bodies, "messages", "timestamp").iter().map(|text| text.parse().unwrap()).collect();
    let (least, most) = (seconds.iter().min().unwrap(), seconds.iter().max().unwrap());
    assert!((36_000..=72_001).contains(&(most - least)), "{}", most - least);
}
