//! The console in a real pseudo-terminal.

#[path = "../reliability/child.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod child;
mod console;
mod desk;
mod editor;
mod files;
mod message;
mod outage;
#[path = "../reliability/setup.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod setup;
#[path = "../whole/stage.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod stage;
mod tty;
