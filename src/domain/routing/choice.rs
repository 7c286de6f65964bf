//! One of those who may have a ticket.

use super::{Agent, Chosen, Mode, Table};
use crate::domain::name::Name;
use std::collections::BTreeMap;

/// Whose turn it is in one queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Who was given the last ticket.
    pub last: Option<Name>,
    /// What each has to his credit, where tickets are shared out by weight.
    pub credit: BTreeMap<Name, i64>,
}

/// Whose turn it is in each queue. It is what the last decision of the queue left, and that is in the journal: see
/// [`Turns::learn`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turns(pub BTreeMap<Name, Turn>);

impl Turns {
    /// What a decision that was made leaves: the last one of a queue is enough.
    pub fn learn(&mut self, to: &Name, table: &Table) {
        let turn = self.0.entry(table.queue.clone()).or_default();
        turn.last = Some(to.clone());
        for row in &table.rows {
            if let Some(credit) = row.credit {
                turn.credit.insert(row.agent.clone(), credit);
            }
        }
    }
}

/// Chooses among `fit`, which are places in `agents`; nothing if there are none.
pub(super) fn choose(
    mode: Mode,
    fit: &[usize],
    agents: &[Agent],
    familiar: Option<&Name>,
    turn: &mut Turn,
) -> Option<(usize, Chosen)> {
    let known = fit.iter().find(|nth| Some(&agents[**nth].name) == familiar);
    if let (Mode::Sticky, Some(nth)) = (mode, known) {
        return Some((*nth, Chosen::Knows));
    }
    let (nth, why) = match mode {
        Mode::Manual => return None,
        Mode::RoundRobin => (next(fit, agents, turn.last.as_ref())?, Chosen::Turn),
        Mode::Weighted => (by_share(fit, agents, turn)?, Chosen::Share),
        Mode::LeastActive | Mode::Sticky => (least(fit, agents)?, Chosen::Least),
    };
    Some((nth, if fit.len() == 1 { Chosen::Only } else { why }))
}

/// The first by name after the last one, in a circle.
fn next(fit: &[usize], agents: &[Agent], last: Option<&Name>) -> Option<usize> {
    let name = |nth: &&usize| &agents[**nth].name;
    let after = fit.iter().filter(|nth| last.is_some_and(|last| name(nth) > last)).min_by_key(name);
    after.or_else(|| fit.iter().min_by_key(name)).copied()
}

/// The least for what he carries; then who was given nothing for longest; then by name.
fn least(fit: &[usize], agents: &[Agent]) -> Option<usize> {
    let compared = fit.iter().min_by(|one, other| {
        let (one, other) = (&agents[**one], &agents[**other]);
        let ratio = |of: &Agent, by: &Agent| u64::from(of.load) * u64::from(by.rules.carries());
        let load = ratio(one, other).cmp(&ratio(other, one));
        load.then_with(|| (one.given, &one.name).cmp(&(other.given, &other.name)))
    });
    compared.copied()
}

/// Smooth weighted round robin: each gets his share added, the richest is chosen and pays all shares.
fn by_share(fit: &[usize], agents: &[Agent], turn: &mut Turn) -> Option<usize> {
    let share = |nth: usize| i64::from(agents[nth].rules.share.unwrap_or(1));
    for nth in fit {
        *turn.credit.entry(agents[*nth].name.clone()).or_default() += share(*nth);
    }
    let credit = |nth: usize| turn.credit.get(&agents[nth].name).copied().unwrap_or(0);
    let richest = fit.iter().copied().max_by(|one, other| {
        let by_credit = credit(*one).cmp(&credit(*other));
        by_credit.then_with(|| agents[*other].name.cmp(&agents[*one].name))
    })?;
    let all: i64 = fit.iter().map(|nth| share(*nth)).sum();
    *turn.credit.entry(agents[richest].name.clone()).or_default() -= all;
    Some(richest)
}
