//! How much room there is.

use super::JournalError;
use std::path::Path;

/// Bytes that an ordinary user can still write on the file system that holds `path`.
///
/// # Errors
/// [`JournalError::Io`] when `path` does not exist or cannot be asked.
pub fn free_bytes(path: &Path) -> Result<u64, JournalError> {
    let stat = rustix::fs::statvfs(path).map_err(|errno| JournalError::Io {
        what: format!("ask for the free space at {}", path.display()),
        source: errno.into(),
    })?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_some_room_here_and_none_nowhere() {
        assert!(free_bytes(&std::env::temp_dir()).expect("exists") > 0);
        let error = free_bytes(Path::new("/does/not/exist")).expect_err("missing");
        assert!(error.to_string().contains("/does/not/exist"), "{error}");
    }
}
