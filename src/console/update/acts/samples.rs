//! Tickets for tests.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::rig::Rig;
use crate::console::sample::{self, whole};
use crate::domain::roster::Role;
use crate::kit::Timestamp;
use crate::wire::{ActionRequest, ClientFrame, Refused, RelayFrame, TicketView, Window};
use uuid::Uuid;

/// A ticket of the queue `support` that is nobody's, in which nothing was written.
pub(crate) fn ticket(number: u64) -> TicketView {
    let mut ticket = sample::ticket(number, "Maria");
    ticket.contact.phone = Some("5511999990000".into());
    (ticket.unread, ticket.last_message) = (0, None);
    ticket.window = Window { until: None, open: false };
    (ticket.next_due, ticket.waiting_since) = (None, None);
    ticket
}

/// The relay's greeting to `ada`, an agent of the queue `support`.
pub(crate) fn welcome(now: Timestamp) -> RelayFrame {
    let mut greeting = sample::welcome(Role::Agent);
    if let RelayFrame::Welcome { you, desk, server_time, .. } = &mut greeting {
        (you.name, you.queues) = ("ada".into(), vec!["support".into()]);
        (desk.undo_ms, *server_time) = (3_000, now);
    }
    greeting
}

/// A connected console whose inbox shows these tickets, with the cursor on the first.
pub(crate) fn rig(tickets: Vec<TicketView>) -> Rig {
    let mut rig = Rig::new(80, 24);
    let now = rig.now;
    rig.hears(welcome(now));
    rig.model.inbox.cursor = tickets.first().map(|ticket| ticket.number);
    rig.model.inbox.shown.apply(whole(tickets)).expect("a first list fits");
    rig.effects();
    rig
}

/// Asks for an action as the command line does, and gives the commands that were said.
pub(crate) fn asked(rig: &mut Rig, text: &str) -> Vec<(Uuid, u64, ActionRequest)> {
    let _: Invocation = text.parse().expect("an action");
    rig.ask(text);
    commands(rig)
}

/// The commands that were said since it was asked last.
pub(crate) fn commands(rig: &mut Rig) -> Vec<(Uuid, u64, ActionRequest)> {
    let said = rig.effects().into_iter().filter_map(|effect| match effect {
        Effect::Say(ClientFrame::Command { id, ticket, action }) => Some((id, ticket.0, action)),
        _ => None,
    });
    said.collect()
}

/// The relay carried a command out.
pub(crate) fn done(rig: &mut Rig, id: Uuid) {
    rig.hears(RelayFrame::Done { id, position: 2, outbox: None });
}

/// The last line that was told.
pub(crate) fn told(rig: &Rig) -> String {
    rig.model.told.lines().next_back().map(|line| line.text.clone()).unwrap_or_default()
}

/// The relay refuses a command.
pub(crate) fn refused(rig: &mut Rig, id: Uuid, code: &str, message: &str) {
    rig.hears(RelayFrame::Refused { id: Some(id), refused: Refused::new(code, message, "") });
}
