//! Which keys ask for what, where.
//!
//! A keymap is a TOML file with a table for each [`Context`]; keys of a chord stand with spaces between:
//!
//! ```toml
//! inherits = "default"
//!
//! [inbox]
//! "g g" = "top"
//! z = "snooze 2h"
//! e = [{ when = "!solved", do = "solve" }, { do = "reopen" }]
//! q = "noop"       # does nothing, whatever [global] says
//! x = "unbind"     # forgets what was inherited
//! ```

pub mod file;
pub mod table;
pub mod when;

pub use when::When;

#[cfg(test)]
mod tests;

use super::context::{Context, Flags, Invocation};
use super::key::Key;
use std::collections::BTreeMap;

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

/// What a chord does, by circumstances: the first case that holds counts. Without cases it does nothing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Binding {
    pub(super) cases: Vec<Case>,
    /// Place in the order in which help shows them.
    pub(super) order: usize,
    /// File and byte where it is written.
    pub(super) origin: (usize, usize),
}

/// One case of a binding.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    pub(super) when: Option<When>,
    pub(super) asked: Invocation,
}

impl Binding {
    fn asks(&self, flags: Flags) -> Option<&Invocation> {
        let holds = |case: &&Case| case.when.as_ref().is_none_or(|when| when.holds(flags));
        self.cases.iter().find(holds).map(|case| &case.asked)
    }
}

/// Chords in order: those with the same beginning stand side by side.
pub(super) type Chords = BTreeMap<Vec<Key>, Binding>;

/// Keys of every context.
#[derive(Clone, Debug)]
pub struct Keymap {
    /// Its name.
    pub name: String,
    pub(super) contexts: [Chords; Context::ALL.len()],
}

/// A row of the help: keys and what they ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// All chords that ask for it, the shortest first.
    pub chords: Vec<Vec<Key>>,
    /// What they ask for.
    pub asked: Invocation,
}

impl Keymap {
    /// No keys at all.
    pub fn empty(name: impl Into<String>) -> Self {
        Self { name: name.into(), contexts: Default::default() }
    }

    /// What `keys`, pressed one after the other, lead to in a context; what is not bound there is looked for in
    /// [`Context::Global`].
    pub fn find(&self, context: Context, flags: Flags, keys: &[Key]) -> Found {
        let mut follow = Vec::new();
        for place in places(context) {
            let chords = &self.contexts[place as usize];
            if let Some(binding) = chords.get(keys) {
                match binding.asks(flags) {
                    Some(asked) if follow.is_empty() => return Found::Asked(asked.clone()),
                    None if binding.cases.is_empty() && follow.is_empty() => return Found::Nothing,
                    _ => continue,
                }
            }
            continuations(chords, flags, keys, &mut follow);
        }
        if follow.is_empty() { Found::Nothing } else { Found::Pending(follow) }
    }

    /// The shortest chords that ask for an action in a context, also those of [`Context::Global`], whatever the
    /// circumstances.
    pub fn chords(&self, context: Context, wanted: &Invocation) -> Vec<Vec<Key>> {
        let mut found: Vec<(usize, usize, Vec<Key>)> = Vec::new();
        for place in places(context) {
            for (keys, binding) in &self.contexts[place as usize] {
                let asks = binding.cases.iter().any(|case| case.asked == *wanted);
                if asks && !(place != context && self.hidden(context, keys)) {
                    found.push((keys.len(), binding.order, keys.clone()));
                }
            }
        }
        found.sort();
        found.into_iter().map(|(_, _, keys)| keys).collect()
    }

    /// What is bound in one context, without [`Context::Global`], in the order of the file: those cases that hold
    /// now, or all of them without flags.
    pub fn lines(&self, context: Context, flags: Option<Flags>) -> Vec<Line> {
        let mut bound: Vec<_> = self.contexts[context as usize].iter().collect();
        bound.sort_by_key(|(_, binding)| binding.order);
        let mut lines: Vec<Line> = Vec::new();
        for (keys, binding) in bound {
            let cases: Vec<_> = match flags {
                Some(flags) => binding.asks(flags).into_iter().collect(),
                None => binding.cases.iter().map(|case| &case.asked).collect(),
            };
            for asked in cases {
                match lines.iter_mut().find(|line| line.asked == *asked) {
                    Some(line) => line.chords.push(keys.clone()),
                    None => {
                        lines.push(Line { chords: vec![keys.clone()], asked: asked.clone() });
                    }
                }
            }
        }
        for line in &mut lines {
            line.chords.sort_by_key(Vec::len);
        }
        lines
    }

    /// Whether a chord of [`Context::Global`] cannot be reached in a context, which has another use for its keys or
    /// types them.
    pub fn hidden(&self, context: Context, keys: &[Key]) -> bool {
        let typed = keys.first().is_some_and(|key| key.typed().is_some());
        let chords = &self.contexts[context as usize];
        typed && context.types()
            || (1..=keys.len()).any(|end| chords.contains_key(&keys[..end]))
            || beginning_with(chords, keys).next().is_some()
    }
}

/// The shipped one that is called so.
impl Default for Keymap {
    fn default() -> Self {
        Self::load("default", &Default::default())
            .map_or_else(|_| Self::empty("default"), |it| it.0)
    }
}

/// The name of a chord as it stands in keymaps and on the screen.
pub fn spelled(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

fn places(context: Context) -> impl Iterator<Item = Context> {
    [context, Context::Global].into_iter().take(if context == Context::Global { 1 } else { 2 })
}

/// The longer chords that begin with `keys`.
pub(super) fn beginning_with<'a>(
    chords: &'a Chords,
    keys: &'a [Key],
) -> impl Iterator<Item = (&'a Vec<Key>, &'a Binding)> {
    chords
        .range(keys.to_vec()..)
        .take_while(move |(chord, _)| chord.starts_with(keys))
        .filter(move |(chord, _)| chord.len() > keys.len())
}

fn continuations(
    chords: &Chords,
    flags: Flags,
    keys: &[Key],
    follow: &mut Vec<(Key, Continuation)>,
) {
    for (chord, binding) in beginning_with(chords, keys) {
        let next = chord[keys.len()];
        let known = follow.iter_mut().find(|(key, _)| *key == next);
        if chord.len() > keys.len() + 1 {
            match known {
                Some((_, Continuation::Longer(ends))) => *ends += 1,
                Some(_) => {}
                None => follow.push((next, Continuation::Longer(1))),
            }
        } else if known.is_none()
            && let Some(asked) = binding.asks(flags)
        {
            follow.push((next, Continuation::Asks(asked.clone())));
        }
    }
}
