//! A new template, as the platform takes it for review. Source: page template-management and those of template
//! components.

use super::FileKind;
use serde_json::{Value, json};

/// A new template in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct New {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// `UTILITY` or `MARKETING`.
    pub category: &'static str,
    /// Whether its variables have names instead of numbers.
    pub named: bool,
    /// What stands above its text.
    pub header: Option<NewHeader>,
    /// Its text.
    pub body: String,
    /// The variables of the text with their examples, in order.
    pub examples: Vec<(String, String)>,
    /// The small text below.
    pub footer: Option<String>,
    /// What its offer for a limited time is called, and whether it is told until when.
    pub offer: Option<(String, bool)>,
    /// The cards of its carousel, in order.
    pub cards: Vec<NewCard>,
    /// Its buttons in order.
    pub buttons: Vec<NewButton>,
}

/// What stands above the text of a new template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewHeader {
    /// Words, and their variable with an example.
    Text(String, Option<(String, String)>),
    /// A file, by the handle of an example.
    File(FileKind, String),
    /// A place.
    Place,
}

/// A card of a new template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCard {
    /// The file above its text, by the handle of an example.
    pub file: (FileKind, String),
    /// Its text; empty where it has none.
    pub body: String,
    /// The variables of the text with their examples, in order.
    pub examples: Vec<(String, String)>,
    /// Its buttons in order.
    pub buttons: Vec<NewButton>,
}

/// A button of a new template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewButton {
    /// A quick reply.
    Reply(String),
    /// A web page: words, address, example of the whole address.
    Url(String, String, Option<String>),
    /// A phone number: words, number.
    Phone(String, String),
    /// An example of a code.
    Code(String),
    /// A form: words, its id, the screen that it opens with.
    Flow(String, String, Option<String>),
    /// A call in WhatsApp: words.
    Call(String),
    /// The whole catalogue: words.
    Catalog(String),
    /// Some products of it: words.
    Products(String),
    /// A request for the customer's number.
    ContactRequest,
}

/// What the platform made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The platform's id of it.
    pub id: Option<String>,
    /// Its status, as a rule `PENDING`.
    pub status: String,
    /// Its category, which may be another than was asked for.
    pub category: Option<String>,
}

impl New {
    /// The request's body.
    pub fn to_json(&self) -> Value {
        let mut components: Vec<_> =
            self.header.iter().map(|header| header.to_json(self.named)).collect();
        if let Some((text, ends)) = &self.offer {
            components.push(json!({
                "type": "LIMITED_TIME_OFFER",
                "limited_time_offer": { "text": text, "has_expiration": ends },
            }));
        }
        components.push(body(&self.body, &self.examples, self.named));
        if let Some(footer) = &self.footer {
            components.push(json!({ "type": "FOOTER", "text": footer }));
        }
        components.extend(buttons(&self.buttons));
        if !self.cards.is_empty() {
            let cards: Vec<_> = self.cards.iter().map(|card| card.to_json(self.named)).collect();
            components.push(json!({ "type": "CAROUSEL", "cards": cards }));
        }
        json!({
            "name": self.name,
            "language": self.language,
            "category": self.category,
            "parameter_format": if self.named { "NAMED" } else { "POSITIONAL" },
            "components": components,
        })
    }
}

impl NewHeader {
    fn to_json(&self, named: bool) -> Value {
        match self {
            Self::Text(text, example) => {
                let mut header = json!({ "type": "HEADER", "format": "TEXT", "text": text });
                if let Some(example) = example {
                    header["example"] = examples("header", std::slice::from_ref(example), named);
                }
                header
            }
            Self::File(kind, handle) => file(*kind, handle),
            Self::Place => json!({ "type": "HEADER", "format": "LOCATION" }),
        }
    }
}

impl NewCard {
    fn to_json(&self, named: bool) -> Value {
        let (kind, handle) = &self.file;
        let mut components = vec![file(*kind, handle)];
        if !self.body.is_empty() {
            components.push(body(&self.body, &self.examples, named));
        }
        components.extend(buttons(&self.buttons));
        json!({ "components": components })
    }
}

fn file(kind: FileKind, handle: &str) -> Value {
    let format = match kind {
        FileKind::Image => "IMAGE",
        FileKind::Video => "VIDEO",
        FileKind::Document => "DOCUMENT",
    };
    json!({ "type": "HEADER", "format": format, "example": { "header_handle": [handle] } })
}

fn body(text: &str, given: &[(String, String)], named: bool) -> Value {
    let mut body = json!({ "type": "BODY", "text": text });
    if !given.is_empty() {
        body["example"] = examples("body", given, named);
    }
    body
}

fn examples(part: &str, given: &[(String, String)], named: bool) -> Value {
    if named {
        let named =
            |(name, example): &(String, String)| json!({ "param_name": name, "example": example });
        let all: Vec<_> = given.iter().map(named).collect();
        return json!({ format!("{part}_text_named_params"): all });
    }
    let all: Vec<_> = given.iter().map(|(_, example)| example.as_str()).collect();
    match part {
        "header" => json!({ "header_text": all }),
        _ => json!({ "body_text": [all] }),
    }
}

fn buttons(all: &[NewButton]) -> Option<Value> {
    let buttons: Vec<_> = all.iter().map(NewButton::to_json).collect();
    (!buttons.is_empty()).then(|| json!({ "type": "BUTTONS", "buttons": buttons }))
}

impl NewButton {
    fn to_json(&self) -> Value {
        match self {
            Self::Reply(text) => json!({ "type": "QUICK_REPLY", "text": text }),
            Self::Url(text, url, None) => json!({ "type": "URL", "text": text, "url": url }),
            Self::Url(text, url, Some(example)) => {
                json!({ "type": "URL", "text": text, "url": url, "example": [example] })
            }
            Self::Phone(text, phone) => {
                json!({ "type": "PHONE_NUMBER", "text": text, "phone_number": phone })
            }
            Self::Code(example) => json!({ "type": "COPY_CODE", "example": example }),
            Self::Flow(text, id, None) => json!({ "type": "FLOW", "text": text, "flow_id": id }),
            Self::Flow(text, id, Some(screen)) => json!({
                "type": "FLOW", "text": text, "flow_id": id,
                "flow_action": "navigate", "navigate_screen": screen,
            }),
            Self::Call(text) => json!({ "type": "VOICE_CALL", "text": text }),
            Self::Catalog(text) => json!({ "type": "CATALOG", "text": text }),
            Self::Products(text) => json!({ "type": "MPM", "text": text }),
            Self::ContactRequest => json!({ "type": "REQUEST_CONTACT_INFO" }),
        }
    }
}

impl Submitted {
    /// Reads the platform's answer; nothing if it is none.
    pub fn from_json(answer: &Value) -> Option<Self> {
        let text = |member: &str| match &answer[member] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        Some(Self { id: text("id"), status: text("status")?, category: text("category") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After the page template-management: its examples of positional and of named parameters.
    #[test]
    fn it_has_the_platforms_shape() {
        let mut new = New {
            name: "order_ready".into(),
            language: "it".into(),
            category: "UTILITY",
            header: Some(NewHeader::Text("Ordine {{1}}".into(), Some(("1".into(), "A-17".into())))),
            body: "Ciao {{1}}, ordine {{2}} pronto.".into(),
            examples: vec![("1".into(), "Anna".into()), ("2".into(), "A-17".into())],
            footer: Some("Bottega".into()),
            buttons: vec![
                NewButton::Reply("Grazie".into()),
                NewButton::Url(
                    "Segui".into(),
                    "https://x.example/{{1}}".into(),
                    Some("https://x.example/1".into()),
                ),
                NewButton::Phone("Chiama".into(), "+3902".into()),
                NewButton::Code("SAVE20".into()),
            ],
            ..New::default()
        };
        assert_eq!(
            new.to_json(),
            json!({
                "name": "order_ready", "language": "it", "category": "UTILITY",
                "parameter_format": "POSITIONAL",
                "components": [
                    {"type": "HEADER", "format": "TEXT", "text": "Ordine {{1}}", "example": {"header_text": ["A-17"]}},
                    {"type": "BODY", "text": "Ciao {{1}}, ordine {{2}} pronto.", "example": {"body_text": [["Anna", "A-17"]]}},
                    {"type": "FOOTER", "text": "Bottega"},
                    {"type": "BUTTONS", "buttons": [
                        {"type": "QUICK_REPLY", "text": "Grazie"},
                        {"type": "URL", "text": "Segui", "url": "https://x.example/{{1}}", "example": ["https://x.example/1"]},
                        {"type": "PHONE_NUMBER", "text": "Chiama", "phone_number": "+3902"},
                        {"type": "COPY_CODE", "example": "SAVE20"}]}]})
        );
        new.named = true;
        new.header = None;
        new.examples = vec![("first_name".into(), "Anna".into())];
        let json = new.to_json();
        assert_eq!(json["parameter_format"], "NAMED");
        assert_eq!(
            json["components"][0]["example"],
            json!({"body_text_named_params": [{"param_name": "first_name", "example": "Anna"}]})
        );
    }

    /// After the pages of the components, and after the list of them that the platform gives back.
    #[test]
    fn each_component_has_the_platforms_shape() {
        let handle = || "4:aW1h".to_owned();
        let base = || New { body: "Ciao".into(), ..New::default() };
        let body = json!({"type": "BODY", "text": "Ciao"});
        let picture = |format: &str| json!({"type": "HEADER", "format": format, "example": {"header_handle": ["4:aW1h"]}});
        let header = |header| New { header: Some(header), ..base() };
        let button = |button| New { buttons: vec![button], ..base() };
        let below = |button: Value| json!([body, {"type": "BUTTONS", "buttons": [button]}]);
        let card = || NewCard {
            file: (FileKind::Image, handle()),
            body: "Per {{1}} oggi".into(),
            examples: vec![("1".into(), "Anna".into())],
            buttons: vec![NewButton::Reply("Questa".into())],
        };
        let card_json = json!({"components": [
            picture("IMAGE"),
            {"type": "BODY", "text": "Per {{1}} oggi", "example": {"body_text": [["Anna"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Questa"}]}]});
        for (new, components) in [
            (header(NewHeader::File(FileKind::Image, handle())), json!([picture("IMAGE"), body])),
            (header(NewHeader::File(FileKind::Video, handle())), json!([picture("VIDEO"), body])),
            (
                header(NewHeader::File(FileKind::Document, handle())),
                json!([picture("DOCUMENT"), body]),
            ),
            (header(NewHeader::Place), json!([{"type": "HEADER", "format": "LOCATION"}, body])),
            (
                New { offer: Some(("Solo oggi".into(), true)), ..base() },
                json!([{"type": "LIMITED_TIME_OFFER",
                    "limited_time_offer": {"text": "Solo oggi", "has_expiration": true}}, body]),
            ),
            (
                New { cards: vec![card(), card()], ..base() },
                json!([body, {"type": "CAROUSEL", "cards": [card_json, card_json]}]),
            ),
            (
                button(NewButton::Flow("Apri".into(), "123".into(), Some("HOME".into()))),
                below(json!({"type": "FLOW", "text": "Apri", "flow_id": "123",
                    "flow_action": "navigate", "navigate_screen": "HOME"})),
            ),
            (
                button(NewButton::Flow("Apri".into(), "123".into(), None)),
                below(json!({"type": "FLOW", "text": "Apri", "flow_id": "123"})),
            ),
            (
                button(NewButton::Call("Chiama".into())),
                below(json!({"type": "VOICE_CALL", "text": "Chiama"})),
            ),
            (
                button(NewButton::Catalog("Guarda".into())),
                below(json!({"type": "CATALOG", "text": "Guarda"})),
            ),
            (
                button(NewButton::Products("Guarda".into())),
                below(json!({"type": "MPM", "text": "Guarda"})),
            ),
            (button(NewButton::ContactRequest), below(json!({"type": "REQUEST_CONTACT_INFO"}))),
        ] {
            assert_eq!(new.to_json()["components"], components);
        }
    }
}
