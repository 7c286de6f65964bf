//! Files of messages: fetched early, since the platform keeps them for days only; kept for a time; then removed.
//!
//! ```text
//! views.files() ─▶ Errands (what is due, newest first) ─▶ fetch (bytes ─▶ check ─▶ vault::Files, durable)
//!                     ▲                                                     │
//!                     └──────── verdict (pure) ◀── what came of it ─────────┴▶ desk.file, durable
//! ```
//!
//! What is owed is derived from the state; a relay that ends between the file and the event fetches it again. Only
//! waits and counts of failures are in memory.

mod check;
mod fetch;
mod hand_in;
mod keep;
pub mod offer;
mod pieces;
pub mod verdict;

pub use hand_in::{For, hand_in};
pub use keep::{keep, sweep};
pub use pieces::pieces;

use super::Relay;
use super::lines::Line;
use crate::domain::conversation::Conversation;
use crate::domain::effect;
use crate::domain::file::{Fetch, News, Of};
use crate::domain::id::ConversationId;
use crate::domain::refusal::Refusal;
use crate::whatsapp::exchange::ClientError;
use crate::whatsapp::platform::Platform;
use fetch::Errand;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};
use verdict::{Failures, Then, Tried};

/// Files that are fetched at a time.
const AT_ONCE: usize = 4;
/// Files that are picked out of all that are owed in one look.
const PICKED: usize = 64;
/// A line that was not there, and a disk that was full, are looked at again after this.
const LOOK: Duration = Duration::from_secs(30);

/// How often fetching a file went wrong, and when it is tried again.
struct Wait {
    failures: Failures,
    until: Instant,
}

type Key = (ConversationId, Fetch);

/// Fetches what is owed until the relay is stopping. `platforms` makes the way to the platform for a line.
pub async fn run<F>(relay: Relay, platforms: F)
where
    F: Fn(&Line) -> Result<Arc<dyn Platform>, ClientError> + Send,
{
    let mut waits: HashMap<Key, Wait> = HashMap::new();
    let mut under_way: HashMap<Id, Errand> = HashMap::new();
    let mut fetches: JoinSet<Tried> = JoinSet::new();
    loop {
        let busy = |errand: &Errand| under_way.values().any(|other| other.key() == errand.key());
        let (mut picked, again) = pick(&relay, &mut waits, &busy);
        while fetches.len() < AT_ONCE
            && relay.disk.has_room()
            && let Some(errand) = picked.pop_front()
        {
            let line = relay.lines.now().get(&errand.line).cloned();
            let platform = line.and_then(|line| match platforms(&line) {
                Ok(platform) => Some(platform),
                Err(error) => {
                    tracing::error!(line = %line.name, %error, "files cannot be fetched");
                    None
                }
            });
            let task = fetches.spawn(fetch::fetch(relay.clone(), platform, errand.clone()));
            under_way.insert(task.id(), errand);
        }
        let idle = Instant::now() + LOOK;
        let next = if fetches.len() < AT_ONCE { again.unwrap_or(idle).min(idle) } else { idle };
        let wake = relay.wake.files.clone();
        tokio::select! {
            biased;
            () = relay.stopping.cancelled() => return,
            Some(done) = fetches.join_next_with_id() => {
                let (id, tried) = match done {
                    Ok((id, tried)) => (id, tried),
                    Err(error) => {
                        tracing::error!(%error, "fetching a file broke off");
                        (error.id(), Tried::Failed)
                    }
                };
                if let Some(errand) = under_way.remove(&id) {
                    ended(&relay, &mut waits, &errand, tried).await;
                }
            }
            () = wake.notified() => {}
            () = sleep_until(next) => {}
        }
    }
}

/// What may be fetched now, the newest messages first: their addresses are good for minutes. And when the next of
/// those that wait is due.
fn pick(
    relay: &Relay,
    waits: &mut HashMap<Key, Wait>,
    busy: &dyn Fn(&Errand) -> bool,
) -> (VecDeque<Errand>, Option<Instant>) {
    let now = Instant::now();
    let mut due = Vec::new();
    let mut next: Option<Instant> = None;
    let mut owed = 0_usize;
    {
        let views = relay.store.read();
        for state in views.files() {
            for fetch in effect::files(state) {
                owed += 1;
                match waits.get(&(state.id, *fetch)) {
                    Some(wait) if wait.until > now => {
                        next = Some(next.map_or(wait.until, |at| at.min(wait.until)));
                    }
                    _ => due.push((fetch.of.at, errand(state, *fetch))),
                }
            }
        }
    }
    relay.metrics.files_waiting.set(owed as f64);
    // Some were settled by others; those that are not are only tried a little sooner.
    if waits.len() > owed {
        waits.clear();
    }
    due.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
    let due = due.into_iter().map(|(_, errand)| errand).filter(|errand| !busy(errand));
    (due.take(PICKED).collect(), next)
}

fn errand(state: &Conversation, fetch: Fetch) -> Errand {
    Errand {
        conversation: state.id,
        contact: state.head.contact,
        line: state.head.line.clone(),
        fetch,
    }
}

/// Draws the conclusion from a try.
async fn ended(relay: &Relay, waits: &mut HashMap<Key, Wait>, errand: &Errand, tried: Tried) {
    let age = relay.clock.now().since(errand.since(relay));
    let failures = waits.get(&errand.key()).map_or(Failures::default(), |wait| wait.failures);
    let (then, failures) = verdict::judge(tried, failures, age, rand::random());
    match then {
        Then::News(news) => {
            let result = match news {
                News::Stored { bytes } => {
                    relay.metrics.file_bytes.increment(bytes);
                    "stored"
                }
                News::Lost(why) => why.word(),
                News::Expired => "expired",
            };
            if told(relay, errand.conversation, errand.fetch.of, news).await {
                relay.metrics.file(result);
                waits.remove(&errand.key());
            } else {
                waits.insert(errand.key(), Wait { failures, until: Instant::now() + LOOK });
            }
        }
        Then::Again(wait) => {
            waits.insert(errand.key(), Wait { failures, until: Instant::now() + wait });
        }
        Then::Nothing => {
            let until = Instant::now() + LOOK;
            waits.insert(errand.key(), Wait { failures, until });
        }
    }
}

/// Tells the desk what has become of a file; whether that is on disk.
async fn told(relay: &Relay, conversation: ConversationId, of: Of, news: News) -> bool {
    for _ in 0..10 {
        match relay.desk.file(conversation, of, news).await {
            Ok(_) => return true,
            Err(Refusal::Retry) => sleep(Duration::from_millis(20)).await,
            Err(refusal) => {
                tracing::error!(%conversation, %refusal, "what became of a file could not be recorded");
                return false;
            }
        }
    }
    false
}
