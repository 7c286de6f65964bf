//! Mails and calls of hooks that the desk owes somebody who is not at a console.
//!
//! What is owed is derived from the state: it is there after a kill as before. Each is delivered at least once, and
//! says by its id which it is. Only waits, and what each address got lately, are in memory.

mod hook;
mod mail;
mod told;
mod watch;

pub use mail::reach;
pub use told::{About, Told};
pub use watch::watch;

use super::Relay;
use super::config::{Alerting, Config, Hook, SecretError, Smtp};
use crate::domain::desk::DeskEvent;
use crate::domain::id::ConversationId;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Actor;
use crate::kit::Secret;
use crate::kit::backoff::Backoff;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// The wait before something is delivered again that was not.
const AGAIN: Backoff =
    Backoff { first: Duration::from_secs(2), most: Duration::from_secs(300), factor: 2 };
/// How long something is tried, desk milliseconds.
const TRIED_MS: i64 = 24 * 3_600_000;
/// Alerts that are looked at in one piece.
const PICKED: usize = 256;
/// What was not there is looked at again after this.
const LOOK: Duration = Duration::from_secs(30);

/// The ways out, with their secrets. A reload puts a new set in place.
#[derive(Clone, Default)]
pub struct Ways(Arc<RwLock<Arc<Way>>>);

/// See [`Ways`].
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// The mail server and its password.
    pub smtp: Option<(Smtp, Option<Secret>)>,
    /// Hooks by name, with what signs their calls.
    pub hooks: BTreeMap<Name, (Hook, Option<Secret>)>,
}

impl Way {
    /// Reads the secrets of a configuration.
    ///
    /// # Errors
    /// The secret that cannot be read.
    pub fn of(config: &Config) -> Result<Self, SecretError> {
        let Alerting { smtp, hooks } = config.alerting.clone();
        let smtp = smtp.map(|smtp| {
            let password = smtp.login.as_ref().map(|(_, password)| password.resolve());
            Ok::<_, SecretError>((smtp.clone(), password.transpose()?))
        });
        let hooks = hooks.into_iter().map(|(name, hook)| {
            let secret = hook.secret.as_ref().map(|secret| secret.resolve()).transpose()?;
            Ok::<_, SecretError>((name, (hook, secret)))
        });
        Ok(Self { smtp: smtp.transpose()?, hooks: hooks.collect::<Result<_, _>>()? })
    }
}

impl Ways {
    /// The ways as they are now.
    pub fn now(&self) -> Arc<Way> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts others in place.
    pub fn replace(&self, way: Way) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(way);
    }
}

/// One mail or one call that is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Of which conversation; nothing, for what the desk as a whole owes.
    pub conversation: Option<ConversationId>,
    /// For which level or turn of an alert: the number of its event.
    pub of: u64,
    /// Which of that event's.
    pub to: u8,
}

/// Where it goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// To an address.
    Mail(Name),
    /// To a hook.
    Hook(Name),
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The other side has it.
    Delivered,
    /// Not now.
    Later,
    /// Never.
    Refused,
}

struct Wait {
    failures: u32,
    until: Instant,
}

/// What is known only while it runs.
#[derive(Default)]
struct Dispatch {
    waits: HashMap<Key, Wait>,
    /// When each address got its latest mails.
    sent: HashMap<Name, VecDeque<Instant>>,
}

/// Delivers what is owed until the relay is stopping.
pub async fn run(relay: Relay) {
    let mut dispatch = Dispatch::default();
    loop {
        let now = Instant::now();
        dispatch.waits.retain(|_, wait| wait.until + LOOK * 20 > now);
        let waiting = dispatch.waits.iter().filter(|(_, wait)| wait.until > now);
        let waiting: HashSet<_> = waiting.map(|(key, _)| *key).collect();
        let looking = relay.clone();
        let looked = tokio::task::spawn_blocking(move || told::owed(&looking, &waiting, PICKED));
        let owed = looked.await.unwrap_or_default();
        let mut next = dispatch.waits.values().map(|wait| wait.until).filter(|at| *at > now).min();
        let (mut mails, mut calls) = (Vec::new(), Vec::new());
        let way = relay.ways.now();
        for (goal, told) in group(owed) {
            match goal {
                Goal::Mail(to) => {
                    let free = dispatch.free(&to, &way, now);
                    match free {
                        Ok(free) => mails.push((to, told, free)),
                        Err(at) => next = Some(next.map_or(at, |next| next.min(at))),
                    }
                }
                Goal::Hook(name) => calls.push((name, told)),
            }
        }
        let idle = mails.is_empty() && calls.is_empty();
        let posted = futures_util::future::join_all(
            mails.into_iter().map(|(to, told, free)| mail::deliver(&way, to, told, free)),
        );
        let called = futures_util::future::join_all(
            calls.into_iter().map(|(name, told)| hook::deliver(&way, name, told)),
        );
        let (posted, called) = tokio::select! {
            () = relay.stopping.cancelled() => return,
            done = async { tokio::join!(posted, called) } => done,
        };
        for (to, letters, tried) in posted {
            let sent = dispatch.sent.entry(to).or_default();
            sent.extend(std::iter::repeat_n(Instant::now(), letters));
            dispatch.settle(&relay, tried).await;
        }
        for tried in called {
            dispatch.settle(&relay, tried).await;
        }
        if idle {
            let next = next.unwrap_or(now + LOOK).min(now + LOOK);
            tokio::select! {
                () = relay.stopping.cancelled() => return,
                () = relay.wake.alerts.notified() => {}
                () = sleep_until(next) => {}
            }
        }
    }
}

fn group(owed: Vec<(Goal, Told)>) -> BTreeMap<Goal, Vec<Told>> {
    let mut groups: BTreeMap<Goal, Vec<Told>> = BTreeMap::new();
    for (goal, told) in owed {
        groups.entry(goal).or_default().push(told);
    }
    groups
}

impl Dispatch {
    /// How many mails an address may get now; else when it may get one again.
    fn free(&mut self, to: &Name, way: &Way, now: Instant) -> Result<usize, Instant> {
        let Some((smtp, _)) = &way.smtp else { return Ok(0) };
        let sent = self.sent.entry(to.clone()).or_default();
        while sent.front().is_some_and(|at| *at + smtp.within <= now) {
            sent.pop_front();
        }
        match smtp.most.saturating_sub(sent.len()) {
            0 => Err(sent.front().map_or(now + LOOK, |at| *at + smtp.within)),
            free => Ok(free),
        }
    }

    /// Notes what came of tries; what is delivered or given up is on disk before anything else is tried.
    async fn settle(&mut self, relay: &Relay, tried: Vec<(Told, Tried)>) {
        for (told, tried) in tried {
            let old = relay.clock.now().since(told.decided) > TRIED_MS;
            let lost = match tried {
                Tried::Delivered => Some(false),
                Tried::Refused => Some(true),
                Tried::Later if old => Some(true),
                Tried::Later => None,
            };
            let failures = self.waits.get(&told.key).map_or(0, |wait| wait.failures) + 1;
            let wait = match lost {
                Some(lost) if recorded(relay, told.key, lost).await => {
                    self.waits.remove(&told.key);
                    if lost {
                        tracing::error!(id = %told.id, "an alert could not be delivered and is given up");
                    }
                    continue;
                }
                Some(_) => LOOK,
                None => AGAIN.wait(failures, rand::random()),
            };
            self.waits.insert(told.key, Wait { failures, until: Instant::now() + wait });
        }
    }
}

/// Tells the desk; whether that is on disk.
async fn recorded(relay: &Relay, key: Key, lost: bool) -> bool {
    for _ in 0..10 {
        let (of, to, at) = (key.of, key.to, relay.clock.now());
        let told = match key.conversation {
            Some(conversation) => relay.desk.alert(conversation, of, to, lost).await,
            None => {
                let delivered = DeskEvent::AlertDelivered { at, of, to, lost };
                relay.desk.record(Actor::Relay.name(), vec![delivered]).await
            }
        };
        match told {
            Ok(_) => return true,
            Err(Refusal::Retry) => sleep(Duration::from_millis(20)).await,
            Err(refusal) => {
                tracing::error!(%refusal, "what became of an alert could not be recorded");
                return false;
            }
        }
    }
    false
}
