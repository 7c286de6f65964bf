//! `guichet sla due`: what a service level promises, and why, without a relay.

use super::check::CONFIG;
use super::{Failure, print};
use crate::domain::calendar::Calendar;
use crate::domain::name::Name;
use crate::domain::policy::Threading;
use crate::domain::sla::{Answer, Metric, Terms, What, what};
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use crate::kit::text::printable;
use crate::relay::config::Policy;
use crate::relay::rules;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Ask what a service level promises
#[derive(Debug, clap::Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  guichet sla due --config relay.toml --queue support --at 2026-11-20T17:30:00+01:00"
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Due(Due),
}

/// Tell when something would be due, and why
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Only queues, calendars and service levels of the configuration are read: it needs no line, and no secret is opened.
The timeline is a JSON array of what came after the customer's first message, such as
  [{\"at\": \"2026-11-16T11:00:00+01:00\", \"what\": \"pending\"}]
with customer, reply, failed (the latest reply), bot_reply, note, handoff, assign:NAME, pending, on_hold, open,
solved, reopened, priority:urgent and calendar:NAME.

Examples:
  guichet sla due --config relay.toml --queue support --at 2026-11-20T17:30:00+01:00
  guichet sla due --queue support --metric requester_wait --at 2026-11-16T10:00:00Z --timeline day.json --json")]
struct Due {
    /// The relay's configuration; relay.d/*.toml beside it belongs to it
    #[arg(long, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
    /// The ticket's queue
    #[arg(long, value_name = "QUEUE")]
    queue: String,
    /// How urgent it is at the start: low, normal, high or urgent
    #[arg(long, value_name = "PRIORITY", default_value = "normal", value_parser = priority)]
    priority: Priority,
    /// What is measured, such as first_reply, next_reply, requester_wait, agent_work or total_resolution
    #[arg(long, value_name = "METRIC", default_value = "first_reply", value_parser = metric)]
    metric: Metric,
    /// When the customer first writes: RFC 3339, such as 2026-11-20T17:30:00+01:00
    #[arg(long, value_name = "TIME")]
    at: Timestamp,
    /// What happens after that: a JSON file
    #[arg(long, value_name = "FILE")]
    timeline: Option<PathBuf>,
    /// By when: the timeline's last entry unless it is given, else the customer's message
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

fn priority(word: &str) -> Result<Priority, String> {
    let known = Priority::ALL.into_iter().find(|priority| priority.word() == word);
    known.ok_or_else(|| "it is low, normal, high or urgent".to_owned())
}

fn metric(word: &str) -> Result<Metric, String> {
    let words = || Metric::ALL.map(Metric::word).join(", ");
    Metric::of(word).ok_or_else(|| format!("it is one of {}", words()))
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let Command::Due(due) = &args.command;
    let policy = Policy::load(&due.config).map_err(|faults| {
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        Failure::Failed(format!("{}; `guichet check` tells them one by one", told.join("; ")))
    })?;
    let answer = due.answer(&policy)?;
    if due.json { print::json(&answer) } else { print::text(&shown(&answer)) }
}

impl Due {
    fn answer(&self, policy: &Policy) -> Result<Answer, Failure> {
        let queue = Name::from(self.queue.as_str());
        let ruled = policy.sla(&self.queue);
        if ruled.is_none() && policy.queue(&self.queue).is_none() {
            let (name, file) = (&self.queue, self.config.display());
            let known: Vec<_> = policy.queues.iter().map(|queue| queue.name.as_str()).collect();
            let ruled = policy.slas.iter().flat_map(|sla| sla.queues.iter().map(Name::as_str));
            let mut known: Vec<_> = known.into_iter().chain(ruled).collect();
            known.sort_unstable();
            known.dedup();
            let known = known.join(", ");
            let what = format!("{file} knows no queue {name:?}; it knows: {known}");
            return Err(Failure::Failed(what));
        }
        let queues = rules::queues(policy);
        let threading = queues.get(&queue).map_or_else(Threading::default, |queue| queue.threading);
        let terms = Terms { policy: ruled.cloned(), priority: self.priority, threading };
        let timeline = match &self.timeline {
            Some(file) => timeline(file, self.at, &policy.calendars)?,
            None => Vec::new(),
        };
        let last = timeline.iter().map(|(at, _)| *at).max().unwrap_or(self.at);
        let now = self.now.unwrap_or(last);
        Ok(Answer::of(terms, self.metric, self.at, &timeline, now))
    }
}

/// An entry of the timeline as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    at: String,
    what: String,
}

fn timeline(
    file: &Path,
    start: Timestamp,
    calendars: &[Calendar],
) -> Result<Vec<(Timestamp, What)>, Failure> {
    let hint = "name a JSON file that you may read";
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, &error, hint))?;
    let wrong = |why: String| Failure::Failed(format!("{}: {why}", file.display()));
    let entries: Vec<Entry> = serde_json::from_str(&text).map_err(|error| {
        wrong(format!("{error}; write [{{\"at\": \"2026-11-16T11:00:00Z\", \"what\": \"reply\"}}]"))
    })?;
    let read = |(nth, entry): (usize, &Entry)| {
        let of = |why: &str| wrong(format!("entry {}: {why}", nth + 1));
        let at: Timestamp = entry.at.parse().map_err(|_| {
            of(&format!("{:?} is no time; write it as 2026-11-16T11:00:00+01:00", entry.at))
        })?;
        if at < start {
            return Err(of("it is before --at, the customer's first message"));
        }
        Ok((at, what(&entry.what, calendars).map_err(|why| of(&why))?))
    };
    entries.iter().enumerate().map(read).collect()
}

fn shown(answer: &Answer) -> String {
    let or = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.to_string());
    let state = serde_json::to_value(answer.state).ok();
    let state = state.as_ref().and_then(|state| state.as_str()).unwrap_or_default().to_owned();
    let target = answer.target_s.map_or("-".to_owned(), span);
    let mut lines = vec![
        format!("{}: {state}", answer.metric.word()),
        format!("  target    {target}"),
        format!("  used      {}", span(answer.used_s)),
        format!("  due       {}", or(answer.due)),
        format!("  breached  {}", or(answer.breached_at)),
    ];
    let event = |told: &crate::domain::sla::Told| {
        format!("  {:<24}  {:<18}  due {}", told.at.to_string(), told.what, or(told.due))
    };
    lines.extend(answer.events.iter().map(event));
    printable(&lines.join("\n")).into_owned()
}

/// Seconds as people write them: "1h30m".
fn span(seconds: i64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let text: String = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number}{unit}"))
        .collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const CONFIG: &str = r#"
        [[calendar]]
        name = "rome"
        timezone = "Europe/Rome"
        hours = { mon = ["09:00-13:00", "14:00-18:00"], tue = ["09:00-13:00", "14:00-18:00"], wed = ["09:00-13:00", "14:00-18:00"], thu = ["09:00-13:00", "14:00-18:00"], fri = ["09:00-13:00", "14:00-18:00"] }
        holidays = ["2026-12-08", "2026-12-25"]
        special = { "2026-12-24" = ["09:00-13:00"] }
        [[sla]]
        name = "standard"
        queues = ["support"]
        calendar = "rome"
        [sla.first_reply]
        normal = "240m"
        urgent = "60m"
        [sla.next_reply]
        normal = "30m"
        [sla.requester_wait]
        normal = "480m"
    "#;

    fn answered(args: &[&str], timeline: &str) -> Result<String, Failure> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("relay.toml"), CONFIG).expect("written");
        std::fs::write(path("t.json"), timeline).expect("written");
        let (config, file) = (path("relay.toml"), path("t.json"));
        let mut words = vec!["guichet", "sla", "due", "--config", &config, "--timeline", &file];
        words.extend(args);
        let cli = <super::super::Cli as clap::Parser>::try_parse_from(words);
        let Some(super::super::Command::Sla(args)) = cli.expect("it is parsed").command else {
            panic!("another command");
        };
        let Command::Due(due) = args.command;
        let policy = Policy::load(&due.config).expect("sound");
        due.answer(&policy).map(|answer| serde_json::to_string(&answer).expect("JSON"))
    }

    #[rstest]
    #[case::plain(
        &["--at", "2026-11-20T17:30:00+01:00"],
        "[]",
        r#"{"metric":"first_reply","state":"running","target_s":14400,"used_s":0,"due":"2026-11-23T11:30:00Z","breached_at":null,"events":[{"at":"2026-11-20T16:30:00Z","what":"started","due":"2026-11-23T11:30:00Z"},{"at":"2026-11-20T16:30:00Z","what":"window_dies_first","due":"2026-11-21T16:30:00Z"}]}"#
    )]
    #[case::raised(
        &["--at", "2026-11-16T10:00:00+01:00"],
        r#"[{"at": "2026-11-16T11:30:00+01:00", "what": "priority:urgent"}]"#,
        r#"{"metric":"first_reply","state":"breached_running","target_s":3600,"used_s":5400,"due":"2026-11-16T10:00:00Z","breached_at":"2026-11-16T10:30:00Z","events":[{"at":"2026-11-16T09:00:00Z","what":"started","due":"2026-11-16T14:00:00Z"},{"at":"2026-11-16T10:30:00Z","what":"retargeted","due":"2026-11-16T10:00:00Z"},{"at":"2026-11-16T10:30:00Z","what":"breached:retarget","due":"2026-11-16T10:00:00Z"}]}"#
    )]
    #[case::moved(
        &["--at", "2026-11-16T16:00:00+01:00", "--metric", "requester_wait"],
        r#"[{"at": "2026-11-17T12:00:00+01:00", "what": "calendar:24x7"}]"#,
        r#"{"metric":"requester_wait","state":"running","target_s":28800,"used_s":18000,"due":"2026-11-17T14:00:00Z","breached_at":null,"events":[{"at":"2026-11-16T15:00:00Z","what":"started","due":"2026-11-17T15:00:00Z"},{"at":"2026-11-17T11:00:00Z","what":"retargeted","due":"2026-11-17T14:00:00Z"}]}"#
    )]
    #[case::paused(
        &["--at", "2026-11-16T10:00:00+01:00", "--metric", "requester_wait", "--now", "2026-11-16T12:00:00Z"],
        r#"[{"at": "2026-11-16T11:00:00+01:00", "what": "pending"}]"#,
        r#"{"metric":"requester_wait","state":"paused","target_s":28800,"used_s":3600,"due":null,"breached_at":null,"events":[{"at":"2026-11-16T09:00:00Z","what":"started","due":"2026-11-17T09:00:00Z"},{"at":"2026-11-16T10:00:00Z","what":"paused","due":null}]}"#
    )]
    #[case::idle(
        &["--at", "2026-11-16T10:00:00+01:00", "--metric", "next_reply"],
        "[]",
        r#"{"metric":"next_reply","state":"idle","target_s":1800,"used_s":0,"due":null,"breached_at":null,"events":[]}"#
    )]
    fn the_answer_is_json(#[case] args: &[&str], #[case] timeline: &str, #[case] json: &str) {
        let args = [&["--queue", "support"], args].concat();
        assert_eq!(answered(&args, timeline).expect("answered"), json);
    }

    #[rstest]
    #[case("support", "[{\"at\": \"noon\", \"what\": \"reply\"}]", "entry 1: \"noon\" is no time")]
    #[case(
        "support",
        "[{\"at\": \"2026-11-16T09:59:00+01:00\", \"what\": \"reply\"}]",
        "entry 1: it is before --at"
    )]
    #[case(
        "support",
        "[{\"at\": \"2026-11-16T11:00:00+01:00\", \"what\": \"rain\"}]",
        "entry 1: \"rain\" is nothing that happens"
    )]
    #[case(
        "support",
        "[{\"at\": \"2026-11-16T11:00:00+01:00\", \"what\": \"calendar:oslo\"}]",
        "no [[calendar]] is called \"oslo\""
    )]
    #[case("support", "{}", "write [{")]
    #[case("sales", "[]", "knows no queue \"sales\"; it knows: support")]
    fn what_is_wrong_is_told(#[case] queue: &str, #[case] timeline: &str, #[case] told: &str) {
        let args = ["--queue", queue, "--at", "2026-11-16T10:00:00+01:00"];
        let Err(Failure::Failed(text)) = answered(&args, timeline) else {
            panic!("it is answered")
        };
        assert!(text.contains(told), "{text}");
    }

    #[test]
    fn people_read_it_too() {
        let terms = Terms::default();
        let answer = Answer::of(terms, Metric::FirstReply, Timestamp(0), &[], Timestamp(5_400_000));
        let text = shown(&answer);
        assert!(
            text.starts_with("first_reply: running\n  target    -\n  used      1h30m\n"),
            "{text}"
        );
    }
}
