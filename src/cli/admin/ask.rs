//! How a request of the operator reaches whoever has the store: the running relay over its socket, else the
//! store itself.

use crate::cli::Failure;
use crate::journal::{JournalError, SledJournal};
use crate::kit::Clock;
use crate::relay::admin::{self, AdminRequest, CallError, Office, call, finish_erasures};
use crate::relay::config::Config;
use crate::relay::core::Core;
use crate::relay::disk::{Disk, LEAST};
use crate::relay::gate::Gate;
use crate::relay::lines::Lines;
use crate::relay::reading::Reading;
use crate::relay::store::{Folder, OpenError};
use serde_json::Value;
use serde_json::value::RawValue;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Takes items as they come.
pub(super) type Each<'a> = &'a mut dyn FnMut(Box<RawValue>) -> io::Result<()>;

/// Refuses to work on the data of another user: files of ours among his would lock the relay out.
pub(super) fn check_owner(config: &Config) -> Result<(), Failure> {
    let Ok(folder) = std::fs::metadata(&config.data_dir) else { return Ok(()) };
    let me = rustix::process::geteuid().as_raw();
    if folder.uid() == me {
        return Ok(());
    }
    let (path, owner) = (config.data_dir.display(), folder.uid());
    Err(Failure::Failed(format!(
        "{path} belongs to user id {owner} and you are {me}; run it as that user: sudo -u '#{owner}' guichet admin ..."
    )))
}

/// Asks whoever has the store.
pub(super) async fn ask(
    config: &Config,
    request: AdminRequest,
    each: Each<'_>,
) -> Result<Value, Failure> {
    check_owner(config)?;
    let socket = config.data_dir.join("admin.sock");
    match call(&socket, &request, each).await {
        Err(CallError::Dead { .. }) => {}
        Err(CallError::Taking(error)) => return Err(error.into()),
        Err(error) => return Err(Failure::failed(error)),
        Ok(done) => return Ok(done),
    }
    let opened = match request {
        // Also what does not open can be looked through.
        AdminRequest::JournalVerify => match looked_through(config) {
            Ok(report) => return Ok(report),
            Err(unopened) => Err(unopened),
        },
        _ => open(config).await,
    };
    match opened {
        Ok(core) => work(config, core, request, each).await,
        Err(Unopened::Locked) => Err(Failure::Failed(format!(
            "another process has {} and nobody answers on {}; if it is a relay, look at its log, else wait for it",
            config.data_dir.display(),
            socket.display()
        ))),
        Err(Unopened::Fault(failure)) => Err(failure),
    }
}

/// Opens what was just put back and closes it again: whoever was erased since is erased, and his key is gone.
pub(super) async fn settle(config: &Config) -> Result<(), Failure> {
    let locked = || Failure::failed("another process has taken what was put back; it goes on");
    let core = open(config).await.map_err(|unopened| match unopened {
        Unopened::Locked => locked(),
        Unopened::Fault(failure) => failure,
    })?;
    finish_erasures(&core.relay, &config.data_dir).await.map_err(Failure::failed)?;
    core.close().await.map_err(Failure::failed)
}

/// Why the store is not opened.
enum Unopened {
    Locked,
    Fault(Failure),
}

/// What stands in the journal, without a relay over it.
fn looked_through(config: &Config) -> Result<Value, Unopened> {
    let fault = |error: JournalError| match error {
        JournalError::Locked { .. } => Unopened::Locked,
        error => Unopened::Fault(Failure::failed(error)),
    };
    let folder = Folder::make(&config.data_dir);
    let folder = folder.map_err(|error| Unopened::Fault(Failure::failed(error)))?;
    let reader = SledJournal::look(&folder.journal(), config.relay.cache_mib << 20);
    admin::verified(&*reader.map_err(fault)?).map_err(fault)
}

/// The core without listeners and workers. The lines' secrets may be another's to read, and little needs them.
async fn open(config: &Config) -> Result<Core, Unopened> {
    let fault = |error: &dyn std::fmt::Display| Unopened::Fault(Failure::failed(error));
    let folder = Folder::make(&config.data_dir).map_err(|error| fault(&error))?;
    let opened = folder.open(config);
    let (vault, journal) = opened.map_err(|error| match error {
        OpenError::Journal(JournalError::Locked { .. }) => Unopened::Locked,
        error => fault(&error),
    })?;
    let silent = Config { lines: Vec::new(), ..config.clone() };
    let lines = Lines::of(config).or_else(|_| Lines::of(&silent)).map_err(|error| fault(&error))?;
    let disk = Arc::new(Disk::new(folder.path(), LEAST));
    let core = Core::with(config, Clock::system(), Box::new(journal), vault, disk, lines).await;
    core.map_err(|error| fault(&error))
}

async fn work(
    config: &Config,
    core: Core,
    request: AdminRequest,
    each: Each<'_>,
) -> Result<Value, Failure> {
    let finished = finish_erasures(&core.relay, &config.data_dir).await;
    finished.map_err(Failure::failed)?;
    let relay = core.relay.clone();
    let reading = Reading::new(relay.store.clone(), relay.opener.clone());
    let office =
        Office::new(Gate::new(relay, reading, Clock::system()), Some(config.data_dir.clone()));
    let (items, mut taken) = mpsc::channel(64);
    let working = tokio::spawn(async move { office.execute(request, items).await });
    let mut told = Ok(());
    while let Some(item) = taken.recv().await {
        if let Err(error) = each(item) {
            told = Err(Failure::from(error));
            break;
        }
    }
    drop(taken);
    let done = working.await.map_err(Failure::failed)?;
    core.close().await.map_err(Failure::failed)?;
    told?;
    done.map_err(Failure::failed)
}
