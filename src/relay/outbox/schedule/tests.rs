use super::*;
use crate::domain::id::OutboxId;
use crate::relay::outbox::throughput::STANDARD;
use proptest::prelude::*;

const DESK: Timestamp = Timestamp::from_secs(1_800_000_000);

fn name(text: &str) -> Name {
    Name::from(text)
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn owed(conversation: u64, rank: u8) -> Owed {
    let send = SendId {
        conversation: ConversationId(conversation),
        outbox: OutboxId(conversation as i64),
    };
    Owed {
        send,
        contact: ContactId(conversation),
        line: name("1"),
        rank,
        human: rank == 0,
        campaign: rank == 4,
        service: true,
        forbidden: None,
        outside: false,
        hold: Duration::ZERO,
        failures: 0,
        pair_until: DESK,
        place: Place::default(),
    }
}

/// Lines 1 and 2 of one portfolio, after their first answers.
fn schedule() -> Schedule {
    let mut schedule = Schedule::default();
    for line in ["1", "2"] {
        schedule.open_line(&name(line), &name("p"), STANDARD, Duration::ZERO);
        schedule.allow(&name(line), STANDARD, None);
        let mut first = owed(1_000, 0);
        first.line = name(line);
        assert_eq!(schedule.choose(vec![first.clone()], Duration::ZERO, DESK).go.len(), 1);
        schedule.ended(&first, After::Well, Duration::ZERO, 1.0);
    }
    schedule
}

/// The conversations that go at `now`.
fn go(schedule: &mut Schedule, owed: &[Owed], now: Duration) -> Vec<u64> {
    let choice = schedule.choose(owed.to_vec(), now, DESK);
    choice.go.iter().map(|owed| owed.send.conversation.0).collect()
}

#[test]
fn people_first_then_the_oldest() {
    let mut schedule = schedule();
    let all = [owed(1, 4), owed(5, 0), owed(2, 1), owed(4, 0), owed(3, 3)];
    assert_eq!(go(&mut schedule, &all, ms(5_000)), [4, 5, 2, 3, 1]);
    assert!(go(&mut schedule, &all, ms(9_000)).is_empty(), "they are under way");
}

#[test]
fn a_campaign_leaves_room_for_people() {
    let mut schedule = schedule();
    let mut now = ms(10_000);
    let campaign: Vec<_> = (1..=100).map(|n| owed(n, 4)).collect();
    let mut under_way = 0;
    for _ in 0..200 {
        under_way += go(&mut schedule, &campaign, now).len();
        now += ms(20);
    }
    assert_eq!(under_way, 24, "a quarter of the 32 slots is kept");
    assert_eq!(go(&mut schedule, &[owed(500, 0), owed(501, 4)], now), [500]);
}

#[test]
fn of_a_campaign_no_more_is_looked_at_than_can_go() {
    let mut schedule = schedule();
    let seen = std::cell::Cell::new(0);
    let look = |schedule: &mut Schedule, now| {
        seen.set(0);
        let of = |first: u64| {
            let seen = &seen;
            (first..first + 200_000).step_by(2).map(move |n| {
                seen.set(seen.get() + 1);
                owed(n, 4)
            })
        };
        let mut choice = schedule.choose(vec![owed(900_000, 0)], now, DESK);
        schedule.choose_of_campaigns([of(1), of(2)], now, DESK, &mut choice);
        let gone: Vec<_> = choice.go.iter().map(|owed| owed.send.conversation.0).collect();
        assert!(seen.get() <= gone.len() + 16, "{} looked at for {}", seen.get(), gone.len());
        (gone, choice.real)
    };
    let (gone, again) = look(&mut schedule, ms(5_000));
    assert_eq!(gone, [900_000, 1, 2, 3, 4, 5, 6, 7], "of both, as they were queued");
    assert!(again.is_some_and(|at| at > ms(5_000)), "the budget is used up for now");
    schedule.ended(&owed(1, 4), After::Stopped(190), ms(5_000), 0.0);
    assert!(look(&mut schedule, ms(6_000)).0.is_empty(), "the line is stopped");
}

#[test]
fn undo_is_waited_for_but_not_over_a_restart() {
    let held = |n| Owed { hold: ms(5_000), ..owed(n, 0) };
    let mut schedule = schedule();
    let choice = schedule.choose(vec![held(1)], ms(1_000), DESK);
    assert_eq!((choice.go.len(), choice.real), (0, Some(ms(6_000))));
    // Later looks do not move it.
    assert!(go(&mut schedule, &[held(1)], ms(5_999)).is_empty());
    assert_eq!(go(&mut schedule, &[held(1)], ms(6_000)), [1]);

    let mut fresh = Schedule::default();
    fresh.open_line(&name("1"), &name("p"), STANDARD, Duration::ZERO);
    assert_eq!(go(&mut fresh, &[held(1)], Duration::ZERO), [1]);
}

#[test]
fn the_pair_rate_is_kept_by_desk_time() {
    let mut schedule = schedule();
    let mut full = owed(1, 0);
    full.pair_until = DESK.plus_millis(PAIR_BURST_MS - PAIR_COST_MS);
    assert_eq!(go(&mut schedule, &[full.clone()], ms(1_000)), [1]);
    schedule.ended(&full, After::Well, ms(1_000), 0.0);
    full.pair_until = full.pair_until.plus_millis(PAIR_COST_MS);
    let choice = schedule.choose(vec![full.clone()], ms(2_000), DESK);
    assert_eq!((choice.go.len(), choice.desk), (0, Some(DESK.plus_millis(PAIR_COST_MS))));
    let later = DESK.plus_millis(PAIR_COST_MS);
    assert_eq!(schedule.choose(vec![full], ms(2_000), later).go.len(), 1);
}

#[test]
fn what_the_platform_forbids_waits_until_it_is_over() {
    let mut schedule = schedule();
    let forbidden = Owed { forbidden: Some(DESK.plus_secs(60)), ..owed(1, 0) };
    let choice = schedule.choose(vec![forbidden, owed(2, 1)], ms(5_000), DESK);
    assert_eq!(choice.go.len(), 1, "another goes past it");
    assert_eq!(choice.desk, Some(DESK.plus_secs(60)));
}

#[test]
fn the_messaging_limit_stops_only_who_is_written_to_first() {
    let mut schedule = schedule();
    schedule.allow(&name("1"), STANDARD, Some(1));
    let outside = |n| Owed { outside: true, service: false, ..owed(n, 0) };
    // Another line of the portfolio used it up an hour ago.
    schedule.opened(&name("2"), ContactId(7), DESK.plus_secs(-3_600));
    let choice = schedule.choose(vec![outside(1), outside(7), owed(3, 0)], ms(5_000), DESK);
    let gone: Vec<_> = choice.go.iter().map(|owed| owed.send.conversation.0).collect();
    assert_eq!(gone, [3, 7]);
    assert_eq!(choice.desk, Some(DESK.plus_secs(86_400 - 3_600)));
}

#[test]
fn one_line_waits_and_the_other_does_not() {
    for (after, again) in [
        (After::Line(None), Some(ms(2_000))),
        (After::Line(Some(ms(9_000))), Some(ms(10_000))),
        (After::Stopped(190), Some(ms(61_000))),
        (After::Doubt, None),
    ] {
        let mut schedule = schedule();
        let first = owed(1, 0);
        assert_eq!(go(&mut schedule, std::slice::from_ref(&first), ms(1_000)), [1]);
        schedule.ended(&first, after, ms(1_000), 1.0);
        let mut other = owed(3, 0);
        other.line = name("2");
        let choice = schedule.choose(vec![owed(2, 0), other.clone()], ms(1_500), DESK);
        assert_eq!((choice.go, choice.real), (vec![other], again), "{after:?}");
        assert_eq!(schedule.held(ms(1_500)).count(), 1);
        // Then one at a time, until one was answered well.
        schedule.answered(&name("1"));
        let now = again.unwrap_or(ms(2_000));
        // That an account is let in again only an answer tells.
        let refused = usize::from(matches!(after, After::Stopped(_)));
        assert_eq!(schedule.held(now).count(), refused, "{after:?}");
        let chosen = schedule.choose(vec![owed(4, 0), owed(5, 0)], now, DESK).go;
        assert_eq!(chosen.len(), 1, "{after:?}");
        assert!(schedule.choose(vec![owed(5, 0)], now + ms(1_000), DESK).go.is_empty());
        schedule.ended(&chosen[0], After::Well, now, 1.0);
        assert_eq!(go(&mut schedule, &[owed(5, 0), owed(6, 0)], now + ms(1_000)), [5, 6]);
        assert_eq!(schedule.held(now).count(), 0);
    }
}

#[test]
fn a_line_waits_longer_each_time_however_many_were_under_way() {
    let mut schedule = schedule();
    let all: Vec<_> = (1..=8).map(|n| owed(n, 0)).collect();
    let mut now = ms(10_000);
    assert_eq!(go(&mut schedule, &all, now).len(), 8);
    for one in &all {
        schedule.ended(one, After::Line(None), now, 1.0);
    }
    let mut waits = Vec::new();
    for n in 20..23 {
        let again = schedule.choose(vec![owed(n, 0)], now, DESK).real.expect("held");
        waits.push(again - now);
        now = again + ms(100);
        assert_eq!(go(&mut schedule, &[owed(n, 0)], now), [n]);
        schedule.ended(&owed(n, 0), After::Line(None), now, 1.0);
    }
    assert_eq!(waits, [ms(1_000), ms(2_000), ms(4_000)]);
}

#[test]
fn a_customer_who_gets_too_much_delays_nobody_else() {
    let mut schedule = schedule();
    let mut one = owed(1, 0);
    let mut now = ms(1_000);
    for (failures, wait) in [(0, 1_000), (1, 4_000), (2, 16_000)] {
        one.failures = failures;
        assert_eq!(go(&mut schedule, &[one.clone()], now), [1]);
        schedule.ended(&one, After::Recipient(None), now, 1.0);
        let next = Owed { failures: failures + 1, ..one.clone() };
        let choice =
            schedule.choose(vec![next, owed(20 + u64::from(failures), 0)], now + ms(500), DESK);
        assert_eq!(choice.go.len(), 1);
        assert_eq!(choice.real, Some(now + ms(wait)));
        now += ms(wait);
    }
}

#[test]
fn reported_templates_wait_and_replies_do_not() {
    let mut schedule = schedule();
    let template = |n| Owed { service: false, ..owed(n, 0) };
    assert_eq!(go(&mut schedule, &[template(1)], ms(1_000)), [1]);
    schedule.ended(&template(1), After::Templates(Some(ms(60_000))), ms(1_000), 1.0);
    assert_eq!(go(&mut schedule, &[template(2), owed(3, 0)], ms(2_000)), [3]);
    assert_eq!(go(&mut schedule, &[template(2)], ms(61_000)), [2]);
}

#[test]
fn what_is_not_ready_holds_nothing_beside_it() {
    let mut schedule = schedule();
    let template = |n| Owed { service: false, ..owed(n, 0) };
    assert_eq!(go(&mut schedule, &[template(1)], ms(1_000)), [1]);
    schedule.ended(&template(1), After::Message(None), ms(1_000), 1.0);
    let again = Owed { failures: 1, ..template(1) };
    assert_eq!(go(&mut schedule, &[again.clone(), template(2), owed(3, 0)], ms(1_000)), [2, 3]);
    assert!(go(&mut schedule, std::slice::from_ref(&again), ms(60_999)).is_empty());
    assert_eq!(go(&mut schedule, &[again], ms(61_000)), [1]);
    // So long as the platform says, if that is longer.
    schedule.ended(&template(2), After::Message(Some(ms(3_600_000))), ms(61_000), 1.0);
    assert!(go(&mut schedule, &[template(2)], ms(3_660_999)).is_empty());
    assert_eq!(go(&mut schedule, &[template(2)], ms(3_661_000)), [2]);
}

#[test]
fn a_reload_gives_a_stopped_line_another_try() {
    let mut schedule = schedule();
    assert_eq!(go(&mut schedule, &[owed(1, 0)], ms(1_000)), [1]);
    schedule.ended(&owed(1, 0), After::Stopped(190), ms(1_000), 1.0);
    assert!(go(&mut schedule, &[owed(1, 0)], ms(2_000)).is_empty());
    schedule.open_line(&name("1"), &name("p"), STANDARD, ms(2_000));
    assert_eq!(go(&mut schedule, &[owed(1, 0)], ms(2_000)), [1]);
}

/// One thing that happens to a schedule.
#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    End(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0u64..3_000).prop_map(Step::Wait),
        3 => (0usize..8, 0usize..8).prop_map(|(which, how)| Step::End(which, how)),
    ];
    proptest::collection::vec(step, 1..120)
}

proptest! {
    /// Whatever the platform answers: one message of a conversation at a time, none of a doubtful line, a person
    /// never after a campaign of the same line, never more than the budget.
    #[test]
    fn the_rules_hold_whatever_is_answered(steps in steps()) {
        let mut schedule = schedule();
        let (mut now, mut under_way) = (Duration::ZERO, Vec::<Owed>::new());
        let all: Vec<_> = (1..60u64)
            .map(|n| Owed { line: name(if n % 3 == 0 { "2" } else { "1" }), ..owed(n, (n % 5) as u8) })
            .collect();
        let mut sent = Vec::new();
        for step in steps {
            match step {
                Step::Wait(wait) => now += ms(wait),
                Step::End(which, how) if which < under_way.len() => {
                    let ended = under_way.swap_remove(which);
                    let after = [
                        After::Well, After::Nothing, After::Recipient(None), After::Line(None),
                        After::Templates(None), After::Stopped(190), After::Doubt, After::Message(None),
                    ][how];
                    schedule.ended(&ended, after, now, 0.5);
                    if how == 6 {
                        prop_assert!(schedule.in_doubt(&ended.line));
                        if which % 2 == 0 {
                            schedule.answered(&ended.line);
                        }
                    }
                }
                Step::End(..) => {}
            }
            let (campaigns, others): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|owed| owed.campaign);
            let of = |line: &str| campaigns.iter().filter(|owed| owed.line == name(line)).cloned().collect::<Vec<_>>();
            let mut choice = schedule.choose(others, now, DESK);
            let campaigns = ["1", "2"].map(|line| of(line).into_iter());
            schedule.choose_of_campaigns(campaigns, now, DESK, &mut choice);
            for line in ["1", "2"] {
                let ranks: Vec<_> = choice.go.iter().filter(|o| o.line == name(line)).map(|o| o.rank).collect();
                prop_assert!(ranks.is_sorted());
            }
            for owed in choice.go {
                prop_assert!(!schedule.in_doubt(&owed.line));
                prop_assert!(!under_way.iter().any(|other| other.send.conversation == owed.send.conversation));
                sent.push((now, owed.line.clone()));
                under_way.push(owed);
            }
            prop_assert!(under_way.len() <= 64);
        }
        for (first, line) in &sent {
            let second = sent.iter().filter(|(at, of)| of == line && at >= first && *at < *first + ms(1_000));
            prop_assert!(second.count() <= STANDARD as usize);
        }
    }
}
