//! A text in the person's own editor.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Command;

/// The longest text that is read back, in bytes.
const MOST: u64 = 4 << 20;

/// The file of a text; gone when this is dropped.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Lets the person edit a text: `$VISUAL`, `$EDITOR` or `vi`, with a file that only he can read. The terminal
/// must have been given back.
///
/// # Errors
/// Why there is no new text, in one line.
pub(super) fn edit(text: &str) -> Result<String, String> {
    let editor = ["VISUAL", "EDITOR"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|editor| !editor.trim().is_empty())
        .unwrap_or_else(|| "vi".into());
    let folder = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(std::env::temp_dir);
    let name = format!("guichet-{}-{:016x}.txt", std::process::id(), rand::random::<u64>());
    let draft = Draft(folder.join(name));
    let fault = |error: std::io::Error| format!("{}: {error}", draft.0.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft.0)
        .map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)?;
    drop(file);
    // As git does it: the variable may carry options.
    let ended = Command::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$@\""))
        .arg("sh")
        .arg(&draft.0)
        .status()
        .map_err(|error| format!("{editor} cannot be started: {error}"))?;
    if !ended.success() {
        return Err(format!("{editor} failed; the text is as it was"));
    }
    let mut back = Vec::new();
    File::open(&draft.0).and_then(|file| file.take(MOST).read_to_end(&mut back)).map_err(fault)?;
    let back = String::from_utf8_lossy(&back).replace("\r\n", "\n");
    let back = back.strip_suffix('\n').unwrap_or(&back);
    Ok(back.to_owned())
}
