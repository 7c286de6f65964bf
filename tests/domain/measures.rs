//! The other clocks of a ticket of the desk: as the table says, and as a replay of what happened says.

use crate::story::story;
use crate::world::World;
use guichet::domain::calendar::{Calendar, Schedule};
use guichet::domain::command::{Action, Arrival, Command, Outcome, Track};
use guichet::domain::decide::merge;
use guichet::domain::effect::{next_deadline, pending};
use guichet::domain::event::Event;
use guichet::domain::id::{MessageKey, OutboxId};
use guichet::domain::message::{Inbound, Kind, Source};
use guichet::domain::roster::Actor;
use guichet::domain::sla::{Choices, Fact, Ledger, Metric, Standing, Targets, Terms, What};
use guichet::domain::status::Status;
use guichet::domain::thread::Place;
use guichet::domain::ticket::Priority;
use guichet::kit::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

#[test]
fn example_7_pending_stops_the_wait() {
    story(
        "
        given requester_wait 240m
        given working 09:00-18:00
        10:00 customer text
        => clock requester_wait: running from 10:00 due 14:00
        11:00 anna pend
        => told: state, clock_paused
        => clock requester_wait: paused 11:00 from 10:00 due 14:00
        17:00 tick
        => told:
        1d15:00 customer text
        => clock requester_wait: running from 10:00 due 1d18:00
        1d17:00 anna solve
        => told: solved, clock_ended
        ",
    );
}

#[test]
fn example_9_a_reopened_ticket_goes_on() {
    story(
        "
        given requester_wait 480m
        given working 09:00-18:00
        10:00 customer text
        12:00 anna solve
        => clock requester_wait: ended 12:00 from 10:00 due 18:00
        1d09:20 customer text
        => clock requester_wait: running from 10:00 due 1d15:20
        1d10:00 anna solve
        => clock requester_wait: ended 1d10:00 from 10:00 due 1d15:20
        2d17:00 tick
        => told: closed
        ",
    );
}

#[test]
fn example_10_the_next_reply_from_the_oldest_question() {
    story(
        "
        given next_reply 30m
        15:00 customer text
        15:10 anna reply
        15:10 attempt
        15:10 accepted w1
        => clock next_reply: none
        16:00 customer text
        16:25 customer text
        => clock next_reply: running from 16:00 due 16:30
        => next: 16:30:00.001
        16:31 anna reply
        16:31 attempt
        16:31 accepted w2
        => told: clock_breached, accepted, clock_ended
        => clock next_reply: ended 16:31 from 16:00 due 16:30 breached 16:30
        16:32 status w2 failed 131026
        => told: status, clock_moved
        => clock next_reply: running from 16:00 due 16:30 breached 16:30
        16:33 tick
        => told:
        16:34 anna solve
        => told: solved, clock_ended
        ",
    );
}

#[test]
fn example_29_solved_with_thanks_last() {
    story(
        "
        given next_reply 30m
        10:00 customer text
        10:01 anna reply
        10:01 attempt
        10:01 accepted w1
        10:05 customer text
        10:10 anna solve
        => clock next_reply: voided from 10:05 due 10:35
        11:00 tick
        => told:
        11:05 customer text                   # the reopening message
        => clock next_reply: running from 11:05 due 11:35
        ",
    );
}

#[test]
fn a_retarget_while_it_stands_still_counts_from_what_was_used() {
    story(
        "
        given requester_wait 240m 240m 240m 90m
        10:00 customer text
        11:00 anna pend
        12:00 anna prioritise urgent
        => told: priority, clock_moved, clock_paused
        => clock requester_wait: paused 11:00 from 10:00 due 11:30
        13:00 anna open
        => clock requester_wait: running from 10:00 due 13:30
        13:10 anna prioritise normal
        => clock requester_wait: running from 10:00 due 16:00
        15:00 anna prioritise urgent
        => told: priority, clock_moved, clock_breached
        ",
    );
}

#[test]
fn example_19_a_changed_calendar_measures_what_comes_and_no_more() {
    story(
        "
        given requester_wait 480m
        given working 09:00-13:00
        10:00 customer text
        => clock requester_wait: running from 10:00 due 2d10:00
        given changed always
        1d12:00 tick
        => told: clock_moved, clock_moved, clocks_ruled, window_closed
        => clock requester_wait: running from 10:00 due 1d14:00
        1d12:30 tick
        => told:
        given changed requester_wait 300m
        1d13:00 tick
        => told: clock_moved, clock_breached, clocks_ruled
        given changed requester_wait 600m     # what was late stays so
        1d13:10 tick
        => told: clock_moved, clocks_ruled
        ",
    );
}

#[test]
fn clocks_follow_a_change_before_anything_else_happens() {
    story(
        "
        given first_reply 60m
        10:00 customer text
        => clock first_reply: running from 10:00 due 11:00
        given changed first_reply 30m
        10:20 anna note
        => clock first_reply: running from 10:00 due 10:30
        given changed first_reply 90m
        10:45 customer text                   # half past ten had gone by
        => clock first_reply: running from 10:00 due 11:30 breached 10:30
        ",
    );
}

#[test]
fn what_stands_still_follows_a_change_with_what_it_has_used() {
    story(
        "
        given requester_wait 240m
        10:00 customer text
        11:00 anna pend
        given changed requester_wait 120m
        12:00 tick
        => told: clock_moved, clock_paused, clocks_ruled
        13:00 anna open
        => clock requester_wait: running from 10:00 due 14:00
        given changed working 09:00-13:30
        13:30 tick
        => clock requester_wait: running from 10:00 due 1d09:30
        1d09:10 anna solve
        => clock requester_wait: ended 1d09:10 from 10:00 due 1d09:30
        ",
    );
}

#[test]
fn updates_are_owed_from_one_to_the_next() {
    story(
        "
        given periodic_update 60m
        10:00 customer text
        10:10 anna reply
        10:10 attempt
        10:10 accepted w1
        => clock periodic_update: running from 10:10 due 11:10
        10:30 anna reply
        10:30 attempt
        10:30 accepted w2
        => clock periodic_update: running from 10:30 due 11:30
        10:31 status w2 failed 131026
        => clock periodic_update: running from 10:10 due 11:10
        11:20 tick
        => breached: 11:10
        ",
    );
}

#[test]
fn of_two_tickets_that_become_one_the_earlier_start_counts() {
    let mut worlds = [World::new(), World::new()];
    for (world, hour) in worlds.iter_mut().zip([10, 9]) {
        measured(
            world,
            &[[Some(4 * 3600), Some(4 * 3600), None, Some(3600)]; 6],
            Choices::default(),
        );
        world.policy.sla[0].others.values_mut().for_each(|of| of.calendars = Default::default());
        world.now = Timestamp::from_secs(hour * 3600);
        let mut desk = Desk { world: std::mem::take(world), ..Desk::default() };
        desk.happens(0);
        *world = desk.world;
    }
    let [going, ending] = &mut worlds;
    let at = Timestamp::from_secs(11 * 3600);
    let urgent = Command::Act(Action::Prioritise { priority: Priority::Urgent });
    ending.command(&ending.person("anna"), &urgent).expect("he may");
    let policy = &going.policy;
    let (goes, ends) =
        merge(&going.conversation, &ending.conversation, policy, &"admin".into(), at);
    let ended = ends.iter().filter(|event| matches!(event, Event::ClockEnded { .. }));
    assert_eq!(ended.count(), 3, "what adds up: {ends:?}");
    goes.iter().for_each(|event| going.conversation.evolve(event, Place::default()));
    let ticket = going.conversation.unsolved().expect("it goes on");
    let clock = ticket.clocks.iter().find(|clock| clock.metric == Metric::RequesterWait);
    let clock = clock.expect("it was started");
    assert_eq!(clock.start, Timestamp::from_secs(9 * 3600));
    assert_eq!(clock.due(), Some(Timestamp::from_secs(10 * 3600)), "urgent, and late");
    assert_eq!(clock.breached(), None, "told when it is looked at");
}

/// Monday to Friday.
fn days(zone: &str, hours: &[&str]) -> Calendar {
    let shifts: Vec<_> = hours.iter().map(|text| text.parse().expect("a shift")).collect();
    let mut week = [const { Vec::new() }; 7];
    week[..5].fill(shifts);
    let schedule = Schedule::new(zone, zone, week, BTreeMap::new()).expect("sound");
    Calendar::Hours(Arc::new(schedule))
}

fn rome() -> Calendar {
    days("Europe/Rome", &["09:00-13:00", "14:00-18:00"])
}

fn night() -> Calendar {
    days("America/New_York", &["00:00-08:00", "20:00-24:00"])
}

/// A policy of all that the desk measures, each by another calendar.
fn measured(world: &mut World, targets: &[[Option<i64>; 4]], choices: Choices) {
    let (rome, night) = (rome(), night());
    world.promise([3600; 4]);
    let policy = &mut world.policy.sla[0];
    for (nth, (metric, seconds)) in LIVE.into_iter().zip(targets).enumerate() {
        let calendar = [None, Some(rome.clone()), Some(night.clone())][nth % 3].clone();
        let calendars = std::array::from_fn(|_| calendar.clone());
        let targets = Targets { seconds: *seconds, calendars, choices, ..Targets::default() };
        policy.others.insert(metric, targets);
    }
}

const LIVE: [Metric; 6] = [
    Metric::NextReply,
    Metric::RequesterWait,
    Metric::AgentWork,
    Metric::TotalResolution,
    Metric::PeriodicUpdate,
    Metric::PausableUpdate,
];

/// What happens on the desk, and what is noted of it for a replay.
#[derive(Default)]
struct Desk {
    world: World,
    facts: Vec<Fact>,
    keys: u64,
    taken: Vec<(OutboxId, u64)>,
    breached: BTreeMap<(Metric, Timestamp), u32>,
}

impl Desk {
    fn told(&mut self, actor: &Actor, command: &Command) -> bool {
        let Ok(events) = self.world.command(actor, command) else { return false };
        for event in &events {
            if let Event::ClockBreached { metric, at, .. } = event {
                *self.breached.entry((*metric, *at)).or_default() += 1;
            }
        }
        true
    }

    fn note(&mut self, what: What) {
        let nth = self.facts.len() as u32;
        self.facts.push(Fact { at: self.world.now, nth, what });
    }

    fn tick(&mut self) {
        self.told(&Actor::Relay, &Command::Tick);
    }

    fn happens(&mut self, which: u8) {
        let anna = self.world.person("anna");
        let act = |action| Command::Act(action);
        let state = self.world.conversation.unsolved().map(|ticket| ticket.state);
        match which {
            0..5 => {
                self.keys += 1;
                let arrival = Arrival {
                    at: self.world.now,
                    key: MessageKey(self.keys),
                    kind: Kind::Text,
                    source: Source::Messages,
                    outgoing: false,
                    undated: false,
                    body: Inbound::default(),
                };
                self.told(&Actor::Platform, &Command::Receive(arrival));
                self.note(What::Customer);
            }
            5..8 => {
                let reply = act(Action::Reply { text: "ciao".into(), quote: None });
                if !self.told(&anna, &reply) {
                    return;
                }
                let outbox = pending(&self.world.conversation).expect("it is queued").outbox;
                self.told(&Actor::Relay, &Command::Attempt { outbox, twice: false });
                self.keys += 1;
                let outcome =
                    Outcome::Accepted { key: MessageKey(self.keys), id: "w".into(), held: None };
                self.told(&Actor::Relay, &Command::Settle { outbox, outcome });
                if self.world.conversation.thread.outbox(outbox).is_some_and(|e| e.seen().holds()) {
                    self.taken.push((outbox, self.keys));
                    self.note(What::Reply);
                }
            }
            8 => {
                let Some((outbox, key)) = self.taken.pop() else { return };
                let track = Track {
                    outbox: Some(outbox),
                    key: MessageKey(key),
                    id: "w".into(),
                    status: Status::Failed,
                    at: self.world.now,
                    error: Some(131_026),
                    cost: None,
                    said: None,
                };
                self.told(&Actor::Platform, &Command::Track(track));
                self.note(What::Failed);
            }
            9 if state.is_some() && self.told(&anna, &act(Action::Pend)) => {
                self.note(What::Pending)
            }
            10 if state.is_some() && self.told(&anna, &act(Action::Hold)) => {
                self.note(What::OnHold)
            }
            11 if state.is_some() && self.told(&anna, &act(Action::Open)) => self.note(What::Open),
            12 if self.told(&anna, &act(Action::Solve)) => {
                // A reply that fails after a solve is looked at elsewhere.
                self.taken.clear();
                self.note(What::Solved);
            }
            13 if self.told(&anna, &act(Action::Reopen { state: None, keep: false })) => {
                self.note(What::Reopened);
            }
            14..16 => {
                let priority = [Priority::Urgent, Priority::Normal][usize::from(which - 14)];
                if self.told(&anna, &act(Action::Prioritise { priority })) {
                    self.note(What::Priority(priority));
                }
            }
            // The operator's file has other hours from here on.
            16 if state.is_some() => {
                let before = self.world.policy.clone();
                let now = self.world.now.secs();
                let calendar = [Calendar::Always, rome(), night()][(now % 3) as usize].clone();
                let rules = &mut self.world.policy.sla[0];
                rules.calendar = calendar.clone();
                for targets in rules.others.values_mut() {
                    targets.calendars = std::array::from_fn(|_| Some(calendar.clone()));
                }
                self.world.policy = self.world.policy.clone().following(&before);
                self.tick();
                self.note(What::Calendar(calendar));
            }
            _ => {}
        }
    }
}

/// Sunday the 15th of November 2026, 12:00 UTC.
const SUNDAY: i64 = 1_794_744_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_desks_clocks_are_those_of_a_replay(
        targets in prop::collection::vec(
            prop::array::uniform4(prop::option::weighted(0.9, 600i64..40_000)), 6),
        flags in any::<(bool, bool)>(),
        happens in prop::collection::vec((0u8..17, 1i64..300, any::<bool>()), 1..14),
    ) {
        let choices = Choices { pauses: flags.0, restarts: flags.1, ..Choices::default() };
        let mut desk = Desk::default();
        measured(&mut desk.world, &targets, choices);
        let policy = desk.world.policy.sla.first().cloned();
        desk.world.now = Timestamp::from_secs(SUNDAY);
        desk.happens(0);
        for (which, minutes, ticks) in happens {
            let next = desk.world.now.plus_secs(minutes * 97);
            loop {
                let deadline = next_deadline(&desk.world.conversation, &desk.world.policy);
                let Some(at) = deadline.filter(|at| ticks && *at <= next) else { break };
                prop_assert!(at > desk.world.now || at == deadline.expect("some"));
                desk.world.now = at;
                desk.tick();
            }
            desk.world.now = next;
            desk.happens(which);
        }
        let now = desk.world.now;
        desk.tick();
        let mut ledger = Ledger::new(Terms {
            policy,
            threading: desk.world.policy.threading(&"sales".into()),
            ..Terms::default()
        });
        desk.facts.iter().for_each(|fact| ledger.add(fact.clone()));
        ledger.look(now);
        let ticket = desk.world.conversation.head.ticket.as_ref().expect("there is one");
        // A ticket keeps one clock of a kind: where a failed reply takes an earlier one up again, what became of the
        // later one is its own.
        let failed = desk.facts.iter().any(|fact| fact.what == What::Failed);
        let compared = |of: Metric| LIVE.contains(&of) && (of.adds_up() || !failed);
        for clock in ticket.clocks.iter().filter(|clock| compared(clock.metric)) {
            let replayed = ledger.latest(clock.metric).expect("it was started");
            let shown = format!("{clock:?}\n{replayed:?}\n{:?}", desk.facts);
            let standing = replayed.standing();
            let running = matches!(standing, Standing::Running | Standing::BreachedRunning | Standing::Paused);
            let solved_late = replayed.ending.is_some() && standing == Standing::BreachedRunning;
            prop_assert_eq!(clock.is_running(), running && !solved_late, "{}", shown);
            prop_assert_eq!(clock.is_voided(), standing == Standing::Voided, "{}", shown);
            prop_assert_eq!(clock.is_paused() && clock.is_running(), standing == Standing::Paused, "{}", shown);
            prop_assert_eq!(clock.start, replayed.start, "{}", shown);
            prop_assert_eq!(clock.breached().is_some(), replayed.breach.is_some(), "{}", shown);
            if clock.is_running() && !clock.is_paused() && clock.breached().is_none() {
                prop_assert_eq!(clock.due(), replayed.due(), "{}", shown);
            }
        }
        for ((metric, at), times) in &desk.breached {
            prop_assert_eq!(*times, 1, "{:?} at {}: told more than once", metric, at);
        }
    }
}
