//! What the workers ask: may this message be told to the platform, what became of it, or of a file.

use super::input::{Answer, Reply};
use super::{Desk, Gone};
use crate::domain::command::Command;
use crate::domain::event::Event;
use crate::domain::id::ConversationId;
use crate::domain::roster::Actor;
use crate::journal::codec::StreamEvent;

impl Desk {
    pub(super) fn outbox(
        &mut self,
        id: ConversationId,
        command: &Command,
        answer: Answer,
    ) -> Result<(), Gone> {
        match self.decided(id, command, &Actor::Relay) {
            Ok((changes, _)) => {
                let events = changes.iter().flat_map(|change| &change.events);
                let failed = events.into_iter().find_map(|event| match event {
                    StreamEvent::Conversation(Event::Failed { error, .. }) => Some(*error),
                    _ => None,
                });
                let reply = match (command, failed) {
                    (Command::Attempt { .. }, Some(error)) => Reply::Failed(error),
                    (Command::Attempt { .. }, None) => Reply::Go,
                    _ => Reply::Done,
                };
                self.commit(None, Actor::Relay.name(), changes, Some((answer, Ok(reply))), None)
            }
            Err(refusal) => {
                let answer = Some((answer, Err(refusal)));
                self.commit(None, Actor::Relay.name(), Vec::new(), answer, None)
            }
        }
    }
}
