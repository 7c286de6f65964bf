//! Messages of erased people: the platform may send them once more for days, and they must not come back.

use crate::domain::contact::Contact;
use crate::domain::id::MessageKey;
use crate::domain::name::Name;
use crate::relay::views::Store;
use std::collections::HashSet;

/// Fingerprints of the messages of every erased person, by nothing but the line.
#[derive(Default)]
pub(super) struct Forgotten {
    keys: HashSet<(Name, MessageKey)>,
}

impl Forgotten {
    /// Those of the people who were erased so far.
    pub(super) fn of(store: &Store) -> Self {
        let mut forgotten = Self::default();
        let erased: Vec<_> = {
            let views = store.read();
            views.contacts().filter(|contact| contact.erased.is_some()).cloned().collect()
        };
        for contact in erased {
            forgotten.add(&contact, store);
        }
        forgotten
    }

    /// Adds those of one more.
    pub(super) fn add(&mut self, contact: &Contact, store: &Store) {
        for (line, conversation) in &contact.conversations {
            // One that cannot be read forgets nothing; the journal's error is told where it is written to.
            let Ok(Some(state)) = store.conversation(*conversation) else { continue };
            let messages = state.thread.iter().filter(|entry| entry.sort().is_message());
            self.keys.extend(messages.map(|entry| (line.clone(), entry.key())));
        }
    }

    /// Whether it is a message of a person who was erased.
    pub(super) fn has(&self, line: &Name, key: MessageKey) -> bool {
        !self.keys.is_empty() && self.keys.contains(&(line.clone(), key))
    }
}
