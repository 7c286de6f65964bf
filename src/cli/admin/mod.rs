//! `guichet admin`: what the operator does at the relay's own machine.

mod args;
mod ask;
mod file;

pub(super) use args::Args;

use super::table::{Column, Table};
use super::{Failure, logs, print, relay, shell};
use crate::kit::text::{escaped, one_line};
use crate::relay::admin::{self, AdminRequest};
use crate::relay::config::Config;
use args::{AgentTask, ContactTask, DeadletterTask, JournalTask, Task};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use file::NewFile;
use serde_json::Value;
use serde_json::value::RawValue;
use std::io::{self, Read, Write};
use std::path::Path;

/// The longest password that is read, in bytes.
const PASSWORD_MOST: u64 = 4096;

/// What to do with an answer.
enum Shape {
    /// A table of the items, with these columns.
    Table(Columns, &'static str),
    /// Every item, as a JSON array.
    Array,
    /// What was done.
    Done,
    /// One member of what was done, bare.
    Member(&'static str),
}

/// Columns with the members of an item that they show.
type Columns = &'static [(Column, &'static str)];

const ACCOUNTS: Columns = &[
    (Column::new("ACCOUNT", 12, 64), "name"),
    (Column::whole("ROLE", 10), "role"),
    (Column::new("QUEUES", 10, 60), "queues"),
    (Column::whole("DISABLED", 8), "disabled"),
    (Column::whole("TOKENS", 6), "tokens"),
];
const LETTERS: Columns = &[
    (Column::whole("ID", 24), "id"),
    (Column::whole("AT", 30), "at"),
    (Column::new("LINE", 8, 24), "line"),
    (Column::new("REASON", 20, 80), "reason"),
];
const RETRIED: Columns = &[
    (Column::whole("ID", 24), "id"),
    (Column::whole("DONE", 5), "done"),
    (Column::new("REASON", 20, 80), "reason"),
];
const TRAIL: Columns = &[
    (Column::whole("POSITION", 12).leaving(1), "position"),
    (Column::whole("AT", 30), "at"),
    (Column::new("WHO", 8, 24), "who"),
    (Column::new("WHAT", 14, 60), "what"),
    (Column::new("ON", 8, 24), "on"),
    (Column::new("OUTCOME", 8, 40), "outcome"),
];

pub(super) fn run(args: Args) -> Result<(), Failure> {
    logs::start("warn");
    let config =
        Config::load(&args.config).map_err(|faults| relay::faulty(&args.config, &faults))?;
    let (request, shape) = match args.task {
        Task::Agent(AgentTask::Add { name, role, queues, .. }) => {
            let password = password()?;
            (AdminRequest::AgentAdd { name, role, queues, password }, Shape::Done)
        }
        Task::Agent(AgentTask::List) => {
            (AdminRequest::AgentList, Shape::Table(ACCOUNTS, "no account"))
        }
        Task::Agent(AgentTask::Disable { name }) => {
            (AdminRequest::AgentDisable { name }, Shape::Done)
        }
        Task::Agent(AgentTask::Enable { name }) => {
            (AdminRequest::AgentEnable { name }, Shape::Done)
        }
        Task::Agent(AgentTask::Set { name, role, queues, password_stdin }) => {
            let password = password_stdin.then(password).transpose()?;
            (AdminRequest::AgentSet { name, role, queues, password }, Shape::Done)
        }
        Task::Token { name, days } => (AdminRequest::Token { name, days }, Shape::Member("token")),
        Task::Contact(ContactTask::Show { id }) => {
            (AdminRequest::ContactShow { contact: id }, Shape::Done)
        }
        Task::Contact(ContactTask::Export { id }) => {
            (AdminRequest::ContactExport { contact: id }, Shape::Array)
        }
        Task::Contact(ContactTask::Erase { id }) => {
            (AdminRequest::ContactErase { contact: id }, Shape::Done)
        }
        Task::Journal(JournalTask::Verify) => (AdminRequest::JournalVerify, Shape::Done),
        Task::Journal(JournalTask::Stat) => (AdminRequest::JournalStat, Shape::Done),
        Task::Journal(JournalTask::Export { file, upto }) => {
            return export(&config, &file, upto, args.json);
        }
        Task::Journal(JournalTask::Import { file, without_keys }) => {
            return import(&config, &file, without_keys, args.json);
        }
        Task::Deadletter(DeadletterTask::List) => {
            (AdminRequest::DeadletterList, Shape::Table(LETTERS, "no dead letter"))
        }
        Task::Deadletter(DeadletterTask::Show { id }) => {
            (AdminRequest::DeadletterShow { id }, Shape::Member("raw"))
        }
        Task::Deadletter(DeadletterTask::Discard { id }) => {
            (AdminRequest::DeadletterDiscard { id }, Shape::Done)
        }
        Task::Deadletter(DeadletterTask::Retry { id }) => {
            (AdminRequest::DeadletterRetry { id }, Shape::Table(RETRIED, "no dead letter"))
        }
        Task::Backup { file } => return backup(&config, &file, args.json),
        Task::Restore { file, erased } => {
            return restore(&config, &file, erased.as_deref(), args.json);
        }
        Task::Audit { since, who } => {
            (AdminRequest::Audit { since, who }, Shape::Table(TRAIL, "nothing"))
        }
    };
    let done = tell(&config, request, &shape, args.json)?;
    // Asked whether it is sound, or to leave nothing.
    let good = done.get("sound").is_none_or(|sound| sound == true)
        && done.get("left").is_none_or(|left| left == 0);
    if good { Ok(()) } else { Err(Failure::Told) }
}

/// Asks and prints the answer.
fn tell(
    config: &Config,
    request: AdminRequest,
    shape: &Shape,
    json: bool,
) -> Result<Value, Failure> {
    let runtime = shell::runtime()?;
    match shape {
        Shape::Table(columns, none) if !json => {
            let mut table = Table::new(&columns.iter().map(|c| c.0).collect::<Vec<_>>());
            let mut each = |item: Box<RawValue>| {
                let item: Value = serde_json::from_str(item.get())?;
                table.cells(columns.iter().map(|(_, key)| plain(&item[*key])));
                Ok(())
            };
            let done = runtime.block_on(ask::ask(config, request, &mut each))?;
            print::text(&table.text(none))?;
            Ok(done)
        }
        Shape::Table(..) | Shape::Array => {
            let (mut out, mut first) = (io::BufWriter::new(io::stdout()), true);
            let mut each = |item: Box<RawValue>| {
                out.write_all(if std::mem::take(&mut first) { b"[" } else { b",\n" })?;
                out.write_all(escaped(item.get()).as_bytes())
            };
            let done = runtime.block_on(ask::ask(config, request, &mut each))?;
            out.write_all(if first { b"[]\n" } else { b"]\n" })?;
            out.flush()?;
            Ok(done)
        }
        Shape::Done | Shape::Member(_) => {
            let done = runtime.block_on(ask::ask(config, request, &mut |_| Ok(())))?;
            match shape {
                Shape::Member(name) if !json => print::text(&plain(&done[*name]))?,
                _ => told(&done, json)?,
            }
            Ok(done)
        }
    }
}

/// What was done: a line for each member, never cut, or JSON.
fn told(done: &Value, json: bool) -> Result<(), Failure> {
    match done {
        Value::Object(members) if !json => {
            let wide = members.keys().map(String::len).max().unwrap_or(0);
            let line = |(key, value): (&String, &Value)| {
                format!("{key:wide$}  {}\n", one_line(&plain(value), usize::MAX))
            };
            print::text(&members.iter().map(line).collect::<String>())
        }
        done => print::json(done),
    }
}

/// A value as people write it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn password() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().take(PASSWORD_MOST).read_to_string(&mut text);
    read.map_err(|error| Failure::Failed(format!("the password cannot be read: {error}")))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::failed("the password is empty; write it to stdin, one line"));
    }
    Ok(line.to_owned())
}

/// Says how it went where stdout is not the file itself.
fn told_of(file: &Path, done: &Value, json: bool) -> Result<(), Failure> {
    if file == Path::new("-") { Ok(()) } else { told(done, json) }
}

fn export(config: &Config, file: &Path, upto: Option<u64>, json: bool) -> Result<(), Failure> {
    let mut to = NewFile::create(file)?;
    let mut each = |line: Box<RawValue>| {
        to.write_all(line.get().as_bytes())?;
        to.write_all(b"\n")
    };
    let asked = ask::ask(config, AdminRequest::JournalExport { upto }, &mut each);
    let done = shell::runtime()?.block_on(asked)?;
    to.finish()?;
    told_of(file, &done, json)
}

fn backup(config: &Config, file: &Path, json: bool) -> Result<(), Failure> {
    let mut to = NewFile::create(file)?;
    let mut each = |piece: Box<RawValue>| {
        let piece: String = serde_json::from_str(piece.get())?;
        to.write_all(&BASE64.decode(piece).map_err(io::Error::other)?)
    };
    let done = shell::runtime()?.block_on(ask::ask(config, AdminRequest::Backup, &mut each))?;
    to.finish()?;
    told_of(file, &done, json)
}

fn import(config: &Config, from: &Path, without_keys: bool, json: bool) -> Result<(), Failure> {
    ask::check_owner(config)?;
    let mut from = file::open(from)?;
    let records = admin::import(config, &mut from, without_keys).map_err(Failure::failed)?;
    told(&serde_json::json!({ "records": records }), json)
}

fn restore(config: &Config, from: &Path, erased: Option<&Path>, json: bool) -> Result<(), Failure> {
    ask::check_owner(config)?;
    let erased = match erased {
        Some(path) => ids(path)?,
        None => Vec::new(),
    };
    let mut from = file::open(from)?;
    let restored = admin::restore(config, &mut from, &erased).map_err(Failure::failed)?;
    shell::runtime()?.block_on(ask::settle(config))?;
    told(&serde_json::to_value(restored).map_err(Failure::failed)?, json)
}

/// Ids of people, one on a line.
fn ids(path: &Path) -> Result<Vec<u64>, Failure> {
    let hint = "name the file `erased` of the old data_dir";
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error, hint))?;
    let id = |line: &str| {
        let wrong = |_| Failure::Failed(format!("{}: {line:?} is no id; {hint}", path.display()));
        line.trim().parse().map_err(wrong)
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(id).collect()
}
