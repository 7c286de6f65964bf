//! What is kept of a person: shown, handed over, destroyed.

use super::named::{self, Ids};
use super::{ACTOR, Items, Office, failed, raw, rekey, wrong};
use crate::domain::id::ContactId;
use crate::domain::name::Name;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Member, Role};
use crate::relay::Relay;
use crate::relay::gate::refused;
use crate::relay::reading::ReadError;
use crate::vault::{KeyId, VaultError};
use crate::wire::Refused;
use serde_json::{Value, json};
use std::io::Write;
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

/// Notes beside the data whom a later restore of an older backup must forget again.
pub(super) fn note_erased(folder: &Path, contacts: &[ContactId]) -> std::io::Result<()> {
    let mut file =
        std::fs::File::options().create(true).append(true).open(folder.join("erased"))?;
    file.write_all(lines_of(contacts).as_bytes())?;
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
    if keys.is_empty() { Ok(()) } else { Ok(relay.vault.erase(&keys)?) }
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
        let (ids, mut named) = self
            .apart(move |office| {
                let relay = office.relay();
                let known = relay.store.read().contact(contact).cloned();
                let known = known.ok_or_else(|| wrong("there is no such contact"))?;
                let ids = Ids::of(&relay.opener, &known);
                let named = named::named(relay, &ids, None)?;
                Ok((ids, named))
            })
            .await?;
        let relay = self.relay();
        let given_up = named::given_up(relay, &named);
        let erased = relay.desk.erase_with(ACTOR, contact, given_up).await;
        erased.map_err(|refusal| refused(&refusal))?;
        // What came while it was looked for.
        let upto = named.upto;
        let late = self.apart(move |office| Ok(named::named(office.relay(), &ids, Some(upto))?));
        let late = late.await?;
        let more = named::given_up(relay, &late);
        if !more.is_empty() {
            let recorded = relay.desk.record(ACTOR, more).await;
            recorded.map_err(|refusal| refused(&refusal))?;
        }
        named.letters.extend(late.letters);
        named.notices += late.notices;
        let again = |error: &dyn std::fmt::Display| {
            Refused::new(
                "failed",
                format!("his key may still be there: {error}"),
                "start the relay again: that finishes it",
            )
        };
        rekey::rescue(relay).await.map_err(|error| again(&error))?;
        self.apart(move |office| {
            let destroyed = destroy(office.relay(), office.folder.as_deref(), &[contact]);
            office.gate.reading.forget(contact);
            office.relay().floor.drafts.forget(contact);
            destroyed.map_err(|error| again(&error))
        })
        .await?;
        Ok(json!({
            "contact": contact, "dead_letters": named.letters.len(), "notices": named.notices,
        }))
    }
}
