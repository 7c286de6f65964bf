//! The file of a message, for who may see the message.

use super::{ReadError, Reading, or_word};
use crate::domain::conversation::Conversation;
use crate::domain::file::{Lost, State};
use crate::domain::id::{SendId, TicketNumber};
use crate::domain::roster::Member;
use crate::domain::thread::Entry;
use crate::relay::reading::thread::{entry_key, place_of};
use crate::vault::{FileError, Opened};
use crate::wire::MediaView;

/// Why there is nothing to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFile {
    /// There is no such entry in the ticket's conversation.
    NoEntry,
    /// The entry has no file.
    None,
    /// It is not there yet.
    Waiting,
    /// It could not be had.
    Lost(Lost),
    /// It was kept long enough.
    Expired,
    /// The message was taken back by its sender.
    Deleted,
    /// The journal knows of it, this disk does not: after a restore without the folder of files.
    Missing,
    /// It is not as it was sealed.
    Broken,
    /// The person was erased.
    Erased,
    /// The disk cannot be read.
    Unreadable,
}

impl Reading {
    /// Opens the file of an entry, named by its id, its key, or the outbox id of a message of ours; with its first
    /// piece, so that one that is not as it was sealed is mostly refused before anything of it is given out.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn file(
        &self,
        member: &Member,
        ticket: TicketNumber,
        entry: &str,
    ) -> Result<Result<(Opened, Vec<u8>), NoFile>, ReadError> {
        let state = self.conversation_of(member, ticket)?;
        let contact = self.contact(state.head.contact);
        if contact.erased.is_some() {
            return Ok(Err(NoFile::Erased));
        }
        let Some(entry) = self.named(&state, entry) else { return Ok(Err(NoFile::NoEntry)) };
        match entry.file() {
            State::None if entry.sort().is_outbox() => {}
            State::None => return Ok(Err(NoFile::None)),
            State::Waiting => return Ok(Err(NoFile::Waiting)),
            State::Lost(why) => return Ok(Err(NoFile::Lost(why))),
            State::Expired => return Ok(Err(NoFile::Expired)),
            State::Stored => {}
        }
        let found = or_word(self.opener.found(entry.place()).map(Some), |_| None)?;
        let Some(found) = found else { return Ok(Err(NoFile::Unreadable)) };
        let said = self.said_in(&contact, &found)?;
        if self.taken_back(&state, &contact, &entry, said.word)? {
            return Ok(Err(NoFile::Deleted));
        }
        let files = self.opener.files();
        let name = match said.upload {
            Some(upload) => files.handed_in(state.id, upload),
            None if entry.sort().is_outbox() => return Ok(Err(NoFile::None)),
            None => files.name(state.id, entry.file_of()),
        };
        let first = files.read(contact.id, name).and_then(|mut opened| {
            let piece = opened.next_piece()?.unwrap_or_default();
            Ok((opened, piece))
        });
        Ok(first.map_err(|error| match error {
            FileError::Missing => NoFile::Missing,
            FileError::Erased => NoFile::Erased,
            FileError::Broken => NoFile::Broken,
            FileError::Io(error) => {
                tracing::error!(%error, "a file cannot be read");
                NoFile::Unreadable
            }
        }))
    }

    /// The entry of a conversation that somebody calls so.
    pub(super) fn named(&self, state: &Conversation, called: &str) -> Option<Entry> {
        let place = place_of(called.strip_prefix("message-").unwrap_or(called));
        let is_place = |entry: &&Entry| {
            place.is_some_and(|place| entry_key(entry.place()) == entry_key(place))
        };
        let send: Option<SendId> =
            called.parse().ok().filter(|of: &SendId| of.conversation == state.id);
        if let Some(found) = state.thread.iter().find(is_place) {
            return Some(*found);
        }
        if let Some(found) = send.and_then(|send| state.thread.outbox(send.outbox)) {
            return Some(*found);
        }
        let key = self.opener.message_key(&state.head.line, called);
        let mut messages = state.thread.iter().rev().filter(|entry| entry.sort().is_message());
        messages.find(|entry| entry.key() == key).copied()
    }

    /// Adds to a view what has become of the file.
    pub(super) fn tell_file(
        &self,
        state: &Conversation,
        entry: &Entry,
        upload: Option<u128>,
        view: &mut MediaView,
    ) {
        let files = self.opener.files();
        // What we send was here before the message.
        let fate = match entry.file() {
            State::None if upload.is_some() => State::Stored,
            fate => fate,
        };
        view.state = fate.word().map(str::to_owned);
        let failed = |view: &mut MediaView, why: &str| {
            view.state = Some("failed".to_owned());
            view.why = Some(why.to_owned());
        };
        match fate {
            State::Lost(why) => view.why = Some(why.word().to_owned()),
            State::Stored => {
                let name = match upload {
                    Some(upload) => files.handed_in(state.id, upload),
                    None => files.name(state.id, entry.file_of()),
                };
                match files.about(state.head.contact, name) {
                    Ok(about) => {
                        view.size = Some(about.bytes);
                        view.seconds = about.seconds;
                        view.pixels = about.pixels;
                    }
                    Err(FileError::Missing) => failed(view, "missing"),
                    Err(FileError::Broken) => failed(view, "broken"),
                    Err(FileError::Erased | FileError::Io(_)) => failed(view, "unreadable"),
                }
            }
            State::None | State::Waiting | State::Expired => {}
        }
    }
}
