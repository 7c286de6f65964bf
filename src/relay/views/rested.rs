//! Conversations at rest that were looked at lately, so that who watches one does not read it from the disk
//! again and again.

use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many are kept; when there are more, all go.
const MOST: usize = 256;

/// See the module. All clones are one.
#[derive(Clone, Default)]
pub(super) struct Rested(Arc<Mutex<Parts>>);

#[derive(Default)]
struct Parts {
    states: HashMap<ConversationId, Arc<Conversation>>,
    /// How often one was taken up again.
    woken: u64,
}

impl Rested {
    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that is kept, or else the mark to keep it by once it is loaded.
    pub(super) fn get(&self, id: ConversationId) -> Result<Arc<Conversation>, u64> {
        let parts = self.parts();
        parts.states.get(&id).cloned().ok_or(parts.woken)
    }

    /// Keeps one, unless something was taken up since the mark was given: then it may be out of date.
    pub(super) fn keep(&self, mark: u64, state: &Arc<Conversation>) {
        let mut parts = self.parts();
        if parts.woken == mark {
            if parts.states.len() >= MOST {
                parts.states.clear();
            }
            parts.states.insert(state.id, state.clone());
        }
    }

    /// It is at rest no longer.
    pub(super) fn wake(&self, id: ConversationId) {
        let mut parts = self.parts();
        parts.woken += 1;
        parts.states.remove(&id);
    }
}
