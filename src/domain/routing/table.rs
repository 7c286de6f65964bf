//! Who was looked at for a ticket: the answer to "why he".

use super::{Mode, Unfit};
use crate::domain::name::Name;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Agents that are written down at most with one decision.
pub const ROWS_MOST: usize = 40;

/// One agent as he was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Who.
    pub agent: Name,
    /// What he had, in hundredths of an open ticket.
    pub load: u32,
    /// What he carries.
    pub carries: u32,
    /// Why he could not have it; nothing if he could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfit: Option<Unfit>,
    /// What he has to his credit after the choice, where tickets are shared out by weight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<i64>,
}

/// By what one of those who could was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Nobody else could.
    Only,
    /// It was his turn.
    Turn,
    /// He had the least.
    Least,
    /// It was his share.
    Share,
    /// He answered the customer last.
    Knows,
}

/// What was looked at when a ticket was given to somebody, or could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The queue.
    pub queue: Name,
    /// By what agents are chosen in the queue.
    pub mode: Mode,
    /// By what he was chosen; nothing if nobody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
    /// How pressing the ticket was, in hundredths of a point.
    pub score: i64,
    /// Seconds for which it had waited.
    pub waited: i64,
    /// How often less was asked than at first, because it had waited so long.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub relaxed: u8,
    /// The queue is closed, and opens then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Timestamp>,
    /// It waits a moment for who answered the customer last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Name>,
    /// The members of the queue: who got it, who could have, then the others.
    pub rows: Vec<Row>,
    /// So many more were looked at.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Table {
    /// Orders the rows for people and leaves those out that are too many.
    pub(super) fn settle(&mut self, to: Option<&Name>) {
        self.rows.sort_by(|one, other| {
            let rank = |row: &Row| (Some(&row.agent) != to, row.unfit.is_some());
            rank(one).cmp(&rank(other)).then_with(|| one.agent.cmp(&other.agent))
        });
        let kept = self.rows.len().min(ROWS_MOST);
        self.more = self.rows.len() - kept;
        self.rows.truncate(kept);
    }
}
