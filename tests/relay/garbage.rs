//! Bodies that no console of ours would send: each is answered, and the relay goes on.

use crate::rig::{Rig, config};
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const NOW: i64 = 1_795_000_000;
const CASES: usize = 400;

/// A body with some of its bytes replaced, removed or added, or cut off.
fn mutilated() -> impl Strategy<Value = Vec<u8>> {
    let bodies: Vec<&str> = include_str!("../golden/wire/act.jsonl")
        .lines()
        .chain(include_str!("../golden/wire/login.jsonl").lines())
        .filter(|line| !line.is_empty())
        .collect();
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0..8_u8);
    let edits = proptest::collection::vec(edit, 1..6);
    (prop::sample::select(bodies), edits).prop_map(|(body, edits)| {
        let mut bytes = body.as_bytes().to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len().max(1));
            match how {
                _ if bytes.is_empty() => bytes.push(byte),
                0..3 => bytes[at] = byte,
                3 | 4 => drop(bytes.remove(at)),
                5 | 6 => bytes.insert(at, b"{}[]\",:\\0nu"[usize::from(byte) % 11]),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn mutilated_bodies_are_answered_and_stop_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let anna = rig.account("anna", Role::Supervisor, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let mut runner = TestRunner::deterministic();
    let bodies = mutilated();
    let mut refused = 0;
    for nth in 0..CASES {
        let body = bodies.new_tree(&mut runner).expect("a value").current();
        // Mostly the actions; a login costs a second of arithmetic where its form is right.
        let path = if nth % 40 == 0 { "/api/v1/login" } else { "/api/v1/tickets/1/actions" };
        let request = rig.http.post(rig.api(path)).bearer_auth(anna.expose());
        let request = request.header("content-type", "application/json").body(body.clone());
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let what = String::from_utf8_lossy(&body).into_owned();
        assert!(status < 500, "{status} for {what}");
        if status != 200 {
            refused += 1;
            let told: serde_json::Value = answer.json().await.expect("a refusal is JSON");
            assert!(told["code"].is_string() && told["message"].is_string(), "{what}: {told}");
        }
    }
    assert!(refused > CASES / 4, "{refused} were refused: the bodies are not broken enough");
    assert_eq!(rig.read(&anna, "/api/v1/tickets/1").await.0, 200);
    rig.daemon.stop().await.expect("a clean stop");
}
