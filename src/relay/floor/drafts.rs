//! What agents have typed and not sent: the latest of each account in each conversation, sealed under the key of
//! the person it is written to. Kept in files beside the store, never in the journal: who erases a person
//! erases them too.

use super::Stir;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::name::Name;
use crate::vault::{KeyId, Vault};
use crate::wire::DraftView;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most characters of a draft.
pub const DRAFT_MOST: usize = 16_384;
/// Most drafts kept; an account that leaves more loses the one changed first.
const KEPT_MOST: usize = 10_000;

type Whose = (Name, ConversationId);

/// As it lies in its file.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    account: Name,
    conversation: ConversationId,
    contact: ContactId,
    /// Grows with every change of any draft.
    nth: u64,
    sealed: Vec<u8>,
}

#[derive(Default)]
struct Parts {
    kept: HashMap<Whose, Kept>,
    /// Not yet as its file says.
    unwritten: HashSet<Whose>,
    changes: u64,
}

/// See the module.
pub struct Drafts {
    dir: PathBuf,
    vault: Arc<Vault>,
    parts: Mutex<Parts>,
    /// Held while files are written: one writer at a time.
    writing: Mutex<()>,
    stir: Stir,
}

fn file(dir: &Path, (account, conversation): &Whose) -> PathBuf {
    let digest = Sha256::digest(account.as_str().as_bytes());
    let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    dir.join(format!("{}-{short}", conversation.0))
}

/// What a sealed draft is bound to: it opens for nobody and nowhere else.
fn bound_to((account, conversation): &Whose) -> Vec<u8> {
    [b"draft".as_slice(), &conversation.0.to_be_bytes(), account.as_str().as_bytes()].concat()
}

impl Drafts {
    /// Takes over those that lie in a folder. One that cannot be read is passed over.
    pub(super) fn open(dir: PathBuf, vault: Arc<Vault>, stir: Stir) -> Self {
        let mut parts = Parts::default();
        for entry in std::fs::read_dir(&dir).into_iter().flatten().flatten() {
            if entry.path().extension().is_some() {
                continue;
            }
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            if let Ok(kept) = postcard::from_bytes::<Kept>(&bytes) {
                parts.changes = parts.changes.max(kept.nth);
                parts.kept.insert((kept.account.clone(), kept.conversation), kept);
            }
        }
        Self { dir, vault, parts: Mutex::new(parts), writing: Mutex::default(), stir }
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a draft instead of the one before; an empty text throws it away. On disk with the next
    /// [`Drafts::write`].
    pub fn put(
        &self,
        account: &Name,
        conversation: ConversationId,
        contact: ContactId,
        draft: &DraftView,
    ) {
        let whose = (account.clone(), conversation);
        if draft.text.is_empty() {
            return self.clear(account, conversation);
        }
        let clear = serde_json::to_vec(draft).unwrap_or_default();
        // Of a person without a key, who was erased, nothing is kept.
        let key = KeyId::Contact(contact.0);
        let Ok(sealed) = self.vault.seal(key, &bound_to(&whose), &clear) else { return };
        {
            let mut parts = self.parts();
            parts.changes += 1;
            let nth = parts.changes;
            let kept = Kept { account: account.clone(), conversation, contact, nth, sealed };
            if parts.kept.len() >= KEPT_MOST
                && !parts.kept.contains_key(&whose)
                && let Some(oldest) = parts.kept.values().min_by_key(|kept| kept.nth)
            {
                let oldest = (oldest.account.clone(), oldest.conversation);
                parts.kept.remove(&oldest);
                parts.unwritten.insert(oldest);
            }
            parts.kept.insert(whose.clone(), kept);
            parts.unwritten.insert(whose);
        }
        self.stir.stir();
    }

    /// Throws a draft away.
    pub fn clear(&self, account: &Name, conversation: ConversationId) {
        let whose = (account.clone(), conversation);
        let gone = {
            let mut parts = self.parts();
            let gone = parts.kept.remove(&whose).is_some();
            if gone {
                parts.changes += 1;
                parts.unwritten.insert(whose);
            }
            gone
        };
        if gone {
            self.stir.stir();
        }
    }

    /// What an account has written in a conversation and not sent.
    pub fn of(&self, account: &Name, conversation: ConversationId) -> Option<DraftView> {
        let whose = (account.clone(), conversation);
        let (contact, sealed) = {
            let parts = self.parts();
            let kept = parts.kept.get(&whose)?;
            (kept.contact, kept.sealed.clone())
        };
        let clear =
            self.vault.unseal(KeyId::Contact(contact.0), &bound_to(&whose), &sealed).ok()?;
        serde_json::from_slice(&clear).ok()
    }

    /// Throws away whatever is written to a person.
    pub fn forget(&self, contact: ContactId) {
        {
            let mut parts = self.parts();
            let of_him = parts.kept.iter().filter(|(_, kept)| kept.contact == contact);
            let gone: Vec<_> = of_him.map(|(whose, _)| whose.clone()).collect();
            for whose in gone {
                parts.kept.remove(&whose);
                parts.unwritten.insert(whose);
            }
            parts.changes += 1;
        }
        self.write();
        self.stir.stir();
    }

    /// How many changes there were: moves with every one.
    pub fn changes(&self) -> u64 {
        self.parts().changes
    }

    /// Brings what has changed to disk. A draft that cannot be written is tried again the next time.
    pub fn write(&self) {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let work: Vec<_> = {
            let mut parts = self.parts();
            let unwritten = std::mem::take(&mut parts.unwritten);
            unwritten.into_iter().map(|whose| (parts.kept.get(&whose).cloned(), whose)).collect()
        };
        for (kept, whose) in work {
            let path = file(&self.dir, &whose);
            let written = match kept {
                Some(kept) => self.replace(&path, &kept),
                None => match std::fs::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                },
            };
            if let Err(error) = written {
                tracing::warn!(%error, "a draft cannot be kept on disk; it is tried again");
                self.parts().unwritten.insert(whose);
            }
        }
    }

    fn replace(&self, path: &Path, kept: &Kept) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        let new = path.with_extension("new");
        let mut file = std::fs::File::create(&new)?;
        file.write_all(&postcard::to_allocvec(kept).unwrap_or_default())?;
        file.sync_data()?;
        std::fs::rename(&new, path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Timestamp;
    use crate::vault::MasterKey;
    use uuid::Uuid;

    fn draft(text: &str) -> DraftView {
        DraftView { text: text.into(), note: false, at: Timestamp(7), console: Uuid::nil() }
    }

    #[test]
    fn a_draft_is_found_again_sealed_on_disk_and_gone_with_the_person() {
        let dir = tempfile::tempdir().expect("a folder");
        let vault = Vault::open(&dir.path().join("keys"), MasterKey::generate()).expect("a vault");
        let vault = Arc::new(vault);
        vault.ensure(KeyId::Contact(3));
        let folder = dir.path().join("drafts");
        let open = || Drafts::open(folder.clone(), vault.clone(), Stir::new());
        let (anna, here) = (Name::from("anna"), ConversationId(5));

        let drafts = open();
        drafts.put(&anna, here, ContactId(3), &draft("gentile sign"));
        drafts.put(&anna, here, ContactId(3), &draft("gentile signora"));
        drafts.write();
        assert_eq!(open().of(&anna, here), Some(draft("gentile signora")));
        assert_eq!(open().of(&Name::from("bruno"), here), None);
        assert_eq!(open().of(&anna, ConversationId(6)), None);
        let files: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten().collect();
        assert_eq!(files.len(), 1);
        let bytes = std::fs::read(files[0].path()).expect("readable");
        assert!(!String::from_utf8_lossy(&bytes).contains("gentile"), "sealed");

        drafts.put(&anna, here, ContactId(3), &draft(""));
        drafts.write();
        assert_eq!(open().of(&anna, here), None, "an empty one is none");
        drafts.put(&anna, here, ContactId(3), &draft("ancora"));
        drafts.write();
        drafts.forget(ContactId(3));
        assert_eq!(drafts.of(&anna, here), None);
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
        vault.erase(&[KeyId::Contact(3)]).expect("erased");
        drafts.put(&anna, here, ContactId(3), &draft("di nuovo"));
        assert_eq!(drafts.of(&anna, here), None, "nothing is kept of who was erased");
    }
}
