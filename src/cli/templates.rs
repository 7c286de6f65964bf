//! `guichet templates`: what can be sent when the window is closed.

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::wire::TemplateView;

/// List the templates that the platform knows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet templates
  guichet templates --json | jq '.[] | select(.sendable) | .name'")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
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
