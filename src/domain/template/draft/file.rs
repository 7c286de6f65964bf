//! The file of a new template's header.

use crate::domain::message::Kind;
use serde::{Deserialize, Serialize};

/// An example for the review: where people write it the path of a file, and the platform's handle of it once it was
/// handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftFile {
    /// A picture.
    Image(String),
    /// A film.
    Video(String),
    /// A document.
    Document(String),
}

impl DraftFile {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Image(_) => Kind::Image,
            Self::Video(_) => Kind::Video,
            Self::Document(_) => Kind::Document,
        }
    }

    /// Its path or handle.
    pub fn example(&self) -> &str {
        let (Self::Image(example) | Self::Video(example) | Self::Document(example)) = self;
        example
    }

    /// Sets its path or handle.
    pub fn set(&mut self, to: String) {
        let (Self::Image(example) | Self::Video(example) | Self::Document(example)) = self;
        *example = to;
    }
}
