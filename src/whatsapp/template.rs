//! Message templates: what the platform lists, and what they need to be sent.
//!
//! Source: pages "templates/template-management" and "template-quality".

mod filling;
mod new;
#[cfg(test)]
mod tests;
mod variable;

pub use filling::{Part, Slot};
pub use new::{New, NewButton, NewCard, NewHeader, Submitted};
pub use variable::normal;
pub(super) use variable::variables;

/// A template as the platform lists it. Name and language together name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The platform's id.
    pub id: Option<String>,
    /// Its name: lower-case letters, digits and `_`.
    pub name: String,
    /// Its language (`en_US`, `it`).
    pub language: String,
    /// Whether it may be sent.
    pub status: Status,
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION`.
    pub category: String,
    /// Whether its variables have names instead of numbers.
    pub named: bool,
    /// Its header.
    pub header: Option<Header>,
    /// Its text, with variables in `{{}}`.
    pub body: String,
    /// What the platform was given as examples for the body, in order of the variables.
    pub body_examples: Vec<String>,
    /// The small text below.
    pub footer: Option<String>,
    /// Its buttons in order.
    pub buttons: Vec<Button>,
    /// The offer that it makes, where it is one for a limited time.
    pub offer: Option<Offer>,
    /// The cards of its carousel.
    pub cards: Vec<Card>,
    /// The kinds of its other parts, which cannot be filled in here.
    pub other_parts: Vec<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality: Option<String>,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
}

/// A template's status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// May be sent: the only one that may.
    Approved,
    /// Waits for the platform's review.
    Pending,
    /// Refused by the platform.
    Rejected,
    /// Stopped for low quality, for a time.
    Paused,
    /// Stopped for good.
    Disabled,
    /// Anything else, in the platform's word; empty if it gives none.
    Other(String),
    /// The platform names no status.
    #[default]
    Missing,
}

impl Status {
    /// Reads the platform's word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "APPROVED" => Status::Approved,
            "PENDING" => Status::Pending,
            "REJECTED" => Status::Rejected,
            "PAUSED" => Status::Paused,
            "DISABLED" => Status::Disabled,
            "" => Status::Missing,
            other => Status::Other(other.to_owned()),
        }
    }

    /// The platform's word.
    pub fn word(&self) -> &str {
        match self {
            Status::Approved => "APPROVED",
            Status::Pending => "PENDING",
            Status::Rejected => "REJECTED",
            Status::Paused => "PAUSED",
            Status::Disabled => "DISABLED",
            Status::Other(word) => word,
            Status::Missing => "UNKNOWN",
        }
    }
}

/// What stands above the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Header {
    /// Words, with at most one variable.
    Text {
        /// The words.
        text: String,
        /// An example for the variable.
        example: Option<String>,
    },
    /// A file that is chosen when the template is sent.
    File(FileKind),
    /// A place that is chosen when the template is sent.
    Place,
    /// A kind that cannot be filled in here (`PRODUCT`, ...).
    Other(String),
}

/// An offer for a limited time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// What it is called.
    pub text: String,
    /// Whether it is told until when.
    pub ends: bool,
}

/// A card of a carousel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The kind of the file above its text.
    pub header: Option<FileKind>,
    /// Its text, with variables.
    pub body: String,
    /// Examples for the variables, in their order.
    pub body_examples: Vec<String>,
    /// Its buttons in order.
    pub buttons: Vec<Button>,
}

/// The kind of a header's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A document.
    Document,
}

/// A button below the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Button {
    /// `QUICK_REPLY`, `URL`, `PHONE_NUMBER`, `COPY_CODE`, ...
    pub kind: String,
    /// Its words.
    pub text: String,
    /// The address behind it, with at most one variable at its end.
    pub url: Option<String>,
    /// An example for the variable.
    pub example: Option<String>,
}
