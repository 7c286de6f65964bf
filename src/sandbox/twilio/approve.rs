//! Contents that may become templates: made with variables, then approved for WhatsApp. Read strictly.

use super::rich::bad;
use crate::sandbox::refusal::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `twilio/text`, which has a body only, and `whatsapp/card`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    pub(super) body: String,
    header_text: Option<String>,
    footer: Option<String>,
    #[serde(default)]
    actions: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(tag = "type", deny_unknown_fields, rename_all = "SCREAMING_SNAKE_CASE")]
enum Action {
    QuickReply { title: String, id: String },
    Url { title: String, url: String },
    PhoneNumber { title: String, phone: String },
}

/// `POST /v1/Content/{sid}/ApprovalRequests/whatsapp`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Approval {
    pub(super) name: String,
    pub(super) category: String,
}

/// The variables as they are met: each goes on from the one before.
struct Met<'a> {
    given: &'a BTreeMap<String, String>,
    count: usize,
}

impl Met<'_> {
    /// A text whose variables begin at 1, and their examples.
    fn part(&mut self, text: &str) -> Result<(String, Vec<String>), Refusal> {
        let before = self.count;
        let (mut own, mut examples) = (String::new(), Vec::new());
        let mut pieces = text.split("{{");
        own.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (name, rest) = piece.split_once("}}").ok_or_else(|| bad("{{ without }}"))?;
            let number: usize = name.parse().map_err(|_| bad("a variable is no number"))?;
            if number == self.count + 1 {
                self.count += 1;
                let example = self.given.get(name).filter(|example| !example.is_empty());
                examples.push(example.ok_or_else(|| bad("a variable has no example"))?.clone());
            }
            if !(before + 1..=self.count).contains(&number) {
                return Err(bad("variables are numbered through all parts"));
            }
            own.push_str(&format!("{{{{{}}}}}{rest}", number - before));
        }
        Ok((own, examples))
    }
}

impl Card {
    /// The same in the platform's words.
    pub(super) fn components(
        &self,
        variables: &BTreeMap<String, String>,
    ) -> Result<Vec<Value>, Refusal> {
        let mut met = Met { given: variables, count: 0 };
        let mut components = Vec::new();
        if let Some(text) = &self.header_text {
            let (text, examples) = met.part(text)?;
            let mut header = json!({ "type": "HEADER", "format": "TEXT", "text": text });
            if !examples.is_empty() {
                header["example"] = json!({ "header_text": examples });
            }
            components.push(header);
        }
        let (text, examples) = met.part(&self.body)?;
        let mut body = json!({ "type": "BODY", "text": text });
        if !examples.is_empty() {
            body["example"] = json!({ "body_text": [examples] });
        }
        components.push(body);
        if let Some(footer) = &self.footer {
            components.push(json!({ "type": "FOOTER", "text": footer }));
        }
        let mut buttons = Vec::new();
        for action in &self.actions {
            buttons.push(match action {
                Action::QuickReply { title, id } if !id.is_empty() => {
                    json!({ "type": "QUICK_REPLY", "text": title })
                }
                Action::QuickReply { .. } => return Err(bad("a QUICK_REPLY has an id")),
                Action::Url { title, url } => {
                    let (url, examples) = met.part(url)?;
                    let mut button = json!({ "type": "URL", "text": title, "url": url });
                    if !examples.is_empty() {
                        button["example"] = examples.into();
                    }
                    button
                }
                Action::PhoneNumber { title, phone } => {
                    json!({ "type": "PHONE_NUMBER", "text": title, "phone_number": phone })
                }
            });
        }
        if !buttons.is_empty() {
            components.push(json!({ "type": "BUTTONS", "buttons": buttons }));
        }
        if met.count != variables.len() {
            return Err(bad("there are examples of no variable"));
        }
        Ok(components)
    }
}
