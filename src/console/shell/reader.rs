//! The thread that reads keys. It can be stopped at once, so that another program may have the keyboard.

use super::keys::Decoder;
use super::terminal;
use crate::console::msg::Msg;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use std::io;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

/// How long the rest of a sequence may take. A lone escape is told after it.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 25_000_000 };

/// The thread. It ends when this is dropped; nothing is read after that.
#[derive(Debug)]
pub(super) struct Reader {
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Starts to read. The end of the terminal is told as [`Msg::Terminate`].
    ///
    /// # Errors
    /// The system gives no thread or pipe.
    pub(super) fn start(to: Sender<Msg>) -> io::Result<Self> {
        let (stopped, stop) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
        let thread = std::thread::Builder::new().name("keys".into()).spawn(move || {
            if read(&stopped, &to).is_err() {
                let _ = to.send(Msg::Terminate);
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads until it is stopped.
///
/// # Errors
/// The terminal is gone.
fn read(stopped: &OwnedFd, to: &Sender<Msg>) -> io::Result<()> {
    let mut decoder = Decoder::default();
    let mut bytes = [0; 16 << 10];
    let mut tell = |msg| {
        let _ = to.send(msg);
    };
    loop {
        let input = terminal::input();
        let mut waiting = [
            PollFd::new(&input, PollFlags::IN),
            PollFd::from_borrowed_fd(stopped.as_fd(), PollFlags::IN),
        ];
        match poll(&mut waiting, decoder.is_waiting().then_some(&PATIENCE)) {
            Ok(0) => {
                decoder.rest(&mut tell);
                continue;
            }
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(fault) => return Err(fault.into()),
        }
        let (keys, stop) = (waiting[0].revents(), waiting[1].revents());
        if !stop.is_empty() {
            return Ok(());
        }
        if keys.contains(PollFlags::IN) {
            match rustix::io::read(input, &mut bytes) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(length) => decoder.feed(&bytes[..length], &mut tell),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(fault) => return Err(fault.into()),
            }
        } else if keys.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
