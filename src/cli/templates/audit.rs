//! `guichet templates audit`: what became of the templates that were sent.

use crate::cli::remote::RelayArgs;
use crate::cli::table::{Column, Table};
use crate::cli::{Failure, logs, print, shell};
use crate::kit::Timestamp;
use crate::wire::TemplateAudit;
use std::fmt::Display;

/// Tell who sent which template to how many, and what came of it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
FAILED is by the platform's code, COST by what the platform charged. ANSWERED counts those after which the customer
wrote within a day, SOLVED those whose ticket was solved afterwards. For supervisors.

Examples:
  guichet templates audit
  guichet templates audit --since 2026-11-01T00:00:00Z --until 2026-12-01T00:00:00Z
  guichet templates audit --json | jq '.[] | {name, by, sent, failed}'")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// From this time on; thirty days ago unless it is given
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Before this time; now unless it is given
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

/// `131026: 2, 131049: 1`.
fn counts<K: Display>(counts: impl IntoIterator<Item = (K, u64)>) -> String {
    let told: Vec<_> = counts.into_iter().map(|(of, count)| format!("{of}: {count}")).collect();
    if told.is_empty() { "-".to_owned() } else { told.join(", ") }
}

pub(in crate::cli) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let since = args.since.map(|at| ("since", at.to_string()));
    let until = args.until.map(|at| ("until", at.to_string()));
    let query: Vec<_> = since.into_iter().chain(until).collect();
    let query: Vec<_> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let rows: Vec<TemplateAudit> =
        shell::runtime()?.block_on(remote.get_long("templates/audit", &query))?;
    if args.json {
        return print::json(&rows);
    }
    let mut table = Table::new(&[
        Column::new("TEMPLATE", 16, 40),
        Column::whole("LANGUAGE", 8).leaving(2),
        Column::new("BY", 6, 20),
        Column::whole("SENT", 6),
        Column::whole("TO", 6),
        Column::whole("HELD", 5).leaving(3),
        Column::whole("DELIVERED", 9),
        Column::whole("READ", 6),
        Column::new("FAILED", 6, 24),
        Column::new("COST", 6, 24).leaving(1),
        Column::whole("ANSWERED", 8),
        Column::whole("SOLVED", 6),
    ]);
    for row in &rows {
        let [sent, to, held, delivered, read, answered, solved] =
            [row.sent, row.recipients, row.held, row.delivered, row.read, row.answered, row.solved]
                .map(|count| count.to_string());
        let failed = counts(row.failed.iter().map(|(code, count)| (code, *count)));
        let cost = counts(row.cost.iter().map(|(cost, count)| (cost, *count)));
        table.row([
            &row.name,
            &row.language,
            &row.by,
            &sent,
            &to,
            &held,
            &delivered,
            &read,
            &failed,
            &cost,
            &answered,
            &solved,
        ]);
    }
    print::text(&table.text("no template was sent"))
}
