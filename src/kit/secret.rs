//! Text that must never reach a log.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use zeroize::Zeroize;

/// A token, password or key as text. Its `Debug` and `Display` say only that it is there; the memory is
/// wiped when it goes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Takes the text; the trailing line end of a file is not part of it.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
        Self(text)
    }

    /// The text itself, for the one place that must send or compare it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(..)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

/// Where systemd keeps the credentials of services, each in a folder for its service alone.
const CREDENTIALS: &str = "/run/credentials";

/// The permission bits of a secret's file, if its group or others may read it. What lies in a folder of
/// systemd's credentials nobody else can reach, whatever its own mode.
pub fn exposed(path: &Path) -> Option<u32> {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty());
    exposed_but(path, credentials.as_deref())
}

fn exposed_but(path: &Path, credentials: Option<&OsStr>) -> Option<u32> {
    if path.starts_with(CREDENTIALS) || credentials.is_some_and(|folder| path.starts_with(folder)) {
        return None;
    }
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_prints_itself() {
        let secret = Secret::new("hunter2\n");
        assert_eq!(format!("{secret:?} {secret}"), "Secret(..) (secret)");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn a_file_that_others_may_read_is_told_unless_it_is_a_credential() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "x").expect("written");
        for (mode, told) in
            [(0o600, None), (0o400, None), (0o440, Some(0o440)), (0o604, Some(0o604))]
        {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("its mode");
            assert_eq!(exposed_but(&path, None), told, "{mode:o}");
            assert_eq!(exposed_but(&path, Some(folder.path().as_os_str())), None, "{mode:o}");
        }
        assert_eq!(exposed_but(&folder.path().join("missing"), None), None);
    }
}
