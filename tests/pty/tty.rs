//! A program in a pseudo-terminal that answers no question.

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
pub(crate) struct Tty {
    pub(crate) master: Option<Box<dyn MasterPty + Send>>,
    pub(crate) keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    pub(crate) written: Receiver<Vec<u8>>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) terminal: vt100::Parser,
    /// How the terminal was set before.
    before: String,
    pub(crate) home: tempfile::TempDir,
}

impl Tty {
    /// Starts the console against a relay that is not there.
    pub(crate) fn console(more: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_guichet"));
        command.args(arguments(home.path()));
        Self::start(command, home, more)
    }

    pub(crate) fn start(
        mut command: CommandBuilder,
        home: tempfile::TempDir,
        more: &[(&str, &str)],
    ) -> Self {
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

    pub(crate) fn takes(&mut self, bytes: &[u8]) {
        self.terminal.process(bytes);
        self.bytes.extend(bytes);
    }

    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("written");
        self.keys.flush().expect("written");
    }

    pub(crate) fn resize(&mut self, cols: u16, rows: u16) {
        self.terminal.screen_mut().set_size(rows, cols);
        let size = PtySize { rows, cols, ..PtySize::default() };
        self.master.as_ref().expect("there").resize(size).expect("resized");
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.process_id().expect("it runs");
        kill_process(Pid::from_raw(id as i32).expect("an id"), signal).expect("signalled");
    }

    /// Reads until something is so.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
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
    pub(crate) fn end(&mut self) -> u32 {
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

    pub(crate) fn shown(&self) -> String {
        self.terminal.screen().contents()
    }

    pub(crate) fn is_up(&self) -> bool {
        self.terminal.screen().alternate_screen() && self.pictures() > 0
    }

    /// How many pictures were drawn whole.
    pub(crate) fn pictures(&self) -> usize {
        let whole = b"\x1b[H\x1b[2J";
        self.bytes.windows(whole.len()).filter(|bytes| bytes == whole).count()
    }

    /// Reads until a picture was drawn whole after `had`.
    #[track_caller]
    pub(crate) fn until_redrawn(&mut self, had: usize) {
        self.until("a picture drawn whole", |tty| tty.pictures() > had);
    }

    /// Holds that the terminal is as it was before the program.
    #[track_caller]
    pub(crate) fn is_as_before(&self) {
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
pub(crate) fn nowhere() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The arguments of a console whose relay is not there.
pub(crate) fn arguments(home: &Path) -> Vec<String> {
    let token = home.join("token");
    std::fs::write(&token, "gct_0123456789abcdef0123456789abcdef").expect("written");
    let relay = format!("ws://127.0.0.1:{}", nowhere());
    let token = token.display().to_string();
    ["console", "--relay", &relay, "--token-file", &token].map(str::to_owned).to_vec()
}
