//! `guichet send`: a message from a script.

mod compose;
mod template;

pub(super) use template::{advice, trouble};

use super::remote::RelayArgs;
use super::{Failure, logs, print, shell};
use crate::domain::content::{Attached, Content};
use crate::domain::file::sendable;
use crate::domain::id::TicketNumber;
use crate::domain::interactive::{self, Header};
use crate::domain::message::Kind;
use crate::domain::template::Handed;
use crate::wire::{Acted, ActionRequest};
use compose::Compose;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Bytes that are looked at to see what a file is.
const HEAD: u64 = 64 * 1024;

/// Answer a ticket: with text, a template, or anything else that WhatsApp takes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the outbox id. The message leaves after the relay's undo delay ([relay] undo_delay, 5s unless it is set);
until then a console can take it back. Templates and reactions leave at once. Whether it was delivered,
`guichet thread NUMBER` tells. A template that is paused, or that customers receive badly, is told on standard error
with the one that may go in its place, and whether the customer agreed to that; --accept-alternative sends it then.

Examples:
  guichet send 17 \"Your parcel is on its way.\"
  guichet send 17 \"See https://shop.example/17\" --no-preview --quote wamid.HBg
  guichet send 17 --react 👍 --to wamid.HBg
  guichet send 17 \"Home or shop?\" --button Home --button Shop
  guichet send 17 \"This one?\" --button Yes --button No --header-file photo.jpg
  guichet send 17 \"Book a time\" --link https://shop.example/book --label Book
  guichet send 17 --file invoice.pdf --caption \"As promised\"
  guichet send 17 --location 45.4642,9.19 --name \"Our shop\"
  guichet send 17 --contact \"Anna Rossi,+39 333 1234567\"
  guichet send 17 \"Which delivery?\" --list deliveries.toml
  guichet send 17 --template order_update --language en --param 1=Anna --param 2=A-1042 --param 3=Friday
  guichet send 17 --template invoice_ready --language it --header-file invoice.pdf --param first_name=Anna --param order=A-1042

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
    /// While it is paused, or ill received, send the template that is set in its place, if the customer agreed to it
    #[arg(long, requires = "template")]
    accept_alternative: bool,
    /// A picture, a film or a document above a template, buttons, a link or a form
    #[arg(long, value_name = "PATH")]
    header_file: Option<PathBuf>,
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
    if let (Some(path), None) = (&args.header_file, &args.template) {
        return headed(args, path);
    }
    let action = match (&args.template, &args.language) {
        (Some(name), Some(language)) => return template::send(args, name, language),
        _ if args.compose.file.is_some() => return file(args),
        _ => args.compose.action()?,
    };
    let remote = args.relay.remote()?;
    let acted = shell::runtime()?.block_on(remote.act(args.ticket, action))?;
    told(args, &acted)
}

/// A file that is to be handed in as `kind`, else as what it is. What the platform would not take is told before
/// anything is handed in.
fn weighed(path: &Path, kind: Option<Kind>, caption: Option<String>) -> Result<Attached, Failure> {
    let hint = "name a file that you may read";
    let fault = |error: std::io::Error| Failure::file(path, &error, hint);
    let mut head = Vec::new();
    let opened = File::open(path).map_err(fault)?;
    let bytes = opened.metadata().map_err(fault)?.len();
    opened.take(HEAD).read_to_end(&mut head).map_err(fault)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (kind, mime) = sendable(kind, name.as_deref(), &head, bytes)
        .map_err(|refusal| Failure::failed(format!("{}: {refusal}", path.display())))?;
    let attached = Attached { upload: Uuid::nil(), kind, mime, bytes, name, caption };
    Content::File(attached.clone()).check().map_err(Failure::failed)?;
    Ok(attached)
}

/// Hands a file in and sends it.
fn file(args: &Args) -> Result<(), Failure> {
    let compose = &args.compose;
    let path = compose.file.as_deref().unwrap_or(Path::new(""));
    let attached = weighed(path, compose.sent_as, compose.caption.clone())?;
    let remote = args.relay.remote()?;
    let acted = shell::runtime()?.block_on(async {
        let taken = remote.hand_in(args.ticket, path, &attached).await?;
        let content = Content::File(Attached { caption: attached.caption, ..taken });
        let action = ActionRequest::Send { content, about: compose.quoted() };
        Ok::<_, Failure>(remote.act(args.ticket, action).await?)
    })?;
    told(args, &acted)
}

/// Hands a file in and sends the message above which it stands.
fn headed(args: &Args, path: &Path) -> Result<(), Failure> {
    let file = weighed(path, None, None)?;
    let header = |id: String| {
        Header::of(file.kind, interactive::File::Id(id)).ok_or_else(|| {
            let kind = file.kind.word();
            Failure::usage(format!(
                "{}: a file of the kind {kind} stands above no text",
                path.display()
            ))
        })
    };
    // What is wrong with the rest is told before the file goes up.
    let (mut made, about) = args.compose.headed(header("file".into())?)?;
    let remote = args.relay.remote()?;
    let acted = shell::runtime()?.block_on(async {
        let taken = remote.hand_in(args.ticket, path, &file).await?;
        made.header = Some(header(Handed::from(&taken).to_string())?);
        let content = Content::Interactive(made);
        let action = ActionRequest::Send { content, about };
        Ok::<_, Failure>(remote.act(args.ticket, action).await?)
    })?;
    told(args, &acted)
}

/// Says how it went.
fn told(args: &Args, acted: &Acted) -> Result<(), Failure> {
    if args.json {
        return print::json(acted);
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
