//! Which ticket is given to whom, and why. Pure: who is there, what waits and the time are arguments.
//!
//! A [`Route`] reads the first message of a ticket and says where it belongs. [`hand_out`] then takes everything
//! that waits, the most pressing first ([`score()`]), asks of everybody whether he may have it ([`Agent::unfit`]),
//! and chooses by the queue's [`Mode`]. What was looked at comes back as a [`Table`], which is kept with the
//! decision: it is the answer to "why he, why now".

mod agent;
mod choice;
mod demand;
mod hand;
mod load;
mod pattern;
mod queue;
mod route;
mod score;
mod spread;
mod table;
mod waiting;

#[cfg(test)]
mod day;
#[cfg(test)]
mod tests;

pub use agent::{Agent, AgentRules, Standing, Unfit};
pub use choice::{Turn, Turns};
pub use demand::{Demand, RELAXED_AFTER_MS};
pub use hand::{Given, explain, hand_out};
pub use load::{CAPACITY, weight};
pub use pattern::Pattern;
pub use queue::{Assignment, Mode, OnLeave};
pub use route::{Acquaintance, During, Heard, Route, Routed, route};
pub use score::score;
pub use spread::{Held, Move, SPREAD_MOST, spread};
pub use table::{Chosen, ROWS_MOST, Row, Table};
pub use waiting::{STICKY_AGE_MS, STICKY_WAIT_MS, Waiting};
