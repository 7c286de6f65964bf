//! A template with its values, in the platform's shape. Source: page "cloud-api/reference/messages", template
//! object. The names of the slots say where their values go; see [`crate::domain::template::Slot::name`].

use crate::domain::interactive::File as Given;
use crate::domain::message::TemplateUse;
use crate::domain::template::SlotKind;
use crate::kit::Timestamp;
use crate::whatsapp::send::{
    Component, File, NamedFile, OfferEnd, Parameter, TemplateAction, TemplateCard, TemplateMessage,
    TemplatePlace,
};
use std::collections::BTreeMap;

/// The parts of a template, or of one of its cards, that have values.
#[derive(Default)]
struct Parts {
    header: Vec<Parameter>,
    place: Option<TemplatePlace>,
    body: Vec<Parameter>,
    offer: Vec<Parameter>,
    buttons: Vec<Component>,
}

/// `ids` are the platform's ids of the files that were handed in for it, in order.
pub(super) fn filled(template: &TemplateUse, ids: &[String]) -> TemplateMessage {
    let handed: BTreeMap<_, _> =
        template.handed().zip(ids).map(|((at, file), id)| (at, (id, file.name))).collect();
    let mut whole = Parts::default();
    let mut cards: Vec<Parts> = Vec::new();
    for (at, (slot, value)) in template.parameters.iter().enumerate() {
        let kind = template.kinds.get(at).copied().unwrap_or_default();
        let (value, called) = match handed.get(&at) {
            Some((id, name)) => (*id, name.as_deref()),
            None => (value, None),
        };
        let card = slot.strip_prefix("card.").and_then(|rest| rest.split_once('.'));
        match card.and_then(|(nth, rest)| Some((nth.parse::<usize>().ok()?, rest))) {
            Some((nth @ 1..=10, rest)) => {
                if cards.len() < nth {
                    cards.resize_with(nth, Parts::default);
                }
                cards[nth - 1].fill(rest, kind, value, called);
            }
            _ => whole.fill(slot, kind, value, called),
        }
    }
    let mut components = whole.components();
    if !cards.is_empty() {
        let card = |(card_index, parts): (usize, Parts)| TemplateCard {
            card_index,
            components: parts.components(),
        };
        let cards = cards.into_iter().enumerate().map(card).collect();
        components.push(Component { cards, ..part("carousel", Vec::new()) });
    }
    TemplateMessage { name: template.name.clone(), language: template.language.clone(), components }
}

impl Parts {
    /// Puts a value where its slot says. `called` is a file's name.
    fn fill(&mut self, slot: &str, kind: SlotKind, value: &str, called: Option<&str>) {
        match (slot.split_once('.'), kind) {
            (Some(("header", member)), SlotKind::Place) => {
                let place = self.place.get_or_insert_default();
                let member = match member {
                    "latitude" => &mut place.latitude,
                    "longitude" => &mut place.longitude,
                    "name" => &mut place.name,
                    _ => &mut place.address,
                };
                value.trim().clone_into(member);
            }
            (None, SlotKind::Image | SlotKind::Video | SlotKind::Document) => {
                self.header.push(file(kind, value, called));
            }
            (Some(("header", name)), _) => self.header.push(text(name, value)),
            (None, _) if slot == "header" => self.header.push(text("", value)),
            (Some(("offer", _)), _) => {
                let until = value.trim().parse::<Timestamp>().map_or(0, Timestamp::millis);
                let limited_time_offer = OfferEnd { expiration_time_ms: until };
                self.offer.push(Parameter::LimitedTimeOffer { limited_time_offer });
            }
            (Some(("button", place)), kind) => self.buttons.push(button(place, kind, value)),
            _ => self.body.push(text(slot, value)),
        }
    }

    fn components(mut self) -> Vec<Component> {
        self.header.extend(self.place.map(|location| Parameter::Location { location }));
        let parts =
            [("header", self.header), ("body", self.body), ("limited_time_offer", self.offer)];
        let parts = parts.into_iter().filter(|(_, parameters)| !parameters.is_empty());
        parts.map(|(name, parameters)| part(name, parameters)).chain(self.buttons).collect()
    }
}

fn part(part: &'static str, parameters: Vec<Parameter>) -> Component {
    Component { part, sub_type: None, index: None, parameters, cards: Vec::new() }
}

/// What is no number is the variable's name.
fn text(name: &str, value: &str) -> Parameter {
    let named = !name.is_empty() && !name.bytes().all(|byte| byte.is_ascii_digit());
    Parameter::Text { text: value.to_owned(), parameter_name: named.then(|| name.to_owned()) }
}

fn file(kind: SlotKind, value: &str, called: Option<&str>) -> Parameter {
    let file = match SlotKind::read_file(value) {
        Given::Id(id) => File::Id(id),
        Given::Link(link) => File::Link(link),
    };
    match kind {
        SlotKind::Video => Parameter::Video { video: file },
        SlotKind::Document => {
            let filename = called.map(str::to_owned);
            Parameter::Document { document: NamedFile { file, filename } }
        }
        _ => Parameter::Image { image: file },
    }
}

/// A button by its place from 1.
fn button(place: &str, kind: SlotKind, value: &str) -> Component {
    let value = value.to_owned();
    let (sub_type, parameter) = match kind {
        SlotKind::Payload => ("quick_reply", Parameter::Payload { payload: value }),
        SlotKind::Code => ("copy_code", Parameter::CouponCode { coupon_code: value }),
        SlotKind::Flow => {
            let token = if value.is_empty() { "unused".to_owned() } else { value };
            let action = TemplateAction { flow_token: Some(token), ..TemplateAction::default() };
            ("flow", Parameter::Action { action })
        }
        SlotKind::Product => {
            let thumbnail_product_retailer_id = Some(value);
            let action =
                TemplateAction { thumbnail_product_retailer_id, ..TemplateAction::default() };
            ("catalog", Parameter::Action { action })
        }
        _ => ("url", Parameter::Text { text: value, parameter_name: None }),
    };
    let index = place.parse::<u32>().unwrap_or(1).saturating_sub(1).to_string();
    Component { sub_type: Some(sub_type), index: Some(index), ..part("button", vec![parameter]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SlotKind::{Code, Document, Flow, Image, Payload, Place, Product, Text, Until, Video};
    use serde_json::{Value, json};

    fn components(slots: &[(&str, SlotKind, &str)]) -> Value {
        let template = TemplateUse {
            name: "order".into(),
            language: "it".into(),
            parameters: slots.iter().map(|(n, _, v)| (n.to_string(), v.to_string())).collect(),
            preview: String::new(),
            kinds: slots.iter().map(|(_, kind, _)| *kind).collect(),
        };
        json!(filled(&template, &[]).components)
    }

    /// Of a template whose values are all text, as the journal has them from before there were others.
    #[test]
    fn slots_say_where_their_values_go() {
        let text = |slots: &[(&str, &str)]| {
            let template = TemplateUse {
                name: "order".into(),
                language: "it".into(),
                parameters: slots.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect(),
                preview: String::new(),
                kinds: Vec::new(),
            };
            json!(filled(&template, &[]).components)
        };
        assert_eq!(text(&[]), json!([]));
        assert_eq!(
            text(&[("header", "A"), ("1", "b"), ("2", "c"), ("button.2", "x")]),
            json!([
                {"type": "header", "parameters": [{"type": "text", "text": "A"}]},
                {"type": "body", "parameters": [{"type": "text", "text": "b"}, {"type": "text", "text": "c"}]},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "x"}]},
            ])
        );
        assert_eq!(
            text(&[("header.shop", "A"), ("first_name", "b")]),
            json!([
                {"type": "header", "parameters": [{"type": "text", "text": "A", "parameter_name": "shop"}]},
                {"type": "body", "parameters": [{"type": "text", "text": "b", "parameter_name": "first_name"}]},
            ])
        );
    }

    #[test]
    fn a_file_that_was_handed_in_goes_under_the_platforms_id_and_a_document_by_its_name() {
        let upload = |name: &str| format!("upload:67e5504410b1426f9247bb680e5fe0c8{name}");
        let slot = |name: &str, value: String| (name.to_owned(), value);
        let template = TemplateUse {
            name: "order".into(),
            language: "it".into(),
            parameters: vec![
                slot("header", upload("/in voice.pdf")),
                // A text may look like one.
                slot("1", upload("")),
                slot("card.1.header", "77".into()),
                slot("card.2.header", upload("/b.png")),
            ],
            preview: String::new(),
            kinds: vec![Document, Text, Image, Image],
        };
        let ids = ["8".to_owned(), "9".to_owned()];
        let image = |id: &str| json!([{"type": "header", "parameters": [{"type": "image", "image": {"id": id}}]}]);
        assert_eq!(
            json!(filled(&template, &ids).components),
            json!([
                {"type": "header", "parameters": [{"type": "document", "document": {"id": "8", "filename": "in voice.pdf"}}]},
                {"type": "body", "parameters": [{"type": "text", "text": upload("")}]},
                {"type": "carousel", "cards": [
                    {"card_index": 0, "components": image("77")},
                    {"card_index": 1, "components": image("9")}]},
            ])
        );
    }

    #[test]
    fn every_component_has_the_platforms_shape() {
        let button = |kind: &str, action: Value| {
            json!([{"type": "button", "sub_type": kind, "index": "0",
                "parameters": [{"type": "action", "action": action}]}])
        };
        for (slots, wanted) in [
            (&[("button.1", Flow, "")][..], button("flow", json!({"flow_token": "unused"}))),
            (
                &[("button.1", Flow, "order-7")][..],
                button("flow", json!({"flow_token": "order-7"})),
            ),
            (
                &[("button.1", Product, "tazza-7")][..],
                button("catalog", json!({"thumbnail_product_retailer_id": "tazza-7"})),
            ),
            (
                &[("header", Image, "https://a.example/b.png"), ("1", Text, "b")][..],
                json!([
                    {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://a.example/b.png"}}]},
                    {"type": "body", "parameters": [{"type": "text", "text": "b"}]}]),
            ),
            (
                &[("header", Video, "77")],
                json!([{"type": "header", "parameters": [{"type": "video", "video": {"id": "77"}}]}]),
            ),
            (
                &[("header", Document, "77")],
                json!([{"type": "header", "parameters": [{"type": "document", "document": {"id": "77"}}]}]),
            ),
            (
                &[
                    ("header.latitude", Place, "37.48"),
                    ("header.longitude", Place, "-122.15"),
                    ("header.name", Place, "Shop"),
                    ("header.address", Place, "1 Hacker Way"),
                ],
                json!([{"type": "header", "parameters": [{"type": "location", "location":
                    {"latitude": "37.48", "longitude": "-122.15", "name": "Shop", "address": "1 Hacker Way"}}]}]),
            ),
            (
                &[
                    ("offer.until", Until, "2026-12-24T18:00:00Z"),
                    ("button.1", Code, "25OFF"),
                    ("button.2", Payload, "no"),
                    ("button.3", Text, "n3"),
                ],
                json!([
                    {"type": "limited_time_offer", "parameters": [{"type": "limited_time_offer",
                        "limited_time_offer": {"expiration_time_ms": 1_798_135_200_000_i64}}]},
                    {"type": "button", "sub_type": "copy_code", "index": "0", "parameters": [{"type": "coupon_code", "coupon_code": "25OFF"}]},
                    {"type": "button", "sub_type": "quick_reply", "index": "1", "parameters": [{"type": "payload", "payload": "no"}]},
                    {"type": "button", "sub_type": "url", "index": "2", "parameters": [{"type": "text", "text": "n3"}]}]),
            ),
            (
                &[
                    ("1", Text, "Anna"),
                    ("card.1.header", Image, "1"),
                    ("card.1.1", Text, "Cups"),
                    ("card.1.button.1", Payload, "cups"),
                    ("card.2.header", Image, "2"),
                    ("card.2.1", Text, "Plates"),
                    ("card.2.button.2", Text, "plates"),
                ],
                json!([
                    {"type": "body", "parameters": [{"type": "text", "text": "Anna"}]},
                    {"type": "carousel", "cards": [
                        {"card_index": 0, "components": [
                            {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
                            {"type": "body", "parameters": [{"type": "text", "text": "Cups"}]},
                            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "cups"}]}]},
                        {"card_index": 1, "components": [
                            {"type": "header", "parameters": [{"type": "image", "image": {"id": "2"}}]},
                            {"type": "body", "parameters": [{"type": "text", "text": "Plates"}]},
                            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "plates"}]}]}]}]),
            ),
        ] {
            assert_eq!(components(slots), wanted);
        }
    }
}
