//! Messages of customers.

use super::*;

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
        // It is nowhere on earth, but it is a place.
        (
            "location",
            json!({"latitude": 1e300, "longitude": 181}),
            Content::Location(Location {
                latitude: 1e300,
                longitude: 181.0,
                ..Location::default()
            }),
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
        {"origin": "contact_request", "phones": [{"phone": "+1 557", "wa_id": "1557"}], "vcard": "BEGIN:VCARD",
            "addresses": [{"street": "S", "city": "C", "state": "T", "zip": 9, "country_code": "it", "type": "HOME"}],
            "urls": [{"url": "https://a.example"}, {}], "birthday": "1970-01-01",
            "org": {"department": "D", "title": "T"}}, "nonsense"]),
    ) else {
        panic!("no cards")
    };
    assert_eq!(cards.len(), 2);
    assert_eq!(
        (cards[0].name.as_deref(), &cards[0].phones[..]),
        (Some("Bo Li"), &["+1 555".to_owned(), "1556".to_owned()][..])
    );
    assert!(cards[1].requested && cards[1].name.is_none());
    let text = |text: &str| Some(text.to_owned());
    let address = Address {
        street: text("S"),
        city: text("C"),
        state: text("T"),
        zip: text("9"),
        country: text("it"),
    };
    let whole = Card {
        phones: vec!["+1 557".into()],
        wa_ids: vec!["1557".into()],
        addresses: vec![address],
        urls: vec!["https://a.example".into()],
        birthday: text("1970-01-01"),
        department: text("D"),
        title: text("T"),
        vcard: text("BEGIN:VCARD"),
        requested: true,
        ..Card::default()
    };
    assert_eq!(cards[1], whole);
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
