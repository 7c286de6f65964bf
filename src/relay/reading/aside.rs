//! Followers, mentions and what is to be done, opened.

use super::{Reading, or_word};
use crate::domain::aside::Todo;
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::field::Field;
use crate::domain::name::Name;
use crate::domain::thread::Place;
use crate::journal::JournalError;
use crate::wire::{AsideView, TodoView};

impl Reading {
    /// What the latest ticket has beside the rest; nothing if it has none of it.
    pub(super) fn aside(
        &self,
        contact: &Contact,
        state: &Conversation,
    ) -> Result<Option<Box<AsideView>>, JournalError> {
        let Some(aside) = state.head.aside() else { return Ok(None) };
        let unseen = aside.mentions.iter().filter(|mention| !mention.seen);
        let todo = |todo: &Todo| {
            Ok(TodoView {
                id: todo.id,
                text: self.written(contact, todo.place)?,
                owner: todo.owner.as_ref().map(ToString::to_string),
                due: todo.due,
                done: todo.done,
            })
        };
        let field =
            |field: &Field| Ok((field.name.to_string(), self.written(contact, field.place)?));
        let view = AsideView {
            followers: aside.followers.iter().map(Name::to_string).collect(),
            mentioned: unseen.map(|mention| mention.who.to_string()).collect(),
            fields: aside.fields.iter().map(field).collect::<Result<_, JournalError>>()?,
            todos: aside.todos.iter().map(todo).collect::<Result<_, JournalError>>()?,
        };
        Ok((view != AsideView::default()).then(|| Box::new(view)))
    }

    /// A text for colleagues, whole; of a person who was erased, that word.
    fn written(&self, contact: &Contact, place: Place) -> Result<String, JournalError> {
        match or_word(self.opener.found(place).map(Some), |_| None)? {
            Some(found) => or_word(self.body::<String>(contact, &found), str::to_owned),
            None => Ok(String::new()),
        }
    }
}
