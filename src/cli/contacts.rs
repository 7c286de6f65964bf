//! `guichet contacts`: the people who have written.

mod consent;
mod merge;

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::wire::ContactView;

/// List the people who have written
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet contacts
  guichet contacts giulia
  guichet contacts --json | jq '.[].phone'
  guichet contacts consent 5
  guichet contacts merge 5 9
  guichet contacts split 9
  guichet contacts undo 9")]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    of_one: Option<OfOne>,
    #[command(flatten)]
    relay: RelayArgs,
    /// Only those with this in their name, number or id
    #[arg(value_name = "TEXT")]
    search: Option<String>,
    /// How many at most; 0 means all
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum OfOne {
    Consent(consent::Args),
    Merge(merge::Merge),
    Split(merge::Split),
    Undo(merge::Undo),
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.of_one {
        Some(OfOne::Consent(args)) => return consent::run(args),
        Some(OfOne::Merge(args)) => return args.run(),
        Some(OfOne::Split(args)) => return args.run(),
        Some(OfOne::Undo(args)) => return args.run(),
        None => {}
    }
    logs::start("warn");
    let remote = args.relay.remote()?;
    let limit = args.limit.to_string();
    let mut query = vec![("limit", limit.as_str())];
    query.extend(args.search.as_deref().map(|search| ("search", search)));
    let contacts: Vec<ContactView> =
        shell::runtime()?.block_on(remote.get_long("contacts", &query))?;
    if args.json {
        return print::json(&contacts);
    }
    let mut table = Table::new(&[
        Column::whole("CONTACT", 12),
        Column::new("NAME", 10, 28),
        Column::whole("PHONE", 20),
        Column::new("USER ID", 10, 32).leaving(1),
        Column::new("USERNAME", 8, 24).leaving(1),
        Column::new("ALSO", 4, 12).leaving(1),
        Column::new("TICKETS", 12, 40),
    ]);
    for contact in &contacts {
        let tickets = contact.conversations.iter().filter_map(|conversation| {
            let state = conversation.state.map_or("", |state| state.word());
            Some(format!("{} {} {state}", conversation.line, conversation.ticket?))
        });
        let also: Vec<_> = contact.same.iter().map(|other| other.id.to_string()).collect();
        let also = if also.is_empty() { "-".to_owned() } else { also.join(" ") };
        table.row([
            &contact.id.to_string(),
            contact.name.as_deref().unwrap_or("-"),
            contact.phone.as_deref().unwrap_or("-"),
            contact.user_id.as_deref().unwrap_or("-"),
            contact.username.as_deref().unwrap_or("-"),
            &also,
            &tickets.collect::<Vec<_>>().join(", "),
        ]);
    }
    print::text(&table.text("nobody"))
}
