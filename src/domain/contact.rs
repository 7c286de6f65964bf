//! One person, known by a set of identities.

use super::id::{ContactId, ConversationId, IdentityKey, MessageKey};
use super::identity::{Identity, IdentityKind};
use super::name::Name;
use super::private::Private;
use super::template::Purpose;
use super::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// What happens to a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ContactEvent {
    /// First heard of.
    Created {
        /// Desk time.
        at: Timestamp,
    },
    /// Known by one more identity.
    Identified {
        /// What it is.
        kind: IdentityKind,
        /// Fingerprints of its spellings, as given first.
        keys: Vec<IdentityKey>,
        /// The identity in the clear.
        #[serde(default)]
        body: Private<Identity>,
    },
    /// Writes again from an identity known before, after another had been used: answers go there.
    WroteFrom {
        /// Platform time.
        at: Timestamp,
        /// Its fingerprint.
        key: IdentityKey,
    },
    /// Calls himself so. The name with the latest platform time counts.
    Named {
        /// Platform time.
        at: Timestamp,
        /// Fingerprint of the name, to tell a change from a repetition.
        key: MessageKey,
        /// The name in the clear.
        #[serde(default)]
        body: Private<String>,
    },
    /// Has a conversation on this line.
    Conversed {
        /// The line.
        line: Name,
        /// The conversation.
        conversation: ConversationId,
    },
    /// Refuses messages of these purposes from now on.
    OptedOut {
        /// Which.
        purposes: Vec<Purpose>,
        /// Platform time.
        at: Timestamp,
        /// The message that says so; zero for the platform's own preference event.
        proof: MessageKey,
    },
    /// Agrees to messages of these purposes from now on.
    OptedIn {
        /// Which.
        purposes: Vec<Purpose>,
        /// Platform time.
        at: Timestamp,
        /// The message that says so; zero for the platform's own preference event.
        proof: MessageKey,
    },
    /// His personal data are gone.
    Erased {
        /// Desk time.
        at: Timestamp,
    },
}

/// What a contact has said about messages of one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What is agreed to or refused.
    pub purpose: Purpose,
    /// Agreed.
    pub granted: bool,
    /// Since when.
    pub at: Timestamp,
}

/// A contact's state: no name and no number in the clear, only where they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub id: ContactId,
    /// Events so far.
    pub version: u64,
    /// Fingerprints of all spellings of all identities, and where each identity is written; last the one that
    /// was used last.
    pub identities: Vec<(IdentityKind, IdentityKey, Place)>,
    /// Where the name is written, its platform time and fingerprint.
    pub name: Option<(Place, Timestamp, MessageKey)>,
    /// Conversations by line.
    pub conversations: Vec<(Name, ConversationId)>,
    /// What was last said for each purpose.
    pub consents: Vec<Consent>,
    /// Since when nothing personal is left.
    pub erased: Option<Timestamp>,
}

impl Contact {
    /// Nobody yet.
    pub fn new(id: ContactId) -> Self {
        Self {
            id,
            version: 0,
            identities: Vec::new(),
            name: None,
            conversations: Vec::new(),
            consents: Vec::new(),
            erased: None,
        }
    }

    /// The conversation on a line.
    pub fn conversation(&self, line: &Name) -> Option<ConversationId> {
        self.conversations.iter().find(|(of, _)| of == line).map(|(_, id)| *id)
    }

    /// Where answers go: the identity that was used last. A username is no address.
    pub fn address(&self) -> Option<(IdentityKind, IdentityKey, Place)> {
        let mut latest = self.identities.iter().rev();
        latest.find(|(kind, _, _)| *kind != IdentityKind::Username).copied()
    }

    /// What was last said about a purpose. Nothing said: a customer who has written agreed to all but
    /// marketing (the proof is that message).
    pub fn consent(&self, purpose: Purpose) -> Option<Consent> {
        self.consents.iter().find(|consent| consent.purpose == purpose).copied()
    }

    /// Whether a message of that purpose may be sent, and if not, since when it is refused.
    pub fn allows(&self, purpose: Purpose) -> Result<(), Option<Timestamp>> {
        match self.consent(purpose) {
            Some(consent) if consent.granted => Ok(()),
            Some(consent) => Err(Some(consent.at)),
            None if purpose == Purpose::Marketing => Err(None),
            None => Ok(()),
        }
    }

    /// Folds one event in. Total: an event that does not fit changes nothing that it should not.
    pub fn evolve(&mut self, event: &ContactEvent, place: Place) {
        self.version += 1;
        match event {
            ContactEvent::Created { .. } => {}
            ContactEvent::Identified { kind, keys, .. } => {
                self.identities.reserve_exact(keys.len());
                for key in keys {
                    if !self.identities.iter().any(|(_, known, _)| known == key) {
                        self.identities.push((*kind, *key, place));
                    }
                }
            }
            ContactEvent::WroteFrom { key, .. } => {
                let known = self.identities.iter().position(|(_, known, _)| known == key);
                if let Some(known) = known {
                    self.identities[known..].rotate_left(1);
                }
            }
            ContactEvent::Named { at, key, .. } => {
                let newer = |(_, known_at, known): (Place, Timestamp, MessageKey)| {
                    (*at, *key) > (known_at, known)
                };
                if self.name.is_none_or(newer) {
                    self.name = Some((place, *at, *key));
                }
            }
            ContactEvent::Conversed { line, conversation } => {
                if self.conversation(line).is_none() {
                    self.conversations.reserve_exact(1);
                    self.conversations.push((line.clone(), *conversation));
                }
            }
            ContactEvent::OptedOut { purposes, at, .. } => self.consented(purposes, false, *at),
            ContactEvent::OptedIn { purposes, at, .. } => self.consented(purposes, true, *at),
            ContactEvent::Erased { at } => {
                self.erased = Some(*at);
                self.name = None;
                self.identities.clear();
            }
        }
    }

    fn consented(&mut self, purposes: &[Purpose], granted: bool, at: Timestamp) {
        for purpose in purposes {
            let said = Consent { purpose: *purpose, granted, at };
            match self.consents.iter_mut().find(|consent| consent.purpose == *purpose) {
                // A refusal and an agreement of the same second: the refusal counts.
                Some(known) if (known.at, !known.granted) < (at, !granted) => *known = said,
                Some(_) => {}
                None => {
                    self.consents.push(said);
                    self.consents.sort_by_key(|consent| consent.purpose);
                }
            }
        }
    }
}

/// Whether the whole message is one of `words`, whatever its case and the punctuation round it.
pub fn is_word(text: &str, words: &[String]) -> bool {
    if text.len() > 64 {
        return false;
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    let text = text.to_lowercase();
    words.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_message_opts_out() {
        let words = super::super::policy::Policy::default_words().0;
        for (text, out) in [
            ("STOP", true),
            (" stop. ", true),
            ("SAIR!", true),
            ("Baja", true),
            ("Cancella", true),
            ("please stop the delivery", false),
            ("non stop", false),
            ("", false),
        ] {
            assert_eq!(is_word(text, &words), out, "{text:?}");
        }
    }

    #[test]
    fn answers_go_where_the_customer_wrote_from_last() {
        let place = |position| Place::new(position, 0);
        let (phone, user, name) =
            (IdentityKind::Phone, IdentityKind::UserId, IdentityKind::Username);
        let mut contact = Contact::new(ContactId(1));
        assert_eq!(contact.address(), None);
        for (kind, keys, position) in
            [(phone, vec![1, 11], 1), (phone, vec![2], 2), (name, vec![3], 3)]
        {
            let keys: Vec<_> = keys.into_iter().map(IdentityKey::new).collect();
            let identified = ContactEvent::Identified { kind, keys, body: Private::default() };
            contact.evolve(&identified, place(position));
        }
        assert_eq!(contact.address(), Some((phone, IdentityKey::new(2), place(2))));
        for (key, position) in [(1, 1), (2, 2), (11, 1), (9, 1)] {
            let wrote = ContactEvent::WroteFrom { at: Timestamp(1), key: IdentityKey::new(key) };
            contact.evolve(&wrote, place(7));
            assert_eq!(contact.address().map(|(_, _, place)| place.position()), Some(position));
        }
        assert_eq!(contact.identities.len(), 4);
        let keys = vec![IdentityKey::new(4)];
        let identified = ContactEvent::Identified { kind: user, keys, body: Private::default() };
        contact.evolve(&identified, place(4));
        assert_eq!(contact.address(), Some((user, IdentityKey::new(4), place(4))));
    }

    #[test]
    fn the_latest_word_on_consent_counts_in_any_order() {
        let out = ContactEvent::OptedOut {
            purposes: vec![Purpose::Marketing, Purpose::Utility],
            at: Timestamp(10),
            proof: MessageKey(1),
        };
        let back = ContactEvent::OptedIn {
            purposes: vec![Purpose::Utility],
            at: Timestamp(20),
            proof: MessageKey(2),
        };
        for order in [[&out, &back], [&back, &out]] {
            let mut contact = Contact::new(ContactId(1));
            for event in order {
                contact.evolve(event, Place::default());
            }
            assert_eq!(contact.allows(Purpose::Utility), Ok(()));
            assert_eq!(contact.allows(Purpose::Marketing), Err(Some(Timestamp(10))));
            assert_eq!(contact.allows(Purpose::Service), Ok(()));
        }
    }
}
