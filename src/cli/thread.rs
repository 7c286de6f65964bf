//! `guichet thread`: what has been said.

use super::remote::RelayArgs;
use super::tickets::short;
use super::{Failure, logs, print, shell};
use crate::console::language::Language;
use crate::console::thread::details::{self, Sheet};
use crate::console::thread::{failure, kind, words};
use crate::domain::id::{ContactId, TicketNumber};
use crate::kit::json::laid_out;
use crate::kit::text::{one_line, printable};
use crate::wire::{Direction, EntryKind, EntryView, ThreadView};
use std::collections::HashSet;
use std::fmt::Write;

/// Before each further line of an entry.
const BELOW: &str = "\n                     ";
/// How the rows of what a message holds beyond its text are made.
const SHEET: Sheet = Sheet { language: Language::En, unicode: true, cells: 100 };

/// Show a ticket's messages, notes and events
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet thread 17
  guichet thread 17 --all --json
  guichet thread 17 --raw wamid.HBgMMzkzMzMx
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
    /// Print one message of the customer as the platform posted it, by the id that --json shows
    #[arg(long, value_name = "ENTRY", conflicts_with_all = ["contact", "all", "json"])]
    raw: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    if let (Some(ticket), Some(entry)) = (args.ticket, &args.raw) {
        let json = shell::runtime()?.block_on(remote.raw(ticket, entry))?;
        return print::text(&laid_out(json.get()));
    }
    let path = match (args.ticket, args.contact) {
        (Some(ticket), _) => format!("tickets/{ticket}/thread"),
        (None, Some(contact)) => format!("contacts/{contact}/thread"),
        (None, None) => return Err(Failure::usage("name a ticket, or a contact with --contact")),
    };
    // What is asked of a contact is always whole.
    let query: Vec<_> = args.ticket.iter().map(|_| ("all", args.all)).collect();
    let thread: ThreadView = shell::runtime()?.block_on(remote.get_long(&path, &query))?;
    if args.json {
        return print::json(&thread);
    }
    let mut text = String::new();
    if let Some(ticket) = &thread.ticket {
        let who = one_line(super::tickets::who(&ticket.contact), 40);
        let assignee = ticket.assignee.as_deref().unwrap_or("nobody");
        let _ = writeln!(text, "ticket {} {} {who}, {assignee}'s", ticket.number, ticket.state);
        for link in ticket.aside.iter().flat_map(|aside| &aside.links) {
            let (is, at) = (link.is.word().replace('_', " "), short(link.opened_at));
            let _ = writeln!(text, "{is}: ticket {}, of {at}", link.ticket);
        }
    }
    let here: HashSet<_> = thread.entries.iter().map(|entry| entry.id.as_str()).collect();
    // What is told at a message that is printed does not stand for itself.
    let entries = thread.entries.iter().filter(|entry| !entry.is_told(&here));
    entries.for_each(|entry| text.push_str(&shown(entry)));
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
    if entry.deleted_at.is_some() {
        let author = one_line(&entry.author, 24);
        return format!("{} {mark} {author}: [deleted]\n", short(entry.at));
    }
    let label = match entry.kind {
        EntryKind::Message => kind::label(entry, SHEET.language),
        EntryKind::Note | EntryKind::Event => Some(format!("[{}]", entry.kind_word)),
    };
    if let Some(label) = label {
        let _ = write!(said, "{} ", one_line(&label, 120));
    }
    said.push_str(&printable(&kind::says(entry, SHEET.language)).replace('\n', BELOW));
    if let Some(status) = &entry.status {
        let _ = write!(said, " ({status})");
    }
    if let Some(error) = &entry.error {
        let _ = write!(said, " {} {}; {}", error.code, error.title, error.hint);
        if let Some(told) = failure::told(error, SHEET.language) {
            let _ = write!(said, "{BELOW}{}", one_line(&told, 600));
        }
    }
    let mut said = said.trim_end().to_owned();
    if let Some(quote) = &entry.quote {
        let author = one_line(&quote.author, 24);
        let _ = write!(said, "{BELOW}about {author}: {}", one_line(&quote.text, 120));
    }
    for row in details::above(entry, SHEET).into_iter().chain(details::below(entry, SHEET)) {
        let row: String = row.pieces.into_iter().map(|(_, text)| text).collect();
        let _ = write!(said, "{BELOW}{}", printable(row.trim_end()));
    }
    if entry.edited_at.is_some() {
        let _ = write!(said, "{BELOW}edited");
        for version in &entry.earlier {
            let text = printable(&version.text).replace('\n', BELOW);
            let _ = write!(said, "{BELOW}before, from {}: {text}", short(version.at));
        }
    }
    for reaction in &entry.reactions {
        let author = one_line(&reaction.author, 24);
        let _ = write!(said, "{BELOW}{} {author}", one_line(&reaction.emoji, 20));
    }
    let author = one_line(&entry.author, 24);
    let source = words::source(entry).map(|word| format!(", {}", word.say(SHEET.language)));
    format!("{} {mark} {author}{}: {said}\n", short(entry.at), source.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// An entry of the customer with these members, as it is printed after the time.
    fn printed(members: Value) -> String {
        let mut entry = json!({"kind": "message", "id": "w", "at": "2026-11-18T09:00:00Z", "direction": "in",
            "author": "customer", "type": "text", "text": "", "media": null, "reply_to": null, "status": null,
            "error": null, "raw_kept": false});
        for (name, member) in members.as_object().expect("members") {
            entry[name] = member.clone();
        }
        let shown = shown(&serde_json::from_value(entry).expect("an entry"));
        let lines: Vec<_> = shown.lines().map(str::trim_start).collect();
        let (_, first) = lines[0].split_once(" < ").expect("the customer's");
        [&[first], &lines[1..]].concat().join("|")
    }

    #[test]
    fn what_a_message_holds_is_printed_below_it() {
        for (members, text) in [
            (json!({"text": "ciao\u{1b}[31m\nbello"}), "customer: ciao\u{fffd}[31m|bello"),
            (
                json!({"type": "location", "text": "Bar", "details": {"location": {"latitude": 1.5, "longitude": 2, "name": "Bar"}}}),
                "customer: [place] Bar|1.5, 2|https://www.openstreetmap.org/?mlat=1.5&mlon=2",
            ),
            (
                json!({"type": "button", "text": "Yes", "forwarded": true,
                    "quote": {"key": "6.0", "author": "anna", "text": "May we call?"}}),
                "customer: [button] Yes|about anna: May we call?|↪ forwarded",
            ),
            (
                json!({"text": "ciao", "source": "standby"}),
                "customer, to the platform's agent: ciao",
            ),
            (
                json!({"text": "ciao", "source": "history"}),
                "customer, imported from the phone: ciao",
            ),
            (json!({"text": "ciao", "source": "of tomorrow"}), "customer: ciao"),
            (
                json!({"type": "unsupported", "text": "[unsupported]", "details": {"unsupported": "poll"}}),
                "customer: [WhatsApp cannot pass this on: poll]",
            ),
            (
                json!({"type": "call", "text": "[call]", "details": {"call": {"answered": false}}}),
                "customer: [call] missed",
            ),
            (
                json!({"text": "new", "edited_at": "2026-11-18T09:01:00Z", "earlier": [{"at": "2026-11-18T09:00:00Z", "text": "old"}],
                    "reactions": [{"author": "anna", "emoji": "👍", "at": "2026-11-18T09:02:00Z"}]}),
                "customer: new|edited|before, from 2026-11-18 09:00Z: old|👍 anna",
            ),
            (
                json!({"text": "ecco", "status": "failed", "error": {"code": 1, "title": "T.", "hint": "H.",
                    "details": "Gone:\n\u{1b}[2J393331111111"}}),
                "customer: ecco (failed) 1 T.; H.|The platform says: Gone: \u{fffd}[2J393331111111",
            ),
            (
                json!({"text": "ecco", "status": "queued", "error": {"code": 133_008, "title": "T.", "hint": "H.",
                    "details": "Wait until 10:00"}}),
                "customer: ecco (queued) 133008 T.; H.|The platform says: Wait until 10:00",
            ),
            (
                json!({"deleted_at": "2026-11-18T09:01:00Z", "earlier": [{"at": "2026-11-18T09:00:00Z", "text": "old"}]}),
                "customer: [deleted]",
            ),
        ] {
            assert_eq!(printed(members.clone()), text, "{members}");
        }
    }
}
