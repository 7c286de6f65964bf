//! What people ask for: actions on tickets, and to be forgotten.

use super::input::{Answer, CommandId};
use super::{Desk, Gone, Reply, sent, unreadable};
use crate::domain::command::{Action, Command};
use crate::domain::contact::ContactEvent;
use crate::domain::decide::forget;
use crate::domain::desk::DeskEvent;
use crate::domain::id::{ContactId, ConversationId, SendId, TicketNumber};
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Actor, Member};
use crate::journal::StreamId;
use crate::journal::codec::StreamEvent;
use crate::relay::views::Change;

impl Desk {
    pub(super) fn act(
        &mut self,
        member: Member,
        ticket: TicketNumber,
        action: &Action,
        id: Option<CommandId>,
        answer: Answer,
    ) -> Result<(), Gone> {
        if let Some(id) = id {
            if let Some((_, reply)) = self.under_way.get(&id) {
                let reply = reply.clone();
                return self.commit(
                    None,
                    member.name.as_str(),
                    Vec::new(),
                    Some((answer, reply)),
                    None,
                );
            }
            if let Some(reply) = self.carried_out(&id) {
                return self.commit(
                    None,
                    member.name.as_str(),
                    Vec::new(),
                    Some((answer, reply)),
                    None,
                );
            }
        }
        let name = member.name.clone();
        let conversation = self.cache.ticket(ticket, &self.store);
        let decided = match conversation {
            Some(conversation) => self.decided_with(conversation, ticket, action, member),
            None => Err(Refusal::NoTicket),
        };
        let (changes, reply) = match decided {
            Ok((changes, send)) => (changes, Ok(Reply::Acted(send))),
            Err(refusal) => (Vec::new(), Err(refusal)),
        };
        if let (Some(id), false) = (id, changes.is_empty()) {
            self.under_way.insert(id, (self.seq + 1, reply.clone()));
        }
        let id = id.filter(|_| !changes.is_empty());
        self.commit(id, name.as_str(), changes, Some((answer, reply)), None)
    }

    /// The answer to a client's command that is on disk already.
    pub(super) fn carried_out(&self, id: &CommandId) -> Option<Result<Reply, Refusal>> {
        let reader = self.store.reader();
        let position = reader.command(id).ok()??;
        let record = reader.get(position).ok()??;
        let changes = crate::relay::views::changes(&record).ok()?;
        Some(Ok(Reply::Acted(changes.iter().find_map(sent))))
    }

    /// Only the latest ticket of a conversation can be acted on.
    pub(super) fn decided_on(
        &mut self,
        conversation: ConversationId,
        ticket: TicketNumber,
        command: &Command,
        actor: &Actor,
    ) -> Result<(Vec<Change>, Option<SendId>), Refusal> {
        let state = self.cache.conversation(conversation, &self.store).map_err(unreadable)?;
        let latest =
            state.and_then(|state| state.head.ticket.as_ref().map(|t| (t.number, t.queue.clone())));
        let (Actor::Agent(member), Some((latest, queue))) = (actor, latest) else {
            return Err(Refusal::NoTicket);
        };
        let moved = match command {
            Command::Act(Action::Move { given, .. } | Action::HandOver { given, .. }) => {
                given.as_ref() == Some(&queue)
            }
            _ => false,
        };
        // Who may not see the queue is not told that there is such a ticket.
        if !moved && !member.sees(&queue) {
            return Err(Refusal::QueueForeign { queue });
        }
        if latest != ticket {
            return Err(Refusal::WrongState { state: crate::domain::ticket::State::Closed });
        }
        self.decided(conversation, command, actor)
    }

    pub(super) fn erase(
        &mut self,
        actor: &str,
        id: ContactId,
        desk: Vec<DeskEvent>,
        answer: Answer,
    ) -> Result<(), Gone> {
        let now = self.clock.now();
        let contact = self.cache.contact(id, &self.store).clone();
        if contact.erased.is_some() {
            let answer = Some((answer, Err(Refusal::Erased)));
            return self.commit(None, actor, Vec::new(), answer, None);
        }
        if contact.version == 0 {
            let answer =
                Some((answer, Err(Refusal::Malformed { what: "there is no such contact".into() })));
            return self.commit(None, actor, Vec::new(), answer, None);
        }
        let mut changes = Vec::new();
        for (_, conversation) in &contact.conversations {
            let Ok(Some(state)) = self.cache.conversation(*conversation, &self.store) else {
                continue;
            };
            let expected = state.head.version;
            let by = Name::from(actor.trim_start_matches('-'));
            let ended = forget(state, &by, now).into_iter();
            let events: Vec<_> = ended.map(StreamEvent::Conversation).collect();
            if !events.is_empty() {
                let stream = StreamId::Conversation(conversation.0);
                changes.push(Change { stream, expected, events });
            }
        }
        let erased = StreamEvent::Contact(ContactEvent::Erased { at: now });
        let stream = StreamId::Contact(id.0);
        changes.push(Change { stream, expected: contact.version, events: vec![erased] });
        self.identities.forget(&contact);
        self.forgotten.add(&contact, &self.store);
        self.apply(&changes);
        if !desk.is_empty() {
            let desk = desk.into_iter().map(StreamEvent::Desk).collect();
            changes.push(self.desk_change(desk));
        }
        self.commit(None, actor, changes, Some((answer, Ok(Reply::Done))), None)
    }
}
