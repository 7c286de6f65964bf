//! What rules the desk: queues and service levels, as the files say it.

use super::section::{Section, Value};
use crate::domain::canned::{Canned, TemplateRules};
use crate::domain::policy::Receipt;
use std::collections::BTreeMap;
use std::time::Duration;

/// The part of the configuration that a reload may change and that is kept as a desk event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Every queue: those that a table describes in the order of the files, then those that only a line
    /// names, with defaults.
    pub queues: Vec<Queue>,
    /// Tried in order: the first whose queues hold a ticket's queue rules it.
    pub slas: Vec<Sla>,
    /// What customers agree to.
    pub consent: super::Consent,
    /// The texts that agents take instead of typing them.
    pub canned: Vec<Canned>,
    /// What is said of templates, by name.
    pub templates: BTreeMap<String, TemplateRules>,
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

/// `[[sla]]`: what the desk promises on some queues. Its calendar is always open (`"24x7"`) for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sla {
    /// Its name; unique.
    pub name: String,
    /// The queues that it rules; never none.
    pub queues: Vec<String>,
    /// `[sla.first_reply]`: from the customer's first message to the first public answer accepted.
    pub first_reply: Option<Targets>,
    /// When to warn before a clock is due.
    pub warn: Option<Warn>,
}

/// Targets by priority; a priority without one has no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// For low priority.
    pub low: Option<Duration>,
    /// For normal priority.
    pub normal: Option<Duration>,
    /// For high priority.
    pub high: Option<Duration>,
    /// For urgent priority.
    pub urgent: Option<Duration>,
}

/// The moment of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warn {
    /// `warn = "75%"`: when this share of the target has passed, 1 to 99.
    Percent(u8),
    /// `warn_before = "5m"`: this long before it is due.
    Before(Duration),
}

/// The longest target: a year.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);
const SHORTEST: Duration = Duration::from_secs(1);

/// Metrics that are named in the rules and cannot be measured yet.
const LATER: [&str; 8] = [
    "first_reply_any",
    "next_reply",
    "periodic_update",
    "pausable_update",
    "requester_wait",
    "agent_work",
    "total_resolution",
    "handoff_wait",
];

impl Queue {
    pub(super) fn read(table: Section<'_>) -> Option<Self> {
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
        table.finish();
        Some(Self {
            name: name?,
            threading: threading.unwrap_or(Some(Threading::Day))?,
            suggest: suggest.unwrap_or_else(|| Some(Vec::new()))?,
            receipts: receipts?,
            typing: typing.unwrap_or(Some(false))?,
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
        }
    }
}

impl Sla {
    /// Reads one table; `known` tells whether a queue exists.
    pub(super) fn read(table: Section<'_>, known: &dyn Fn(&str) -> bool) -> Option<Self> {
        let name = table.need("name", "what people call the promise").and_then(|name| name.label());
        let queues = table
            .need("queues", "write queues = [\"support\"]")
            .and_then(|value| queues(&value, known));
        let calendar = table.get("calendar").map(|value| always_open(&value));
        for later in LATER {
            if let Some(value) = table.get(later) {
                value.wrong::<()>("cannot be measured yet", "only [sla.first_reply] for now");
            }
        }
        let first_reply = table.get("first_reply").map(|value| Targets::read(&value));
        let (percent, before) = (table.get("warn"), table.get("warn_before"));
        let warn = match (&percent, &before) {
            (Some(_), Some(before)) => {
                Some(before.wrong("stands beside `warn`", "keep one of the two"))
            }
            (Some(percent), None) => Some(share(percent).map(Warn::Percent)),
            (None, Some(before)) => Some(before.duration(SHORTEST, LONGEST).map(Warn::Before)),
            (None, None) => None,
        };
        table.finish();
        calendar.unwrap_or(Some(()))?;
        Some(Self {
            name: name?,
            queues: queues?,
            first_reply: match first_reply {
                Some(targets) => Some(targets?),
                None => None,
            },
            warn: match warn {
                Some(warn) => Some(warn?),
                None => None,
            },
        })
    }
}

impl Targets {
    fn read(value: &Value<'_>) -> Option<Self> {
        let table = value.section()?;
        let [low, normal, high, urgent] = ["low", "normal", "high", "urgent"]
            .map(|key| table.get(key).map(|value| value.duration(SHORTEST, LONGEST)));
        table.finish();
        let set = [low, normal, high, urgent];
        if set.iter().all(Option::is_none) {
            return value.wrong("sets no target", "such as normal = \"60m\"");
        }
        if set.contains(&Some(None)) {
            return None;
        }
        Some(Self {
            low: low.flatten(),
            normal: normal.flatten(),
            high: high.flatten(),
            urgent: urgent.flatten(),
        })
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

fn always_open(value: &Value<'_>) -> Option<()> {
    match value.text()? {
        "24x7" => Some(()),
        _ => value.wrong("names a calendar", "calendars are not there yet; write \"24x7\""),
    }
}

fn share(value: &Value<'_>) -> Option<u8> {
    let number = value.text()?.strip_suffix('%').and_then(|number| number.parse().ok());
    match number {
        Some(percent @ 1..=99) => Some(percent),
        _ => value.wrong("is no share", "\"1%\" to \"99%\", or use warn_before = \"5m\""),
    }
}
