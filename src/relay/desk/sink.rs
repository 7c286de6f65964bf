//! From the disk to the views, and then to whoever asked.

use super::conflict::{Conflict, Conflicts};
use super::input::{Answer, Answered, Reply};
use crate::domain::refusal::Refusal;
use crate::journal::{Checkpoint, Entry, JournalError, Outcome, Position, Reader, Sink, StreamId};
use crate::relay::metrics::Metrics;
use crate::relay::views::{Applied, Change, Store, Views, changes};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// A decision on its way to the disk, and the answer that waits for it.
pub struct Decided {
    pub(super) seq: u64,
    /// Every conflict up to this commit was known to the desk as it decided.
    pub(super) healed: u64,
    pub(super) changes: Vec<Change>,
    pub(super) answer: Option<(Answer, Result<Reply, Refusal>)>,
    /// Shared by the decisions of one webhook: set when one of them was not taken.
    pub(super) group: Option<Arc<AtomicBool>>,
}

/// Up to which commit the views contain everything.
pub(super) fn folded(store: &Store) -> u64 {
    store.folded.load(Ordering::Acquire)
}

/// The journal's other end: folds what is durable into the views, then answers.
pub struct Fold {
    store: Store,
    conflicts: Conflicts,
    /// The last commit that met a conflict: what was decided without knowing of it may rest on what was never
    /// written.
    conflicted: u64,
    moved: watch::Sender<Position>,
    wake: Wake,
    metrics: Arc<Metrics>,
    age: u64,
}

/// Who wants to be woken by what.
#[derive(Clone, Default)]
pub struct Wake {
    /// A message may be sent that could not before.
    pub sends: Arc<tokio::sync::Notify>,
    /// A file is to be fetched.
    pub files: Arc<tokio::sync::Notify>,
    /// Somebody is owed a mail or a call.
    pub alerts: Arc<tokio::sync::Notify>,
    /// The next deadline has moved.
    pub deadline: Arc<tokio::sync::Notify>,
    /// The templates may have changed at the platform.
    pub templates: Arc<tokio::sync::Notify>,
    /// Webhooks were refused that may not come again.
    pub missed: Arc<tokio::sync::Notify>,
    /// A campaign was given up.
    pub campaigns: Arc<tokio::sync::Notify>,
}

impl Fold {
    /// Folds into `store`; a state is saved when it lies `age` commits behind. The watch tells the views'
    /// position as it moves.
    pub fn new(
        store: Store,
        wake: Wake,
        metrics: Arc<Metrics>,
        age: u64,
    ) -> (Self, watch::Receiver<Position>) {
        let (moved, position) = watch::channel(store.read().position);
        let fold = Self {
            store,
            conflicts: Conflicts::default(),
            conflicted: 0,
            moved,
            wake,
            metrics,
            age: age.max(1),
        };
        (fold, position)
    }

    /// Where conflicts are noted, for the desk.
    pub fn conflicts(&self) -> Conflicts {
        self.conflicts.clone()
    }

    /// Folds in what another relay wrote, up to and with `until`; the streams that it changed.
    fn catch_up(
        views: &mut Views,
        until: Position,
        reader: &dyn Reader,
        applied: &mut Applied,
    ) -> Result<Vec<StreamId>, JournalError> {
        let mut streams = Vec::new();
        while views.position < until {
            let missing = until.0 - views.position.0;
            let records = reader.scan(views.position, missing.min(1_024) as usize)?;
            if records.is_empty() {
                break;
            }
            for record in records {
                let changes = changes(&record)?;
                streams.extend(changes.iter().map(|change| change.stream));
                views.apply(record.position, &changes, reader, applied)?;
            }
        }
        Ok(streams)
    }

    /// Folds one entry in, and before it whatever another relay wrote; notes what the desk must fold anew.
    fn fold(
        &self,
        entry: &Entry<Decided>,
        outcome: Outcome,
        views: &mut Views,
        applied: &mut Applied,
    ) -> Result<Option<Conflict>, JournalError> {
        let reader = &**self.store.reader();
        let Decided { seq, changes, .. } = &entry.payload;
        let (mut streams, id) = match outcome {
            Outcome::Nothing(_) => return Ok(None),
            Outcome::Written(position) => {
                let streams = Self::catch_up(views, Position(position.0 - 1), reader, applied)?;
                views.apply(position, changes, reader, applied)?;
                (streams, None)
            }
            Outcome::Conflict(stream) => {
                tracing::error!(%stream, "a commit did not fit its stream; it is folded again");
                (changes.iter().map(|change| change.stream).collect(), Some(entry))
            }
            // Its id was written before: the desk looked, but another relay was faster.
            Outcome::Duplicate(_) => {
                (changes.iter().map(|change| change.stream).collect(), Some(entry))
            }
        };
        let id = id.and_then(|entry| entry.commit.as_ref()?.id);
        streams.sort_unstable();
        streams.dedup();
        Ok((!streams.is_empty()).then_some(Conflict { seq: *seq, id, streams }))
    }
}

impl Sink<Decided> for Fold {
    fn durable(&mut self, entries: Vec<(Entry<Decided>, Outcome)>) -> Option<Checkpoint> {
        let mut applied = Applied::default();
        let store = self.store.clone();
        let mut views = store.write();
        let (mut seq, mut wrote, mut refused) = (0, false, false);
        let mut conflicts = Vec::new();
        for (entry, outcome) in &entries {
            seq = entry.payload.seq;
            wrote |= matches!(outcome, Outcome::Written(_));
            refused |= matches!(outcome, Outcome::Conflict(_) | Outcome::Duplicate(_));
            let folded = self.fold(entry, *outcome, &mut views, &mut applied);
            conflicts.extend(folded.unwrap_or_else(|error| broken(&error)));
        }
        if refused {
            let (reader, head) = (store.reader(), store.reader().head());
            let written = Self::catch_up(&mut views, head, &**reader, &mut applied);
            let streams = written.unwrap_or_else(|error| broken(&error));
            conflicts.push(Conflict { seq, id: None, streams });
        }
        // The checkpoint returned before was written only if this batch wrote something: until then nothing
        // that it saved may leave memory.
        let checkpoint = if wrote { views.checkpoint(self.age) } else { Checkpoint::default() };
        let position = views.position;
        drop(views);
        // Noted before anybody is answered, and before the desk may let go of what it knows of them.
        let mut met = conflicts
            .iter()
            .map(|conflict| conflict.seq)
            .collect::<Vec<_>>()
            .into_iter()
            .peekable();
        conflicts.into_iter().for_each(|conflict| self.conflicts.note(conflict));
        self.store.folded.store(seq, Ordering::Release);
        self.moved.send_if_modified(|known| std::mem::replace(known, position) != position);
        for metric in applied.breached {
            self.metrics.breached(metric);
        }
        self.metrics.windows_closed_waiting.increment(applied.windows_lost);
        if applied.sends {
            self.wake.sends.notify_one();
        }
        if applied.files {
            self.wake.files.notify_one();
        }
        if applied.alerts {
            self.wake.alerts.notify_one();
        }
        if applied.deadline {
            self.wake.deadline.notify_one();
        }
        for (entry, outcome) in entries {
            let Decided { seq, healed, answer, group, .. } = entry.payload;
            while let Some(at) = met.next_if(|at| *at <= seq) {
                self.conflicted = at;
            }
            let stale = healed < self.conflicted;
            let refused = match outcome {
                Outcome::Conflict(_) | Outcome::Duplicate(_) => {
                    if let Some(group) = &group {
                        group.store(true, Ordering::Release);
                    }
                    true
                }
                // What it found done may never have been written.
                Outcome::Nothing(_) => stale,
                Outcome::Written(_) => false,
            };
            let Some((answer, reply)) = answer else { continue };
            // Of a webhook only some facts are commits; the others were found done as well.
            let doubtful = stale && matches!(reply, Ok(Reply::Counts(_)));
            let group = group.is_some_and(|group| group.load(Ordering::Acquire));
            let reply = if refused || doubtful || group { Err(Refusal::Retry) } else { reply };
            let _ = answer.send(reply.map(|reply| Answered { position, reply }));
        }
        (!checkpoint.is_empty()).then_some(checkpoint)
    }

    fn failed(&mut self, entries: Vec<Entry<Decided>>, error: &JournalError) {
        tracing::error!(%error, "the journal failed; the relay stops");
        let refusal = Refusal::Unavailable { reason: "the journal failed".into() };
        for (answer, _) in entries.into_iter().filter_map(|entry| entry.payload.answer) {
            let _ = answer.send(Err(refusal.clone()));
        }
    }

    fn last_checkpoint(&mut self) -> Option<Checkpoint> {
        let checkpoint = self.store.write().checkpoint(0);
        (!checkpoint.is_empty()).then_some(checkpoint)
    }
}

/// The views would no longer tell the truth.
fn broken<T>(error: &JournalError) -> T {
    tracing::error!(%error, "the views cannot be folded on; the relay stops");
    std::process::abort()
}
