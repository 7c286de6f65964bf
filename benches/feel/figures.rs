//! The table: what is measured, its target, and a column for each program.

use crate::rig::quantiles::Quantiles;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is measured and what it should be, in the order of the table.
const ROWS: [(&str, &str); 35] = [
    ("first frame: p50", "35 ms"),
    ("first page: p50", "100 ms"),
    ("line key: p50 / p95 / p99", "0.75 / 2 / 4 ms"),
    ("  inside the page: a tenth, all of the tickets", "within 10 %"),
    ("page key in the list: p50", "0.9 ms"),
    ("page key in the thread: p50", "0.9 ms"),
    ("typing: p50", "0.7 ms"),
    ("bytes of a letter: p50", "60"),
    ("bytes of a line key inside the page: p50", "400"),
    ("  at its edge", "2,500"),
    ("  of a page key", "5,000"),
    ("resize: p50", "2 ms"),
    ("quit", "50 ms, terminal as it was"),
    ("idle: processor", "0.3 %"),
    ("  wake-ups", "2/s"),
    ("  bytes", "cells that changed"),
    ("memory after the keys", ""),
    ("long thread, open at its end: p50", "30 ms"),
    ("  page back: p50", "3 ms"),
    ("  page back: p99", ""),
    ("memory after a tour of 1,000 tickets", "30 MB"),
    ("flood, list: key to its effect, p50 / p99", "1 / 8 ms"),
    ("  longest", "30 ms"),
    ("  processor", "6 %"),
    ("  bytes, list", "60 KB/s"),
    ("  redraws beside those for keys", "35/s"),
    ("flood, thread: typing to its effect, p50 / p99", "1 / 8 ms"),
    ("  longest, typing", "30 ms"),
    ("  processor, typing", "6 %"),
    ("  bytes, typing", "60 KB/s"),
    ("  redraws beside those for keys, typing", "35/s"),
    ("  updates taken by the relay", "100/s"),
    ("memory, more after a flood", "1 MB"),
    ("  of", "10 min"),
    ("  it was", ""),
];

/// The figures of one program.
#[derive(Default)]
pub(crate) struct Figures(BTreeMap<&'static str, String>);

impl Figures {
    /// Notes a figure; `what` is a row of the table.
    #[track_caller]
    pub(crate) fn note(&mut self, what: &'static str, figure: String) {
        assert!(ROWS.iter().any(|(row, _)| *row == what), "no row is called {what:?}");
        eprintln!("    {what}: {figure}");
        self.0.insert(what, figure);
    }

    /// The median.
    #[track_caller]
    pub(crate) fn median(&mut self, what: &'static str, times: Vec<Duration>) {
        self.note(what, format!("{} ms", ms(&Quantiles::of(times), 0.5)));
    }
}

/// A quantile in milliseconds, as it is printed.
pub(crate) fn ms(times: &Quantiles, share: f64) -> String {
    format!("{:.2}", times.ms(share))
}

/// Bytes as megabytes.
pub(crate) fn mb(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Prints the table.
pub(crate) fn print(programs: &[(&str, Figures)]) {
    let line = |what: &str, target: &str, figures: Vec<&str>| {
        let figures: Vec<_> = figures.iter().map(|figure| format!("{figure:>23}")).collect();
        println!("{what:<50} {target:<27}{}", figures.join(" "));
    };
    line("", "target", programs.iter().map(|(name, _)| *name).collect());
    for (what, target) in ROWS {
        let of = |figures: &'_ Figures| figures.0.get(what).cloned().unwrap_or_default();
        let figures: Vec<_> = programs.iter().map(|(_, figures)| of(figures)).collect();
        if figures.iter().any(|figure| !figure.is_empty()) {
            line(what, target, figures.iter().map(String::as_str).collect());
        }
    }
}
