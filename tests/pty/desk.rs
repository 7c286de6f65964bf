//! A relay as a process of its own, with one customer who waits.

use crate::child::Child;
use crate::setup::{self, Setup, sign, text, webhook};
use crate::tty::{Tty, nowhere};
use guichet::kit::Clock;
use guichet::relay::core::Core;
use guichet::whatsapp::signature;
use portable_pty::CommandBuilder;
use tempfile::TempDir;

/// A relay that can be killed and started again at the same address.
pub(crate) struct Desk {
    folder: TempDir,
    relay: Option<Child>,
    runtime: tokio::runtime::Runtime,
    /// Its address for consoles.
    consoles: String,
}

impl Desk {
    /// A relay with one agent, to whom a customer has written.
    pub(crate) fn open() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let consoles = format!("127.0.0.1:{}", nowhere());
        let config = Setup { consoles: &consoles, ..Setup::default() }.load(folder.path());
        let token = runtime.block_on(async {
            let core = Core::open(&config, Clock::system()).await.expect("the store opens");
            let token = setup::hire(&core, "anna").await;
            core.close().await.expect("it closes");
            token
        });
        std::fs::write(folder.path().join("token"), token.expose()).expect("written");
        let mut desk = Self { folder, relay: None, runtime, consoles };
        desk.starts();
        desk.hears("393331112222", "wamid.1", "hello there");
        desk
    }

    /// The relay starts.
    pub(crate) fn starts(&mut self) {
        self.relay = Some(Child::ready(&self.folder.path().join("relay.toml")).0);
    }

    /// The relay is killed.
    pub(crate) fn dies(&mut self) {
        self.relay.take().expect("it runs").kill();
    }

    /// A customer writes.
    pub(crate) fn hears(&self, from: &str, id: &str, words: &str) {
        self.gets(text(from, id, Clock::system().now().secs(), words));
    }

    /// The platform posts a message.
    pub(crate) fn gets(&self, message: String) {
        let url = self.relay.as_ref().expect("it runs").doors().url();
        let body = webhook(&[message]);
        let signature = sign(body.as_bytes());
        let post = reqwest::Client::new()
            .post(url)
            .header(signature::SIGNATURE_HEADER, signature)
            .body(body)
            .send();
        let answer = self.runtime.block_on(post).expect("the relay answers");
        assert_eq!(answer.status().as_u16(), 200);
    }

    /// A console of the agent, which shows the first customer.
    pub(crate) fn console(&self, more: &[(&str, &str)]) -> Tty {
        let home = tempfile::tempdir().expect("a folder");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_guichet"));
        let token = self.folder.path().join("token").display().to_string();
        let relay = format!("ws://{}", self.consoles);
        command.args(["console", "--relay", &relay, "--token-file", &token]);
        let mut tty = Tty::start(command, home, more);
        tty.until("the first customer", |tty| tty.shown().contains("+393331112222"));
        tty
    }

    /// A console in which the first customer is about to be answered.
    pub(crate) fn composer(&self, more: &[(&str, &str)]) -> Tty {
        let mut tty = self.console(more);
        tty.types("r");
        tty.until("the composer", |tty| tty.shown().contains("REPLY"));
        tty
    }
}
