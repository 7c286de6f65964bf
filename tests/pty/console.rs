//! The console and its terminal: sizes, pastes, signals, faults.

use crate::tty::{Tty, arguments};
use portable_pty::CommandBuilder;
use rustix::process::Signal;
use std::path::Path;
use std::sync::mpsc::channel;

#[test]
fn a_console_without_a_relay_says_so_and_asks_the_terminal_nothing() {
    let mut tty = Tty::console(&[]);
    tty.until("the picture", Tty::is_up);
    let text = String::from_utf8_lossy(&tty.bytes).into_owned();
    for question in ["\x1b[c", "\x1b[>c", "\x1b[6n", "\x1b[?u", "\x1b[>q", "?\x07", "?\x1b\\", "$p"]
    {
        assert!(!text.contains(question), "{question:?}");
    }
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
}

#[test]
fn a_storm_of_sizes_ends_in_the_last_one() {
    let mut tty = Tty::console(&[]);
    tty.until("the picture", Tty::is_up);
    for n in 0..300u16 {
        tty.resize(1 + n * 7 % 300, 1 + n * 3 % 100);
    }
    let had = tty.pictures();
    tty.resize(100, 30);
    tty.until_redrawn(had);
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
}

#[test]
fn ten_thousand_pasted_lines_are_no_keys() {
    let mut tty = Tty::console(&[]);
    tty.until("the picture", Tty::is_up);
    let lines: String = (0..10_000).map(|n| format!("{n} q ctrl-c :quit\r")).collect();
    let mut keys = std::mem::replace(&mut tty.keys, Box::new(std::io::sink()));
    let typed = std::thread::spawn(move || {
        keys.write_all(format!("\x1b[200~{lines}\x1b[201~").as_bytes()).expect("written");
        keys
    });
    tty.until("the whole paste", |_| typed.is_finished());
    tty.keys = typed.join().expect("typed");
    let had = tty.pictures();
    tty.resize(90, 30);
    tty.until_redrawn(had);
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_leaves_a_clean_terminal_and_a_report() {
    let mut tty = Tty::console(&[("GUICHET_PANIC", "boom")]);
    tty.until("the picture", Tty::is_up);
    tty.types("\x1b[200~boom\x1b[201~");
    assert_eq!(tty.end(), 1);
    tty.is_as_before();
    let text = tty.shown().replace('\n', "");
    assert!(text.starts_with("guichet: internal fault at src/"), "{text}");
    assert!(text.contains("a report lies in"), "{text}");
    let reports = std::fs::read_dir(tty.home.path().join("state/guichet")).expect("the folder");
    let report = reports.flatten().next().expect("the report");
    let report = std::fs::read_to_string(report.path()).expect("read");
    assert!(report.contains("a fault for a test") && report.contains("provoke"), "{report}");
}

#[test]
fn the_end_of_the_terminal_is_the_end_of_the_program() {
    let mut tty = Tty::console(&[]);
    tty.until("the picture", Tty::is_up);
    tty.keys = Box::new(std::io::sink());
    tty.master = None;
    let (_, never) = channel();
    // The reading thread holds the terminal too, until the program is gone or hung up on.
    tty.written = never;
    tty.signal(Signal::HUP);
    assert_eq!(tty.end(), 0);
}

#[test]
fn a_stopped_console_gives_the_terminal_to_the_shell_and_takes_it_again() {
    let Some(bash) =
        ["/bin/bash", "/usr/bin/bash"].into_iter().find(|path| Path::new(path).exists())
    else {
        println!("skipped: there is no bash, which can stop and continue");
        assert!(std::env::var_os("CI").is_none(), "CI has bash");
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    let line = arguments(home.path()).join(" ");
    let mut command = CommandBuilder::new(bash);
    command.args(["--norc", "--noprofile", "-i"]);
    let mut tty = Tty::start(command, home, &[("PS1", "ready> ")]);
    tty.until("the shell", |tty| tty.shown().contains("ready>"));
    tty.types(&format!("{} {line}\r", env!("CARGO_BIN_EXE_guichet")));
    tty.until("the console", Tty::is_up);
    tty.types("\x1a");
    tty.until("the shell again", |tty| {
        !tty.terminal.screen().alternate_screen() && tty.shown().contains("Stopped")
    });
    tty.types("stty -a | tr ';' '\\n' | grep -c ' icanon' ; echo set=$?\r");
    tty.until("a terminal that is no raw one", |tty| tty.shown().contains("set=0"));
    let had = tty.pictures();
    tty.types("fg\r");
    tty.until_redrawn(had);
    tty.types("\x1a");
    tty.until("the shell once more", |tty| !tty.terminal.screen().alternate_screen());
    // The shell lets it go on, and keeps the terminal.
    tty.types("one=$(jobs -p); kill %1; while kill -0 $one 2>/dev/null; do sleep 0.1; done\r");
    tty.until("its end", |tty| tty.shown().contains("Done"));
    tty.types("exit\r");
    tty.end();
    assert!(!tty.terminal.screen().alternate_screen());
}

#[test]
fn without_a_terminal_it_says_so_in_one_line() {
    let home = tempfile::tempdir().expect("a folder");
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(arguments(home.path()))
        .env("HOME", home.path())
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{told}");
    assert!(ended.stdout.is_empty());
    assert!(told.lines().count() == 1 && told.contains("no terminal"), "{told}");
    let mut tty = Tty::console(&[("TERM", "dumb")]);
    assert_eq!(tty.end(), 1);
    assert!(tty.shown().contains("dumb"), "{}", tty.shown());
}
