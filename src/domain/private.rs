//! The personal part of an event.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Personal data inside an event, as decided just now. The codec takes it out and seals it under the contact's
/// key before anything reaches the disk; an event read back has none. Folding never looks inside, so a log
/// folds the same after the key of a person has been destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Private<T>(Option<Box<T>>);

impl<T> Default for Private<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Private<T> {
    /// Wraps what was just decided.
    pub fn clear(value: T) -> Self {
        Self(Some(Box::new(value)))
    }

    /// The same of what may be missing.
    pub fn perhaps(value: Option<T>) -> Self {
        value.map(Self::clear).unwrap_or_default()
    }

    /// The value, if the event was not read back.
    pub fn as_clear(&self) -> Option<&T> {
        self.0.as_deref()
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
        Ok(Self(None))
    }
}
