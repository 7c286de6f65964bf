//! Tables of text: what a file says, and what is said about it.

mod canned;
mod warned;

use super::*;
use crate::domain::sla::{Mark, Metric};
use crate::domain::ticket::Priority;
use std::time::Duration;

const SMALLEST: &str = r#"
data_dir = "/var/lib/guichet"
[listen]
webhooks = "127.0.0.1:8443"
consoles = "127.0.0.1:7420"
[[line]]
name = "support"
phone_number_id = "106540352242922"
waba_id = "102290129340398"
access_token = { file = "/run/credentials/guichet.service/access_token" }
app_secrets = [{ file = "secret" }]
verify_token = { env = "GUICHET_VERIFY_TOKEN" }
queue = "support"
"#;

/// Writes `files` (the first is relay.toml, the rest go to relay.d) and loads them; the folder is cut out of
/// the faults.
fn load(files: &[&str]) -> Result<Config, String> {
    with(files, Config::load)
}

fn with<T>(files: &[&str], load: impl Fn(&Path) -> Result<T, Vec<Fault>>) -> Result<T, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("relay.toml");
    std::fs::write(&path, files[0]).expect("written");
    std::fs::create_dir(folder.path().join("relay.d")).expect("made");
    for (n, text) in files.iter().enumerate().skip(1) {
        std::fs::write(folder.path().join(format!("relay.d/{n}.toml")), text).expect("written");
    }
    let prefix = format!("{}/", folder.path().display());
    load(&path).map_err(|faults| {
        let shown: Vec<_> =
            faults.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect();
        shown.join("\n")
    })
}

/// The smallest file with `from` replaced by `to`.
fn edited(from: &str, to: &str) -> String {
    assert!(SMALLEST.contains(from), "{from}");
    SMALLEST.replace(from, to)
}

#[test]
fn the_smallest_file_works_with_its_defaults() {
    let config = load(&[SMALLEST]).expect("sound");
    assert_eq!(config.data_dir, Path::new("/var/lib/guichet"));
    assert_eq!(config.relay, Knobs::default());
    assert_eq!(config.lines[0].provider.name, "cloud");
    assert_eq!(config.lines[0].api_url, "https://graph.facebook.com/v25.0");
    assert_eq!(config.policy.queues, [Queue::named("support")]);
    let SecretSource::File(path) = &config.lines[0].app_secrets[0] else { panic!("a file") };
    assert!(path.is_absolute() && path.ends_with("secret"), "relative to the file that names it");
}

#[test]
fn the_example_that_is_shipped_works() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/relay.toml");
    let config = Config::load(&path).expect("sound");
    assert_eq!(config.relay, Knobs::default(), "the example shows the defaults");
}

#[test]
fn a_line_of_another_provider_has_its_own_keys() {
    let line = |keys: &str| {
        let (head, _) = SMALLEST.split_once("phone_number_id").expect("there");
        load(&[&format!("{head}{keys}")]).expect("sound").lines.remove(0)
    };
    let line360 = line(
        "provider = '360dialog'\nphone_number_id = '1'\nwaba_id = '2'\napi_key = { file = 'k' }\n\
         webhook_secrets = [{ file = 's' }]",
    );
    assert_eq!(line360.api_url, "https://waba-v2.360dialog.io");
    assert_eq!(
        (line360.path().as_str(), line360.queue.as_str()),
        ("/webhooks/360dialog/support", "support")
    );
    let twilio = line(
        "provider = 'twilio'\nnumber = '+1 415 523 8886'\n\
         account_sid = 'AC00000000000000000000000000000001'\n\
         auth_tokens = [{ file = 'new' }, { file = 'old' }]\npublic_url = 'https://desk.example/'",
    );
    assert_eq!(twilio.phone_number_id, "14155238886");
    assert_eq!(twilio.access_token, twilio.app_secrets[0], "the first opens the API");
    assert_eq!(twilio.public_url.as_deref(), Some("https://desk.example"));
    assert_eq!((twilio.verify_token, twilio.provider.name), (None, "twilio"));
}

#[test]
fn files_are_kept_by_their_kind() {
    let config = load(&[SMALLEST, "[media]\nkeep = { image = '90d', document = 'forever' }"]);
    let keep = config.expect("sound").relay.keep;
    let days = |kind| keep.of(kind).map(|span| span.as_secs() / 86_400);
    use crate::domain::message::Kind::{Document, Image, Sticker, Voice};
    assert_eq!([Image, Document, Voice, Sticker].map(days), [Some(90), None, Some(180), Some(30)]);
    let told = load(&[SMALLEST, "[media]\nkeep = { image = '1h', pictures = '9d' }\nkept = 1"]);
    assert_eq!(
        told.expect_err("unsound"),
        "relay.d/1.toml:2:10: `media.keep.image` is too short (at least 1d)\n\
         relay.d/1.toml:2:24: unknown key `media.keep.pictures` (known here: image, video, audio, document, sticker)\n\
         relay.d/1.toml:3:1: unknown key `media.kept` (did you mean `keep`?)"
    );
}

#[test]
fn several_files_are_one() {
    let config = load(&[
        SMALLEST,
        "[[queue]]\nname = 'billing'\nthreading = '0'\nread_receipts = 'on_open'\ntyping_indicator = 'on_reply'\n[relay]\ndrain = '1m30s'",
        "[relay]\nundo_delay = '0'\n[[queue]]\nname = 'support'\nthreading = 'any'\n[[sla]]\nname = 'standard'\n\
         queues = ['billing', 'support']\nwarn = '75%'\n[sla.first_reply]\nurgent = '10m'\nnormal = '60m'",
    ])
    .expect("sound");
    let names: Vec<_> = config.policy.queues.iter().map(|queue| queue.name.as_str()).collect();
    assert_eq!(names, ["billing", "support"]);
    assert_eq!(config.policy.queue("support").and_then(|queue| queue.threading.interval()), None);
    let sla = config.policy.sla("billing").expect("there");
    assert_eq!(sla.first_reply.seconds, [None, Some(3600), None, Some(600)]);
    assert_eq!(sla.first_reply.warn_percent, Some(75));
    assert_eq!(config.relay.drain, Duration::from_secs(90));
    assert_eq!(config.relay.undo_delay, Duration::ZERO);
}

#[rstest::rstest]
#[case(
    "webhooks = \"127.0.0.1:8443\"",
    "webhook = \"127.0.0.1:8443\"",
    "relay.toml:3:1: `listen.webhooks` is missing (such as webhooks = \"127.0.0.1:8443\")\n\
     relay.toml:4:1: unknown key `listen.webhook` (did you mean `webhooks`?)"
)]
#[case(
    "data_dir = \"/var/lib/guichet\"",
    "data_dir = 7\nfrobnicate = true",
    "relay.toml:2:1: `data_dir` must be text, not a number (put it in quotes)\n\
     relay.toml:3:1: unknown key `frobnicate` (known here: smtp, webhook, line, calendar, agent, queue, sla, route, alert, canned, template, field, view, consent, data_dir, listen, vault, media, relay)"
)]
#[case(
    "\"127.0.0.1:8443\"",
    "\"0.0.0.0:8443\"",
    "relay.toml:4:1: `listen.webhooks` would be reached in the clear beyond this machine (write webhooks = \
     { addr = \"0.0.0.0:8443\", tls = { cert = \"...\", key = \"...\" } }, or plain = true behind a proxy that ends TLS)"
)]
#[case(
    "\"127.0.0.1:8443\"",
    "\"localhost\"",
    "relay.toml:4:1: `listen.webhooks` is no address (an IP address and a port, such as \"127.0.0.1:8443\" or \"[::]:443\")"
)]
#[case(
    "\"127.0.0.1:8443\"",
    "{ addr = \"[::]:443\", tls = { cert = \"c.pem\" } }",
    "relay.toml:4:39: `listen.webhooks.tls.key` is missing (the PEM file with the private key)"
)]
#[case(
    "\"127.0.0.1:8443\"",
    "\"127.0.0.1:7420\"",
    "relay.toml:5:1: `listen.consoles` is the address of `listen.webhooks` (give each its own port)"
)]
#[case(
    "phone_number_id = \"106540352242922\"",
    "phone_number_id = 106540352242922",
    "relay.toml:8:1: `line.phone_number_id` must be text, not a number (put it in quotes)"
)]
#[case(
    "{ env = \"GUICHET_VERIFY_TOKEN\" }",
    "\"hunter2\"",
    "relay.toml:12:1: `line.verify_token` must say where the secret is, not hold it (write { file = \"...\" } or { env = \"NAME\" })"
)]
#[case(
    "[{ file = \"secret\" }]",
    "[]",
    "relay.toml:11:1: `line.app_secrets` is empty (without an app secret no webhook can be trusted)"
)]
#[case(
    "[{ file = \"secret\" }]",
    "[{ file = \"a\", env = \"B\" }, \"c\", { fil = \"d\" }]",
    "relay.toml:11:16: `line.app_secrets` names two places (keep `file` or `env`)\n\
     relay.toml:11:43: `line.app_secrets` must say where the secret is, not hold it (write { file = \"...\" } or { env = \"NAME\" })\n\
     relay.toml:11:48: `line.app_secrets` names no place (write { file = \"...\" } or { env = \"NAME\" })\n\
     relay.toml:11:50: unknown key `line.app_secrets.fil` (did you mean `file`?)"
)]
#[case(
    "name = \"support\"",
    "name = \"\"\nprovider = \"pigeon\"\napi_url = \"http://example.com\"",
    "relay.toml:7:1: `line.name` is empty (give it a value)\n\
     relay.toml:8:1: `line.provider` names a provider that is not there (one of \"cloud\", \"360dialog\", \"twilio\")"
)]
#[case(
    "name = \"support\"",
    "name = \"support\"\nprovider = \"360dialog\"\napi_url = \"http://example.com\"",
    "relay.toml:6:1: `line.api_key` is missing (write { file = \"...\" } or { env = \"NAME\" })\n\
     relay.toml:6:1: `line.webhook_secrets` is missing (write [{ file = \"...\" }])\n\
     relay.toml:9:1: `line.api_url` would send the access token in the clear (use https)\n\
     relay.toml:12:1: unknown key `line.access_token` (known here: name, provider, portfolio, phone_number_id, waba_id, api_url, api_key, webhook_secrets, queue)\n\
     relay.toml:13:1: unknown key `line.app_secrets` (known here: name, provider, portfolio, phone_number_id, waba_id, api_url, api_key, webhook_secrets, queue)\n\
     relay.toml:14:1: unknown key `line.verify_token` (known here: name, provider, portfolio, phone_number_id, waba_id, api_url, api_key, webhook_secrets, queue)"
)]
#[case(
    "phone_number_id = \"106540352242922\"\nwaba_id = \"102290129340398\"\naccess_token = { file = \"/run/credentials/guichet.service/access_token\" }\napp_secrets = [{ file = \"secret\" }]\nverify_token = { env = \"GUICHET_VERIFY_TOKEN\" }",
    "provider = \"twilio\"\nnumber = \"14155238886\"\naccount_sid = \"SK1\"\nauth_tokens = []\npublic_url = \"http://desk.example\"",
    "relay.toml:9:1: `line.number` is no id of the platform (a phone number with its country, such as \"+14155238886\")\n\
     relay.toml:10:1: `line.account_sid` is no id of the platform (AC and 32 hexadecimal digits, as the Twilio console shows it)\n\
     relay.toml:11:1: `line.auth_tokens` is empty (without a secret no webhook can be trusted)\n\
     relay.toml:12:1: `line.public_url` would have customers' messages sent in the clear (use https)"
)]
#[case(
    "queue = \"support\"",
    "queue = \"supp\\u001bort\"",
    "relay.toml:13:1: `line.queue` is no name (leave out control characters)"
)]
#[case(
    "[listen]",
    "[listen",
    "relay.toml:3:8: not TOML: unclosed table, expected `]` (mend this place first)"
)]
fn every_fault_has_its_place(#[case] from: &str, #[case] to: &str, #[case] said: &str) {
    assert_eq!(load(&[&edited(from, to)]).expect_err("faulty"), said);
}

#[rstest::rstest]
#[case(
    "[[queue]]\nthreading = '12h'",
    "relay.d/1.toml:1:1: `queue.name` is missing (what people call the queue)\n\
     relay.d/1.toml:2:1: `queue.threading` has an unknown value (one of \"0\", \"24h\", \"48h\", \"any\")"
)]
#[case(
    "[[queue]]\nname = 'a'\nread_receipts = 'never'\ntyping_indicator = 'on_reply'\n[[queue]]\nname = 'b'\nread_receipts = 'later'",
    "relay.d/1.toml:4:1: `queue.typing_indicator` needs read receipts: it marks as read (add read_receipts = \"on_reply\")\n\
     relay.d/1.toml:7:1: `queue.read_receipts` has an unknown value (one of \"on_open\", \"on_reply\", \"never\")"
)]
#[case(
    "[queue]\nname = 'a'",
    "relay.d/1.toml:1:1: `queue` must be an array of tables, not a table (write `[[queue]]`)"
)]
#[case(
    "[[queue]]\nname = 'a'\n[[queue]]\nname = 'a'",
    "relay.d/1.toml:3:1: two [[queue]] have the name \"a\" (the other is at relay.d/1.toml:1:1)"
)]
#[case(
    "data_dir = '/tmp'",
    "relay.d/1.toml:1:1: `data_dir` is set twice (it is already set at relay.toml:2:1; keep one)"
)]
#[case(
    "[listen]\nconsoles = '127.0.0.1:1'",
    "relay.d/1.toml:2:1: `listen.consoles` is set twice (it is already set at relay.toml:5:1; keep one)"
)]
#[case(
    "[[sla]]\nname = 's'\nqueues = ['nope', 'support']\ncalendar = 'rome'\nwarn = '0%'\n[sla.first_reply]\nnormal = 60\nhigh = '0s'\nhihg = '1m'",
    "relay.d/1.toml:3:11: `sla.queues` names the unknown queue \"nope\" (add a [[queue]] table, or correct the name)\n\
     relay.d/1.toml:4:1: `sla.calendar` names the unknown calendar \"rome\" (add a [[calendar]] table, or write \"24x7\")\n\
     relay.d/1.toml:5:1: `sla.warn` is no share (\"1%\" to \"99%\", or \"5m\" before it is due)\n\
     relay.d/1.toml:7:1: `sla.first_reply.normal` must be a duration in quotes, not a number (a number with ms, s, m, h or d, such as \"90s\", \"10m\", \"24h\")\n\
     relay.d/1.toml:8:1: `sla.first_reply.high` is too short (at least 1s)\n\
     relay.d/1.toml:9:1: unknown key `sla.first_reply.hihg` (did you mean `high`?)"
)]
#[case(
    "[[sla]]\nname = 's'\nqueues = ['support']\nwarn = '9%'\nwarn_before = '5m'\n[sla.next_reply]\nfrom = 'handoff'\nnormal = '1m'",
    "relay.d/1.toml:5:1: `sla.warn_before` stands beside `warn` (keep one of the two)\n\
     relay.d/1.toml:7:1: unknown key `sla.next_reply.from` (known here: calendar, warn, warn_before, escalate, low, normal, high, urgent)"
)]
#[case(
    "[relay]\ncache_mib = -1\ndrain = '1y'\nundo_delay = '1h'\nqueue_capcity = 3",
    "relay.d/1.toml:2:1: `relay.cache_mib` is out of range (1 to 65536)\n\
     relay.d/1.toml:3:1: `relay.drain` is no duration (a number with ms, s, m, h or d, such as \"90s\", \"10m\", \"24h\")\n\
     relay.d/1.toml:4:1: `relay.undo_delay` is too long (at most 1m)\n\
     relay.d/1.toml:5:1: unknown key `relay.queue_capcity` (did you mean `queue_capacity`?)"
)]
#[case(
    "[[calendar]]\nname = 'rome'\n[[sla]]\nname = 's'\nqueues = ['support']\ncalendar = 'rome'",
    "relay.d/1.toml:1:1: `calendar.hours` is missing (write hours = { mon = [\"09:00-18:00\"] }; a day left out is closed)\n\
     relay.d/1.toml:1:1: `calendar.timezone` is missing (the IANA name of a time zone, such as \"Europe/Rome\")"
)]
#[case(
    "[[calendar]]\nname = '24x7'\ntimezone = 'Europe/Atlantis'\nhours = { mon = ['9-13'], tue = ['09:00-13:00', '12:00-18:00'], wed = ['22:00-06:00'], tag = [] }\nholidays = ['25 Dec', '2026-12-24']\nspecial = { '2026-12-24' = ['09:00-13:00'], heiligabend = [] }",
    "relay.d/1.toml:2:1: `calendar.name` is the calendar that is always open (call it something else)\n\
     relay.d/1.toml:3:1: `calendar.timezone` is no time zone that is known (the IANA name of a time zone, such as \"Europe/Rome\")\n\
     relay.d/1.toml:4:18: `calendar.hours.mon` is no shift (two times of the day, such as \"09:00-13:00\")\n\
     relay.d/1.toml:4:27: `calendar.hours.tue` has shifts that overlap: 12:00-18:00 begins before another has ended (join them, or move one)\n\
     relay.d/1.toml:4:72: `calendar.hours.wed` does not end after it begins (a night has two shifts: \"22:00-24:00\", and \"00:00-06:00\" on the next day)\n\
     relay.d/1.toml:4:88: unknown key `calendar.hours.tag` (did you mean `sat`?)\n\
     relay.d/1.toml:5:13: `calendar.holidays` is no date (year, month and day, such as \"2026-12-25\")\n\
     relay.d/1.toml:5:23: `calendar.holidays` is a special day too (leave one of the two out)\n\
     relay.d/1.toml:6:45: `calendar.special.heiligabend` is no date (year, month and day, such as \"2026-12-25\")"
)]
#[case(
    "[[calendar]]\nname = 'a'\ntimezone = 'UTC'\nhours = {}\n[[calendar]]\nname = 'b'\ntimezone = 'UTC'\nhours = { sat = ['10:00-12:00'] }\n[[calendar]]\nname = 'b'\ntimezone = 'UTC'\nhours = { sun = ['10:00-12:00'] }",
    "relay.d/1.toml:4:9: `calendar.hours` has no shift: nothing would ever be due (mon = [\"09:00-18:00\"])\n\
     relay.d/1.toml:9:1: two [[calendar]] have the name \"b\" (the other is at relay.d/1.toml:5:1)"
)]
#[case(
    "[[sla]]\nname = 's'\nqueues = ['support']\n[sla.total_resolution]\nreopen = 'never'\nurgent = { target = '0s', calender = '24x7' }\nwarn = ['0%', '1m']",
    "relay.d/1.toml:5:1: `sla.total_resolution.reopen` has an unknown value (one of \"resume\", \"restart\")\n\
     relay.d/1.toml:6:12: `sla.total_resolution.urgent.target` is too short (at least 1s)\n\
     relay.d/1.toml:6:27: unknown key `sla.total_resolution.urgent.calender` (did you mean `calendar`?)\n\
     relay.d/1.toml:7:9: `sla.total_resolution.warn` is no share (\"1%\" to \"99%\", or \"5m\" before it is due)"
)]
fn faults_of_a_second_file(#[case] text: &str, #[case] said: &str) {
    assert_eq!(load(&[SMALLEST, text]).expect_err("faulty"), said);
}

#[test]
fn two_lines_share_neither_name_nor_number() {
    let twice = SMALLEST.split_once("[[line]]").expect("there").1;
    let said = load(&[SMALLEST, &format!("[[line]]{twice}")]).expect_err("faulty");
    assert_eq!(
        said,
        "relay.d/1.toml:1:1: two [[line]] have the name \"support\" (the other is at relay.toml:6:1)\n\
         relay.d/1.toml:1:1: two [[line]] have the phone_number_id \"106540352242922\" (the other is at relay.toml:6:1)"
    );
}

#[test]
fn no_fault_quotes_what_may_be_a_secret() {
    for to in [
        "\"EAAsecret\"",
        "[\"EAAsecret\"]",
        "{ file = [\"EAAsecret\"] }",
        "EAAsecret",
        "{ env = \"EAAsecret =\" }",
    ] {
        let said = load(&[&edited("{ env = \"GUICHET_VERIFY_TOKEN\" }", to)]).expect_err("faulty");
        assert!(!said.contains("EAAsecret"), "{said}");
    }
}

#[test]
fn a_policy_needs_neither_line_nor_listener() {
    let text = "[[sla]]\nname = 's'\nqueues = ['support']\n[sla.first_reply]\nnormal = '1h30m'\n";
    let policy = with(&[text], Policy::load).expect("sound");
    let sla = policy.sla("support").expect("there");
    assert_eq!(sla.first_reply.seconds[1], Some(5400));
    assert!(load(&[text]).expect_err("faulty").contains("there is no [[line]]"));
    let said =
        with(&[&format!("{text}\n[relay]\ndrian = '1s'")], Policy::load).expect_err("faulty");
    assert!(said.contains("did you mean `drain`?"), "{said}");
}

#[test]
fn a_calendar_and_all_that_a_service_level_may_say() {
    let text = "
        [[calendar]]
        name = 'rome'
        timezone = 'Europe/Rome'
        hours = { mon = ['09:00-13:00', '14:00-18:00'], tue = ['09:00-13:00'] }
        holidays = ['2026-12-08']
        special = { '2026-12-24' = ['09:00-13:00'] }
        [[sla]]
        name = 's'
        queues = ['support']
        calendar = 'rome'
        warn = ['75%', '30m']
        [sla.first_reply]
        normal = '60m'
        urgent = { target = '10m', calendar = '24x7' }
        [sla.requester_wait]
        calendar = '24x7'
        warn_before = '1h'
        low = '2d'
        [sla.total_resolution]
        high = '30d'
        pending = 'pauses'
        reopen = 'restart'
        [sla.handoff_wait]
        normal = '5m'
        [sla.next_reply]
        normal = '25h'
    ";
    let (config, warned) = {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("relay.toml");
        std::fs::write(&path, format!("{SMALLEST}{text}")).expect("written");
        Config::examine(&path)
    };
    let warned: Vec<_> = warned.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        warned.iter().filter(|text| text.contains("`sla.")).collect::<Vec<_>>(),
        [
            &"`sla.first_reply.urgent` counts at night too, when \"rome\" is closed",
            &"`sla.handoff_wait` starts with a bot: the relay has none yet and does not measure it",
            &"`sla.next_reply.normal` is later than the platform's window",
        ]
    );
    let policy = config.expect("sound").policy;
    let sla = policy.sla("support").expect("there");
    assert_eq!(sla.calendar, policy.calendars[0]);
    let due = |metric, priority, from: &str| {
        let start = from.parse().expect("a time");
        let promise = sla.promise(metric, priority, start).expect("promised");
        promise.due.expect("it comes").to_string()
    };
    let evening = "2026-11-16T17:30:00+01:00";
    assert_eq!(due(Metric::FirstReply, Priority::Normal, evening), "2026-11-17T08:30:00Z");
    assert_eq!(due(Metric::FirstReply, Priority::Urgent, evening), "2026-11-16T16:40:00Z");
    assert_eq!(due(Metric::RequesterWait, Priority::Low, evening), "2026-11-18T16:30:00Z");
    let marks = |metric: Metric| sla.targets(metric).expect("there").all_marks();
    assert_eq!(marks(Metric::FirstReply), [Mark::Percent(75), Mark::Before(1800)]);
    assert_eq!(marks(Metric::RequesterWait), [Mark::Before(3600)]);
    let choices = sla.choices(Metric::TotalResolution);
    assert!(choices.pauses && choices.restarts && !choices.from_handoff);
}

#[test]
fn a_file_that_is_not_there_is_a_fault() {
    let faults = Config::load(Path::new("/nonexistent/relay.toml")).expect_err("faulty");
    let said = faults[0].to_string();
    assert!(said.starts_with("/nonexistent/relay.toml:1:1: cannot be read: "), "{said}");
}

#[test]
fn only_what_cannot_change_asks_for_a_restart() {
    let old = load(&[SMALLEST]).expect("sound");
    let same_folder = |text: &str| {
        let mut config = load(&[text]).expect("sound");
        config.lines[0].app_secrets.clone_from(&old.lines[0].app_secrets);
        config
    };
    assert!(
        old.needs_restart(&same_folder(&edited("queue = \"support\"", "queue = \"b\""))).is_empty()
    );
    let moved = same_folder(&edited("127.0.0.1:7420", "127.0.0.1:7421"));
    assert_eq!(old.needs_restart(&moved), ["[listen]"]);
}

#[test]
fn secrets_are_read_on_demand() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    let source = SecretSource::File(path.clone());
    let said = source.resolve().expect_err("no file").to_string();
    assert!(said.contains("token cannot be read"), "{said}");
    std::fs::write(&path, "\n").expect("written");
    assert!(matches!(source.resolve(), Err(SecretError::Empty(_))));
    std::fs::write(&path, "s3cret\n").expect("written");
    assert_eq!(source.resolve().expect("there").expose(), "s3cret");
    assert!(SecretSource::Env("GUICHET_NO_SUCH_VARIABLE".into()).resolve().is_err());
}

proptest::proptest! {
    /// Whatever the text, there is an answer, and every fault lies inside the file.
    #[test]
    fn any_text_survives(noise in ".{0,60}", at in 0..400_usize) {
        let at = SMALLEST.floor_char_boundary(at);
        let text = format!("{}{noise}{}", &SMALLEST[..at], &SMALLEST[at..]);
        let sources = [Source { path: "relay.toml".into(), text: text.clone() }];
        let read = read(&sources, |root, faults| { desk(root, faults, true, &Alerting::default()); Listen::read(root) });
        for fault in read.0.err().unwrap_or_default() {
            assert!(fault.line <= text.lines().count() + 1);
        }
    }
}
