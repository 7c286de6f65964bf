//! Who works at the desk, and what they may do.

use super::name::Name;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an account may do. Each role may all that the one before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works tickets of his queues.
    Agent,
    /// Sees and moves every ticket.
    Supervisor,
    /// Also accounts, exports, erasure.
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        })
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "agent" => Ok(Self::Agent),
            "supervisor" => Ok(Self::Supervisor),
            "admin" => Ok(Self::Admin),
            _ => Err(format!("no role {text:?}: agent, supervisor or admin")),
        }
    }
}

/// By whom tickets are changed that have escalated: no account's name begins so.
pub const ESCALATION: &str = "-escalation";

/// Who a command comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person at a console.
    Agent(Member),
    /// The platform, through a webhook or an answer.
    Platform,
    /// The relay's own timers and outbox.
    Relay,
}

/// What the desk needs to know of a person to judge a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account's name.
    pub name: Name,
    /// What it may do.
    pub role: Role,
    /// The queues that it works.
    pub queues: Vec<Name>,
}

impl Member {
    /// Whether this person sees tickets of `queue`.
    pub fn sees(&self, queue: &Name) -> bool {
        self.role >= Role::Supervisor || self.queues.contains(queue)
    }
}

impl Actor {
    /// As written into the journal: the account's name, or a word that is no account's.
    pub fn name(&self) -> &str {
        match self {
            Self::Agent(member) => member.name.as_str(),
            Self::Platform => "-platform",
            Self::Relay => "-relay",
        }
    }
}
