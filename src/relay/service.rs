//! The relay as a service: signals, systemd, and the end.

use super::config::{Config, Fault};
use super::daemon::{Daemon, StartError};
use super::{core::CoreError, systemd};
use crate::kit::Clock;
use std::path::{Path, PathBuf};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Why the service ended.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The configuration is faulty: every fault.
    #[error("{}", faults(.0))]
    Faults(Vec<Fault>),
    /// It did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The journal failed while it ran, or did not close.
    #[error(
        "the journal failed: {0}; nothing that was acknowledged is lost; mend the disk and start again"
    )]
    Journal(CoreError),
    /// The desk ended, although the journal did not fail.
    #[error(
        "the desk stopped by itself; nothing that was acknowledged is lost; start again and report it"
    )]
    Desk,
    /// The system gives no signals.
    #[error("signals cannot be waited for: {0}")]
    Signals(#[from] std::io::Error),
}

fn faults(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The faults of a configuration in one line: the first, and where to see the rest.
pub fn first_fault(config: &Path, faults: &[Fault]) -> String {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    match faults.len() {
        0 | 1 => first,
        n => format!("{first}; and {} more: guichet check --config {}", n - 1, config.display()),
    }
}

/// Runs until SIGTERM or SIGINT, which drain and stop; SIGHUP takes over the changed file. Tells systemd.
///
/// # Errors
/// See [`ServiceError`]: the process should end with 1, to be started again.
pub async fn run(path: &Path) -> Result<(), ServiceError> {
    let (config, warnings) = Config::examine(path);
    let config = config.map_err(ServiceError::Faults)?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hup = signal(SignalKind::hangup())?;
    let stop = CancellationToken::new();
    let mut daemon = {
        let starting = Daemon::start(config, Clock::system(), &stop);
        tokio::pin!(starting);
        loop {
            tokio::select! {
                started = &mut starting => match started {
                    Err(StartError::Stopped) => return Ok(()),
                    started => break started?,
                },
                _ = term.recv() => stop.cancel(),
                _ = int.recv() => stop.cancel(),
                _ = hup.recv() => tracing::warn!("not started yet: nothing to reload"),
            }
        }
    };
    daemon.told_of_reload(None).await;
    let told = format!("webhooks on {}, consoles on {}", daemon.webhooks, daemon.consoles);
    tracing::info!("{told}");
    systemd::ready(&told);
    let relay = daemon.relay.clone();
    let watch = tokio::spawn(systemd::watch(async move || alive(&relay).await, stop.clone()));
    // Who asked it to stop while it started does not ask again.
    let failed = loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break false,
            _ = term.recv() => break false,
            _ = int.recv() => break false,
            _ = hup.recv() => reload(&mut daemon, path.to_owned()).await,
            () = daemon.failed() => break true,
        }
    };
    tracing::info!("stopping");
    systemd::stopping();
    stop.cancel();
    let stopped = daemon.stop().await;
    watch.abort();
    match stopped {
        Err(error) => Err(ServiceError::Journal(error)),
        Ok(()) if failed => Err(ServiceError::Desk),
        Ok(()) => Ok(()),
    }
}

/// Whether the desk and the journal still answer: a tick of nothing goes the whole way.
async fn alive(relay: &super::Relay) -> bool {
    relay.desk.record("-relay", Vec::new()).await.is_ok()
}

/// Takes over the changed file; a faulty one changes nothing and says why.
async fn reload(daemon: &mut Daemon, path: PathBuf) {
    systemd::reloading();
    match daemon.take_over(&path).await {
        Ok(()) => {
            tracing::info!("the configuration was taken over");
            systemd::ready("reloaded");
        }
        Err(why) => {
            tracing::error!("{why}");
            systemd::ready("not reloaded: see the log");
        }
    }
}
