//! The relay without its doors: journal, views, desk. The daemon puts listeners and workers round it; an
//! offline `guichet admin` uses it as it is.

use super::Relay;
use super::admin;
use super::config::Config;
use super::desk::{Decided, Desk, DeskHandle, Fold, Wake};
use super::disk::{Disk, LEAST};
use super::floor::Floor;
use super::lines::Lines;
use super::measured::Measured;
use super::metrics::Metrics;
use super::opened::Opener;
use super::rules;
use super::store::{Folder, OpenError};
use super::views::{BATCH_MOST, Store, load};
use crate::domain::command::Outcome;
use crate::domain::conversation::Conversation;
use crate::domain::decide::is_ruled_by_before;
use crate::domain::desk::DeskEvent;
use crate::domain::id::{ContactId, SendId};
use crate::domain::refusal::Refusal;
use crate::journal::{Journal, JournalError, Writer, WriterOptions};
use crate::kit::Clock;
use crate::vault::{Files, Vault};
use std::sync::Arc;
use tokio::sync::watch;

/// Conversations whose clocks follow new rules in one piece, before the desk does something else.
const RULED_AT_ONCE: usize = 64;

/// Why the relay does not start.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// What lies in `data_dir` does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The journal does not read back.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A secret cannot be read.
    #[error(transparent)]
    Secret(#[from] super::config::SecretError),
    /// The system gives no thread.
    #[error("no thread for the desk: {0}")]
    Thread(std::io::Error),
    /// The desk does not take the configuration.
    #[error("the configuration cannot be recorded: {0}")]
    Refused(Refusal),
}

/// See the module.
pub struct Core {
    /// What the parts share.
    pub relay: Relay,
    writer: Writer<Decided>,
    knobs: watch::Sender<super::config::Knobs>,
}

impl Core {
    /// Opens the folder and folds what is in it.
    ///
    /// # Errors
    /// See [`CoreError`].
    pub async fn open(config: &Config, clock: Clock) -> Result<Self, CoreError> {
        let folder = Folder::make(&config.data_dir)?;
        let disk = Arc::new(Disk::new(folder.path(), LEAST));
        let lines = Lines::of(config)?;
        tracing::debug!(folder = %config.data_dir.display(), "the journal is opened");
        let (opening, place) = (config.clone(), folder.clone());
        let journal = blocking(move || place.open_journal(&opening)).await??;
        // The keys are unwrapped while the states are read.
        let opening = config.clone();
        let vault = tokio::task::spawn_blocking(move || folder.open_vault(&opening));
        let vault = async { Ok(vault.await.map_err(|panic| panicked(&panic))??) };
        Self::over(config, clock, Box::new(journal), vault, disk, lines).await
    }

    /// The same over any journal.
    ///
    /// # Errors
    /// See [`CoreError`].
    pub async fn with(
        config: &Config,
        clock: Clock,
        journal: Box<dyn Journal>,
        vault: Vault,
        disk: Arc<Disk>,
        lines: Lines,
    ) -> Result<Self, CoreError> {
        Self::over(config, clock, journal, async { Ok(vault) }, disk, lines).await
    }

    async fn over(
        config: &Config,
        clock: Clock,
        mut journal: Box<dyn Journal>,
        vault: impl Future<Output = Result<Vault, CoreError>>,
        disk: Arc<Disk>,
        lines: Lines,
    ) -> Result<Self, CoreError> {
        let reader = journal.reader();
        let loading = reader.clone();
        let mut views = blocking(move || load(&*loading)).await??;
        while let Some(repaired) = views.repaired(BATCH_MOST) {
            journal.append(&[], &repaired)?;
        }
        let unreadable = views.unreadable() as f64;
        let store = Store::new(views, reader);
        let vault = Arc::new(vault.await?);
        let dir = config.data_dir.join("media");
        let files = Files::open(vault.clone(), &dir)
            .map_err(|error| OpenError::Folder { path: dir, error })?;
        let wake = Wake::default();
        let metrics = Arc::new(Metrics::new());
        metrics.unreadable.set(unreadable);
        let (fold, position) = Fold::new(
            store.clone(),
            wake.clone(),
            metrics.clone(),
            config.relay.checkpoint_commits,
        );
        let conflicts = fold.conflicts();
        let keys = vault.clone();
        let before = move || {
            keys.sync().map_err(|error| JournalError::Fatal { what: format!("the keys: {error}") })
        };
        let options = WriterOptions { capacity: config.relay.queue_capacity, ..Default::default() };
        let journal = Box::new(Measured::new(journal, metrics.clone()));
        let writer = Writer::spawn(journal, before, fold, options)?;
        let desk =
            Desk::new(store.clone(), vault.clone(), clock.clone(), writer.handle(), conflicts);
        let desk = desk.spawn(config.relay.queue_capacity).map_err(CoreError::Thread)?;
        let (knobs, seen) = watch::channel(config.relay.clone());
        let relay = Relay {
            desk,
            opener: Opener::new(store.clone(), vault.clone(), files.clone()),
            store,
            vault: vault.clone(),
            files,
            clock,
            lines,
            ways: super::alerts::Ways::default(),
            knobs: seen,
            position,
            wake,
            metrics,
            disk,
            floor: Arc::new(Floor::new(&config.data_dir, vault.clone())),
            stopping: tokio_util::sync::CancellationToken::new(),
            broken: tokio_util::sync::CancellationToken::new(),
        };
        let core = Self { relay, writer, knobs };
        core.rule(config).await?;
        core.doubt(config).await?;
        Ok(core)
    }

    /// After a restore or an import nobody knows what was sent since: whatever still waits to be sent becomes
    /// unconfirmed, and people decide. Who was erased since is erased again in the journal: his ticket closes,
    /// and what was put away and names him goes; [`admin::finish_erasures`] then destroys his key. Runs at
    /// every start until it has gone through once.
    async fn doubt(&self, config: &Config) -> Result<(), CoreError> {
        let marker = Folder::make(&config.data_dir)?.put_back();
        if !marker.exists() {
            return Ok(());
        }
        let doubtful: Vec<SendId> = {
            let views = self.relay.store.read();
            let of = |state: &Conversation| {
                let conversation = state.id;
                let sends = state.head.sends.iter();
                sends
                    .map(move |send| SendId { conversation, outbox: send.outbox })
                    .collect::<Vec<_>>()
            };
            views.conversations().flat_map(|state| of(state)).collect()
        };
        tracing::warn!(
            count = doubtful.len(),
            "put back from the past: what waited to be sent is unconfirmed"
        );
        for send in doubtful {
            let settled = self.relay.desk.settle(send, Outcome::Unknown).await;
            settled.map_err(CoreError::Refused)?;
        }
        let erased = std::fs::read_to_string(&marker)
            .map_err(|error| OpenError::Folder { path: marker.clone(), error })?;
        for id in erased.lines().filter_map(|line| line.parse().ok()).map(ContactId) {
            let known = self.relay.store.read().contact(id).is_some_and(|one| one.erased.is_none());
            if known {
                admin::forget(&self.relay, id).await.map_err(CoreError::Refused)?;
            }
        }
        let removed = std::fs::remove_file(&marker);
        removed.map_err(|error| OpenError::Folder { path: marker, error }.into())
    }

    /// Puts the rules of a configuration into force, if they are not.
    ///
    /// # Errors
    /// When the relay is stopping.
    pub async fn rule(&self, config: &Config) -> Result<(), CoreError> {
        // What an earlier change left to do, if the relay was killed meanwhile.
        self.rule_clocks().await?;
        let policy = rules::policy(config, &self.relay.vault);
        self.knobs.send_replace(config.relay.clone());
        let before = self.relay.store.read().desk().policy.clone();
        let policy = match &before {
            Some(before) => policy.following(before),
            None => policy,
        };
        if before.as_ref() != Some(&policy) {
            let at = self.relay.clock.now();
            let changed = DeskEvent::PolicyChanged { at, policy: Box::new(policy) };
            let desk: &DeskHandle = &self.relay.desk;
            desk.record("-relay", vec![changed]).await.map_err(CoreError::Refused)?;
            self.rule_clocks().await?;
        }
        Ok(())
    }

    /// Lets the clocks of all unsolved tickets follow the last change of the service levels.
    async fn rule_clocks(&self) -> Result<(), CoreError> {
        let left: Vec<_> = {
            let views = self.relay.store.read();
            let policy = views.desk().policy.clone().unwrap_or_default();
            let old = |state: &&Arc<Conversation>| is_ruled_by_before(state, &policy);
            views.conversations().filter(old).map(|state| state.id).collect()
        };
        for some in left.chunks(RULED_AT_ONCE) {
            self.relay.desk.tick(some.to_vec()).await.map_err(CoreError::Refused)?;
        }
        Ok(())
    }

    /// Returns when the relay cannot go on: the journal has failed, the desk or a worker has ended.
    pub async fn failed(&self) {
        let writer = self.writer.handle();
        tokio::select! {
            () = writer.closed() => {}
            () = self.relay.desk.closed() => {}
            () = self.relay.broken.cancelled() => {}
        }
    }

    /// Writes what is queued and a last checkpoint, and waits for the disk.
    ///
    /// # Errors
    /// The error that ended the journal, now or before.
    pub async fn close(self) -> Result<(), CoreError> {
        self.relay.stopping.cancel();
        let writer = self.writer;
        let closed = tokio::task::spawn_blocking(move || writer.close()).await;
        Ok(closed.map_err(|panic| panicked(&panic))??)
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JournalError> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| panicked(&panic))
}

fn panicked(panic: &tokio::task::JoinError) -> JournalError {
    JournalError::Fatal {
        what: format!("opening the store: {panic}; see the log, restore a backup"),
    }
}
