//! Contents as Twilio lists them, and their variables filled in.

use super::*;
use crate::whatsapp::send::TemplateCard;
use serde_json::json;

fn read(types: Value, variables: Value) -> Content {
    let list = json!({
        "contents": [
            {"sid": "HX1", "friendly_name": "f", "language": "it", "variables": variables, "types": types,
             "approval_requests": {"name": "order", "status": "approved", "category": "UTILITY", "rejection_reason": ""}},
            {"sid": "HX2", "language": "it"}, 7],
        "meta": {"next_page_url": "https://content.twilio.com/v1/ContentAndApprovals?Page=1"}});
    let (contents, next) = page(&list.to_string()).expect("a page");
    assert!(next.is_some_and(|next| next.ends_with("Page=1")));
    let [content] = &contents[..] else { panic!("{contents:?}") };
    content.clone()
}

fn component(part: &'static str, index: Option<&str>, parameters: Vec<Parameter>) -> Component {
    let index = index.map(str::to_owned);
    Component { part, sub_type: None, index, parameters, cards: Vec::new() }
}

fn text(text: &str) -> Parameter {
    Parameter::Text { text: text.into(), parameter_name: None }
}

fn keys(content: &Content) -> Vec<String> {
    content.template.parameters().into_iter().map(|slot| slot.key).collect()
}

#[test]
fn a_text_has_its_variables_and_their_examples() {
    let content =
        read(json!({"twilio/text": {"body": "{{1}}, {{3}}"}}), json!({"1": "Anna", "3": "A-1"}));
    assert_eq!((content.sid.as_str(), content.template.name.as_str()), ("HX1", "order"));
    assert_eq!(content.template.status, Status::Approved);
    assert_eq!(content.template.body_examples, ["Anna", "A-1"]);
    assert_eq!(keys(&content), ["1", "3"]);
    let given = [component("body", None, vec![text("Bo"), text("B-2")])];
    let filled = content.filled(&given).expect("it fits");
    assert_eq!(Value::from(filled), json!({"1": "Bo", "3": "B-2"}));
    let more = [component("body", None, vec![text("a"), text("b"), text("c")])];
    assert_eq!(content.filled(&more), None, "one too many");
    assert_eq!(content.filled(&[component("header", None, vec![text("a")])]), None);
}

#[test]
fn header_file_buttons_and_cards_are_found() {
    let content = read(
        json!({"twilio/text": {"body": "poor"}, "whatsapp/card": {
            "body": "{{2}}", "footer": "f", "media": ["https://a.example/{{1}}"],
            "actions": [{"type": "QUICK_REPLY", "title": "Yes", "id": "y"},
                {"type": "URL", "title": "Go", "url": "https://shop.example/{{3}}"},
                {"type": "PHONE_NUMBER", "title": "Call", "phone": "+1"}]}}),
        json!({}),
    );
    assert_eq!(keys(&content), ["header", "2", "button.2"]);
    assert_eq!(content.template.footer.as_deref(), Some("f"));
    let link = |link: &str| Parameter::Image { image: File::Link(link.into()) };
    let given = |link: Parameter| {
        [
            component("header", None, vec![link]),
            component("body", None, vec![text("Bo")]),
            component("button", Some("1"), vec![text("7")]),
        ]
    };
    let filled = content.filled(&given(link("https://a.example/x.png"))).expect("it fits");
    assert_eq!(Value::from(filled), json!({"1": "x.png", "2": "Bo", "3": "7"}));

    let carousel = read(
        json!({"twilio/carousel": {"body": "{{1}}", "cards": [
            {"title": "{{2}}", "body": "b", "media": "https://a.example/{{3}}", "actions": []},
            {"title": "t", "body": "{{4}}", "media": "https://a.example/fix.png", "actions": []}]}}),
        json!({}),
    );
    assert_eq!(keys(&carousel), ["1", "card.1.header", "card.1.2", "card.2.4"]);
    let cards = vec![
        TemplateCard {
            card_index: 0,
            components: vec![
                component("header", None, vec![link("https://a.example/y.png")]),
                component("body", None, vec![text("two")]),
            ],
        },
        TemplateCard {
            card_index: 1,
            components: vec![component("body", None, vec![text("four")])],
        },
    ];
    let given = [
        component("body", None, vec![text("one")]),
        Component { cards, ..component("carousel", None, Vec::new()) },
    ];
    let filled = carousel.filled(&given).expect("it fits");
    assert_eq!(Value::from(filled), json!({"1": "one", "2": "two", "3": "y.png", "4": "four"}));
}

#[test]
fn what_cannot_be_filled_in_is_told() {
    let content = read(json!({"twilio/catalog": {"body": "x"}}), json!({}));
    assert_eq!(content.template.unsupported(), Some("twilio/catalog"));
    let fixed = read(
        json!({"twilio/media": {"body": "b", "media": ["https://a.example/x.png"]}}),
        json!({}),
    );
    assert_eq!(keys(&fixed), [""; 0], "a fixed picture needs nothing");
    let named = read(json!({"twilio/text": {"body": "{{name}}"}}), json!({}));
    assert!(named.template.named);
    let given = Parameter::Text { text: "Bo".into(), parameter_name: Some("name".into()) };
    let filled = named.filled(&[component("body", None, vec![given])]).expect("it fits");
    assert_eq!(Value::from(filled), json!({"name": "Bo"}));
    assert_eq!(page("{}"), None);
    assert_eq!(page("<html>"), None);
}

#[test]
fn the_states_of_approval_have_their_words() {
    for (word, wanted) in [
        ("approved", Status::Approved),
        ("pending", Status::Pending),
        ("received", Status::Pending),
        ("rejected", Status::Rejected),
        ("paused", Status::Paused),
        ("disabled", Status::Disabled),
        ("unsubmitted", Status::Other("UNSUBMITTED".into())),
        ("", Status::Missing),
    ] {
        assert_eq!(status(word), wanted, "{word}");
    }
}
