//! Which keys ask for what, where.

use super::context::{Context, Flags, Invocation};
use super::key::Key;

/// What keys led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing is bound to them.
    Nothing,
    /// They begin a chord: what may follow, and what it would do.
    Pending(Vec<(Key, Continuation)>),
    /// They ask for this.
    Asked(Invocation),
}

/// What follows in a chord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// An action.
    Asks(Invocation),
    /// A longer chord with so many ends.
    Longer(usize),
}

/// Keys of every context.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    /// Its name.
    pub name: String,
}

impl Keymap {
    /// What `keys`, pressed one after the other, lead to in a context; what is not bound there is looked for in
    /// [`Context::Global`].
    pub fn find(&self, context: Context, flags: Flags, keys: &[Key]) -> Found {
        let _ = (context, flags, keys);
        Found::Nothing
    }

    /// The shortest chords that ask for an action in a context, also those of [`Context::Global`].
    pub fn chords(&self, context: Context, wanted: &Invocation) -> Vec<Vec<Key>> {
        let _ = (context, wanted);
        Vec::new()
    }
}
