//! What people do all day.

use crate::seat::Seat;
use crate::stage::Stage;
use guichet::console::rig::Rig;
use guichet::domain::roster::Role;
use guichet::kit::Timestamp;
use std::time::Duration;

const HOUR: u64 = 3_600;

#[tokio::test(flavor = "multi_thread")]
async fn the_most_urgent_customer_is_answered_and_it_is_read() {
    let stage = Stage::open(60.0, &[], 8).await;
    let token = stage.hire("anna", Role::Agent).await;
    let mut anna = Seat::take(stage.consoles, &token);
    anna.until("eight tickets", |rig| {
        rig.model.inbox.shown.len() >= 8 && rig.model.subject_number().is_some()
    });
    let top = anna.rig.model.subject_number().expect("the cursor stands on the most urgent one");
    anna.keys("r").types("Good morning, I am looking into it.").keys("enter");
    anna.sees("Good morning, I am looking into it.");
    anna.until("a sign that it was read", |rig| {
        let thread = rig.model.thread.as_ref().expect("a thread is open");
        thread.shown.iter().any(|entry| entry.entry.status.as_deref() == Some("read"))
    });
    assert_eq!(anna.rig.model.subject_number(), Some(top));
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_consoles_of_an_agent_stay_in_step_and_share_the_draft() {
    let stage = Stage::open(1.0, &[], 2).await;
    let token = stage.hire("anna", Role::Agent).await;
    let mut desk = Seat::take(stage.consoles, &token);
    let mut home = Seat::take(stage.consoles, &token);
    desk.until("two tickets", |rig| rig.model.inbox.shown.len() >= 2);
    home.until("two tickets", |rig| rig.model.inbox.shown.len() >= 2);
    desk.keys("r").types("half a sentence");
    let number = desk.rig.model.subject_number().expect("a ticket");
    desk.until("the draft to be told", |rig| rig.model.composer.unsaid_since.is_none());
    home.goes_to(number).keys("enter").sees("half a sentence");
    desk.types(", and the rest").keys("enter").sees_taken("half a sentence, and the rest");
    home.until("the composer to be empty", |rig| rig.model.composer.editor.is_empty());
    home.sees("half a sentence, and the rest");
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_goes_away_is_told_and_comes_back_without_a_double() {
    let mut stage = Stage::open(1.0, &[], 2).await;
    let token = stage.hire("anna", Role::Agent).await;
    let mut anna = Seat::take(stage.consoles, &token);
    anna.until("two tickets", |rig| rig.model.inbox.shown.len() >= 2);
    anna.keys("r").types("first").keys("enter").sees_taken("first");
    anna.until("the answer", |rig| rig.model.in_flight.waiting().is_empty());
    stage.relay_stops().await;
    anna.until("the loss to be noticed", |rig| !rig.model.link.is_online());
    anna.types("typed while it was away").keys("enter");
    assert_eq!(anna.rig.model.composer.editor.text(), "typed while it was away");
    stage.relay_returns().await;
    anna.keys("f5").until("the connection", |rig| rig.model.link.is_online());
    anna.keys("enter");
    anna.until("the answer", |rig| {
        let thread = rig.model.thread.as_ref().expect("a thread is open");
        thread.shown.iter().filter(|entry| entry.entry.text == "typed while it was away").count()
            == 1
    });
    assert_eq!(stage.close().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_closes_while_typing_leads_to_a_template() {
    // Twenty seconds until it closes: the machine may be busy when the console is opened.
    let stage = Stage::open(60.0, &[Duration::from_secs(24 * HOUR - 1_200)], 1).await;
    let token = stage.hire("anna", Role::Agent).await;
    let mut anna = Seat::take(stage.consoles, &token);
    let closes_soon = |rig: &Rig| {
        let now = rig.model.desk_now();
        let soon = |until: Timestamp| until.since(now) < 3_600_000;
        rig.model
            .inbox
            .shown
            .iter()
            .find(|row| row.window.until.is_some_and(soon))
            .map(|row| row.number)
    };
    anna.until("the ticket whose window closes first", |rig| closes_soon(rig).is_some());
    let number = closes_soon(&anna.rig).expect("it is shown");
    anna.goes_to(number);
    anna.keys("r").until("an open window", |rig| rig.model.composer.was_open == Some(true));
    anna.types("tomorrow at nine");
    anna.until("the window to close", |rig| rig.model.composer.was_open == Some(false));
    assert_eq!(anna.rig.model.composer.editor.text(), "tomorrow at nine");
    anna.keys("enter");
    anna.until("the templates", |rig| !rig.model.overlays.is_empty());
    anna.keys("enter");
    assert!(anna.rig.screen().contains("tomorrow at nine"), "{}", anna.rig.screen());
    assert_eq!(stage.close().await, Vec::<String>::new());
}
