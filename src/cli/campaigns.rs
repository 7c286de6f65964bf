//! `guichet campaigns`: a template for many people, and what became of it.

mod recipients;

use super::remote::{RelayArgs, Remote};
use super::send::{advice, trouble};
use super::table::{Column, Table};
use super::{Failure, logs, print, shell};
use crate::kit::text::one_line;
use crate::wire::{
    Acted, CampaignAct, CampaignDo, CampaignFilled, CampaignReport, CampaignRequest, CampaignRows,
    CampaignView, TemplateView,
};
use recipients::List;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Bytes of rows in one request: half of what the relay takes.
const REQUEST_BYTES: usize = 128 * 1024;
/// Refused rows that a table shows.
const SHOWN_MOST: usize = 20;

/// Send a template to a list of people, behind everything else; for supervisors
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  guichet campaigns
  guichet campaigns start spring --file recipients.csv --template promo --language it
  guichet campaigns show spring
  guichet campaigns show spring --json | jq .failed
  guichet campaigns pause spring"
)]
pub(super) struct Args {
    #[command(subcommand)]
    does: Option<Does>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    relay: RelayArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Does {
    /// List them, the latest first
    #[command(after_help = "Example:\n  guichet campaigns list --json")]
    List(ListArgs),
    Start(StartArgs),
    /// Tell what became of one: sent, delivered, read, answered, failed, refused
    #[command(after_help = "Example:\n  guichet campaigns show spring --json | jq '.turned[].row'")]
    Show(OneArgs),
    /// Send nothing more for now
    #[command(after_help = "Example:\n  guichet campaigns pause spring")]
    Pause(OneArgs),
    /// Go on after a pause
    #[command(after_help = "Example:\n  guichet campaigns resume spring")]
    Resume(OneArgs),
    /// Never send what is not sent yet
    #[command(after_help = "Example:\n  guichet campaigns cancel spring")]
    Cancel(OneArgs),
}

#[derive(Debug, clap::Args)]
struct OneArgs {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    of: ListArgs,
}

/// Take a list of people and send the template to whom it may go
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file is CSV with a heading. The column `phone` (or `user_id`) says who; every other column is a value of the
template, named as in `guichet templates`. The same command again goes on where it broke off.
Examples:
  guichet campaigns start spring --file recipients.csv --template promo --language it
  guichet campaigns start spring --file recipients.csv --template promo --language it --hold")]
struct StartArgs {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
    /// The people: a file of CSV; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// The template's name
    #[arg(long, value_name = "NAME")]
    template: String,
    /// The template's exact language
    #[arg(long, value_name = "CODE")]
    language: String,
    /// While it is paused, or ill received, send the template that is set in its place
    #[arg(long)]
    accept_alternative: bool,
    /// The line over which it goes, where there are several
    #[arg(long, value_name = "LINE")]
    line: Option<String>,
    /// Take the list and send nothing yet; `guichet campaigns resume` lets it go
    #[arg(long)]
    hold: bool,
    #[command(flatten)]
    of: ListArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    logs::start("warn");
    let runtime = shell::runtime()?;
    let none: [(&str, &str); 0] = [];
    match &args.does {
        None => runtime.block_on(list(&args.list)),
        Some(Does::List(args)) => runtime.block_on(list(args)),
        Some(Does::Start(args)) => runtime.block_on(start(args)),
        Some(Does::Show(one)) => {
            let remote = one.of.relay.remote()?;
            let path = path(&one.name, "");
            let report: CampaignReport = runtime.block_on(remote.get_long(&path, &none))?;
            told(&report, one.of.json)
        }
        Some(Does::Pause(one)) => runtime.block_on(shift(one, CampaignDo::Pause)),
        Some(Does::Resume(one)) => runtime.block_on(shift(one, CampaignDo::Resume)),
        Some(Does::Cancel(one)) => runtime.block_on(shift(one, CampaignDo::Cancel)),
    }
}

async fn list(args: &ListArgs) -> Result<(), Failure> {
    let none: [(&str, &str); 0] = [];
    let all: Vec<CampaignView> = args.relay.remote()?.get("campaigns", &none).await?;
    if args.json {
        return print::json(&all);
    }
    let mut table = Table::new(&[
        Column::new("CAMPAIGN", 10, 32),
        Column::whole("STATE", 10),
        Column::new("TEMPLATE", 10, 32).leaving(1),
        Column::whole("ROWS", 8),
        Column::whole("REFUSED", 8),
        Column::whole("WAITING", 8),
        Column::whole("MADE", 20).leaving(2),
        Column::new("BY", 4, 16).leaving(3),
    ]);
    for one in &all {
        table.row([
            &one.name,
            one.state.word(),
            &format!("{} {}", one.template, one.language),
            &one.rows.to_string(),
            &one.refused.values().sum::<u32>().to_string(),
            &one.waiting.to_string(),
            &one.at.to_string(),
            &one.by,
        ]);
    }
    print::text(&table.text("no campaign"))
}

/// Takes the list a piece at a time; what was taken by an earlier try is not taken again.
async fn start(args: &StartArgs) -> Result<(), Failure> {
    let list = List::read(&args.file)?;
    let remote = args.of.relay.remote()?;
    let none: [(&str, &str); 0] = [];
    let all: Vec<TemplateView> = remote.get("templates", &none).await?;
    let meant = |one: &&TemplateView| {
        let line = args.line.as_ref().is_none_or(|line| one.lines.contains(line));
        one.name == args.template && one.language == args.language && line
    };
    let mut template = (args.template.clone(), args.language.clone());
    // Whether it may be sent, and to whom, is for the relay to say.
    let meant = all.iter().find(meant);
    let other = meant.and_then(|one| Some((one, one.alternative(all.iter())?)));
    match (meant.and_then(trouble), other) {
        (Some(trouble), Some((_, other))) => {
            let who = format!("it goes to who agreed to {} messages", other.purpose.word());
            eprintln!("{}", advice(&trouble, other, Ok(who), args.accept_alternative));
        }
        (Some(trouble), None) => eprintln!("{}", one_line(&trouble, 300)),
        (None, _) => {}
    }
    if let Some((one, other)) = other.filter(|_| args.accept_alternative) {
        let known: Vec<CampaignView> = remote.get("campaigns", &none).await?;
        let begun = known.iter().find(|known| known.name == args.name);
        let instead = (other.name.clone(), other.language.clone());
        // What has begun with the one goes on with it, whatever has become of the other since.
        let takes = match begun {
            Some(known) => (&known.template, &known.language) == (&instead.0, &instead.1),
            None => trouble(one).is_some(),
        };
        if takes {
            template = instead;
        }
    }
    let request = CampaignRequest {
        name: args.name.clone(),
        line: args.line.clone(),
        template: template.0,
        language: template.1,
        digest: list.digest(),
    };
    let _: Acted = remote.post("campaigns", &request).await?;
    let to = path(&args.name, "/recipients");
    let asks = CampaignRows { from: 0, rows: Vec::new() };
    let mut taken: CampaignFilled = remote.post(&to, &asks).await?;
    while let Some(rows) = list.piece(taken.rows, CampaignRows::ROWS_MOST, REQUEST_BYTES) {
        let more: CampaignFilled =
            remote.post(&to, &CampaignRows { from: taken.rows, rows }).await?;
        if more.rows <= taken.rows {
            let what = "the relay takes no more rows; is another import under way?";
            return Err(Failure::failed(what));
        }
        taken = more;
    }
    if !args.hold {
        let start = CampaignAct { act: CampaignDo::Start };
        let _: Acted = remote.post(&path(&args.name, "/actions"), &start).await?;
    }
    let report: CampaignReport = remote.get_long(&path(&args.name, ""), &none).await?;
    told(&report, args.of.json)
}

async fn shift(one: &OneArgs, act: CampaignDo) -> Result<(), Failure> {
    let remote: Remote = one.of.relay.remote()?;
    let acted: Acted = remote.post(&path(&one.name, "/actions"), &CampaignAct { act }).await?;
    match one.of.json {
        true => print::json(&acted),
        false => print::text("done\n"),
    }
}

/// A name may hold what has a meaning in an address.
fn path(name: &str, rest: &str) -> String {
    let escaped = name.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    });
    format!("campaigns/{}{rest}", escaped.collect::<String>())
}

fn told(report: &CampaignReport, json: bool) -> Result<(), Failure> {
    match json {
        true => print::json(report),
        false => print::text(&text(report)),
    }
}

fn text(report: &CampaignReport) -> String {
    let of = &report.campaign;
    let mut said = format!(
        "{} is {}: {} {} on {}\n",
        one_line(&of.name, 64),
        of.state.word(),
        of.template,
        of.language,
        one_line(&of.line, 64),
    );
    let refused: u32 = of.refused.values().sum();
    let failed: u32 = report.failed.iter().map(|failed| failed.count).sum();
    let mut table = Table::new(&[Column::whole("WHAT", 16), Column::whole("HOW MANY", 10)]);
    for (what, count) in [
        ("rows", of.rows),
        ("refused", refused),
        ("waiting", of.waiting),
        ("unconfirmed", report.unconfirmed),
        ("cancelled", report.cancelled),
        ("sent", report.sent),
        ("held", report.held),
        ("failed", failed),
        ("delivered", report.delivered),
        ("read", report.read),
        ("answered", report.answered),
    ] {
        table.row([what, &count.to_string()]);
    }
    said.push_str(&table.text(""));
    if !report.failed.is_empty() {
        let mut table = Table::new(&[
            Column::whole("FAILED", 8),
            Column::whole("HOW MANY", 10),
            Column::new("MEANING", 20, 100),
        ]);
        for failed in &report.failed {
            let (code, count) = (failed.code.to_string(), failed.count.to_string());
            table.row([&code, &count, &failed.title]);
        }
        said.push('\n');
        said.push_str(&table.text(""));
    }
    if !report.turned.is_empty() {
        let mut rules = BTreeMap::<(&str, &str), Vec<u32>>::new();
        for turned in &report.turned {
            rules.entry((&turned.code, &turned.message)).or_default().push(turned.row);
        }
        let mut table = Table::new(&[
            Column::whole("REFUSED", 8),
            Column::new("RULE", 12, 20),
            Column::new("WHY", 20, 100),
            Column::new("ROWS", 10, 60),
        ]);
        for ((code, message), rows) in rules {
            let shown: Vec<_> = rows.iter().take(SHOWN_MOST).map(u32::to_string).collect();
            let more = if rows.len() > SHOWN_MOST { " ..." } else { "" };
            let shown = format!("{}{more}", shown.join(" "));
            table.row([&rows.len().to_string(), code, message, &shown]);
        }
        said.push('\n');
        said.push_str(&table.text(""));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_place_in_an_address() {
        for (name, wanted) in [
            ("spring", "campaigns/spring/actions"),
            ("a b?c#d%", "campaigns/a%20b%3Fc%23d%25/actions"),
            ("é", "campaigns/%C3%A9/actions"),
        ] {
            assert_eq!(path(name, "/actions"), wanted);
        }
    }
}
