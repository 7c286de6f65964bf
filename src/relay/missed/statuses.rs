//! How far messages of ours are whose statuses were lost: what the provider's list tells of them is taken as if it
//! had been posted, unless it is known already.

use super::{PAGES_MOST, REST, Stuck, conversations};
use crate::domain::conversation::Conversation;
use crate::kit::Timestamp;
use crate::relay::fact::{Fact, What};
use crate::relay::lines::Line;
use crate::relay::{Relay, ingress};
use crate::whatsapp::archive::{Archive, Sent, Span};
use std::collections::HashMap;
use tokio::time::sleep;

/// A message may be delivered or fail so many seconds after it was sent: who is offline gets it later.
pub(super) const LATE: i64 = 86_400;
/// The most pages that are looked through, the latest messages first.
const MOST: usize = 5 * PAGES_MOST;

/// Takes what is not known of the messages that were sent since then; how many statuses that were.
pub(super) async fn fetch(
    relay: &Relay,
    line: &Line,
    archive: &dyn Archive,
    since: Timestamp,
) -> Result<usize, Stuck> {
    let span = Span { since, until: relay.clock.now() };
    let (mut told, mut next): (usize, Option<String>) = (0, None);
    for _ in 0..MOST {
        let page = archive.told(span, next.as_deref()).await?;
        let (looking, of) = (relay.clone(), line.clone());
        let news = tokio::task::spawn_blocking(move || news(&looking, &of, page.messages)).await;
        for fact in news.map_err(|_| Stuck::Unreadable)? {
            if !relay.disk.has_room() {
                return Err(Stuck::Full);
            }
            relay.desk.facts(vec![fact]).await.map_err(|_| Stuck::Full)?;
            told += 1;
        }
        next = page.next;
        if next.is_none() {
            break;
        }
        sleep(REST).await;
    }
    Ok(told)
}

/// What is new of messages that stand in our conversations. Reads conversations at rest from the disk.
fn news(relay: &Relay, line: &Line, messages: Vec<Sent>) -> Vec<Fact> {
    let mut facts: Vec<_> =
        messages.iter().flat_map(|sent| ingress::facts(relay, &[line], &sent.webhook)).collect();
    facts.retain(|fact| matches!(fact.what, What::Status(..)));
    let mut people: HashMap<_, Vec<usize>> = HashMap::new();
    for (nth, fact) in facts.iter().enumerate() {
        for key in fact.who.identities.iter().flat_map(|known| &known.keys) {
            people.entry(*key).or_default().push(nth);
        }
    }
    let conversations = conversations(relay, &line.phone_number_id, &people);
    let mut nth = 0;
    facts.retain(|fact| {
        nth += 1;
        let state = conversations.get(&(nth - 1));
        let state = state.and_then(|id| relay.store.conversation(*id).ok().flatten());
        state.is_some_and(|state| is_new(&state, fact))
    });
    facts
}

/// Whether it tells of a message of ours what is not known of it.
fn is_new(state: &Conversation, fact: &Fact) -> bool {
    let What::Status(_, track) = &fact.what else { return false };
    let ours = state.thread.outbox_by_key(track.key).and_then(|id| state.thread.outbox(id));
    ours.is_some_and(|entry| !entry.seen().has(track.status))
}
