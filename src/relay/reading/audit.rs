//! What became of the templates that were sent: read from the journal, which alone knows all of it.

use super::Reading;
use crate::domain::content::Content;
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, MessageKey, OutboxId};
use crate::domain::message::{Kind, Outbound};
use crate::domain::status::Status;
use crate::domain::template::Purpose;
use crate::journal::codec::StreamEvent;
use crate::journal::{JournalError, Position, Reader, Record, StreamId};
use crate::kit::Timestamp;
use crate::relay::opened::{Closed, Found, Opener};
use crate::wire::TemplateAudit;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Records read at a time.
const STEP: usize = 1_000;
/// A customer's message within this time answers a template, in desk seconds.
const ANSWERS_WITHIN: i64 = 86_400;

/// One template that was sent.
struct Use {
    row: (String, String, String),
    purpose: Purpose,
    conversation: ConversationId,
    at: Timestamp,
    reached: Option<Status>,
    held: bool,
    failed: Option<u32>,
    cost: Option<Purpose>,
    cancelled: bool,
    answered: bool,
    solved: bool,
}

/// What is gathered while the journal is read.
#[derive(Default)]
struct Tally {
    uses: Vec<Use>,
    by_outbox: HashMap<(ConversationId, OutboxId), usize>,
    by_key: HashMap<(ConversationId, MessageKey), usize>,
    by_conversation: HashMap<ConversationId, Vec<usize>>,
    /// Of a conversation, those whose ticket may still be solved.
    open: HashMap<ConversationId, Vec<usize>>,
}

impl Tally {
    fn see(&mut self, id: ConversationId, event: &Event) {
        match event {
            Event::Accepted { outbox, key, held, .. } => {
                if let Some(nth) = self.by_outbox.get(&(id, *outbox)).copied() {
                    self.uses[nth].held |= held.is_some();
                    self.uses[nth].reach(Status::Accepted);
                    self.by_key.insert((id, *key), nth);
                }
            }
            Event::StatusSeen { outbox, key, status, error, cost, .. } => {
                let known = outbox.and_then(|outbox| self.by_outbox.get(&(id, outbox)));
                let Some(nth) = known.or_else(|| self.by_key.get(&(id, *key))).copied() else {
                    return;
                };
                let of = &mut self.uses[nth];
                of.reach(*status);
                of.cost = of.cost.or(*cost);
                if *status == Status::Failed {
                    of.failed = Some(error.unwrap_or_default());
                }
            }
            Event::Failed { outbox, error, .. } => {
                if let Some(nth) = self.by_outbox.get(&(id, *outbox)).copied() {
                    self.uses[nth].failed = Some(*error);
                }
            }
            Event::Cancelled { outbox, .. } => {
                if let Some(nth) = self.by_outbox.get(&(id, *outbox)).copied() {
                    self.uses[nth].cancelled = true;
                }
            }
            Event::Received { at, kind, source, .. }
                if source.opens_window() && kind.opens_window() =>
            {
                for nth in self.by_conversation.get(&id).into_iter().flatten() {
                    let of = &mut self.uses[*nth];
                    let after = at.since(of.at);
                    of.answered |= (0..=ANSWERS_WITHIN * 1_000).contains(&after);
                }
            }
            Event::Solved { .. } => {
                for nth in self.open.remove(&id).unwrap_or_default() {
                    self.uses[nth].solved = true;
                }
            }
            // What was sent belonged to the ticket before.
            Event::TicketOpened { .. } => drop(self.open.remove(&id)),
            _ => {}
        }
    }

    fn rows(self) -> Vec<TemplateAudit> {
        let mut rows: BTreeMap<_, (TemplateAudit, BTreeSet<ConversationId>)> = BTreeMap::new();
        for of in self.uses.into_iter().filter(|of| !of.cancelled) {
            let fresh = || {
                let (name, language, by) = of.row.clone();
                (TemplateAudit::new(name, language, by, of.purpose), BTreeSet::new())
            };
            let (row, to) = rows.entry(of.row.clone()).or_insert_with(fresh);
            to.insert(of.conversation);
            row.sent += 1;
            // A later sign of arrival outweighs a failure.
            let delivered = of.reached >= Some(Status::Delivered);
            row.delivered += u64::from(delivered);
            row.read += u64::from(of.reached >= Some(Status::Read));
            let waits = of.failed.is_none() && of.reached == Some(Status::Accepted);
            row.held += u64::from(of.held && waits);
            if let Some(code) = of.failed.filter(|_| !delivered) {
                *row.failed.entry(code).or_default() += 1;
            }
            if let Some(cost) = of.cost {
                *row.cost.entry(cost.word().to_owned()).or_default() += 1;
            }
            row.answered += u64::from(of.answered);
            row.solved += u64::from(of.solved);
        }
        let rows = rows.into_values();
        rows.map(|(row, to)| TemplateAudit { recipients: to.len() as u64, ..row }).collect()
    }
}

impl Use {
    fn reach(&mut self, status: Status) {
        if !matches!(status, Status::Failed) {
            self.reached = self.reached.max(Some(status));
        }
    }
}

/// The position before the first record that was decided at `since` or later.
fn before(reader: &dyn Reader, since: Timestamp) -> Result<Position, JournalError> {
    let (mut low, mut high) = (0, reader.head().0);
    while low < high {
        let middle = low + (high - low) / 2;
        let at = reader.get(Position(middle + 1))?.map(|record| record.commit.at);
        if at.is_some_and(|at| at < since) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(Position(low))
}

impl Reading {
    /// What became of the templates that were sent from `since` on and before `until`: by template, language and who
    /// sent it. It reads the journal from `since` to its end, so it may take its time.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn template_audit(
        &self,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<TemplateAudit>, JournalError> {
        let reader = self.store.reader();
        let mut after = before(reader.as_ref(), since)?;
        let mut tally = Tally::default();
        loop {
            let records = reader.scan(after, STEP)?;
            let Some(last) = records.last() else { break };
            after = last.position;
            for record in &records {
                self.audit(record, (since, until), &mut tally)?;
            }
        }
        Ok(tally.rows())
    }

    fn audit(
        &self,
        record: &Record,
        (since, until): (Timestamp, Timestamp),
        tally: &mut Tally,
    ) -> Result<(), JournalError> {
        for part in &record.commit.parts {
            let StreamId::Conversation(id) = part.stream else { continue };
            let id = ConversationId(id);
            for index in 0..part.events.len() {
                let found = Opener::held(&record.commit, part, index)?;
                let StreamEvent::Conversation(event) = &found.event else { continue };
                let within = (since..until).contains(&record.commit.at);
                if let Event::Queued { outbox, author, kind: Kind::Template, purpose, .. } = event
                    && within
                {
                    let (name, language) = self.template_of(id, &found)?;
                    let nth = tally.uses.len();
                    tally.uses.push(Use {
                        row: (name, language, author.name().to_owned()),
                        purpose: *purpose,
                        conversation: id,
                        at: record.commit.at,
                        reached: None,
                        held: false,
                        failed: None,
                        cost: None,
                        cancelled: false,
                        answered: false,
                        solved: false,
                    });
                    tally.by_outbox.insert((id, *outbox), nth);
                    tally.by_conversation.entry(id).or_default().push(nth);
                    tally.open.entry(id).or_default().push(nth);
                } else {
                    tally.see(id, event);
                }
            }
        }
        Ok(())
    }

    /// The name and the language of a template that was sent; a word in their place where it cannot be opened.
    fn template_of(
        &self,
        conversation: ConversationId,
        found: &Found,
    ) -> Result<(String, String), JournalError> {
        let word = |word: &str| (format!("({word})"), String::new());
        let Some(state) = self.store.conversation(conversation)? else {
            return Ok(word("unreadable"));
        };
        match self.opener.body::<Outbound>(state.head.contact, found) {
            Ok(Outbound { content: Content::Template(of), .. }) => Ok((of.name, of.language)),
            Ok(_) => Ok(word("unreadable")),
            Err(Closed::Journal(error)) if !error.is_of_data() => Err(error),
            Err(closed) => Ok(word(closed.word())),
        }
    }
}
