//! Actions that concern two tickets: links and merges.

use super::{Desk, unreadable};
use crate::domain::command::{Action, Command};
use crate::domain::conversation::Conversation;
use crate::domain::decide::{Facts, can, link, take_over, taken_back};
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, SendId, TicketNumber};
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Actor, Member};
use crate::domain::ticket::State;
use crate::domain::took::Brought;
use crate::relay::views::Change;
use std::sync::Arc;

/// What happens in another conversation.
type There = (ConversationId, Vec<Event>);

fn refused<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Malformed { what: what.to_owned() })
}

impl Desk {
    /// Decides an action, also what it does to another ticket.
    pub(super) fn decided_with(
        &mut self,
        here: ConversationId,
        ticket: TicketNumber,
        action: &Action,
        member: Member,
    ) -> Result<(Vec<Change>, Option<SendId>), Refusal> {
        let there = match action {
            Action::Link { to, on } => self.linked(here, (ticket, *to), *on, &member)?,
            Action::MergeTicket { with, brought } => {
                let other = self.visible(*with, &member)?;
                if other.id != here {
                    let both = ((here, ticket), (other, *with));
                    return self.taken_over(both, action, brought, &member);
                }
                None
            }
            Action::UnmergeTicket { with } => self.left_again(here, (ticket, *with))?,
            _ => None,
        };
        let command = Command::Act(action.clone());
        let (mut changes, send) = self.decided_on(here, ticket, &command, &Actor::Agent(member))?;
        if let Some((other, events)) = there {
            self.conversation_events(other, events, &mut changes);
        }
        Ok((changes, send))
    }

    fn state(&mut self, id: ConversationId) -> Result<Arc<Conversation>, Refusal> {
        let state = self.cache.conversation(id, &self.store).map_err(unreadable)?;
        state.cloned().ok_or(Refusal::NoTicket)
    }

    /// The conversation of a ticket that somebody may see.
    fn visible(
        &mut self,
        number: TicketNumber,
        member: &Member,
    ) -> Result<Arc<Conversation>, Refusal> {
        let id = self.cache.ticket(number, &self.store).ok_or(Refusal::NoTicket)?;
        let state = self.state(id)?;
        let queue = state.head.ticket.as_ref().map(|ticket| &ticket.queue);
        match queue.filter(|queue| !member.sees(queue)) {
            Some(queue) => Err(Refusal::QueueForeign { queue: queue.clone() }),
            None => Ok(state),
        }
    }

    /// What the conversation of the other ticket is told of a link, if it is another one.
    fn linked(
        &mut self,
        here: ConversationId,
        (ticket, to): (TicketNumber, TicketNumber),
        on: bool,
        member: &Member,
    ) -> Result<Option<There>, Refusal> {
        let at = self.clock.now();
        let other = self.visible(to, member)?;
        if other.id == here {
            return Ok(None);
        }
        Ok(Some((other.id, link(&other, (to, ticket), on, &member.name, at)?)))
    }

    /// A ticket of another conversation of the same customer becomes one with one of this.
    fn taken_over(
        &mut self,
        ((here, ticket), (other, with)): (
            (ConversationId, TicketNumber),
            (Arc<Conversation>, TicketNumber),
        ),
        action: &Action,
        brought: &Brought,
        member: &Member,
    ) -> Result<(Vec<Change>, Option<SendId>), Refusal> {
        let (at, going) = (self.clock.now(), self.state(here)?);
        let (policy, _, _) = self.cache.desk(&self.store);
        for (state, number) in [(&going, ticket), (&other, with)] {
            let latest = state.head.ticket.as_ref().filter(|latest| latest.number == number);
            let latest = latest.ok_or(Refusal::WrongState { state: State::Closed })?;
            can(&Facts::of(state, latest, at), member, action)?;
        }
        if !self.family(going.head.contact).contains(&other.head.contact) {
            return refused(
                "that ticket is another customer's; merge the contacts first if they are one person",
            );
        }
        // Words are sealed under the key of whom they are about: to another contact's they do not go, or they would
        // outlive him.
        let own = Brought { followers: brought.followers.clone(), ..Brought::default() };
        let same = going.head.contact == other.head.contact;
        let brought = if same { brought } else { &own };
        let (went, ended) = take_over(&going, &other, brought, (&policy, member), at)?;
        let mut changes = Vec::new();
        self.conversation_events(here, went, &mut changes);
        self.conversation_events(other.id, ended, &mut changes);
        Ok((changes, None))
    }

    /// What happens to the other ticket when a merge is taken back, if it is of another conversation.
    fn left_again(
        &mut self,
        here: ConversationId,
        (ticket, with): (TicketNumber, TicketNumber),
    ) -> Result<Option<There>, Refusal> {
        let at = self.clock.now();
        let (policy, _, members) = self.cache.desk(&self.store);
        let going = self.state(here)?;
        let took = going.head.took().filter(|took| took.ticket == with);
        let Some(stood) = took.and_then(|took| took.before.other) else { return Ok(None) };
        let other = self.cache.ticket(with, &self.store).ok_or(Refusal::NoTicket)?;
        let ended = self.state(other)?;
        if self.cache.contact(ended.head.contact, &self.store).erased.is_some() {
            return Err(Refusal::Erased);
        }
        let events = taken_back(&ended, (with, ticket), stood, (&policy, &members), at)?;
        Ok(Some((other, events)))
    }
}
