//! The worked examples, read as they are written.

use super::*;
use crate::domain::calendar::{Calendar, Schedule};
use crate::domain::policy::Threading;
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use std::sync::Arc;

mod examples;
mod random;
mod vectors;

/// The calendars of the worked examples, as text of the configuration would have them.
const CALENDARS: [(&str, &str, [&str; 3], &str); 4] = [
    (
        "ROM",
        "Europe/Rome",
        ["09:00-13:00 14:00-18:00", "", ""],
        "2026-12-08: 2026-12-25: 2026-12-24:09:00-13:00",
    ),
    ("SAO", "America/Sao_Paulo", ["08:00-18:00", "09:00-13:00", ""], "2026-11-20:"),
    ("NYC", "America/New_York", ["09:00-17:00", "", ""], ""),
    ("NIGHT", "Europe/Rome", ["00:00-08:00"; 3], ""),
];

fn calendar(name: &str) -> Calendar {
    let Some((name, zone, days, other)) = CALENDARS.into_iter().find(|(known, ..)| *known == name)
    else {
        assert!(name == "24x7" || name == "24x7-rome", "{name}");
        return Calendar::Always;
    };
    let shifts =
        |text: &str| text.split_whitespace().map(|s| s.parse().expect("a shift")).collect();
    let [work, saturday, sunday]: [Vec<_>; 3] = days.map(shifts);
    let mut week = [const { Vec::new() }; 7];
    week[..5].fill(work);
    (week[5], week[6]) = (saturday, sunday);
    let other = other.split_whitespace().map(|day| {
        let (date, hours) = day.split_at(10);
        (date.parse().expect("a date"), shifts(hours.trim_start_matches(':')))
    });
    let schedule = Schedule::new(name, zone, week, other.collect()).expect("sound");
    Calendar::Hours(Arc::new(schedule))
}

fn zone_of(calendar: &str) -> TimeZone {
    let known = CALENDARS.iter().find(|(name, ..)| *name == calendar);
    TimeZone::get(known.map_or("Europe/Rome", |(_, zone, ..)| zone)).expect("a zone")
}

/// "Mon 16 Nov 10:00" of 2026, perhaps with seconds, by the clock on the wall.
fn time(zone: &TimeZone, text: &str) -> Timestamp {
    let full = if text.matches(':').count() == 1 { format!("{text}:00") } else { text.to_owned() };
    let read = strtime::parse("%Y %a %d %b %H:%M:%S", format!("2026 {full}")).expect("a time");
    let read: DateTime = read.to_datetime().expect("a day that has this name");
    zone.to_timestamp(read).expect("in range").into()
}

fn shown(zone: &TimeZone, at: Timestamp) -> String {
    let there = at.to_jiff().to_zoned(zone.clone());
    let form = if at.secs() % 60 == 0 { "%a %-d %b %H:%M" } else { "%a %-d %b %H:%M:%S" };
    there.strftime(form).to_string()
}

/// "45m", "4 s", "2535m".
fn span(millis: i64) -> String {
    if millis % 60_000 == 0 {
        format!("{}m", millis / 60_000)
    } else {
        format!("{}s", millis / 1000)
    }
}

fn seconds(text: &str) -> i64 {
    let (number, unit) = text.split_at(text.len() - 1);
    number.parse::<i64>().expect("a number") * if unit == "m" { 60 } else { 1 }
}

/// A ticket of which something happens, and its clocks.
struct Case {
    zone: TimeZone,
    ledger: Ledger,
    facts: u32,
    now: Timestamp,
}

impl Case {
    /// `ROM first_reply 10m next_reply low=60m normal=30m`, words of choices and marks among them.
    fn given(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a calendar");
        let mut policy = SlaPolicy { calendar: calendar(name), ..SlaPolicy::default() };
        let mut metric = Metric::FirstReply;
        for word in words {
            if let Some(named) = Metric::of(word) {
                metric = named;
                continue;
            }
            let targets = match metric {
                Metric::FirstReply => &mut policy.first_reply,
                other => policy.others.entry(other).or_default(),
            };
            match word.split_once('=') {
                None if word == "from-handoff" => targets.choices.from_handoff = true,
                None if word == "restarts" => targets.choices.restarts = true,
                None if word == "pauses" => targets.choices.pauses = true,
                None => targets.seconds = [Some(seconds(word)); 4],
                Some(("share", percent)) => {
                    targets.marks.push(Mark::Percent(percent.parse().expect("percent")));
                }
                Some(("before", span)) => targets.marks.push(Mark::Before(seconds(span))),
                Some(("after", span)) => targets.marks.push(Mark::After(seconds(span))),
                Some((priority, span)) => {
                    targets.seconds[priority_of(priority) as usize] = Some(seconds(span));
                }
            }
        }
        let policy = Some(policy)
            .filter(|policy| policy.first_reply != Targets::default() || !policy.others.is_empty());
        let terms = Terms { policy, priority: Priority::Normal, threading: Threading::default() };
        let now = Timestamp(i64::MIN);
        Self { zone: zone_of(name), ledger: Ledger::new(terms), facts: 0, now }
    }

    fn what(word: &str) -> What {
        match word.split_once(':') {
            Some(("assign", name)) => What::Assign(name.to_owned()),
            Some(("priority", word)) => What::Priority(priority_of(word)),
            Some(("calendar", name)) => What::Calendar(calendar(name)),
            _ => match word {
                "customer" => What::Customer,
                "referred" => What::Referred,
                "reply" => What::Reply,
                "failed" => What::Failed,
                "bot_reply" => What::BotReply,
                "note" => What::Note,
                "handoff" => What::Handoff,
                "pending" => What::Pending,
                "on_hold" => What::OnHold,
                "open" => What::Open,
                "solved" => What::Solved,
                "reopened" => What::Reopened,
                "merged" => What::Merged,
                _ => panic!("nothing happens like {word}"),
            },
        }
    }

    fn happens(&mut self, at: Timestamp, word: &str) {
        self.now = self.now.max(at);
        self.facts += 1;
        if word == "now" {
            self.ledger.look(at);
        } else {
            self.ledger.add(Fact { at, nth: self.facts, what: Self::what(word) });
        }
    }

    /// What is to be said of a metric: where it stands, what was used, when it is due, when it was late.
    fn fact(&self, fact: &str) -> String {
        let at = |at| shown(&self.zone, at);
        if fact == "holds" {
            let hold = |hold: &Hold| {
                format!("{} {}", hold.agent, span(hold.to.unwrap_or(self.now).since(hold.from)))
            };
            return self.ledger.holds().iter().map(hold).collect::<Vec<_>>().join(", ");
        }
        let (metric, of) = fact.split_once(' ').unwrap_or((fact, ""));
        let metric = Metric::of(metric).expect("a metric");
        let told = self.ledger.told().into_iter().filter(|told| told.metric == metric);
        let told = told.map(|told| match told.news {
            News::Warned(Mark::Percent(percent)) => format!("{percent}% {}", at(told.at)),
            News::Warned(Mark::Before(secs)) => format!("-{} {}", span(secs * 1000), at(told.at)),
            News::Warned(Mark::After(secs)) => format!("+{} {}", span(secs * 1000), at(told.at)),
            News::Breached { .. } => format!("breached {}", at(told.at)),
            news => format!("{} {}", format!("{news:?}").to_lowercase(), at(told.at)),
        });
        match of {
            "told" => return told.collect::<Vec<_>>().join(", "),
            "clocks" => {
                let all = self.ledger.measures().iter().filter(|of| of.metric == metric);
                let one = |of: &Measure| format!("{} {}", at(of.start), word(of.standing()));
                return all.map(one).collect::<Vec<_>>().join(", ");
            }
            _ => {}
        }
        let Some(clock) = self.ledger.latest(metric) else { return "idle".to_owned() };
        let mut parts =
            vec![word(clock.standing()), format!("used {}", span(clock.used(self.now)))];
        parts.extend(clock.due().map(|due| format!("due {}", at(due))));
        parts.extend(clock.breach.map(|breach| {
            let by = if breach.retarget { " by retarget" } else { "" };
            format!("breached {}{by}", at(breach.at))
        }));
        parts.join(", ")
    }
}

fn word(standing: Standing) -> String {
    let word = serde_json::to_value(standing).expect("a word");
    word.as_str().expect("text").to_owned()
}

fn priority_of(word: &str) -> Priority {
    let known = Priority::ALL.into_iter().find(|priority| priority.word() == word);
    known.unwrap_or_else(|| panic!("no priority {word}"))
}

/// Runs an example: what is given, what happens, and after `=>` what is so then.
fn example(text: &str) {
    let mut lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let mut case = Case::given(lines.by_ref().find(|line| !line.is_empty()).expect("a case"));
    for line in lines.filter(|line| !line.is_empty()) {
        match line.strip_prefix("=>") {
            Some(fact) => {
                let (fact, expected) = fact.split_once(": ").expect("=> fact: value");
                assert_eq!(case.fact(fact.trim()), expected.trim(), "{line}\nof{text}");
            }
            None => {
                let (at, what) = line.rsplit_once(' ').expect("time and what");
                let at = time(&case.zone, at.trim());
                case.happens(at, what);
            }
        }
    }
}
