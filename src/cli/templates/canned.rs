//! `guichet templates canned`: the texts that agents take into the composer.

use crate::cli::remote::RelayArgs;
use crate::cli::table::{Column, Table};
use crate::cli::{Failure, logs, print, shell};
use crate::wire::CannedView;

/// List the canned replies of the relay's files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet templates canned
  guichet templates canned --json | jq '.[] | select(.language == \"it\")'")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(in crate::cli) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let none: [(&str, &str); 0] = [];
    let canned: Vec<CannedView> = shell::runtime()?.block_on(remote.get("canned", &none))?;
    if args.json {
        return print::json(&canned);
    }
    let mut table = Table::new(&[
        Column::new("REPLY", 16, 40),
        Column::whole("LANGUAGE", 8),
        Column::new("QUEUES", 8, 20).leaving(1),
        Column::new("TEMPLATE", 8, 24).leaving(2),
        Column::new("TEXT", 10, 80),
    ]);
    for one in &canned {
        table.row([
            &one.name,
            &one.language,
            &one.queues.join(","),
            one.template.as_deref().unwrap_or("-"),
            &one.text,
        ]);
    }
    print::text(&table.text("no canned reply"))
}
