//! Files of messages: fetched from the relay, opened in the person's own programs, or saved where he says.
//!
//! What is opened lies in a folder that only he can read, and goes when the console ends.

use super::request::{ask, deepest};
use crate::console::effect::{FileAsk, FileTo, Write};
use crate::console::language::{Language, fill};
use crate::domain::file::file_name;
use crate::kit::Secret;
use crate::kit::text::one_line;
use reqwest::{Client, Url};
use std::fs::{DirBuilder, File};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The longest silence of a relay in the middle of a file.
const SILENCE: Duration = Duration::from_secs(30);

crate::words! {
    enum Word {
        Opened = ["opened: {0}", "aperto: {0}", "aberto: {0}", "abierto: {0}"],
        Saved = ["saved: {0}", "salvato: {0}", "salvo: {0}", "guardado: {0}"],
        NotCome = ["the file did not come: {0}", "il file non è arrivato: {0}", "o arquivo não chegou: {0}", "el archivo no llegó: {0}"],
        NotWritten = ["{0}: {1}", "{0}: {1}", "{0}: {1}", "{0}: {1}"],
        NoProgram = [
            "there is no {0} on this machine: save the file instead, or name a program in console.toml",
            "{0} non c'è su questa macchina: salva il file, o indica un programma in console.toml",
            "não há {0} nesta máquina: salve o arquivo, ou indique um programa em console.toml",
            "no hay {0} en esta máquina: guarda el archivo, o indica un programa en console.toml"
        ],
        NotStarted = ["{0} cannot be started: {1}", "{0} non si avvia: {1}", "{0} não inicia: {1}", "{0} no se inicia: {1}"],
    }
}

/// A folder that goes with this.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes one, for its owner alone, in the memory of the session where there is one.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn make() -> std::io::Result<Self> {
        let root = std::env::var_os("XDG_RUNTIME_DIR")
            .map(PathBuf::from)
            .filter(|folder| folder.is_dir())
            .unwrap_or_else(std::env::temp_dir);
        let name = format!("guichet-{}-{:016x}", std::process::id(), rand::random::<u64>());
        let folder = root.join(name);
        DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file that somebody waits for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) ask: FileAsk,
    /// Where it lies while it is open.
    pub(super) folder: PathBuf,
    pub(super) language: Language,
}

impl Wanted {
    fn say(&self, word: Word, parts: &[&str]) -> String {
        fill(word.say(self.language), parts)
    }

    /// Fetches the file from `url` and does with it what was asked; what is to be told.
    pub(super) async fn bring(self, client: Client, url: Url, token: Secret) -> String {
        match self.brought(&client, url, &token).await {
            Ok(told) | Err(told) => told,
        }
    }

    async fn brought(&self, client: &Client, url: Url, token: &Secret) -> Result<String, String> {
        let not_come = |why: &str| self.say(Word::NotCome, &[why]);
        let silent = |error: reqwest::Error| not_come(&deepest(&error));
        let asked = ask(client.get(url).bearer_auth(token.expose())).await;
        let mut answer = asked.map_err(|why| not_come(&why))?;
        let mut head = answer.chunk().await.map_err(silent)?.unwrap_or_default();
        let name = file_name(self.ask.called.as_deref(), &self.ask.kind, &head);
        let (path, mut file) = self.place(&name)?;
        let shown = path.display().to_string();
        let broken =
            |error: std::io::Error| self.say(Word::NotWritten, &[&shown, &error.to_string()]);
        let copied = async {
            loop {
                file.write_all(&head).map_err(broken)?;
                let next = tokio::time::timeout(SILENCE, answer.chunk()).await;
                match next.map_err(|_| not_come("…"))?.map_err(silent)? {
                    Some(piece) => head = piece,
                    None => return Ok(()),
                }
            }
        };
        if let Err(told) = copied.await {
            let _ = std::fs::remove_file(&path);
            return Err(told);
        }
        match &self.ask.to {
            FileTo::Program(program) => self.start(program, &path, &name),
            FileTo::Path(_) => Ok(self.say(Word::Saved, &[&one_line(&shown, 200)])),
        }
    }

    /// A new file where it is wanted; nothing that is there is written over.
    fn place(&self, name: &str) -> Result<(PathBuf, File), String> {
        let path = match &self.ask.to {
            FileTo::Program(_) => {
                let own = format!("{:08x}", rand::random::<u32>());
                let folder = self.folder.join(own);
                let made = DirBuilder::new().mode(0o700).create(&folder);
                made.map_err(|error| {
                    self.say(Word::NotWritten, &[&folder.display().to_string(), &error.to_string()])
                })?;
                folder.join(name)
            }
            FileTo::Path(asked) => target(asked, name),
        };
        match fresh(&path) {
            Ok(file) => Ok((path, file)),
            Err(error) => {
                Err(self.say(Word::NotWritten, &[&path.display().to_string(), &error.to_string()]))
            }
        }
    }

    /// Starts the person's program; the console goes on. As with an editor, the setting may carry options.
    fn start(&self, program: &str, path: &Path, name: &str) -> Result<String, String> {
        let called = program.split_whitespace().next().unwrap_or(program).to_owned();
        let found = called.contains('/') || on_path(&called);
        let failed = |why: &str| self.say(Word::NotStarted, &[&called, why]);
        if !found {
            return Err(self.say(Word::NoProgram, &[&called]));
        }
        let quiet = Stdio::null;
        let started = Command::new("sh")
            .arg("-c")
            .arg(format!("exec {program} \"$@\""))
            .arg("sh")
            .arg(path)
            .stdin(quiet())
            .stdout(quiet())
            .stderr(quiet())
            .spawn();
        let mut child = started.map_err(|error| failed(&error.to_string()))?;
        // Somebody must hear that it ended.
        let waits = std::thread::Builder::new().name("viewer".into());
        let _ = waits.spawn(move || child.wait());
        Ok(self.say(Word::Opened, &[&one_line(name, 100)]))
    }
}

/// Writes a text into a new file; what is to be told.
pub(super) fn written(write: &Write, language: Language) -> String {
    let path = target(&write.path, &write.name);
    let shown = path.display().to_string();
    let wrote = fresh(&path).and_then(|mut file| {
        let wrote = file.write_all(write.text.as_bytes());
        wrote.inspect_err(|_| drop(std::fs::remove_file(&path)))
    });
    match wrote {
        Ok(()) => fill(Word::Saved.say(language), &[&one_line(&shown, 200)]),
        Err(error) => fill(Word::NotWritten.say(language), &[&shown, &error.to_string()]),
    }
}

/// A new file that only its owner can read; nothing that is there is written over.
fn fresh(path: &Path) -> std::io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

fn on_path(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// Where a file goes that is to be saved: the path, below the home where it begins with `~`; into it where it is a
/// folder; without one into the folder for downloads, under a name that is not taken.
fn target(asked: &str, name: &str) -> PathBuf {
    if asked.is_empty() {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let downloads = std::env::var_os("XDG_DOWNLOAD_DIR").map(PathBuf::from);
        let folder = downloads.unwrap_or_else(|| home.join("Downloads"));
        let folder = if folder.is_dir() { folder } else { PathBuf::new() };
        return free(&folder, name);
    }
    let path = at_home(Path::new(asked));
    if path.is_dir() { free(&path, name) } else { path }
}

/// A path, below the home where it begins with `~`.
pub(super) fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => path.to_owned(),
    }
}

fn free(folder: &Path, name: &str) -> PathBuf {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let numbered = (2..1_000).map(|nth| format!("{stem} ({nth}).{ending}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let first = names.find(|name| !folder.join(name).exists());
    folder.join(first.unwrap_or_else(|| name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_folder_is_for_its_owner_and_goes() {
        let folder = Folder::make().expect("made");
        let path = folder.path().to_owned();
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::write(path.join("a.png"), "x").expect("written");
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn nothing_is_written_over() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |name: &str| dir.path().join(name);
        let folder = dir.path().display().to_string();
        assert_eq!(target(&folder, "a.png"), at("a.png"));
        std::fs::write(at("a.png"), "x").expect("written");
        assert_eq!(target(&folder, "a.png"), at("a (2).png"));
        let named = at("b.png").display().to_string();
        assert_eq!(target(&named, "a.png"), at("b.png"));
        let mut card = Write { text: "x".into(), name: "a.vcf".into(), path: folder.clone() };
        for (path, told) in [("a.vcf", "saved: "), ("a (2).vcf", "saved: ")] {
            let said = written(&card, Language::En);
            assert!(said.starts_with(told) && said.ends_with(path), "{said}");
            let mode = std::fs::metadata(at(path)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        card.path = at("a.vcf").display().to_string();
        assert!(!written(&card, Language::En).starts_with("saved"), "it is there already");
        let wanted = Wanted {
            ask: FileAsk {
                ticket: crate::domain::id::TicketNumber(1),
                entry: "1.0".into(),
                called: None,
                kind: "image".into(),
                to: FileTo::Path(at("a.png").display().to_string()),
            },
            folder: PathBuf::new(),
            language: Language::En,
        };
        assert!(wanted.place("a.png").is_err(), "it is there already");
    }
}
