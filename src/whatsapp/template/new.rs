//! A new template, as the platform takes it for review.

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
    /// Its header: the words, and its variable with an example.
    pub header: Option<(String, Option<(String, String)>)>,
    /// Its text.
    pub body: String,
    /// The variables of the text with their examples, in order.
    pub examples: Vec<(String, String)>,
    /// The small text below.
    pub footer: Option<String>,
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
        let mut components = Vec::new();
        let examples = |part: &str, given: &[(String, String)]| match self.named {
            true => {
                let named = |(name, example): &(String, String)| json!({ "param_name": name, "example": example });
                let all: Vec<_> = given.iter().map(named).collect();
                json!({ format!("{part}_text_named_params"): all })
            }
            false => {
                let all: Vec<_> = given.iter().map(|(_, example)| example.as_str()).collect();
                match part {
                    "header" => json!({ "header_text": all }),
                    _ => json!({ "body_text": [all] }),
                }
            }
        };
        if let Some((text, example)) = &self.header {
            let mut header = json!({ "type": "HEADER", "format": "TEXT", "text": text });
            if let Some(example) = example {
                header["example"] = examples("header", std::slice::from_ref(example));
            }
            components.push(header);
        }
        let mut body = json!({ "type": "BODY", "text": self.body });
        if !self.examples.is_empty() {
            body["example"] = examples("body", &self.examples);
        }
        components.push(body);
        if let Some(footer) = &self.footer {
            components.push(json!({ "type": "FOOTER", "text": footer }));
        }
        if !self.buttons.is_empty() {
            let buttons: Vec<_> = self.buttons.iter().map(NewButton::to_json).collect();
            components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
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
            named: false,
            header: Some(("Ordine {{1}}".into(), Some(("1".into(), "A-17".into())))),
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
}
