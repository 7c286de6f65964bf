//! Dead letters that stay when the key of their day is destroyed: they are sealed anew first.
//!
//! A key seals all that came on its day. To make one letter unreadable the key must go; so what others wrote
//! on that day moves to another key, and keeps its place in the list under a new id. Notices, which nothing
//! reads, go with the key.

use crate::domain::desk::{DeadLetter, Desk, DeskEvent, day_of};
use crate::domain::refusal::Refusal;
use crate::relay::Relay;
use crate::vault::KeyId;

/// Bytes of letters opened at a time; one may be larger.
const BYTES: usize = 256 * 1024;
/// Letters moved in one commit.
const LETTERS: usize = 64;

fn is_given_up(desk: &Desk, key: u32) -> bool {
    desk.day_key(day_of(key)) != key
}

/// The keys of days that were given up and are still there.
pub(super) fn given_up(relay: &Relay) -> Vec<KeyId> {
    let desk = relay.store.read().desk().clone();
    let keys = relay.vault.keys().into_iter();
    keys.filter(|id| matches!(id, KeyId::Day(key) if is_given_up(&desk, *key))).collect()
}

/// Seals anew what is still sealed under keys that were given up; what does not open is discarded. Afterwards
/// nobody needs those keys.
///
/// # Errors
/// When the relay is stopping.
pub(super) async fn rescue(relay: &Relay) -> Result<(), Refusal> {
    loop {
        let left: Vec<_> = {
            let desk = relay.store.read().desk().clone();
            let letters = desk.dead_letters.iter();
            letters.filter(|l| is_given_up(&desk, l.day)).take(LETTERS).cloned().collect()
        };
        if left.is_empty() {
            return Ok(());
        }
        let opening = relay.clone();
        let moved = tokio::task::spawn_blocking(move || moved(&opening, left)).await;
        let moved = moved.map_err(|error| Refusal::Unavailable { reason: error.to_string() })?;
        relay.desk.record("-relay", moved).await?;
    }
}

fn moved(relay: &Relay, letters: Vec<DeadLetter>) -> Vec<DeskEvent> {
    let (at, desk) = (relay.clock.now(), relay.store.read().desk().clone());
    let (mut events, mut bytes) = (Vec::new(), 0);
    for letter in letters {
        let from = letter.place();
        let found = relay.opener.found(from);
        let raw = found.and_then(|f| relay.opener.body_of_day::<String>(letter.day, &f));
        events.push(match raw {
            Ok(raw) => {
                bytes += raw.len();
                let (day, body) = (desk.day_key(day_of(letter.day)), raw);
                let body = crate::domain::private::Private::clear(body);
                DeskEvent::DeadLetterMoved { at, day, from, body }
            }
            Err(_) => DeskEvent::DeadLettersDiscarded { at, letters: vec![from] },
        });
        if bytes >= BYTES {
            break;
        }
    }
    events
}
