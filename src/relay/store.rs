//! Opening what lies in `data_dir`.

use super::config::{Config, MASTER_KEY, SecretError};
use crate::journal::{JournalError, SledJournal};
use crate::vault::{MasterKey, Vault, VaultError};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Why the relay's data cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or read.
    #[error("{}: {error}; make it writable for the relay's user", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The master key is configured but cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The keys do not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A record that the state rests on is broken: going on without it could send twice or lose.
    #[error(
        "{}: {error}: `guichet admin journal verify` names all that is broken; then move the data_dir away and run `guichet admin restore`",
        path.display()
    )]
    Broken {
        /// The journal's folder.
        path: PathBuf,
        /// Which record, and what is wrong with it.
        error: JournalError,
    },
    /// The journal does not open.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Where the parts of the relay's data lie.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, for its owner only, if it is not there.
    ///
    /// # Errors
    /// [`OpenError::Folder`].
    pub fn make(data_dir: &Path) -> Result<Self, OpenError> {
        let folder = |error| OpenError::Folder { path: data_dir.to_owned(), error };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(folder)?;
        Ok(Self(data_dir.to_owned()))
    }

    /// The journal's folder.
    pub fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }

    /// The vault's folder.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The admin socket.
    pub fn socket(&self) -> PathBuf {
        self.0.join("admin.sock")
    }

    /// There while what lies here was put back from a backup or an export and has not been started yet.
    pub fn put_back(&self) -> PathBuf {
        self.0.join("put-back")
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The master key: as configured, else systemd's credential, else a file beside the data, which is made
    /// when it is not there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn master_key(&self, config: &Config) -> Result<MasterKey, OpenError> {
        if let Some(source) = &config.master_key {
            return Ok(MasterKey::from_secret(&source.resolve()?)?);
        }
        let path = self.master_path();
        if !path.exists() {
            let key = MasterKey::create(&path)?;
            tracing::warn!(path = %path.display(), "made a master key: back it up, without it nothing opens");
            return Ok(key);
        }
        Ok(MasterKey::read(&path)?)
    }

    /// Where the master key should be, if it is not there: [`Folder::master_key`] would make one.
    pub fn missing_master(&self, config: &Config) -> Option<PathBuf> {
        let path = self.master_path();
        (config.master_key.is_none() && !path.exists()).then_some(path)
    }

    fn master_path(&self) -> PathBuf {
        let credential = std::env::var_os("CREDENTIALS_DIRECTORY")
            .map(|folder| Path::new(&folder).join("master_key"))
            .filter(|path| path.exists());
        credential.unwrap_or_else(|| self.0.join(MASTER_KEY))
    }

    /// The vault and the journal.
    ///
    /// # Errors
    /// When either does not open, as when another process has it.
    pub fn open(&self, config: &Config) -> Result<(Vault, SledJournal), OpenError> {
        let journal = self.open_journal(config)?;
        Ok((self.open_vault(config)?, journal))
    }

    /// The journal. Its lock is what keeps a second relay out, so it is opened first.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub fn open_journal(&self, config: &Config) -> Result<SledJournal, OpenError> {
        let cache = config.relay.cache_mib << 20;
        SledJournal::open(&self.journal(), cache).map_err(|error| match error {
            JournalError::Corrupt { .. } => OpenError::Broken { path: self.journal(), error },
            error => error.into(),
        })
    }

    /// The vault, once the journal is open.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub fn open_vault(&self, config: &Config) -> Result<Vault, OpenError> {
        Ok(Vault::open(&self.keys(), self.master_key(config)?)?)
    }
}
