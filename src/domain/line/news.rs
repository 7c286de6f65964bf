//! What the platform says of a line and of its account, in a form for programs and in words.

use super::{Restriction, recipients};
use crate::domain::template::TemplateNews;
use crate::kit::Timestamp;
use crate::kit::text::one_line;
use serde::{Deserialize, Serialize};

/// Something that the platform said of a line, or of the account that it belongs to. Words in capitals are the
/// platform's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum News {
    /// Its number as people write it.
    Phone {
        /// The number.
        phone: String,
    },
    /// How its messages are received: `GREEN`, `YELLOW`, `RED`.
    Quality {
        /// Now.
        quality: String,
    },
    /// How many people the portfolio may write to first in a day: `TIER_250` and up.
    Limit {
        /// Now.
        tier: String,
    },
    /// How many messages a second it may send: `STANDARD`, `HIGH`.
    Throughput {
        /// Now.
        level: String,
    },
    /// What it may not do; these are in force together, and no others.
    Restricted {
        /// All of them.
        restrictions: Vec<Restriction>,
    },
    /// The account is switched off, will be, or is on again: `DISABLE`, `SCHEDULE_FOR_DISABLE`, `REINSTATE`.
    Ban {
        /// Which.
        state: String,
        /// From when, in the platform's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<String>,
    },
    /// The account broke a rule of the platform's.
    Violation {
        /// Which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
    },
    /// The account was deleted, connected again, reviewed, or whatever else the platform says of it.
    Account {
        /// What.
        event: String,
        /// More about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<String>,
    },
    /// The platform wants to be heard.
    Alert {
        /// About what.
        alert: String,
        /// `CRITICAL`, `WARNING` or `INFORMATIONAL`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<String>,
        /// In the platform's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<String>,
    },
    /// The name that customers see was judged: `APPROVED`, `REJECTED` ...
    Named {
        /// How.
        decision: String,
        /// Which name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Why not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<String>,
    },
    /// Something about one of its account's templates.
    Template(TemplateNews),
    /// The platform could not do something for the line, and says so beside all messages.
    Fault {
        /// The platform's code.
        code: u32,
        /// What went wrong.
        details: String,
    },
    /// What was said on the line's phone before it was connected is being imported.
    History {
        /// Parts of a hundred that have come.
        percent: u8,
    },
    /// A form of the account changed its state, or answers badly.
    Flow {
        /// Its id, where the platform names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow: Option<String>,
        /// What happened: `FLOW_STATUS_CHANGE`, `ENDPOINT_AVAILABILITY` ...
        event: String,
        /// Its state now: `BLOCKED`, `THROTTLED`, `PUBLISHED` ...
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// In the platform's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        details: Option<String>,
    },
}

/// An import that is told of so long after another has ended is a new one, in milliseconds.
pub(super) const SAME_IMPORT_MS: i64 = 86_400_000;

/// Of an import each quarter is told, in parts of a hundred.
pub(super) const QUARTER: u8 = 25;

/// A fault that comes again within this time is the same one, in milliseconds.
pub(super) const SAME_FAULT_MS: i64 = 3_600_000;

/// One of the news, and when it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The platform's time where it says so, else ours.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub news: News,
}

/// How serious news are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nobody is told.
    Silent,
    /// Supervisors are told.
    Plain,
    /// Supervisors must not miss it.
    Grave,
}

impl News {
    /// What happened, in English, on one line.
    pub fn words(&self) -> String {
        let more = |text: &Option<String>| match text {
            Some(text) => format!(": {}", one_line(text, 200)),
            None => String::new(),
        };
        let plain = |word: &str| one_line(&word.replace('_', " ").to_lowercase(), 80);
        match self {
            Self::Phone { phone } => format!("the number is {}", one_line(phone, 40)),
            Self::Quality { quality } => format!("the quality is {}", one_line(quality, 40)),
            Self::Limit { tier } => match recipients(Some(tier)) {
                Some(most) => format!("up to {most} people a day may be written to first"),
                None => "there is no limit of people who may be written to first".to_owned(),
            },
            Self::Throughput { level } if level == "HIGH" => {
                "up to 1,000 messages a second may be sent".to_owned()
            }
            Self::Throughput { .. } => "up to 80 messages a second may be sent".to_owned(),
            Self::Restricted { restrictions } if restrictions.is_empty() => {
                "nothing is restricted any more".to_owned()
            }
            Self::Restricted { restrictions } => {
                let one = |of: &Restriction| match of.until {
                    Some(until) => format!("{} until {until}", plain(&of.kind)),
                    None => plain(&of.kind),
                };
                restrictions.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            Self::Ban { state, date } => {
                let what = match state.as_str() {
                    "DISABLE" => "the account is disabled".to_owned(),
                    "SCHEDULE_FOR_DISABLE" => "the account will be disabled".to_owned(),
                    "REINSTATE" => "the account works again".to_owned(),
                    other => format!("the account is {}", plain(other)),
                };
                format!("{what}{}", more(date))
            }
            Self::Violation { rule } => format!("the account broke a rule{}", more(rule)),
            Self::Account { event, details } => format!("{}{}", plain(event), more(details)),
            Self::Alert { alert, details, .. } => format!("{}{}", plain(alert), more(details)),
            Self::Named { decision, name, details } => {
                let name = name
                    .as_deref()
                    .map_or(String::new(), |name| format!(" {}", one_line(name, 80)));
                format!("the name{name} is {}{}", plain(decision), more(details))
            }
            Self::Template(news) => news.words(),
            Self::Fault { code, details } => {
                format!("the platform reports the error {code}: {}", one_line(details, 200))
            }
            Self::History { percent: 100.. } => "the past of the phone is imported".to_owned(),
            Self::History { percent } => {
                format!("the past of the phone is being imported: {percent} %")
            }
            Self::Flow { flow, event, status, details } => {
                let flow =
                    flow.as_ref().map_or(String::new(), |id| format!(" {}", one_line(id, 40)));
                let what = match status {
                    Some(status) => format!(" is {}", plain(status)),
                    None => format!(": {}", plain(event)),
                };
                format!("the form{flow}{what}{}", more(details))
            }
        }
    }

    /// How serious it is.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Phone { .. } => Weight::Silent,
            Self::Quality { quality } => match quality.as_str() {
                "RED" => Weight::Grave,
                "UNKNOWN" => Weight::Silent,
                _ => Weight::Plain,
            },
            Self::Restricted { restrictions } if !restrictions.is_empty() => Weight::Grave,
            Self::Ban { state, .. } if state != "REINSTATE" => Weight::Grave,
            Self::Violation { .. } => Weight::Grave,
            Self::Template(news) => news.weight(),
            Self::Alert { severity, .. } if severity.as_deref() == Some("CRITICAL") => {
                Weight::Grave
            }
            // What is sent with it fails.
            Self::Flow { status: Some(status), .. }
                if matches!(status.as_str(), "BLOCKED" | "THROTTLED") =>
            {
                Weight::Grave
            }
            Self::Account { event, .. }
                if matches!(event.as_str(), "ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED") =>
            {
                Weight::Grave
            }
            _ => Weight::Plain,
        }
    }
}
