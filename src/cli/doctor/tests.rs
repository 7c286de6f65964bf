//! The doctor before a relay and a sandbox that is wrong in one way at a time.

use super::line::CHECKS;
use super::*;
use crate::kit::Secret;
use crate::relay::daemon::Daemon;
use crate::sandbox::{self, Carrier, Options, Sandbox, Wrong};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";
const TOKEN: &str = "EAAthe-token";
const SECRET: &str = "the-app-secret";
const WORD: &str = "the-verify-token";

/// A relay, the platform as it sees it, and the configuration as it lies on the disk.
struct Scene {
    folder: TempDir,
    config: Config,
    daemon: Daemon,
    sandbox: sandbox::Handle,
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

fn configure(folder: &Path, api: &str) -> Config {
    configured(
        folder,
        &format!(
            "phone_number_id = \"{NUMBER}\"\nwaba_id = \"{ACCOUNT}\"\napi_url = \"{api}\"\n\
             access_token = {{ file = \"access_token\" }}\napp_secrets = [{{ file = \"app_secret\" }}]\n\
             verify_token = {{ file = \"verify_token\" }}"
        ),
    )
}

fn configured(folder: &Path, keys: &str) -> Config {
    for (name, text) in [("access_token", TOKEN), ("app_secret", SECRET), ("verify_token", WORD)] {
        write(folder, name, text);
    }
    let text = format!(
        r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:0"
consoles = "127.0.0.1:0"
[[line]]
name = "support"
{keys}
"#
    );
    write(folder, "relay.toml", &text);
    Config::load(&folder.join("relay.toml")).expect("a sound configuration")
}

impl Scene {
    /// The platform has `secret` as its app secret, and is `wrong` in these ways.
    async fn open(wrong: &[Wrong], secret: &str) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let folder = tempfile::tempdir().expect("a folder");
        let bound = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("bound");
        let mut config = configure(folder.path(), &bound.api_url());
        let stop = CancellationToken::new();
        let daemon =
            Daemon::start(config.clone(), Clock::system(), &stop).await.expect("it starts");
        config.listen.consoles.addr = daemon.consoles;
        let options = Options {
            webhook: Some(format!("http://{}/webhooks/whatsapp", daemon.webhooks)),
            line: sandbox::Line {
                phone_number_id: Some(NUMBER.to_owned()),
                waba_id: Some(ACCOUNT.to_owned()),
                app_secret: Some(Secret::new(secret)),
                access_token: Some(Secret::new(TOKEN)),
                verify_token: Some(Secret::new(WORD)),
                ..sandbox::Line::default()
            },
            wrong: wrong.to_vec(),
            silent: true,
            ..Options::default()
        };
        let sandbox = bound.start(options, Clock::system()).expect("it plays");
        // The handshake has come out as it must.
        let wanted = match wrong {
            [Wrong::Verify] => Some(false),
            [Wrong::Url | Wrong::Certificate] => None,
            _ => Some(true),
        };
        while sandbox.record().webhooks.verified != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self { folder, config, daemon, sandbox }
    }

    async fn found(&self, url: Option<&str>) -> Vec<Finding> {
        let url = url.map(|url| Url::parse(url).expect("a URL"));
        let found = examine(&self.config, url.as_ref(), &Clock::system()).await;
        let json = serde_json::to_string(&found).expect("JSON");
        for secret in [TOKEN, SECRET, WORD] {
            assert!(!json.contains(secret), "{json}");
        }
        found
    }

    async fn close(self) {
        drop(self.sandbox);
        let letters = self.daemon.relay.store.read().desk().dead_letters.len();
        assert_eq!(letters, 0, "the doctor leaves no trace");
        self.daemon.stop().await.expect("it stops");
    }
}

fn in_state(found: &[Finding], state: State) -> Vec<&'static str> {
    let those = found.iter().filter(|finding| finding.state == state);
    those.map(|finding| finding.check).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_wrong_where_nothing_is() {
    let scene = Scene::open(&[], SECRET).await;
    let found = scene.found(None).await;
    assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), CHECKS);
    assert_eq!(in_state(&found, State::Wrong), [""; 0], "{found:#?}");
    assert_eq!(in_state(&found, State::Skipped), ["certificate"], "{found:#?}");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_way_is_told_by_its_cause_and_the_mend() {
    for (wrong, check, cause, mend) in [
        (Wrong::Token, "token", "not valid any more", "Make a new access token"),
        (
            Wrong::Scope,
            "scope",
            "lacks whatsapp_business_messaging and whatsapp_business_management",
            "give the system user these rights",
        ),
        (
            Wrong::Number,
            "number",
            "has no number 106540352242922; it has: 106540352242999 (",
            "phone_number_id of the line",
        ),
        (
            Wrong::Subscription,
            "subscription",
            "does not get the webhooks of the account 102290129340398",
            "/102290129340398/subscribed_apps",
        ),
        (
            Wrong::Fields,
            "subscription",
            "standby (what is said while the platform's own agent has a conversation is missing); ",
            "subscribe to standby, messaging_handovers, user_id_update, user_preferences, ",
        ),
        (Wrong::Verify, "verify", "with another verify token", "verify_token under WhatsApp"),
        (Wrong::Signature, "signature", "signs with another secret", "copy the app secret"),
        (Wrong::Url, "url", "127.0.0.1:1/webhooks/whatsapp is not reached", "listen there"),
        (Wrong::Clock, "clock", "s behind the platform", "set-ntp"),
        (Wrong::Certificate, "certificate", "in 2 days", "renew it"),
        (Wrong::AllowList, "allow-list", "it is a test number", "test number's list"),
    ] {
        let scene = Scene::open(&[wrong], SECRET).await;
        let found = scene.found(None).await;
        assert_eq!(in_state(&found, State::Wrong), [check], "{wrong:?} {found:#?}");
        assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), CHECKS);
        let finding = found.iter().find(|finding| finding.check == check).expect("found");
        assert!(finding.says.contains(cause), "{finding:?}");
        assert!(finding.mend.as_ref().is_some_and(|text| text.contains(mend)), "{finding:?}");
        scene.close().await;
    }
}

/// A relay with a line that a provider carries, and the provider wrong in these ways. `keys` are those of the line,
/// `{api}` and `{public}` for where the provider and the relay are found.
async fn carried(carrier: Carrier, keys: &str, path: &str, wrong: &[Wrong]) -> Scene {
    rustls::crypto::ring::default_provider().install_default().ok();
    let folder = tempfile::tempdir().expect("a folder");
    let bound = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("bound");
    let configure = |public: &str| {
        let api = format!("http://{}", bound.addr());
        configured(folder.path(), &keys.replace("{api}", &api).replace("{public}", public))
    };
    let stop = CancellationToken::new();
    let config = configure("http://127.0.0.1:9");
    let mut daemon = Daemon::start(config, Clock::system(), &stop).await.expect("it starts");
    let public = format!("http://{}", daemon.webhooks);
    let mut config = configure(&public);
    daemon.reload(config.clone()).await.expect("taken over");
    config.listen.consoles.addr = daemon.consoles;
    let (number, account) =
        (config.lines[0].phone_number_id.clone(), config.lines[0].waba_id.clone());
    let options = Options {
        webhook: Some(format!("{public}{path}")),
        line: sandbox::Line {
            carrier,
            phone_number_id: Some(number),
            waba_id: Some(account),
            app_secret: Some(Secret::new(SECRET)),
            access_token: Some(Secret::new(TOKEN)),
            verify_token: None,
        },
        wrong: wrong.to_vec(),
        silent: true,
        ..Options::default()
    };
    let sandbox = bound.start(options, Clock::system()).expect("it plays");
    Scene { folder, config, daemon, sandbox }
}

async fn dialog360(wrong: &[Wrong]) -> Scene {
    let keys = "provider = \"360dialog\"\nphone_number_id = \"106540352242922\"\n\
                waba_id = \"102290129340398\"\napi_url = \"{api}\"\n\
                api_key = { file = \"access_token\" }\nwebhook_secrets = [{ file = \"app_secret\" }]";
    carried(Carrier::Dialog360, keys, "/webhooks/360dialog/support", wrong).await
}

async fn twilio(wrong: &[Wrong]) -> Scene {
    let keys = "provider = \"twilio\"\nnumber = \"+14155238886\"\n\
                account_sid = \"AC00000000000000000000000000000001\"\n\
                api_url = \"{api}/2010-04-01\"\nauth_tokens = [{ file = \"access_token\" }]\n\
                public_url = \"{public}\"";
    carried(Carrier::Twilio, keys, "/webhooks/twilio/support", wrong).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_360dialog_is_examined_by_what_there_is() {
    let skipped = ["scope", "number", "subscription", "certificate", "verify", "allow-list"];
    for (wrong, check, cause, mend) in [
        (None, "", "", ""),
        (Some(Wrong::Token), "token", "not valid any more", "api_key says"),
        (Some(Wrong::Signature), "signature", "without the line's secret", "webhook_secrets"),
        (Some(Wrong::Url), "url", "127.0.0.1:1/webhooks/360dialog/support is not", "listen there"),
        (Some(Wrong::Clock), "clock", "s behind the platform", "set-ntp"),
    ] {
        let scene = dialog360(wrong.as_slice()).await;
        let found = scene.found(None).await;
        assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), CHECKS);
        let Some(wrong) = wrong else {
            assert_eq!(in_state(&found, State::Wrong), [""; 0], "{found:#?}");
            assert_eq!(in_state(&found, State::Skipped), skipped, "{found:#?}");
            scene.close().await;
            continue;
        };
        assert_eq!(in_state(&found, State::Wrong), [check], "{wrong:?} {found:#?}");
        let finding = found.iter().find(|finding| finding.check == check).expect("found");
        assert!(finding.says.contains(cause), "{finding:?}");
        assert!(finding.mend.as_ref().is_some_and(|text| text.contains(mend)), "{finding:?}");
        scene.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_twilio_is_examined_by_what_there_is() {
    let skipped = ["scope", "subscription", "certificate", "verify", "allow-list"];
    let scene = twilio(&[]).await;
    let found = scene.found(None).await;
    assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), CHECKS);
    assert_eq!(in_state(&found, State::Wrong), [""; 0], "{found:#?}");
    assert_eq!(in_state(&found, State::Skipped), skipped, "{found:#?}");
    // The relay runs with another token, and then nobody listens.
    write(scene.folder.path(), "access_token", "newer");
    let found = scene.found(None).await;
    assert_eq!(in_state(&found, State::Wrong), ["token", "signature"], "{found:#?}");
    let mut elsewhere = scene;
    elsewhere.config.lines[0].public_url = Some("http://127.0.0.1:1".to_owned());
    write(elsewhere.folder.path(), "access_token", TOKEN);
    let found = elsewhere.found(None).await;
    assert_eq!(in_state(&found, State::Wrong), ["url"], "{found:#?}");
    elsewhere.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_runs_with_older_secrets_is_told() {
    let scene = Scene::open(&[], "newer").await;
    write(scene.folder.path(), "app_secret", "newer");
    write(scene.folder.path(), "verify_token", "newer too");
    let found = scene.found(None).await;
    assert_eq!(in_state(&found, State::Wrong), ["verify", "signature"], "{found:#?}");
    for finding in found.iter().filter(|finding| finding.state == State::Wrong) {
        let mend = finding.mend.as_ref().expect("a mend");
        assert!(mend.starts_with("reload the relay"), "{mend}");
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_cannot_be_read_and_urls_that_differ_are_told() {
    let scene = Scene::open(&[], SECRET).await;
    let found = scene.found(Some("https://desk.example.org/webhooks/whatsapp?key=1")).await;
    assert_eq!(in_state(&found, State::Wrong), ["url"], "{found:#?}");
    let says = &found.iter().find(|finding| finding.check == "url").expect("found").says;
    assert!(says.ends_with("not to https://desk.example.org/webhooks/whatsapp"), "{says}");
    for (name, check) in
        [("verify_token", "verify"), ("app_secret", "signature"), ("access_token", "token")]
    {
        std::fs::remove_file(scene.folder.path().join(name)).expect("removed");
        let found = scene.found(None).await;
        assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), CHECKS);
        let finding = found.iter().find(|finding| finding.check == check).expect("found");
        assert_eq!(finding.state, State::Wrong, "{finding:?}");
        assert!(finding.says.contains("cannot be read"), "{finding:?}");
    }
    scene.close().await;
}

#[test]
fn a_finding_is_one_line_in_the_glyphs_that_there_are() {
    let finding = |line: &str, check, state, mend: Option<&str>| Finding {
        line: line.to_owned(),
        check,
        state,
        says: "so \u{1b}[2J it\nis".to_owned(),
        mend: mend.map(str::to_owned),
    };
    let one = [
        finding("a", "token", State::Ok, None),
        finding("a", "clock", State::Wrong, Some("do this")),
        finding("a", "url", State::Skipped, None),
    ];
    let wanted = "✓ token        so \u{fffd}[2J it is\n✗ clock        so \u{fffd}[2J it is → do this\n\
                  - url          so \u{fffd}[2J it is\n";
    assert_eq!(shown(&one, true), wanted);
    let wanted = wanted.replace('✓', "+").replace('✗', "x").replace('→', "->");
    assert_eq!(shown(&one, false), wanted);
    let two = [one[0].clone(), finding("b", "token", State::Ok, None)];
    let heads: Vec<_> = shown(&two, false).lines().step_by(2).map(str::to_owned).collect();
    assert_eq!(heads, ["a:", "b:"]);
    assert_eq!(shown(&[], true), "");
}
