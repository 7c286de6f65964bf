//! Tickets of which somebody says that they are about the same matter.

use super::id::TicketNumber;
use serde::{Deserialize, Serialize};

/// The most links that the tickets of one conversation may have.
pub const LINKS_MOST: usize = 64;

/// See the module. A pair has one ticket of the conversation at least; few conversations have any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links(Vec<(TicketNumber, TicketNumber)>);

impl Links {
    /// All pairs, in the order in which they were linked.
    pub fn pairs(&self) -> &[(TicketNumber, TicketNumber)] {
        &self.0
    }

    /// The tickets that one is linked with.
    pub fn of(&self, number: TicketNumber) -> impl Iterator<Item = TicketNumber> {
        self.0.iter().filter_map(move |(one, other)| match number {
            number if number == *one => Some(*other),
            number if number == *other => Some(*one),
            _ => None,
        })
    }

    pub(super) fn set(&mut self, one: TicketNumber, other: TicketNumber, on: bool) {
        let pair = |(a, b): &(TicketNumber, TicketNumber)| {
            (*a, *b) == (one, other) || (*b, *a) == (one, other)
        };
        self.0.retain(|known| !pair(known));
        if on {
            self.0.push((one, other));
        }
    }
}
