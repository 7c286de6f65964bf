//! Tables of what is watched, and what becomes of the alert.

use super::*;
use std::collections::BTreeMap;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + seconds)
}

fn rules() -> AlertRules {
    AlertRules {
        name: "queue".into(),
        watch: Watched::Waiting,
        over: 20,
        clear: 16,
        queue: Some("support".into()),
        line: None,
        calendar: Calendar::Always,
        hold: 0,
        repeat: None,
        notify: vec![Whom::Supervisors],
        mail: vec!["boss@example.org".into()],
        hooks: Vec::new(),
    }
}

/// Runs a table of seconds and numbers through the rule as the desk does, and tells the turns with their seconds.
fn run(rules: &AlertRules, steps: &[(i64, i64)]) -> Vec<(i64, &'static str)> {
    let policy = Policy { alerts: vec![rules.clone()], ..Policy::default() };
    let (mut alerts, mut above, mut told) = (Alerts::default(), BTreeMap::new(), Vec::new());
    for (seconds, value) in steps {
        for turned in turned(&policy, &alerts, &[], &mut above, at(*seconds), |_| Some(*value)) {
            alerts.turn(&turned, told.len() as u64);
            told.push((*seconds, turned.turn.word()));
        }
    }
    told
}

#[rstest::rstest]
#[case::above(&[(0, 20), (1, 21)], &[(1, "raised")])]
#[case::round_its_bound_it_does_not_flap(
    &[(0, 21), (1, 20), (2, 22), (3, 17), (4, 21), (5, 16), (6, 20), (7, 21)],
    &[(0, "raised"), (5, "cleared"), (7, "raised")]
)]
#[case::never(&[(0, 0), (1, 20)], &[])]
fn it_is_raised_above_the_bound_and_cleared_at_the_other(
    #[case] steps: &[(i64, i64)],
    #[case] wanted: &[(i64, &str)],
) {
    assert_eq!(run(&rules(), steps), wanted);
}

#[test]
fn it_must_hold_without_a_break() {
    let rules = AlertRules { hold: 60, ..rules() };
    let steps = [(0, 21), (50, 21), (55, 20), (56, 21), (110, 30), (116, 30), (117, 30)];
    assert_eq!(run(&rules, &steps), [(116, "raised")]);
}

#[test]
fn it_is_told_again_until_somebody_takes_care_of_it() {
    let rules = AlertRules { repeat: Some(600), ..rules() };
    let steps = [(0, 21), (599, 21), (600, 22), (700, 22), (1_200, 18), (1_300, 16)];
    let wanted = [(0, "raised"), (600, "again"), (1_200, "again"), (1_300, "cleared")];
    assert_eq!(run(&rules, &steps), wanted);
    let mut alerts = Alerts::default();
    let policy = Policy { alerts: vec![rules], ..Policy::default() };
    let look = |alerts: &Alerts, seconds| {
        turned(&policy, alerts, &[], &mut BTreeMap::new(), at(seconds), |_| Some(21))
    };
    let raised = look(&alerts, 0).remove(0);
    alerts.turn(&raised, 7);
    alerts.acknowledge(&"queue".into(), at(5), &"carla".into());
    alerts.acknowledge(&"queue".into(), at(6), &"dario".into());
    let known = alerts.running[&Name::from("queue")].acknowledged.clone();
    assert_eq!(known, Some((at(5), "carla".into())), "the first stays");
    assert_eq!(look(&alerts, 6_000), []);
}

#[test]
fn outside_its_hours_and_without_its_rule_it_is_cleared() {
    let open = crate::domain::calendar::Schedule::new(
        "mornings",
        "UTC",
        std::array::from_fn(|_| vec!["08:00-09:00".parse().expect("a shift")]),
        BTreeMap::new(),
    );
    let calendar = Calendar::Hours(std::sync::Arc::new(open.expect("sound")));
    // 1,800,000,000 is 08:00 in UTC.
    let rules = AlertRules { calendar, ..rules() };
    let steps = [(-1, 30), (0, 30), (3_599, 30), (3_600, 30), (86_400, 30)];
    assert_eq!(run(&rules, &steps), [(0, "raised"), (3_600, "cleared"), (86_400, "raised")]);

    let mut alerts = Alerts::default();
    let mut above = BTreeMap::new();
    let policy = Policy { alerts: vec![self::rules()], ..Policy::default() };
    let raised = turned(&policy, &alerts, &[], &mut above, at(0), |_| Some(21)).remove(0);
    alerts.turn(&raised, 1);
    // What is not known yet ends nothing.
    assert_eq!(turned(&policy, &alerts, &[], &mut above, at(5), |_| None), []);
    let gone = turned(&Policy::default(), &alerts, &[], &mut above, at(9), |_| Some(21));
    assert_eq!((gone.len(), gone[0].turn, gone[0].mail.len()), (1, Turn::Cleared, 0));
    alerts.turn(&gone[0], 2);
    assert_eq!((alerts.running.len(), alerts.ended[0].at), (0, at(9)));
}

#[test]
fn what_is_owed_is_owed_until_each_of_it_is_delivered() {
    let mut alerts = Alerts::default();
    let policy = Policy {
        alerts: vec![AlertRules { hooks: vec!["oncall".into()], ..rules() }],
        ..Policy::default()
    };
    let raised = turned(&policy, &alerts, &[], &mut BTreeMap::new(), at(0), |_| Some(21)).remove(0);
    alerts.turn(&raised, 7);
    assert_eq!((alerts.owed[0].id, alerts.owed[0].left), (7, 0b11));
    for (of, to, left) in [(8, 0, Some(0b11)), (7, 1, Some(0b01)), (7, 1, Some(0b01)), (7, 0, None)]
    {
        alerts.delivered(of, to);
        assert_eq!(alerts.owed.first().map(|owed| owed.left), left, "{of}.{to}");
    }
}

#[test]
fn the_supervisors_of_the_queue_are_told_or_all() {
    let member = |name: &str, role, queues: &[&str]| Member {
        name: name.into(),
        role,
        queues: queues.iter().map(|queue| Name::from(*queue)).collect(),
    };
    let members = [
        member("anna", Role::Agent, &["support"]),
        member("carla", Role::Supervisor, &["support"]),
        member("dario", Role::Supervisor, &["billing"]),
    ];
    let names = |rules: &AlertRules| {
        rules.told(&members).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&rules()), "carla");
    assert_eq!(names(&AlertRules { queue: Some("sales".into()), ..rules() }), "carla dario");
    let notify = vec![Whom::Account("anna".into()), Whom::Supervisors];
    assert_eq!(names(&AlertRules { queue: None, notify, ..rules() }), "anna carla dario");
}

#[test]
fn each_says_what_it_was_and_what_it_may_be() {
    for (watch, measured, over, said) in [
        (Watched::Waiting, 23, 20, "support: customers who wait: 23 (over 20)"),
        (Watched::Unanswered, 420, 300, "support: a customer waits for 7 min (over 5 min)"),
        (
            Watched::Outbox,
            5_400,
            45,
            "support: a message waits to be sent for 1 h 30 min (over 45 s)",
        ),
        (Watched::Quality, 2, 0, "support: the quality is RED"),
        (Watched::Limit, 91, 90, "support: of the messaging limit are used: 91 % (over 90 %)"),
        (Watched::Down, 1, 0, "support: nothing goes out"),
    ] {
        let rules = AlertRules { watch, over, ..rules() };
        let policy = Policy { alerts: vec![rules], ..Policy::default() };
        let (mut above, none) = (BTreeMap::new(), Alerts::default());
        let raised = turned(&policy, &none, &[], &mut above, at(0), |_| Some(measured));
        assert_eq!(raised[0].words(), said);
    }
    for watched in Watched::ALL {
        assert_eq!(Watched::of(watched.word()), Some(watched));
        let json = serde_json::to_value(watched).expect("JSON");
        assert_eq!(json, watched.word());
    }
}
