//! How much work a ticket is, in hundredths of an ordinary open one.

use crate::domain::ticket::{Priority, State};

/// How much somebody carries of whom nothing else is said: five open tickets.
pub const CAPACITY: u32 = 500;

/// What a ticket weighs on its agent, in hundredths. What sleeps weighs nothing until it wakes.
pub fn weight(state: State, priority: Priority) -> u32 {
    match state {
        State::New | State::Open if priority == Priority::Urgent => 150,
        State::New | State::Open => 100,
        State::Pending => 25,
        State::OnHold => 10,
        State::Snoozed | State::Solved | State::Closed => 0,
    }
}
