//! Payloads, our own and recorded ones, changed as the platform changes its own from one version to the next: nothing is lost, and
//! the answer is always 200.

use crate::fixtures::payloads;
use crate::rig::{Rig, config};
use guichet::kit::{Clock, Timestamp};
use guichet::whatsapp::webhook;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";
/// Updates that the platform puts into one body at most.
const BATCH: usize = 1_000;

/// How a payload is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    /// Members in reverse.
    reversed: bool,
    /// Every character of every text as `\uXXXX`.
    escaped: bool,
    /// Numbers as text, and text that is a number as a number.
    swapped: bool,
    /// A member more in every object.
    more: bool,
    /// Items of every list in reverse.
    turned: bool,
}

const PLAIN: Style =
    Style { reversed: false, escaped: false, swapped: false, more: false, turned: false };
const STYLES: [Style; 7] = [
    PLAIN,
    Style { reversed: true, ..PLAIN },
    Style { escaped: true, ..PLAIN },
    Style { swapped: true, ..PLAIN },
    Style { more: true, ..PLAIN },
    Style { turned: true, ..PLAIN },
    Style { reversed: true, escaped: true, swapped: true, more: true, turned: true },
];

impl Style {
    fn text(self, value: &Value) -> String {
        let mut into = String::new();
        self.write(value, &mut into);
        into
    }

    fn write(self, value: &Value, into: &mut String) {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if self.reversed {
                    members.reverse();
                }
                let news = Value::from(vec![Value::from("news"), Value::Null]);
                let key = "a_member_of_tomorrow".to_owned();
                if self.more {
                    members.insert(members.len() / 2, (&key, &news));
                }
                into.push('{');
                for (nth, (key, value)) in members.into_iter().enumerate() {
                    into.push_str(if nth > 0 { "," } else { "" });
                    self.quote(key, into);
                    into.push(':');
                    self.write(value, into);
                }
                into.push('}');
            }
            Value::Array(items) => {
                into.push('[');
                let mut items: Vec<_> = items.iter().collect();
                if self.turned {
                    items.reverse();
                }
                for (nth, item) in items.into_iter().enumerate() {
                    into.push_str(if nth > 0 { "," } else { "" });
                    self.write(item, into);
                }
                into.push(']');
            }
            Value::Number(number) if self.swapped => self.quote(&number.to_string(), into),
            Value::String(text) if self.swapped && is_number(text) => into.push_str(text),
            Value::String(text) => self.quote(text, into),
            other => into.push_str(&other.to_string()),
        }
    }

    fn quote(self, text: &str, into: &mut String) {
        if !self.escaped {
            into.push_str(&Value::from(text).to_string());
            return;
        }
        into.push('"');
        for unit in text.encode_utf16() {
            write!(into, "\\u{unit:04x}").expect("a string takes all");
        }
        into.push('"');
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (1..=15).contains(&text.len()) && !text.starts_with('0')
}

/// Sets line and account, and gives every update an id of its own.
fn renamed(value: &Value, suffix: &str) -> Value {
    let mut value = value.clone();
    rename(&mut value, suffix);
    value
}

fn rename(value: &mut Value, suffix: &str) {
    const LISTS: [&str; 5] = ["messages", "statuses", "message_echoes", "calls", "entry"];
    match value {
        Value::Object(members) => {
            // What has no id is told from another by its time.
            let is_told = ["group_id", "signup_id", "category", "recipient"];
            if let (true, Some(at)) =
                (is_told.iter().any(|key| members.contains_key(*key)), members.get_mut("timestamp"))
            {
                let seconds = suffix
                    .bytes()
                    .fold(7_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 50_000_000);
                *at = (1_700_000_000 + seconds).to_string().into();
            }
            for (key, member) in members.iter_mut() {
                if key == "phone_number_id" {
                    *member = NUMBER.into();
                }
                if let (true, Value::Array(items)) = (LISTS.contains(&key.as_str()), &mut *member) {
                    for item in items {
                        let id = match (key.as_str(), item["id"].as_str()) {
                            ("entry", _) => ACCOUNT.to_owned(),
                            (_, Some(id)) => format!("{id}{suffix}"),
                            _ => continue,
                        };
                        item["id"] = id.into();
                    }
                }
                rename(member, suffix);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, suffix)),
        _ => {}
    }
}

/// The places of all members, from the root on.
fn members(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            let inner = members.iter().map(|(key, value)| (format!("{at}/{key}"), value));
            inner.inspect(|(at, _)| found.push(at.clone())).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(nth, item)| (format!("{at}/{nth}"), item)).collect()
        }
        _ => Vec::new(),
    };
    for (at, value) in inner {
        members(value, &at, found);
    }
}

fn without(value: &Value, at: &str) -> Value {
    let mut value = value.clone();
    let (parent, key) = at.rsplit_once('/').expect("a place");
    let parent = value.pointer_mut(parent).expect("it is there");
    parent.as_object_mut().expect("an object").remove(key);
    value
}

/// What must be found again in the threads or among the dead letters, counted without the parser that is tested:
/// whatever stands in a list of messages, and what else stands in threads; one for what has no field or no value.
fn owed(body: &str) -> usize {
    let body: Value = serde_json::from_str(body).expect("JSON");
    let Some(entries) = body["entry"].as_array() else { return 1 };
    let changes =
        entries.iter().flat_map(|entry| entry["changes"].as_array().into_iter().flatten());
    let mut ids = BTreeSet::new();
    changes.map(|change| owed_of(change, &mut ids)).sum()
}

fn owed_of(change: &Value, ids: &mut BTreeSet<String>) -> usize {
    let value = &change["value"];
    let (Some(field), Some(_)) = (change["field"].as_str(), value.as_object()) else { return 1 };
    let list = |of: &Value, key: &str| of[key].as_array().cloned().unwrap_or_default();
    let has = |of: &Value, keys: &[&str]| keys.iter().any(|key| !of[*key].is_null());
    let named = !value["metadata"]["phone_number_id"].is_null();
    // The same message may stand in two places of one body.
    let mut messages = |of: &Value, key: &str| {
        let mut new = |message: &Value| match message["id"].as_str() {
            Some(id) => ids.insert(id.to_owned()),
            None => true,
        };
        list(of, key).iter().filter(|message| message.is_object() && new(message)).count()
    };
    match field {
        "messages" | "smb_message_echoes" | "message_echoes" => {
            messages(value, "messages") + messages(value, "message_echoes")
        }
        "standby" => {
            messages(&value["standby"], "messages") + messages(&value["standby"], "message_echoes")
        }
        "history" => {
            let chunks = list(value, "history");
            let threads = chunks.iter().flat_map(|chunk| list(chunk, "threads"));
            let threads: Vec<_> = threads.collect();
            let inside: usize = threads.iter().map(|thread| messages(thread, "messages")).sum();
            inside + messages(value, "messages")
        }
        "calls" => {
            let calls = list(value, "calls").into_iter().filter(|call| {
                call["event"] == "connect"
                    && call["direction"] != "BUSINESS_INITIATED"
                    && has(call, &["from", "from_user_id"])
                    && has(call, &["id"])
            });
            calls.count()
        }
        "user_preferences" if named => list(value, "user_preferences").len(),
        "messaging_handovers" => 1,
        field if field.starts_with("group_") => list(value, "groups").len(),
        _ => 0,
    }
}

/// Messages in threads, and dead letters.
fn kept(rig: &Rig) -> usize {
    let views = rig.daemon.relay.store.read();
    let shown = views
        .conversations()
        .map(|state| state.thread.iter().filter(|entry| entry.sort().is_message()).count());
    shown.sum::<usize>() + views.desk().dead_letters.len()
}

async fn rig(dir: &tempfile::TempDir) -> Rig {
    let clock = Clock::manual(Timestamp::from_secs(1_795_000_000));
    Rig::start(config(dir.path(), NUMBER, ACCOUNT), clock).await
}

#[track_caller]
fn grown(before: usize, after: usize, owed: usize, what: &str) {
    assert!(after >= before + owed, "{what}: {owed} updates, {} kept", after - before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_written_otherwise_says_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    for (which, (name, payload)) in payloads().into_iter().enumerate() {
        let plain: Value = serde_json::from_str(&payload).expect("JSON");
        let kinds = |body: &str| -> Vec<&'static str> {
            let items = webhook::parse(body.as_bytes()).expect("an envelope");
            let mut kinds: Vec<_> = items.iter().map(|item| item.fact.kind()).collect();
            kinds.sort_unstable();
            kinds
        };
        let wanted = kinds(&payload);
        for (nth, style) in STYLES.into_iter().enumerate() {
            let body = style.text(&renamed(&plain, &format!(".{which}.{nth}")));
            assert_eq!(kinds(&body), wanted, "{name} {style:?}");
            let before = kept(&rig);
            assert_eq!(rig.post(body.clone()).await, 200, "{name} {style:?}");
            grown(before, kept(&rig), owed(&body), &format!("{name} {style:?}"));
        }
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_lacks_a_member_is_taken_all_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let mut posts = 0;
    for (which, (name, payload)) in payloads().into_iter().enumerate() {
        let plain: Value = serde_json::from_str(&payload).expect("JSON");
        let mut places = Vec::new();
        members(&plain, "", &mut places);
        for at in places {
            let body = PLAIN.text(&without(&renamed(&plain, &format!(".{which}{at}")), &at));
            let before = kept(&rig);
            assert_eq!(rig.post(body.clone()).await, 200, "{name} without {at}");
            grown(before, kept(&rig), owed(&body), &format!("{name} without {at}"));
            posts += 1;
        }
    }
    println!("{posts} payloads with a member less: each answered 200, nothing lost");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_payloads_in_one_body_are_taken() {
    let all: Vec<_> = payloads()
        .into_iter()
        .map(|(_, payload)| serde_json::from_str::<Value>(&payload).expect("JSON"))
        .collect();
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let mut entries = Vec::new();
    for nth in 0..BATCH {
        let one = renamed(&all[nth % all.len()], &format!(".{nth}"));
        entries.extend(one["entry"].as_array().expect("entries").iter().cloned());
    }
    let body = serde_json::json!({"object": "whatsapp_business_account", "entry": entries});
    let body = body.to_string();
    let owed = owed(&body);
    assert_eq!(rig.post(body.clone()).await, 200);
    grown(0, kept(&rig), owed, "a batch");
    // Sent again, as after a lost answer: nothing twice.
    let before = kept(&rig);
    assert_eq!(rig.post(body).await, 200);
    let letters = rig.daemon.relay.store.read().desk().dead_letters.len();
    assert!(kept(&rig) - before <= letters, "messages came twice");
    println!("{} entries in one body: {owed} messages and unknown items, all kept", entries.len());
    rig.daemon.stop().await.expect("a clean stop");
}
