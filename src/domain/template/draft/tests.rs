use super::*;

fn draft() -> Draft {
    let examples = [("1", "Anna"), ("2", "A-17"), ("header", "A-17")];
    Draft {
        name: "order_ready".into(),
        language: "it".into(),
        purpose: Purpose::Utility,
        header: Some("Ordine {{1}}".into()),
        file: None,
        place: false,
        offer: None,
        cards: Vec::new(),
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

/// A picture, a text and a code for a while.
fn offer() -> Draft {
    Draft {
        purpose: Purpose::Marketing,
        header: None,
        file: Some(DraftFile::Image("4:handle".into())),
        footer: None,
        offer: Some(DraftOffer { text: "Solo oggi".into(), ends: true }),
        buttons: vec![
            DraftButton::Code("SAVE20".into()),
            DraftButton::Url {
                text: "Vai".into(),
                url: "https://shop.example".into(),
                example: None,
            },
        ],
        examples: [("1", "Anna"), ("2", "20%")].map(|(n, t)| (n.into(), t.into())).into(),
        ..draft()
    }
}

fn card(body: &str) -> DraftCard {
    DraftCard {
        file: DraftFile::Video("4:handle".into()),
        body: body.into(),
        buttons: vec![DraftButton::Reply("Questa".into())],
        examples: BTreeMap::new(),
    }
}

fn carousel() -> Draft {
    Draft {
        file: None,
        offer: None,
        buttons: Vec::new(),
        cards: vec![card("Tazze"), card("Piatti")],
        ..offer()
    }
}

fn flow(flow: &str, screen: Option<&str>) -> DraftButton {
    DraftButton::Flow { text: "Apri".into(), flow: flow.into(), screen: screen.map(str::to_owned) }
}

#[test]
fn parts_that_do_not_fit_each_other_are_named_with_the_limit() {
    assert_eq!(offer().faults(), []);
    assert_eq!(carousel().faults(), []);
    let mut place = Draft { place: true, header: None, ..draft() };
    place.examples.remove("header");
    place.buttons = vec![flow("123", Some("HOME")), DraftButton::ContactRequest];
    assert_eq!(place.faults(), []);
    type Make = fn() -> Draft;
    type Change = fn(&mut Draft);
    let cases: &[(Make, Change, &str)] = &[
        (
            draft,
            |d| d.file = Some(DraftFile::Image("x".into())),
            "file is a second header (a template has one header)",
        ),
        (draft, |d| d.place = true, "place is a second header (a template has one header)"),
        (
            offer,
            |d| d.file = Some(DraftFile::Image(" ".into())),
            "file has no file (name one: the review looks at an example)",
        ),
        (
            offer,
            |d| d.purpose = Purpose::Utility,
            "offer is not for this category (write category = \"marketing\")",
        ),
        (offer, |d| d.footer = Some("x".into()), "footer stands beside an offer (leave it out)"),
        (
            offer,
            |d| d.file = Some(DraftFile::Document("x".into())),
            "offer has another header (an image, a video, or none)",
        ),
        (
            offer,
            |d| d.buttons.reverse(),
            "buttons do not fit an offer (a button with an address, and before it a code if there is one)",
        ),
        (
            offer,
            |d| d.body = format!("{{{{1}}}}{{{{2}}}} {}", "x".repeat(600)),
            "body has 611 characters (WhatsApp takes 1 to 600)",
        ),
        (
            offer,
            |d| d.offer = Some(DraftOffer { text: "x".repeat(17), ends: false }),
            "offer has 17 characters (WhatsApp takes 1 to 16)",
        ),
        (carousel, |d| d.cards.truncate(1), "cards are 1 (a carousel has 2 to 10 cards)"),
        (
            carousel,
            |d| d.cards = vec![card("x"); 11],
            "cards are 11 (a carousel has 2 to 10 cards)",
        ),
        (
            carousel,
            |d| d.footer = Some("x".into()),
            "footer stands beside cards (a carousel has a text and cards only)",
        ),
        (
            carousel,
            |d| d.purpose = Purpose::Utility,
            "cards are not for this category (write category = \"marketing\")",
        ),
        (
            carousel,
            |d| d.cards[1].body = "x".repeat(161),
            "cards.2 has 161 characters (WhatsApp takes 1 to 160)",
        ),
        (
            carousel,
            |d| d.cards[1].body.clear(),
            "cards.2 is not like the first card (all cards have the same kind of file, a text or none, and the same kinds of buttons)",
        ),
        (
            carousel,
            |d| d.cards[1].file = DraftFile::Document("x".into()),
            "cards.2 has a document (a card has an image or a video)",
        ),
        (
            carousel,
            |d| d.cards[0].body = "Per {{1}} oggi".into(),
            "cards.1 has examples that lack one for {{1}} (the review looks at the text with its examples)",
        ),
        (
            carousel,
            |d| d.cards[0].buttons = vec![DraftButton::Reply("x".into()); 3],
            "cards.1.buttons are too many (a card has at most 2)",
        ),
        (
            carousel,
            |d| d.cards[0].buttons = vec![flow("1", None)],
            "cards.1.buttons have a flow (a card's buttons reply, open an address or call)",
        ),
        (
            carousel,
            |d| d.cards[1].buttons = vec![DraftButton::Reply("x".repeat(26))],
            "cards.2.buttons.1 has 26 characters (WhatsApp takes 1 to 25)",
        ),
        (
            draft,
            |d| d.buttons.insert(2, DraftButton::Reply("x".into())),
            "buttons have replies among the others (put all replies first, or all last)",
        ),
        (
            draft,
            |d| d.buttons = vec![flow("1", None), flow("2", None)],
            "buttons have 2 of the kind flow (at most 1)",
        ),
        (
            draft,
            |d| d.buttons.push(DraftButton::Catalog("x".into())),
            "buttons have others beside catalog (it is the only button)",
        ),
        (
            draft,
            |d| d.buttons = vec![flow("one", None)],
            "buttons.1 has a form that is none (its id, digits only)",
        ),
        (
            draft,
            |d| d.buttons = vec![flow("1", Some("9"))],
            "buttons.1 has a screen that is none (its id, letters and _ only)",
        ),
    ];
    for (make, change, wanted) in cases {
        let mut draft = make();
        change(&mut draft);
        let told = draft.faults().into_iter();
        let told: Vec<_> =
            told.map(|of| format!("{} {} ({})", of.part, of.what, of.hint)).collect();
        assert!(told.iter().any(|told| told == wanted), "{wanted}: {told:?}");
    }
}
