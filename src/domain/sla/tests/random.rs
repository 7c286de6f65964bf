//! Ten thousand timelines of which nobody thought.

use super::{Case, calendar, example};
use crate::domain::calendar::Calendar;
use crate::domain::sla::{
    Fact, Happening, Ledger, Mark, Measure, Metric, News, SlaPolicy, Targets, Terms, What,
};
use crate::domain::ticket::Priority;
use crate::kit::Timestamp;
use proptest::prelude::*;

/// Monday the 16th of November 2026, 00:00 UTC.
const MONDAY: i64 = 1_794_787_200_000;

fn targets() -> impl Strategy<Value = Targets> {
    let marks = prop::collection::vec(
        prop_oneof![
            (1u8..100).prop_map(Mark::Percent),
            (0i64..7200).prop_map(Mark::Before),
            (1i64..7200).prop_map(Mark::After),
        ],
        0..3,
    );
    let calendars = prop::array::uniform4(prop::option::weighted(0.2, any_calendar()));
    let seconds = prop::array::uniform4(prop::option::weighted(0.8, 60i64..100_000));
    let flags = any::<(bool, bool, bool)>();
    (seconds, marks, calendars, flags).prop_map(|(seconds, marks, calendars, flags)| {
        let (from_handoff, pauses, restarts) = flags;
        let choices = crate::domain::sla::Choices { from_handoff, pauses, restarts };
        Targets { seconds, marks, calendars, choices, ..Targets::default() }
    })
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    prop::sample::select(vec!["24x7", "ROM", "SAO", "NIGHT"]).prop_map(calendar)
}

fn terms() -> impl Strategy<Value = Terms> {
    let others = prop::collection::btree_map(
        prop::sample::select(Metric::OURS[1..].to_vec()),
        targets(),
        0..9,
    );
    let policy = (any_calendar(), targets(), others).prop_map(|(calendar, first_reply, others)| {
        SlaPolicy { calendar, first_reply, others, ..SlaPolicy::default() }
    });
    prop::option::weighted(0.9, policy).prop_map(|policy| Terms { policy, ..Terms::default() })
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        4 => Just(What::Customer),
        3 => Just(What::Reply),
        1 => Just(What::Failed),
        1 => Just(What::BotReply),
        1 => Just(What::Note),
        1 => Just(What::Handoff),
        1 => Just(What::Referred),
        1 => prop::sample::select(vec!["A", "B"]).prop_map(|name| What::Assign(name.into())),
        2 => Just(What::Pending),
        1 => Just(What::OnHold),
        2 => Just(What::Open),
        2 => Just(What::Solved),
        1 => Just(What::Reopened),
        1 => prop::sample::select(Priority::ALL.to_vec()).prop_map(What::Priority),
        1 => any_calendar().prop_map(What::Calendar),
    ]
}

/// What happens within some days, often at the same minute; the customer begins.
fn facts() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec((0i64..2000, what()), 0..14).prop_map(|mut happens| {
        happens.sort_by_key(|(at, _)| *at);
        happens.insert(0, (0, What::Customer));
        let fact = |(nth, (at, what)): (usize, (i64, What))| {
            let at = Timestamp(MONDAY + at * 180_000);
            Fact { at, nth: nth as u32, what }
        };
        happens.into_iter().enumerate().map(fact).collect()
    })
}

fn end(facts: &[Fact]) -> Timestamp {
    facts.last().map_or(Timestamp(MONDAY), |fact| fact.at.plus_secs(400_000))
}

fn replayed(terms: &Terms, facts: &[Fact], until: Timestamp) -> Ledger {
    let mut ledger = Ledger::new(terms.clone());
    facts.iter().for_each(|fact| ledger.add(fact.clone()));
    ledger.look(until);
    ledger
}

/// What it all comes to.
fn result(ledger: &Ledger) -> (Vec<Measure>, Vec<Happening>) {
    let mut told = ledger.told();
    told.sort_by_key(|told| (told.at, told.metric, told.instance, format!("{:?}", told.news)));
    (ledger.measures().to_vec(), told)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn timers_on_the_way_tell_what_a_replay_tells(
        terms in terms(),
        facts in facts(),
        ticks in prop::collection::vec(0u8..4, 16),
    ) {
        let mut ledger = Ledger::new(terms.clone());
        for (nth, fact) in facts.iter().enumerate() {
            // Timers that fire at once, late, or not at all before the next thing happens.
            for _ in 0..ticks[nth] {
                match ledger.next_deadline().filter(|next| *next <= fact.at) {
                    Some(next) => ledger.look(next),
                    None => break,
                }
            }
            ledger.add(fact.clone());
        }
        // To the end, one deadline after the other: each is told of once, or it would come again.
        let mut deadlines = 0;
        while let Some(next) = ledger.next_deadline().filter(|next| *next <= end(&facts)) {
            ledger.look(next);
            deadlines += 1;
            prop_assert!(deadlines < 1000, "they come to an end");
        }
        ledger.look(end(&facts));
        prop_assert_eq!(result(&ledger), result(&replayed(&terms, &facts, end(&facts))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 40_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_does_not_matter(
        terms in terms(),
        (facts, shuffled) in facts().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
    ) {
        let [ledger, sorted] = [&shuffled, &facts].map(|of| replayed(&terms, of, end(&facts)));
        prop_assert_eq!(result(&ledger), result(&sorted));
    }

    #[test]
    fn each_is_told_of_once_and_at_its_own_instant(terms in terms(), facts in facts()) {
        let ledger = replayed(&terms, &facts, end(&facts));
        for clock in ledger.measures() {
            let of = |told: &&Happening| (told.metric, told.instance) == (clock.metric, clock.instance);
            let told = ledger.told();
            let breaches: Vec<_> = told.iter().filter(of).filter(|told| matches!(told.news, News::Breached { .. })).collect();
            // Metrics of a ticket that was followed by another begin to count anew.
            if facts.iter().any(|fact| fact.what == What::Solved) { continue; }
            prop_assert_eq!(breaches.len(), usize::from(clock.breach.is_some()));
            if let Some(breach) = clock.breach {
                prop_assert_eq!(breaches[0].at, breach.at);
                prop_assert!(breach.at >= clock.start);
            }
        }
    }

    #[test]
    fn to_stand_still_for_no_time_is_nothing(terms in terms(), facts in facts(), at in 0i64..2000) {
        let at = Timestamp(MONDAY + at * 180_000 + 1);
        let state = facts.iter().rfind(|fact| fact.at < at && matches!(fact.what, What::Pending | What::OnHold | What::Open | What::Solved | What::Reopened | What::Customer | What::Referred));
        prop_assume!(state.is_some_and(|fact| matches!(fact.what, What::Open | What::Customer | What::Referred)));
        let solved = facts.iter().filter(|fact| fact.at < at).any(|fact| fact.what == What::Solved);
        prop_assume!(!solved);
        let mut more = facts.clone();
        let place = more.partition_point(|fact| fact.at < at);
        more.insert(place, Fact { at, nth: 900, what: What::Pending });
        more.insert(place + 1, Fact { at, nth: 901, what: What::Open });
        let until = end(&facts).max(at);
        let [one, other] = [&facts, &more].map(|of| replayed(&terms, of, until));
        prop_assert_eq!(one.measures().len(), other.measures().len());
        for (one, other) in one.measures().iter().zip(other.measures()) {
            prop_assert_eq!((one.standing(), one.due(), one.breach), (other.standing(), other.due(), other.breach));
            prop_assert_eq!(one.used(until), other.used(until));
        }
    }
}

#[test]
fn a_calendar_that_never_opens_promises_nothing() {
    let never = crate::domain::calendar::Schedule::new(
        "never",
        "UTC",
        Default::default(),
        Default::default(),
    );
    let mut case = Case::given("24x7 first_reply 60m");
    let terms = Terms {
        policy: Some(SlaPolicy {
            calendar: Calendar::Hours(std::sync::Arc::new(never.expect("sound"))),
            first_reply: Targets {
                seconds: [Some(60); 4],
                warn_percent: Some(50),
                ..Targets::default()
            },
            ..SlaPolicy::default()
        }),
        ..Terms::default()
    };
    case.ledger = Ledger::new(terms);
    case.happens(Timestamp(MONDAY), "customer");
    case.happens(Timestamp(MONDAY + 86_400_000), "now");
    assert_eq!(case.fact("first_reply"), "running, used 0m");
    example("24x7\nMon 16 Nov 10:00 customer\n=> first_reply: running, used 0m");
}
