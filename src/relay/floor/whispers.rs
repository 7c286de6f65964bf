//! What supervisors propose that agents write. Words for a moment: they are kept in memory and nowhere else.

use super::Stir;
use crate::domain::id::{ContactId, ConversationId, TicketNumber};
use crate::domain::name::Name;
use crate::wire::WhisperView;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most characters of one.
pub const WHISPER_MOST: usize = 4_096;
/// Most that are kept; the oldest goes.
const KEPT_MOST: usize = 1_000;

/// One of them.
struct Kept {
    to: Name,
    ticket: TicketNumber,
    contact: ContactId,
    view: WhisperView,
}

/// See the module.
pub struct Whispers {
    kept: Mutex<HashMap<ConversationId, Kept>>,
    stir: Stir,
}

impl Whispers {
    pub(super) fn new(stir: Stir) -> Self {
        Self { kept: Mutex::default(), stir }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<ConversationId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Proposes a text to who has this ticket of a conversation, in the place of the one before.
    pub fn put(
        &self,
        (id, ticket): (ConversationId, TicketNumber),
        contact: ContactId,
        to: Name,
        view: WhisperView,
    ) {
        {
            let mut kept = self.kept();
            if kept.len() >= KEPT_MOST
                && let Some(oldest) = kept.iter().min_by_key(|(_, of)| of.view.at)
            {
                let oldest = *oldest.0;
                kept.remove(&oldest);
            }
            kept.insert(id, Kept { to, ticket, contact, view });
        }
        self.stir.stir();
    }

    /// It was taken, answered or taken back.
    pub fn clear(&self, id: ConversationId) {
        let gone = self.kept().remove(&id).is_some();
        if gone {
            self.stir.stir();
        }
    }

    /// Whatever is proposed for a person is thrown away.
    pub fn forget(&self, contact: ContactId) {
        self.kept().retain(|_, of| of.contact != contact);
        self.stir.stir();
    }

    /// What was proposed to an account last, with the ticket, of those tickets that are his `still`.
    pub fn latest(
        &self,
        account: &Name,
        still: impl Fn(ConversationId) -> bool,
    ) -> Option<(TicketNumber, WhisperView)> {
        let kept = self.kept();
        let his = kept.iter().filter(|(id, of)| of.to == *account && still(**id));
        his.max_by_key(|(_, of)| of.view.at).map(|(_, of)| (of.ticket, of.view.clone()))
    }

    /// What is proposed to an account in a conversation.
    pub fn of(&self, account: &Name, id: ConversationId) -> Option<WhisperView> {
        self.kept().get(&id).filter(|of| of.to == *account).map(|of| of.view.clone())
    }
}
