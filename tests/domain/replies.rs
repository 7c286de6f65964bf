//! Who may do what.

use crate::story::story;
use rstest::rstest;

#[test]
fn a_reply_takes_an_unassigned_ticket() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        => told: assigned, queued
        => ticket: 1 open anna
        => unread: 0
        10:02 bruno reply
        => refused: the ticket is anna's
        10:03 bruno template order_ready
        => refused: the ticket is anna's
        10:04 bruno note
        => told: noted
        10:05 carla reply
        => told: queued
        => ticket: 1 open anna
        10:06 anna release
        => ticket: 1 open nobody
        10:07 anna release
        => refused: the ticket is nobody's
        10:08 bruno template order_ready
        => told: assigned, queued
        ",
    );
}

#[rstest]
fn on_a_foreign_queue_nothing_is_allowed(
    #[values("reply", "note", "take", "solve", "read", "template order_ready")] action: &str,
) {
    story(&format!(
        "
        10:00 customer text
        10:01 dario {action}
        => refused: you are not a member of the queue sales
        => unread: 1
        "
    ));
}

#[rstest]
fn on_a_colleagues_ticket_only_a_supervisor(
    #[values("reply", "take", "solve", "pend", "hold", "snooze", "release", "assign carla")]
    action: &str,
) {
    story(&format!(
        "
        10:00 customer text
        10:01 anna take
        10:02 bruno {action}
        => refused: the ticket is anna's
        10:03 carla {action}
        "
    ));
}

#[rstest]
fn a_solved_ticket_is_left_alone(
    #[values("reply", "take", "solve", "pend", "snooze", "template order_ready")] action: &str,
) {
    story(&format!(
        "
        10:00 customer text
        10:01 anna solve
        10:02 anna {action}
        => refused: the ticket is solved
        10:03 anna note
        "
    ));
}

#[test]
fn it_is_given_only_to_those_who_see_it() {
    story(
        "
        10:00 customer text
        10:01 anna assign dario
        => refused: you are not a member of the queue sales
        10:02 anna assign zoe
        => refused: there is no active agent zoe
        10:03 anna assign bruno
        => ticket: 1 open bruno
        ",
    );
}

#[test]
fn without_a_ticket_there_is_nothing_to_act_on() {
    story(
        "
        10:00 customer reaction
        10:01 anna reply
        => refused: there is no such ticket
        ",
    );
}

#[test]
fn a_reaction_is_no_answer() {
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:01 anna react 👍
        => told: queued
        => ticket: 1 new nobody
        => unread: 1
        => waits: 10:00
        10:02 attempt
        10:03 accepted w1
        => send1: accepted
        => ticket: 1 new nobody
        => waits: 10:00
        => clock: running from 10:00 due 10:30
        10:30:01 tick
        => clock: running from 10:00 due 10:30 breached 10:30
        10:31 anna take
        10:32 bruno react 👍
        => refused: the ticket is anna's
        10:33 anna react Bravo!
        => refused: a reaction is one emoji
        10:34 anna reply
        10:35 attempt
        10:36 accepted w2
        => waits: no
        1d10:00 anna react 👍
        => refused: the 24-hour window is closed since 1970-01-02T10:00:00Z
        ",
    );
}
