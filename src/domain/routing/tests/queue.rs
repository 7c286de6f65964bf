//! Queues that are closed.

use super::*;

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
