//! `guichet contacts consent`: what a person has said about messages, and what is written down for him.

mod import;

use crate::cli::remote::RelayArgs;
use crate::cli::table::{Column, Table};
use crate::cli::{Failure, logs, print, shell};
use crate::domain::consent::Said;
use crate::domain::id::ContactId;
use crate::domain::template::Purpose;
use crate::kit::Timestamp;
use crate::wire::{ConsentEntry, ConsentRequest};
use std::path::PathBuf;

/// Show what a person agreed to and refused, with proof; or write it down
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet contacts consent 5
  guichet contacts consent 5 --json
  guichet contacts consent 5 --agrees marketing --why \"signed the form at the desk, folder 12\"
  guichet contacts consent 5 --refuses marketing --why \"said so on the telephone\"
  guichet contacts consent --import consents.csv")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// The contact's number; see `guichet contacts`
    #[arg(value_name = "CONTACT", required_unless_present = "import")]
    contact: Option<ContactId>,
    /// Write down that he agrees to these messages: utility, authentication or marketing
    #[arg(long, value_name = "PURPOSE", conflicts_with = "refuses", requires = "why", value_parser = purpose)]
    agrees: Option<Purpose>,
    /// Write down that he refuses these messages
    #[arg(long, value_name = "PURPOSE", requires = "why", value_parser = purpose)]
    refuses: Option<Purpose>,
    /// How he said so, or where the proof lies
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Since when, if not since now: an instant such as 2026-11-21T09:00:00Z
    #[arg(long, value_name = "INSTANT", requires = "why")]
    since: Option<Timestamp>,
    /// Write down what many people have said: a file of CSV with the columns phone, purpose, says (agrees or
    /// refuses), since and proof; `-` is standard input. For supervisors
    #[arg(long, value_name = "FILE", conflicts_with_all = ["contact", "agrees", "refuses", "why"])]
    import: Option<PathBuf>,
    /// With --import: a line of the portfolio in which they are known, where there are several
    #[arg(long, value_name = "LINE", requires = "import")]
    line: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn purpose(word: &str) -> Result<Purpose, String> {
    let known = [Purpose::Utility, Purpose::Authentication, Purpose::Marketing];
    let found = known.into_iter().find(|purpose| purpose.word() == word);
    found.ok_or_else(|| "write utility, authentication or marketing".to_owned())
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let runtime = shell::runtime()?;
    if let Some(file) = &args.import {
        let imported = runtime.block_on(import::import(&remote, file, args.line.as_deref()))?;
        return match args.json {
            true => print::json(&imported),
            false => print::text(&format!("{} entered\n", imported.entered)),
        };
    }
    let Some(contact) = args.contact else { return Ok(()) };
    let path = format!("contacts/{contact}/consents");
    let says = args.agrees.map(|purpose| (purpose, true));
    if let Some((purpose, granted)) = says.or(args.refuses.map(|purpose| (purpose, false))) {
        let why = args.why.clone().unwrap_or_default();
        let request = ConsentRequest { purpose, granted, why, at: args.since };
        let acted: crate::wire::Acted = runtime.block_on(remote.post(&path, &request))?;
        return match args.json {
            true => print::json(&acted),
            false => print::text("written down\n"),
        };
    }
    let none: [(&str, &str); 0] = [];
    let entries: Vec<ConsentEntry> = runtime.block_on(remote.get(&path, &none))?;
    if args.json {
        return print::json(&entries);
    }
    let mut table = Table::new(&[
        Column::whole("SINCE", 20),
        Column::whole("PURPOSE", 14),
        Column::whole("SAYS", 8),
        Column::whole("", 3),
        Column::whole("SOURCE", 10),
        Column::new("BY", 4, 16).leaving(1),
        Column::new("PROOF", 10, 60),
    ]);
    for entry in &entries {
        let says = match entry.said {
            Said::Asked => "asked",
            Said::Agreed => "agrees",
            Said::Refused => "refuses",
        };
        table.row([
            &entry.at.to_string(),
            entry.purpose.word(),
            says,
            if entry.counts { "now" } else { "" },
            entry.source.word(),
            entry.by.as_deref().unwrap_or("-"),
            entry.proof.as_deref().unwrap_or("-"),
        ]);
    }
    print::text(
        &table.text("nothing is written down: service and utility are allowed, marketing is not"),
    )
}
