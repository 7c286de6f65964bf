//! One ticket goes on for two.

use crate::story::story;

#[test]
fn the_running_one_goes_on_for_the_one_before_it_with_its_start_until_that_is_taken_back() {
    story(
        "
        given threading 0s
        given first_reply 2h
        given requester_wait 8h
        10:00 customer text
        10:30 anna solve
        11:00 customer text
        => ticket: 2 new nobody
        => clock: running from 11:00 due 13:00
        11:05 anna merge 1 vip
        => told: took, clock_moved, clock_moved, tagged, followed, todo
        => ticket: 2 new nobody
        => opened: 10:00
        => waits: 11:00                           # what was asked before is not asked again
        => clock: running from 10:00 due 12:00
        => clock requester_wait: running from 10:00 due 18:30   # half an hour was used until it was solved
        => aside: 1 -
        => concerned: follows bruno
        11:10 customer text
        11:20 anna unmerge 1
        => told: unmerged, clock_moved, clock_moved
        => opened: 11:00
        => clock: running from 11:00 due 13:00
        => clock requester_wait: running from 11:00 due 19:00
        => aside:
        => concerned:
        => waits: 11:00
        11:21 anna unmerge 1
        => refused: that ticket was not merged into this one
        11:22 anna merge 2
        => refused: that is the same ticket
        ",
    );
}

#[test]
fn a_request_that_was_answered_gives_its_start_to_nobody_but_to_what_adds_up() {
    story(
        "
        given threading 0s
        given first_reply 2h
        given requester_wait 8h
        10:00 customer text
        10:05 anna reply
        10:05 attempt
        10:06 accepted w1
        10:30 anna solve
        11:00 customer text
        11:05 anna merge 1
        => clock: running from 11:00 due 13:00
        => clock requester_wait: running from 10:00 due 18:30
        11:10 anna reply
        11:10 attempt
        11:11 accepted w2
        => clock: met 11:11 from 11:00 due 13:00
        11:20 anna pend
        11:30 anna unmerge 1
        => clock: met 11:11 from 11:00 due 13:00
        11:40 anna open
        => clock requester_wait: running from 11:00 due 19:20   # twenty minutes stood still
        ",
    );
}

#[test]
fn what_is_late_only_by_the_earlier_start_is_not_late_once_that_is_taken_back() {
    story(
        "
        given threading 0s
        given first_reply 30m
        10:00 customer text
        10:01 anna solve
        11:00 customer text
        11:05 anna merge 1
        => told: took, clock_moved, clock_breached, followed, todo
        11:06 anna unmerge 1
        => clock: running from 11:00 due 11:30
        11:31 tick
        => told: clock_breached
        ",
    );
}

#[test]
fn only_who_may_work_on_it_merges_and_only_the_one_before_it() {
    story(
        "
        given threading 0s
        10:00 customer text
        10:01 anna solve
        11:00 customer text
        11:01 anna solve
        12:00 customer text
        12:01 anna merge 1
        => refused: only an unsolved ticket of the same customer, or the one just before it in its conversation, can be merged with it; link them instead
        12:02 anna take
        12:03 bruno merge 2
        => refused: the ticket is anna's
        12:04 carla merge 2
        => opened: 11:00
        12:05 anna merge 1
        => refused: the ticket has another one in it already
        12:06 anna solve
        12:07 anna unmerge 2
        => refused: the ticket is solved
        12:08 anna unsolve
        12:09 anna unmerge 2
        => opened: 12:00
        ",
    );
}

#[test]
fn an_answer_that_is_late_by_its_own_start_stays_late() {
    story(
        "
        given threading 0s
        given first_reply 30m
        10:00 customer text
        10:01 anna solve
        11:00 customer text
        11:05 anna merge 1
        11:40 anna reply
        11:40 attempt
        11:41 accepted w1
        11:45 anna unmerge 1
        => told: unmerged, clock_moved, clock_breached
        => clock: met 11:41 from 11:00 due 11:30 breached 11:30
        ",
    );
}
