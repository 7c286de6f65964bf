//! Evening out who has how much: proposed, made and taken back by supervisors.

use super::{Gate, Signed, refused};
use crate::domain::command::Handing;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::relay::router::spread_at;
use crate::wire::{Acted, MoveView, Refused, SpreadView};

impl Gate {
    /// What would even it out now.
    ///
    /// # Errors
    /// The refusal of who is no supervisor.
    pub async fn spread(&self, signed: &Signed) -> Result<SpreadView, Refused> {
        self.supervises(signed, "spread").await?;
        let (relay, member) = (self.relay.clone(), signed.member.clone());
        let moves = self.apart(move |_| spread_at(&relay, &member)).await?;
        let view = |of: crate::domain::routing::Move| MoveView {
            ticket: of.ticket,
            from: of.from.to_string(),
            to: of.to.to_string(),
        };
        Ok(SpreadView { moves: moves.into_iter().map(view).collect() })
    }

    /// Makes these moves as far as they still make sense; those that were made.
    ///
    /// # Errors
    /// The refusal of who is no supervisor.
    pub async fn spread_out(
        &self,
        signed: &Signed,
        moves: Vec<MoveView>,
    ) -> Result<SpreadView, Refused> {
        self.supervises(signed, "spread").await?;
        let mut made = Vec::new();
        for one in moves {
            match self.shift(signed, one.ticket, &one.from, &one.to).await {
                Ok(_) => made.push(one),
                Err(refused) if refused.code == "unavailable" => return Err(refused),
                Err(refused) => tracing::debug!(ticket = one.ticket.0, %refused, "not moved"),
            }
        }
        Ok(SpreadView { moves: made })
    }

    /// Gives an untouched ticket of one agent to another.
    ///
    /// # Errors
    /// The refusal: it is not his any more, it was answered, the other does not see it, nobody supervises.
    pub(super) async fn shift(
        &self,
        signed: &Signed,
        ticket: TicketNumber,
        from: &str,
        to: &str,
    ) -> Result<Acted, Refused> {
        let what = format!("ticket {ticket} shift");
        self.supervises(signed, &what).await?;
        self.may_see(signed, ticket, "shift").await?;
        let known = {
            let views = self.relay.store.read();
            let id = views.conversation_of(ticket);
            let state = id.and_then(|id| views.conversation(id));
            let queue = state.and_then(|state| Some(state.unsolved()?.queue.clone()));
            id.zip(queue)
        };
        let (conversation, queue) = known.ok_or_else(super::no_ticket)?;
        let (from, to) = (Some(Name::from(from)), Some(Name::from(to)));
        let handing = Handing { ticket, queue, from, to, table: None };
        let by = Some(signed.member.clone());
        let handed = self.relay.desk.hand(conversation, handing, by).await;
        let handed = handed.map_err(|refusal| refused(&refusal))?;
        Ok(Acted { position: handed.position.0, outbox: None })
    }
}
