//! Tables of text: what an alert says, and what is said about it.

use crate::domain::alert::{AlertRules, Watched};
use crate::domain::sla::Whom;
use crate::relay::config::Config;

const DESK: &str = "data_dir = 'd'\n[listen]\nwebhooks = '127.0.0.1:1'\nconsoles = '127.0.0.1:2'\n\
    [smtp]\nhost = 'localhost'\nfrom = 'desk@example.org'\ntls = 'none'\n\
    [[webhook]]\nname = 'oncall'\nurl = 'https://hooks.example.org'\nsecret = { env = 'HOOK' }\n\
    [[calendar]]\nname = 'rome'\ntimezone = 'Europe/Rome'\nhours = { mon = ['09:00-18:00'] }\n\
    [[agent]]\nname = 'anna'\n\
    [[line]]\nname = 'main'\nphone_number_id = '1'\nwaba_id = '2'\naccess_token = { env = 'A' }\n\
    app_secrets = [{ env = 'B' }]\nverify_token = { env = 'C' }\nqueue = 'support'\n\
    [[sla]]\nname = 's'\nqueues = ['support']\ncalendar = 'rome'\n[sla.next_reply]\nnormal = '1h'\n";

/// The alerts of a file, and what is warned of; or what is wrong.
fn read(text: &str) -> Result<(Vec<AlertRules>, String), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("relay.toml");
    std::fs::write(&path, DESK).expect("written");
    std::fs::create_dir(folder.path().join("relay.d")).expect("made");
    std::fs::write(folder.path().join("relay.d/a.toml"), text).expect("written");
    let prefix = format!("{}/relay.d/", folder.path().display());
    let told = |faults: Vec<crate::relay::config::Fault>| {
        let told = faults.iter().map(|fault| fault.to_string().replace(&prefix, ""));
        told.filter(|fault| fault.starts_with("a.toml")).collect::<Vec<_>>().join("\n")
    };
    let (config, warned) = Config::examine(&path);
    config.map(|config| (config.policy.alerts, told(warned))).map_err(told)
}

#[test]
fn an_alert_says_what_is_watched_and_who_is_told() {
    let text = "[[alert]]\nname = 'a'\nwatch = 'waiting'\nover = 20\nqueue = 'support'\n\
        [[alert]]\nname = 'b'\nwatch = 'unanswered'\nover = '5m'\nclear = '1m'\nfor = '90s'\nrepeat = '30m'\n\
        calendar = 'rome'\nnotify = ['anna']\nemail = ['boss@example.org']\nwebhook = ['oncall']\n\
        [[alert]]\nname = 'c'\nwatch = 'limit'\nover = '90%'\nline = 'main'\n\
        [[alert]]\nname = 'd'\nwatch = 'quality'\n";
    let (alerts, warned) = read(text).expect("sound");
    assert_eq!(warned, "");
    let short = |of: &AlertRules| (of.watch, of.over, of.clear, of.hold, of.repeat);
    assert_eq!(
        alerts.iter().map(short).collect::<Vec<_>>(),
        [
            (Watched::Waiting, 20, 16, 0, None),
            (Watched::Unanswered, 300, 60, 90, Some(1_800)),
            (Watched::Limit, 90, 72, 0, None),
            (Watched::Quality, 0, 0, 0, None),
        ]
    );
    assert_eq!(alerts[0].queue, Some("support".into()));
    assert_eq!(alerts[0].notify, [Whom::Supervisors]);
    assert_eq!(alerts[1].notify, [Whom::Account("anna".into())]);
    assert_eq!(
        (alerts[1].calendar.name(), alerts[1].mail.len(), alerts[1].hooks.len()),
        ("rome", 1, 1)
    );
    assert_eq!(alerts[2].line, Some("main".into()));
}

#[rstest::rstest]
#[case(
    "watch = 'waiting'\nover = 3",
    "a.toml:1:1: `alert.name` is missing (what people call the alert)"
)]
#[case(
    "name = 'a'\nwatch = 'moods'\nover = 3",
    "a.toml:3:1: `alert.watch` has an unknown value (one of \"waiting\", \"unassigned\", \"unanswered\", \"breaching\", \"breached\", \"windows\", \"outbox\", \"quality\", \"limit\", \"down\")"
)]
#[case("name = 'a'\nwatch = 'waiting'", "a.toml:1:1: `alert.over` is missing (such as over = 20)")]
#[case(
    "name = 'a'\nwatch = 'waiting'\nover = '5m'",
    "a.toml:4:1: `alert.over` must be a whole number, not text"
)]
#[case(
    "name = 'a'\nwatch = 'unanswered'\nover = 5",
    "a.toml:4:1: `alert.over` must be a duration in quotes, not a number (a number with ms, s, m, h or d, such as \"90s\", \"10m\", \"24h\")"
)]
#[case(
    "name = 'a'\nwatch = 'limit'\nover = '101%'",
    "a.toml:4:1: `alert.over` is no share (\"0%\" to \"100%\")"
)]
#[case(
    "name = 'a'\nwatch = 'down'\nover = 1",
    "a.toml:4:1: `alert.over` says nothing here (leave it out)"
)]
#[case(
    "name = 'a'\nwatch = 'waiting'\nover = 5\nclear = 6",
    "a.toml:5:1: `alert.clear` is above `over`: it would be raised and cleared at once (lower it)"
)]
#[case(
    "name = 'a'\nwatch = 'waiting'\nover = 5\nqueue = 'suport'\nline = 'main'\ncalendar = 'paris'",
    "a.toml:5:1: `alert.queue` names the unknown queue \"suport\" (add a [[queue]] table, or correct the name)\n\
     a.toml:6:1: `alert.line` says nothing of what waits in queues (write queue = \"NAME\")\n\
     a.toml:7:1: `alert.calendar` names the unknown calendar \"paris\" (add a [[calendar]] table, or correct the name)"
)]
#[case(
    "name = 'a'\nwatch = 'down'\nline = 'man'\nqueue = 'support'",
    "a.toml:4:1: `alert.line` names the unknown line \"man\" (add a [[line]] table, or correct the name)\n\
     a.toml:5:1: `alert.queue` says nothing of what lines do (write line = \"NAME\")"
)]
#[case(
    "name = 'a'\nwatch = 'down'\nnotify = ['agent']\nwebhook = ['oncal']\nrepaet = '1m'",
    "a.toml:4:11: `alert.notify` is about no ticket (\"supervisors\", or an account's name)\n\
     a.toml:5:12: `alert.webhook` names the unknown webhook \"oncal\" (add a [[webhook]] table, or correct the name)\n\
     a.toml:6:1: unknown key `alert.repaet` (did you mean `repeat`?)"
)]
#[case(
    "name = 'a'\nwatch = 'down'\n[[alert]]\nname = 'a'\nwatch = 'quality'",
    "a.toml:4:1: two [[alert]] have the name \"a\" (the other is at a.toml:1:1)"
)]
fn what_is_wrong_with_an_alert_has_its_place(#[case] text: &str, #[case] told: &str) {
    let said = read(&format!("[[alert]]\n{text}")).expect_err("faulty");
    assert_eq!(said, told);
}

#[test]
fn somebody_of_whom_no_agent_table_is_may_be_a_slip() {
    let text = "[[alert]]\nname = 'a'\nwatch = 'down'\nnotify = ['supervisors', 'anan']";
    let (_, warned) = read(text).expect("sound");
    let told = "a.toml:4:26: `alert.notify` names \"anan\", of whom no [[agent]] is (correct the name, if it is none of an account)";
    assert_eq!(warned, told);
}
