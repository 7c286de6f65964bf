//! `guichet lines`: how sending on each line goes, and what the platform says of it.

use super::remote::RelayArgs;
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::kit::Timestamp;
use crate::wire::{Health, LineReport, LineView};

/// Show the lines: health, quality, throughput, messaging limit and when it will be used up
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  guichet lines
  guichet lines --told
  guichet lines --json | jq '.[] | {name, limit}'")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// Show what the platform said of them instead
    #[arg(long)]
    told: bool,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let none: [(&str, &str); 0] = [];
    let remote = args.relay.remote()?;
    let lines: Vec<LineReport> = shell::runtime()?.block_on(remote.get("lines", &none))?;
    match (args.json, args.told) {
        (true, _) => print::json(&lines),
        (false, true) => print::text(&told(&lines)),
        (false, false) => print::text(&states(&lines)),
    }
}

fn told(lines: &[LineReport]) -> String {
    let mut table = Table::new(&[
        Column::whole("AT", 20),
        Column::new("LINE", 8, 24),
        Column::new("TOLD", 20, 120),
    ]);
    let mut all: Vec<_> = lines
        .iter()
        .flat_map(|line| line.told.iter().map(|told| (told.at, &line.line.name, &told.text)))
        .collect();
    all.sort();
    for (at, line, text) in all {
        table.row([&at.to_string(), line, text]);
    }
    table.text("nothing was told")
}

fn states(lines: &[LineReport]) -> String {
    let mut table = Table::new(&[
        Column::new("LINE", 8, 24),
        Column::whole("PHONE", 20).leaving(2),
        Column::whole("HEALTH", 10),
        Column::whole("QUALITY", 8),
        Column::whole("A SECOND", 8).leaving(1),
        Column::whole("PEOPLE A DAY", 16),
        Column::new("MORE", 10, 80),
    ]);
    for LineReport { line, .. } in lines {
        let health = match line.health {
            Health::Ok => "well",
            Health::Probing => "probing",
            Health::Held => "held",
            Health::Throttled => "slowed",
            Health::Unknown => "?",
        };
        let rate = line.per_second.map(|rate| rate.to_string());
        table.row([
            &line.name,
            line.phone.as_deref().unwrap_or("-"),
            health,
            line.quality.as_deref().unwrap_or("-"),
            rate.as_deref().unwrap_or("-"),
            &people(line),
            &more(line),
        ]);
    }
    table.text("no line")
}

/// How many people were written to first in the last day, of how many.
fn people(line: &LineView) -> String {
    let Some(limit) = line.limit else { return "-".to_owned() };
    match limit.most {
        Some(most) => format!("{} of {most}", limit.used),
        None => format!("{}, no limit", limit.used),
    }
}

fn more(line: &LineView) -> String {
    let instant = |what: &str, at: Option<Timestamp>| at.map(|at| format!("{what} {at}"));
    let limit = line.limit;
    let disabled = line.disabled.then(|| "the account is disabled".to_owned());
    let restrictions = line.restrictions.iter().map(|one| match one.until {
        Some(until) => format!("{} until {until}", one.kind),
        None => one.kind.clone(),
    });
    let parts = disabled.into_iter().chain(restrictions).chain(line.reason.clone());
    let paced = (line.paced > 0).then(|| format!("{} wait for one in 6 s", line.paced));
    let parts = parts.chain(paced);
    let parts = parts.chain(limit.and_then(|limit| instant("used up at", limit.full_at)));
    let parts = parts.chain(limit.and_then(|limit| instant("room again at", limit.frees_at)));
    parts.collect::<Vec<_>>().join(", ")
}
