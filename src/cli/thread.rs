//! `guichet thread`: what has been said.

use super::remote::RelayArgs;
use super::tickets::short;
use super::{Failure, logs, print, shell};
use crate::domain::id::{ContactId, TicketNumber};
use crate::kit::text::{one_line, printable};
use crate::wire::{Direction, EntryKind, EntryView, ThreadView};
use std::fmt::Write;

/// Show a ticket's messages, notes and events
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet thread 17
  guichet thread 17 --all --json
  guichet thread --contact 5 --all")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// The ticket
    #[arg(value_name = "NUMBER", required_unless_present = "contact")]
    ticket: Option<TicketNumber>,
    /// A contact, also one without a ticket
    #[arg(long, value_name = "ID", conflicts_with = "ticket", requires = "all")]
    contact: Option<ContactId>,
    /// The whole conversation, with what was said under other tickets
    #[arg(long)]
    all: bool,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let path = match (args.ticket, args.contact) {
        (Some(ticket), _) => format!("tickets/{ticket}/thread"),
        (None, Some(contact)) => format!("contacts/{contact}/thread"),
        (None, None) => return Err(Failure::usage("name a ticket, or a contact with --contact")),
    };
    let thread: ThreadView =
        shell::runtime()?.block_on(remote.get_long(&path, &[("all", args.all)]))?;
    if args.json {
        return print::json(&thread);
    }
    let mut text = String::new();
    if let Some(ticket) = &thread.ticket {
        let who = one_line(super::tickets::who(&ticket.contact), 40);
        let assignee = ticket.assignee.as_deref().unwrap_or("nobody");
        let _ = writeln!(text, "ticket {} {} {who}, {assignee}'s", ticket.number, ticket.state);
    }
    thread.entries.iter().for_each(|entry| text.push_str(&shown(entry)));
    print::text(&text)
}

/// One entry: a line of its own, further lines of its text below it.
fn shown(entry: &EntryView) -> String {
    let mark = match (entry.kind, entry.direction) {
        (EntryKind::Message, Some(Direction::In)) => "<",
        (EntryKind::Message, _) => ">",
        (EntryKind::Note, _) => "#",
        (EntryKind::Event, _) => "*",
    };
    let mut said = String::new();
    if !(entry.kind == EntryKind::Message && entry.kind_word == "text") {
        let _ = write!(said, "[{}] ", one_line(&entry.kind_word, 40));
    }
    said.push_str(&printable(&entry.text).replace('\n', "\n                     "));
    if let Some(status) = &entry.status {
        let _ = write!(said, " ({status})");
    }
    if let Some(error) = &entry.error {
        let _ = write!(said, " {} {}; {}", error.code, error.title, error.hint);
    }
    let author = one_line(&entry.author, 24);
    format!("{} {mark} {author}: {}\n", short(entry.at), said.trim_end())
}
