//! What is said to a customer: every kind of message of ours, and whether the platform will take it.

use super::details::{Card, Location};
use super::file::{CAPTION_MOST, has_caption};
use super::interactive::Interactive;
use super::limit::{Limit, characters, count, filled};
use super::message::{Kind, TemplateUse};
use super::refusal::Refusal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest text body in characters. Source: messages/text-messages.
pub const TEXT_MOST: usize = 4096;
/// Contact cards in one message. Source: messages/contacts-messages.
pub const CARDS: Limit = Limit::new(1, 257);
/// Characters of a reaction: one emoji, of as many code points as the longest ones have.
pub const EMOJI: Limit = Limit::new(0, 16);

/// What an agent, the bot or the system says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Free text.
    Text {
        /// At most [`TEXT_MOST`] characters.
        body: String,
        /// Whether the first link in it is shown with a preview; nothing: where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preview: Option<bool>,
    },
    /// A template with its parameters: all that may be sent while the window is closed.
    Template(TemplateUse),
    /// An emoji on the message that it is about; an empty one takes it back.
    Reaction {
        /// The emoji.
        emoji: String,
    },
    /// A place.
    Location(Location),
    /// Contact cards.
    Contacts(Vec<Card>),
    /// Something that is answered by a touch.
    Interactive(Box<Interactive>),
    /// A file that was handed in before.
    File(Attached),
}

/// A file that was handed in, to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Under which number it was handed in.
    pub upload: Uuid,
    /// What it is sent as. This and what follows is what the relay found; what a client says of it does not count.
    pub kind: Kind,
    /// MIME type.
    pub mime: String,
    /// Its size.
    pub bytes: u64,
    /// Its name; the customer sees it of documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Words under it, of images, videos and documents: at most [`CAPTION_MOST`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Content {
    /// A text whose links are previewed where there are any.
    pub fn text(body: impl Into<String>) -> Self {
        Self::Text { body: body.into(), preview: None }
    }

    /// The kind under which it stands in the thread.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text { .. } => Kind::Text,
            Self::Template(_) => Kind::Template,
            Self::Reaction { .. } => Kind::Reaction,
            Self::Location(_) => Kind::Location,
            Self::Contacts(_) => Kind::Contacts,
            Self::Interactive(_) => Kind::Interactive,
            Self::File(file) => file.kind,
        }
    }

    /// Whether groups take it: texts, files and templates. Source: page groups.
    pub fn fits_groups(&self) -> bool {
        matches!(self, Self::Text { .. } | Self::File(_) | Self::Template(_))
    }

    /// What a reader sees of it in one piece; may be empty.
    pub fn says(&self) -> &str {
        match self {
            Self::Text { body, .. } => body,
            Self::Template(used) => &used.preview,
            Self::Reaction { emoji } => emoji,
            Self::Location(place) => {
                place.name.as_deref().or(place.address.as_deref()).unwrap_or("")
            }
            Self::Contacts(cards) => {
                cards.first().and_then(|card| card.name.as_deref()).unwrap_or("")
            }
            Self::Interactive(interactive) => &interactive.body,
            Self::File(file) => file.caption.as_deref().unwrap_or(""),
        }
    }

    /// Checks it against the platform's limits, so that nothing is queued that would come back. A template was
    /// checked when it was filled in.
    ///
    /// # Errors
    /// The part that is wrong, with its limit.
    pub fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Text { body, .. } => {
                let length = body.chars().count();
                if body.trim().is_empty() {
                    Err(Refusal::Empty)
                } else if length > TEXT_MOST {
                    Err(Refusal::TooLong { length, most: TEXT_MOST })
                } else {
                    Ok(())
                }
            }
            Self::Template(_) => Ok(()),
            Self::Reaction { emoji } => {
                characters("the reaction", emoji, EMOJI)?;
                match emoji.chars().any(|c| c.is_alphanumeric() && !is_keycap(emoji)) {
                    true => Err(Refusal::Malformed { what: "a reaction is one emoji".to_owned() }),
                    false => Ok(()),
                }
            }
            Self::Location(place) => on_earth(place),
            Self::Contacts(cards) => {
                count("the message", "contact cards", cards.len(), CARDS)?;
                for (card, n) in cards.iter().zip(1..) {
                    filled(
                        &format!("the name of card {n}"),
                        card.name.as_deref().unwrap_or_default(),
                    )?;
                }
                Ok(())
            }
            Self::Interactive(interactive) => interactive.check(),
            Self::File(file) => {
                let caption = file.caption.as_deref().unwrap_or("");
                if !caption.is_empty() && !has_caption(file.kind) {
                    let what = "only images, videos and documents have a caption".to_owned();
                    return Err(Refusal::Malformed { what });
                }
                characters("the caption", caption, Limit::new(0, CAPTION_MOST))
            }
        }
    }
}

/// `1️⃣`: a digit that is an emoji.
fn is_keycap(emoji: &str) -> bool {
    emoji.ends_with('\u{20e3}')
}

fn on_earth(place: &Location) -> Result<(), Refusal> {
    let Location { latitude, longitude, .. } = place;
    if (-90.0..=90.0).contains(latitude) && (-180.0..=180.0).contains(longitude) {
        return Ok(());
    }
    let what = format!(
        "{latitude}, {longitude} is no place: latitude is -90 to 90, longitude -180 to 180"
    );
    Err(Refusal::Malformed { what })
}

#[cfg(test)]
mod tests;
