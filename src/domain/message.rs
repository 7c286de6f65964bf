//! Messages as the desk knows them, whoever the provider is.

use super::content::Content;
use super::details::Details;
use super::name::Name;
use super::template::SlotKind;
use serde::{Deserialize, Serialize};

/// What sort of message it is: all that may be told of it without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Plain text.
    Text,
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound file.
    Audio,
    /// A recorded voice note.
    Voice,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// One or more contact cards.
    Contacts,
    /// An emoji on another message, or its removal.
    Reaction,
    /// The pressed button of a template or of an interactive message.
    Button,
    /// The chosen row of a list.
    List,
    /// A filled-in form.
    Flow,
    /// The answer to a request for permission to call.
    CallPermission,
    /// Ordered products.
    Order,
    /// The platform speaks: a number or an id has changed.
    System,
    /// A call of the customer.
    Call,
    /// How a call of the customer ended.
    CallEnd,
    /// Another message has been changed.
    Edit,
    /// Another message has been taken back.
    Revoke,
    /// The customer opened the conversation for the first time.
    Welcome,
    /// A template of ours.
    Template,
    /// A message of ours that is answered by a touch: buttons, a list, a link, a form, a request.
    Interactive,
    /// The platform cannot carry it.
    Unsupported,
    /// A kind that this version does not know; its raw form is kept.
    Unknown,
    /// The platform's own agent passes the conversation to the desk: the customer waits for a person.
    HandedOver,
    /// The platform's own agent holds the conversation from here on.
    TakenOver,
    /// The customer chose in the platform's own menu which messages he wants.
    Preference,
    /// A group was made, named, suspended or ended, or somebody came or went.
    Group,
}

impl Kind {
    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
            Self::Sticker => "sticker",
            Self::Location => "location",
            Self::Contacts => "contacts",
            Self::Reaction => "reaction",
            Self::Button => "button",
            Self::List => "list",
            Self::Flow => "flow",
            Self::CallPermission => "call_permission",
            Self::Order => "order",
            Self::System => "system",
            Self::Call => "call",
            Self::CallEnd => "call_end",
            Self::Edit => "edit",
            Self::Revoke => "revoke",
            Self::Welcome => "welcome",
            Self::Template => "template",
            Self::Interactive => "interactive",
            Self::Unsupported => "unsupported",
            Self::Unknown => "unknown",
            Self::HandedOver => "handed_over",
            Self::TakenOver => "taken_over",
            Self::Preference => "preference",
            Self::Group => "group",
        }
    }

    /// Whether it restarts the 24-hour window. A message or a call does; that a reaction, an edit, a
    /// revocation or a word of the platform does not is an assumption, and this is its one place.
    /// Source: messages/send-messages, "customer service windows".
    pub fn opens_window(self) -> bool {
        !matches!(
            self,
            Self::Reaction
                | Self::Edit
                | Self::Revoke
                | Self::System
                | Self::CallPermission
                | Self::CallEnd
                | Self::HandedOver
                | Self::TakenOver
                | Self::Preference
                | Self::Group
        )
    }

    /// Whether a message of ours answers the customer. A reaction is no answer: it takes no ticket and stops no
    /// clock.
    pub fn answers(self) -> bool {
        self != Self::Reaction
    }

    /// Whether the customer waits for an answer after it. Who was handed over to the desk does, although what he
    /// asked was said to the platform's agent.
    pub fn asks(self) -> bool {
        self.opens_window() || self == Self::HandedOver
    }

    /// Whether the platform tells it of the conversation, and nobody wrote it: there is no message to read or to
    /// answer, and where the customer wrote from it does not say.
    pub fn is_told(self) -> bool {
        matches!(self, Self::HandedOver | Self::TakenOver | Self::Preference | Self::Group)
    }
}

/// Where a message of the customer came to us from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The ordinary way.
    #[default]
    Messages,
    /// While the platform's own agent holds the thread.
    Standby,
    /// Imported from the phone's past.
    History,
    /// Typed into the WhatsApp Business app on a phone.
    Echo,
}

impl Source {
    /// Whether such a message opens tickets and clocks.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Messages)
    }

    /// Whether such a message of the customer opens the window: it does so at the platform, whoever holds the
    /// conversation.
    pub fn opens_window(self) -> bool {
        matches!(self, Self::Messages | Self::Standby)
    }
}

/// A file that came with a message, as the platform describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The platform's id, by which it is fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// MIME type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Digest as the platform wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// File name, of documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Address from which it may be fetched for a few minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Media {
    /// Whether the platform says where it can be fetched.
    pub fn can_be_fetched(&self) -> bool {
        self.id.is_some() || self.url.is_some()
    }
}

/// One message from or about the customer, opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The platform's id of it.
    pub id: String,
    /// What a reader sees of it in one piece: the text, the caption, the button's title, the place's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The file, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// The platform's id of the message that this one answers, reacts to, changes or takes back; of the call whose
    /// end it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What it holds beyond the text; nothing where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<Details>>,
    /// Came forwarded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
    /// Its raw form, kept for kinds that one piece of text does not exhaust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// One message of ours, opened: what the outbox sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outbound {
    /// What is said.
    pub content: Content,
    /// The platform's id of the message that is quoted, or reacted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A template chosen and filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUse {
    /// Its name at the platform.
    pub name: String,
    /// Its exact language code.
    pub language: String,
    /// Values by slot name; see [`super::template::Slot::name`].
    pub parameters: Vec<(String, String)>,
    /// The text as the customer will read it.
    pub preview: String,
    /// What each of the values is; empty where all of them are text, as they were before version 3 of the event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<SlotKind>,
}

/// Who wrote a message of ours; also its place in the outbox: the earlier, the sooner.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A person at a console.
    Agent(Name),
    /// The automatic responder.
    Bot,
    /// A satisfaction survey.
    Survey,
    /// The desk itself.
    System,
    /// A campaign.
    Campaign(Name),
}

impl Author {
    /// Whether a human wrote it; only such messages fulfil human clocks.
    pub fn is_human(&self) -> bool {
        matches!(self, Self::Agent(_))
    }

    /// Whether it is a campaign's, which everything else passes.
    pub fn is_campaign(&self) -> bool {
        matches!(self, Self::Campaign(_))
    }

    /// 0 is sent first.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Agent(_) => 0,
            Self::Bot => 1,
            Self::Survey => 2,
            Self::System => 3,
            Self::Campaign(_) => 4,
        }
    }

    /// The word for the class in metrics and lists.
    pub fn class(&self) -> &'static str {
        ["agent", "bot", "survey", "system", "campaign"][self.rank() as usize]
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::Agent(name) | Self::Campaign(name) => name.as_str(),
            _ => self.class(),
        }
    }
}
