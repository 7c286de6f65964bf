//! One template that may be sent.

use super::listing::Keyed;
use crate::domain::template::{Purpose, SlotKind, TemplateCard};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// A template as `guichet templates --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateView {
    /// Its name at the platform.
    pub name: String,
    /// Its exact language code.
    pub language: String,
    /// The platform's word; only `APPROVED` can be sent.
    pub status: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The lines on which it can be sent.
    pub lines: Vec<String>,
    /// The header's text.
    pub header: Option<String>,
    /// The text with its `{{slots}}`.
    pub body: String,
    /// The small print.
    pub footer: Option<String>,
    /// The values that it asks for, in order.
    pub parameters: Vec<SlotView>,
    /// Whether it can be sent from here.
    pub sendable: bool,
    /// Why not.
    pub reason: Option<String>,
    /// When it was fetched from the platform.
    #[serde(with = "rfc3339")]
    pub fetched_at: Timestamp,
    /// What the buttons say, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
    /// The platform's word for how it is received, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<String>,
    /// What sending it costs.
    #[serde(default)]
    pub cost: Cost,
    /// What its offer for a limited time is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The cards of its carousel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
}

impl Keyed for TemplateView {
    type Key = String;
    fn key(&self) -> String {
        format!("{}/{}/{}", self.name, self.language, self.lines.join(","))
    }
}

/// What sending a template costs. Source: pricing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Charged each time, at the rate of its purpose.
    #[default]
    Charged,
    /// Free while the customer's window is open, else charged.
    FreeInWindow,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}

/// One value that a template asks for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlotView {
    /// As in `--param NAME=VALUE`.
    pub name: String,
    /// The example given at approval.
    pub example: Option<String>,
    /// What fills it.
    #[serde(default, skip_serializing_if = "SlotKind::is_text")]
    pub kind: SlotKind,
    /// The template can be sent without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}
