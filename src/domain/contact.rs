//! One person, known by a set of identities.

use super::consent::{Ledger, Said, Source};
use super::id::{ContactId, ConversationId, IdentityKey, MessageKey};
use super::identity::{Identity, IdentityKind};
use super::name::Name;
use super::private::Private;
use super::template::Purpose;
use super::thread::Place;
use super::ties::Ties;
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
        /// The message that says so; zero where there is none.
        proof: MessageKey,
        /// Where it comes from; see [`Source::of`] where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Source>,
        /// What whoever wrote it down says of it: how the customer agreed, or where it is kept.
        #[serde(default, skip_serializing)]
        body: Private<String>,
    },
    /// Agrees to messages of these purposes from now on.
    OptedIn {
        /// Which.
        purposes: Vec<Purpose>,
        /// Platform time.
        at: Timestamp,
        /// The message that says so; zero where there is none.
        proof: MessageKey,
        /// Where it comes from; see [`Source::of`] where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Source>,
        /// What whoever wrote it down says of it: how the customer agreed, or where it is kept.
        #[serde(default, skip_serializing)]
        body: Private<String>,
    },
    /// Said that he agrees to these purposes, and has been asked to confirm it.
    Asked {
        /// Which.
        purposes: Vec<Purpose>,
        /// When he said so; platform time.
        at: Timestamp,
        /// The message by which he said so.
        proof: MessageKey,
    },
    /// Was sent a marketing message that the platform took.
    Marketed {
        /// Desk time.
        at: Timestamp,
    },
    /// Is one person with these contacts from now on.
    Joined {
        /// Desk time.
        at: Timestamp,
        /// The whole other side.
        with: Vec<ContactId>,
    },
    /// Is another person than these contacts, and is not taken for one with them by itself again.
    Parted {
        /// Desk time.
        at: Timestamp,
        /// The whole other side.
        with: Vec<ContactId>,
    },
    /// These identities are another's now.
    Lost {
        /// Desk time.
        at: Timestamp,
        /// Fingerprints of all their spellings.
        keys: Vec<IdentityKey>,
    },
    /// His personal data are gone.
    Erased {
        /// Desk time.
        at: Timestamp,
    },
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
    /// What he has said about messages of ours, and how often he was sent marketing.
    pub consent: Ledger,
    /// Since when nothing personal is left.
    pub erased: Option<Timestamp>,
    /// Which other contacts are the same person.
    pub ties: Ties,
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
            consent: Ledger::default(),
            erased: None,
            ties: Ties::default(),
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

    /// Whether it is a group: no person, and nobody's word there is its own.
    pub fn is_group(&self) -> bool {
        self.identities.iter().any(|(kind, _, _)| *kind == IdentityKind::Group)
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
            ContactEvent::OptedOut { purposes, at, .. } => {
                self.consent.said(purposes, Said::Refused, *at, place);
            }
            ContactEvent::OptedIn { purposes, at, .. } => {
                self.consent.said(purposes, Said::Agreed, *at, place);
            }
            ContactEvent::Asked { purposes, at, .. } => {
                self.consent.said(purposes, Said::Asked, *at, place);
            }
            ContactEvent::Marketed { at } => self.consent.marketed(*at),
            ContactEvent::Joined { with, .. } => self.ties.joined(with),
            ContactEvent::Parted { with, .. } => self.ties.parted(with),
            ContactEvent::Lost { keys, .. } => {
                self.identities.retain(|(_, key, _)| !keys.contains(key));
            }
            ContactEvent::Erased { at } => {
                self.erased = Some(*at);
                self.name = None;
                self.identities.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
