//! Tables of situations: who is there, what waits, and who gets what.

use super::*;
use crate::domain::calendar::{Calendar, Schedule};
use crate::domain::details::{Choice, Details, Referral};
use crate::domain::id::{TagKey, TicketNumber};
use crate::domain::message::Inbound;
use crate::domain::name::Name;
use crate::domain::ticket::{Priority, State, Tag};
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

/// `anna busy 2.5/5 in=a,b skills=refunds:2 speaks=it share=3 pace=10 given=-50`; without `in`, of queue a.
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
        },
        given: after(&all, "given").map(seconds),
    }
}

/// `7 high in=b waits=120 due=300 window=3600 asks vip skills=refunds:2 lang=it last=anna@-99 not=anna`.
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

#[test]
fn who_may_have_a_ticket() {
    for (who, what, wanted) in [
        ("anna online 0/5", "1 normal", ""),
        ("anna online 0/5 in=b", "1 normal", "stranger"),
        ("anna busy 0/5", "1 normal", "absent busy"),
        ("anna away 0/5", "1 normal", "absent away"),
        ("anna wrap-up 0/5", "1 normal", "absent wrap_up"),
        ("anna break 0/5", "1 normal", "absent break"),
        ("anna offline 0/5", "1 normal", "absent offline"),
        ("anna online 0/5", "1 normal not=anna", "returned"),
        ("anna online 0/5", "1 normal not=bruno", ""),
        ("anna online 4/5", "1 normal", ""),
        ("anna online 4.25/5", "1 normal", "full"),
        ("anna online 5/5", "1 normal", "full"),
        ("anna online 3.5/5", "1 urgent", ""),
        ("anna online 4/5", "1 urgent", "full"),
        ("anna online 0/1", "1 urgent", ""),
        ("anna online 0.1/1", "1 urgent", "full"),
        ("anna online 2/5 ramp=50", "1 normal", "full"),
        ("anna online 1/5 ramp=50", "1 normal", ""),
        ("anna online 0/5 skills=refunds:2", "1 normal skills=refunds:2", ""),
        ("anna online 0/5 skills=refunds:1", "1 normal skills=refunds:2", "skill refunds 1<2"),
        ("anna online 0/5", "1 normal skills=refunds:1,tax:1", "skill refunds 0<1"),
        ("anna online 0/5 speaks=it,es", "1 normal lang=es", ""),
        ("anna online 0/5 speaks=it", "1 normal lang=es", "language es"),
        ("anna online 0/5", "1 normal lang=es", ""),
        ("anna online 0/5 pace=30 given=-29", "1 normal", "pace"),
        ("anna online 0/5 pace=30 given=-30", "1 normal", ""),
    ] {
        let (who, ticket) = (agent(who), ticket(what));
        let unfit = who.unfit(&ticket, &ticket.demand, &Assignment::default(), NOW);
        let said = unfit.map_or_else(String::new, |unfit| match unfit {
            Unfit::Absent { standing } => {
                let word = serde_json::to_value(standing).expect("a word");
                format!("absent {}", word.as_str().expect("text"))
            }
            Unfit::Stranger => "stranger".into(),
            Unfit::Skill { skill, needs, has } => format!("skill {skill} {has}<{needs}"),
            Unfit::Language { language } => format!("language {language}"),
            Unfit::Full => "full".into(),
            Unfit::QueueFull => "queue full".into(),
            Unfit::Pace { .. } => "pace".into(),
            Unfit::Returned => "returned".into(),
        });
        assert_eq!(said, wanted, "{} {what}", who.name);
    }
}

#[test]
fn a_queue_may_name_its_people_its_skills_and_a_cap() {
    let mut rules = queue(Mode::LeastActive);
    let of = rules.get_mut("a").expect("there");
    of.members = vec!["bruno".into(), "carla".into()];
    of.cap = Some(200);
    of.skills = levels("tax:1");
    assert_eq!(
        of.demand(Demand { skills: levels("tax:3,refunds:1"), language: None }).skills,
        levels("tax:3,refunds:1")
    );
    assert_eq!(of.demand(Demand::default()).skills, levels("tax:1"));
    let mut all = agents("anna online 0/5; bruno online 2/5 in=b; carla online 0/5 in=a");
    all[1].load_of = BTreeMap::from([("a".into(), 200)]);
    let waiting = tickets("1 normal; 2 normal; 3 normal");
    let given = hand_out(&waiting, &mut all, &rules, &mut Turns::default(), NOW);
    assert_eq!(told(&given), "1>carla 2>carla", "anna is not named, the others have their two");
}

#[test]
fn how_pressing_a_ticket_is() {
    for (text, wanted) in [
        ("1 low", 0.0),
        ("1 normal", 10.0),
        ("1 high", 25.0),
        ("1 urgent", 60.0),
        ("1 low waits=3000", 25.0),
        ("1 normal waits=120", 11.0),
        ("1 normal due=0", 50.0),
        ("1 normal due=600", 10.0 + 40.0 / std::f64::consts::E),
        ("1 normal due=-7200", 50.0),
        ("1 normal vip", 30.0),
        ("1 normal asks window=7199", 40.0),
        ("1 normal asks window=7200", 10.0),
        ("1 normal window=60", 10.0),
        ("1 normal asks window=-1", 10.0),
    ] {
        let points = score(&ticket(text), NOW);
        assert!((points - wanted).abs() < 1e-9, "{text}: {points}");
    }
}

#[test]
fn what_comes_first() {
    // One agent with room for one: who gets it was first.
    for (what, first) in [
        ("1 normal; 2 high", 2),
        ("1 normal waits=60; 2 normal waits=61", 2),
        ("2 normal waits=60; 1 normal waits=60", 1),
        ("1 high; 2 low waits=2999", 1),
        ("1 high; 2 low waits=3060", 2),
        ("1 urgent; 2 high due=0", 2),
        ("1 urgent; 2 normal due=0 vip", 2),
        ("1 urgent; 2 normal due=900", 1),
    ] {
        let given = outcome(Mode::LeastActive, "anna online 0/1", what);
        assert_eq!(given, format!("{first}>anna"), "{what}");
    }
}

#[test]
fn by_what_the_agent_is_chosen() {
    use Mode::{LeastActive, Manual, RoundRobin, Sticky, Weighted};
    let three = "anna online 0/5; bruno online 0/5; carla online 0/5";
    let five =
        "1 normal waits=9; 2 normal waits=8; 3 normal waits=7; 4 normal waits=6; 5 normal waits=5";
    for (mode, who, what, wanted) in [
        (Manual, three, "1 normal", ""),
        (RoundRobin, three, five, "1>anna 2>bruno 3>carla 4>anna 5>bruno"),
        (
            RoundRobin,
            "bruno online 4/5; anna busy 0/5; carla online 0/5",
            five,
            "1>bruno 2>carla 3>carla 4>carla 5>carla",
        ),
        (
            LeastActive,
            "anna online 2/5; bruno online 1/5; carla online 2/10",
            five,
            "1>bruno 2>carla 3>carla 4>anna 5>bruno",
        ),
        (
            LeastActive,
            "anna online 1/5 given=-10; bruno online 1/5 given=-20",
            "1 normal",
            "1>bruno",
        ),
        (LeastActive, "anna online 1/5 given=-10; bruno online 1/5", "1 normal", "1>bruno"),
        (
            Weighted,
            "anna online 0/9 share=3; bruno online 0/9",
            five,
            "1>anna 2>anna 3>bruno 4>anna 5>anna",
        ),
        (Sticky, three, "1 normal last=carla@-2592000", "1>carla"),
        (Sticky, three, "1 normal last=carla@-2592001", "1>anna"),
        (Sticky, "anna online 0/5; carla busy 0/5", "1 normal last=carla@-60 waits=59", ""),
        (Sticky, "anna online 0/5; carla busy 0/5", "1 normal last=carla@-60 waits=60", "1>anna"),
        (Sticky, "anna online 0/5; carla offline 0/5 in=b", "1 normal last=carla@-60", "1>anna"),
        (
            Sticky,
            "anna online 0/5; carla online 0/5",
            "1 normal last=carla@-60 not=carla",
            "1>anna",
        ),
        (Sticky, three, "1 normal last=zoe@-60", "1>anna"),
    ] {
        assert_eq!(outcome(mode, who, what), wanted, "{mode:?} {who} | {what}");
    }
}

#[test]
fn a_turn_outlives_a_restart() {
    for mode in [Mode::RoundRobin, Mode::Weighted] {
        let who = "anna online 0/99 share=5; bruno online 0/99 share=2; carla online 0/99";
        let (rules, waiting) = (queue(mode), tickets("1 normal"));
        let (mut agents, mut turns) = (agents(who), Turns::default());
        let mut whole = Vec::new();
        let mut restarted = Vec::new();
        let mut kept = Turns::default();
        for _ in 0..20 {
            whole.extend(hand_out(&waiting, &mut agents, &rules, &mut turns, NOW));
            // The other one knows no more than what the last decision wrote.
            let mut again = kept.clone();
            let given = hand_out(&waiting, &mut agents.clone(), &rules, &mut again, NOW);
            let table = serde_json::to_string(&given[0].table).expect("written");
            let table: Table = serde_json::from_str(&table).expect("read");
            kept = Turns::default();
            kept.learn(&given[0].to, &table);
            restarted.extend(given);
        }
        assert_eq!(told(&whole), told(&restarted), "{mode:?}");
    }
}

#[test]
fn less_is_asked_of_who_answers_the_longer_it_waits() {
    let who = "anna online 0/5 skills=tax:2 speaks=it; bruno online 0/5 skills=tax:1 speaks=it; \
               carla online 0/5 speaks=es";
    for (waits, may) in [
        (0, ""),
        (119, ""),
        (120, "anna"),
        (299, "anna"),
        (300, "anna bruno"),
        (599, "anna bruno"),
        (600, "anna bruno carla"),
    ] {
        let waiting = ticket(&format!("1 normal waits={waits} skills=tax:3 lang=it"));
        let rules = Assignment { mode: Mode::LeastActive, ..Assignment::default() };
        let (to, table) = explain(&waiting, &agents(who), &rules, &Turns::default(), NOW);
        let fit = table.rows.iter().filter(|row| row.unfit.is_none());
        let fit: Vec<_> = fit.map(|row| row.agent.as_str()).collect();
        assert_eq!(fit.join(" "), may, "{waits}");
        assert_eq!(to.is_some(), table.chosen.is_some());
        let steps = RELAXED_AFTER_MS.iter().filter(|after| waits * 1_000 >= **after).count();
        assert_eq!(usize::from(table.relaxed), steps);
    }
}

#[test]
fn the_table_says_who_was_looked_at_and_why() {
    let who =
        "anna online 5/5; bruno online 1/5; carla break 0/5; dora online 2/5; ede online 0/5 in=b";
    let rules = Assignment { mode: Mode::LeastActive, ..Assignment::default() };
    let waiting = ticket("1 high waits=240");
    let (to, table) = explain(&waiting, &agents(who), &rules, &Turns::default(), NOW);
    assert_eq!(to, Some("bruno".into()));
    assert_eq!(
        serde_json::to_value(&table).expect("written"),
        serde_json::json!({
            "queue": "a", "mode": "least_active", "chosen": "least", "score": 2700, "waited": 240,
            "rows": [
                { "agent": "bruno", "load": 100, "carries": 500 },
                { "agent": "dora", "load": 200, "carries": 500 },
                { "agent": "anna", "load": 500, "carries": 500, "unfit": { "is": "full" } },
                { "agent": "carla", "load": 0, "carries": 500,
                  "unfit": { "is": "absent", "standing": "break" } },
            ],
        })
    );
    let many: Vec<_> = (0..60).map(|n| agent(&format!("a{n:02} online 0/5"))).collect();
    let (_, table) = explain(&waiting, &many, &rules, &Turns::default(), NOW);
    assert_eq!((table.rows.len(), table.more), (ROWS_MOST, 60 - ROWS_MOST));
}

#[test]
fn load_is_evened_out_with_what_nobody_has_touched() {
    let held = |text: &str| {
        let (by, text) = text.trim().split_once(' ').expect("name and ticket");
        Held { ticket: ticket(text), by: by.into() }
    };
    for (who, what, wanted) in [
        (
            "anna online 4/5; bruno online 0/5",
            "anna 1 normal waits=9; anna 2 normal waits=5",
            "2:anna>bruno 1:anna>bruno",
        ),
        ("anna online 2/5; bruno online 1/5", "anna 1 normal", ""),
        ("anna online 5/5; bruno busy 0/5", "anna 1 normal", ""),
        ("anna online 5/5; bruno online 0/5 in=b", "anna 1 normal", ""),
        ("anna offline 5/5; bruno online 0/5", "anna 1 normal", "1:anna>bruno"),
        (
            "anna online 2/2; bruno online 0/2; carla online 0/10",
            "anna 1 normal waits=9; anna 2 normal waits=5",
            "2:anna>carla 1:anna>carla",
        ),
        ("anna online 4/5; bruno online 0/5 pace=60 given=-1", "anna 1 normal", "1:anna>bruno"),
        ("anna online 5/5; bruno online 0/5", "", ""),
    ] {
        let held: Vec<_> = what.split(';').filter(|text| !text.is_empty()).map(held).collect();
        let moves = spread(&held, &agents(who), &queue(Mode::LeastActive), NOW);
        let one = |made: &Move| format!("{}:{}>{}", made.ticket.0, made.from, made.to);
        let moves: Vec<_> = moves.iter().map(one).collect();
        assert_eq!(moves.join(" "), wanted, "{who} | {what}");
    }
}

/// Open every day between two times in Rome; it is 16:13 there.
fn hours(shift: &str) -> Calendar {
    let week = std::array::from_fn(|_| vec![shift.parse().expect("a shift")]);
    let schedule = Schedule::new("rome", "Europe/Rome", week, BTreeMap::new());
    Calendar::Hours(Arc::new(schedule.expect("sound")))
}

#[test]
fn a_closed_queue_gives_nothing_out() {
    for (shift, wanted, opens) in [
        ("09:00-18:00", "1>anna", None),
        ("09:00-16:00", "", Some("2026-09-22T07:00:00Z")),
        ("18:30-23:00", "", Some("2026-09-21T16:30:00Z")),
    ] {
        let mut rules = queue(Mode::LeastActive);
        rules.get_mut("a").expect("there").hours = Some(hours(shift));
        let (waiting, mut all) = (tickets("1 normal"), agents("anna online 0/5"));
        let given = hand_out(&waiting, &mut all, &rules, &mut Turns::default(), NOW);
        assert_eq!(told(&given), wanted, "{shift}");
        let (to, table) = explain(&waiting[0], &all, &rules["a"], &Turns::default(), NOW);
        assert_eq!(table.opens.map(|at| at.to_string()).as_deref(), opens);
        assert!(opens.is_none() || to.is_none());
    }
}

#[test]
fn a_rule_may_hold_while_a_calendar_is_open_or_closed() {
    for (shift, closed, holds) in [
        ("09:00-18:00", false, true),
        ("09:00-18:00", true, false),
        ("09:00-16:00", false, false),
        ("09:00-16:00", true, true),
    ] {
        let route_ = rule("hours", |route| {
            route.during = Some(During { calendar: hours(shift), closed });
        });
        let (line, message) = ("support".into(), Inbound::default());
        let heard = Heard { line: &line, message: &message, contact: Acquaintance::New, at: NOW };
        assert_eq!(route(&[route_], &heard).is_some(), holds, "{shift} {closed}");
    }
}

fn rule(name: &str, change: impl FnOnce(&mut Route)) -> Route {
    let mut route = Route {
        name: name.into(),
        lines: Vec::new(),
        words: BTreeMap::new(),
        patterns: BTreeMap::new(),
        referrals: Vec::new(),
        buttons: Vec::new(),
        contact: None,
        during: None,
        queue: None,
        priority: None,
        tags: Vec::new(),
        skills: BTreeMap::new(),
    };
    change(&mut route);
    route
}

#[test]
fn which_rule_a_first_message_meets() {
    let texts = |language: &str, all: &[&str]| {
        let all = all.iter().map(|text| (*text).to_owned()).collect();
        (Name::from(language), all)
    };
    let pattern = |language: &str, text: &str| {
        (Name::from(language), vec![Pattern::new(text).expect("sound")])
    };
    let routes = [
        rule("advert", |route| route.referrals = vec!["1202".into(), "https://fb.me/x".into()]),
        rule("button", |route| route.buttons = vec!["REFUND".into()]),
        rule("refund", |route| {
            route
                .words
                .extend([texts("it", &["rimborso"]), texts("es", &["reembolso", "me devuelven"])]);
            route.patterns.extend([pattern("any", r"order\s*#?\d+")]);
            route.skills = levels("refunds:2");
        }),
        rule("first on sales", |route| {
            route.lines = vec!["sales".into()];
            route.contact = Some(Acquaintance::New);
        }),
        rule("sales", |route| route.lines = vec!["sales".into()]),
    ];
    let said = |text: &str| Inbound { text: text.into(), ..Inbound::default() };
    let with = |details: Details| Inbound { details: Some(Box::new(details)), ..said("ciao") };
    let referred = |id: Option<&str>, url: Option<&str>| {
        let (id, url) = (id.map(str::to_owned), url.map(str::to_owned));
        with(Details {
            referral: Some(Referral { id, url, ..Referral::default() }),
            ..Details::default()
        })
    };
    let pressed = |id: &str| {
        let choice = Choice { id: id.into(), title: String::new(), description: None };
        with(Details { choice: Some(choice), ..Details::default() })
    };
    use Acquaintance::{Known, New};
    for (line, message, contact, wanted) in [
        ("support", said("Vorrei un RIMBORSO, subito"), Known, "refund it"),
        ("support", said("¿cuándo me  devuelven el dinero?"), Known, "refund es"),
        ("support", said("me lo devuelven"), Known, ""),
        ("support", said("rimborsoso"), Known, ""),
        ("support", said("it is Order #77"), Known, "refund"),
        ("support", referred(Some("1202"), None), Known, "advert"),
        ("support", referred(Some("12"), Some("https://fb.me/xyz")), Known, "advert"),
        ("support", referred(None, Some("https://evil.example/?https://fb.me/x")), Known, ""),
        ("support", pressed("REFUND"), Known, "button"),
        ("support", pressed("refund"), Known, ""),
        ("sales", said("hello"), New, "first on sales"),
        ("sales", said("hello"), Known, "sales"),
        ("support", said(""), New, ""),
    ] {
        let line = Name::from(line);
        let found = route(&routes, &Heard { line: &line, message: &message, contact, at: NOW });
        let told = found.map_or_else(String::new, |(route, routed)| {
            assert_eq!(routed.rule, route.name);
            assert_eq!(routed.demand.skills, route.skills);
            let language = routed.demand.language.map(|of| format!(" {of}"));
            format!("{}{}", routed.rule, language.unwrap_or_default())
        });
        assert_eq!(told, wanted, "{line} {}", message.text);
    }
}

#[test]
fn a_rule_is_kept_as_it_was_written() {
    let route = rule("all", |route| {
        route.words.insert("it".into(), vec!["fattura".into()]);
        route.patterns.insert("any".into(), vec![Pattern::new("a+b").expect("sound")]);
        route.tags = vec![Tag { name: "invoice".into(), key: TagKey(7) }];
        route.priority = Some(Priority::High);
        route.queue = Some("billing".into());
    });
    let text = serde_json::to_string(&route).expect("written");
    assert!(!text.contains("buttons"), "{text}");
    let read: Route = serde_json::from_str(&text).expect("read");
    assert_eq!(read, route);
    assert!(read.patterns["any"][0].finds("xAAB"));
    let broken = text.replace("a+b", "a(");
    let read: Route = serde_json::from_str(&broken).expect("what another version took is read");
    assert!(!read.patterns["any"][0].finds("a("));
    assert_eq!(Pattern::new("a(").expect_err("unsound"), "unclosed group");
    assert!(Pattern::new(r"(\pL{200}){200}").is_err(), "it would take too much memory");
}
