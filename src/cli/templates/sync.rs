//! `guichet templates sync`: has the relay compare its templates with the platform now.

use crate::cli::remote::RelayArgs;
use crate::cli::table::{Column, Table};
use crate::cli::{Failure, logs, print, shell};
use crate::wire::TemplateSync;

/// Fetch the templates from the platform now
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The relay does so by itself every hour, and whenever the platform says that a template has changed.

Examples:
  guichet templates sync
  guichet templates sync --json | jq '.[].checked_at'")]
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
    let nothing = serde_json::json!({});
    let accounts: Vec<TemplateSync> =
        shell::runtime()?.block_on(remote.post("templates/sync", &nothing))?;
    if args.json {
        print::json(&accounts)?;
    } else {
        let mut table = Table::new(&[
            Column::whole("ACCOUNT", 16),
            Column::new("LINES", 8, 30).leaving(1),
            Column::whole("TEMPLATES", 9),
            Column::whole("CHECKED AT", 24),
        ]);
        for one in &accounts {
            let at = one.checked_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
            table.row([&one.account, &one.lines.join(","), &one.templates.to_string(), &at]);
        }
        print::text(&table.text("no line"))?;
    }
    match accounts.iter().find_map(|one| Some((&one.account, one.fault.as_ref()?))) {
        Some((account, fault)) => Err(Failure::failed(format!("templates of {account}: {fault}"))),
        None => Ok(()),
    }
}
