//! What a relay starts with all the same, and what should be looked at.

use super::{SMALLEST, with};
use crate::relay::config::Config;

#[test]
fn what_nobody_may_have_meant_is_warned_of() {
    let calendars = "[[calendar]]\nname = 'rome'\ntimezone = 'Europe/Rome'\nhours = { mon = ['09:00-18:00'] }\n\
                     holidays = ['2026-12-25', '2026-12-08', '2026-12-25']\n\
                     [[calendar]]\nname = 'idle'\ntimezone = 'UTC'\nhours = { mon = ['09:00-18:00'] }\n";
    let levels = "[[sla]]\nname = 'one'\nqueues = ['support']\ncalendar = 'rome'\n[sla.first_reply]\n\
                  urgent = { target = '5m', calendar = '24x7' }\nhigh = '10m'\nlow = { target = '13h', calendar = '24x7' }\n\
                  [[sla]]\nname = 'two'\nqueues = ['support']\n[sla.first_reply]\nnormal = '1h'\n";
    let warned = with(&[SMALLEST, calendars, levels], |path| {
        let (read, warned) = Config::examine(path);
        read.expect("sound all the same");
        Err::<(), _>(warned)
    });
    let warned = warned.expect_err("warned");
    for said in [
        "relay.d/1.toml:5:41: `calendar.holidays` stands there twice (leave one of the two out)",
        "relay.d/1.toml:6:1: nothing names the calendar \"idle\" (write calendar = ... in an [[sla]], or leave it out)",
        "relay.d/2.toml:6:10: `sla.first_reply.urgent` counts at night too, when \"rome\" is closed \
         (see that somebody answers then, or leave out calendar = \"24x7\")",
        "relay.d/2.toml:9:1: the service level \"two\" rules no ticket (an earlier [[sla]] names each of its queues)",
    ] {
        assert!(warned.lines().any(|line| line == said), "{said}\n{warned}");
    }
    assert_eq!(warned.lines().filter(|line| line.contains("at night")).count(), 1, "{warned}");
}

/// What is warned of in `text`, without the folder.
fn warnings(text: &str) -> Vec<String> {
    let told = with(&[SMALLEST, text], |path| {
        let (read, warned) = Config::examine(path);
        read.expect("sound all the same");
        Err::<(), _>(warned)
    });
    let told = told.expect_err("a list");
    let told = told.lines().filter_map(|line| line.strip_prefix("relay.d/1.toml:"));
    told.map(str::to_owned).collect()
}

const AGENTS: &str = "[[agent]]\nname = 'anna'\nlanguages = ['it']\nskills = { tax = 1 }\n\
    [[agent]]\nname = 'bruno'\n[[agent]]\nname = 'carla'\nlanguages = ['en']\nskills = { tax = 3 }\n";

#[rstest::rstest]
#[case("members = ['anna']\nskills = { tax = 1 }", &[])]
#[case("skills = { tax = 3 }", &[])]
#[case("members = ['anna', 'bruno']\nskills = { tax = 2 }", &[
    "11:1: no human exit for 10 minutes: nobody of the members of \"support\" has tax 2",
])]
#[case("members = ['anna']\n[[route]]\nname = 'r'\nqueue = 'support'\nskills = { tax = 2 }", &[
    "14:1: no human exit for 10 minutes: this [[route]] sends to \"support\", of whose members nobody has tax 2",
])]
#[case("members = ['anna']\n[[route]]\nname = 'r'\nqueue = 'support'\nwords = { it = ['ciao'], es = ['hola'] }", &[
    "14:1: no human exit for 10 minutes: this [[route]] sends to \"support\", of whose members nobody has es",
])]
#[case("members = ['bruno']\n[[route]]\nname = 'r'\nqueue = 'support'\nwords = { es = ['hola'] }", &[])]
fn a_queue_that_nobody_can_serve_is_told(#[case] queue: &str, #[case] wanted: &[&str]) {
    let text = format!("{AGENTS}[[queue]]\nname = 'support'\n{queue}");
    let told = warnings(&text);
    let told: Vec<_> = told.iter().filter(|line| line.contains("no human")).collect();
    assert_eq!(told.len(), wanted.len(), "{told:?}");
    let hint = " (name somebody who can in `members`, or give it to an [[agent]] of them)";
    assert!(
        told.iter().zip(wanted).all(|(told, wanted)| **told == format!("{wanted}{hint}")),
        "{told:?}"
    );
}

const DAILY: &str = "[[calendar]]\nname = 'rome'\ntimezone = 'Europe/Rome'\n\
    hours = { mon = ['09:00-18:00'], tue = ['09:00-18:00'], wed = ['09:00-18:00'], thu = ['09:00-18:00'], fri = ['09:00-18:00'], sat = ['09:00-18:00'], sun = ['09:00-18:00'] }\n";

#[rstest::rstest]
#[case::no_level("[sla.next_reply]\nnormal = '1h'", &[])]
#[case::a_level_without_a_promise(
    "[sla.next_reply]\nnormal = '1h'\n[[sla.next_reply.escalate]]\nat = '0'\npriority = 'high'",
    &["9:1: `sla.next_reply` escalates to the priority \"high\", for which it promises nothing (add high = ..., or raise it to another)"]
)]
#[case::a_level_with_one(
    "[sla.next_reply]\nnormal = '1h'\nhigh = '30m'\n[[sla.next_reply.escalate]]\nat = '0'\npriority = 'high'",
    &[]
)]
fn a_level_to_a_priority_without_a_promise_is_told(#[case] targets: &str, #[case] wanted: &[&str]) {
    let sla = "[[sla]]\nname = 's'\nqueues = ['support']\ncalendar = 'rome'\n";
    assert_eq!(warnings(&format!("{DAILY}{sla}{targets}")), wanted);
}

#[test]
fn a_promise_that_the_hours_do_not_allow_is_warned_of() {
    let day = "['09:00-13:00', '14:00-18:00']";
    let rome = format!(
        "[[calendar]]\nname = 'rome'\ntimezone = 'Europe/Rome'\n\
         hours = {{ mon = {day}, tue = {day}, wed = {day}, thu = {day}, fri = {day} }}\n"
    );
    let warned = |assign: &str, calendar: &str, target: &str| {
        let queue = format!("[[queue]]\nname = 'billing'\nassign = '{assign}'\nhours = 'rome'\n");
        let sla = format!(
            "[[sla]]\nname = 'fast'\nqueues = ['billing']\ncalendar = '{calendar}'\n[sla.next_reply]\nhigh = '{target}'\n"
        );
        let warned = with(&[SMALLEST, &rome, &queue, &sla], |path| {
            let (read, warned) = Config::examine(path);
            read.expect("sound all the same");
            Err::<(), _>(warned)
        });
        let warned = warned.expect_err("gathered");
        let ours = warned.lines().filter(|line| line.starts_with("relay.d/"));
        ours.collect::<Vec<_>>().join("\n")
    };
    let unmanned = "relay.d/3.toml:1:1: \"fast\" promises an answer at any hour, and the tickets of \"billing\" are given \
                    out in the hours of \"rome\" only (write calendar = \"rome\", or see that somebody answers outside them)";
    let late = "relay.d/3.toml:6:1: `sla.next_reply.high` is later than the platform's window whenever it begins: \"rome\" \
                is not open for long enough in a day (after 24h without a message of the customer only a template can be sent)";
    for (assign, calendar, target, told) in [
        ("round_robin", "24x7", "5m", unmanned),
        ("round_robin", "24x7", "12h", ""),
        ("manual", "24x7", "5m", ""),
        ("round_robin", "rome", "5m", ""),
        // From nine to six; from nine to nine on the next day; a quarter of an hour more.
        ("round_robin", "rome", "8h", ""),
        ("round_robin", "rome", "8h15m", late),
        ("round_robin", "rome", "16h", late),
    ] {
        assert_eq!(warned(assign, calendar, target), told, "{assign} {calendar} {target}");
    }
}
