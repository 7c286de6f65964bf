//! The news of a watch as they are written; [`crate::wire::Part`] reads them.

use super::shown::Difference;
use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::kit::timestamp::rfc3339;
use crate::wire::{AlertView, OutboxView, Splice, ThreadNews};
use serde::Serialize;
use serde_json::value::RawValue;

#[derive(Default, Serialize)]
pub(super) struct PartOut<'a> {
    pub(super) watch: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inbox: Option<InboxOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thread: Option<ThreadOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tallies: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wall: Option<WallOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) roster: Option<Difference<'a, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) templates: Option<TemplatesOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) canned: Option<Difference<'a, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notices: Option<Difference<'a, u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) missing: Option<MissingOut>,
}

#[derive(Serialize)]
pub(super) struct InboxOut<'a> {
    pub(super) total: usize,
    pub(super) first: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) searching: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) beyond: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) splice: Option<Splice<TicketNumber>>,
    pub(super) items: Vec<&'a RawValue>,
}

#[derive(Serialize)]
pub(super) struct TemplatesOut<'a> {
    #[serde(with = "rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub(super) checked_at: Option<Timestamp>,
    #[serde(flatten)]
    pub(super) templates: Difference<'a, String>,
}

#[derive(Serialize)]
pub(super) struct ThreadOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<Box<RawValue>>,
    pub(super) about: &'a ThreadNews,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) splice: Option<Splice<String>>,
    pub(super) items: Vec<&'a RawValue>,
}

/// See [`crate::wire::WallNews`].
#[derive(Serialize)]
pub(super) struct WallOut<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) queues: Option<Difference<'a, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agents: Option<Difference<'a, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lines: Option<Difference<'a, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) windows: Option<Difference<'a, TicketNumber>>,
    pub(super) dying: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) alerts: &'a [AlertView],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outbox: Option<OutboxView>,
}

impl WallOut<'_> {
    /// Whether no list has changed.
    pub(super) fn is_nothing(&self) -> bool {
        let agents = self.agents.is_none() && self.lines.is_none();
        agents && self.queues.is_none() && self.windows.is_none()
    }
}

#[derive(Serialize)]
pub(super) struct MissingOut {
    pub(super) code: &'static str,
}
