//! The command line: reads what is asked for, joins the parts that do it, and says how it went. Every command
//! ends with 0 (done), 1 (it failed) or 2 (it was asked wrongly); an error is one line on stderr that says what,
//! where and what to do.

mod admin;
mod alerts;
mod campaigns;
mod check;
mod console;
mod contacts;
mod demo;
mod doctor;
mod failure;
mod lines;
mod logs;
mod media;
mod print;
mod relay;
mod remote;
mod sandbox;
mod send;
mod shell;
mod sla;
mod spread;
mod table;
mod templates;
mod thread;
mod tickets;

pub use failure::Failure;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  guichet demo --headless --for 30s              customers, relay and agents, all simulated
  guichet relay --config relay.toml              the daemon
  guichet check --config relay.toml              say what is wrong in a configuration
  guichet doctor --config relay.toml             say what is wrong between the platform and a line
  guichet sandbox --listen 127.0.0.1:8480        play the WhatsApp platform

Every command has a --help of its own, with examples.
Exit status: 0 done, 1 the thing asked for failed, 2 it was asked wrongly.";

/// How the standard library says that text is no whole number, or none of that size.
const NO_NUMBER: [&str; 4] = [
    "invalid digit found in string",
    "cannot parse integer from empty string",
    "number too large to fit in target type",
    "number too small to fit in target type",
];

/// A WhatsApp helpdesk for people who live in a terminal.
#[derive(Debug, Parser)]
// Whatever the file is called through which it was started, hints name the program.
#[command(
    name = "guichet",
    bin_name = "guichet",
    version,
    after_help = EXAMPLES,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(Box<demo::Args>),
    Console(console::Args),
    Relay(relay::Args),
    Sandbox(Box<sandbox::Args>),
    Check(check::Args),
    Doctor(doctor::Args),
    Tickets(tickets::Args),
    Thread(thread::Args),
    Media(media::Args),
    Send(Box<send::Args>),
    Contacts(contacts::Args),
    Templates(templates::Args),
    Lines(lines::Args),
    Campaigns(Box<campaigns::Args>),
    Alerts(alerts::Args),
    Spread(spread::Args),
    Sla(sla::Args),
    Admin(Box<admin::Args>),
}

/// The whole tree of commands, for those who check what documentation says about it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    shell::mute_panics();
    keep_private();
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What is made is for its owner alone, also by the store's library, which sets no mode of its own.
fn keep_private() {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

fn run(args: impl IntoIterator<Item = OsString>) -> Result<(), Failure> {
    let args: Vec<_> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(fault) => return unparsed(&fault, &args),
    };
    match cli.command {
        None => console::by_profile().unwrap_or_else(|| {
            Err(Failure::usage(
                "say what to start: `guichet demo --headless --for 30s` tries it without a file, \
                 `guichet relay --config FILE` is the daemon, `guichet --help` lists everything",
            ))
        }),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Console(args)) => console::run(&args),
        Some(Command::Relay(args)) => relay::run(&args),
        Some(Command::Sandbox(args)) => sandbox::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args),
        Some(Command::Tickets(args)) => tickets::run(&args),
        Some(Command::Thread(args)) => thread::run(&args),
        Some(Command::Media(args)) => media::run(&args),
        Some(Command::Send(args)) => send::run(&args),
        Some(Command::Contacts(args)) => contacts::run(&args),
        Some(Command::Templates(args)) => templates::run(&args),
        Some(Command::Lines(args)) => lines::run(&args),
        Some(Command::Campaigns(args)) => campaigns::run(&args),
        Some(Command::Alerts(args)) => alerts::run(&args),
        Some(Command::Spread(args)) => spread::run(&args),
        Some(Command::Sla(args)) => sla::run(&args),
        Some(Command::Admin(args)) => admin::run(*args),
    }
}

/// Help and version are no failures; a wrong command line is told in one line.
fn unparsed(fault: &clap::Error, args: &[OsString]) -> Result<(), Failure> {
    let text = fault.render().to_string();
    match fault.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return print::text(&text),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let usage = text.lines().find_map(|line| line.strip_prefix("Usage: "));
            let usage = usage.unwrap_or("guichet --help");
            return Err(Failure::Usage(format!("a command is missing; write {usage}")));
        }
        _ => {}
    }
    let mut said = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("Usage: ") || line.starts_with("For more information") {
            break;
        }
        said.push(line.trim_start_matches("error: ").trim_start_matches("tip: "));
    }
    let said = said.join(" ").replace(": <", " <");
    let said = NO_NUMBER.iter().fold(said, |said, why| said.replace(why, "give a whole number"));
    Err(Failure::Usage(format!("{said}; see `{} --help`", meant(args))))
}

/// The command that was meant, as far as it can be told from a line that is wrong.
fn meant(args: &[OsString]) -> String {
    let mut command = &Cli::command();
    let mut path = "guichet".to_owned();
    for arg in args.iter().skip(1) {
        if let Some(sub) = command.find_subcommand(arg) {
            path = format!("{path} {}", sub.get_name());
            command = sub;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_help_with_examples() {
        fn walk(command: &clap::Command, path: &str) {
            let help = command.clone().render_long_help().to_string();
            assert!(help.contains("Example"), "{path} has no example");
            for sub in command.get_subcommands() {
                walk(sub, &format!("{path} {}", sub.get_name()));
            }
        }
        walk(&command(), "guichet");
    }

    #[test]
    fn a_wrong_line_is_told_in_one_line() {
        for line in [
            "guichet",
            "guichet nonsense",
            "guichet sandbox --speed 0",
            "guichet sandbox load",
            "guichet check --nonsense",
        ] {
            let told = run(line.split_whitespace().map(OsString::from)).expect_err("wrong");
            let Failure::Usage(text) = told else { panic!("{line}: {told:?}") };
            assert!(!text.contains('\n') && text.contains("guichet"), "{text}");
        }
    }
}
