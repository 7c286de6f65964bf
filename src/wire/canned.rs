//! Canned replies.

use super::listing::Keyed;
use crate::domain::canned::Fit;
use serde::{Deserialize, Serialize};

/// A canned reply in one language, as `guichet templates canned --json` prints it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CannedView {
    /// What it is called.
    pub name: String,
    /// Its language, `en` or `pt_BR`.
    pub language: String,
    /// The text with its `{{variables}}`.
    pub text: String,
    /// The queues in which it is offered; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<String>,
    /// The template that says the same when the window is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The tickets for which it is suggested.
    #[serde(default, skip_serializing_if = "Fit::is_empty")]
    pub fit: Fit,
    /// The queues in which it is suggested first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggested_in: Vec<String>,
}

impl Keyed for CannedView {
    type Key = String;
    fn key(&self) -> String {
        format!("{}/{}", self.name, self.language)
    }
}
