//! The journal as the metrics see it: how long an append takes, how much it writes.

use super::metrics::Metrics;
use crate::journal::{Appended, Checkpoint, Commit, Journal, JournalError, Reader, StreamId};
use std::sync::Arc;

/// A journal whose appends are counted.
pub struct Measured {
    journal: Box<dyn Journal>,
    metrics: Arc<Metrics>,
}

impl Measured {
    /// Counts what passes to `journal`.
    pub fn new(journal: Box<dyn Journal>, metrics: Arc<Metrics>) -> Self {
        Self { journal, metrics }
    }
}

impl Journal for Measured {
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        let began = tokio::time::Instant::now();
        let appended = self.journal.append(batch, checkpoint);
        self.metrics.journal_append.record(began.elapsed().as_secs_f64());
        let events = batch.iter().flat_map(|commit| &commit.parts).flat_map(|part| &part.events);
        let bytes: usize = events.map(|event| event.public.len() + event.sealed.len()).sum();
        self.metrics.journal_bytes.increment(bytes as u64);
        appended
    }

    fn reset(&mut self, stream: StreamId) {
        self.journal.reset(stream);
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.journal.reader()
    }
}
