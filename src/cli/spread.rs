//! `guichet spread`: evens out who has how much.

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::wire::{MoveView, SpreadRequest, SpreadView};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Even out who has how much: propose moves of tickets that nobody has answered, make them, take them back
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without more it only proposes: where agents of a queue differ by more than 25 points of what they carry. What was
answered is never moved. For supervisors.

Examples:
  guichet spread
  guichet spread --apply --json > moves.json
  guichet spread --undo moves.json")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// Make the moves that are proposed
    #[arg(long)]
    apply: bool,
    /// Take back the moves that were made, as --apply --json printed them; - reads them from standard input
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    undo: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let remote = args.relay.remote()?;
    let none: [(&str, &str); 0] = [];
    let made: SpreadView = shell::runtime()?.block_on(async {
        let moves = match &args.undo {
            Some(path) => read(path)?.moves.into_iter().rev().map(MoveView::back).collect(),
            None => {
                let proposed: SpreadView = remote.get("spread", &none).await?;
                if !args.apply {
                    return Ok::<_, Failure>(proposed);
                }
                proposed.moves
            }
        };
        Ok(remote.post("spread", &SpreadRequest { moves }).await?)
    })?;
    if args.json {
        return print::json(&made);
    }
    let mut table = Table::new(&[
        Column::whole("TICKET", 8),
        Column::new("FROM", 8, 24),
        Column::new("TO", 8, 24),
    ]);
    for one in &made.moves {
        table.row([&one.ticket.to_string(), &one.from, &one.to]);
    }
    print::text(&table.text("nothing to move"))
}

fn read(path: &Path) -> Result<SpreadView, Failure> {
    let fault = |error: std::io::Error| Failure::file(path, &error, "name what --apply printed");
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(fault)?;
        text
    } else {
        std::fs::read_to_string(path).map_err(fault)?
    };
    serde_json::from_str(&text).map_err(|error| {
        let path = path.display();
        Failure::Failed(format!("{path}: {error}; it must be what --apply --json printed"))
    })
}
