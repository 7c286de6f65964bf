//! The relay's configuration: one TOML file and what `relay.d/*.toml` beside it adds.
//!
//! Arrays of tables of all files are joined, in the order of the files' names; anything else may be set once.
//! Every fault is found, not only the first, and each says where it is and what to do. Reading touches no
//! secret: that is [`SecretSource::resolve`].

mod alert;
mod alerting;
mod calendar;
mod canned;
mod change;
mod consent;
mod draft;
mod escalation;
mod fault;
mod field;
mod keep;
mod knobs;
mod line;
mod listen;
mod policy;
mod reach;
mod routing;
mod secret;
mod section;
mod sla;
#[cfg(test)]
mod tests;
mod view;

pub use alerting::{Alerting, Hook, MailTls, Smtp};
pub use change::changes;
pub use consent::Consent;
pub use draft::drafts;
pub use fault::Fault;
pub use keep::Keep;
pub use knobs::Knobs;
pub use line::Line;
pub use listen::{Endpoint, Listen, Tls};
pub use policy::{Policy, Queue, Threading};
pub use routing::Routing;
pub use secret::{SecretError, SecretSource};

use crate::domain::name::Name;
use crate::domain::query::Known;
use crate::domain::sla::SlaPolicy;
use fault::{Faults, Place, Source};
use section::Section;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// The master key's file in `data_dir`, where it is not configured.
pub const MASTER_KEY: &str = "master.key";

/// The whole configuration, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where the relay keeps everything. A relative path starts at the folder of the file that names it, here
    /// as everywhere.
    pub data_dir: PathBuf,
    /// The listeners.
    pub listen: Listen,
    /// `[vault] master_key`; without it the systemd credential `master_key`, else `data_dir/master.key`.
    pub master_key: Option<SecretSource>,
    /// The business numbers; never none.
    pub lines: Vec<Line>,
    /// How those are told who are not at a console.
    pub alerting: Alerting,
    /// Queues and service levels.
    pub policy: Policy,
    /// The settings of the process.
    pub relay: Knobs,
}

impl Config {
    /// Reads `path` and the `relay.d/*.toml` beside it.
    ///
    /// # Errors
    /// Every fault of every file, in their order.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        Self::examine(path).0
    }

    /// As [`Config::load`], and also warns of what a relay starts with all the same: secrets that others may
    /// read, and variables that are not set in this process.
    pub fn examine(path: &Path) -> (Result<Self, Vec<Fault>>, Vec<Fault>) {
        let sources = match sources(path) {
            Ok(sources) => sources,
            Err(faults) => return (Err(faults), Vec::new()),
        };
        read(&sources, |root, faults| {
            let alerting = Alerting::read(root, faults);
            let (lines, policy) = desk(root, faults, true, &alerting);
            let data_dir = root.need("data_dir", "such as data_dir = \"/var/lib/guichet\"");
            let config = (
                data_dir.and_then(|value| {
                    let folder = value.path()?;
                    value.guard(&folder.join(MASTER_KEY));
                    Some(folder)
                }),
                Listen::read(root),
                master_key(root),
                Knobs::read(root),
            );
            let (data_dir, listen, master_key, relay) = config;
            let (data_dir, listen) = (data_dir?, listen?);
            Some(Self { data_dir, listen, master_key, lines, alerting, policy, relay })
        })
    }

    /// What differs in `newer` and cannot change while the relay runs, by the names of the keys. Everything
    /// else is taken over by a reload.
    pub fn needs_restart(&self, newer: &Self) -> Vec<&'static str> {
        let fixed = [
            ("data_dir", self.data_dir != newer.data_dir),
            ("[listen]", self.listen != newer.listen),
            ("[vault] master_key", self.master_key != newer.master_key),
            ("[relay] queue_capacity", self.relay.queue_capacity != newer.relay.queue_capacity),
            ("[relay] cache_mib", self.relay.cache_mib != newer.relay.cache_mib),
            ("[relay] connections", self.relay.connections != newer.relay.connections),
        ];
        fixed.into_iter().filter_map(|(key, differs)| differs.then_some(key)).collect()
    }
}

impl Policy {
    /// Reads only what rules the desk, for commands that need no running relay: a file without `data_dir`,
    /// `[listen]` or a line is good enough, and in a file without a line a service level may name any queue.
    /// What is there is checked all the same.
    ///
    /// # Errors
    /// Every fault of every file, in their order.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        let (policy, _) = read(&sources(path)?, |root, faults| {
            root.get("data_dir").map(|value| value.path());
            if root.get("listen").is_some() {
                Listen::read(root);
            }
            master_key(root);
            Knobs::read(root);
            let alerting = Alerting::read(root, faults);
            Some(desk(root, faults, false, &alerting).1)
        });
        policy
    }

    /// The queue of that name.
    pub fn queue(&self, name: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// The service level that rules tickets of `queue`.
    pub fn sla(&self, queue: &str) -> Option<&SlaPolicy> {
        self.slas.iter().find(|sla| sla.queues.iter().any(|name| name.as_str() == queue))
    }
}

/// The file and those beside it, read.
fn sources(path: &Path) -> Result<Vec<Source>, Vec<Fault>> {
    let fault = |file: &Path, why: std::io::Error| Fault {
        file: file.to_owned(),
        line: 1,
        column: 1,
        message: format!("cannot be read: {why}"),
        hint: "name another file with --config, or create it".to_owned(),
    };
    let folder = path.parent().unwrap_or(Path::new("")).join("relay.d");
    let mut paths = Vec::new();
    if let Ok(entries) = std::fs::read_dir(&folder) {
        paths.extend(entries.flatten().map(|entry| entry.path()));
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
    }
    paths.insert(0, path.to_owned());
    let (mut sources, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        match std::fs::read_to_string(&path) {
            Ok(text) => sources.push(Source { path, text }),
            Err(why) => faults.push(fault(&path, why)),
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(faults) }
}

/// Parses the files and reads them as one; the reading may note faults and go on. Beside it what is warned of.
fn read<T>(
    sources: &[Source],
    reading: impl Fn(&Section<'_>, &Faults<'_>) -> Option<T>,
) -> (Result<T, Vec<Fault>>, Vec<Fault>) {
    let faults = Faults::new(sources);
    let mut files = Vec::new();
    for (file, source) in sources.iter().enumerate() {
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            let message = format!("not TOML: {}", error.message().replace('\n', "; "));
            faults.add(Place { file, offset }, message, "mend this place first");
        }
        files.push(table.into_inner());
    }
    // Past a broken place nothing can be told from what is missing.
    let read = if faults.is_empty() { read_root(&files, &faults, reading) } else { None };
    let (found, warned) = faults.told();
    let read = read.filter(|_| found.is_empty()).ok_or(found);
    (read, warned)
}

fn read_root<T>(
    files: &[DeTable<'_>],
    faults: &Faults<'_>,
    reading: impl Fn(&Section<'_>, &Faults<'_>) -> Option<T>,
) -> Option<T> {
    let root = Section::root(files, faults);
    let read = reading(&root, faults);
    root.finish();
    read
}

fn master_key(root: &Section<'_>) -> Option<SecretSource> {
    let table = root.section("vault")?;
    let key = table.get("master_key").and_then(|value| SecretSource::read(&value));
    table.finish();
    key
}

/// Lines, queues and service levels, with what must hold between them.
fn desk(
    root: &Section<'_>,
    faults: &Faults<'_>,
    lines_needed: bool,
    alerting: &Alerting,
) -> (Vec<Line>, Policy) {
    let tables = root.sections("line");
    let without_lines = tables.is_empty();
    if without_lines && lines_needed {
        faults.add(root.at, "there is no [[line]]", "describe the business number that it serves");
    }
    let mut names = Unique::new("line", "name", faults);
    let mut numbers = Unique::new("line", "phone_number_id", faults);
    let mut lines = Vec::new();
    let mut sound = true;
    for table in tables {
        let at = table.at;
        match Line::read(table) {
            Some(line) => {
                names.add(&line.name, at);
                numbers.add(&line.phone_number_id, at);
                lines.push(line);
            }
            None => sound = false,
        }
    }

    let mut calendar_names = Unique::new("calendar", "name", faults);
    let mut calendars = Vec::new();
    let mut calendars_at = Vec::new();
    let mut all_calendars = true;
    for table in root.sections("calendar") {
        let at = table.at;
        match calendar::read(table) {
            Some(calendar) => {
                calendar_names.add(calendar.name(), at);
                calendars_at.push(at);
                calendars.push(calendar);
            }
            None => all_calendars = false,
        }
    }
    let of_calendar = routing::Calendars { known: &calendars, lenient: !all_calendars };
    let agents = routing::agents(root, faults, &of_calendar);
    let mut queue_names = Unique::new("queue", "name", faults);
    let mut queues: Vec<Queue> = Vec::new();
    let mut queues_at = Vec::new();
    for table in root.sections("queue") {
        let at = table.at;
        match Queue::read(table, &agents, &of_calendar) {
            Some(queue) => {
                queue_names.add(&queue.name, at);
                queues_at.push(at);
                queues.push(queue);
            }
            None => sound = false,
        }
    }
    for line in &lines {
        if !queues.iter().any(|queue| queue.name == line.queue) {
            queues.push(Queue::named(&line.queue));
        }
    }

    // A queue of a faulty table is unknown only because of that fault.
    let lenient = without_lines || !sound;
    let known = |name: &str| lenient || queues.iter().any(|queue| queue.name == name);
    let mut sla_names = Unique::new("sla", "name", faults);
    let mut slas: Vec<SlaPolicy> = Vec::new();
    let mut all_slas = true;
    for table in root.sections("sla") {
        let at = table.at;
        let known =
            sla::Known { queue: &known, calendars: &calendars, lenient: !all_calendars, alerting };
        if let Some(sla) = sla::read(table, &known) {
            sla_names.add(&sla.name, at);
            let ruled = |queue: &Name| slas.iter().any(|before| before.queues.contains(queue));
            if sla.queues.iter().all(ruled) {
                let message = format!("the service level \"{}\" rules no ticket", sla.name);
                faults.warn(at, message, "an earlier [[sla]] names each of its queues");
            }
            let names = |queue: &&Queue| sla.queues.iter().any(|of| of.as_str() == queue.name);
            let fresh = queues.iter().filter(names).filter(|of| !ruled(&of.name.as_str().into()));
            fresh.for_each(|queue| sla::unmanned(&sla, queue, at, faults));
            slas.push(sla);
        } else {
            all_slas = false;
        }
    }
    let line = |name: &str| lenient || lines.iter().any(|line| line.name == name);
    let routes = routing::routes(
        root,
        faults,
        &routing::Known { queue: &known, line: &line, agents: &agents, calendars: &of_calendar },
    );
    let mut alert_names = Unique::new("alert", "name", faults);
    let mut alerts = Vec::new();
    for table in root.sections("alert") {
        let at = table.at;
        let (agents, calendars) = (&agents, &of_calendar);
        let known = alert::Known { queue: &known, line: &line, agents, calendars, alerting };
        if let Some(alert) = alert::read(table, &known) {
            alert_names.add(alert.name.as_str(), at);
            alerts.push(alert);
        }
    }
    for (calendar, at) in calendars.iter().zip(calendars_at).filter(|_| all_slas && sound) {
        let named = slas.iter().any(|sla| sla.names(calendar))
            || queues.iter().any(|queue| queue.assignment.hours.as_ref() == Some(calendar))
            || agents.values().any(|agent| agent.hours.as_ref() == Some(calendar))
            || routes
                .iter()
                .filter_map(|(route, _)| route.during.as_ref())
                .any(|of| of.calendar == *calendar)
            || alerts.iter().any(|alert| alert.calendar == *calendar);
        if !named {
            let message = format!("nothing names the calendar \"{}\"", calendar.name());
            let hint = "write calendar = ... in an [[sla]], or leave it out";
            faults.warn(at, message, hint);
        }
    }
    let described = queues.iter().zip(queues_at).collect::<Vec<_>>();
    let placed = routes.iter().map(|(route, at)| (route, *at)).collect::<Vec<_>>();
    reach::warn(&described, &placed, &agents, faults);
    let routes = routes.into_iter().map(|(route, _)| route).collect();
    let routing = Routing { agents, routes };
    let mut canned_names = Unique::new("canned", "name", faults);
    let mut texts = Vec::new();
    for table in root.sections("canned") {
        let at = table.at;
        if let Some(text) = canned::read(table, &known) {
            canned_names.add(&text.name, at);
            texts.push(text);
        }
    }
    let mut template_names = Unique::new("template", "name", faults);
    let mut templates = BTreeMap::new();
    for table in root.sections("template") {
        let at = table.at;
        if let Some((name, rules)) = canned::template(table) {
            template_names.add(&name, at);
            templates.insert(name, rules);
        }
    }
    let names = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>();
    let of_queues = names(queues.iter().map(|queue| &queue.name).collect());
    let of_lines = names(lines.iter().map(|line| &line.name).collect());
    let mut field_names = Unique::new("field", "name", faults);
    let (mut fields, mut all_fields) = (Vec::new(), true);
    for table in root.sections("field") {
        let at = table.at;
        match field::read(table, &known) {
            Some(field) => {
                field_names.add(field.name.as_str(), at);
                fields.push(field);
            }
            None => all_fields = false,
        }
    }
    let there = Known {
        queues: (!lenient).then_some(&of_queues),
        lines: (!lenient).then_some(&of_lines),
        people: None,
        fields: all_fields.then_some(&fields),
    };
    let mut view_names = Unique::new("view", "name", faults);
    let mut views = Vec::new();
    for table in root.sections("view") {
        let at = table.at;
        if let Some(view) = view::read(table, there) {
            view_names.add(&view.name, at);
            views.push(view);
        }
    }
    let consent = Consent::read(root);
    let canned = texts;
    let policy = Policy {
        queues,
        calendars,
        slas,
        consent,
        canned,
        templates,
        routing,
        views,
        fields,
        alerts,
    };
    (lines, policy)
}

/// Names that may be given once.
struct Unique<'a> {
    table: &'static str,
    key: &'static str,
    seen: Vec<(String, Place)>,
    faults: &'a Faults<'a>,
}

impl<'a> Unique<'a> {
    fn new(table: &'static str, key: &'static str, faults: &'a Faults<'a>) -> Self {
        Self { table, key, seen: Vec::new(), faults }
    }

    fn add(&mut self, name: &str, at: Place) {
        if let Some((_, first)) = self.seen.iter().find(|(seen, _)| seen == name) {
            let message = format!("two [[{}]] have the {} \"{name}\"", self.table, self.key);
            let hint = format!("the other is at {}", self.faults.show(*first));
            self.faults.add(at, message, hint);
        } else {
            self.seen.push((name.to_owned(), at));
        }
    }
}
