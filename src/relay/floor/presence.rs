//! Who is at a console, and whether he takes new tickets.

use super::Stir;
use crate::domain::name::Name;
use crate::domain::routing::Standing;
use crate::kit::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// So long a lost console is only lost: who is back within it goes on as he was. In real time.
pub const GRACE: Duration = Duration::from_secs(60);

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether he takes new tickets.
    pub standing: Standing,
    /// Why he has a break, as he says.
    pub reason: Option<String>,
    /// Since when; desk time.
    pub since: Timestamp,
}

/// What is known of an account that was seen since the relay started.
struct Account {
    consoles: usize,
    /// When the last console went.
    left: Instant,
    /// How he stands while a console of his is connected.
    chosen: Standing,
    reason: Option<String>,
    since: Timestamp,
    /// When he left, or began his break, if he is not back; desk time.
    gone: Option<Timestamp>,
}

impl Account {
    fn standing(&self) -> Standing {
        if self.consoles == 0 { Standing::Offline } else { self.chosen }
    }
}

type Known = Arc<Mutex<HashMap<Name, Account>>>;

fn locked(known: &Known) -> MutexGuard<'_, HashMap<Name, Account>> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// See the module.
pub struct Presences {
    known: Known,
    stir: Stir,
    started: Instant,
}

/// A console of an account; when it is dropped, the console has gone.
pub struct Here {
    known: Known,
    stir: Stir,
    name: Name,
    clock: crate::kit::Clock,
}

impl Presences {
    pub(super) fn new(stir: Stir) -> Self {
        Self { known: Arc::default(), stir, started: Instant::now() }
    }

    /// A console of this account has come. Who was away for longer than [`GRACE`] takes new tickets again.
    pub fn enter(&self, name: &Name, clock: &crate::kit::Clock) -> Here {
        {
            let mut known = locked(&self.known);
            let account = known.entry(name.clone()).or_insert_with(|| Account {
                consoles: 0,
                left: self.started,
                chosen: Standing::Online,
                reason: None,
                since: clock.now(),
                gone: None,
            });
            if account.consoles == 0 {
                account.since = clock.now();
                if account.left.elapsed() >= GRACE {
                    (account.chosen, account.reason) = (Standing::Online, None);
                }
            }
            if account.chosen != Standing::Break {
                account.gone = None;
            }
            account.consoles += 1;
        }
        self.stir.stir();
        let (known, stir) = (self.known.clone(), self.stir.clone());
        Here { known, stir, name: name.clone(), clock: clock.clone() }
    }

    /// He says how he stands from `now` on; nothing happens where he has no console.
    pub fn choose(&self, name: &Name, standing: Standing, reason: Option<String>, now: Timestamp) {
        {
            let mut known = locked(&self.known);
            let Some(account) = known.get_mut(name).filter(|account| account.consoles > 0) else {
                return;
            };
            if account.chosen != standing {
                account.since = now;
            }
            (account.chosen, account.reason) = (standing, reason);
            account.gone = match standing {
                Standing::Break => account.gone.or(Some(now)),
                _ => None,
            };
        }
        self.stir.stir();
    }

    /// How an account stands; nothing if it was never seen.
    pub fn of(&self, name: &Name) -> Option<Seen> {
        let known = locked(&self.known);
        known.get(name).map(|account| Seen {
            standing: account.standing(),
            reason: account.reason.clone().filter(|_| account.consoles > 0),
            since: account.since,
        })
    }

    /// When an account left, or began its break, if it is not back; nothing also if it was never seen.
    pub fn gone_since(&self, name: &Name) -> Option<Timestamp> {
        locked(&self.known).get(name)?.gone
    }

    /// Whether an account takes new tickets.
    pub fn standing(&self, name: &Name) -> Standing {
        locked(&self.known).get(name).map_or(Standing::Offline, Account::standing)
    }

    /// Whether an account has had no console for [`GRACE`]; nobody has before that much of the relay's life.
    pub fn has_gone(&self, name: &Name) -> bool {
        let known = locked(&self.known);
        let left = match known.get(name) {
            Some(account) if account.consoles > 0 => return false,
            Some(account) => account.left,
            None => self.started,
        };
        left.elapsed() >= GRACE
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if let Some(account) = locked(&self.known).get_mut(&self.name) {
            account.consoles = account.consoles.saturating_sub(1);
            if account.consoles == 0 {
                account.left = Instant::now();
                account.since = self.clock.now();
                account.gone = account.gone.or(Some(account.since));
            }
        }
        self.stir.stir();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Clock;

    #[tokio::test(start_paused = true)]
    async fn a_break_outlives_a_lost_line_and_no_night() {
        let presences = Presences::new(Stir::new());
        let (anna, clock) = (Name::from("anna"), Clock::manual(Timestamp::from_secs(1)));
        assert_eq!((presences.standing(&anna), presences.of(&anna)), (Standing::Offline, None));
        assert!(!presences.has_gone(&anna), "the relay has only begun");
        let gone = |presences: &Presences| presences.gone_since(&"anna".into());
        assert_eq!(gone(&presences), None, "nobody saw her leave");
        presences.choose(&anna, Standing::Break, None, clock.now());
        assert_eq!(presences.of(&anna), None, "who is not there says nothing");
        let (one, two) = (presences.enter(&anna, &clock), presences.enter(&anna, &clock));
        assert_eq!(presences.standing(&anna), Standing::Online);
        presences.choose(&anna, Standing::Break, Some("lunch".into()), clock.now());
        drop(one);
        let seen = presences.of(&anna).expect("seen");
        assert_eq!((seen.standing, seen.reason.as_deref()), (Standing::Break, Some("lunch")));
        let began = clock.now();
        assert_eq!(gone(&presences), Some(began));
        clock.set(began.plus_secs(5));
        drop(two);
        assert_eq!(gone(&presences), Some(began), "she left with her break");
        let seen = presences.of(&anna).expect("seen");
        assert_eq!((seen.standing, seen.reason), (Standing::Offline, None));
        tokio::time::advance(GRACE - Duration::from_millis(1)).await;
        assert!(!presences.has_gone(&anna));
        let back = presences.enter(&anna, &clock);
        assert_eq!(presences.standing(&anna), Standing::Break);
        drop(back);
        tokio::time::advance(GRACE).await;
        assert!(presences.has_gone(&anna));
        assert!(presences.has_gone(&"bruno".into()), "he was never seen");
        let back = presences.enter(&anna, &clock);
        assert!(!presences.has_gone(&anna));
        assert_eq!(presences.standing(&anna), Standing::Online);
        assert_eq!(gone(&presences), None);
        drop(back);
        assert_eq!(gone(&presences), Some(clock.now()));
    }
}
