//! Up to when every message of a line is known to be in the journal, for lines whose provider posts a webhook once
//! only. Kept in a file beside the store: numbers of ours and instants, nothing of anybody else.

use crate::domain::name::Name;
use crate::kit::Timestamp;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// See the module.
pub struct Marks {
    path: PathBuf,
    known: Mutex<BTreeMap<Name, Timestamp>>,
}

impl Marks {
    /// Those that lie in a file. One that cannot be read is as good as none: more is asked for than was missed.
    pub(super) fn open(path: PathBuf) -> Self {
        let known = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(_) => BTreeMap::new(),
        };
        Self { path, known: Mutex::new(known) }
    }

    /// The mark of a line, in desk time.
    pub fn of(&self, line: &Name) -> Option<Timestamp> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(line).copied()
    }

    /// Moves a line's mark and writes it down. Waits for the disk.
    ///
    /// # Errors
    /// When it cannot be written: it holds until the relay ends.
    pub fn set(&self, line: &Name, at: Timestamp) -> std::io::Result<()> {
        // Held while it is written: one writer at a time.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(line.clone(), at);
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = self.path.with_extension("new");
        let mut file = std::fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec(&*known)?)?;
        file.sync_data()?;
        std::fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_outlives_the_relay() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("caught_up.json");
        let (line, other) = (Name::from("1"), Name::from("2"));
        let marks = Marks::open(path.clone());
        assert_eq!(marks.of(&line), None);
        marks.set(&line, Timestamp::from_secs(7)).expect("written");
        marks.set(&other, Timestamp::from_secs(8)).expect("written");
        marks.set(&line, Timestamp::from_secs(9)).expect("written");
        let again = Marks::open(path.clone());
        assert_eq!(again.of(&line), Some(Timestamp::from_secs(9)));
        assert_eq!(again.of(&other), Some(Timestamp::from_secs(8)));
        std::fs::write(&path, "garbage").expect("written");
        assert_eq!(Marks::open(path).of(&line), None);
    }
}
