//! The terminal program of agents and supervisors.
//!
//! ```text
//!  terminal ─▶ keymap ─▶ update(&mut Model, Msg, now) ─▶ Vec<Effect> ─▶ shell ─▶ relay, terminal, desktop
//!                              │
//!                              ▼
//!                    view(&Model, &mut Canvas) ─▶ painter ─▶ bytes
//! ```
//!
//! Everything that happens is one [`Msg`](msg::Msg) through one channel, in one order. [`update`] alone changes
//! the [`Model`](model::Model) and says what is to be done as [`Effect`](effect::Effect)s; [`view`] draws and
//! changes nothing. Only [`shell`] knows threads, the network and the terminal. Whatever is drawn goes through
//! [`canvas::Canvas`], which lets nothing but printable cells pass.

pub mod action;
pub mod alert;
pub mod canvas;
pub mod context;
pub mod countdown;
pub mod editor;
pub mod effect;
pub mod fault;
pub mod key;
pub mod keymap;
pub mod language;
pub mod layout;
pub mod model;
pub mod msg;
pub mod painter;
pub mod picture;
pub mod presence;
pub mod preview;
pub mod profile;
pub mod query;
#[doc(hidden)]
pub mod rig;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod screens;
pub mod shell;
pub mod snooze;
pub mod theme;
pub mod thread;
pub mod update;
pub mod view;
pub mod why;
pub mod wrap;
