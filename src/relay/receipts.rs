//! Tells customers that their messages were read and that somebody writes an answer, as the queue's rules allow.
//!
//! A courtesy, no duty: it stands in no outbox and in no journal, never delays a reply, is tried once, and is left out
//! where there is too much of it or the line is not well.

use super::Relay;
use super::lines::Line;
use crate::domain::event::Event;
use crate::domain::id::{ConversationId, MessageKey};
use crate::domain::message::{Inbound, Kind, Source};
use crate::domain::name::Name;
use crate::domain::policy::Receipt;
use crate::domain::thread::Sort;
use crate::journal::codec::StreamEvent;
use crate::whatsapp::exchange::ClientError;
use crate::whatsapp::platform::{Fault, Platform};
use crate::whatsapp::send::MarkRead;
use crate::wire::Health;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

/// The rest after each call: five a second of all lines together, of at least eighty that one line may send.
const REST: Duration = Duration::from_millis(200);
/// How long one call may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(5);
/// Conversations that may wait; what comes when there are more is left out.
const WAIT_MOST: usize = 256;
/// The platform shows that somebody is typing for 25 s; it is told again a little before that.
const TYPING_LASTS: Duration = Duration::from_secs(20);
/// Conversations of which it is known what was told last.
const TOLD_MOST: usize = 4_096;
/// Entries looked through for the latest message of the customer.
const LOOKED_MOST: usize = 64;

/// What somebody did in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Did {
    /// Looked at what is new.
    Open,
    /// Answered: the platform has the answer.
    Reply,
    /// Is writing an answer.
    Write,
}

/// What was done and not yet told; cloned freely, all clones are one list.
#[derive(Clone, Default)]
pub struct Receipts {
    waiting: Arc<Mutex<VecDeque<(ConversationId, Did)>>>,
    wake: Arc<Notify>,
}

impl Receipts {
    /// Somebody did something in a conversation. Never waits; the latest of each conversation counts.
    pub fn did(&self, conversation: ConversationId, did: Did) {
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let known = waiting.iter().position(|(id, _)| *id == conversation);
            match known {
                Some(at) => waiting[at].1 = waiting[at].1.max(did),
                None if waiting.len() < WAIT_MOST => waiting.push_back((conversation, did)),
                None => return,
            }
        }
        self.wake.notify_one();
    }

    fn take(&self) -> Option<(ConversationId, Did)> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// The latest message of a customer, and whether it may be told that somebody is typing.
struct Latest {
    line: Name,
    key: MessageKey,
    id: String,
    typing: bool,
}

/// Tells until the relay is stopping.
pub async fn run<F>(relay: Relay, platforms: F)
where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError> + Send,
{
    let mut lines = Arc::new(BTreeMap::new());
    let mut ways: HashMap<Name, Arc<dyn Platform>> = HashMap::new();
    let mut told: HashMap<ConversationId, (MessageKey, Option<Instant>)> = HashMap::new();
    loop {
        tokio::select! {
            () = relay.stopping.cancelled() => return,
            () = relay.floor.receipts.wake.notified() => {}
        }
        while let Some((conversation, did)) = relay.floor.receipts.take() {
            let looking = relay.clone();
            let look = move || latest(&looking, conversation, did);
            let Ok(Some(latest)) = tokio::task::spawn_blocking(look).await else { continue };
            let known = told.get(&conversation).filter(|(key, _)| *key == latest.key);
            let again = latest.typing
                && known.is_some_and(|(_, at)| at.is_none_or(|at| at.elapsed() >= TYPING_LASTS));
            if known.is_some() && !again {
                continue;
            }
            if told.len() >= TOLD_MOST {
                told.clear();
            }
            // Before it is tried: what fails is not tried again.
            told.insert(conversation, (latest.key, latest.typing.then(Instant::now)));
            let now = relay.lines.now();
            if !Arc::ptr_eq(&now, &lines) {
                ways.clear();
                lines = now;
            }
            let Some(line) = lines.get(&latest.line) else { continue };
            if !ways.contains_key(&latest.line) {
                let Ok(platform) = platforms(line) else { continue };
                ways.insert(latest.line.clone(), platform);
            }
            let Some(platform) = ways.get(&latest.line) else { continue };
            let read = MarkRead {
                phone_number_id: latest.line.as_str().to_owned(),
                message_id: latest.id,
                typing: latest.typing,
            };
            let tried = tokio::select! {
                () = relay.stopping.cancelled() => return,
                tried = timeout(PATIENCE, platform.mark_read(&read)) => tried,
            };
            if let Ok(Err(Fault::Refused(error))) = tried {
                tracing::debug!(code = error.code, "the platform takes no read receipt");
            }
            tokio::select! {
                () = relay.stopping.cancelled() => return,
                () = sleep(REST) => {}
            }
        }
    }
}

/// What may be told of a conversation, if anything may.
fn latest(relay: &Relay, conversation: ConversationId, did: Did) -> Option<Latest> {
    let state = relay.store.conversation(conversation).ok()??;
    let line = state.head.line.clone();
    let policy = relay.store.read().policy().clone();
    let queue = match &state.head.ticket {
        Some(ticket) => ticket.queue.clone(),
        None => policy.queue_of(&line),
    };
    let rules = policy.queues.get(&queue).cloned().unwrap_or_default();
    let typing = did == Did::Write && rules.typing && state.window_open(relay.clock.now());
    let allowed = match did {
        Did::Open => rules.receipts == Receipt::OnOpen,
        Did::Reply => rules.receipts != Receipt::Never,
        // It tells that the message was read, too.
        Did::Write => typing && rules.receipts != Receipt::Never,
    };
    // Of groups the platform takes no receipts.
    let group = relay.store.read().contact(state.head.contact).is_some_and(|of| of.is_group());
    if !allowed || group || relay.floor.fares.of(&line).health != Health::Ok {
        return None;
    }
    let said = state.thread.iter().rev().take(LOOKED_MOST).filter(|entry| {
        matches!(entry.sort(), Sort::Asks | Sort::Quiet) && entry.came_by(Source::Messages)
    });
    for entry in said {
        let found = relay.opener.found(entry.place()).ok()?;
        let StreamEvent::Conversation(Event::Received { kind, .. }) = &found.event else {
            continue;
        };
        // A call has no message id, and of the rest the platform knows nothing to be read.
        if matches!(kind, Kind::Call | Kind::CallEnd | Kind::System) || kind.is_told() {
            continue;
        }
        let body: Inbound = relay.opener.body(state.head.contact, &found).ok()?;
        return Some(Latest { line, key: entry.key(), id: body.id, typing });
    }
    None
}

#[cfg(test)]
mod tests;
