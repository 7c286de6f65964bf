//! Which commits may be written: versions of streams and ids of commands. The same for every adapter that
//! has one owner.

use super::{Appended, Checkpoint, Commit, JournalError, Position, StreamId};
use std::collections::{HashMap, HashSet, VecDeque};

/// What an adapter looks up in its store: what [`Heads`] does not hold in memory.
pub(super) trait Stored {
    /// The version of the state saved for a stream; 0 when there is none.
    fn saved_version(&self, stream: StreamId) -> Result<u64, JournalError>;
    /// Where the command with this id was written.
    fn command(&self, id: &[u8; 16]) -> Result<Option<Position>, JournalError>;
}

/// The versions of all streams that have events above the low water; a stream that is not here has the
/// version of its saved state.
#[derive(Debug, Default)]
pub(super) struct Heads {
    touched: HashMap<StreamId, Head>,
    /// Every touch, oldest first: a checkpoint looks only at those that it covers. One that was followed by
    /// another touch of its stream counts no more.
    order: VecDeque<(Position, StreamId)>,
    failed: HashSet<StreamId>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    version: u64,
    at: Position,
}

impl Heads {
    /// Takes over that the record at `at` brought `stream` to `version`.
    pub(super) fn saw(&mut self, stream: StreamId, version: u64, at: Position) {
        self.touched.insert(stream, Head { version, at });
        if self.order.back() != Some(&(at, stream)) {
            self.order.push_back((at, stream));
        }
    }

    pub(super) fn reset(&mut self, stream: StreamId) {
        self.failed.remove(&stream);
    }

    /// Decides on every commit of a batch that follows `head`, as if those before it were written.
    pub(super) fn admit(
        &mut self,
        batch: &[Commit],
        head: Position,
        stored: &impl Stored,
    ) -> Result<Vec<Appended>, JournalError> {
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut next = head.next();
        let mut ids = HashMap::new();
        for commit in batch {
            if let Some(id) = &commit.id {
                let known = match ids.get(id) {
                    Some(position) => Some(*position),
                    None => stored.command(id)?,
                };
                if let Some(position) = known {
                    outcomes.push(Appended::Duplicate(position));
                    continue;
                }
            }
            match self.conflict(commit, stored)? {
                Some(stream) => {
                    self.failed.extend(commit.parts.iter().map(|part| part.stream));
                    outcomes.push(Appended::Conflict(stream));
                }
                None => {
                    for part in &commit.parts {
                        self.saw(part.stream, part.expected + part.events.len() as u64, next);
                    }
                    if let Some(id) = commit.id {
                        ids.insert(id, next);
                    }
                    outcomes.push(Appended::At(next));
                    next = next.next();
                }
            }
        }
        Ok(outcomes)
    }

    fn conflict(
        &self,
        commit: &Commit,
        stored: &impl Stored,
    ) -> Result<Option<StreamId>, JournalError> {
        for (index, part) in commit.parts.iter().enumerate() {
            if self.failed.contains(&part.stream) {
                return Ok(Some(part.stream));
            }
            let earlier = commit.parts[..index].iter().rfind(|other| other.stream == part.stream);
            let version = match (earlier, self.touched.get(&part.stream)) {
                (Some(other), _) => other.expected + other.events.len() as u64,
                (None, Some(head)) => head.version,
                (None, None) => stored.saved_version(part.stream)?,
            };
            if part.expected != version {
                return Ok(Some(part.stream));
            }
        }
        Ok(None)
    }

    /// Checks that a checkpoint holds what it says, before it is written.
    pub(super) fn check(
        &self,
        checkpoint: &Checkpoint,
        head: Position,
        stored: &impl Stored,
    ) -> Result<(), JournalError> {
        let Some(low_water) = checkpoint.low_water else { return Ok(()) };
        if low_water > head {
            let what = format!("a checkpoint has its low water at {low_water}, after {head}");
            return Err(JournalError::Fatal { what });
        }
        let saved: HashMap<_, _> = checkpoint
            .snapshots
            .iter()
            .filter(|snapshot| snapshot.block == 0)
            .map(|snapshot| (snapshot.stream, snapshot.version))
            .collect();
        for (at, stream) in self.order.iter().take_while(|(at, _)| *at <= low_water) {
            let stream = *stream;
            let Some(head) = self.touched.get(&stream).filter(|head| head.at == *at) else {
                continue;
            };
            let saved = match saved.get(&stream) {
                Some(version) => *version,
                None => stored.saved_version(stream)?,
            };
            if saved != head.version {
                return Err(JournalError::Uncovered { stream, version: head.version, saved });
            }
        }
        Ok(())
    }

    /// Lets go of the streams that saved states now stand for.
    pub(super) fn forget(&mut self, low_water: Position) {
        while let Some((at, stream)) = self.order.pop_front_if(|(at, _)| *at <= low_water) {
            if self.touched.get(&stream).is_some_and(|head| head.at == at) {
                self.touched.remove(&stream);
            }
        }
    }
}
