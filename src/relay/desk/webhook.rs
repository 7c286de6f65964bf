//! Webhooks: one fact after the other, one decision each.

use super::input::Answer;
use super::{Desk, Gone, Reply, merged};
use crate::domain::command::{Command, Track};
use crate::domain::desk::DeskEvent;
use crate::domain::id::{ConversationId, OutboxId};
use crate::domain::name::Name;
use crate::domain::private::Private;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::domain::status::Status;
use crate::domain::thread::Entry;
use crate::journal::JournalError;
use crate::journal::codec::StreamEvent;
use crate::kit::Timestamp;
use crate::relay::fact::{Counts, Fact, What, Who};
use crate::relay::views::Change;
use crate::whatsapp::error::DROPPED;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// How the reason of a dead letter begins that holds a [`Fact`] as JSON: its conversation cannot be read.
pub const UNREADABLE: &str = "unreadable: ";

/// Why a fact was not decided; with its line and what came, if it is to be kept as a dead letter.
struct Aside {
    dead: Option<(Name, String)>,
    error: JournalError,
}

impl Desk {
    /// Decides one fact after the other. What is `kept` is a dead letter already: if it cannot be decided
    /// still, nothing happens.
    pub(super) fn facts(
        &mut self,
        facts: Vec<Fact>,
        kept: bool,
        answer: Answer,
    ) -> Result<(), Gone> {
        let failed = Arc::new(AtomicBool::new(false));
        let mut counts = Counts::default();
        let mut all = Vec::with_capacity(facts.len());
        let last = facts.len();
        let mut answer = Some(answer);
        for (nth, fact) in facts.into_iter().enumerate() {
            let changes = match self.fact_or_aside(fact, &mut counts) {
                Ok(changes) => changes,
                Err(Aside { dead: Some(dead), error }) if !kept => {
                    tracing::error!(%error, "a conversation cannot be read: what came for it is a dead letter");
                    counts.dead += 1;
                    let (line, raw) = dead;
                    let reason = format!("{UNREADABLE}{error}");
                    vec![self.dead_letter(self.clock.now(), line, reason, raw)]
                }
                Err(Aside { error, .. }) => {
                    // Nothing of this webhook may be answered as taken; the platform sends it again.
                    tracing::error!(%error, "the journal cannot be read; the webhook is refused");
                    let refusal =
                        Refusal::Unavailable { reason: "the journal cannot be read".into() };
                    let answer = answer.take().map(|answer| (answer, Err(refusal)));
                    return self.commit(None, Actor::Platform.name(), all, answer, None);
                }
            };
            if nth + 1 < last {
                self.commit(None, Actor::Platform.name(), changes, None, Some(failed.clone()))?;
            } else {
                all = changes;
            }
        }
        let answer = answer.take().map(|answer| (answer, Ok(Reply::Counts(counts))));
        self.commit(None, Actor::Platform.name(), all, answer, Some(failed))
    }

    /// One conversation that cannot be read must not hold up all others: what comes for it is set aside. Nothing
    /// of the fact has been decided then.
    fn fact_or_aside(&mut self, fact: Fact, counts: &mut Counts) -> Result<Vec<Change>, Aside> {
        let unreadable = self.unreadable(&fact).err();
        let Some(error) = unreadable else {
            return self.fact(fact, counts).map_err(|error| Aside { dead: None, error });
        };
        let dead = error.is_of_data().then(|| {
            let raw = serde_json::to_string(&fact).unwrap_or_default();
            (fact.line, raw)
        });
        Err(Aside { dead, error })
    }

    /// Looks whether the conversations that a fact is about can be read: of everybody who turns out to be the
    /// person.
    fn unreadable(&mut self, fact: &Fact) -> Result<(), JournalError> {
        let ours = match fact.what {
            What::Status(Some(id), _) if id.0 <= self.last_conversation => Some(id),
            What::Message(_) | What::Status(..) | What::Preference { entry: Some(_), .. } => None,
            _ => return Ok(()),
        };
        if let Some(id) = ours {
            self.cache.conversation(id, &self.store)?;
        }
        for contact in self.identities.owners(&fact.who.identities) {
            for (_, id) in self.on_line(contact, &fact.line) {
                self.cache.conversation(id, &self.store)?;
            }
        }
        Ok(())
    }

    pub(super) fn fact(
        &mut self,
        fact: Fact,
        counts: &mut Counts,
    ) -> Result<Vec<Change>, JournalError> {
        let now = self.clock.now();
        let line = fact.line.clone();
        // What else the platform tells may say nothing new at its first coming: a customer who wrote under his
        // new number before the platform announced it.
        let comes_once = matches!(fact.what, What::Message(_) | What::Status(..));
        let changes = match fact.what {
            What::Message(arrival) if self.forgotten.has(&line, arrival.key) => Vec::new(),
            What::Message(arrival) if !fact.who.identities.is_empty() => {
                self.message(line, fact.who, *arrival, now)?
            }
            What::Status(ours, track) => {
                let word = track.status.word();
                match self.status(&line, ours, &fact.who, track)? {
                    Some(changes) => changes,
                    None => {
                        let what = format!("status {word}");
                        let raw = format!("{{\"status\":\"{word}\"}}");
                        vec![self.notice(now, line, what, raw)]
                    }
                }
            }
            What::Preference { granted, at, entry } => {
                let entered = self.preference(&fact.who, granted, at);
                let shown = match entry {
                    Some(entry) => self.message(line, fact.who, *entry, now)?,
                    None => Vec::new(),
                };
                merged(entered, shown)
            }
            What::Renamed(now_known) => self.renamed(fact.who, now_known, now)?,
            What::Booked { at } => self.booked(&fact.who, at, now),
            What::Told { whose, news, what, raw } => {
                let kept = self.notice(now, line, what, raw);
                merged(vec![kept], self.told(&whose, news, false))
            }
            What::Noticed { what, raw } => vec![self.notice(now, line, what, raw)],
            What::Dead { reason, raw } => {
                counts.dead += 1;
                return Ok(vec![self.dead_letter(now, line, reason, raw)]);
            }
            What::Message(arrival) => {
                counts.dead += 1;
                let reason = "sender: a message without a sender's id".to_owned();
                let raw = arrival.body.raw.unwrap_or_default();
                return Ok(vec![self.dead_letter(now, line, reason, raw)]);
            }
        };
        if changes.is_empty() && comes_once {
            counts.duplicates += 1;
        } else {
            counts.taken += 1;
        }
        Ok(changes)
    }

    /// What belongs to no conversation is kept beside them all.
    fn notice(&mut self, now: Timestamp, line: Name, what: String, raw: String) -> Change {
        self.set_aside(now, |day| DeskEvent::Noticed {
            at: now,
            day,
            what,
            line: Some(line),
            body: Private::clear(raw),
        })
    }

    pub(super) fn dead_letter(
        &mut self,
        now: Timestamp,
        line: Name,
        reason: String,
        raw: String,
    ) -> Change {
        self.set_aside(now, |day| DeskEvent::DeadLettered {
            at: now,
            day,
            reason,
            line: Some(line).filter(|line| !line.as_str().is_empty()),
            body: Private::clear(raw),
        })
    }

    /// An event of the desk whose body is sealed under the day's key.
    pub(super) fn set_aside(
        &mut self,
        now: Timestamp,
        event: impl FnOnce(u32) -> DeskEvent,
    ) -> Change {
        let day = u32::try_from(now.secs().div_euclid(86_400)).unwrap_or(0);
        let key = self.cache.desk(&self.store).1.day_key(day);
        self.desk_change(vec![StreamEvent::Desk(event(key))])
    }

    pub(super) fn status(
        &mut self,
        line: &Name,
        ours: Option<ConversationId>,
        who: &Who,
        track: Track,
    ) -> Result<Option<Vec<Change>>, JournalError> {
        let named = match ours {
            Some(id) if id.0 <= self.last_conversation => {
                let state = self.cache.conversation(id, &self.store)?;
                state.filter(|state| state.head.line == *line).map(|_| id)
            }
            _ => None,
        };
        let conversation = match named {
            Some(id) => Some(id),
            None => match self.identities.find(&who.identities) {
                Some(contact) => self.sent_in(contact, line, track.key)?,
                None => None,
            },
        };
        let Some(id) = conversation else { return Ok(None) };
        let dropped = track.status == Status::Failed && track.error == Some(DROPPED);
        let dropped = if dropped { self.held(id, &track)? } else { None };
        let decided = self.decided(id, &Command::Track(track), &Actor::Platform);
        let changes = decided.map(|(changes, _)| changes).unwrap_or_default();
        if let Some(outbox) = dropped.filter(|_| !changes.is_empty()) {
            let template = self.template_of(id, outbox);
            return Ok(Some(merged(changes, self.stop_campaigns(line, template.as_ref()))));
        }
        Ok(Some(changes))
    }

    /// The message that is told of, if the platform had held it.
    fn held(
        &mut self,
        id: ConversationId,
        track: &Track,
    ) -> Result<Option<OutboxId>, JournalError> {
        let Some(state) = self.cache.conversation(id, &self.store)? else { return Ok(None) };
        let outbox = track.outbox.or_else(|| state.thread.outbox_by_key(track.key));
        let entry = outbox.and_then(|outbox| state.thread.outbox(outbox));
        Ok(entry.filter(|entry| entry.was_held()).map(Entry::outbox))
    }
}
