//! What comes along from a ticket that is merged into another: its labels, fields, followers, what is to be done.

use super::{Reading, or_word};
use crate::domain::contact::Contact;
use crate::domain::conversation::{Conversation, Past};
use crate::domain::event::{Event, FieldSet, TodoAdded, TodoSettled};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::thread::Sort;
use crate::domain::ticket::Tags;
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::wire::{AsideView, TodoView};
use std::collections::BTreeSet;

impl Reading {
    /// A ticket's labels, and what it has beside the rest; nothing of a person who was erased.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn brought(&self, number: TicketNumber) -> Result<(Vec<String>, AsideView), JournalError> {
        let none = (Vec::new(), AsideView::default());
        let Some(id) = self.store.read().conversation_of(number) else { return Ok(none) };
        let Some(state) = self.store.conversation(id)? else { return Ok(none) };
        let contact = self.contact(state.head.contact);
        if contact.erased.is_some() {
            return Ok(none);
        }
        match state.head.ticket.as_ref().filter(|latest| latest.number == number) {
            Some(ticket) => {
                let aside = self.aside(&contact, &state, number)?;
                let tags = self.tags(&contact, &state, ticket)?;
                Ok((tags, aside.map(|aside| *aside).unwrap_or_default()))
            }
            None => match state.head.past().iter().find(|past| past.number == number) {
                Some(past) => self.brought_from(&contact, &state, past),
                None => Ok(none),
            },
        }
    }

    /// The same of a ticket of the past: what is written in its part of the thread.
    fn brought_from(
        &self,
        contact: &Contact,
        state: &Conversation,
        past: &Past,
    ) -> Result<(Vec<String>, AsideView), JournalError> {
        let (mut names, mut aside) = (BTreeSet::new(), AsideView::default());
        let entries = state.thread.after(past.opened_at.plus_millis(-1));
        let inside = entries.take_while(|entry| entry.at() <= past.solved_at);
        let goes_on = |place| {
            let todos = state.head.aside().into_iter().flat_map(|aside| &aside.todos);
            todos.into_iter().any(|todo| todo.place == place)
        };
        for entry in inside.filter(|entry| entry.sort() == Sort::Event) {
            let found = or_word(self.opener.found(entry.place()).map(Some), |_| None)?;
            let Some(found) = found else { continue };
            let StreamEvent::Conversation(event) = &found.event else { continue };
            match event {
                Event::Tagged { body, .. } => {
                    let tags = self.tags_in(contact, &found, body);
                    let tags = or_word(tags, |_| Tags::default())?;
                    for name in &tags.remove {
                        names.remove(name.as_str());
                    }
                    names.extend(tags.add.iter().map(Name::to_string));
                }
                Event::FieldSet(FieldSet { field, key: None, .. }) => {
                    aside.fields.remove(field.as_str());
                }
                Event::FieldSet(FieldSet { field, .. }) => {
                    let value = self.written(contact, entry.place())?;
                    aside.fields.insert(field.to_string(), value);
                }
                // One that went on with the ticket when it was split is there already.
                Event::TodoAdded(_) if goes_on(entry.place()) => {}
                Event::TodoAdded(TodoAdded { id, owner, due, .. }) => {
                    let (id, due, done) = (*id, *due, false);
                    let text = self.written(contact, entry.place())?;
                    let owner = owner.as_ref().map(ToString::to_string);
                    aside.todos.push(TodoView { id, text, owner, due, done });
                }
                Event::TodoSettled(TodoSettled { id, done, .. }) => {
                    let all = aside.todos.iter_mut().filter(|todo| todo.id == *id);
                    all.for_each(|todo| todo.done = *done);
                }
                _ => {}
            }
        }
        Ok((names.into_iter().collect(), aside))
    }
}
