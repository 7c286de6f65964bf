//! What we say to the platform: bodies of requests, checked before they leave.
//!
//! Source: pages "messages/send-messages" and the platform's published schema. There is no idempotency key:
//! the same request twice is two messages.

mod free;
mod recipient;

pub use free::{
    Action, Button, Card, CardAddress, CardCompany, CardEmail, CardName, CardPhone, CardUrl,
    Header, Interactive, Location, Reply, Row, Section, Words,
};
pub use recipient::{PHONE_DIGITS, Recipient};

use serde::Serialize;
use serde_json::{Value, json};

/// The most characters of a text message.
pub const TEXT_MOST: usize = 4096;
/// The most characters of the data that comes back in statuses.
pub const CALLBACK_MOST: usize = 512;
/// The most characters under a file.
pub const CAPTION_MOST: usize = 1024;

/// One message to send.
#[derive(Clone, Debug, PartialEq)]
pub struct SendRequest {
    /// The line that sends: the platform's id of its number.
    pub phone_number_id: String,
    /// To whom.
    pub to: Recipient,
    /// What.
    pub body: Body,
    /// The message that it quotes.
    pub reply_to: Option<String>,
    /// Our own id of it, which comes back in its statuses.
    pub callback: Option<String>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Plain text, with or without a preview of its first link.
    Text {
        /// The words.
        text: String,
        /// Whether to show a preview.
        preview_url: bool,
    },
    /// An emoji on a message; an empty one takes it back.
    Reaction {
        /// The platform's id of that message.
        message_id: String,
        /// The emoji.
        emoji: String,
    },
    /// A place.
    Location(Location),
    /// Contact cards.
    Contacts(Vec<Card>),
    /// Something that is answered by a touch.
    Interactive(Box<Interactive>),
    /// A file that was handed in.
    File(SentFile),
    /// A template with its parameters filled in; see [`super::template::Template::parameters`].
    Template(TemplateMessage),
}

/// A file as it is sent. Of each kind only some members count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentFile {
    /// `image`, `video`, `audio`, `document`, `sticker`.
    pub kind: &'static str,
    /// The platform's id of it.
    pub id: String,
    /// Words under it.
    pub caption: Option<String>,
    /// Its name, of documents.
    pub filename: Option<String>,
    /// It is a voice note.
    pub voice: bool,
}

impl SentFile {
    fn object(&self) -> Value {
        let mut object = json!({ "id": self.id });
        if let Some(caption) = &self.caption {
            object["caption"] = caption.as_str().into();
        }
        if let Some(filename) = &self.filename {
            object["filename"] = filename.as_str().into();
        }
        if self.voice {
            object["voice"] = true.into();
        }
        object
    }
}

/// A template as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateMessage {
    /// Its name.
    pub name: String,
    /// Its language, exactly as the template list writes it.
    pub language: String,
    /// The parts that have parameters.
    pub components: Vec<Component>,
}

/// One part of a template that has parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Component {
    /// `header`, `body`, `button`, `limited_time_offer` or `carousel`.
    #[serde(rename = "type")]
    pub part: &'static str,
    /// For a button: `quick_reply`, `url`, `copy_code`, `flow`, `catalog`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_type: Option<&'static str>,
    /// For a button: its place from 0, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// The parameters in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The cards of a carousel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<TemplateCard>,
}

/// One card of a carousel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TemplateCard {
    /// Its place from 0.
    pub card_index: usize,
    /// Its parts that have parameters.
    pub components: Vec<Component>,
}

/// The place of a template's header, all of it as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TemplatePlace {
    /// Degrees north.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub address: String,
}

/// What the button of a form or of a catalogue opens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TemplateAction {
    /// What the form's answer comes back with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_token: Option<String>,
    /// The product whose picture is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_product_retailer_id: Option<String>,
}

/// The end of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfferEnd {
    /// Milliseconds since 1970.
    pub expiration_time_ms: i64,
}

/// One parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Parameter {
    /// Words.
    Text {
        /// The words.
        text: String,
        /// The variable's name, for a template with named ones.
        #[serde(skip_serializing_if = "Option::is_none")]
        parameter_name: Option<String>,
    },
    /// What comes back when a quick-reply button is pressed.
    Payload {
        /// The data.
        payload: String,
    },
    /// A code to copy.
    CouponCode {
        /// The code.
        coupon_code: String,
    },
    /// What a button opens.
    Action {
        /// How.
        action: TemplateAction,
    },
    /// The end of an offer.
    LimitedTimeOffer {
        /// When.
        limited_time_offer: OfferEnd,
    },
    /// A place.
    Location {
        /// Which.
        location: TemplatePlace,
    },
    /// A picture.
    Image {
        /// Which.
        image: File,
    },
    /// A film.
    Video {
        /// Which.
        video: File,
    },
    /// A document.
    Document {
        /// Which.
        document: NamedFile,
    },
}

/// A file at the platform or in the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// The platform's id of an uploaded file.
    Id(String),
    /// A public address that the platform reads.
    Link(String),
}

/// A file that the customer sees under its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedFile {
    /// Which.
    #[serde(flatten)]
    pub file: File,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

/// Why a message is not sent at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The recipient is no phone number.
    #[error("the recipient's phone number must have 6 to 15 digits, it has {digits}")]
    Phone {
        /// How many digits there are.
        digits: usize,
    },
    /// The recipient is no user id.
    #[error("the recipient's user id must be a country code, a dot and letters and digits")]
    UserId,
    /// The group's id is empty.
    #[error("the group has no id")]
    Group,
    /// The text is empty.
    #[error("the text is empty; write something")]
    EmptyText,
    /// The text is too long.
    #[error("the text has {length} characters, the platform takes {most}; shorten or split it")]
    LongText {
        /// Its length.
        length: usize,
        /// The most that is allowed.
        most: usize,
    },
    /// Our own id is too long.
    #[error("the callback data has {length} characters, the platform takes {CALLBACK_MOST}")]
    LongCallback {
        /// Its length.
        length: usize,
    },
    /// The template has no name or no language.
    #[error("the template needs a name and a language")]
    NamelessTemplate,
}

impl SendRequest {
    /// Checks what can be known without asking the platform.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.to.address()?;
        match &self.body {
            Body::Text { text, .. } if text.trim().is_empty() => return Err(Invalid::EmptyText),
            Body::Text { text, .. } => {
                let length = text.chars().count();
                if length > TEXT_MOST {
                    return Err(Invalid::LongText { length, most: TEXT_MOST });
                }
            }
            Body::Template(template) => {
                if template.name.is_empty() || template.language.is_empty() {
                    return Err(Invalid::NamelessTemplate);
                }
            }
            // The desk checks these against their limits before it queues them.
            Body::Reaction { .. }
            | Body::Location(_)
            | Body::Contacts(_)
            | Body::Interactive(_)
            | Body::File(_) => {}
        }
        match self.callback.as_ref().map(|callback| callback.chars().count()) {
            Some(length) if length > CALLBACK_MOST => Err(Invalid::LongCallback { length }),
            _ => Ok(()),
        }
    }

    /// The JSON body of the request.
    pub fn to_json(&self) -> Result<Value, Invalid> {
        self.validate()?;
        let (kind, member) = match self.to {
            Recipient::Phone(_) => ("individual", "to"),
            Recipient::UserId(_) => ("individual", "recipient"),
            Recipient::Group(_) => ("group", "to"),
        };
        let mut body = json!({"messaging_product": "whatsapp", "recipient_type": kind});
        body[member] = self.to.address()?.into();
        let (kind, object) = match &self.body {
            Body::Text { text, preview_url } => {
                ("text", json!({"body": text, "preview_url": preview_url}))
            }
            Body::Reaction { message_id, emoji } => {
                ("reaction", json!({"message_id": message_id, "emoji": emoji}))
            }
            Body::Location(place) => ("location", json!(place)),
            Body::Contacts(cards) => ("contacts", json!(cards)),
            Body::Interactive(interactive) => ("interactive", json!(interactive)),
            Body::File(file) => (file.kind, file.object()),
            Body::Template(template) => {
                let mut object = json!({
                    "name": template.name,
                    "language": {"policy": "deterministic", "code": template.language},
                });
                if !template.components.is_empty() {
                    object["components"] = json!(template.components);
                }
                ("template", object)
            }
        };
        body["type"] = kind.into();
        body[kind] = object;
        if let Some(message_id) = &self.reply_to {
            body["context"] = json!({"message_id": message_id});
        }
        if let Some(callback) = &self.callback {
            body["biz_opaque_callback_data"] = callback.as_str().into();
        }
        Ok(body)
    }
}

/// Tells the platform that a message of the customer's has been read; earlier ones count as read too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRead {
    /// The line that it was sent to.
    pub phone_number_id: String,
    /// The message.
    pub message_id: String,
    /// Whether to show that somebody is typing, until the answer or for 25 seconds.
    pub typing: bool,
}

impl MarkRead {
    /// The JSON body of the request.
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": self.message_id,
        });
        if self.typing {
            body["typing_indicator"] = json!({"type": "text"});
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(to: Recipient, text: &str) -> SendRequest {
        SendRequest {
            phone_number_id: "1001".into(),
            to,
            body: Body::Text { text: text.into(), preview_url: false },
            reply_to: None,
            callback: None,
        }
    }

    #[test]
    fn a_text_goes_to_a_whole_number_with_our_id() {
        let mut request = text(Recipient::Phone("39 333 123-4567".into()), "Ciao 😀");
        request.reply_to = Some("wamid.Q=".into());
        request.callback = Some("7.9".into());
        assert_eq!(
            request.to_json().expect("valid"),
            json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+393331234567", "type": "text",
                "text": {"body": "Ciao 😀", "preview_url": false}, "context": {"message_id": "wamid.Q="},
                "biz_opaque_callback_data": "7.9"})
        );
        let group = text(Recipient::Group("HBgMGroup1=".into()), "x").to_json().expect("valid");
        let addressed = (&group["recipient_type"], &group["to"]);
        assert_eq!(addressed, (&json!("group"), &json!("HBgMGroup1=")));
        let request = text(Recipient::UserId("US.ENT.1abc".into()), "x").to_json().expect("valid");
        assert_eq!((&request["recipient"], request.get("to")), (&json!("US.ENT.1abc"), None));
    }

    #[test]
    fn a_file_goes_by_its_id() {
        let file = |kind, caption: Option<&str>, filename: Option<&str>, voice| SentFile {
            kind,
            id: "7".into(),
            caption: caption.map(str::to_owned),
            filename: filename.map(str::to_owned),
            voice,
        };
        for (file, kind, object) in [
            (
                file("image", Some("ecco"), None, false),
                "image",
                json!({"id": "7", "caption": "ecco"}),
            ),
            (
                file("document", None, Some("a.pdf"), false),
                "document",
                json!({"id": "7", "filename": "a.pdf"}),
            ),
            (file("audio", None, None, true), "audio", json!({"id": "7", "voice": true})),
            (file("sticker", None, None, false), "sticker", json!({"id": "7"})),
        ] {
            let mut request = text(Recipient::Phone("+393331234567".into()), "");
            request.body = Body::File(file);
            let json = request.to_json().expect("valid");
            assert_eq!((&json["type"], &json[kind]), (&json!(kind), &object));
        }
    }

    #[test]
    fn faults_are_found_before_anything_is_sent() {
        let phone = || Recipient::Phone("+393331234567".into());
        let mut long_callback = text(phone(), "x");
        long_callback.callback = Some("c".repeat(513));
        for (request, fault) in [
            (text(Recipient::Phone("12345".into()), "x"), Invalid::Phone { digits: 5 }),
            (text(Recipient::Phone("IT.3933312345".into()), "x"), Invalid::Phone { digits: 10 }),
            (text(Recipient::Phone(String::new()), "x"), Invalid::Phone { digits: 0 }),
            (text(Recipient::UserId("39333".into()), "x"), Invalid::UserId),
            (text(Recipient::UserId("IT. 1".into()), "x"), Invalid::UserId),
            (text(Recipient::Group(String::new()), "x"), Invalid::Group),
            (text(phone(), " \n"), Invalid::EmptyText),
            (text(phone(), &"é".repeat(4097)), Invalid::LongText { length: 4097, most: 4096 }),
            (long_callback, Invalid::LongCallback { length: 513 }),
        ] {
            assert_eq!(request.to_json(), Err(fault));
        }
        assert!(text(phone(), &"é".repeat(4096)).validate().is_ok());
    }

    #[test]
    fn reading_may_show_typing() {
        let mut read =
            MarkRead { phone_number_id: "1".into(), message_id: "w".into(), typing: false };
        assert_eq!(
            read.to_json(),
            json!({"messaging_product": "whatsapp", "status": "read", "message_id": "w"})
        );
        read.typing = true;
        assert_eq!(read.to_json()["typing_indicator"], json!({"type": "text"}));
    }
}
