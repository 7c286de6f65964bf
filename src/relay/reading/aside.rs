//! Followers, mentions, what is to be done and who is asked, opened.

use super::{Reading, or_word};
use crate::domain::aside::Todo;
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::field::Field;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::thread::Place;
use crate::journal::JournalError;
use crate::kit::Timestamp;
use crate::wire::{AsideView, Link, LinkView, OfferView, TodoView};

fn latest_is(state: &Conversation, number: TicketNumber) -> bool {
    state.head.ticket.as_ref().is_some_and(|latest| latest.number == number)
}

impl Reading {
    /// What the latest ticket has beside the rest; nothing if it has none of it.
    pub(super) fn aside(
        &self,
        contact: &Contact,
        state: &Conversation,
        number: TicketNumber,
    ) -> Result<Option<Box<AsideView>>, JournalError> {
        let Some(aside) = state.head.aside() else { return self.linked_only(state, number) };
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
        let offer = aside.asking.offer.as_ref();
        let view = AsideView {
            offer: offer.map(|offer| OfferView {
                ticket: number,
                to: offer.to.to_string(),
                until: offer.until,
            }),
            followers: aside.followers.iter().map(Name::to_string).collect(),
            mentioned: unseen.map(|mention| mention.who.to_string()).collect(),
            fields: aside.fields.iter().map(field).collect::<Result<_, JournalError>>()?,
            todos: aside.todos.iter().map(todo).collect::<Result<_, JournalError>>()?,
            links: self.links(state, number)?,
        };
        Ok((view != AsideView::default()).then(|| Box::new(view)))
    }

    /// A ticket that has nothing beside the rest but perhaps links.
    pub(super) fn linked_only(
        &self,
        state: &Conversation,
        number: TicketNumber,
    ) -> Result<Option<Box<AsideView>>, JournalError> {
        let links = self.links(state, number)?;
        let view = AsideView { links, ..AsideView::default() };
        Ok((!view.links.is_empty()).then(|| Box::new(view)))
    }

    /// The tickets before and after one in its conversation, and those that it was linked with by hand. Of these
    /// nothing is told that may change.
    fn links(
        &self,
        state: &Conversation,
        number: TicketNumber,
    ) -> Result<Vec<LinkView>, JournalError> {
        let past = state.head.past().iter().map(|past| (past.number, past.opened_at));
        let latest = state.head.ticket.iter().map(|ticket| (ticket.number, ticket.opened_at));
        let all: Vec<_> = past.chain(latest).collect();
        let nth = all.iter().position(|(known, _)| *known == number);
        let view = |(ticket, opened_at), is| LinkView { ticket, is, opened_at };
        let took = state.head.took();
        let mut links = Vec::new();
        // What was merged into it, and into what it was merged.
        let of = took.filter(|_| latest_is(state, number)).map(|took| (took.ticket, Link::Merged));
        let into = state.head.ticket.as_ref().filter(|latest| latest.number == number);
        let into = into.and_then(|latest| latest.merged).map(|into| (into, Link::Into));
        for (other, is) in of.into_iter().chain(into) {
            let at = self.begun(other)?;
            links.extend(at.map(|at| view((other, at), is)));
        }
        if let Some(nth) = nth {
            let merged = |one: usize, other: usize| {
                took.is_some_and(|took| took.ticket == all[one].0 && latest_is(state, all[other].0))
            };
            if let Some(before) = nth.checked_sub(1).filter(|before| !merged(*before, nth)) {
                links.push(view(all[before], Link::Earlier));
            }
            if let Some(after) = all.get(nth + 1) {
                let is = if merged(nth, nth + 1) { Link::Into } else { Link::Later };
                links.push(view(*after, is));
            }
        }
        for to in state.head.links(number) {
            let known = all.iter().find(|(known, _)| *known == to).copied();
            let found = match known {
                Some(known) => Some(known),
                None => self.begun(to)?.map(|at| (to, at)),
            };
            links.extend(found.map(|found| view(found, Link::SameMatter)));
        }
        Ok(links)
    }

    /// When a ticket began; nothing if there is none of that number.
    fn begun(&self, number: TicketNumber) -> Result<Option<Timestamp>, JournalError> {
        let Some(id) = self.store.read().conversation_of(number) else { return Ok(None) };
        let Some(state) = self.store.conversation(id)? else { return Ok(None) };
        let past = state.head.past().iter().find(|past| past.number == number);
        let latest = state.head.ticket.as_ref().filter(|latest| latest.number == number);
        Ok(past.map(|past| past.opened_at).or(latest.map(|latest| latest.opened_at)))
    }

    /// A text for colleagues, whole; of a person who was erased, that word.
    pub(super) fn written(&self, contact: &Contact, place: Place) -> Result<String, JournalError> {
        match or_word(self.opener.found(place).map(Some), |_| None)? {
            Some(found) => or_word(self.body::<String>(contact, &found), str::to_owned),
            None => Ok(String::new()),
        }
    }
}
