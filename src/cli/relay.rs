//! `guichet relay`: the daemon.

mod plan;

use super::{Failure, check, logs, shell};
use crate::relay::config::Fault;
use crate::relay::service::{self, ServiceError};
use std::path::{Path, PathBuf};

/// Run the relay: webhooks in, journal, answers out
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Logs to stderr; GUICHET_LOG=debug says more. SIGTERM drains and stops, SIGHUP takes over a changed configuration.

Examples:
  guichet relay --config relay.toml
  guichet relay plan --config relay.toml
  systemctl enable --now guichet"
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Its configuration; relay.d/*.toml beside it belongs to it
    #[arg(long, value_name = "FILE", default_value = check::CONFIG)]
    config: PathBuf,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Plan(plan::Args),
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if let Some(Command::Plan(args)) = &args.command {
        return plan::run(args);
    }
    logs::start("info");
    match shell::runtime()?.block_on(service::run(&args.config)) {
        Ok(()) => Ok(()),
        Err(ServiceError::Faults(faults)) => Err(faulty(&args.config, &faults)),
        Err(error) => Err(Failure::failed(error)),
    }
}

/// A configuration with faults, in one line.
pub(super) fn faulty(config: &Path, faults: &[Fault]) -> Failure {
    Failure::Failed(service::first_fault(config, faults))
}
