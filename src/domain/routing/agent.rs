//! Somebody who may be given tickets, and why he is not given this one.

use super::{Assignment, Demand, Waiting};
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the operator says of an agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRules {
    /// What he knows, each with a level from 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<Name, u8>,
    /// What he speaks; nothing means that nobody asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Name>,
    /// How much he carries, in hundredths of an open ticket; nothing means [`super::CAPACITY`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Percent of that while he learns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ramp: Option<u8>,
    /// His part of what is shared out by weight; nothing means 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<u32>,
    /// Seconds between two tickets that he is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<i64>,
    /// When he works; nothing means whenever he is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Calendar>,
}

impl AgentRules {
    /// When he works again; nothing if he does at `now`.
    pub fn off_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.hours.as_ref()?.closed_until(now)
    }

    /// How much he carries, in hundredths, at least one.
    pub fn carries(&self) -> u32 {
        let whole = self.capacity.unwrap_or(super::CAPACITY);
        let part = u64::from(whole) * u64::from(self.ramp.unwrap_or(100)) / 100;
        u32::try_from(part).unwrap_or(u32::MAX).max(1)
    }
}

/// Whether somebody is there and takes new tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Takes new ones.
    Online,
    /// Finishes his own.
    Busy,
    /// Has not touched a key for some minutes.
    Away,
    /// Writes up the last one.
    WrapUp,
    /// Has a break.
    Break,
    /// Is not there.
    Offline,
}

/// One who may be given tickets, as he stands at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The account.
    pub name: Name,
    /// Whether he takes new ones.
    pub standing: Standing,
    /// The queues that he works.
    pub queues: Vec<Name>,
    /// What the operator says of him.
    pub rules: AgentRules,
    /// What he has, in hundredths of an open ticket; with what is offered to him.
    pub load: u32,
    /// The same, of each queue.
    pub load_of: BTreeMap<Name, u32>,
    /// When he was last given a ticket.
    pub given: Option<Timestamp>,
}

/// Why somebody is not given a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Unfit {
    /// He does not take new ones.
    Absent {
        /// Why.
        standing: Standing,
    },
    /// His shift is over.
    OffShift {
        /// When the next one begins; the end of time if none does.
        until: Timestamp,
    },
    /// He does not work the queue.
    Stranger,
    /// He knows less than is needed.
    Skill {
        /// Of what.
        skill: Name,
        /// The least level.
        needs: u8,
        /// His.
        has: u8,
    },
    /// He does not speak it.
    Language {
        /// What is needed.
        language: Name,
    },
    /// With this one he would have more than he carries.
    Full,
    /// With this one he would have more of the queue than anybody may.
    QueueFull,
    /// He was given another just now.
    Pace {
        /// Until when.
        until: Timestamp,
    },
    /// He has just given it back.
    Returned,
    /// It was offered to him and he did not take it.
    Asked {
        /// Not again before, and then only if nobody else can be asked.
        until: Timestamp,
    },
}

impl Unfit {
    /// Whether it may pass while a ticket waits some seconds.
    pub(super) fn passes(&self) -> bool {
        matches!(self, Self::Absent { .. } | Self::Full | Self::QueueFull | Self::Pace { .. })
    }
}

impl Agent {
    /// Whether he is given tickets of a queue at all: the queue names its people, or he works it.
    pub fn is_member(&self, queue: &Name, rules: &Assignment) -> bool {
        match rules.members.as_slice() {
            [] => self.queues.contains(queue),
            named => named.contains(&self.name),
        }
    }

    /// Whether he could take one more ordinary ticket.
    pub(super) fn has_room(&self) -> bool {
        self.standing == Standing::Online && self.load < self.rules.carries()
    }

    /// Why he cannot be given this ticket; nothing if he can. A ticket that weighs more than all that he carries
    /// takes all of it.
    pub fn unfit(
        &self,
        ticket: &Waiting,
        demand: &Demand,
        queue: &Assignment,
        now: Timestamp,
    ) -> Option<Unfit> {
        if !self.is_member(&ticket.queue, queue) {
            return Some(Unfit::Stranger);
        }
        if self.standing != Standing::Online {
            return Some(Unfit::Absent { standing: self.standing });
        }
        if let Some(until) = self.rules.off_until(now) {
            return Some(Unfit::OffShift { until });
        }
        if ticket.returned_by.as_ref() == Some(&self.name) {
            return Some(Unfit::Returned);
        }
        for (skill, needs) in &demand.skills {
            let has = self.rules.skills.get(skill).copied().unwrap_or(0);
            if has < *needs {
                return Some(Unfit::Skill { skill: skill.clone(), needs: *needs, has });
            }
        }
        if let Some(language) = &demand.language
            && !self.rules.languages.is_empty()
            && !self.rules.languages.contains(language)
        {
            return Some(Unfit::Language { language: language.clone() });
        }
        let over = |load: u32, most: u32| load.saturating_add(ticket.weight().min(most)) > most;
        if over(self.load, self.rules.carries()) {
            return Some(Unfit::Full);
        }
        let of_queue = self.load_of.get(&ticket.queue).copied().unwrap_or(0);
        if queue.cap.is_some_and(|cap| over(of_queue, cap)) {
            return Some(Unfit::QueueFull);
        }
        let pace = self.rules.pace.and_then(|pace| Some(self.given?.plus_secs(pace)));
        if let Some(until) = pace.filter(|until| *until > now) {
            return Some(Unfit::Pace { until });
        }
        // The last reason of all: who has this one could have it otherwise.
        let asked = ticket.asking.asked.contains(&self.name);
        ticket.asking.again().filter(|_| asked).map(|until| Unfit::Asked { until })
    }

    /// He has this ticket from now on.
    pub(super) fn take(&mut self, ticket: &Waiting, now: Timestamp) {
        let weight = ticket.weight();
        self.load = self.load.saturating_add(weight);
        let of_queue = self.load_of.entry(ticket.queue.clone()).or_default();
        *of_queue = of_queue.saturating_add(weight);
        self.given = Some(now);
    }
}
