//! What is measured of every program: its start, its keys, its rest, its end.

use super::figures::{Figures, mb, ms};
use super::process::Usage;
use super::terminal::{Burst, SIZE, Tty};
use crate::rig::Scale;
use crate::rig::quantiles::Quantiles;
use portable_pty::CommandBuilder;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

/// A list with a cursor.
pub(crate) struct List {
    pub(crate) top: &'static str,
    pub(crate) down: &'static str,
    pub(crate) up: &'static str,
    pub(crate) page_down: &'static str,
    pub(crate) page_up: &'static str,
}

/// A program and its keys.
pub(crate) struct Program {
    pub(crate) command: CommandBuilder,
    /// The text that stands on its first page.
    pub(crate) ready: String,
    /// Leads from the start to the list.
    pub(crate) to_list: &'static str,
    pub(crate) list: List,
    /// Leads from the list to where text is typed.
    pub(crate) to_text: &'static str,
    /// Leads back to the list, at its top.
    pub(crate) from_text: &'static str,
    pub(crate) quit: &'static str,
}

/// A program called `name`, with nothing of its surroundings but a home and what is needed.
pub(crate) fn command(name: &str, arguments: &[&str], home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(name);
    command.args(arguments);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for (variable, value) in
        [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LC_ALL", "C.UTF-8")]
    {
        command.env(variable, value);
    }
    command.env("HOME", home);
    command.env("XDG_STATE_HOME", home.join("state"));
    command.cwd(home);
    command
}

impl Program {
    /// Starts it some times; it is left running.
    pub(crate) fn starts(&self, scale: Scale, figures: &mut Figures) -> Tty {
        let (mut frames, mut pages) = (Vec::new(), Vec::new());
        let mut left = scale.of(2, 10, 40);
        loop {
            let mut tty = Tty::start(self.command.clone());
            let from = tty.started;
            let filled = |screen: &vt100::Screen| {
                screen.contents().lines().filter(|line| !line.trim().is_empty()).count() >= 3
            };
            frames.push(tty.until(from, "a first frame", filled));
            let is_ready = |screen: &vt100::Screen| screen.contents().contains(&self.ready);
            pages.push(tty.until(from, "a first page", is_ready));
            tty.settle(Duration::from_millis(200));
            left -= 1;
            if left == 0 {
                figures.median("first frame: p50", frames);
                figures.median("first page: p50", pages);
                return tty;
            }
            tty.quit(self.quit);
        }
    }

    /// From the start to the end.
    pub(crate) fn measure(&self, scale: Scale, figures: &mut Figures) -> Tty {
        let mut tty = self.starts(scale, figures);
        tty.does(self.to_list);
        self.list.measure(&mut tty, scale, figures);
        tty.does(self.to_text);
        let letters = scale.of(10, 60, 100);
        let typed = presses(&mut tty, &["a", "b", "c", "d", "e"], letters);
        // Taken away again: nobody is to be asked about it at the end.
        tty.does(&"\x7f".repeat(letters));
        figures.median("typing: p50", typed.iter().map(|burst| burst.last).collect());
        figures.note("bytes of a letter: p50", median_bytes(&typed));
        tty.does(self.from_text);
        let sizes = [(120, 40), SIZE].into_iter().cycle().take(scale.of(4, 40, 100));
        let mut redrawn = Vec::new();
        for to in sizes {
            redrawn.extend(tty.resize(to).map(|burst| burst.last));
            tty.settle(Duration::from_millis(60));
        }
        figures.median("resize: p50", redrawn);
        tty.settle(Duration::from_millis(500));
        rests(&mut tty, scale.of(2, 10, 60), figures);
        figures.note("memory after the keys", mb(Usage::of(tty.id()).resident));
        tty
    }

    /// Leaves it.
    pub(crate) fn leave(&self, tty: Tty, figures: &mut Figures) {
        let (took, as_it_was) = tty.quit(self.quit);
        let left = if as_it_was { "as it was" } else { "NOT as it was" };
        figures.note("quit", format!("{:.0} ms, {left}", took.as_secs_f64() * 1e3));
    }
}

impl List {
    fn measure(&self, tty: &mut Tty, scale: Scale, figures: &mut Figures) {
        tty.does(self.top);
        let many = scale.of(10, 100, 200);
        let inside = presses(tty, &[self.down, self.down, self.up, self.up], many);
        tty.does(self.top);
        for _ in 0..SIZE.1 {
            tty.press(self.down);
        }
        let edge = presses(tty, &[self.down], many);
        let times = inside.iter().chain(&edge).map(|burst| burst.last).collect();
        let times = Quantiles::of(times);
        let quantiles = [0.5, 0.95, 0.99].map(|share| ms(&times, share));
        figures.note("line key: p50 / p95 / p99", format!("{} ms", quantiles.join(" / ")));
        figures.note("bytes of a line key inside the page: p50", median_bytes(&inside));
        figures.note("  at its edge", median_bytes(&edge));
        let mut pages = presses(tty, &[self.page_down], many / 2);
        pages.extend(presses(tty, &[self.page_up], many / 2));
        figures.note("  of a page key", median_bytes(&pages));
        figures.median("page key in the list: p50", pages.iter().map(|burst| burst.last).collect());
        tty.does(self.top);
    }
}

/// Presses keys in turn, at no steady pace; what answered.
pub(crate) fn presses(tty: &mut Tty, keys: &[&str], count: usize) -> Vec<Burst> {
    let mut bursts = Vec::with_capacity(count);
    for number in 0..count {
        tty.rest(pause(number));
        bursts.extend(tty.press(keys[number % keys.len()]));
    }
    bursts
}

/// Between two keys: 5 to 25 ms, so that keys keep no step with a program's own pace.
fn pause(number: usize) -> Duration {
    Duration::from_micros(5_000 + (number as u64).wrapping_mul(7_919) % 20_000)
}

/// The median of the bytes.
pub(crate) fn median_bytes(bursts: &[Burst]) -> String {
    let mut bytes: Vec<_> = bursts.iter().map(|burst| burst.bytes).collect();
    bytes.sort_unstable();
    bytes.get(bytes.len() / 2).map_or("none".into(), ToString::to_string)
}

/// What it costs to do nothing.
fn rests(tty: &mut Tty, seconds: u64, figures: &mut Figures) {
    let (before, written, from) = (Usage::of(tty.id()), tty.written, Instant::now());
    tty.rest(Duration::from_secs(seconds));
    let used = Usage::of(tty.id()).since(before);
    let passed = from.elapsed().as_secs_f64();
    let bytes = (tty.written.bytes - written.bytes) as f64 / passed;
    figures.note("idle: processor", format!("{:.2} %", used.cpu as f64 / 1e7 / passed));
    figures.note("  wake-ups", format!("{:.1}/s", used.wakeups as f64 / passed));
    figures.note("  bytes", format!("{bytes:.0} B/s"));
}
