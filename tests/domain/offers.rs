//! A ticket is offered before it is given.

use crate::story::story;
use rstest::rstest;

#[test]
fn who_accepts_has_it() {
    story(
        "
        given offers 20s
        10:00 customer text
        10:00:01 rules to anna
        => told: offered
        => ticket: 1 new nobody
        => asking: anna until 10:00:21
        => next: 10:00:21
        10:00:02 rules to bruno
        => refused: the ticket is anna's
        10:00:03 bruno accept
        => refused: the ticket is not offered to you
        10:00:04 bruno decline
        => refused: the ticket is not offered to you
        10:00:05 anna accept
        => told: assigned
        => ticket: 1 open anna
        => asking:
        => next: 1d06:00
        10:00:06 anna accept
        => told:
        10:00:07 anna decline
        => refused: the ticket is not offered to you
        ",
    );
}

#[test]
fn who_declines_or_lets_it_run_out_makes_room_for_the_next() {
    story(
        "
        given offers 20s
        10:00 customer text
        10:01 rules to anna
        10:01:19 tick
        => told:
        10:01:20 tick
        => told: offer_missed
        => asking: not anna
        10:01:20 tick
        => told:
        10:01:21 anna accept
        => refused: the ticket is not offered to you
        10:01:22 rules to bruno
        10:01:23 bruno decline
        => told: offer_declined
        => asking: not anna, not bruno
        => next: 1d06:00
        10:03 rules to anna
        => asking: anna until 10:03:20         # another round
        10:03:05 anna accept
        => ticket: 1 open anna
        ",
    );
}

#[test]
fn an_offer_that_a_late_timer_finds_ran_out_when_it_did() {
    story(
        "
        given offers 20s
        given first_reply 10s
        10:00 customer text
        10:00:01 rules to anna
        11:00 tick                               # the relay was off
        => told: clock_breached, offer_missed
        => asking: not anna
        ",
    );
}

#[test]
fn an_offer_is_taken_back_from_who_goes_and_he_was_not_asked() {
    story(
        "
        given offers 20s
        10:00 customer text
        10:01 rules to anna
        10:01:05 rules from bruno
        => refused: the ticket is nobody's
        10:01:06 rules from anna
        => told: offer_taken_back
        => asking:
        10:01:07 rules from anna
        => refused: the ticket is nobody's
        10:01:08 rules to anna
        => asking: anna until 10:01:28
        ",
    );
}

/// What else ends the asking: somebody has the ticket, it goes elsewhere, there is nothing to do about it.
#[rstest]
#[case("bruno take", "1 open bruno")]
#[case("carla take", "1 open carla")]
#[case("carla assign anna", "1 open anna")]
#[case("bruno reply", "1 open bruno")]
#[case("anna template order_ready", "1 open anna")]
#[case("anna solve", "1 solved nobody")]
#[case("anna pend", "1 pending nobody")]
#[case("anna snooze 14:00", "1 snoozed nobody")]
#[case("carla move billing", "1 new nobody")]
#[case("carla handover bruno", "1 open bruno")]
fn what_ends_the_asking(#[case] what: &str, #[case] ticket: &str) {
    story(&format!(
        "
        given billing
        given offers 20s
        10:00 customer text
        10:01 rules to bruno
        10:01:05 bruno decline
        10:02 rules to anna
        => asking: anna until 10:02:20, not bruno
        10:02:05 {what}
        => ticket: {ticket}
        => asking:
        "
    ));
}

#[test]
fn what_does_not_end_it() {
    story(
        "
        given offers 20s
        10:00 customer text
        10:01 rules to anna
        10:01:01 customer text
        10:01:02 bruno note
        10:01:03 carla prioritise high
        10:01:04 bruno follow
        => asking: anna until 10:01:20
        10:01:05 customer reaction
        10:01:06 anna accept
        => ticket: 1 open anna
        ",
    );
}

#[test]
fn without_a_word_of_the_queue_it_is_given() {
    story(
        "
        10:00 customer text
        10:01 rules to anna
        => told: assigned
        => ticket: 1 open anna
        10:02 rules from anna
        => told: released
        ",
    );
}
