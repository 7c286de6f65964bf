//! One person or two: contacts that are joined, by themselves or by somebody, and parted again.

use super::input::Answer;
use super::{Desk, Gone, Reply, merged};
use crate::domain::command::Arrival;
use crate::domain::consent::{Entry, Said, Source};
use crate::domain::contact::{Contact, ContactEvent};
use crate::domain::conversation::Conversation;
use crate::domain::decide::{goes_on, merge, part, unmerge};
use crate::domain::event::Event;
use crate::domain::id::{ContactId, ConversationId, IdentityKey, MessageKey, TicketNumber};
use crate::domain::identity::IdentityKind;
use crate::domain::name::Name;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::template::Purpose;
use crate::domain::ties::JOINED_MOST;
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, StreamId};
use crate::relay::views::Change;
use std::sync::Arc;

/// What somebody does about who is whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tying {
    /// The two are one person.
    Join(ContactId, ContactId),
    /// This one is another person than those that it was joined with.
    Part(ContactId),
    /// The latest of these that befell the contact is taken back.
    Undo(ContactId),
}

fn refused(what: &str) -> Refusal {
    Refusal::Malformed { what: what.to_owned() }
}

impl Desk {
    /// A contact with what all that he is has said about messages of ours.
    pub(super) fn whole_person(&mut self, id: ContactId) -> Arc<Contact> {
        let contact = self.cache.contact(id, &self.store).clone();
        if contact.ties.same().is_empty() {
            return contact;
        }
        let mut whole = (*contact).clone();
        for other in contact.ties.same() {
            whole.consent = whole.consent.with(&self.cache.contact(*other, &self.store).consent);
        }
        Arc::new(whole)
    }

    /// All contacts that are the same person, this one first.
    pub(super) fn family(&mut self, id: ContactId) -> Vec<ContactId> {
        let mut all = vec![id];
        all.extend(self.cache.contact(id, &self.store).ties.same());
        all
    }

    /// The person's conversations on a line, this contact's own first.
    pub(super) fn on_line(
        &mut self,
        id: ContactId,
        line: &Name,
    ) -> Vec<(ContactId, ConversationId)> {
        let all = self.family(id).into_iter();
        let of = |id| Some((id, self.cache.contact(id, &self.store).conversation(line)?));
        all.filter_map(of).collect()
    }

    /// Whose conversation takes a message: the one that has it already, else the one that goes on.
    pub(super) fn host(
        &mut self,
        id: ContactId,
        line: &Name,
        arrival: &Arrival,
    ) -> Result<ContactId, JournalError> {
        let mut best: Option<(ContactId, Arc<Conversation>)> = None;
        let all = self.on_line(id, line);
        if all.len() < 2 {
            return Ok(all.first().map_or(id, |(id, _)| *id));
        }
        for (of, conversation) in all {
            let Some(state) = self.cache.conversation(conversation, &self.store)?.cloned() else {
                continue;
            };
            if arrival.known_in(&state.thread).is_some() {
                return Ok(of);
            }
            if best.as_ref().is_none_or(|(_, known)| !goes_on(known, &state)) {
                best = Some((of, state));
            }
        }
        Ok(best.map_or(id, |(of, _)| of))
    }

    /// The person's conversation on a line that has the message of ours with that id.
    pub(super) fn sent_in(
        &mut self,
        id: ContactId,
        line: &Name,
        key: MessageKey,
    ) -> Result<Option<ConversationId>, JournalError> {
        let all = self.on_line(id, line);
        for (_, conversation) in all.iter().skip(usize::from(all.len() < 2)) {
            let state = self.cache.conversation(*conversation, &self.store)?;
            if state.is_some_and(|state| state.thread.outbox_by_key(key).is_some()) {
                return Ok(Some(*conversation));
            }
        }
        Ok(all.first().map(|(_, conversation)| *conversation))
    }

    /// Whether two contacts may be taken for one person by themselves: nobody has parted them, neither was erased.
    pub(super) fn may_join(&mut self, one: ContactId, other: ContactId) -> bool {
        let (ones, others) = (self.family(one), self.family(other));
        let erased = |desk: &mut Self, id| desk.cache.contact(id, &desk.store).erased.is_some();
        if ones.len() + others.len() > JOINED_MOST {
            return false;
        }
        let parted = ones.iter().any(|id| {
            let ties = self.cache.contact(*id, &self.store).ties.clone();
            others.iter().any(|other| ties.apart(*other))
        });
        !parted && !erased(self, one) && !erased(self, other)
    }

    /// Makes one person of two, and one ticket of their two on one line.
    pub(super) fn join(
        &mut self,
        one: ContactId,
        other: ContactId,
        by: &str,
        changes: &mut Vec<Change>,
    ) {
        let (ones, others) = (self.family(one), self.family(other));
        if ones.contains(&other) {
            return;
        }
        let at = self.clock.now();
        for (side, with) in [(&ones, &others), (&others, &ones)] {
            for id in side {
                let joined = ContactEvent::Joined { at, with: with.clone() };
                self.contact_event(*id, joined, changes);
            }
        }
        let (policy, _, _) = self.cache.desk(&self.store);
        let by = Name::from(by.trim_start_matches('-'));
        for (line, conversation) in self.conversations_of(&ones) {
            for (_, of_other) in self.conversations_of(&others).iter().filter(|(of, _)| *of == line)
            {
                let read = |desk: &mut Self, id| {
                    desk.cache.conversation(id, &desk.store).ok().flatten().cloned()
                };
                let both = (read(self, conversation), read(self, *of_other));
                let (Some(a), Some(b)) = both else { continue };
                let (going, ending) = if goes_on(&a, &b) { (a, b) } else { (b, a) };
                let (went, ended) = merge(&going, &ending, &policy, &by, at);
                self.conversation_events(going.id, went, changes);
                self.conversation_events(ending.id, ended, changes);
            }
        }
    }

    fn conversations_of(&mut self, contacts: &[ContactId]) -> Vec<(Name, ConversationId)> {
        let of = |id: &ContactId| self.cache.contact(*id, &self.store).conversations.clone();
        contacts.iter().flat_map(of).collect()
    }

    /// Adds what happens in a conversation to the changes of a decision.
    pub(super) fn conversation_events(
        &mut self,
        id: ConversationId,
        events: Vec<Event>,
        changes: &mut Vec<Change>,
    ) {
        if events.is_empty() {
            return;
        }
        let Ok(Some(state)) = self.cache.conversation(id, &self.store) else { return };
        let expected = state.head.version;
        let events = events.into_iter().map(StreamEvent::Conversation).collect();
        let change = Change { stream: StreamId::Conversation(id.0), expected, events };
        self.apply(std::slice::from_ref(&change));
        *changes = merged(std::mem::take(changes), vec![change]);
    }

    /// Makes two persons of one: `ones` and `others`, which are all of him. An identity that both have is of the
    /// one who had it first; where the other one wrote in his conversation, its window is open no longer and what
    /// waits there is taken back. What was refused while they were one stays refused by both.
    fn part(
        &mut self,
        ones: &[ContactId],
        others: &[ContactId],
        by: &str,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let at = self.clock.now();
        let (_, _, members) = self.cache.desk(&self.store);
        let name = Name::from(by.trim_start_matches('-'));
        let strange: Vec<_> = [(ones, others), (others, ones)]
            .into_iter()
            .flat_map(|(side, with)| side.iter().map(move |id| (*id, with)))
            .map(|(id, with)| (id, with.to_vec(), self.strange(id, with)))
            .collect();
        for (id, _, _) in strange.iter().filter(|(_, _, keys)| !keys.is_empty()) {
            for (_, conversation) in self.conversations_of(&[*id]) {
                let state = self.cache.conversation(conversation, &self.store);
                let state = state.map_err(super::unreadable)?;
                if state.is_some_and(|state| state.head.sends.iter().any(|send| send.attempting)) {
                    return Err(refused("a message to him is just being sent: try again"));
                }
            }
        }
        self.keep_refusals(ones, others, changes);
        for (id, with, keys) in strange {
            self.contact_event(id, ContactEvent::Parted { at, with: with.clone() }, changes);
            let theirs: Vec<TicketNumber> = self.tickets_of(&with);
            for (_, conversation) in self.conversations_of(&[id]) {
                let state = self.cache.conversation(conversation, &self.store);
                let Some(state) = state.map_err(super::unreadable)?.cloned() else { continue };
                let mut events = unmerge(&state, &theirs, &members, at);
                if !keys.is_empty() {
                    events.extend(part(&state, &name, at));
                }
                self.conversation_events(conversation, events, changes);
            }
            if !keys.is_empty() {
                self.contact_event(id, ContactEvent::Lost { at, keys }, changes);
            }
        }
        Ok(())
    }

    /// Identities of a contact that belong to one of the others.
    fn strange(&mut self, id: ContactId, others: &[ContactId]) -> Vec<IdentityKey> {
        let contact = self.cache.contact(id, &self.store).clone();
        let keys = contact.identities.iter().filter(|(kind, _, _)| *kind != IdentityKind::Username);
        keys.map(|(_, key, _)| *key)
            .filter(|key| self.identities.owner(*key).is_some_and(|owner| others.contains(&owner)))
            .collect()
    }

    fn tickets_of(&mut self, contacts: &[ContactId]) -> Vec<TicketNumber> {
        let mut numbers = Vec::new();
        for (_, conversation) in self.conversations_of(contacts) {
            let Ok(Some(state)) = self.cache.conversation(conversation, &self.store) else {
                continue;
            };
            numbers.extend(state.head.ticket.iter().map(|ticket| ticket.number));
            numbers.extend(state.head.past().iter().map(|past| past.number));
        }
        numbers
    }

    /// Which of the two said it nobody knows who reads the ledger: a refusal counts for both.
    fn keep_refusals(
        &mut self,
        ones: &[ContactId],
        others: &[ContactId],
        changes: &mut Vec<Change>,
    ) {
        let whole = ones.iter().chain(others).map(|id| (*id, self.whole_person(*id)));
        for (id, whole) in whole.collect::<Vec<_>>() {
            let own = self.cache.contact(id, &self.store).consent.clone();
            for purpose in
                [Purpose::Service, Purpose::Utility, Purpose::Authentication, Purpose::Marketing]
            {
                let refused = whole.consent.last(purpose).filter(|last| last.said == Said::Refused);
                let Some(Entry { at, .. }) = refused.filter(|_| own.allows(purpose).is_ok()) else {
                    continue;
                };
                let purposes = vec![purpose];
                let (proof, source) = (MessageKey(0), Some(Source::Agent));
                let body = Private::default();
                let out = ContactEvent::OptedOut { purposes, at, proof, source, body };
                self.contact_event(id, out, changes);
            }
        }
    }

    /// Somebody says who is whom.
    pub(super) fn tie(&mut self, actor: &str, tying: Tying, answer: Answer) -> Result<(), Gone> {
        let mut changes = Vec::new();
        let tied = self.tied(actor, tying, &mut changes);
        let reply = match tied {
            Ok(()) => Ok(Reply::Done),
            Err(refusal) => Err(refusal),
        };
        self.commit(None, actor, changes, Some((answer, reply)), None)
    }

    fn tied(
        &mut self,
        actor: &str,
        tying: Tying,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        let (Tying::Join(id, _) | Tying::Part(id) | Tying::Undo(id)) = tying;
        self.is_somebody(id)?;
        match tying {
            Tying::Join(one, other) => {
                self.is_somebody(other)?;
                self.joined_by(actor, one, other, changes)
            }
            Tying::Part(id) => {
                let others = self.cache.contact(id, &self.store).ties.same().to_vec();
                if others.is_empty() {
                    return Err(refused("the contact was not merged with another"));
                }
                self.part(&[id], &others, actor, changes)
            }
            Tying::Undo(id) => {
                let contact = self.cache.contact(id, &self.store).clone();
                let Some(last) = contact.ties.last() else {
                    return Err(refused("the contact was neither merged nor split"));
                };
                let with = last.with.clone();
                if last.joined {
                    let mut side = self.family(id);
                    side.retain(|id| !with.contains(id));
                    return self.part(&side, &with, actor, changes);
                }
                for other in with {
                    self.joined_by(actor, id, other, changes)?;
                }
                Ok(())
            }
        }
    }

    fn is_somebody(&mut self, id: ContactId) -> Result<(), Refusal> {
        let contact = self.cache.contact(id, &self.store);
        if contact.version == 0 {
            return Err(refused("there is no such contact"));
        }
        if contact.erased.is_some() { Err(Refusal::Erased) } else { Ok(()) }
    }

    fn joined_by(
        &mut self,
        actor: &str,
        one: ContactId,
        other: ContactId,
        changes: &mut Vec<Change>,
    ) -> Result<(), Refusal> {
        if one == other {
            return Err(refused("that is the same contact"));
        }
        // Answers to the one would go to the other: what is private to everybody in the group.
        if [one, other].iter().any(|id| self.cache.contact(*id, &self.store).is_group()) {
            return Err(refused("a group is no person: it stays a contact of its own"));
        }
        if self.family(one).len() + self.family(other).len() > JOINED_MOST {
            return Err(refused("one person can be at most 16 contacts"));
        }
        self.join(one, other, actor, changes);
        Ok(())
    }
}
