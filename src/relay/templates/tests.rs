use super::*;
use crate::domain::template::TemplateChange;
use crate::whatsapp::template::{Button, Card, Offer, Status};

fn template() -> platform::Template {
    platform::Template {
        name: "order".into(),
        language: "it".into(),
        status: Status::Approved,
        category: "UTILITY".into(),
        body: "Ciao {{ 1 }}, {{2}}".into(),
        body_examples: vec!["Anna".into(), "pronto".into()],
        footer: Some("f".into()),
        ..platform::Template::default()
    }
}

fn button(kind: &str, url: Option<&str>) -> Button {
    Button { kind: kind.into(), text: "t".into(), url: url.map(str::to_owned), example: None }
}

fn slots(template: &Template) -> Vec<&str> {
    template.slots.iter().map(|slot| slot.name.as_str()).collect()
}

#[tokio::test]
async fn a_change_that_no_webhook_told_is_told_once() {
    use crate::relay::rig::{ACCOUNT, LINE, Rig};
    let rig = Rig::manual().await;
    let told = || {
        let desk = rig.relay.store.read().desk().clone();
        let line = desk.lines.get(&Name::from(LINE));
        let told = line.map(|line| line.told.clone()).unwrap_or_default();
        told.iter().map(|told| told.news.words()).collect::<Vec<_>>()
    };
    let account = Name::from(ACCOUNT);
    let paused = platform::Template { status: Status::Paused, ..template() };
    record(&rig.relay, account.clone(), &[template()]).await;
    assert!(told().is_empty(), "what was not known is no change");
    let webhook = TemplateNews::new(
        "order",
        "it",
        TemplateChange::Status { status: "PAUSED".into(), reason: Some("FIRST_PAUSE".into()) },
    );
    let whose = Whose::Account { account: account.clone(), number: None };
    let news = vec![Told { at: rig.relay.clock.now(), news: News::Template(webhook) }];
    rig.relay.desk.told("-platform", whose.clone(), news.clone()).await.expect("recorded");
    record(&rig.relay, account.clone(), &[paused]).await;
    let said = "the template order (it) is paused: first pause";
    assert_eq!(told(), [said], "the webhook told it before");
    record(&rig.relay, account.clone(), &[template()]).await;
    record(&rig.relay, account, &[template()]).await;
    assert_eq!(told(), [said, "the template order (it) is approved"]);
    rig.relay.desk.told("-platform", whose, news).await.expect("heard");
    assert_eq!(told().len(), 2, "the platform repeats itself");
    rig.close().await;
}

#[test]
fn slots_keep_the_platforms_keys() {
    let mut given = template();
    given.header = Some(Header::Text { text: "N. {{1}}".into(), example: Some("7".into()) });
    given.quality = Some("YELLOW".into());
    given.buttons = vec![
        button("QUICK_REPLY", None),
        button("URL", Some("https://x.example/{{1}}")),
        button("URL", Some("https://x.example/")),
    ];
    let said = translate(&given);
    assert_eq!(slots(&said), ["header", "1", "2", "button.1", "button.2"]);
    assert_eq!(said.quality.as_deref(), Some("YELLOW"));
    assert_eq!(said.buttons, ["t", "t", "t"]);
    assert_eq!((said.slots[3].optional, said.slots[3].kind), (true, SlotKind::Payload));
    assert_eq!(said.slots[1].example.as_deref(), Some("Anna"));
    assert_eq!((said.body.as_str(), said.purpose), ("Ciao {{1}}, {{2}}", Purpose::Utility));
    assert_eq!((said.status.as_str(), said.unsendable.as_deref()), ("APPROVED", None));
    let filled = [("header", "7"), ("1", "Anna"), ("2", "ok"), ("button.2", "z")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(said.preview(&filled), "N. 7\nCiao Anna, ok\nf");
}

#[test]
fn a_named_header_is_told_from_the_body() {
    let mut given = template();
    given.named = true;
    given.header = Some(Header::Text { text: "{{ shop }}".into(), example: None });
    given.body = "{{first_name}}: {{shop_hours}}".into();
    let said = translate(&given);
    assert_eq!(slots(&said), ["header.shop", "first_name", "shop_hours"]);
    let filled = [("header.shop", "Da Ugo"), ("first_name", "Anna"), ("shop_hours", "9-18")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(said.preview(&filled), "Da Ugo\nAnna: 9-18\nf");
}

#[test]
fn what_cannot_be_sent_says_why() {
    let with = |change: fn(&mut platform::Template)| {
        let mut template = template();
        change(&mut template);
        translate(&template)
    };
    for (said, word) in [
        (with(|t| t.header = Some(Header::Other("PRODUCT".into()))), "PRODUCT"),
        (with(|t| t.header = Some(Header::Other("GIF".into()))), "GIF"),
        (with(|t| t.buttons = vec![button("MPM", None)]), "MPM"),
        (with(|t| t.buttons = vec![button("SPM", None)]), "SPM"),
        (with(|t| t.other_parts.push("NEW".into())), "NEW"),
    ] {
        let why = said.unsendable.unwrap_or_default();
        assert!(why.contains(word), "{why:?} {word}");
    }
    let strange = with(|t| t.category = "NEW".into());
    assert_eq!(strange.purpose, Purpose::Marketing);
}

#[test]
fn files_places_offers_and_cards_are_told() {
    let mut given = template();
    given.header = Some(Header::File(FileKind::Image));
    given.offer = Some(Offer { text: "Soon over".into(), ends: true });
    given.cards = vec![Card {
        header: Some(FileKind::Video),
        body: "{{ 1 }}!".into(),
        buttons: vec![button("COPY_CODE", None)],
        ..Card::default()
    }];
    let said = translate(&given);
    assert_eq!(
        slots(&said),
        ["header", "1", "2", "offer.until", "card.1.header", "card.1.1", "card.1.button.1"]
    );
    use SlotKind::{Code, Image, Text, Until, Video};
    let kinds: Vec<_> = said.slots.iter().map(|slot| slot.kind).collect();
    assert_eq!(kinds, [Image, Text, Text, Until, Video, Text, Code]);
    let filled = [
        ("header", "https://a.example/b.png"),
        ("1", "Anna"),
        ("2", "ok"),
        ("offer.until", "2026-12-24T18:00:00Z"),
        ("card.1.header", "77"),
        ("card.1.1", "Cups"),
        ("card.1.button.1", "SAVE"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(
        said.preview(&filled),
        "[image] https://a.example/b.png\nCiao Anna, ok\nSoon over (2026-12-24T18:00:00Z)\nf\n1. [video] 77 Cups!"
    );
}

#[test]
fn the_platforms_reason_is_cut_and_can_do_nothing_to_a_terminal() {
    let long = format!("\u{1b}[2J\u{202e}{}\n", "LOUD ".repeat(900));
    for (reason, kept) in [
        (None, None),
        (Some("NONE".to_owned()), None),
        (Some("INVALID_FORMAT".to_owned()), Some("INVALID_FORMAT".to_owned())),
        (Some(long.clone()), Some(one_line(&long, REASON_MOST))),
    ] {
        let given = platform::Template { rejected_reason: reason, ..template() };
        let said = translate(&given).rejected;
        assert_eq!(said, kept);
        assert!(said.is_none_or(|said| said.len() < 1_000 && !said.contains(['\u{1b}', '\n'])));
    }
}

#[test]
fn a_review_that_is_under_way_is_looked_after_more_often() {
    let with = |status| [template(), platform::Template { status, ..template() }];
    assert_eq!(again(&with(Status::Approved)), EVERY);
    assert_eq!(again(&with(Status::Pending)), IN_REVIEW);
    assert_eq!(again(&[]), EVERY);
}

#[test]
fn what_is_wanted_while_a_fetch_is_under_way_is_fetched_after_it() {
    let now = Instant::now();
    let second = Duration::from_secs(1);
    let fresh = || Plan { at: now, failures: 0, under_way: false };
    // What failed before, who wants it meanwhile (a person, or not), the wait after the fetch, when the next is.
    for (failures, wanted, wait, next) in [
        (0, None, IN_REVIEW, second + IN_REVIEW),
        (0, Some(false), EVERY, Duration::ZERO),
        (0, Some(true), IN_REVIEW, Duration::ZERO),
        (2, Some(false), 4 * second, 5 * second),
        (2, Some(true), 4 * second, Duration::ZERO),
    ] {
        let mut plan = Plan { failures, ..fresh() };
        plan.begins(now);
        assert!(plan.under_way && plan.at == now + EVERY);
        if let Some(person) = wanted {
            plan.wanted(now, person);
        }
        plan.ends(now + second, wait);
        assert_eq!((plan.under_way, plan.at), (false, now + next), "{failures} {wanted:?}");
    }
}
