//! People.

use super::{ReadError, Reading, line_name, or_word};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::id::ContactId;
use crate::domain::identity::IdentityKind;
use crate::domain::name::Name;
use crate::domain::roster::{Member, Role};
use crate::journal::JournalError;
use crate::wire::{ContactBrief, ContactView, ConversationBrief};
use std::sync::Arc;

/// Names opened at most to answer one search.
const SEARCHED_MOST: usize = 50_000;

/// What was opened of a contact.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    version: u64,
    name: Option<String>,
    phone: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
}

impl Person {
    pub(super) fn brief(&self, id: ContactId) -> ContactBrief {
        ContactBrief {
            id,
            name: self.name.clone(),
            phone: self.phone.clone(),
            user_id: self.user_id.clone(),
            username: self.username.clone(),
        }
    }

    fn matches(&self, wanted: &str, digits: &str) -> bool {
        let has = |text: &Option<String>, part: &str| {
            text.as_ref().is_some_and(|text| text.to_lowercase().contains(part))
        };
        has(&self.name, wanted)
            || has(&self.username, wanted)
            || has(&self.user_id, wanted)
            || (digits.len() >= 3 && has(&self.phone, digits))
    }
}

/// The conversations of one contact.
#[derive(Default)]
pub(super) struct Conversed {
    pub(super) read: Vec<Arc<Conversation>>,
    /// By line, and why.
    pub(super) lost: Vec<(Name, JournalError)>,
}

impl Reading {
    pub(super) fn person(&self, contact: &Contact) -> Result<Arc<Person>, JournalError> {
        if contact.erased.is_some() {
            return Ok(Arc::new(Person { name: Some("erased".into()), ..Person::default() }));
        }
        if let Some(person) = self.cache.person(contact.id)
            && person.version == contact.version
        {
            return Ok(person);
        }
        let word = |word: &str| Some(word.to_owned());
        let identity = |kind| or_word(self.opener.identity(contact, kind), |_| None);
        let person = Arc::new(Person {
            version: contact.version,
            name: or_word(self.opener.name(contact), word)?,
            phone: identity(IdentityKind::Phone)?,
            user_id: identity(IdentityKind::UserId)?,
            username: identity(IdentityKind::Username)?,
        });
        self.cache.put_person(contact.id, person.clone());
        Ok(person)
    }

    pub(super) fn known_contact(&self, id: ContactId) -> Result<Arc<Contact>, ReadError> {
        let contact = self.contact(id);
        if contact.version == 0 { Err(ReadError::Missing) } else { Ok(contact) }
    }

    /// The conversations of a person, and the lines of those that cannot be read: one that is lost hides
    /// nothing but itself.
    pub(super) fn conversations_of(&self, contact: &Contact) -> Result<Conversed, JournalError> {
        let mut conversed = Conversed::default();
        let others: Vec<_> = contact.ties.same().iter().map(|id| self.contact(*id)).collect();
        let others = others.iter().flat_map(|other| &other.conversations);
        for (line, id) in contact.conversations.iter().chain(others) {
            match self.store.conversation(*id) {
                Ok(state) => conversed.read.extend(state),
                Err(error) if error.is_of_data() => conversed.lost.push((line.clone(), error)),
                Err(error) => return Err(error),
            }
        }
        Ok(conversed)
    }

    /// A contact with those of his conversations that may be shown.
    pub(super) fn contact_view(
        &self,
        contact: &Contact,
        conversations: &[Arc<Conversation>],
    ) -> Result<ContactView, JournalError> {
        let person = self.person(contact)?;
        let mut same = Vec::new();
        let mut consent = contact.consent.clone();
        for id in contact.ties.same() {
            let other = self.contact(*id);
            consent = consent.with(&other.consent);
            same.push(self.person(&other)?.brief(*id));
        }
        let policy = self.policy();
        let conversations = conversations.iter().map(|state| ConversationBrief {
            line: line_name(&state.head.line, &policy),
            ticket: state.head.ticket.as_ref().map(|ticket| ticket.number),
            state: state.head.ticket.as_ref().map(|ticket| ticket.state),
        });
        Ok(ContactView {
            id: contact.id,
            name: person.name.clone(),
            phone: person.phone.clone(),
            user_id: person.user_id.clone(),
            username: person.username.clone(),
            conversations: conversations.collect(),
            consents: super::consent::in_force(&consent),
            same,
            erased_at: contact.erased,
        })
    }

    /// A contact with the conversations that `member` sees, if he sees one.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn contact_for(&self, member: &Member, id: ContactId) -> Result<ContactView, ReadError> {
        let contact = self.known_contact(id)?;
        let seen = self.seen(member, &contact)?;
        Ok(self.contact_view(&contact, &seen)?)
    }

    /// The conversations of a contact that `member` sees; an error if there is none, but for supervisors.
    pub(super) fn seen(
        &self,
        member: &Member,
        contact: &Contact,
    ) -> Result<Vec<Arc<Conversation>>, ReadError> {
        let mut hidden = ReadError::Missing;
        let mut seen = Vec::new();
        for state in self.conversations_of(contact)?.read {
            match self.visible(member, &state) {
                Ok(()) => seen.push(state),
                Err(error) => hidden = error,
            }
        }
        if seen.is_empty() && member.role < Role::Supervisor { Err(hidden) } else { Ok(seen) }
    }

    /// Ids of the contacts that may be asked for, the latest first; those only that a search looks through.
    pub fn contact_ids(&self, search: Option<&str>) -> Vec<ContactId> {
        let mut ids: Vec<_> = self.store.read().contacts().map(|contact| contact.id).collect();
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        if search.is_some_and(|text| !text.is_empty()) {
            ids.truncate(SEARCHED_MOST);
        }
        ids
    }

    /// Those of these contacts that `member` may see and whose name, username, user id or phone holds `search`;
    /// at most `limit`. And how many of `ids` were looked at.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn contacts(
        &self,
        member: &Member,
        search: Option<&str>,
        ids: &[ContactId],
        limit: usize,
    ) -> Result<(Vec<ContactView>, usize), JournalError> {
        let wanted = search.map(str::to_lowercase).filter(|text| !text.is_empty());
        let digits: String =
            wanted.iter().flat_map(|text| text.chars()).filter(char::is_ascii_digit).collect();
        let mut found = Vec::new();
        for (nth, id) in ids.iter().enumerate() {
            if found.len() >= limit {
                return Ok((found, nth));
            }
            let contact = self.contact(*id);
            if let Some(wanted) = &wanted
                && !self.person(&contact)?.matches(wanted, &digits)
            {
                continue;
            }
            match self.seen(member, &contact) {
                Ok(seen) => found.push(self.contact_view(&contact, &seen)?),
                Err(ReadError::Journal(error)) => return Err(error),
                Err(ReadError::Missing | ReadError::Foreign { .. }) => {}
            }
        }
        Ok((found, ids.len()))
    }
}
