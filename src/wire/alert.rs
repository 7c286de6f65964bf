//! Alerts by rule, as people see them.

use crate::domain::alert::{AlertTurned, Ended, Running};
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use serde::{Deserialize, Serialize};

/// One alert that was raised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertView {
    /// The operator's name for it.
    pub name: String,
    /// What it watches, by the configuration's word.
    pub watch: String,
    /// What that was when it was told last: a number, seconds, percent, or how bad it is.
    pub measured: i64,
    /// Above what it is raised.
    pub over: i64,
    /// Of which queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Of which line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// When it was raised.
    #[serde(with = "rfc3339")]
    pub since: Timestamp,
    /// When it was cleared.
    #[serde(default, with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who takes care of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// In English.
    pub text: String,
}

impl From<&AlertTurned> for AlertView {
    fn from(of: &AlertTurned) -> Self {
        let cleared = of.turn == crate::domain::alert::Turn::Cleared;
        Self {
            name: of.name.to_string(),
            watch: of.watch.word().to_owned(),
            measured: of.measured,
            over: of.over,
            queue: of.queue.as_ref().map(ToString::to_string),
            line: of.line.as_ref().map(ToString::to_string),
            since: of.at,
            until: cleared.then_some(of.at),
            acknowledged_by: None,
            text: of.words(),
        }
    }
}

impl From<&Running> for AlertView {
    fn from(of: &Running) -> Self {
        let now = AlertTurned { measured: of.measured, ..of.raised.clone() };
        let by = of.acknowledged.as_ref().map(|(_, by)| by.to_string());
        Self { acknowledged_by: by, ..Self::from(&now) }
    }
}

impl From<&Ended> for AlertView {
    fn from(of: &Ended) -> Self {
        Self { until: Some(of.at), ..Self::from(&of.ran) }
    }
}

/// `GET /api/v1/alerts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsView {
    /// Those that are raised, the latest first.
    #[serde(default)]
    pub running: Vec<AlertView>,
    /// The latest that are over, the latest first.
    #[serde(default)]
    pub ended: Vec<AlertView>,
}

/// `POST /api/v1/alerts/acknowledge`: who asks takes care of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertAck {
    /// Which; nothing means all that are raised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
