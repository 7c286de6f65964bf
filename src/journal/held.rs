//! A journal that can be held back or made to fail: what a slow and a broken disk look like to the rest.

use super::{Appended, Checkpoint, Commit, Journal, JournalError, Reader, StreamId};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Wraps a journal; its [`Gate`] decides when appends go through. For tests and drills.
pub struct Held {
    inner: Box<dyn Journal>,
    gate: Gate,
}

/// Holds back, lets go, or breaks a [`Held`] journal. Cloned freely: all clones are one gate.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    held: bool,
    broken: Option<String>,
    waiting: usize,
}

impl Held {
    /// Wraps `inner`, with its gate open.
    pub fn new(inner: Box<dyn Journal>) -> (Self, Gate) {
        let gate = Gate::default();
        (Self { inner, gate: gate.clone() }, gate)
    }
}

impl Gate {
    /// From now on appends wait.
    pub fn hold(&self) {
        self.state().held = true;
    }

    /// Waiting appends go on, and later ones do not wait.
    pub fn release(&self) {
        self.state().held = false;
        self.0.changed.notify_all();
    }

    /// Every append fails from now on, also one that waits.
    pub fn fail(&self, what: impl Into<String>) {
        self.state().broken = Some(what.into());
        self.0.changed.notify_all();
    }

    /// Blocks until an append waits at the held gate.
    pub fn wait_for_append(&self) {
        let mut state = self.state();
        while state.waiting == 0 {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self) -> Result<(), JournalError> {
        let mut state = self.state();
        state.waiting += 1;
        self.0.changed.notify_all();
        while state.held && state.broken.is_none() {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting -= 1;
        match &state.broken {
            Some(what) => Err(JournalError::Fatal { what: what.clone() }),
            None => Ok(()),
        }
    }
}

impl Journal for Held {
    fn append(
        &mut self,
        batch: &[Commit],
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Appended>, JournalError> {
        self.gate.pass()?;
        self.inner.append(batch, checkpoint)
    }

    fn reset(&mut self, stream: StreamId) {
        self.inner.reset(stream);
    }

    fn reader(&self) -> Arc<dyn Reader> {
        self.inner.reader()
    }
}
