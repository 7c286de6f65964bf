//! What can go wrong with the vault. No message carries a key or what was sealed.

/// Why something sealed cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Its key is not there: the person was erased, or the day is past.
    #[error("erased")]
    Erased,
    /// It is not what was sealed, or was sealed for another place.
    #[error("broken: what is stored is not what was sealed here")]
    Broken,
}

/// Why the vault could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The master key is not the one that the vault was closed with.
    #[error("the master key does not open {path}; give the key that this relay was set up with")]
    WrongMaster {
        /// The file it should open.
        path: String,
    },
    /// Text or a file that should hold a master key does not.
    #[error("{what} is no master key: 32 bytes as 64 hexadecimal digits or as base64")]
    NotAKey {
        /// Where it came from.
        what: String,
    },
    /// A folder that should hold a vault holds none.
    #[error("{path} holds no complete set of key files; restore it from a backup")]
    Missing {
        /// The folder.
        path: String,
    },
    /// There is a vault already.
    #[error("{path} already holds a vault; restore into a folder that holds none")]
    Exists {
        /// The folder.
        path: String,
    },
    /// Another process has the vault open.
    #[error("the vault in {path} is open in another process; stop that one first")]
    Locked {
        /// The folder.
        path: String,
    },
    /// Keys that were on disk are damaged.
    #[error("{path} is broken ({why}); restore it from a backup")]
    Broken {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file could not be read or written.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, on which file.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl VaultError {
    pub(super) fn io(
        what: &'static str,
        path: &std::path::Path,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::Io { what: format!("{what} {path}"), source }
    }
}
