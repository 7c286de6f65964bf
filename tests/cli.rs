//! The command line as users and scripts meet it: exit statuses, help, errors of one line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn guichet(line: &str) -> Output {
    guichet_with(&line.split_whitespace().collect::<Vec<_>>())
}

fn guichet_with(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(args)
        .env_remove("GUICHET_TOKEN")
        .env_remove("GUICHET_RELAY")
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Ended with `code`, said one line on stderr and nothing on stdout.
#[track_caller]
fn refused(line: &str, code: i32, wanted: &str) {
    let output = guichet(line);
    let (said, out) = (text(&output.stderr), text(&output.stdout));
    assert_eq!(output.status.code(), Some(code), "{line}: {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{line}: {said}");
    assert!(said.starts_with("guichet: ") && said.contains(wanted), "{line}: {said}");
    assert_eq!(out, "", "{line}");
}

#[test]
fn a_wrong_line_is_refused_with_2_and_one_line() {
    refused("", 2, "guichet demo --headless");
    refused("nonsense", 2, "unrecognized subcommand 'nonsense'");
    refused("check --confg x", 2, "--config");
    refused("sandbox --speed fast", 2, "no speed");
    refused("sandbox --webhook http://127.0.0.1:1/", 2, "--app-secret-file");
    refused("sandbox load", 2, "--webhook <URL>");
}

#[test]
fn a_hint_names_the_program_and_the_command_that_was_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("Desk-2.0");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_guichet"), &link).expect("a link");
    let cases = [
        ("nonsense", "see `guichet --help`"),
        ("check --confg x", "see `guichet check --help`"),
        ("sandbox --speed fast", "see `guichet sandbox --help`"),
        ("sandbox load", "see `guichet sandbox load --help`"),
        ("thread x", "see `guichet thread --help`"),
        ("admin", "write guichet admin "),
        ("admin --config x agent add --rolle", "see `guichet admin agent add --help`"),
    ];
    for (line, wanted) in cases {
        let output = Command::new(&link).args(line.split(' ')).output().expect("it runs");
        let said = text(&output.stderr);
        assert!(said.contains(wanted) && output.status.code() == Some(2), "{line}: {said}");
    }
}

#[test]
fn help_and_version_end_with_0() {
    for line in ["--help", "-h", "--version", "check --help", "sandbox --help", "sandbox load -h"] {
        let output = guichet(line);
        assert_eq!(output.status.code(), Some(0), "{line}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{line}");
    }
    assert!(text(&guichet("sandbox --help").stdout).contains("--http-5xx"));
    assert!(text(&guichet("send --help").stdout).contains("undo delay"));
}

#[test]
fn what_fails_ends_with_1_and_one_line() {
    refused("sandbox --script /nowhere/at-all.toml", 1, "/nowhere/at-all.toml");
    refused(
        "sandbox load --webhook http://127.0.0.1:9/ --app-secret-file /nowhere/secret",
        1,
        "/nowhere/secret",
    );
}

const SMALLEST: &str = r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:8443"
consoles = "127.0.0.1:7420"
[[line]]
name = "support"
phone_number_id = "106540352242922"
waba_id = "102290129340398"
access_token = { env = "A" }
app_secrets = [{ file = "app_secret" }]
verify_token = { env = "V" }
queue = "support"
"#;

fn write(folder: &Path, text: &str) -> String {
    let path = folder.join("relay.toml");
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

#[test]
fn check_passes_a_good_file_and_the_packaged_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = write(folder.path(), SMALLEST);
    let packaged = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/relay.toml");
    for path in [good.as_str(), packaged] {
        let output = guichet_with(&["check", "--config", path]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        assert!(text(&output.stdout).ends_with("no fault\n"));
    }
}

/// What is no fault and yet wants a look: each with its place, and the exit status stays 0.
#[test]
fn check_warns_of_secrets_that_others_may_read_and_of_variables_that_are_not_set() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let (secret, key) = (folder.path().join("app_secret"), folder.path().join("data/master.key"));
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    for path in [&secret, &key] {
        std::fs::write(path, "x").expect("written");
    }
    let modes = |mode: u32| {
        for path in [&secret, &key] {
            std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("its mode");
        }
    };
    let path = write(folder.path(), SMALLEST);
    let check = |more: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guichet"));
        command.args(["check", "--config", &path]).args(more).env_clear();
        let output = command.envs(variables.iter().copied()).output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    modes(0o640);
    let said = check(&[], &[("A", "token")]);
    let chmod = |file: &Path| format!("mode 0640 (chmod 600 {})", file.display());
    for (line, wanted) in
        [(2, chmod(&key)), (11, chmod(&secret)), (12, "V, which is not set here".into())]
    {
        let told = |said: &str| {
            said.starts_with(&format!("warning: {path}:{line}:")) && said.contains(&wanted)
        };
        assert!(said.lines().any(told), "{line}: {wanted}: {said}");
    }
    assert!(said.lines().count() == 4 && said.ends_with("no fault\n"), "{said}");
    let rows: serde_json::Value =
        serde_json::from_str(&check(&["--json"], &[("A", "token")])).expect("JSON");
    assert!(rows.as_array().is_some_and(|rows| rows.len() == 3), "{rows}");
    assert!(rows.as_array().is_some_and(|rows| rows.iter().all(|row| row["level"] == "warning")));
    modes(0o600);
    assert_eq!(check(&[], &[("A", "token"), ("V", "word")]).lines().count(), 1);
    modes(0o440);
    let credentials = folder.path().display().to_string();
    let variables =
        [("A", "token"), ("V", "word"), ("CREDENTIALS_DIRECTORY", credentials.as_str())];
    assert_eq!(check(&[], &variables).lines().count(), 1);
}

#[test]
fn check_names_every_fault_with_its_place_and_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let faulty = SMALLEST.replace("queue =", "quue =").replace("127.0.0.1:8443", "0.0.0.0:8443");
    let path = write(folder.path(), &faulty);
    let output = guichet_with(&["check", "--config", &path]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stderr.is_empty());
    assert!(said.contains(&format!("{path}:13:1: ")) && said.contains("queue"), "{said}");
    assert!(said.contains(&format!("{path}:4:1: ")) && said.contains("plain"), "{said}");

    let output = guichet_with(&["check", "--json", "--config", &path]);
    let faults: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let levels: Vec<_> = faults.as_array().expect("rows").iter().map(|row| &row["level"]).collect();
    assert_eq!(levels, ["fault", "fault", "warning", "warning"], "{faults}");
    assert_eq!(faults[1]["line"], 13);

    let output = guichet("check --config /nowhere/relay.toml");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("/nowhere/relay.toml:1:1: cannot be read"));
}

#[test]
fn a_relay_with_a_faulty_file_names_the_first_fault_and_where_to_see_the_rest() {
    let folder = tempfile::tempdir().expect("a folder");
    let faulty = SMALLEST.replace("queue =", "quue =").replace("127.0.0.1:8443", "0.0.0.0:8443");
    let path = write(folder.path(), &faulty);
    refused(&format!("relay --config {path}"), 1, "and 1 more: guichet check --config");
    refused("relay --config /nowhere/relay.toml", 1, "/nowhere/relay.toml:1:1: cannot be read");
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(["sandbox", "--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut said).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{said}");
    assert_eq!(said, "");
}

#[test]
fn a_command_for_a_relay_needs_an_address_and_a_token() {
    refused("tickets", 2, "GUICHET_TOKEN");
    refused("tickets --token-file /nowhere/token", 1, "/nowhere/token");
    refused("tickets --state asleep", 2, "on_hold");
    refused("tickets --query due<30", 2, "column 5");
    refused("thread", 2, "<NUMBER>");
    refused("thread seven", 2, "give a whole number");
    refused("tickets --limit many", 2, "give a whole number");
    refused("tickets --relay ws://desk.example.org:7420", 2, "--plain");
    refused("thread --contact 1", 2, "--all");
    refused("send 5", 2, "give a text");
    refused("send 5 hello --template x --language en", 2, "--template");
    refused("send 5 --template x", 2, "--language");

    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "gui_nonsense\n").expect("a file");
    let token = token.display();
    refused(&format!("tickets --token-file {token} --relay desk:7420"), 2, "wss://");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = free.local_addr().expect("its number");
    drop(free);
    // Options may stand before or after the arguments.
    refused(&format!("thread --relay ws://{addr} 1 --token-file {token}"), 1, "cannot be reached");
    refused(&format!("send 1 hi --json --relay http://{addr} --token-file {token}"), 1, "running");
}

/// A relay that answers one request, and where it is.
fn answering(answer: &'static str) -> (String, std::thread::JoinHandle<()>) {
    let relay = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", relay.local_addr().expect("its number"));
    let answered = std::thread::spawn(move || {
        let (mut to, _) = relay.accept().expect("a request");
        let asked = BufReader::new(to.try_clone().expect("the same")).lines();
        for line in asked.map(|line| line.expect("text")) {
            if line.is_empty() {
                break;
            }
        }
        to.write_all(answer.as_bytes()).expect("answered");
    });
    (url, answered)
}

#[test]
fn a_download_that_breaks_leaves_the_file_that_was_there() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "gui_nonsense\n").expect("a file");
    let (place, link) = (folder.path().join("place"), folder.path().join("link"));
    std::fs::create_dir(&place).expect("a folder");
    let out = place.join("photo.jpg");
    std::os::unix::fs::symlink(&out, &link).expect("a link");
    std::fs::write(&out, "mine").expect("a file");
    for (answer, path, code, content) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", &out, 1, "mine"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole", &out, 0, "whole"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext", &link, 0, "next"),
    ] {
        let (url, answered) = answering(answer);
        let (token, path) = (token.display(), path.display());
        let line = format!("media 17 wamid.X --out {path} --relay {url} --token-file {token}");
        let output = guichet(&line);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
        answered.join().expect("answered");
        assert_eq!(std::fs::read_to_string(&out).expect("there"), content);
        assert_eq!(std::fs::read_dir(&place).expect("a folder").count(), 1);
    }
    assert_eq!(out.metadata().expect("there").permissions().mode() & 0o777, 0o600);
    assert!(link.is_symlink());
    let line =
        format!("media 17 wamid.X --out {} --token-file {}", place.display(), token.display());
    let (url, answered) = answering("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnext");
    refused(&format!("{line} --relay {url}"), 1, "--out");
    answered.join().expect("answered");
}

#[test]
fn the_raw_form_of_a_message_is_laid_out_and_harmless() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "gui_nonsense\n").expect("a file");
    let (url, answered) = answering(
        "HTTP/1.1 200 OK\r\ncontent-length: 34\r\n\r\n{\"z\":1.50,\"a\":[\"\u{7f}\\u001b[2J\u{202e}b\"]} ",
    );
    let token = token.display();
    let output = guichet(&format!("thread 17 --raw wamid.a/b --relay {url} --token-file {token}"));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    answered.join().expect("answered");
    let shown = "{\n  \"z\": 1.50,\n  \"a\": [\n    \"\\u007f\\u001b[2J\\u202eb\"\n  ]\n}\n";
    assert_eq!(text(&output.stdout), shown);
    refused("thread 17 --raw wamid.a --json", 2, "--raw");
    refused("thread --contact 5 --all --raw wamid.a", 2, "--raw");
}

#[test]
fn a_terminal_is_shown_no_file() {
    let pty = portable_pty::native_pty_system().openpty(Default::default()).expect("a pty");
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_guichet"));
    command.args(["media", "17", "wamid.X", "--out", "-"]);
    let mut child = pty.slave.spawn_command(command).expect("a child");
    let said = BufReader::new(pty.master.try_clone_reader().expect("a reader"));
    let said = said.lines().next().expect("a line").expect("text");
    assert!(said.contains("a file or a pipe"), "{said}");
    assert_eq!(child.wait().expect("it ends").exit_code(), 2);
}

#[test]
fn a_demo_whose_port_is_taken_names_its_own_flag() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("its number");
    refused(&format!("demo --headless --for 1s --consoles {addr}"), 1, "--consoles");
}

#[test]
fn a_demo_keeps_to_this_machine() {
    refused("demo --headless --consoles 0.0.0.0:7420", 2, "127.0.0.1");
    refused("demo --headless --speed 0", 2, "no speed");
    refused("demo --headless --for 30", 2, "no span of time");
}

#[test]
fn the_sandbox_alone_says_where_it_is_and_what_to_do_next() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(["sandbox", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut out = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let said = BufReader::new(child.stderr.take().expect("stderr")).lines();
    let first = out.next().expect("a line").expect("text");
    let next = said.map(|line| line.expect("text")).find(|line| line.contains("relay.toml"));
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it lives");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(first.starts_with("api_url = \"http://127.0.0.1:"), "{first}");
    assert!(next.is_some_and(|line| line.contains("--webhook")));
}

/// The binary of a person whose folder of settings holds this `console.toml`, without a relay's configuration.
fn settled(console: &str, args: &[&str]) -> Output {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("guichet");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("console.toml"), console).expect("written");
    let mut output = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(args)
        .env_remove("GUICHET_TOKEN")
        .env_remove("GUICHET_RELAY")
        .env("XDG_CONFIG_HOME", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let root = format!("{}/", folder.display());
    for bytes in [&mut output.stdout, &mut output.stderr] {
        *bytes = text(bytes).replace(&root, "").into_bytes();
    }
    output
}

#[test]
fn the_settings_of_the_readme_are_without_a_fault() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let readme = readme.expect("a README");
    let (_, after) = readme.split_once("### Profiles and settings").expect("the chapter");
    let (_, after) = after.split_once("```toml\n").expect("an example");
    let (example, _) = after.split_once("```").expect("its end");
    let output = settled(example, &["check", "--json"]);
    assert_eq!((output.status.code(), text(&output.stdout).trim()), (Some(0), "[]"));
    // It shows every key that there is: none of the hints names another one.
    let known = settled("xyzzy = 1\n[profile.a]\nqqqq = 1\nrelay = 'x'\n", &["check"]);
    let said = text(&known.stdout);
    let lists = said.lines().filter_map(|line| line.split_once("(known: ")?.1.strip_suffix(')'));
    let keys: Vec<_> = lists.flat_map(|list| list.split(", ")).collect();
    assert!(keys.len() >= 12, "{said}");
    for key in keys {
        let tables = [format!("[{key}.work]"), format!("[[{key}]]")];
        let shown = |line: &str| {
            let first = line.split_whitespace().next().unwrap_or_default();
            line.starts_with(&format!("{key} = ")) || tables.iter().any(|of| of == first)
        };
        assert!(example.lines().any(shown), "{key}");
    }
}

#[test]
fn faults_of_the_persons_files_are_told_with_their_line() {
    let output = settled("theme = 'dark'\nmous = true\n", &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert_eq!(said.trim(), "console.toml:2:1: unknown key `mous` (do you mean `mouse`?)");
    let output = settled("keymap = 'vi'\n", &["check", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&told[0]["file"], &told[0]["line"]), (&"console.toml".into(), &1.into()));
}

#[test]
fn a_profile_names_the_relay() {
    let two = "default_profile = 'a'\n[profile.a]\nrelay = 'ws://a.example:1'\n\
               [profile.b]\nrelay = 'ws://b.example:2'\n";
    let said = |args: &[&str], code| {
        let output = settled(two, args);
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), said.trim_end().lines().count()),
            (Some(code), 1),
            "{said}"
        );
        said
    };
    // A token would travel in the clear: the relay that it would go to is told.
    assert!(said(&["console"], 2).contains("a.example"));
    assert!(said(&["console", "--profile", "b"], 2).contains("b.example"));
    assert!(said(&["console", "--profile", "c"], 2).contains("there is no profile \"c\""));
    // Without an argument it is the console as well.
    assert!(said(&[], 2).contains("a.example"));
}
