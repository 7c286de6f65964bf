//! A relay on a fresh store, and the words to talk to it.

use guichet::kit::{Clock, Secret};
use guichet::relay::config::Config;
use guichet::relay::daemon::Daemon;
use guichet::sandbox::{Line, Options};
use guichet::whatsapp::signature;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(crate) const SECRET: &str = "test_app_secret";

/// The smallest configuration that works, for one line.
pub(crate) fn config(dir: &Path, number: &str, account: &str) -> Config {
    for (name, text) in [("app_secret", SECRET), ("access_token", "token"), ("verify_token", "v")] {
        std::fs::write(dir.join(name), text).expect("a secret is written");
    }
    let text = format!(
        r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:0"
consoles = "127.0.0.1:0"
[relay]
undo_delay = "0s"
[[line]]
name = "support"
phone_number_id = "{number}"
waba_id = "{account}"
api_url = "http://127.0.0.1:9"
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
    let path = dir.join("relay.toml");
    std::fs::write(&path, text).expect("the file is written");
    Config::load(&path).expect("the configuration is sound")
}

/// The same with the platform's API at `api`, and further tables.
pub(crate) fn reached(dir: &Path, api: &str, more: &str) -> Config {
    config(dir, "1", "2");
    let path = dir.join("relay.toml");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    let text = text.replace("http://127.0.0.1:9", api);
    std::fs::write(&path, format!("{text}\n{more}")).expect("the file is written");
    Config::load(&path).expect("sound")
}

pub(crate) struct Rig {
    pub(crate) daemon: Daemon,
    pub(crate) http: reqwest::Client,
}

impl Rig {
    pub(crate) async fn start(config: Config, clock: Clock) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let stop = CancellationToken::new();
        let daemon = Daemon::start(config, clock, &stop).await.expect("the relay starts");
        Self { daemon, http: reqwest::Client::new() }
    }

    /// The platform of its line, where nobody writes by himself.
    pub(crate) fn platform(&self) -> Options {
        Options {
            webhook: Some(self.url()),
            line: Line {
                phone_number_id: Some("1".into()),
                waba_id: Some("2".into()),
                app_secret: Some(Secret::new(SECRET)),
                access_token: Some(Secret::new("token")),
                verify_token: None,
                ..Line::default()
            },
            silent: true,
            waiting: 0,
            every: Duration::ZERO,
            ..Options::default()
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/whatsapp", self.daemon.webhooks)
    }

    /// Posts a body signed with the configured secret; the status that comes back.
    pub(crate) async fn post(&self, body: impl Into<Vec<u8>>) -> u16 {
        let body = body.into();
        let signature = signature::sign(&body, &Secret::new(SECRET));
        self.post_signed(body, Some(&signature)).await
    }

    pub(crate) async fn post_signed(&self, body: Vec<u8>, signature: Option<&str>) -> u16 {
        let mut request = self.http.post(self.url()).body(body);
        if let Some(signature) = signature {
            request = request.header(signature::SIGNATURE_HEADER, signature);
        }
        request.send().await.expect("the relay answers").status().as_u16()
    }
}

/// A webhook with these messages and statuses of one line.
pub(crate) fn webhook(number: &str, messages: &[String], statuses: &[String]) -> String {
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"2","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"390000","phone_number_id":"{number}"}},"messages":[{}],"statuses":[{}]}}}}]}}]}}"#,
        messages.join(","),
        statuses.join(",")
    )
}

/// A text message.
pub(crate) fn text(from: &str, id: &str, at: i64, body: &str) -> String {
    let body = serde_json::to_string(body).expect("text is JSON");
    format!(
        r#"{{"from":"{from}","id":"{id}","timestamp":"{at}","type":"text","text":{{"body":{body}}}}}"#
    )
}
