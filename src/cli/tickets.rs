//! `guichet tickets`: the inbox for pipes and cron.

mod act;
mod why;

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::console::language::Language;
use crate::console::thread::kind::preview;
use crate::domain::query::{Fault, Known, parse};
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use crate::wire::{ContactBrief, Direction, InboxView, TicketFilter, TicketView};

/// List tickets, most urgent first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without --view every unsolved ticket that the account may see. Views: all, mine, unassigned, my_queues, waiting,
breached, breaching, snoozed, solved, and those that the operator has named.
A query is words and conditions, all of which must hold; a minus before one turns it round:
  queue: line: tag: assignee:      names, several with commas; assignee:me, assignee:none, tag:none
  state:                           new open pending on_hold snoozed solved closed, unsolved, any
  priority: priority>= priority<   low normal high urgent
  category: field.order:           a field's values, or none
  mention: todo: follow:           names, me, any, none; mention:new is what you have not looked at since
  due< due>                        until the next promise breaks; due:late, due:any, due:none
  window< window>                  until the window closes; window:open, window:closed
  waiting> waiting<                since the customer waits; waiting:yes, waiting:no
  age> age<                        since the ticket began
  sort:                            urgency due window waiting newest oldest
Times are UTC, month-day. A narrow terminal shows fewer columns; --json always has everything.

Examples:
  guichet tickets --relay wss://desk.example.org:7420 --token-file token
  guichet tickets --view waiting --queue support
  guichet tickets --line support
  guichet tickets --query 'queue:billing due<30m tag:vip -assignee:me'
  guichet tickets --json --limit 0 | jq length
  guichet tickets why 1042
  guichet tickets ack 1042
  guichet tickets link 1042 1017
  guichet tickets hand-over 1042 --to bruno --note 'has paid twice'")]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    of_one: Option<OfOne>,
    #[command(flatten)]
    relay: RelayArgs,
    /// Only those of a view
    #[arg(long, value_name = "NAME")]
    view: Option<String>,
    /// Only those that a query finds
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// Only those of a queue
    #[arg(long, value_name = "NAME")]
    queue: Option<String>,
    /// Only those that came in on a line
    #[arg(long, value_name = "NAME")]
    line: Option<String>,
    /// Only those in a state: new, open, pending, on_hold, snoozed, solved, closed
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<State>,
    /// How many at most; 0 means all
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum OfOne {
    Why(why::Args),
    #[command(flatten)]
    Deed(act::Deed),
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.of_one {
        Some(OfOne::Why(args)) => return why::run(args),
        Some(OfOne::Deed(deed)) => return act::run(deed),
        None => {}
    }
    logs::start("warn");
    if let Some(query) = &args.query {
        let told = |fault: Fault| format!("--query: {fault}; {}", fault.wrong.hint());
        parse(query, Known::default()).map_err(|fault| Failure::usage(told(fault)))?;
    }
    let remote = args.relay.remote()?;
    let (view, saved) = match args.view.as_deref().map(str::parse::<InboxView>) {
        Some(Err(_)) => (None, args.view.clone()),
        view => (view.and_then(Result::ok), None),
    };
    let filter = TicketFilter {
        view,
        saved,
        query: args.query.clone(),
        queue: args.queue.clone(),
        line: args.line.clone(),
        state: args.state,
        limit: Some(args.limit),
        ..TicketFilter::default()
    };
    let tickets: Vec<TicketView> =
        shell::runtime()?.block_on(remote.get_long("tickets", &filter))?;
    if args.json {
        return print::json(&tickets);
    }
    let mut table = Table::new(&[
        Column::whole("TICKET", 12),
        Column::whole("STATE", 8),
        Column::whole("PRIORITY", 8).leaving(2),
        Column::new("QUEUE", 8, 20).leaving(3),
        Column::new("AGENT", 6, 16).leaving(1),
        Column::new("CONTACT", 10, 24),
        Column::whole("NEW", 5),
        Column::whole("WINDOW", 11),
        Column::whole("DUE", 11),
        Column::new("LAST MESSAGE", 12, 60),
    ]);
    for ticket in &tickets {
        let window = match ticket.window.until {
            Some(until) if ticket.window.open => brief(until),
            Some(_) => "closed".to_owned(),
            None => "-".to_owned(),
        };
        let due = match &ticket.next_due {
            Some(due) if due.breached => "LATE".to_owned(),
            Some(due) => brief(due.at),
            None => "-".to_owned(),
        };
        let last = ticket.last_message.as_ref().map(|last| match last.direction {
            Direction::In => format!("< {}", preview(last, Language::En)),
            Direction::Out => format!("> {}", preview(last, Language::En)),
        });
        // Of what is offered, to whom.
        let offer = ticket.aside.as_ref().and_then(|aside| aside.offer.as_ref());
        let asked = offer.map(|offer| format!("{}?", offer.to));
        let agent = ticket.assignee.clone().or(asked);
        table.row([
            &ticket.number.to_string(),
            ticket.state.word(),
            ticket.priority.word(),
            &ticket.queue,
            agent.as_deref().unwrap_or("-"),
            who(&ticket.contact),
            &ticket.unread.to_string(),
            &window,
            &due,
            last.as_deref().unwrap_or("-"),
        ]);
    }
    print::text(&table.text("no ticket"))
}

/// What a person is called in a table.
pub(super) fn who(contact: &ContactBrief) -> &str {
    let known = [&contact.name, &contact.phone, &contact.user_id];
    known.into_iter().flatten().next().map_or("?", String::as_str)
}

/// An instant in UTC, to the minute.
pub(super) fn short(at: Timestamp) -> String {
    let text = at.to_jiff().to_string();
    let minute = text.get(..16).unwrap_or(&text);
    format!("{}Z", minute.replace('T', " "))
}

/// An instant in UTC without its year, to the minute: what has to fit a narrow column.
fn brief(at: Timestamp) -> String {
    let text = at.to_jiff().to_string();
    text.get(5..16).unwrap_or(&text).replace('T', " ")
}

fn state(text: &str) -> Result<State, String> {
    let word = serde_json::Value::String(text.to_owned());
    let words = "new, open, pending, on_hold, snoozed, solved, closed";
    serde_json::from_value(word).map_err(|_| format!("there is no state {text:?}: {words}"))
}
