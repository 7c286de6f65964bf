//! What a relay weighs and how fast it starts: `cargo bench --bench size`, with `-- --quick` for a tenth of it.
//!
//! The relay is the built binary as a process of its own. Its memory is what Linux calls resident: code, the
//! store's cache (8 MiB by default) and what the allocator keeps for later are in it. 1,000,000 messages of
//! 100,000 customers come in batches of a hundred, so that all customers have an open ticket. An open
//! conversation weighs what the memory has grown by, shared among the customers. A start is the time from the
//! start of the process until `/readyz` says 200, with the store's files in the system's cache.

mod rig;

use rig::child::Child;
use rig::{Scale, fill, grouped, row, title};
use rustix::process::Signal;

fn main() {
    let (messages, customers) =
        Scale::asked().of((100_000, 10_000), (1_000_000, 100_000), (1_000_000, 100_000));
    let mb = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let seconds = |time: std::time::Duration| format!("{:.2} s", time.as_secs_f64());
    title(&format!(
        "{} messages of {} customers",
        grouped(messages as f64),
        grouped(customers as f64)
    ));
    let mut relay = Child::start("http://127.0.0.1:9");
    let (idle, _) = relay.memory();
    row("memory, idle", &mb(idle), "30 MB");
    let report = fill(relay.url(), "fill", customers, messages);
    let (full, most) = relay.memory();
    row("memory, loaded", &mb(full), "300 MB");
    row("  at most", &mb(most), "");
    let each = full.saturating_sub(idle) / customers as u64;
    row("  an open conversation", &format!("{each} B"), "1,200 B");
    row("  updates taken while loading", &format!("{}/s", grouped(report.updates_per_second)), "");
    row("on disk", &mb(relay.disk()), "");
    for (name, signal, target) in
        [("SIGTERM", Signal::TERM, "1 s"), ("kill -9", Signal::KILL, "3 s")]
    {
        if signal == Signal::KILL {
            // After the clean stop nothing is left to replay: some work first.
            fill(relay.url(), "more", customers, messages / 10);
        }
        let time = relay.restart(signal);
        row(&format!("ready after {name}"), &seconds(time), target);
        row("  memory then", &mb(relay.memory().0), "");
    }
}
