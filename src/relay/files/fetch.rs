//! One file: from the platform to the disk.

use super::check::{Announced, Came, wrong};
use super::verdict::Tried;
use crate::domain::event::Event;
use crate::domain::file::{Fetch, INBOUND_MOST, shape};
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::message::{Inbound, Kind, Media};
use crate::domain::name::Name;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::opened::Closed;
use crate::vault::{About, FileError, FileName, Files};
use crate::whatsapp::error::Class;
use crate::whatsapp::platform::{Fault, FileFault, FilePlace, Incoming, Platform};
use bytes::Bytes;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

/// The longest silence in the middle of a file.
const SILENCE: Duration = Duration::from_secs(30);
/// Pieces that wait for the disk.
const PIECES: usize = 8;
/// Bytes that are kept of the beginning and of the end, to see what it is.
const SEEN: usize = 64 * 1024;
/// The address in a webhook is good for five minutes; it is not tried when it came longer ago, desk milliseconds.
const ADDRESS_MS: i64 = 240_000;

/// A file to be fetched.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    pub(super) conversation: ConversationId,
    pub(super) contact: ContactId,
    pub(super) line: Name,
    pub(super) fetch: Fetch,
}

impl Errand {
    pub(super) fn key(&self) -> (ConversationId, Fetch) {
        (self.conversation, self.fetch)
    }

    /// When the platform told of it.
    pub(super) fn since(&self, relay: &Relay) -> Timestamp {
        let found = relay.opener.found(self.fetch.place);
        found.map_or(self.fetch.of.at, |found| found.at)
    }
}

/// Tries once. Without a way to the platform it fails.
pub(super) async fn fetch(
    relay: Relay,
    platform: Option<Arc<dyn Platform>>,
    errand: Errand,
) -> Tried {
    let began = Instant::now();
    let tried = match (opened(&relay, &errand), platform) {
        (Err(tried), _) => tried,
        (Ok(_), None) => Tried::Failed,
        (Ok(message), Some(platform)) => one(&relay, &*platform, &errand, message).await,
    };
    if !matches!(tried, Tried::Stored(_)) {
        // Neither addresses nor ids are told: both are of a person.
        tracing::warn!(conversation = %errand.conversation, ?tried, took = ?began.elapsed(), "a file did not come");
    }
    tried
}

/// What is known of a file from its message.
struct Message {
    kind: Kind,
    media: Media,
    at: Timestamp,
}

fn opened(relay: &Relay, errand: &Errand) -> Result<Message, Tried> {
    let found = relay.opener.found(errand.fetch.place).map_err(closed)?;
    let kind = match &found.event {
        StreamEvent::Conversation(
            Event::Received { kind, .. }
            | Event::Echoed { kind, .. }
            | Event::FileCame { kind, .. },
        ) => *kind,
        _ => return Err(Tried::Unreadable),
    };
    let body: Inbound = relay.opener.body(errand.contact, &found).map_err(closed)?;
    let media = body.media.ok_or(Tried::Unreadable)?;
    Ok(Message { kind, media, at: found.at })
}

fn closed(closed: Closed) -> Tried {
    match closed {
        Closed::Erased => Tried::Erased,
        Closed::Journal(error) if !error.is_of_data() => Tried::Failed,
        Closed::Unreadable | Closed::Journal(_) => Tried::Unreadable,
    }
}

async fn one(relay: &Relay, platform: &dyn Platform, errand: &Errand, message: Message) -> Tried {
    let fresh = relay.clock.now().since(message.at) < ADDRESS_MS;
    // The webhook's own address saves a question; whatever is wrong with it, the question is asked.
    let mut without_id = Tried::Gone;
    if let Some(url) = message.media.url.as_deref().filter(|_| fresh || message.media.id.is_none())
    {
        without_id = match platform.file(url).await {
            Ok(incoming) => match take(relay, errand, &message, None, incoming).await {
                Tried::Damaged => Tried::Damaged,
                tried => return tried,
            },
            Err(fault) => address(&fault),
        };
    }
    let Some(id) = message.media.id.as_deref() else { return without_id };
    for last in [false, true] {
        let asked = Instant::now();
        let place = platform.file_place(errand.line.as_str(), id).await;
        relay.metrics.api.record(asked.elapsed());
        let place = match place {
            Ok(place) => place,
            Err(fault) => return refused(&fault),
        };
        if place.bytes.is_some_and(|bytes| bytes > INBOUND_MOST) {
            return Tried::TooLarge;
        }
        match platform.file(&place.url).await {
            Ok(incoming) => return take(relay, errand, &message, Some(place), incoming).await,
            Err(FileFault::Stale) if !last => {}
            Err(fault) => return address(&fault),
        }
    }
    Tried::Gone
}

/// There were no bytes at an address.
fn address(fault: &FileFault) -> Tried {
    match fault {
        FileFault::Stale => Tried::Gone,
        FileFault::Silent { .. } => Tried::Failed,
    }
}

/// The platform was asked where a file is and did not say it.
fn refused(fault: &Fault) -> Tried {
    match fault {
        // So it says of an id that it does not know. Any other refusal tells nothing about the file.
        Fault::Refused(error) if (error.code, error.subcode) == (100, Some(33)) => Tried::Gone,
        Fault::Refused(error) if error.explain().class == Class::Account => Tried::Account,
        Fault::Refused(_) => Tried::Failed,
        Fault::Silent { .. } | Fault::Strange { .. } => Tried::Failed,
    }
}

/// Takes the bytes in, checks them, and seals them on the disk.
async fn take(
    relay: &Relay,
    errand: &Errand,
    message: &Message,
    place: Option<FilePlace>,
    mut incoming: Incoming,
) -> Tried {
    if incoming.bytes.is_some_and(|bytes| bytes > INBOUND_MOST) {
        return Tried::TooLarge;
    }
    let place = place.unwrap_or_default();
    let media = &message.media;
    let announced = Announced {
        mime: media.mime_type.clone().or(place.mime_type),
        digests: media.sha256.iter().chain(&place.sha256).cloned().collect(),
        bytes: place.bytes.into_iter().chain(incoming.bytes).collect(),
    };
    let sink = Sink {
        name: relay.files.name(errand.conversation, errand.fetch.of),
        files: relay.files.clone(),
        contact: errand.contact,
        announced,
        about: About {
            conversation: errand.conversation,
            of: Some(errand.fetch.of),
            kind: message.kind,
            mime: media.mime_type.clone(),
            name: media.filename.clone(),
            bytes: 0,
            sha256: String::new(),
            pixels: None,
            seconds: None,
            at: relay.clock.now(),
        },
    };
    let (pieces, taken) = mpsc::channel(PIECES);
    let writing = tokio::task::spawn_blocking(move || sink.drain(taken));
    let mut came = 0;
    let broke = loop {
        if !relay.disk.has_room() {
            break Some(Tried::NoRoom);
        }
        match timeout(SILENCE, incoming.pieces.next()).await {
            Ok(None) => break None,
            Ok(Some(Ok(piece))) => {
                came += piece.len() as u64;
                if came > INBOUND_MOST {
                    break Some(Tried::TooLarge);
                }
                if pieces.send(Piece::Bytes(piece)).await.is_err() {
                    break None;
                }
            }
            // What was cut off is not what was announced; it may be whole the next time.
            Ok(Some(Err(_))) | Err(_) => break Some(Tried::Failed),
        }
    };
    if broke.is_none() {
        let _ = pieces.send(Piece::End).await;
    }
    drop(pieces);
    let written = writing.await.unwrap_or(Tried::Failed);
    broke.unwrap_or(written)
}

enum Piece {
    Bytes(Bytes),
    End,
}

/// The end of a file's way, on a thread that may wait for the disk.
struct Sink {
    files: Files,
    contact: ContactId,
    name: FileName,
    announced: Announced,
    about: About,
}

impl Sink {
    fn drain(self, pieces: mpsc::Receiver<Piece>) -> Tried {
        match self.written(pieces) {
            Ok(tried) => tried,
            Err(FileError::Erased) => Tried::Erased,
            Err(error) => {
                tracing::error!(%error, "a file could not be written");
                Tried::Failed
            }
        }
    }

    fn written(self, mut pieces: mpsc::Receiver<Piece>) -> Result<Tried, FileError> {
        let mut writing = self.files.create(self.contact, self.name)?;
        let mut hash = Sha256::new();
        let (mut head, mut tail) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        loop {
            match pieces.blocking_recv() {
                Some(Piece::Bytes(piece)) => {
                    hash.update(&piece);
                    writing.write(&piece)?;
                    bytes += piece.len() as u64;
                    head.extend_from_slice(&piece[..piece.len().min(SEEN - head.len())]);
                    tail.extend_from_slice(&piece);
                    tail.drain(..tail.len().saturating_sub(SEEN));
                }
                Some(Piece::End) => break,
                None => return Ok(Tried::Failed),
            }
        }
        let came = Came { bytes, sha256: hash.finalize().into(), head };
        if let Some(tried) = wrong(self.about.kind, &self.announced, &came) {
            return Ok(tried);
        }
        let shape = shape(&came.head, &tail);
        let about = About {
            bytes,
            sha256: came.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            pixels: shape.pixels,
            seconds: shape.seconds,
            ..self.about
        };
        writing.finish(&about)?;
        Ok(Tried::Stored(bytes))
    }
}
