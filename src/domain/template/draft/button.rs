//! The buttons of a new template.

use super::fault::Faults;
use super::variable::variables;
use crate::domain::limit::Limit;
use crate::domain::template::slot::CODE;
use serde::{Deserialize, Serialize};

const BUTTON: Limit = Limit::new(1, 25);
const URL: Limit = Limit::new(1, 2000);
const ALL_MOST: usize = 10;
/// Of these kinds a template has so many at most; of others as many as it has buttons.
const MOST: &[(&str, usize)] = &[
    ("url", 2),
    ("phone", 1),
    ("code", 1),
    ("flow", 1),
    ("call", 1),
    ("catalog", 1),
    ("products", 1),
    ("contact_request", 1),
];

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
    /// Opens a form.
    Flow {
        /// Its words.
        text: String,
        /// The form's id.
        flow: String,
        /// The screen that it opens with; the first unless it is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        screen: Option<String>,
    },
    /// Calls the business in WhatsApp; its words.
    Call(String),
    /// Opens the whole catalogue; its words.
    Catalog(String),
    /// Opens some products of the catalogue, which are said when it is sent; its words.
    Products(String),
    /// Asks for the customer's number; its words are the platform's.
    ContactRequest,
}

impl DraftButton {
    /// The word for its kind.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Reply(_) => "reply",
            Self::Url { .. } => "url",
            Self::Phone { .. } => "phone",
            Self::Code(_) => "code",
            Self::Flow { .. } => "flow",
            Self::Call(_) => "call",
            Self::Catalog(_) => "catalog",
            Self::Products(_) => "products",
            Self::ContactRequest => "contact_request",
        }
    }

    /// What it says, where that is not the platform's.
    fn says(&self) -> Option<&str> {
        match self {
            Self::Reply(text)
            | Self::Url { text, .. }
            | Self::Phone { text, .. }
            | Self::Flow { text, .. }
            | Self::Call(text)
            | Self::Catalog(text)
            | Self::Products(text) => Some(text),
            Self::Code(_) | Self::ContactRequest => None,
        }
    }

    fn faults(&self, part: &str, faults: &mut Faults) {
        if let Some(text) = self.says() {
            faults.length(part, text, BUTTON);
            if text.contains("{{") {
                faults.add(part, "has a variable in its words", "only its address takes one");
            }
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
            Self::Code(code) => faults.length(part, code, CODE),
            Self::Flow { flow, screen, .. } => {
                if flow.is_empty() || !flow.bytes().all(|byte| byte.is_ascii_digit()) {
                    faults.add(part, "has a form that is none", "its id, digits only");
                }
                let plain = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
                if screen.as_ref().is_some_and(|id| id.is_empty() || !id.bytes().all(plain)) {
                    faults.add(part, "has a screen that is none", "its id, letters and _ only");
                }
            }
            Self::Reply(_)
            | Self::Call(_)
            | Self::Catalog(_)
            | Self::Products(_)
            | Self::ContactRequest => {}
        }
    }
}

/// What the platform would refuse of buttons that stand together at `part`.
pub(super) fn all_faults(part: &str, buttons: &[DraftButton], faults: &mut Faults) {
    if buttons.len() > ALL_MOST {
        faults.add(part, "are too many", "at most 10");
    }
    let kinds: Vec<_> = buttons.iter().map(DraftButton::word).collect();
    for (kind, most) in MOST {
        let count = kinds.iter().filter(|of| *of == kind).count();
        if count > *most {
            let what = format!("have {count} of the kind {kind}");
            faults.add(part, &what, &format!("at most {most}"));
        }
    }
    let alone = kinds.iter().find(|kind| matches!(**kind, "catalog" | "products"));
    if let Some(kind) = alone.filter(|_| kinds.len() > 1) {
        let what = format!("have others beside {kind}");
        faults.add(part, &what, "it is the only button");
    }
    // Quick replies stand together, before the others or behind them.
    let turns = kinds.windows(2).filter(|two| (two[0] == "reply") != (two[1] == "reply"));
    if turns.count() > 1 {
        faults.add(part, "have replies among the others", "put all replies first, or all last");
    }
    for (button, nth) in buttons.iter().zip(1..) {
        button.faults(&format!("{part}.{nth}"), faults);
    }
}
