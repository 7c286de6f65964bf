//! A ticket is offered to one, who declines it, then to the next, who accepts it: each by a key.

use crate::seat::Seat;
use crate::stage::Stage;
use guichet::console::rig::Rig;
use guichet::domain::roster::Role;
use guichet::domain::routing::Mode;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_declines_and_the_next_accepts() {
    let stage = Stage::open(1.0, &[], 1).await;
    let tokens = [stage.hire("anna", Role::Agent).await, stage.hire("bruno", Role::Agent).await];
    // No time runs out, however slow the machine, and nobody has enough, however many write.
    stage
        .rule(|policy| {
            let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
            (rules.mode, rules.offer) = (Mode::RoundRobin, Some(86_400));
            for name in ["anna", "bruno"] {
                policy.agents.entry(name.into()).or_default().capacity = Some(100_000);
            }
        })
        .await;
    let consoles = stage.consoles;
    let play = tokio::task::spawn_blocking(move || {
        let mut anna = Seat::take(consoles, &tokens[0]);
        anna.until("an offer", |rig| rig.model.offers().next().is_some());
        let number = anna.rig.model.offers().next().expect("it stands").ticket;
        anna.sees(&format!("▶ #{number} 23h")).sees("alt-g accept alt-d decline");
        let mut bruno = Seat::take(consoles, &tokens[1]);
        bruno.until("who is asked", |rig| {
            let listed = rig.model.inbox.shown.get(&number);
            let offer = listed.and_then(|ticket| ticket.aside.as_ref()?.offer.as_ref());
            offer.is_some_and(|offer| offer.to == "anna")
        });
        assert!(bruno.rig.model.offers().all(|offer| offer.ticket != number));
        anna.keys("alt-d");
        // He accepts whatever he is asked until it is this one.
        let has = |rig: &Rig| rig.model.mirror.mine.get(&number).is_some();
        for _ in 0..1_000 {
            let asked = |rig: &Rig| rig.model.offers().next().is_some();
            bruno.until("an offer or the ticket", |rig| has(rig) || asked(rig));
            if has(&bruno.rig) {
                break;
            }
            bruno.sees("alt-g accept").keys("alt-g");
        }
        bruno.until("the ticket", has);
        anna.until("whose it is", |rig| {
            let listed = rig.model.inbox.shown.get(&number);
            listed.is_some_and(|ticket| ticket.assignee.as_deref() == Some("bruno"))
        });
        assert!(anna.rig.model.offers().all(|offer| offer.ticket != number));
    });
    play.await.expect("it is played");
    assert_eq!(stage.close().await, Vec::<String>::new());
}
