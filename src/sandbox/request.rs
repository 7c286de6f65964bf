//! What `POST /{phone_number_id}/messages` takes, read strictly: an unknown key, a missing object or a text
//! over its limit is refused, so that a mistake of ours shows here and not at the platform
//! (pages messages/send-messages and cloud-api/reference/messages; limits as in the public clients).

mod card;
mod interactive;

use super::refusal::Refusal;
use super::script::Deed;
use card::Card;
use interactive::Interactive;
use serde::Deserialize;
use serde_json::Value;

/// The longest text body, in characters.
const TEXT_MOST: usize = 4096;
/// The longest caption of a picture, video or document.
const CAPTION_MOST: usize = 1024;
/// The longest `biz_opaque_callback_data`.
const CALLBACK_MOST: usize = 512;

/// What groups take beside templates (page groups).
const IN_GROUPS: &[&str] = &["text", "image", "video", "audio", "document", "sticker"];

/// A request that kept every rule which can be judged from the request alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Request {
    /// Send this.
    Send(Box<Send>),
    /// Mark an inbound message as read, perhaps showing that somebody types.
    Read { message_id: String, typing: bool },
}

/// One message to send.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Send {
    /// `recipient_type` is `group`: `to` is a group's id.
    pub(super) group: bool,
    /// `to`, as it was written.
    pub(super) to: Option<String>,
    /// `recipient`: a business-scoped user id.
    pub(super) recipient: Option<String>,
    /// The sender's own id, echoed in every status.
    pub(super) callback: Option<String>,
    /// Where its statuses are posted, if not where all are.
    pub(super) status_to: Option<String>,
    /// The quoted message.
    pub(super) context: Option<String>,
    /// What is sent.
    pub(super) content: Content,
    /// The template object as it came, for the record.
    pub(super) template: Option<Value>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Content {
    /// A template.
    Template(Template),
    /// Anything else, which needs an open window.
    Free {
        /// The platform's word for its kind.
        kind: &'static str,
        /// What the customer reads of it.
        text: String,
        /// What the customer can answer by a touch.
        deeds: Vec<Deed>,
        /// Media by id, to be looked up.
        media: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    messaging_product: Option<String>,
    recipient_type: Option<String>,
    to: Option<String>,
    recipient: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    context: Option<Context>,
    biz_opaque_callback_data: Option<String>,
    status: Option<String>,
    message_id: Option<String>,
    typing_indicator: Option<Typing>,
    text: Option<Text>,
    image: Option<Media>,
    video: Option<Media>,
    audio: Option<Audio>,
    document: Option<Document>,
    sticker: Option<Sticker>,
    location: Option<Location>,
    contacts: Option<Vec<Card>>,
    reaction: Option<Reaction>,
    interactive: Option<Interactive>,
    template: Option<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Context {
    message_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typing {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    body: String,
    #[serde(rename = "preview_url")]
    _preview_url: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    id: Option<String>,
    link: Option<String>,
    caption: Option<String>,
}

/// A file by exactly one of its id and its address.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) id: Option<String>,
    pub(super) link: Option<String>,
    /// Only of documents.
    pub(super) filename: Option<String>,
}

impl File {
    pub(super) fn check(&self, what: &str) -> Result<(), Refusal> {
        match (&self.id, &self.link) {
            (Some(id), None) if !id.is_empty() => Ok(()),
            (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {
                Ok(())
            }
            (None, Some(_)) => Err(bad(format!("{what}: the link is no URL"))),
            _ => Err(missing(&format!("{what}: id or link"))),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Audio {
    id: Option<String>,
    link: Option<String>,
    #[serde(rename = "voice")]
    _voice: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    id: Option<String>,
    link: Option<String>,
    caption: Option<String>,
    filename: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sticker {
    id: Option<String>,
    link: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    latitude: f64,
    longitude: f64,
    name: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reaction {
    message_id: String,
    emoji: String,
}

/// A template as a request names it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Template {
    pub(super) name: String,
    pub(super) language: Language,
    #[serde(default)]
    pub(super) components: Vec<Component>,
}

/// The language of a template; `deterministic` is the only policy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    pub(super) code: String,
    pub(super) policy: Option<String>,
}

/// The values for one part of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) sub_type: Option<String>,
    pub(super) index: Option<String>,
    #[serde(default)]
    pub(super) parameters: Vec<Parameter>,
    /// Only of a carousel.
    #[serde(default)]
    pub(super) cards: Vec<TemplateCard>,
}

/// The values for one card of a carousel.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateCard {
    pub(super) card_index: usize,
    #[serde(default)]
    pub(super) components: Vec<Component>,
}

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) text: Option<String>,
    pub(super) parameter_name: Option<String>,
    pub(super) payload: Option<String>,
    pub(super) coupon_code: Option<String>,
    pub(super) image: Option<File>,
    pub(super) video: Option<File>,
    pub(super) document: Option<File>,
    pub(super) location: Option<TemplatePlace>,
    pub(super) limited_time_offer: Option<OfferEnd>,
    pub(super) action: Option<TemplateAction>,
}

/// What the button of a form or of a catalogue opens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateAction {
    pub(super) flow_token: Option<String>,
    pub(super) thumbnail_product_retailer_id: Option<String>,
}

/// The place of a header, all of it as text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplatePlace {
    pub(super) latitude: String,
    pub(super) longitude: String,
    pub(super) name: String,
    pub(super) address: String,
}

/// The end of an offer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferEnd {
    pub(super) expiration_time_ms: i64,
}

impl Request {
    /// Reads and checks a request body. Refused with 100, 131008, 131009 or 131051 as the platform does.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let body: Body = serde_json::from_slice(bytes)
            .map_err(|fault| invalid(format!("The request body is not valid: {fault}")))?;
        match body.messaging_product.as_deref() {
            Some("whatsapp") => {}
            Some(_) => return Err(invalid("messaging_product must be whatsapp")),
            None => return Err(missing("messaging_product")),
        }
        if body.status.is_some() || body.typing_indicator.is_some() {
            return read_receipt(body);
        }
        let group = match body.recipient_type.as_deref() {
            None | Some("individual") => false,
            Some("group") => true,
            Some(other) => return Err(bad(format!("recipient_type {other} is not supported"))),
        };
        if body.to.is_none() && (group || body.recipient.is_none()) {
            return Err(missing("to"));
        }
        if group && body.recipient.is_some() {
            return Err(invalid("Unexpected key \"recipient\" for a group"));
        }
        if body.message_id.is_some() {
            return Err(invalid("Unexpected key \"message_id\""));
        }
        most("biz_opaque_callback_data", body.biz_opaque_callback_data.as_deref(), CALLBACK_MOST)?;
        let context = body.context.as_ref().map(|context| context.message_id.clone());
        if context.as_deref() == Some("") {
            return Err(bad("context.message_id is empty"));
        }
        let (to, recipient, callback) =
            (body.to.clone(), body.recipient.clone(), body.biz_opaque_callback_data.clone());
        let content = content(body, context.is_some())?;
        if let (true, Content::Free { kind, .. }) = (group, &content)
            && !IN_GROUPS.contains(kind)
        {
            return Err(bad(format!("Messages of type {kind} are not supported in groups")));
        }
        let template = match &content {
            Content::Template(_) => serde_json::from_slice::<Value>(bytes)
                .ok()
                .map(|mut whole| whole["template"].take()),
            Content::Free { .. } => None,
        };
        let send =
            Send { group, to, recipient, callback, status_to: None, context, content, template };
        Ok(Self::Send(Box::new(send)))
    }
}

fn read_receipt(body: Body) -> Result<Request, Refusal> {
    if body.status.as_deref() != Some("read") {
        return Err(bad("status must be read"));
    }
    let typing = match body.typing_indicator {
        None => false,
        Some(Typing { kind }) if kind == "text" => true,
        Some(Typing { kind }) => {
            return Err(bad(format!("typing_indicator.type {kind} is not supported")));
        }
    };
    let extra = body.to.is_some() || body.recipient.is_some() || body.kind.is_some();
    if extra {
        return Err(invalid("A read receipt has neither recipient nor type"));
    }
    match body.message_id {
        Some(message_id) if !message_id.is_empty() => Ok(Request::Read { message_id, typing }),
        _ => Err(missing("message_id")),
    }
}

fn content(body: Body, context: bool) -> Result<Content, Refusal> {
    let kind = body.kind.as_deref().unwrap_or("text").to_owned();
    let given: Vec<&str> = [
        ("text", body.text.is_some()),
        ("image", body.image.is_some()),
        ("video", body.video.is_some()),
        ("audio", body.audio.is_some()),
        ("document", body.document.is_some()),
        ("sticker", body.sticker.is_some()),
        ("location", body.location.is_some()),
        ("contacts", body.contacts.is_some()),
        ("reaction", body.reaction.is_some()),
        ("interactive", body.interactive.is_some()),
        ("template", body.template.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, there)| there.then_some(name))
    .collect();
    if let Some(stray) = given.iter().find(|name| **name != kind) {
        return Err(invalid(format!("Unexpected key \"{stray}\" for a message of type {kind}")));
    }
    let absent = || missing(&kind);
    match kind.as_str() {
        "text" => {
            let text = body.text.ok_or_else(absent)?;
            if text.body.is_empty() {
                return Err(missing("text.body"));
            }
            most("text.body", Some(&text.body), TEXT_MOST)?;
            Ok(free("text", text.body))
        }
        "image" | "video" => {
            let kind = if kind == "image" { "image" } else { "video" };
            let media = body.image.or(body.video).ok_or_else(absent)?;
            most("caption", media.caption.as_deref(), CAPTION_MOST)?;
            file(kind, media.id, media.link, media.caption)
        }
        "audio" => {
            let audio = body.audio.ok_or_else(absent)?;
            file("audio", audio.id, audio.link, None)
        }
        "document" => {
            let document = body.document.ok_or_else(absent)?;
            most("caption", document.caption.as_deref(), CAPTION_MOST)?;
            file("document", document.id, document.link, document.caption.or(document.filename))
        }
        "sticker" => {
            let sticker = body.sticker.ok_or_else(absent)?;
            file("sticker", sticker.id, sticker.link, None)
        }
        "location" => {
            let place = body.location.ok_or_else(absent)?;
            let on_earth = place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0;
            if !on_earth {
                return Err(bad("location is not on this planet"));
            }
            if place.name.as_deref() == Some("") || place.address.as_deref() == Some("") {
                return Err(bad("location.name and location.address must not be empty"));
            }
            Ok(free("location", place.name.unwrap_or_default()))
        }
        "contacts" => {
            let cards = body.contacts.ok_or_else(absent)?;
            if !(1..=257).contains(&cards.len()) {
                return Err(bad("contacts must be 1 to 257"));
            }
            cards.iter().try_for_each(Card::check)?;
            Ok(free("contacts", String::new()))
        }
        "reaction" => {
            let reaction = body.reaction.ok_or_else(absent)?;
            if reaction.message_id.is_empty() {
                return Err(missing("reaction.message_id"));
            }
            if !reaction.message_id.starts_with("wamid.") {
                return Err(bad("reaction.message_id is no message"));
            }
            let words = |c: char| c.is_alphabetic() || c.is_whitespace();
            if reaction.emoji.chars().count() > 16 || reaction.emoji.contains(words) {
                return Err(bad("reaction.emoji must be one emoji"));
            }
            if context {
                return Err(invalid("A reaction quotes nothing"));
            }
            Ok(free("reaction", reaction.emoji))
        }
        "interactive" => body.interactive.ok_or_else(absent)?.check(),
        "template" => {
            let template = body.template.ok_or_else(absent)?;
            if !matches!(template.language.policy.as_deref(), None | Some("deterministic")) {
                return Err(bad("template.language.policy must be deterministic"));
            }
            Ok(Content::Template(template))
        }
        other => Err(Refusal::new(131_051, format!("Message type {other} is not supported."))),
    }
}

fn free(kind: &'static str, text: String) -> Content {
    Content::Free { kind, text, deeds: Vec::new(), media: None }
}

fn file(
    kind: &'static str,
    id: Option<String>,
    link: Option<String>,
    caption: Option<String>,
) -> Result<Content, Refusal> {
    match (&id, &link) {
        (Some(_), None) => {}
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {}
        (None, Some(_)) => return Err(bad(format!("{kind}.link is no URL"))),
        _ => return Err(missing(&format!("{kind}.id or {kind}.link"))),
    }
    let text = caption.unwrap_or_default();
    Ok(Content::Free { kind, text, deeds: Vec::new(), media: id })
}

fn invalid(details: impl Into<String>) -> Refusal {
    Refusal::new(100, details)
}

fn bad(details: impl Into<String>) -> Refusal {
    Refusal::new(131_009, details)
}

fn missing(what: &str) -> Refusal {
    Refusal::new(131_008, format!("The parameter {what} is required."))
}

/// Refuses a text of more than `limit` characters.
fn most(what: &str, text: Option<&str>, limit: usize) -> Result<(), Refusal> {
    match text.map_or(0, |text| text.chars().count()) {
        long if long > limit => {
            Err(invalid(format!("Param {what} must be at most {limit} characters long.")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
