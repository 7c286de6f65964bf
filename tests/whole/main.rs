//! The whole, in one process: simulated customers, a relay on disk, and consoles that people sit at. Only the
//! terminal is missing.

mod beyond;
mod offers;
mod seat;
mod stage;
mod story;
mod tasks;
mod templates;
