//! The vectors that others computed: every one, and every word of it.

use super::{Case, span, time};
use crate::domain::sla::Metric;
use crate::kit::Timestamp;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../../tests/golden/sla.json");

fn local(case: &Case, at: Timestamp) -> String {
    at.to_jiff().to_zoned(case.zone.clone()).strftime("%a %Y-%m-%d %H:%M:%S %Z").to_string()
}

fn minutes(millis: i64) -> String {
    span(millis).replace('m', " min").replace('s', " s")
}

/// A ticket to which this happens.
fn told(given: &str, lines: &[&str]) -> Case {
    let mut case = Case::given(given);
    for line in lines {
        let (at, what) = line.rsplit_once(' ').expect("time and what");
        let at = time(&case.zone, at);
        case.happens(at, what);
    }
    case
}

fn due(given: &str, lines: &[&str]) -> String {
    let case = told(given, lines);
    local(&case, due_at(&case))
}

fn metric(case: &Case) -> Metric {
    let ruled = Metric::OURS
        .iter()
        .copied()
        .find(|metric| case.ledger.rule(*metric).target.is_some() && *metric != Metric::BotTime);
    ruled.expect("something is promised")
}

fn due_at(case: &Case) -> Timestamp {
    let clock = case.ledger.latest(metric(case)).expect("it was started");
    clock.due().expect("it is due")
}

fn used(given: &str, lines: &[&str]) -> String {
    let case = told(given, lines);
    minutes(case.ledger.latest(metric(&case)).expect("it was started").used(case.now))
}

fn hold(case: &Case, nth: usize) -> String {
    let hold = &case.ledger.holds()[nth];
    minutes(hold.to.unwrap_or(case.now).since(hold.from))
}

/// What a vector's word is by our reckoning.
fn ours(n: u64, word: &str) -> String {
    const MON10: &str = "Mon 16 Nov 10:00 customer";
    const FRI1730: &str = "Fri 20 Nov 17:30 customer";
    const SAT: &str = "Sat 21 Nov 15:00 customer";
    let wait = ["ROM requester_wait 240m", MON10, "Mon 16 Nov 11:00 pending"];
    let again = [MON10, "Mon 16 Nov 12:00 solved", "Tue 17 Nov 09:20 reopened"];
    let asked = [
        "Mon 16 Nov 15:00 customer",
        "Mon 16 Nov 15:10 reply",
        "Mon 16 Nov 16:00 customer",
        "Mon 16 Nov 16:25 customer",
    ];
    let urgent = [MON10, "Mon 16 Nov 11:30 priority:urgent"];
    let moved = ["Mon 16 Nov 16:00 customer", "Tue 17 Nov 12:00 calendar:24x7"];
    let warned = ["Fri 20 Nov 16:30 customer", "Mon 23 Nov 12:00 now"];
    let bot = [
        MON10,
        "Mon 16 Nov 10:00:04 bot_reply",
        "Mon 16 Nov 10:05 handoff",
        "Mon 16 Nov 10:12 reply",
    ];
    let hands =
        [MON10, "Mon 16 Nov 10:00 assign:A", "Mon 16 Nov 10:40 assign:B", "Mon 16 Nov 10:55 reply"];
    let first = "ROM first_reply 240m";
    match (n, word) {
        (1, "due") => due("ROM first_reply 10m", &[MON10]),
        (2, "due") => due("ROM first_reply 30m", &["Mon 16 Nov 12:50 customer"]),
        (3, "due") => due("ROM first_reply 60m", &[FRI1730]),
        (3, "reply_sat") => used("ROM first_reply 60m", &[FRI1730, "Sat 21 Nov 11:00 reply"]),
        (4, "due") => due("ROM first_reply 30m", &[SAT]),
        (4, "calendar_wait_if_0915") => {
            used("24x7 first_reply 30m", &[SAT, "Mon 23 Nov 09:15 reply"])
        }
        (4, "biz") => used("ROM first_reply 30m", &[SAT, "Mon 23 Nov 09:15 reply"]),
        (5, "due") => due("ROM first_reply 120m", &["Mon 7 Dec 17:00 customer"]),
        (7, "used") => used(wait[0], &wait[1..]),
        (7, "due") => due(wait[0], &[wait[1], wait[2], "Tue 17 Nov 15:00 customer"]),
        (7, "frt_like_unpaused_due") => due(first, &wait[1..]),
        (9, "used") => used("ROM requester_wait 480m", &again[..2]),
        (9, "due_resume") => due("ROM requester_wait 480m", &again),
        (9, "final_if_solved_10") => used(
            "ROM requester_wait 480m",
            &[again[0], again[1], again[2], "Tue 17 Nov 10:00 solved"],
        ),
        (9, "due_wrong_naive") => due("ROM requester_wait 480m", &again[..1]),
        (10, "due") => due("ROM next_reply 30m", &asked),
        (10, "elapsed_at_reply") => used(
            "ROM next_reply 30m",
            &[asked[0], asked[1], asked[2], asked[3], "Mon 16 Nov 16:31 reply"],
        ),
        (11, "old_due") => due("ROM first_reply normal=240m urgent=60m", &urgent[..1]),
        (11, "new_due") => due("ROM first_reply normal=240m urgent=60m", &urgent),
        (11, "elapsed_at_change") => used("ROM first_reply normal=240m urgent=60m", &urgent),
        (13, "due") => due("24x7-rome first_reply 120m", &["Sun 29 Mar 01:30 customer"]),
        (15, "length") => {
            used("NIGHT first_reply 450m", &["Sun 29 Mar 00:00 customer", "Sun 29 Mar 08:00 now"])
        }
        (15, "due") => due("NIGHT first_reply 450m", &["Sun 29 Mar 00:00 customer"]),
        (17, "due") => due("NYC first_reply 60m", &["Fri 6 Mar 16:30 customer"]),
        (17, "utc" | "prev_week_utc") => {
            let day = if word == "utc" { "Fri 6 Mar" } else { "Fri 27 Feb" };
            let case = told("NYC first_reply 60m", &[&format!("{day} 16:30 customer")]);
            due_at(&case).to_string().replace('Z', "+00:00")
        }
        (19, "used") => used("ROM requester_wait 480m", &moved),
        (19, "due_piecewise") => due("ROM requester_wait 480m", &moved),
        (19, "due_last_schedule_only") => due("24x7-rome requester_wait 480m", &moved[..1]),
        (20, "closes") => {
            let case = told("ROM first_reply 60m", &[FRI1730]);
            let window = case.ledger.latest(Metric::Window24h).and_then(|clock| clock.due());
            local(&case, window.expect("it is open"))
        }
        (20, "sla_due") => due("ROM first_reply 60m", &[FRI1730]),
        (23, "due") => due("ROM first_reply 120m", &warned[..1]),
        (23, mark) => {
            let mark = match mark {
                "r75" => "share=75",
                "r30before" => "before=30m",
                "r15" => "before=15m",
                "plus30" => "after=30m",
                _ => panic!("23: {mark}"),
            };
            let case = told(&format!("ROM first_reply 120m {mark}"), &warned);
            let told = case.ledger.told();
            let warned =
                told.iter().find(|told| matches!(told.news, crate::domain::sla::News::Warned(_)));
            local(&case, warned.expect("it was told").at)
        }
        (24, "frt_any") => {
            let case = told("24x7 first_reply 60m", &bot);
            let clock = case.ledger.latest(Metric::FirstReplyAny).expect("it was started");
            let bot = case
                .ledger
                .told()
                .iter()
                .find(|told| {
                    told.metric == Metric::FirstReplyAny
                        && told.news == crate::domain::sla::News::Met
                })
                .expect("met")
                .at;
            let at = bot.to_jiff().to_zoned(case.zone.clone()).strftime("%H:%M:%S").to_string();
            format!("{} (bot at {at})", minutes(clock.used(case.now)))
        }
        (24, "frt_human_from_created") => used("24x7 first_reply 60m", &bot),
        (24, "frt_human_from_handoff") => used("24x7 first_reply 60m from-handoff", &bot),
        (25, "due") => due(
            "24x7 first_reply 10m",
            &[MON10, "Mon 16 Nov 10:06 reply", "Mon 16 Nov 10:07 failed", "Mon 16 Nov 10:11 reply"],
        ),
        (26, "due") => due("24x7 first_reply 60m", &hands),
        (26, "A_hold") => hold(&told("24x7 first_reply 60m", &hands), 0),
        (26, "B_hold") => hold(&told("24x7 first_reply 60m", &hands), 1),
        _ => panic!("the vector {n} has a word that is not computed: {word}"),
    }
}

#[test]
fn every_vector_is_ours() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("vectors");
    assert!(vectors.len() >= 18, "they are all there");
    for vector in vectors {
        let n = vector["n"].as_u64().expect("a number");
        for (word, expected) in vector["expected"].as_object().expect("words") {
            assert_eq!(
                ours(n, word),
                expected.as_str().expect("text"),
                "{n} {word}: {}",
                vector["title"]
            );
        }
    }
}
