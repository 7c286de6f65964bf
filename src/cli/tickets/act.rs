//! `guichet tickets accept`, `decline`, `move`, `hand-over`, `ack`, `link`, `todo` and the like: what is done to one
//! ticket.

use crate::cli::remote::RelayArgs;
use crate::cli::{Failure, logs, print, shell};
use crate::domain::id::TicketNumber;
use crate::kit::Timestamp;
use crate::wire::ActionRequest;

#[derive(Debug, clap::Args)]
pub(super) struct How {
    #[command(flatten)]
    relay: RelayArgs,
    /// The ticket
    #[arg(value_name = "NUMBER")]
    number: TicketNumber,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is done to one ticket.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Deed {
    /// Move a ticket to another queue; who has it keeps it if he works that queue
    #[command(after_help = "Examples:\n  guichet tickets move 1042 billing")]
    Move {
        #[command(flatten)]
        how: How,
        /// To which
        #[arg(value_name = "QUEUE")]
        queue: String,
    },
    /// Take a ticket that is offered to you
    #[command(after_help = "Examples:\n  guichet tickets accept 1042")]
    Accept {
        #[command(flatten)]
        how: How,
    },
    /// Decline a ticket that is offered to you: somebody else is asked
    #[command(after_help = "Examples:\n  guichet tickets decline 1042")]
    Decline {
        #[command(flatten)]
        how: How,
    },
    /// Hand a ticket over to a colleague, to another queue or both, with a note
    #[command(after_help = "\
Without --to it is the queue's.

Examples:
  guichet tickets hand-over 1042 --to bruno --note 'has paid twice'
  guichet tickets hand-over 1042 --queue billing --note 'wants his money back'")]
    HandOver {
        #[command(flatten)]
        how: How,
        /// To whom
        #[arg(long, value_name = "AGENT", required_unless_present = "queue")]
        to: Option<String>,
        /// To which queue
        #[arg(long, value_name = "QUEUE")]
        queue: Option<String>,
        /// What to know
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Be told of what happens to a ticket
    #[command(after_help = "Examples:\n  guichet tickets follow 1042")]
    Follow {
        #[command(flatten)]
        how: How,
    },
    /// Be told of it no longer
    #[command(after_help = "Examples:\n  guichet tickets unfollow 1042")]
    Unfollow {
        #[command(flatten)]
        how: How,
    },
    /// Note something that is to be done inside a ticket
    #[command(after_help = "\
Without --owner it is for whoever has the ticket. Who is to do it is told when it is due.

Examples:
  guichet tickets todo 1042 'call him back' --owner bruno --due 2026-11-24T09:00:00+01:00")]
    Todo {
        #[command(flatten)]
        how: How,
        /// What
        #[arg(value_name = "TEXT")]
        text: String,
        /// Who is to do it
        #[arg(long, value_name = "AGENT")]
        owner: Option<String>,
        /// By when, RFC 3339
        #[arg(long, value_name = "TIME", value_parser = instant)]
        due: Option<Timestamp>,
    },
    /// Give fields of a ticket a value
    #[command(after_help = "\
An empty value empties the field. The operator describes fields in [[field]].

Examples:
  guichet tickets set 1042 category=refund
  guichet tickets set 1042 order=4711 paid=yes")]
    Set {
        #[command(flatten)]
        how: How,
        /// Field and value
        #[arg(value_name = "FIELD=VALUE", required = true, value_parser = assigned)]
        fields: Vec<(String, String)>,
    },
    /// Say that a ticket is about the same matter as another
    #[command(after_help = "\
Both show the link, whosever they are.

Examples:
  guichet tickets link 1042 1017
  guichet tickets link 1042 1017 --not")]
    Link {
        #[command(flatten)]
        how: How,
        /// The other ticket
        #[arg(value_name = "OTHER")]
        to: TicketNumber,
        /// It is not
        #[arg(long)]
        not: bool,
    },
    /// Make one ticket of two of the same customer
    #[command(after_help = "\
The first goes on for both, with the earlier start; the other one is unsolved, or the one just before it in the same
conversation. Labels, followers, fields and what is to be done come along.

Examples:
  guichet tickets merge 1042 1017
  guichet tickets merge 1042 1017 --undo")]
    Merge {
        #[command(flatten)]
        how: How,
        /// The other ticket
        #[arg(value_name = "OTHER")]
        with: TicketNumber,
        /// Take it back
        #[arg(long)]
        undo: bool,
    },
    /// Begin another ticket at a message of the customer, who has come to another matter
    #[command(after_help = "\
The new ticket goes on where this one stood, with its labels, followers, fields and what is to be done; its clocks count
from the message. What is before the message is past. The message is named by its id: guichet thread NUMBER --json.

Examples:
  guichet tickets split 1042 --at wamid.HBgMMzkz
  guichet tickets split 1042 --undo")]
    Split {
        #[command(flatten)]
        how: How,
        /// The id of the message with which the new ticket begins
        #[arg(long, value_name = "MESSAGE_ID", required_unless_present = "undo")]
        at: Option<String>,
        /// Take it back: the ticket that follows goes on for both
        #[arg(long, conflicts_with = "at")]
        undo: bool,
    },
    /// Say that you take care of a ticket that escalates: nothing escalates further for a while
    #[command(after_help = "\
For how long the service level says: [[sla]] ack = \"30m\".

Examples:
  guichet tickets ack 1042")]
    Ack {
        #[command(flatten)]
        how: How,
    },
    /// Say that something is done
    #[command(after_help = "\
Examples:
  guichet tickets done 1042 1
  guichet tickets done 1042 1 --not")]
    Done {
        #[command(flatten)]
        how: How,
        /// Its number within the ticket
        #[arg(value_name = "ITEM")]
        id: u32,
        /// It is to be done again
        #[arg(long)]
        not: bool,
    },
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let at: jiff::Timestamp = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    Ok(Timestamp(at.as_millisecond()))
}

fn assigned(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("write FIELD=VALUE")?;
    Ok((field.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn run(deed: &Deed) -> Result<(), Failure> {
    logs::start("warn");
    let one = |how, action| (how, vec![action]);
    let (how, actions) = match deed {
        Deed::Move { how, queue } => one(how, ActionRequest::Move { queue: queue.clone() }),
        Deed::HandOver { how, to, queue, note } => {
            let (to, queue, note) = (to.clone(), queue.clone(), note.clone());
            one(how, ActionRequest::HandOver { to, queue, note })
        }
        Deed::Accept { how } => one(how, ActionRequest::Accept),
        Deed::Decline { how } => one(how, ActionRequest::Decline),
        Deed::Follow { how } => one(how, ActionRequest::Follow),
        Deed::Unfollow { how } => one(how, ActionRequest::Unfollow),
        Deed::Todo { how, text, owner, due } => {
            let (text, owner, due) = (text.clone(), owner.clone(), *due);
            one(how, ActionRequest::Todo { text, owner, due })
        }
        Deed::Set { how, fields } => {
            let set = |(field, value): &(String, String)| {
                let value = Some(value.clone()).filter(|value| !value.is_empty());
                ActionRequest::SetField { field: field.clone(), value }
            };
            (how, fields.iter().map(set).collect())
        }
        Deed::Link { how, to, not: false } => one(how, ActionRequest::Link { to: *to }),
        Deed::Link { how, to, .. } => one(how, ActionRequest::Unlink { to: *to }),
        Deed::Merge { how, with, undo: false } => {
            one(how, ActionRequest::MergeTicket { with: *with })
        }
        Deed::Merge { how, with, .. } => one(how, ActionRequest::UnmergeTicket { with: *with }),
        Deed::Split { how, at: Some(at), .. } => {
            one(how, ActionRequest::SplitTicket { at: at.clone() })
        }
        Deed::Split { how, .. } => one(how, ActionRequest::UnsplitTicket),
        Deed::Ack { how } => one(how, ActionRequest::Acknowledge),
        Deed::Done { how, id, not } => one(how, ActionRequest::TodoDone { id: *id, done: !not }),
    };
    let remote = how.relay.remote()?;
    let runtime = shell::runtime()?;
    let mut last = None;
    for action in actions {
        last = Some(runtime.block_on(remote.act(how.number, action))?);
    }
    if how.json { print::json(&last) } else { print::text("done\n") }
}
