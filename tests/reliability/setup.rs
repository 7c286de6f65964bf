//! A relay's configuration in a folder of its own, and the webhooks of its line.

use guichet::domain::desk::DeskEvent;
use guichet::domain::name::Name;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Secret};
use guichet::relay::config::Config;
use guichet::relay::core::Core;
use guichet::relay::token;
use guichet::whatsapp::signature;
use std::path::{Path, PathBuf};

pub(crate) const APP_SECRET: &str = "app_secret_4f9d0c7a6b";
pub(crate) const ACCESS_TOKEN: &str = "EAAJtoken3fZC8s1QBO7access";
pub(crate) const VERIFY_TOKEN: &str = "verify_2b7e151628aed2a6";
pub(crate) const LINE: &str = "106540352242922";
pub(crate) const ACCOUNT: &str = "102290129340398";
/// An instant for clocks that stand still.
pub(crate) const NOW: i64 = 1_795_000_000;

/// What a test may choose.
pub(crate) struct Setup<'a> {
    pub(crate) webhooks: &'a str,
    pub(crate) consoles: &'a str,
    pub(crate) data_dir: &'a str,
    pub(crate) api_url: &'a str,
    /// Keys of `[relay]`.
    pub(crate) knobs: &'a str,
    /// `sla.first_reply` of normal tickets.
    pub(crate) first_reply: &'a str,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Self {
            webhooks: "\"127.0.0.1:0\"",
            consoles: "127.0.0.1:0",
            data_dir: "data",
            api_url: "http://127.0.0.1:9",
            knobs: "",
            first_reply: "60m",
        }
    }
}

impl Setup<'_> {
    /// Writes it into `dir`, with its secrets.
    pub(crate) fn write(&self, dir: &Path) -> PathBuf {
        let secrets = [
            ("app_secret", APP_SECRET),
            ("access_token", ACCESS_TOKEN),
            ("verify_token", VERIFY_TOKEN),
        ];
        for (name, text) in secrets {
            std::fs::write(dir.join(name), text).expect("a secret is written");
        }
        let Self { webhooks, consoles, data_dir, api_url, knobs, first_reply } = self;
        let text = format!(
            r#"
data_dir = "{data_dir}"
[listen]
webhooks = {webhooks}
consoles = "{consoles}"
[relay]
undo_delay = "0s"
{knobs}
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
warn = "75%"
[sla.first_reply]
normal = "{first_reply}"
"#
        );
        let path = dir.join("relay.toml");
        std::fs::write(&path, text).expect("the file is written");
        path
    }

    pub(crate) fn load(&self, dir: &Path) -> Config {
        Config::load(&self.write(dir)).expect("the configuration is sound")
    }
}

/// Makes a supervisor; a token of his.
pub(crate) async fn hire(core: &Core, name: &str) -> Secret {
    let at = Clock::system().now();
    let set = DeskEvent::AccountSet {
        at,
        name: Name::from(name),
        role: Role::Supervisor,
        queues: vec![Name::from("support")],
        password: String::new(),
    };
    let (secret, digest) = token::generate();
    let digest = digest.to_string();
    let issued = DeskEvent::TokenIssued { at, name: Name::from(name), digest, until: None };
    core.relay.desk.record("-test", vec![set, issued]).await.expect("recorded");
    secret
}

/// How often what is repeated is repeated.
pub(crate) fn rounds() -> u32 {
    std::env::var("GUICHET_ROUNDS").map_or(3, |text| text.parse().expect("a number"))
}

/// Says that a test was skipped; where nothing may be skipped, fails.
pub(crate) fn skip(test: &str, why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{test} needs {why}");
    println!("skipped {test}: {why} is not there");
}

pub(crate) fn sign(body: &[u8]) -> String {
    signature::sign(body, &Secret::new(APP_SECRET))
}

/// A text message.
pub(crate) fn text(from: &str, id: &str, at: i64, text: &str) -> String {
    let text = serde_json::to_string(text).expect("text is JSON");
    format!(
        r#"{{"from":"{from}","id":"{id}","timestamp":"{at}","type":"text","text":{{"body":{text}}}}}"#
    )
}

/// A webhook of the line with these messages.
pub(crate) fn webhook(messages: &[String]) -> String {
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{ACCOUNT}","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"390000","phone_number_id":"{LINE}"}},"messages":[{}]}}}}]}}]}}"#,
        messages.join(",")
    )
}
