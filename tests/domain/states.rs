//! Every command and every fact in every state of a ticket, as one table.

use crate::story::outcome;

/// How a ticket of the queue sales comes into each state. It is anna's, but for the new one.
const STATES: [(&str, &[&str]); 7] = [
    ("new", &[]),
    ("open", &["10:01 anna take"]),
    ("pending", &["10:01 anna take", "10:02 anna pend"]),
    ("on_hold", &["10:01 anna take", "10:02 anna hold"]),
    ("snoozed", &["10:01 anna take", "10:02 anna snooze 14:00"]),
    ("solved", &["10:01 anna take", "10:02 anna solve"]),
    ("closed", &["10:01 anna take", "10:02 anna solve", "1d10:02 tick"]),
];

/// What happens, and for each of the states above: where the ticket stands then, whose it is where that is somebody
/// else than before, `2 ...` of a second ticket, or why it was refused. A dot: nothing has changed.
const TABLE: &str = "
1d10:03 anna take                 | open anna              | .                      | .                      | .                      | .                      | wrong_state            | wrong_state
1d10:03 bruno take                | open bruno             | held_by                | held_by                | held_by                | held_by                | wrong_state            | wrong_state
1d10:03 anna accept               | not_offered            | .                      | .                      | .                      | .                      | wrong_state            | wrong_state
1d10:03 anna decline              | not_offered            | not_offered            | not_offered            | not_offered            | not_offered            | wrong_state            | wrong_state
1d10:03 carla take                | open carla             | open carla             | pending carla          | on_hold carla          | snoozed carla          | wrong_state            | wrong_state
1d10:03 anna assign bruno         | open bruno             | open bruno             | pending bruno          | on_hold bruno          | snoozed bruno          | wrong_state            | wrong_state
1d10:03 anna release              | not_assigned           | open nobody            | pending nobody         | on_hold nobody         | snoozed nobody         | wrong_state            | wrong_state
1d10:03 anna move billing         | new billing            | open billing nobody    | pending billing nobody | on_hold billing nobody | snoozed billing nobody | wrong_state            | wrong_state
1d10:03 anna handover bruno       | open bruno             | open bruno             | pending bruno          | on_hold bruno          | snoozed bruno          | wrong_state            | wrong_state
1d10:03 anna handover - billing   | new billing            | open billing nobody    | pending billing nobody | on_hold billing nobody | snoozed billing nobody | wrong_state            | wrong_state
10:03 anna reply                  | open anna              | .                      | .                      | .                      | open                   | wrong_state            | wrong_state
10:03 bruno reply                 | open bruno             | held_by                | held_by                | held_by                | held_by                | wrong_state            | wrong_state
1d10:03 anna template order_ready | open anna              | .                      | .                      | .                      | open                   | wrong_state            | wrong_state
1d10:03 anna note                 | .                      | .                      | .                      | .                      | .                      | .                      | .
1d10:03 anna solve                | solved                 | solved                 | solved                 | solved                 | solved                 | wrong_state            | wrong_state
1d10:03 anna reopen               | wrong_state            | wrong_state            | wrong_state            | wrong_state            | wrong_state            | open                   | wrong_state
1d10:03 anna unsolve              | wrong_state            | wrong_state            | wrong_state            | wrong_state            | wrong_state            | open                   | wrong_state
1d10:03 anna pend                 | pending                | pending                | .                      | pending                | pending                | wrong_state            | wrong_state
1d10:03 anna hold                 | on_hold                | on_hold                | on_hold                | .                      | on_hold                | wrong_state            | wrong_state
1d10:03 anna open                 | open                   | .                      | open                   | open                   | open                   | wrong_state            | wrong_state
1d10:03 anna snooze               | snoozed                | snoozed                | snoozed                | snoozed                | .                      | wrong_state            | wrong_state
1d10:03 anna snooze 2d09:00       | snoozed                | snoozed                | snoozed                | snoozed                | .                      | wrong_state            | wrong_state
1d10:03 anna prioritise high      | .                      | .                      | .                      | .                      | .                      | wrong_state            | wrong_state
1d10:03 anna link 9               | .                      | .                      | .                      | .                      | .                      | .                      | .
1d10:03 anna merge 9              | malformed              | malformed              | malformed              | malformed              | malformed              | wrong_state            | wrong_state
1d10:03 anna unmerge 9            | malformed              | malformed              | malformed              | malformed              | malformed              | wrong_state            | wrong_state
1d10:03 anna split 1              | malformed              | malformed              | malformed              | malformed              | malformed              | wrong_state            | wrong_state
1d10:03 anna read                 | .                      | .                      | .                      | .                      | .                      | .                      | .
1d10:02 customer text             | .                      | .                      | open                   | open                   | open                   | open                   | 2 new nobody
1d10:03 customer text             | .                      | .                      | open                   | open                   | open                   | 2 new nobody           | 2 new nobody
1d10:03 customer text of 10:01:30 | .                      | .                      | open                   | open                   | open                   | open                   | 2 new nobody
1d10:03 customer reaction         | .                      | .                      | .                      | .                      | .                      | .                      | .
1d10:03 customer text history     | .                      | .                      | .                      | .                      | .                      | .                      | .
1d10:03 phone                     | .                      | .                      | .                      | .                      | .                      | .                      | .
10:03 bot                         | .                      | .                      | .                      | .                      | .                      | .                      | .
1d10:02 tick                      | .                      | .                      | .                      | .                      | open                   | closed                 | .
";

#[test]
fn each_command_and_each_fact_in_each_state() {
    let mut table = String::from("\n");
    for row in TABLE.trim().lines() {
        let what = row.split('|').next().unwrap_or_default().trim();
        let cells: Vec<_> = STATES.iter().map(|(_, way)| cell(what, way)).collect();
        table.push_str(&format!("{what:<34}"));
        for cell in cells {
            table.push_str(&format!("| {cell:<23}"));
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    assert_eq!(table, TABLE, "\n{table}");
}

fn cell(what: &str, way: &[&str]) -> String {
    let begin = ["given billing", "10:00 customer text"];
    let before: Vec<_> = begin.into_iter().chain(way.iter().copied()).collect();
    let after: Vec<_> = before.iter().copied().chain([what]).collect();
    let (stood, _) = outcome(&before.join("\n"));
    match outcome(&after.join("\n")) {
        (_, Some(code)) => code.to_owned(),
        (stands, None) if stands == stood => ".".to_owned(),
        (stands, None) => told(&stood, &stands),
    }
}

/// `1 open anna` after `1 new nobody`: `open anna`; what is as it was is left out, but for the state.
fn told(stood: &str, stands: &str) -> String {
    let (was, is): (Vec<_>, Vec<_>) = (stood.split(' ').collect(), stands.split(' ').collect());
    let mut parts = vec![is[1]];
    if is[2] != was[2] {
        parts.push(is[2]);
    }
    if is[3] != was[3] {
        parts.push(is[3]);
    }
    if is[0] != was[0] {
        parts.insert(0, is[0]);
    }
    parts.join(" ")
}
