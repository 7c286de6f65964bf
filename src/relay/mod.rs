//! The daemon: webhooks in, journal, desk, outbox, consoles.

pub mod admin;
pub mod alerts;
pub mod api;
pub mod attempts;
pub mod bootclock;
pub mod campaigns;
pub mod certificate;
pub mod config;
pub mod core;
pub mod daemon;
pub mod desk;
pub mod disk;
pub mod door;
pub mod fact;
pub mod files;
pub mod floor;
mod forgeries;
pub mod gate;
pub mod ingress;
pub mod lines;
pub mod listener;
pub mod measured;
pub mod metrics;
pub mod missed;
pub mod opened;
pub mod outbox;
pub mod password;
pub mod reading;
pub mod receipts;
#[cfg(test)]
pub mod rig;
pub mod router;
pub mod rules;
pub mod service;
pub mod session;
pub mod store;
pub mod systemd;
pub mod templates;
pub mod timers;
pub mod token;
pub mod translate;
pub mod views;
pub mod workers;

use crate::journal::Position;
use crate::kit::Clock;
use std::sync::Arc;
use tokio::sync::watch;

/// What the parts of a running relay share. Cheap to clone. Nobody but the desk changes anything.
#[derive(Clone)]
pub struct Relay {
    /// The one owner of the state.
    pub desk: desk::DeskHandle,
    /// The committed state.
    pub store: views::Store,
    /// The keys of people, days and the desk.
    pub vault: Arc<crate::vault::Vault>,
    /// Files of people, sealed.
    pub files: crate::vault::Files,
    /// Opens what is sealed.
    pub opener: opened::Opener,
    /// Desk time.
    pub clock: Clock,
    /// The lines and their secrets.
    pub lines: lines::Lines,
    /// The ways to who is not at a console, with their secrets.
    pub ways: alerts::Ways,
    /// The settings of the process, as last loaded.
    pub knobs: watch::Receiver<config::Knobs>,
    /// How far the views have come.
    pub position: watch::Receiver<Position>,
    /// Woken when a message may be sent and when a deadline moves.
    pub wake: desk::Wake,
    /// What is counted.
    pub metrics: Arc<metrics::Metrics>,
    /// Whether there is room for webhooks.
    pub disk: Arc<disk::Disk>,
    /// Who is there, how lines fare, what is being typed.
    pub floor: Arc<floor::Floor>,
    /// Real-time cancellation: the relay is stopping.
    pub stopping: tokio_util::sync::CancellationToken,
    /// A worker has ended that must not: the process must end too.
    pub broken: tokio_util::sync::CancellationToken,
}
