//! Passwords of accounts: argon2id, one at a time, each account in a line of its own.

use crate::kit::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use futures_util::future::{BoxFuture, FutureExt, Shared};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Makes and checks password hashes. Each costs 19 MiB and some tens of milliseconds, so one runs at a time,
/// off the async threads. Cloned freely: all clones are one.
///
/// Turns are given in order, and whoever waits for one has let few before him: an account asks for its next
/// turn when it had the last, and all who try an account that is not there share one turn. So no flood, of
/// made-up names or at known ones, keeps the rest waiting for more than `LINES` turns.
#[derive(Clone, Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    lines: Arc<[Semaphore; LINES]>,
    hasher: RandomState,
    /// The turn for which those wait who try what is not there; nothing once it has begun.
    nobodies: Arc<Mutex<Option<Nobodies>>>,
}

type Nobodies = Shared<BoxFuture<'static, ()>>;

/// Why a password was neither made nor checked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    /// It is too short.
    #[error("the password has {0} characters; give at least {SHORTEST}")]
    Short(usize),
    /// It is beyond 1,024 bytes.
    #[error("the password has {0} bytes; give at most {LONGEST}")]
    Long(usize),
    /// The hash could not be computed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// Lines in which accounts wait, each for one turn at a time: at some 30 ms a turn about a second for all of
/// them. Accounts fall into them by a keyed hash, some together.
const LINES: usize = 32;
/// The fewest characters of a new password. No further rule: length is what counts.
const SHORTEST: usize = 12;
const LONGEST: usize = 1024;

/// The hash against which the password of an unknown account is checked, so that it takes as long as that of
/// a known one. No password fits it. Its cost is that of [`argon2id`].
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(1)),
            lines: Arc::new(std::array::from_fn(|_| Semaphore::new(1))),
            hasher: RandomState::new(),
            nobodies: Arc::default(),
        }
    }
}

impl Passwords {
    /// The hash to store for a new password, as a PHC string with its own salt.
    ///
    /// # Errors
    /// If the password is too short or too long.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        let text = password.expose();
        let characters = text.chars().count();
        if characters < SHORTEST {
            return Err(PasswordError::Short(characters));
        }
        if text.len() > LONGEST {
            return Err(PasswordError::Long(text.len()));
        }
        self.alone(move || {
            argon2id()
                .hash_password(password.expose().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|why| PasswordError::Hash(why.to_string()))
        })
        .await?
    }

    /// Whether `password` is the one of `account`, whose hash is `stored`. `None` stands for an account that does
    /// not exist or is disabled: that takes as long, and the answer is no.
    ///
    /// # Errors
    /// [`PasswordError::Hash`].
    pub async fn verify(
        &self,
        account: &str,
        password: Secret,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        if password.expose().len() > LONGEST {
            return Ok(false);
        }
        let Some(stored) = stored else {
            self.nobody().await;
            return Ok(false);
        };
        let line = self.hasher.hash_one(account) as usize % LINES;
        let _place = self.lines[line].acquire().await.map_err(closed)?;
        self.alone(move || fits(&password, &stored)).await
    }

    /// As long as a password takes, together with all who wait for the same.
    async fn nobody(&self) {
        let turn = {
            let mut next = self.nobodies.lock().unwrap_or_else(PoisonError::into_inner);
            let this = self.clone();
            let turn = async move {
                let begun = this.nobodies.clone();
                let work = move || {
                    // Who comes from here on has not waited for all of this one.
                    begun.lock().unwrap_or_else(PoisonError::into_inner).take();
                    fits(&Secret::new(""), NOBODY)
                };
                if let Err(error) = this.alone(work).await {
                    tracing::error!(%error, "a login could not be refused as it should");
                }
            };
            next.get_or_insert_with(|| turn.boxed().shared()).clone()
        };
        turn.await;
    }

    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = self.running.clone().acquire_owned().await.map_err(closed)?;
        // The turn goes with the work: a caller who gives up does not let a second one run beside it.
        let worked = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        worked.await.map_err(|why| PasswordError::Hash(why.to_string()))
    }
}

fn closed(why: tokio::sync::AcquireError) -> PasswordError {
    PasswordError::Hash(why.to_string())
}

fn fits(password: &Secret, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| argon2id().verify_password(password.expose().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits_and_no_hash_is_made_twice() {
        let passwords = Passwords::default();
        let [one, two] = [
            passwords.hash(Secret::new("e perché no, poi?")).await.expect("hashed"),
            passwords.hash(Secret::new("e perché no, poi?")).await.expect("hashed"),
        ];
        assert_ne!(one, two);
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_eq!(
            passwords.verify("anna", Secret::new("e perché no, poi?"), Some(one.clone())).await,
            Ok(true)
        );
        assert_eq!(
            passwords.verify("anna", Secret::new("e perche no, poi?"), Some(one)).await,
            Ok(false)
        );
        assert_eq!(
            passwords.verify("anna", Secret::new("x"), Some("no hash".into())).await,
            Ok(false)
        );
    }

    #[tokio::test]
    async fn nobody_has_no_password_but_costs_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).expect("well formed");
        assert_eq!(Params::try_from(&nobody).expect("its cost").m_cost(), Params::DEFAULT_M_COST);
        assert_eq!(Params::try_from(&nobody).expect("its cost").t_cost(), Params::DEFAULT_T_COST);
        for word in ["", "nobody", "nobody is here"] {
            assert_eq!(
                Passwords::default().verify("nobody", Secret::new(word), None).await,
                Ok(false)
            );
        }
    }

    #[tokio::test]
    async fn odd_lengths_are_refused_before_any_work() {
        let passwords = Passwords::default();
        assert_eq!(passwords.hash(Secret::new("")).await, Err(PasswordError::Short(0)));
        let short = Secret::new("è".repeat(11));
        assert_eq!(passwords.hash(short).await, Err(PasswordError::Short(11)));
        let long = Secret::new("x".repeat(1025));
        assert_eq!(passwords.hash(long.clone()).await, Err(PasswordError::Long(1025)));
        assert_eq!(passwords.verify("nobody", long, None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_crowd_of_nobodies_has_one_turn_and_an_account_one_at_a_time() {
        let passwords = Passwords::default();
        let word = || Secret::new("e perché no, poi?");
        let stored = passwords.hash(word()).await.expect("hashed");
        let line = |name: &str| passwords.hasher.hash_one(name) as usize % LINES;
        let apart = |n: &usize| line(&format!("anna{n}")) != line("bruno");
        let anna = format!("anna{}", (0..).find(apart).expect("a line of her own"));
        let held = passwords.running.acquire().await.expect("open");
        let ended = Mutex::new(Vec::new());
        let mut tries = Vec::new();
        for (name, known, wanted) in [
            ("nobody", false, false),
            ("bruno", true, false),
            ("bruno", true, false),
            (&anna, true, true),
            ("no one else", false, false),
        ] {
            let (passwords, ended) = (&passwords, &ended);
            let word = if wanted { word() } else { Secret::new("wrong") };
            let stored = known.then(|| stored.clone());
            let mut waiting = async move {
                let answer = passwords.verify(name, word, stored).await;
                assert_eq!(answer, Ok(wanted), "{name}");
                ended.lock().expect("not poisoned").push(name);
            }
            .boxed();
            assert_eq!((&mut waiting).now_or_never(), None, "{name} waits");
            tries.push(waiting);
        }
        drop(held);
        futures_util::future::join_all(tries).await;
        let mut ended = ended.into_inner().expect("not poisoned");
        ended[..2].sort_unstable();
        assert_eq!(ended, ["no one else", "nobody", "bruno", &anna, "bruno"]);
    }
}
