//! `guichet check`: says what is wrong in a configuration, and where.

use super::{Failure, print};
use crate::console::profile;
use crate::relay::config::{Config, Fault};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Where the configuration lies unless it is named.
pub(super) const CONFIG: &str = "/etc/guichet/relay.toml";

/// Check a configuration: every fault with file, line and a hint
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Secrets are not read: they belong to the relay's user. Your own console.toml, themes and keymaps, in
$XDG_CONFIG_HOME/guichet or ~/.config/guichet, are checked too; without a relay's configuration only these.

Examples:
  guichet check
  guichet check --config relay.toml
  guichet check --config relay.toml --json | jq -r '.[].file'")]
pub(super) struct Args {
    /// The relay's configuration; relay.d/*.toml beside it belongs to it
    #[arg(long, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// Print the faults as a JSON array
    #[arg(long)]
    json: bool,
}

/// A fault as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    file: String,
    line: usize,
    column: usize,
    message: &'a str,
    hint: &'a str,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let own = profile::folder(&|name| std::env::var(name).ok()).filter(|folder| folder.is_dir());
    // A machine may have consoles and no relay.
    let relay = args.config != Path::new(CONFIG) || args.config.exists() || own.is_none();
    let mut faults = match relay {
        true => Config::load(&args.config).err().unwrap_or_default(),
        false => Vec::new(),
    };
    faults.extend(own.iter().flat_map(|folder| profile::check(folder)).map(|fault| Fault {
        file: fault.file,
        line: fault.line,
        column: fault.column,
        message: fault.message,
        hint: fault.hint,
    }));
    if args.json {
        print::json(&faults.iter().map(row).collect::<Vec<_>>())?;
    } else if faults.is_empty() {
        let checked = relay.then_some(&args.config).into_iter().chain(&own);
        let lines: Vec<_> = checked.map(|path| format!("{}: no fault", path.display())).collect();
        print::text(&lines.join("\n"))?;
    } else {
        let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
        print::text(&lines.join("\n"))?;
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Told) }
}

fn row(fault: &Fault) -> Row<'_> {
    Row {
        file: fault.file.display().to_string(),
        line: fault.line,
        column: fault.column,
        message: &fault.message,
        hint: &fault.hint,
    }
}
