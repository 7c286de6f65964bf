//! The raw form of a message, for who may see the message.

use super::{ReadError, Reading};
use crate::domain::id::TicketNumber;
use crate::domain::message::Kind;
use crate::domain::roster::Member;

/// Why there is no raw form to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRaw {
    /// There is no such entry in the ticket's conversation.
    NoEntry,
    /// None is kept: of plain text, of what was written here, of what is no message.
    NotKept,
    /// The message was taken back by its sender.
    Deleted,
    /// The person was erased.
    Erased,
}

impl Reading {
    /// A customer's message as JSON, as the platform posted it; named by its id or its key.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn raw_form(
        &self,
        member: &Member,
        ticket: TicketNumber,
        entry: &str,
    ) -> Result<Result<String, NoRaw>, ReadError> {
        let state = self.conversation_of(member, ticket)?;
        let contact = self.contact(state.head.contact);
        if contact.erased.is_some() {
            return Ok(Err(NoRaw::Erased));
        }
        let Some(entry) = self.named(&state, entry) else { return Ok(Err(NoRaw::NoEntry)) };
        if !entry.sort().is_message() {
            return Ok(Err(NoRaw::NotKept));
        }
        let said = self.said(&contact, &entry)?;
        // What a message was changed to goes with the message.
        let about = said.about.as_deref().filter(|_| said.word == Kind::Edit.word());
        let edited = about.and_then(|about| self.named(&state, about));
        let taken_back = match edited {
            Some(edited) => {
                let word = self.said(&contact, &edited)?.word;
                self.taken_back(&state, &contact, &edited, word)?
            }
            None => self.taken_back(&state, &contact, &entry, said.word)?,
        };
        if taken_back {
            return Ok(Err(NoRaw::Deleted));
        }
        Ok(said.raw.ok_or(NoRaw::NotKept))
    }
}
