//! History, then what comes, without a gap between.

use super::{JournalError, Position, Reader, Record};
use std::sync::Arc;
use tokio::sync::watch;

/// Every record after a place: first those there are, then each as it becomes durable.
pub struct Tail {
    reader: Arc<dyn Reader>,
    after: Position,
    head: watch::Receiver<Position>,
}

/// Follows `reader` from the first record after `after`.
pub fn tail(reader: Arc<dyn Reader>, after: Position) -> Tail {
    let head = reader.watch();
    Tail { reader, after, head }
}

impl Tail {
    /// The last record handed out.
    pub fn position(&self) -> Position {
        self.after
    }

    /// The next records, `limit` at most and at least one; waits while there are none. Empty when the
    /// journal is closed and all was handed out. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// As [`Reader::scan`]; the tail stays where it was.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Record>, JournalError> {
        let closed = {
            let after = self.after;
            self.head.wait_for(|head| *head > after).await.is_err()
        };
        if closed && self.reader.head() <= self.after {
            return Ok(Vec::new());
        }
        let records = self.reader.scan(self.after, limit.max(1))?;
        if let Some(last) = records.last() {
            self.after = last.position;
        }
        Ok(records)
    }
}
