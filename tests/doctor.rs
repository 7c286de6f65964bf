//! `guichet doctor` as an operator meets it: the built program, before a platform that is right and one that is
//! wrong.

mod running;
#[path = "relay/smtp.rs"]
mod smtp;

use running::Running;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

const BINARY: &str = env!("CARGO_BIN_EXE_guichet");
const TOKEN: &str = "EAAthe-token";

fn sandbox(folder: &Path, wrong: &[&str]) -> (Running, String) {
    let mut sandbox = Command::new(BINARY);
    sandbox.args(["sandbox", "--listen", "127.0.0.1:0", "--silent", "--access-token-file"]);
    sandbox.arg(folder.join("access_token"));
    for wrong in wrong {
        sandbox.args(["--wrong", wrong]);
    }
    let (sandbox, api) = Running::start(&mut sandbox, "api_url = ");
    (sandbox, api.trim_matches('"').to_owned())
}

fn configure(folder: &Path, api: &str) {
    let text = format!(
        r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:8443"
consoles = "127.0.0.1:7420"
[[line]]
name = "support"
phone_number_id = "106540352242922"
waba_id = "102290129340398"
api_url = "{api}"
access_token = {{ file = "access_token" }}
app_secrets = [{{ file = "access_token" }}]
verify_token = {{ file = "access_token" }}
"#
    );
    std::fs::write(folder.join("relay.toml"), text).expect("a configuration");
}

fn doctor(folder: &Path, args: &[&str]) -> Output {
    let mut doctor = Command::new(BINARY);
    doctor.arg("doctor").args(args).current_dir(folder).env("LC_ALL", "C.UTF-8");
    let output = doctor.env("TERM", "xterm").output().expect("the binary runs");
    for text in [&output.stdout, &output.stderr] {
        assert!(!String::from_utf8_lossy(text).contains(TOKEN));
    }
    output
}

#[test]
fn the_exit_status_and_the_lines_tell_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("access_token"), TOKEN).expect("a secret");
    let (_sandbox, api) = sandbox(folder, &["scope", "clock"]);
    configure(folder, &api);
    let mode = |mode: u32| {
        let file = folder.join("access_token");
        std::fs::set_permissions(file, PermissionsExt::from_mode(mode)).expect("its mode");
    };

    mode(0o644);
    let output = doctor(folder, &["--config", "relay.toml"]);
    assert_eq!(output.status.code(), Some(1));
    // Others may read the file that three keys name.
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said.lines().count(), 3, "{said}");
    let warned = |line: &str| {
        line.starts_with("guichet: warning: ")
            && line.contains("relay.toml:1")
            && line.contains("mode 0644")
            && line.contains("chmod 600")
    };
    assert!(said.lines().all(warned), "{said}");
    mode(0o600);
    let text = String::from_utf8(output.stdout).expect("text");
    let wrong: Vec<_> = text.lines().filter(|line| line.starts_with('✗')).collect();
    assert!(wrong.len() == 2, "{text}");
    assert!(wrong[0].starts_with("✗ scope        the token lacks"), "{text}");
    assert!(
        wrong[1].starts_with("✗ clock        this machine is") && wrong[1].contains(" → "),
        "{text}"
    );

    let output = doctor(folder, &["--config", "relay.toml", "--line", "support", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let of = |check: &str| {
        let found = found.as_array().expect("an array").iter();
        found.clone().find(|finding| finding["check"] == check).expect(check).clone()
    };
    assert_eq!(of("token")["state"], "ok");
    assert_eq!(of("token")["mend"], Value::Null);
    assert_eq!(of("scope")["state"], "wrong");
    assert_eq!(
        (&of("scope")["line"], &of("number")["state"]),
        (&"support".into(), &"skipped".into())
    );

    for (args, code, wanted) in [
        (&["--config", "relay.toml", "--line", "sales"][..], 2, "no line of that name"),
        (&["--config", "relay.toml", "--url", "desk.example.org"], 2, "no web address"),
        (&["--config", "nowhere.toml"], 1, "nowhere.toml"),
    ] {
        let output = doctor(folder, args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(wanted) && said.trim_end().lines().count() == 1, "{said}");
    }
}

#[test]
fn the_lines_of_the_readme_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("access_token"), TOKEN).expect("a secret");
    let (_sandbox, api) = sandbox(folder, &[]);
    configure(folder, &api);
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let readme = readme.expect("a README");
    let lines: Vec<_> = readme.lines().filter_map(|l| l.strip_prefix("guichet doctor ")).collect();
    assert!(!lines.is_empty());
    for line in lines {
        let args: Vec<_> = line.split_whitespace().collect();
        let output = doctor(folder, &args);
        // A sandbox without a webhook has no callback URL.
        assert_eq!(output.status.code(), Some(1), "{line}");
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains("the platform has no callback URL"), "{line}: {text}");
    }
}

#[test]
fn a_refused_reload_and_the_mail_server_have_their_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (name, text) in [("access_token", TOKEN), ("mail", "s3cret")] {
        std::fs::write(folder.join(name), text).expect("a secret");
    }
    let (_sandbox, api) = sandbox(folder, &[]);
    configure(folder, &api);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = smtp::Server::default();
    let port = runtime.block_on(server.start());
    let file = folder.join("relay.toml");
    let text = std::fs::read_to_string(&file).expect("a configuration");
    let mail = format!(
        "[smtp]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\nfrom = 'desk@example.org'\n\
         user = 'desk'\npassword = {{ file = 'mail' }}\n"
    );
    std::fs::write(&file, format!("{text}{mail}")).expect("a configuration");
    let found = || -> Vec<(String, String, String)> {
        let output = doctor(folder, &["--config", "relay.toml", "--json"]);
        let found: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
        let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().to_owned();
        let beside = found.iter().filter(|of| of["check"] == "mail" || of["check"] == "reload");
        beside.map(|of| (text(of, "check"), text(of, "state"), text(of, "says"))).collect()
    };
    let line = |check: &str, state: &str, says: &str| {
        (check.to_owned(), state.to_owned(), says.to_owned())
    };
    let at = format!("127.0.0.1:{port}");
    let well = || line("mail", "ok", &format!("{at} takes the login"));
    assert_eq!(found(), [well()]);
    assert_eq!(server.logins().len(), 1);
    let none: Vec<(String, String)> = Vec::new();
    let mails = server.mails().into_iter().map(|mail| (mail.to, mail.text));
    assert_eq!(mails.collect::<Vec<_>>(), none, "no mail is sent");

    std::fs::create_dir_all(folder.join("data")).expect("a folder");
    let why = "relay.toml:3:1: `data_dri` is unknown; the old configuration stays in force";
    std::fs::write(folder.join("data/reload_refused"), why).expect("written");
    assert_eq!(found(), [line("reload", "wrong", why), well()]);
    std::fs::remove_file(folder.join("data/reload_refused")).expect("removed");

    server.is_down(true);
    let down = found();
    let [(check, state, says)] = &down[..] else { panic!("one line: {down:?}") };
    assert_eq!((check.as_str(), state.as_str()), ("mail", "wrong"));
    assert!(says.starts_with(&at) && says.contains("421"), "{says}");
    std::fs::remove_file(folder.join("mail")).expect("removed");
    let without = found();
    let [(_, state, says)] = &without[..] else { panic!("one line: {without:?}") };
    assert!(state == "wrong" && says.contains("mail"), "{says}");
}
