//! A program in a pseudo-terminal that answers no question, its screen, and the times of all it writes.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use tokio::time::Instant;

/// Columns and rows.
pub(crate) const SIZE: (u16, u16) = (160, 48);
/// The silence that ends what a key has caused. Shorter than what a relay may take for an answer: what it sends
/// later is another redraw.
const QUIET: Duration = Duration::from_millis(10);
/// How long a key may stay without an answer.
const SILENT: Duration = Duration::from_millis(300);
/// The silence between two redraws.
const BETWEEN: Duration = Duration::from_millis(2);
/// How long a key may stay without its effect; so long it is taken to have taken.
pub(crate) const UNSEEN: Duration = Duration::from_secs(5);
/// How long anything may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one read brought, and when it was over.
struct Piece {
    at: Instant,
    bytes: Vec<u8>,
}

/// What a program has written so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Written {
    pub(crate) bytes: usize,
    pub(crate) redraws: usize,
}

/// What a key has caused: the time to its last byte, and how many bytes.
pub(crate) struct Burst {
    pub(crate) last: Duration,
    pub(crate) bytes: usize,
}

/// A running program; killed when dropped.
pub(crate) struct Tty {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    pieces: Receiver<Piece>,
    screen: vt100::Parser,
    pub(crate) started: Instant,
    pub(crate) written: Written,
    last: Option<Instant>,
    /// How the terminal was set before.
    before: String,
}

impl Tty {
    /// Starts a program.
    pub(crate) fn start(command: CommandBuilder) -> Self {
        let pty = native_pty_system().openpty(size(SIZE)).expect("a pty");
        let before = format!("{:?}", pty.master.get_termios());
        let started = Instant::now();
        let child = pty.slave.spawn_command(command).expect("the program starts");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let keys = pty.master.take_writer().expect("a writer");
        let (to, pieces) = channel();
        std::thread::spawn(move || {
            // A late reader would count as a late program. Not everybody may.
            let _ = rustix::process::setpriority_process(None, -10);
            let mut bytes = vec![0; 1 << 16];
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                let piece = Piece { at: Instant::now(), bytes: bytes[..length].to_vec() };
                if to.send(piece).is_err() {
                    return;
                }
            }
        });
        Self {
            master: pty.master,
            keys,
            child,
            pieces,
            screen: vt100::Parser::new(SIZE.1, SIZE.0, 0),
            started,
            written: Written::default(),
            last: None,
            before,
        }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// Waits for output until `deadline`; when it came and how many bytes.
    fn hear(&mut self, deadline: Instant) -> Option<(Instant, usize)> {
        let wait = deadline.saturating_duration_since(Instant::now());
        let piece = match self.pieces.recv_timeout(wait) {
            Ok(piece) => piece,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(wait.min(BETWEEN));
                return None;
            }
        };
        if self.last.is_none_or(|last| piece.at.duration_since(last) >= BETWEEN) {
            self.written.redraws += 1;
        }
        self.last = Some(piece.at);
        self.written.bytes += piece.bytes.len();
        self.screen.process(&piece.bytes);
        Some((piece.at, piece.bytes.len()))
    }

    /// Takes output for a time.
    pub(crate) fn rest(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while Instant::now() < deadline {
            self.hear(deadline);
        }
    }

    /// Takes output until there was none for a time.
    pub(crate) fn settle(&mut self, quiet: Duration) {
        let give_up = Instant::now() + PATIENCE;
        while self.hear(Instant::now() + quiet).is_some() && Instant::now() < give_up {}
    }

    /// Takes output until the screen is so; how long after `from`.
    #[track_caller]
    pub(crate) fn until(
        &mut self,
        from: Instant,
        what: &str,
        is_so: impl Fn(&vt100::Screen) -> bool,
    ) -> Duration {
        let give_up = Instant::now() + PATIENCE;
        let mut at = Instant::now();
        while !is_so(self.screen.screen()) {
            assert!(Instant::now() < give_up, "{what} does not come:\n{}", self.text());
            at = self.hear(give_up.min(Instant::now() + SILENT)).map_or(at, |(at, _)| at);
        }
        at.saturating_duration_since(from)
    }

    /// Writes keys; when.
    pub(crate) fn types(&mut self, keys: &str) -> Instant {
        let at = Instant::now();
        self.keys.write_all(keys.as_bytes()).expect("the program takes keys");
        at
    }

    /// Writes keys that are not measured.
    pub(crate) fn does(&mut self, keys: &str) {
        self.types(keys);
        self.settle(Duration::from_millis(100));
    }

    /// Presses a key; what it causes, if anything.
    pub(crate) fn press(&mut self, key: &str) -> Option<Burst> {
        while self.hear(Instant::now()).is_some() {}
        let from = self.types(key);
        self.burst(from)
    }

    /// All up to a silence; nothing if all was silent.
    fn burst(&mut self, from: Instant) -> Option<Burst> {
        let (mut last, mut bytes) = (None, 0);
        let mut deadline = from + SILENT;
        while let Some((at, more)) = self.hear(deadline) {
            last = Some(at);
            bytes += more;
            deadline = at + QUIET;
        }
        last.map(|at| Burst { last: at.saturating_duration_since(from), bytes })
    }

    /// Presses a key; the time until something of the screen has changed, at most five seconds.
    pub(crate) fn effect<T: PartialEq>(
        &mut self,
        key: &str,
        of: impl Fn(&vt100::Screen) -> T,
    ) -> Duration {
        while self.hear(Instant::now()).is_some() {}
        let before = of(self.screen());
        let from = self.types(key);
        while let Some((at, _)) = self.hear(from + UNSEEN) {
            if of(self.screen()) != before {
                return at.saturating_duration_since(from);
            }
        }
        UNSEEN
    }

    /// Makes the terminal another size; what it causes, if anything.
    pub(crate) fn resize(&mut self, to: (u16, u16)) -> Option<Burst> {
        while self.hear(Instant::now()).is_some() {}
        self.screen.screen_mut().set_size(to.1, to.0);
        let from = Instant::now();
        self.master.resize(size(to)).expect("resized");
        self.burst(from)
    }

    /// Presses the keys that end the program; how long it takes, and whether the terminal is as it was.
    pub(crate) fn quit(mut self, keys: &str) -> (Duration, bool) {
        let from = self.types(keys);
        while self.child.try_wait().expect("a child").is_none() {
            assert!(from.elapsed() < PATIENCE, "it does not end:\n{}", self.text());
            self.hear(Instant::now() + Duration::from_millis(1));
        }
        let took = from.elapsed();
        self.settle(Duration::from_millis(20));
        let after = format!("{:?}", self.master.get_termios());
        let screen = self.screen();
        let as_it_was = after == self.before
            && !screen.alternate_screen()
            && !screen.bracketed_paste()
            && !screen.hide_cursor()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None;
        (took, as_it_was)
    }

    /// The screen's text.
    pub(crate) fn text(&self) -> String {
        self.screen().contents()
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, ..PtySize::default() }
}

/// What lies behind each row: it tells which one is highlighted.
pub(crate) fn grounds(screen: &vt100::Screen) -> Vec<Option<(vt100::Color, bool)>> {
    let (rows, cols) = screen.size();
    let cell = |row| screen.cell(row, cols / 4);
    (0..rows).map(|row| cell(row).map(|cell| (cell.bgcolor(), cell.inverse()))).collect()
}

/// How often a letter stands on the screen.
pub(crate) fn count(screen: &vt100::Screen, letter: char) -> usize {
    screen.contents().matches(letter).count()
}
