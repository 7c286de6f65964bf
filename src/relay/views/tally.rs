//! How many tickets stand where, counted as they change: nobody walks a hundred thousand of them to know.

use crate::domain::name::Name;
use crate::domain::ticket::State;
use std::collections::HashMap;

/// See the module. Solved tickets count while their conversation is in memory.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally(HashMap<(Name, State), usize>);

impl Tally {
    /// Queue, state and how many.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, State, usize)> {
        self.0.iter().map(|((queue, state), count)| (queue, *state, *count))
    }

    pub(super) fn add(&mut self, ticket: Option<(Name, State)>) {
        if let Some(ticket) = ticket {
            *self.0.entry(ticket).or_default() += 1;
        }
    }

    pub(super) fn remove(&mut self, ticket: Option<(Name, State)>) {
        let Some(ticket) = ticket else { return };
        let Some(count) = self.0.get_mut(&ticket) else { return };
        *count -= 1;
        if *count == 0 {
            self.0.remove(&ticket);
        }
    }
}
