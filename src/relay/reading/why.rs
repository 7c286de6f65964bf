//! Why a ticket is where it is and whose it is, as the journal tells it.

use super::{ReadError, Reading};
use crate::domain::event::Event;
use crate::domain::id::TicketNumber;
use crate::domain::offer::Unaccepted;
use crate::domain::roster::{Actor, Member};
use crate::domain::thread::Sort;
use crate::domain::ticket::State;
use crate::journal::codec::StreamEvent;
use crate::wire::{Answer, AskedView, WhyView};

/// Events of a thread looked at for who gave the ticket.
const EVENTS_MOST: usize = 200;

impl Reading {
    /// Of the latest ticket of a conversation: of one before it nobody decides any more.
    ///
    /// # Errors
    /// [`ReadError::Missing`] also of a ticket that another one has followed.
    pub fn why(&self, member: &Member, number: TicketNumber) -> Result<WhyView, ReadError> {
        let state = self.conversation_of(member, number)?;
        let ticket = state.head.ticket.as_ref().filter(|ticket| ticket.number == number);
        let ticket = ticket.ok_or(ReadError::Missing)?;
        let assignee = ticket.assignee.as_ref();
        let mut why = WhyView {
            number,
            queue: ticket.queue.to_string(),
            routed: None,
            assignee: assignee.map(ToString::to_string),
            by: None,
            at: None,
            waits: assignee.is_none() && matches!(ticket.state, State::New | State::Open),
            table: None,
            asked: Vec::new(),
        };
        let told = state.thread.iter().rev();
        let told = told.filter(|entry| matches!(entry.sort(), Sort::Event | Sort::Opened));
        let offered = state.head.offer().is_some();
        let (mut given, mut done, mut answer) = (false, false, offered.then_some(Answer::Waits));
        for (nth, entry) in told.enumerate() {
            if entry.sort() == Sort::Event && (done || nth >= EVENTS_MOST) {
                continue;
            }
            let Ok(found) = self.opener.found(entry.place()) else { continue };
            match found.event {
                StreamEvent::Conversation(Event::TicketOpened { number: of, routed, .. }) => {
                    if of == number {
                        why.routed = routed.map(|routed| *routed);
                    }
                    break;
                }
                StreamEvent::Conversation(Event::Assigned { at, to, by, table }) => {
                    // What was decided before that is of no weight.
                    done = given || to.is_none() || to.as_ref() != assignee;
                    given = true;
                    if !done {
                        answer = (to.as_ref() == Some(&by)).then_some(Answer::Accepted);
                        let by = Some(by).filter(|by| by.as_str() != Actor::Relay.name());
                        (why.by, why.at) = (by.map(|by| by.to_string()), Some(at));
                        why.table = table.map(|table| *table);
                    }
                }
                StreamEvent::Conversation(Event::TicketReopened { .. }) => done = true,
                StreamEvent::Conversation(Event::OfferEnded(ended)) => {
                    answer = Some(match ended.how {
                        Unaccepted::Declined => Answer::Declined,
                        Unaccepted::Missed => Answer::Missed,
                        Unaccepted::Gone => Answer::Gone,
                    });
                }
                StreamEvent::Conversation(Event::Offered(made)) => {
                    let answer = match answer.take() {
                        // Who took it was not who was asked.
                        Some(Answer::Accepted) if Some(&made.to) != assignee => Answer::Over,
                        answer => answer.unwrap_or(Answer::Over),
                    };
                    if matches!(answer, Answer::Waits | Answer::Accepted) {
                        why.table = made.table;
                    }
                    why.asked.push(AskedView { who: made.to.to_string(), at: made.at, answer });
                }
                _ => {}
            }
        }
        why.asked.reverse();
        Ok(why)
    }
}
