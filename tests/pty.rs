//! The console in a real pseudo-terminal that answers no question.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use tokio::time::Instant;

/// How long anything may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program in a terminal.
struct Tty {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    written: Receiver<Vec<u8>>,
    bytes: Vec<u8>,
    terminal: vt100::Parser,
    /// How the terminal was set before.
    before: String,
    home: tempfile::TempDir,
}

impl Tty {
    /// Starts the console against a relay that is not there.
    fn console(more: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_guichet"));
        command.args(arguments(home.path()));
        Self::start(command, home, more)
    }

    fn start(mut command: CommandBuilder, home: tempfile::TempDir, more: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, ..PtySize::default() };
        let pty = native_pty_system().openpty(size).expect("a pty");
        command.env_clear();
        for name in ["PATH", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("TERM", "xterm-256color");
        command.env("HOME", home.path());
        command.env("XDG_STATE_HOME", home.path().join("state"));
        command.cwd(home.path());
        more.iter().for_each(|(name, value)| command.env(name, value));
        let before = format!("{:?}", pty.master.get_termios());
        let child = pty.slave.spawn_command(command).expect("a child");
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let keys = pty.master.take_writer().expect("a writer");
        let (to, written) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 1 << 16];
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                if to.send(bytes[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            master: Some(pty.master),
            keys,
            child,
            written,
            bytes: Vec::new(),
            terminal: vt100::Parser::new(24, 80, 0),
            before,
            home,
        }
    }

    fn takes(&mut self, bytes: &[u8]) {
        self.terminal.process(bytes);
        self.bytes.extend(bytes);
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("written");
        self.keys.flush().expect("written");
    }

    fn resize(&mut self, cols: u16, rows: u16) {
        self.terminal.screen_mut().set_size(rows, cols);
        let size = PtySize { rows, cols, ..PtySize::default() };
        self.master.as_ref().expect("there").resize(size).expect("resized");
    }

    fn signal(&self, signal: Signal) {
        let id = self.child.process_id().expect("it runs");
        kill_process(Pid::from_raw(id as i32).expect("an id"), signal).expect("signalled");
    }

    /// Reads until something is so.
    #[track_caller]
    fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "{what} does not come:\n{}", self.shown());
            match self.written.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.takes(&bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(gone) => {
                    assert!(is_so(self), "{what}: {gone}:\n{}", self.shown());
                    return;
                }
            }
        }
    }

    /// Reads until the program is gone; its exit code.
    #[track_caller]
    fn end(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let ended = self.child.try_wait().expect("a child");
            while let Ok(bytes) = self.written.recv_timeout(Duration::from_millis(50)) {
                self.takes(&bytes);
            }
            if let Some(status) = ended {
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it does not end:\n{}", self.shown());
        }
    }

    fn shown(&self) -> String {
        self.terminal.screen().contents()
    }

    fn is_up(&self) -> bool {
        self.terminal.screen().alternate_screen() && self.pictures() > 0
    }

    /// How many pictures were drawn whole.
    fn pictures(&self) -> usize {
        let whole = b"\x1b[H\x1b[2J";
        self.bytes.windows(whole.len()).filter(|bytes| bytes == whole).count()
    }

    /// Reads until a picture was drawn whole after `had`.
    #[track_caller]
    fn until_redrawn(&mut self, had: usize) {
        self.until("a picture drawn whole", |tty| tty.pictures() > had);
    }

    /// Holds that the terminal is as it was before the program.
    #[track_caller]
    fn is_as_before(&self) {
        let screen = self.terminal.screen();
        assert!(!screen.alternate_screen(), "the alternate screen stays");
        assert!(!screen.bracketed_paste(), "bracketed paste stays");
        assert!(!screen.hide_cursor(), "the cursor stays hidden");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let text = String::from_utf8_lossy(&self.bytes);
        let count = |sequence: &str| text.matches(sequence).count();
        for (on, off) in [("\x1b[>1u", "\x1b[<u"), ("\x1b[22;2t", "\x1b[23;2t")] {
            assert_eq!(count(on), count(off), "{on:?}");
        }
        for mode in ["7", "2004", "1004", "25", "1049", "1000", "1006", "2026"] {
            let (on, off) = (text.rfind(&format!("[?{mode}h")), text.rfind(&format!("[?{mode}l")));
            let rests = if mode == "7" || mode == "25" { on > off } else { off >= on };
            assert!(rests, "mode {mode} stays changed");
        }
        let after = self.master.as_ref().expect("there").get_termios();
        assert_eq!(format!("{after:?}"), self.before);
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port at which nobody listens.
fn nowhere() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn arguments(home: &Path) -> Vec<String> {
    let token = home.join("token");
    std::fs::write(&token, "gct_0123456789abcdef0123456789abcdef").expect("written");
    let relay = format!("ws://127.0.0.1:{}", nowhere());
    let token = token.display().to_string();
    ["console", "--relay", &relay, "--token-file", &token].map(str::to_owned).to_vec()
}

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
    tty.types("kill -TERM %1; fg\r");
    tty.until("its end", |tty| tty.shown().matches("ready>").count() >= 3);
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
