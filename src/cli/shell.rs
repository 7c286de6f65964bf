//! What every long-running command needs: a runtime, the word to stop, and an end without a backtrace.

use super::Failure;
use std::io::Write;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

/// A fault of ours is told in one line. What it holds may be a customer's words, so only the place and fixed
/// texts are shown. On the main thread it ends the process; a task that fails is the runtime's to handle.
pub(super) fn mute_panics() {
    std::panic::set_hook(Box::new(|fault| {
        let place = fault.location().map(|place| format!(" at {}:{}", place.file(), place.line()));
        let text = fault.payload().downcast_ref::<&str>().map(|text| format!(": {text}"));
        let _ = writeln!(
            std::io::stderr(),
            "guichet: internal fault{}{}; please report it",
            place.unwrap_or_default(),
            text.unwrap_or_default().replace('\n', " "),
        );
        if std::thread::current().name() == Some("main") {
            std::process::exit(1);
        }
    }));
}

/// A runtime with two workers.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("the system gives no threads: {error}")))
}

/// What ends when the process is asked to stop: ^C or SIGTERM. It listens from the call on, also while nobody
/// waits for it yet.
pub(super) fn asked_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let fault =
        |error| Failure::Failed(format!("the system lets no signal be waited for: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(fault)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(fault)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
