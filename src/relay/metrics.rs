//! What the relay tells Prometheus.
//!
//! Names begin with `guichet_`, units are base units, counters end in `_total`. Labels hold names of lines
//! and queues, states, classes and codes, never anything of a customer. Handles are kept here, so that
//! counting is one addition in memory and no look-up by name.

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Why a webhook was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The verification handshake came with another word: 403.
    VerifyToken,
    /// No signature, or none that fits: 401.
    Signature,
    /// Over the size limit: 413.
    TooLarge,
    /// No JSON at all, or cut short: 400.
    Malformed,
    /// Too much is waiting already: 503.
    Overload,
    /// The disk is nearly full: 503.
    Disk,
    /// The journal cannot write: 503.
    Journal,
}

impl Rejection {
    const ALL: [(Self, &'static str); 7] = [
        (Self::VerifyToken, "verify_token"),
        (Self::Signature, "signature"),
        (Self::TooLarge, "too_large"),
        (Self::Malformed, "malformed"),
        (Self::Overload, "overload"),
        (Self::Disk, "disk"),
        (Self::Journal, "journal"),
    ];
}

/// The relay's metrics. One for each relay, also where several run in one process; shared behind an `Arc`.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    rejected: Vec<Counter>,
    outbox: Mutex<Family>,
    tickets: Mutex<Family>,
    held: Mutex<Family>,
    alerts: Mutex<Family>,
    /// Webhook requests with a good signature.
    pub webhooks_received: Counter,
    /// Messages and statuses in them.
    pub updates: Counter,
    /// Of these, what the desk had already.
    pub duplicates: Counter,
    /// Of these, what was kept as a dead letter.
    pub dead_letters: Counter,
    /// Messages that no webhook told of, fetched from a provider's list.
    pub missed: Counter,
    /// Seconds from a webhook's last byte to its answer.
    pub ingest: Histogram,
    /// Seconds from the platform's timestamp of a message to its being on disk, in desk time.
    pub lag: Histogram,
    /// Seconds that a call to the platform took, whatever its outcome.
    pub api: Histogram,
    /// Consoles connected.
    pub consoles: Gauge,
    /// Frames sent to consoles.
    pub frames_sent: Counter,
    /// States that a console skipped because it had not acknowledged the one before.
    pub frames_skipped: Counter,
    /// Bytes of files that were fetched.
    pub file_bytes: Counter,
    /// Files that are to be fetched.
    pub files_waiting: Gauge,
    /// Windows that closed while the customer waited for an answer.
    pub windows_closed_waiting: Counter,
    /// Commits in the journal.
    pub journal_commits: Gauge,
    /// Bytes of events appended since the start.
    pub journal_bytes: Counter,
    /// Seconds from handing a batch to the journal to its being on disk.
    pub journal_append: Histogram,
    /// Bytes of the store on disk.
    pub store_bytes: Gauge,
    /// Bytes still free on its disk.
    pub disk_free_bytes: Gauge,
    /// Commands that wait for the desk.
    pub desk_queue: Gauge,
    /// Conversations in memory.
    pub conversations: Gauge,
    /// Conversations that could not be read at the start.
    pub unreadable: Gauge,
    /// 1 while deadlines are held because the clock was set, else 0.
    pub clock_held: Gauge,
    /// Logins that were refused.
    pub logins_refused: Counter,
}

/// Gauges of one name, by their labels.
#[derive(Default)]
struct Family(HashMap<(String, String), Gauge>);

/// Bounds in seconds: the targets lie at 4, 10, 25, 80 and 250 ms and at 1 s.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.002, 0.004, 0.01, 0.025, 0.05, 0.08, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0];
/// The platform delivers late after an outage, by days at worst.
const LAG_SECONDS: [f64; 11] =
    [0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3_600.0, 86_400.0, 691_200.0];

const OUTBOX: &str = "guichet_outbox_depth";
const TICKETS: &str = "guichet_tickets";
const HELD: &str = "guichet_line_held";
const ALERTS: &str = "guichet_alert_raised";
const REST: &str = "guichet_rest_seconds";
const LAG: &str = "guichet_platform_lag_seconds";

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let recorder = PrometheusBuilder::new()
            .set_buckets(&SECONDS)
            .and_then(|b| b.set_buckets_for_metric(Matcher::Full(LAG.to_owned()), &LAG_SECONDS))
            .expect("the bounds are not empty")
            .build_recorder();
        let counter = |name, help: &'static str| {
            recorder.describe_counter(name_of(name), None, help.into());
            recorder.register_counter(&Key::from_static_name(name), &METADATA)
        };
        let gauge = |name, unit, help: &'static str| {
            recorder.describe_gauge(name_of(name), unit, help.into());
            recorder.register_gauge(&Key::from_static_name(name), &METADATA)
        };
        let seconds = |name, help: &'static str| {
            recorder.describe_histogram(name_of(name), Some(Unit::Seconds), help.into());
            recorder.register_histogram(&Key::from_static_name(name), &METADATA)
        };
        recorder.describe_histogram(
            name_of(REST),
            Some(Unit::Seconds),
            "From a request of the REST API to the head of its answer, by method, path and status"
                .into(),
        );
        let rejected = "guichet_webhooks_rejected_total";
        recorder.describe_counter(
            name_of(rejected),
            None,
            "Webhook requests not taken, by reason".into(),
        );
        for (name, help) in [
            ("guichet_sends_total", "Sends by line and result: accepted, unconfirmed, or a code"),
            ("guichet_files_total", "Files of customers by result: stored, expired, or why not"),
            ("guichet_clocks_breached_total", "Service level clocks breached, by metric"),
        ] {
            recorder.describe_counter(name_of(name), None, help.into());
        }
        for (name, help) in [
            (OUTBOX, "Entries not settled, by line and class"),
            (TICKETS, "Tickets by queue and state"),
            (HELD, "1 for a line that sends nothing, by reason: waiting, stopped, unreachable"),
            (ALERTS, "1 for an alert by rule that is raised, by its name and what it watches"),
        ] {
            recorder.describe_gauge(name_of(name), None, help.into());
        }
        let reason = |(_, reason): (Rejection, &'static str)| {
            let key = Key::from_parts(rejected, vec![Label::new("reason", reason)]);
            recorder.register_counter(&key, &METADATA)
        };
        recorder
            .register_gauge(
                &Key::from_parts(
                    "guichet_build_info",
                    vec![Label::new("version", env!("CARGO_PKG_VERSION"))],
                ),
                &METADATA,
            )
            .set(1.0);
        Self {
            rejected: Rejection::ALL.map(reason).into(),
            outbox: Mutex::default(),
            tickets: Mutex::default(),
            held: Mutex::default(),
            alerts: Mutex::default(),
            webhooks_received: counter(
                "guichet_webhooks_received_total",
                "Webhook requests with a good signature",
            ),
            updates: counter("guichet_updates_total", "Messages and statuses in webhooks"),
            duplicates: counter("guichet_duplicates_total", "Updates that the desk had already"),
            missed: counter(
                "guichet_missed_messages_total",
                "Messages that no webhook told of, fetched from a provider's list",
            ),
            dead_letters: counter("guichet_dead_letters_total", "Updates kept as dead letters"),
            ingest: seconds("guichet_ingest_seconds", "From a webhook's last byte to its answer"),
            lag: seconds(LAG, "From the platform's timestamp of a message to its being on disk"),
            api: seconds("guichet_api_seconds", "Calls to the platform"),
            consoles: gauge("guichet_consoles_connected", None, "Consoles connected"),
            frames_sent: counter("guichet_frames_sent_total", "Frames sent to consoles"),
            frames_skipped: counter(
                "guichet_frames_skipped_total",
                "States that a slow console skipped",
            ),
            file_bytes: counter("guichet_file_bytes_total", "Bytes of files of customers fetched"),
            files_waiting: gauge(
                "guichet_files_waiting",
                None,
                "Files of customers that are to be fetched",
            ),
            windows_closed_waiting: counter(
                "guichet_windows_closed_waiting_total",
                "Windows that closed while the customer waited",
            ),
            journal_commits: gauge("guichet_journal_commits", None, "Commits in the journal"),
            journal_bytes: counter(
                "guichet_journal_appended_bytes_total",
                "Bytes of events appended since the start",
            ),
            journal_append: seconds(
                "guichet_journal_append_seconds",
                "From handing a batch to the journal to its being on disk",
            ),
            store_bytes: gauge("guichet_store_bytes", Some(Unit::Bytes), "The store on disk"),
            disk_free_bytes: gauge(
                "guichet_disk_free_bytes",
                Some(Unit::Bytes),
                "Free space on the store's disk",
            ),
            desk_queue: gauge("guichet_desk_queue", None, "Commands that wait for the desk"),
            conversations: gauge("guichet_conversations", None, "Conversations in memory"),
            unreadable: gauge(
                "guichet_conversations_unreadable",
                None,
                "Conversations that could not be read at the start",
            ),
            clock_held: gauge(
                "guichet_clock_held",
                None,
                "1 while deadlines are held because the clock was set",
            ),
            logins_refused: counter("guichet_logins_refused_total", "Logins refused"),
            handle: recorder.handle(),
            recorder,
        }
    }

    /// Counts a webhook that was not taken.
    pub fn rejected(&self, why: Rejection) {
        if let Some(counter) = self.rejected.get(why as usize) {
            counter.increment(1);
        }
    }

    /// Counts a send on `line`; `result` is `accepted`, `unconfirmed`, or the platform's code. The number of
    /// different codes is small.
    pub fn sent(&self, line: &str, result: &str) {
        let labels = vec![owned("line", line), owned("result", result)];
        self.counter("guichet_sends_total", labels).increment(1);
    }

    /// Counts a file; `result` is `stored`, `expired`, or why it could not be had.
    pub fn file(&self, result: &'static str) {
        let labels = vec![Label::new("result", result)];
        self.counter("guichet_files_total", labels).increment(1);
    }

    /// Counts a breach of a service level clock, by the metric's name.
    pub fn breached(&self, metric: &'static str) {
        let labels = vec![Label::new("metric", metric)];
        self.counter("guichet_clocks_breached_total", labels).increment(1);
    }

    /// Sets the outbox's depth from `(line, class, entries)`; what is left out becomes 0.
    pub fn set_outbox<'a>(&self, depths: impl IntoIterator<Item = (&'a str, &'a str, usize)>) {
        self.set(&self.outbox, OUTBOX, ["line", "class"], depths);
    }

    /// Sets the number of tickets from `(queue, state, tickets)`; what is left out becomes 0.
    pub fn set_tickets<'a>(&self, tickets: impl IntoIterator<Item = (&'a str, &'a str, usize)>) {
        self.set(&self.tickets, TICKETS, ["queue", "state"], tickets);
    }

    /// Sets which lines send nothing, from `(line, reason, 1)`; what is left out becomes 0.
    pub fn set_lines_held<'a>(&self, held: impl IntoIterator<Item = (&'a str, &'a str, usize)>) {
        self.set(&self.held, HELD, ["line", "reason"], held);
    }

    /// Sets which alerts are raised, from `(alert, what it watches, 1)`; what is left out becomes 0.
    pub fn set_alerts<'a>(&self, raised: impl IntoIterator<Item = (&'a str, &'a str, usize)>) {
        self.set(&self.alerts, ALERTS, ["alert", "watch"], raised);
    }

    /// Records a request of the REST API. `path` is the pattern that it matched, never what it named.
    pub fn rest(&self, method: &str, path: &str, status: u16, seconds: f64) {
        let labels = vec![
            owned("method", method),
            owned("path", path),
            owned("status", &status.to_string()),
        ];
        let key = Key::from_parts(REST, labels);
        self.recorder.register_histogram(&key, &METADATA).record(seconds);
    }

    /// Everything as Prometheus text.
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Folds what the histograms have gathered into their buckets. To be called every few seconds: until
    /// then, or until somebody reads the metrics, each observation takes 16 bytes.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }

    fn counter(&self, name: &'static str, labels: Vec<Label>) -> Counter {
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
    }

    fn set<'a>(
        &self,
        family: &Mutex<Family>,
        name: &'static str,
        labels: [&'static str; 2],
        values: impl IntoIterator<Item = (&'a str, &'a str, usize)>,
    ) {
        let mut family = family.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fresh: HashMap<_, usize> = HashMap::new();
        for (first, second, value) in values {
            *fresh.entry((first.to_owned(), second.to_owned())).or_default() += value;
        }
        for (known, gauge) in &family.0 {
            gauge.set(fresh.remove(known).unwrap_or(0) as f64);
        }
        for ((first, second), value) in fresh {
            let both = vec![owned(labels[0], &first), owned(labels[1], &second)];
            let gauge = self.recorder.register_gauge(&Key::from_parts(name, both), &METADATA);
            gauge.set(value as f64);
            family.0.insert((first, second), gauge);
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Metrics").finish_non_exhaustive()
    }
}

static METADATA: Metadata<'static> = Metadata::new("guichet", Level::INFO, None);

fn name_of(name: &'static str) -> metrics::KeyName {
    metrics::KeyName::from_const_str(name)
}

fn owned(key: &'static str, value: &str) -> Label {
    Label::new(key, value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_relay_shows_every_metric_described_and_well_named() {
        let metrics = Metrics::new();
        metrics.sent("support", "accepted");
        metrics.breached("first_reply");
        metrics.set_outbox([("support", "reply", 1)]);
        metrics.set_tickets([("support", "open", 1)]);
        metrics.ingest.record(0.003);
        metrics.rest("GET", "/api/v1/tickets/{number}", 200, 0.003);
        let text = metrics.render();
        let mut described = 0;
        for line in text.lines().filter(|line| line.starts_with("# TYPE ")) {
            let (name, kind) = line[7..].rsplit_once(' ').expect("two words");
            assert!(name.starts_with("guichet_"), "{line}");
            assert_eq!(name.ends_with("_total"), kind == "counter", "{line}");
            assert!(
                name == "guichet_build_info" || text.contains(&format!("# HELP {name} ")),
                "{line}"
            );
            described += 1;
        }
        assert!(described > 20, "{text}");
        assert!(text.contains("guichet_webhooks_rejected_total{reason=\"overload\"} 0"), "{text}");
        assert!(text.contains("guichet_ingest_seconds_bucket{le=\"0.004\"} 1"), "{text}");
        assert!(
            text.contains("guichet_sends_total{line=\"support\",result=\"accepted\"} 1"),
            "{text}"
        );
    }

    #[test]
    fn each_rejection_is_counted_under_its_own_reason() {
        for (n, (why, reason)) in Rejection::ALL.into_iter().enumerate() {
            assert_eq!(why as usize, n);
            let metrics = Metrics::new();
            metrics.rejected(why);
            let line = format!("guichet_webhooks_rejected_total{{reason=\"{reason}\"}} 1");
            assert!(metrics.render().contains(&line));
        }
    }

    #[test]
    fn a_gauge_whose_label_is_gone_falls_to_zero() {
        let metrics = Metrics::new();
        metrics.set_tickets([
            ("support", "open", 3),
            ("billing", "new", 1),
            ("support", "open", 1),
        ]);
        assert!(metrics.render().contains("guichet_tickets{queue=\"support\",state=\"open\"} 4"));
        metrics.set_tickets([("billing", "new", 2)]);
        let text = metrics.render();
        assert!(text.contains("guichet_tickets{queue=\"support\",state=\"open\"} 0"), "{text}");
        assert!(text.contains("guichet_tickets{queue=\"billing\",state=\"new\"} 2"), "{text}");
    }

    #[test]
    fn two_relays_in_one_process_count_apart() {
        let (one, two) = (Metrics::new(), Metrics::new());
        one.updates.increment(7);
        assert!(one.render().contains("guichet_updates_total 7"));
        assert!(two.render().contains("guichet_updates_total 0"));
    }
}
