//! Tickets that are offered before they are given.

use super::*;
use crate::domain::offer::{Offer, Unaccepted};
use crate::wire::Answer;

/// The queue offers its tickets for 20 seconds, to one after the other.
async fn offering(rig: &Rig) {
    rig.rule(|policy| {
        let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
        (rules.mode, rules.offer) = (Mode::RoundRobin, Some(20));
    })
    .await;
}

fn offer(rig: &Rig, ticket: TicketNumber) -> Option<Offer> {
    let views = rig.relay.store.read();
    let id = views.conversation_of(ticket).expect("known");
    views.conversation(id).expect("in memory").head.offer().cloned()
}

fn asked(rig: &Rig, ticket: TicketNumber) -> Option<String> {
    offer(rig, ticket).map(|offer| offer.to.to_string())
}

/// So many seconds pass, and what is due happens.
async fn pass(rig: &Rig, seconds: i64) {
    rig.relay.clock.set(rig.relay.clock.now().plus_secs(seconds));
    let due: Vec<_> = rig.relay.store.read().conversations().map(|state| state.id).collect();
    rig.relay.desk.tick(due).await.expect("it runs");
}

#[tokio::test]
async fn what_is_offered_weighs_on_who_is_asked_and_is_his_when_he_accepts() {
    let rig = Rig::manual().await;
    let [anna, bruno] =
        [rig.account("anna", Role::Agent).await, rig.account("bruno", Role::Agent).await];
    offering(&rig).await;
    let mut tickets = Vec::new();
    for nth in 0..12 {
        tickets.push(rig.customer_writes(&format!("39000000{nth:04}"), "ciao").await);
    }
    let _both = (here(&rig, &anna), here(&rig, &bruno));
    // Each with a router that remembers nothing: what is offered is in the journal.
    assert!(router(&rig).drain().await, "two of them wait");
    let before: Vec<_> = tickets.iter().map(|ticket| offer(&rig, *ticket)).collect();
    assert!(router(&rig).drain().await);
    let after: Vec<_> = tickets.iter().map(|ticket| offer(&rig, *ticket)).collect();
    assert_eq!(before, after, "nobody else is asked meanwhile");
    let of = |name: &str| {
        let his = |ticket: &&TicketNumber| asked(&rig, **ticket).as_deref() == Some(name);
        tickets.iter().filter(his).copied().collect::<Vec<_>>()
    };
    assert_eq!((of("anna").len(), of("bruno").len()), (5, 5), "as many as each carries");
    assert!(tickets.iter().all(|ticket| holder(&rig, *ticket).is_none()));
    let weights: u32 = {
        let views = rig.relay.store.read();
        views.shelves().weights(&anna.name).map(|(_, weight)| weight).sum()
    };
    assert_eq!(weights, 500);
    let (mine, his) = (of("anna")[0], of("bruno")[0]);
    let late = rig.act(&anna, his, Action::Accept).await;
    assert_eq!(late.expect_err("it is bruno's"), Refusal::NotOffered);
    rig.act(&anna, mine, Action::Accept).await.expect("hers");
    assert_eq!((holder(&rig, mine), offer(&rig, mine)), (Some("anna".into()), None));
    // A colleague of the queue may be quicker.
    rig.act(&anna, his, Action::Take).await.expect("nobody's");
    let late = rig.act(&bruno, his, Action::Accept).await;
    assert_eq!(late.expect_err("she was quicker"), Refusal::NotOffered);
    let reading = Reading::new(rig.relay.store.clone(), rig.relay.opener.clone());
    let why = reading.why(&anna, mine).expect("seen");
    let answers: Vec<_> = why.asked.iter().map(|of| (of.who.as_str(), of.answer)).collect();
    assert_eq!(answers, [("anna", Answer::Accepted)]);
    assert_eq!(why.table.and_then(|table| table.chosen), Some(Chosen::Turn));
    let why = reading.why(&anna, his).expect("seen");
    let answers: Vec<_> = why.asked.iter().map(|of| (of.who.as_str(), of.answer)).collect();
    assert_eq!((answers, why.table), (vec![("bruno", Answer::Over)], None));
    rig.close().await;
}

#[tokio::test]
async fn who_does_not_take_it_makes_room_for_the_next_and_is_asked_again_after_all_were() {
    let rig = Rig::manual().await;
    let [anna, bruno] =
        [rig.account("anna", Role::Agent).await, rig.account("bruno", Role::Agent).await];
    offering(&rig).await;
    let ticket = rig.customer_writes("390000000001", "ciao").await;
    let _both = (here(&rig, &anna), here(&rig, &bruno));
    let router = router(&rig);
    router.clone().drain().await;
    assert_eq!(asked(&rig, ticket).as_deref(), Some("anna"));
    pass(&rig, 19).await;
    router.clone().drain().await;
    assert_eq!(asked(&rig, ticket).as_deref(), Some("anna"), "she has a second left");
    pass(&rig, 1).await;
    assert_eq!(asked(&rig, ticket), None);
    router.clone().drain().await;
    assert_eq!(asked(&rig, ticket).as_deref(), Some("bruno"));
    rig.act(&bruno, ticket, Action::Decline).await.expect("he is asked");
    assert!(router.clone().drain().await, "it waits");
    assert_eq!(asked(&rig, ticket), None, "all were asked");
    let (nobody, table) = look_at(&rig.relay, ticket).expect("it waits");
    assert_eq!(nobody, None);
    assert!(table.rows.iter().all(|row| matches!(row.unfit, Some(Unfit::Asked { .. }))));
    let reading = Reading::new(rig.relay.store.clone(), rig.relay.opener.clone());
    let answers = |why: crate::wire::WhyView| -> Vec<_> {
        why.asked.into_iter().map(|of| (of.who, of.answer)).collect()
    };
    let why = reading.why(&anna, ticket).expect("seen");
    let wanted = [("anna".to_owned(), Answer::Missed), ("bruno".to_owned(), Answer::Declined)];
    assert_eq!(answers(why), wanted);
    pass(&rig, 60).await;
    router.clone().drain().await;
    assert_eq!(asked(&rig, ticket).as_deref(), Some("anna"));
    let why = reading.why(&anna, ticket).expect("seen");
    assert!(why.waits && why.table.is_some(), "what was seen when she was chosen");
    assert_eq!(answers(why).pop(), Some(("anna".to_owned(), Answer::Waits)));
    rig.close().await;
}

#[tokio::test]
async fn an_offer_is_taken_back_from_who_goes_and_missing_two_is_being_away() {
    let rig = Rig::manual().await;
    let [anna, bruno] =
        [rig.account("anna", Role::Agent).await, rig.account("bruno", Role::Agent).await];
    offering(&rig).await;
    let (presences, router) = (&rig.relay.floor.presences, router(&rig));
    let _both = (here(&rig, &anna), here(&rig, &bruno));
    presences.choose(&bruno.name, Standing::Busy, None, rig.relay.clock.now());
    let one = rig.customer_writes("390000000001", "ciao").await;
    router.clone().drain().await;
    assert_eq!(asked(&rig, one).as_deref(), Some("anna"));
    presences.choose(&anna.name, Standing::Break, None, rig.relay.clock.now());
    router.clone().drain().await;
    assert_eq!(asked(&rig, one), None);
    let Some(Event::OfferEnded(ended)) = told(&rig, one).pop() else { panic!("it is told") };
    assert_eq!(ended.how, Unaccepted::Gone);
    presences.choose(&anna.name, Standing::Online, None, rig.relay.clock.now());
    router.clone().drain().await;
    assert_eq!(asked(&rig, one).as_deref(), Some("anna"), "she could not answer before");
    let two = rig.customer_writes("390000000002", "ciao").await;
    router.clone().drain().await;
    assert_eq!(asked(&rig, two).as_deref(), Some("anna"));
    pass(&rig, 20).await;
    router.clone().drain().await;
    assert_eq!(presences.standing(&anna.name), Standing::Away, "two in a row");
    let notices: Vec<_> = {
        let views = rig.relay.store.read();
        views.live().notices(&anna.name).map(|notice| notice.why).collect()
    };
    use crate::relay::views::Why;
    assert_eq!(notices, [Why::Offered, Why::Offered, Why::Offered, Why::Missed]);
    // She says that she is there: what ran out before is forgotten.
    pass(&rig, 100).await;
    presences.choose(&anna.name, Standing::Online, None, rig.relay.clock.now());
    router.clone().drain().await;
    assert_eq!(presences.standing(&anna.name), Standing::Online);
    assert_eq!(asked(&rig, one).as_deref(), Some("anna"));
    rig.close().await;
}

#[tokio::test]
async fn an_offer_outlives_a_restart_and_runs_out_by_its_time() {
    let rig = Rig::manual().await;
    let anna = rig.account("anna", Role::Agent).await;
    offering(&rig).await;
    let ticket = rig.customer_writes("390000000001", "ciao").await;
    let console = here(&rig, &anna);
    router(&rig).drain().await;
    let made = offer(&rig, ticket).expect("she is asked");
    drop(console);
    // What was folded as it happened reads back from the journal alone.
    let views = crate::relay::views::load(&**rig.relay.store.reader()).expect("readable");
    let id = views.conversation_of(ticket).expect("known");
    assert_eq!(views.conversation(id).expect("there").head.offer(), Some(&made));
    assert_eq!(views.shelves().offers(&anna.name), [(made.until, ticket)]);
    assert_eq!(views.next_deadline(), Some(made.until));
    rig.close().await;
}
