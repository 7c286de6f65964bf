//! The settings of the process itself.

use super::keep::Keep;
use super::section::{Section, Value};
use std::time::Duration;

/// `[relay]`: limits and habits, all with defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knobs {
    /// `queue_capacity`: how many webhook updates may wait for the desk; over it the answer is 503 and the
    /// platform tries again. Default 8192.
    pub queue_capacity: usize,
    /// `undo_delay`: how long an agent's reply can be taken back, in real time. Default 5 s.
    pub undo_delay: Duration,
    /// `cache_mib`: the store's cache in MiB. Default 8.
    pub cache_mib: u64,
    /// `drain`: how long a stop may take before connections are cut, in real time. Default 20 s.
    pub drain: Duration,
    /// `checkpoint_commits`: about how many commits a start after a kill replays; a state that changed is
    /// saved when it lies that far behind. Default 60000.
    pub checkpoint_commits: u64,
    /// `connections`: the most connections on one listener. Default 4096.
    pub connections: usize,
    /// `send_timeout`: how long the platform may take to answer a send, in real time. Default 30 s.
    pub send_timeout: Duration,
    /// `catch_up`: how often messages are asked for whose webhook was lost, where the provider posts it once
    /// only; in real time. Default 5 minutes.
    pub catch_up: Duration,
    /// `[media] keep`: how long files are kept.
    pub keep: Keep,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            queue_capacity: 8192,
            undo_delay: Duration::from_secs(5),
            cache_mib: 8,
            drain: Duration::from_secs(20),
            checkpoint_commits: 60_000,
            connections: 4096,
            send_timeout: Duration::from_secs(30),
            catch_up: Duration::from_secs(300),
            keep: Keep::default(),
        }
    }
}

impl Knobs {
    /// A faulty setting keeps its default here; the fault is noted and refuses the whole.
    pub(super) fn read(root: &Section<'_>) -> Self {
        let mut knobs = Self { keep: Keep::read(root), ..Self::default() };
        let Some(table) = root.section("relay") else { return knobs };
        let span = |key, least, most, into: &mut Duration| {
            let (least, most) = (Duration::from_millis(least), Duration::from_secs(most));
            let read = table.get(key).and_then(|value: Value<'_>| value.duration(least, most));
            *into = read.unwrap_or(*into);
        };
        let whole = |key, least, most, default: u64| {
            table.get(key).and_then(|value: Value<'_>| value.whole(least, most)).unwrap_or(default)
        };
        span("undo_delay", 0, 60, &mut knobs.undo_delay);
        span("drain", 0, 600, &mut knobs.drain);
        span("send_timeout", 1_000, 300, &mut knobs.send_timeout);
        span("catch_up", 60_000, 86_400, &mut knobs.catch_up);
        knobs.queue_capacity =
            whole("queue_capacity", 16, 1_000_000, knobs.queue_capacity as u64) as usize;
        knobs.cache_mib = whole("cache_mib", 1, 65_536, knobs.cache_mib);
        knobs.checkpoint_commits =
            whole("checkpoint_commits", 100, 10_000_000, knobs.checkpoint_commits);
        knobs.connections = whole("connections", 8, 1_000_000, knobs.connections as u64) as usize;
        table.finish();
        knobs
    }
}
