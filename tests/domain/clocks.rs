//! The first reply, around the clock. The numbers are those of the worked examples.

use crate::story::story;
use rstest::rstest;

#[rstest]
#[case::at_the_very_instant("10:10", "met 10:10 from 10:00 due 10:10")]
#[case::one_second_late("10:10:01", "met 10:10:01 from 10:00 due 10:10 breached 10:10")]
fn example_1_met_or_breached(#[case] accepted: &str, #[case] clock: &str) {
    story(&format!(
        "
        given first_reply 10m
        10:00 customer text
        => next: 10:07:30
        10:05 anna reply
        10:05 attempt
        {accepted} accepted w1
        => clock: {clock}
        "
    ));
}

#[test]
fn warned_and_breached_exactly_once_each_at_its_own_instant() {
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:07:29 tick
        => told:
        10:07:31 tick
        => told: clock_warned
        10:10 tick
        => told:
        => next: 10:10:00.001
        10:30 tick
        => breached: 10:10
        10:31 tick
        => told:
        10:40 anna reply
        10:40 attempt
        10:41 accepted w1
        => told: accepted
        => clock: met 10:41 from 10:00 due 10:10 breached 10:10
        ",
    );
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:30 tick                            # too late to warn
        => told: clock_breached
        10:31 tick
        => told:
        ",
    );
}

#[test]
fn neither_note_nor_bot_nor_phone_is_a_first_reply() {
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:01 anna note
        10:01 bot
        10:01 attempt
        10:02 accepted w1
        => clock: running from 10:00 due 10:10
        => waits: 10:00
        ",
    );
}

#[test]
fn example_11_priority_raised() {
    story(
        "
        given first_reply 240m 240m 120m 60m
        10:00 customer text
        11:30 anna prioritise urgent
        => breached: 11:30 by retarget
        => clock: running from 10:00 due 11:00 breached 11:30
        11:31 anna prioritise low             # what was is never erased
        => clock: running from 10:00 due 14:00 breached 11:30
        11:32 tick
        => told:
        ",
    );
}

#[test]
fn example_25_a_failed_send_revokes_the_reply() {
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:05 anna reply
        10:05 attempt
        10:06 accepted w1
        => clock: met 10:06 from 10:00 due 10:10
        10:07 status w1 failed 131026
        => clock: running from 10:00 due 10:10
        => next: 10:07:30
        10:08 anna resend 1
        10:08 attempt
        10:11 accepted w2
        => breached: 10:10
        => clock: met 10:11 from 10:00 due 10:10 breached 10:10
        ",
    );
}

#[test]
fn if_the_first_reply_fails_the_second_counts() {
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:05 anna reply
        10:05 attempt
        10:05 accepted w1
        10:06 anna reply
        10:06 attempt
        10:06 accepted w2
        10:07 status w2 delivered
        10:08 status w1 failed 131026
        => clock: met 10:06 from 10:00 due 10:10
        => waits: no
        ",
    );
}

#[test]
fn example_26_reassignment_changes_no_clock() {
    story(
        "
        given first_reply 60m
        10:00 customer text
        10:01 anna take
        10:40 anna assign bruno
        => clock: running from 10:00 due 11:00
        10:54 bruno reply
        10:54 attempt
        10:55 accepted w1
        => clock: met 10:55 from 10:00 due 11:00
        ",
    );
}

#[test]
fn example_29_solving_voids_what_is_not_breached() {
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:05 anna solve
        => clock: voided from 10:00 due 10:30
        11:00 tick
        => told:
        11:01 customer text                   # reopens: the clock is left alone
        => clock: voided from 10:00 due 10:30
        12:00 tick
        => told:
        ",
    );
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:45 anna solve
        => told: clock_breached, solved
        => clock: running from 10:00 due 10:30 breached 10:30
        ",
    );
}

#[test]
fn who_is_erased_waits_for_nothing() {
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:05 anna reply
        10:06 erased
        => told: cancelled, solved, closed
        => ticket: 1 closed anna
        => clock: voided from 10:00 due 10:30
        => waits: no
        => sends: none
        10:31 tick
        => told:
        10:32 erased
        => told:
        ",
    );
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:05 anna reply
        10:06 attempt
        10:45 erased
        => told: clock_breached, solved, closed
        => sends: 1 attempting
        10:46 accepted w1
        => sends: none
        10:47 customer text
        => ticket: 2 new nobody
        ",
    );
}

#[test]
fn a_reply_under_way_while_its_ticket_is_solved_counts() {
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:05 anna reply
        10:05 anna solve
        => clock: voided from 10:00 due 10:10
        10:05:05 attempt
        10:05:06 accepted w1
        => clock: met 10:05:06 from 10:00 due 10:10
        ",
    );
    story(
        "
        given first_reply 10m
        10:00 customer text
        10:09 anna reply
        10:09 attempt
        10:09 anna solve
        10:11 accepted w1
        => breached: 10:10
        => clock: met 10:11 from 10:00 due 10:10 breached 10:10
        10:12 status w1 failed 131026
        => clock: running from 10:00 due 10:10 breached 10:10
        ",
    );
}

#[test]
fn example_30_a_burst_starts_one_clock_from_the_earliest() {
    story(
        "
        given first_reply 10m
        10:00:09 customer text of 10:00:03
        10:00:09 customer text of 10:00:01
        10:00:09 customer text of 10:00:08
        10:00:09 customer text of 10:00:05
        10:00:09 customer text of 10:00:02
        => ticket: 1 new nobody
        => opened: 10:00:01
        => clock: running from 10:00:01 due 10:10:01
        ",
    );
}

#[test]
fn example_31_a_late_webhook_moves_the_start_back() {
    story(
        "
        given first_reply 10m
        10:00:06 customer text of 10:00:05
        => clock: running from 10:00:05 due 10:10:05
        10:00:07 customer text of 10:00:01
        => clock: running from 10:00:01 due 10:10:01
        => waits: 10:00:01
        10:10:03 tick
        => breached: 10:10:01
        ",
    );
    story(
        "
        given first_reply 10m
        10:00:05 customer text
        10:10 anna reply
        10:10 attempt
        10:10:03 accepted w1
        => clock: met 10:10:03 from 10:00:05 due 10:10:05
        10:11 customer text of 10:00:01
        => breached: 10:10:01
        => clock: met 10:10:03 from 10:00:01 due 10:10:01 breached 10:10:01
        10:12 customer text of 09:59
        => breached: no
        => clock: met 10:10:03 from 09:59 due 10:09 breached 10:10:01
        ",
    );
}

#[test]
fn example_32_without_a_policy_it_is_measured_all_the_same() {
    story(
        "
        10:00 customer text
        => clock: running from 10:00
        10:20 anna reply
        10:20 attempt
        10:21 accepted w1
        => clock: met 10:21 from 10:00
        ",
    );
}
