//! Lines that different providers carry, as a relay and a sandbox are told of them.

use crate::errors::Fate::{self, Fails, Unconfirmed, Waits};
use crate::rig::SECRET;
use guichet::kit::Secret;
use guichet::relay::config::Config;
use guichet::sandbox::{Carrier, Line};
use std::net::SocketAddr;
use std::path::Path;

/// One provider. To test another, write one more and put it into the suite of `providers.rs`.
pub(crate) struct Carried {
    /// Its word.
    pub(crate) name: &'static str,
    /// The sandbox that plays it.
    carrier: Carrier,
    /// The path of its API.
    api: &'static str,
    /// Its keys in `[[line]]`, `{public}` for the relay's address.
    keys: &'static str,
    /// The number and the account as the relay knows them.
    pub(crate) number: &'static str,
    pub(crate) account: &'static str,
    /// The secret that opens its API.
    token: &'static str,
    /// The path of its webhooks.
    pub(crate) path: &'static str,
    /// It has more templates than these that can be sent.
    pub(crate) templates: usize,
    /// Codes with which some sends fail when everything breaks, and how often.
    pub(crate) breaks: &'static [(i32, f64)],
    /// A refusal of each class as it gives it, what becomes of the message, and the code that is shown.
    pub(crate) refusals: &'static [(u32, Fate, u32)],
}

pub(crate) static CLOUD: Carried = Carried {
    name: "cloud",
    carrier: Carrier::Cloud,
    api: "/v25.0",
    keys: r#"
phone_number_id = "1"
waba_id = "2"
access_token = { file = "token" }
app_secrets = [{ file = "secret" }]
verify_token = { file = "secret" }
"#,
    number: "1",
    account: "2",
    token: "token",
    path: "/webhooks/whatsapp",
    templates: 30,
    breaks: &[(130_429, 0.1), (131_026, 0.02), (131_000, 0.05)],
    refusals: &[
        (190, Waits, 190),
        (130_429, Waits, 130_429),
        (131_056, Waits, 131_056),
        (131_047, Fails, 131_047),
        (132_001, Fails, 132_001),
        (131_000, Unconfirmed, 131_000),
    ],
};

pub(crate) static DIALOG360: Carried = Carried {
    name: "360dialog",
    carrier: Carrier::Dialog360,
    api: "",
    keys: r#"
phone_number_id = "1"
waba_id = "2"
api_key = { file = "token" }
webhook_secrets = [{ file = "secret" }]
"#,
    number: "1",
    account: "2",
    token: "token",
    path: "/webhooks/360dialog/support",
    templates: 30,
    breaks: &[(130_429, 0.1), (400, 0.05), (131_026, 0.02), (500, 0.05)],
    refusals: &[
        (401, Waits, 190),
        (402, Waits, 131_042),
        (403, Waits, 10),
        (400, Waits, 80_007),
        (131_056, Waits, 131_056),
        (131_047, Fails, 131_047),
        (132_001, Fails, 132_001),
        (131_000, Unconfirmed, 131_000),
        (502, Unconfirmed, 502),
    ],
};

pub(crate) static TWILIO: Carried = Carried {
    name: "twilio",
    carrier: Carrier::Twilio,
    api: "/2010-04-01",
    keys: r#"
number = "+14155238886"
account_sid = "AC00000000000000000000000000000001"
auth_tokens = [{ file = "secret" }]
public_url = "{public}"
"#,
    number: "14155238886",
    account: "AC00000000000000000000000000000001",
    token: SECRET,
    path: "/webhooks/twilio/support",
    templates: 10,
    breaks: &[(20_429, 0.1), (63_024, 0.02), (20_500, 0.05)],
    refusals: &[
        (20_003, Waits, 190),
        (63_007, Waits, 133_010),
        (20_429, Waits, 130_429),
        (63_038, Waits, 80_007),
        (21_211, Fails, 131_026),
        (63_016, Fails, 131_047),
        (63_032, Fails, 130_472),
        (63_041, Fails, 132_015),
        (63_999, Fails, 63_999),
        (20_500, Unconfirmed, 1),
    ],
};

impl Carried {
    /// A relay's configuration, in that folder.
    pub(crate) fn config(&self, dir: &Path, sandbox: SocketAddr, public: &str) -> Config {
        for (name, text) in [("secret", SECRET), ("token", self.token)] {
            std::fs::write(dir.join(name), text).expect("a secret is written");
        }
        let keys = self.keys.replace("{public}", public);
        let text = format!(
            r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:0"
consoles = "127.0.0.1:0"
[relay]
undo_delay = "0s"
send_timeout = "1s"
[[line]]
name = "support"
provider = "{}"
api_url = "http://{sandbox}{}"
queue = "support"
{keys}
[[sla]]
name = "standard"
queues = ["support"]
calendar = "24x7"
[sla.first_reply]
normal = "60m"
"#,
            self.name, self.api,
        );
        let path = dir.join("relay.toml");
        std::fs::write(&path, text).expect("the file is written");
        Config::load(&path).expect("the configuration is sound")
    }

    /// The line as the sandbox is told of it.
    pub(crate) fn line(&self) -> Line {
        Line {
            carrier: self.carrier,
            phone_number_id: Some(self.number.into()),
            waba_id: Some(self.account.into()),
            app_secret: Some(Secret::new(SECRET)),
            access_token: Some(Secret::new(self.token)),
            verify_token: None,
        }
    }
}
