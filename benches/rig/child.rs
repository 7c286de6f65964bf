//! `guichet relay` as a process of its own.

use super::{ACCOUNT, APP_SECRET, LINE};
use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret};
use guichet::relay::config::Config;
use guichet::relay::core::Core;
use guichet::relay::token;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

/// How long a start may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// What Linux calls a tick towards programs, whatever it ticks in itself.
const TICK_MS: u64 = 10;

/// A running relay on a store of its own; killed when dropped.
pub(crate) struct Child {
    process: std::process::Child,
    folder: TempDir,
    pub(crate) webhooks: SocketAddr,
    pub(crate) consoles: SocketAddr,
    /// Of a supervisor.
    pub(crate) token: Secret,
}

impl Child {
    /// A relay on an empty store, with one account and no undo delay; `api_url` is its platform.
    pub(crate) fn start(api_url: &str) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let (webhooks, consoles) = (free(), free());
        let config = configure(folder.path(), webhooks, consoles, api_url);
        let token = hire(&Config::load(&config).expect("the configuration is sound"));
        let process = spawn(folder.path());
        let child = Self { process, folder, webhooks, consoles, token };
        child.ready();
        child
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/whatsapp", self.webhooks)
    }

    /// Stops it with a signal and starts it again; the time from the start of the process until it is ready.
    pub(crate) fn restart(&mut self, signal: Signal) -> Duration {
        kill_process(Pid::from_child(&self.process), signal).expect("it runs");
        self.process.wait().expect("it ends");
        let started = Instant::now();
        self.process = spawn(self.folder.path());
        self.ready();
        started.elapsed()
    }

    /// Waits until `/readyz` says 200.
    fn ready(&self) {
        let started = Instant::now();
        while !get(self.consoles, "/readyz").is_some_and(|text| text.starts_with("HTTP/1.1 200")) {
            assert!(started.elapsed() < PATIENCE, "the relay does not get ready:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Resident memory in bytes: now and at most so far.
    pub(crate) fn memory(&self) -> (u64, u64) {
        let text = self.proc("status");
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
            let number = line.trim().trim_end_matches(" kB").parse::<u64>();
            number.expect("a number") * 1024
        };
        (field("VmRSS:"), field("VmHWM:"))
    }

    /// Processor time used so far, by user and system together, in steps of 10 ms.
    pub(crate) fn cpu(&self) -> Duration {
        let text = self.proc("stat");
        // The name before the last parenthesis may contain blanks.
        let after = text.rsplit_once(") ").expect("a name").1;
        let ticks = after.split(' ').skip(11).take(2);
        let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().expect("ticks")).sum();
        Duration::from_millis(ticks * TICK_MS)
    }

    fn proc(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.process.id());
        std::fs::read_to_string(path).expect("it runs")
    }

    /// Bytes of its store on disk.
    pub(crate) fn disk(&self) -> u64 {
        fn size(path: &Path) -> u64 {
            let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
            let sizes = entries.map(|entry| match entry.metadata() {
                Ok(meta) if meta.is_dir() => size(&entry.path()),
                Ok(meta) => meta.len(),
                Err(_) => 0,
            });
            sizes.sum()
        }
        size(&self.folder.path().join("data"))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(folder: &Path) -> std::process::Child {
    let log = File::options().append(true).create(true).open(folder.join("log")).expect("a log");
    Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(["relay", "--config"])
        .arg(folder.join("relay.toml"))
        .env("GUICHET_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the relay starts")
}

fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// One GET; the answer's text, or nothing.
fn get(at: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// The configuration of a relay whose platform does not answer.
pub(crate) fn config(folder: &Path) -> Config {
    let file = configure(folder, free(), free(), "http://127.0.0.1:9");
    Config::load(&file).expect("the configuration is sound")
}

fn configure(folder: &Path, webhooks: SocketAddr, consoles: SocketAddr, api_url: &str) -> PathBuf {
    for (name, text) in [("app_secret", APP_SECRET), ("access_token", "t"), ("verify_token", "v")] {
        std::fs::write(folder.join(name), text).expect("a secret is written");
    }
    let text = format!(
        r#"
data_dir = "data"
[listen]
webhooks = "{webhooks}"
consoles = "{consoles}"
[relay]
undo_delay = "0s"
[[line]]
name = "support"
phone_number_id = "{LINE}"
waba_id = "{ACCOUNT}"
api_url = "{api_url}"
access_token = {{ file = "access_token" }}
app_secrets = [{{ file = "app_secret" }}]
verify_token = {{ file = "verify_token" }}
queue = "support"
[[sla]]
name = "standard"
queues = ["support"]
calendar = "24x7"
[sla.first_reply]
normal = "60m"
"#
    );
    let path = folder.join("relay.toml");
    std::fs::write(&path, text).expect("the file is written");
    path
}

/// Makes a supervisor in a store that nobody has open; a token of his.
fn hire(config: &Config) -> Secret {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let clock = Clock::system();
        let at = clock.now();
        let core = Core::open(config, clock).await.expect("the store opens");
        let name = Name::from("anna");
        let set = DeskEvent::AccountSet {
            at,
            name: name.clone(),
            role: Role::Supervisor,
            queues: vec![Name::from("support")],
            password: String::new(),
        };
        let (token, digest) = token::generate();
        let digest = digest.to_string();
        let issued = DeskEvent::TokenIssued { at, name, digest, until: None };
        core.relay.desk.record("-bench", vec![set, issued]).await.expect("recorded");
        core.close().await.expect("it closes");
        token
    })
}
