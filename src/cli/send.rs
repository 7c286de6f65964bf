//! `guichet send`: a message from a script.

mod compose;

use super::remote::RelayArgs;
use super::{Failure, logs, print, shell};
use crate::domain::id::TicketNumber;
use crate::wire::ActionRequest;
use compose::Compose;

/// Answer a ticket: with text, a template, or anything else that WhatsApp takes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the outbox id. The message leaves after the relay's undo delay ([relay] undo_delay, 5s unless it is set);
until then a console can take it back. Templates and reactions leave at once. Whether it was delivered,
`guichet thread NUMBER` tells.

Examples:
  guichet send 17 \"Your parcel is on its way.\"
  guichet send 17 \"See https://shop.example/17\" --no-preview --quote wamid.HBg
  guichet send 17 --react 👍 --to wamid.HBg
  guichet send 17 \"Home or shop?\" --button Home --button Shop
  guichet send 17 \"Book a time\" --link https://shop.example/book --label Book
  guichet send 17 --location 45.4642,9.19 --name \"Our shop\"
  guichet send 17 --contact \"Anna Rossi,+39 333 1234567\"
  guichet send 17 \"Which delivery?\" --list deliveries.toml
  guichet send 17 --template order_update --language en --param 1=Anna --param 2=A-1042 --param 3=Friday

A list is a TOML file: button = \"Choose\", then [[sections]] with a title and [[sections.rows]] with title,
description and id.")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// The ticket
    #[arg(value_name = "NUMBER")]
    ticket: TicketNumber,
    #[command(flatten)]
    compose: Compose,
    /// A template instead of a text
    #[arg(long, value_name = "NAME", conflicts_with_all = ["text", "kind", "quote"], requires = "language")]
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
    let twice = |(n, (name, _)): (usize, &(String, String))| {
        args.params[..n].iter().any(|(before, _)| before == name)
    };
    if args.params.iter().enumerate().any(twice) {
        return Err(Failure::usage("a --param is given twice; each value once"));
    }
    let action = match (&args.template, &args.language) {
        (Some(name), Some(language)) => ActionRequest::Template {
            name: name.clone(),
            language: language.clone(),
            parameters: args.params.iter().cloned().collect(),
        },
        _ => args.compose.action()?,
    };
    let remote = args.relay.remote()?;
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
