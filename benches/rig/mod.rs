//! What the benches of a whole relay share: how long they run, a relay as a process of its own, consoles, loads,
//! and how figures are printed.
#![allow(dead_code, reason = "no bench needs all of it")]

pub(crate) mod child;
pub(crate) mod console;
pub(crate) mod quantiles;

use guichet::kit::Secret;
use guichet::sandbox::load::{LoadOptions, Report, Stamp, Until};

/// How long a bench runs: `--quick` only shows that it works, `--full` takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    Quick,
    Normal,
    Full,
}

impl Scale {
    /// As the arguments say.
    pub(crate) fn asked() -> Self {
        let has = |flag: &str| std::env::args().any(|argument| argument == flag);
        match (has("--quick"), has("--full")) {
            (true, _) => Self::Quick,
            (_, true) => Self::Full,
            _ => Self::Normal,
        }
    }

    /// One of three.
    pub(crate) fn of<T>(self, quick: T, normal: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Normal => normal,
            Self::Full => full,
        }
    }
}

/// Prints what is measured and on what.
pub(crate) fn title(text: &str) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let profile =
        if cfg!(debug_assertions) { "debug build: figures mean nothing" } else { "release" };
    println!("{text} ({cores} cores, shared by the relay and its load; {profile})");
    println!("{:<52} {:>24}   target", "", "measured");
}

/// Prints a figure beside its target; an empty target is none.
pub(crate) fn row(what: &str, measured: &str, target: &str) {
    println!("{what:<52} {measured:>24}   {target}");
}

pub(crate) const APP_SECRET: &str = "bench_app_secret";
pub(crate) const LINE: &str = "106540352242922";
pub(crate) const ACCOUNT: &str = "102290129340398";

/// A load of single text messages over 64 connections, which the bench changes as it likes. `run` must differ
/// between loads of one relay.
pub(crate) fn load(webhook: String, run: &str, customers: usize, until: Until) -> LoadOptions {
    LoadOptions {
        webhook,
        app_secret: Secret::new(APP_SECRET),
        phone_number_id: LINE.into(),
        waba_id: ACCOUNT.into(),
        connections: 64,
        customers,
        rate: None,
        until,
        batch: 1,
        statuses: 0.0,
        acked: None,
        run: run.into(),
        timestamp: Stamp::Now,
    }
}

/// Sends a load; every POST must be answered 200, or the figures would be those of refusals.
pub(crate) fn send(options: &LoadOptions) -> Report {
    let report = guichet::sandbox::load::run(options).expect("the load runs");
    assert_eq!(report.sent, report.acknowledged, "not all answered 200: {report:?}");
    report
}

/// Sends `messages` in batches of a hundred.
pub(crate) fn fill(webhook: String, run: &str, customers: usize, messages: u64) -> Report {
    let until = Until::Count(messages / 100);
    send(&LoadOptions { batch: 100, connections: 16, ..load(webhook, run, customers, until) })
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
