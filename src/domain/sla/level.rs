//! What is done when a promise is nearly broken, or has been broken for long.

use super::clock::Clock;
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};

/// Most levels of one metric: a bit tells of each whether it was reached.
pub const LEVELS_MOST: usize = 16;

/// One level of escalation of a metric.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Seconds after the measure is due; before that, if negative.
    pub offset: i64,
    /// Those seconds pass always, not only while the calendar of the measure is open.
    #[serde(default, skip_serializing_if = "is_default")]
    pub always: bool,
    /// Who is told at his console.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Whom>,
    /// The ticket is at least so urgent from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// It goes to this queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Name>,
    /// Whose it is then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<Holder>,
    /// Addresses to which a mail is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<Name>,
    /// Hooks that are called, by the operator's names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hooks: Vec<Name>,
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Whose ticket it is.
    Agent,
    /// The supervisors of its queue; all, where it has none of its own.
    Supervisors,
    /// An account.
    Account(Name),
}

/// Whose a ticket becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Nobody's: the rules of its queue give it to somebody else.
    Nobody,
    /// An account's.
    Account(Name),
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Level {
    /// When a clock reaches this level; nothing while it does not count. What lies at the due instant itself comes a
    /// millisecond later: met at that very instant is met.
    pub fn at(&self, clock: &Clock, calendar: &Calendar) -> Option<Timestamp> {
        let due = clock.due()?;
        match (self.offset, self.always) {
            (0, _) => Some(due.plus_millis(1)),
            (offset, true) => Some(due.plus_secs(offset)),
            (offset @ 1.., false) => calendar.after(due, offset.saturating_mul(1000)),
            (offset, false) => {
                let used = calendar.elapsed(clock.start, due);
                calendar.after(clock.start, used.saturating_add(offset.saturating_mul(1000)))
            }
        }
    }
}
