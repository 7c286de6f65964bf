//! The way of a message of ours.

use crate::story::story;

#[test]
fn in_order_and_nothing_passes_one_that_retries() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:01 anna reply
        => pending: 1
        10:02 attempt
        => pending: none
        10:03 deferred 130429
        => pending: 1
        10:04 attempt
        10:04 accepted w1
        => pending: 2
        => send1: accepted
        10:05 attempt
        10:05 refused 131026
        => send2: failed 131026
        => sends: none
        ",
    );
}

#[test]
fn an_unconfirmed_one_holds_the_rest_until_a_status_confirms_it() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:01 anna reply
        10:02 attempt
        10:03 unknown
        => sends: 1 unconfirmed, 2 queued
        => pending: none
        => waits: 10:00
        10:04 status send1 sent
        => send1: sent
        => pending: 2
        => waits: no
        10:05 accepted w999                   # the answer comes at last
        => send1: sent
        ",
    );
}

#[test]
fn an_unconfirmed_one_is_decided_by_a_person() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:01 anna confirm 1
        => refused: the message is already queued
        10:02 attempt
        10:02 anna cancel 1
        => refused: the message is already attempting
        10:03 unknown
        10:04 anna confirm 1
        => send1: accepted
        => sends: none
        10:05 anna confirm 1
        => refused: the message is already accepted
        ",
    );
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:03 unknown
        10:04 anna resend 1
        => told: cancelled, queued
        => send1: cancelled
        => sends: 2 queued
        10:05 status send1 delivered          # it had arrived after all
        => send1: delivered
        ",
    );
}

#[test]
fn taken_back_before_it_is_tried() {
    story(
        "
        given undo 5s
        10:00 customer text
        10:01 anna reply
        10:01:02 bruno cancel 1
        => refused: the ticket is anna's
        10:01:03 anna cancel 1
        => send1: cancelled
        => sends: none
        10:01:04 attempt
        => refused: the message is already cancelled
        10:01:05 anna resend 1
        => sends: 2 queued
        ",
    );
}

#[test]
fn statuses_before_the_answer_are_kept() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:02 status w1 sent
        10:02 status w1 sent
        => told:
        10:02 status w1 delivered
        => send1: attempting
        10:03 accepted w1
        => send1: delivered
        10:04 status w1 sent
        => told:
        10:05 status w1 read
        => send1: read
        ",
    );
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:02 status w1 failed 131026
        10:03 accepted w1
        => send1: failed 131026
        => waits: 10:00
        10:04 status w1 delivered             # the greatest wins
        => send1: delivered
        => waits: no
        ",
    );
}

#[test]
fn a_failure_after_acceptance_is_resent_only_by_a_person() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:02 accepted w1
        => waits: no
        10:03 status w1 failed 131026
        => waits: 10:00
        => pending: none
        10:04 anna resend 1
        => pending: 2
        10:05 anna resend 2
        => refused: the message is already queued
        ",
    );
}

#[test]
fn a_reply_under_way_does_not_answer_the_next_ticket() {
    story(
        "
        given threading 0s
        given first_reply 10m
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:02 unknown
        10:03 anna solve
        10:04 customer text
        => ticket: 2 new nobody
        10:05 status send1 sent
        => clock: running from 10:04 due 10:14
        => waits: 10:04
        ",
    );
}

#[test]
fn what_was_asked_while_the_answer_was_under_way_waits() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:01:30 customer text
        10:02 attempt
        10:02 accepted w1
        => waits: 10:01:30
        ",
    );
}

#[test]
fn a_failed_reply_does_not_bring_back_what_was_solved() {
    story(
        "
        10:00 customer text
        10:01 anna solve
        10:05 customer text
        10:06 anna reply
        10:06 attempt
        10:06 accepted w1
        => waits: no
        10:07 status w1 failed 131026
        => waits: 10:05
        ",
    );
}

#[test]
fn the_first_status_gives_the_id_where_the_answer_was_lost() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:03 unknown
        10:04 status send1 delivered
        => told: status, accepted
        => send1: delivered
        10:05 status send1 read
        => told: status
        10:06 accepted w999                   # the answer comes at last, and says the same
        => told:
        ",
    );
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:03 status send1 failed 131026
        => told: status, accepted
        => send1: failed 131026
        => sends: none
        => waits: 10:00
        ",
    );
}
