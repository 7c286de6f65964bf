//! Labels of tickets, opened.

use super::{Reading, or_word};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::name::Name;
use crate::domain::private::Private;
use crate::domain::thread::{Entry, Place, Sort};
use crate::domain::ticket::{Label, Tags, Ticket};
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::relay::opened::{Closed, Found};

impl Reading {
    /// What a change of labels says.
    pub(super) fn tags_in(
        &self,
        contact: &Contact,
        found: &Found,
        body: &Private<Tags>,
    ) -> Result<Tags, Closed> {
        match body.as_clear() {
            Some(_) if contact.erased.is_some() => Err(Closed::Erased),
            Some(tags) => Ok(tags.clone()),
            None => self.body(contact, found),
        }
    }

    /// The labels of a ticket, in order; none of a person who was erased.
    pub(super) fn tags(
        &self,
        contact: &Contact,
        state: &Conversation,
        ticket: &Ticket,
    ) -> Result<Vec<String>, JournalError> {
        let mut names = Vec::with_capacity(ticket.tags.len());
        for label in &ticket.tags {
            names.extend(self.tag(contact, state, label)?);
        }
        names.sort();
        Ok(names)
    }

    fn tag(
        &self,
        contact: &Contact,
        state: &Conversation,
        label: &Label,
    ) -> Result<Option<String>, JournalError> {
        if contact.erased.is_some() {
            return Ok(None);
        }
        if let Some(name) = self.cache.tag(state.id, label.key) {
            return Ok(Some(name));
        }
        // A state that was saved when labels stood there by name does not say where each is written.
        let known = label.place != Place::default();
        let events = state.thread.iter().rev().filter(|entry| entry.sort() == Sort::Event);
        let searched = events.filter(|_| !known).map(Entry::place);
        for place in known.then_some(label.place).into_iter().chain(searched) {
            let found = or_word(self.opener.found(place).map(Some), |_| None)?;
            let Some(found) = found else { continue };
            let StreamEvent::Conversation(Event::Tagged { add, body, .. }) = &found.event else {
                continue;
            };
            let Some(nth) = add.iter().position(|key| *key == label.key) else { continue };
            let tags = or_word(self.tags_in(contact, &found, body), |_| Tags::default())?;
            let name = tags.add.get(nth).map(ToString::to_string);
            if let Some(name) = &name {
                self.cache.put_tag(state.id, label.key, contact.id, name.clone());
            }
            return Ok(name);
        }
        Ok(None)
    }
}

/// A change of labels in words; of a person who was erased, only that there was one.
pub(super) fn tagged(tags: &Tags, actor: &str) -> String {
    let signed = |sign: char, names: &[Name]| {
        names.iter().map(|name| format!("{sign}{name} ")).collect::<String>()
    };
    format!("tags {}{}by {actor}", signed('+', &tags.add), signed('-', &tags.remove))
}
