//! One message of a customer, or one that the business sent from its phone app.

use super::super::error::{PlatformError, RawError};
use super::super::lenient::{List, Obj, Scalar, fault, mended};
use super::contact::{Contact, Customer, Named, customer, same_subscriber};
use super::content::Content;
use super::shape::{self, RawText};
use crate::kit::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A message as a webhook brings it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The platform's message id (wamid); may contain `=`, `+` and `/`.
    pub id: String,
    /// When it was sent, by the platform's clock; whole seconds.
    pub timestamp: Timestamp,
    /// The person at the other end: the sender of an inbound message, the addressee of an echo. `None` where
    /// the webhook does not say and its contacts leave a choice.
    pub customer: Option<Customer>,
    /// The sender as the message names him; the customer, or the business in an echo.
    pub from: Option<String>,
    /// The addressee of an echo as the message names him.
    pub to: Option<String>,
    /// The group that it was written in.
    pub group_id: Option<String>,
    /// What it says.
    pub content: Content,
    /// What it answers or passes on.
    pub context: Option<Box<Context>>,
    /// The advertisement or post that the customer came from.
    pub referral: Option<Box<Referral>>,
    /// What the platform could not do about it.
    pub errors: Vec<PlatformError>,
    /// In the imported history: `sent`, `delivered`, `read`, ..., in lower case.
    pub history_status: Option<String>,
}

/// What a message answers, or where it was forwarded from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The message answered to.
    pub id: Option<String>,
    /// Who wrote that one.
    pub from: Option<String>,
    /// Whether it was forwarded, also many times.
    pub forwarded: bool,
    /// Whether it has been forwarded many times.
    pub frequently_forwarded: bool,
    /// The product that is asked about.
    pub product: Option<Product>,
}

/// A product of a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// The catalogue.
    pub catalog_id: Option<String>,
    /// The product's id at the retailer.
    pub retailer_id: Option<String>,
}

/// Where a customer came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referral {
    /// `ad` or `post`.
    pub source_type: Option<String>,
    /// Its id.
    pub source_id: Option<String>,
    /// Its address.
    pub source_url: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Its text.
    pub body: Option<String>,
    /// `image` or `video`.
    pub media_type: Option<String>,
    /// The address of its picture or film.
    pub media_url: Option<String>,
    /// The id of the click.
    pub click_id: Option<String>,
}

/// Whether the customer or the business wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    ByCustomer,
    ByBusiness,
    /// In a history thread with this customer; whose it is, its ids tell.
    InThread,
}

/// What stands around a message and helps to read it.
pub(super) struct Surroundings<'a> {
    pub(super) contacts: &'a [Contact],
    /// The line's number.
    pub(super) display_number: Option<&'a str>,
    /// The customer of the history thread.
    pub(super) thread: Option<&'a Named>,
}

/// Reads one message; the second result tells whether the business wrote it.
pub(super) fn read(
    raw: &RawValue,
    written: Written,
    around: &Surroundings<'_>,
) -> Result<(Message, bool), String> {
    mended(raw.get(), |json| {
        let Obj(message) = serde_json::from_str::<Obj<RawMessage<'_>>>(json)?;
        message.map_or_else(
            || Ok(Err("the message is not an object".to_owned())),
            |message| message.read(written, around),
        )
    })
    .map_err(|error| format!("the message cannot be read: {}", fault(&error)))?
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawMessage<'a> {
    #[serde(borrow)]
    id: Scalar<'a>,
    timestamp: Scalar<'a>,
    #[serde(rename = "type")]
    pub(super) kind: Scalar<'a>,
    from: Scalar<'a>,
    from_user_id: Scalar<'a>,
    from_parent_user_id: Scalar<'a>,
    to: Scalar<'a>,
    to_user_id: Scalar<'a>,
    to_parent_user_id: Scalar<'a>,
    group_id: Scalar<'a>,
    pub(super) text: Obj<RawText<'a>>,
    pub(super) image: Option<&'a RawValue>,
    pub(super) video: Option<&'a RawValue>,
    pub(super) audio: Option<&'a RawValue>,
    pub(super) document: Option<&'a RawValue>,
    pub(super) sticker: Option<&'a RawValue>,
    pub(super) location: Option<&'a RawValue>,
    pub(super) contacts: Option<&'a RawValue>,
    pub(super) reaction: Option<&'a RawValue>,
    pub(super) interactive: Option<&'a RawValue>,
    pub(super) button: Option<&'a RawValue>,
    pub(super) order: Option<&'a RawValue>,
    pub(super) system: Option<&'a RawValue>,
    pub(super) edit: Option<&'a RawValue>,
    pub(super) revoke: Option<&'a RawValue>,
    pub(super) unsupported: Option<&'a RawValue>,
    context: Option<&'a RawValue>,
    referral: Option<&'a RawValue>,
    errors: Option<&'a RawValue>,
    history_context: Option<&'a RawValue>,
}

impl RawMessage<'_> {
    fn read(
        mut self,
        written: Written,
        around: &Surroundings<'_>,
    ) -> serde_json::Result<Result<(Message, bool), String>> {
        let content = shape::read(&mut self, true)?;
        let context = self.context.map(|raw| context(raw.get())).transpose()?.flatten();
        let referral = self.referral.map(|raw| referral(raw.get())).transpose()?.flatten();
        let errors = self.errors.map(|raw| errors(raw.get())).transpose()?.unwrap_or_default();
        let history_status = self.history_context.map(|raw| history(raw.get())).transpose()?;
        let Some(id) = self.id.filled() else {
            return Ok(Err("the message has no id".to_owned()));
        };
        let Some(timestamp) = self.timestamp.instant() else {
            return Ok(Err("the message's timestamp is no time".to_owned()));
        };
        let mut from = Named {
            phone: self.from.filled(),
            user_id: self.from_user_id.filled(),
            parent_user_id: self.from_parent_user_id.filled(),
        };
        let to = Named {
            phone: self.to.filled(),
            user_id: self.to_user_id.filled(),
            parent_user_id: self.to_parent_user_id.filled(),
        };
        let (sender, addressee) = (from.phone.clone(), to.phone.clone());
        let is_line = |phone: &Option<String>| matches!((phone, around.display_number), (Some(phone), Some(line)) if same_subscriber(phone, line));
        let by_business = match written {
            Written::ByCustomer => false,
            Written::ByBusiness => true,
            Written::InThread if is_line(&sender) => true,
            Written::InThread => {
                let thread = around.thread.and_then(|thread| thread.phone.as_ref());
                match (&sender, thread) {
                    (Some(sender), Some(thread)) => !same_subscriber(sender, thread),
                    _ => addressee.is_some(),
                }
            }
        };
        let named = if by_business {
            // Some echoes name the line as the addressee: the customer is the other one.
            if is_line(&addressee) && !is_line(&sender) { from } else { to }
        } else {
            if let Some(thread) = around.thread.filter(|_| from.phone.is_none()) {
                from.phone = thread.phone.clone();
            }
            from
        };
        let named = match around.thread {
            Some(thread) if named.phone.is_none() && named.user_id.is_none() => Named {
                phone: thread.phone.clone(),
                user_id: thread.user_id.clone(),
                parent_user_id: thread.parent_user_id.clone(),
            },
            _ => named,
        };
        let message = Message {
            id,
            timestamp,
            customer: customer(named, around.contacts),
            from: sender,
            to: addressee,
            group_id: self.group_id.filled(),
            content,
            context: context.map(Box::new),
            referral: referral.map(Box::new),
            errors,
            history_status: history_status.flatten(),
        };
        Ok(Ok((message, by_business)))
    }
}

/// Reads a list of platform errors; those without a code are left out.
pub(super) fn errors(json: &str) -> serde_json::Result<Vec<PlatformError>> {
    let List(errors) = serde_json::from_str::<List<RawError<'_>>>(json)?;
    Ok(errors.into_iter().filter_map(RawError::read).collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawContext<'a> {
    #[serde(borrow)]
    id: Scalar<'a>,
    from: Scalar<'a>,
    forwarded: Scalar<'a>,
    frequently_forwarded: Scalar<'a>,
    referred_product: Obj<RawProduct<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawProduct<'a> {
    #[serde(borrow)]
    catalog_id: Scalar<'a>,
    product_retailer_id: Scalar<'a>,
}

fn context(json: &str) -> serde_json::Result<Option<Context>> {
    let Obj(raw) = serde_json::from_str::<Obj<RawContext<'_>>>(json)?;
    Ok(raw.map(|raw| {
        let frequently_forwarded = raw.frequently_forwarded.flag().unwrap_or(false);
        Context {
            id: raw.id.filled(),
            from: raw.from.filled(),
            forwarded: frequently_forwarded || raw.forwarded.flag().unwrap_or(false),
            frequently_forwarded,
            product: raw.referred_product.0.map(|product| Product {
                catalog_id: product.catalog_id.filled(),
                retailer_id: product.product_retailer_id.filled(),
            }),
        }
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawReferral<'a> {
    #[serde(borrow)]
    source_type: Scalar<'a>,
    source_id: Scalar<'a>,
    source_url: Scalar<'a>,
    headline: Scalar<'a>,
    body: Scalar<'a>,
    media_type: Scalar<'a>,
    image_url: Scalar<'a>,
    video_url: Scalar<'a>,
    thumbnail_url: Scalar<'a>,
    ctwa_clid: Scalar<'a>,
}

fn referral(json: &str) -> serde_json::Result<Option<Referral>> {
    let Obj(raw) = serde_json::from_str::<Obj<RawReferral<'_>>>(json)?;
    Ok(raw.map(|raw| Referral {
        source_type: raw.source_type.filled(),
        source_id: raw.source_id.filled(),
        source_url: raw.source_url.filled(),
        headline: raw.headline.filled(),
        body: raw.body.filled(),
        media_type: raw.media_type.filled(),
        media_url: [raw.image_url, raw.video_url, raw.thumbnail_url]
            .into_iter()
            .find_map(Scalar::filled),
        click_id: raw.ctwa_clid.filled(),
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawHistory<'a> {
    #[serde(borrow)]
    status: Scalar<'a>,
}

fn history(json: &str) -> serde_json::Result<Option<String>> {
    let Obj(raw) = serde_json::from_str::<Obj<RawHistory<'_>>>(json)?;
    Ok(raw.and_then(|raw| raw.status.filled()).map(|status| status.to_lowercase()))
}
