//! Where things are written.

use serde::{Deserialize, Serialize};

/// Where in the journal an entry is written: the record's position and the event's place in it. Zero while
/// the desk has decided and the journal has not yet answered.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Spelled", from = "Spelled")]
pub struct Place(u64);

/// A place as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Place")]
struct Spelled {
    position: u64,
    index: u8,
}

impl Place {
    /// As an entry keeps it: below 2^48.
    pub(super) fn raw(self) -> u64 {
        self.0
    }

    /// See [`Place::raw`].
    pub(super) fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    /// The event `index` among all events of the record at `position`, which is below 2^40.
    pub fn new(position: u64, index: u8) -> Self {
        Self(position << 8 | u64::from(index))
    }

    /// Position of the record.
    pub fn position(self) -> u64 {
        self.0 >> 8
    }

    /// Index of the event.
    pub fn index(self) -> u8 {
        self.0 as u8
    }
}

impl From<Place> for Spelled {
    fn from(place: Place) -> Self {
        Self { position: place.position(), index: place.index() }
    }
}

impl From<Spelled> for Place {
    fn from(Spelled { position, index }: Spelled) -> Self {
        Self::new(position, index)
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.position(), self.index())
    }
}
