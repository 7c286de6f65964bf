//! `guichet doctor` as an operator meets it: the built program, before a platform that is right and one that is
//! wrong.

mod running;

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
