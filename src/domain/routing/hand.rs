//! Hands out what waits, many tickets in one go.

use super::choice::choose;
use super::score::order;
use super::score::score;
use super::{
    Agent, Assignment, Demand, Mode, Row, STICKY_WAIT_MS, Table, Turn, Turns, Unfit, Waiting,
};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use std::collections::BTreeMap;

/// One ticket that is given to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Which.
    pub ticket: TicketNumber,
    /// To whom.
    pub to: Name,
    /// Who was looked at.
    pub table: Table,
}

/// Gives every ticket that somebody may have to one who may, the most pressing first. `agents` carry what they are
/// given from one ticket to the next, and `turns` move on. Tickets of queues that `rules` does not know, and of
/// those that are given out by hand, stay.
pub fn hand_out(
    tickets: &[Waiting],
    agents: &mut [Agent],
    rules: &BTreeMap<Name, Assignment>,
    turns: &mut Turns,
    now: Timestamp,
) -> Vec<Given> {
    let automatic = |ticket: &&Waiting| {
        let rules = rules.get(&ticket.queue);
        rules.is_some_and(|rules| rules.mode != Mode::Manual && rules.opens(now).is_none())
    };
    let mut waiting: Vec<_> =
        tickets.iter().filter(automatic).map(|ticket| (ticket, score(ticket, now))).collect();
    waiting.sort_by(|one, other| order(*one, *other));
    let mut given = Vec::new();
    for (ticket, _) in waiting {
        // However many wait: when nobody has room, nothing more can be given.
        if !agents.iter().any(Agent::has_room) {
            break;
        }
        let Some(rules) = rules.get(&ticket.queue) else { continue };
        let turn = turns.0.entry(ticket.queue.clone()).or_default();
        if let Look { nth: Some(nth), table } = look(ticket, agents, rules, turn, now) {
            agents[nth].take(ticket, now);
            let to = agents[nth].name.clone();
            turn.last = Some(to.clone());
            given.push(Given { ticket: ticket.number, to, table });
        }
    }
    given
}

/// Who would be looked at for a ticket at this moment, and why he gets it or nobody does.
pub fn explain(
    ticket: &Waiting,
    agents: &[Agent],
    rules: &Assignment,
    turns: &Turns,
    now: Timestamp,
) -> (Option<Name>, Table) {
    let mut turn = turns.0.get(&ticket.queue).cloned().unwrap_or_default();
    let Look { nth, table } = look(ticket, agents, rules, &mut turn, now);
    (nth.map(|nth| agents[nth].name.clone()), table)
}

/// What was seen, and whom it is given to: his place among the agents.
struct Look {
    nth: Option<usize>,
    table: Table,
}

fn look(
    ticket: &Waiting,
    agents: &[Agent],
    rules: &Assignment,
    turn: &mut Turn,
    now: Timestamp,
) -> Look {
    let waited = ticket.waited(now);
    let (demand, relaxed) = ticket.demand.relaxed(waited);
    let members: Vec<_> =
        (0..agents.len()).filter(|nth| agents[*nth].is_member(&ticket.queue, rules)).collect();
    let seen: Vec<_> =
        members.iter().map(|nth| agents[*nth].unfit(ticket, &demand, rules, now)).collect();
    let of = |may: &dyn Fn(&Option<Unfit>) -> bool| -> Vec<usize> {
        members.iter().zip(&seen).filter(|(_, why)| may(why)).map(|(nth, _)| *nth).collect()
    };
    let mut fit = of(&|why| why.is_none());
    // When all were asked, they are asked again after a pause.
    if fit.is_empty() {
        fit = of(&|why| matches!(why, Some(Unfit::Asked { until }) if *until <= now));
    }
    let familiar = ticket.familiar(now);
    let waits_for = waits_for(ticket, agents, &demand, rules, now).cloned();
    let opens = rules.opens(now);
    let choice = match (opens, &waits_for) {
        (Some(_), _) | (_, Some(_)) => None,
        (None, None) => choose(rules.mode, &fit, agents, familiar, turn),
    };
    let shared = rules.mode == Mode::Weighted;
    let rows = members.iter().zip(seen).map(|(nth, unfit)| {
        let agent = &agents[*nth];
        let unfit = unfit.filter(|_| !fit.contains(nth));
        let credit = turn.credit.get(&agent.name).copied().filter(|_| shared);
        let (load, carries) = (agent.load, agent.rules.carries());
        Row { agent: agent.name.clone(), load, carries, unfit, credit }
    });
    let mut table = Table {
        queue: ticket.queue.clone(),
        mode: rules.mode,
        chosen: choice.map(|(_, why)| why),
        score: (score(ticket, now) * 100.0).round() as i64,
        waited: waited / 1_000,
        relaxed,
        opens,
        waits_for,
        rows: rows.collect(),
        more: 0,
    };
    table.settle(choice.map(|(nth, _)| &agents[nth].name));
    Look { nth: choice.map(|(nth, _)| nth), table }
}

/// Whom a ticket still waits for: who answered its customer last, where he may be able to in a moment.
fn waits_for<'a>(
    ticket: &'a Waiting,
    agents: &[Agent],
    demand: &Demand,
    rules: &Assignment,
    now: Timestamp,
) -> Option<&'a Name> {
    if rules.mode != Mode::Sticky || ticket.waited(now) >= STICKY_WAIT_MS {
        return None;
    }
    let familiar = ticket.familiar(now)?;
    let agent = agents.iter().find(|agent| agent.name == *familiar)?;
    let unfit = agent.unfit(ticket, demand, rules, now)?;
    unfit.passes().then_some(familiar)
}
