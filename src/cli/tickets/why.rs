//! `guichet tickets why`: why a ticket is where it is, and whose it is.

use crate::cli::remote::RelayArgs;
use crate::cli::{Failure, logs, print, shell};
use crate::console::language::Language;
use crate::console::why::told;
use crate::domain::id::TicketNumber;
use crate::wire::WhyView;
use jiff::tz::TimeZone;

/// Tell why a ticket is in its queue, why it was given to its agent, and who else was looked at
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Of a ticket that waits it tells who is looked at now. Loads are in open tickets. Times are UTC.

Examples:
  guichet tickets why 1042
  guichet tickets why 1042 --json | jq .table.rows")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// The ticket
    #[arg(value_name = "NUMBER")]
    number: TicketNumber,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let none: [(&str, &str); 0] = [];
    let remote = args.relay.remote()?;
    let path = format!("tickets/{}/why", args.number);
    let why: WhyView = shell::runtime()?.block_on(remote.get(&path, &none))?;
    if args.json {
        return print::json(&why);
    }
    print::text(&format!("{}\n", told(&why, Language::En, &TimeZone::UTC)))
}
