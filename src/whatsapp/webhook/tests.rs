//! Whole payloads and what is read from them.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

fn items(body: &str) -> Vec<Item<'_>> {
    parse(body.as_bytes()).expect("a webhook")
}

/// A payload of one change, with metadata and one contact.
fn payload(field: &str, members: Value) -> String {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "390612345678", "phone_number_id": "1001"},
        "contacts": [{"profile": {"name": "Anna", "username": "anna.b"}, "wa_id": "393331234567", "user_id": "IT.77"}],
    });
    for (name, member) in members.as_object().expect("members") {
        value[name] = member.clone();
    }
    json!({"object": "whatsapp_business_account", "entry": [{"id": "2002", "changes": [{"field": field, "value": value}]}]})
        .to_string()
}

/// One message of Anna's with these members, and what is read from it.
fn message(members: Value) -> Message {
    let mut message = json!({"from": "393331234567", "id": "wamid.A=", "timestamp": "1794819600", "type": "text"});
    for (name, member) in members.as_object().expect("members") {
        message[name] = member.clone();
    }
    let body = payload("messages", json!({"messages": [message]}));
    match &items(&body)[..] {
        [Item { fact: Fact::Message(message), .. }] => (**message).clone(),
        other => panic!("{other:?}"),
    }
}

fn content(kind: &str, object: Value) -> Content {
    message(json!({"type": kind, kind: object})).content
}

fn text(text: &str) -> Content {
    Content::Text(text.into())
}

#[test]
fn a_text_with_all_that_stands_around_it() {
    let body = payload(
        "messages",
        json!({"messages": [{"from": "393331234567", "id": "wamid.A=", "timestamp": "1794819600", "type": "text",
            "text": {"body": "Buongiorno \u{1f600}"},
            "context": {"from": "390612345678", "id": "wamid.Q", "frequently_forwarded": "true",
                "referred_product": {"catalog_id": 5, "product_retailer_id": "SKU"}},
            "referral": {"source_type": "ad", "source_id": 9, "ctwa_clid": "click", "new_member": {}}}]}),
    );
    let found = items(&body);
    let item = &found[0];
    assert_eq!(item.origin.waba_id.as_deref(), Some("2002"));
    assert_eq!(item.origin.phone_number_id.as_deref(), Some("1001"));
    assert_eq!(item.origin.display_number.as_deref(), Some("390612345678"));
    assert_eq!((item.origin.field.as_str(), item.origin.source), ("messages", Source::Live));
    assert!(item.raw.starts_with('{') && body.contains(item.raw));
    let Fact::Message(message) = &item.fact else { panic!("{item:?}") };
    assert_eq!(message.timestamp, Timestamp::from_secs(1_794_819_600));
    assert_eq!(message.content, text("Buongiorno 😀"));
    let customer = message.customer.as_ref().expect("a sender");
    assert_eq!(customer.phone.as_deref(), Some("393331234567"));
    assert_eq!(customer.user_id.as_deref(), Some("IT.77"));
    assert_eq!(
        (customer.name.as_deref(), customer.username.as_deref()),
        (Some("Anna"), Some("anna.b"))
    );
    let context = message.context.as_ref().expect("a context");
    assert_eq!(context.id.as_deref(), Some("wamid.Q"));
    assert!(context.forwarded && context.frequently_forwarded);
    assert_eq!(
        context.product.as_ref().and_then(|product| product.catalog_id.as_deref()),
        Some("5")
    );
    assert_eq!(message.referral.as_ref().and_then(|from| from.click_id.as_deref()), Some("click"));
}

#[test]
fn every_kind_of_content_has_its_shape() {
    let file = |id: &str| Media { id: Some(id.into()), ..Media::default() };
    let choice = |id: &str, title: &str, description: Option<&str>| Choice {
        id: id.into(),
        title: title.into(),
        description: description.map(Into::into),
    };
    let unknown = |kind: &str| Content::Unknown { kind: kind.into() };
    let reacted = |emoji: Option<&str>| Content::Reaction {
        message_id: "w1".into(),
        emoji: emoji.map(Into::into),
    };
    for (kind, object, expected) in [
        ("text", json!({"body": 12}), text("12")),
        ("text", json!(null), unknown("text")),
        ("image", json!({"id": 7, "caption": ""}), Content::Image(file("7"))),
        ("image", json!("nonsense"), Content::Image(Media::default())),
        ("video", json!({"id": "v"}), Content::Video(file("v"))),
        (
            "audio",
            json!({"id": "a", "voice": true}),
            Content::Audio { media: file("a"), voice: true },
        ),
        ("audio", json!({"id": "a"}), Content::Audio { media: file("a"), voice: false }),
        ("document", json!({"id": "d"}), Content::Document(file("d"))),
        (
            "sticker",
            json!({"id": "s", "animated": "true"}),
            Content::Sticker(Media { animated: true, ..file("s") }),
        ),
        (
            "location",
            json!({"latitude": "1.5", "longitude": -2}),
            Content::Location(Location { latitude: 1.5, longitude: -2.0, ..Location::default() }),
        ),
        ("location", json!({"latitude": 1.5}), unknown("location")),
        ("reaction", json!({"message_id": "w1", "emoji": "👍"}), reacted(Some("👍"))),
        ("reaction", json!({"message_id": "w1", "emoji": ""}), reacted(None)),
        ("reaction", json!({"message_id": "w1"}), reacted(None)),
        (
            "interactive",
            json!({"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}}),
            Content::ButtonReply(choice("y", "Yes", None)),
        ),
        (
            "interactive",
            json!({"type": "list_reply", "list_reply": {"id": "y", "title": "Yes", "description": "sure"}}),
            Content::ListReply(choice("y", "Yes", Some("sure"))),
        ),
        (
            "interactive",
            json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"}}),
            Content::FlowReply { name: "flow".into(), body: "Sent".into(), response: "{}".into() },
        ),
        (
            "interactive",
            json!({"type": "call_permission_reply", "call_permission_reply": {"response": "reject"}}),
            Content::CallPermissionReply { accepted: false },
        ),
        ("interactive", json!({"type": "hologram"}), unknown("interactive.hologram")),
        ("interactive", json!(null), unknown("interactive")),
        (
            "button",
            json!({"payload": "P", "text": "T"}),
            Content::Button { payload: "P".into(), text: "T".into() },
        ),
        (
            "revoke",
            json!({"original_message_id": "w0"}),
            Content::Revoke { original_id: "w0".into() },
        ),
        ("revoke", json!({}), unknown("revoke")),
        (
            "edit",
            json!({"original_message_id": "w0", "message": {"type": "text", "text": {"body": "new"}}}),
            Content::Edit { original_id: "w0".into(), content: Box::new(text("new")) },
        ),
        (
            "edit",
            json!({"original_message_id": "w0", "message": {"type": "edit", "edit": {}}}),
            Content::Edit { original_id: "w0".into(), content: Box::new(unknown("edit")) },
        ),
        ("request_welcome", json!(null), Content::RequestWelcome),
        (
            "unsupported",
            json!({"type": "poll"}),
            Content::Unsupported { what: Some("poll".into()) },
        ),
        ("unknown", json!(null), Content::Unsupported { what: None }),
        ("hologram", json!({"a": 1}), unknown("hologram")),
    ] {
        assert_eq!(content(kind, object.clone()), expected, "{kind} {object}");
    }
    let Content::Contacts(cards) = content(
        "contacts",
        json!([
        {"name": {"first_name": "Bo", "last_name": "Li"}, "phones": [{"phone": "+1 555"}, {"wa_id": 1556}, 7], "org": {"company": "Acme"}},
        {"origin": "contact_request"}, "nonsense"]),
    ) else {
        panic!("no cards")
    };
    assert_eq!(cards.len(), 2);
    assert_eq!(
        (cards[0].name.as_deref(), &cards[0].phones[..]),
        (Some("Bo Li"), &["+1 555".to_owned(), "1556".to_owned()][..])
    );
    assert!(cards[1].requested && cards[1].name.is_none());
    let Content::Order(order) = content(
        "order",
        json!({"catalog_id": 1, "product_items": [
        {"product_retailer_id": "H", "quantity": "3", "item_price": "2.5", "currency": "EUR"}]}),
    ) else {
        panic!("no order")
    };
    assert_eq!((order.items[0].quantity, order.items[0].price), (3, Some(2.5)));
    let Content::System(system) =
        content("system", json!({"type": "user_changed_number", "body": "moved", "wa_id": 39}))
    else {
        panic!("no notice")
    };
    assert_eq!(
        (system.kind.as_str(), system.wa_id.as_deref()),
        ("user_changed_number", Some("39"))
    );
}

#[test]
fn a_sender_may_have_no_phone() {
    let of = |members: Value| message(members).customer.expect("a sender");
    let by_user_id = of(json!({"from": null, "from_user_id": "IT.77", "text": {"body": "x"}}));
    assert_eq!((by_user_id.phone, by_user_id.wa_id.as_deref()), (None, Some("393331234567")));
    let by_being_alone = of(json!({"from": "", "text": {"body": "x"}}));
    assert_eq!(by_being_alone.user_id.as_deref(), Some("IT.77"));
    let stranger = of(json!({"from": "447700900123", "text": {"body": "x"}}));
    assert_eq!((stranger.phone.as_deref(), stranger.name), (Some("447700900123"), None));
    let body = payload(
        "messages",
        json!({"contacts": null, "messages": [{"id": "w", "timestamp": 1, "type": "text"}]}),
    );
    let Fact::Message(message) = &items(&body)[0].fact else { panic!() };
    assert_eq!(message.customer, None);
}

#[test]
fn a_status_has_its_price_its_errors_and_our_id() {
    let body = payload(
        "messages",
        json!({"statuses": [
        {"id": "w1", "status": "delivered", "timestamp": 1794819600, "recipient_id": 393331234567_i64,
         "biz_opaque_callback_data": "7.9", "conversation": {"id": "c", "origin": {"type": "service"}},
         "pricing": {"billable": "false", "pricing_model": "PMP", "type": "regular", "category": "authentication-international"}},
        {"id": "w2", "status": "failed", "timestamp": "1794819600", "recipient_user_id": "IT.77",
         "errors": [{"code": "131047", "title": "T", "message": "T", "error_data": {"details": "D"}}, {"title": "no code"}, 3]},
        {"id": "w3", "status": "levitated", "timestamp": "1794819600"},
        {"id": "w4", "status": "read", "timestamp": "1794819600", "recipient_id": "G1", "recipient_type": "group",
         "recipient_participant_id": "39333"}]}),
    );
    let statuses: Vec<Status> = items(&body)
        .into_iter()
        .map(|item| match item.fact {
            Fact::Status(status) => *status,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(statuses[0].state, State::Delivered);
    assert_eq!(statuses[0].callback.as_deref(), Some("7.9"));
    assert_eq!(statuses[0].conversation_origin.as_deref(), Some("service"));
    let pricing = statuses[0].pricing.as_ref().expect("a price");
    assert_eq!(pricing.category.as_deref(), Some("authentication_international"));
    assert_eq!(pricing.billable, Some(false));
    assert_eq!(statuses[0].customer.as_ref().and_then(|who| who.name.as_deref()), Some("Anna"));
    assert_eq!(statuses[1].errors.len(), 1);
    assert_eq!(
        (statuses[1].errors[0].code, statuses[1].errors[0].details.as_deref()),
        (131047, Some("D"))
    );
    assert_eq!(
        statuses[1].customer.as_ref().and_then(|who| who.wa_id.as_deref()),
        Some("393331234567")
    );
    assert_eq!(statuses[2].state, State::Other("levitated".into()));
    assert_eq!((statuses[3].participant.as_deref(), &statuses[3].customer), (Some("39333"), &None));
}

#[test]
fn echoes_standby_and_history_are_flattened() {
    let said = |body: &str| -> Vec<(String, Source, Option<String>)> {
        let kinds = items(body).into_iter().map(|item| {
            let who = match &item.fact {
                Fact::Message(message) | Fact::Echo(message) => message.customer.clone(),
                _ => None,
            };
            (item.fact.kind().to_owned(), item.origin.source, who.and_then(|who| who.phone))
        });
        kinds.collect()
    };
    let anna = Some("393331234567".to_owned());
    let line = |id: &str, from: &str, to: Value| json!({"id": id, "from": from, "to": to, "timestamp": "1", "type": "text", "text": {"body": "x"}});
    let echoes = json!({"message_echoes": [
        line("w1", "390612345678", json!("393331234567")),
        line("w2", "393331234567", json!("390612345678"))]});
    let echo = ("echo".to_owned(), Source::Live, anna.clone());
    assert_eq!(said(&payload("smb_message_echoes", echoes)), [echo.clone(), echo]);
    let standby = json!({"standby": {"messages": [line("w1", "393331234567", json!(null))],
        "statuses": [{"id": "w0", "status": "read", "timestamp": "1"}], "message_echoes": 5}});
    let kinds: Vec<_> = said(&payload("standby", standby))
        .into_iter()
        .map(|(kind, source, _)| (kind, source))
        .collect();
    assert_eq!(
        kinds,
        [("bad", Source::Standby), ("message", Source::Standby), ("status", Source::Standby)]
            .map(|(kind, source)| (kind.to_owned(), source))
    );
    let history = json!({"contacts": null, "history": [
        {"metadata": {"phase": 0, "chunk_order": 1, "progress": 5}, "threads": [{"id": "393331234567", "messages": [
            line("w1", "393331234567", json!(null)),
            line("w2", "390612345678", json!("393331234567")),
            line("w3", "39 06 1234 5678", json!(null)),
            {"id": "w4", "timestamp": "1", "type": "media_placeholder", "history_context": {"status": "READ"}}]}]},
        {"metadata": {"progress": 100}},
        {"errors": [{"code": 2593109, "title": "History sync is off"}]}]});
    let history = payload("history", history);
    let from_past =
        |kind: &str, who: &Option<String>| (kind.to_owned(), Source::History, who.clone());
    assert_eq!(
        said(&history),
        [
            from_past("message", &anna),
            from_past("echo", &anna),
            from_past("echo", &anna),
            from_past("message", &anna),
            from_past("account", &None),
            from_past("error", &None)
        ]
    );
    let Fact::Message(last) = &items(&history)[3].fact else { panic!() };
    assert_eq!(
        (last.history_status.as_deref(), &last.content),
        (Some("read"), &Content::MediaPlaceholder)
    );
}

#[test]
fn events_are_read() {
    let one = |field: &str, value: Value| -> (Fact, Origin) {
        let body = json!({"entry": [{"id": 5, "time": 1794819600, "changes": [{"field": field, "value": value}]}]}).to_string();
        let item = items(&body).remove(0);
        assert_eq!(item.origin.entry_time, Some(Timestamp::from_secs(1_794_819_600)));
        (item.fact, (*item.origin).clone())
    };
    let template =
        || TemplateRef { id: Some("12".into()), name: "hello".into(), language: "en_US".into() };
    let about = |mut value: Value| {
        value["message_template_id"] = json!(12);
        value["message_template_name"] = json!("hello");
        value["message_template_language"] = json!("en-US");
        value
    };
    let (fact, _) = one(
        "message_template_status_update",
        about(json!({"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE"}})),
    );
    assert_eq!(
        fact,
        Fact::TemplateStatus(Box::new(TemplateStatusUpdate {
            template: template(),
            event: "PAUSED".into(),
            category: None,
            reason: None,
            details: Some("FIRST_PAUSE".into())
        }))
    );
    let (fact, _) = one(
        "message_template_quality_update",
        about(json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"})),
    );
    assert_eq!(
        fact,
        Fact::TemplateQuality(TemplateQualityUpdate {
            template: template(),
            previous: Some("GREEN".into()),
            current: "RED".into()
        })
    );
    let (fact, _) = one("template_category_update", about(json!({"new_category": "MARKETING"})));
    assert_eq!(
        fact,
        Fact::TemplateCategory(TemplateCategoryUpdate {
            template: template(),
            previous: None,
            current: "MARKETING".into()
        })
    );
    assert_eq!(
        one("message_template_components_update", about(json!({}))).0,
        Fact::TemplateComponents(template())
    );
    for (field, value, event) in [
        ("account_update", json!({"event": "ACCOUNT_RESTRICTION"}), "ACCOUNT_RESTRICTION"),
        ("account_alerts", json!({"alert_info": {"alert_type": "OBA_APPROVED"}}), "OBA_APPROVED"),
        ("account_review_update", json!({"decision": "APPROVED"}), "APPROVED"),
        (
            "phone_number_quality_update",
            json!({"event": "THROUGHPUT_UPGRADE"}),
            "THROUGHPUT_UPGRADE",
        ),
        (
            "business_capability_update",
            json!({"max_phone_numbers_per_waba": 20}),
            "business_capability_update",
        ),
        ("security", json!({"event": "PIN_CHANGED"}), "PIN_CHANGED"),
        ("flows", json!({"event": "FLOW_STATUS_CHANGE"}), "FLOW_STATUS_CHANGE"),
        ("group_lifecycle_update", json!({"groups": []}), "group_lifecycle_update"),
    ] {
        assert_eq!(
            one(field, value).0,
            Fact::Account(AccountEvent { event: event.into() }),
            "{field}"
        );
    }
    let (fact, origin) = one(
        "messaging_handovers",
        json!({"sender": {"phone_number": "39333"}, "timestamp": "5",
        "recipient": {"phone_number_id": "1001", "display_phone_number": "3906"}, "type": "control_taken",
        "control_taken": {"previous_owner_role": "escalation", "new_owner_app_role": "meta_business_agent"}}),
    );
    let Fact::Handover(handover) = fact else { panic!("{fact:?}") };
    assert_eq!(origin.phone_number_id.as_deref(), Some("1001"));
    assert_eq!(
        (handover.previous_owner.as_deref(), handover.new_owner.as_deref()),
        (Some("escalation"), Some("meta_business_agent"))
    );
    let (fact, _) = one(
        "user_id_update",
        json!({"user_id_update": [{"wa_id": 39333, "timestamp": 7, "user_id": {"previous": "IT.1", "current": "IT.2"}}]}),
    );
    let Fact::UserIdUpdate(update) = fact else { panic!("{fact:?}") };
    assert_eq!((update.previous.as_deref(), update.current.as_str()), (Some("IT.1"), "IT.2"));
    let (fact, _) =
        one("user_id_update", json!({"user_id": {"previous": "IT.1", "current": "IT.2"}}));
    assert!(matches!(fact, Fact::UserIdUpdate(_)), "{fact:?}");
    let (fact, _) = one(
        "user_preferences",
        json!({"user_preferences": [{"user_id": "IT.1", "category": "marketing_messages", "value": "stop", "timestamp": 7}]}),
    );
    let Fact::UserPreference(preference) = fact else { panic!("{fact:?}") };
    assert_eq!(preference.choice, Preference::Stop);
    let (fact, _) = one(
        "calls",
        json!({"calls": [{"id": "wacid.1", "from": "39333", "to": "3906", "event": "connect", "timestamp": "5", "direction": "USER_INITIATED", "duration": "12"}]}),
    );
    let Fact::Call(call) = fact else { panic!("{fact:?}") };
    assert!(call.by_customer && call.duration == Some(12));
    let (fact, _) = one(
        "calls",
        json!({"statuses": [{"id": "wacid.1", "status": "RINGING", "timestamp": "5", "recipient_id": "39333"}]}),
    );
    assert!(matches!(fact, Fact::CallStatus(_)), "{fact:?}");
    let (fact, _) =
        one("messages", json!({"errors": [{"code": 130429, "title": "Rate limit hit"}]}));
    assert!(matches!(fact, Fact::Error(error) if error.code == 130429));
    let (fact, _) = one("telepathy", json!([1]));
    assert!(matches!(fact, Fact::Unknown { .. }), "{fact:?}");
}

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

/// Each item, in an envelope of its own, is read as the same item.
fn alone(body: &str) -> usize {
    let all = items(body);
    for item in &all {
        let envelope = item.envelope();
        let found = items(&envelope);
        let [again] = &found[..] else { panic!("{} items in {envelope}", found.len()) };
        assert_eq!((&again.fact, again.raw), (&item.fact, item.raw), "{envelope}");
        let of = |item: &Item<'_>| {
            let origin = Origin { contacts: Vec::new(), ..Origin::clone(&item.origin) };
            (origin, item.origin.contacts.len() == 1)
        };
        assert_eq!(of(again).0, of(item).0, "{envelope}");
    }
    all.len()
}

#[test]
fn every_item_can_stand_in_an_envelope_of_its_own() {
    let said = |from: &str, id: &str| json!({"from": from, "id": id, "timestamp": "1794819600", "type": "text", "text": {"body": "ciao"}});
    let anna = said("393331234567", "wamid.A");
    let status = json!({"id": "wamid.S", "status": "read", "timestamp": "1", "recipient_id": "393331234567"});
    let thread = json!({"id": "393331234567", "context": {"wa_id": "393331234567", "user_id": "IT.77"},
        "messages": [anna, {"from": "390612345678", "to": "393331234567", "id": "wamid.H", "timestamp": "2",
            "type": "text", "text": {"body": "}]"}}, 5]});
    for (field, members, count) in [
        (
            "messages",
            json!({"messages": [anna, said("393330000000", "wamid.B"), "?"],
            "statuses": [status], "errors": [{"code": 130_429, "title": "x"}]}),
            5,
        ),
        ("messages", json!({"messages": {"no": "list"}, "statuses": [status]}), 2),
        ("messages", json!({}), 1),
        (
            "smb_message_echoes",
            json!({"message_echoes": [{"from": "390612345678", "to": "393331234567",
            "id": "wamid.E", "timestamp": "3", "type": "text", "text": {"body": "b"}}]}),
            1,
        ),
        ("standby", json!({"standby": {"messages": [anna], "statuses": [status], "errors": 7}}), 3),
        (
            "history",
            json!({"history": [{"threads": [thread, 5], "errors": [{"code": 1, "title": "x"}]},
            {"phase": 1}, 7]}),
            7,
        ),
        (
            "calls",
            json!({"calls": [{"id": "c", "from": "393331234567", "event": "connect",
            "timestamp": "4", "direction": "USER_INITIATED"}]}),
            1,
        ),
        (
            "user_preferences",
            json!({"user_preferences": [{"wa_id": "393331234567", "value": "stop",
            "category": "marketing_messages", "timestamp": 5}]}),
            1,
        ),
        (
            "user_id_update",
            json!({"user_id_update": [{"user_id": {"previous": "IT.77", "current": "IT.78"}}]}),
            1,
        ),
        ("novelty", json!({"novelties": [1, 2]}), 1),
        (
            "message_template_status_update",
            json!({"event": "APPROVED", "message_template_id": 1,
            "message_template_name": "n", "message_template_language": "it"}),
            1,
        ),
        ("account_update", json!({"event": "VERIFIED"}), 1),
    ] {
        let body = payload(field, members);
        assert_eq!(alone(&body), count, "{body}");
        let timed = body.replacen("\"id\":\"2002\"", "\"id\":\"2002\",\"time\":1794819600", 1);
        alone(&timed);
    }
    for body in [
        r#"{"entry":[{"id":"2002","changes":5}]}"#,
        r#"{"entry":[5]}"#,
        r#"{"entry":[{"id":"2002","changes":[{"field":"messages"},{"field":5,"value":7}]}]}"#,
    ] {
        alone(body);
    }
}

#[test]
fn an_envelope_names_nobody_else() {
    let body = payload(
        "messages",
        json!({"contacts": [
                {"profile": {"name": "Anna"}, "wa_id": "393331234567", "user_id": "IT.77"},
                {"profile": {"name": "Bruno"}, "wa_id": "393337654321", "user_id": "IT.88"}],
            "messages": [
                {"from": "393331234567", "id": "wamid.A", "timestamp": "1", "type": "text", "text": {"body": "a"}},
                {"from_user_id": "IT.88", "id": "wamid.B", "timestamp": "2", "type": "text", "text": {"body": "b"}}]}),
    );
    let found = items(&body);
    for (item, (name, other)) in found.iter().zip([("Anna", "Bruno"), ("Bruno", "Anna")]) {
        let envelope = item.envelope();
        assert!(envelope.contains(name) && !envelope.contains(other), "{envelope}");
    }
    alone(&body);
}
