//! What became of a message that was sent.

use super::super::error::PlatformError;
use super::super::lenient::{Obj, Scalar, fault, mended};
use super::contact::{Contact, Customer, Named, customer};
use super::message::errors;
use crate::kit::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A status of one sent message (page "webhooks/reference/messages/status").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The platform's id of the message (wamid).
    pub id: String,
    /// What happened to it.
    pub state: State,
    /// When, by the platform's clock; whole seconds. Statuses arrive in any order.
    pub timestamp: Timestamp,
    /// The recipient's phone number, or the group's id; may be absent.
    pub recipient_id: Option<String>,
    /// The recipient's business-scoped user id.
    pub recipient_user_id: Option<String>,
    /// It went to a group.
    pub to_group: bool,
    /// In a group: whose status it is (phone, else user id).
    pub participant: Option<String>,
    /// What the recipient is called by the value's contacts; `None` for a group.
    pub customer: Option<Customer>,
    /// The echo of what our request carried: our own id of the message.
    pub callback: Option<String>,
    /// What it costs; only with some statuses.
    pub pricing: Option<Pricing>,
    /// What kind of conversation it belongs to; mostly absent since v24.0.
    pub conversation_origin: Option<String>,
    /// Why it failed.
    pub errors: Vec<PlatformError>,
}

/// The state that a status names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// On its way from the platform.
    Sent,
    /// On the recipient's device.
    Delivered,
    /// Read; implies delivered.
    Read,
    /// A voice message was played; implies read.
    Played,
    /// Not delivered; the status carries errors.
    Failed,
    /// Deleted by the recipient (older versions).
    Deleted,
    /// A warning about it (older versions).
    Warning,
    /// A word that this version does not know.
    Other(String),
}

impl State {
    fn from_word(word: &str) -> Self {
        match word {
            "sent" => State::Sent,
            "delivered" => State::Delivered,
            "read" => State::Read,
            "played" => State::Played,
            "failed" => State::Failed,
            "deleted" => State::Deleted,
            "warning" => State::Warning,
            other => State::Other(other.to_owned()),
        }
    }
}

/// What the platform charges for a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pricing {
    /// `service`, `utility`, `marketing`, `authentication`, ...; with `_` for `-`.
    pub category: Option<String>,
    /// `regular` (charged), `free_customer_service`, `free_entry_point`.
    pub kind: Option<String>,
    /// `PMP` (per message) or, before July 2025, `CBP` (per conversation).
    pub model: Option<String>,
    /// Whether it is charged; to be given up for `kind` and `category`.
    pub billable: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawStatus<'a> {
    #[serde(borrow)]
    id: Scalar<'a>,
    status: Scalar<'a>,
    timestamp: Scalar<'a>,
    recipient_id: Scalar<'a>,
    recipient_type: Scalar<'a>,
    recipient_user_id: Scalar<'a>,
    recipient_parent_user_id: Scalar<'a>,
    recipient_participant_id: Scalar<'a>,
    recipient_participant_user_id: Scalar<'a>,
    biz_opaque_callback_data: Scalar<'a>,
    pricing: Obj<RawPricing<'a>>,
    conversation: Obj<RawConversation<'a>>,
    errors: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawPricing<'a> {
    #[serde(borrow)]
    category: Scalar<'a>,
    #[serde(rename = "type")]
    kind: Scalar<'a>,
    pricing_model: Scalar<'a>,
    billable: Scalar<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawConversation<'a> {
    #[serde(borrow)]
    origin: Obj<RawOrigin<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawOrigin<'a> {
    #[serde(borrow, rename = "type")]
    kind: Scalar<'a>,
}

/// Reads one status.
pub(super) fn read(raw: &RawValue, contacts: &[Contact]) -> Result<Status, String> {
    mended(raw.get(), |json| {
        let Obj(status) = serde_json::from_str::<Obj<RawStatus<'_>>>(json)?;
        let Some(status) = status else { return Ok(Err("the status is not an object".to_owned())) };
        let errors = status.errors.map(|raw| errors(raw.get())).transpose()?.unwrap_or_default();
        Ok(status.read(contacts, errors))
    })
    .map_err(|error| format!("the status cannot be read: {}", fault(&error)))?
}

impl RawStatus<'_> {
    fn read(self, contacts: &[Contact], errors: Vec<PlatformError>) -> Result<Status, String> {
        let id = self.id.filled().ok_or("the status has no message id")?;
        let word = self.status.filled().ok_or("the status names no state")?;
        let timestamp = self.timestamp.instant().ok_or("the status's timestamp is no time")?;
        let recipient_id = self.recipient_id.filled();
        let recipient_user_id = self.recipient_user_id.filled();
        let group = self.recipient_type.text().as_deref() == Some("group");
        let customer = (!group)
            .then(|| Named {
                phone: recipient_id.clone(),
                user_id: recipient_user_id.clone(),
                parent_user_id: self.recipient_parent_user_id.filled(),
            })
            .and_then(|named| customer(named, contacts));
        let participant = self.recipient_participant_id.filled();
        Ok(Status {
            id,
            state: State::from_word(&word),
            timestamp,
            recipient_id,
            recipient_user_id,
            to_group: group,
            participant: participant.or_else(|| self.recipient_participant_user_id.filled()),
            customer,
            callback: self.biz_opaque_callback_data.filled(),
            pricing: self.pricing.0.map(|pricing| Pricing {
                billable: pricing.billable.flag(),
                category: pricing.category.filled().map(|word| word.replace('-', "_")),
                kind: pricing.kind.filled(),
                model: pricing.pricing_model.filled(),
            }),
            conversation_origin: self
                .conversation
                .0
                .and_then(|conversation| conversation.origin.0)
                .and_then(|origin| origin.kind.filled()),
            errors,
        })
    }
}
