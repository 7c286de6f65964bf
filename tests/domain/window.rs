//! The 24 hours in which free text is allowed.

use crate::story::story;

#[test]
fn it_runs_from_the_platforms_time_and_each_message_restarts_it() {
    story(
        "
        10:05 customer text of 10:00
        => window: 1d10:00
        11:00 customer reaction
        => window: 1d10:00
        12:00 customer call
        => window: 1d12:00
        12:01 customer text of 09:00          # late: nothing is taken back
        => window: 1d12:00
        ",
    );
}

#[test]
fn after_it_only_templates() {
    story(
        "
        10:00 customer text
        1d09:59:59.999 anna reply
        1d10:00 attempt                       # one millisecond too late
        => send1: failed 131047
        1d10:00 anna reply
        => refused: the 24-hour window is closed since 1970-01-02T10:00:00Z
        1d10:00:01 anna template order_ready
        1d10:00:02 attempt
        => send2: attempting
        ",
    );
}

#[test]
fn the_platform_has_the_last_word() {
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:03 refused 131047
        => told: failed, window_closed
        => send1: failed 131047
        => window: closed 10:03
        10:04 anna reply
        => refused: the 24-hour window is closed since 1970-01-01T10:03:00Z
        10:05 customer text of 10:01
        => window: closed 10:03
        10:06 customer text
        => window: 1d10:06
        ",
    );
    story(
        "
        10:00 customer text
        10:01 anna reply
        10:02 attempt
        10:02 accepted w1
        10:03 status w1 failed 131047
        => window: closed 10:03
        => send1: failed 131047
        => waits: 10:00
        10:04 customer text
        10:05 status w1 failed 131047         # known already
        => told:
        10:06 status w7 failed 131047         # not ours
        => window: 1d10:04
        ",
    );
}

#[test]
fn its_end_is_announced_only_to_who_waits_and_once() {
    story(
        "
        10:00 customer text
        => next: 1d06:00
        1d05:59:59 tick
        => told:
        1d06:00 tick
        => told: window_warned
        1d06:00 tick
        => told:
        => next: 1d09:00
        1d09:00:07 tick
        => told: window_warned
        1d09:45 tick
        => told: window_warned
        => next: 1d10:00
        1d10:01 tick
        => told: window_closed
        => window: closed 1d10:00
        1d10:02 tick
        => told:
        => next: none
        ",
    );
    story(
        "
        10:00 customer text
        1d09:50 tick                          # all at once: one warning
        => told: window_warned
        1d09:51 tick
        => told:
        1d09:52 customer text
        => next: 2d05:52
        ",
    );
    story(
        "
        10:00 customer text
        10:01 phone
        1d09:50 tick
        => told:
        => next: 1d10:00
        ",
    );
}
