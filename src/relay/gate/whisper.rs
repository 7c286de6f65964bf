//! A supervisor proposes to who has a ticket what to write.

use super::{Gate, Signed, no_ticket, refused};
use crate::domain::id::TicketNumber;
use crate::domain::refusal::Refusal;
use crate::relay::floor::WHISPER_MOST;
use crate::wire::{Acted, Refused, WhisperView};

impl Gate {
    /// Proposes it; an empty text takes back what was proposed, which its addressee may too.
    ///
    /// # Errors
    /// The refusal of who is no supervisor, and where nobody has the ticket.
    pub(super) async fn whisper(
        &self,
        signed: &Signed,
        ticket: TicketNumber,
        text: String,
    ) -> Result<Acted, Refused> {
        let me = &signed.member.name;
        let (id, contact, holder) = {
            let views = self.relay.store.read();
            let id = views.conversation_of(ticket).ok_or_else(no_ticket)?;
            let state = views.conversation(id).ok_or_else(no_ticket)?;
            let held = state.unsolved().filter(|of| of.number == ticket);
            (id, state.head.contact, held.and_then(|of| of.assignee.clone()))
        };
        let whispers = &self.relay.floor.whispers;
        let done = Acted { position: self.relay.store.read().position.0, outbox: None };
        let mine = whispers.of(me, id).is_some();
        if text.trim().is_empty() && mine {
            whispers.clear(id);
            return Ok(done);
        }
        self.supervises(signed, &format!("ticket {ticket} whisper")).await?;
        let length = text.chars().count();
        if length > WHISPER_MOST {
            return Err(refused(&Refusal::TooLong { length, most: WHISPER_MOST }));
        }
        if text.trim().is_empty() {
            whispers.clear(id);
            return Ok(done);
        }
        let to = holder.ok_or_else(|| refused(&Refusal::NotAssigned))?;
        let at = self.relay.clock.now();
        whispers.put((id, ticket), contact, to, WhisperView { by: me.to_string(), text, at });
        Ok(done)
    }
}
