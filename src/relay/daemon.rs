//! The daemon: the core with its doors and workers.

use super::alerts::Way;
use super::config::Config;
use super::core::{Core, CoreError};
use super::disk::{Disk, LEAST};
use super::door::Door;
use super::gate::Gate;
use super::lines::Lines;
use super::listener::{Limits, ListenError, Listener};
use super::reading::Reading;
use super::service::first_fault;
use super::store::Folder;
use super::{Relay, admin, api, certificate::Certificate, ingress};
use crate::domain::desk::DeskEvent;
use crate::kit::Clock;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the opening is tried again while there is no room on the disk.
const ROOM_PAUSE: Duration = Duration::from_secs(5);

/// The file in `data_dir` that says why the operator's file was refused; there is none while it is in force.
pub const REFUSED: &str = "reload_refused";

/// Why the daemon does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A listener cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The core does not open.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// It was stopped while it waited for room on the disk.
    #[error("stopped before there was room on the disk")]
    Stopped,
}

/// Why a new configuration was not taken over. The old one stays in force.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// These keys cannot change while the relay runs.
    #[error("{} changed: that needs a restart; the old configuration stays in force", .0.join(", "))]
    Restart(Vec<&'static str>),
    /// A secret cannot be read.
    #[error("{0}; the old configuration stays in force")]
    Secret(#[from] super::config::SecretError),
    /// A certificate cannot be read.
    #[error("{0}; the old certificate stays in use")]
    Certificate(String),
    /// The desk did not take it.
    #[error(transparent)]
    Core(#[from] CoreError),
}

/// A running relay.
pub struct Daemon {
    /// What its parts share.
    pub relay: Relay,
    /// Where webhooks are taken.
    pub webhooks: SocketAddr,
    /// Where consoles are served.
    pub consoles: SocketAddr,
    core: Core,
    config: admin::Running,
    certificates: Vec<Arc<Certificate>>,
    doors: CancellationToken,
    tasks: TaskTracker,
}

impl Daemon {
    /// Starts. The listeners are there first and answer 503 until the store is open; while the disk has no
    /// room, the opening is tried every 5 s until `stop` is cancelled.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn start(
        config: Config,
        clock: Clock,
        stop: &CancellationToken,
    ) -> Result<Self, StartError> {
        let limits = Limits {
            connections: config.relay.connections,
            drain: config.relay.drain,
            ..Limits::default()
        };
        let webhooks = Listener::bind(&config.listen.webhooks, limits).await?;
        let consoles = Listener::bind(&config.listen.consoles, limits).await?;
        let certificates = [webhooks.certificate(), consoles.certificate()];
        let (public, private) = (Door::default(), Door::default());
        let (at_public, at_private) = (webhooks.local_addr(), consoles.local_addr());
        let doors = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(webhooks.serve(public.router(), doors.clone()));
        tasks.spawn(consoles.serve(private.router(), doors.clone()));
        let guard = doors.clone().drop_guard();
        room(&config, stop).await?;
        let core = Core::open(&config, clock).await?;
        let relay = core.relay.clone();
        relay.ways.replace(Way::of(&config).map_err(CoreError::from)?);
        public.open(ingress::router(relay.clone()));
        let reading = Reading::new(relay.store.clone(), relay.opener.clone());
        let gate = Gate::new(relay.clone(), reading, Clock::system());
        private.open(api::router(gate.clone()));
        super::workers::start(&relay, &tasks);
        let running = Arc::new(RwLock::new(config));
        office(&running, gate, &tasks, &doors).await;
        let doors = guard.disarm();
        Ok(Self {
            relay,
            webhooks: at_public,
            consoles: at_private,
            core,
            config: running,
            certificates: certificates.into_iter().flatten().collect(),
            doors,
            tasks,
        })
    }

    /// What it runs with.
    fn config(&self) -> RwLockReadGuard<'_, Config> {
        self.config.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over a new configuration: rules, lines, secrets, templates, certificates. All or nothing, but
    /// for a certificate that cannot be read.
    ///
    /// # Errors
    /// See [`ReloadError`].
    pub async fn reload(&mut self, config: Config) -> Result<(), ReloadError> {
        let fixed = self.config().needs_restart(&config);
        if !fixed.is_empty() {
            return Err(ReloadError::Restart(fixed));
        }
        // Rules first: a webhook for a new line must not be judged before its portfolio and queue are known.
        let (lines, way) = (Lines::of(&config)?, Way::of(&config)?);
        self.core.rule(&config).await?;
        self.relay.lines.replace(&lines);
        self.relay.ways.replace(way);
        self.relay.wake.alerts.notify_one();
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        self.relay.wake.templates.notify_one();
        self.relay.wake.missed.notify_one();
        // A line whose token was mended is tried at once.
        self.relay.wake.sends.notify_one();
        for certificate in &self.certificates {
            certificate.reload().map_err(|error| ReloadError::Certificate(error.to_string()))?;
        }
        Ok(())
    }

    /// Takes over the changed file; a faulty one changes nothing, and the operator hears of it: in the log, at the
    /// supervisors' consoles and from `guichet doctor`.
    ///
    /// # Errors
    /// Why not, in a sentence for the log.
    pub async fn take_over(&mut self, path: &Path) -> Result<(), String> {
        let taken = match Config::load(path) {
            Ok(config) => self.reload(config).await.map_err(|error| error.to_string()),
            Err(found) => {
                Err(format!("{}; the old configuration stays in force", first_fault(path, &found)))
            }
        };
        self.told_of_reload(taken.as_ref().err()).await;
        taken
    }

    /// Notes whether the file was refused, and why.
    pub async fn told_of_reload(&self, why: Option<&String>) {
        let known = self.relay.store.read().desk().refused.clone().map(|(_, why)| why);
        if known.as_ref() != why {
            let at = self.relay.clock.now();
            let told = DeskEvent::ReloadRefused { at, why: why.cloned() };
            if let Err(refusal) = self.relay.desk.record("-relay", vec![told]).await {
                tracing::error!(%refusal, "that the configuration was refused could not be recorded");
            }
        }
        let file = self.config().data_dir.join(REFUSED);
        let written = match why {
            Some(why) => std::fs::write(&file, why),
            None => std::fs::remove_file(&file).or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            }),
        };
        if let Err(error) = written {
            tracing::warn!(%error, file = %file.display(), "guichet doctor will not know of it");
        }
    }

    /// Returns when the relay cannot go on: the journal has failed or the desk has ended.
    pub async fn failed(&self) {
        self.core.failed().await;
    }

    /// Stops in order: no more requests, what is on its way ends or is cut off after the drain time, then the
    /// journal closes with a checkpoint.
    ///
    /// # Errors
    /// When the journal had failed.
    pub async fn stop(self) -> Result<(), CoreError> {
        self.relay.stopping.cancel();
        self.doors.cancel();
        self.tasks.close();
        let most = self.config().relay.drain + Duration::from_secs(5);
        if tokio::time::timeout(most, self.tasks.wait()).await.is_err() {
            tracing::warn!("some connections or sends did not end in time and were cut off");
        }
        self.core.close().await
    }
}

/// Opens the admin socket, after destroying the keys of people whose erasure was cut off. A relay whose
/// socket cannot be had serves all the same.
async fn office(
    running: &admin::Running,
    gate: Gate,
    tasks: &TaskTracker,
    doors: &CancellationToken,
) {
    let folder = running.read().unwrap_or_else(PoisonError::into_inner).data_dir.clone();
    match admin::finish_erasures(&gate.relay, &folder).await {
        Ok(0) => {}
        Ok(people) => tracing::warn!(people, "finished erasures that had been cut off"),
        Err(error) => tracing::error!(%error, "an erasure could not be finished"),
    }
    let office = admin::Office::new(gate, Some(folder.clone())).of(running.clone());
    let path = folder.join("admin.sock");
    match admin::Socket::bind(&path) {
        Ok(socket) => drop(tasks.spawn(socket.serve(office, doors.clone()))),
        Err(error) => tracing::error!(%error, path = %path.display(), "no admin socket"),
    }
}

/// Waits until the disk has room for the store.
async fn room(config: &Config, stop: &CancellationToken) -> Result<(), StartError> {
    let folder = Folder::make(&config.data_dir).map_err(CoreError::from)?;
    let disk = Disk::new(folder.path(), LEAST);
    if !disk.has_room() {
        tracing::error!(
            free = disk.free(),
            "too little room on the disk: the relay waits to start"
        );
        tokio::select! {
            () = disk.wait(ROOM_PAUSE) => {}
            () = stop.cancelled() => return Err(StartError::Stopped),
        }
    }
    Ok(())
}
