//! A ticket becomes two at a message.

use crate::story::story;

#[test]
fn from_the_message_on_it_is_another_ticket_until_they_are_merged() {
    story(
        "
        given threading 0s
        given first_reply 2h
        given requester_wait 8h
        10:00 customer text
        10:05 anna take
        11:00 customer text                       # another matter
        11:10 customer text
        11:30 anna split 2
        => told: split, clock_moved, clock_moved
        => ticket: 2 open anna
        => previous: 1
        => opened: 11:00
        => waits: 11:00
        => unread: 2
        => clock: running from 11:00 due 13:00
        => clock requester_wait: running from 11:00 due 19:00
        11:35 customer text
        => ticket: 2 open anna
        => unread: 3
        11:40 anna merge 1
        => ticket: 2 open anna
        => opened: 10:00
        => clock: running from 10:00 due 12:00
        => clock requester_wait: running from 10:00 due 18:00
        11:41 anna unmerge 1
        => opened: 11:00
        => clock: running from 11:00 due 13:00
        11:42 anna solve
        12:00 customer text
        => ticket: 3 new nobody
        => previous: 2
        ",
    );
}

#[test]
fn what_was_answered_before_is_the_first_ones_and_what_was_answered_after_the_seconds() {
    story(
        "
        given first_reply 30m
        given next_reply 1h
        10:00 customer text
        10:05 anna reply
        10:05 attempt
        10:06 accepted w1
        11:00 customer text                       # another matter
        => clock next_reply: running from 11:00 due 12:00
        11:10 anna split 2
        => clock: running from 11:00 due 11:30
        => clock next_reply: voided from 11:00 due 12:00
        => waits: 11:00
        11:12 anna reply
        11:12 attempt
        11:13 accepted w2
        => clock: met 11:13 from 11:00 due 11:30
        => waits: no
        ",
    );
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:05 anna reply
        10:05 attempt
        10:06 accepted w1
        11:00 customer text
        11:40 anna reply
        11:40 attempt
        11:42 accepted w2
        12:00 carla split 2
        => told: split, clock_moved, clock_breached
        => clock: met 11:42 from 11:00 due 11:30 breached 11:30
        => waits: no
        # The answer to the second never came: nobody has answered there.
        12:01 status w2 failed 131026
        => clock: running from 11:00 due 11:30 breached 11:30
        => waits: 11:00
        ",
    );
}

#[test]
fn what_adds_up_has_used_what_passed_since_the_message() {
    story(
        "
        given requester_wait 8h
        10:00 customer text
        11:00 customer text
        11:30 anna pend
        13:00 anna split 2
        => ticket: 2 pending nobody
        => clock requester_wait: paused 11:30 from 11:00 due 19:00
        14:00 anna open
        => clock requester_wait: running from 11:00 due 21:30
        ",
    );
}

#[test]
fn what_the_first_was_late_with_the_second_is_not() {
    story(
        "
        given threading 0s
        given first_reply 30m
        10:00 customer text
        11:00 tick
        => told: clock_breached
        12:00 customer text
        12:01 anna split 2
        => clock: running from 12:00 due 12:30
        12:31 tick
        => told: clock_breached
        ",
    );
}

#[test]
fn labels_and_what_stands_beside_the_ticket_go_on() {
    story(
        "
        given field order text
        10:00 customer text
        10:01 anna follow
        10:02 anna todo bruno
        10:03 anna set order 4711
        10:04 anna snooze
        11:00 customer text
        11:01 anna prioritise high
        11:02 anna split 2
        => place: sales high
        => aside: 1 bruno
        => concerned: follows anna
        => fields: order
        ",
    );
}

#[test]
fn only_at_a_later_question_of_the_running_ticket() {
    story(
        "
        given threading 0s
        10:00 customer text
        10:01 anna solve
        11:00 customer text
        11:01 customer reaction
        11:02 anna split 1
        => refused: that message is not of this ticket
        11:03 anna split 2
        => refused: the ticket begins with that message
        11:04 anna split 3
        => refused: a ticket is split at a message in which the customer asks for something
        11:05 anna split 9
        => refused: there is no such message in the conversation
        11:06 anna merge 1
        11:07 anna split 2
        => refused: another ticket was merged into it: take that back first
        11:08 anna unmerge 1
        12:00 customer text
        12:01 anna take
        12:02 bruno split 4
        => refused: the ticket is anna's
        12:03 carla split 4
        => ticket: 3 open anna
        => opened: 12:00
        12:04 anna split 4
        => refused: the ticket begins with that message
        12:05 anna solve
        12:06 anna split 4
        => refused: the ticket is solved
        ",
    );
}
