//! Who is whom: contacts that a colleague makes one person, or two again.

use super::{Gate, Signed, refused};
use crate::domain::id::{ContactId, TicketNumber};
use crate::relay::desk::Tying;
use crate::relay::reading::ReadError;
use crate::wire::{Acted, Refused};

impl Gate {
    /// Makes one person of two contacts, or two of one, or takes that back.
    ///
    /// # Errors
    /// The refusal: no such contact, none that the account sees, and what the desk refuses.
    pub async fn tie(&self, signed: &Signed, tying: Tying) -> Result<Acted, Refused> {
        let (id, other) = match tying {
            Tying::Join(id, other) => (id, other),
            Tying::Part(id) | Tying::Undo(id) => (id, id),
        };
        let seen = self.read(
            signed,
            || format!("contact {id} merge"),
            move |reading, member| {
                reading.contact_for(member, id)?;
                reading.contact_for(member, other)
            },
        );
        seen.await?;
        let answered = self.relay.desk.tie(signed.member.name.as_str(), tying).await;
        let answered = answered.map_err(|refusal| refused(&refusal))?;
        Ok(Acted { position: answered.position.0, outbox: None })
    }

    /// With whom a ticket's conversation is, if the account may see it.
    pub(super) async fn customer(
        &self,
        signed: &Signed,
        ticket: TicketNumber,
    ) -> Result<ContactId, Refused> {
        let asked = || format!("ticket {ticket} customer");
        self.read(signed, asked, move |reading, member| {
            reading.may_see(member, ticket)?;
            reading.customer(ticket).ok_or(ReadError::Missing)
        })
        .await
    }
}
