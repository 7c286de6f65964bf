//! The table of worked examples, by its numbers.

use super::{Case, example, shown, time};
use crate::domain::sla::Metric;
use rstest::rstest;

#[rstest]
#[case::met("10:10:00", "met, used 10m, due Mon 16 Nov 10:10")]
#[case::late("10:10:01", "met_late, used 601s, due Mon 16 Nov 10:10, breached Mon 16 Nov 10:10")]
fn n01_inside_hours(#[case] reply: &str, #[case] clock: &str) {
    example(&format!(
        "
        ROM first_reply 10m
        Mon 16 Nov 10:00 customer
        => first_reply: running, used 0m, due Mon 16 Nov 10:10
        Mon 16 Nov {reply} reply
        => first_reply: {clock}
        "
    ));
}

#[test]
fn n02_across_lunch() {
    example(
        "
        ROM first_reply 30m
        Mon 16 Nov 12:50 customer
        => first_reply: running, used 0m, due Mon 16 Nov 14:20
        ",
    );
}

#[test]
fn n03_friday_evening() {
    example(
        "
        ROM first_reply 60m
        Fri 20 Nov 17:30 customer
        => first_reply: running, used 0m, due Mon 23 Nov 09:30
        Sat 21 Nov 11:00 reply               # outside hours: it ends all the same
        => first_reply: met, used 30m, due Mon 23 Nov 09:30
        ",
    );
}

#[test]
fn n04_arrives_on_saturday() {
    example(
        "
        ROM first_reply 30m
        Sat 21 Nov 15:00 customer
        => first_reply: running, used 0m, due Mon 23 Nov 09:30
        Mon 23 Nov 09:15 reply
        => first_reply: met, used 15m, due Mon 23 Nov 09:30
        ",
    );
    example(
        "
        24x7 first_reply 30m
        Sat 21 Nov 15:00 customer
        Mon 23 Nov 09:15 reply
        => first_reply: met_late, used 2535m, due Sat 21 Nov 15:30, breached Sat 21 Nov 15:30
        ",
    );
}

#[test]
fn n05_holiday_midweek() {
    example(
        "
        ROM first_reply 120m
        Mon 7 Dec 17:00 customer
        => first_reply: running, used 0m, due Wed 9 Dec 10:00
        ",
    );
}

#[test]
fn n07_pause_on_pending() {
    example(
        "
        ROM requester_wait 240m
        Mon 16 Nov 10:00 customer
        => requester_wait: running, used 0m, due Mon 16 Nov 15:00
        Mon 16 Nov 11:00 pending
        => requester_wait: paused, used 60m
        Tue 17 Nov 15:00 customer
        => requester_wait: running, used 60m, due Tue 17 Nov 18:00
        => requester_wait told: started Mon 16 Nov 10:00, paused Mon 16 Nov 11:00, resumed Tue 17 Nov 15:00
        ",
    );
}

#[test]
fn n09_reopened() {
    example(
        "
        ROM requester_wait 480m
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 12:00 solved
        => requester_wait: met, used 120m, due Tue 17 Nov 10:00
        Tue 17 Nov 09:20 reopened
        => requester_wait: running, used 120m, due Tue 17 Nov 16:20
        Tue 17 Nov 10:00 solved
        => requester_wait: met, used 160m, due Tue 17 Nov 16:20
        => requester_wait clocks: Mon 16 Nov 10:00 met
        ",
    );
}

#[test]
fn n10_next_reply_from_the_oldest() {
    example(
        "
        ROM next_reply 30m
        Mon 16 Nov 15:00 customer
        => next_reply: idle
        Mon 16 Nov 15:10 reply
        Mon 16 Nov 16:00 customer
        Mon 16 Nov 16:25 customer
        Mon 16 Nov 16:31 reply
        => next_reply: met_late, used 31m, due Mon 16 Nov 16:30, breached Mon 16 Nov 16:30
        ",
    );
}

#[test]
fn n11_priority_raised() {
    example(
        "
        ROM first_reply normal=240m urgent=60m
        Mon 16 Nov 10:00 customer
        => first_reply: running, used 0m, due Mon 16 Nov 15:00
        Mon 16 Nov 11:30 priority:urgent
        => first_reply: breached_running, used 90m, due Mon 16 Nov 11:00, breached Mon 16 Nov 11:30 by retarget
        Mon 16 Nov 11:31 priority:normal     # what was is never erased
        => first_reply: breached_running, used 91m, due Mon 16 Nov 15:00, breached Mon 16 Nov 11:30 by retarget
        ",
    );
}

#[test]
fn n13_spring() {
    example(
        "
        24x7-rome first_reply 120m
        Sun 29 Mar 01:30 customer
        => first_reply: running, used 0m, due Sun 29 Mar 04:30
        ",
    );
}

#[test]
fn n15_a_shift_with_a_gap() {
    example(
        "
        NIGHT first_reply 450m
        Sun 29 Mar 00:00 customer
        => first_reply: running, used 0m, due Mon 30 Mar 00:30
        Sun 29 Mar 08:00 reply
        => first_reply: met, used 420m, due Mon 30 Mar 00:30
        ",
    );
}

#[test]
fn n17_a_weekend_over_a_change_of_clocks() {
    for (friday, monday, utc) in [
        ("Fri 27 Feb 16:30", "Mon 2 Mar 09:30", "2026-03-02T14:30:00Z"),
        ("Fri 6 Mar 16:30", "Mon 9 Mar 09:30", "2026-03-09T13:30:00Z"),
    ] {
        let mut case = Case::given("NYC first_reply 60m");
        let at = time(&case.zone, friday);
        case.happens(at, "customer");
        let due = case.ledger.latest(Metric::FirstReply).and_then(|clock| clock.due());
        let due = due.expect("it comes");
        assert_eq!((shown(&case.zone, due).as_str(), due.to_string().as_str()), (monday, utc));
    }
}

#[test]
fn n19_the_schedule_changes_on_the_way() {
    example(
        "
        ROM requester_wait 480m
        Mon 16 Nov 16:00 customer
        Tue 17 Nov 12:00 calendar:24x7
        => requester_wait: running, used 300m, due Tue 17 Nov 15:00
        ",
    );
}

#[test]
fn n20_the_window_dies_before_the_promise() {
    example(
        "
        ROM first_reply 60m
        Fri 20 Nov 17:30 customer
        => first_reply: running, used 0m, due Mon 23 Nov 09:30
        => window_24h: running, used 0m, due Sat 21 Nov 17:30
        Sat 21 Nov 09:00 customer            # each message restarts it
        => window_24h: running, used 0m, due Sun 22 Nov 09:00
        => window_24h clocks: Fri 20 Nov 17:30 met, Sat 21 Nov 09:00 running
        ",
    );
}

#[test]
fn n23_reminders_and_what_follows() {
    example(
        "
        ROM first_reply 120m share=75 before=30m before=15m after=30m
        Fri 20 Nov 16:30 customer
        => first_reply: running, used 0m, due Mon 23 Nov 09:30
        Fri 20 Nov 18:00 now
        => first_reply told: started Fri 20 Nov 16:30, 75% Fri 20 Nov 18:00, -30m Fri 20 Nov 18:00
        Mon 23 Nov 12:00 now                 # late timers move nothing
        => first_reply told: started Fri 20 Nov 16:30, 75% Fri 20 Nov 18:00, -30m Fri 20 Nov 18:00, -15m Mon 23 Nov 09:15, breached Mon 23 Nov 09:30, +30m Mon 23 Nov 10:00
        ",
    );
}

#[test]
fn n24_a_bot_first() {
    let bot = "
        => first_reply_any: met, used 4s
        Mon 16 Nov 10:05 handoff
        => handoff_wait: running, used 0m
        Mon 16 Nov 10:12 reply
        => handoff_wait: met, used 7m
        => bot_time: met, used 296s, due Mon 16 Nov 10:05:04
        ";
    let begins = "Mon 16 Nov 10:00 customer\nMon 16 Nov 10:00:04 bot_reply";
    example(&format!(
        "24x7 first_reply 60m\n{begins}\n{bot}\n=> first_reply: met, used 12m, due Mon 16 Nov 11:00"
    ));
    example(&format!(
        "24x7 first_reply 60m from-handoff\n{begins}\n=> first_reply: idle\n{bot}\n=> first_reply: met, used 7m, due Mon 16 Nov 11:05"
    ));
}

#[test]
fn n25_a_failed_send() {
    example(
        "
        24x7 first_reply 10m
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:06 reply
        => first_reply: met, used 6m, due Mon 16 Nov 10:10
        Mon 16 Nov 10:07 failed
        => first_reply: running, used 7m, due Mon 16 Nov 10:10
        Mon 16 Nov 10:11 reply
        => first_reply: met_late, used 11m, due Mon 16 Nov 10:10, breached Mon 16 Nov 10:10
        => first_reply told: started Mon 16 Nov 10:00, met Mon 16 Nov 10:06, revoked Mon 16 Nov 10:07, breached Mon 16 Nov 10:10, met Mon 16 Nov 10:11
        ",
    );
}

#[test]
fn n26_reassigned() {
    example(
        "
        24x7 first_reply 60m
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:00 assign:A
        Mon 16 Nov 10:40 assign:B
        => first_reply: running, used 40m, due Mon 16 Nov 11:00
        Mon 16 Nov 10:55 reply
        => first_reply: met, used 55m, due Mon 16 Nov 11:00
        => holds: A 40m, B 15m
        ",
    );
}

#[test]
fn n29_solved_with_thanks_last() {
    example(
        "
        24x7 next_reply 30m
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:05 reply
        Mon 16 Nov 10:10 customer
        Mon 16 Nov 10:15 solved
        => next_reply: voided, used 5m, due Mon 16 Nov 10:40
        Mon 16 Nov 12:00 now
        => next_reply: voided, used 5m, due Mon 16 Nov 10:40
        ",
    );
}

#[test]
fn n30_a_burst_is_one() {
    example(
        "
        24x7 first_reply 10m
        Mon 16 Nov 10:00:03 customer
        Mon 16 Nov 10:00:01 customer
        Mon 16 Nov 10:00:08 customer
        Mon 16 Nov 10:00:05 customer
        Mon 16 Nov 10:00:02 customer
        => first_reply clocks: Mon 16 Nov 10:00:01 running
        ",
    );
}

#[test]
fn n31_webhooks_out_of_order() {
    example(
        "
        24x7 first_reply 10m
        Mon 16 Nov 10:00:05 customer
        Mon 16 Nov 10:10:03 reply
        => first_reply: met, used 598s, due Mon 16 Nov 10:10:05
        Mon 16 Nov 10:00:01 customer
        => first_reply: met_late, used 602s, due Mon 16 Nov 10:10:01, breached Mon 16 Nov 10:10:01
        ",
    );
}

#[test]
fn n32_nothing_is_promised() {
    example(
        "
        24x7
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:20 pending
        => first_reply: running, used 20m
        => requester_wait: paused, used 20m
        Mon 16 Nov 10:21 reply
        => first_reply: met, used 21m
        ",
    );
}

#[test]
fn a_reply_that_fails_after_the_next_question_takes_up_the_old_clock() {
    example(
        "
        24x7 next_reply 30m
        Mon 16 Nov 09:00 customer
        Mon 16 Nov 09:01 reply
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:40 reply
        Mon 16 Nov 10:45 customer
        => next_reply clocks: Mon 16 Nov 10:00 met_late, Mon 16 Nov 10:45 running
        Mon 16 Nov 10:50 failed
        => next_reply clocks: Mon 16 Nov 10:00 breached_running, Mon 16 Nov 10:45 voided
        Mon 16 Nov 12:00 now
        => next_reply told: started Mon 16 Nov 10:00, breached Mon 16 Nov 10:30, met Mon 16 Nov 10:40, started Mon 16 Nov 10:45, voided Mon 16 Nov 10:50, revoked Mon 16 Nov 10:50
        ",
    );
}

#[test]
fn updates_are_owed_while_it_is_unsolved() {
    example(
        "
        24x7 periodic_update 60m pausable_update 60m
        Mon 16 Nov 10:00 customer
        => periodic_update: idle
        Mon 16 Nov 10:10 reply
        Mon 16 Nov 10:20 pending
        => periodic_update: running, used 10m, due Mon 16 Nov 11:10
        => pausable_update: paused, used 10m
        Mon 16 Nov 11:30 open
        => pausable_update: running, used 10m, due Mon 16 Nov 12:20
        Mon 16 Nov 12:00 reply
        => periodic_update clocks: Mon 16 Nov 10:10 met_late, Mon 16 Nov 12:00 running
        => pausable_update clocks: Mon 16 Nov 10:10 met, Mon 16 Nov 12:00 running
        Mon 16 Nov 12:30 solved
        => periodic_update: voided, used 30m, due Mon 16 Nov 13:00
        ",
    );
}

#[test]
fn work_stands_still_where_others_are_waited_for() {
    let happens = "
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:30 pending
        Mon 16 Nov 11:00 on_hold
        Mon 16 Nov 11:30 open
        Mon 16 Nov 12:00 solved
        Mon 16 Nov 13:00 reopened
        Mon 16 Nov 13:30 now
        ";
    example(&format!(
        "
        24x7 requester_wait 240m agent_work 240m total_resolution 240m
        {happens}
        => requester_wait: running, used 120m, due Mon 16 Nov 15:30
        => agent_work: running, used 90m, due Mon 16 Nov 16:00
        => total_resolution: running, used 150m, due Mon 16 Nov 15:00
        "
    ));
    example(&format!(
        "
        24x7 total_resolution 240m pauses restarts
        {happens}
        => total_resolution: running, used 30m, due Mon 16 Nov 17:00
        => total_resolution clocks: Mon 16 Nov 10:00 met, Mon 16 Nov 13:00 running
        "
    ));
}

#[test]
fn after_the_threading_interval_clocks_are_new() {
    example(
        "
        24x7 first_reply 30m next_reply 30m
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:10 solved
        Tue 17 Nov 10:10 customer            # to the second a day: it reopens
        => first_reply: voided, used 10m, due Mon 16 Nov 10:30
        => next_reply: running, used 0m, due Tue 17 Nov 10:40
        Tue 17 Nov 10:20 solved
        Wed 18 Nov 10:21 customer
        => first_reply: running, used 0m, due Wed 18 Nov 10:51
        => next_reply: idle
        ",
    );
}

#[test]
fn a_warning_comes_again_for_another_target_and_not_for_a_pause() {
    example(
        "
        24x7 requester_wait normal=60m urgent=40m share=50
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:30 pending
        Mon 16 Nov 10:50 open
        Mon 16 Nov 10:51 now
        => requester_wait told: started Mon 16 Nov 10:00, 50% Mon 16 Nov 10:30, paused Mon 16 Nov 10:30, resumed Mon 16 Nov 10:50
        Mon 16 Nov 10:52 priority:urgent
        Mon 16 Nov 10:53 now
        => requester_wait told: started Mon 16 Nov 10:00, 50% Mon 16 Nov 10:30, paused Mon 16 Nov 10:30, resumed Mon 16 Nov 10:50, retargeted Mon 16 Nov 10:52, 50% Mon 16 Nov 10:52
        ",
    );
}

#[test]
fn the_platforms_free_days_begin_with_our_answer_to_an_advertisement() {
    example(
        "
        24x7 first_reply 60m
        Mon 16 Nov 10:00 referred
        => window_fep_72h: idle
        Mon 16 Nov 12:00 reply
        => window_fep_72h: running, used 0m, due Thu 19 Nov 12:00
        ",
    );
}

#[test]
fn the_ticket_that_ends_in_a_merge_counts_no_more() {
    example(
        "
        24x7 first_reply 60m requester_wait 60m
        Mon 16 Nov 10:00 customer
        Mon 16 Nov 10:10 merged
        => first_reply: voided, used 10m, due Mon 16 Nov 11:00
        => requester_wait: voided, used 10m, due Mon 16 Nov 11:00
        ",
    );
}
