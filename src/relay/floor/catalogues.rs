//! When the templates of each account were compared with the platform last: told by the worker that fetches them.

use super::Stir;
use crate::domain::name::Name;
use crate::kit::Timestamp;
use crate::relay::templates::Submissions;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// What is known of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Desk time of the last fetch that went well.
    pub at: Option<Timestamp>,
    /// Why the last fetch did not.
    pub fault: Option<String>,
    begun: u64,
    ended: u64,
}

/// See the module. By WhatsApp Business account.
pub struct Catalogues {
    accounts: watch::Sender<BTreeMap<Name, Checked>>,
    /// Somebody waits: also those that failed before are fetched at once.
    asked: AtomicBool,
    /// How often each template was sent, by name and language, since the relay was started.
    uses: Mutex<BTreeMap<(String, String), u32>>,
    /// New templates that wait to be submitted.
    pub submissions: Submissions,
    stir: Stir,
}

impl Catalogues {
    pub(super) fn new(stir: Stir) -> Self {
        Self {
            accounts: watch::channel(BTreeMap::new()).0,
            asked: AtomicBool::new(false),
            uses: Mutex::default(),
            submissions: Submissions::default(),
            stir,
        }
    }

    /// A fetch begins.
    pub fn begins(&self, account: &Name) {
        self.accounts.send_modify(|all| all.entry(account.clone()).or_default().begun += 1);
    }

    /// It has ended: when, or why it failed.
    pub fn ends(&self, account: &Name, fetched: Result<Timestamp, String>) {
        self.accounts.send_modify(|all| {
            let checked = all.entry(account.clone()).or_default();
            checked.ended = checked.begun;
            match fetched {
                Ok(at) => (checked.at, checked.fault) = (Some(at), None),
                Err(fault) => checked.fault = Some(fault),
            }
        });
        self.stir.stir();
    }

    /// What is known of an account.
    pub fn of(&self, account: &Name) -> Checked {
        self.accounts.borrow().get(account).cloned().unwrap_or_default()
    }

    /// Since when nothing older is known of any of these accounts; nothing while one was never fetched.
    pub fn oldest<'a>(&self, accounts: impl IntoIterator<Item = &'a Name>) -> Option<Timestamp> {
        let all = self.accounts.borrow();
        let times = accounts.into_iter().map(|account| all.get(account).and_then(|of| of.at));
        times.collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    /// A template was sent. Consoles are told with the next change of the catalogue: lists must not jump.
    pub fn sent(&self, name: String, language: String) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        *uses.entry((name, language)).or_default() += 1;
    }

    /// How often it was.
    pub fn uses(&self, name: &str, language: &str) -> u32 {
        let uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.get(&(name.to_owned(), language.to_owned())).copied().unwrap_or_default()
    }

    /// Whether somebody waits for a fetch; asking forgets it.
    pub fn is_asked(&self) -> bool {
        self.asked.swap(false, Ordering::Relaxed)
    }

    /// Waits until each of these accounts was fetched, by a fetch that begins after this call. `wake` sets the
    /// worker going.
    pub async fn fetched(&self, accounts: &BTreeSet<Name>, wake: impl FnOnce()) {
        let mut heard = self.accounts.subscribe();
        let begun: Vec<_> = accounts.iter().map(|account| self.of(account).begun).collect();
        self.asked.store(true, Ordering::Relaxed);
        wake();
        let all = |known: &BTreeMap<Name, Checked>| {
            let ended = |account: &Name| known.get(account).map_or(0, |checked| checked.ended);
            accounts.iter().zip(&begun).all(|(account, begun)| ended(account) > *begun)
        };
        // It fails only when this is dropped, and with it the relay.
        let _ = heard.wait_for(all).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_told_of_a_fetch_that_began_after_he_asked() {
        let known = Catalogues::new(Stir::new());
        let account = Name::from("2");
        known.begins(&account);
        let both = BTreeSet::from([account.clone()]);
        let mut woken = false;
        {
            let mut waits = std::pin::pin!(known.fetched(&both, || woken = true));
            assert!(futures_util::poll!(&mut waits).is_pending());
            known.ends(&account, Ok(Timestamp::from_secs(1)));
            assert!(futures_util::poll!(&mut waits).is_pending(), "that one had begun before");
            known.begins(&account);
            known.ends(&account, Err("gone".into()));
            assert!(futures_util::poll!(&mut waits).is_ready());
        }
        assert!(woken && known.is_asked() && !known.is_asked());
        let checked = known.of(&account);
        assert_eq!(
            (checked.at, checked.fault.as_deref()),
            (Some(Timestamp::from_secs(1)), Some("gone"))
        );
        assert_eq!(known.oldest([&account]), Some(Timestamp::from_secs(1)));
        assert_eq!(known.oldest([&account, &Name::from("3")]), None);
    }
}
