//! Passwords of accounts: argon2id, one at a time.

use crate::kit::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Makes and checks password hashes. Each costs 19 MiB and some tens of milliseconds, so one runs at a time,
/// off the async threads, and few may wait. Cloned freely: all clones are one.
#[derive(Clone, Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// Why a password was neither made nor checked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    /// Too many wait already.
    #[error("too many logins at once; try again in a few seconds")]
    Busy,
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

/// The most logins that wait for their turn: at some 30 ms each the last waits about a second.
const WAITING: usize = 32;
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
        Self { running: Arc::new(Semaphore::new(1)), waiting: Arc::new(Semaphore::new(WAITING)) }
    }
}

impl Passwords {
    /// The hash to store for a new password, as a PHC string with its own salt.
    ///
    /// # Errors
    /// If the password is too short or too long, or too many wait.
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

    /// Whether `password` is the one whose hash is `stored`. `None` stands for an account that does not exist
    /// or is disabled: the same work is done, and the answer is no.
    ///
    /// # Errors
    /// Only if too many wait.
    pub async fn verify(
        &self,
        password: Secret,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        if password.expose().len() > LONGEST {
            return Ok(false);
        }
        self.alone(move || {
            let fits = |text: &str| {
                let hash = PasswordHash::new(text).ok()?;
                argon2id().verify_password(password.expose().as_bytes(), &hash).ok()
            };
            let known = stored.is_some();
            fits(stored.as_deref().unwrap_or(NOBODY)).is_some() && known
        })
        .await
    }

    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.waiting.try_acquire().map_err(|_| PasswordError::Busy)?;
        let turn = self.running.clone().acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        // The turn goes with the work: a caller who gives up does not let a second one run beside it.
        let worked = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        worked.await.map_err(|why| PasswordError::Hash(why.to_string()))
    }
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
            passwords.verify(Secret::new("e perché no, poi?"), Some(one.clone())).await,
            Ok(true)
        );
        assert_eq!(passwords.verify(Secret::new("e perche no, poi?"), Some(one)).await, Ok(false));
        assert_eq!(passwords.verify(Secret::new("x"), Some("no hash".into())).await, Ok(false));
    }

    #[tokio::test]
    async fn nobody_has_no_password_but_costs_the_same_work() {
        let nobody = PasswordHash::new(NOBODY).expect("well formed");
        assert_eq!(Params::try_from(&nobody).expect("its cost").m_cost(), Params::DEFAULT_M_COST);
        assert_eq!(Params::try_from(&nobody).expect("its cost").t_cost(), Params::DEFAULT_T_COST);
        for word in ["", "nobody", "nobody is here"] {
            assert_eq!(Passwords::default().verify(Secret::new(word), None).await, Ok(false));
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
        assert_eq!(passwords.verify(long, None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_crowd_is_told_to_come_back() {
        let passwords = Passwords::default();
        let _all = passwords.waiting.acquire_many(WAITING as u32).await.expect("open");
        assert_eq!(passwords.verify(Secret::new("x"), None).await, Err(PasswordError::Busy));
    }
}
