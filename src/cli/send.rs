//! `guichet send`: an answer from a script.

use super::remote::RelayArgs;
use super::{Failure, logs, print, shell};
use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;

/// Answer a ticket, with text or with a template
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the outbox id. The message leaves after the relay's undo delay ([relay] undo_delay, 5s unless it is set);
until then a console can take it back. Whether it was delivered, `guichet thread NUMBER` tells.

Examples:
  guichet send 17 \"Your parcel is on its way.\"
  guichet send 17 --template order_update --language en --param 1=Anna --param 2=A-1042 --param 3=Friday")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// The ticket
    #[arg(value_name = "NUMBER")]
    ticket: TicketNumber,
    /// The text
    #[arg(required_unless_present = "template")]
    text: Option<String>,
    /// The platform's id of a message to quote
    #[arg(long, value_name = "ID", conflicts_with = "template")]
    quote: Option<String>,
    /// A template instead of a text
    #[arg(long, value_name = "NAME", conflicts_with = "text", requires = "language")]
    template: Option<String>,
    /// The template's exact language
    #[arg(long, value_name = "CODE", requires = "template")]
    language: Option<String>,
    /// A value for the template (repeatable)
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "template", value_parser = param)]
    params: Vec<(String, String)>,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let action = match (&args.template, &args.language, &args.text) {
        (Some(name), Some(language), _) => ActionRequest::Template {
            name: name.clone(),
            language: language.clone(),
            parameters: args.params.iter().cloned().collect(),
        },
        (None, _, Some(text)) => {
            ActionRequest::Reply { text: text.clone(), quote: args.quote.clone() }
        }
        _ => return Err(Failure::usage("give a text, or --template with --language")),
    };
    if args
        .params
        .iter()
        .enumerate()
        .any(|(n, (name, _))| args.params[..n].iter().any(|(before, _)| before == name))
    {
        return Err(Failure::usage("a --param is given twice; each value once"));
    }
    let acted = shell::runtime()?.block_on(remote.act(args.ticket, action))?;
    if args.json {
        return print::json(&acted);
    }
    match acted.outbox {
        Some(outbox) => print::text(&outbox.to_string()),
        None => Err(Failure::failed("the relay put nothing into its outbox; look at the thread")),
    }
}

fn param(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{text}` is no value: write it like 1=Anna")),
    }
}
