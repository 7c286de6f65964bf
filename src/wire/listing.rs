//! Lists that are sent once and then only as differences.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::Hash;

/// Something in a list that is known by a key, whatever its place.
pub trait Keyed {
    /// The key; the same as long as the thing exists.
    type Key: Clone + Eq + Hash;
    /// See [`Keyed::Key`].
    fn key(&self) -> Self::Key;
}

/// The difference between two states of a list. The first one is against the empty list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Deserialize<'de>, V: Deserialize<'de>"))]
pub struct Change<K, V> {
    /// How the order changes; left out where it stays.
    #[serde(default = "no_splice", skip_serializing_if = "Option::is_none")]
    pub splice: Option<Splice<K>>,
    /// What is new in the list or has changed in it.
    pub items: Vec<V>,
}

impl<K, V> Default for Change<K, V> {
    fn default() -> Self {
        Self { splice: None, items: Vec::new() }
    }
}

impl<K, V> Change<K, V> {
    /// Whether all is as it was.
    pub fn is_nothing(&self) -> bool {
        self.splice.is_none() && self.items.is_empty()
    }
}

impl<V: Keyed> Change<V::Key, V> {
    /// What leads from nothing to these.
    pub fn whole(items: Vec<V>) -> Self {
        let keys: Vec<_> = items.iter().map(Keyed::key).collect();
        Self { splice: Splice::between(&[], &keys), items }
    }
}

fn no_splice<K>() -> Option<Splice<K>> {
    None
}

/// A new order: the first `first` keys of the old one, then `keys`, then the last `last` of the old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Splice<K> {
    /// How many stay at the front.
    pub first: usize,
    /// What comes between.
    pub keys: Vec<K>,
    /// How many stay at the end.
    pub last: usize,
}

impl<K: Clone + Eq> Splice<K> {
    /// What leads from `old` to `new`; nothing if they are alike.
    pub fn between(old: &[K], new: &[K]) -> Option<Self> {
        if old == new {
            return None;
        }
        let first = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(new.len()) - first;
        let tails = old.iter().rev().zip(new.iter().rev());
        let last = tails.take(rest).take_while(|(a, b)| a == b).count();
        Some(Self { first, keys: new[first..new.len() - last].to_vec(), last })
    }

    /// The new order.
    ///
    /// # Errors
    /// [`Unfitting`] when `old` is not the order that this was made for.
    pub fn apply(&self, old: &[K]) -> Result<Vec<K>, Unfitting> {
        if self.first.saturating_add(self.last) > old.len() {
            return Err(Unfitting);
        }
        let tail = &old[old.len() - self.last..];
        Ok([&old[..self.first], &self.keys, tail].concat())
    }
}

/// A difference does not fit what it was applied to: a frame was lost; watch anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the relay sent a change that does not fit what is shown; connect again")]
pub struct Unfitting;

/// What a console shows of a watched list.
#[derive(Clone, Debug)]
pub struct Shown<V: Keyed> {
    order: Vec<V::Key>,
    items: HashMap<V::Key, V>,
}

impl<V: Keyed> Default for Shown<V> {
    fn default() -> Self {
        Self { order: Vec::new(), items: HashMap::new() }
    }
}

impl<V: Keyed> Shown<V> {
    /// Folds a difference in.
    ///
    /// # Errors
    /// [`Unfitting`]; what is shown stays as it was.
    pub fn apply(&mut self, change: Change<V::Key, V>) -> Result<(), Unfitting> {
        let order = match &change.splice {
            Some(splice) => Some(splice.apply(&self.order)?),
            None => None,
        };
        self.items.extend(change.items.into_iter().map(|item| (item.key(), item)));
        if let Some(order) = order {
            let kept: std::collections::HashSet<_> = order.iter().collect();
            self.items.retain(|key, _| kept.contains(key));
            self.order = order;
        }
        Ok(())
    }

    /// The list in order.
    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.order.iter().filter_map(|key| self.items.get(key))
    }

    /// One thing of it.
    pub fn get(&self, key: &V::Key) -> Option<&V> {
        self.items.get(key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_splice_leads_from_one_order_to_the_other(
            old in prop::collection::vec(0u8..12, 0..12),
            new in prop::collection::vec(0u8..12, 0..12),
        ) {
            let led = match Splice::between(&old, &new) {
                Some(splice) => splice.apply(&old),
                None => Ok(old),
            };
            prop_assert_eq!(led, Ok(new));
        }
    }

    #[test]
    fn one_more_at_the_end_is_one_key() {
        let splice = Splice::between(&[1, 2, 3], &[1, 2, 3, 4]);
        assert_eq!(splice, Some(Splice { first: 3, keys: vec![4], last: 0 }));
        assert_eq!(Splice { first: 2, keys: vec![9], last: 2 }.apply(&[1, 2, 3]), Err(Unfitting));
    }
}
