//! The buttons of a new template.

use super::fault::Faults;
use super::variable::variables;
use crate::domain::limit::Limit;
use crate::domain::template::slot::CODE;
use serde::{Deserialize, Serialize};

const BUTTON: Limit = Limit::new(1, 25);
const URL: Limit = Limit::new(1, 2000);

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

impl DraftButton {
    pub(super) fn faults(&self, part: &str, faults: &mut Faults) {
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
