//! The platform's ids of our own messages. The thread keeps only where a message was queued; what the platform
//! calls it stands in a later record: a late one is noted in the state, one that is near is searched for once.

use super::cache::SentId;
use super::{Reading, or_word};
use crate::domain::contact::Contact;
use crate::domain::conversation::{Conversation, NEAR_RECORDS};
use crate::domain::event::Event;
use crate::domain::id::{OutboxId, SendId};
use crate::domain::thread::{Entry, Place};
use crate::journal::codec::{StreamEvent, decode};
use crate::journal::{JournalError, Position, Record, StreamId};
use std::collections::HashMap;

/// Records read at most for all messages of a page; the next look goes on.
const PASS_MOST: usize = 16_384;

/// Records read at once: few at first, since the answer mostly stands close by.
const READ: std::ops::Range<usize> = 8..64;

/// What is still to be found.
type Wanted = HashMap<OutboxId, (Place, u64)>;

impl Reading {
    /// Searches for the ids of all these messages in one pass over the journal; [`Self::sent_id`] then knows
    /// them. Where it is told, none is searched for.
    pub(super) fn find_sent<'a>(
        &self,
        state: &Conversation,
        contact: &Contact,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Result<(), JournalError> {
        if contact.erased.is_some() {
            return Ok(());
        }
        let mut wanted = Wanted::new();
        for entry in entries.filter(|entry| entry.sort().is_outbox() && entry.key().0 != 0) {
            let place = entry.place();
            let from = match self.cache.sent(place) {
                Some(SentId { id: Some(_), .. }) => continue,
                Some(SentId { searched, .. }) => searched,
                None if self.told(state, entry).is_some() => continue,
                None => place.position(),
            };
            if from < place.position() + NEAR_RECORDS {
                wanted.insert(entry.outbox(), (place, from));
            }
        }
        let (mut at, mut left, mut most) = (0, PASS_MOST, READ.start);
        let of = |searched, id| SentId { contact: contact.id, searched, id };
        while left > 0 {
            // Where nothing is wanted, the journal is passed over.
            let Some(next) = wanted.values().map(|(_, from)| *from).min() else { return Ok(()) };
            if next > at {
                (at, most) = (next, READ.start);
            }
            let records = self.store.reader().scan(Position(at), most.min(left))?;
            left -= records.len().min(left);
            most = (most * 2).min(READ.end);
            let ended = records.is_empty();
            for record in &records {
                at = record.position.0;
                self.accepted_in(state, contact, record, &mut wanted)?;
            }
            wanted.retain(|_, (place, from)| {
                if *from < at {
                    *from = at;
                }
                let goes_on = !ended && *from < place.position() + NEAR_RECORDS;
                if !goes_on {
                    self.cache.put_sent(*place, of(*from, None));
                }
                goes_on
            });
        }
        for (place, from) in wanted.values() {
            self.cache.put_sent(*place, of(*from, None));
        }
        Ok(())
    }

    /// The ids that a record tells, of those wanted.
    fn accepted_in(
        &self,
        state: &Conversation,
        contact: &Contact,
        record: &Record,
        wanted: &mut Wanted,
    ) -> Result<(), JournalError> {
        let stream = StreamId::Conversation(state.id.0);
        let mut index = 0;
        for part in &record.commit.parts {
            for stored in &part.events {
                let place = Place::new(record.position.0, u8::try_from(index).unwrap_or(u8::MAX));
                index += 1;
                if part.stream != stream {
                    continue;
                }
                if let StreamEvent::Conversation(Event::Accepted { outbox, .. }) =
                    decode(stream, stored)?
                    && let Some((of, _)) = wanted.remove(&outbox)
                {
                    let id = self.opened_id(contact, place)?;
                    let searched = record.position.0;
                    self.cache.put_sent(of, SentId { contact: contact.id, searched, id });
                }
            }
        }
        Ok(())
    }

    fn opened_id(&self, contact: &Contact, place: Place) -> Result<Option<String>, JournalError> {
        let Some(found) = or_word(self.opener.found(place).map(Some), |_| None)? else {
            return Ok(None);
        };
        or_word(self.body(contact, &found).map(Some), |_| None)
    }

    /// Where it is written that the platform took the message, if that was since the start or late.
    fn told(&self, state: &Conversation, entry: &Entry) -> Option<Place> {
        let send = SendId { conversation: state.id, outbox: entry.outbox() };
        let lately = self.store.read().live().trail(send).and_then(|trail| trail.accepted);
        let late = || state.head.late().iter().find(|(of, _)| *of == entry.outbox());
        lately.or_else(|| late().map(|(_, place)| *place))
    }

    /// The platform's id of a message of ours.
    pub(super) fn sent_id(
        &self,
        state: &Conversation,
        contact: &Contact,
        entry: &Entry,
    ) -> Result<Option<String>, JournalError> {
        if entry.key().0 == 0 || contact.erased.is_some() {
            return Ok(None);
        }
        if let Some(accepted) = self.told(state, entry) {
            return self.opened_id(contact, accepted);
        }
        if self.cache.sent(entry.place()).is_none() {
            self.find_sent(state, contact, std::iter::once(entry))?;
        }
        Ok(self.cache.sent(entry.place()).and_then(|sent| sent.id))
    }
}
