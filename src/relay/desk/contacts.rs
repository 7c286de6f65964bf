//! Whom a webhook is about: the index from identities to contacts, and what a message tells of its sender.

use super::{Desk, merged};
use crate::domain::command::{Arrival, Command};
use crate::domain::contact::{Contact, ContactEvent};
use crate::domain::conversation::WINDOW_SECONDS;
use crate::domain::event::Event;
use crate::domain::id::{ContactId, ConversationId, IdentityKey};
use crate::domain::identity::{IdentityKind, Known};
use crate::domain::message::Kind;
use crate::domain::name::Name;
use crate::domain::private::Private;
use crate::domain::roster::Actor;
use crate::domain::ties::Ties;
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, StreamId};
use crate::kit::Timestamp;
use crate::relay::fact::Who;
use crate::relay::translate::message_key;
use crate::relay::views::{Change, Views};
use std::collections::{BTreeSet, HashMap};

/// From the fingerprint of an identity to its contact. Every identity of a payload is entered as the payload
/// is decided, so that forty parallel messages of a new customer are one contact.
#[derive(Default)]
pub(super) struct Identities {
    contacts: HashMap<IdentityKey, ContactId>,
}

impl Identities {
    pub(super) fn of(views: &Views) -> Self {
        let count = views.contacts().map(|contact| contact.identities.len()).sum();
        let mut identities = Self { contacts: HashMap::with_capacity(count) };
        let mut shared = Vec::new();
        for contact in views.contacts() {
            if contact.ties == Ties::default() {
                identities.enter_all(contact);
                continue;
            }
            let own = contact.identities.iter();
            shared.extend(own.map(|(kind, key, place)| (*place, *kind, *key, contact.id)));
        }
        // What several contacts of one person are known by is of the one who was known by it first.
        shared.sort_unstable_by_key(|(place, _, _, _)| *place);
        for (_, kind, key, contact) in shared {
            identities.enter(kind, key, contact);
        }
        identities
    }

    /// Everybody to whom one of these identities belongs.
    pub(super) fn owners(&self, identities: &[Known]) -> BTreeSet<ContactId> {
        let sure = identities.iter().filter(|known| is_address(known));
        sure.flat_map(|known| &known.keys).filter_map(|key| self.owner(*key)).collect()
    }

    /// Whose an identity is.
    pub(super) fn owner(&self, key: IdentityKey) -> Option<ContactId> {
        self.contacts.get(&key).copied()
    }

    fn take(&mut self, keys: &[IdentityKey]) {
        for key in keys {
            self.contacts.remove(key);
        }
    }

    fn enter_all(&mut self, contact: &Contact) {
        for (kind, key, _) in &contact.identities {
            self.enter(*kind, *key, contact.id);
        }
    }

    /// Forgets all that was said to belong to a contact but what is on disk. Looks at every identity: for
    /// conflicts, which are rare.
    pub(super) fn replace(&mut self, id: ContactId, durable: Option<&Contact>) {
        self.contacts.retain(|_, of| *of != id);
        if let Some(contact) = durable {
            self.enter_all(contact);
        }
    }

    fn enter(&mut self, kind: IdentityKind, key: IdentityKey, contact: ContactId) {
        // A username can pass to another person: it is shown, and identifies nobody.
        if kind != IdentityKind::Username {
            self.contacts.entry(key).or_insert(contact);
        }
    }

    /// The contact that the surest known identity belongs to.
    pub(super) fn find(&self, identities: &[Known]) -> Option<ContactId> {
        let sure = identities.iter().filter(|known| known.identity.kind != IdentityKind::Username);
        sure.flat_map(|known| &known.keys).find_map(|key| self.contacts.get(key)).copied()
    }

    pub(super) fn forget(&mut self, contact: &Contact) {
        for (_, key, _) in &contact.identities {
            if self.owner(*key) == Some(contact.id) {
                self.contacts.remove(key);
            }
        }
    }
}

impl Desk {
    /// A message, either way: to its conversation, which begins if there is none.
    pub(super) fn message(
        &mut self,
        line: Name,
        who: Who,
        arrival: Arrival,
        now: Timestamp,
    ) -> Result<Vec<Change>, JournalError> {
        let before = self.address(&who);
        // Here the platform itself says that old and new identities are of one person.
        let renames = arrival.kind == Kind::System;
        let (known, mut changes) = self.recognise(&who, renames, now);
        let id = self.host(known, &line, &arrival)?;
        let before = if id == known { before } else { self.address_of(id) };
        if id != known {
            self.identify(id, &who.identities, &mut changes);
        }
        let contact = self.cache.contact(id, &self.store).clone();
        let wrote = !arrival.outgoing
            && arrival.source.is_live()
            && !arrival.kind.is_told()
            && self.is_latest(contact.conversation(&line), arrival.at)?;
        let used = who.identities.iter().rev().find(|known| is_address(known)).filter(|_| wrote);
        let used = used.map(|known| known.keys.clone()).or(before);
        self.answer_to(id, used, arrival.at, &mut changes);
        // A makeshift name gives way to any other, also to one that was told earlier and comes later.
        let named_at = if who.makeshift { Timestamp(0) } else { arrival.at };
        if let Some((name, key)) = who.name
            && contact.name.is_none_or(|(_, at, known)| known != key && named_at > at)
        {
            let named = ContactEvent::Named { at: named_at, key, body: Private::clear(name) };
            self.contact_event(id, named, &mut changes);
        }
        let conversation = match contact.conversation(&line) {
            Some(conversation) => conversation,
            None => self.begin(id, &line, &mut changes),
        };
        // A conversation that cannot be read must not be taken for a new one.
        self.cache.conversation(conversation, &self.store)?;
        let (at, key) = (arrival.at, arrival.key);
        let shared = who.shared.map(|number| (number, arrival.body.about.clone()));
        let says = self.what_is_said(id, &line, &arrival);
        let command = Command::Receive(arrival);
        let decided = self.decided(conversation, &command, &Actor::Platform);
        let decided = decided.map(|(changes, _)| changes).unwrap_or_default();
        let is_new = !decided.is_empty();
        let mut changes = merged(changes, decided);
        if let (Some(says), true) = (says, is_new) {
            self.consents(id, conversation, says, (at, key), &mut changes);
        }
        if let (Some((number, about)), true) = (shared, is_new)
            && self.was_asked(&line, conversation, about.as_deref())?
        {
            self.shares(id, &number, at, &mut changes);
        }
        Ok(changes)
    }

    /// Whether a message of ours stands in the conversation that could be the one that is answered.
    fn was_asked(
        &mut self,
        line: &Name,
        conversation: ConversationId,
        about: Option<&str>,
    ) -> Result<bool, JournalError> {
        let about = about.map(|id| message_key(&self.vault, line, id));
        let Some(state) = self.cache.conversation(conversation, &self.store)? else {
            return Ok(false);
        };
        Ok(match about {
            Some(key) => state.thread.outbox_by_key(key).is_some(),
            None => state.thread.iter().any(|entry| entry.sort().is_outbox()),
        })
    }

    /// The customer gave his number because he was asked. It is his if nothing known speaks against it: he has no
    /// other, and nobody else has this one. Answers go where they went: only the platform says where he writes from.
    fn shares(&mut self, id: ContactId, number: &Known, at: Timestamp, changes: &mut Vec<Change>) {
        let same = self.cache.contact(id, &self.store).ties.same().to_vec();
        let has_one = same.into_iter().chain([id]).any(|id| {
            let known = &self.cache.contact(id, &self.store).identities;
            known.iter().any(|(kind, _, _)| *kind == IdentityKind::Phone)
        });
        let of_another = number.keys.iter().any(|key| self.identities.owner(*key).is_some());
        if has_one || of_another {
            return;
        }
        let before = self.address_of(id);
        self.identify(id, std::slice::from_ref(number), changes);
        self.answer_to(id, before, at, changes);
    }

    /// A conversation with somebody who has none on that line.
    pub(super) fn begin(
        &mut self,
        id: ContactId,
        line: &Name,
        changes: &mut Vec<Change>,
    ) -> ConversationId {
        self.last_conversation += 1;
        let conversation = ConversationId(self.last_conversation);
        let conversed = ContactEvent::Conversed { line: line.clone(), conversation };
        self.contact_event(id, conversed, changes);
        let started = Event::Started { contact: id, line: line.clone() };
        let change = Change {
            stream: StreamId::Conversation(conversation.0),
            expected: 0,
            events: vec![StreamEvent::Conversation(started)],
        };
        self.apply(std::slice::from_ref(&change));
        changes.push(change);
        conversation
    }

    /// Where the person's answers went so far.
    pub(super) fn address(&mut self, who: &Who) -> Option<Vec<IdentityKey>> {
        let id = self.identities.find(&who.identities)?;
        self.address_of(id)
    }

    fn address_of(&mut self, id: ContactId) -> Option<Vec<IdentityKey>> {
        self.cache.contact(id, &self.store).address().map(|(_, key, _)| vec![key])
    }

    /// Whether the customer has written nothing later there: webhooks come in any order.
    fn is_latest(
        &mut self,
        conversation: Option<ConversationId>,
        at: Timestamp,
    ) -> Result<bool, JournalError> {
        let Some(id) = conversation else { return Ok(true) };
        let state = self.cache.conversation(id, &self.store)?;
        let until = state.and_then(|state| state.head.window_until);
        Ok(until.is_none_or(|until| until <= at.plus_secs(WINDOW_SECONDS)))
    }

    /// From now on answers go to the identity with one of these fingerprints, if they do not already.
    pub(super) fn answer_to(
        &mut self,
        id: ContactId,
        keys: Option<Vec<IdentityKey>>,
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        let Some(keys) = keys else { return };
        let now = self.cache.contact(id, &self.store).address();
        let key = keys.first().filter(|_| now.is_some_and(|(_, now, _)| !keys.contains(&now)));
        if let Some(key) = key.copied() {
            self.contact_event(id, ContactEvent::WroteFrom { at, key }, changes);
        }
    }

    /// The contact of these identities, with whatever was not known of it; a new one if nobody is known.
    pub(super) fn introduce(&mut self, who: &Who, now: Timestamp) -> (ContactId, Vec<Change>) {
        self.recognise(who, false, now)
    }

    /// The same. Contacts of which one account turns out to be the identities are one person from now on; a number
    /// that has passed to another account passes to that one's contact. With `renames` the platform says that all
    /// these are of one person.
    fn recognise(&mut self, who: &Who, renames: bool, now: Timestamp) -> (ContactId, Vec<Change>) {
        let mut changes = Vec::new();
        let of = |kind| who.identities.iter().filter(move |known| known.identity.kind == kind);
        let users: Vec<IdentityKey> =
            of(IdentityKind::UserId).flat_map(|known| &known.keys).copied().collect();
        let known = self.identities.find(&who.identities);
        let by_user = users.iter().any(|key| self.identities.owner(*key).is_some());
        // Another account on a number that is known: the number has passed to another person.
        let known = known.filter(|id| by_user || renames || !self.has_other_user(*id, &users));
        let id = match known {
            Some(id) => id,
            None => {
                self.last_contact += 1;
                let id = ContactId(self.last_contact);
                self.contact_event(id, ContactEvent::Created { at: now }, &mut changes);
                id
            }
        };
        let mut others = Vec::new();
        for one in who.identities.iter().filter(|known| is_address(known)) {
            let owner = one.keys.iter().find_map(|key| self.identities.owner(*key));
            let Some(other) = owner.filter(|other| *other != id) else { continue };
            if self.cache.contact(id, &self.store).ties.same().contains(&other) {
                continue;
            }
            let same = renames || !self.has_other_user(other, &users);
            let joins = same && self.may_join(id, other);
            if joins {
                self.join(id, other, Actor::Platform.name(), &mut changes);
            }
            if !renames {
                self.lose(other, &one.keys, now, &mut changes);
                others.extend(joins.then_some(other));
            }
        }
        self.identify(id, &who.identities, &mut changes);
        // They are his as well, so that what waits for him still goes out; but they were the other's first.
        for other in others {
            self.identify(other, &who.identities, &mut changes);
        }
        if renames && of(IdentityKind::Phone).count() > 1 && users.len() < 2 {
            let contact = self.cache.contact(id, &self.store);
            let old =
                contact.identities.iter().filter(|(kind, _, _)| *kind == IdentityKind::UserId);
            let old: Vec<_> = old.map(|(_, key, _)| *key).collect();
            // The platform gives another user id to another number.
            self.lose(id, &old, now, &mut changes);
        }
        (id, changes)
    }

    /// Whether the person has a user id that is none of these.
    fn has_other_user(&mut self, id: ContactId, users: &[IdentityKey]) -> bool {
        if users.is_empty() {
            return false;
        }
        let same = self.cache.contact(id, &self.store).ties.same().to_vec();
        same.into_iter().chain([id]).any(|id| {
            let known = &self.cache.contact(id, &self.store).identities;
            known.iter().any(|(kind, key, _)| *kind == IdentityKind::UserId && !users.contains(key))
        })
    }

    fn lose(
        &mut self,
        id: ContactId,
        keys: &[IdentityKey],
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        let contact = self.cache.contact(id, &self.store);
        let known = contact.identities.iter().filter(|(_, key, _)| keys.contains(key));
        let keys: Vec<_> = known.map(|(_, key, _)| *key).collect();
        if !keys.is_empty() {
            self.identities.take(&keys);
            self.contact_event(id, ContactEvent::Lost { at, keys }, changes);
        }
    }

    fn identify(&mut self, id: ContactId, identities: &[Known], changes: &mut Vec<Change>) {
        for known in identities {
            let contact = self.cache.contact(id, &self.store);
            let first = known.keys.first();
            let is_known = contact
                .identities
                .iter()
                .any(|(_, key, _)| known.keys.contains(key) && Some(key) == first);
            if is_known {
                continue;
            }
            let kind = known.identity.kind;
            for key in &known.keys {
                self.identities.enter(kind, *key, id);
            }
            let body = Private::clear(known.identity.clone());
            let identified = ContactEvent::Identified { kind, keys: known.keys.clone(), body };
            self.contact_event(id, identified, changes);
        }
    }

    /// The person is now also known by other identities: a changed number, a new user id.
    pub(super) fn renamed(
        &mut self,
        mut who: Who,
        now_known: Vec<Known>,
        now: Timestamp,
    ) -> Result<Vec<Change>, JournalError> {
        let old: Vec<_> = who.identities.iter().flat_map(|known| known.keys.clone()).collect();
        let before = self.address(&who);
        who.identities.extend(now_known);
        let (id, mut changes) = self.recognise(&who, true, now);
        // A new user id is of the same telephone, if answers went there; the old one is nobody's.
        let before = before.filter(|keys| {
            let contact = self.cache.contact(id, &self.store);
            let gone = |key: &IdentityKey| {
                let kind = contact.identities.iter().find(|(_, known, _)| known == key);
                old.contains(key) && kind.is_none_or(|(kind, _, _)| *kind == IdentityKind::UserId)
            };
            !keys.iter().any(gone)
        });
        self.answer_to(id, before, now, &mut changes);
        Ok(changes)
    }

    /// The book of the phone names somebody. His own name counts more, whenever it was told: as a point in time the
    /// book's word has the seconds of 1970 for milliseconds, so that of its words the latest counts and any other
    /// name is later. Who is taken out of the book, or of whom it says what is known, does not begin to exist.
    pub(super) fn booked(&mut self, who: &Who, at: Timestamp, now: Timestamp) -> Vec<Change> {
        let Some((name, key)) = &who.name else { return Vec::new() };
        let known = self.identities.find(&who.identities);
        if known.is_none() && (name.is_empty() || who.identities.is_empty()) {
            return Vec::new();
        }
        let at = Timestamp(at.secs().max(0));
        let (id, mut changes) = match known {
            Some(id) => (id, Vec::new()),
            None => self.introduce(who, now),
        };
        let before = self.cache.contact(id, &self.store).name;
        if before.is_none_or(|(_, of, known)| known != *key && at > of)
            && (before.is_some() || !name.is_empty())
        {
            let named = ContactEvent::Named { at, key: *key, body: Private::clear(name.clone()) };
            self.contact_event(id, named, &mut changes);
        }
        changes
    }

    pub(super) fn contact_event(
        &mut self,
        id: ContactId,
        event: ContactEvent,
        changes: &mut Vec<Change>,
    ) {
        let expected = self.cache.contact(id, &self.store).version;
        let stream = StreamId::Contact(id.0);
        let change = Change { stream, expected, events: vec![StreamEvent::Contact(event)] };
        self.apply(std::slice::from_ref(&change));
        *changes = merged(std::mem::take(changes), vec![change]);
    }
}

/// A username can pass to another person and is no address.
fn is_address(known: &Known) -> bool {
    known.identity.kind != IdentityKind::Username
}
