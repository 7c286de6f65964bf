//! Files that operators name: new ones for their owner alone, never over an old one; `-` is stdin or stdout.

use crate::cli::Failure;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file under way. It has its name only once it is whole and on disk.
pub(super) struct NewFile {
    to: BufWriter<Box<dyn Write + Send>>,
    place: Option<(PathBuf, PathBuf, File)>,
}

impl NewFile {
    /// Begins a new file.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self { to: BufWriter::new(Box::new(io::stdout())), place: None });
        }
        if path.exists() {
            let path = path.display();
            return Err(Failure::Failed(format!("{path} is there already; name a new file")));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let fault = |error: io::Error| Failure::file(&part, &error, "name another file");
        let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&part);
        let file = file.map_err(fault)?;
        let to = file.try_clone().map_err(fault)?;
        let place = Some((part, path.to_owned(), file));
        Ok(Self { to: BufWriter::new(Box::new(to)), place })
    }

    /// Puts it in its place.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.to.flush()?;
        let Some((part, path, file)) = self.place.take() else { return Ok(()) };
        let named = file.sync_all().and_then(|()| std::fs::rename(&part, &path));
        named.map_err(|error| Failure::file(&path, &error, "is there room on the disk?"))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if let Some((part, ..)) = &self.place {
            let _ = std::fs::remove_file(part);
        }
    }
}

/// Opens what is to be read.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path);
    let file = file.map_err(|error| Failure::file(path, &error, "name a file that is there"))?;
    Ok(Box::new(BufReader::new(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("guichet.bak");
        let mut cut = NewFile::create(&path).expect("a new file");
        cut.write_all(b"half").expect("written");
        drop(cut);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);

        let mut whole = NewFile::create(&path).expect("a new file");
        whole.write_all(b"whole").expect("written");
        whole.finish().expect("in its place");
        assert_eq!(std::fs::read(&path).expect("there"), b"whole");
        assert!(NewFile::create(&path).is_err());
    }
}
