//! `guichet demo`: the sandbox, a relay and simulated agents in one process. Nothing has to be prepared and
//! nothing stays, unless a folder is named.

mod agents;
mod canned;
mod curtain;
mod folder;
mod phrases;
mod run;
mod summary;
mod tally;

use super::console::Looks;
use super::{Failure, logs, print, shell};
use crate::sandbox::{self, FaultArgs, Lang};
use curtain::Curtain;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a headless demo lasts unless it is said.
const HEADLESS: Duration = Duration::from_secs(30);

/// See it work: simulated customers, a relay, simulated agents
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Shows the console until you leave it; without a terminal it prints a status line every few seconds until ^C;
with --headless it runs for 30 s. Ends with a summary as JSON, and with 1 if a message was lost or sent twice.

Examples:
  guichet demo
  guichet demo --headless --for 30s --speed 600 --seed 7
  guichet demo --headless --for 10s --speed 600 --duplicate 0.05 --reorder 0.05 --http-5xx 0.02 --cut 0.02
  guichet demo --data ~/guichet-demo --lang it")]
pub(super) struct Args {
    /// Desk seconds a real second
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = sandbox::speed)]
    speed: f64,
    /// What chance is thrown with: the same seed, the same customers
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The language of most customers
    #[arg(long, value_enum)]
    lang: Option<Lang>,
    /// Keep everything in this folder; the desk's time goes on from there the next time
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print nothing but the summary
    #[arg(long)]
    headless: bool,
    /// How long, in real time
    #[arg(long = "for", value_name = "SPAN", value_parser = sandbox::span)]
    lasts: Option<Duration>,
    /// Where consoles and scripts are served, on this machine; a free port by default
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", value_parser = near)]
    consoles: SocketAddr,
    #[command(flatten)]
    faults: FaultArgs,
    #[command(flatten)]
    looks: Looks,
}

impl Args {
    fn lasts(&self) -> Option<Duration> {
        self.lasts.or(self.headless.then_some(HEADLESS))
    }
}

/// A demo's secrets are made up, and it speaks in the clear.
fn near(text: &str) -> Result<SocketAddr, String> {
    let addr: SocketAddr = text
        .parse()
        .map_err(|_| format!("`{text}` is no address: write it like 127.0.0.1:7420"))?;
    if addr.ip().is_loopback() {
        return Ok(addr);
    }
    Err(format!("{addr} is not of this machine alone: a demo listens on 127.0.0.1 or [::1]"))
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let seen = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let summary = if seen && !args.headless && args.lasts.is_none() {
        played(args)?
    } else {
        logs::start("error");
        shell::runtime()?.block_on(run::run(args, Curtain::none()))?
    };
    print::json(&summary)?;
    match (summary.lost, summary.sent_twice) {
        (0, 0) => Ok(()),
        (lost, twice) => Err(Failure::Failed(format!(
            "{lost} messages were lost and {twice} sent twice; run it again with GUICHET_LOG=info --data DIR and report it"
        ))),
    }
}

/// The demo plays in the background while the console has the terminal.
fn played(args: &Args) -> Result<summary::Summary, Failure> {
    let prepared = super::console::prepare(&args.looks, None)?;
    let runtime = shell::runtime()?;
    let (curtain, opens, falls) = Curtain::new();
    let args = Arc::new(args.clone());
    let playing = runtime.spawn(async move { run::run(&args, curtain).await });
    // Without a word the demo has failed, and says why at its end.
    let shown = match opens.blocking_recv() {
        Ok(stage) => prepared.show(stage.target(), Some(stage.join)),
        Err(_) => Ok(()),
    };
    falls.cancel();
    let summary = runtime.block_on(playing).map_err(Failure::failed)?;
    shown?;
    summary
}
