//! What a console was sent of a list: keys and fingerprints, so that it costs little however long the texts are.

use crate::wire::Splice;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::hash::Hash;

/// One thing of a list, rendered.
pub(super) struct Item<'a, K> {
    pub(super) key: K,
    pub(super) print: u64,
    pub(super) json: &'a RawValue,
}

/// The difference, ready to be written.
#[derive(Serialize)]
pub(super) struct Difference<'a, K> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) splice: Option<Splice<K>>,
    pub(super) items: Vec<&'a RawValue>,
}

impl<K> Difference<'_, K> {
    /// No difference: what there is, is nothing or as it was.
    pub(super) fn nothing() -> Self {
        Self { splice: None, items: Vec::new() }
    }
}

/// What there still is room for in a frame. The first item always fits.
pub(super) struct Room {
    left: usize,
    empty: bool,
}

impl Room {
    pub(super) fn new(bytes: usize) -> Self {
        Self { left: bytes, empty: true }
    }

    fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.empty || bytes <= self.left;
        if fits {
            self.left = self.left.saturating_sub(bytes);
            self.empty = false;
        }
        fits
    }
}

/// See the module.
pub(super) struct Listed<K> {
    order: Vec<K>,
    prints: HashMap<K, u64>,
}

impl<K> Default for Listed<K> {
    fn default() -> Self {
        Self { order: Vec::new(), prints: HashMap::new() }
    }
}

impl<K: Clone + Eq + Hash> Listed<K> {
    /// Moves on towards `target` as far as there is room, and says what to send and whether something is
    /// left for the next time. `newest_first`: where room is short, the end of the list matters more.
    pub(super) fn advance<'a>(
        &mut self,
        target: &[Item<'a, K>],
        room: &mut Room,
        newest_first: bool,
    ) -> (Option<Difference<'a, K>>, bool) {
        let mut more = false;
        let mut prints = HashMap::with_capacity(target.len());
        let mut fresh = vec![false; target.len()];
        let places: Box<dyn Iterator<Item = usize>> = match newest_first {
            true => Box::new((0..target.len()).rev()),
            false => Box::new(0..target.len()),
        };
        for place in places {
            let item = &target[place];
            let known = self.prints.get(&item.key).copied();
            if known == Some(item.print) {
                prints.insert(item.key.clone(), item.print);
            } else if room.takes(item.json.get().len()) {
                fresh[place] = true;
                prints.insert(item.key.clone(), item.print);
            } else {
                more = true;
                if let Some(known) = known {
                    prints.insert(item.key.clone(), known);
                }
            }
        }
        let keys = target.iter().map(|item| &item.key);
        let order: Vec<_> = keys.filter(|key| prints.contains_key(key)).cloned().collect();
        let splice = Splice::between(&self.order, &order);
        let items: Vec<_> =
            target.iter().zip(fresh).filter(|(_, fresh)| *fresh).map(|(i, _)| i.json).collect();
        self.order = order;
        self.prints = prints;
        let nothing = splice.is_none() && items.is_empty();
        ((!nothing).then_some(Difference { splice, items }), more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Change, Keyed, Shown};
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Thing {
        key: u8,
        text: String,
    }

    impl Keyed for Thing {
        type Key = u8;
        fn key(&self) -> u8 {
            self.key
        }
    }

    fn state() -> impl Strategy<Value = Vec<Thing>> {
        let texts = prop::collection::hash_map(0u8..20, "[a-c]{0,40}", 0..12);
        texts.prop_flat_map(|texts| {
            let things: Vec<_> = texts.into_iter().map(|(key, text)| Thing { key, text }).collect();
            Just(things).prop_shuffle()
        })
    }

    proptest! {
        /// Whatever changes between two frames, and however little fits into one, what the console has put
        /// together from the differences is what there is.
        #[test]
        fn the_console_ends_with_what_there_is(
            states in prop::collection::vec(state(), 1..20),
            room in 1usize..200,
            newest_first: bool,
        ) {
            let mut listed = Listed::default();
            let mut shown = Shown::<Thing>::default();
            for things in &states {
                let raw: Vec<_> =
                    things.iter().map(|t| serde_json::value::to_raw_value(t).unwrap()).collect();
                let mut frames = 0;
                loop {
                    let target: Vec<_> = things.iter().zip(&raw).map(|(thing, json)| Item {
                        key: thing.key,
                        print: crate::relay::reading::print_of(json.get()),
                        json,
                    }).collect();
                    let (difference, more) =
                        listed.advance(&target, &mut Room::new(room), newest_first);
                    if let Some(difference) = difference {
                        let text = serde_json::to_string(&difference).unwrap();
                        let change: Change<u8, Thing> = serde_json::from_str(&text).unwrap();
                        prop_assert!(shown.apply(change).is_ok());
                    }
                    frames += 1;
                    prop_assert!(frames <= things.len() + 1, "each frame brings something");
                    if !more { break; }
                }
                let seen: Vec<_> = shown.iter().cloned().collect();
                prop_assert_eq!(&seen, things);
            }
        }
    }
}
