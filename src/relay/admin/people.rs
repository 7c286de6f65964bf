//! What is kept of a person: shown, handed over, destroyed.

use super::named::{self, Ids, Named};
use super::{ACTOR, Items, Office, failed, raw, rekey, wrong};
use crate::domain::id::ContactId;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Member, Role};
use crate::journal::JournalError;
use crate::relay::Relay;
use crate::relay::gate::refused;
use crate::relay::reading::ReadError;
use crate::vault::{KeyId, VaultError};
use crate::wire::Refused;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The operator sees everything.
fn operator() -> Member {
    Member { name: Name::from(ACTOR), role: Role::Admin, queues: Vec::new() }
}

fn read_fault(error: ReadError) -> Refused {
    match error {
        ReadError::Missing | ReadError::Foreign { .. } => wrong("there is no such contact"),
        ReadError::Journal(error) => failed(error),
    }
}

/// Ids of people, one on a line.
pub(super) fn lines_of(contacts: &[ContactId]) -> String {
    contacts.iter().map(|contact| format!("{contact}\n")).collect()
}

/// Notes beside the data whom a later restore of an older backup must forget again, each once.
pub(super) fn note_erased(folder: &Path, contacts: &[ContactId]) -> std::io::Result<()> {
    let path = folder.join("erased");
    let mut file = std::fs::File::options().create(true).append(true).read(true).open(path)?;
    let mut noted = String::new();
    file.read_to_string(&mut noted)?;
    let is_new = |id: &&ContactId| !noted.lines().any(|line| line == id.to_string());
    let new: Vec<_> = contacts.iter().filter(is_new).copied().collect();
    file.write_all(lines_of(&new).as_bytes())?;
    file.sync_all()?;
    std::fs::File::open(folder)?.sync_all()
}

/// Why an erasure could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The list of erased people beside the data.
    #[error("the file erased in {}: {error}; make it writable", folder.display())]
    Note {
        /// The relay's `data_dir`.
        folder: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What was put away could not be sealed anew.
    #[error("dead letters could not be sealed anew: {0}")]
    Refused(Refusal),
    /// The work ended before its time.
    #[error("an erasure ended before its time: {0}")]
    Panicked(tokio::task::JoinError),
}

/// Finishes erasures that are in the journal and were cut off behind it, and says of how many people. They are
/// noted in `folder`, the relay's `data_dir`, as if nothing had happened between.
///
/// # Errors
/// [`EraseError`].
pub async fn finish_erasures(relay: &Relay, folder: &Path) -> Result<usize, EraseError> {
    let erased: Vec<_> = {
        let views = relay.store.read();
        let erased = views.contacts().filter(|contact| contact.erased.is_some());
        erased.map(|contact| contact.id).collect()
    };
    let there = |id: &ContactId| relay.vault.contains(KeyId::Contact(id.0));
    let left: Vec<_> = erased.into_iter().filter(there).collect();
    rekey::rescue(relay).await.map_err(EraseError::Refused)?;
    let count = left.len();
    let (relay, folder) = (relay.clone(), folder.to_owned());
    let destroyed = move || destroy(&relay, Some(&folder), &left);
    tokio::task::spawn_blocking(destroyed).await.map_err(EraseError::Panicked)??;
    Ok(count)
}

/// Notes people in the folder and destroys their keys, and those of days that were given up.
fn destroy(relay: &Relay, folder: Option<&Path>, people: &[ContactId]) -> Result<(), EraseError> {
    if let (Some(folder), false) = (folder, people.is_empty()) {
        let note = |error| EraseError::Note { folder: folder.to_owned(), error };
        note_erased(folder, people).map_err(note)?;
    }
    let mut keys: Vec<_> = people.iter().map(|id| KeyId::Contact(id.0)).collect();
    keys.extend(rekey::given_up(relay));
    if !keys.is_empty() {
        relay.vault.erase(&keys)?;
    }
    // Nobody can read them any more; that they are gone as well is a matter of room.
    for contact in people {
        if let Err(error) = relay.files.forget(*contact) {
            tracing::error!(%contact, %error, "files of an erased person could not be removed");
        }
    }
    Ok(())
}

impl Office {
    pub(super) async fn show(&self, contact: ContactId) -> Result<Value, Refused> {
        self.apart(move |office| {
            let view = office.gate.reading.contact_for(&operator(), contact).map_err(read_fault)?;
            serde_json::to_value(view).map_err(failed)
        })
        .await
    }

    pub(super) async fn export_contact(
        &self,
        contact: ContactId,
        items: Items,
    ) -> Result<Value, Refused> {
        self.apart(move |office| {
            let mut each = |value: Value| {
                if let Ok(item) = raw(&value) {
                    let _ = items.blocking_send(item);
                }
            };
            let count = office.gate.reading.export_contact(contact, &mut each);
            Ok(json!({ "entries": count.map_err(read_fault)? }))
        })
        .await
    }

    pub(super) async fn erase(&self, contact: ContactId) -> Result<Value, Refused> {
        self.gate.caught_up().await?;
        let relay = self.relay();
        // All that are the same person: another of his contacts would still tell who he is.
        let same = relay.store.read().contact(contact).map(|known| known.ties.same().to_vec());
        let mut named = forget(relay, contact).await.map_err(|refusal| refused(&refusal))?;
        let mut people = vec![contact];
        for other in same.unwrap_or_default() {
            match forget(relay, other).await {
                Ok(more) => {
                    named.letters.extend(more.letters);
                    named.notices += more.notices;
                }
                Err(Refusal::Erased) => {}
                Err(refusal) => return Err(refused(&refusal)),
            }
            people.push(other);
        }
        let again = |error: &dyn std::fmt::Display| {
            Refused::new(
                "failed",
                format!("his key may still be there: {error}"),
                "start the relay again: that finishes it",
            )
        };
        rekey::rescue(relay).await.map_err(|error| again(&error))?;
        self.apart(move |office| {
            let destroyed = destroy(office.relay(), office.folder.as_deref(), &people);
            for person in people {
                office.gate.reading.forget(person);
                office.relay().floor.drafts.forget(person);
                office.relay().floor.whispers.forget(person);
            }
            destroyed.map_err(|error| again(&error))
        })
        .await?;
        Ok(json!({
            "contact": contact, "dead_letters": named.letters.len(), "notices": named.notices,
        }))
    }
}

/// Erases a person in the journal, with all that was put away and names him; his key, which is needed to find
/// that, is still there afterwards.
///
/// # Errors
/// When there is no such person, when he is erased already, and when the journal cannot be read.
pub(in crate::relay) async fn forget(relay: &Relay, contact: ContactId) -> Result<Named, Refusal> {
    let known = relay.store.read().contact(contact).cloned();
    let known =
        known.ok_or_else(|| Refusal::Malformed { what: "there is no such contact".into() })?;
    let (ids, mut named) = blocking(relay, move |relay| {
        let ids = Ids::of(&relay.opener, &known);
        let named = named::named(relay, &ids, None)?;
        Ok((ids, named))
    })
    .await?;
    relay.desk.erase_with(ACTOR, contact, named::given_up(relay, &named)).await?;
    // What came while it was looked for.
    let upto = named.upto;
    let late = blocking(relay, move |relay| named::named(relay, &ids, Some(upto))).await?;
    let more = named::given_up(relay, &late);
    if !more.is_empty() {
        relay.desk.record(ACTOR, more).await?;
    }
    named.letters.extend(late.letters);
    named.notices += late.notices;
    Ok(named)
}

async fn blocking<T: Send + 'static>(
    relay: &Relay,
    work: impl FnOnce(&Relay) -> Result<T, JournalError> + Send + 'static,
) -> Result<T, Refusal> {
    let relay = relay.clone();
    let worked = tokio::task::spawn_blocking(move || work(&relay)).await;
    let unavailable =
        |error: &dyn std::fmt::Display| Refusal::Unavailable { reason: error.to_string() };
    worked.map_err(|error| unavailable(&error))?.map_err(|error| unavailable(&error))
}
