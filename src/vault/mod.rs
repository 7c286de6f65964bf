//! The vault: data keys, and what is sealed with them.
//!
//! Everything personal is sealed under the data key of its contact (of the desk, of a day) before it reaches
//! any file. Data keys are in key files, wrapped by a key-encryption key that the master key wraps. To
//! erase a person is to write the other keys anew under a new key-encryption key and to destroy the old
//! one: what was sealed stays where it is and can never be read again.
//!
//! A new key is made in memory by [`Vault::ensure`] and is on disk after the next [`Vault::sync`], which must
//! run before anything sealed with it is committed.

mod error;
mod files;
mod keyfile;
mod master;
mod sealing;
mod slots;

#[cfg(test)]
mod tests;

pub use error::{OpenError, VaultError};
pub use files::{About, FileError, FileName, Files, Opened, Writing};
pub use master::MasterKey;

use hmac::{Hmac, KeyInit as _, Mac as _};
use keyfile::{KeyFile, Step};
use sealing::DataKey;
use sha2::Sha256;
use slots::Owner;
use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use zeroize::Zeroizing;

/// Whose data key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyId {
    /// The desk's own: drafts, the roster, what belongs to no contact.
    Desk,
    /// A contact's, by its id.
    Contact(u64),
    /// A day's, by days since 1970: dead letters, which are kept for 30 days.
    Day(u32),
}

/// The open vault. One process has it at a time; its methods may be called from any thread.
pub struct Vault {
    keys: RwLock<Keys>,
    /// Taken before `keys` where both are needed.
    file: Mutex<KeyFile>,
    index: Hmac<Sha256>,
}

#[derive(Default)]
struct Keys {
    by_id: HashMap<KeyId, Arc<DataKey>>,
    /// Not yet on disk.
    pending: Vec<KeyId>,
}

impl Vault {
    /// Opens the vault in the folder `dir`, or makes a new one when there is none; its parent must exist. A
    /// rotation that was cut off is finished or undone, a torn tail that was never synced is cut off.
    ///
    /// # Errors
    /// [`VaultError::WrongMaster`] when `master` does not open it, [`VaultError::Missing`] when a key file
    /// is not there, [`VaultError::Broken`] when synced keys are damaged, [`VaultError::Locked`],
    /// [`VaultError::Io`].
    pub fn open(dir: &Path, master: MasterKey) -> Result<Self, VaultError> {
        if keyfile::is_absent(dir)? {
            keyfile::create(dir, &master)?;
        }
        let (file, loaded) = KeyFile::open(dir, master)?;
        let mut by_id = HashMap::with_capacity(loaded.len());
        let mut root = None;
        for (owner, key) in loaded {
            match owner {
                Owner::Root => root = Some(key),
                Owner::Key(id) => {
                    by_id.insert(id, Arc::new(key));
                }
            }
        }
        let root = root.ok_or_else(|| VaultError::Broken {
            path: dir.display().to_string(),
            why: "the root key is not there".into(),
        })?;
        let mut index = Zeroizing::new([0; 32]);
        hkdf::Hkdf::<Sha256>::new(None, root.bytes())
            .expand(b"guichet index 1", &mut *index)
            .expect("32 bytes are within what HKDF gives");
        let index = Hmac::new_from_slice(&*index).expect("HMAC takes keys of any length");
        let keys = Keys { by_id, pending: Vec::new() };
        Ok(Self { keys: RwLock::new(keys), file: Mutex::new(file), index })
    }

    /// Makes the key if it is not there. It is on disk after the next [`Vault::sync`].
    pub fn ensure(&self, id: KeyId) {
        if self.contains(id) {
            return;
        }
        let mut keys = self.write();
        let Entry::Vacant(place) = keys.by_id.entry(id) else { return };
        place.insert(Arc::new(DataKey::generate()));
        keys.pending.push(id);
    }

    /// Makes durable every key made before this call. Cheap when there is none, also while others are being
    /// destroyed.
    ///
    /// # Errors
    /// [`VaultError::Io`]: nothing sealed with the new keys may be committed. They stay pending.
    pub fn sync(&self) -> Result<(), VaultError> {
        // A key is pending until it is on disk, so there is nothing to wait for.
        if self.read().pending.is_empty() {
            return Ok(());
        }
        let mut file = self.file();
        let (count, new) = {
            let keys = self.read();
            let new: Vec<_> = keys
                .pending
                .iter()
                .filter_map(|id| Some((Owner::Key(*id), Arc::clone(keys.by_id.get(id)?))))
                .collect();
            (keys.pending.len(), new)
        };
        file.append(new.iter().map(|(owner, key)| (*owner, &**key)))?;
        // Whoever holds the file alone takes from the front.
        self.write().pending.drain(..count);
        Ok(())
    }

    /// `plain` sealed under the key, bound to `aad`: a random nonce of 24 bytes, then the ciphertext with
    /// its tag (40 bytes more than `plain`).
    ///
    /// # Errors
    /// [`OpenError::Erased`] when the key is not there: make it with [`Vault::ensure`]. Sealing makes none,
    /// so that nothing brings back a person who was erased.
    pub fn seal(&self, id: KeyId, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, OpenError> {
        Ok(self.key(id)?.seal(aad, plain))
    }

    /// What was sealed under the key with the same `aad`.
    ///
    /// # Errors
    /// [`OpenError::Erased`] when the key is not there, [`OpenError::Broken`] when `sealed` is not what
    /// [`Vault::seal`] returned for this key and this `aad`.
    pub fn unseal(&self, id: KeyId, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        self.key(id)?.open(aad, sealed).ok_or(OpenError::Broken)
    }

    /// Destroys these keys for good, also on disk: when this returns, what they sealed can never be opened
    /// again. Takes as long as writing all other keys does. After an error or a crash they are either all
    /// there or, when the vault is opened again, all gone.
    ///
    /// # Errors
    /// [`VaultError::Io`]: it is not known whether they are gone; call again.
    pub fn erase(&self, ids: &[KeyId]) -> Result<(), VaultError> {
        self.erase_step_by_step(ids, &mut |_| {})
    }

    fn erase_step_by_step(
        &self,
        ids: &[KeyId],
        after: &mut dyn FnMut(Step),
    ) -> Result<(), VaultError> {
        let gone: HashSet<_> = ids.iter().copied().collect();
        let mut file = self.file();
        let (pending, rest) = {
            let keys = self.read();
            let pending = keys.pending.len();
            let rest: Vec<_> = keys
                .by_id
                .iter()
                .filter(|(id, _)| !gone.contains(id))
                .map(|(id, key)| (Owner::Key(*id), Arc::clone(key)))
                .collect();
            (pending, rest)
        };
        let before = file.generation();
        let result = file.rotate(rest.iter().map(|(owner, key)| (*owner, &**key)), after);
        let mut keys = self.write();
        if file.generation() != before {
            // Also when clearing away the old generation failed: the new one is in force, without them.
            keys.by_id.retain(|id, _| !gone.contains(id));
            keys.pending.drain(..pending);
            keys.pending.retain(|id| !gone.contains(id));
        }
        result
    }

    /// What stands for `bytes` in an index, without telling what they are: the first 128 bits of an HMAC
    /// under a key that never leaves the vault. `domain` keeps equal bytes of different kinds apart. Stays
    /// the same over restarts, erasures and new master keys.
    pub fn fingerprint(&self, domain: &str, bytes: &[u8]) -> u128 {
        let mut mac = self.index.clone();
        mac.update(&(domain.len() as u64).to_be_bytes());
        mac.update(domain.as_bytes());
        mac.update(bytes);
        let code = mac.finalize().into_bytes();
        let (half, _) = code.split_first_chunk::<16>().expect("a code has 32 bytes");
        u128::from_be_bytes(*half)
    }

    /// Whether the key is there.
    pub fn contains(&self, id: KeyId) -> bool {
        self.read().by_id.contains_key(&id)
    }

    /// The ids of all keys, in order.
    pub fn keys(&self) -> Vec<KeyId> {
        let mut ids: Vec<_> = self.read().by_id.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// All keys, wrapped as they are on disk: whoever has these bytes still needs the master key. Makes
    /// pending keys durable first.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn backup_bytes(&self) -> Result<Vec<u8>, VaultError> {
        self.sync()?;
        self.file().backup()
    }

    /// Makes the vault in `dir`, where there is none, from what [`Vault::backup_bytes`] returned, and opens
    /// it. Contacts erased since must be [erased](Vault::erase) again by the caller.
    ///
    /// # Errors
    /// [`VaultError::Exists`] when there is one, [`VaultError::Broken`] when `bytes` are not a backup,
    /// otherwise as [`Vault::open`].
    pub fn restore(dir: &Path, bytes: &[u8], master: MasterKey) -> Result<Self, VaultError> {
        keyfile::restore(dir, bytes, &master)?;
        Self::open(dir, master)
    }

    /// From now on `master` opens the vault, and the one before does not.
    ///
    /// # Errors
    /// [`VaultError::Io`]: either of the two opens it.
    pub fn rewrap(&self, master: MasterKey) -> Result<(), VaultError> {
        self.file().rewrap(master)
    }

    fn key(&self, id: KeyId) -> Result<Arc<DataKey>, OpenError> {
        self.read().by_id.get(&id).map(Arc::clone).ok_or(OpenError::Erased)
    }

    // A panic while a lock was held cannot leave half a change behind: each is one step on a map.
    fn read(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Keys> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self) -> MutexGuard<'_, KeyFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Vault({} keys)", self.read().by_id.len())
    }
}
