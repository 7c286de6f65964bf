//! What happened to a ticket, in a line.

use crate::domain::event::{
    Acknowledged, Event, Linked, OfferEnded, TicketSplit, TodoDue, TodoSettled, Unmerged,
};
use crate::domain::name::Name;
use crate::domain::offer::Unaccepted;
use crate::domain::roster::{Actor, ESCALATION};

/// Whether the relay itself did it, and no account.
fn is_relay(by: &Name) -> bool {
    by.as_str() == Actor::Relay.name()
}

/// Whether the service level did it.
fn is_escalation(by: &Name) -> bool {
    by.as_str() == ESCALATION
}

/// An event in words for people.
pub(super) fn in_words(event: &Event, actor: &str) -> String {
    match event {
        Event::TicketOpened { number, queue, previous: Some(previous), .. } => {
            format!("ticket {number} opened in {queue}, after ticket {previous}")
        }
        Event::TicketOpened { number, queue, .. } => format!("ticket {number} opened in {queue}"),
        Event::TicketReopened { since: Some(_), .. } => "reopened by the customer".to_owned(),
        Event::TicketReopened { .. } => format!("reopened by {actor}"),
        Event::Assigned { to: Some(to), by, .. } if is_relay(by) => {
            format!("given to {to} by the rules")
        }
        Event::Assigned { to: Some(to), by, .. } if is_escalation(by) => {
            format!("given to {to}: it escalates")
        }
        Event::Assigned { to: None, by, .. } if is_escalation(by) => {
            "given back to its queue: it escalates".to_owned()
        }
        Event::Assigned { to: None, by, .. } if is_relay(by) => {
            "given back to its queue: who had it was not there".to_owned()
        }
        Event::Assigned { to: Some(to), by, .. } if to == by => format!("taken by {to}"),
        Event::Assigned { to: Some(to), by, .. } => format!("given to {to} by {by}"),
        Event::Assigned { to: None, by, .. } => format!("given back to its queue by {by}"),
        Event::Offered(made) => format!("offered to {}", made.to),
        Event::OfferEnded(OfferEnded { to, how, .. }) => match how {
            Unaccepted::Declined => format!("declined by {to}"),
            Unaccepted::Missed => format!("{to} did not answer the offer"),
            Unaccepted::Gone => format!("taken back from {to}, who went"),
        },
        Event::StateChanged { state, .. } => format!("now {state}, by {actor}"),
        Event::Snoozed { until: Some(until), .. } => format!("asleep until {until}, by {actor}"),
        Event::Snoozed { until: None, .. } => {
            format!("asleep until the customer writes, by {actor}")
        }
        Event::Solved { by, .. } => format!("solved by {by}"),
        Event::Closed { .. } => "closed".to_owned(),
        Event::TicketMerged { into, .. } => format!("goes on as ticket {into}, by {actor}"),
        Event::Parted { .. } => format!("parted from another person, by {actor}"),
        Event::TicketTook(took) => {
            format!("goes on for ticket {} too, by {actor}", took.ticket)
        }
        Event::Unmerged(Unmerged { ticket, by, .. }) => {
            format!("ticket {ticket} stands by itself again, by {by}")
        }
        Event::TicketSplit(TicketSplit { from, number, by, .. }) => {
            format!("ticket {number} begins here, split from ticket {from} by {by}")
        }
        Event::Linked(Linked { ticket, to, by, .. }) if is_relay(by) => {
            format!("ticket {ticket} comes after one that was merged into {to}")
        }
        Event::Moved { queue, by, .. } if is_escalation(by) => {
            format!("moved to {queue}: it escalates")
        }
        Event::Moved { queue, by, .. } => format!("moved to {queue} by {by}"),
        Event::PriorityChanged { priority, by: Some(by), .. } if is_escalation(by) => {
            format!("priority now {}: it escalates", priority.word())
        }
        Event::PriorityChanged { priority, .. } => {
            format!("priority now {}, by {actor}", priority.word())
        }
        Event::TodoSettled(TodoSettled { id, by, done: true, .. }) => {
            format!("to do {id} done by {by}")
        }
        Event::TodoSettled(TodoSettled { id, by, .. }) => {
            format!("to do {id} taken up again by {by}")
        }
        Event::Linked(Linked { ticket, to, by, on: true, .. }) => {
            format!("ticket {ticket} is about the same matter as {to}, says {by}")
        }
        Event::Linked(Linked { ticket, to, by, .. }) => {
            format!("ticket {ticket} is not about the same matter as {to}, says {by}")
        }
        Event::TodoDue(TodoDue { id, .. }) => format!("to do {id} is due"),
        Event::WindowWarned { .. } => "the window closes soon".to_owned(),
        Event::WindowClosed { refused: true, .. } => {
            "the platform says that the window is closed".to_owned()
        }
        Event::WindowClosed { waiting: true, .. } => {
            "the window closed while the customer waited".to_owned()
        }
        Event::WindowClosed { .. } => "the window closed".to_owned(),
        Event::ClockWarned { metric, .. } => format!("{} is nearly due", metric.word()),
        Event::ClockBreached { metric, .. } => format!("{} was missed", metric.word()),
        Event::Escalated(level) => {
            format!("{} escalates: level {}", level.metric.word(), u16::from(level.level) + 1)
        }
        Event::Acknowledged(Acknowledged { by, until, .. }) => {
            format!("{by} takes care of it: nothing escalates until {until}")
        }
        Event::Alerted(_) => "an alert could not be delivered".to_owned(),
        Event::TicketBackdated { at } => format!("begins at {at}"),
        Event::Started { line, .. } => format!("begins on {line}"),
        Event::Cancelled { by, .. } | Event::Confirmed { by, .. } => {
            format!("{} by {by}", event.word())
        }
        Event::StatusSeen { status, .. } => {
            format!("{} is told of a message that was not sent from here", status.word())
        }
        other => other.word().replace('_', " "),
    }
}
