//! A new template as people write it, and what the platform would refuse of it. Source: pages
//! "templates/template-management" and template components.

use super::Purpose;
use super::slot::{BODY, CODE, HEADER};
use crate::domain::limit::Limit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const NAME_MOST: usize = 512;
const FOOTER: Limit = Limit::new(1, 60);
const BUTTONS_MOST: usize = 10;
const BUTTON: Limit = Limit::new(1, 25);
const URL: Limit = Limit::new(1, 2000);

/// A new template in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Lower-case letters, digits and `_`.
    pub name: String,
    /// `it`, `pt_BR`.
    pub language: String,
    /// What it is for.
    pub purpose: Purpose,
    /// A line above the text, with at most one variable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The text, with variables that all are numbers or all are names.
    pub body: String,
    /// The small print.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// In order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<DraftButton>,
    /// An example for each variable: by its name, by `header` for that of a header with a number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub examples: BTreeMap<String, String>,
}

/// A button of a new template. Which members it has says which kind it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftButton {
    /// Sends its words back.
    Reply(String),
    /// Opens a web page.
    Url {
        /// Its words.
        text: String,
        /// The address, with at most one variable, at its end.
        url: String,
        /// The whole address as an example, where there is a variable.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        example: Option<String>,
    },
    /// Calls a number.
    Phone {
        /// Its words.
        text: String,
        /// The number.
        phone: String,
    },
    /// Copies a code.
    Code(String),
}

/// What is wrong in a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftFault {
    /// Where: `name`, `language`, `header`, `body`, `footer`, `examples`, or `buttons.2` for the second.
    pub part: String,
    /// What.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl Draft {
    /// Whether its variables have names instead of numbers.
    pub fn is_named(&self) -> bool {
        let header = self.header.as_deref().unwrap_or_default();
        let mut all = variables(&self.body).into_iter().chain(variables(header));
        all.any(|name| !is_number(name))
    }

    /// The variables of the text, in the order in which their examples are given.
    pub fn variables(&self) -> Vec<&str> {
        let mut names = variables(&self.body);
        names.sort_by_key(|name| name.parse::<u32>().unwrap_or(u32::MAX));
        names
    }

    /// The example for the header's variable, where it has one: its name, and what was given.
    pub fn header_example(&self) -> Option<(&str, Option<&str>)> {
        let name = variables(self.header.as_deref()?).first().copied()?;
        let key = if is_number(name) { "header" } else { name };
        Some((name, self.examples.get(key).map(String::as_str)))
    }

    /// Whether an example under this key is one of a variable.
    pub fn takes(&self, key: &str) -> bool {
        let header = self.header_example().map(|(name, _)| name);
        let of_header = match header {
            Some(name) if is_number(name) => key == "header",
            Some(name) => key == name,
            None => false,
        };
        of_header || self.variables().contains(&key)
    }

    /// What the platform would refuse, or reject at its review.
    pub fn faults(&self) -> Vec<DraftFault> {
        let mut faults = Faults(Vec::new());
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > NAME_MOST || !self.name.chars().all(plain) {
            faults.add("name", "is no name of a template", "lower-case letters, digits and _");
        }
        if !is_language(&self.language) {
            faults.add("language", "is no language", "a code such as it, en_US");
        }
        if self.purpose == Purpose::Service || self.purpose == Purpose::Authentication {
            let hint = "utility or marketing; codes have templates of their own, made in the WhatsApp manager";
            faults.add("category", "cannot be submitted from here", hint);
        }
        let named = self.is_named();
        if let Some(header) = &self.header {
            faults.length("header", header, HEADER);
            faults.names("header", header, named);
            if header.contains('\n') {
                faults.add("header", "has a line end", "write one line");
            }
            if variables(header).len() > 1 {
                faults.add("header", "has more than one variable", "keep one");
            }
        }
        faults.length("body", &self.body, BODY);
        faults.names("body", &self.body, named);
        let body = self.body.trim();
        if body.starts_with("{{") || body.ends_with("}}") {
            let hint = "put words before and behind: the platform rejects it otherwise";
            faults.add("body", "begins or ends with a variable", hint);
        }
        if !named {
            let names = self.variables();
            let gap = (1..).zip(&names).find(|(nth, name)| **name != nth.to_string());
            if let Some((nth, _)) = gap {
                let what = format!("has no {{{{{nth}}}}}");
                faults.add("body", &what, "number them from 1 without a gap");
            }
        }
        if let Some(footer) = &self.footer {
            faults.length("footer", footer, FOOTER);
            if !variables(footer).is_empty() {
                faults.add("footer", "has a variable", "only header, body and addresses take them");
            }
        }
        self.examples_faults(&mut faults);
        if self.buttons.len() > BUTTONS_MOST {
            faults.add("buttons", "are too many", "at most 10");
        }
        for (button, nth) in self.buttons.iter().zip(1..) {
            button.faults(&format!("buttons.{nth}"), &mut faults);
        }
        faults.0
    }

    fn examples_faults(&self, faults: &mut Faults) {
        let asked = self.variables().into_iter().map(|name| (name, self.examples.get(name)));
        for (name, _) in asked.filter(|(_, given)| given.is_none_or(|text| text.trim().is_empty()))
        {
            let what = format!("lack one for {{{{{name}}}}}");
            faults.add("examples", &what, "the review looks at the text with its examples");
        }
        if let Some((name, None)) = self.header_example() {
            let key = if is_number(name) { "header" } else { name };
            let what = format!("lack one for the header's {{{{{name}}}}}");
            faults.add("examples", &what, &format!("write {key} = \"...\""));
        }
        for key in self.examples.keys().filter(|key| !self.takes(key)) {
            let what = format!("have one for {key}, which is no variable of it");
            faults.add("examples", &what, "leave it out, or write the variable into the text");
        }
    }
}

impl DraftButton {
    fn faults(&self, part: &str, faults: &mut Faults) {
        match self {
            Self::Reply(text) | Self::Phone { text, .. } | Self::Url { text, .. } => {
                faults.length(part, text, BUTTON);
                if text.contains("{{") {
                    faults.add(part, "has a variable in its words", "only its address takes one");
                }
            }
            Self::Code(code) => faults.length(part, code, CODE),
        }
        match self {
            Self::Url { url, example, .. } => {
                faults.length(part, url, URL);
                let found = variables(url);
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    faults.add(part, "has an address that is none", "https://...");
                }
                if found.len() > 1 || !found.is_empty() && !url.ends_with("}}") {
                    faults.add(
                        part,
                        "has a variable that is not the end of its address",
                        "https://shop.example/{{1}}",
                    );
                }
                if found.is_empty() == example.is_some() {
                    let hint =
                        "the whole address where it has a variable, nothing where it has none";
                    faults.add(part, "has an example that does not fit its address", hint);
                }
            }
            Self::Phone { phone, .. } => {
                let digits = phone.strip_prefix('+').unwrap_or_default();
                let is_phone = (6..=15).contains(&digits.len());
                if !is_phone || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    faults.add(part, "has a number that is none", "such as +390212345678");
                }
            }
            Self::Reply(_) | Self::Code(_) => {}
        }
    }
}

struct Faults(Vec<DraftFault>);

impl Faults {
    fn add(&mut self, part: &str, what: &str, hint: &str) {
        self.0.push(DraftFault { part: part.into(), what: what.into(), hint: hint.into() });
    }

    fn length(&mut self, part: &str, text: &str, limit: Limit) {
        let long = text.chars().count();
        if text.trim().is_empty() {
            self.add(part, "is empty", "write something, or leave it out");
        } else if !limit.holds(long) {
            self.add(
                part,
                &format!("has {long} characters"),
                &format!("WhatsApp takes {} to {}", limit.least, limit.most),
            );
        }
    }

    /// All variables are numbers, or all are names.
    fn names(&mut self, part: &str, text: &str, named: bool) {
        let opened = text.matches("{{").count();
        let found = text.split("{{").skip(1).filter(|rest| {
            let name = rest.split_once("}}").map(|(name, _)| name);
            name.is_some_and(|name| is_variable(name.trim()))
        });
        if opened != found.count() {
            let hint = "{{1}}, or {{first_name}}: lower-case letters, digits and _";
            self.add(part, "has braces that hold no variable", hint);
        } else if named && variables(text).into_iter().any(is_number) {
            self.add(part, "mixes numbers and names", "number all variables, or name all");
        }
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_variable(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(plain)
}

/// The variables of a text, each once, in the order in which they come.
fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let inside = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
    for (name, _) in inside {
        let name = name.trim();
        if is_variable(name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `it`, `pt_BR`: as the platform writes them.
pub fn is_language(code: &str) -> bool {
    let (language, country) = code.split_once('_').unwrap_or((code, "AA"));
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
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
            (
                |d| d.buttons = vec![DraftButton::Reply("x".repeat(26))],
                "buttons.1 has 26 characters",
            ),
            (
                |d| d.buttons = vec![DraftButton::Code("x".repeat(16))],
                "buttons.1 has 16 characters",
            ),
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
}
