//! `guichet sandbox`: the simulated platform alone, and `guichet sandbox load`.

use super::{Failure, logs, print, shell};
use crate::kit::Clock;
use crate::sandbox::load::{self, LoadArgs};
use crate::sandbox::{Sandbox, SandboxArgs};
use std::io::Write;

/// Play the WhatsApp platform and its customers
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
The record of everything received and delivered is served at http://ADDR/_sandbox/record.
POST http://ADDR/_sandbox/say makes a customer write, /_sandbox/tell the platform tell of its own agent, of groups,
of a phone's past and book: docs/inbound.md has examples.

Examples:
  guichet sandbox --listen 127.0.0.1:8480 --webhook http://127.0.0.1:8443/webhooks/whatsapp --app-secret-file app_secret
  guichet sandbox --silent --listen 127.0.0.1:8480
  guichet sandbox load --webhook http://127.0.0.1:8443/webhooks/whatsapp --app-secret-file app_secret --for 10s"
)]
pub(super) struct Args {
    #[command(subcommand)]
    load: Option<Load>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Load {
    /// Post signed webhooks and report the latency as JSON
    #[command(after_help = "\
Examples:
  guichet sandbox load --webhook http://127.0.0.1:8443/webhooks/whatsapp --app-secret-file app_secret
  guichet sandbox load --webhook http://127.0.0.1:8443/webhooks/whatsapp --app-secret-file app_secret --rate 5000 --for 30s")]
    Load(LoadArgs),
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("info");
    match &args.load {
        Some(Load::Load(args)) => {
            let options = args.options().map_err(Failure::failed)?;
            let report = load::run(&options).map_err(Failure::failed)?;
            print::json(&report)?;
            if report.acknowledged == 0 {
                let url = &options.webhook;
                return Err(Failure::Failed(format!(
                    "{url} acknowledged nothing; see `answers` and `errors` in the report"
                )));
            }
            Ok(())
        }
        None => play(&args.sandbox),
    }
}

fn play(args: &SandboxArgs) -> Result<(), Failure> {
    let options = args.options().map_err(Failure::failed)?;
    let clock = match Clock::system() {
        system if args.speed == 1.0 => system,
        system => Clock::scaled(system.now(), args.speed),
    };
    shell::runtime()?.block_on(async {
        let asked = shell::asked_to_stop()?;
        let sandbox = Sandbox::start(options, clock).await.map_err(Failure::failed)?;
        print::text(&format!("api_url = \"{}\"", sandbox.api_url()))?;
        let next = if args.webhook.is_some() {
            "customers write to the webhook"
        } else {
            "customers stay silent until --webhook URL and --app-secret-file FILE say where they write to"
        };
        let _ = writeln!(
            std::io::stderr(),
            "the sandbox plays the platform: put the line above into [[line]] of relay.toml; {next}; ^C ends it"
        );
        asked.await;
        let record = sandbox.stop().await;
        tracing::info!(
            inbound = record.inbound.len(),
            acknowledged = record.acknowledged().count(),
            accepted = record.sends.len(),
            "the sandbox has stopped"
        );
        Ok(())
    })
}
