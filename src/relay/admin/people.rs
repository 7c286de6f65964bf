//! What is kept of a person: shown, handed over, destroyed.

use super::{ACTOR, Items, Office, failed, raw, wrong};
use crate::domain::id::ContactId;
use crate::domain::name::Name;
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

/// Notes beside the data whom a later restore of an older backup must forget again.
fn note_erased(folder: &Path, contacts: &[ContactId]) -> std::io::Result<()> {
    let mut file =
        std::fs::File::options().create(true).append(true).open(folder.join("erased"))?;
    let lines: String = contacts.iter().map(|contact| format!("{contact}\n")).collect();
    file.write_all(lines.as_bytes())?;
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
}

/// Destroys the keys of people whose erasure is in the journal and was cut off behind it, and says how many.
/// They are noted in `folder`, the relay's `data_dir`, first, as if it had not been cut off.
///
/// # Errors
/// When the key file or the list of erased people cannot be written.
pub fn finish_erasures(relay: &Relay, folder: &Path) -> Result<usize, EraseError> {
    let erased: Vec<_> = {
        let views = relay.store.read();
        let erased = views.contacts().filter(|contact| contact.erased.is_some());
        erased.map(|contact| contact.id).collect()
    };
    let key = |contact: &ContactId| KeyId::Contact(contact.0);
    let left: Vec<_> = erased.into_iter().filter(|id| relay.vault.contains(key(id))).collect();
    if !left.is_empty() {
        let note = |error| EraseError::Note { folder: folder.to_owned(), error };
        note_erased(folder, &left).map_err(note)?;
        relay.vault.erase(&left.iter().map(key).collect::<Vec<_>>())?;
    }
    Ok(left.len())
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
        let erased = self.relay().desk.erase(ACTOR, contact).await;
        erased.map_err(|refusal| refused(&refusal))?;
        self.apart(move |office| {
            let again = |error: &dyn std::fmt::Display| {
                Refused::new(
                    "failed",
                    format!("his key may still be there: {error}"),
                    "ask for it once more, or start the relay again",
                )
            };
            if let Some(folder) = &office.folder {
                note_erased(folder, &[contact]).map_err(|error| again(&error))?;
            }
            let destroyed = office.relay().vault.erase(&[KeyId::Contact(contact.0)]);
            office.gate.reading.forget(contact);
            destroyed.map_err(|error| again(&error))?;
            Ok(json!({ "contact": contact }))
        })
        .await
    }
}
