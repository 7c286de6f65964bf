//! `guichet media`: the file of a message.

use super::remote::{Download, RelayArgs, Remote};
use super::{Failure, logs, print, shell};
use crate::domain::file::file_name;
use crate::domain::id::TicketNumber;
use std::fs::{DirBuilder, File};
use std::io::Write;
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
        Some(out) => save(&mut file, out, true).await,
        None => {
            let folder = folder()?;
            let head = file.head().await?;
            let name = file_name(None, "file", &head);
            let path = folder.join(name);
            save(&mut file, &path, false).await?;
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

/// Writes a file that only its owner can read. One that did not come whole does not stay.
async fn save(from: &mut Download, path: &Path, over: bool) -> Result<(), Failure> {
    let hint = "name another place with --out";
    let mut options = File::options();
    options.write(true).mode(0o600);
    if over {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    let mut file = options.open(path).map_err(|error| Failure::file(path, &error, hint))?;
    let copied = copy(from, &mut file).await;
    if copied.is_err() {
        let _ = std::fs::remove_file(path);
    }
    copied
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
