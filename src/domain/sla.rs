//! SLA clocks: how long the customer may wait, and whether he did.
//!
//! [`Situation`] is what of a ticket its clocks depend on, and its `course` the table that says when each
//! [`Metric`] starts, stands still and ends. A [`Measure`] is one clock as it is computed, a [`Ledger`] all those of
//! one ticket, folded from what happened to it: it answers what would be due, and reports.
//!
//! A ticket of the desk keeps of its clocks only what decisions need: [`Clock`]. What depends on the policy (target,
//! due instant, when to warn) is stamped into events by `decide`; what follows from messages (met, revoked) is folded
//! by `evolve`; so a changed policy never rewrites what has been, and a replay gives the same clocks.

mod answer;
mod clock;
mod course;
mod ledger;
mod level;
mod measure;
mod metric;
mod policy;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Told, what};
pub use clock::{Clock, Promise, UNPROMISED};
pub use course::{Course, Situation, Step, follow};
pub use ledger::{Fact, Hold, Ledger, Terms, What};
pub use level::{Holder, LEVELS_MOST, Level, Whom};
pub use measure::{Breach, Ending, Happening, Measure, News, Standing};
pub use metric::Metric;
pub use policy::{ACK_SECONDS, Choices, MARKS_MOST, Mark, Rule, SlaPolicy, Targets};
