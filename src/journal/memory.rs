//! The journal in memory: for tests and for a demo that leaves nothing behind.

use super::heads::{Heads, Stored};
use super::{
    Appended, Checkpoint, Commit, Journal, JournalError, Position, Reader, Record, Snapshot,
    StreamId,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock, RwLockReadGuard};
use tokio::sync::watch;

/// A journal that is gone with the process.
#[derive(Debug)]
pub struct MemoryJournal {
    heads: Heads,
    kept: Arc<Kept>,
    moved: watch::Sender<Position>,
}

#[derive(Debug)]
struct Kept {
    state: RwLock<State>,
    head: watch::Receiver<Position>,
}

#[derive(Debug, Default)]
struct State {
    records: Vec<Record>,
    commands: HashMap<[u8; 16], Position>,
    /// By whether it is a further block, then stream and block: the order of [`Reader::each_snapshot`].
    snapshots: BTreeMap<(bool, StreamId, u32), Snapshot>,
    low_water: Position,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        let (moved, head) = watch::channel(Position::START);
        let kept = Arc::new(Kept { state: RwLock::default(), head });
        Self { heads: Heads::default(), kept, moved }
    }
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl Kept {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Stored for State {
    fn saved_version(&self, stream: StreamId) -> Result<u64, JournalError> {
        Ok(self.snapshots.get(&(false, stream, 0)).map_or(0, |snapshot| snapshot.version))
    }

    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError> {
        Ok(self.commands.get(id).copied())
    }
}

impl Journal for MemoryJournal {
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        let mut state = self.kept.state.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let head = Position(state.records.len() as u64);
        self.heads.check(checkpoint, head, &*state)?;
        let outcomes = self.heads.admit(batch, head, &*state)?;
        for (commit, outcome) in batch.iter().zip(&outcomes) {
            if let Appended::At(position) = *outcome {
                if let Some(id) = commit.id {
                    state.commands.insert(id, position);
                }
                state.records.push(Record { position, commit: commit.clone() });
            }
        }
        for snapshot in &checkpoint.snapshots {
            let key = (snapshot.block > 0, snapshot.stream, snapshot.block);
            state.snapshots.insert(key, snapshot.clone());
        }
        if let Some(low_water) = checkpoint.low_water {
            state.low_water = state.low_water.max(low_water);
            self.heads.forget(low_water);
        }
        let head = Position(state.records.len() as u64);
        drop(state);
        self.moved.send_replace(head);
        Ok(outcomes)
    }

    fn reset(&mut self, stream: StreamId) {
        self.heads.reset(stream);
    }

    fn reader(&self) -> Arc<dyn Reader> {
        Arc::clone(&self.kept) as Arc<dyn Reader>
    }
}

impl Reader for Kept {
    fn head(&self) -> Position {
        *self.head.borrow()
    }

    fn low_water(&self) -> Position {
        self.read().low_water
    }

    fn get(&self, position: Position) -> Result<Option<Record>, JournalError> {
        let Some(index) = position.0.checked_sub(1) else { return Ok(None) };
        Ok(self.read().records.get(index as usize).cloned())
    }

    fn scan(&self, after: Position, limit: usize) -> Result<Vec<Record>, JournalError> {
        let state = self.read();
        Ok(state.records.iter().skip(after.0 as usize).take(limit).cloned().collect())
    }

    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError> {
        Stored::command(&*self.read(), id)
    }

    fn snapshot(&self, stream: StreamId, block: u32) -> Result<Option<Snapshot>, JournalError> {
        Ok(self.read().snapshots.get(&(block > 0, stream, block)).cloned())
    }

    fn each_state(
        &self,
        nth: u64,
        of: u64,
        visit: &mut dyn FnMut(Result<Snapshot, JournalError>),
    ) -> Result<(), JournalError> {
        let states: Vec<_> =
            self.read().snapshots.values().take_while(|s| s.block == 0).cloned().collect();
        let cut = |nth: u64| states.len() as u64 * nth / of.max(1);
        let part = &states[cut(nth) as usize..cut(nth + 1) as usize];
        part.iter().cloned().map(Ok).for_each(visit);
        Ok(())
    }

    fn each_snapshot(&self, visit: &mut dyn FnMut(Snapshot)) -> Result<(), JournalError> {
        let snapshots: Vec<_> = self.read().snapshots.values().cloned().collect();
        snapshots.into_iter().for_each(visit);
        Ok(())
    }

    fn watch(&self) -> watch::Receiver<Position> {
        self.head.clone()
    }

    fn size_on_disk(&self) -> Result<u64, JournalError> {
        Ok(0)
    }
}
