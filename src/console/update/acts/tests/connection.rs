//! What a lost connection and another account change.

use super::*;
use crate::console::model::acts::AT_ONCE;

#[test]
fn without_a_connection_it_is_refused_at_once_and_nothing_waits() {
    let mut rig = rig(vec![mine(7)]);
    let said = asked(&mut rig, "solve");
    done(&mut rig, said[0].0);
    lost(&mut rig);
    for text in ["solve", "snooze 2h", "undo"] {
        assert!(asked(&mut rig, text).is_empty());
        assert!(told(&rig).starts_with("not connected"), "{text}: {}", told(&rig));
    }
    let now = rig.now;
    rig.hears(welcome(now));
    assert!(commands(&mut rig).is_empty());
    // What could be undone can still be undone.
    assert_eq!(asked(&mut rig, "undo").len(), 1);
}

#[test]
fn another_account_does_not_say_what_was_asked_before() {
    let mut rig = rig(vec![mine(7)]);
    assert_eq!(asked(&mut rig, "solve").len(), 1);
    lost(&mut rig);
    let now = rig.now;
    let RelayFrame::Welcome { version, mut you, desk, position, server_time, rate } = welcome(now)
    else {
        panic!("no welcome");
    };
    you.name = "bo".into();
    rig.hears(RelayFrame::Welcome { version, you, desk, position, server_time, rate });
    assert!(commands(&mut rig).is_empty());
    assert!(rig.model.in_flight.waiting().is_empty());
    assert!(told(&rig).starts_with("another account"), "{}", told(&rig));
}

mod once {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Ask(u64),
        Done(usize),
        Refused(usize),
        Reconnect,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (1u64..6).prop_map(Step::Ask),
            3 => (0usize..12).prop_map(Step::Done),
            2 => (0usize..12).prop_map(Step::Refused),
            2 => Just(Step::Reconnect),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_comes_a_command_has_one_id_and_one_line(steps in prop::collection::vec(step(), 0..40)) {
            let mut rig = rig((1..6).map(mine).collect());
            let mut said: BTreeMap<Uuid, (u64, ActionRequest)> = BTreeMap::new();
            let mut order = Vec::new();
            let mut answered = std::collections::BTreeSet::new();
            let mut asks = 0;
            let lines = |rig: &Rig| {
                rig.model.told.lines().filter(|line| line.text.starts_with('#')).count()
            };
            for step in steps {
                match step {
                    Step::Ask(number) => {
                        rig.model.inbox.cursor = Some(TicketNumber(number));
                        rig.ask("hold");
                        asks += 1;
                    }
                    Step::Done(at) => {
                        if let Some(id) = order.get(at) {
                            done(&mut rig, *id);
                            answered.insert(*id);
                        }
                    }
                    Step::Refused(at) => {
                        if let Some(id) = order.get(at) {
                            refused(&mut rig, *id, "retry", "the ticket changed");
                            answered.insert(*id);
                        }
                    }
                    Step::Reconnect => {
                        lost(&mut rig);
                        let now = rig.now;
                        rig.hears(welcome(now));
                    }
                }
                for (id, number, action) in commands(&mut rig) {
                    prop_assert!(!answered.contains(&id), "an answered command was said again");
                    let known = said.entry(id).or_insert((number, action.clone()));
                    prop_assert_eq!(&*known, &(number, action));
                    if !order.contains(&id) {
                        order.push(id);
                    }
                }
                let open = said.len() - answered.len();
                prop_assert!(said.len() == asks || open == AT_ONCE, "{} of {}", said.len(), asks);
                prop_assert_eq!(lines(&rig), answered.len());
                prop_assert_eq!(rig.model.in_flight.waiting().len(), asks - answered.len());
            }
        }
    }
}
