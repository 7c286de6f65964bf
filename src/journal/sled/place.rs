//! Where the store lies: opening it, and making one that a power cut leaves whole or not at all.

use super::{JournalError, failed, guarded};
use crate::journal::layout::{FORMAT, FORMAT_KEY};
use ::sled::{Db, Mode};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn is_absent(dir: &Path) -> Result<bool, JournalError> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(source) => Err(JournalError::Io { what: format!("open {}", dir.display()), source }),
    }
}

fn create(dir: &Path) -> Result<(), JournalError> {
    let mut new = dir.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let parent = dir.parent().filter(|path| !path.as_os_str().is_empty());
    let io = |what: &str, path: &Path| JournalError::io(format!("{what} {}", path.display()));
    match fs::remove_dir_all(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(io("remove", &new)(error));
        }
        _ => {}
    }
    let db = open_store(&new, 1 << 20)?;
    guarded(|| {
        db.insert(FORMAT_KEY, &FORMAT.to_be_bytes()).map_err(failed("write the format"))?;
        db.flush().map_err(failed("flush"))?;
        drop(db);
        Ok(())
    })?;
    // Opened once more: only when sled's threads have let go of the file is what is synced below the whole.
    drop(open_store(&new, 1 << 20)?);
    sync_all(&new).map_err(io("sync", &new))?;
    fs::rename(&new, dir).map_err(io("rename", &new))?;
    let parent = parent.unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(io("sync", parent))
}

fn sync_all(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}

/// Opens the store in `dir`; makes one where there is none.
pub(super) fn open_or_make(dir: &Path, cache_bytes: u64) -> Result<Db, JournalError> {
    if is_absent(dir)? {
        create(dir)?;
    }
    open_store(dir, cache_bytes)
}

/// Opens sled. A store that was just closed, or whose process was just killed, is locked for some
/// milliseconds more: the lock is tried for a second.
pub(super) fn open_store(dir: &Path, cache_bytes: u64) -> Result<Db, JournalError> {
    let config = ::sled::Config::new()
        .path(dir)
        .mode(Mode::HighThroughput)
        .cache_capacity(cache_bytes)
        .flush_every_ms(Some(500));
    let mut tries = 50;
    loop {
        match guarded(|| Ok(config.open()))? {
            Ok(db) => return Ok(db),
            Err(error) if error.to_string().contains("acquire lock") => {
                tries -= 1;
                if tries == 0 {
                    return Err(JournalError::Locked { path: dir.display().to_string() });
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(failed("open the store")(error)),
        }
    }
}
