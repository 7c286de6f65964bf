//! The journal on disk, in one sled tree.
//!
//! An append is one sled batch, sled's flush, and then an `fdatasync` of our own on sled's file: sled 0.34
//! itself only calls `sync_file_range`, which survives a killed process and not a power cut. sled reports
//! some failures by a panic; here every failure is a [`JournalError`] and the last thing the store does.

mod place;

use super::heads::{Heads, Stored};
use super::layout::{self, FORMAT, FORMAT_KEY, LOW_WATER_KEY};
use super::{
    Appended, Checkpoint, Commit, Journal, JournalError, Position, Reader, Record, Snapshot,
    StreamId, record,
};
use ::sled::{Batch, Db, IVec};
use place::open_or_make;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

/// Bytes of page cache, unless told otherwise.
pub const DEFAULT_CACHE_BYTES: u64 = 64 << 20;

/// A journal in a folder of its own. Closed when it and all its readers are gone.
pub struct SledJournal {
    heads: Heads,
    shared: Arc<Shared>,
    /// sled's file, for our own `fdatasync`.
    file: File,
    moved: watch::Sender<Position>,
    /// Set by the first failure: what the store holds is not known after it.
    broken: bool,
}

struct Shared {
    db: Db,
    dir: PathBuf,
    head: watch::Receiver<Position>,
    low_water: AtomicU64,
}

impl SledJournal {
    /// Opens the journal in `dir`, or makes an empty one when there is none. Its parent must exist. A new
    /// store is prepared beside it (`dir` with `.new` added) and renamed when it is wholly on disk, so that
    /// a power cut leaves either none or one that opens. `cache_bytes` bounds sled's page cache.
    ///
    /// # Errors
    /// [`JournalError::Locked`] when another process has it, [`JournalError::Format`] when it is not ours,
    /// [`JournalError::Corrupt`] when a record above the low water is broken, [`JournalError::Io`] or
    /// [`JournalError::Fatal`] when the disk or sled fails (also: when the disk is full).
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, JournalError> {
        let db = open_or_make(dir, cache_bytes)?;
        let file = File::options()
            .read(true)
            .write(true)
            .open(dir.join("db"))
            .map_err(JournalError::io(format!("open {}", dir.join("db").display())))?;
        guarded(|| Self::start(db, dir.to_path_buf(), file))
    }

    /// The journal in `dir` to be read and nothing else, also one that does not open since records of it are
    /// broken: to see which.
    ///
    /// # Errors
    /// As [`SledJournal::open`], but for those records.
    pub fn look(dir: &Path, cache_bytes: u64) -> Result<Arc<dyn Reader>, JournalError> {
        let db = open_or_make(dir, cache_bytes)?;
        guarded(|| Ok(Arc::new(Shared::over(db, dir.to_path_buf())?.0) as Arc<dyn Reader>))
    }

    fn start(db: Db, dir: PathBuf, file: File) -> Result<Self, JournalError> {
        let (shared, moved) = Shared::over(db, dir)?;
        let mut heads = Heads::default();
        shared.each_whole(shared.low_water(), usize::MAX, |position, bytes| {
            let moved = record::versions(position, bytes)
                .map_err(|why| JournalError::corrupt(position, why))?;
            for (stream, version) in moved {
                heads.saw(stream, version, position);
            }
            Ok(())
        })?;
        Ok(Self { heads, shared: Arc::new(shared), file, moved, broken: false })
    }

    fn try_append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        let head = self.shared.head();
        self.heads.check(checkpoint, head, &*self.shared)?;
        let outcomes = self.heads.admit(batch, head, &*self.shared)?;
        let mut writes = Batch::default();
        let mut last = head;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            if let Appended::At(position) = *outcome {
                put_record(&mut writes, position, commit)?;
                last = position;
            }
        }
        for snapshot in &checkpoint.snapshots {
            self.put_block(&mut writes, snapshot)?;
        }
        let low_water = checkpoint.low_water.filter(|low| *low > self.shared.low_water());
        if let Some(low_water) = low_water {
            writes.insert(LOW_WATER_KEY, &low_water.0.to_be_bytes());
        }
        if last == head && checkpoint.is_empty() {
            return Ok(outcomes);
        }
        self.shared.db.apply_batch(writes).map_err(failed("write a batch"))?;
        self.shared.db.flush().map_err(failed("flush"))?;
        self.file
            .sync_data()
            .map_err(JournalError::io(format!("sync {}", self.shared.dir.join("db").display())))?;
        if let Some(low_water) = low_water {
            self.shared.low_water.store(low_water.0, Ordering::Release);
            self.heads.forget(low_water);
        }
        if last > head {
            self.moved.send_replace(last);
        }
        Ok(outcomes)
    }

    fn put_block(&self, writes: &mut Batch, snapshot: &Snapshot) -> Result<(), JournalError> {
        let Snapshot { stream, block, .. } = *snapshot;
        let bytes = layout::encode_block(snapshot);
        layout::check_size(|| format!("block {block} of {stream}"), bytes.len())?;
        let prefix = layout::block_prefix(stream, block);
        let before = self.shared.first_piece(stream, block)?;
        let before = before.map_or(0, |first| layout::block_head_pieces(&first).map_or(0, |h| h.1));
        let mut count = 0;
        for (piece, value) in layout::pieces(&bytes) {
            writes.insert(layout::piece_key(&prefix, piece), value);
            count = usize::from(piece) + 1;
        }
        for surplus in count..before {
            writes.remove(layout::piece_key(&prefix, surplus as u16));
        }
        Ok(())
    }
}

impl Journal for SledJournal {
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        if self.broken {
            let what = format!("{} failed before", self.shared.dir.display());
            return Err(JournalError::Fatal { what });
        }
        let result = guarded(|| self.try_append(batch, checkpoint));
        self.broken = result.is_err();
        result
    }

    fn reset(&mut self, stream: StreamId) {
        self.heads.reset(stream);
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.shared) as Arc<dyn Reader>
    }
}

impl Shared {
    /// What an open store says of itself, and how its readers learn of more.
    fn over(db: Db, dir: PathBuf) -> Result<(Self, watch::Sender<Position>), JournalError> {
        let format = db.get(FORMAT_KEY).map_err(failed("read the format"))?;
        if format.as_deref() != Some(&FORMAT.to_be_bytes()[..]) {
            let found = format!("{:?}", format.as_deref().unwrap_or_default());
            return Err(JournalError::Format {
                path: dir.display().to_string(),
                found,
                known: FORMAT,
            });
        }
        let low_water = db.get(LOW_WATER_KEY).map_err(failed("read the low water"))?;
        let low_water = low_water.and_then(|bytes| position_of(&bytes)).unwrap_or_default();
        let last = db.range(&b"j"[..]..&b"k"[..]).next_back().transpose();
        let last = last.map_err(failed("read the last record"))?;
        let last = last.and_then(|(key, _)| layout::record_place(&key));
        let head = last.map_or(Position::START, |(position, _)| position);
        let (moved, receiver) = watch::channel(head);
        let low_water = AtomicU64::new(low_water.0);
        Ok((Self { db, dir, head: receiver, low_water }, moved))
    }

    /// Calls `visit` with up to `limit` whole records after `after`, up to the head. None may be missing.
    fn each_whole(
        &self,
        after: Position,
        limit: usize,
        mut visit: impl FnMut(Position, &[u8]) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let head = self.head();
        let count = limit.min(head.0.saturating_sub(after.0) as usize) as u64;
        if count == 0 {
            return Ok(());
        }
        let mut expected = after.next();
        let end = Position(after.0 + count);
        let mut entries = self
            .db
            .range(&layout::record_key(expected)[..]..&layout::record_key(end.next())[..])
            .peekable();
        while expected <= end {
            let missing = || JournalError::corrupt(expected, "it is missing");
            let (key, mut whole) =
                entries.next().ok_or_else(missing)?.map_err(failed("read a record"))?;
            if layout::record_place(&key) != Some((expected, 0)) {
                return Err(missing());
            }
            let mut longer: Option<Vec<u8>> = None;
            let further = |next: &Result<(IVec, IVec), _>| {
                next.as_ref().is_ok_and(|(key, _)| {
                    layout::record_place(key).is_some_and(|(at, piece)| at == expected && piece > 0)
                })
            };
            while let Some(Ok((_, piece))) = entries.next_if(further) {
                longer.get_or_insert_with(|| whole.to_vec()).extend_from_slice(&piece);
            }
            if let Some(longer) = longer {
                whole = longer.into();
            }
            visit(expected, &whole)?;
            expected = expected.next();
        }
        Ok(())
    }

    fn first_piece(&self, stream: StreamId, block: u32) -> Result<Option<IVec>, JournalError> {
        let key = layout::piece_key(&layout::block_prefix(stream, block), 0);
        self.db.get(key).map_err(failed("read a saved block"))
    }

    fn each_block(
        &self,
        entries: ::sled::Iter,
        visit: &mut dyn FnMut(Result<Snapshot, JournalError>),
    ) -> Result<(), JournalError> {
        let mut whole: Option<(StreamId, u32, Vec<u8>)> = None;
        for entry in entries {
            let (key, value) = entry.map_err(failed("read a saved block"))?;
            let Some((stream, block, piece)) = layout::block_place(&key) else {
                let what = format!("{} holds a key of no known kind", self.dir.display());
                return Err(JournalError::Fatal { what });
            };
            match &mut whole {
                Some((of, number, bytes)) if piece > 0 && (*of, *number) == (stream, block) => {
                    bytes.extend_from_slice(&value);
                }
                _ => {
                    if let Some(whole) = whole.replace((stream, block, value.to_vec())) {
                        visit(read_block(whole));
                    }
                }
            }
        }
        if let Some(whole) = whole {
            visit(read_block(whole));
        }
        Ok(())
    }
}

impl Stored for Shared {
    fn saved_version(&self, stream: StreamId) -> Result<u64, JournalError> {
        let Some(first) = self.first_piece(stream, 0)? else { return Ok(0) };
        match layout::block_head_pieces(&first) {
            Ok((version, _)) => Ok(version),
            Err(why) => Err(JournalError::CorruptSnapshot { stream, block: 0, why: why.into() }),
        }
    }

    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError> {
        let found = self.db.get(layout::command_key(id)).map_err(failed("look up a command"))?;
        Ok(found.and_then(|bytes| position_of(&bytes)))
    }
}

impl Reader for Shared {
    fn head(&self) -> Position {
        *self.head.borrow()
    }

    fn low_water(&self) -> Position {
        Position(self.low_water.load(Ordering::Acquire))
    }

    fn get(&self, position: Position) -> Result<Option<Record>, JournalError> {
        if position == Position::START || position > self.head() {
            return Ok(None);
        }
        Ok(self.scan(Position(position.0 - 1), 1)?.pop())
    }

    fn scan(&self, after: Position, limit: usize) -> Result<Vec<Record>, JournalError> {
        guarded(|| {
            let mut records = Vec::new();
            self.each_whole(after, limit, |position, bytes| {
                let commit = record::decode(position, bytes)
                    .map_err(|why| JournalError::corrupt(position, why))?;
                records.push(Record { position, commit });
                Ok(())
            })?;
            Ok(records)
        })
    }

    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError> {
        let head = self.head();
        let found = guarded(|| Stored::command(self, id))?;
        Ok(found.filter(|position| *position <= head))
    }

    fn snapshot(&self, stream: StreamId, block: u32) -> Result<Option<Snapshot>, JournalError> {
        guarded(|| {
            let broken =
                |why: &str| JournalError::CorruptSnapshot { stream, block, why: why.into() };
            let Some(first) = self.first_piece(stream, block)? else { return Ok(None) };
            let (_, count) = layout::block_head_pieces(&first).map_err(broken)?;
            let mut whole = first.to_vec();
            let prefix = layout::block_prefix(stream, block);
            for piece in 1..count {
                let key = layout::piece_key(&prefix, piece as u16);
                let value = self.db.get(key).map_err(failed("read a saved block"))?;
                whole.extend_from_slice(&value.ok_or_else(|| broken("pieces are missing"))?);
            }
            layout::decode_block(stream, block, whole).map(Some).map_err(broken)
        })
    }

    fn each_state(
        &self,
        nth: u64,
        of: u64,
        visit: &mut dyn FnMut(Result<Snapshot, JournalError>),
    ) -> Result<(), JournalError> {
        guarded(|| {
            // Ids are given one after the other, of contacts and of conversations: each kind is cut.
            for (from, to) in layout::state_kinds() {
                let ends = |found: Option<::sled::Result<(IVec, IVec)>>| match found {
                    Some(entry) => {
                        Ok(layout::block_place(&entry.map_err(failed("read a state"))?.0))
                    }
                    None => Ok(None),
                };
                let kind = || self.db.range(&from[..]..&to[..]);
                let (Some((first, ..)), Some((last, ..))) =
                    (ends(kind().next())?, ends(kind().next_back())?)
                else {
                    continue;
                };
                let cut = |nth| layout::state_cut(first, last, nth, of);
                self.each_block(self.db.range(cut(nth)..cut(nth + 1)), visit)?;
            }
            Ok(())
        })
    }

    fn each_snapshot(&self, visit: &mut dyn FnMut(Snapshot)) -> Result<(), JournalError> {
        let mut broken = None;
        let mut sound = |block: Result<Snapshot, JournalError>| match block {
            Ok(block) if broken.is_none() => visit(block),
            Ok(_) => {}
            Err(error) => broken = broken.take().or(Some(error)),
        };
        guarded(|| self.each_block(self.db.scan_prefix(b"s"), &mut sound))?;
        broken.map_or(Ok(()), Err)
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.head.clone()
    }

    fn size_on_disk(&self) -> Result<u64, JournalError> {
        guarded(|| self.db.size_on_disk().map_err(failed("measure the store")))
    }
}

fn put_record(writes: &mut Batch, position: Position, commit: &Commit) -> Result<(), JournalError> {
    let bytes = record::encode(position, commit);
    layout::check_size(|| "a commit".into(), bytes.len())?;
    let key = layout::record_key(position);
    for (piece, value) in layout::pieces(&bytes) {
        match piece {
            0 => writes.insert(&key, value),
            _ => writes.insert(layout::piece_key(&key, piece), value),
        }
    }
    if let Some(id) = &commit.id {
        writes.insert(&layout::command_key(id), &position.0.to_be_bytes());
    }
    Ok(())
}

fn read_block((stream, block, bytes): (StreamId, u32, Vec<u8>)) -> Result<Snapshot, JournalError> {
    layout::decode_block(stream, block, bytes).map_err(|why| JournalError::CorruptSnapshot {
        stream,
        block,
        why: why.into(),
    })
}

fn position_of(bytes: &[u8]) -> Option<Position> {
    bytes.try_into().ok().map(|bytes| Position(u64::from_be_bytes(bytes)))
}

fn failed(what: &'static str) -> impl FnOnce(::sled::Error) -> JournalError {
    move |error| match error {
        ::sled::Error::Io(source) => JournalError::Io { what: what.into(), source },
        other => JournalError::Fatal { what: format!("{what}: {other}") },
    }
}

/// Runs what calls sled; its panic becomes an error.
fn guarded<R>(run: impl FnOnce() -> Result<R, JournalError>) -> Result<R, JournalError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(JournalError::Fatal { what: format!("the store panicked: {}", text.unwrap_or("?")) })
    })
}

#[cfg(test)]
mod tests;
