//! The whole in one process, with everything going wrong that can be made to: nothing is lost, nothing is sent
//! twice.

use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::time::Instant;

fn demo(args: &str) -> (Option<i32>, Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .arg("demo")
        .args(args.split_whitespace())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary = serde_json::from_slice(&output.stdout);
    (output.status.code(), summary.unwrap_or_else(|_| panic!("one JSON object: {said}")), said)
}

/// Every key of the contract is there, and what must be 0 is 0.
fn sound(code: Option<i32>, summary: &Value, said: &str) {
    let lost = (&summary["lost"], &summary["sent_twice"]);
    assert_eq!(lost, (&0.into(), &0.into()), "{summary:#}\n{said}");
    assert_eq!(code, Some(0), "{summary:#}\n{said}");
    assert!(summary["messages_out"].is_object());
    for key in [
        "messages_in",
        "windows_closed",
        "clocks_breached",
        "refusals",
        "duplicates",
        "unconfirmed",
    ] {
        assert!(summary[key].is_u64(), "{key}: {summary:#}");
    }
}

#[test]
fn a_quiet_day_is_answered_and_read() {
    let (code, summary, said) = demo("--headless --for 8s --speed 600 --seed 7");
    sound(code, &summary, &said);
    assert_eq!(said, "");
    assert!(summary["messages_in"].as_u64() >= Some(20), "{summary:#}");
    assert!(summary["messages_out"]["read"].as_u64() >= Some(5), "{summary:#}");
    assert!(summary["windows_closed"].as_u64() >= Some(1), "{summary:#}");
    assert_eq!(summary["duplicates"], 0, "nothing came twice: {summary:#}");
}

#[test]
fn with_every_fault_at_once_nothing_is_lost_or_sent_twice() {
    let (code, summary, said) = demo(
        "--headless --for 10s --speed 600 --seed 11 --duplicate 0.1 --reorder 0.1 --delay 50ms --drop-status 0.05 \
         --fail 131026=0.03 --fail 130429=0.05 --fail 131000=0.02 --http-5xx 0.05 --slow 300ms=0.05 --cut 0.05 \
         --outage 2s@3s",
    );
    sound(code, &summary, &said);
    assert!(summary["duplicates"].as_u64() >= Some(1), "{summary:#}");
    assert!(summary["requests"]["cut"].as_u64() >= Some(1), "{summary:#}");
}

#[test]
fn a_kept_demo_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    let args = format!("--headless --for 2s --speed 600 --data {}", folder.path().display());
    let (code, first, said) = demo(&args);
    sound(code, &first, &said);
    let (code, second, said) = demo(&args);
    sound(code, &second, &said);
    assert!(second["messages_in"].as_u64() >= Some(1), "{second:#}");
}

#[test]
fn the_summary_comes_soon_after_the_end_whatever_the_platform_asks_for() {
    let begun = Instant::now();
    let (code, summary, said) = demo("--headless --for 4s --speed 600 --seed 7 --fail 130429=0.6");
    sound(code, &summary, &said);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}
