//! How many messages of ours are on their way, counted as they move.

use crate::domain::conversation::Conversation;

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owing {
    /// Not tried yet.
    pub queued: usize,
    /// Tried, not taken, to be tried again; or being tried.
    pub retrying: usize,
    /// Nobody knows whether they arrived.
    pub unconfirmed: usize,
}

impl Owing {
    /// Those of one conversation.
    pub(super) fn of(conversation: &Conversation) -> Self {
        let mut owing = Self::default();
        for send in &conversation.head.sends {
            let counted = match (send.unconfirmed_at, send.attempts) {
                (Some(_), _) => &mut owing.unconfirmed,
                (None, 0) => &mut owing.queued,
                (None, _) => &mut owing.retrying,
            };
            *counted += 1;
        }
        owing
    }

    /// Counts `after` in the place of `before`.
    pub(super) fn moved(&mut self, before: Self, after: Self) {
        self.queued = (self.queued + after.queued).saturating_sub(before.queued);
        self.retrying = (self.retrying + after.retrying).saturating_sub(before.retrying);
        self.unconfirmed =
            (self.unconfirmed + after.unconfirmed).saturating_sub(before.unconfirmed);
    }
}
