//! Messages of ours of which nobody knows whether the provider took them, looked for in its list.
//!
//! It says so for certain when just one message in the list that is none of those we know went to the same customer
//! with the same words while ours was on its way, and no other of ours could be it. Nothing else is settled: that a
//! list lacks a message does not tell that it was not taken.

use super::{REST, Stuck};
use crate::domain::command::Outcome;
use crate::domain::content::Content;
use crate::domain::conversation::Conversation;
use crate::domain::id::{OutboxId, SendId};
use crate::domain::identity::{Identity, IdentityKind};
use crate::domain::message::Outbound;
use crate::domain::status::Status;
use crate::domain::thread::Place;
use crate::kit::Timestamp;
use crate::relay::lines::Line;
use crate::relay::translate::message_key;
use crate::relay::{Relay, ingress};
use crate::whatsapp::archive::{Archive, Sent, Span};
use crate::whatsapp::send::Recipient;
use tokio::time::sleep;

/// The most that are asked for at a time; the others wait for the next.
const MOST: usize = 100;
/// So many seconds before a message was queued and after it was given up it may have been taken: clocks differ.
const BEFORE: i64 = 5;
/// See [`BEFORE`].
const AFTER: i64 = 60;
/// Others of ours, given up or not, that were queued so many seconds before might be the one in the list.
const NEAR: i64 = 7 * 86_400;

/// One that is looked for.
struct Sought {
    send: SendId,
    to: Recipient,
    text: String,
    span: Span,
}

/// Settles what can be; how many that were.
pub(super) async fn settle(
    relay: &Relay,
    line: &Line,
    archive: &dyn Archive,
) -> Result<usize, Stuck> {
    let (looking, of) = (relay.clone(), line.clone());
    let sought = tokio::task::spawn_blocking(move || sought(&looking, &of)).await;
    let mut settled = 0;
    for sought in sought.map_err(|_| Stuck::Unreadable)? {
        let listed = archive.sent(&sought.to, sought.span).await?;
        let (looking, of) = (relay.clone(), line.clone());
        let judged = tokio::task::spawn_blocking(move || {
            let found = found(&looking, &of, &sought, listed);
            (sought.send, found)
        });
        let (send, found) = judged.await.map_err(|_| Stuck::Unreadable)?;
        if let Some(found) = found {
            let key = message_key(&relay.vault, &line.phone_number_id, &found.id);
            let outcome = Outcome::Accepted { key, id: found.id, held: None };
            // If a commit came between, it is looked for again the next time.
            if relay.desk.settle(send, outcome).await.is_ok() {
                ingress::told(relay, line, &found.webhook).await.map_err(|_| Stuck::Full)?;
                settled += 1;
            }
        }
        sleep(REST).await;
    }
    Ok(settled)
}

/// Those that are looked for: texts that have been unconfirmed for some time.
fn sought(relay: &Relay, line: &Line) -> Vec<Sought> {
    let now = relay.clock.now();
    let unsettled: Vec<_> = relay.store.read().unsettled().cloned().collect();
    let of_line = unsettled.iter().filter(|state| state.head.line == line.phone_number_id);
    let sends = of_line.flat_map(|state| state.head.sends.iter().map(move |send| (state, send)));
    let sought = sends.filter_map(|(state, send)| {
        let doubted = send.unconfirmed_at.filter(|_| !send.attempting)?;
        let until = doubted.plus_secs(AFTER);
        if until > now {
            return None;
        }
        let contact = relay.store.read().contact(state.head.contact).cloned()?;
        let to = match relay.opener.address(&contact).ok()?? {
            Identity { kind: IdentityKind::Phone, value } => Recipient::Phone(value),
            Identity { kind: IdentityKind::UserId, value } => Recipient::UserId(value),
            _ => return None,
        };
        Some(Sought {
            send: SendId { conversation: state.id, outbox: send.outbox },
            to,
            text: text(relay, state, send.place)?,
            span: Span { since: queued(send.outbox).plus_secs(-BEFORE), until },
        })
    });
    sought.take(MOST).collect()
}

/// When a message was queued.
fn queued(outbox: OutboxId) -> Timestamp {
    Timestamp(outbox.0)
}

/// The words of a message of ours, if it is nothing but words.
fn text(relay: &Relay, state: &Conversation, place: Place) -> Option<String> {
    let found = relay.opener.found(place).ok()?;
    let said: Outbound = relay.opener.body(state.head.contact, &found).ok()?;
    match said.content {
        Content::Text { body, .. } => Some(body.trim().to_owned()),
        _ => None,
    }
}

/// The one in the list that it must be.
fn found(relay: &Relay, line: &Line, sought: &Sought, listed: Vec<Sent>) -> Option<Sent> {
    let state = relay.store.conversation(sought.send.conversation).ok()??;
    let doubted = |send: &crate::domain::conversation::Send| {
        send.outbox == sought.send.outbox && send.unconfirmed_at.is_some()
    };
    if !state.head.sends.iter().any(doubted) {
        return None;
    }
    // Another of ours with the same words, of which it is not known either where it is in the list.
    let near = sought.span.since.plus_secs(-NEAR)..=sought.span.until;
    let mut rivals = state.thread.iter().rev().filter(|entry| {
        entry.sort().is_outbox()
            && entry.outbox() != sought.send.outbox
            && entry.key().0 == 0
            && entry.status() != Status::Queued
            && near.contains(&queued(entry.outbox()))
    });
    let alike = |place| text(relay, &state, place).is_none_or(|text| text == sought.text);
    if rivals.any(|entry| alike(entry.place())) {
        return None;
    }
    let id = &line.phone_number_id;
    let mut could_be = listed.into_iter().filter(|sent| {
        sent.text.trim() == sought.text
            && (sought.span.since..=sought.span.until).contains(&sent.at)
            && state.thread.outbox_by_key(message_key(&relay.vault, id, &sent.id)).is_none()
    });
    could_be.next().filter(|_| could_be.next().is_none())
}
