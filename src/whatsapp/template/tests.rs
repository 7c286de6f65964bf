//! A template from its slots to what is sent.

use super::*;
use serde_json::json;

fn order() -> Template {
    Template {
        name: "order".into(),
        language: "it".into(),
        status: Status::Approved,
        header: Some(Header::Text { text: "Ordine {{1}}".into(), example: Some("A7".into()) }),
        body: "Ciao {{1}}, arriva {{2}}. {{ 1 }}! {x} {{}} {{a b}}".into(),
        body_examples: vec!["Anna".into(), "lunedì".into()],
        footer: Some("Grazie".into()),
        buttons: vec![
            Button { kind: "QUICK_REPLY".into(), text: "Sì".into(), ..Button::default() },
            Button { kind: "PHONE_NUMBER".into(), text: "Chiama".into(), ..Button::default() },
            Button {
                kind: "URL".into(),
                text: "Segui".into(),
                url: Some("https://x.example/{{1}}".into()),
                ..Button::default()
            },
        ],
        ..Template::default()
    }
}

fn given(pairs: &[(&str, &str)]) -> Parameters {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn full() -> Parameters {
    given(&[("header", "A7"), ("1", "Anna"), ("2", "domani"), ("button.3", "a7")])
}

#[test]
fn slots_follow_the_template() {
    let slots: Vec<_> = order()
        .parameters()
        .into_iter()
        .map(|slot| (slot.key, slot.part, slot.required, slot.example))
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        slots,
        [
            ("header".into(), Part::HeaderText, true, some("A7")),
            ("1".into(), Part::Body, true, some("Anna")),
            ("2".into(), Part::Body, true, some("lunedì")),
            ("button.1".into(), Part::ButtonPayload(0), false, None),
            ("button.3".into(), Part::ButtonUrl(2), true, None),
        ]
    );
}

#[test]
fn it_looks_and_is_sent_as_filled_in() {
    let mut with = full();
    assert_eq!(
        order().preview(&with).text(),
        "Ordine A7\nCiao Anna, arriva domani. Anna! {x} {{}} {{a b}}\nGrazie\n[Sì] [Chiama] [Segui]"
    );
    assert_eq!(
        order().preview(&given(&[("2", "x")])).body,
        "Ciao {{1}}, arriva x. {{1}}! {x} {{}} {{a b}}"
    );
    with.insert("button.1".into(), "yes".into());
    let message = order().message(&with).expect("valid");
    assert_eq!(
        json!(message.components),
        json!([
            {"type": "header", "parameters": [{"type": "text", "text": "A7"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Anna"}, {"type": "text", "text": "domani"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "yes"}]},
            {"type": "button", "sub_type": "url", "index": "2", "parameters": [{"type": "text", "text": "a7"}]},
        ])
    );
}

#[test]
fn named_variables_are_sent_with_their_names() {
    let template = Template {
        named: true,
        header: Some(Header::Text { text: "{{shop}}".into(), example: None }),
        body: "{{first_name}} {{2nd}}".into(),
        buttons: Vec::new(),
        ..order()
    };
    let message = template
        .message(&given(&[("shop", "S"), ("first_name", "A"), ("2nd", "B")]))
        .expect("valid");
    assert_eq!(
        json!(message.components),
        json!([
            {"type": "header", "parameters": [{"type": "text", "text": "S", "parameter_name": "shop"}]},
            {"type": "body", "parameters": [
                {"type": "text", "text": "A", "parameter_name": "first_name"},
                {"type": "text", "text": "B", "parameter_name": "2nd"}]},
        ])
    );
}

#[test]
fn files_and_codes_are_sent_as_such() {
    let template = Template {
        header: Some(Header::File(FileKind::Image)),
        body: "x".into(),
        buttons: vec![Button { kind: "COPY_CODE".into(), ..Button::default() }],
        ..order()
    };
    let message = template
        .message(&given(&[("header", "https://x.example/a.png"), ("button.1", "SAVE")]))
        .expect("valid");
    assert_eq!(
        json!(message.components),
        json!([
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://x.example/a.png"}}]},
            {"type": "button", "sub_type": "copy_code", "index": "0", "parameters": [{"type": "coupon_code", "coupon_code": "SAVE"}]},
        ])
    );
    let message =
        template.message(&given(&[("header", "77"), ("button.1", "SAVE")])).expect("valid");
    assert_eq!(
        json!(message.components[0].parameters),
        json!([{"type": "image", "image": {"id": "77"}}])
    );
}

#[test]
fn what_is_wrong_is_named() {
    let without = |key: &str| {
        let mut given = full();
        given.remove(key);
        given
    };
    let with = |key: &str, value: &str| {
        let mut given = full();
        given.insert(key.into(), value.into());
        given
    };
    let key = |key: &str| key.to_owned();
    for (given, fault) in [
        (without("2"), Fault::Missing { key: key("2") }),
        (without("header"), Fault::Missing { key: key("header") }),
        (without("button.3"), Fault::Missing { key: key("button.3") }),
        (with("1", " "), Fault::Empty { key: key("1") }),
        (with("1", "a\nb"), Fault::Blank { key: key("1") }),
        (with("1", "a     b"), Fault::Blank { key: key("1") }),
        (with("1", &"x".repeat(1025)), Fault::TooLong { key: key("1"), length: 1025 }),
        (
            with("3", "x"),
            Fault::Unexpected { key: key("3"), known: key("header, 1, 2, button.1, button.3") },
        ),
    ] {
        assert_eq!(order().validate(&given), Err(fault));
    }
    let paused = Template { status: Status::Paused, ..order() };
    assert_eq!(paused.validate(&full()), Err(Fault::NotApproved { status: key("PAUSED") }));
    let carousel = Template { other_parts: vec![key("CAROUSEL")], ..order() };
    assert_eq!(carousel.message(&full()), Err(Fault::Unsupported { part: key("CAROUSEL") }));
    let plain = Template { header: None, body: "x".into(), buttons: Vec::new(), ..order() };
    assert_eq!(
        plain.validate(&given(&[("1", "x")])),
        Err(Fault::Unexpected { key: key("1"), known: key("none") })
    );
}
