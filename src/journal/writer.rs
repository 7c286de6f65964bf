//! The one thread that writes, and the queue to it.
//!
//! Every decision passes through the queue, also one that writes nothing: it is released when everything
//! before it is durable. What has gathered while the last batch was written is the next batch (group
//! commit); nothing waits for company.

use super::{Appended, Checkpoint, Commit, Journal, JournalError, Position, StreamId};
use std::fmt;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// A decision on its way to the disk.
#[derive(Debug)]
pub struct Entry<T> {
    /// What to write; `None` when the decision has no events.
    pub commit: Option<Commit>,
    /// What the sink needs to answer it.
    pub payload: T,
}

/// What became of an entry, when everything up to it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its commit is at this position.
    Written(Position),
    /// Its commit's id had been written before, at this position; nothing was written.
    Duplicate(Position),
    /// Its commit did not fit this stream's version; nothing was written. The stream takes nothing more
    /// until [`WriterHandle::reset`].
    Conflict(StreamId),
    /// It had no commit; the last record before it is at this position.
    Nothing(Position),
}

/// Where released entries go. Called in the writer's thread: what it does holds up the next batch.
pub trait Sink<T>: Send + 'static {
    /// These are durable, in the order they came. May return a checkpoint, to be written with the next
    /// batch.
    fn durable(&mut self, entries: Vec<(Entry<T>, Outcome)>) -> Option<Checkpoint>;

    /// The journal failed: these were not answered and never will be. It is not known whether the store
    /// holds their commits. The process must end.
    fn failed(&mut self, entries: Vec<Entry<T>>, error: &JournalError);

    /// What to save when the writer closes.
    fn last_checkpoint(&mut self) -> Option<Checkpoint> {
        None
    }
}

/// How the writer's queue is sized.
#[derive(Clone, Copy, Debug)]
pub struct WriterOptions {
    /// Entries that may wait; a further one has to wait outside, or is refused.
    pub capacity: usize,
    /// Entries taken into one batch at most.
    pub batch: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { capacity: 8_192, batch: 1_024 }
    }
}

/// The writer's thread. Dropped, it still writes what is queued and then ends; [`Writer::close`] also
/// waits for that and tells how it went.
pub struct Writer<T> {
    queue: mpsc::Sender<Item<T>>,
    alive: watch::Receiver<()>,
    thread: JoinHandle<Result<(), JournalError>>,
}

/// A way into the writer's queue; cloned freely. Does not keep the writer open.
pub struct WriterHandle<T> {
    queue: mpsc::WeakSender<Item<T>>,
    alive: watch::Receiver<()>,
}

impl<T> Clone for WriterHandle<T> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone(), alive: self.alive.clone() }
    }
}

/// Why an entry was not taken; it is handed back.
pub enum WriterClosed<T> {
    /// The writer is closed or has failed.
    Closed(Entry<T>),
    /// The queue is full: only from [`WriterHandle::try_send`].
    Full(Entry<T>),
}

impl<T> fmt::Debug for WriterClosed<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Closed(_) => "Closed(..)",
            Self::Full(_) => "Full(..)",
        })
    }
}

enum Item<T> {
    Entry(Entry<T>),
    Reset(StreamId),
}

impl<T: Send + 'static> Writer<T> {
    /// Starts the thread. `before` runs ahead of every append that writes commits: it makes durable what
    /// they rely on (new data keys).
    ///
    /// # Errors
    /// [`JournalError::Io`] when the system gives no thread.
    pub fn spawn(
        journal: Box<dyn Journal>,
        before: impl FnMut() -> Result<(), JournalError> + Send + 'static,
        sink: impl Sink<T>,
        options: WriterOptions,
    ) -> Result<Self, JournalError> {
        let (queue, waiting) = mpsc::channel(options.capacity.max(1));
        let (lives, alive) = watch::channel(());
        let head = journal.reader().head();
        let work = Work { journal, before, sink, head, checkpoint: Checkpoint::default() };
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || {
                let _alive = lives;
                work.run(waiting, options.batch.max(1))
            })
            .map_err(JournalError::io("start the journal's thread"))?;
        Ok(Self { queue, alive, thread })
    }

    /// A way into the queue.
    pub fn handle(&self) -> WriterHandle<T> {
        WriterHandle { queue: self.queue.downgrade(), alive: self.alive.clone() }
    }

    /// Takes nothing more, writes what is queued and the sink's last checkpoint, and waits for the thread.
    /// Blocks: from async code call it in `spawn_blocking`.
    ///
    /// # Errors
    /// The error that ended the thread, now or before.
    pub fn close(self) -> Result<(), JournalError> {
        drop(self.queue);
        self.thread.join().unwrap_or_else(|_| {
            Err(JournalError::Fatal { what: "the journal's thread panicked".into() })
        })
    }
}

impl<T: Send + 'static> WriterHandle<T> {
    /// Queues an entry; waits while the queue is full.
    ///
    /// # Errors
    /// [`WriterClosed::Closed`].
    pub async fn send(&self, entry: Entry<T>) -> Result<(), WriterClosed<T>> {
        let Some(queue) = self.queue.upgrade() else { return Err(WriterClosed::Closed(entry)) };
        queue.send(Item::Entry(entry)).await.map_err(|refused| WriterClosed::back(refused.0, false))
    }

    /// Queues an entry from a thread that may block, and only from such.
    ///
    /// # Errors
    /// [`WriterClosed::Closed`].
    pub fn blocking_send(&self, entry: Entry<T>) -> Result<(), WriterClosed<T>> {
        let Some(queue) = self.queue.upgrade() else { return Err(WriterClosed::Closed(entry)) };
        queue
            .blocking_send(Item::Entry(entry))
            .map_err(|refused| WriterClosed::back(refused.0, false))
    }

    /// Queues an entry if there is room.
    ///
    /// # Errors
    /// [`WriterClosed::Full`] or [`WriterClosed::Closed`].
    pub fn try_send(&self, entry: Entry<T>) -> Result<(), WriterClosed<T>> {
        let Some(queue) = self.queue.upgrade() else { return Err(WriterClosed::Closed(entry)) };
        queue.try_send(Item::Entry(entry)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(item) => WriterClosed::back(item, true),
            mpsc::error::TrySendError::Closed(item) => WriterClosed::back(item, false),
        })
    }

    /// Accepts commits to `stream` again, from here in the queue on. Does nothing when the writer is
    /// closed.
    pub async fn reset(&self, stream: StreamId) {
        if let Some(queue) = self.queue.upgrade() {
            let _ = queue.send(Item::Reset(stream)).await;
        }
    }

    /// As [`WriterHandle::reset`], from a thread that may block.
    pub fn blocking_reset(&self, stream: StreamId) {
        if let Some(queue) = self.queue.upgrade() {
            let _ = queue.blocking_send(Item::Reset(stream));
        }
    }

    /// Entries that can be queued before it is full; 0 when closed.
    pub fn room(&self) -> usize {
        self.queue.upgrade().filter(|queue| !queue.is_closed()).map_or(0, |queue| queue.capacity())
    }

    /// Returns when the thread has ended: the writer has failed, or was closed.
    pub async fn closed(&self) {
        let mut alive = self.alive.clone();
        while alive.changed().await.is_ok() {}
    }
}

impl<T> WriterClosed<T> {
    fn back(item: Item<T>, full: bool) -> Self {
        match item {
            Item::Entry(entry) if full => Self::Full(entry),
            Item::Entry(entry) => Self::Closed(entry),
            Item::Reset(_) => unreachable!("an entry was sent"),
        }
    }

    /// The entry that was not taken.
    pub fn into_entry(self) -> Entry<T> {
        match self {
            Self::Closed(entry) | Self::Full(entry) => entry,
        }
    }
}

struct Work<B, S> {
    journal: Box<dyn Journal>,
    before: B,
    sink: S,
    head: Position,
    /// To be written with the next batch.
    checkpoint: Checkpoint,
}

impl<B: FnMut() -> Result<(), JournalError>, S> Work<B, S> {
    fn run<T>(mut self, mut queue: mpsc::Receiver<Item<T>>, most: usize) -> Result<(), JournalError>
    where
        S: Sink<T>,
    {
        let mut items = Vec::with_capacity(most);
        while queue.blocking_recv_many(&mut items, most) > 0 {
            let mut entries = Vec::with_capacity(items.len());
            let mut failure = None;
            for item in items.drain(..) {
                match item {
                    Item::Entry(entry) => entries.push(entry),
                    Item::Reset(stream) if failure.is_none() => {
                        failure = self.write(&mut entries).err();
                        self.journal.reset(stream);
                    }
                    Item::Reset(_) => {}
                }
            }
            if failure.is_none() {
                failure = self.write(&mut entries).err();
            }
            if let Some(error) = failure {
                queue.close();
                while let Some(item) = queue.blocking_recv() {
                    if let Item::Entry(entry) = item {
                        entries.push(entry);
                    }
                }
                self.sink.failed(entries, &error);
                return Err(error);
            }
        }
        let mut last = std::mem::take(&mut self.checkpoint);
        if let Some(newer) = self.sink.last_checkpoint() {
            merge(&mut last, newer);
        }
        (self.before)()?;
        self.journal.append(&[], &last).map(|_| ())
    }

    /// Writes and releases `entries`, and leaves it empty; on an error it holds what was not released.
    fn write<T>(&mut self, entries: &mut Vec<Entry<T>>) -> Result<(), JournalError>
    where
        S: Sink<T>,
    {
        if entries.is_empty() {
            return Ok(());
        }
        let mut has_commit = Vec::with_capacity(entries.len());
        let mut commits = Vec::with_capacity(entries.len());
        for entry in entries.iter_mut() {
            has_commit.push(entry.commit.is_some());
            commits.extend(entry.commit.take());
        }
        let appended = if commits.is_empty() {
            Ok(Vec::new())
        } else {
            (self.before)().and_then(|()| self.journal.append(&commits, &self.checkpoint))
        };
        let mut commits = commits.into_iter();
        for (entry, has_commit) in entries.iter_mut().zip(&has_commit) {
            if *has_commit {
                entry.commit = commits.next();
            }
        }
        let appended = appended?;
        if !appended.is_empty() {
            self.checkpoint = Checkpoint::default();
        }
        let mut appended = appended.into_iter();
        let mut released = Vec::with_capacity(entries.len());
        for (entry, has_commit) in entries.drain(..).zip(has_commit) {
            let outcome = match has_commit.then(|| appended.next()).flatten() {
                Some(Appended::At(position)) => {
                    self.head = position;
                    Outcome::Written(position)
                }
                Some(Appended::Duplicate(position)) => Outcome::Duplicate(position),
                Some(Appended::Conflict(stream)) => Outcome::Conflict(stream),
                None => Outcome::Nothing(self.head),
            };
            released.push((entry, outcome));
        }
        if let Some(newer) = self.sink.durable(released) {
            merge(&mut self.checkpoint, newer);
        }
        Ok(())
    }
}

/// Adds a newer checkpoint to one that was not yet written.
fn merge(older: &mut Checkpoint, newer: Checkpoint) {
    let replaced: std::collections::HashSet<_> =
        newer.snapshots.iter().map(|snapshot| (snapshot.stream, snapshot.block)).collect();
    older.snapshots.retain(|snapshot| !replaced.contains(&(snapshot.stream, snapshot.block)));
    older.snapshots.extend(newer.snapshots);
    older.low_water = older.low_water.max(newer.low_water);
}

#[cfg(test)]
mod tests;
