//! The README tells the truth: every command in it is one that the binary knows, and those that need nothing of
//! the reader's are run.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_guichet");

#[test]
fn every_webhook_field_is_told_with_what_is_lost_without_it() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let readme = readme.expect("a README");
    for field in guichet::whatsapp::field::FIELDS {
        let whom = field.only.unwrap_or("every number");
        let row = format!("| `{}` | {whom} | {} |", field.name, field.lost);
        assert_eq!(readme.lines().filter(|line| *line == row).count(), 1, "{row}");
    }
}

/// A command line of a code block.
struct Line {
    words: Vec<String>,
    /// Needs something that only the reader has.
    exempt: bool,
}

/// Splits as a shell does with double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            c => word.push(c),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// All lines of `sh` blocks that call the binary, as its arguments.
fn lines() -> Vec<Line> {
    commands().0
}

/// The same, and the names of the benches.
fn commands() -> (Vec<Line>, Vec<String>) {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let (mut lines, mut benches, mut inside, mut exempt) = (Vec::new(), Vec::new(), false, false);
    for text in readme.expect("a README").lines() {
        match text.trim() {
            "```sh" => inside = true,
            "```" => (inside, exempt) = (false, false),
            comment if comment.starts_with("<!-- not run:") => exempt = true,
            text if inside => {
                let rest = text.strip_prefix("cargo run --release --");
                if let Some(rest) = rest.or_else(|| text.strip_prefix("guichet ")) {
                    lines.push(Line { words: words(rest), exempt });
                } else if let Some(bench) = text.strip_prefix("cargo bench --bench ") {
                    benches.push(bench.to_owned());
                } else {
                    let known = [
                        "cargo test",
                        "export GUICHET_TOKEN=",
                        "cp ",
                        "GUICHET_ROUNDS=",
                        "tests/kill.sh",
                    ];
                    assert!(known.iter().any(|known| text.starts_with(known)), "{text}");
                }
            }
            _ => {}
        }
    }
    assert!(lines.len() > 10, "the README has lost its commands");
    (lines, benches)
}

#[test]
fn every_bench_is_there_and_checked_in_short() {
    let benches = commands().1;
    assert!(!benches.is_empty(), "the README has lost its benches");
    let read = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(path).expect("a file")
    };
    let checked = read(".ci/run");
    let checked = checked.lines().find_map(|line| line.trim().strip_prefix("for bench in "));
    let checked: Vec<_> = checked.expect("a loop over the benches").split([' ', ';']).collect();
    for bench in benches {
        assert!(read("Cargo.toml").contains(&format!("name = \"{bench}\"")), "{bench}");
        assert!(checked.contains(&bench.as_str()), "{bench}");
    }
}

#[test]
fn every_command_is_known() {
    for line in lines() {
        let args = std::iter::once("guichet".to_owned()).chain(line.words.iter().cloned());
        let parsed = guichet::cli::command().try_get_matches_from(args);
        assert!(parsed.is_ok(), "{:?}: {}", line.words, parsed.expect_err("checked"));
    }
}

/// Ends a demo as ^C does, and waits for it.
fn interrupt(mut child: Child) -> Output {
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it runs");
    child.stdin.take();
    child.wait_with_output().expect("it ends")
}

#[test]
fn what_needs_nothing_is_run() {
    let folder = tempfile::tempdir().expect("a folder");
    // The demo that the later lines look into, on a free port; its first line on stderr names it.
    let data = folder.path().join("demo-data");
    let mut demo = Command::new(BINARY)
        .args(["demo", "--speed", "60", "--data"])
        .arg(&data)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut said = BufReader::new(demo.stderr.take().expect("stderr")).lines();
    let first = said.next().expect("a line").expect("text");
    let reader = std::thread::spawn(move || said.map_while(Result::ok).collect::<Vec<_>>());
    let join = words(first.strip_prefix("look on: guichet ").expect("how to look on"));
    let relay = &join[join.iter().position(|word| word == "--relay").expect("an address") + 1];
    let token = std::fs::read_to_string(data.join("token")).expect("a token");
    let ask = |line: &[String]| {
        let asked = Command::new(BINARY)
            .args(line)
            .env("GUICHET_RELAY", relay)
            .env("GUICHET_TOKEN", token.trim())
            .stdin(Stdio::null())
            .output();
        asked.expect("the binary runs")
    };
    // The first customers write at once, but not in no time.
    let waiting = ["thread", "1"].map(String::from);
    while ask(&waiting).status.code() != Some(0) {
        assert!(demo.try_wait().expect("its state").is_none(), "the demo has ended");
    }
    for line in lines().iter().filter(|line| !line.exempt && line.words[0] != "demo") {
        let output = ask(&line.words);
        let told = String::from_utf8_lossy(&output.stderr);
        let good = match line.words[0].as_str() {
            // The desk may have its reasons: a closed window, a customer who wants no more.
            "send" => matches!(output.status.code(), Some(0 | 1)) && !told.contains("reached"),
            _ => output.status.success() && !output.stdout.is_empty(),
        };
        assert!(good, "{:?}: {told}", line.words);
        if line.words.iter().any(|word| word == "--json") {
            serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON");
        }
    }
    let output = interrupt(demo);
    let said = reader.join().expect("read");
    assert_eq!(output.status.code(), Some(0), "{said:?}");
    assert!(!said.is_empty(), "no status line");
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!((&summary["lost"], &summary["sent_twice"]), (&0.into(), &0.into()), "{summary}");

    // The demos, in short.
    for line in lines().iter().filter(|line| !line.exempt && line.words[0] == "demo") {
        let mut words = line.words.clone();
        match words.iter().position(|word| word == "--for") {
            Some(at) => words[at + 1] = "2s".to_owned(),
            None => words.extend(["--for", "2s"].map(String::from)),
        }
        for (flag, short) in [("--outage", "1s@0s"), ("--consoles", "127.0.0.1:0")] {
            if let Some(at) = words.iter().position(|word| word == flag) {
                words[at + 1] = short.to_owned();
            }
        }
        let ran = Command::new(BINARY).args(&words).current_dir(&folder).output().expect("it runs");
        assert_eq!(
            ran.status.code(),
            Some(0),
            "{words:?}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
}
