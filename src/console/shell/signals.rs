//! What the system tells the process.

use super::{Teller, terminal};
use crate::console::msg::Msg;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{SignalKind, signal};

/// Whether another program has the terminal: then ^C is meant for that one.
static LENT: AtomicBool = AtomicBool::new(false);

/// Says whether another program has the terminal.
pub(super) fn lend(lent: bool) {
    LENT.store(lent, Ordering::SeqCst);
}

/// Starts the thread that waits for signals: another size, the word to end, the word to go on.
///
/// # Errors
/// The system gives no thread, or lets no signal be waited for.
pub(super) fn start(to: Teller) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let proceed = SignalKind::from_raw(rustix::process::Signal::CONT.as_raw());
    let entered = runtime.enter();
    let mut resized = signal(SignalKind::window_change())?;
    let mut proceed = signal(proceed)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut quit = signal(SignalKind::quit())?;
    let mut hangup = signal(SignalKind::hangup())?;
    drop(entered);
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async move {
            loop {
                // A shell that ends a stopped process has it go on for that: the word to end is the first one.
                let msg = tokio::select! {
                    biased;
                    _ = terminate.recv() => Msg::Terminate,
                    _ = hangup.recv() => Msg::Terminate,
                    _ = resized.recv() => {
                        let (columns, rows) = terminal::size();
                        Msg::Resize(columns, rows)
                    }
                    _ = proceed.recv() => Msg::Continued,
                    _ = interrupt.recv() => {
                        if LENT.load(Ordering::SeqCst) { continue } else { Msg::Terminate }
                    }
                    _ = quit.recv() => {
                        if LENT.load(Ordering::SeqCst) { continue } else { Msg::Terminate }
                    }
                };
                if to.send(msg).is_err() {
                    return;
                }
            }
        });
    })?;
    Ok(())
}
