//! How a queue's tickets are given to agents.

use super::Demand;
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::domain::ticket::{State, Ticket};
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// By what the agent is chosen among those who may have a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nobody: people take tickets themselves.
    #[default]
    Manual,
    /// One after the other.
    RoundRobin,
    /// Who has the least for what he carries; of equals who was given nothing for longest.
    LeastActive,
    /// Each his share, evenly spread.
    Weighted,
    /// Who answered the customer last; if he cannot within a minute, as least active.
    Sticky,
}

impl Mode {
    /// All, with their words in the configuration.
    pub const ALL: [(&'static str, Self); 5] = [
        ("manual", Self::Manual),
        ("round_robin", Self::RoundRobin),
        ("least_active", Self::LeastActive),
        ("weighted", Self::Weighted),
        ("sticky", Self::Sticky),
    ];

    /// The word of the configuration.
    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// What becomes of an agent's tickets when he has gone, or has a break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnLeave {
    /// They stay his.
    #[default]
    Keep,
    /// Those on which there is something to do go back to the queue.
    Requeue,
    /// Of these those in which the customer waits for an answer.
    RequeueUnanswered,
}

impl OnLeave {
    /// All, with their words in the configuration.
    pub const ALL: [(&'static str, Self); 3] = [
        ("keep", Self::Keep),
        ("requeue", Self::Requeue),
        ("requeue_unanswered", Self::RequeueUnanswered),
    ];

    /// Whether a ticket goes back to its queue.
    pub fn takes(self, ticket: &Ticket) -> bool {
        let open = matches!(ticket.state, State::New | State::Open);
        match self {
            Self::Keep => false,
            Self::Requeue => open,
            Self::RequeueUnanswered => open && ticket.waiting_since.is_some(),
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What the operator says of giving out a queue's tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// By what the agent is chosen.
    pub mode: Mode,
    /// Who is given them; nothing means everybody who works the queue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Name>,
    /// What each of its tickets asks for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<Name, u8>,
    /// Seconds for which a ticket is offered to who is chosen, before it is the next one's turn; nothing means that it
    /// is given to him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<i64>,
    /// When they are given out; nothing means always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Calendar>,
    /// How much of the queue one agent may have, in hundredths of an open ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
    /// What becomes of an agent's tickets when he goes.
    #[serde(default, skip_serializing_if = "OnLeave::is_default")]
    pub on_leave: OnLeave,
    /// Seconds for which who solved a ticket writes it up, and is given no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<i64>,
}

impl Assignment {
    /// When its tickets are given out again; nothing if they are now. The end of time if they never are.
    pub fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        self.hours.as_ref()?.closed_until(now)
    }

    /// What a ticket asks for: what its route says and what the queue does, of each skill the higher level.
    pub fn demand(&self, routed: Demand) -> Demand {
        let mut demand = routed;
        for (skill, level) in &self.skills {
            let known = demand.skills.entry(skill.clone()).or_default();
            *known = (*known).max(*level);
        }
        demand
    }
}
