//! The relay as a process of its own, which can be killed.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A running relay; killed when dropped.
pub(crate) struct Child {
    process: std::process::Child,
    log: Arc<(Mutex<Log>, Condvar)>,
    reading: Option<std::thread::JoinHandle<()>>,
}

#[derive(Default)]
struct Log {
    text: String,
    ended: bool,
}

/// How long a start may take before the test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// `guichet relay` on that configuration, not yet started.
pub(crate) fn command(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
    command.args(["relay", "--config"]).arg(config);
    command
}

impl Child {
    /// Starts it; does not wait until it is ready.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut process = command
            .env("GUICHET_LOG", "debug")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the relay starts");
        let lines = BufReader::new(process.stderr.take().expect("is piped"));
        let log = Arc::new((Mutex::new(Log::default()), Condvar::new()));
        let keeping = log.clone();
        let reading = std::thread::spawn(move || {
            let note = |line: Option<&str>| {
                let mut log = keeping.0.lock().expect("not poisoned");
                match line {
                    Some(line) => log.text.extend([line, "\n"]),
                    None => log.ended = true,
                }
                keeping.1.notify_all();
            };
            for line in lines.split(b'\n').map_while(Result::ok) {
                note(Some(&String::from_utf8_lossy(&line)));
            }
            note(None);
        });
        Self { process, log, reading: Some(reading) }
    }

    /// Starts it and waits until it is ready.
    pub(crate) fn ready(config: &Path) -> (Self, Doors) {
        let child = Self::start(command(config));
        let doors = child.doors();
        (child, doors)
    }

    /// Waits until it is ready; where it listens.
    pub(crate) fn doors(&self) -> Doors {
        let log = self.said("webhooks on ");
        let after = |word: &str| -> SocketAddr {
            let rest = &log[log.find(word).expect("is said") + word.len()..];
            let end = rest.find([',', '\n', ' ']).unwrap_or(rest.len());
            rest[..end].parse().expect("an address")
        };
        Doors { webhooks: after("webhooks on "), consoles: after("consoles on ") }
    }

    /// Waits until its log contains `word`; the log so far.
    pub(crate) fn said(&self, word: &str) -> String {
        self.said_times(word, 1)
    }

    /// Waits until its log contains `word` that often.
    pub(crate) fn said_times(&self, word: &str, times: usize) -> String {
        let (log, changed) = &*self.log;
        let log = log.lock().expect("not poisoned");
        let waiting = |log: &mut Log| !log.ended && log.text.matches(word).count() < times;
        let (log, _) = changed.wait_timeout_while(log, PATIENCE, waiting).expect("not poisoned");
        assert!(log.text.matches(word).count() >= times, "no `{word}` in:\n{}", log.text);
        log.text.clone()
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let sent = kill.arg(format!("-{name}")).arg(self.id().to_string()).status();
        assert!(sent.expect("kill runs").success());
    }

    /// kill -9, and all that it has logged.
    pub(crate) fn kill(mut self) -> String {
        let _ = self.process.kill();
        self.end().1
    }

    /// Waits for its end: the status, and all that it has logged.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        self.end()
    }

    fn end(&mut self) -> (ExitStatus, String) {
        let status = self.process.wait().expect("it ends");
        if let Some(reading) = self.reading.take() {
            reading.join().expect("the log is read");
        }
        (status, self.log.0.lock().expect("not poisoned").text.clone())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Where a relay listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doors {
    pub(crate) webhooks: SocketAddr,
    pub(crate) consoles: SocketAddr,
}

impl Doors {
    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/whatsapp", self.webhooks)
    }
}
