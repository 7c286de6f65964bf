//! Tickets that change hands by the rules of routing.

use super::offer;
use crate::domain::command::Handing;
use crate::domain::conversation::Conversation;
use crate::domain::event::{Event, Offered};
use crate::domain::name::Name;
use crate::domain::offer::Unaccepted;
use crate::domain::policy::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::domain::thread::Sort;
use crate::kit::Timestamp;

/// So long after a person's answer a conversation stays with who has it, whatever is evened out.
const RESTS_MS: i64 = 600_000;

/// Whether nobody has answered in the ticket, nor in its conversation for ten minutes: such a one may be moved.
pub fn is_untouched(state: &Conversation, now: Timestamp) -> bool {
    let Some(ticket) = state.unsolved() else { return false };
    let since = ticket.opened_at.min(now.plus_millis(-RESTS_MS));
    let mut newest_first = state.thread.iter().rev().take_while(|entry| entry.at() >= since);
    let answered = |sort: Sort| matches!(sort, Sort::Reply | Sort::Elsewhere);
    ticket.answers.is_empty() && !newest_first.any(|entry| answered(entry.sort()))
}

/// Gives the ticket, if it still is as it was seen: somebody may have been quicker. Where its queue says so, the rules
/// only offer it; and they take an offer back from who has gone.
pub(super) fn hand(
    state: &Conversation,
    handing: &Handing,
    ctx: &Ctx,
) -> Result<Vec<Event>, Refusal> {
    let ticket = state.head.ticket.as_ref().filter(|ticket| ticket.number == handing.ticket);
    let ticket = ticket.ok_or(Refusal::NoTicket)?;
    if !ticket.state.is_unsolved() {
        return Err(Refusal::WrongState { state: ticket.state });
    }
    if ticket.queue != handing.queue {
        return Err(Refusal::QueueForeign { queue: ticket.queue.clone() });
    }
    let offer = state.head.offer();
    if let (Some(offer), None, None) = (offer, &ticket.assignee, &handing.to)
        && handing.from.as_ref() == Some(&offer.to)
    {
        return Ok(vec![offer::ended(ctx.now, &offer.to, Unaccepted::Gone)]);
    }
    match &ticket.assignee {
        holder if *holder == handing.from => {}
        Some(holder) => return Err(Refusal::HeldBy { holder: holder.clone() }),
        None => return Err(Refusal::NotAssigned),
    }
    // What a person evens out must not be in anybody's hands.
    if let (Actor::Agent(_), Some(holder)) = (ctx.actor, &handing.from)
        && !is_untouched(state, ctx.now)
    {
        return Err(Refusal::HeldBy { holder: holder.clone() });
    }
    if let Some(to) = &handing.to {
        let colleague = ctx.members.iter().find(|member| member.name == *to);
        let colleague = colleague.ok_or_else(|| Refusal::AgentUnknown { name: to.clone() })?;
        if !colleague.sees(&ticket.queue) {
            return Err(Refusal::QueueForeign { queue: ticket.queue.clone() });
        }
    }
    if handing.from == handing.to {
        return Ok(Vec::new());
    }
    let rules = ctx.policy.queues.get(&ticket.queue);
    let seconds = rules.and_then(|rules| rules.assignment.offer);
    if let (Actor::Relay, None, Some(to)) = (ctx.actor, &handing.from, &handing.to) {
        // One at a time.
        if let Some(offer) = offer {
            return Err(Refusal::HeldBy { holder: offer.to.clone() });
        }
        if let Some(seconds) = seconds {
            let (at, to, table) = (ctx.now, to.clone(), handing.table.as_deref().cloned());
            let offered = Offered { at, to, until: at.plus_secs(seconds), table };
            return Ok(vec![Event::Offered(Box::new(offered))]);
        }
    }
    let (to, by) = (handing.to.clone(), Name::from(ctx.actor.name()));
    Ok(vec![Event::Assigned { at: ctx.now, to, by, table: handing.table.clone() }])
}
