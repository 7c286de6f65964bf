//! What was put away and names a person: found by opening and reading it.
//!
//! Nobody knows whose a dead letter is, or it would not be one. So when a person is erased, all that the days'
//! keys still open is looked through for the ids by which he is known.

use crate::domain::contact::Contact;
use crate::domain::desk::{DeskEvent, day_of};
use crate::domain::identity::{Identity, IdentityKind, phone_variants};
use crate::domain::thread::Place;
use crate::journal::codec::{StreamEvent, decode, open};
use crate::journal::{JournalError, Position, Reader, StreamId};
use crate::kit::Timestamp;
use crate::relay::Relay;
use crate::relay::opened::Opener;
use crate::vault::{KeyId, Vault};
use std::collections::BTreeSet;

/// Records in memory at a time: one may hold a webhook of 3 MB.
const STEP: usize = 8;
/// Days back from which nothing can be opened any more, with some to spare for a clock that was set.
const DAYS: i64 = 35;
/// From so many digits on a number is also found where it is part of a longer one or written in groups.
const SURE: usize = 9;

/// The ids by which a person is known, in the clear. Held while he is erased.
pub(super) struct Ids(Vec<Identity>);

impl Ids {
    /// Those of a contact. What does not open is left out: it cannot be looked for.
    pub(super) fn of(opener: &Opener, contact: &Contact) -> Self {
        let places: BTreeSet<_> = contact.identities.iter().map(|(_, _, place)| *place).collect();
        let identity = |place| opener.body::<Identity>(contact.id, &opener.found(place).ok()?).ok();
        Self(places.into_iter().filter_map(identity).collect())
    }

    /// Whether a text has one of them in it.
    pub(super) fn name_in(&self, text: &str) -> bool {
        // JSON may write any letter by its number.
        let plain = text.contains("\\u").then(|| serde_json::from_str::<serde_json::Value>(text));
        let plain = plain.and_then(Result::ok).map(|json| json.to_string());
        let text = plain.as_deref().unwrap_or(text);
        let joined: String = text.chars().filter(|c| !" -().+/".contains(*c)).collect();
        self.0.iter().any(|identity| match identity.kind {
            IdentityKind::Phone => phone_variants(&identity.value).iter().any(|number| {
                has_word(text, number) || number.len() >= SURE && joined.contains(number.as_str())
            }),
            IdentityKind::UserId | IdentityKind::Username | IdentityKind::Group => {
                has_word(text, &identity.value)
            }
        })
    }
}

/// Whether `word` stands in `text`, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            ends(text[..at].chars().next_back()) && ends(text[at + word.len()..].chars().next())
        })
}

/// What names the person.
#[derive(Debug, Default)]
pub(in crate::relay) struct Named {
    /// Dead letters.
    pub(super) letters: Vec<Place>,
    /// How many notices.
    pub(super) notices: usize,
    /// The keys that seal them.
    pub(super) keys: BTreeSet<u32>,
    /// Up to where it was looked for.
    pub(super) upto: Position,
}

/// Looks through what came after `after`, or through all that can still be opened.
///
/// # Errors
/// When the journal cannot be read.
pub(super) fn named(
    relay: &Relay,
    ids: &Ids,
    after: Option<Position>,
) -> Result<Named, JournalError> {
    let reader = &**relay.store.reader();
    let since = relay.clock.now().plus_secs(-DAYS * 86_400);
    let upto = match after {
        Some(after) => after,
        None => before(reader, since)?,
    };
    let mut named = Named { upto, ..Named::default() };
    if ids.0.is_empty() {
        named.upto = reader.head();
        return Ok(named);
    }
    loop {
        let records = reader.scan(named.upto, STEP)?;
        let Some(last) = records.last() else { return Ok(named) };
        named.upto = last.position;
        for record in records {
            let mut index = 0;
            for part in record.commit.parts {
                let desk = part.stream == StreamId::Desk;
                for (event, version) in part.events.iter().zip(part.expected + 1..) {
                    let place =
                        Place::new(record.position.0, u8::try_from(index).unwrap_or(u8::MAX));
                    index += 1;
                    if !desk || event.sealed.is_empty() {
                        continue;
                    }
                    let StreamEvent::Desk(told) = decode(part.stream, event)? else { continue };
                    if let Some((key, letter)) = put_away(&told)
                        && is_in(&relay.vault, ids, key, version, &event.sealed)
                    {
                        named.keys.insert(key);
                        if letter {
                            named.letters.push(place);
                        } else {
                            named.notices += 1;
                        }
                    }
                }
            }
        }
    }
}

fn put_away(event: &DeskEvent) -> Option<(u32, bool)> {
    match event {
        DeskEvent::DeadLettered { day, .. } | DeskEvent::DeadLetterMoved { day, .. } => {
            Some((*day, true))
        }
        DeskEvent::Noticed { day, .. } => Some((*day, false)),
        _ => None,
    }
}

fn is_in(vault: &Vault, ids: &Ids, key: u32, version: u64, sealed: &[u8]) -> bool {
    let opened: Result<String, _> = open(vault, KeyId::Day(key), StreamId::Desk, version, sealed);
    opened.is_ok_and(|text| ids.name_in(&text))
}

/// The last record before `since`: they are in the order of time, but for a clock that was set.
fn before(reader: &dyn Reader, since: Timestamp) -> Result<Position, JournalError> {
    let (mut low, mut high) = (0, reader.head().0);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        match reader.get(Position(middle))? {
            Some(record) if record.commit.at < since => low = middle,
            _ => high = middle - 1,
        }
    }
    Ok(Position(low))
}

/// The events that give up what names a person: the letters, and the keys that seal them.
pub(super) fn given_up(relay: &Relay, named: &Named) -> Vec<DeskEvent> {
    let (at, desk) = (relay.clock.now(), relay.store.read().desk().clone());
    let mut events = Vec::new();
    if !named.letters.is_empty() {
        events.push(DeskEvent::DeadLettersDiscarded { at, letters: named.letters.clone() });
    }
    // Keys that are given up already are destroyed in any case.
    let in_force = named.keys.iter().filter(|key| desk.day_key(day_of(**key)) == **key);
    let next = in_force.filter_map(|key| crate::domain::desk::Desk::next_key(*key));
    events.extend(next.map(|day| DeskEvent::DeadLettersRekeyed { at, day }));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_any_of_his_ids_and_nobody_else_is() {
        let identity = |kind, value: &str| Identity { kind, value: value.into() };
        let ids = Ids(vec![
            identity(IdentityKind::Phone, "5511987654321"),
            identity(IdentityKind::Phone, "12345"),
            identity(IdentityKind::UserId, "IT.77"),
        ]);
        for (text, named) in [
            (r#"{"from":"5511987654321"}"#, true),
            (r#"{"wa_id":"551187654321"}"#, true),
            ("call +55 (11) 98765-4321 back", true),
            (r#"{"from":"\u00355511987654321","a":1}"#, true),
            (r#"{"from":"\u0035511987654321"}"#, true),
            (r#"{"user_id":"IT.77"}"#, true),
            (r#"{"user_id":"IT.771"}"#, false),
            (r#"{"user_id":"PIT.77"}"#, false),
            (r#"{"from":"12345"}"#, true),
            (r#"{"timestamp":"1712345678"}"#, false),
            ("no json \\u0035 at all", false),
            ("", false),
        ] {
            assert_eq!(ids.name_in(text), named, "{text}");
        }
        assert!(!Ids(Vec::new()).name_in("anything"));
    }
}
