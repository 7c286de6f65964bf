//! Other programs for the terminal, of which many know how they feel, with as much to show.

use super::figures::Figures;
use super::flood;
use super::program::{List, Program, command};
use super::terminal::{Tty, count, grounds};
use crate::rig::Scale;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether a program is there.
pub(crate) fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// Does something a hundred times a second while `meanwhile` lasts.
fn flooding(mut once: impl FnMut(usize) + Send, meanwhile: impl FnOnce()) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                once(number);
                std::thread::sleep(Duration::from_secs(1) / flood::RATE);
            }
        });
        meanwhile();
        done.store(true, Ordering::Relaxed);
    });
}

fn mail(into: &mut impl std::io::Write, number: usize) {
    let (day, hour, minute) = (1 + number / 1_440 % 28, number / 60 % 24, number % 60);
    let _ = write!(
        into,
        "From c{number}@example.org Sun Feb {day:2} {hour:02}:{minute:02}:00 2026\n\
         From: Customer {number:07} <c{number}@example.org>\nTo: desk@example.org\n\
         Subject: My parcel should have come yesterday, where is it now?\n\
         Date: Sun, {day} Feb 2026 {hour:02}:{minute:02}:00 +0000\n\
         Message-ID: <{number}@example.org>\nStatus: O\n\nHello, where is it now?\n\n"
    );
}

/// neomutt with a mail for each ticket.
pub(crate) fn neomutt(mails: usize, scale: Scale, home: &Path) -> Figures {
    let mut figures = Figures::default();
    let mbox = home.join("mbox");
    let mut file = BufWriter::new(File::create(&mbox).expect("a mailbox"));
    (0..mails).for_each(|number| mail(&mut file, number));
    drop(file);
    let settings = "set quit=yes\nset menu_scroll=yes\nset sort=mailbox-order\nset mail_check=1\n\
                    set timeout=1\nset beep=no\nset beep_new=no\nset help=no\n";
    std::fs::write(home.join("rc"), settings).expect("its settings");
    // It would ask for it.
    std::fs::create_dir(home.join("Mail")).expect("a folder");
    let program = Program {
        command: command("neomutt", &["-F", "rc", "-R", "-f", "mbox"], home),
        ready: "Customer 000".into(),
        to_list: "=",
        list: List { top: "=", down: "j", up: "k", page_down: "\x1b[6~", page_up: "\x1b[5~" },
        to_text: ":",
        from_text: "\x07=",
        quit: "q",
    };
    let mut tty = program.measure(scale, &mut figures);
    let time = Duration::from_secs(scale.of(2, 10, 30));
    let mut more = File::options().append(true).open(&mbox).expect("the mailbox");
    let once = |number| {
        let mut text = Vec::new();
        mail(&mut text, mails + number);
        let _ = more.write_all(&text);
    };
    flooding(once, || {
        flood::measure(&mut tty, ["j", "k"], grounds, time, &flood::LIST, &mut figures);
    });
    program.leave(tty, &mut figures);
    figures
}

/// weechat with a line in a buffer for each ticket. Its list is that of its settings, of which there are some
/// thousands.
pub(crate) fn weechat(lines: usize, scale: Scale, home: &Path) -> Figures {
    let mut figures = Figures::default();
    let settings =
        "/set weechat.history.max_buffer_lines_number 0;/set weechat.look.paste_max_lines -1";
    let arguments = ["-d", "weechat", "-r", settings];
    let program = Program {
        command: command("weechat", &arguments, home),
        ready: "Plugins loaded".into(),
        to_list: "/fset\r",
        list: List {
            top: "/fset -go 0\r",
            down: "\x1b[B",
            up: "\x1b[A",
            page_down: "\x1b[6~",
            page_up: "\x1b[5~",
        },
        to_text: "/buffer core.weechat\r",
        from_text: "\x15/buffer fset.fset\r/fset -go 0\r",
        quit: "\x15/quit\r",
    };
    let mut tty = program.measure(scale, &mut figures);
    tty.does(program.to_text);
    let Some(mut pipe) = pipe(&tty, home) else {
        eprintln!("    weechat has no plugin fifo: it is not flooded");
        program.leave(tty, &mut figures);
        return figures;
    };
    let mut say = |number: usize| {
        let text = "My parcel should have come yesterday, where is it now?";
        let _ = writeln!(pipe, "core.weechat */print Customer {number:07}\t{text}");
    };
    (0..lines).for_each(&mut say);
    tty.settle(Duration::from_secs(1));
    let pages = super::program::presses(&mut tty, &["\x1b[5~"], scale.of(10, 100, 200));
    let times = pages.iter().map(|burst| burst.last).collect();
    figures.median("page key in the thread: p50", times);
    tty.does("/window scroll_bottom\r");
    let time = Duration::from_secs(scale.of(2, 10, 30));
    flooding(say, || {
        let of = |screen: &vt100::Screen| count(screen, '#');
        flood::measure(&mut tty, ["#", "\x7f"], of, time, &flood::TEXT, &mut figures);
    });
    program.leave(tty, &mut figures);
    figures
}

/// Through which it takes commands, if it can.
fn pipe(tty: &Tty, home: &Path) -> Option<File> {
    let name = format!("weechat_fifo_{}", tty.id());
    File::options().write(true).open(home.join("weechat").join(name)).ok()
}
