//! Files are kept for a time, by their kind, and no longer; and what belongs to nobody is removed.

use super::told;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::file::{News, Of, State};
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::message::Outbound;
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::opened::Closed;
use crate::vault::{FileError, FileName, KeyId};
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

/// How often the files are looked through, in real time.
const EVERY: Duration = Duration::from_secs(6 * 3_600);
/// The first time is this long after the start.
const FIRST: Duration = Duration::from_secs(300);
/// Younger files are not looked at, desk milliseconds: they may be on their way into a message.
const YOUNG_MS: i64 = 86_400_000;

/// Looks through the files until the relay is stopping.
pub async fn keep(relay: Relay) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            () = sleep(wait) => {}
        }
        sweep(&relay).await;
        wait = EVERY;
    }
}

/// Looks through the files once: those of erased people go at once, those kept long enough after it is written down
/// that they are. How many were removed.
pub async fn sweep(relay: &Relay) -> usize {
    let looking = relay.clone();
    let looked = tokio::task::spawn_blocking(move || look(&looking)).await;
    let (mut removed, over) = match looked {
        Ok(Ok(looked)) => looked,
        Ok(Err(error)) => {
            tracing::error!(%error, "the files cannot be looked through");
            return 0;
        }
        Err(error) => {
            tracing::error!(%error, "looking through the files broke off");
            return 0;
        }
    };
    for Over { contact, name, message } in over {
        if let Some((conversation, of)) = message
            && !told(relay, conversation, of, News::Expired).await
        {
            continue;
        }
        let files = relay.files.clone();
        let done = tokio::task::spawn_blocking(move || files.remove(contact, name)).await;
        match done {
            Ok(Ok(())) => {
                removed += 1;
                relay.metrics.file("expired");
            }
            Ok(Err(error)) => tracing::error!(%error, "a file could not be removed"),
            Err(error) => tracing::error!(%error, "removing a file broke off"),
        }
    }
    removed
}

/// A file to be removed.
struct Over {
    contact: ContactId,
    name: FileName,
    /// The message that is to say so first.
    message: Option<(ConversationId, Of)>,
}

fn look(relay: &Relay) -> std::io::Result<(usize, Vec<Over>)> {
    let (mut removed, mut over) = (0, Vec::new());
    for contact in relay.files.people()? {
        if relay.stopping.is_cancelled() {
            return Ok((removed, Vec::new()));
        }
        match look_at(relay, contact, &mut over) {
            Ok(gone) => removed += gone,
            Err(error) => {
                tracing::error!(%contact, %error, "a person's files cannot be looked through; the others' are");
            }
        }
    }
    Ok((removed, over))
}

/// Looks through the files of one person. How many were removed at once, since the person is erased.
fn look_at(relay: &Relay, contact: ContactId, over: &mut Vec<Over>) -> std::io::Result<usize> {
    let erased = {
        let views = relay.store.read();
        views.contact(contact).is_some_and(|contact| contact.erased.is_some())
    };
    if erased || !relay.vault.contains(KeyId::Contact(contact.0)) {
        // That they cannot be counted is no reason to keep them.
        let held = relay.files.of(contact).map_or(0, |files| files.len());
        relay.files.forget(contact)?;
        return Ok(held);
    }
    let now = relay.clock.now();
    for (name, at) in relay.files.of(contact)? {
        if relay.stopping.is_cancelled() {
            break;
        }
        if now.since(at) >= YOUNG_MS {
            over.extend(judged(relay, contact, name, at, now));
        }
    }
    Ok(0)
}

/// The message that was sent with a file that was handed in, where its entry shows a file: a template's does not.
/// Nothing if none was.
fn sent_with(
    relay: &Relay,
    state: &Conversation,
    name: FileName,
    handed_in: Timestamp,
) -> Result<Option<Option<Of>>, Closed> {
    let last = handed_in.plus_millis(YOUNG_MS);
    let later = state.thread.after(handed_in.plus_millis(-1));
    let ours = later.take_while(|entry| entry.at() <= last).filter(|of| of.sort().is_outbox());
    for entry in ours {
        let found = relay.opener.found(entry.place())?;
        let body: Outbound = relay.opener.body(state.head.contact, &found)?;
        let is = |upload: Uuid| relay.files.handed_in(state.id, upload.as_u128()) == name;
        match body.content {
            Content::File(file) if is(file.upload) => return Ok(Some(Some(entry.file_of()))),
            Content::Template(used) if used.handed().any(|(_, file)| is(file.upload)) => {
                return Ok(Some(None));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Whether a file that was put here at `at` is over, and which message is to say so.
fn judged(
    relay: &Relay,
    contact: ContactId,
    name: FileName,
    at: Timestamp,
    now: Timestamp,
) -> Option<Over> {
    let keep = relay.knobs.borrow().keep;
    let gone = |message| Some(Over { contact, name, message });
    let over = |keep: Duration, since| now.since(since) >= keep.as_millis() as i64;
    let about = match relay.files.about(contact, name) {
        Ok(about) => about,
        Err(FileError::Missing | FileError::Erased) => return None,
        // Nobody knows of what kind it was, nor of which message; it goes when it would have to, whatever it was.
        Err(FileError::Broken) if keep.longest().is_some_and(|keep| over(keep, at)) => {
            return gone(None);
        }
        Err(error) => {
            tracing::error!(%contact, %error, "a file cannot be read; it is left where it is");
            return None;
        }
    };
    let past = keep.of(about.kind).is_some_and(|keep| over(keep, about.at));
    let state = relay.store.conversation(about.conversation).ok()??;
    let Some(of) = about.of else {
        return match sent_with(relay, &state, name, about.at).ok()? {
            None => gone(None),
            Some(of) if past => gone(of.map(|of| (about.conversation, of))),
            Some(_) => None,
        };
    };
    let stands = state.thread.with_file(of).map(|entry| (entry.file(), entry.sort().is_outbox()));
    match stands {
        Some((State::Stored, _) | (State::None, true)) if past => {
            gone(Some((about.conversation, of)))
        }
        Some((State::Stored | State::Waiting, _) | (State::None, true)) => None,
        // The removal was cut off, or the message is not there any more.
        Some(_) | None => gone(None),
    }
}
