//! Files of people, sealed on disk under their keys.
//!
//! ```text
//! media/part/N              being written; removed when the folder is opened
//! media/CONTACT/NAME        magic, what is known of it, the content in chunks
//! ```
//!
//! A name is an HMAC: it tells nothing. Each chunk is bound to its file, its place and whether it is the last,
//! so that nothing can be changed, moved, or cut off unseen. A file is whole and durable before it stands under its
//! name. Everything here blocks.

use super::{KeyId, OpenError, Vault};
use crate::domain::file::Of;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::message::Kind;
use crate::kit::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

const MAGIC: &[u8; 8] = b"GUIFILE1";
/// Clear bytes in one chunk.
const CHUNK: usize = 64 * 1024;
/// Clear bytes kept for what is known of a file.
const ABOUT: usize = 2_048;
/// What sealing adds.
const MORE: usize = 40;
/// Stands in the length of the last chunk.
const LAST: u32 = 1 << 31;

/// The folder of sealed files.
#[derive(Clone)]
pub struct Files {
    vault: Arc<Vault>,
    dir: Arc<PathBuf>,
    part: Arc<AtomicU64>,
}

/// The name of a file: the same for the same message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileName(u128);

/// What is known of a file; sealed with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Whose message it is of.
    pub conversation: ConversationId,
    /// Which message; nothing while it was only handed in, to be sent.
    pub of: Option<Of>,
    /// What sort of message.
    pub kind: Kind,
    /// MIME type, as announced.
    pub mime: Option<String>,
    /// Its name, where it has one. Text of strangers.
    pub name: Option<String>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content, in hexadecimal digits.
    pub sha256: String,
    /// Pixels across and down.
    pub pixels: Option<(u32, u32)>,
    /// How long it plays.
    pub seconds: Option<u32>,
    /// When it was put here, desk time.
    pub at: Timestamp,
}

/// Why a sealed file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not there.
    #[error("the file is not on this disk")]
    Missing,
    /// The person was erased.
    #[error("erased")]
    Erased,
    /// It is not as it was sealed.
    #[error("the file on disk is not as it was sealed")]
    Broken,
    /// The system says no.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl From<OpenError> for FileError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Erased => Self::Erased,
            OpenError::Broken => Self::Broken,
        }
    }
}

impl Files {
    /// Opens the folder, or makes it, and removes what was left half written.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(vault: Arc<Vault>, dir: &Path) -> io::Result<Self> {
        let part = dir.join("part");
        DirBuilder::new().recursive(true).mode(0o700).create(&part)?;
        for left in std::fs::read_dir(&part)? {
            std::fs::remove_file(left?.path())?;
        }
        Ok(Self { vault, dir: Arc::new(dir.to_owned()), part: Arc::default() })
    }

    /// The name of the file of a message.
    pub fn name(&self, conversation: ConversationId, of: Of) -> FileName {
        let parts = [conversation.0, of.at.0 as u64, of.key.0];
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
        FileName(self.vault.fingerprint("file", &bytes))
    }

    /// The name of a file that was handed in under a number of its own.
    pub fn handed_in(&self, conversation: ConversationId, upload: u128) -> FileName {
        let bytes = [&conversation.0.to_be_bytes()[..], &upload.to_be_bytes()].concat();
        FileName(self.vault.fingerprint("upload", &bytes))
    }

    fn folder(&self, contact: ContactId) -> PathBuf {
        self.dir.join(contact.0.to_string())
    }

    fn path(&self, contact: ContactId, name: FileName) -> PathBuf {
        self.folder(contact).join(format!("{:032x}", name.0))
    }

    /// Begins a file.
    ///
    /// # Errors
    /// [`FileError::Erased`] when the person has no key, [`FileError::Io`].
    pub fn create(&self, contact: ContactId, name: FileName) -> Result<Writing, FileError> {
        if !self.vault.contains(KeyId::Contact(contact.0)) {
            return Err(FileError::Erased);
        }
        let number = self.part.fetch_add(1, Ordering::Relaxed);
        let part = self.dir.join("part").join(number.to_string());
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(MAGIC)?;
        file.write_all(&[0; 4 + ABOUT + MORE])?;
        Ok(Writing {
            files: self.clone(),
            contact,
            name,
            part,
            file,
            held: Vec::with_capacity(CHUNK),
            next: 1,
            done: false,
        })
    }

    /// What is known of a file.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn about(&self, contact: ContactId, name: FileName) -> Result<About, FileError> {
        Ok(self.read(contact, name)?.about)
    }

    /// Opens a file to be read from its beginning.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn read(&self, contact: ContactId, name: FileName) -> Result<Opened, FileError> {
        let file = match File::open(self.path(contact, name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(FileError::Missing);
            }
            file => file?,
        };
        let mut file = BufReader::with_capacity(CHUNK + MORE + 4, file);
        let mut magic = [0; MAGIC.len()];
        file.read_exact(&mut magic).map_err(cut)?;
        if magic != *MAGIC {
            return Err(FileError::Broken);
        }
        let key = Key { vault: self.vault.clone(), contact, name };
        let (text, _) = key.piece(&mut file, 0)?;
        let about = serde_json::from_slice(&text).map_err(|_| FileError::Broken)?;
        Ok(Opened { about, key, file, next: 1, ended: false })
    }

    /// Removes a file; one that is not there is no error.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, contact: ContactId, name: FileName) -> io::Result<()> {
        match std::fs::remove_file(self.path(contact, name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Removes all files of a person.
    ///
    /// # Errors
    /// What the system says.
    pub fn forget(&self, contact: ContactId) -> io::Result<()> {
        match std::fs::remove_dir_all(self.folder(contact)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Whose files there are.
    ///
    /// # Errors
    /// What the system says.
    pub fn people(&self) -> io::Result<Vec<ContactId>> {
        let mut people = Vec::new();
        for entry in std::fs::read_dir(&*self.dir)? {
            let name = entry?.file_name();
            people.extend(name.to_str().and_then(|name| name.parse().ok()).map(ContactId));
        }
        Ok(people)
    }

    /// The files of a person, with when each was put here, desk time.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(&self, contact: ContactId) -> io::Result<Vec<(FileName, Timestamp)>> {
        let mut files = Vec::new();
        let entries = match std::fs::read_dir(self.folder(contact)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| u128::from_str_radix(name, 16).ok());
            let since = entry.metadata()?.modified()?.duration_since(SystemTime::UNIX_EPOCH);
            let at = Timestamp(since.map_or(0, |since| since.as_millis() as i64));
            files.extend(name.map(|name| (FileName(name), at)));
        }
        Ok(files)
    }
}

fn cut(error: io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => FileError::Broken,
        _ => FileError::Io(error),
    }
}

/// What seals and opens the pieces of one file.
struct Key {
    vault: Arc<Vault>,
    contact: ContactId,
    name: FileName,
}

impl Key {
    fn bound_to(&self, place: u32, last: bool) -> [u8; 21] {
        let mut bytes = [0; 21];
        bytes[..16].copy_from_slice(&self.name.0.to_be_bytes());
        bytes[16..20].copy_from_slice(&place.to_be_bytes());
        bytes[20] = u8::from(last);
        bytes
    }

    fn seal(&self, place: u32, last: bool, clear: &[u8]) -> Result<Vec<u8>, OpenError> {
        let key = KeyId::Contact(self.contact.0);
        let sealed = self.vault.seal(key, &self.bound_to(place, last), clear)?;
        let length = sealed.len() as u32 | if last { LAST } else { 0 };
        Ok([&length.to_be_bytes()[..], &sealed].concat())
    }

    fn piece(&self, from: &mut impl Read, place: u32) -> Result<(Vec<u8>, bool), FileError> {
        let mut length = [0; 4];
        from.read_exact(&mut length).map_err(cut)?;
        let length = u32::from_be_bytes(length);
        let (length, last) = ((length & !LAST) as usize, length & LAST != 0);
        if length > CHUNK + MORE {
            return Err(FileError::Broken);
        }
        let mut sealed = vec![0; length];
        from.read_exact(&mut sealed).map_err(cut)?;
        let key = KeyId::Contact(self.contact.0);
        Ok((self.vault.unseal(key, &self.bound_to(place, last), &sealed)?, last))
    }
}

/// A file on its way to the disk. Dropped before its end, nothing is left of it.
pub struct Writing {
    files: Files,
    contact: ContactId,
    name: FileName,
    part: PathBuf,
    file: File,
    held: Vec<u8>,
    next: u32,
    done: bool,
}

impl Writing {
    fn key(&self) -> Key {
        Key { vault: self.files.vault.clone(), contact: self.contact, name: self.name }
    }

    fn flush(&mut self, last: bool) -> Result<(), FileError> {
        let sealed = self.key().seal(self.next, last, &self.held)?;
        self.file.write_all(&sealed)?;
        self.held.clear();
        self.next += 1;
        Ok(())
    }

    /// Adds to the content.
    ///
    /// # Errors
    /// [`FileError::Erased`], [`FileError::Io`].
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), FileError> {
        while !bytes.is_empty() {
            if self.held.len() == CHUNK {
                self.flush(false)?;
            }
            let (now, rest) = bytes.split_at(bytes.len().min(CHUNK - self.held.len()));
            self.held.extend_from_slice(now);
            bytes = rest;
        }
        Ok(())
    }

    /// Puts the file under its name; when this returns, it is durable. One that was there under that name is gone.
    ///
    /// # Errors
    /// [`FileError::Erased`] when the person was erased meanwhile, [`FileError::Io`].
    pub fn finish(mut self, about: &About) -> Result<(), FileError> {
        self.flush(true)?;
        let mut about = about.clone();
        let mut text = serde_json::to_vec(&about).map_err(io::Error::other)?;
        while text.len() > ABOUT {
            // Only names are that long.
            about.name = about.name.filter(|_| false);
            about.mime = about.mime.filter(|mime| mime.len() <= 100);
            text = serde_json::to_vec(&about).map_err(io::Error::other)?;
        }
        text.resize(ABOUT, b' ');
        let head = self.key().seal(0, false, &text)?;
        self.file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        self.file.write_all(&head)?;
        let at = Duration::from_millis(u64::try_from(about.at.0).unwrap_or(0));
        self.file.set_modified(SystemTime::UNIX_EPOCH + at)?;
        self.file.sync_all()?;
        let folder = self.files.folder(self.contact);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        std::fs::rename(&self.part, self.files.path(self.contact, self.name))?;
        self.done = true;
        File::open(&folder)?.sync_all()?;
        File::open(&*self.files.dir)?.sync_all()?;
        // Who was erased while it was written must leave nothing behind.
        if !self.files.vault.contains(KeyId::Contact(self.contact.0)) {
            self.files.forget(self.contact)?;
            return Err(FileError::Erased);
        }
        Ok(())
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if !self.done {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

/// A file being read.
pub struct Opened {
    /// What is known of it.
    pub about: About,
    key: Key,
    file: BufReader<File>,
    next: u32,
    /// The last chunk was read.
    ended: bool,
}

impl Opened {
    /// The next piece of the content; nothing at its end.
    ///
    /// # Errors
    /// [`FileError::Broken`] where the file is not as it was sealed: what came before is as it was.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>, FileError> {
        if self.ended {
            return Ok(None);
        }
        let (clear, last) = self.key.piece(&mut self.file, self.next)?;
        self.next += 1;
        if last {
            self.ended = true;
            if self.file.read(&mut [0])? > 0 {
                return Err(FileError::Broken);
            }
        }
        Ok(Some(clear))
    }

    /// The whole content. For small files, and tests.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn whole(mut self) -> Result<Vec<u8>, FileError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.next_piece()? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests;
