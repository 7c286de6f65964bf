//! What is broken stops nothing else; what was recorded is read whole.

use super::*;

#[test]
fn what_is_broken_stops_nothing_else() {
    let good = |id: &str| {
        format!(
            r#"{{"from":"39","id":"{id}","timestamp":"1","type":"text","text":{{"body":"x"}}}}"#
        )
    };
    let (one, two, three) = (good("w1"), good("w2"), good("w3"));
    let body = format!(
        r#"{{"entry":[5,{{"id":"1"}},{{"id":"2","changes":["x",{{"field":"messages"}},
            {{"field":"messages","value":"text"}},
            {{"field":"messages","value":{{"messages":[{one},7,{{"id":"w"}},{{"timestamp":"1"}},{{"id":"w","timestamp":"soon"}},{two}]}}}},
            {{"field":"messages","value":{{"messages":[{three}],"statuses":{{}},"contacts":9,"metadata":[]}}}},
            {{"field":"messages","value":{{}}}},
            {{"field":"messages","value":{{"statuses":[{{"id":"w","timestamp":"1"}},{{"status":"read","timestamp":"1"}},{{"id":"w","status":"sent"}}]}}}}
            ]}}]}}"#
    );
    let kinds: Vec<_> = items(&body).iter().map(|item| item.fact.kind()).collect();
    assert_eq!(
        kinds,
        [
            "bad", "bad", "bad", "bad", "bad", "message", "bad", "bad", "bad", "bad", "message",
            "bad", "bad", "message", "unknown", "bad", "bad", "bad"
        ]
    );
    assert!(items(&body).iter().all(|item| body.contains(item.raw)));
    let named = items(&body);
    assert_eq!(named[5].origin.waba_id.as_deref(), Some("2"));
    for (body, text) in [
        (&b"\xff"[..], "not UTF-8"),
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"{}", "no list of entries"),
        (br#"{"entry":{}}"#, "no list of entries"),
    ] {
        assert!(parse(body).expect_err("no webhook").to_string().contains(text), "{text}");
    }
    assert!(items(r#"{"entry":[]}"#).is_empty());
}

/// The reason stands clear in the journal and in lists; what the customer wrote does not.
#[test]
fn why_something_is_broken_says_nothing_of_what_it_says() {
    for body in [
        r#""Mario""#,
        r#"{"entry":"x","Mario":}"#,
        r#"{"Mario":1"#,
        r#"["Mario"]"#,
        r#"{"entry":[{"changes":[{"field":"messages","value":{"messages":["Mario"],"statuses":["Mario"],"errors":["Mario"]}}]}]}"#,
        r#"{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"w","timestamp":"Mario"}],"statuses":[{"id":"w","errors":"Mario"}]}}]}]}"#,
    ] {
        match parse(body.as_bytes()) {
            Err(error) => assert!(!error.to_string().contains("Mario"), "{error}"),
            Ok(items) => {
                for item in items {
                    let Fact::Bad { reason } = item.fact else { panic!("{item:?}") };
                    assert!(!reason.contains("Mario"), "{reason}");
                }
            }
        }
    }
}

#[test]
fn half_an_emoji_loses_no_message() {
    let body = r#"{"entry":[{"id":"1","changes":[{"field":"messages","value":{
        "contacts":[{"wa_id":"39","profile":{"name":"Zo\u00eb \ud83d"}}],
        "messages":[{"from":"39","id":"w","timestamp":"1","type":"text","text":{"body":"cut \ud83d"}}]}}]}]}"#;
    let found = items(body);
    let Fact::Message(message) = &found[0].fact else { panic!("{found:?}") };
    assert_eq!(message.content, text("cut \u{fffd}"));
    assert_eq!(message.customer.as_ref().and_then(|who| who.name.as_deref()), Some("Zoë \u{fffd}"));
    assert!(found[0].raw.contains(r"cut \ud83d"), "the raw text stays as it came");
}

/// Recorded payloads of the platform, kept outside of the project: each file an object of name to payload.
#[test]
fn recorded_payloads_are_read_without_a_bad_item() {
    let Some(folder) = std::env::var_os("GUICHET_FIXTURES") else {
        assert!(std::env::var_os("CI").is_none(), "GUICHET_FIXTURES is not set");
        println!("skipped: GUICHET_FIXTURES names no folder of recorded payloads");
        return;
    };
    let mut read = 0;
    each_json(Path::new(&folder), &mut |path, text| {
        let payloads: serde_json::Map<String, Value> =
            serde_json::from_str(text).expect("an object of payloads");
        for (name, payload) in payloads {
            let body = payload.to_string();
            let found = items(&body);
            assert!(!found.is_empty(), "{} {name}", path.display());
            for item in &found {
                let understood = !matches!(item.fact, Fact::Bad { .. } | Fact::Unknown { .. });
                assert!(understood, "{} {name}: {:?}", path.display(), item.fact);
            }
            read += 1;
        }
    });
    println!("{read} recorded payloads read");
    assert!(read > 0, "no payload below GUICHET_FIXTURES");
}

fn each_json(folder: &Path, see: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            each_json(&path, see);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            see(&path, &std::fs::read_to_string(&path).expect("text"));
        }
    }
}

/// Payloads to mutilate: every kind of item in one.
fn everything() -> String {
    let text = json!({"from": "393331234567", "id": "wamid.A=", "timestamp": "1794819600", "type": "text",
        "text": {"body": "caf\u{e9} \u{1f600}\\"}, "context": {"id": "w"}, "referral": {}, "errors": [{"code": 1}]});
    payload(
        "messages",
        json!({
            "messages": [text, {"id": "w", "timestamp": 5, "type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": 1}}}],
            "statuses": [{"id": "w1", "status": "failed", "timestamp": 7, "errors": [{"code": "131047"}], "pricing": {"category": "x"}}],
            "message_echoes": [text], "calls": [{"id": "c", "timestamp": 1}],
            "user_preferences": [{"value": "stop", "timestamp": 1}],
            "history": [{"threads": [{"id": 1, "messages": [text]}]}],
            "standby": {"messages": [text]}, "errors": [{"code": 5}],
        }),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_mutilation_panics(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..8), cut in any::<prop::sample::Index>(), truncate: bool) {
        let mut body = everything().into_bytes();
        for (at, byte, how) in edits {
            let at = at.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => { body.remove(at); }
                _ => body.insert(at, b"{}[]\",:\\0nu"[usize::from(byte) % 11]),
            }
        }
        if truncate {
            body.truncate(cut.index(body.len()));
        }
        let _ = parse(&body);
    }

    #[test]
    fn any_value_in_any_place_stops_nothing_else(replacement in prop::sample::select(vec!["null", "5", "-1.5e9", "\"x\"", "\"\"", "[]", "{}", "true", "[[{}]]"]), at in any::<prop::sample::Index>()) {
        let mut tree: Value = serde_json::from_str(&everything()).expect("JSON");
        let pointers = pointers(&tree);
        let pointer = &pointers[at.index(pointers.len())];
        if let Some(place) = tree.pointer_mut(pointer) {
            *place = serde_json::from_str(replacement).expect("JSON");
        }
        // A sound message in a change of its own is always found.
        let sound: Value = serde_json::from_str(&payload("messages", json!({"messages": [{"from": "39", "id": "sound", "timestamp": "1", "type": "text", "text": {"body": "x"}}]}))).expect("JSON");
        let entries = json!({"entry": [tree["entry"][0], sound["entry"][0]]}).to_string();
        let found = items(&entries);
        prop_assert!(found.iter().any(|item| matches!(&item.fact, Fact::Message(message) if message.id == "sound")));
    }
}

fn pointers(tree: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut visit = vec![(String::new(), tree)];
    while let Some((path, value)) = visit.pop() {
        match value {
            Value::Object(members) => {
                visit.extend(members.iter().map(|(name, value)| (format!("{path}/{name}"), value)))
            }
            Value::Array(values) => visit.extend(
                values.iter().enumerate().map(|(at, value)| (format!("{path}/{at}"), value)),
            ),
            _ => {}
        }
        if !path.is_empty() {
            found.push(path);
        }
    }
    found
}
