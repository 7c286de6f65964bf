//! What the operator does at the relay's own machine: accounts, tokens, the journal, people's data, dead
//! letters, backups, the audit trail.
//!
//! One function carries all of it out, [`Office::execute`]: behind the admin socket while the relay runs, and by
//! `guichet admin` itself over the opened core while it does not.

mod accounts;
mod backup;
mod journal;
mod letters;
mod named;
mod people;
mod plan;
mod rekey;
mod socket;
mod trail;

pub use accounts::is_account_name;
pub use backup::{RestoreError, Restored, import, restore};
pub use journal::verified;
pub(in crate::relay) use people::forget;
pub use people::{EraseError, finish_erasures};
pub use socket::{CallError, Socket, call};

use super::Relay;
use super::config::Config;
use super::gate::{Gate, refused};
use crate::domain::id::ContactId;
use crate::domain::refusal::Refusal;
use crate::domain::roster::Role;
use crate::journal::JournalError;
use crate::kit::Timestamp;
use crate::wire::Refused;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use tokio::sync::mpsc;

/// The name under which the operator stands in the journal.
pub(super) const ACTOR: &str = "-admin";

/// What the operator asks for: one line of JSON on the socket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum AdminRequest {
    /// Makes an account. Done: `{name, role, queues}`.
    AgentAdd {
        /// 1 to 64 of `a-z 0-9 . _ -`, not beginning with `-`.
        name: String,
        /// What it may do.
        role: Role,
        /// The queues that it works.
        queues: Vec<String>,
        /// Its password.
        password: String,
    },
    /// Each account: `{name, role, queues, disabled, tokens}`.
    AgentList,
    /// Takes an account's rights and tokens. Done: `{name}`.
    AgentDisable {
        /// Which.
        name: String,
    },
    /// Lets a disabled account work again, with the role, the queues and the password that it had and without
    /// its old tokens. Done: `{name, role, queues}`.
    AgentEnable {
        /// Which.
        name: String,
    },
    /// Changes an active account; what is not given stays. Done: `{name, role, queues}`.
    AgentSet {
        /// Which.
        name: String,
        /// What it may do from now on.
        #[serde(default)]
        role: Option<Role>,
        /// All the queues that it works from now on.
        #[serde(default)]
        queues: Option<Vec<String>>,
        /// Its new password. Tokens stay good.
        #[serde(default)]
        password: Option<String>,
    },
    /// A bearer token for scripts. Done: `{name, token, until}`.
    Token {
        /// The account.
        name: String,
        /// Days that it lasts; without it, until the account is disabled.
        #[serde(default)]
        days: Option<u32>,
    },
    /// Reads everything. Done: the report, with `sound`.
    JournalVerify,
    /// Done: positions, sizes, numbers.
    JournalStat,
    /// Each record as a line of the export, as it is to be written. Done: `{records}`.
    JournalExport {
        /// The last position.
        #[serde(default)]
        upto: Option<u64>,
    },
    /// Done: the contact.
    ContactShow {
        /// Who.
        contact: ContactId,
    },
    /// Everything that is kept of a person, a piece each. Done: `{entries}`.
    ContactExport {
        /// Who.
        contact: ContactId,
    },
    /// Destroys what is personal of him, for good, and the dead letters and notices that name him. Done:
    /// `{contact, dead_letters, notices}`.
    ContactErase {
        /// Who.
        contact: ContactId,
    },
    /// Each dead letter: `{id, at, reason, line}`.
    DeadletterList,
    /// One dead letter as it came: its terminal escapes made harmless. Is in the audit trail. Done: `{id, at,
    /// reason, line, raw}`.
    DeadletterShow {
        /// Which.
        id: String,
    },
    /// Gives one dead letter up. Done: `{id}`.
    DeadletterDiscard {
        /// Which.
        id: String,
    },
    /// Handles dead letters once more; an item each: `{id, done}` or `{id, reason}`. Done: `{handled, left}`.
    DeadletterRetry {
        /// One; without it all of them.
        #[serde(default)]
        id: Option<String>,
    },
    /// A backup in pieces, each base64 in a string. Done: `{position, bytes}`.
    Backup,
    /// What a reload of this file would change. Done: a [`PlanView`](crate::wire::PlanView).
    Plan {
        /// The file, as the relay finds it.
        path: String,
    },
    /// Who did what, oldest first, without a word of what was said. Done: `{entries}`.
    Audit {
        /// Only from then on.
        #[serde(default)]
        since: Option<Timestamp>,
        /// Only this account.
        #[serde(default)]
        who: Option<String>,
    },
}

impl AdminRequest {
    /// Its word, for the log.
    pub fn word(&self) -> &'static str {
        match self {
            Self::AgentAdd { .. } => "agent add",
            Self::AgentList => "agent list",
            Self::AgentDisable { .. } => "agent disable",
            Self::AgentEnable { .. } => "agent enable",
            Self::AgentSet { .. } => "agent set",
            Self::Token { .. } => "token",
            Self::JournalVerify => "journal verify",
            Self::JournalStat => "journal stat",
            Self::JournalExport { .. } => "journal export",
            Self::ContactShow { .. } => "contact show",
            Self::ContactExport { .. } => "contact export",
            Self::ContactErase { .. } => "contact erase",
            Self::DeadletterList => "deadletter list",
            Self::DeadletterShow { .. } => "deadletter show",
            Self::DeadletterDiscard { .. } => "deadletter discard",
            Self::DeadletterRetry { .. } => "deadletter retry",
            Self::Backup => "backup",
            Self::Plan { .. } => "plan",
            Self::Audit { .. } => "audit",
        }
    }
}

/// Without the password.
impl fmt::Debug for AdminRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "AdminRequest({})", self.word())
    }
}

/// A line of the answer: any number of items, then one of the others.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminAnswer {
    /// One of several things, as it is to be printed.
    Item(Box<RawValue>),
    /// It is done.
    Done(Value),
    /// It was not done.
    Refused(Refused),
}

/// Where items go.
pub type Items = mpsc::Sender<Box<RawValue>>;

/// See the module. Cloned freely.
#[derive(Clone)]
pub struct Office {
    gate: Gate,
    folder: Option<PathBuf>,
    /// What the relay runs with, where one does.
    running: Option<Running>,
}

/// The configuration that a relay runs with; a reload puts another in its place.
pub type Running = Arc<RwLock<Config>>;

impl Office {
    /// Works on the relay behind `gate`. `folder` is its `data_dir`, where erased ids are also kept in a file.
    pub fn new(gate: Gate, folder: Option<PathBuf>) -> Self {
        Self { gate, folder, running: None }
    }

    /// The same for a relay that runs with this.
    pub fn of(self, running: Running) -> Self {
        Self { running: Some(running), ..self }
    }

    fn relay(&self) -> &Relay {
        &self.gate.relay
    }

    /// Does what is asked for. Items come before the answer; whoever asks takes them while this runs.
    ///
    /// # Errors
    /// [`Refused`]: what is the matter and what to do.
    pub async fn execute(&self, request: AdminRequest, items: Items) -> Result<Value, Refused> {
        match request {
            AdminRequest::AgentAdd { name, role, queues, password } => {
                self.add(name, role, queues, password).await
            }
            AdminRequest::AgentList => self.accounts(&items).await,
            AdminRequest::AgentDisable { name } => self.disable(name).await,
            AdminRequest::AgentEnable { name } => self.enable(&name).await,
            AdminRequest::AgentSet { name, role, queues, password } => {
                self.set(&name, role, queues, password).await
            }
            AdminRequest::Token { name, days } => self.token(name, days).await,
            AdminRequest::JournalVerify => self.verify().await,
            AdminRequest::JournalStat => self.stat().await,
            AdminRequest::JournalExport { upto } => self.export(upto, items).await,
            AdminRequest::ContactShow { contact } => self.show(contact).await,
            AdminRequest::ContactExport { contact } => self.export_contact(contact, items).await,
            AdminRequest::ContactErase { contact } => self.erase(contact).await,
            AdminRequest::DeadletterList => self.letters(&items).await,
            AdminRequest::DeadletterShow { id } => self.letter(&id).await,
            AdminRequest::DeadletterDiscard { id } => self.discard(&id).await,
            AdminRequest::DeadletterRetry { id } => self.retry(id, &items).await,
            AdminRequest::Backup => self.backup(items).await,
            AdminRequest::Plan { path } => self.plan(path).await,
            AdminRequest::Audit { since, who } => self.trail(since, who, items).await,
        }
    }

    /// Runs what reads the disk off the async threads.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        self.gate.caught_up().await?;
        let office = self.clone();
        let worked = tokio::task::spawn_blocking(move || work(&office)).await;
        worked.unwrap_or_else(|error| Err(failed(error)))
    }
}

/// Something that the operator must look at.
fn failed(error: impl fmt::Display) -> Refused {
    Refused::new("failed", error.to_string(), "see the relay's log")
}

fn wrong(what: impl Into<String>) -> Refused {
    refused(&Refusal::Malformed { what: what.into() })
}

/// The one who asked has gone.
fn gone() -> Refused {
    Refused::new("gone", "nobody takes the answer any more", "")
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>, Refused> {
    serde_json::value::to_raw_value(value).map_err(failed)
}

async fn give(items: &Items, value: &impl Serialize) -> Result<(), Refused> {
    items.send(raw(value)?).await.map_err(|_| gone())
}

impl From<JournalError> for Refused {
    fn from(error: JournalError) -> Self {
        failed(error)
    }
}
