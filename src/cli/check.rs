//! `guichet check`: says what is wrong in a configuration, and where.

use super::{Failure, print};
use crate::console::profile;
use crate::kit::secret::exposed;
use crate::kit::text::printable;
use crate::relay::config::{Config, Fault};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Where the configuration lies unless it is named.
pub(super) const CONFIG: &str = "/etc/guichet/relay.toml";

/// Check a configuration: every fault with file, line and a hint
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Secrets are not read: they belong to the relay's user. A secret's file that others may read, and a variable that
is not set here, are warnings: they leave the exit status at 0. Your own console.toml, themes and keymaps, in
$XDG_CONFIG_HOME/guichet or ~/.config/guichet, are checked too; without a relay's configuration only these.

Examples:
  guichet check
  guichet check --config relay.toml
  guichet check --config relay.toml --json | jq -r '.[].file'")]
pub(super) struct Args {
    /// The relay's configuration; relay.d/*.toml beside it belongs to it
    #[arg(long, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// Print the faults and warnings as a JSON array
    #[arg(long)]
    json: bool,
}

/// A fault or a warning as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    level: &'static str,
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
    let (mut faults, mut warnings) = (Vec::new(), Vec::new());
    if relay {
        let (config, warned) = Config::examine(&args.config);
        faults.extend(config.err().into_iter().flatten());
        warnings.extend(warned);
    }
    for path in own.iter().flat_map(|folder| profile::token_files(folder)) {
        if let Some(mode) = exposed(&path) {
            warnings.push(Fault {
                message: format!("a token for you alone, and others may read it: mode {mode:04o}"),
                hint: format!("chmod 600 {}", path.display()),
                file: path,
                line: 1,
                column: 1,
            });
        }
    }
    faults.extend(own.iter().flat_map(|folder| profile::check(folder)).map(|fault| Fault {
        file: fault.file,
        line: fault.line,
        column: fault.column,
        message: fault.message,
        hint: fault.hint,
    }));
    if args.json {
        let rows = faults.iter().map(|fault| row(fault, "fault"));
        let rows = rows.chain(warnings.iter().map(|warning| row(warning, "warning")));
        print::json(&rows.collect::<Vec<_>>())?;
    } else {
        let mut lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
        lines.extend(warnings.iter().map(|warning| format!("warning: {warning}")));
        if faults.is_empty() {
            let checked = relay.then_some(&args.config).into_iter().chain(&own);
            lines.extend(checked.map(|path| format!("{}: no fault", path.display())));
        }
        print::text(&printable(&lines.join("\n")))?;
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Told) }
}

fn row<'a>(fault: &'a Fault, level: &'static str) -> Row<'a> {
    Row {
        level,
        file: fault.file.display().to_string(),
        line: fault.line,
        column: fault.column,
        message: &fault.message,
        hint: &fault.hint,
    }
}
