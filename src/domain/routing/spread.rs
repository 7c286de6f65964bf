//! Evens out who has how much: moves that are proposed, and made when somebody says so.

use super::{Agent, Assignment, Unfit, Waiting};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use std::collections::BTreeMap;

/// Points of occupancy by which two agents may differ before anything is moved.
pub const SPREAD_MOST: u64 = 25;

/// A ticket that somebody has and has not touched: no person has answered in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The ticket.
    pub ticket: Waiting,
    /// Whose it is.
    pub by: Name,
}

/// One ticket from one to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Which.
    pub ticket: TicketNumber,
    /// Who has it.
    pub from: Name,
    /// Who is to have it.
    pub to: Name,
}

/// Percent of what an agent carries that he has, with so much more.
fn occupancy(agent: &Agent, more: u32) -> u64 {
    (u64::from(agent.load) + u64::from(more)) * 100 / u64::from(agent.rules.carries())
}

/// The moves that bring agents of one queue to within [`SPREAD_MOST`] points, as far as untouched tickets allow:
/// each from one who has more to the least busy who may have it, and none that would only turn the two around. The
/// youngest ticket first: who waits longest stays where he may be looked at already.
pub fn spread(
    held: &[Held],
    agents: &[Agent],
    rules: &BTreeMap<Name, Assignment>,
    now: Timestamp,
) -> Vec<Move> {
    let mut agents = agents.to_vec();
    let mut left: Vec<_> = held.iter().collect();
    left.sort_by_key(|held| (std::cmp::Reverse(held.ticket.since), held.ticket.number));
    let mut moves = Vec::new();
    loop {
        let best = left.iter().enumerate().filter_map(|(nth, held)| {
            let from = agents.iter().position(|agent| agent.name == held.by)?;
            let rules = rules.get(&held.ticket.queue)?;
            let weight = held.ticket.weight();
            let to = target(&held.ticket, &agents, from, rules, now)?;
            let (has, after) = (occupancy(&agents[from], 0), occupancy(&agents[to], weight));
            let gap = has.checked_sub(occupancy(&agents[to], 0))?;
            (gap > SPREAD_MOST && after <= has).then_some((gap, nth, from, to))
        });
        // Of equal gaps the first, which is the youngest.
        let best = best.max_by_key(|(gap, nth, ..)| (*gap, std::cmp::Reverse(*nth)));
        let Some((_, nth, from, to)) = best else { return moves };
        let held = left.remove(nth);
        let weight = held.ticket.weight();
        let given = agents[to].given;
        agents[from].load = agents[from].load.saturating_sub(weight);
        agents[to].take(&held.ticket, now);
        agents[to].given = given;
        let (from, to) = (held.by.clone(), agents[to].name.clone());
        moves.push(Move { ticket: held.ticket.number, from, to });
    }
}

/// Who would still be the least busy with a ticket, of those who may have it.
fn target(
    ticket: &Waiting,
    agents: &[Agent],
    from: usize,
    rules: &Assignment,
    now: Timestamp,
) -> Option<usize> {
    let (demand, _) = ticket.demand.relaxed(ticket.waited(now));
    // A pace is for what comes by itself.
    let may = |unfit: Option<Unfit>| matches!(unfit, None | Some(Unfit::Pace { .. }));
    let fit = (0..agents.len())
        .filter(|nth| *nth != from && may(agents[*nth].unfit(ticket, &demand, rules, now)));
    let weight = ticket.weight();
    fit.min_by_key(|nth| (occupancy(&agents[*nth], weight), &agents[*nth].name))
}
