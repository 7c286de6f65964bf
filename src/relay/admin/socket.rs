//! The admin socket: one request a line, answered by lines. For the owner of `data_dir` and nobody else.

use super::{AdminAnswer, AdminRequest, Office, failed, wrong};
use crate::wire::Refused;
use serde_json::Value;
use serde_json::value::RawValue;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Bytes of a request at most.
const REQUEST_MOST: u64 = 64 * 1024;
/// Items that may wait for whoever asked.
const ITEMS: usize = 64;

/// The socket, bound.
#[derive(Debug)]
pub struct Socket(UnixListener);

impl Socket {
    /// Takes the place, with mode 0600. Whatever socket is there is a dead relay's: the caller has the store's
    /// lock.
    ///
    /// # Errors
    /// When it cannot be made: the path is longer than 107 bytes, or the folder cannot be written.
    pub fn bind(path: &Path) -> io::Result<Self> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self(listener))
    }

    /// Answers until `stop` is cancelled; then lets what is under way finish.
    pub async fn serve(self, office: Office, stop: CancellationToken) {
        let open = TaskTracker::new();
        loop {
            let stream = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.0.accept() => match accepted {
                    Ok((stream, _)) => stream,
                    Err(error) => {
                        tracing::warn!(%error, "the admin socket takes no connection");
                        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                        continue;
                    }
                },
            };
            if !is_owner(&stream) {
                tracing::warn!("another user was turned away from the admin socket");
                continue;
            }
            let (office, stop) = (office.clone(), stop.clone());
            open.spawn(async move {
                // The other side's leaving is its own business.
                let _ = converse(&office, stream, &stop).await;
            });
        }
        open.close();
        open.wait().await;
    }
}

fn is_owner(stream: &UnixStream) -> bool {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    peer.is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

async fn converse(office: &Office, stream: UnixStream, stop: &CancellationToken) -> io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        let mut limited = (&mut from).take(REQUEST_MOST);
        let read = tokio::select! {
            read = limited.read_until(b'\n', &mut line) => read?,
            () = stop.cancelled() => return Ok(()),
        };
        if read == 0 {
            return Ok(());
        }
        let cut = line.last() != Some(&b'\n') && read as u64 >= REQUEST_MOST;
        let answer = match serde_json::from_slice::<AdminRequest>(&line) {
            Ok(request) if !cut => {
                tracing::info!(request = request.word(), "admin");
                answer(office, request, &mut to).await?
            }
            _ => AdminAnswer::Refused(wrong("this is no request; is it of another version?")),
        };
        say(&mut to, &answer).await?;
        if cut {
            return Ok(());
        }
    }
}

async fn answer(
    office: &Office,
    request: AdminRequest,
    to: &mut (impl AsyncWriteExt + Unpin),
) -> io::Result<AdminAnswer> {
    let (items, mut taken) = mpsc::channel(ITEMS);
    let mut work = Box::pin(office.execute(request, items));
    let mut done = None;
    loop {
        tokio::select! {
            biased;
            item = taken.recv() => match item {
                Some(item) => say(to, &AdminAnswer::Item(item)).await?,
                None if done.is_some() => break,
                // Nothing more will come; the answer is still owed.
                None => done = Some((&mut work).await),
            },
            answered = &mut work, if done.is_none() => done = Some(answered),
        }
    }
    Ok(match done {
        Some(Ok(value)) => AdminAnswer::Done(value),
        Some(Err(refused)) => AdminAnswer::Refused(refused),
        None => AdminAnswer::Refused(failed("no answer")),
    })
}

async fn say(to: &mut (impl AsyncWriteExt + Unpin), answer: &AdminAnswer) -> io::Result<()> {
    let mut line = serde_json::to_vec(answer).map_err(io::Error::other)?;
    line.push(b'\n');
    to.write_all(&line).await
}

/// Why a request over the socket has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nobody listens.
    #[error("nobody answers on {path}: {error}; if the relay runs, look at its log")]
    Dead {
        /// The socket.
        path: String,
        /// What the system said.
        error: io::Error,
    },
    /// It was cut off.
    #[error("the relay went away in the middle of its answer: {0}")]
    Cut(String),
    /// The relay says no.
    #[error("{0}")]
    Refused(Refused),
    /// An item could not be taken.
    #[error("{0}")]
    Taking(io::Error),
}

/// Asks the relay that listens on `path`; gives each item as it comes, then the answer.
///
/// # Errors
/// [`CallError`].
pub async fn call(
    path: &Path,
    request: &AdminRequest,
    each: &mut dyn FnMut(Box<RawValue>) -> io::Result<()>,
) -> Result<Value, CallError> {
    let dead = |error| CallError::Dead { path: path.display().to_string(), error };
    let mut stream = UnixStream::connect(path).await.map_err(dead)?;
    let cut = |error: &dyn std::fmt::Display| CallError::Cut(error.to_string());
    let mut line = serde_json::to_vec(request).map_err(|error| cut(&error))?;
    line.push(b'\n');
    stream.write_all(&line).await.map_err(|error| cut(&error))?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await.map_err(|error| cut(&error))? {
        match serde_json::from_str(&line).map_err(|error| cut(&error))? {
            AdminAnswer::Item(item) => each(item).map_err(CallError::Taking)?,
            AdminAnswer::Done(value) => return Ok(value),
            AdminAnswer::Refused(refused) => return Err(CallError::Refused(refused)),
        }
    }
    Err(cut(&"no answer"))
}
