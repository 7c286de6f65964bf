//! `guichet media`: the file of a message.

use super::remote::{Download, RelayArgs, Remote};
use super::{Failure, logs, print, shell};
use crate::domain::file::file_name;
use crate::domain::id::TicketNumber;
use std::fs::{DirBuilder, File};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program that opens a file by what it is.
const OPENER: &str = "xdg-open";

/// Save or open the file of a message
#[derive(Debug, clap::Args)]
#[command(after_help = "\
ENTRY is the id that `guichet thread NUMBER --json` shows for the message.

Examples:
  guichet media 17 wamid.HBgMMzkzMzMx --out photo.jpg
  guichet media 17 wamid.HBgMMzkzMzMx --out - | less
  guichet media 17 wamid.HBgMMzkzMzMx --open")]
#[command(group = clap::ArgGroup::new("whereto").required(true))]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// The ticket
    #[arg(value_name = "NUMBER")]
    ticket: TicketNumber,
    /// The message
    #[arg(value_name = "ENTRY")]
    entry: String,
    /// Write it to this file; - is standard output
    #[arg(long, value_name = "FILE", group = "whereto")]
    out: Option<PathBuf>,
    /// Open it with the program for its kind; it stays in a folder that only you can read, which is printed
    #[arg(long, group = "whereto")]
    open: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let out = args.out.as_ref();
    if out.is_some_and(|out| out.as_os_str() == "-") && std::io::stdout().is_terminal() {
        return Err(to_terminal());
    }
    let remote = args.relay.remote()?;
    shell::runtime()?.block_on(fetched(&remote, args))
}

async fn fetched(remote: &Remote, args: &Args) -> Result<(), Failure> {
    let mut file = remote.file(args.ticket, &args.entry).await?;
    match &args.out {
        Some(out) if out.as_os_str() == "-" => {
            let mut to = std::io::stdout();
            copy(&mut file, &mut to).await?;
            Ok(to.flush()?)
        }
        // What is no file, as a device or a pipe, is written as it stands.
        Some(out) if std::fs::metadata(out).is_ok_and(|there| !there.is_file()) => {
            let mut to =
                File::options().write(true).open(out).map_err(|error| elsewhere(out, &error))?;
            if to.is_terminal() {
                return Err(to_terminal());
            }
            copy(&mut file, &mut to).await
        }
        Some(out) => save(&mut file, out).await,
        None => {
            let folder = folder()?;
            let head = file.head().await?;
            let name = file_name(None, "file", &head);
            let path = folder.join(name);
            save(&mut file, &path).await?;
            let quiet = Stdio::null;
            let started = Command::new(OPENER)
                .arg(&path)
                .stdin(quiet())
                .stdout(quiet())
                .stderr(quiet())
                .spawn();
            started.map_err(|error| {
                let path = path.display();
                Failure::Failed(format!("{OPENER} cannot be started: {error}; the file is {path}"))
            })?;
            print::text(&path.display().to_string())
        }
    }
}

async fn copy(from: &mut Download, to: &mut impl Write) -> Result<(), Failure> {
    while let Some(piece) = from.next().await? {
        to.write_all(&piece)?;
    }
    Ok(())
}

/// Writes a file that only its owner can read. It has its name once it is whole and on disk; until then, one that was
/// there under that name stays.
async fn save(from: &mut Download, path: &Path) -> Result<(), Failure> {
    // What a link points to is replaced, not the link.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let part = path.with_file_name(format!(".guichet-{:016x}.part", rand::random::<u64>()));
    let file = File::options().write(true).create_new(true).mode(0o600).open(&part);
    let mut file = file.map_err(|error| elsewhere(&path, &error))?;
    let mut saved = copy(from, &mut file).await;
    if saved.is_ok() {
        let named = file.sync_all().and_then(|()| std::fs::rename(&part, &path));
        saved = named.map_err(|error| elsewhere(&path, &error));
    }
    if saved.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    saved
}

fn elsewhere(path: &Path, error: &std::io::Error) -> Failure {
    Failure::file(path, error, "name another place with --out")
}

/// A stranger's bytes could make the terminal do what they like.
fn to_terminal() -> Failure {
    Failure::usage("a file is not shown on a terminal; write it to a file or a pipe")
}

/// A folder of its own for one file, in the memory of the session where there is one.
fn folder() -> Result<PathBuf, Failure> {
    let root = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_dir())
        .unwrap_or_else(std::env::temp_dir);
    let folder = root.join(format!("guichet-{:016x}", rand::random::<u64>()));
    let made = DirBuilder::new().mode(0o700).create(&folder);
    made.map_err(|error| Failure::file(&folder, &error, "set XDG_RUNTIME_DIR or TMPDIR"))?;
    Ok(folder)
}
