//! What few tickets have beside the rest: who follows them, whom notes name, what is to be done, who is asked.

use super::field::Field;
use super::id::TagKey;
use super::name::Name;
use super::offer::Asking;
use super::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// See the module. It belongs to the latest ticket of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Who is told of what happens to it, in the order in which they began.
    pub followers: Vec<Name>,
    /// Whom notes name, the one named last at the end; each once.
    pub mentions: Vec<Mention>,
    /// What is to be done, also what was, in the order in which it was noted.
    pub todos: Vec<Todo>,
    /// Fields that have a value, by name.
    pub fields: Vec<Field>,
    /// Who is asked whether he takes it.
    pub asking: Asking,
}

/// Somebody whom a note names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Who.
    pub who: Name,
    /// When he was named last.
    pub at: Timestamp,
    /// He has looked at it since.
    pub seen: bool,
}

/// Something to be done inside a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// Its number within the ticket, from 1.
    pub id: u32,
    /// Who is to do it; nothing means whoever has the ticket.
    pub owner: Option<Name>,
    /// By when.
    pub due: Option<Timestamp>,
    /// It is done.
    pub done: bool,
    /// Its time has come, and that was told.
    pub told: bool,
    /// Where it is written what.
    pub place: Place,
}

/// The most things to be done in one ticket.
pub const TODOS_MOST: usize = 32;
/// The most followers of one ticket.
pub const FOLLOWERS_MOST: usize = 32;

impl Aside {
    /// What is still to be done.
    pub fn open(&self) -> impl Iterator<Item = &Todo> {
        self.todos.iter().filter(|todo| !todo.done)
    }

    /// Whether somebody follows.
    pub fn follows(&self, who: &Name) -> bool {
        self.followers.contains(who)
    }

    /// Whether a note names somebody who has not looked at the ticket since.
    pub fn calls(&self, who: &Name) -> bool {
        self.mentions.iter().any(|mention| mention.who == *who && !mention.seen)
    }

    /// When the time of something to be done comes of which nobody was told.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.open().filter(|todo| !todo.told).filter_map(|todo| todo.due).min()
    }

    pub(super) fn follow(&mut self, who: &Name, on: bool) {
        self.followers.retain(|follower| follower != who);
        if on {
            self.followers.push(who.clone());
        }
    }

    pub(super) fn set(&mut self, name: &Name, key: Option<TagKey>, place: Place) {
        self.fields.retain(|field| field.name != *name);
        self.fields.extend(key.map(|key| Field { name: name.clone(), key, place }));
        self.fields.sort_by(|one, other| one.name.cmp(&other.name));
    }

    pub(super) fn mention(&mut self, names: &[Name], at: Timestamp) {
        self.mentions.retain(|mention| !names.contains(&mention.who));
        self.mentions.extend(names.iter().map(|who| Mention { who: who.clone(), at, seen: false }));
    }

    pub(super) fn looked(&mut self, who: &Name) {
        for mention in self.mentions.iter_mut().filter(|mention| mention.who == *who) {
            mention.seen = true;
        }
    }

    pub(super) fn change(&mut self, id: u32, change: impl Fn(&mut Todo)) {
        self.todos.iter_mut().filter(|todo| todo.id == id).for_each(change);
    }
}
