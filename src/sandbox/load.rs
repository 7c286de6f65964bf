//! The load generator: signed webhooks of text messages and statuses, as fast as the endpoint takes them or at
//! a given rate, and a report in JSON. It shares the machine with what it measures, so it is frugal: one thread,
//! HTTP/1.1 by hand over keep-alive connections, bodies built once and patched.

mod body;
mod connection;
mod histogram;

use super::amount;
use super::key::{self, KeyError};
use crate::kit::{Clock, Secret};
use connection::Shared;
use histogram::Histogram;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// How long answers may take after the last request was due.
const GRACE: Duration = Duration::from_secs(15);

/// The flags of `guichet sandbox load`.
#[derive(Clone, Debug, clap::Args)]
pub struct LoadArgs {
    /// Where webhooks are posted, plain http:// only
    #[arg(long, value_name = "URL")]
    pub webhook: String,
    /// File with the app secret that signs them
    #[arg(long, value_name = "FILE")]
    pub app_secret_file: PathBuf,
    /// The line's number
    #[arg(long, value_name = "ID", default_value = "106540352242922")]
    pub phone_number_id: String,
    /// The line's account
    #[arg(long, value_name = "ID", default_value = "102290129340398")]
    pub waba_id: String,
    /// Connections, each with one request under way
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = at_least_one)]
    pub connections: usize,
    /// Customers who write in turn
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = at_least_one)]
    pub customers: usize,
    /// POSTs a second (open loop: latency counts from the moment a POST was due); without it as fast as answers come
    #[arg(long, value_name = "N", value_parser = rate)]
    pub rate: Option<f64>,
    /// How long
    #[arg(long = "for", value_name = "SPAN", default_value = "10s", value_parser = amount::span)]
    pub lasts: Duration,
    /// How many POSTs, instead of a time
    #[arg(long, value_name = "N", conflicts_with = "lasts")]
    pub count: Option<u64>,
    /// Updates in each POST
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one)]
    pub batch: usize,
    /// Share of the updates that are statuses (of unknown messages)
    #[arg(long, value_name = "P", default_value = "0", value_parser = amount::probability)]
    pub statuses: f64,
    /// Append the id of each acknowledged message as a line
    #[arg(long, value_name = "FILE")]
    pub acked: Option<PathBuf>,
    /// Makes the ids of this run unlike any other's; made up from the clock when missing
    #[arg(long, value_name = "NAME", value_parser = run_name)]
    pub run: Option<String>,
    /// The messages' timestamps: the present, or all over the last twenty hours
    #[arg(long, value_enum, default_value = "now")]
    pub timestamp: Stamp,
}

/// Which timestamps messages carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Stamp {
    /// The present.
    #[default]
    Now,
    /// All over the last twenty hours, in no order.
    Spread,
}

/// What to send, how much and how fast.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// `http://host:port/path`.
    pub webhook: String,
    /// Signs the bodies.
    pub app_secret: Secret,
    /// The line's number.
    pub phone_number_id: String,
    /// The line's account.
    pub waba_id: String,
    /// Connections, at least one; each has one request under way.
    pub connections: usize,
    /// Customers who write in turn, at least one.
    pub customers: usize,
    /// POSTs a second (open loop); without it as fast as answers come (closed loop).
    pub rate: Option<f64>,
    /// When it ends.
    pub until: Until,
    /// Updates a POST, at least one.
    pub batch: usize,
    /// The share of them that are statuses, 0 to 1.
    pub statuses: f64,
    /// Where ids of acknowledged messages are appended.
    pub acked: Option<PathBuf>,
    /// A part of every id; letters, digits, `-`, `_`.
    pub run: String,
    /// The messages' timestamps.
    pub timestamp: Stamp,
}

/// When a load ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After a time.
    Time(Duration),
    /// After so many POSTs.
    Count(u64),
}

/// Why there was no load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The URL is not understood.
    #[error("`{0}` is no webhook for a load: write http://host:port/path")]
    Url(String),
    /// The secret's file is at fault.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file of acknowledged ids cannot be written.
    #[error("cannot write {path}: {source}")]
    Acked {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system refuses a thread or a reactor.
    #[error("the load cannot run: {0}")]
    System(std::io::Error),
}

/// How a load went. POSTs unless said; latencies in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// POSTs begun.
    pub sent: u64,
    /// Answered 200.
    pub acknowledged: u64,
    /// Messages and statuses in those.
    pub updates_acknowledged: u64,
    /// Answers by HTTP status.
    pub answers: BTreeMap<u16, u64>,
    /// POSTs without an answer, and connections refused.
    pub errors: u64,
    /// From the first to the last answer.
    pub seconds: f64,
    /// Acknowledged POSTs a second.
    pub per_second: f64,
    /// Acknowledged updates a second.
    pub updates_per_second: f64,
    /// Of acknowledged POSTs: from writing, or from the due moment where a rate was given.
    pub latency_ms: Latency,
    /// The run's name, a part of every id.
    pub run: String,
}

/// Quantiles of the latency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Latency {
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub p99_9: f64,
    pub max: f64,
}

impl LoadArgs {
    /// The options that these flags ask for; reads the secret.
    pub fn options(&self) -> Result<LoadOptions, LoadError> {
        let made_up = || format!("{:x}", Clock::system().now().millis());
        Ok(LoadOptions {
            webhook: self.webhook.clone(),
            app_secret: key::read(&self.app_secret_file)?,
            phone_number_id: self.phone_number_id.clone(),
            waba_id: self.waba_id.clone(),
            connections: self.connections,
            customers: self.customers,
            rate: self.rate,
            until: self.count.map_or(Until::Time(self.lasts), Until::Count),
            batch: self.batch,
            statuses: self.statuses,
            acked: self.acked.clone(),
            run: self.run.clone().unwrap_or_else(made_up),
            timestamp: self.timestamp,
        })
    }
}

/// Sends the load and reports. Blocks until it is over; runs on a thread and a runtime of its own, so that it
/// may be called from anywhere that may block. A POST that is not answered 200 is counted and not repeated.
pub fn run(options: &LoadOptions) -> Result<Report, LoadError> {
    let target = Target::parse(&options.webhook)?;
    let acked = options.acked.as_ref().map(|path| {
        let opened = OpenOptions::new().create(true).append(true).open(path);
        opened.map_err(|source| LoadError::Acked { path: path.display().to_string(), source })
    });
    let acked = acked.transpose()?;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("load".into())
            .spawn_scoped(scope, || generate(options, &target, acked))
            .map_err(LoadError::System)?;
        thread.join().expect("the generator does not panic")
    })
}

fn generate(
    options: &LoadOptions,
    target: &Target,
    acked: Option<File>,
) -> Result<Report, LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LoadError::System)?;
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        let start = Instant::now();
        let shared = Rc::new(RefCell::new(Shared::new(options, start, acked)));
        let connections: Vec<_> = (0..options.connections)
            .map(|_| {
                let body = body::Builder::new(options, target);
                let work = connection::work(target.clone(), body, shared.clone());
                tokio::task::spawn_local(work)
            })
            .collect();
        let all = async {
            for connection in connections {
                let _ = connection.await;
            }
        };
        let due = match (options.until, options.rate) {
            (Until::Time(lasts), _) => Some(lasts),
            (Until::Count(count), Some(rate)) => {
                Duration::try_from_secs_f64(count as f64 / rate).ok()
            }
            (Until::Count(_), None) => None,
        };
        match due {
            Some(due) => {
                let _ = tokio::time::timeout(due + GRACE, all).await;
            }
            None => all.await,
        }
        shared.borrow_mut().report(options)
    })
}

/// Where the load goes.
#[derive(Clone, Debug)]
struct Target {
    authority: String,
    path: String,
}

impl Target {
    fn parse(url: &str) -> Result<Self, LoadError> {
        let fault = || LoadError::Url(url.to_owned());
        let rest = url.strip_prefix("http://").ok_or_else(fault)?;
        let (host, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let clean = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if host.is_empty() || !clean(host) || !clean(path) {
            return Err(fault());
        }
        let port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let authority = if port { host.to_owned() } else { format!("{host}:80") };
        Ok(Self { authority, path: path.to_owned() })
    }
}

impl Shared {
    fn report(&mut self, options: &LoadOptions) -> Result<Report, LoadError> {
        if let (Some(source), Some(path)) = (self.acked_fault.take(), &options.acked) {
            return Err(LoadError::Acked { path: path.display().to_string(), source });
        }
        let seconds = self.last.duration_since(self.start).as_secs_f64();
        let a_second = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        Ok(Report {
            sent: self.sent,
            acknowledged: self.acknowledged,
            updates_acknowledged: self.updates,
            answers: self.answers.clone(),
            errors: self.errors,
            seconds,
            per_second: a_second(self.acknowledged),
            updates_per_second: a_second(self.updates),
            latency_ms: self.latency.quantiles(),
            run: options.run.clone(),
        })
    }
}

impl Histogram {
    fn quantiles(&self) -> Latency {
        let ms = |share: f64| self.quantile(share) as f64 / 1_000.0;
        Latency {
            p50: ms(0.5),
            p90: ms(0.9),
            p99: ms(0.99),
            p99_9: ms(0.999),
            max: self.most() as f64 / 1_000.0,
        }
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{text}` must be a whole number over 0")),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate.is_finite() => Ok(rate),
        _ => Err(format!("`{text}` must be a number over 0")),
    }
}

fn run_name(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if (1..=40).contains(&text.len()) && text.chars().all(good) {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` must be 1 to 40 letters, digits, - or _"))
}

#[cfg(test)]
mod tests;
