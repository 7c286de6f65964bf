//! What a program does while a hundred things a second change on its screen.

use super::figures::{Figures, ms};
use super::process::Usage;
use super::terminal::{Tty, UNSEEN};
use crate::rig::quantiles::Quantiles;
use std::time::Duration;
use tokio::time::Instant;

/// Things that change in a second.
pub(crate) const RATE: u32 = 100;
/// Between two keys.
const PACE: Duration = Duration::from_millis(100);

/// The rows of the table that a flood fills.
pub(crate) struct Rows {
    effect: &'static str,
    longest: &'static str,
    cpu: &'static str,
    bytes: &'static str,
    redraws: &'static str,
}

/// A list is flooded, and its cursor moved.
pub(crate) const LIST: Rows = Rows {
    effect: "flood, list: key to its effect, p50 / p99",
    longest: "  longest",
    cpu: "  processor",
    bytes: "  bytes, list",
    redraws: "  redraws beside those for keys",
};

/// What is read is flooded, and something typed below it.
pub(crate) const TEXT: Rows = Rows {
    effect: "flood, thread: typing to its effect, p50 / p99",
    longest: "  longest, typing",
    cpu: "  processor, typing",
    bytes: "  bytes, typing",
    redraws: "  redraws beside those for keys, typing",
};

/// Presses `keys` in turn for a time while somebody floods the program; a key has its effect when what `of` sees
/// has changed, which the flood must not change.
pub(crate) fn measure<T: PartialEq>(
    tty: &mut Tty,
    keys: [&str; 2],
    of: impl Fn(&vt100::Screen) -> T,
    time: Duration,
    rows: &Rows,
    figures: &mut Figures,
) {
    let (before, written, from) = (Usage::of(tty.id()), tty.written, Instant::now());
    let mut effects = Vec::new();
    for number in 0.. {
        if from.elapsed() >= time {
            break;
        }
        tty.rest(PACE + Duration::from_micros((number as u64).wrapping_mul(7_919) % 20_000));
        effects.push(tty.effect(keys[number % 2], &of));
    }
    let used = Usage::of(tty.id()).since(before);
    let passed = from.elapsed().as_secs_f64();
    let redraws = (tty.written.redraws - written.redraws).saturating_sub(effects.len());
    let bytes = (tty.written.bytes - written.bytes) as f64;
    let unseen = effects.iter().filter(|effect| **effect >= UNSEEN).count();
    if unseen > 0 {
        figures.note(rows.effect, format!("not seen {unseen} of {} times", effects.len()));
        return;
    }
    let effects = Quantiles::of(effects);
    figures.note(rows.effect, format!("{} / {} ms", ms(&effects, 0.5), ms(&effects, 0.99)));
    figures.note(rows.longest, format!("{} ms", ms(&effects, 1.0)));
    figures.note(rows.cpu, format!("{:.1} %", used.cpu as f64 / 1e7 / passed));
    figures.note(rows.bytes, format!("{:.1} KB/s", bytes / 1e3 / passed));
    figures.note(rows.redraws, format!("{:.0}/s", redraws as f64 / passed));
}
