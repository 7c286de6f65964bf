//! Which ticket comes first.

use super::*;

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
