//! Secrets in files.

use crate::kit::Secret;
use std::path::Path;

/// Why a file holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is nothing in it.
    #[error("{0} is empty: it must hold the secret and nothing else")]
    Empty(String),
}

/// The secret in a file, without its line end.
pub(super) fn read(path: &Path) -> Result<Secret, KeyError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| KeyError::Read { path: path.display().to_string(), source })?;
    let secret = Secret::new(text);
    if secret.expose().is_empty() {
        return Err(KeyError::Empty(path.display().to_string()));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "s3cret\n").expect("written");
        assert_eq!(read(&path).expect("a secret").expose(), "s3cret");
        std::fs::write(&path, "\n").expect("written");
        assert!(read(&path).is_err());
        assert!(read(&folder.path().join("none")).unwrap_err().to_string().contains("none"));
    }
}
