//! Ids of ours: never a phone number, never the platform's.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// One person. Numbered by the desk, from 1.
    ContactId(u64)
);
id!(
    /// One contact on one line: the endless sequence of messages. Numbered by the desk, from 1.
    ConversationId(u64)
);
id!(
    /// One request inside a conversation, as people call it. Desk-wide; gaps are allowed.
    TicketNumber(u64)
);
id!(
    /// One message of ours inside its conversation: the millisecond at which it was queued, moved on where
    /// that is taken. So it is unique, in order, and finds its place in the thread by itself.
    OutboxId(i64)
);
id!(
    /// A keyed fingerprint of a platform's message id: it recognises the id and tells nothing of it.
    MessageKey(u64)
);

id!(
    /// A keyed fingerprint of a label: it tells equal labels from others and nothing of what they say.
    TagKey(u64)
);

impl TagKey {
    /// That of a label which the first form of the journal kept in the clear (FNV-1a). It has no secret.
    pub fn of_clear(name: &str) -> Self {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }
}

/// What travels in `biz_opaque_callback_data` and comes back with each status: which message of ours it is.
/// Written `conversation.outbox`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendId {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message inside it.
    pub outbox: OutboxId,
}

impl fmt::Display for SendId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.conversation, self.outbox)
    }
}

impl std::str::FromStr for SendId {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "not an outbox id: it looks like 17.1763719283000";
        let (conversation, outbox) = text.split_once('.').ok_or(SHAPE)?;
        Ok(Self {
            conversation: conversation.parse().map_err(|_| SHAPE)?,
            outbox: outbox.parse().map_err(|_| SHAPE)?,
        })
    }
}

/// A fingerprint of one identity (user id, wa_id, phone variant, username), keyed like [`MessageKey`] but
/// longer, since it is looked up among all contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKey([u64; 2]);

impl IdentityKey {
    /// Of a fingerprint. Kept as two words: a number of 128 bits would be padded to twice its size wherever it
    /// stands beside something small.
    pub fn new(fingerprint: u128) -> Self {
        Self([(fingerprint >> 64) as u64, fingerprint as u64])
    }
}

impl Serialize for IdentityKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:016x}{:016x}", self.0[0], self.0[1]))
    }
}

impl<'de> Deserialize<'de> for IdentityKey {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = IdentityKey;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a fingerprint of 32 hexadecimal digits")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<IdentityKey, E> {
                // Two halves: numbers of 128 bits are slow, and a start reads some hundred thousand.
                match text.split_at_checked(16) {
                    Some((high, low)) if text.len() == 32 => {
                        let half = |text| u64::from_str_radix(text, 16).map_err(E::custom);
                        Ok(IdentityKey([half(high)?, half(low)?]))
                    }
                    _ => u128::from_str_radix(text, 16).map(IdentityKey::new).map_err(E::custom),
                }
            }
        }
        from.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_key_survives_the_round_trip() {
        for fingerprint in [0, 1, 1 << 64, u128::MAX, 0x0123_4567_89ab_cdef_0011_2233_4455_6677] {
            let json = serde_json::to_string(&IdentityKey::new(fingerprint)).unwrap();
            assert_eq!(json, format!("\"{fingerprint:032x}\""));
            let back: IdentityKey = serde_json::from_str(&json).unwrap();
            assert_eq!(back, IdentityKey::new(fingerprint));
        }
    }

    #[test]
    fn a_send_id_survives_the_round_trip() {
        let id = SendId { conversation: ConversationId(17), outbox: OutboxId(1_763_719_283_000) };
        assert_eq!(id.to_string().parse::<SendId>(), Ok(id));
        assert!("17".parse::<SendId>().is_err());
        assert!("x.1".parse::<SendId>().is_err());
    }
}
