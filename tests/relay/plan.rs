//! What a changed file would change is said before, and is what the reload then does.

use crate::alerts::until;
use crate::rig::{Rig, config};
use crate::sessions::Console;
use guichet::domain::id::TicketNumber;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use guichet::relay::admin::{AdminRequest, call};
use guichet::wire::{PlanView, PlannedClock};
use std::collections::BTreeMap;
use std::path::Path;

const NOW: i64 = 1_795_000_000;

type Known = BTreeMap<(TicketNumber, String), (Option<Timestamp>, bool)>;

/// When each clock is due, and whether it is late.
fn clocks(rig: &Rig) -> Known {
    let views = rig.daemon.relay.store.read();
    let tickets = views.conversations().filter_map(|state| state.unsolved());
    let each = tickets.flat_map(|ticket| {
        ticket.clocks.iter().map(|clock| {
            let known = (clock.due(), clock.breached().is_some());
            ((ticket.number, clock.metric.word().to_owned()), known)
        })
    });
    each.collect()
}

/// What became of clocks between two looks.
fn moved(before: &Known, after: &Known) -> Vec<PlannedClock> {
    let each = before.iter().filter_map(|((ticket, metric), (due, late))| {
        let (then, late_then) = after.get(&(*ticket, metric.clone()))?;
        let breaches = *late_then && !late;
        (due != then || breaches).then(|| PlannedClock {
            ticket: *ticket,
            metric: metric.clone(),
            before: *due,
            after: *then,
            breaches,
        })
    });
    each.collect()
}

async fn planned(dir: &Path) -> Result<PlanView, String> {
    let path = dir.join("relay.toml").to_string_lossy().into_owned();
    let asked = AdminRequest::Plan { path };
    let answer = call(&dir.join("data/admin.sock"), &asked, &mut |_| Ok(())).await;
    let answer = answer.map_err(|error| error.to_string())?;
    Ok(serde_json::from_value(answer).expect("a plan"))
}

/// The same file with something else in it.
fn edit(dir: &Path, from: &str, to: &str) {
    let path = dir.join("relay.toml");
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert!(text.contains(from), "{from}");
    std::fs::write(&path, text.replacen(from, to, 1)).expect("the file is written");
}

#[rstest::rstest]
#[case::nothing("", "", &[], [0, 0, 0, 0])]
#[case::later("\"60m\"", "\"90m\"", &["sla standard changed"], [3, 0, 0, 0])]
#[case::late_at_once("\"60m\"", "\"10m\"", &["sla standard changed"], [3, 0, 0, 3])]
#[case::promised_no_more("normal = \"60m\"", "low = \"60m\"", &["sla standard changed"], [0, 0, 3, 0])]
#[case::another_calendar(
    "[[sla]]\nname = \"standard\"\nqueues = [\"support\"]\ncalendar = \"24x7\"",
    "[[calendar]]\nname = 'office'\ntimezone = 'UTC'\nhours = { mon = ['09:00-18:00'] }\n\
     [[sla]]\nname = \"standard\"\nqueues = [\"support\"]\ncalendar = \"office\"",
    &["calendar office new", "sla standard changed"],
    [3, 0, 0, 0]
)]
#[case::a_rule_for_new_tickets(
    "[[sla]]",
    "[[route]]\nname = 'all'\npriority = 'high'\n[[sla]]",
    &["route all new new_tickets"],
    [0, 0, 0, 0]
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_what_the_reload_then_does(
    #[case] from: &str,
    #[case] to: &str,
    #[case] changes: &[&str],
    #[case] counts: [usize; 4],
) {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let mut rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    for nth in 1..=3 {
        rig.hears(&format!("39333000000{nth}"), &format!("wamid.{nth}"), NOW, "ciao").await;
    }
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 1_200));
    edit(dir.path(), from, to);
    let (before, head) = (clocks(&rig), rig.daemon.relay.store.reader().head());
    let plan = planned(dir.path()).await.expect("a plan");
    assert_eq!(rig.daemon.relay.store.reader().head(), head, "nothing is written");
    assert_eq!(clocks(&rig), before);

    let told = plan.changes.iter().map(|of| {
        let rules = if of.new_tickets { " new_tickets" } else { "" };
        format!("{} {} {}{rules}", of.what, of.name, of.how)
    });
    assert_eq!(told.collect::<Vec<_>>(), changes);
    assert_eq!((plan.restart.as_slice(), &plan.unreadable), (&[][..], &None));
    let of = &plan.clocks;
    assert_eq!([of.moved, of.gained, of.lost, of.breached], counts);
    rig.daemon.take_over(&dir.path().join("relay.toml")).await.expect("taken over");
    let mut named = plan.clocks.named;
    named.sort_by_key(|of| of.ticket);
    assert_eq!(named, moved(&before, &clocks(&rig)));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_would_be_given_what_waits_is_given_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let mut rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let _here = Console::open(&rig, &bruno).await;
    for nth in 1..=3 {
        rig.hears(&format!("39333000000{nth}"), &format!("wamid.{nth}"), NOW, "ciao").await;
    }
    edit(dir.path(), "[[sla]]", "[[queue]]\nname = 'support'\nassign = 'least_active'\n[[sla]]");
    // He is there when the relay has noticed it.
    let mut given = Vec::new();
    for _ in 0..600 {
        given = planned(dir.path()).await.expect("a plan").given;
        if !given.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let mut given: Vec<_> = given.into_iter().map(|of| (of.ticket.0, of.queue, of.to)).collect();
    given.sort();
    let wanted = |n| (n, "support".to_owned(), "bruno".to_owned());
    assert_eq!(given, [1, 2, 3].map(wanted));
    let held = rig.daemon.relay.store.read().shelves().load(&"bruno".into()).0;
    assert_eq!(held, 0, "asking gives nothing out");
    rig.daemon.take_over(&dir.path().join("relay.toml")).await.expect("taken over");
    let store = &rig.daemon.relay.store;
    until("they are his", || (store.read().shelves().load(&"bruno".into()).0 == 3).then_some(()))
        .await;
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reload_would_refuse_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    let rig = Rig::start(config(dir.path(), "1", "2"), clock).await;
    edit(dir.path(), "[relay]", "[relay]\nqueue_capacity = 100");
    let plan = planned(dir.path()).await.expect("a plan");
    assert_eq!(plan.restart, ["[relay] queue_capacity"]);
    edit(dir.path(), "file = \"app_secret\"", "file = \"elsewhere\"");
    let why = planned(dir.path()).await.expect("a plan").unreadable.expect("a secret is missing");
    assert!(why.contains("elsewhere"), "{why}");
    edit(dir.path(), "\"60m\"", "\"60x\"");
    let why = planned(dir.path()).await.expect_err("faulty");
    assert!(why.contains("is no duration"), "{why}");
    rig.daemon.stop().await.expect("a clean stop");
}
