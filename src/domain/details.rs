//! What a message holds beyond its text: a place, contact cards, what was chosen, an order, where the customer
//! came from. Kept with the message, and told to clients as it is.

mod card;
mod group;
mod order;
mod place;

use super::interactive::Interactive;
pub use card::{Address, Card};
pub use group::{GroupChange, Member};
pub use order::{Amount, Order, OrderItem, money};
pub use place::Location;
use serde::{Deserialize, Serialize};

/// Cards, ordered items or answers that are kept of one message; the raw form has them all.
pub const LISTED_MOST: usize = 257;

/// What a message holds beyond its text. Nearly always there is nothing, and then nothing is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Who of a group wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<Member>,
    /// The place that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The contact cards that were sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// The button that was pressed or the row that was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
    /// What a message of ours offers to be touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<Box<Interactive>>,
    /// The answers of a filled-in form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What was ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Whether the business may call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_call: Option<bool>,
    /// How a call ended; nothing while that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<CallEnd>,
    /// What has changed about the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// What has happened to a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Box<GroupChange>>,
    /// What it was that cannot be shown, in the platform's word: `poll`, `view_once` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsupported: Option<String>,
    /// What the platform could not do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// The advertisement or post from which the customer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The product that he asks about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// It was forwarded many times before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub often_forwarded: bool,
    /// How many cards, items or answers there were beyond the [`LISTED_MOST`] that are here.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

impl Details {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What was chosen of an interactive message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The id, or of a template's button the payload, that was sent with it.
    pub id: String,
    /// Its words.
    pub title: String,
    /// The smaller words of a list's row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// One answer of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The field, as the form's maker named it.
    pub name: String,
    /// What was filled in; what is no text, number or truth is JSON.
    pub value: String,
}

/// How a call of the customer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEnd {
    /// Somebody took it.
    pub answered: bool,
    /// Seconds of talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
}

/// Something that has changed about the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What, in the platform's word: `user_changed_number`, `user_changed_user_id`,
    /// `customer_identity_changed`, or a newer one.
    pub what: String,
    /// What it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Something that the platform could not do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The platform's code.
    pub code: u32,
    /// The platform's words.
    pub title: String,
}

/// Where a customer came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    /// `ad`, `post`, or a newer word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its id at the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `image` or `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The address of that picture or film.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_url: Option<String>,
}

/// A product of a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The catalogue's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<String>,
    /// The product's id at the retailer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
}
