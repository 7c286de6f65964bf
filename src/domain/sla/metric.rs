//! What is measured.

use serde::{Deserialize, Serialize};

/// What is measured. The order is that of saved states: new ones come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// From the customer's first message of the ticket to the first reply of a person that the platform
    /// took and that did not fail.
    FirstReply,
    /// The same to the first reply of a person or a bot.
    FirstReplyAny,
    /// From the oldest question without an answer, after the first reply, to the next reply of a person.
    NextReply,
    /// From a message of a person to his next one, while the ticket is unsolved.
    PeriodicUpdate,
    /// The same, but not while we wait for the customer.
    PausableUpdate,
    /// From the ticket's start to its solve, but not while we wait for the customer.
    RequesterWait,
    /// The same, but neither while we wait for a third party.
    AgentWork,
    /// From the ticket's start to its solve.
    TotalResolution,
    /// From the moment at which a bot asks for a person until one takes the ticket.
    HandoffWait,
    /// From a bot's first words until it solves the ticket or hands it over, but not while a person has it.
    BotTime,
    /// The platform's window for free text: 24 hours from the customer's latest message.
    #[serde(rename = "window_24h")]
    Window24h,
    /// The platform's free messages after a customer came by an advertisement: 72 hours.
    #[serde(rename = "window_fep_72h")]
    WindowFep72h,
}

impl Metric {
    /// All, in the order of the table.
    pub const ALL: [Self; 12] = [
        Self::FirstReply,
        Self::FirstReplyAny,
        Self::NextReply,
        Self::PeriodicUpdate,
        Self::PausableUpdate,
        Self::RequesterWait,
        Self::AgentWork,
        Self::TotalResolution,
        Self::HandoffWait,
        Self::BotTime,
        Self::Window24h,
        Self::WindowFep72h,
    ];

    /// Those that a policy sets targets for; the platform sets the others'.
    pub const OURS: &[Self] = Self::ALL.split_at(10).0;

    /// The word of the outer contract.
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstReply => "first_reply",
            Self::FirstReplyAny => "first_reply_any",
            Self::NextReply => "next_reply",
            Self::PeriodicUpdate => "periodic_update",
            Self::PausableUpdate => "pausable_update",
            Self::RequesterWait => "requester_wait",
            Self::AgentWork => "agent_work",
            Self::TotalResolution => "total_resolution",
            Self::HandoffWait => "handoff_wait",
            Self::BotTime => "bot_time",
            Self::Window24h => "window_24h",
            Self::WindowFep72h => "window_fep_72h",
        }
    }

    /// The metric with that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.word() == word)
    }

    /// Whether the desk has what it takes to measure it: bots are not there yet, and the platform's windows are kept
    /// otherwise. The first reply's clock is folded with its messages.
    pub fn is_live(self) -> bool {
        matches!(
            self,
            Self::NextReply
                | Self::PeriodicUpdate
                | Self::PausableUpdate
                | Self::RequesterWait
                | Self::AgentWork
                | Self::TotalResolution
        )
    }

    /// Whether the time of several stretches of one ticket is added up: a reopened ticket goes on with what was used.
    pub fn adds_up(self) -> bool {
        matches!(
            self,
            Self::RequesterWait | Self::AgentWork | Self::TotalResolution | Self::BotTime
        )
    }

    /// Whether a message to the customer ends it.
    pub fn is_answered(self) -> bool {
        use Metric::{FirstReply, FirstReplyAny, NextReply, PausableUpdate, PeriodicUpdate};
        matches!(self, FirstReply | FirstReplyAny | NextReply | PausableUpdate | PeriodicUpdate)
    }

    /// Whether a ticket has it more than once.
    pub fn comes_again(self) -> bool {
        !matches!(
            self,
            Self::FirstReply | Self::FirstReplyAny | Self::RequesterWait | Self::AgentWork
        )
    }
}
