//! The sandbox's own record of what it received and delivered: what a run is judged by.

use super::update::{Update, What};
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What happened so far. Served as JSON at `GET /_sandbox/record`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The run's number, a part of every message id.
    pub run: u64,
    /// Customers' messages by id, whether acknowledged or not.
    pub inbound: BTreeMap<String, Inbound>,
    /// The POSTs.
    pub webhooks: Webhooks,
    /// Message ids by `biz_opaque_callback_data` of the sends that were accepted. More than one id under one
    /// key: sent twice.
    pub accepted: BTreeMap<String, Vec<String>>,
    /// Every send that was accepted, by message id.
    pub sends: BTreeMap<String, Outbound>,
    /// Statuses acknowledged by the webhook, by name.
    pub statuses: BTreeMap<String, u64>,
    /// Statuses that were lost on purpose.
    pub statuses_dropped: u64,
    /// Sends that were refused, by code; those that a fault refused although it carried them out too.
    pub rejected: BTreeMap<i32, u64>,
    /// Requests to the Graph API.
    pub requests: Requests,
}

/// A customer's message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The customer, by the script's name.
    pub customer: String,
    /// The platform's word for its kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// The platform's timestamp, Unix seconds of desk time.
    pub timestamp: i64,
    /// When a POST with it was first answered 200 (desk time, milliseconds); null: not yet.
    pub acknowledged: Option<Timestamp>,
}

/// A message that was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outbound {
    /// The customer, by the script's name; a stranger's address.
    pub customer: String,
    /// The platform's word for its kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// `biz_opaque_callback_data`.
    pub callback: Option<String>,
    /// When it was accepted (desk time, milliseconds).
    pub at: Timestamp,
    /// Statuses that the webhook acknowledged, in that order.
    pub statuses: Vec<String>,
    /// The template object of the request, exactly as it came; of other messages nothing is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<Value>,
}

/// How the POSTs went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Webhooks {
    /// Whether the handshake succeeded; null without a verify token.
    pub verified: Option<bool>,
    /// Distinct bodies that were posted.
    pub posted: u64,
    /// Further tries after no 200.
    pub retried: u64,
    /// Bodies posted a second time on purpose.
    pub duplicated: u64,
    /// Bodies answered 200 (each counts once).
    pub acknowledged: u64,
    /// Bodies that were not taken, of a provider that posts once.
    #[serde(default)]
    pub given_up: u64,
    /// Answers by HTTP status; 0 stands for no answer.
    pub answers: BTreeMap<u16, u64>,
}

/// How requests went.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Requests {
    /// All that arrived.
    pub received: u64,
    /// Those for messages, before any check.
    pub messages: u64,
    /// Read receipts and typing indicators taken.
    pub receipts: u64,
    /// Files given out, also half or wrong ones.
    #[serde(default)]
    pub downloads: u64,
    /// Files handed in and taken.
    #[serde(default)]
    pub uploads: u64,
    /// Contents that were made, of a provider that has them.
    #[serde(default)]
    pub contents: u64,
    /// Connections cut on purpose.
    pub cut: u64,
    /// Bare 5xx answered on purpose.
    pub broken: u64,
    /// Answers held up on purpose.
    pub slowed: u64,
}

impl Record {
    /// The ids of the customers' messages for which the webhook answered 200: those that must never be lost.
    pub fn acknowledged(&self) -> impl Iterator<Item = &str> {
        self.inbound.iter().filter(|(_, one)| one.acknowledged.is_some()).map(|(id, _)| id.as_str())
    }

    /// The callback data that were accepted more than once.
    pub fn sent_twice(&self) -> impl Iterator<Item = &str> {
        self.accepted.iter().filter(|(_, ids)| ids.len() > 1).map(|(key, _)| key.as_str())
    }

    /// How many sends have been read.
    pub fn read(&self) -> u64 {
        self.statuses.get("read").copied().unwrap_or(0)
    }

    /// Notes what is about to be posted.
    pub(super) fn written(&mut self, update: &Update) {
        if let What::Message { id, customer, kind } = &update.what {
            let timestamp = update.body["timestamp"].as_str().and_then(|text| text.parse().ok());
            let timestamp = timestamp.unwrap_or_default();
            let inbound = Inbound {
                customer: customer.clone(),
                kind: kind.clone(),
                timestamp,
                acknowledged: None,
            };
            self.inbound.insert(id.clone(), inbound);
        }
    }

    /// Notes that the webhook has taken these.
    pub(super) fn taken(&mut self, updates: &[Update], now: Timestamp) {
        for update in updates {
            match &update.what {
                What::Message { id, .. } => {
                    if let Some(inbound) = self.inbound.get_mut(id) {
                        inbound.acknowledged.get_or_insert(now);
                    }
                }
                What::Status { id, status } => {
                    *self.statuses.entry((*status).to_owned()).or_default() += 1;
                    if let Some(send) = self.sends.get_mut(id) {
                        send.statuses.push((*status).to_owned());
                    }
                }
                What::Preference | What::Whole(_) => {}
            }
        }
    }
}
