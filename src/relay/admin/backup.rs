//! Backups: the journal up to a position and the keys, in one sealed file; and the way back.
//!
//! ```text
//! "GUIBAK1\n" | id (16) | length (8) of the wrapped keys | wrapped keys
//! then pieces: length (4) | last (1) | sealed
//! ```
//!
//! The pieces are sealed under the desk's key, which is among the wrapped keys; so whoever holds a backup still
//! needs the master key. Each is bound to the backup, to its number, and to being the last or not: none can
//! be left out, doubled or changed. The first holds the position and the erased people as JSON, the rest the
//! journal's export.

use super::people::{lines_of, note_erased};
use super::{Items, Office, failed, gone, raw};
use crate::domain::id::ContactId;
use crate::journal::{self, Journal, JournalError, Position, SledJournal};
use crate::relay::config::Config;
use crate::relay::store::{Folder, OpenError};
use crate::vault::{KeyId, Vault, VaultError};
use crate::wire::Refused;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};

const MAGIC: &[u8; 8] = b"GUIBAK1\n";
/// Bytes of journal in one piece.
const PIECE: usize = 256 * 1024;
/// Bytes of wrapped keys at most: some ten million people.
const KEYS_MOST: u64 = 1 << 30;

#[derive(Serialize, Deserialize)]
struct About {
    position: Position,
    at: String,
    erased: Vec<u64>,
}

fn bound_to(id: [u8; 16], number: u64, last: bool) -> Vec<u8> {
    [b"guichet backup 1".as_slice(), &id, &number.to_be_bytes(), &[u8::from(last)]].concat()
}

/// Seals what is written, piece by piece.
struct Sealer<'a, W> {
    vault: &'a Vault,
    id: [u8; 16],
    number: u64,
    gathered: Vec<u8>,
    to: W,
    bytes: u64,
}

impl<W: FnMut(&[u8]) -> io::Result<()>> Sealer<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        (self.to)(bytes)
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        let aad = bound_to(self.id, self.number, last);
        let sealed = self.vault.seal(KeyId::Desk, &aad, &self.gathered);
        let sealed = sealed.map_err(|error| io::Error::other(error.to_string()))?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        let framed = [&length.to_be_bytes()[..], &[u8::from(last)], &sealed].concat();
        self.put(&framed)?;
        self.number += 1;
        self.gathered.clear();
        Ok(())
    }
}

impl<W: FnMut(&[u8]) -> io::Result<()>> Write for Sealer<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.piece(false)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Office {
    pub(super) async fn backup(&self, items: Items) -> Result<Value, Refused> {
        self.apart(move |office| {
            let relay = office.relay();
            // The position first: the keys that were there afterwards open everything up to it.
            let reader = relay.store.reader();
            let position = reader.head();
            let erased: Vec<_> = {
                let views = relay.store.read();
                let erased = views.contacts().filter(|contact| contact.erased.is_some());
                erased.map(|contact| contact.id.0).collect()
            };
            relay.vault.ensure(KeyId::Desk);
            let keys = relay.vault.backup_bytes().map_err(failed)?;
            let to = |bytes: &[u8]| {
                for bytes in bytes.chunks(PIECE) {
                    let item = raw(&BASE64.encode(bytes))
                        .map_err(|refused| io::Error::other(refused.to_string()))?;
                    items.blocking_send(item).map_err(|_| io::ErrorKind::BrokenPipe)?;
                }
                Ok(())
            };
            let mut sealer = Sealer {
                vault: &relay.vault,
                id: rand::random(),
                number: 0,
                gathered: Vec::new(),
                to,
                bytes: 0,
            };
            let length = (keys.len() as u64).to_be_bytes();
            let head = [&MAGIC[..], &sealer.id, &length, &keys].concat();
            sealer.put(&head).map_err(|_| gone())?;
            let about = About { position, at: office.gate.real().now().to_string(), erased };
            serde_json::to_writer(&mut sealer.gathered, &about).map_err(failed)?;
            sealer.piece(false).map_err(failed)?;
            journal::export(&**reader, Some(position), &mut sealer)?;
            sealer.piece(true).map_err(failed)?;
            Ok(json!({ "position": position, "bytes": sealer.bytes }))
        })
        .await
    }
}

/// Why a backup or an export was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is something already.
    #[error("{0} already holds a relay's data; restore into an empty data_dir")]
    NotEmpty(String),
    /// The keys of the exported relay are not there.
    #[error(
        "{0} holds no keys: without the exporting relay's keys/ and master.key everybody shows as erased; copy both there first, or say --without-keys"
    )]
    NoKeys(String),
    /// The master key of the backup is not there.
    #[error(
        "{0} is not there: copy the master key of the relay that made the backup, and restore again"
    )]
    NoMaster(String),
    /// It cannot be read, or is no backup, or was changed.
    #[error("the backup cannot be read: {0}")]
    Broken(String),
    /// The folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What a restore brought back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Records, which is also the position.
    pub records: u64,
    /// When the backup was made, RFC 3339.
    pub made_at: String,
    /// People who were erased since, and are erased anew at the first start, before anybody sees anything.
    pub erased: usize,
}

/// Opens the pieces of a backup one after the other.
struct Pieces<'a, R> {
    from: R,
    vault: &'a Vault,
    id: [u8; 16],
    number: u64,
    ended: bool,
}

impl<R: Read> Pieces<'_, R> {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.ended {
            let mut more = [0; 1];
            return match self.from.read(&mut more)? {
                0 => Ok(None),
                _ => Err(io::Error::other("something follows its end")),
            };
        }
        let mut head = [0; 5];
        self.from.read_exact(&mut head)?;
        let [a, b, c, d, last] = head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > 16 * PIECE + 64 {
            return Err(io::Error::other("a piece is too long"));
        }
        let mut sealed = vec![0; length];
        self.from.read_exact(&mut sealed)?;
        let aad = bound_to(self.id, self.number, last == 1);
        let opened = self.vault.unseal(KeyId::Desk, &aad, &sealed);
        let broken = || io::Error::other(format!("piece {} is not as it was made", self.number));
        let opened = opened.map_err(|_| broken())?;
        self.number += 1;
        self.ended = last == 1;
        Ok(Some(opened))
    }
}

/// The pieces as one text.
struct Text<'a, R> {
    pieces: Pieces<'a, R>,
    open: io::Cursor<Vec<u8>>,
}

impl<R: Read> Read for Text<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.open.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            match self.pieces.next()? {
                Some(piece) => self.open = io::Cursor::new(piece),
                None => return Ok(0),
            }
        }
    }
}

fn is_there(folder: &Folder) -> bool {
    folder.journal().exists() || folder.keys().exists()
}

/// Puts a backup into the empty `data_dir` of `config`, whose master key must be the backup's. `erased` are
/// people whose data were destroyed since it was made: the next [`Core`](crate::relay::core::Core) over it
/// erases them, and [`finish_erasures`](super::finish_erasures) destroys their keys. What was begun is removed when it fails. Blocks.
///
/// # Errors
/// [`RestoreError`].
pub fn restore(
    config: &Config,
    from: &mut dyn Read,
    erased: &[u64],
) -> Result<Restored, RestoreError> {
    let folder = Folder::make(&config.data_dir)?;
    if is_there(&folder) {
        return Err(RestoreError::NotEmpty(config.data_dir.display().to_string()));
    }
    // A new one would open nothing, and would be taken for the right one later.
    if let Some(path) = folder.missing_master(config) {
        return Err(RestoreError::NoMaster(path.display().to_string()));
    }
    let restored = put_back(config, &folder, from, erased);
    if restored.is_err() {
        // Half a store must not be taken for a whole one.
        let _ = std::fs::remove_dir_all(folder.journal());
        let _ = std::fs::remove_dir_all(folder.keys());
        let _ = std::fs::remove_file(folder.put_back());
    }
    restored
}

fn put_back(
    config: &Config,
    folder: &Folder,
    mut from: &mut dyn Read,
    erased: &[u64],
) -> Result<Restored, RestoreError> {
    let broken = |error: io::Error| RestoreError::Broken(error.to_string());
    let mut magic = [0; 8];
    from.read_exact(&mut magic).map_err(broken)?;
    if magic != *MAGIC {
        return Err(RestoreError::Broken("it does not begin like a backup".into()));
    }
    let (mut id, mut length) = ([0; 16], [0; 8]);
    from.read_exact(&mut id).map_err(broken)?;
    from.read_exact(&mut length).map_err(broken)?;
    let length = u64::from_be_bytes(length);
    let mut keys = Vec::new();
    (&mut from).take(length.min(KEYS_MOST)).read_to_end(&mut keys).map_err(broken)?;
    if keys.len() as u64 != length {
        return Err(RestoreError::Broken("its keys are cut off".into()));
    }
    mark(folder, &[]).map_err(broken)?;
    let vault = Vault::restore(&folder.keys(), &keys, folder.master_key(config)?)?;
    let mut pieces = Pieces { from, vault: &vault, id, number: 0, ended: false };
    let about = pieces.next().map_err(broken)?.unwrap_or_default();
    let about: About = serde_json::from_slice(&about)
        .map_err(|_| RestoreError::Broken("it does not say what it is".into()))?;
    let mut journal = SledJournal::open(&folder.journal(), config.relay.cache_mib << 20)?;
    let text = Text { pieces, open: io::Cursor::default() };
    let records = journal::import(&mut journal, &mut BufReader::new(text));
    let records = records.map_err(|error| match error {
        JournalError::Import { line, why } => {
            RestoreError::Broken(format!("its record {line} cannot be taken: {why}"))
        }
        JournalError::Io { source, .. } => RestoreError::Broken(source.to_string()),
        error => error.into(),
    })?;
    if records != about.position.0 {
        let why = format!("it holds {records} records and should hold {}", about.position);
        return Err(RestoreError::Broken(why));
    }
    let people: BTreeSet<_> = about.erased.iter().chain(erased).copied().map(ContactId).collect();
    let people: Vec<_> = people.into_iter().collect();
    // The first start erases them: what was put away and names them is found by their keys, which go after
    // that. A still older backup of this relay must forget them as well.
    mark(folder, &people).map_err(broken)?;
    if !people.is_empty() {
        note_erased(folder.path(), &people).map_err(broken)?;
    }
    let there = |id: &&ContactId| vault.contains(KeyId::Contact(id.0));
    let erased = people.iter().filter(there).count();
    Ok(Restored { records, made_at: about.at, erased })
}

/// Notes that what lies here is from the past, and who was erased since: see `Core::doubt`.
fn mark(folder: &Folder, erased: &[ContactId]) -> io::Result<()> {
    let mut file = std::fs::File::create(folder.put_back())?;
    file.write_all(lines_of(erased).as_bytes())?;
    file.sync_all()?;
    std::fs::File::open(folder.path())?.sync_all()
}

/// Puts an export into the `data_dir` of `config`, which has no journal or an empty one, and says how many
/// records. The keys of the exported relay must be there already, or everybody would show as erased:
/// `without_keys` says that this is meant. Blocks.
///
/// # Errors
/// [`RestoreError`].
pub fn import(
    config: &Config,
    from: &mut dyn BufRead,
    without_keys: bool,
) -> Result<u64, RestoreError> {
    let folder = Folder::make(&config.data_dir)?;
    let place = || config.data_dir.display().to_string();
    if !without_keys && !folder.keys().exists() {
        return Err(RestoreError::NoKeys(place()));
    }
    let mut journal = SledJournal::open(&folder.journal(), config.relay.cache_mib << 20)?;
    if journal.reader().head() != Position::START {
        return Err(RestoreError::NotEmpty(place()));
    }
    mark(&folder, &[]).map_err(|error| RestoreError::Broken(error.to_string()))?;
    let imported = journal::import(&mut journal, from);
    if imported.is_err() {
        drop(journal);
        let _ = std::fs::remove_dir_all(folder.journal());
        let _ = std::fs::remove_file(folder.put_back());
    }
    Ok(imported?)
}
