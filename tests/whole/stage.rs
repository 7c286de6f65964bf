//! A sandbox and a relay.

use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::policy::Policy;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret, Timestamp};
use guichet::relay::config::Config;
use guichet::relay::daemon::Daemon;
use guichet::relay::token;
use guichet::sandbox::{Handle, Line, Options, Sandbox};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";
const SECRETS: [(&str, &str); 3] =
    [("app_secret", "a secret"), ("access_token", "a token"), ("verify_token", "a word")];

/// A sandbox and a relay of which the latter can be killed and started again.
pub(crate) struct Stage {
    folder: TempDir,
    pub(crate) sandbox: Option<Handle>,
    daemon: Option<Daemon>,
    stop: CancellationToken,
    pub(crate) clock: Clock,
    pub(crate) consoles: SocketAddr,
    api: String,
}

impl Stage {
    /// Desk time runs `speed` times faster; of the waiting customers the first have written so long ago.
    pub(crate) async fn open(speed: f64, aged: &[Duration], waiting: usize) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in SECRETS {
            std::fs::write(folder.path().join(name), text).expect("a secret is written");
        }
        let clock = Clock::scaled(Timestamp::from_secs(1_772_442_000), speed);
        let bound = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a sandbox");
        let api = bound.api_url();
        let (daemon, stop) = relay(folder.path(), &api, 0, &clock).await;
        let secret = |name: &str| {
            let text = SECRETS.iter().find(|(known, _)| *known == name).expect("known").1;
            Some(Secret::new(text))
        };
        let options = Options {
            webhook: Some(format!("http://{}/webhooks/whatsapp", daemon.webhooks)),
            line: Line {
                phone_number_id: Some(NUMBER.to_owned()),
                waba_id: Some(ACCOUNT.to_owned()),
                app_secret: secret("app_secret"),
                access_token: secret("access_token"),
                verify_token: secret("verify_token"),
                ..Line::default()
            },
            waiting,
            aged: aged.to_vec(),
            every: Duration::ZERO,
            silent: false,
            ..Options::default()
        };
        let sandbox = bound.start(options, clock.clone()).expect("customers");
        let consoles = daemon.consoles;
        Self { folder, sandbox: Some(sandbox), daemon: Some(daemon), stop, clock, consoles, api }
    }

    /// Makes an account; a token of it.
    pub(crate) async fn hire(&self, name: &str, role: Role) -> Secret {
        let (token, digest) = token::generate();
        let at = Clock::system().now();
        let set = DeskEvent::AccountSet {
            at,
            name: Name::from(name),
            role,
            queues: vec![Name::from("support")],
            password: "!".to_owned(),
        };
        let digest = digest.to_string();
        let issued = DeskEvent::TokenIssued { at, name: Name::from(name), digest, until: None };
        let relay = &self.daemon.as_ref().expect("it runs").relay;
        relay.desk.record("-test", vec![set, issued]).await.expect("recorded");
        token
    }

    /// Other rules hold from now on.
    pub(crate) async fn rule(&self, change: impl FnOnce(&mut Policy)) {
        let relay = &self.daemon.as_ref().expect("it runs").relay;
        let mut policy = Box::new(Policy::clone(relay.store.read().policy()));
        change(&mut policy);
        let changed = DeskEvent::PolicyChanged { at: self.clock.now(), policy };
        relay.desk.record("-test", vec![changed]).await.expect("recorded");
    }

    /// The relay goes away.
    pub(crate) async fn relay_stops(&mut self) {
        self.stop.cancel();
        self.daemon.take().expect("it runs").stop().await.expect("it stops");
    }

    /// And comes back at the same address.
    pub(crate) async fn relay_returns(&mut self) {
        let port = self.consoles.port();
        let (daemon, stop) = relay(self.folder.path(), &self.api, port, &self.clock).await;
        (self.daemon, self.stop) = (Some(daemon), stop);
    }

    /// Ends it all; what the platform accepted twice.
    pub(crate) async fn close(mut self) -> Vec<String> {
        let record = self.sandbox.take().expect("it plays").stop().await;
        self.relay_stops().await;
        record.sent_twice().map(str::to_owned).collect()
    }
}

async fn relay(folder: &Path, api: &str, port: u16, clock: &Clock) -> (Daemon, CancellationToken) {
    let text = format!(
        r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:0"
consoles = "127.0.0.1:{port}"
[relay]
undo_delay = "0s"
[[line]]
name = "shop"
phone_number_id = "{NUMBER}"
waba_id = "{ACCOUNT}"
api_url = "{api}"
access_token = {{ file = "access_token" }}
app_secrets = [{{ file = "app_secret" }}]
verify_token = {{ file = "verify_token" }}
queue = "support"
[[queue]]
name = "support"
threading = "24h"
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
    let config = Config::load(&path).expect("the configuration is sound");
    let stop = CancellationToken::new();
    let daemon = Daemon::start(config, clock.clone(), &stop).await.expect("the relay starts");
    (daemon, stop)
}
