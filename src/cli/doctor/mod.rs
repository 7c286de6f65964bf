//! `guichet doctor`: asks the platform, and the public URL, what is wrong with a line.
//!
//! It changes nothing and leaves no trace. Tokens and secrets go only where the relay and the platform send
//! them too, and never into what is printed.

mod account;
mod callback;
mod carried;
mod certificate;
mod finding;
mod line;
mod mail;
mod tally;
#[cfg(test)]
mod tests;
mod webhook;

use super::{Failure, check, print, relay, shell};
use crate::console::profile;
use crate::kit::Clock;
use crate::kit::text::one_line;
use crate::relay::config::Config;
use crate::relay::daemon::REFUSED;
use finding::{Finding, Report, State};
use reqwest::Url;
use std::io::Write;
use std::path::PathBuf;

/// Say what is wrong between the platform and a line, and how to mend it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It reads the secrets that the configuration names: run it as the relay's user. It sends no message.

Checks: token, scope, number, templates, subscription, url, certificate, verify, signature, clock, allow-list.
Where there is an [smtp], also whether the mail server answers and takes the login.
Each is ok, wrong, or skipped because of another. Exit status: 0 nothing is wrong, 1 something is.

Examples:
  guichet doctor
  guichet doctor --config relay.toml --line support
  guichet doctor --config relay.toml --json | jq -r '.[] | select(.state == \"wrong\") | .mend'
  guichet doctor --url https://desk.example.org/webhooks/whatsapp")]
pub(super) struct Args {
    /// The relay's configuration; relay.d/*.toml beside it belongs to it
    #[arg(long, value_name = "FILE", default_value = check::CONFIG)]
    config: PathBuf,
    /// Only this line; else all
    #[arg(long, value_name = "NAME")]
    line: Option<String>,
    /// Where the relay's webhooks are reached from outside; else the callback URL that the platform has
    #[arg(long, value_name = "URL", value_parser = web_address)]
    url: Option<Url>,
    /// Print what was found as a JSON array
    #[arg(long)]
    json: bool,
}

fn web_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("no web address: {error}"))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err("no web address: write https://HOST/webhooks/whatsapp".to_owned()),
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let (config, warnings) = Config::examine(&args.config);
    let mut config = config.map_err(|faults| relay::faulty(&args.config, &faults))?;
    // On stderr: a warning is no finding of a line, and changes neither the array nor the exit status.
    for warning in warnings {
        let warning = one_line(&warning.to_string(), 1_000);
        let _ = writeln!(std::io::stderr(), "guichet: warning: {warning}");
    }
    if let Some(name) = &args.line {
        config.lines.retain(|line| line.name == *name);
        if config.lines.is_empty() {
            let file = args.config.display();
            return Err(Failure::usage(format!("--line {name}: {file} has no line of that name")));
        }
    }
    let found = shell::runtime()?.block_on(examine(&config, args.url.as_ref(), &Clock::system()));
    match args.json {
        true => print::json(&found)?,
        false => {
            print::text(&shown(&found, profile::shows_unicode(&|name| std::env::var(name).ok())))?
        }
    }
    match found.iter().any(|finding| finding.state == State::Wrong) {
        true => Err(Failure::Told),
        false => Ok(()),
    }
}

/// All checks of all lines, one after the other.
async fn examine(config: &Config, url: Option<&Url>, clock: &Clock) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(refused(config));
    for line in &config.lines {
        found.extend(line::examine(line, &config.listen.consoles, url, clock).await);
    }
    if let Some(smtp) = &config.alerting.smtp {
        found.extend(mail::examine(smtp).await);
    }
    found
}

/// That the relay runs by another configuration than the file's.
fn refused(config: &Config) -> Option<Finding> {
    let why = std::fs::read_to_string(config.data_dir.join(REFUSED)).ok()?;
    let mut report = Report::of("relay");
    report.wrong("reload", one_line(&why, 600), "mend the file, then reload the relay");
    report.findings.pop()
}

/// A line of text for each finding, under the name of its line where there are several.
fn shown(found: &[Finding], unicode: bool) -> String {
    let (ok, wrong, arrow) = if unicode { ("✓", "✗", "→") } else { ("+", "x", "->") };
    let several = found.iter().any(|finding| finding.line != found[0].line);
    let (mut text, mut heading) = (String::new(), None);
    for finding in found {
        if several && heading != Some(&finding.line) {
            text.push_str(&format!("{}:\n", one_line(&finding.line, 64)));
            heading = Some(&finding.line);
        }
        let mark = match finding.state {
            State::Ok => ok,
            State::Wrong => wrong,
            State::Skipped => "-",
        };
        let mend = finding.mend.as_ref().map(|mend| format!(" {arrow} {mend}")).unwrap_or_default();
        let says = one_line(&format!("{}{mend}", finding.says), 1_000);
        text.push_str(&format!("{mark} {:<13}{says}\n", finding.check));
    }
    text
}
