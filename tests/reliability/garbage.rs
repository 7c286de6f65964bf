//! Mutilated webhooks on the whole way through the relay, and mutilated frames of consoles: each has an answer, and
//! what is sound goes on.

use crate::inside::{Inside, check};
use crate::setup::{NOW, Setup, text, webhook};
use guichet::kit::{Clock, Timestamp};
use guichet::wire::{ClientFrame, RelayFrame};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const WEBHOOKS: usize = 256;

/// Where, what, and how: replaced, removed, added, or the rest cut off.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..8_u8), 1..6)
}

fn mutilated(text: &str, edits: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte, how) in edits {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match how {
            0..3 => bytes[at] = *byte,
            3 | 4 => drop(bytes.remove(at)),
            5 | 6 => bytes.insert(at, b"{}[]\",:\\0nu"[usize::from(*byte) % 11]),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn mutilated_webhooks_are_answered_and_stop_nothing() {
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let relay = Inside::start(&config, Clock::manual(Timestamp::from_secs(NOW))).await;
    let mut runner = TestRunner::deterministic();
    let mut sound = Vec::new();
    for nth in 0..WEBHOOKS {
        let edits = edits().new_tree(&mut runner).expect("a value").current();
        let text = |id: String| text("393331234567", &id, NOW + nth as i64, "ciao \u{1f600}");
        let broken = webhook(&[text(format!("wamid.x{nth}")), text(format!("wamid.y{nth}"))]);
        let status = relay.post(mutilated(&broken, &edits)).await;
        assert_eq!(status, 200, "signed, so it is taken or kept as a dead letter");
        if nth % 16 == 0 {
            let id = format!("wamid.sound{nth}");
            assert_eq!(relay.post(webhook(&[text(id.clone())])).await, 200);
            sound.push(id);
        }
    }
    check(&relay.messages(), sound.iter().map(String::as_str), "among the mutilated");
    let dead = relay.core.relay.store.read().desk().dead_letters.len();
    relay.close().await.expect("it closes");
    println!("{WEBHOOKS} mutilated webhooks: all answered, {dead} kept as dead letters");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn mutilated_frames_are_read_or_refused(
        which in any::<prop::sample::Index>(),
        edits in edits(),
        relays: bool,
    ) {
        let golden = if relays {
            include_str!("../golden/wire/relay_frame.jsonl")
        } else {
            include_str!("../golden/wire/client_frame.jsonl")
        };
        let lines: Vec<&str> = golden.lines().filter(|line| !line.is_empty()).collect();
        let frame = mutilated(lines[which.index(lines.len())], &edits);
        // Whatever is read can be written again.
        if relays {
            if let Ok(frame) = serde_json::from_slice::<RelayFrame>(&frame) {
                prop_assert!(serde_json::to_string(&frame).is_ok());
            }
        } else if let Ok(frame) = serde_json::from_slice::<ClientFrame>(&frame) {
            prop_assert!(serde_json::to_string(&frame).is_ok());
        }
    }
}
