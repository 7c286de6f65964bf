//! How far a message of ours has come.

use serde::{Deserialize, Serialize};

/// The state of one message of ours. The order is the lattice: whatever the order in which news arrive, the
/// greatest wins. `Unconfirmed` and `Cancelled` stand beside it.
/// Source: webhooks/reference/messages/status, and that read implies delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted from its author, on disk, not yet tried.
    Queued,
    /// The platform is being told, or was when we stopped.
    Attempting,
    /// Tried; whether the platform took it is not known.
    Unconfirmed,
    /// Given up before it was sent.
    Cancelled,
    /// The platform took it and gave it an id.
    Accepted,
    /// On its way.
    Sent,
    /// Refused, by us or by the platform.
    Failed,
    /// On the customer's device.
    Delivered,
    /// Seen.
    Read,
    /// A voice note was played.
    Played,
}

/// Why the platform has taken a template over without sending it on: its pacing. What is held is sent later, or
/// dropped with a failure. Source: messages/send-messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// It looks first how the ones before are received.
    Quality,
    /// The template stands still.
    Paused,
}

impl Status {
    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Attempting => "attempting",
            Self::Unconfirmed => "unconfirmed",
            Self::Cancelled => "cancelled",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
        }
    }
}

/// The set of states that a message has been seen in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seen(pub u16);

impl Seen {
    const fn bit(status: Status) -> u16 {
        1 << status as u16
    }

    /// The set with one more.
    #[must_use]
    pub const fn with(self, status: Status) -> Self {
        Self(self.0 | Self::bit(status))
    }

    /// The set without one.
    #[must_use]
    pub const fn without(self, status: Status) -> Self {
        Self(self.0 & !Self::bit(status))
    }

    /// Whether it has been seen so.
    pub const fn has(self, status: Status) -> bool {
        self.0 & Self::bit(status) != 0
    }

    const RESENT: u16 = 1 << 10;

    /// The set with the note that a person has sent the message once more.
    #[must_use]
    pub const fn resent(self) -> Self {
        Self(self.0 | Self::RESENT)
    }

    /// Whether a person has sent the message once more.
    pub const fn is_resent(self) -> bool {
        self.0 & Self::RESENT != 0
    }

    const FILE_EXPIRED: u16 = 1 << 11;

    /// The set with the note that the message's file was kept long enough.
    #[must_use]
    pub const fn file_expired(self) -> Self {
        Self(self.0 | Self::FILE_EXPIRED)
    }

    /// Whether the message's file was kept long enough.
    pub const fn is_file_expired(self) -> bool {
        self.0 & Self::FILE_EXPIRED != 0
    }

    /// The state that counts: the greatest seen.
    pub fn status(self) -> Status {
        use Status::*;
        [Played, Read, Delivered, Failed, Sent, Accepted, Cancelled, Unconfirmed, Attempting]
            .into_iter()
            .find(|status| self.has(*status))
            .unwrap_or(Queued)
    }

    /// Whether the platform took it and it did not fail afterwards.
    pub fn holds(self) -> bool {
        let status = self.status();
        status >= Status::Accepted && status != Status::Failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_greatest_wins() {
        for (news, counts) in [
            (vec![Status::Sent, Status::Accepted], Status::Sent),
            (vec![Status::Read, Status::Sent], Status::Read),
            (vec![Status::Failed, Status::Delivered], Status::Delivered),
            (vec![Status::Sent, Status::Failed], Status::Failed),
            (vec![Status::Attempting, Status::Unconfirmed], Status::Unconfirmed),
            (vec![Status::Unconfirmed, Status::Sent], Status::Sent),
        ] {
            let seen = news.iter().fold(Seen::default(), |seen, status| seen.with(*status));
            assert_eq!(seen.status(), counts, "{news:?}");
        }
    }

    proptest! {
        #[test]
        fn order_of_arrival_does_not_matter(bits in proptest::collection::vec(0u16..10, 0..12)) {
            let fold = |bits: &[u16]| bits.iter().fold(0u16, |seen, bit| seen | 1 << bit);
            let mut reversed = bits.clone();
            reversed.reverse();
            prop_assert_eq!(Seen(fold(&bits)).status(), Seen(fold(&reversed)).status());
        }
    }
}
