//! Reading a webhook: the whole envelope, split into items in the order of the payload.
//!
//! Lenient by design (page "webhooks/overview"): unknown members and kinds, numbers as text and the
//! reverse, absent phones and profiles are all fine. One item that cannot be read becomes [`Fact::Bad`] with
//! its raw text and stops nothing else. Duplicate, reordered and late items are the caller's to handle.

mod contact;
mod content;
mod envelope;
mod event;
mod message;
mod phone;
mod place;
mod shape;
mod split;
mod status;
#[cfg(test)]
mod tests;

use super::error::PlatformError;
use super::lenient::Scalar;
use crate::kit::Timestamp;
use std::sync::Arc;

pub use contact::{Contact, Customer};
pub use content::{Address, Card, Choice, Content, Location, Media, Order, OrderItem, System};
pub use event::{
    AccountEvent, Call, CallStatus, GroupUpdate, Handover, Preference, TemplateCategoryUpdate,
    TemplateQualityUpdate, TemplateRef, TemplateStatusUpdate, UserIdUpdate, UserPreference,
};
pub use phone::{BookEntry, Progress};
use place::Place;

pub use message::{Context, Message, Product, Referral};
pub use status::{Pricing, State, Status};

/// One thing that a webhook says.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// Where it stood; shared by the items of one change.
    pub origin: Arc<Origin>,
    /// Its own JSON text, exactly as it came.
    pub raw: &'a str,
    /// What it says.
    pub fact: Fact,
    /// Where in the webhook its text stood.
    pub(super) place: Place,
}

/// What the envelope says about an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The business account.
    pub waba_id: Option<String>,
    /// The webhook field: `messages`, `standby`, `history`, ...; empty if there is none.
    pub field: String,
    /// How messages came to us.
    pub source: Source,
    /// The platform's id of the line's number.
    pub phone_number_id: Option<String>,
    /// The line's number as people write it.
    pub display_number: Option<String>,
    /// When the platform made the entry; only with events of the account.
    pub entry_time: Option<Timestamp>,
    /// The people whom the change names.
    pub contacts: Vec<Contact>,
}

/// How a message or status came to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Source {
    /// As it happened, to us.
    #[default]
    Live,
    /// As it happened, while the platform's own agent owned the conversation (field `standby`).
    Standby,
    /// From the phone app's past (field `history`).
    History,
}

/// What an item says. `Message`, `Echo` and `Status` also come from `standby` and `history`: see
/// [`Origin::source`].
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A customer wrote.
    Message(Box<Message>),
    /// The business wrote from its phone app.
    Echo(Box<Message>),
    /// Something became of a sent message.
    Status(Box<Status>),
    /// A call began or ended.
    Call(Box<Call>),
    /// Something became of a call.
    CallStatus(Box<CallStatus>),
    /// A customer chose about marketing.
    UserPreference(Box<UserPreference>),
    /// A customer has another user id.
    UserIdUpdate(Box<UserIdUpdate>),
    /// A template's status changed.
    TemplateStatus(Box<TemplateStatusUpdate>),
    /// A template's quality changed.
    TemplateQuality(TemplateQualityUpdate),
    /// A template's category changed.
    TemplateCategory(TemplateCategoryUpdate),
    /// A template's text changed; fetch the templates again.
    TemplateComponents(TemplateRef),
    /// Something about the account, the number or flows.
    Account(AccountEvent),
    /// A conversation passed between agents of the platform and us.
    Handover(Box<Handover>),
    /// A group was made, changed or left.
    Group(Box<GroupUpdate>),
    /// So much of the phone's past has come.
    Progress(Progress),
    /// The book of the phone names somebody, or does so no longer.
    BookEntry(Box<BookEntry>),
    /// An error out of band.
    Error(Box<PlatformError>),
    /// A well-formed change that this version does not understand.
    Unknown {
        /// What is not understood.
        reason: String,
    },
    /// An item that lacks what it must have.
    Bad {
        /// What is wrong with it.
        reason: String,
    },
}

impl Fact {
    /// A word for the kind of it, for metrics and listings.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::Message(_) => "message",
            Fact::Echo(_) => "echo",
            Fact::Status(_) => "status",
            Fact::Call(_) => "call",
            Fact::CallStatus(_) => "call_status",
            Fact::UserPreference(_) => "user_preference",
            Fact::UserIdUpdate(_) => "user_id_update",
            Fact::TemplateStatus(_) => "template_status",
            Fact::TemplateQuality(_) => "template_quality",
            Fact::TemplateCategory(_) => "template_category",
            Fact::TemplateComponents(_) => "template_components",
            Fact::Account(_) => "account",
            Fact::Handover(_) => "handover",
            Fact::Group(_) => "group",
            Fact::Progress(_) => "progress",
            Fact::BookEntry(_) => "book_entry",
            Fact::Error(_) => "error",
            Fact::Unknown { .. } => "unknown",
            Fact::Bad { .. } => "bad",
        }
    }
}

/// Why a whole body is no webhook.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The bytes are no UTF-8.
    #[error("the body is not UTF-8 text")]
    NotText,
    /// The text is no JSON object.
    #[error("the body is not a JSON object: {0}")]
    NotJson(String),
    /// There is no list of entries.
    #[error("the body has no list of entries")]
    NoEntries,
}

/// Splits a webhook body into its items, in the order of the payload; inside one change: messages, echoes,
/// statuses, calls, preferences, changed ids, groups, the phone's contacts, history, standby, errors.
pub fn parse(body: &[u8]) -> Result<Vec<Item<'_>>, ParseError> {
    let text = std::str::from_utf8(body).map_err(|_| ParseError::NotText)?;
    envelope::split(text)
}
