//! How the console feels: `cargo bench --bench feel`, with `-- --quick` for a tenth of it and `-- --full` for the
//! long flood.
//!
//! The relay is the built binary as a process of its own, with a little more than 100,000 open tickets, the first of
//! them with a thread of 100,000 messages. The console runs in a pseudo-terminal of 160x48 that answers no question, so
//! each of its figures is one of such a terminal. A thread of this process notes when each read was over; a key
//! ends with the last byte before 10 ms of silence. So a terminal's own time is not in the figures, and what a
//! relay sends 10 ms later is not either. The first frame is there when three rows are filled, the first page when
//! a customer's name is seen. Keys come 5 to 25 ms apart, under a flood 100 to 120 ms. Redraws are what 2 ms of
//! silence divide. Processor time, wake-ups and memory are those of all threads of the process; memory is what
//! Linux calls resident, code and all.
//!
//! weechat (with its plugins) and neomutt are measured alike where they are installed: with as many lines and mails
//! as there are tickets. weechat's list is that of its settings.

mod desk;
mod figures;
mod flood;
mod neighbours;
mod process;
mod program;
#[path = "../rig/mod.rs"]
mod rig;
mod terminal;

use rig::child::Child;
use rig::{Scale, fill, grouped};

fn main() {
    let scale = Scale::asked();
    let tickets: usize = scale.of(10_000, 100_000, 100_000);
    // They write at random: as many messages as customers leave more than a third of them silent.
    let customers = tickets * 8 / 5;
    let folder = || tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let (home, near, nearer) = (folder(), folder(), folder());
    let relay = Child::start("http://127.0.0.1:9");
    fill(relay.url(), "long", 1, tickets as u64);
    fill(relay.url(), "page", desk::ON_THE_PAGE, 400);
    fill(relay.url(), "tenth", customers / 10, customers as u64 / 10);
    let program = desk::program(&relay, home.path());
    eprintln!("  guichet");
    let few = desk::inside(&program, scale);
    fill(relay.url(), "many", customers, customers as u64);
    let all = desk::inside(&program, scale);
    let mut ours = desk::measure(&relay, &program, scale);
    ours.note("  inside the page: a tenth, all of the tickets", format!("{few}, {all}"));
    drop(relay);
    let mut programs = vec![("guichet", ours)];
    if neighbours::is_there("weechat") {
        eprintln!("  weechat");
        programs.push(("weechat", neighbours::weechat(tickets, scale, near.path())));
    }
    if neighbours::is_there("neomutt") {
        eprintln!("  neomutt");
        programs.push(("neomutt", neighbours::neomutt(tickets, scale, nearer.path())));
    }
    rig::title(&format!("how the console feels with {} tickets", grouped(tickets as f64)));
    figures::print(&programs);
    for name in ["weechat", "neomutt"].into_iter().filter(|name| !neighbours::is_there(name)) {
        println!("{name} is not installed and was left out");
    }
}
