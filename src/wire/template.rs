//! One template that may be sent.

use super::listing::Keyed;
use crate::domain::canned::Fit;
use crate::domain::template::{Draft, Purpose, SlotKind, TemplateCard, same_language};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The tickets for which it is suggested.
    #[serde(default, skip_serializing_if = "Fit::is_empty")]
    pub fit: Fit,
    /// The queues in which it is suggested first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggested_in: Vec<String>,
    /// The template that is offered in its place while it is paused or ill received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// How often it was sent since the relay was started.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub uses: u32,
}

/// What speaks against sending a template now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble<'a> {
    /// It cannot be sent; the platform's word for its state.
    Stopped(&'a str),
    /// Customers receive it badly, and it may be paused; the platform's word for its quality.
    Falling(&'a str),
}

impl TemplateView {
    /// What speaks against sending it now, if anything does.
    pub fn trouble(&self) -> Option<Trouble<'_>> {
        let ill = self.quality.as_deref().filter(|word| matches!(*word, "YELLOW" | "RED"));
        match self.status.as_str() {
            "APPROVED" => ill.map(Trouble::Falling),
            status => Some(Trouble::Stopped(status)),
        }
    }

    /// The one among `all` that may be sent in its place.
    pub fn alternative<'a>(&self, all: impl Iterator<Item = &'a Self>) -> Option<&'a Self> {
        Self::named(all, self.instead.as_deref()?, &self.language)
    }

    /// The one of a name that can be sent: in a language, else in one that is as near, else in any.
    pub fn named<'a>(
        all: impl Iterator<Item = &'a Self>,
        name: &str,
        language: &str,
    ) -> Option<&'a Self> {
        let usable = all.filter(|one| one.name == name && one.sendable);
        usable.min_by_key(|one| match one.language == language {
            true => 0,
            false => 1 + u8::from(!same_language(&one.language, language)),
        })
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Keyed for TemplateView {
    type Key = String;
    fn key(&self) -> String {
        format!("{}/{}/{}", self.name, self.language, self.lines.join(","))
    }
}

/// What came of fetching the templates of an account, as `guichet templates sync --json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSync {
    /// The WhatsApp Business account.
    pub account: String,
    /// Its lines.
    pub lines: Vec<String>,
    /// How many templates are known now, in all their languages.
    pub templates: usize,
    /// When they were last compared with the platform.
    #[serde(with = "rfc3339::option")]
    pub checked_at: Option<Timestamp>,
    /// Why that did not succeed now.
    pub fault: Option<String>,
}

/// What `POST /api/v1/templates` takes: a new template for review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateWish {
    /// A line of the account that gets it; not needed where all lines have one account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The template.
    pub template: Draft,
}

/// A file that was handed in for a new template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateFile {
    /// The platform's name for it: what stands in the template.
    pub handle: String,
}

/// What the platform made of a new template, as `guichet templates submit --json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSubmitted {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// The platform's id of it.
    pub id: Option<String>,
    /// The platform's word for where it stands, as a rule `PENDING`.
    pub status: String,
    /// What it counts as, in the platform's word: it may be another than was asked for.
    pub category: Option<String>,
}

/// What became of a template that somebody sent, as `guichet templates audit --json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateAudit {
    /// Its name; `(erased)` where that went with the person.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What it counted as when it was sent.
    pub purpose: Purpose,
    /// Who sent it: an account, or `bot`, `survey`, `system`, the name of a campaign.
    pub by: String,
    /// How many were sent; those that were taken back in time do not count.
    pub sent: u64,
    /// To how many people.
    pub recipients: u64,
    /// How many the platform holds still until it has judged the template.
    #[serde(default)]
    pub held: u64,
    /// How many arrived; those that were read did.
    pub delivered: u64,
    /// How many were read, as far as people let that be known.
    pub read: u64,
    /// How many failed, by the platform's code.
    pub failed: BTreeMap<u32, u64>,
    /// How many the platform charged, by what it charged them as.
    pub cost: BTreeMap<String, u64>,
    /// After how many the customer wrote within a day.
    pub answered: u64,
    /// After how many the ticket was solved.
    pub solved: u64,
}

impl TemplateAudit {
    /// One of which nothing has been counted yet.
    pub fn new(name: String, language: String, by: String, purpose: Purpose) -> Self {
        Self {
            name,
            language,
            purpose,
            by,
            sent: 0,
            recipients: 0,
            held: 0,
            delivered: 0,
            read: 0,
            failed: BTreeMap::new(),
            cost: BTreeMap::new(),
            answered: 0,
            solved: 0,
        }
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
