//! Files of ours, handed over to the platform before the message that carries them. That may be done again: only the
//! message itself is not.

use super::schedule::Owed;
use crate::domain::content::Content;
use crate::domain::event::Event;
use crate::domain::file::most;
use crate::domain::message::{Kind, Outbound};
use crate::domain::template::Handed;
use crate::journal::codec::StreamEvent;
use crate::relay::Relay;
use crate::relay::files::offer::{self, Offered};
use crate::relay::files::pieces;
use crate::vault::FileError;
use crate::whatsapp::error::{Class, PlatformError};
use crate::whatsapp::platform::{Fault, Platform, SendOutcome, Upload};
use futures_util::StreamExt as _;
use tokio::time::Instant;

/// The platform's code for a file that it did not take; ours for one that is not there any more.
const NO_FILE: u32 = 131_053;

/// Hands over the files of a message; the platform's ids of them, in order. None for a message without a file.
///
/// # Errors
/// As if the message itself had come to that: nothing of it has left us.
pub(super) async fn uploads(
    relay: &Relay,
    platform: &dyn Platform,
    owed: &Owed,
) -> Result<Vec<String>, SendOutcome> {
    let mut ids = Vec::new();
    for file in files(relay, owed).unwrap_or_default() {
        ids.push(uploaded(relay, platform, owed, file).await?);
    }
    Ok(ids)
}

/// The files of a message, in order. What cannot be opened is told by who makes the letter.
fn files(relay: &Relay, owed: &Owed) -> Option<Vec<Handed>> {
    let found = relay.opener.found(owed.place).ok()?;
    let StreamEvent::Conversation(Event::Queued { kind, .. }) = &found.event else { return None };
    if most(*kind) == 0 && !matches!(kind, Kind::Template | Kind::Interactive) {
        return None;
    }
    let Outbound { content, .. } = relay.opener.body(owed.contact, &found).ok()?;
    match content {
        Content::File(file) => Some(vec![Handed { upload: file.upload, name: file.name }]),
        Content::Template(used) => Some(used.handed().map(|(_, file)| file).collect()),
        Content::Interactive(mut interactive) => {
            let (_, file) = interactive.header.as_mut()?.file()?;
            Some(vec![file.handed()?])
        }
        _ => None,
    }
}

async fn uploaded(
    relay: &Relay,
    platform: &dyn Platform,
    owed: &Owed,
    file: Handed,
) -> Result<String, SendOutcome> {
    let files = &relay.files;
    let name = files.handed_in(owed.send.conversation, file.upload.as_u128());
    let opened = match files.read(owed.contact, name) {
        Ok(opened) => opened,
        Err(FileError::Io(error)) => {
            let reason = error.to_string();
            return Err(SendOutcome::NotSent { reason, retry: true });
        }
        Err(error) => {
            return Err({
                let error = PlatformError {
                    code: NO_FILE,
                    title: error.to_string(),
                    ..PlatformError::default()
                };
                refused(error, Class::Never)
            });
        }
    };
    let lines = relay.lines.now();
    let public = lines.get(&owed.line).and_then(|line| line.access.public_url.as_deref());
    let offered = Offered {
        contact: owed.contact,
        conversation: owed.send.conversation,
        upload: file.upload,
    };
    let mime = opened.about.mime.as_deref().unwrap_or_default();
    let upload = Upload {
        address: public
            .and_then(|public| offer::address(relay, public, offered, file.name.as_deref())),
        name: "file".to_owned(),
        mime: platform_type(opened.about.kind, mime),
        bytes: opened.about.bytes,
        pieces: pieces(opened).boxed(),
    };
    let asked = Instant::now();
    let handed = platform.upload(owed.line.as_str(), upload).await;
    relay.metrics.api.record(asked.elapsed());
    handed.map_err(|fault| match fault {
        Fault::Refused(error) => match error.explain().class {
            // A file that is there twice is no message that is there twice.
            Class::Unknown => refused(error, Class::Wait),
            class => refused(error, class),
        },
        Fault::Silent { reason } | Fault::Strange { reason } => {
            SendOutcome::NotSent { reason, retry: true }
        }
    })
}

/// The type that the platform wants to hear: of Ogg it takes Opus only.
fn platform_type(kind: Kind, mime: &str) -> String {
    match (kind, mime) {
        (Kind::Audio | Kind::Voice, "audio/ogg") => "audio/ogg; codecs=opus".to_owned(),
        _ => mime.to_owned(),
    }
}

fn refused(error: PlatformError, class: Class) -> SendOutcome {
    let PlatformError { code, title, message, details, .. } = error;
    let details = details.or(message);
    SendOutcome::Rejected { code: Some(code), class, title, details, retry_after: None }
}
