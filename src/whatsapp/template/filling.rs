//! What a template needs to be sent, whether given parameters fit, and how it looks and travels with them.

use super::super::send::{Component, File, Parameter, TemplateMessage};
use super::variable::{fill, variables};
use super::{FileKind, Header, Status, Template};
use std::collections::BTreeMap;

/// The most characters of one parameter; a whole body may have no more.
pub const PARAMETER_MOST: usize = 1024;

/// A place that a parameter fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The name by which a person gives it: `1`, `2` or the variable's name in the body and in a named
    /// header; `header`; `button.1` (the first button) and so on.
    pub key: String,
    /// Where it stands.
    pub part: Part,
    /// Whether the template cannot be sent without it.
    pub required: bool,
    /// An example, as the platform was given it.
    pub example: Option<String>,
}

/// The part of a template that a slot stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The variable of a text header.
    HeaderText,
    /// The file of a header: an `https` address or the id of an uploaded file.
    HeaderFile(FileKind),
    /// A variable of the body.
    Body,
    /// The end of the address of the button at this place, from 0.
    ButtonUrl(usize),
    /// What the quick-reply button at this place sends back; without it, its words.
    ButtonPayload(usize),
    /// The code that the button at this place copies.
    ButtonCode(usize),
}

/// The parameters for a template: key of the slot to value.
pub type Parameters = BTreeMap<String, String>;

/// Why a template cannot be sent with these parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not approved.
    #[error("the template is {status}, only an APPROVED one can be sent")]
    NotApproved {
        /// Its status.
        status: String,
    },
    /// It has a part that cannot be filled in here.
    #[error("the template has a part that is not supported here: {part}")]
    Unsupported {
        /// The part's kind.
        part: String,
    },
    /// A parameter is missing.
    #[error("the parameter {key} is missing")]
    Missing {
        /// Its key.
        key: String,
    },
    /// A parameter is given that the template does not have.
    #[error("the template has no parameter {key}; it has: {known}")]
    Unexpected {
        /// The key that was given.
        key: String,
        /// The keys that there are.
        known: String,
    },
    /// A parameter has no text.
    #[error("the parameter {key} is empty")]
    Empty {
        /// Its key.
        key: String,
    },
    /// A parameter is too long.
    #[error("the parameter {key} has {length} characters, the platform takes {PARAMETER_MOST}")]
    TooLong {
        /// Its key.
        key: String,
        /// Its length.
        length: usize,
    },
    /// The platform takes no line ends, tabs or more than four spaces in a row.
    #[error(
        "the parameter {key} has a line end, a tab or more than four spaces in a row; the platform refuses those"
    )]
    Blank {
        /// Its key.
        key: String,
    },
}

/// A template filled in, for people to see before it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// The header's words, or its file.
    pub header: Option<String>,
    /// The text.
    pub body: String,
    /// The small text below.
    pub footer: Option<String>,
    /// The buttons' words.
    pub buttons: Vec<String>,
}

impl Template {
    /// Every place that a parameter fills, in the order of the template.
    pub fn parameters(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        let slot = |key: String, part, example: Option<&String>| Slot {
            key,
            part,
            required: !matches!(part, Part::ButtonPayload(_)),
            example: example.cloned(),
        };
        match &self.header {
            Some(Header::Text { text, example }) => {
                if let Some(name) = variables(text).first() {
                    let key = if self.named { (*name).to_owned() } else { "header".to_owned() };
                    slots.push(slot(key, Part::HeaderText, example.as_ref()));
                }
            }
            Some(Header::File(kind)) => {
                slots.push(slot("header".to_owned(), Part::HeaderFile(*kind), None));
            }
            Some(Header::Other(_)) | None => {}
        }
        for (at, name) in variables(&self.body).into_iter().enumerate() {
            slots.push(slot(name.to_owned(), Part::Body, self.body_examples.get(at)));
        }
        for (at, button) in self.buttons.iter().enumerate() {
            let part = match button.kind.as_str() {
                "URL" if button.url.as_deref().is_some_and(|url| !variables(url).is_empty()) => {
                    Part::ButtonUrl(at)
                }
                "QUICK_REPLY" => Part::ButtonPayload(at),
                "COPY_CODE" => Part::ButtonCode(at),
                _ => continue,
            };
            slots.push(slot(format!("button.{}", at + 1), part, button.example.as_ref()));
        }
        slots
    }

    /// Checks that the template may be sent with `given`, and names the first thing that is wrong.
    pub fn validate(&self, given: &Parameters) -> Result<(), Fault> {
        if self.status != Status::Approved {
            return Err(Fault::NotApproved { status: self.status.word().to_owned() });
        }
        if let Some(part) = self.unsupported() {
            return Err(Fault::Unsupported { part: part.to_owned() });
        }
        let slots = self.parameters();
        for slot in &slots {
            match given.get(&slot.key) {
                None if slot.required => return Err(Fault::Missing { key: slot.key.clone() }),
                None => {}
                Some(value) => check(&slot.key, value)?,
            }
        }
        match given.keys().find(|key| slots.iter().all(|slot| slot.key != **key)) {
            Some(key) => {
                let keys: Vec<_> = slots.iter().map(|slot| slot.key.as_str()).collect();
                let known = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
                Err(Fault::Unexpected { key: key.clone(), known })
            }
            None => Ok(()),
        }
    }

    /// The template as it looks with `given`; variables that are not given stay as they are.
    pub fn preview(&self, given: &Parameters) -> Preview {
        let header = match &self.header {
            Some(Header::Text { text, .. }) if self.named => {
                Some(fill(text, |name| given.get(name)))
            }
            Some(Header::Text { text, .. }) => Some(fill(text, |_| given.get("header"))),
            Some(Header::File(_)) => given.get("header").cloned(),
            Some(Header::Other(_)) | None => None,
        };
        Preview {
            header,
            body: fill(&self.body, |name| given.get(name)),
            footer: self.footer.clone(),
            buttons: self.buttons.iter().map(|button| button.text.clone()).collect(),
        }
    }

    /// The template as it is sent with `given`, after [`Template::validate`].
    pub fn message(&self, given: &Parameters) -> Result<TemplateMessage, Fault> {
        self.validate(given)?;
        let mut components: Vec<Component> = Vec::new();
        for slot in self.parameters() {
            let Some(value) = given.get(&slot.key).cloned() else { continue };
            let words = |text: String| Parameter::Text {
                text,
                parameter_name: self.named.then(|| slot.key.clone()),
            };
            let part =
                |part| Component { part, sub_type: None, index: None, parameters: Vec::new() };
            let button = |sub_type, at: usize, parameter| Component {
                part: "button",
                sub_type: Some(sub_type),
                index: Some(at.to_string()),
                parameters: vec![parameter],
            };
            match slot.part {
                Part::HeaderText => {
                    components.push(Component { parameters: vec![words(value)], ..part("header") });
                }
                Part::HeaderFile(kind) => {
                    let parameters = vec![file(kind, value)];
                    components.push(Component { parameters, ..part("header") });
                }
                Part::Body => match components.last_mut() {
                    Some(body) if body.part == "body" => body.parameters.push(words(value)),
                    _ => components
                        .push(Component { parameters: vec![words(value)], ..part("body") }),
                },
                Part::ButtonUrl(at) => {
                    let parameter = Parameter::Text { text: value, parameter_name: None };
                    components.push(button("url", at, parameter));
                }
                Part::ButtonPayload(at) => {
                    components.push(button(
                        "quick_reply",
                        at,
                        Parameter::Payload { payload: value },
                    ));
                }
                Part::ButtonCode(at) => {
                    let parameter = Parameter::CouponCode { coupon_code: value };
                    components.push(button("copy_code", at, parameter));
                }
            }
        }
        Ok(TemplateMessage { name: self.name.clone(), language: self.language.clone(), components })
    }

    /// The kind of the first part that cannot be filled in here; a template with one is not sent.
    pub fn unsupported(&self) -> Option<&str> {
        let header = match &self.header {
            Some(Header::Other(kind)) => Some(kind),
            _ => None,
        };
        let button = || {
            self.buttons
                .iter()
                .map(|button| &button.kind)
                .find(|kind| matches!(kind.as_str(), "MPM" | "SPM" | "CATALOG" | "FLOW"))
        };
        header.or_else(|| self.other_parts.first()).or_else(button).map(String::as_str)
    }
}

impl Preview {
    /// The whole of it as text.
    pub fn text(&self) -> String {
        let mut lines: Vec<String> = self.header.iter().cloned().collect();
        lines.push(self.body.clone());
        lines.extend(self.footer.iter().cloned());
        if !self.buttons.is_empty() {
            lines.push(
                self.buttons.iter().map(|text| format!("[{text}]")).collect::<Vec<_>>().join(" "),
            );
        }
        lines.join("\n")
    }
}

fn check(key: &str, value: &str) -> Result<(), Fault> {
    let key = || key.to_owned();
    let length = value.chars().count();
    if value.trim().is_empty() {
        Err(Fault::Empty { key: key() })
    } else if length > PARAMETER_MOST {
        Err(Fault::TooLong { key: key(), length })
    } else if value.contains(['\n', '\r', '\t']) || value.contains("     ") {
        Err(Fault::Blank { key: key() })
    } else {
        Ok(())
    }
}

fn file(kind: FileKind, which: String) -> Parameter {
    let file = if which.starts_with("https://") || which.starts_with("http://") {
        File::Link(which)
    } else {
        File::Id(which)
    };
    match kind {
        FileKind::Image => Parameter::Image { image: file },
        FileKind::Video => Parameter::Video { video: file },
        FileKind::Document => Parameter::Document { document: file },
    }
}
