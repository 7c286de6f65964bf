//! What was asked of the relay and is not answered yet.

use super::attachment::Made;
use super::composer::Quoted;
use crate::console::context::Invocation;
use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::wire::ActionRequest;
use std::collections::{BTreeMap, VecDeque};
use uuid::Uuid;

/// A command that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Its id: the relay carries it out once, however often it is said.
    pub id: Uuid,
    /// The account that asked. What one account asked is never said under another's name.
    pub by: Option<String>,
    /// About which ticket.
    pub ticket: TicketNumber,
    /// What.
    pub action: ActionRequest,
    /// What leads back from it; nothing if it cannot be undone, empty if it changes nothing.
    pub back: Option<Vec<ActionRequest>>,
    /// What is asked once it was carried out.
    pub then: Vec<ActionRequest>,
    /// What a reply quotes.
    pub quote: Option<Quoted>,
    /// What a message was made of.
    pub made: Option<Made>,
    /// What was asked together with it.
    pub group: u64,
}

/// Why something was asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Why {
    /// A person wanted it.
    #[default]
    Act,
    /// To undo what this line told.
    Undo(String),
    /// To take back this message, which belongs into the composer again.
    TakeBack(Box<Asked>),
}

/// What happens once it was carried out.
#[derive(Clone, Debug, PartialEq)]
pub enum After {
    /// This is performed.
    Perform(Invocation),
    /// The ticket is opened.
    Open,
}

/// What was asked at once, for one ticket or for several, and is told in one line.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Why.
    pub why: Why,
    /// What happens once something of it was carried out.
    pub after: Option<After>,
    /// Tickets to try instead, if the one that was asked for is gone.
    pub instead: Vec<TicketNumber>,
    /// Commands without an answer.
    pub open: usize,
    /// What was carried out.
    pub done: Vec<Asked>,
    /// What was not, and why.
    pub refused: Vec<(Asked, String)>,
}

/// Commands that are said at once; the others are held until one of them is answered. The relay takes 16 of one
/// console.
pub const AT_ONCE: usize = 12;

/// What was asked of the relay and is not answered yet, in the order of asking.
#[derive(Clone, Debug, Default)]
pub struct InFlight {
    waiting: Vec<Asked>,
    /// Those among them that are not said yet, in order.
    held: VecDeque<Uuid>,
    /// Nothing is said before this real instant: it was too much.
    rests_until: Option<Timestamp>,
    groups: BTreeMap<u64, Group>,
    groups_made: u64,
}

impl InFlight {
    /// Begins a group; its commands name the number that comes back.
    pub fn begin(&mut self, group: Group) -> u64 {
        self.groups_made += 1;
        self.groups.insert(self.groups_made, group);
        self.groups_made
    }

    /// A group of which not all is answered.
    pub fn group(&mut self, number: u64) -> Option<&mut Group> {
        self.groups.get_mut(&number)
    }

    /// Ends a group if all of it is answered.
    pub fn end(&mut self, number: u64) -> Option<Group> {
        let over = self.groups.get(&number).is_some_and(|group| group.open == 0);
        if over { self.groups.remove(&number) } else { None }
    }

    /// Something was asked; [`InFlight::next`] says when it may be said.
    pub fn ask(&mut self, asked: Asked) {
        self.held.push_back(asked.id);
        self.waiting.push(asked);
    }

    /// What is to be said now, if there is something and room for it.
    pub fn next(&mut self, now: Timestamp) -> Option<Asked> {
        let said = self.waiting.len() - self.held.len();
        if said >= AT_ONCE || self.rests_until.is_some_and(|until| now < until) {
            return None;
        }
        self.rests_until = None;
        let id = self.held.pop_front()?;
        self.waiting.iter().find(|asked| asked.id == id).cloned()
    }

    /// The relay did not take it now: it is said again, before the others, at `until`. Says whether it waits.
    pub fn hold(&mut self, id: Uuid, until: Timestamp) -> bool {
        let waits = self.waiting.iter().any(|asked| asked.id == id);
        if waits && !self.held.contains(&id) {
            self.held.push_front(id);
            self.rests_until = Some(until);
        }
        waits
    }

    /// When something that is held may be said.
    pub fn rests_until(&self) -> Option<Timestamp> {
        self.rests_until.filter(|_| !self.held.is_empty())
    }

    /// There is a new connection: all that waits is to be said again.
    pub fn begin_again(&mut self) {
        self.held = self.waiting.iter().map(|asked| asked.id).collect();
        self.rests_until = None;
    }

    /// What a message that was asked for was made of, and what it quotes.
    pub fn made(&mut self, id: Uuid, made: Made, quote: Option<Quoted>) {
        if let Some(asked) = self.waiting.iter_mut().find(|asked| asked.id == id) {
            (asked.made, asked.quote) = (Some(made), quote);
        }
    }

    /// It was answered; gives back what it was. A second answer finds nothing.
    pub fn answered(&mut self, id: Uuid) -> Option<Asked> {
        let place = self.waiting.iter().position(|asked| asked.id == id)?;
        self.held.retain(|held| *held != id);
        Some(self.waiting.remove(place))
    }

    /// What waits, oldest first.
    pub fn waiting(&self) -> &[Asked] {
        &self.waiting
    }
}
