//! How far the clocks of a ticket have escalated, and what of that is not delivered yet.

use super::{Conversation, Head};
use crate::domain::policy::Policy;
use crate::domain::sla::{Clock, LEVELS_MOST, Metric};
use crate::domain::thread::Place;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The levels that one clock has reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// Which clock.
    pub metric: Metric,
    /// Which of its kind.
    pub instance: u16,
    /// Seconds of its target then, -1 for none: for another target all levels are to be reached anew.
    pub target: i64,
    /// Which levels, as bits.
    pub levels: u32,
}

/// Mails and calls of hooks that are owed for one level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The number of the event in its conversation, by which it is known.
    pub id: u64,
    /// Where that is written.
    pub place: Place,
    /// Which of them are not delivered, as bits: first the mails, then the hooks, in the order of the event.
    pub left: u32,
}

/// See the module. Few tickets have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Of the ticket's clocks.
    pub climbs: Vec<Climb>,
    /// Somebody takes care of it: no further level before then.
    pub quiet_until: Option<Timestamp>,
    /// What is not delivered yet, also of tickets before.
    pub owed: Vec<Owed>,
}

/// A level that is reached next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// When.
    pub at: Timestamp,
    /// Of which clock.
    pub metric: Metric,
    /// Which of the policy's list.
    pub level: usize,
}

/// Seconds of a clock's target; -1 where nothing is promised.
fn target(clock: &Clock) -> i64 {
    clock.promise().map_or(-1, |promise| promise.target)
}

impl Head {
    /// See [`Escalation::owed`].
    pub fn owed_alerts(&self) -> &[Owed] {
        self.escalation().map_or(&[], |escalation| &escalation.owed)
    }

    /// See [`Rare::escalation`](super::Rare::escalation).
    pub fn escalation(&self) -> Option<&Escalation> {
        self.rare.as_ref()?.escalation.as_deref()
    }

    pub(super) fn change_escalation(&mut self, change: impl FnOnce(&mut Escalation)) {
        self.change_rare(|rare| {
            let mut escalation = rare.escalation.take().unwrap_or_default();
            change(&mut escalation);
            rare.escalation = (*escalation != Escalation::default()).then_some(escalation);
        });
    }

    /// The levels that a clock has reached for its present target, as bits.
    fn levels(&self, clock: &Clock) -> u32 {
        let climbs = self.escalation().map_or(&[][..], |escalation| &escalation.climbs);
        let of = |climb: &&Climb| {
            (climb.metric, climb.instance) == (clock.metric, clock.instance)
                && target(clock) == climb.target
        };
        climbs.iter().find(of).map_or(0, |climb| climb.levels)
    }
}

impl Conversation {
    /// The level that one of the ticket's clocks reaches next, if nothing else happens.
    pub fn next_level(&self, policy: &Policy) -> Option<Reached> {
        let ticket = self.unsolved()?;
        let sla = policy.sla_for(&ticket.queue).filter(|sla| sla.escalates())?;
        let quiet = self.head.escalation().and_then(|escalation| escalation.quiet_until);
        let reached = ticket.clocks.iter().flat_map(|clock| {
            let targets = sla.targets(clock.metric);
            let levels = targets.map_or(&[][..], |targets| &targets.levels);
            let done = if levels.is_empty() { 0 } else { self.head.levels(clock) };
            let left = levels
                .iter()
                .take(LEVELS_MOST)
                .enumerate()
                .filter(move |(nth, _)| done & (1 << nth) == 0);
            left.filter_map(move |(nth, level)| {
                let at = level.at(clock, sla.calendar_of(clock.metric, ticket.priority))?;
                let at = quiet.map_or(at, |quiet| at.max(quiet));
                Some(Reached { at, metric: clock.metric, level: nth })
            })
        });
        reached.min()
    }

    /// The levels that the ticket's running clocks have reached, as bits.
    pub fn escalated(&self) -> BTreeMap<Metric, u32> {
        let clocks = self.unsolved().map_or(&[][..], |ticket| &ticket.clocks);
        let running = clocks.iter().filter(|clock| clock.is_running());
        let of = running.map(|clock| (clock.metric, self.head.levels(clock)));
        of.filter(|(_, levels)| *levels != 0).collect()
    }

    /// The clocks have reached these levels, and mails and hooks are owed for the last of them.
    pub(super) fn escalate(&mut self, levels: &BTreeMap<Metric, u32>, owed: usize, place: Place) {
        let id = self.head.version;
        let clocks = self.head.ticket.as_ref().map_or(&[][..], |ticket| &ticket.clocks);
        let climbs = clocks.iter().filter_map(|clock| {
            let (metric, instance) = (clock.metric, clock.instance);
            let levels = *levels.get(&metric)?;
            Some(Climb { metric, instance, target: target(clock), levels })
        });
        let climbs: Vec<_> = climbs.collect();
        self.head.change_escalation(|escalation| {
            escalation.climbs = climbs;
            if owed > 0 {
                let left = 1_u32.checked_shl(owed as u32).unwrap_or(0).wrapping_sub(1);
                escalation.owed.push(Owed { id, place, left });
            }
        });
    }

    /// One of the mails or hooks of a level is delivered, or given up.
    pub(super) fn alerted(&mut self, of: u64, to: u8) {
        if self.head.owed_alerts().iter().any(|owed| owed.id == of) {
            self.head.change_escalation(|escalation| {
                for owed in escalation.owed.iter_mut().filter(|owed| owed.id == of) {
                    owed.left &= !1_u32.checked_shl(u32::from(to)).unwrap_or(0);
                }
                escalation.owed.retain(|owed| owed.left != 0);
            });
        }
    }
}
