//! The platform's own words about a message of ours that failed, or waits to be tried again. They are sealed in the event that told it; the
//! state knows only how far behind the message that stands.

use super::{Reading, or_word};
use crate::domain::contact::Contact;
use crate::domain::conversation::Conversation;
use crate::domain::event::Event;
use crate::domain::status::Status;
use crate::domain::thread::{Entry, Sort};
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, Position, StreamId};
use crate::relay::opened::{Found, Opener};
use crate::whatsapp::error::{explain, explain_held};
use crate::wire::ErrorView;

/// A status is at most so many seconds older than the message that it is of: the clocks differ.
const EARLIER: i64 = 3_600;

impl Reading {
    /// Why a message of ours failed, or was not taken the last time and is tried again.
    pub(super) fn trouble(
        &self,
        state: &Conversation,
        contact: &Contact,
        entry: &Entry,
    ) -> Result<Option<ErrorView>, JournalError> {
        let (outbox, queued) = (entry.outbox(), entry.place().position());
        let (failed, found) = match entry.status() {
            Status::Failed => {
                let Some(failure) = state.head.failure(outbox) else { return Ok(None) };
                let found = match failure.after {
                    0 => self.told_early(state, entry)?,
                    after => self.told_at(state, entry, queued + u64::from(after))?,
                };
                (Some(failure.error), found)
            }
            Status::Queued | Status::Attempting => {
                let mut sends = state.head.sends.iter();
                let waits = sends.find(|send| send.outbox == outbox && send.deferred > 0);
                let Some(waits) = waits else { return Ok(None) };
                (None, self.told_at(state, entry, queued + u64::from(waits.deferred))?)
            }
            _ => return Ok(None),
        };
        let deferred = found.as_ref().and_then(|found| match &found.event {
            StreamEvent::Conversation(Event::Deferred { error, .. }) => *error,
            _ => None,
        });
        let Some(code) = failed.or(deferred) else { return Ok(None) };
        let details = match found.filter(|_| contact.erased.is_none()) {
            Some(found) => or_word(self.body(contact, &found).map(Some), |_| None)?,
            None => None,
        };
        let held = failed.is_some() && entry.was_held();
        let explanation = if held { explain_held(code) } else { explain(code) };
        Ok(Some(ErrorView {
            code,
            title: explanation.title.to_owned(),
            hint: explanation.hint.to_owned(),
            details,
            held,
        }))
    }

    /// The event of the record at `position` that tells the failure.
    fn told_at(
        &self,
        state: &Conversation,
        entry: &Entry,
        position: u64,
    ) -> Result<Option<Found>, JournalError> {
        let Some(record) = self.store.reader().get(Position(position))? else { return Ok(None) };
        let stream = StreamId::Conversation(state.id.0);
        for part in record.commit.parts.iter().filter(|part| part.stream == stream) {
            for index in 0..part.events.len() {
                let found = Opener::held(&record.commit, part, index)?;
                if tells(&found, entry) {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// One that was told before the platform had answered stands in the thread for itself.
    fn told_early(
        &self,
        state: &Conversation,
        entry: &Entry,
    ) -> Result<Option<Found>, JournalError> {
        let around = state.thread.after(entry.at().plus_secs(-EARLIER));
        for told in around.filter(|told| told.sort() == Sort::Event && told.key() == entry.key()) {
            let found = or_word(self.opener.found(told.place()).map(Some), |_| None)?;
            if let Some(found) = found.filter(|found| tells(found, entry)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}

/// Whether an event tells that the message failed, or was not taken for now.
fn tells(found: &Found, entry: &Entry) -> bool {
    match &found.event {
        StreamEvent::Conversation(
            Event::Failed { outbox, .. } | Event::Deferred { outbox, .. },
        ) => *outbox == entry.outbox(),
        StreamEvent::Conversation(Event::StatusSeen { outbox, key, status, .. }) => {
            let ours = outbox.map_or(*key == entry.key(), |outbox| outbox == entry.outbox());
            *status == Status::Failed && ours
        }
        _ => false,
    }
}
