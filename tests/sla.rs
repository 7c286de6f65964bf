//! `guichet sla due` from outside: the due instant of every worked example that has one.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const VECTORS: &str = include_str!("golden/sla.json");

const CALENDARS: &str = r#"
[[calendar]]
name = "rome"
timezone = "Europe/Rome"
holidays = ["2026-12-08", "2026-12-25"]
special = { "2026-12-24" = ["09:00-13:00"] }
[calendar.hours]
mon = ["09:00-13:00", "14:00-18:00"]
tue = ["09:00-13:00", "14:00-18:00"]
wed = ["09:00-13:00", "14:00-18:00"]
thu = ["09:00-13:00", "14:00-18:00"]
fri = ["09:00-13:00", "14:00-18:00"]
[[calendar]]
name = "new york"
timezone = "America/New_York"
hours = { mon = ["09:00-17:00"], tue = ["09:00-17:00"], wed = ["09:00-17:00"], thu = ["09:00-17:00"], fri = ["09:00-17:00"] }
[[calendar]]
name = "night"
timezone = "Europe/Rome"
hours = { mon = ["00:00-08:00"], tue = ["00:00-08:00"], wed = ["00:00-08:00"], thu = ["00:00-08:00"], fri = ["00:00-08:00"], sat = ["00:00-08:00"], sun = ["00:00-08:00"] }
"#;

/// A worked example: its number and the vector's word, the calendar, the metric and its target, when the customer
/// first writes, and what comes after.
type Example = (
    u64,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const EXAMPLES: &[Example] = &[
    (1, "due", "rome", "first_reply 10m", "2026-11-16T10:00:00+01:00", &[]),
    (2, "due", "rome", "first_reply 30m", "2026-11-16T12:50:00+01:00", &[]),
    (3, "due", "rome", "first_reply 60m", "2026-11-20T17:30:00+01:00", &[]),
    (4, "due", "rome", "first_reply 30m", "2026-11-21T15:00:00+01:00", &[]),
    (5, "due", "rome", "first_reply 120m", "2026-12-07T17:00:00+01:00", &[]),
    (
        7,
        "due",
        "rome",
        "requester_wait 240m",
        "2026-11-16T10:00:00+01:00",
        &[("2026-11-16T11:00:00+01:00", "pending"), ("2026-11-17T15:00:00+01:00", "customer")],
    ),
    (
        7,
        "frt_like_unpaused_due",
        "rome",
        "first_reply 240m",
        "2026-11-16T10:00:00+01:00",
        &[("2026-11-16T11:00:00+01:00", "pending"), ("2026-11-17T15:00:00+01:00", "customer")],
    ),
    (
        9,
        "due_resume",
        "rome",
        "requester_wait 480m",
        "2026-11-16T10:00:00+01:00",
        &[
            ("2026-11-16T12:00:00+01:00", "solved"),
            ("2026-11-17T09:20:00+01:00", "reopened"),
            ("2026-11-17T10:00:00+01:00", "solved"),
        ],
    ),
    (
        10,
        "due",
        "rome",
        "next_reply 30m",
        "2026-11-16T15:00:00+01:00",
        &[
            ("2026-11-16T15:10:00+01:00", "reply"),
            ("2026-11-16T16:00:00+01:00", "customer"),
            ("2026-11-16T16:25:00+01:00", "customer"),
            ("2026-11-16T16:31:00+01:00", "reply"),
        ],
    ),
    (
        11,
        "new_due",
        "rome",
        "first_reply 240m",
        "2026-11-16T10:00:00+01:00",
        &[("2026-11-16T11:30:00+01:00", "priority:urgent")],
    ),
    (13, "due", "24x7", "first_reply 120m", "2026-03-29T01:30:00+01:00", &[]),
    (15, "due", "night", "first_reply 450m", "2026-03-29T00:00:00+01:00", &[]),
    (17, "due", "new york", "first_reply 60m", "2026-03-06T16:30:00-05:00", &[]),
    (
        19,
        "due_piecewise",
        "rome",
        "requester_wait 480m",
        "2026-11-16T16:00:00+01:00",
        &[("2026-11-17T12:00:00+01:00", "calendar:24x7")],
    ),
    (20, "sla_due", "rome", "first_reply 60m", "2026-11-20T17:30:00+01:00", &[]),
    (20, "closes", "rome", "window_24h 60m", "2026-11-20T17:30:00+01:00", &[]),
    (23, "due", "rome", "first_reply 120m", "2026-11-20T16:30:00+01:00", &[]),
    (
        25,
        "due",
        "24x7",
        "first_reply 10m",
        "2026-11-16T10:00:00+01:00",
        &[
            ("2026-11-16T10:06:00+01:00", "reply"),
            ("2026-11-16T10:07:00+01:00", "failed"),
            ("2026-11-16T10:11:00+01:00", "reply"),
        ],
    ),
    (
        26,
        "due",
        "24x7",
        "first_reply 60m",
        "2026-11-16T10:00:00+01:00",
        &[
            ("2026-11-16T10:00:00+01:00", "assign:anna"),
            ("2026-11-16T10:40:00+01:00", "assign:bruno"),
            ("2026-11-16T10:55:00+01:00", "reply"),
        ],
    ),
];

fn run(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    let command = command.current_dir(folder).stdin(Stdio::null());
    command.args(["sla", "due", "--config", "relay.toml", "--queue", "support"]).args(words);
    command.output().expect("the binary runs")
}

/// "Mon 2026-11-16 10:10:00 CET" as an instant.
fn instant(text: &str) -> String {
    let words: Vec<_> = text.split(' ').collect();
    let [_, date, time, zone] = words[..] else { panic!("day, date, time and zone: {text}") };
    let offset = match zone {
        "CET" => "+01:00",
        "CEST" => "+02:00",
        "EDT" => "-04:00",
        _ => panic!("no such zone: {zone}"),
    };
    let at: jiff::Timestamp = format!("{date}T{time}{offset}").parse().expect("a time");
    at.to_string()
}

#[test]
fn it_gives_the_due_of_every_worked_example() {
    let folder = tempfile::tempdir().expect("a folder");
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("vectors");
    let mut asked = Vec::new();
    for (n, word, calendar, promise, at, after) in EXAMPLES {
        let (metric, target) = promise.split_once(' ').expect("metric and target");
        let ruled = if metric.starts_with("window") { "first_reply" } else { metric };
        let text = format!(
            "{CALENDARS}[[sla]]\nname = \"s\"\nqueues = [\"support\"]\ncalendar = \"{calendar}\"\n\
             [sla.{ruled}]\nnormal = \"{target}\"\nurgent = \"60m\"\n"
        );
        std::fs::write(folder.path().join("relay.toml"), text).expect("written");
        let timeline: Vec<_> =
            after.iter().map(|(at, what)| serde_json::json!({ "at": at, "what": what })).collect();
        let timeline = serde_json::to_string(&timeline).expect("JSON");
        std::fs::write(folder.path().join("t.json"), timeline).expect("written");
        let words = ["--metric", metric, "--at", at, "--timeline", "t.json", "--json"];
        let output = run(folder.path(), &words);
        assert!(output.status.success(), "{n}: {}", String::from_utf8_lossy(&output.stderr));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let vector = vectors.iter().find(|vector| vector["n"] == *n).expect("the vector");
        let due = instant(vector["expected"][word].as_str().expect("an instant"));
        assert_eq!(answer["due"], due.as_str(), "{n} {word}: {answer}");
        asked.push(*n);
    }
    // Every vector with a due instant was asked for.
    for vector in &vectors {
        let n = vector["n"].as_u64().expect("a number");
        let words = vector["expected"].as_object().expect("words");
        assert!(asked.contains(&n) || !words.contains_key("due"), "{n}");
    }
}

#[test]
fn it_is_asked_wrongly_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("relay.toml"), CALENDARS).expect("written");
    for (words, code, told) in [
        (&["--at", "noon"][..], 2, "--at"),
        (&["--at", "2026-11-16T10:00:00Z", "--metric", "mood"], 2, "it is one of first_reply"),
        (&["--at", "2026-11-16T10:00:00Z"], 1, "knows no queue \"support\""),
        (&["--at", "2026-11-16T10:00:00Z", "--config", "none.toml"], 2, "--config"),
    ] {
        let output = run(folder.path(), words);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {text}");
        assert!(text.contains(told) && text.trim_end().lines().count() == 1, "{words:?}: {text}");
    }
}
