//! Who is asked whether he takes the latest ticket.

use super::Head;
use crate::domain::event::Event;
use crate::domain::offer::{Asking, Offer};

impl Head {
    /// Who is asked about the latest ticket, or was; nothing where nobody was.
    pub fn asking(&self) -> Option<&Asking> {
        self.aside().map(|aside| &aside.asking).filter(|asking| **asking != Asking::default())
    }

    /// To whom the latest ticket is offered now.
    pub fn offer(&self) -> Option<&Offer> {
        self.aside()?.asking.offer.as_ref()
    }
}

/// Whether nobody is asked any more about the ticket: somebody has it or has given it back, it goes elsewhere, or
/// there is nothing to do about it.
pub(super) fn ends_asking(event: &Event) -> bool {
    matches!(
        event,
        Event::Assigned { .. }
            | Event::Moved { .. }
            | Event::StateChanged { .. }
            | Event::Snoozed { .. }
            | Event::Solved { .. }
            | Event::TicketMerged { .. }
            | Event::TicketSplit(_)
            | Event::TicketReopened { .. }
    )
}
