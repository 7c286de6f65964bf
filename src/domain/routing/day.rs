//! A whole day at a desk: 2,000 tickets, 20 agents, two peaks. What must hold is checked after every look, by
//! conditions that are written here once more and in other words than those of the module.

use super::*;
use crate::domain::id::TicketNumber;
use crate::domain::name::Name;
use crate::domain::offer::{Asking, MISSED_MOST, OFFER_SECONDS, Offer, Unaccepted};
use crate::domain::ticket::{Priority, State};
use crate::kit::Timestamp;
use proptest::test_runner::{RngAlgorithm, TestRng};
use rand::RngExt;
use std::collections::BTreeMap;

const MIDNIGHT: Timestamp = Timestamp(1_790_000_000_000);
const TICKETS: u64 = 2_000;
const AGENTS: usize = 20;
const MINUTE: i64 = 60_000;

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Turnover {
    Arrives(u64),
    /// The agent solves it.
    Solves(u64),
    /// It waits for the customer.
    Pends(u64),
    /// The customer writes again.
    Wakes(u64),
    Comes(usize),
    Goes(usize),
    /// Who let offers run out is there again.
    Returns(usize),
    /// Who is asked accepts, or how it ends otherwise; nothing if he was asked something else by then.
    Answers(u64, u64, Option<Unaccepted>),
    Minute,
}

struct Ticket {
    waiting: Waiting,
    state: State,
    holder: Option<usize>,
    given: Option<Timestamp>,
    /// To whom it is offered, and the number of that offer.
    offered: Option<(usize, u64)>,
}

struct Day {
    now: Timestamp,
    next: BTreeMap<(Timestamp, u64), Turnover>,
    seq: u64,
    /// Those that are not solved.
    tickets: BTreeMap<u64, Ticket>,
    solved: Vec<Ticket>,
    agents: Vec<Agent>,
    rules: BTreeMap<Name, Assignment>,
    turns: Turns,
    /// Woken tickets put these over what they carry.
    strained: Vec<bool>,
    /// Offers that each has let run out, in a row.
    missed: Vec<u32>,
    sticky: u32,
    /// How many offers were accepted, and how many were not.
    answers: (u32, u32),
}

fn dice(seed: u8) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])
}

impl Day {
    fn new(dice: &mut TestRng) -> Self {
        let modes = [Mode::RoundRobin, Mode::LeastActive, Mode::Weighted, Mode::Sticky];
        let rules = modes.into_iter().enumerate().map(|(nth, mode)| {
            let cap = (nth == 1).then_some(400);
            let offer = (nth == 2).then_some(OFFER_SECONDS);
            (queue(nth as u64), Assignment { mode, cap, offer, ..Assignment::default() })
        });
        let agents = (0..AGENTS).map(|nth| Agent {
            name: format!("agent{nth:02}").as_str().into(),
            standing: Standing::Offline,
            // Each works two queues, so that every queue has ten.
            queues: vec![queue(nth as u64 % 4), queue((nth as u64 + 1) % 4)],
            rules: AgentRules {
                skills: BTreeMap::from([("tax".into(), (nth % 4) as u8)]),
                languages: [vec![], vec!["it".into()], vec!["it".into(), "es".into()]][nth % 3]
                    .clone(),
                capacity: Some([300, 500, 800][nth % 3]),
                ramp: (nth == 7).then_some(50),
                share: Some(1 + nth as u32 % 3),
                pace: None,
                hours: None,
            },
            load: 0,
            load_of: BTreeMap::new(),
            given: None,
        });
        let mut day = Self {
            now: MIDNIGHT,
            next: BTreeMap::new(),
            seq: 0,
            tickets: BTreeMap::new(),
            solved: Vec::new(),
            agents: agents.collect(),
            rules: rules.collect(),
            turns: Turns::default(),
            strained: vec![false; AGENTS],
            missed: vec![0; AGENTS],
            sticky: 0,
            answers: (0, 0),
        };
        for number in 1..=TICKETS {
            // Half of them between 9 and 11 and between 15 and 16, the rest spread over the day.
            let hour = match dice.random_range(0..10) {
                0..=2 => 9.0 + dice.random::<f64>() * 2.0,
                3..=4 => 15.0 + dice.random::<f64>(),
                _ => dice.random::<f64>() * 22.0,
            };
            day.plan((hour * 3_600_000.0) as i64, Turnover::Arrives(number));
        }
        for nth in 0..AGENTS {
            // A break in each shift; four come at midnight and four stay until the small hours.
            let start = match nth {
                0..4 => 0,
                4..16 => 7 * 60 + nth as i64 * 10,
                _ => 13 * 60,
            };
            for (from, to) in [(start, start + 230), (start + 260, start + 800)] {
                day.plan(from * MINUTE, Turnover::Comes(nth));
                day.plan(to * MINUTE, Turnover::Goes(nth));
            }
        }
        for minute in 0..27 * 60 {
            day.plan(minute * MINUTE, Turnover::Minute);
        }
        day
    }

    fn plan(&mut self, in_ms: i64, what: Turnover) {
        self.seq += 1;
        self.next.insert((self.now.plus_millis(in_ms), self.seq), what);
    }

    fn arrive(&mut self, number: u64, dice: &mut TestRng) {
        let mut demand = Demand::default();
        if dice.random_bool(0.2) {
            demand.skills.insert("tax".into(), dice.random_range(1..=3));
        }
        if dice.random_bool(0.2) {
            demand.language = Some(["it", "es"][dice.random_range(0..2)].into());
        }
        let last = dice.random_bool(0.6).then(|| {
            let name = format!("agent{:02}", dice.random_range(0..AGENTS));
            (Name::from(name), self.now.plus_secs(-86_400 * dice.random_range(1..40)))
        });
        let priority = [
            Priority::Low,
            Priority::Normal,
            Priority::Normal,
            Priority::Normal,
            Priority::High,
            Priority::Urgent,
        ][dice.random_range(0..6)];
        let waiting = Waiting {
            number: TicketNumber(number),
            queue: queue(dice.random_range(0..4)),
            priority,
            state: State::New,
            since: self.now,
            due: dice.random_bool(0.5).then(|| self.now.plus_secs(dice.random_range(300..7_200))),
            window_until: Some(self.now.plus_secs(86_400)),
            asks: true,
            vip: dice.random_bool(0.05),
            demand,
            last,
            returned_by: None,
            asking: Asking::default(),
        };
        let state = State::New;
        let ticket = Ticket { waiting, state, holder: None, given: None, offered: None };
        self.tickets.insert(number, ticket);
    }

    /// The loads anew from the tickets: what the relay does too.
    fn weigh(&mut self) {
        for agent in &mut self.agents {
            (agent.load, agent.load_of) = (0, BTreeMap::new());
        }
        for ticket in self.tickets.values() {
            let asked = ticket.offered.map(|(nth, _)| nth);
            let Some(holder) = ticket.holder.or(asked) else { continue };
            let weight = weight(ticket.state, ticket.waiting.priority);
            let agent = &mut self.agents[holder];
            agent.load += weight;
            *agent.load_of.entry(ticket.waiting.queue.clone()).or_default() += weight;
        }
        for (nth, agent) in self.agents.iter().enumerate() {
            self.strained[nth] &= agent.load > agent.rules.carries();
        }
    }

    fn happen(&mut self, what: Turnover, dice: &mut TestRng) {
        let minutes = |dice: &mut TestRng, from, to| dice.random_range(from..to) * MINUTE;
        match what {
            Turnover::Arrives(number) => self.arrive(number, dice),
            Turnover::Comes(nth) => self.agents[nth].standing = Standing::Online,
            Turnover::Goes(nth) => {
                let last = self.now.since(MIDNIGHT) > 13 * 3_600_000;
                self.agents[nth].standing = if last { Standing::Offline } else { Standing::Break };
                self.recall(nth);
            }
            Turnover::Pends(number) => {
                self.tickets.get_mut(&number).expect("there").state = State::Pending;
                let wait = minutes(dice, 5, 120);
                self.plan(wait, Turnover::Wakes(number));
            }
            Turnover::Wakes(number) => {
                let ticket = self.tickets.get_mut(&number).expect("there");
                ticket.state = State::Open;
                self.strained[ticket.holder.expect("held")] = true;
                let work = minutes(dice, 2, 10);
                self.plan(work, Turnover::Solves(number));
            }
            Turnover::Solves(number) => {
                self.solved.extend(self.tickets.remove(&number));
            }
            Turnover::Returns(nth) => {
                if self.agents[nth].standing == Standing::Away {
                    self.agents[nth].standing = Standing::Online;
                }
            }
            Turnover::Answers(number, offer, how) => self.answer(number, offer, how, dice),
            Turnover::Minute => {}
        }
    }

    /// What was offered to who goes is offered no longer.
    fn recall(&mut self, nth: usize) {
        let (name, now) = (self.agents[nth].name.clone(), self.now);
        let his = |ticket: &&mut Ticket| ticket.offered.is_some_and(|(to, _)| to == nth);
        for ticket in self.tickets.values_mut().filter(his) {
            ticket.offered = None;
            ticket.waiting.asking.ended(&name, now, Unaccepted::Gone);
        }
    }

    fn offer(&mut self, number: u64, nth: usize, dice: &mut TestRng) {
        self.seq += 1;
        let (offer, until) = (self.seq, self.now.plus_secs(OFFER_SECONDS));
        let to = self.agents[nth].name.clone();
        let ticket = self.tickets.get_mut(&number).expect("there");
        assert_eq!(ticket.offered, None, "one at a time");
        let asked = ticket.waiting.asking.asked.contains(&to);
        let again = ticket.waiting.asking.again();
        assert!(!asked || again.is_some_and(|at| at <= self.now), "not so soon again");
        ticket.waiting.asking.offered(Offer { to, until });
        ticket.offered = Some((nth, offer));
        let (after, how) = match dice.random_range(0..10) {
            0..6 => (dice.random_range(1_000..19_000), None),
            6..8 => (dice.random_range(1_000..19_000), Some(Unaccepted::Declined)),
            _ => (OFFER_SECONDS * 1_000, Some(Unaccepted::Missed)),
        };
        self.plan(after, Turnover::Answers(number, offer, how));
    }

    fn answer(&mut self, number: u64, offer: u64, how: Option<Unaccepted>, dice: &mut TestRng) {
        let Some(ticket) = self.tickets.get_mut(&number) else { return };
        let Some((nth, _)) = ticket.offered.filter(|(_, of)| *of == offer) else { return };
        ticket.offered = None;
        let Some(how) = how else {
            (self.missed[nth], self.answers.0) = (0, self.answers.0 + 1);
            return self.work(number, nth, dice);
        };
        ticket.waiting.asking.ended(&self.agents[nth].name, self.now, how);
        self.answers.1 += 1;
        self.missed[nth] = if how == Unaccepted::Missed { self.missed[nth] + 1 } else { 0 };
        if self.missed[nth] == MISSED_MOST {
            self.missed[nth] = 0;
            self.agents[nth].standing = Standing::Away;
            self.recall(nth);
            self.plan(5 * MINUTE, Turnover::Returns(nth));
        }
    }

    fn work(&mut self, number: u64, nth: usize, dice: &mut TestRng) {
        let ticket = self.tickets.get_mut(&number).expect("there");
        (ticket.state, ticket.holder, ticket.given) = (State::Open, Some(nth), Some(self.now));
        let work = dice.random_range(3..15) * MINUTE;
        let pends = dice.random_bool(0.3);
        self.plan(work, if pends { Turnover::Pends(number) } else { Turnover::Solves(number) });
    }

    fn route(&mut self, dice: &mut TestRng) {
        self.weigh();
        let waits = |of: &&Ticket| of.state == State::New && of.offered.is_none();
        let waiting = self.tickets.values().filter(waits);
        let waiting: Vec<_> = waiting.map(|ticket| ticket.waiting.clone()).collect();
        let familiar_free: Vec<_> = waiting
            .iter()
            .filter_map(|ticket| Some((ticket.number, self.knows(ticket)?)))
            .collect();
        let before = self.agents.clone();
        let given = hand_out(&waiting, &mut self.agents, &self.rules, &mut self.turns, self.now);
        for one in &given {
            let nth = self.agents.iter().position(|agent| agent.name == one.to).expect("known");
            let ticket = &self.tickets[&one.ticket.0];
            assert_eq!(before[nth].standing, Standing::Online);
            assert!(before[nth].queues.contains(&ticket.waiting.queue));
            assert_eq!(one.table.rows[0].agent, one.to, "he stands first in the table");
            match self.rules[&ticket.waiting.queue].offer {
                Some(_) => self.offer(one.ticket.0, nth, dice),
                None => self.work(one.ticket.0, nth, dice),
            }
        }
        // Who knows the customer and was free when nothing else was given away yet has the first of his tickets.
        for (number, nth) in familiar_free {
            let ticket = &self.tickets[&number.0];
            let others = given.iter().filter(|one| one.to == self.agents[nth].name).count();
            if others == 0 || ticket.holder == Some(nth) {
                assert_eq!(ticket.holder, Some(nth), "sticky is honoured");
                self.sticky += 1;
            }
        }
        self.weigh();
    }

    /// The free agent whose customer a ticket of the sticky queue is.
    fn knows(&self, ticket: &Waiting) -> Option<usize> {
        let (name, at) = ticket.last.as_ref()?;
        let sticky = ticket.queue == queue(3) && self.now.since(*at) <= 30 * 86_400_000;
        let nth = self.agents.iter().position(|agent| agent.name == *name)?;
        (sticky && self.free(nth, ticket)).then_some(nth)
    }

    /// Whether an agent could do this ticket now: written down once more.
    fn free(&self, nth: usize, ticket: &Waiting) -> bool {
        let agent = &self.agents[nth];
        let minutes = self.now.since(ticket.since) / MINUTE;
        let level = agent.rules.skills.get("tax").copied().unwrap_or(0);
        let needs = ticket.demand.skills.get("tax").copied().unwrap_or(0);
        let knows = match minutes {
            0..2 => level >= needs,
            2..5 => level >= needs.saturating_sub(1).max(needs.min(1)),
            5..10 => level >= needs.min(1),
            _ => true,
        };
        let speaks = ticket.demand.language.as_ref().is_none_or(|language| {
            agent.rules.languages.is_empty() || agent.rules.languages.contains(language)
        });
        let weight = if ticket.priority == Priority::Urgent { 150 } else { 100 };
        let of_queue = agent.load_of.get(&ticket.queue).copied().unwrap_or(0);
        let room = agent.load + weight <= agent.rules.carries()
            || agent.load == 0 && agent.rules.carries() < weight;
        agent.standing == Standing::Online
            && agent.queues.contains(&ticket.queue)
            && knows
            && (speaks || minutes >= 10)
            && room
            && (ticket.queue != queue(1) || of_queue + weight <= 400)
            && (!ticket.asking.asked.contains(&agent.name)
                || ticket.asking.since.is_some_and(|since| self.now.since(since) >= MINUTE))
    }

    fn check(&self) {
        for (nth, agent) in self.agents.iter().enumerate() {
            let most = agent.rules.carries().max(150);
            assert!(agent.load <= most || self.strained[nth], "{agent:?} has too much");
        }
        let waits = |of: &&Ticket| of.state == State::New && of.offered.is_none();
        for ticket in self.tickets.values().filter(waits) {
            let waiting = &ticket.waiting;
            let sticky = waiting.queue == queue(3)
                && self.now.since(waiting.since) < MINUTE
                && waiting.last.is_some();
            let free = (0..AGENTS).find(|nth| self.free(*nth, waiting));
            assert!(sticky || free.is_none(), "{waiting:?} waits while {free:?} is free");
        }
    }
}

fn queue(nth: u64) -> Name {
    ["billing", "support", "sales", "care"][nth as usize].into()
}

#[test]
fn a_day_with_two_thousand_tickets() {
    let mut dice = dice(7);
    let mut day = Day::new(&mut dice);
    while let Some(((at, _), what)) = day.next.pop_first() {
        day.now = at;
        day.happen(what, &mut dice);
        day.route(&mut dice);
        day.check();
    }
    assert_eq!((day.solved.len() as u64, day.tickets.len()), (TICKETS, 0), "nothing starves");
    assert!(day.sticky > 10, "many come back to whom they know: {}", day.sticky);
    assert!(day.answers.0 > 300 && day.answers.1 > 100, "many are asked: {:?}", day.answers);
    let mut given = day.solved;
    // Of equals who came first was served first: nobody is passed by his like.
    let in_turn = |of: &Waiting| of.queue != queue(2) && of.queue != queue(3);
    given.retain(|ticket| in_turn(&ticket.waiting) && ticket.waiting.demand.is_empty());
    given.sort_by_key(|ticket| (ticket.waiting.since, ticket.waiting.number));
    let like = |ticket: &Ticket| {
        let of = &ticket.waiting;
        (of.queue.clone(), of.priority, of.vip, of.due)
    };
    let mut latest = BTreeMap::new();
    for ticket in given.iter().filter(|ticket| ticket.waiting.due.is_none()) {
        let served = latest.entry(like(ticket)).or_insert(ticket.given);
        assert!(*served <= ticket.given, "{:?} was passed", ticket.waiting);
        *served = ticket.given;
    }
}
