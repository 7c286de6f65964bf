//! `guichet tickets ack`: somebody takes care of what has escalated.

use crate::cli::remote::RelayArgs;
use crate::cli::{Failure, logs, print, shell};
use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;

/// Say that you take care of a ticket that escalates: nothing escalates further for a while
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For how long the service level says: [[sla]] ack = \"30m\".

Examples:
  guichet tickets ack 1042")]
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
    let remote = args.relay.remote()?;
    let acted = shell::runtime()?.block_on(remote.act(args.number, ActionRequest::Acknowledge))?;
    match args.json {
        true => print::json(&acted),
        false => print::text(&format!("{}: nothing escalates further for a while\n", args.number)),
    }
}
