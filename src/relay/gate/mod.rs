//! Who may do what: every request of a person passes here, whichever way it came.

mod action;
mod alerts;
mod audit;
mod campaign;
mod consent;
mod people;
mod spread;
mod templates;
mod whisper;

pub use audit::Audit;

use super::Relay;
use super::attempts::Attempts;
use super::password::Passwords;
use super::reading::{ReadError, Reading};
use super::token::{self, TokenHash};
use crate::domain::desk::{Account, DeskEvent};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::roster::Member;
use crate::kit::{Clock, Secret};
use crate::wire::{LoggedIn, Login, Refused};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How long a token lasts that a login gives, in real time.
const TOKEN_LASTS: Duration = Duration::from_secs(12 * 3600);

/// The one place where rights are judged. Cloned freely: all clones are one.
#[derive(Clone)]
pub struct Gate {
    /// The relay behind it.
    pub relay: Relay,
    /// What is read.
    pub reading: Reading,
    /// What was refused.
    pub audit: Audit,
    real: Clock,
    passwords: Passwords,
    attempts: Arc<Mutex<Attempts>>,
    readers: Arc<Semaphore>,
    framers: Arc<Semaphore>,
}

/// Reads that run at a time, of all scripts and commands together: each takes a thread, and a thousand askers
/// must not take a thousand.
const READERS: usize = 4;

/// Frames of consoles that are worked out at a time. They have turns of their own, so that long reads of
/// scripts never hold up a console, nor a thousand consoles a script.
const FRAMERS: usize = 4;

/// Somebody whose token is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who.
    pub member: Member,
    /// By which token.
    pub token: TokenHash,
}

/// Why a login was refused.
#[derive(Debug, PartialEq, Eq)]
pub enum LoginRefused {
    /// The account, the password or both are wrong; which, nobody is told.
    Wrong,
    /// Five tries in the last minute: how long until the next.
    TooOften(Duration),
    /// The relay cannot write.
    Unavailable,
}

/// What is told of anything that is not there or not for this account.
pub fn no_ticket() -> Refused {
    refused(&crate::domain::refusal::Refusal::NoTicket)
}

/// A refusal of the desk in the words of the wire.
pub fn refused(refusal: &crate::domain::refusal::Refusal) -> Refused {
    Refused::from(refusal)
}

impl Gate {
    /// Judges by the accounts of `relay`. `real` is real time, in which tokens and login tries are counted.
    pub fn new(relay: Relay, reading: Reading, real: Clock) -> Self {
        let audit = Audit::new(relay.desk.clone(), real.clone());
        Self {
            relay,
            reading,
            audit,
            real,
            passwords: Passwords::default(),
            attempts: Arc::default(),
            readers: Arc::new(Semaphore::new(READERS)),
            framers: Arc::new(Semaphore::new(FRAMERS)),
        }
    }

    /// Passwords, hashed one at a time.
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Real time.
    pub fn real(&self) -> &Clock {
        &self.real
    }

    /// Whose token it is. What is not good is noted in the audit trail.
    pub async fn signed(&self, token: &Secret) -> Option<Signed> {
        let digest = TokenHash::of(token);
        let signed = self.still(digest);
        if signed.is_none() {
            let (who, outcome) = self.why_not(digest);
            self.audit.note(&who, "token", outcome).await;
        }
        signed
    }

    /// Notes that somebody showed something that cannot be a token.
    pub async fn malformed_token(&self) {
        self.audit.note("?", "token", "malformed").await;
    }

    /// Whose a token that is not good was, if that is known, and what is the matter with it.
    fn why_not(&self, digest: TokenHash) -> (String, &'static str) {
        let views = self.relay.store.read();
        let desk = views.desk();
        let Some(known) = desk.tokens.get(&digest.to_string()) else {
            return ("?".to_owned(), "unknown, void or expired");
        };
        let disabled = desk.accounts.get(&known.name).is_none_or(|account| account.disabled);
        let outcome = if disabled { "the account is disabled" } else { "expired" };
        (known.name.to_string(), outcome)
    }

    /// Whether a token is still good, and what its account may do now.
    pub fn still(&self, digest: TokenHash) -> Option<Signed> {
        let desk = self.relay.store.read().desk().clone();
        let known = desk.tokens.get(&digest.to_string())?;
        if known.until.is_some_and(|until| until <= self.real.now()) {
            return None;
        }
        let account = desk.accounts.get(&known.name).filter(|account| !account.disabled)?;
        Some(Signed { member: member(&known.name, account), token: digest })
    }

    /// Gives a token for a password.
    ///
    /// # Errors
    /// [`LoginRefused`], which is in the audit trail. The answers for an unknown account, a disabled one and a
    /// wrong password are the same and take the same work.
    pub async fn login(&self, login: &Login) -> Result<LoggedIn, LoginRefused> {
        let answer = self.judge(login).await;
        if let Err(refused) = &answer {
            self.relay.metrics.logins_refused.increment(1);
            // A name that is no account's may be a password in the wrong field.
            let disabled = {
                let views = self.relay.store.read();
                let account = views.desk().accounts.get(login.name.as_str());
                account.map(|account| account.disabled)
            };
            let outcome = match refused {
                LoginRefused::Wrong if disabled == Some(true) => "the account is disabled",
                LoginRefused::Wrong => "wrong account or password",
                LoginRefused::TooOften(_) => "more than five tries in a minute",
                LoginRefused::Unavailable => "the relay cannot write",
            };
            let who = if disabled.is_some() { &login.name } else { "?" };
            self.audit.note(who, "login", outcome).await;
        }
        answer
    }

    async fn judge(&self, login: &Login) -> Result<LoggedIn, LoginRefused> {
        let now = self.real.now();
        // A copy: whoever holds the desk's state while it changes makes the journal's thread copy all of it.
        let account = {
            let views = self.relay.store.read();
            let account = views.desk().accounts.get(login.name.as_str());
            account.filter(|account| !account.disabled).cloned()
        };
        let known = account.is_some();
        let tried = {
            let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
            attempts.admit(&login.name, known, now)
        };
        tried.map_err(LoginRefused::TooOften)?;
        let stored = account.as_ref().map(|account| account.password.clone());
        let fits = self.passwords.verify(&login.name, Secret::new(&*login.password), stored).await;
        match (fits, account) {
            (Ok(true), Some(account)) => self.admit(&login.name, &account).await,
            _ => Err(LoginRefused::Wrong),
        }
    }

    async fn admit(&self, name: &str, account: &Account) -> Result<LoggedIn, LoginRefused> {
        let (token, digest) = token::generate();
        let at = self.real.now();
        let until = at + TOKEN_LASTS;
        let issued = DeskEvent::TokenIssued {
            at,
            name: Name::from(name),
            digest: digest.to_string(),
            until: Some(until),
        };
        let recorded = self.relay.desk.record(name, vec![issued]).await;
        recorded.map_err(|_| LoginRefused::Unavailable)?;
        Ok(LoggedIn {
            token: token.expose().to_owned(),
            until,
            name: name.to_owned(),
            role: account.role,
            queues: account.queues.iter().map(ToString::to_string).collect(),
        })
    }

    /// Waits until the views hold everything that is durable now.
    ///
    /// # Errors
    /// When the relay is stopping.
    pub async fn caught_up(&self) -> Result<(), Refused> {
        let head = self.relay.store.reader().head();
        let mut position = self.relay.position.clone();
        let waited = position.wait_for(|position| *position >= head).await;
        waited.map(|_| ()).map_err(|_| stopping())
    }

    /// Reads off the async threads. Of what others' queues hold, the account is told that it is not there;
    /// the audit trail is told that it asked.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn read<T: Send + 'static>(
        &self,
        signed: &Signed,
        what: impl Fn() -> String,
        read: impl FnOnce(&Reading, &Member) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, Refused> {
        self.caught_up().await?;
        let member = signed.member.clone();
        match self.apart(move |reading| read(reading, &member)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(ReadError::Missing)) => Err(no_ticket()),
            Ok(Err(ReadError::Foreign { queue })) => {
                let outcome = format!("not a member of the queue {queue}");
                self.audit.note(signed.member.name.as_str(), &what(), &outcome).await;
                Err(no_ticket())
            }
            Ok(Err(ReadError::Journal(error))) => {
                tracing::error!(%error, "a read failed");
                Err(Refused::new("unavailable", "the journal cannot be read", "tell the operator"))
            }
            Err(refused) => Err(refused),
        }
    }

    /// Reads on a thread of its own, a few at a time.
    ///
    /// # Errors
    /// When the read panicked.
    pub async fn apart<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reading) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        self.in_turn(&self.readers, read).await
    }

    /// The same for a console's frame, which never waits for reads of others.
    ///
    /// # Errors
    /// When the read panicked.
    pub async fn frame<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reading) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        self.in_turn(&self.framers, read).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        turns: &Arc<Semaphore>,
        read: impl FnOnce(&Reading) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = turns.clone().acquire_owned().await.map_err(|_| stopping())?;
        let reading = self.reading.clone();
        let read = tokio::task::spawn_blocking(move || {
            let answer = read(&reading);
            drop(turn);
            answer
        });
        read.await.map_err(|error| {
            tracing::error!(%error, "a read failed");
            stopping()
        })
    }

    /// Whether the member may see the ticket; if not, that is noted and answered as if it were not there.
    async fn may_see(
        &self,
        signed: &Signed,
        ticket: TicketNumber,
        what: &str,
    ) -> Result<(), Refused> {
        let asked = || format!("ticket {ticket} {what}");
        self.read(signed, asked, move |reading, member| reading.may_see(member, ticket)).await
    }
}

pub(super) fn member(name: &Name, account: &Account) -> Member {
    Member { name: name.clone(), role: account.role, queues: account.queues.clone() }
}

fn stopping() -> Refused {
    Refused::new("unavailable", "the relay is stopping", "try again in a minute")
}
