//! What a console asks for, on its way.

use super::turns::Turn;
use crate::domain::id::TicketNumber;
use crate::relay::gate::Gate;
use crate::relay::token::TokenHash;
use crate::wire::{Acted, ActionRequest, Refused};
use uuid::Uuid;

/// What came of a command.
pub(super) type Outcome = (Uuid, Result<Acted, Refused>);

/// Carries out a command when its turn comes.
pub(super) async fn act(
    gate: Gate,
    token: TokenHash,
    turn: Turn,
    (id, ticket, action): (Uuid, TicketNumber, ActionRequest),
) -> Outcome {
    let _turn = turn.come().await;
    // While it waited for its turn his rights may have changed.
    let Some(signed) = gate.still(token) else {
        let refused = Refused::new("token", "the token is not good any more", "log in again");
        return (id, Err(refused));
    };
    (id, gate.act(&signed, ticket, action, Some(id)).await)
}

/// Has the templates compared with the platform.
pub(super) async fn sync(gate: Gate, id: Uuid) -> Outcome {
    let accounts = gate.sync_templates().await;
    let done = match accounts.into_iter().find_map(|account| account.fault) {
        Some(fault) => Err(Refused::new("not_fetched", fault, "try again later")),
        None => Ok(Acted { position: gate.relay.store.read().position.0, outbox: None }),
    };
    (id, done)
}
