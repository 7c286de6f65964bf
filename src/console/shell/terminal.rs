//! The terminal taken over and given back as it was: line by line the same in reverse.
//!
//! What was taken is also known to the whole process, so that a panic on any thread can give it back. Nothing is
//! ever asked of the terminal: one that answers nothing makes nobody wait.

use rustix::fd::BorrowedFd;
use rustix::termios::{
    OptionalActions, Termios, isatty, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr,
};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is switched on, in this order, and how it is switched off again, in the reverse one.
const MODES: &[(&str, &str)] = &[
    // The alternate screen.
    ("\x1b[?1049h", "\x1b[?1049l"),
    // Nothing runs on into the next row.
    ("\x1b[?7l", "\x1b[?7h"),
    // A paste comes between marks.
    ("\x1b[?2004h", "\x1b[?2004l"),
    // The window says whether it has the focus.
    ("\x1b[?1004h", "\x1b[?1004l"),
    // Keys with modifiers can be told apart, xterm's way.
    ("\x1b[>4;1m", "\x1b[>4;0m"),
    // The cursor is hidden until the first picture.
    ("\x1b[?25l", "\x1b[?25h"),
];

/// What the terminal puts aside and takes back: the title, and how keys are told (kitty's way).
const ASIDE: &[(&str, &str)] = &[("\x1b[22;2t", "\x1b[23;2t"), ("\x1b[>1u", "\x1b[<u")];

const MOUSE: (&str, &str) = ("\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l");

/// The title of the terminal's window, with how many tickets call for the person.
fn title(calls: usize) -> String {
    match calls {
        0 => "\x1b]2;Guichet\x1b\\".to_owned(),
        calls => format!("\x1b]2;({calls}) Guichet\x1b\\"),
    }
}

/// What must end before anything is given back: a synchronized frame, a scroll region, a style.
const FRAME_END: &str = "\x1b[?2026l\x1b[r\x1b[m";

static TAKEN: Mutex<Option<Taken>> = Mutex::new(None);

struct Taken {
    before: Termios,
    mouse: bool,
    last_words: Vec<u8>,
}

/// The terminal of the process. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Terminal {
    mouse: bool,
    calls: usize,
    last_words: Vec<u8>,
}

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// There is none, or it cannot be set.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        let terminal = Self { mouse, calls: 0, last_words: Vec::new() };
        terminal.retake()?;
        Ok(terminal)
    }

    /// Takes it over again after it was given back, or was perhaps changed by somebody else.
    pub(super) fn retake(&self) -> io::Result<()> {
        let mut taken = taken();
        let had = taken.take();
        let again = had.is_some();
        let before = match had {
            Some(taken) => taken.before,
            None => tcgetattr(input())?,
        };
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(input(), OptionalActions::Now, &raw)?;
        let last_words = self.last_words.clone();
        *taken = Some(Taken { before, mouse: self.mouse, last_words });
        drop(taken);
        let mut bytes: String = MODES.iter().map(|(on, _)| *on).collect();
        for (on, off) in ASIDE {
            bytes.push_str(if again { off } else { "" });
            bytes.push_str(on);
        }
        bytes.push_str(&title(self.calls));
        if self.mouse {
            bytes.push_str(MOUSE.0);
        }
        write(bytes.as_bytes())
    }

    /// Gives it back, until [`Terminal::retake`].
    pub(super) fn release(&self) {
        give_back();
    }

    /// What is written before the terminal is given back, however that comes about: what takes pictures of customers
    /// out of it.
    pub(super) fn set_last_words(&mut self, words: Vec<u8>) {
        if let Some(taken) = taken().as_mut() {
            taken.last_words.clone_from(&words);
        }
        self.last_words = words;
    }

    /// Says in the window's title how many tickets call for the person.
    pub(super) fn set_calls(&mut self, calls: usize) -> io::Result<()> {
        if self.calls == calls {
            return Ok(());
        }
        self.calls = calls;
        write(title(calls).as_bytes())
    }

    /// Switches the reports of the mouse.
    pub(super) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        if self.mouse == on {
            return Ok(());
        }
        self.mouse = on;
        if let Some(taken) = taken().as_mut() {
            taken.mouse = on;
        }
        write(if on { MOUSE.0 } else { MOUSE.1 }.as_bytes())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, if it is taken. Also for a panic hook: it does not wait for a lock.
pub(super) fn give_back() {
    let taken = match TAKEN.try_lock() {
        Ok(mut taken) => taken.take(),
        Err(std::sync::TryLockError::Poisoned(mut poisoned)) => poisoned.get_mut().take(),
        Err(std::sync::TryLockError::WouldBlock) => None,
    };
    let Some(taken) = taken else { return };
    let _ = write(&ending(taken.mouse, &taken.last_words));
    // Keys that nobody has read stay for the shell.
    let _ = tcsetattr(input(), OptionalActions::Drain, &taken.before);
}

/// What gives it back.
fn ending(mouse: bool, last_words: &[u8]) -> Vec<u8> {
    let switched = ASIDE.iter().rev().chain(MODES.iter().rev()).map(|(_, off)| off.as_bytes());
    let mouse = mouse.then_some(MOUSE.1.as_bytes());
    let all = [FRAME_END.as_bytes(), last_words].into_iter().chain(mouse).chain(switched);
    all.collect::<Vec<_>>().concat()
}

fn taken() -> MutexGuard<'static, Option<Taken>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where keys come from.
pub(super) fn input() -> BorrowedFd<'static> {
    rustix::stdio::stdin()
}

/// Whether this process may use the terminal now: a shell gives it to one of its jobs at a time.
pub(super) fn is_ours() -> bool {
    tcgetpgrp(input()).map_or(true, |group| group == rustix::process::getpgrp())
}

/// Why the console cannot be shown here; nothing if it can.
pub(super) fn unfit() -> Option<&'static str> {
    if !isatty(input()) {
        Some("its input is no terminal")
    } else if !isatty(rustix::stdio::stdout()) {
        Some("its output is no terminal")
    } else {
        match std::env::var("TERM").as_deref() {
            Ok("dumb") => Some("TERM says that the terminal is dumb"),
            _ => None,
        }
    }
}

/// Columns and rows; 80x24 of a terminal that does not know.
pub(super) fn size() -> (u16, u16) {
    match tcgetwinsize(rustix::stdio::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
        _ => (80, 24),
    }
}

/// The pixels of a cell, across and down; nothing of a terminal that does not know, or says what cannot be.
pub(super) fn cell() -> Option<(u16, u16)> {
    let size = tcgetwinsize(rustix::stdio::stdout()).ok()?;
    let across = size.ws_xpixel.checked_div(size.ws_col)?;
    let down = size.ws_ypixel.checked_div(size.ws_row)?;
    ((4..=64).contains(&across) && (6..=128).contains(&down)).then_some((across, down))
}

/// Writes all of it, at once where the terminal takes it.
pub(super) fn write(mut bytes: &[u8]) -> io::Result<()> {
    let output = rustix::stdio::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(output, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::AGAIN) => {
                let mut waiting =
                    [rustix::event::PollFd::new(&output, rustix::event::PollFlags::OUT)];
                let _ = rustix::event::poll(&mut waiting, None);
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_how_many_call() {
        assert_eq!(title(0), "\x1b]2;Guichet\x1b\\");
        assert_eq!(title(12), "\x1b]2;(12) Guichet\x1b\\");
    }

    #[test]
    fn what_is_said_last_is_said_on_the_screen_that_is_left() {
        for mouse in [true, false] {
            let text = String::from_utf8(ending(mouse, b"<last>")).expect("text");
            let at = |part: &str| text.find(part);
            assert!(at(FRAME_END) < at("<last>") && at("<last>") < at(MODES[0].1), "{text:?}");
            assert_eq!(text.contains(MOUSE.1), mouse);
        }
    }

    #[test]
    fn whatever_is_switched_on_is_switched_off() {
        for (on, off) in MODES.iter().chain([&MOUSE]) {
            let modes = |text: &str| {
                let mut modes: Vec<_> = text
                    .split('\x1b')
                    .filter_map(|part| part.strip_prefix("[?"))
                    .map(|part| part.trim_end_matches(['h', 'l']).to_owned())
                    .collect();
                modes.sort();
                modes
            };
            assert_eq!(modes(on), modes(off));
        }
    }
}
