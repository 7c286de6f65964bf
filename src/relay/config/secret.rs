//! Where a secret is kept, without the secret.

use super::section::Value;
use crate::kit::Secret;
use std::fmt;
use std::path::PathBuf;

/// The place of a secret: `{ file = "..." }` or `{ env = "NAME" }`. A secret is never written into the
/// configuration itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// A file that holds nothing else; the line end at its end is not part of the secret.
    File(PathBuf),
    /// An environment variable.
    Env(String),
}

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file could not be read.
    #[error("secret file {path} cannot be read: {why}; create it, readable by the relay alone", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        why: std::io::Error,
    },
    /// The variable is not set, or is no text.
    #[error("environment variable {0} is not set; set it for the relay, or name a file instead")]
    Env(String),
    /// There is nothing in it.
    #[error("the secret in {0} is empty; write it there, on one line")]
    Empty(SecretSource),
}

impl SecretSource {
    /// Reads the secret now. Called at start and at every reload, and not by commands that only read the
    /// policy.
    ///
    /// # Errors
    /// If the file cannot be read or is no text, if the variable is not set, if the secret is blank.
    pub fn resolve(&self) -> Result<Secret, SecretError> {
        let text = match self {
            Self::File(path) => std::fs::read_to_string(path)
                .map_err(|why| SecretError::File { path: path.clone(), why })?,
            Self::Env(name) => std::env::var(name).map_err(|_| SecretError::Env(name.clone()))?,
        };
        let secret = Secret::new(text);
        if secret.expose().trim().is_empty() {
            return Err(SecretError::Empty(self.clone()));
        }
        Ok(secret)
    }

    pub(super) fn read(value: &Value<'_>) -> Option<Self> {
        let forms = "write { file = \"...\" } or { env = \"NAME\" }";
        if value.is_text() {
            return value.wrong("must say where the secret is, not hold it", forms);
        }
        let table = value.section()?;
        let (file, env) = (table.get("file"), table.get("env"));
        table.finish();
        match (file, env) {
            (Some(file), None) => {
                let path = file.path()?;
                value.guard(&path);
                Some(Self::File(path))
            }
            (None, Some(env)) => {
                let name = env.text()?;
                if name.contains(['=', '\0', ' ']) {
                    return env
                        .wrong("is no name of an environment variable", "letters, digits and _");
                }
                if std::env::var_os(name).is_none() {
                    let message = format!("names the variable {name}, which is not set here");
                    value.warn(&message, "set it for the relay; where that runs it may be");
                }
                Some(Self::Env(name.to_owned()))
            }
            (None, None) => value.wrong("names no place", forms),
            (Some(_), Some(_)) => value.wrong("names two places", "keep `file` or `env`"),
        }
    }
}

impl fmt::Display for SecretSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "file {}", path.display()),
            Self::Env(name) => write!(out, "environment variable {name}"),
        }
    }
}
