//! A file that an agent hands in, to be sent: sealed like those of customers.

use crate::domain::content::Attached;
use crate::domain::file::{most, sendable, shape};
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::message::Kind;
use crate::domain::refusal::Refusal;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::vault::{About, FileError, Writing};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use std::fmt::Display;
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use uuid::Uuid;

/// The longest silence of who hands a file in.
const SILENCE: Duration = Duration::from_secs(30);
/// Pieces that wait for the disk.
const PIECES: usize = 8;
/// Bytes that are kept of the beginning and of the end, to see what it is.
const SEEN: usize = 64 * 1024;

/// For whom a file is handed in, and as what.
#[derive(Clone, Debug)]
pub struct For {
    /// The conversation.
    pub conversation: ConversationId,
    /// With whom.
    pub contact: ContactId,
    /// As what it is to be sent; nothing: as what it is.
    pub kind: Option<Kind>,
    /// Its name.
    pub name: Option<String>,
}

fn unavailable(reason: impl Display) -> Refusal {
    Refusal::Unavailable { reason: reason.to_string() }
}

/// Takes a file in and says what it will be sent as. It is durable then.
///
/// # Errors
/// What the platform would not take, with its limit; that it did not come whole; that the disk has no room.
pub async fn hand_in<E: Display>(
    relay: &Relay,
    whom: For,
    pieces: impl Stream<Item = Result<Bytes, E>> + Send,
) -> Result<Attached, Refusal> {
    let (sender, taken) = mpsc::channel(PIECES);
    let (files, at, upload) = (relay.files.clone(), relay.clock.now(), Uuid::new_v4());
    let name = files.handed_in(whom.conversation, upload.as_u128());
    let limit = whom.kind.map_or(most(Kind::Document), most);
    let writing = tokio::task::spawn_blocking(move || {
        let writing = files.create(whom.contact, name).map_err(refused)?;
        written(writing, whom, taken, upload, at)
    });
    let mut pieces = pin!(pieces);
    let mut came = 0;
    let cut = || Refusal::Malformed { what: "the file did not come whole".to_owned() };
    let broke = loop {
        if !relay.disk.has_room() {
            break Some(unavailable("the disk is nearly full"));
        }
        match timeout(SILENCE, pieces.next()).await {
            Ok(None) => break None,
            Ok(Some(Ok(piece))) => {
                came += piece.len() as u64;
                // One too many tells that it is too large; what it has in all need not be known.
                let over = came > limit;
                if sender.send(Some(piece)).await.is_err() || over {
                    swallow(pieces.as_mut(), came).await;
                    break None;
                }
            }
            Ok(Some(Err(_))) | Err(_) => break Some(cut()),
        }
    };
    if broke.is_none() {
        let _ = sender.send(None).await;
    }
    drop(sender);
    let written = writing.await.map_err(unavailable)?;
    match broke {
        Some(refusal) => Err(refusal),
        None => written,
    }
}

/// Reads on, up to what the largest kind may have, and keeps nothing: who still sends when the connection closes
/// never sees why.
async fn swallow<E>(mut pieces: Pin<&mut impl Stream<Item = Result<Bytes, E>>>, mut came: u64) {
    while came <= most(Kind::Document)
        && let Ok(Some(Ok(piece))) = timeout(SILENCE, pieces.next()).await
    {
        came += piece.len() as u64;
    }
}

fn refused(error: FileError) -> Refusal {
    match error {
        FileError::Erased => Refusal::Erased,
        error => unavailable(error),
    }
}

fn written(
    mut writing: Writing,
    whom: For,
    mut pieces: mpsc::Receiver<Option<Bytes>>,
    upload: Uuid,
    at: Timestamp,
) -> Result<Attached, Refusal> {
    let mut hash = Sha256::new();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    loop {
        match pieces.blocking_recv() {
            Some(Some(piece)) => {
                hash.update(&piece);
                writing.write(&piece).map_err(refused)?;
                bytes += piece.len() as u64;
                head.extend_from_slice(&piece[..piece.len().min(SEEN - head.len())]);
                tail.extend_from_slice(&piece);
                tail.drain(..tail.len().saturating_sub(SEEN));
            }
            Some(None) => break,
            None => return Err(unavailable("it was broken off")),
        }
    }
    let (kind, mime) = sendable(whom.kind, whom.name.as_deref(), &head, bytes)?;
    let shape = shape(&head, &tail);
    let digest = hash.finalize();
    let about = About {
        conversation: whom.conversation,
        of: None,
        kind,
        mime: Some(mime.clone()),
        name: whom.name.clone(),
        bytes,
        sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        pixels: shape.pixels,
        seconds: shape.seconds,
        at,
    };
    writing.finish(&about).map_err(refused)?;
    Ok(Attached { upload, kind, mime, bytes, name: whom.name, caption: None })
}
