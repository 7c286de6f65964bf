//! A whole relay with agents at consoles: who gets what, and that it is on disk with its reasons.

use super::*;
use crate::domain::calendar::{Calendar, Schedule};
use crate::domain::command::{Action, Outcome};
use crate::domain::event::Event;
use crate::domain::id::MessageKey;
use crate::domain::policy::Policy;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Member, Role};
use crate::domain::routing::{AgentRules, Chosen, Mode, OnLeave, Route, Standing, Unfit};
use crate::domain::thread::Sort;
use crate::domain::ticket::{Priority, Tag};
use crate::journal::codec::StreamEvent;
use crate::relay::floor::Here;
use crate::relay::reading::Reading;
use crate::relay::rig::Rig;
use crate::relay::rules::tag_key;
use std::sync::Arc;

mod offers;

fn mode(mode: Mode) -> impl Fn(&mut Policy) {
    move |policy| {
        policy.queues.entry("support".into()).or_default().assignment.mode = mode;
    }
}

fn router(rig: &Rig) -> Arc<Router> {
    Arc::new(Router::new(rig.relay.clone()))
}

fn here(rig: &Rig, member: &Member) -> Here {
    rig.relay.floor.presences.enter(&member.name, &rig.relay.clock)
}

fn holder(rig: &Rig, ticket: TicketNumber) -> Option<Name> {
    let views = rig.relay.store.read();
    let id = views.conversation_of(ticket).expect("known");
    views.conversation(id).expect("in memory").head.ticket.as_ref()?.assignee.clone()
}

/// What happened to a ticket, the latest last.
fn told(rig: &Rig, ticket: TicketNumber) -> Vec<Event> {
    let id = rig.relay.store.read().conversation_of(ticket).expect("known");
    let state = rig.relay.store.conversation(id).expect("readable").expect("there");
    let entries = state.thread.iter();
    let told = entries.filter(|entry| matches!(entry.sort(), Sort::Event | Sort::Opened));
    let read =
        told.map(|entry| match rig.relay.opener.found(entry.place()).expect("there").event {
            StreamEvent::Conversation(event) => event,
            other => panic!("{other:?}"),
        });
    read.collect()
}

#[tokio::test]
async fn waiting_tickets_are_given_out_and_the_table_is_kept() {
    let rig = Rig::manual().await;
    let [anna, bruno] =
        [rig.account("anna", Role::Agent).await, rig.account("bruno", Role::Agent).await];
    rig.account("carla", Role::Agent).await;
    rig.rule(mode(Mode::LeastActive)).await;
    let router = router(&rig);
    let mut tickets = Vec::new();
    for nth in 0..13 {
        tickets.push(rig.customer_writes(&format!("39000000{nth:04}"), "ciao").await);
    }
    assert!(!router.clone().drain().await, "nobody is there: nothing to look at");
    let _both = (here(&rig, &anna), here(&rig, &bruno));
    assert!(router.clone().drain().await, "three of them wait");
    let of = |name: &str| {
        let mine = |ticket: &&TicketNumber| holder(&rig, **ticket).is_some_and(|of| of == *name);
        tickets.iter().filter(mine).count()
    };
    assert_eq!(
        (of("anna"), of("bruno"), of("carla")),
        (5, 5, 0),
        "nobody has more than he carries"
    );
    let given = tickets.iter().find(|ticket| holder(&rig, **ticket).is_some()).expect("one");
    let Some(Event::Assigned { to: Some(to), by, table: Some(table), .. }) =
        told(&rig, *given).pop()
    else {
        panic!("given with its table");
    };
    assert_eq!((by.as_str(), Some(&to)), ("-relay", holder(&rig, *given).as_ref()));
    assert_eq!((table.queue.as_str(), table.chosen), ("support", Some(Chosen::Least)));
    let carla = table.rows.iter().find(|row| row.agent == *"carla").expect("looked at");
    assert_eq!(carla.unfit, Some(Unfit::Absent { standing: Standing::Offline }));
    let reading = Reading::new(rig.relay.store.clone(), rig.relay.opener.clone());
    let why = reading.why(&anna, *given).expect("seen");
    assert_eq!((why.assignee, why.by, why.waits), (Some(to.to_string()), None, false));
    assert_eq!((why.table.as_ref(), why.routed), (Some(table.as_ref()), None));
    let waits = tickets.iter().find(|ticket| holder(&rig, **ticket).is_none()).expect("one");
    let why = reading.why(&anna, *waits).expect("seen");
    assert_eq!((why.assignee, why.waits, why.table), (None, true, None));
    // One is solved: there is room for one more.
    rig.act(
        &anna,
        *tickets
            .iter()
            .find(|of| holder(&rig, **of).is_some_and(|of| of == *"anna"))
            .expect("hers"),
        Action::Solve,
    )
    .await
    .expect("solved");
    assert!(router.drain().await);
    let waits = tickets.iter().filter(|ticket| holder(&rig, **ticket).is_none()).count();
    assert_eq!(waits, 2);
    rig.close().await;
}

#[tokio::test]
async fn whose_turn_it_is_outlives_a_restart() {
    let rig = Rig::manual().await;
    let mut all = Vec::new();
    for name in ["anna", "bruno", "carla"] {
        let member = rig.account(name, Role::Agent).await;
        all.push(here(&rig, &member));
    }
    rig.rule(mode(Mode::RoundRobin)).await;
    let mut turns = Vec::new();
    for nth in 0..6 {
        let ticket = rig.customer_writes(&format!("39000000{nth:04}"), "ciao").await;
        // Each with a router that remembers nothing.
        router(&rig).drain().await;
        turns.push(holder(&rig, ticket).expect("given").to_string());
    }
    assert_eq!(turns, ["anna", "bruno", "carla", "anna", "bruno", "carla"]);
    rig.close().await;
}

#[tokio::test]
async fn a_rule_decides_with_the_first_message() {
    let rig = Rig::manual().await;
    let [anna, bruno] =
        [rig.account("anna", Role::Agent).await, rig.account("bruno", Role::Agent).await];
    let vip = Tag { name: "vip".into(), key: tag_key(&rig.relay.vault, &"vip".into()) };
    let tag = vip.clone();
    rig.rule(move |policy| {
        mode(Mode::LeastActive)(policy);
        let skills = [(Name::from("tax"), 2)];
        policy.agents.insert(
            "bruno".into(),
            AgentRules { skills: skills.clone().into(), ..AgentRules::default() },
        );
        policy.routes.push(Route {
            name: "tax".into(),
            lines: vec!["support".into()],
            words: [(Name::from("it"), vec!["fattura".to_owned()])].into(),
            patterns: [].into(),
            referrals: Vec::new(),
            buttons: Vec::new(),
            contact: None,
            during: None,
            queue: None,
            priority: Some(Priority::High),
            tags: vec![tag.clone()],
            skills: skills.into(),
        });
    })
    .await;
    let (plain, tax) = (
        rig.customer_writes("390000000001", "ciao").await,
        rig.customer_writes("390000000002", "La mia FATTURA!").await,
    );
    {
        let views = rig.relay.store.read();
        let state = views.conversation(views.conversation_of(tax).expect("known")).expect("there");
        let ticket = state.unsolved().expect("a ticket");
        assert_eq!((ticket.priority, ticket.tags.len()), (Priority::High, 1));
        assert_eq!(ticket.tags[0].key, vip.key);
    }
    let Event::TicketOpened { routed: Some(routed), .. } = told(&rig, tax).remove(0) else {
        panic!("routed");
    };
    assert_eq!((routed.rule.as_str(), routed.demand.language), ("tax", Some("it".into())));
    let _anna = here(&rig, &anna);
    let router = router(&rig);
    assert!(router.clone().drain().await, "anna knows nothing of taxes");
    assert_eq!((holder(&rig, plain), holder(&rig, tax)), (Some("anna".into()), None));
    let reading = Reading::new(rig.relay.store.clone(), rig.relay.opener.clone());
    let why = reading.why(&anna, tax).expect("seen");
    assert_eq!(why.routed.map(|routed| routed.rule), Some("tax".into()));
    let (nobody, table) = look_at(&rig.relay, tax).expect("it waits");
    assert_eq!((nobody, table.chosen), (None, None));
    let _bruno = here(&rig, &bruno);
    assert!(!router.drain().await);
    assert_eq!(holder(&rig, tax), Some("bruno".into()));
    // What the customer says later is read by no rule.
    rig.customer_writes("390000000001", "fattura").await;
    assert_eq!(
        told(&rig, plain).iter().filter(|event| matches!(event, Event::Tagged { .. })).count(),
        0
    );
    rig.close().await;
}

#[tokio::test]
async fn a_break_a_return_and_a_ticket_that_is_given_back() {
    let rig = Rig::manual().await;
    let [anna, bruno] =
        [rig.account("anna", Role::Agent).await, rig.account("bruno", Role::Agent).await];
    rig.rule(mode(Mode::RoundRobin)).await;
    let running = tokio::spawn(run(rig.relay.clone()));
    let mut position = rig.relay.position.clone();
    let mut until = async |ticket, name: &str| {
        while holder(&rig, ticket).is_none_or(|of| of != *name) {
            position.changed().await.expect("the journal is open");
        }
    };
    let _both = (here(&rig, &anna), here(&rig, &bruno));
    let (presences, now) = (&rig.relay.floor.presences, rig.relay.clock.now());
    presences.choose(&anna.name, Standing::Break, Some("lunch".into()), now);
    let one = rig.customer_writes("390000000001", "ciao").await;
    until(one, "bruno").await;
    presences.choose(&bruno.name, Standing::Busy, None, now);
    let two = rig.customer_writes("390000000002", "ciao").await;
    presences.choose(&anna.name, Standing::Online, None, now);
    until(two, "anna").await;
    presences.choose(&bruno.name, Standing::Online, None, now);
    rig.act(&anna, two, Action::Release).await.expect("hers");
    until(two, "bruno").await;
    rig.relay.stopping.cancel();
    running.await.expect("no panic");
    rig.close().await;
}

#[tokio::test]
async fn what_a_supervisor_takes_from_somebody_is_not_given_to_him_again() {
    let rig = Rig::manual().await;
    let [anna, carla] =
        [rig.account("anna", Role::Agent).await, rig.account("carla", Role::Supervisor).await];
    rig.rule(mode(Mode::RoundRobin)).await;
    let (ticket, router) = (rig.customer_writes("390000000001", "ciao").await, router(&rig));
    let _here = here(&rig, &anna);
    router.clone().drain().await;
    assert_eq!(holder(&rig, ticket), Some("anna".into()));
    rig.act(&carla, ticket, Action::Release).await.expect("she may");
    assert!(router.clone().drain().await);
    assert_eq!(holder(&rig, ticket), None);
    let (_, table) = look_at(&rig.relay, ticket).expect("it waits");
    let of = |name: &str| table.rows.iter().find(|row| row.agent == *name).cloned();
    assert_eq!(of("anna").and_then(|row| row.unfit), Some(Unfit::Returned));
    rig.close().await;
}

#[tokio::test]
async fn what_becomes_of_the_tickets_of_who_has_a_break() {
    for (on_leave, kept) in [
        (OnLeave::Keep, &["waits", "answered", "pending"][..]),
        (OnLeave::Requeue, &["pending"]),
        (OnLeave::RequeueUnanswered, &["answered", "pending"]),
    ] {
        let rig = Rig::manual().await;
        let anna = rig.account("anna", Role::Agent).await;
        rig.rule(|policy| {
            policy.queues.entry("support".into()).or_default().assignment.on_leave = on_leave;
        })
        .await;
        let mut tickets = Vec::new();
        for (nth, what) in ["waits", "answered", "pending"].into_iter().enumerate() {
            let ticket = rig.customer_writes(&format!("39000000000{nth}"), "ciao").await;
            rig.act(&anna, ticket, Action::Take).await.expect("free");
            tickets.push((what, ticket));
        }
        let answer = rig.reply(&anna, tickets[1].1, "Buongiorno").await;
        rig.relay.desk.attempt(answer).await.expect("it goes");
        let taken = Outcome::Accepted { key: MessageKey(7), id: "wamid.7".into(), held: None };
        rig.relay.desk.settle(answer, taken).await.expect("it went");
        rig.act(&anna, tickets[2].1, Action::Pend).await.expect("hers");
        let hers = || {
            let is = |of: &&(&'static str, TicketNumber)| holder(&rig, of.1) == Some("anna".into());
            tickets.iter().filter(is).map(|of| of.0).collect::<Vec<_>>()
        };
        let _here = here(&rig, &anna);
        let router = router(&rig);
        router.clone().drain().await;
        assert_eq!(hers().len(), 3, "she is there");
        let now = rig.relay.clock.now();
        rig.relay.floor.presences.choose(&anna.name, Standing::Break, None, now);
        let soon = router.clone().drain().await;
        assert_eq!((hers().len(), soon), (3, on_leave != OnLeave::Keep), "not at once");
        rig.relay.clock.set(now.plus_secs(60));
        router.clone().drain().await;
        assert_eq!(hers(), kept, "{on_leave:?}");
        // Who took it from her did not have it before: she may be given it again.
        if on_leave == OnLeave::Requeue {
            rig.rule(|policy| {
                let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
                (rules.mode, rules.on_leave) = (Mode::LeastActive, OnLeave::Keep);
            })
            .await;
            let now = rig.relay.clock.now();
            rig.relay.floor.presences.choose(&anna.name, Standing::Online, None, now);
            router.clone().drain().await;
            assert_eq!(hers().len(), 3);
        }
        rig.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_the_tickets_of_who_has_gone() {
    let rig = Rig::manual().await.still();
    let anna = rig.account("anna", Role::Agent).await;
    rig.rule(|policy| {
        let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
        rules.on_leave = OnLeave::Requeue;
    })
    .await;
    let ticket = rig.customer_writes("390000000001", "ciao").await;
    rig.act(&anna, ticket, Action::Take).await.expect("free");
    let router = router(&rig);
    let console = here(&rig, &anna);
    tokio::time::advance(crate::relay::floor::GRACE).await;
    router.clone().drain().await;
    assert_eq!(holder(&rig, ticket), Some("anna".into()), "she is there");
    drop(console);
    assert!(router.clone().drain().await, "it is looked at again");
    assert_eq!(holder(&rig, ticket), Some("anna".into()), "she may only have lost the line");
    tokio::time::advance(crate::relay::floor::GRACE).await;
    router.clone().drain().await;
    assert_eq!(holder(&rig, ticket), None);
    let Some(Event::Assigned { to: None, by, .. }) = told(&rig, ticket).pop() else {
        panic!("it is told");
    };
    assert_eq!(by.as_str(), "-relay");
    rig.close().await;
}

#[tokio::test]
async fn what_is_given_to_who_is_away_waits_for_his_return() {
    let rig = Rig::manual().await;
    let [anna, carla] =
        [rig.account("anna", Role::Agent).await, rig.account("carla", Role::Supervisor).await];
    rig.rule(|policy| {
        let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
        rules.on_leave = OnLeave::Requeue;
    })
    .await;
    let mut tickets = Vec::new();
    for nth in 0..3 {
        tickets.push(rig.customer_writes(&format!("39000000000{nth}"), "ciao").await);
    }
    let to_anna = || Action::Assign { to: Some("anna".into()), given: None };
    let (router, presences) = (router(&rig), &rig.relay.floor.presences);
    let _here = here(&rig, &anna);
    rig.act(&anna, tickets[0], Action::Take).await.expect("free");
    rig.act(&carla, tickets[1], to_anna()).await.expect("free");
    let began = rig.relay.clock.now().plus_secs(10);
    rig.relay.clock.set(began);
    presences.choose(&anna.name, Standing::Break, None, began);
    rig.relay.clock.set(began.plus_secs(30));
    rig.act(&carla, tickets[2], to_anna()).await.expect("free");
    rig.relay.clock.set(began.plus_secs(60));
    router.clone().drain().await;
    let hers = || tickets.iter().map(|of| holder(&rig, *of).is_some()).collect::<Vec<_>>();
    assert_eq!(hers(), [false, false, true], "the last one was given for after her break");
    // Another break begins after that.
    let again = began.plus_secs(100);
    rig.relay.clock.set(again);
    presences.choose(&anna.name, Standing::Online, None, again);
    presences.choose(&anna.name, Standing::Break, None, again);
    rig.relay.clock.set(again.plus_secs(60));
    router.drain().await;
    assert_eq!(hers(), [false, false, false]);
    rig.close().await;
}

#[tokio::test]
async fn who_is_away_after_his_shift_does_not_come_back() {
    let rig = Rig::manual().await;
    let anna = rig.account("anna", Role::Agent).await;
    let week = std::array::from_fn(|_| vec!["00:00-01:00".parse().expect("a shift")]);
    let schedule = Schedule::new("night", "UTC", week, std::collections::BTreeMap::new());
    let night = Calendar::Hours(Arc::new(schedule.expect("sound")));
    rig.rule(|policy| {
        mode(Mode::LeastActive)(policy);
        let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
        rules.on_leave = OnLeave::Requeue;
        let hours = AgentRules { hours: Some(night), ..AgentRules::default() };
        policy.agents.insert("anna".into(), hours);
    })
    .await;
    let (one, router) = (rig.customer_writes("390000000001", "ciao").await, router(&rig));
    let _here = here(&rig, &anna);
    rig.act(&anna, one, Action::Take).await.expect("she may take it herself");
    let two = rig.customer_writes("390000000002", "ciao").await;
    router.clone().drain().await;
    assert_eq!((holder(&rig, one), holder(&rig, two)), (Some("anna".into()), None));
    let now = rig.relay.clock.now();
    rig.relay.floor.presences.choose(&anna.name, Standing::Away, None, now);
    router.drain().await;
    assert_eq!(holder(&rig, one), None);
    rig.close().await;
}

#[tokio::test]
async fn who_solved_one_writes_it_up_before_he_is_given_another() {
    let rig = Rig::manual().await;
    let anna = rig.account("anna", Role::Agent).await;
    rig.rule(|policy| {
        let rules = &mut policy.queues.entry("support".into()).or_default().assignment;
        (rules.mode, rules.wrap_up) = (Mode::RoundRobin, Some(30));
    })
    .await;
    let _here = here(&rig, &anna);
    let first = rig.customer_writes("390000000001", "ciao").await;
    let router = router(&rig);
    router.clone().drain().await;
    rig.act(&anna, first, Action::Solve).await.expect("hers");
    let second = rig.customer_writes("390000000002", "ciao").await;
    router.clone().drain().await;
    assert_eq!(holder(&rig, second), None, "she writes it up");
    let now = rig.relay.clock.now();
    let standing =
        |now| standing(&rig.relay.floor.presences, &rig.relay.store.read(), &anna.name, now);
    assert_eq!(standing(now.plus_secs(29)), Standing::WrapUp);
    assert_eq!(standing(now.plus_secs(30)), Standing::Online);
    rig.relay.clock.set(now.plus_secs(30));
    router.clone().drain().await;
    assert_eq!(holder(&rig, second), Some("anna".into()));
    rig.close().await;
}

#[tokio::test]
async fn somebody_was_quicker() {
    let rig = Rig::manual().await;
    let anna = rig.account("anna", Role::Agent).await;
    rig.account("bruno", Role::Agent).await;
    let ticket = rig.customer_writes("390000000001", "ciao").await;
    let id = rig.relay.store.read().conversation_of(ticket).expect("known");
    let handing = |from: Option<&str>, to: &str| Handing {
        ticket,
        queue: "support".into(),
        from: from.map(Name::from),
        to: Some(to.into()),
        table: None,
    };
    rig.act(&anna, ticket, Action::Take).await.expect("free");
    let late = rig.relay.desk.hand(id, handing(None, "bruno"), None).await;
    assert_eq!(late.expect_err("late"), Refusal::HeldBy { holder: "anna".into() });
    let unknown = rig.relay.desk.hand(id, handing(Some("anna"), "zoe"), None).await;
    assert_eq!(unknown.expect_err("unknown"), Refusal::AgentUnknown { name: "zoe".into() });
    let elsewhere = Handing { queue: "billing".into(), ..handing(Some("anna"), "bruno") };
    let elsewhere = rig.relay.desk.hand(id, elsewhere, None).await;
    assert_eq!(elsewhere.expect_err("moved"), Refusal::QueueForeign { queue: "support".into() });
    rig.relay.desk.hand(id, handing(Some("anna"), "bruno"), None).await.expect("as it was seen");
    assert_eq!(holder(&rig, ticket), Some("bruno".into()));
    rig.close().await;
}
