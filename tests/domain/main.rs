//! What the desk decides, told as stories and as properties.

mod clocks;
mod consent;
mod escalation;
mod measures;
mod memory;
mod merging;
mod offers;
mod permutation;
mod properties;
mod replies;
mod sends;
mod splitting;
mod states;
mod statuses;
mod story;
mod tickets;
mod window;
mod world;
