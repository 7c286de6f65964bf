//! What is done when a promise is nearly broken, or has been broken for long.

use crate::story::story;

#[test]
fn example_23_half_an_hour_after_it_was_due() {
    // Friday 16:30 and the working week: the story's days are all alike, so the night takes the weekend's place.
    story(
        "
        given first_reply 120m
        given working 09:00-18:00
        given level first_reply -15m agent supervisors
        given level first_reply +30m supervisors mail=boss@example.org hook=oncall
        16:30 customer text
        1d09:14:59 tick
        => levels:
        1d09:15 tick
        => levels: 1d09:15 first_reply 0 [carla]
        => owed:
        1d09:30:01 tick
        => told: clock_breached
        => next: 1d10:00
        1d10:00 tick
        => levels: 1d10:00 first_reply 1 [carla boss@example.org oncall]
        => owed: 11
        1d10:01 tick
        => told:
        1d10:02 delivered 1
        => told: alerted
        1d10:02 delivered 1
        => told:
        => owed: 1
        1d10:03 anna solve
        1d10:04 lost 0
        => told: alerted
        => owed:
        ",
    );
}

#[test]
fn time_that_always_passes_is_counted_from_the_due_instant() {
    story(
        "
        given first_reply 60m
        given working 09:00-18:00
        given level first_reply -3h always agent
        given level first_reply -40m agent
        given level first_reply +30m always agent
        given level first_reply +30m agent
        17:20 customer text
        23:59 tick
        => levels: 17:40 first_reply 1 []
        1d06:20 tick
        => levels: 1d06:20 first_reply 0 []
        1d09:20 tick
        => next: 1d09:20:00.001
        2d09:00 tick
        => levels: 1d09:50 first_reply 2 [], 1d09:50 first_reply 3 []
        ",
    );
}

#[test]
fn what_is_met_at_the_very_instant_does_not_escalate() {
    let given = "
        given first_reply 10m
        given level first_reply +0s supervisors
        10:00 customer text
        10:00 anna reply
        10:05 attempt
        ";
    story(&format!("{given}\n 10:10 accepted w1\n => told: accepted\n 11:00 tick\n => told:"));
    story(&format!(
        "{given}\n 10:10:00.001 tick\n => told: clock_breached, escalated\n 10:11 accepted w1\n => told: accepted"
    ));
}

#[test]
fn what_a_level_changes_takes_no_level_away() {
    story(
        "
        given first_reply 240m 240m 60m 30m
        given level first_reply -60m priority=urgent agent
        given level first_reply +0s supervisors
        10:00 customer text
        12:59:59 tick
        => told:
        13:00 tick
        => told: clock_warned, priority, clock_moved, clock_breached, escalated, escalated
        => breached: 13:00 by retarget
        => place: sales urgent
        13:01 tick
        => told:
        13:02 anna prioritise high            # another target by a person: anew, and urgent again
        => told: priority, clock_moved
        13:02 tick
        => levels: 10:00 first_reply 0 [], 10:30:00.001 first_reply 1 [carla]
        ",
    );
}

#[test]
fn a_ticket_that_moves_keeps_its_levels_and_gets_the_promises_of_its_new_queue() {
    story(
        "
        given first_reply 60m
        given requester_wait 600m
        given level first_reply +0s queue=billing
        given level first_reply +10m queue=sales
        given other billing first_reply 90m
        given other billing next_reply 20m
        10:00 customer text
        10:01 anna take
        11:00:00.001 tick
        => told: clock_breached, moved, clock_moved, clock_moved, released, escalated
        => place: billing normal
        => ticket: 1 open nobody
        13:00 tick
        => told:
        => place: billing normal
        ",
    );
}

#[test]
fn queues_that_send_a_ticket_to_each_other_come_to_an_end() {
    story(
        "
        given first_reply 60m
        given level first_reply +0s queue=billing
        given level first_reply +1s queue=billing
        given other billing first_reply 30m
        given other billing level first_reply +0s queue=sales
        given other billing level first_reply +1s queue=sales
        10:00 customer text
        12:00 tick
        => levels: 11:00:00.001 first_reply 0 [], 10:30:01 first_reply 1 []
        => place: sales normal
        13:00 tick
        => told:
        ",
    );
}

#[test]
fn it_becomes_somebodys_or_nobodys() {
    story(
        "
        given first_reply 60m
        given level first_reply -30m nobody notify=bruno
        given level first_reply -20m assign=bruno agent
        given level first_reply -10m assign=dario
        10:00 customer text
        10:01 anna take
        10:30 tick
        => told: released, escalated
        => ticket: 1 open nobody
        10:40 tick
        => told: assigned, escalated
        => levels: 10:40 first_reply 1 [bruno]
        10:50 tick                            # dario does not work this queue
        => told: clock_warned, escalated
        => ticket: 1 open bruno
        ",
    );
}

#[test]
fn who_takes_care_of_it_stops_higher_levels_for_a_while() {
    story(
        "
        given first_reply 60m
        given ack 20m
        given level first_reply -30m supervisors
        given level first_reply -25m supervisors
        given level first_reply -20m mail=a@b.example
        10:00 customer text
        10:10 anna ack
        => refused: nothing of the ticket has escalated
        10:30 tick
        10:31 carla ack
        => told: acknowledged
        => next: 10:45                        # the warning
        10:50 tick
        => levels:
        10:51 tick
        => levels: 10:51 first_reply 1 [carla], 10:51 first_reply 2 [a@b.example]
        10:55 anna solve
        10:56 carla ack
        => refused: the ticket is solved
        ",
    );
}

#[test]
fn each_question_escalates_for_itself_and_a_failed_answer_escalates_on() {
    story(
        "
        given next_reply 30m
        given level next_reply -10m agent
        given level next_reply +10m agent
        09:00 customer text
        09:00 anna reply
        09:00 attempt
        09:00 accepted w1
        10:00 customer text
        10:20 tick
        => levels: 10:20 next_reply 0 [anna]
        10:25 anna reply
        10:25 attempt
        10:25 accepted w2
        11:00 tick
        => told:
        11:05 status w2 failed 131026
        11:05 tick
        => told: clock_breached, escalated
        => levels: 10:40 next_reply 1 [anna]
        11:06 anna reply
        11:06 attempt
        11:06 accepted w3
        12:00 customer text
        12:20 tick
        => levels: 12:20 next_reply 0 [anna]
        ",
    );
}

#[test]
fn what_stands_still_does_not_escalate() {
    story(
        "
        given requester_wait 60m
        given level requester_wait -30m agent
        10:00 customer text
        10:00 anna take
        10:20 anna pend
        12:00 tick
        => told:
        12:30 anna open
        12:39 tick
        => told:
        12:40 tick
        => levels: 12:40 requester_wait 0 [anna]
        12:41 anna pend
        13:00 anna open
        13:01 tick
        => told:
        ",
    );
}

#[test]
fn a_message_that_arrives_late_escalates_once() {
    story(
        "
        given first_reply 60m
        given level first_reply -30m supervisors
        given level first_reply -10m supervisors
        10:05 customer text of 10:00
        10:30 tick
        => levels: 10:30 first_reply 0 [carla]
        10:31 customer text of 09:40          # it begins earlier: what is past already is said at once
        10:31 tick
        => levels: 10:30 first_reply 1 [carla]
        10:41 tick
        => told: clock_breached
        ",
    );
}
