//! What may fill a slot of a template, and what the platform takes there. Source: template components, and its
//! published schema; errors 132005, 132012 and 132018.

use super::handed::Handed;
use crate::domain::interactive::File;
use crate::domain::limit::{Limit, characters};
use crate::domain::refusal::Refusal;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Characters of a value, and of the text that it fills.
pub(super) const BODY: Limit = Limit::new(1, 1024);
/// Characters of a header that is filled in.
pub(super) const HEADER: Limit = Limit::new(1, 60);
/// Characters of a code to copy.
pub(super) const CODE: Limit = Limit::new(1, 15);
/// Characters of what a quick reply sends back.
pub(super) const PAYLOAD: Limit = Limit::new(1, 256);
/// Characters of a form's token, and of a product's id in the catalogue.
const TOKEN: Limit = Limit::new(1, 256);

/// What fills a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// Words, or the end of a button's address.
    #[default]
    Text,
    /// A picture: an `https` address, or the id of an uploaded file.
    Image,
    /// A film, likewise.
    Video,
    /// A document, likewise.
    Document,
    /// A part of a place: degrees, its name, its address.
    Place,
    /// What a quick reply sends back.
    Payload,
    /// A code that can be copied.
    Code,
    /// When an offer ends, RFC 3339.
    Until,
    /// What a form's answer comes back with; a form without one is sent all the same.
    Flow,
    /// The product of the catalogue whose picture stands above its button; without it the first one.
    Product,
    /// A newer relay's word.
    #[serde(other)]
    Unknown,
}

impl SlotKind {
    /// Whether it is text.
    pub fn is_text(&self) -> bool {
        *self == Self::Text
    }

    /// The word for a file; nothing for what is none.
    pub fn file(self) -> Option<&'static str> {
        match self {
            Self::Image => Some("image"),
            Self::Video => Some("video"),
            Self::Document => Some("document"),
            _ => None,
        }
    }

    /// A file as it was given: an address, or else an id.
    pub fn read_file(value: &str) -> File {
        match value.starts_with("https://") || value.starts_with("http://") {
            true => File::Link(value.to_owned()),
            false => File::Id(value.to_owned()),
        }
    }

    /// Checks a value for the slot `name`.
    ///
    /// # Errors
    /// What is wrong with it, with the limit.
    pub fn check(self, name: &str, value: &str) -> Result<(), Refusal> {
        // The platform refuses empty values, line ends, tabs and runs of more than four spaces.
        let broken = value.contains(['\n', '\t', '\r']) || value.contains("     ");
        if value.trim().is_empty() || broken {
            return Err(Refusal::ParameterMalformed { name: name.to_owned() });
        }
        let part = format!("the value {name}");
        let malformed = |what: &str| Err(Refusal::Malformed { what: format!("{part} is {what}") });
        match self {
            Self::Text | Self::Unknown => characters(&part, value, BODY),
            Self::Image | Self::Video | Self::Document if Handed::read(value).is_some() => Ok(()),
            Self::Image | Self::Video | Self::Document => match Self::read_file(value) {
                File::Id(id) if !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    malformed("neither an https address nor the id of a file")
                }
                file => file.check(&part),
            },
            Self::Place => {
                let most = match name.rsplit('.').next() {
                    Some("latitude") => 90.0,
                    Some("longitude") => 180.0,
                    _ => return characters(&part, value, BODY),
                };
                match value.trim().parse::<f64>() {
                    Ok(degrees) if (-most..=most).contains(&degrees) => Ok(()),
                    _ => malformed(&format!("no number from -{most} to {most}")),
                }
            }
            Self::Payload => characters(&part, value, PAYLOAD),
            Self::Flow | Self::Product => characters(&part, value, TOKEN),
            Self::Code => characters(&part, value, CODE),
            Self::Until => match value.trim().parse::<Timestamp>() {
                Ok(_) => Ok(()),
                Err(_) => malformed("no time like 2026-12-24T18:00:00Z"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_what_does() {
        use SlotKind::{Code, Flow, Image, Payload, Place, Product, Text, Until};
        let long = |length: usize| "é".repeat(length);
        for (kind, name, value, said) in [
            (Text, "1", long(1024), ""),
            (Text, "1", long(1025), "the value 1 has 1025 characters; WhatsApp takes 1 to 1024"),
            (Text, "1", " ".into(), "the value 1 is empty or has a line end"),
            (Text, "1", "a\nb".into(), "the value 1 is empty or has a line end"),
            (Image, "header", "https://a.example/b.png".into(), ""),
            (Image, "header", "1234".into(), ""),
            (Image, "header", "upload:67e5504410b1426f9247bb680e5fe0c8/a.png".into(), ""),
            (Image, "header", "upload:7".into(), "the value header is neither an https address"),
            (Image, "header", "a.png".into(), "the value header is neither an https address"),
            (Image, "header", "https://".into(), "the value header is no web address"),
            (Place, "header.latitude", "-90".into(), ""),
            (Place, "header.latitude", "91".into(), "is no number from -90 to 90"),
            (Place, "header.longitude", "east".into(), "is no number from -180 to 180"),
            (Place, "header.name", "Shop".into(), ""),
            (Payload, "button.1", long(257), "has 257 characters; WhatsApp takes 1 to 256"),
            (Flow, "button.1", long(257), "has 257 characters; WhatsApp takes 1 to 256"),
            (Product, "button.1", "tazza-7".into(), ""),
            (Code, "button.1", long(15), ""),
            (Code, "button.1", long(16), "has 16 characters; WhatsApp takes 1 to 15"),
            (Until, "offer.until", "2026-12-24T18:00:00Z".into(), ""),
            (Until, "offer.until", "tomorrow".into(), "no time like 2026-12-24T18:00:00Z"),
        ] {
            let told =
                kind.check(name, &value).map_or_else(|told| told.to_string(), |()| String::new());
            assert!(
                told.contains(said) && told.is_empty() == said.is_empty(),
                "{name} {value}: {told}"
            );
        }
    }
}
