//! The daemon: webhooks in, journal, desk, outbox, consoles.

pub mod config;
