//! The personal part of an event.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Personal data inside an event. The core writes it in the clear; the codec seals it under the contact's key
/// before anything reaches the disk, and hands it back sealed. Folding never looks inside, so a log folds
/// the same after the key of a person has been destroyed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Private<T> {
    /// As decided just now.
    Clear(Box<T>),
    /// As it lies on disk.
    Sealed(Box<[u8]>),
    /// Not here: taken out for sealing, or never written.
    #[default]
    Absent,
}

impl<T> Private<T> {
    /// Wraps what was just decided.
    pub fn clear(value: T) -> Self {
        Self::Clear(Box::new(value))
    }

    /// The value, if it is in the clear.
    pub fn as_clear(&self) -> Option<&T> {
        match self {
            Self::Clear(value) => Some(value),
            Self::Sealed(_) | Self::Absent => None,
        }
    }
}

/// Nothing personal is ever part of an event's public form.
impl<T> Serialize for Private<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_unit()
    }
}

impl<'de, T> Deserialize<'de> for Private<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from)?;
        Ok(Self::Absent)
    }
}
