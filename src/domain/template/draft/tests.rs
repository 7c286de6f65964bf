use super::*;

fn draft() -> Draft {
    let examples = [("1", "Anna"), ("2", "A-17"), ("header", "A-17")];
    Draft {
        name: "order_ready".into(),
        language: "it".into(),
        purpose: Purpose::Utility,
        header: Some("Ordine {{1}}".into()),
        body: "Ciao {{1}}, il tuo ordine {{2}} è pronto.".into(),
        footer: Some("Bottega".into()),
        buttons: vec![
            DraftButton::Reply("Grazie".into()),
            DraftButton::Url {
                text: "Segui".into(),
                url: "https://shop.example/{{1}}".into(),
                example: Some("https://shop.example/17".into()),
            },
            DraftButton::Phone { text: "Chiamaci".into(), phone: "+390212345678".into() },
            DraftButton::Code("SAVE20".into()),
        ],
        examples: examples.map(|(name, text)| (name.into(), text.into())).into(),
    }
}

#[test]
fn what_the_platform_would_refuse_is_named_with_its_place() {
    assert_eq!(draft().faults(), []);
    type Change = fn(&mut Draft);
    let cases: &[(Change, &str)] = &[
        (|d| d.name = "Order".into(), "name is no name of a template"),
        (|d| d.language = "italian".into(), "language is no language"),
        (|d| d.purpose = Purpose::Service, "category cannot be submitted from here"),
        (|d| d.header = Some("x".repeat(61)), "header has 61 characters"),
        (|d| d.header = Some("{{1}} {{2}}".into()), "header has more than one variable"),
        (|d| d.body = "Ciao {{1}}, ordine {{2}}".into(), "body begins or ends with a variable"),
        (|d| d.body = "Ciao {{1}}, ordine {{3}}.".into(), "body has no {{2}}"),
        (|d| d.body = "Ciao {{name}}, ordine {{2}}.".into(), "body mixes numbers and names"),
        (
            |d| d.body = "Ciao {{1}}, {{ordine A}} {{2}}.".into(),
            "body has braces that hold no variable",
        ),
        (|d| d.body = " ".into(), "body is empty"),
        (|d| d.footer = Some("da {{1}}".into()), "footer has a variable"),
        (|d| drop(d.examples.remove("2")), "examples lack one for {{2}}"),
        (|d| drop(d.examples.remove("header")), "examples lack one for the header's {{1}}"),
        (|d| drop(d.examples.insert("3".into(), "x".into())), "examples have one for 3"),
        (|d| d.buttons = vec![DraftButton::Reply("x".repeat(26))], "buttons.1 has 26 characters"),
        (|d| d.buttons = vec![DraftButton::Code("x".repeat(16))], "buttons.1 has 16 characters"),
        (
            |d| {
                d.buttons[1] = DraftButton::Url {
                    text: "t".into(),
                    url: "https://x/{{1}}/y".into(),
                    example: Some("z".into()),
                }
            },
            "buttons.2 has a variable that is not the end",
        ),
        (
            |d| {
                d.buttons[1] = DraftButton::Url {
                    text: "t".into(),
                    url: "https://x/".into(),
                    example: Some("z".into()),
                }
            },
            "buttons.2 has an example that does not fit",
        ),
        (
            |d| d.buttons[2] = DraftButton::Phone { text: "t".into(), phone: "02 123".into() },
            "buttons.3 has a number that is none",
        ),
        (|d| d.buttons = vec![DraftButton::Reply("a".into()); 11], "buttons are too many"),
    ];
    for (change, wanted) in cases {
        let mut draft = draft();
        change(&mut draft);
        let told: Vec<_> =
            draft.faults().into_iter().map(|of| format!("{} {}", of.part, of.what)).collect();
        assert!(told.iter().any(|told| told.starts_with(wanted)), "{wanted}: {told:?}");
    }
}

#[test]
fn names_need_examples_by_name() {
    let mut draft = draft();
    draft.header = Some("Ordine {{order}}".into());
    draft.body = "Ciao {{first_name}}, il tuo ordine {{order}} è pronto.".into();
    draft.examples = [("first_name", "Anna"), ("order", "A-17")]
        .map(|(name, text)| (name.into(), text.into()))
        .into();
    assert_eq!(draft.faults(), []);
    assert!(draft.is_named());
    assert_eq!(draft.header_example(), Some(("order", Some("A-17"))));
}
