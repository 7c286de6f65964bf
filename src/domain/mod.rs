//! The core: what the desk decides and why. Pure: time, ids and policy are arguments; nothing here waits, and
//! nothing fails except by [`refusal::Refusal`].
//!
//! A command goes to [`decide::decide`], which answers events; [`conversation::Conversation::evolve`] folds
//! them; [`effect::pending`] and [`effect::next_deadline`] tell what the state owes the world.

pub mod alert;
pub mod aside;
pub mod calendar;
pub mod campaign;
pub mod canned;
pub mod command;
pub mod consent;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod decide;
pub mod desk;
pub mod details;
pub mod effect;
pub mod event;
pub mod field;
pub mod file;
pub mod id;
pub mod identity;
pub mod interactive;
pub mod limit;
pub mod line;
pub mod links;
pub mod mention;
pub mod message;
pub mod name;
pub mod offer;
pub mod policy;
pub mod private;
pub mod query;
pub mod refusal;
pub mod roster;
pub mod routing;
pub mod sla;
pub mod status;
pub mod template;
pub mod thread;
pub mod ticket;
pub mod ties;
pub mod took;
