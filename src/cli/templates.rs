//! `guichet templates`: what can be sent when the window is closed, and what agents take instead of typing it.

mod audit;
mod canned;
mod draft;
mod sync;

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::wire::TemplateView;

/// List the templates that the platform knows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet templates
  guichet templates --json | jq '.[] | select(.sendable) | .name'
  guichet templates canned
  guichet templates sync
  guichet templates audit
  guichet templates check order_ready.toml
  guichet templates submit order_ready.toml")]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    relay: RelayArgs,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Audit(audit::Args),
    Canned(canned::Args),
    Check(draft::Check),
    Submit(draft::Submit),
    Sync(sync::Args),
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.what {
        Some(What::Audit(args)) => audit::run(args),
        Some(What::Canned(args)) => canned::run(args),
        Some(What::Check(args)) => draft::check(args),
        Some(What::Submit(args)) => draft::submit(args),
        Some(What::Sync(args)) => sync::run(args),
        None => list(args),
    }
}

fn list(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let none: [(&str, &str); 0] = [];
    let templates: Vec<TemplateView> =
        shell::runtime()?.block_on(remote.get("templates", &none))?;
    if args.json {
        return print::json(&templates);
    }
    let mut table = Table::new(&[
        Column::new("TEMPLATE", 24, 40),
        Column::whole("LANGUAGE", 8),
        Column::whole("STATUS", 12),
        Column::whole("PURPOSE", 14).leaving(1),
        Column::new("VALUES", 8, 30),
        Column::new("TEXT", 10, 70),
    ]);
    for template in &templates {
        let values: Vec<_> = template.parameters.iter().map(|slot| slot.name.as_str()).collect();
        let values = if template.sendable { values.join(",") } else { "not from here".to_owned() };
        table.row([
            &template.name,
            &template.language,
            &template.status,
            template.purpose.word(),
            &values,
            &template.body,
        ]);
    }
    print::text(&table.text("no template"))
}
