//! What the journal says of a run: read record by record, from the events themselves and not from any view.

use crate::domain::event::Event;
use crate::domain::id::{ConversationId, MessageKey, OutboxId, SendId};
use crate::domain::status::{Seen, Status};
use crate::journal::codec::{StreamEvent, decode};
use crate::journal::{JournalError, Position, Reader, Record, StreamId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Records that are read at a time.
const PIECE: usize = 512;

/// The journal counted, as far as it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    read: Position,
    begun: Position,
    /// Messages of customers by their fingerprints, from the beginning of the journal.
    pub(super) inbound: HashSet<MessageKey>,
    /// Messages of customers in this run.
    pub(super) received: u64,
    /// Messages of ours, from the beginning of the journal.
    pub(super) sends: BTreeMap<SendId, Sent>,
    keys: HashMap<(ConversationId, MessageKey), OutboxId>,
    strays: HashMap<(ConversationId, MessageKey), Seen>,
    /// Windows that closed in this run on an unsolved ticket.
    pub(super) windows_closed: u64,
    /// Of these, with a customer who waited.
    pub(super) windows_closed_waiting: u64,
    /// Promises broken in this run.
    pub(super) clocks_breached: u64,
    /// Tickets opened in this run.
    pub(super) tickets_opened: u64,
    /// Tickets solved in this run.
    pub(super) solved: u64,
}

/// One message of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sent {
    seen: Seen,
    /// The platform took it in this run.
    pub(super) accepted: bool,
    /// Something of it happened in this run.
    here: bool,
}

impl Sent {
    /// How far it has come.
    pub(super) fn status(self) -> Status {
        self.seen.status()
    }

    /// Whether something will still happen to it by itself.
    pub(super) fn is_open(self) -> bool {
        matches!(self.status(), Status::Queued | Status::Attempting)
    }
}

impl Tally {
    /// Reads what is there; only what comes afterwards belongs to the run.
    pub(super) fn begin(reader: &dyn Reader) -> Result<Self, JournalError> {
        let mut tally = Self { begun: reader.head(), ..Self::default() };
        tally.read(reader)?;
        Ok(tally)
    }

    /// Reads what has come since.
    pub(super) fn read(&mut self, reader: &dyn Reader) -> Result<(), JournalError> {
        loop {
            let records = reader.scan(self.read, PIECE)?;
            for record in &records {
                self.record(record)?;
            }
            if records.len() < PIECE {
                return Ok(());
            }
        }
    }

    /// Messages of ours to which something will still happen.
    pub(super) fn open(&self) -> impl Iterator<Item = (SendId, Status)> {
        let open = self.sends.iter().filter(|(_, sent)| sent.is_open());
        open.map(|(id, sent)| (*id, sent.status()))
    }

    /// How many messages of ours of this run have come how far.
    pub(super) fn by_status(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for sent in self.sends.values().filter(|sent| sent.here) {
            *counts.entry(sent.status().word()).or_default() += 1;
        }
        counts
    }

    fn record(&mut self, record: &Record) -> Result<(), JournalError> {
        self.read = record.position;
        let here = record.position > self.begun;
        for part in &record.commit.parts {
            let StreamId::Conversation(id) = part.stream else { continue };
            for stored in &part.events {
                if let StreamEvent::Conversation(event) = decode(part.stream, stored)? {
                    self.event(ConversationId(id), &event, here);
                }
            }
        }
        Ok(())
    }

    fn event(&mut self, conversation: ConversationId, event: &Event, here: bool) {
        let count = u64::from(here);
        let mut sent = |outbox: &OutboxId, change: &dyn Fn(Seen) -> Seen| {
            let id = SendId { conversation, outbox: *outbox };
            let sent = self.sends.entry(id).or_default();
            sent.seen = change(sent.seen);
            sent.here |= here;
            sent.accepted |= here && matches!(event, Event::Accepted { .. });
        };
        match event {
            Event::Received { key, .. } => {
                self.inbound.insert(*key);
                self.received += count;
            }
            Event::TicketOpened { .. } => self.tickets_opened += count,
            Event::Solved { .. } => self.solved += count,
            Event::WindowClosed { waiting, .. } => {
                self.windows_closed += count;
                self.windows_closed_waiting += count * u64::from(*waiting);
            }
            Event::ClockBreached { .. } => self.clocks_breached += count,
            Event::Queued { outbox, .. } => sent(outbox, &|seen| seen.with(Status::Queued)),
            Event::Attempted { outbox, .. } => sent(outbox, &|seen| seen.with(Status::Attempting)),
            Event::Deferred { outbox, .. } => {
                sent(outbox, &|seen| seen.without(Status::Attempting))
            }
            Event::Failed { outbox, .. } => sent(outbox, &|seen| seen.with(Status::Failed)),
            Event::Unconfirmed { outbox, .. } => {
                sent(outbox, &|seen| seen.with(Status::Unconfirmed));
            }
            Event::Cancelled { outbox, .. } => sent(outbox, &|seen| seen.with(Status::Cancelled)),
            Event::Confirmed { outbox, .. } => sent(outbox, &|seen| seen.with(Status::Accepted)),
            Event::Accepted { outbox, key, .. } => {
                let stray = self.strays.remove(&(conversation, *key)).unwrap_or_default();
                sent(outbox, &|seen| Seen(seen.0 | stray.0).with(Status::Accepted));
                self.keys.insert((conversation, *key), *outbox);
            }
            Event::StatusSeen { outbox, key, status, .. } => {
                let known = outbox.or_else(|| self.keys.get(&(conversation, *key)).copied());
                match known {
                    Some(outbox) => sent(&outbox, &|seen| seen.with(*status)),
                    None => {
                        let stray = self.strays.entry((conversation, *key)).or_default();
                        *stray = stray.with(*status);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{Author, Kind, Source};
    use crate::domain::name::Name;
    use crate::domain::private::Private;
    use crate::domain::template::Purpose;
    use crate::kit::Timestamp;

    const AT: Timestamp = Timestamp(1_000);
    const KEY: MessageKey = MessageKey(77);
    const OUTBOX: OutboxId = OutboxId(5);

    fn queued() -> Event {
        Event::Queued {
            outbox: OUTBOX,
            author: Author::Agent(Name::from("anna")),
            kind: Kind::Text,
            purpose: Purpose::Service,
            hold_ms: 0,
            again: None,
            answers: None,
            body: Private::default(),
        }
    }

    fn accepted() -> Event {
        Event::Accepted { outbox: OUTBOX, at: AT, key: KEY, held: None, body: Private::default() }
    }

    fn status(outbox: Option<OutboxId>, status: Status) -> Event {
        Event::StatusSeen {
            outbox,
            key: KEY,
            status,
            at: AT,
            error: None,
            cost: None,
            body: Private::default(),
        }
    }

    fn told(events: &[Event]) -> Tally {
        let mut tally = Tally::default();
        events.iter().for_each(|event| tally.event(ConversationId(1), event, true));
        tally
    }

    #[test]
    fn a_message_of_ours_is_open_until_it_is_settled_unconfirmed_or_cancelled() {
        let attempted = Event::Attempted { outbox: OUTBOX, at: AT, n: 1 };
        let deferred =
            Event::Deferred { outbox: OUTBOX, at: AT, error: None, body: Private::default() };
        let unconfirmed = Event::Unconfirmed { outbox: OUTBOX, at: AT };
        let failed =
            Event::Failed { outbox: OUTBOX, at: AT, error: 131_026, body: Private::default() };
        let table: [(&[Event], bool, Status); 7] = [
            (&[queued()], true, Status::Queued),
            (&[queued(), attempted.clone()], true, Status::Attempting),
            (&[queued(), attempted.clone(), deferred], true, Status::Queued),
            (&[queued(), attempted.clone(), unconfirmed], false, Status::Unconfirmed),
            (&[queued(), failed], false, Status::Failed),
            (&[queued(), status(None, Status::Read), accepted()], false, Status::Read),
            (&[queued(), attempted, status(Some(OUTBOX), Status::Sent)], false, Status::Sent),
        ];
        for (events, open, wanted) in table {
            let tally = told(events);
            assert_eq!(tally.open().count() == 1, open, "{events:?}");
            assert_eq!(tally.by_status(), BTreeMap::from([(wanted.word(), 1)]), "{events:?}");
        }
    }

    #[test]
    fn only_the_platforms_own_word_counts_as_accepted() {
        let confirmed = Event::Confirmed { outbox: OUTBOX, at: AT, by: Name::from("anna") };
        let is = |events: &[Event]| told(events).sends.values().all(|sent| sent.accepted);
        assert!(is(&[queued(), accepted()]));
        assert!(!is(&[queued(), confirmed]));
    }

    #[test]
    fn what_was_there_before_is_known_and_not_counted() {
        let received = Event::Received {
            at: AT,
            key: KEY,
            kind: Kind::Text,
            source: Source::default(),
            file: false,
            body: Private::default(),
        };
        let mut tally = Tally::default();
        tally.event(ConversationId(1), &received, false);
        assert!(tally.inbound.contains(&KEY));
        assert_eq!(tally.received, 0);
    }
}
