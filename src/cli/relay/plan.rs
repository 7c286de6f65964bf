//! `guichet relay plan`: what a changed file would change, before `SIGHUP` applies it.

use crate::cli::table::{Column, Table};
use crate::cli::{Failure, check, logs, print, shell};
use crate::relay::admin::{AdminRequest, CallError, call};
use crate::relay::config::Config;
use crate::wire::PlanView;
use std::path::PathBuf;

/// Say what a changed configuration would change in the running relay; nothing is changed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It asks the relay that runs on this machine, as its user: which tables differ, which clocks would be due at another
instant, which would be late at once, which waiting tickets would be given to somebody, and what needs a restart.

Examples:
  guichet relay plan --config relay.toml
  guichet relay plan --config relay.toml --json | jq .clocks")]
pub(super) struct Args {
    /// The changed configuration; relay.d/*.toml beside it belongs to it
    #[arg(long, value_name = "FILE", default_value = check::CONFIG)]
    config: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let config =
        Config::load(&args.config).map_err(|faults| super::faulty(&args.config, &faults))?;
    let path = std::path::absolute(&args.config)
        .map_err(|error| Failure::file(&args.config, &error, "name the file with --config"))?;
    let path = path.to_string_lossy().into_owned();
    let socket = config.data_dir.join("admin.sock");
    let asked = AdminRequest::Plan { path };
    let answer = shell::runtime()?.block_on(call(&socket, &asked, &mut |_| Ok(())));
    let plan = answer.map_err(|error| match error {
        CallError::Dead { .. } => Failure::Failed(format!(
            "no relay answers on {}: one that starts takes the whole file",
            socket.display()
        )),
        error => Failure::failed(error),
    })?;
    let plan: PlanView = serde_json::from_value(plan).map_err(Failure::failed)?;
    if args.json {
        return print::json(&plan);
    }
    print::text(&told(&plan))
}

fn told(plan: &PlanView) -> String {
    let mut text = String::new();
    if !plan.restart.is_empty() {
        text += &format!(
            "{} needs a restart: a reload would change nothing at all\n\n",
            plan.restart.join(", ")
        );
    }
    if let Some(why) = &plan.unreadable {
        text += &format!("{why}: a reload would change nothing at all\n\n");
    }
    let mut table = Table::new(&[
        Column::new("TABLE", 8, 10),
        Column::new("NAME", 8, 40),
        Column::whole("HOW", 8),
        Column::whole("RULES", 12),
    ]);
    for of in &plan.changes {
        let (name, rules) = (if of.name.is_empty() { "-" } else { &of.name }, of.new_tickets);
        table.row([&of.what, name, &of.how, if rules { "new tickets" } else { "at once" }]);
    }
    text += &table.text("the same as the relay has");
    let clocks = &plan.clocks;
    text += &format!(
        "\nclocks: {} due at another time, {} due and were not, {} due no more; {} late at once\n",
        clocks.moved, clocks.gained, clocks.lost, clocks.breached
    );
    if !clocks.named.is_empty() {
        let mut table = Table::new(&[
            Column::whole("TICKET", 8),
            Column::new("CLOCK", 8, 20),
            Column::whole("DUE", 20),
            Column::whole("THEN", 20),
            Column::whole("LATE", 4),
        ]);
        let at = |at: Option<crate::kit::Timestamp>| {
            at.map_or_else(|| "-".to_owned(), |at| at.to_string())
        };
        for of in &clocks.named {
            let late = if of.breaches { "yes" } else { "" };
            let ticket = of.ticket.to_string();
            table.row([&ticket, &of.metric, &at(of.before), &at(of.after), late]);
        }
        text += &table.text("");
    }
    if plan.given.is_empty() {
        text += "\nno waiting ticket would be given to anybody\n";
    } else {
        let mut table = Table::new(&[
            Column::whole("TICKET", 8),
            Column::new("QUEUE", 8, 24),
            Column::new("TO", 8, 24),
        ]);
        for of in &plan.given {
            table.row([&of.ticket.to_string(), &of.queue, &of.to]);
        }
        text += &format!("\ngiven out at once:\n{}", table.text(""));
    }
    text
}
