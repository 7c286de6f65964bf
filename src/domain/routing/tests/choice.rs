//! Who gets it, and what is kept of that.

use super::*;

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
fn who_was_asked_is_asked_again_when_all_were_and_a_minute_is_over() {
    let two = "anna online 0/5; bruno online 0/5";
    for (who, what, wanted) in [
        (two, "1 normal asked=anna@-1", "1>bruno"),
        (two, "1 normal asked=anna,bruno@-59", ""),
        (two, "1 normal asked=anna,bruno@-60", "1>anna"),
        (two, "1 normal asked=anna@-3600", "1>bruno"),
        ("anna online 0/5; bruno busy 0/5", "1 normal asked=anna@-59", ""),
        ("anna online 0/5; bruno busy 0/5", "1 normal asked=anna@-60", "1>anna"),
        ("anna online 0/5; bruno online 5/5", "1 normal asked=anna@-60", "1>anna"),
        // Two that wait do not hold each other up.
        ("anna online 0/5", "1 normal asked=anna@-9; 2 low", "2>anna"),
    ] {
        assert_eq!(outcome(Mode::RoundRobin, who, what), wanted, "{who} | {what}");
    }
    let sticky = "1 normal last=anna@-60 asked=anna@-9";
    assert_eq!(outcome(Mode::Sticky, two, sticky), "1>bruno", "who declined is not waited for");
}
