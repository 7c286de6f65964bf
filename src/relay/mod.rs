//! The daemon: webhooks in, journal, desk, outbox, consoles.

pub mod attempts;
pub mod bootclock;
pub mod certificate;
pub mod config;
pub mod desk;
pub mod disk;
pub mod fact;
pub mod listener;
pub mod metrics;
pub mod password;
pub mod systemd;
pub mod token;
pub mod translate;
pub mod views;
