//! What was opened lately, so that fifty consoles that watch the same tickets open each once. Bounded.

use super::contacts::Person;
use super::row::Row;
use crate::domain::id::{ContactId, ConversationId, MessageKey, TagKey};
use crate::domain::thread::Place;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const ROWS: usize = 4_096;
const PEOPLE: usize = 8_192;
const PREVIEWS: usize = 8_192;
const SENT: usize = 8_192;
const TAGS: usize = 8_192;
/// More than one page looks at for what its messages quote; at most some 5 MB.
const REVOKED: usize = 32_768;
/// Enough for a desk of a hundred thousand customers, some 20 MB; nothing before somebody searches.
const WORDS: usize = 131_072;

/// A map of at most twice `most`: when the young half is full, the old half goes.
struct Halves<K, V> {
    most: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash + Clone, V: Clone> Halves<K, V> {
    fn new(most: usize) -> Self {
        Self { most, young: HashMap::new(), old: HashMap::new() }
    }

    fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let value = self.old.remove(key)?;
        self.insert(key.clone(), value.clone());
        Some(value)
    }

    fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    fn retain(&mut self, keep: impl Fn(&K, &V) -> bool) {
        self.young.retain(|key, value| keep(key, value));
        self.old.retain(|key, value| keep(key, value));
    }
}

/// A map of at most `most`: when it is full any half of it goes. Who goes through all of it each time finds again
/// what fitted, while [`Halves`] would have dropped everything just before it is asked for.
struct Sample<K, V> {
    most: usize,
    kept: HashMap<K, V>,
}

impl<K: Eq + Hash, V> Sample<K, V> {
    fn new(most: usize) -> Self {
        Self { most, kept: HashMap::new() }
    }

    fn insert(&mut self, key: K, value: V) {
        if self.kept.len() >= self.most && !self.kept.contains_key(&key) {
            let mut nth = 0;
            self.kept.retain(|_, _| {
                nth += 1;
                nth % 2 == 0
            });
        }
        self.kept.insert(key, value);
    }
}

/// How far the journal was searched for the platform's id of a message of ours, and the id.
#[derive(Clone)]
pub(super) struct SentId {
    pub(super) contact: ContactId,
    pub(super) searched: u64,
    pub(super) id: Option<String>,
}

/// See the module.
pub(super) struct Cache(Mutex<Parts>);

struct Parts {
    rows: Halves<ConversationId, Arc<Row>>,
    people: Halves<ContactId, Arc<Person>>,
    previews: Halves<Place, (ContactId, Preview)>,
    sent: Halves<Place, SentId>,
    words: Sample<ConversationId, Words>,
    tags: Halves<(ConversationId, TagKey), (ContactId, String)>,
    revoked: Halves<Place, Option<MessageKey>>,
}

/// The kind of a message, and its beginning.
type Preview = (&'static str, String);

/// What there is to find of a conversation, and of which state of it and of its contact.
type Words = (ContactId, (u64, u64), Arc<str>);

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(Parts {
            rows: Halves::new(ROWS),
            people: Halves::new(PEOPLE),
            previews: Halves::new(PREVIEWS),
            sent: Halves::new(SENT),
            words: Sample::new(WORDS),
            tags: Halves::new(TAGS),
            revoked: Halves::new(REVOKED),
        }))
    }
}

impl Cache {
    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn row(&self, id: ConversationId) -> Option<Arc<Row>> {
        self.parts().rows.get(&id)
    }

    pub(super) fn put_row(&self, id: ConversationId, row: Arc<Row>) {
        self.parts().rows.insert(id, row);
    }

    pub(super) fn person(&self, id: ContactId) -> Option<Arc<Person>> {
        self.parts().people.get(&id)
    }

    pub(super) fn put_person(&self, id: ContactId, person: Arc<Person>) {
        self.parts().people.insert(id, person);
    }

    pub(super) fn preview(&self, place: Place) -> Option<Preview> {
        self.parts().previews.get(&place).map(|(_, preview)| preview)
    }

    pub(super) fn put_preview(&self, place: Place, contact: ContactId, preview: Preview) {
        self.parts().previews.insert(place, (contact, preview));
    }

    pub(super) fn sent(&self, place: Place) -> Option<SentId> {
        self.parts().sent.get(&place)
    }

    pub(super) fn put_sent(&self, place: Place, sent: SentId) {
        self.parts().sent.insert(place, sent);
    }

    pub(super) fn words(&self, id: ConversationId) -> Option<((u64, u64), Arc<str>)> {
        self.parts().words.kept.get(&id).map(|(_, versions, words)| (*versions, words.clone()))
    }

    pub(super) fn put_words(
        &self,
        id: ConversationId,
        contact: ContactId,
        versions: (u64, u64),
        words: Arc<str>,
    ) {
        self.parts().words.insert(id, (contact, versions, words));
    }

    pub(super) fn tag(&self, id: ConversationId, key: TagKey) -> Option<String> {
        self.parts().tags.get(&(id, key)).map(|(_, name)| name)
    }

    pub(super) fn put_tag(
        &self,
        id: ConversationId,
        key: TagKey,
        contact: ContactId,
        name: String,
    ) {
        self.parts().tags.insert((id, key), (contact, name));
    }

    /// What an entry takes back, where it is known whether it takes something back. A fingerprint: nothing
    /// personal.
    pub(super) fn revoked(&self, place: Place) -> Option<Option<MessageKey>> {
        self.parts().revoked.get(&place)
    }

    pub(super) fn put_revoked(&self, place: Place, key: Option<MessageKey>) {
        self.parts().revoked.insert(place, key);
    }

    pub(super) fn forget(&self, contact: ContactId) {
        let mut parts = self.parts();
        parts.rows.retain(|_, row| row.view.contact.id != contact);
        parts.people.retain(|id, _| *id != contact);
        parts.previews.retain(|_, (of, _)| *of != contact);
        parts.sent.retain(|_, sent| sent.contact != contact);
        parts.words.kept.retain(|_, (of, _, _)| *of != contact);
        parts.tags.retain(|_, (of, _)| *of != contact);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_twice_its_half_at_most_and_keeps_what_is_used() {
        let mut halves = Halves::new(10);
        halves.insert(0, 0);
        for n in 1..1_000 {
            halves.insert(n, n);
            assert_eq!(halves.get(&0), Some(0), "used all the time");
            assert!(halves.young.len() + halves.old.len() <= 20);
        }
        assert_eq!(halves.get(&1), None);
    }

    #[test]
    fn who_goes_through_all_again_and_again_finds_half_of_what_fits_at_least() {
        for all in [100, 101, 150, 400] {
            let mut sample = Sample::new(100);
            for pass in 0..5 {
                let found = (0..all).filter(|n| sample.kept.contains_key(n)).count();
                assert!(pass == 0 || found >= 50, "{found} of {all}");
                (0..all).for_each(|n| sample.insert(n, ()));
                assert!(sample.kept.len() <= 100);
            }
            assert!(all > 100 || sample.kept.len() == 100, "all that fits");
        }
    }
}
