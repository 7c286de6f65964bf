//! Tables of situations: who is there, what waits, and who gets what.

mod agent;
mod choice;
mod queue;
mod route;
mod score;
mod spread;

use super::*;
use crate::domain::calendar::{Calendar, Schedule};
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::offer::Asking;
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The moment at which all of it is looked at.
pub(super) const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn after<'a>(all: &[&'a str], key: &str) -> Option<&'a str> {
    all.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

fn levels(text: &str) -> BTreeMap<Name, u8> {
    let level = |one: &str| {
        let (name, level) = one.split_once(':').expect("skill:level");
        (Name::from(name), level.parse().expect("a level"))
    };
    text.split(',').map(level).collect()
}

fn seconds(text: &str) -> Timestamp {
    NOW.plus_secs(text.parse().expect("seconds"))
}

/// `anna busy 2.5/5 in=a,b skills=refunds:2 speaks=it share=3 pace=10 given=-50
/// hours=09:00-18:00`; without `in`, of queue a.
fn agent(text: &str) -> Agent {
    let all = words(text);
    let standing = match all[1] {
        "online" => Standing::Online,
        "busy" => Standing::Busy,
        "away" => Standing::Away,
        "wrap-up" => Standing::WrapUp,
        "break" => Standing::Break,
        _ => Standing::Offline,
    };
    let (load, carries) = all[2].split_once('/').expect("load/capacity");
    let hundredths = |text: &str| (text.parse::<f64>().expect("a number") * 100.0) as u32;
    let names = |text: &str| text.split(',').map(Name::from).collect::<Vec<_>>();
    let queues = names(after(&all, "in").unwrap_or("a"));
    Agent {
        name: all[0].into(),
        standing,
        load: hundredths(load),
        load_of: BTreeMap::from([(queues[0].clone(), hundredths(load))]),
        queues,
        rules: AgentRules {
            skills: after(&all, "skills").map(levels).unwrap_or_default(),
            languages: after(&all, "speaks").map(names).unwrap_or_default(),
            capacity: Some(hundredths(carries)),
            ramp: after(&all, "ramp").map(|text| text.parse().expect("percent")),
            share: after(&all, "share").map(|text| text.parse().expect("a share")),
            pace: after(&all, "pace").map(|text| text.parse().expect("seconds")),
            hours: after(&all, "hours").map(hours),
        },
        given: after(&all, "given").map(seconds),
    }
}

/// `anna,bruno@-9`: asked, the last of them until nine seconds ago.
fn asked(text: &str) -> Asking {
    let (names, at) = text.split_once('@').expect("names@seconds");
    let asked = names.split(',').map(Name::from).collect();
    Asking { offer: None, asked, since: Some(seconds(at)) }
}

/// `7 high in=b waits=120 due=300 window=3600 asks vip skills=refunds:2 lang=it last=anna@-99 not=anna asked=anna,bruno@-9`.
fn ticket(text: &str) -> Waiting {
    let all = words(text);
    let priority = Priority::ALL.into_iter().find(|priority| priority.word() == all[1]);
    let last = after(&all, "last").map(|text| {
        let (name, at) = text.split_once('@').expect("name@seconds");
        (Name::from(name), seconds(at))
    });
    Waiting {
        number: TicketNumber(all[0].parse().expect("a number")),
        queue: after(&all, "in").unwrap_or("a").into(),
        priority: priority.expect("a priority"),
        state: State::New,
        since: seconds(&format!("-{}", after(&all, "waits").unwrap_or("0"))),
        due: after(&all, "due").map(seconds),
        window_until: after(&all, "window").map(seconds),
        asks: all.contains(&"asks"),
        vip: all.contains(&"vip"),
        demand: Demand {
            skills: after(&all, "skills").map(levels).unwrap_or_default(),
            language: after(&all, "lang").map(Name::from),
        },
        last,
        returned_by: after(&all, "not").map(Name::from),
        asking: after(&all, "asked").map(asked).unwrap_or_default(),
    }
}

fn tickets(text: &str) -> Vec<Waiting> {
    text.split(';').filter(|text| !text.trim().is_empty()).map(ticket).collect()
}

fn agents(text: &str) -> Vec<Agent> {
    text.split(';').filter(|text| !text.trim().is_empty()).map(agent).collect()
}

fn queue(mode: Mode) -> BTreeMap<Name, Assignment> {
    BTreeMap::from([("a".into(), Assignment { mode, ..Assignment::default() })])
}

fn told(given: &[Given]) -> String {
    let one = |given: &Given| format!("{}>{}", given.ticket.0, given.to);
    given.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn outcome(mode: Mode, agents_: &str, tickets_: &str) -> String {
    let (mut agents, mut turns) = (agents(agents_), Turns::default());
    told(&hand_out(&tickets(tickets_), &mut agents, &queue(mode), &mut turns, NOW))
}

/// Open every day between two times in Rome; it is 16:13 there.
fn hours(shift: &str) -> Calendar {
    let week = std::array::from_fn(|_| vec![shift.parse().expect("a shift")]);
    let schedule = Schedule::new("rome", "Europe/Rome", week, BTreeMap::new());
    Calendar::Hours(Arc::new(schedule.expect("sound")))
}
