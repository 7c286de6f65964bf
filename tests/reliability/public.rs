//! The public door is fed with whatever comes: it answers 200, 401, 413 or 503 and goes on.

use crate::inside::{Inside, Messages};
use crate::setup::{ACCOUNT, LINE, NOW, Setup, sign, text, webhook};
use guichet::kit::{Clock, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// What Meta sends, in many kinds: the ground for mutations.
fn seeds() -> Vec<Value> {
    let value = |more: Value| {
        let mut value = json!({"messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": LINE}});
        for (key, item) in more.as_object().expect("an object") {
            value[key] = item.clone();
        }
        json!({"object": "whatsapp_business_account",
            "entry": [{"id": ACCOUNT, "changes": [{"field": "messages", "value": value}]}]})
    };
    let message = |kind: &str, body: Value| {
        value(json!({
            "contacts": [{"profile": {"name": "Lucia"}, "wa_id": "393331234567", "user_id": "IT.123"}],
            "messages": [{"from": "393331234567", "from_user_id": "IT.123", "id": "wamid.M", "timestamp": NOW.to_string(),
                "type": kind, kind: body, "context": {"from": "390000", "id": "wamid.C"}}],
        }))
    };
    vec![
        message("text", json!({"body": "ciao \u{202e}\u{0} 👩‍👩‍👧 stop"})),
        message(
            "image",
            json!({"id": "77", "mime_type": "image/jpeg", "sha256": "a==", "caption": "x"}),
        ),
        message("location", json!({"latitude": 45.4, "longitude": "9.1", "name": "n"})),
        message("reaction", json!({"message_id": "wamid.M", "emoji": "👍"})),
        message(
            "interactive",
            json!({"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}),
        ),
        message("button", json!({"payload": "p", "text": "t"})),
        message(
            "contacts",
            json!([{"name": {"formatted_name": "A"}, "phones": [{"phone": "+39 333"}]}]),
        ),
        message(
            "order",
            json!({"catalog_id": "1", "product_items": [{"quantity": 1, "item_price": 9.5}]}),
        ),
        message(
            "system",
            json!({"body": "changed", "type": "user_changed_number", "wa_id": "393330000000"}),
        ),
        message("unsupported", json!({})),
        value(
            json!({"statuses": [{"id": "wamid.S", "status": "delivered", "timestamp": NOW, "recipient_id": "393331234567",
            "biz_opaque_callback_data": "1.2", "pricing": {"billable": true, "category": "service"},
            "errors": [{"code": 131_047, "title": "x", "error_data": {"details": "d"}}]}]}),
        ),
        value(json!({"errors": [{"code": 130_429, "title": "limit", "message": "m"}]})),
        value(
            json!({"user_preferences": [{"wa_id": "393331234567", "category": "marketing_messages", "value": "stop", "timestamp": NOW}]}),
        ),
    ]
}

/// One change of a JSON value, wherever it is.
#[derive(Clone, Debug)]
struct Change {
    at: Vec<prop::sample::Index>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Replace(Value),
    Remove,
    Double,
    Deepen(u16),
    Stretch(u32),
}

fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(u64::MAX)),
        Just(json!("99999999999999999999999999")),
        Just(json!("-1")),
        Just(json!([])),
        Just(json!({})),
        "\\PC{0,40}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let what = prop_oneof![
        4 => odd().prop_map(What::Replace),
        1 => Just(What::Remove),
        1 => Just(What::Double),
        1 => (1u16..400).prop_map(What::Deepen),
        1 => (1u32..100_000).prop_map(What::Stretch),
    ];
    (prop::collection::vec(any::<prop::sample::Index>(), 1..12), what)
        .prop_map(|(at, what)| Change { at, what })
}

impl Change {
    fn apply(&self, value: &mut Value) {
        Self::walk(&self.at, &self.what, value);
    }

    fn walk(at: &[prop::sample::Index], what: &What, value: &mut Value) {
        if let Some((first, rest)) = at.split_first() {
            match value {
                Value::Array(items) if !items.is_empty() => {
                    let nth = first.index(items.len());
                    if rest.is_empty() {
                        match what {
                            What::Remove => drop(items.remove(nth)),
                            What::Double => items.push(items[nth].clone()),
                            _ => Self::here(what, &mut items[nth]),
                        }
                        return;
                    }
                    return Self::walk(rest, what, &mut items[nth]);
                }
                Value::Object(fields) if !fields.is_empty() => {
                    let nth = first.index(fields.len());
                    let key = fields.keys().nth(nth).cloned().unwrap_or_default();
                    if rest.is_empty() && matches!(what, What::Remove) {
                        fields.remove(&key);
                        return;
                    }
                    if let Some(field) = fields.get_mut(&key) {
                        return Self::walk(rest, what, field);
                    }
                }
                _ => {}
            }
        }
        Self::here(what, value);
    }

    fn here(what: &What, value: &mut Value) {
        match what {
            What::Replace(new) => *value = new.clone(),
            What::Remove => *value = Value::Null,
            What::Double => *value = json!([value.clone(), value.clone()]),
            What::Deepen(times) => {
                for _ in 0..*times {
                    *value = json!([value.take()]);
                }
            }
            What::Stretch(times) => *value = json!("\u{1f468}".repeat(*times as usize / 4)),
        }
    }
}

/// Bytes for the door: a mutated webhook, one with broken bytes, or noise.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let mutated = (prop::sample::select(seeds()), prop::collection::vec(change(), 0..6)).prop_map(
        |(mut value, changes)| {
            changes.iter().for_each(|change| change.apply(&mut value));
            value.to_string().into_bytes()
        },
    );
    let broken = (
        prop::sample::select(seeds()),
        prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..8),
    )
        .prop_map(|(value, bytes)| {
            let mut body = value.to_string().into_bytes();
            for (at, byte) in bytes {
                let at = at.index(body.len());
                match byte % 3 {
                    0 => body[at] = byte,
                    1 => body.truncate(at.max(1)),
                    _ => body.insert(at, byte),
                }
            }
            body
        });
    let noise = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![6 => mutated, 2 => broken, 1 => noise]
}

#[test]
fn whatever_is_posted_is_answered_and_nothing_breaks() {
    const CASES: u32 = 1_500;
    let temp = tempfile::tempdir().expect("a folder");
    let config = Setup::default().load(temp.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let relay = runtime.block_on(Inside::start(&config, clock));
    let cases = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(cases, rng);
    let strategy = (bodies(), prop::option::weighted(0.1, "\\PC{0,80}"));
    let result = runner.run(&strategy, |(body, signature)| {
        let signed = signature.is_none();
        let signature = signature.unwrap_or_else(|| sign(&body));
        if axum::http::HeaderValue::from_str(&signature).is_err() {
            return Ok(());
        }
        let status = runtime.block_on(relay.post_signed(body, &signature));
        prop_assert_eq!(status, if signed { 200 } else { 401 });
        Ok(())
    });
    result.expect("every one is answered");
    let body = webhook(&[text("393339999999", "wamid.after", NOW, "all well?")]);
    assert_eq!(runtime.block_on(relay.post(body)), 200);
    let once = |messages: &Messages| (messages.of_id("wamid.after"), messages.repeated());
    assert_eq!(once(&relay.messages()), (1, 0), "after it all");
    runtime.block_on(relay.close()).expect("it closes");
    let messages = runtime.block_on(crate::inside::stored(&config, &config.data_dir));
    assert_eq!(once(&messages), (1, 0), "the journal folds");
    println!("{CASES} random and mutated posts: each answered 200 or 401, the relay goes on");
}
