//! What a console asks for, on its way.

use super::around;
use super::turns::Turn;
use crate::domain::id::TicketNumber;
use crate::domain::routing::Standing;
use crate::kit::text::one_line;
use crate::relay::gate::{Gate, Signed};
use crate::relay::token::TokenHash;
use crate::wire::{Acted, ActionRequest, Presence, Refused};
use uuid::Uuid;

/// Characters of the reason of a break.
const REASON_MOST: usize = 64;

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

/// Somebody says whether he takes new tickets.
pub(super) async fn presence(
    gate: &Gate,
    signed: &Signed,
    presence: Presence,
    reason: Option<String>,
) -> Result<Acted, Refused> {
    let Some(standing) = around::standing(presence) else {
        let hint = "one of online, busy, away, wrap_up, break; who leaves is offline";
        return Err(Refused::new("malformed", "nobody can say that of himself", hint));
    };
    let reason = reason.map(|reason| one_line(reason.trim(), REASON_MOST));
    let reason = reason.filter(|reason| !reason.is_empty() && standing == Standing::Break);
    let relay = &gate.relay;
    let name = &signed.member.name;
    let before = relay.floor.presences.of(name);
    let had = before.filter(|seen| seen.standing == Standing::Break);
    let told = match (&had, standing) {
        (None, Standing::Break) => Some("begun"),
        (Some(seen), Standing::Break) if seen.reason != reason => Some("begun"),
        (Some(_), Standing::Break) | (None, _) => None,
        (Some(_), _) => Some("ended"),
    };
    if let Some(outcome) = told {
        let of = reason.as_deref().or(had.as_ref().and_then(|seen| seen.reason.as_deref()));
        let what = of.map_or_else(|| "break".to_owned(), |of| format!("break: {of}"));
        gate.audit.note(name.as_str(), &what, outcome).await;
    }
    relay.floor.presences.choose(&signed.member.name, standing, reason, relay.clock.now());
    Ok(Acted { position: relay.store.read().position.0, outbox: None })
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
