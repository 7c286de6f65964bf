//! The relay goes away and comes back; the console goes away and comes back.

use crate::desk::Desk;
use rustix::process::Signal;

/// The age that the banner tells.
fn age(shown: &str) -> Option<&str> {
    let after = shown.split_once("shown as of ")?.1;
    Some(after.split_once(" ago")?.0)
}

#[test]
fn a_killed_relay_is_told_with_the_age_of_what_is_shown_and_found_again_without_a_key() {
    let mut desk = Desk::open();
    let mut tty = desk.console(&[]);
    desk.dies();
    tty.until("the banner", |tty| tty.shown().contains("OFFLINE") && age(&tty.shown()).is_some());
    assert!(tty.shown().contains("hello there"), "{}", tty.shown());
    let first = age(&tty.shown()).map(str::to_owned);
    tty.until("an age that grows", |tty| age(&tty.shown()).map(str::to_owned) > first);
    desk.starts();
    desk.hears("393331113333", "wamid.2", "second one");
    tty.until("what came meanwhile", |tty| tty.shown().contains("second one"));
    assert!(!tty.shown().contains("OFFLINE"), "{}", tty.shown());
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
}

#[test]
fn what_was_typed_outlives_a_sigterm_and_is_found_by_the_next_console() {
    let desk = Desk::open();
    let mut tty = desk.composer(&[]);
    tty.types("half a sent");
    tty.until("what is typed", |tty| tty.shown().contains("half a sent"));
    tty.types("ence");
    tty.until("the rest", |tty| tty.shown().contains("half a sentence"));
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
    let mut tty = desk.composer(&[]);
    tty.until("the draft", |tty| tty.shown().contains("half a sentence"));
}

#[test]
fn what_was_typed_while_the_relay_was_away_is_kept_when_it_is_back() {
    let mut desk = Desk::open();
    let mut tty = desk.composer(&[]);
    desk.dies();
    tty.until("the banner", |tty| tty.shown().contains("OFFLINE"));
    tty.types("written alone");
    tty.until("what is typed", |tty| tty.shown().contains("written alone"));
    desk.starts();
    tty.until("the relay", |tty| !tty.shown().contains("OFFLINE"));
    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    let mut tty = desk.composer(&[]);
    tty.until("the draft", |tty| tty.shown().contains("written alone"));
}

#[test]
fn what_was_sent_before_the_console_was_left_is_sent() {
    let desk = Desk::open();
    let mut tty = desk.composer(&[]);
    tty.types("the last word\r");
    tty.types("\x11");
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
    let mut tty = desk.console(&[]);
    tty.until("what was sent", |tty| tty.shown().contains("the last word"));
}
