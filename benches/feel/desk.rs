//! The console at a relay.

use super::figures::{Figures, mb, ms};
use super::flood::{self, RATE};
use super::process::Usage;
use super::program::{List, Program, command, presses};
use super::terminal::{Tty, count};
use crate::rig::child::Child;
use crate::rig::quantiles::Quantiles;
use crate::rig::{Scale, load, send};
use guichet::sandbox::load::{LoadOptions, Until};
use std::path::Path;
use std::time::Duration;

/// Customers whose tickets stand on the first page: the flood comes from them.
pub(crate) const ON_THE_PAGE: usize = 40;

/// The column in which the list begins, and its cursor stands.
const LIST_AT: u16 = 21;

/// The console, with the keys it starts with.
pub(crate) fn program(relay: &Child, home: &Path) -> Program {
    let url = format!("ws://{}", relay.consoles);
    let mut command = command(env!("CARGO_BIN_EXE_guichet"), &["console", "--relay", &url], home);
    command.env("GUICHET_TOKEN", relay.token.expose());
    Program {
        command,
        ready: "Customer 000".into(),
        to_list: "4",
        list: List { top: "gg", down: "j", up: "k", page_down: "\x1b[6~", page_up: "\x1b[5~" },
        to_text: "r",
        from_text: "\x1b[27u\x1b[27u\x1b[27u4gg",
        quit: "\x11",
    }
}

/// The line key alone, inside the first page, to compare it with fewer tickets.
pub(crate) fn inside(program: &Program, scale: Scale) -> String {
    let mut tty = Tty::start(program.command.clone());
    let ready = |screen: &vt100::Screen| screen.contents().contains(&program.ready);
    tty.until(tty.started, "a first page", ready);
    tty.settle(Duration::from_millis(200));
    tty.does("4gg");
    let bursts = presses(&mut tty, &["j", "j", "k", "k"], scale.of(10, 200, 400));
    let times = Quantiles::of(bursts.iter().map(|burst| burst.last).collect());
    format!("{} ms", ms(&times, 0.5))
}

/// All that is measured of the console.
pub(crate) fn measure(relay: &Child, program: &Program, scale: Scale) -> Figures {
    let mut figures = Figures::default();
    let mut tty = program.measure(scale, &mut figures);
    thread(&mut tty, scale, &mut figures);
    tour(&mut tty, scale, &mut figures);
    tty.does("4gg");
    let before = Usage::of(tty.id()).resident;
    let time = Duration::from_secs(scale.of(2, 10, 60));
    let taken = flooded(relay, "list", ON_THE_PAGE, time, || {
        flood::measure(&mut tty, ["j", "k"], cursor, time, &flood::LIST, &mut figures);
    });
    figures.note("  updates taken by the relay", format!("{taken:.0}/s"));
    tty.does("ggr");
    flooded(relay, "thread", 1, time, || {
        let of = |screen: &vt100::Screen| count(screen, '#');
        flood::measure(&mut tty, ["#", "\x7f"], of, time, &flood::TEXT, &mut figures);
    });
    tty.does("\x7f\x1b[27u\x1b[27u\x1b[27u4gg");
    let rest = Duration::from_secs(scale.of(2, 20, 580));
    flooded(relay, "rest", ON_THE_PAGE, rest, || tty.rest(rest));
    let after = Usage::of(tty.id()).resident;
    figures.note("memory, more after a flood", mb(after.saturating_sub(before)));
    figures.note("  of", format!("{:.1} min", (rest + 2 * time).as_secs_f64() / 60.0));
    figures.note("  it was", mb(before));
    program.leave(tty, &mut figures);
    figures
}

/// The thread of very many messages, which is the most urgent ticket.
fn thread(tty: &mut Tty, scale: Scale, figures: &mut Figures) {
    let mut opened = Vec::new();
    for _ in 0..scale.of(2, 20, 40) {
        tty.does("\x1b[27u4gg");
        let from = tty.types("\r");
        opened.push(tty.until(from, "the thread", is_thread));
        tty.settle(Duration::from_millis(200));
    }
    figures.median("long thread, open at its end: p50", opened);
    let back = presses(tty, &["\x1b[5~"], scale.of(10, 200, 400));
    let times = Quantiles::of(back.iter().map(|burst| burst.last).collect());
    figures.note("  page back: p50", format!("{} ms", ms(&times, 0.5)));
    figures.note("  page back: p99", format!("{} ms", ms(&times, 0.99)));
    let both = presses(tty, &["\x1b[6~", "\x1b[5~"], scale.of(10, 100, 200));
    let times = both.iter().map(|burst| burst.last).collect();
    figures.median("page key in the thread: p50", times);
    tty.does("\x1b[27u");
}

/// Whether a page of messages is seen: the list shows no text beside a thread.
fn is_thread(screen: &vt100::Screen) -> bool {
    let text = screen.contents();
    ["is it now?", "thank you!", "on Saturday..", "to exchange it?"]
        .iter()
        .map(|end| text.matches(end).count())
        .sum::<usize>()
        >= 8
}

/// The rows at which the list's cursor points.
fn cursor(screen: &vt100::Screen) -> Vec<u16> {
    let points = |row: &u16| screen.cell(*row, LIST_AT).is_some_and(|cell| cell.contents() == "▸");
    (0..screen.size().0).filter(points).collect()
}

/// Opens one ticket after the other.
fn tour(tty: &mut Tty, scale: Scale, figures: &mut Figures) {
    tty.does("4gg");
    for _ in 0..scale.of(20, 1_000, 1_000) {
        tty.press("\r");
        tty.settle(Duration::from_millis(30));
        tty.press("\x1b[27u");
        tty.press("j");
    }
    tty.settle(Duration::from_millis(500));
    figures.note("memory after a tour of 1,000 tickets", mb(Usage::of(tty.id()).resident));
}

/// A hundred messages a second from so many customers, a little longer than `time`; how many a second were taken.
fn flooded(
    relay: &Child,
    run: &str,
    customers: usize,
    time: Duration,
    meanwhile: impl FnOnce(),
) -> f64 {
    let options = LoadOptions {
        rate: Some(f64::from(RATE)),
        connections: 4,
        ..load(relay.url(), run, customers, Until::Time(time + Duration::from_secs(1)))
    };
    std::thread::scope(|scope| {
        let load = scope.spawn(|| send(&options));
        std::thread::sleep(Duration::from_millis(500));
        meanwhile();
        load.join().expect("the load ends").updates_per_second
    })
}
