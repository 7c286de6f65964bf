//! From the disk to the views, and then to whoever asked.

use super::DeskHandle;
use super::input::{Answer, Answered, Reply};
use crate::domain::refusal::Refusal;
use crate::journal::{Checkpoint, Entry, JournalError, Outcome, Position, Sink};
use crate::relay::metrics::Metrics;
use crate::relay::views::{Applied, Change, Store};
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// A decision on its way to the disk, and the answer that waits for it.
pub struct Decided {
    pub(super) seq: u64,
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
    desk: Arc<OnceLock<DeskHandle>>,
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
    /// The next deadline has moved.
    pub deadline: Arc<tokio::sync::Notify>,
    /// The templates may have changed at the platform.
    pub templates: Arc<tokio::sync::Notify>,
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
        (Self { store, desk: Arc::default(), moved, wake, metrics, age: age.max(1) }, position)
    }

    /// Where conflicts are told; set once the desk is there.
    pub fn desk(&self) -> Arc<OnceLock<DeskHandle>> {
        self.desk.clone()
    }

    fn conflict(&self, entry: &Decided, stream: crate::journal::StreamId) {
        tracing::error!(%stream, "a commit did not fit its stream; the stream is folded again");
        if let Some(group) = &entry.group {
            group.store(true, Ordering::Release);
        }
        if let Some(desk) = self.desk.get() {
            desk.conflicted(stream);
        }
    }
}

impl Sink<Decided> for Fold {
    fn durable(&mut self, entries: Vec<(Entry<Decided>, Outcome)>) -> Option<Checkpoint> {
        let mut applied = Applied::default();
        let reader = self.store.reader().clone();
        let mut views = self.store.write();
        let (mut seq, mut wrote) = (0, false);
        for (entry, outcome) in &entries {
            seq = entry.payload.seq;
            if let Outcome::Written(position) = outcome {
                wrote = true;
                let changes = &entry.payload.changes;
                if let Err(error) = views.apply(*position, changes, &*reader, &mut applied) {
                    // The views would no longer tell the truth.
                    tracing::error!(%error, "the views cannot be folded on; the relay stops");
                    std::process::abort();
                }
            }
        }
        // The checkpoint returned before was written only if this batch wrote something: until then nothing
        // that it saved may leave memory.
        let checkpoint = if wrote { views.checkpoint(self.age) } else { Checkpoint::default() };
        let position = views.position;
        drop(views);
        self.store.folded.store(seq, Ordering::Release);
        self.moved.send_if_modified(|known| std::mem::replace(known, position) != position);
        for metric in applied.breached {
            self.metrics.breached(metric);
        }
        self.metrics.windows_closed_waiting.increment(applied.windows_lost);
        if applied.sends {
            self.wake.sends.notify_one();
        }
        if applied.deadline {
            self.wake.deadline.notify_one();
        }
        for (entry, outcome) in entries {
            let conflicted = match outcome {
                Outcome::Conflict(stream) => {
                    self.conflict(&entry.payload, stream);
                    true
                }
                // Its id was written before: the desk looked, but another relay was faster.
                Outcome::Duplicate(_) => true,
                Outcome::Written(_) | Outcome::Nothing(_) => false,
            };
            let group = entry.payload.group.is_some_and(|group| group.load(Ordering::Acquire));
            let Some((answer, reply)) = entry.payload.answer else { continue };
            let reply = if conflicted || group { Err(Refusal::Retry) } else { reply };
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
