//! Whether a webhook costs more when the journal has grown: `cargo bench --bench growth`, with `-- --quick` for
//! a tenth of it.
//!
//! The cost is processor time of the relay's process a webhook of one message, at 2,000 a second, by the
//! kernel's count: the median of five windows and their range. Between the two the journal grows tenfold,
//! with the same 10,000 customers. Each message is at least one event; a customer's first makes several.

mod rig;

use guichet::sandbox::load::{LoadOptions, Until};
use rig::child::Child;
use rig::{Scale, fill, grouped, load, row, send, title};
use std::time::Duration;

const CUSTOMERS: usize = 10_000;
const WINDOWS: usize = 5;

/// Microseconds a webhook: median, least and most.
fn cost(relay: &Child, run: &str, lasts: Duration) -> [f64; 3] {
    let mut costs: Vec<_> = (0..WINDOWS)
        .map(|window| {
            let run = format!("{run}{window}");
            let options = LoadOptions {
                rate: Some(2_000.0),
                connections: 16,
                ..load(relay.url(), &run, CUSTOMERS, Until::Time(lasts))
            };
            let before = relay.cpu();
            let report = send(&options);
            (relay.cpu() - before).as_secs_f64() * 1e6 / report.acknowledged as f64
        })
        .collect();
    costs.sort_by(f64::total_cmp);
    [costs[WINDOWS / 2], costs[0], costs[WINDOWS - 1]]
}

fn main() {
    let scale = Scale::asked();
    let lasts = Duration::from_secs(scale.of(1, 3, 10));
    let small: u64 = scale.of(10_000, 50_000, 50_000);
    title("processor time of the relay a webhook, 2,000/s");
    let relay = Child::start("http://127.0.0.1:9");
    let mut medians = [0.0; 2];
    let mut events = 0;
    for (median, (run, size)) in medians.iter_mut().zip([("small", small), ("large", small * 10)]) {
        // The windows themselves write too.
        let windows = 2_000 * lasts.as_secs() * WINDOWS as u64;
        let missing = size.saturating_sub(events + windows / 2);
        fill(relay.url(), &format!("fill-{run}"), CUSTOMERS, missing);
        events += missing + windows;
        let [middle, least, most] = cost(&relay, run, lasts);
        *median = middle;
        let what = format!("with {} messages in the journal", grouped(size as f64));
        row(&what, &format!("{middle:.0} us ({least:.0}-{most:.0})"), "");
    }
    row("ratio", &format!("{:.2}", medians[1] / medians[0]), "1.3");
}
