//! The list of tickets.

use crate::domain::id::TicketNumber;
use crate::wire::{InboxView, Shown, TicketView};
use std::collections::BTreeSet;

/// The list of tickets: a page of what the relay has, in the relay's order.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    /// Which tickets.
    pub view: InboxView,
    /// What they are searched for.
    pub query: Option<String>,
    /// Those that are loaded.
    pub shown: Shown<TicketView>,
    /// The one under the cursor.
    pub cursor: Option<TicketNumber>,
    /// Those that are marked.
    pub marked: BTreeSet<TicketNumber>,
}

impl Inbox {
    /// The ticket under the cursor.
    pub fn selected(&self) -> Option<&TicketView> {
        self.cursor.and_then(|number| self.shown.get(&number))
    }
}
