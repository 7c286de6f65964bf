//! What somebody gave away, and may take back.

use super::Reading;
use crate::domain::event::Event;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::thread::Sort;
use crate::journal::codec::StreamEvent;
use std::ops::ControlFlow::{self, Break, Continue};

/// Events of a thread that are looked at: who gave something away long ago does not take it back.
const GIVEN_MOST: usize = 200;

impl Reading {
    /// Who has a ticket because `account` gave it to him, and nobody has given it to anybody since. Nothing if
    /// that cannot be read.
    pub fn given_by(&self, account: &Name, ticket: TicketNumber) -> Option<Name> {
        self.latest(ticket, |(_, holder), event| match event {
            Event::Assigned { to: Some(to), by, .. } if by == account && Some(to) == holder => {
                Break(Some(to.clone()).filter(|to| to != account))
            }
            Event::Assigned { .. } | Event::TicketReopened { .. } => Break(None),
            _ => Continue(()),
        })
    }

    /// The queue that a ticket is in because `account` moved it there, and nobody else has moved it or given it to
    /// anybody since. Nothing if that cannot be read.
    pub fn moved_by(&self, account: &Name, ticket: TicketNumber) -> Option<Name> {
        self.latest(ticket, |(queue, _), event| match event {
            Event::Moved { queue: to, by, .. } => {
                Break(Some(to.clone()).filter(|to| by == account && to == queue))
            }
            Event::Assigned { by, .. } if by != account => Break(None),
            Event::TicketReopened { .. } => Break(None),
            _ => Continue(()),
        })
    }

    /// What the latest events of an unsolved ticket come to, the newest first; with its queue and its holder.
    fn latest(
        &self,
        ticket: TicketNumber,
        look: impl Fn((&Name, Option<&Name>), &Event) -> ControlFlow<Option<Name>>,
    ) -> Option<Name> {
        let id = self.store.read().conversation_of(ticket)?;
        let state = self.store.conversation(id).ok()??;
        let latest = state.unsolved().filter(|latest| latest.number == ticket)?;
        let stands = (&latest.queue, latest.assignee.as_ref());
        let told = state.thread.iter().rev().filter(|entry| entry.sort() == Sort::Event);
        for entry in told.take(GIVEN_MOST) {
            let found = self.opener.found(entry.place()).ok()?;
            let StreamEvent::Conversation(event) = &found.event else { continue };
            if let Break(answer) = look(stands, event) {
                return answer;
            }
        }
        None
    }
}
