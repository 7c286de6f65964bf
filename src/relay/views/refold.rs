//! Saved states that do not read back: what was saved is only a shortcut, the journal holds the truth.

use super::Views;
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::thread::Place;
use crate::journal::codec::{StreamEvent, decode};
use crate::journal::{JournalError, Position, Reader, Record, StreamId};
use std::collections::HashSet;
use std::sync::Arc;

/// Records read in one piece.
const PIECE: usize = 1_024;

impl Views {
    /// Folds the streams of these errors anew, from the journal's first record to the low water. A conversation
    /// whose records do not read back either stays unreadable, and the rest goes on without it. Reads the whole
    /// journal, once.
    ///
    /// # Errors
    /// Any error that is not of one saved state; and when the desk's own state, or a contact's, is lost.
    pub(super) fn refold(
        &mut self,
        failed: Vec<JournalError>,
        reader: &dyn Reader,
    ) -> Result<(), JournalError> {
        let mut streams = HashSet::new();
        for error in failed {
            match error {
                JournalError::CorruptSnapshot { stream, .. } => streams.insert(stream),
                error => return Err(error),
            };
        }
        if streams.is_empty() {
            return Ok(());
        }
        let count = streams.len();
        tracing::warn!(count, "saved states do not read back: they are folded anew");
        for stream in &streams {
            self.begin(*stream);
        }
        let mut lost = HashSet::new();
        let mut after = Position::START;
        while after < self.position {
            let piece = PIECE.min((self.position.0 - after.0) as usize);
            match reader.scan(after, piece) {
                Ok(records) => {
                    for record in &records {
                        self.refold_record(record, &streams, &mut lost)?;
                    }
                    after = Position(after.0 + piece as u64);
                }
                // One of them: read one by one up to it.
                Err(JournalError::Corrupt { position, .. }) if position.0 > after.next().0 => {
                    let sound = (position.0 - after.0 - 1) as usize;
                    for record in &reader.scan(after, sound)? {
                        self.refold_record(record, &streams, &mut lost)?;
                    }
                    after = Position(position.0 - 1);
                }
                Err(error @ JournalError::Corrupt { .. }) => {
                    tracing::error!(%error, "a record is passed over");
                    after = after.next();
                }
                Err(error) => return Err(error),
            }
        }
        for stream in streams {
            match stream {
                StreamId::Conversation(id) if lost.contains(&stream) => {
                    let id = ConversationId(id);
                    self.conversations.remove(&id);
                    self.unreadable.insert(id, 0);
                    tracing::error!(
                        conversation = %id,
                        "a conversation cannot be read: what comes for it is kept as dead letters; restore a backup"
                    );
                }
                _ if lost.contains(&stream) => {
                    let why = "nor do its records".to_owned();
                    return Err(JournalError::CorruptSnapshot { stream, block: 0, why });
                }
                _ => self.dirty.mark(stream, self.position),
            }
        }
        Ok(())
    }

    /// Something to fold into: what was saved is not there.
    fn begin(&mut self, stream: StreamId) {
        match stream {
            StreamId::Conversation(id) => {
                self.last_conversation = self.last_conversation.max(id);
                let id = ConversationId(id);
                self.conversations.insert(id, Conversation::new(id).into());
            }
            StreamId::Contact(id) => {
                self.last_contact = self.last_contact.max(id);
                self.contacts.remove(&ContactId(id));
            }
            StreamId::Desk => self.desk = Default::default(),
        }
    }

    fn refold_record(
        &mut self,
        record: &Record,
        streams: &HashSet<StreamId>,
        lost: &mut HashSet<StreamId>,
    ) -> Result<(), JournalError> {
        let mut index = 0usize;
        for part in &record.commit.parts {
            let stream = part.stream;
            let first = index;
            index += part.events.len();
            if !streams.contains(&stream) || lost.contains(&stream) {
                continue;
            }
            // What came between is in a record that was passed over.
            if self.version(stream) != part.expected {
                lost.insert(stream);
                continue;
            }
            for (event, nth) in part.events.iter().zip(first..) {
                let place = Place::new(record.position.0, u8::try_from(nth).unwrap_or(u8::MAX));
                self.refold_event(stream, &decode(stream, event)?, place);
            }
        }
        Ok(())
    }

    fn refold_event(&mut self, stream: StreamId, event: &StreamEvent, place: Place) {
        match (stream, event) {
            (StreamId::Conversation(id), StreamEvent::Conversation(event)) => {
                if let Some(state) = self.conversations.get_mut(&ConversationId(id)) {
                    Arc::make_mut(state).evolve(event, place);
                }
            }
            (StreamId::Contact(id), StreamEvent::Contact(event)) => {
                let id = ContactId(id);
                let state = self.contacts.entry(id).or_insert_with(|| Contact::new(id).into());
                Arc::make_mut(state).evolve(event, place);
            }
            (StreamId::Desk, StreamEvent::Desk(event)) => {
                Arc::make_mut(&mut self.desk).evolve(event, place);
            }
            _ => {}
        }
    }
}
