//! What templates ask for.

use super::*;

fn button(kind: &str, url: Option<&str>) -> Button {
    Button { kind: kind.into(), text: "t".into(), url: url.map(str::to_owned), example: None }
}

fn order() -> Template {
    Template {
        header: Some(Header::Text { text: "Ordine {{1}}".into(), example: Some("A7".into()) }),
        body: "Ciao {{1}}, arriva {{2}}. {{ 1 }}! {x} {{}} {{a b}}".into(),
        body_examples: vec!["Anna".into(), "lunedì".into()],
        buttons: vec![
            button("QUICK_REPLY", None),
            button("PHONE_NUMBER", None),
            button("URL", Some("https://x.example/{{1}}")),
            button("COPY_CODE", None),
        ],
        ..Template::default()
    }
}

/// The slots of a template: key, what fills it, a question mark where it may be left out.
fn slots(template: &Template) -> Vec<String> {
    let told = |slot: Slot| {
        let mark = if slot.required { "" } else { "?" };
        format!("{} {:?}{mark}", slot.key, slot.part)
    };
    template.parameters().into_iter().map(told).collect()
}

#[test]
fn slots_follow_the_template() {
    assert_eq!(
        slots(&order()),
        ["header Text", "1 Text", "2 Text", "button.1 Payload?", "button.3 Text", "button.4 Code"]
    );
    let examples: Vec<_> = order().parameters().into_iter().map(|slot| slot.example).collect();
    assert_eq!(examples[..2], [Some("A7".to_owned()), Some("Anna".to_owned())]);
    let named = Template {
        named: true,
        header: Some(Header::Text { text: "{{ shop }}".into(), example: None }),
        body: "{{first_name}} {{2nd}}".into(),
        ..Template::default()
    };
    assert_eq!(slots(&named), ["header.shop Text", "first_name Text", "2nd Text"]);
    let picture = Template { header: Some(Header::File(FileKind::Image)), ..Template::default() };
    assert_eq!(slots(&picture), ["header File(Image)"]);
    let place = Template { header: Some(Header::Place), ..Template::default() };
    let members = ["latitude", "longitude", "name", "address"];
    assert_eq!(slots(&place), members.map(|member| format!("header.{member} Place")));
}

#[test]
fn an_offer_and_a_carousel_have_theirs() {
    let card = Card {
        header: Some(FileKind::Video),
        body: "{{1}}".into(),
        buttons: vec![button("QUICK_REPLY", None), button("URL", Some("https://x.example/{{1}}"))],
        ..Card::default()
    };
    let template = Template {
        body: "{{1}}".into(),
        offer: Some(Offer { text: "Soon over".into(), ends: true }),
        cards: vec![card.clone(), Card { header: None, buttons: Vec::new(), ..card }],
        ..Template::default()
    };
    assert_eq!(
        slots(&template),
        [
            "1 Text",
            "offer.until Until",
            "card.1.header File(Video)",
            "card.1.1 Text",
            "card.1.button.1 Payload?",
            "card.1.button.2 Text",
            "card.2.1 Text"
        ]
    );
    let endless = Offer { text: "Soon over".into(), ends: false };
    assert_eq!(
        slots(&Template { offer: Some(endless), ..Template::default() }),
        Vec::<String>::new()
    );
}

#[test]
fn what_cannot_be_filled_in_is_named() {
    let with = |change: fn(&mut Template)| {
        let mut template = order();
        change(&mut template);
        template.unsupported().map(str::to_owned)
    };
    assert_eq!(order().unsupported(), None);
    assert_eq!(
        with(|t| t.header = Some(Header::Other("PRODUCT".into()))).as_deref(),
        Some("PRODUCT")
    );
    assert_eq!(with(|t| t.other_parts.push("NEW".into())).as_deref(), Some("NEW"));
    assert_eq!(with(|t| t.buttons = vec![button("MPM", None)]).as_deref(), Some("MPM"));
    assert_eq!(with(|t| t.buttons = vec![button("FLOW", None)]), None);
    let card = |t: &mut Template| {
        t.cards = vec![Card { buttons: vec![button("SPM", None)], ..Card::default() }];
    };
    assert_eq!(with(card).as_deref(), Some("SPM"));
}
