//! How tickets open, move and end.

use crate::story::story;
use rstest::rstest;

#[test]
fn a_message_opens_a_ticket_and_a_burst_opens_one() {
    story(
        "
        10:00 customer text
        => told: opened, received, clock_started
        => ticket: 1 new nobody
        => waits: 10:00
        10:00:02 customer text
        10:00:03 customer image
        10:00:03 customer image again
        => told:
        => ticket: 1 new nobody
        => unread: 3
        => waits: 10:00
        ",
    );
}

#[test]
fn who_opens_the_chat_for_the_first_time_waits_for_a_welcome() {
    story(
        "
        10:00 customer welcome
        => ticket: 1 new nobody
        => waits: 10:00
        => window: 1d10:00
        ",
    );
}

#[test]
fn what_does_not_ask_opens_nothing() {
    story(
        "
        10:00 customer reaction
        10:02 customer text history
        10:03 phone
        => ticket: none
        => window: never
        10:03 customer text standby
        => ticket: none
        => window: 1d10:03                        # at the platform it is open
        10:04 customer text history
        10:05 customer text again of 10:04        # the live copy of it
        => ticket: 1 new nobody
        => waits: 10:04
        10:06 customer text history again of 10:04
        => told:
        ",
    );
}

#[test]
fn who_is_handed_over_to_the_desk_waits() {
    story(
        "
        given first_reply 30m
        10:00 customer text standby
        10:01 customer taken_over
        => ticket: none
        10:10 customer handed_over
        => told: opened, received, clock_started
        => ticket: 1 new nobody
        => waits: 10:10
        => unread: 1
        => window: 1d10:00                        # he wrote then, and nothing since
        => clock: running from 10:10 due 10:40
        10:11 customer handed_over again of 10:10
        => told:
        10:12 anna reply
        10:13 anna snooze
        10:14 customer taken_over
        => ticket: 1 snoozed anna
        10:20 customer handed_over
        => ticket: 1 open anna
        ",
    );
}

#[rstest]
#[case::never("0s", "10:30:01", 2)]
#[case::inside("24h", "1d10:30", 1)]
#[case::outside("24h", "1d10:30:01", 2)]
#[case::two_days_inside("48h", "2d10:30", 1)]
#[case::two_days_outside("48h", "2d10:30:01", 2)]
#[case::any("any", "900d00:00", 1)]
fn a_message_after_a_solve(#[case] threading: &str, #[case] at: &str, #[case] ticket: u64) {
    let previous = if ticket == 1 { "none" } else { "1" };
    let whose = if ticket == 1 { "open anna" } else { "new nobody" };
    story(&format!(
        "
        given threading {threading}
        10:00 customer text
        10:20 anna take
        10:30 anna solve
        => ticket: 1 solved anna
        {at} customer text
        => ticket: {ticket} {whose}
        => previous: {previous}
        => waits: {at}
        => unread: 1
        "
    ));
}

#[test]
fn a_reopened_ticket_keeps_its_assignee_only_if_he_is_still_there() {
    story(
        "
        10:00 customer text
        10:20 anna take
        10:30 anna solve
        given gone anna
        11:00 customer text
        => ticket: 1 new nobody
        ",
    );
    story(
        "
        10:00 customer text
        10:20 anna take
        10:30 anna solve
        10:31 bruno reopen
        => refused: the ticket is anna's
        10:32 carla reopen
        => ticket: 1 open anna
        => waits: no
        10:33 carla reopen
        => refused: the ticket is open
        ",
    );
}

#[test]
fn a_solve_that_is_taken_back_leaves_who_waited_waiting() {
    story(
        "
        given first_reply 30m
        10:00 customer text
        10:05 anna take
        10:10 anna solve
        => waits: no
        10:11 anna unsolve
        => ticket: 1 open anna
        => waits: 10:00
        => clock: running from 10:00 due 10:30
        ",
    );
    // What an earlier solve had ended stays ended.
    story(
        "
        10:00 customer text
        10:05 anna take
        10:10 anna solve
        10:20 customer text
        10:30 anna solve
        10:31 anna unsolve
        => waits: 10:20
        ",
    );
}

#[test]
fn a_message_from_before_the_solve_that_comes_after_it_reopens() {
    story(
        "
        given threading 0s
        10:00 customer text
        10:20 anna take
        10:30 anna solve
        10:31 customer text of 10:29
        => ticket: 1 open anna
        => waits: 10:29
        ",
    );
}

#[test]
fn solved_becomes_closed_by_a_timer() {
    story(
        "
        10:00 customer text
        10:30 anna solve
        => next: 1d10:30
        1d10:29:59 tick
        => told:
        1d11:00 tick
        => told: closed
        => ticket: 1 closed nobody
        => next: none
        1d11:01 tick
        => told:
        1d12:00 customer text
        => ticket: 2 new nobody
        => previous: 1
        ",
    );
    story(
        "
        given threading any
        10:00 customer text
        10:30 anna solve
        => next: none
        ",
    );
}

#[test]
fn a_ticket_sleeps_until_a_time_or_the_next_message() {
    story(
        "
        10:00 customer text
        10:10 anna take
        10:11 anna snooze 12:00
        => ticket: 1 snoozed anna
        => next: 12:00
        11:59:59 tick
        => told:
        12:00:03 tick
        => told: state
        => ticket: 1 open anna
        12:01 anna snooze 12:01
        => refused: 1970-01-01T12:01:00Z is not in the future
        12:02 anna snooze
        13:00 tick
        => ticket: 1 snoozed anna
        13:01 customer text
        => ticket: 1 open anna
        13:02 anna snooze 14:00
        13:03 anna reply
        => ticket: 1 open anna
        ",
    );
}

#[rstest]
#[case("bruno note", "snooze", "open")]
#[case("anna take", "snooze", "open")]
#[case("anna take", "snooze 14:00", "open")]
#[case("anna pend", "snooze", "pending")]
#[case("anna hold", "snooze 14:00", "on_hold")]
fn a_reply_wakes_it_as_it_was_before_it_slept(
    #[case] before: &str,
    #[case] asleep: &str,
    #[case] state: &str,
    #[values("reply", "template order_ready")] answer: &str,
) {
    story(&format!(
        "
        10:00 customer text
        10:01 {before}
        10:02 anna {asleep}
        10:03 anna snooze 13:00
        10:04 anna {answer}
        => ticket: 1 {state} anna
        "
    ));
}

#[rstest]
#[case("pend", "pending")]
#[case("hold", "on_hold")]
fn a_message_wakes_what_waits(#[case] action: &str, #[case] state: &str) {
    story(&format!(
        "
        10:00 customer text
        10:10 anna {action}
        => ticket: 1 {state} nobody
        10:11 anna {action}
        => told:
        10:12 customer reaction
        => ticket: 1 {state} nobody
        10:13 customer text
        => told: state, received
        => ticket: 1 new nobody
        "
    ));
}

#[test]
fn a_message_typed_on_the_phone_answers() {
    story(
        "
        10:00 customer text
        10:05 phone
        => waits: no
        10:06 customer text of 10:04
        => waits: no
        => unread: 2
        10:07 customer text
        => waits: 10:07
        ",
    );
}

#[test]
fn a_ticket_moves_to_another_queue_with_what_is_promised_there() {
    story(
        "
        given first_reply 60m
        given billing 30m
        10:00 customer text
        => clock: running from 10:00 due 11:00
        10:05 anna take
        10:10 anna move billing
        => told: moved, clock_moved, released
        => ticket: 1 open nobody
        => clock: running from 10:00 due 10:30
        10:11 anna take
        => refused: you are not a member of the queue billing
        10:12 anna takeback anna sales
        => ticket: 1 open anna
        => clock: running from 10:00 due 11:00
        10:13 anna move nowhere
        => refused: there is no queue nowhere
        10:14 anna move sales
        => told:
        10:45 carla move billing
        => breached: 10:45 by retarget
        ",
    );
}

#[test]
fn a_ticket_is_handed_over_with_a_note_in_one_step() {
    story(
        "
        given billing
        10:00 customer text
        10:05 anna take
        10:06 anna handover bruno
        => told: noted, assigned
        => ticket: 1 open bruno
        10:07 anna handover dario
        => refused: the ticket is bruno's
        10:08 bruno handover dario
        => refused: you are not a member of the queue sales
        10:09 bruno handover dario billing
        => told: moved, noted, assigned
        => ticket: 1 open dario
        10:10 dario handover - sales
        => told: moved, noted, released
        => ticket: 1 open nobody
        10:11 anna handover -
        => refused: say to whom, or to which queue
        ",
    );
}

#[test]
fn what_is_to_be_done_is_told_once_when_it_is_due_also_of_a_solved_ticket() {
    story(
        "
        10:00 customer text
        10:05 anna todo bruno 12:00
        => told: todo
        => aside: 1 bruno
        10:05 anna todo - 11:00
        => aside: 1 bruno, 2 -
        => next: 11:00
        10:06 anna todo carlo
        => refused: there is no active agent carlo
        10:07 anna todo dario
        => refused: you are not a member of the queue sales
        10:08 anna todo - 10:08
        => refused: 1970-01-01T10:08:00Z is not in the future
        11:00:05 tick
        => told: todo_due
        11:01 tick
        => told:
        11:02 bruno done 2
        => aside: 1 bruno
        11:03 anna solve
        => next: 12:00
        12:00 tick
        => told: todo_due
        12:01 bruno done 1
        => aside:
        12:02 bruno done 3
        => refused: there is no such thing to be done in this ticket
        ",
    );
}

#[test]
fn followers_and_mentions_belong_to_the_ticket() {
    story(
        "
        given threading 0s
        10:00 customer text
        10:01 bruno follow
        => told: followed
        10:02 bruno follow
        => told:
        10:03 anna note @bruno @carla @anna look
        => concerned: follows bruno, names bruno, names carla
        10:04 bruno read
        => told: marked_read, mentions_seen
        => concerned: follows bruno, names carla
        10:05 anna note @bruno again
        => concerned: follows bruno, names carla, names bruno
        10:06 bruno unfollow
        10:07 carla read
        => concerned: names bruno
        10:08 anna solve
        11:00 customer text
        => ticket: 2 new nobody
        => concerned:
        ",
    );
}

#[test]
fn fields_are_typed_by_queue_and_may_be_needed_to_solve() {
    story(
        "
        given field category choice required sales
        given field order text
        given field price number billing
        10:00 customer text
        10:01 anna set category lost
        => refused: the field category takes one of refund, other
        10:02 anna set price 12
        => refused: tickets of this queue have no field price
        10:03 anna solve
        => refused: these fields have no value yet: category
        10:04 anna set category refund
        => told: field
        10:05 anna set category refund
        => told:
        10:06 bruno set order 4711
        => fields: category, order
        10:07 anna set order -
        => fields: category
        10:08 anna set order -
        => told:
        10:09 anna solve
        => ticket: 1 solved nobody
        10:10 anna set order 12
        => fields: category, order
        ",
    );
}

#[test]
fn links_are_of_pairs_of_tickets_and_stay_with_those_of_the_past() {
    story(
        "
        given threading 0s
        10:00 customer text
        10:01 anna link 9
        => told: linked
        => links: 9
        10:02 bruno link 9
        => told:
        10:03 anna link 1
        => refused: that is the same ticket
        10:04 anna solve
        10:05 anna unlink 8
        => told:
        10:06 anna link 8
        => links: 9, 8
        11:00 customer text
        => ticket: 2 new nobody
        => links:
        11:01 anna link 1
        => links: 1
        11:02 anna unlink 1
        => links:
        ",
    );
}
