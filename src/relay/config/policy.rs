//! What rules the desk: queues and service levels, as the files say it.

use super::section::{Section, Value};
use crate::domain::alert::AlertRules;
use crate::domain::calendar::Calendar;
use crate::domain::canned::{Canned, TemplateRules};
use crate::domain::field::FieldRules;
use crate::domain::name::Name;
use crate::domain::policy::Receipt;
use crate::domain::query::SavedView;
use crate::domain::routing::{AgentRules, Assignment};
use crate::domain::sla::SlaPolicy;
use std::collections::BTreeMap;
use std::time::Duration;

/// The part of the configuration that a reload may change and that is kept as a desk event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Every queue: those that a table describes in the order of the files, then those that only a line
    /// names, with defaults.
    pub queues: Vec<Queue>,
    /// When desks are open.
    pub calendars: Vec<Calendar>,
    /// Tried in order: the first whose queues hold a ticket's queue rules it.
    pub slas: Vec<SlaPolicy>,
    /// What customers agree to.
    pub consent: super::Consent,
    /// The texts that agents take instead of typing them.
    pub canned: Vec<Canned>,
    /// What is said of templates, by name.
    pub templates: BTreeMap<String, TemplateRules>,
    /// Where tickets belong and who gets them.
    pub routing: super::Routing,
    /// Queries that everybody finds under a name.
    pub views: Vec<SavedView>,
    /// What tickets have beside the rest.
    pub fields: Vec<FieldRules>,
    /// What supervisors are told of.
    pub alerts: Vec<AlertRules>,
}

/// `[[queue]]`: where tickets wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its name; unique.
    pub name: String,
    /// How long a solved ticket may still be reopened.
    pub threading: Threading,
    /// `suggest`: canned replies and templates that come first here, by name.
    pub suggest: Vec<String>,
    /// `read_receipts`: when customers are told that their messages were read.
    pub receipts: Receipt,
    /// `typing_indicator`: whether they are told that somebody writes an answer.
    pub typing: bool,
    /// How its tickets are given to agents.
    pub assignment: Assignment,
}

/// The threading interval: within it a message after solving reopens the ticket, after it a new ticket is
/// opened and linked to the old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threading {
    /// `"0"`: solved is closed.
    Never,
    /// `"24h"`.
    #[default]
    Day,
    /// `"48h"`.
    TwoDays,
    /// `"any"`: always; solved never becomes closed.
    Any,
}

impl Threading {
    /// The interval in desk time; `None` if it has no end.
    pub const fn interval(self) -> Option<Duration> {
        match self {
            Self::Never => Some(Duration::ZERO),
            Self::Day => Some(Duration::from_secs(24 * 3600)),
            Self::TwoDays => Some(Duration::from_secs(48 * 3600)),
            Self::Any => None,
        }
    }
}

impl Queue {
    pub(super) fn read(
        table: Section<'_>,
        agents: &BTreeMap<Name, AgentRules>,
        calendars: &super::routing::Calendars<'_>,
    ) -> Option<Self> {
        let name = table.need("name", "what people call the queue").and_then(|name| name.label());
        let threading = table.get("threading").map(|value| {
            value.one_of(&[
                ("0", Threading::Never),
                ("24h", Threading::Day),
                ("48h", Threading::TwoDays),
                ("any", Threading::Any),
            ])
        });
        let suggest = table.get("suggest").map(|value| value.labels());
        let receipts = table.get("read_receipts").map(|value| {
            value.one_of(&[
                ("on_open", Receipt::OnOpen),
                ("on_reply", Receipt::OnReply),
                ("never", Receipt::Never),
            ])
        });
        let receipts = receipts.unwrap_or(Some(Receipt::Never));
        let typing = table.get("typing_indicator").map(|value| {
            let typing = value.one_of(&[("on_reply", true), ("never", false)]);
            if (typing, receipts) == (Some(true), Some(Receipt::Never)) {
                let hint = "add read_receipts = \"on_reply\"";
                return value.wrong("needs read receipts: it marks as read", hint);
            }
            typing
        });
        let assignment = super::routing::assignment(&table, agents, calendars);
        table.finish();
        Some(Self {
            name: name?,
            threading: threading.unwrap_or(Some(Threading::Day))?,
            suggest: suggest.unwrap_or_else(|| Some(Vec::new()))?,
            receipts: receipts?,
            typing: typing.unwrap_or(Some(false))?,
            assignment: assignment?,
        })
    }

    /// The queue that only a line names.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            threading: Threading::default(),
            suggest: Vec::new(),
            receipts: Receipt::Never,
            typing: false,
            assignment: Assignment::default(),
        }
    }
}

/// The names of queues, never none.
pub(super) fn queues(value: &Value<'_>, known: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    let items = value.items()?;
    if items.is_empty() {
        return value.wrong("is empty", "name the queues");
    }
    let mut names = Vec::new();
    let mut sound = true;
    for item in &items {
        match item.label() {
            Some(name) if names.contains(&name) => {
                item.wrong::<()>("names a queue twice", "leave one out");
            }
            Some(name) if !known(&name) => {
                let hint = "add a [[queue]] table, or correct the name";
                item.wrong::<()>(&format!("names the unknown queue \"{name}\""), hint);
            }
            Some(name) => {
                names.push(name);
                continue;
            }
            None => {}
        }
        sound = false;
    }
    sound.then_some(names)
}
