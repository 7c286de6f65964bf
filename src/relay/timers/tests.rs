use super::*;
use crate::domain::private::Private;
use crate::relay::rig::{NOW, Rig};
use tokio::time::advance;

/// Waits until the wait of the oldest ticket was broken, and gives how often each clock was.
async fn breached(rig: &Rig, tickets: usize) -> Vec<Timestamp> {
    let mut position = rig.relay.position.clone();
    loop {
        {
            let views = rig.relay.store.read();
            let clocks = views.conversations().filter_map(|state| {
                let ticket = state.unsolved()?;
                ticket.clocks.first()?.breached()
            });
            let all: Vec<_> = clocks.collect();
            if all.len() == tickets {
                return all;
            }
        }
        position.changed().await.expect("the journal is open");
    }
}

#[tokio::test(start_paused = true)]
async fn deadlines_that_passed_while_nobody_looked_run_at_the_start() {
    let rig = Rig::manual().await.still();
    for nth in 0..200 {
        rig.customer_writes(&format!("39000000{nth:04}"), "ciao").await;
    }
    // Two hours without a relay.
    rig.relay.clock.set(NOW.plus_secs(2 * 3_600));
    let timers = tokio::spawn(run(rig.relay.clone()));
    let due = breached(&rig, 200).await;
    assert!(due.iter().all(|at| *at == NOW.plus_secs(3_600)), "at the due instant itself");
    assert!(rig.relay.store.read().overdue(rig.relay.clock.now(), 10).is_empty());
    rig.relay.stopping.cancel();
    timers.await.expect("no panic");
    rig.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_waited_for_and_a_new_one_wakes_it() {
    let rig = Rig::manual().await.still();
    let timers = tokio::spawn(run(rig.relay.clone()));
    rig.customer_writes("390000000001", "ciao").await;
    rig.relay.clock.set(NOW.plus_millis(3_600_001));
    // However far away the deadline was: it looks once a minute.
    advance(Duration::from_secs(61)).await;
    assert_eq!(breached(&rig, 1).await, [NOW.plus_secs(3_600)]);
    rig.relay.stopping.cancel();
    timers.await.expect("no panic");
    rig.close().await;
}

#[tokio::test(start_paused = true)]
async fn dead_letters_go_after_thirty_days() {
    let rig = Rig::manual().await.still();
    let today = u32::try_from(NOW.secs() / 86_400).expect("a day");
    for day in [today - 31, today - 30, today] {
        let letter = DeskEvent::DeadLettered {
            at: NOW,
            day,
            reason: "test: a letter".into(),
            line: None,
            body: Private::clear("{}".to_owned()),
        };
        rig.relay.desk.record("-test", vec![letter]).await.expect("recorded");
    }
    let timers = tokio::spawn(run(rig.relay.clone()));
    let (old, kept) = (KeyId::Day(today - 31), KeyId::Day(today - 30));
    while rig.relay.vault.contains(old) {
        tokio::task::spawn_blocking(|| ()).await.expect("no panic");
    }
    assert!(rig.relay.vault.contains(kept));
    assert_eq!(rig.relay.store.read().desk().dead_letters.len(), 2);
    assert!(kept_until(today - 31) <= NOW && NOW < kept_until(today - 30));
    rig.relay.stopping.cancel();
    timers.await.expect("no panic");
    rig.close().await;
}
