//! Loads that are evened out.

use super::*;

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
