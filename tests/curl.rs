//! What an operator would do to see for himself: a relay from the smallest configuration beside a sandbox, webhooks
//! posted with curl, and the answers read with the commands.

mod running;

use guichet::kit::Secret;
use guichet::whatsapp::signature;
use running::Running;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_guichet");
const LINE: &str = "106540352242922";
const ACCOUNT: &str = "102290129340398";
/// The largest body that is taken.
const MOST: usize = 3_145_728;
/// Customers of the sandbox.
const PHONES: [&str; 3] = ["393471112233", "393289876543", "351912345678"];
/// How often it is asked for; each is a process of its own.
const ASKED_MOST: usize = 1_000;

/// The relay with its sandbox, and an agent's token.
struct Desk {
    folder: tempfile::TempDir,
    url: String,
    consoles: String,
    token: String,
    _relay: Running,
    _sandbox: Running,
}

fn config(folder: &Path, api_url: &str) -> PathBuf {
    for (name, text) in
        [("access_token", "t"), ("app_secret", "s3cret"), ("verify_token", "v3rify")]
    {
        std::fs::write(folder.join(name), text).expect("a secret");
    }
    let text = format!(
        r#"
data_dir = "data"
[listen]
webhooks = "127.0.0.1:0"
consoles = "127.0.0.1:0"
[[line]]
name = "support"
phone_number_id = "{LINE}"
waba_id = "{ACCOUNT}"
api_url = "{api_url}"
access_token = {{ file = "access_token" }}
app_secrets = [{{ file = "app_secret" }}]
verify_token = {{ file = "verify_token" }}
queue = "support"
"#
    );
    let path = folder.join("relay.toml");
    std::fs::write(&path, text).expect("a configuration");
    path
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut sandbox = Command::new(BINARY);
        sandbox.args(["sandbox", "--listen", "127.0.0.1:0", "--silent"]);
        let (sandbox, api_url) = Running::start(&mut sandbox, "api_url = ");
        let config = config(folder.path(), api_url.trim_matches('"'));
        let admin = |line: &str, stdin: &str| {
            let mut child = Command::new(BINARY)
                .args(["admin", "--config"])
                .arg(&config)
                .args(line.split(' '))
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("the binary runs");
            let _ = child.stdin.take().expect("stdin").write_all(stdin.as_bytes());
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{line}");
            String::from_utf8(output.stdout).expect("text").trim().to_owned()
        };
        let add = "agent add anna --role agent --queue support --password-stdin";
        admin(add, "correct horse battery\n");
        let token = admin("token anna", "");
        let mut relay = Command::new(BINARY);
        relay.args(["relay", "--config"]).arg(&config);
        let (relay, doors) = Running::start(&mut relay, "webhooks on ");
        let (webhooks, consoles) = doors.split_once(", consoles on ").expect("two listeners");
        Self {
            url: format!("http://{webhooks}/webhooks/whatsapp"),
            consoles: format!("http://{}", consoles.trim()),
            folder,
            token,
            _relay: relay,
            _sandbox: sandbox,
        }
    }

    /// A curl that prints the body, if there is one, and the status behind it.
    fn curl(&self, args: &[&str]) -> Command {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--noproxy", "*", "-w", "%{http_code}"]).args(args);
        curl
    }

    fn posting(&self, body: &str, signature: Option<&str>) -> (Command, tempfile::NamedTempFile) {
        let mut file = tempfile::NamedTempFile::new_in(self.folder.path()).expect("a file");
        file.write_all(body.as_bytes()).expect("written");
        let data = format!("@{}", file.path().display());
        let mut curl = self.curl(&["-o", "/dev/null", "--data-binary", &data]);
        if let Some(signature) = signature {
            curl.args(["-H", &format!("X-Hub-Signature-256: {signature}")]);
        }
        curl.arg(&self.url);
        (curl, file)
    }

    fn post_with(&self, body: &str, signature: Option<&str>) -> String {
        let (mut curl, _file) = self.posting(body, signature);
        said(&mut curl)
    }

    fn post(&self, body: &str) -> String {
        self.post_with(body, Some(&signed(body)))
    }

    fn guichet(&self, args: &[&str]) -> Value {
        let mut command = Command::new(BINARY);
        command.args(args).arg("--json").env("GUICHET_RELAY", &self.consoles);
        let text = said(command.env("GUICHET_TOKEN", &self.token).stdin(Stdio::null()));
        serde_json::from_str(&text).expect("JSON")
    }

    fn dead_letters(&self) -> Value {
        let config = self.folder.path().join("relay.toml");
        let mut admin = Command::new(BINARY);
        admin.args(["admin", "--config"]).arg(config).args(["deadletter", "list", "--json"]);
        serde_json::from_str(&said(&mut admin)).expect("JSON")
    }

    /// Entries of a ticket's thread as (kind, type, id, text, status), once `ready`.
    fn thread(&self, number: u64, ready: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        for _ in 0..ASKED_MOST {
            let thread = self.guichet(&["thread", &number.to_string()]);
            let entries = thread["entries"].as_array().expect("entries").clone();
            if ready(&entries) {
                return entries;
            }
        }
        panic!("ticket {number} never came so far")
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
    String::from_utf8(output.stdout).expect("text")
}

fn signed(body: &str) -> String {
    signature::sign(body.as_bytes(), &Secret::new("s3cret"))
}

fn now() -> u64 {
    std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()
}

fn message(from: &str, id: &str, text: &str) -> Value {
    let at = now().to_string();
    json!({"from": from, "id": id, "timestamp": at, "type": "text", "text": {"body": text}})
}

fn status(id: &str, to: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "timestamp": now().to_string(), "recipient_id": to})
}

fn webhook(line: &str, messages: &[Value], statuses: &[Value]) -> String {
    let metadata = json!({"display_phone_number": "390000", "phone_number_id": line});
    let value = json!({
        "messaging_product": "whatsapp", "metadata": metadata,
        "messages": messages, "statuses": statuses,
    });
    let change = json!({"field": "messages", "value": value});
    let entry = json!({"id": ACCOUNT, "changes": [change]});
    json!({"object": "whatsapp_business_account", "entry": [entry]}).to_string()
}

fn of_kind<'a>(entries: &'a [Value], direction: &str) -> Vec<&'a Value> {
    entries.iter().filter(|entry| entry["direction"] == direction).collect()
}

#[test]
fn a_relay_from_the_smallest_configuration_does_all_that_an_operator_can_try_with_curl() {
    if Command::new("curl").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "curl is not there");
        println!("skipped: curl is not there");
        return;
    }
    let desk = Desk::open();
    the_handshake(&desk);
    signatures_and_sizes(&desk);
    what_is_not_understood(&desk);
    a_batch(&desk);
    the_same_and_forty_at_once(&desk);
}

fn the_handshake(desk: &Desk) {
    let ask = |token: &str| {
        let query = format!("hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158201444");
        said(&mut desk.curl(&[&format!("{}?{query}", desk.url)]))
    };
    assert_eq!(ask("v3rify"), "1158201444200", "the challenge as it came, and 200");
    assert!(ask("wrong").ends_with("403"));
}

fn signatures_and_sizes(desk: &Desk) {
    let body = webhook(LINE, &[message(PHONES[0], "wamid.1", "ciao")], &[]);
    assert_eq!(desk.post_with(&body, None), "401");
    let wrong = signature::sign(body.as_bytes(), &Secret::new("another"));
    assert_eq!(desk.post_with(&body, Some(&wrong)), "401");
    assert_eq!(desk.guichet(&["tickets"]), json!([]), "nothing of that was taken");
    assert_eq!(desk.post(&body), "200");
    let long = |bytes: usize| {
        let body = webhook(LINE, &[message(PHONES[1], "wamid.2", "oi")], &[]);
        let room = bytes - body.len();
        // Space after the text is JSON as well.
        body + &" ".repeat(room)
    };
    assert_eq!(desk.post(&long(MOST + 1)), "413");
    assert_eq!(desk.post(&long(MOST)), "200");
    let last = webhook(LINE, &[message(PHONES[2], "wamid.3", "hi")], &[]);
    assert_eq!(desk.post(&last), "200");
    let tickets = desk.guichet(&["tickets"]);
    let previews = tickets.as_array().expect("rows").iter().map(|row| &row["last_message"]);
    let mut previews: Vec<_> = previews.map(|last| last["preview"].clone()).collect();
    previews.sort_by_key(ToString::to_string);
    assert_eq!(previews, [json!("ciao"), json!("hi"), json!("oi")]);
}

fn what_is_not_understood(desk: &Desk) {
    let unknown_field = webhook(LINE, &[], &[]).replace("\"messages\",", "\"novelty\",");
    assert!(unknown_field.contains("novelty"));
    let unknown_line = webhook("77", &[message(PHONES[0], "wamid.4", "ciao")], &[]);
    assert_eq!(desk.post(&unknown_field), "200");
    assert_eq!(desk.post(&unknown_line), "200");
    let letters = desk.dead_letters();
    let letters = letters.as_array().expect("letters");
    let reasons: Vec<_> = letters.iter().filter_map(|letter| letter["reason"].as_str()).collect();
    assert_eq!(reasons.len(), 2, "{letters:?}");
    assert!(reasons[0].starts_with("unknown: ") && reasons[1].starts_with("line: "), "{reasons:?}");
}

/// Three conversations and five statuses in one body: three of messages that were sent, two of unknown ids.
fn a_batch(desk: &Desk) {
    let fetched = || desk.guichet(&["templates"]).as_array().is_some_and(|all| !all.is_empty());
    assert!((0..ASKED_MOST).any(|_| fetched()), "no template was fetched");
    let mut wamids = Vec::new();
    for number in 1..=3_u64 {
        let ticket = number.to_string();
        let of = ["--template", "order_update", "--language", "en"];
        let params = ["--param", "1=Anna", "--param", "2=A-1042", "--param", "3=Friday"];
        desk.guichet(&[&["send", &ticket], &of[..], &params].concat());
        let entries = desk.thread(number, |entries| {
            of_kind(entries, "out").iter().any(|entry| entry["status"] == "accepted")
        });
        let id = of_kind(&entries, "out")[0]["id"].as_str().expect("an id").to_owned();
        assert!(id.starts_with("wamid."), "the platform's own: {id}");
        wamids.push(id);
    }
    let messages: Vec<_> = PHONES
        .iter()
        .enumerate()
        .map(|(nth, phone)| {
            let mut more = message(phone, &format!("wamid.batch{nth}"), &format!("more {nth}"));
            // The platform counts in seconds: after our own, which was in this one.
            more["timestamp"] = json!((now() + 1).to_string());
            more
        })
        .collect();
    let mut statuses = vec![
        status(&wamids[0], PHONES[0], "delivered"),
        status(&wamids[1], PHONES[1], "read"),
        status(&wamids[2], PHONES[2], "sent"),
    ];
    statuses.push(status("wamid.unknown1", PHONES[0], "delivered"));
    statuses.push(status("wamid.unknown2", PHONES[1], "read"));
    let events = |number: u64| {
        let entries = desk.thread(number, |_| true);
        entries.iter().filter(|entry| entry["kind"] == "event").count()
    };
    let before: Vec<_> = (1..=3).map(events).collect();
    assert_eq!(desk.post(&webhook(LINE, &messages, &statuses)), "200");
    for (number, told, more) in [(1, "delivered", 1), (2, "read", 1), (3, "sent", 0)] {
        let nth = number as usize - 1;
        let entries = desk.thread(number, |_| true);
        let ours = of_kind(&entries, "out");
        assert_eq!(ours.len(), 1, "{entries:#?}");
        assert_eq!((&ours[0]["id"], &ours[0]["status"]), (&json!(wamids[nth]), &json!(told)));
        let said: Vec<_> = of_kind(&entries, "in").iter().map(|entry| &entry["text"]).collect();
        assert_eq!(said.len(), 2, "{entries:#?}");
        assert_eq!(said[1], &json!(format!("more {nth}")));
        assert_eq!(events(number), before[nth] + more, "an unknown id is kept: {entries:#?}");
    }
    let tickets = desk.guichet(&["tickets"]);
    let mut rows: Vec<_> = tickets.as_array().expect("rows").iter().collect();
    rows.sort_by_key(|row| row["number"].as_u64());
    for (nth, row) in rows.iter().enumerate() {
        assert_eq!(row["last_message"]["preview"], format!("more {nth}"));
        assert_eq!(row["contact"]["phone"], PHONES[nth]);
    }
    assert_eq!(rows.len(), 3);
    assert_eq!(desk.dead_letters().as_array().map(Vec::len), Some(2), "no more than before");
}

fn the_same_and_forty_at_once(desk: &Desk) {
    let at_once = |bodies: &[String]| {
        let begun: Vec<_> = bodies
            .iter()
            .map(|body| {
                let (mut curl, file) = desk.posting(body, Some(&signed(body)));
                (curl.stdout(Stdio::piped()).spawn().expect("curl runs"), file)
            })
            .collect();
        for (curl, _file) in begun {
            let output = curl.wait_with_output().expect("it ends");
            assert_eq!(String::from_utf8_lossy(&output.stdout), "200");
        }
    };
    let same = webhook(LINE, &[message("393339999991", "wamid.same", "io")], &[]);
    at_once(&vec![same; 10]);
    let forty: Vec<_> = (0..40)
        .map(|nth| message("393339999992", &format!("wamid.forty{nth}"), "eccomi"))
        .map(|message| webhook(LINE, &[message], &[]))
        .collect();
    at_once(&forty);
    let tickets = desk.guichet(&["tickets"]);
    let rows = tickets.as_array().expect("rows");
    assert_eq!(rows.len(), 5, "one ticket each");
    for (phone, messages) in [("393339999991", 1), ("393339999992", 40)] {
        let row = rows.iter().find(|row| row["contact"]["phone"] == phone).expect("a ticket");
        assert_eq!(row["unread"], messages, "{row}");
        let entries = desk.thread(row["number"].as_u64().expect("a number"), |_| true);
        assert_eq!(of_kind(&entries, "in").len(), messages, "{phone}");
    }
}
