//! Where a new ticket belongs, by what its first message is.

use super::{Demand, Pattern};
use crate::domain::calendar::Calendar;
use crate::domain::details::Referral;
use crate::domain::message::Inbound;
use crate::domain::name::Name;
use crate::domain::ticket::{Priority, Tag};
use crate::kit::Timestamp;
use crate::kit::fold::folded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The word for what is in no particular language, and for any advert.
const ANY: &str = "any";

/// Whether the customer had a ticket before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acquaintance {
    /// It is his first.
    New,
    /// He had one.
    Known,
}

/// The hours of a calendar, or all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct During {
    /// The calendar.
    pub calendar: Calendar,
    /// While it is closed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

/// One rule. All of its conditions must hold; of what one condition lists, one is enough. One without conditions
/// always holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// What the operator calls it.
    pub name: Name,
    /// The lines, by the operator's names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Name>,
    /// Whole words or phrases by language, without case and accents.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<Name, Vec<String>>,
    /// Regular expressions by language. With `words`, one of both is enough.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub patterns: BTreeMap<Name, Vec<Pattern>>,
    /// Adverts by the platform's id, by the beginning of their address, or `any`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referrals: Vec<String>,
    /// Payloads of buttons and ids of chosen rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
    /// Who the customer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Acquaintance>,
    /// When the customer writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<During>,
    /// Where the ticket waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Name>,
    /// How urgent it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Its labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// What it asks of who answers it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<Name, u8>,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// The line, by the operator's name.
    pub line: &'a Name,
    /// The first message.
    pub message: &'a Inbound,
    /// Whether the customer had a ticket before.
    pub contact: Acquaintance,
    /// When he wrote it.
    pub at: Timestamp,
}

/// What a rule made of a ticket, as its opening tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routed {
    /// The rule.
    pub rule: Name,
    /// What is asked of who answers it.
    #[serde(flatten)]
    pub demand: Demand,
}

/// The first rule that holds, and what is asked of who answers: its skills, and the language that it recognised.
pub fn route<'a>(routes: &'a [Route], heard: &Heard<'_>) -> Option<(&'a Route, Routed)> {
    if routes.is_empty() {
        return None;
    }
    let said = format!(" {} ", words_of(&heard.message.text));
    routes.iter().find_map(|route| {
        let language = route.holds(heard, &said)?;
        let demand = Demand { skills: route.skills.clone(), language };
        Some((route, Routed { rule: route.name.clone(), demand }))
    })
}

/// Letters and digits without case and accents, one blank between two words.
fn words_of(text: &str) -> String {
    let folded = folded(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

impl Route {
    /// Whether it always holds: what follows it is never reached.
    pub fn is_last(&self) -> bool {
        self.lines.is_empty()
            && self.words.is_empty()
            && self.patterns.is_empty()
            && self.referrals.is_empty()
            && self.buttons.is_empty()
            && self.contact.is_none()
            && self.during.is_none()
    }

    /// Whether it holds, and in which language; `said` are the words of the message between blanks.
    #[expect(
        clippy::option_option,
        reason = "it holds or not, and then it knows a language or not"
    )]
    fn holds(&self, heard: &Heard<'_>, said: &str) -> Option<Option<Name>> {
        if !self.lines.is_empty() && !self.lines.contains(heard.line) {
            return None;
        }
        if self.contact.is_some_and(|contact| contact != heard.contact) {
            return None;
        }
        if let Some(During { calendar, closed }) = &self.during
            && (calendar.next_open(heard.at) != Some(heard.at)) != *closed
        {
            return None;
        }
        let details = heard.message.details.as_deref();
        if !self.referrals.is_empty() {
            let referral = details.and_then(|details| details.referral.as_ref())?;
            self.referrals.iter().find(|wanted| is_of(referral, wanted))?;
        }
        if !self.buttons.is_empty() {
            let choice = details.and_then(|details| details.choice.as_ref())?;
            self.buttons.iter().find(|wanted| **wanted == choice.id)?;
        }
        if self.words.is_empty() && self.patterns.is_empty() {
            return Some(None);
        }
        let has = |phrase: &String| said.contains(&format!(" {} ", words_of(phrase)));
        let by_word = self.words.iter().find(|(_, words)| words.iter().any(has));
        let finds = |pattern: &Pattern| pattern.finds(&heard.message.text);
        let by_pattern = || self.patterns.iter().find(|(_, all)| all.iter().any(finds));
        let language = by_word.map(|(language, _)| language);
        let language = language.or_else(|| by_pattern().map(|(language, _)| language))?;
        Some(Some(language.clone()).filter(|language| language.as_str() != ANY))
    }
}

fn is_of(referral: &Referral, wanted: &str) -> bool {
    let by_address = || referral.url.as_deref().is_some_and(|url| url.starts_with(wanted));
    wanted == ANY || referral.id.as_deref() == Some(wanted) || by_address()
}
