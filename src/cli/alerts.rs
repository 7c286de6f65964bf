//! `guichet alerts`: what supervisors are told of, and who takes care.

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::wire::{AlertAck, AlertView, AlertsView};

/// Show the alerts that are raised and the latest that are over, or say that you take care
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
What is watched stands in the [[alert]] tables of the configuration. For supervisors.

Examples:
  guichet alerts
  guichet alerts --json | jq '.running[].name'
  guichet alerts ack unanswered"
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    relay: RelayArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Ack(Ack),
}

/// Say that you take care of an alert: it is not told again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet alerts ack
  guichet alerts ack unanswered")]
struct Ack {
    #[command(flatten)]
    relay: RelayArgs,
    /// Its name; without one all that are raised
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let runtime = shell::runtime()?;
    let none: [(&str, &str); 0] = [];
    let (alerts, json): (AlertsView, bool) = match &args.command {
        Some(Command::Ack(ack)) => {
            let (remote, asked) = (ack.relay.remote()?, AlertAck { name: ack.name.clone() });
            (runtime.block_on(remote.post("alerts/acknowledge", &asked))?, ack.json)
        }
        None => {
            let remote = args.relay.remote()?;
            (runtime.block_on(remote.get("alerts", &none))?, args.json)
        }
    };
    if json {
        return print::json(&alerts);
    }
    let mut table = Table::new(&[
        Column::new("ALERT", 8, 24),
        Column::whole("SINCE", 20),
        Column::whole("UNTIL", 20).leaving(2),
        Column::new("BY", 6, 16).leaving(1),
        Column::new("WHAT", 20, 80),
    ]);
    let row = |table: &mut Table, alert: &AlertView| {
        let until = alert.until.map_or_else(|| "-".to_owned(), |at| at.to_string());
        let by = alert.acknowledged_by.as_deref().unwrap_or("-");
        table.row([alert.name.as_str(), &alert.since.to_string(), &until, by, &alert.text]);
    };
    alerts.running.iter().chain(&alerts.ended).for_each(|alert| row(&mut table, alert));
    print::text(&table.text("no alert was raised"))
}
