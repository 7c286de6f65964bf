//! The vault's folder.
//!
//! `kek-N` is the key-encryption key of generation N, wrapped by the master key; `keys-N` are the data keys
//! under it. A generation counts when both are there, and the highest one counts. `kek-N` is on disk before
//! `keys-N` gets its name, and only then the older generation is overwritten and removed; so a crash leaves
//! the old generation or the new one, and the next opening clears away the rest. `lock` keeps a second
//! process out.

use super::sealing::DataKey;
use super::slots::{self, Owner};
use super::{MasterKey, VaultError};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

const KEK_MAGIC: &[u8; 5] = b"GKEK\x01";
const BACKUP_MAGIC: &[u8; 5] = b"GVLT\x01";

/// What a rotation has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The rest of the keys is in a temporary file.
    KeysWritten,
    /// The new key-encryption key is there.
    KekInPlace,
    /// The new generation is there: this is the moment it counts.
    KeysInPlace,
    /// The old key-encryption key is overwritten and removed.
    OldKekGone,
    /// The old keys are too.
    OldKeysGone,
}

/// The folder, open.
pub(super) struct KeyFile {
    dir: PathBuf,
    master: MasterKey,
    generation: u64,
    kek: DataKey,
    root: DataKey,
    file: File,
    slots: u32,
    /// A rotation failed so that only the next opening can tell which generation is in force.
    unsure: bool,
    _lock: File,
}

impl KeyFile {
    /// Opens the folder and reads all keys, the root key too.
    pub(super) fn open(
        dir: &Path,
        master: MasterKey,
    ) -> Result<(Self, Vec<(Owner, DataKey)>), VaultError> {
        let lock = lock(dir)?;
        let generation =
            newest(dir)?.ok_or_else(|| VaultError::Missing { path: dir.display().to_string() })?;
        let kek = read_kek(&kek_path(dir, generation), generation, &master)?;
        let path = keys_path(dir, generation);
        let bytes = fs::read(&path).map_err(VaultError::io("read", &path))?;
        let broken = |why| VaultError::Broken { path: path.display().to_string(), why };
        let read = slots::read(&kek, generation, &bytes).map_err(broken)?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(VaultError::io("open", &path))?;
        let root = read.keys.iter().find(|(owner, _)| *owner == Owner::Root);
        let root = root.ok_or_else(|| broken("the root key is not there".into()))?.1.clone();
        let mut this = Self {
            dir: dir.to_path_buf(),
            master,
            generation,
            kek,
            root,
            file,
            slots: read.whole,
            unsure: false,
            _lock: lock,
        };
        if offset(read.whole) < bytes.len() as u64 {
            this.file.set_len(offset(read.whole)).map_err(VaultError::io("cut", &path))?;
            this.file.sync_all().map_err(VaultError::io("sync", &path))?;
            let behind = &read.keys[read.keys.len() - read.behind..];
            this.append(behind.iter().map(|(owner, key)| (*owner, key)))?;
        }
        this.clear_away()?;
        Ok((this, read.keys))
    }

    /// Appends a batch and waits until it is on disk. After an error the next batch takes its place.
    pub(super) fn append<'a>(
        &mut self,
        keys: impl Iterator<Item = (Owner, &'a DataKey)>,
    ) -> Result<(), VaultError> {
        self.check_sure()?;
        let batch = slots::batch(&self.kek, self.generation, self.slots, keys);
        if batch.is_empty() {
            return Ok(());
        }
        let path = keys_path(&self.dir, self.generation);
        self.file
            .write_all_at(&batch, offset(self.slots))
            .and_then(|()| self.file.sync_data())
            .map_err(VaultError::io("append to", &path))?;
        self.slots += (batch.len() / slots::SLOT) as u32;
        Ok(())
    }

    /// Starts a new generation with these keys and destroys the one before. Calls `after` behind each step.
    pub(super) fn rotate<'a>(
        &mut self,
        keys: impl Iterator<Item = (Owner, &'a DataKey)>,
        after: &mut dyn FnMut(Step),
    ) -> Result<(), VaultError> {
        self.check_sure()?;
        // A rotation that failed half-way may have left its generation behind, perhaps in force at the
        // next opening: this one goes beyond whatever has a name.
        let generation = last_named(&self.dir)?.max(self.generation) + 1;
        let root = self.root.clone();
        let rest = keys.map(|(owner, key)| -> (Owner, &DataKey) { (owner, key) });
        let keys = std::iter::once((Owner::Root, &root)).chain(rest);
        let written = write_generation(&self.dir, generation, &self.master, keys, after);
        let (kek, file, slots) = written.inspect_err(|_| {
            // With its name in place, the new generation may be in force at the next opening: nothing
            // must be added to the old one.
            let named = fs::exists(keys_path(&self.dir, generation));
            self.unsure = !matches!(named, Ok(false));
        })?;
        self.generation = generation;
        self.kek = kek;
        self.file = file;
        self.slots = slots;
        after(Step::KeysInPlace);
        self.destroy("kek-")?;
        after(Step::OldKekGone);
        self.destroy("keys-")?;
        after(Step::OldKeysGone);
        Ok(())
    }

    /// The generation in force.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The key-encryption key in force.
    #[cfg(test)]
    pub(super) fn kek(&self) -> &DataKey {
        &self.kek
    }

    fn check_sure(&self) -> Result<(), VaultError> {
        if !self.unsure {
            return Ok(());
        }
        Err(VaultError::Broken {
            path: self.dir.display().to_string(),
            why: "a rotation of its keys failed; start again to finish it".into(),
        })
    }

    /// Wraps the key-encryption key by another master key.
    pub(super) fn rewrap(&mut self, master: MasterKey) -> Result<(), VaultError> {
        let path = kek_path(&self.dir, self.generation);
        let old =
            OpenOptions::new().write(true).open(&path).map_err(VaultError::io("open", &path))?;
        let bytes = kek_bytes(self.generation, &master, &self.kek);
        put(&self.dir, &path, &bytes)?;
        self.master = master;
        overwrite(&old).map_err(VaultError::io("overwrite", &path))
    }

    /// Both files in one piece.
    pub(super) fn backup(&self) -> Result<Vec<u8>, VaultError> {
        let path = kek_path(&self.dir, self.generation);
        let kek = fs::read(&path).map_err(VaultError::io("read", &path))?;
        let path = keys_path(&self.dir, self.generation);
        let mut keys = vec![0; offset(self.slots) as usize];
        self.file.read_exact_at(&mut keys, 0).map_err(VaultError::io("read", &path))?;
        let mut out = BACKUP_MAGIC.to_vec();
        out.extend_from_slice(&self.generation.to_be_bytes());
        out.extend_from_slice(&(kek.len() as u32).to_be_bytes());
        out.extend(kek);
        out.extend(keys);
        Ok(out)
    }

    /// Destroys what other generations and unfinished work left behind: key-encryption keys first.
    fn clear_away(&self) -> Result<(), VaultError> {
        self.destroy("kek-")?;
        self.destroy("keys-")
    }

    /// Overwrites and removes every file whose name starts so, but that of the generation in force.
    fn destroy(&self, prefix: &str) -> Result<(), VaultError> {
        let in_force = format!("{prefix}{}", self.generation);
        let mut some = false;
        for name in names(&self.dir)? {
            if name.starts_with(prefix) && name != in_force {
                let path = self.dir.join(name);
                OpenOptions::new()
                    .write(true)
                    .open(&path)
                    .and_then(|file| overwrite(&file))
                    .and_then(|()| fs::remove_file(&path))
                    .map_err(VaultError::io("destroy", &path))?;
                some = true;
            }
        }
        if some { sync_folder(&self.dir) } else { Ok(()) }
    }
}

/// Whether there is neither a vault nor anything else in `dir`.
pub(super) fn is_absent(dir: &Path) -> Result<bool, VaultError> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(VaultError::io("open", dir)(error)),
    }
}

/// Makes a vault with nothing but its root key.
pub(super) fn create(dir: &Path, master: &MasterKey) -> Result<(), VaultError> {
    prepare(dir, |new| {
        let root = DataKey::generate();
        let keys = std::iter::once((Owner::Root, &root));
        write_generation(new, 1, master, keys, &mut |_| {}).map(|_| ())
    })
}

/// Makes a vault from a backup.
pub(super) fn restore(dir: &Path, bytes: &[u8], master: &MasterKey) -> Result<(), VaultError> {
    if !is_absent(dir)? {
        return Err(VaultError::Exists { path: dir.display().to_string() });
    }
    let (generation, kek, keys) = split_backup(bytes).ok_or_else(|| VaultError::Broken {
        path: "the backup of the vault".into(),
        why: "it is not one, or is cut off".into(),
    })?;
    prepare(dir, |new| {
        put(new, &kek_path(new, generation), kek)?;
        put(new, &keys_path(new, generation), keys)?;
        KeyFile::open(new, master.clone()).map(|_| ())
    })
}

fn split_backup(bytes: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let rest = bytes.strip_prefix(BACKUP_MAGIC)?;
    let (generation, rest) = rest.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (kek, keys) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((u64::from_be_bytes(*generation), kek, keys))
}

/// Fills a folder beside `dir` and gives it the name when all is on disk: there is a whole vault or none.
fn prepare(
    dir: &Path,
    fill: impl FnOnce(&Path) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut new = dir.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    match fs::remove_dir_all(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(VaultError::io("remove", &new)(error));
        }
        _ => {}
    }
    DirBuilder::new().mode(0o700).create(&new).map_err(VaultError::io("create", &new))?;
    let filled = fill(&new)
        .and_then(|()| sync_folder(&new))
        .and_then(|()| fs::rename(&new, dir).map_err(VaultError::io("rename", &new)));
    if filled.is_err() {
        let _ = fs::remove_dir_all(&new);
    }
    filled?;
    let parent = dir.parent().filter(|path| !path.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new(".")))
}

fn write_generation<'a>(
    dir: &Path,
    generation: u64,
    master: &MasterKey,
    keys: impl Iterator<Item = (Owner, &'a DataKey)>,
    after: &mut dyn FnMut(Step),
) -> Result<(DataKey, File, u32), VaultError> {
    let kek = DataKey::generate();
    let mut bytes = slots::header(generation);
    bytes.extend(slots::batch(&kek, generation, 0, keys));
    let path = keys_path(dir, generation);
    let temporary = temporary(&path);
    write_synced(&temporary, &bytes)?;
    after(Step::KeysWritten);
    put(dir, &kek_path(dir, generation), &kek_bytes(generation, master, &kek))?;
    after(Step::KekInPlace);
    fs::rename(&temporary, &path).map_err(VaultError::io("rename", &temporary))?;
    sync_folder(dir)?;
    let file = OpenOptions::new().read(true).write(true).open(&path);
    let file = file.map_err(VaultError::io("open", &path))?;
    Ok((kek, file, ((bytes.len() - slots::HEADER) / slots::SLOT) as u32))
}

fn kek_head(generation: u64) -> Vec<u8> {
    let mut head = KEK_MAGIC.to_vec();
    head.extend_from_slice(&generation.to_be_bytes());
    head
}

fn kek_bytes(generation: u64, master: &MasterKey, kek: &DataKey) -> Vec<u8> {
    let mut bytes = kek_head(generation);
    let wrapped = master.0.wrap(&bytes, kek);
    bytes.extend(wrapped);
    bytes
}

fn read_kek(path: &Path, generation: u64, master: &MasterKey) -> Result<DataKey, VaultError> {
    let bytes = fs::read(path).map_err(VaultError::io("read", path))?;
    let head = kek_head(generation);
    let Some(wrapped) = bytes.strip_prefix(&head[..]) else {
        return Err(VaultError::Broken {
            path: path.display().to_string(),
            why: "its header is not what it should be".into(),
        });
    };
    master
        .0
        .unwrap(&head, wrapped)
        .ok_or_else(|| VaultError::WrongMaster { path: path.display().to_string() })
}

fn lock(dir: &Path) -> Result<File, VaultError> {
    let path = dir.join("lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let lock = options.open(&path).map_err(VaultError::io("open", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            Err(VaultError::Locked { path: dir.display().to_string() })
        }
        Err(TryLockError::Error(error)) => Err(VaultError::io("lock", &path)(error)),
    }
}

/// The highest generation of which both files are there.
fn newest(dir: &Path) -> Result<Option<u64>, VaultError> {
    let names = names(dir)?;
    let generations = names.iter().filter_map(|name| name.strip_prefix("keys-")?.parse().ok());
    Ok(generations.filter(|generation: &u64| names.contains(&format!("kek-{generation}"))).max())
}

/// The highest generation that any file is named after.
fn last_named(dir: &Path) -> Result<u64, VaultError> {
    let numbers = names(dir)?.into_iter().filter_map(|name| {
        let number = name.strip_prefix("keys-").or_else(|| name.strip_prefix("kek-"))?;
        number.trim_end_matches(".tmp").parse().ok()
    });
    Ok(numbers.max().unwrap_or(0))
}

fn names(dir: &Path) -> Result<Vec<String>, VaultError> {
    let entries = fs::read_dir(dir).map_err(VaultError::io("list", dir))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()
        .map_err(VaultError::io("list", dir))
}

/// Writes a file wholly and durably, or leaves it as it was.
fn put(dir: &Path, path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let temporary = temporary(path);
    write_synced(&temporary, bytes)?;
    fs::rename(&temporary, path).map_err(VaultError::io("rename", &temporary))?;
    sync_folder(dir)
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(VaultError::io("write", path))
}

/// Puts zeros over all of a file. A disk that keeps old blocks (copy on write, flash) may hold the file all
/// the same; without the master key it is noise, and a new master key ([`KeyFile::rewrap`]) makes it noise
/// for good.
fn overwrite(file: &File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let zeros = [0; 8_192];
    let mut at = 0;
    while at < length {
        let count = (length - at).min(zeros.len() as u64);
        file.write_all_at(&zeros[..count as usize], at)?;
        at += count;
    }
    file.sync_all()
}

fn sync_folder(dir: &Path) -> Result<(), VaultError> {
    File::open(dir).and_then(|folder| folder.sync_all()).map_err(VaultError::io("sync", dir))
}

fn offset(slots: u32) -> u64 {
    slots::HEADER as u64 + u64::from(slots) * slots::SLOT as u64
}

fn kek_path(dir: &Path, generation: u64) -> PathBuf {
    dir.join(format!("kek-{generation}"))
}

fn keys_path(dir: &Path, generation: u64) -> PathBuf {
    dir.join(format!("keys-{generation}"))
}

fn temporary(path: &Path) -> PathBuf {
    path.with_added_extension("tmp")
}
