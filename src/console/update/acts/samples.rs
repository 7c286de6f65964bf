//! Tickets for tests.

use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::rig::Rig;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::roster::Role;
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use crate::wire::{
    ActionRequest, Change, ClientFrame, ContactBrief, Desk, RelayFrame, Splice, TicketView,
    VERSION, Window, You,
};
use uuid::Uuid;

/// A ticket of the queue `support` that is nobody's.
pub(crate) fn ticket(number: u64) -> TicketView {
    TicketView {
        number: TicketNumber(number),
        line: "main".into(),
        queue: "support".into(),
        state: State::Open,
        priority: Priority::Normal,
        assignee: None,
        tags: Vec::new(),
        contact: ContactBrief {
            id: ContactId(number),
            name: Some("Maria".into()),
            phone: Some("5511999990000".into()),
            user_id: None,
            username: None,
        },
        unread: 0,
        last_message: None,
        window: Window { until: None, open: false },
        next_due: None,
        opened_at: Timestamp::from_secs(1_772_400_000),
        waiting_since: None,
        snoozed_until: None,
        solved_at: None,
    }
}

/// The first state of a list.
pub(crate) fn whole<V: crate::wire::Keyed>(items: Vec<V>) -> Change<V::Key, V> {
    let keys = items.iter().map(crate::wire::Keyed::key).collect();
    Change { splice: Some(Splice { first: 0, keys, last: 0 }), items }
}

/// The relay's greeting to `ada`, an agent of the queue `support`.
pub(crate) fn welcome(server_time: Timestamp) -> RelayFrame {
    RelayFrame::Welcome {
        version: VERSION,
        you: You { name: "ada".into(), role: Role::Agent, queues: vec!["support".into()] },
        desk: Desk {
            lines: vec!["main".into()],
            queues: vec!["support".into()],
            undo_ms: 3_000,
            simulated: false,
        },
        position: 1,
        server_time,
        rate: 1.0,
    }
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
    let (code, message) = (code.to_owned(), message.to_owned());
    rig.hears(RelayFrame::Refused { id: Some(id), code, message, hint: String::new() });
}
