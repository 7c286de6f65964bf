//! What a supervisor does from the wall: evening out, proposing; and what it counts across a restart.

use crate::headers::guichet;
use crate::rig::{Rig, config};
use crate::sessions::Console;
use guichet::domain::id::TicketNumber;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use guichet::wire::{Fresh, NoticeKind, ThreadNews, Watch};
use serde_json::{Value, json};
use tempfile::TempDir;

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &TempDir) -> Rig {
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    Rig::start(config(dir.path(), "1", "2"), clock).await
}

fn about(console: &Console, watch: u32) -> Option<ThreadNews> {
    match console.parts.get(&watch)? {
        Fresh::Thread { about, .. } => Some(about.clone()),
        _ => None,
    }
}

/// Ticket and to whom, of each move.
fn moves(view: &Value) -> Vec<(u64, String, String)> {
    let one = |of: &Value| {
        let name = |key: &str| of[key].as_str().expect("a name").to_owned();
        (of["ticket"].as_u64().expect("a number"), name("from"), name("to"))
    };
    view["moves"].as_array().expect("moves").iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_much_more_than_another_gives_away_what_nobody_answered_and_gets_it_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &[]).await;
    for n in 1..=6_i64 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 900 + n, "ciao").await;
        let (status, _) = rig.act(&anna, n.unsigned_abs(), json!({"do": "take"})).await;
        assert_eq!(status, 200);
    }
    rig.act(&anna, 6, json!({"do": "reply", "text": "Buongiorno"})).await;
    let path = "/api/v1/spread";
    let (status, answer) = rig.read(&anna, path).await;
    assert_eq!((status, &answer["code"]), (403, &json!("role_missing")));
    let (_, none) = rig.read(&carla, path).await;
    assert_eq!(moves(&none), [], "nobody else is there");

    let _here = Console::open(&rig, &bruno).await;
    let (_, proposed) = rig.read(&carla, path).await;
    let mut all = moves(&proposed);
    assert_eq!(all.len(), 3, "three and three: {all:?}");
    assert!(all.iter().all(|(ticket, ..)| *ticket != 6), "it was answered: {all:?}");
    assert!(all.iter().all(|(_, from, to)| (from.as_str(), to.as_str()) == ("anna", "bruno")));
    let (status, _) = rig.ask(Some(&bruno), path, proposed.clone()).await;
    assert_eq!(status, 403, "an agent evens out nothing");
    let (_, made) = rig.ask(Some(&carla), path, proposed.clone()).await;
    assert_eq!(made, proposed);
    let (_, again) = rig.ask(Some(&carla), path, proposed.clone()).await;
    assert_eq!(moves(&again), [], "they are not anna's any more");
    let (_, even) = rig.read(&carla, path).await;
    assert_eq!(moves(&even), []);

    // Who was given one answers it: that one stays with him.
    let (answered, ..) = all.remove(0);
    rig.act(&bruno, answered, json!({"do": "reply", "text": "Buongiorno"})).await;
    let back = proposed["moves"].as_array().expect("moves").iter();
    let back: Vec<_> = back
        .map(|of| json!({"ticket": of["ticket"], "from": of["to"], "to": of["from"]}))
        .collect();
    let (_, undone) = rig.ask(Some(&carla), path, json!({ "moves": back })).await;
    let undone: Vec<_> = moves(&undone).into_iter().map(|(ticket, ..)| ticket).collect();
    assert_eq!(undone, all.iter().map(|(ticket, ..)| *ticket).collect::<Vec<_>>());
    let (_, ticket) = rig.read(&carla, &format!("/api/v1/tickets/{answered}")).await;
    assert_eq!(ticket["assignee"], "bruno");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_seen_by_who_has_the_ticket_until_he_took_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let whisper = |text: &str| json!({"do": "whisper", "text": text});
    let refused = async |who, text: &str| {
        let (_, answer) = rig.act(who, 1, whisper(text)).await;
        answer["code"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(refused(&carla, "Gentile").await, "not_assigned");
    rig.act(&anna, 1, json!({"do": "take"})).await;
    assert_eq!(refused(&bruno, "Gentile").await, "role_missing");
    assert_eq!(refused(&carla, &"x".repeat(4_097)).await, "too_long");

    let thread = Watch::Thread {
        ticket: TicketNumber(1),
        all: false,
        until: None,
        anchor: None,
        before: 0,
        rows: 20,
    };
    let mut hers = Console::open(&rig, &anna).await;
    let mut his = Console::open(&rig, &bruno).await;
    hers.watch(1, thread.clone()).await;
    his.watch(1, thread).await;
    hers.watch(2, Watch::Notices).await;
    his.watch(2, Watch::Notices).await;
    let told = |of: &Console| match of.parts.get(&2) {
        Some(Fresh::Notices(change)) => change.items.clone(),
        _ => Vec::new(),
    };
    assert_eq!(rig.act(&carla, 1, whisper("Gentile signora")).await.0, 200);
    let proposed = |of: &Console| about(of, 1).and_then(|about| about.whisper);
    hers.until(|of| proposed(of).is_some()).await;
    let seen = proposed(&hers).expect("told");
    assert_eq!((seen.by.as_str(), seen.text.as_str()), ("carla", "Gentile signora"));
    // She need not look at the ticket.
    hers.until(|of| !told(of).is_empty()).await;
    let notice = told(&hers).remove(0);
    assert_eq!((notice.kind, notice.ticket), (NoticeKind::Proposed, TicketNumber(1)));
    assert_eq!((notice.by.as_str(), notice.excerpt.as_str()), ("carla", "Gentile signora"));
    his.settle().await;
    assert_eq!(proposed(&his), None, "it is for who has the ticket");
    assert_eq!(told(&his), []);
    assert_eq!(rig.act(&anna, 1, whisper("")).await.0, 200);
    hers.until(|of| proposed(of).is_none() && told(of).is_empty()).await;
    // Who gives the ticket back needs it no longer.
    rig.act(&carla, 1, whisper("Cara signora")).await;
    hers.until(|of| proposed(of).is_some() && !told(of).is_empty()).await;
    rig.act(&anna, 1, json!({"do": "release"})).await;
    hers.until(|of| proposed(of).is_none() && told(of).is_empty()).await;
    rig.act(&anna, 1, json!({"do": "take"})).await;
    // Who answers needs it no longer.
    rig.act(&carla, 1, whisper("Ancora")).await;
    hers.until(|of| proposed(of).is_some()).await;
    rig.act(&anna, 1, json!({"do": "reply", "text": "Buongiorno"})).await;
    hers.until(|of| proposed(of).is_none()).await;
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_a_restart_is_on_the_wall_after_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &[]).await;
    for n in 1..=3_i64 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 900 + n, "ciao").await;
    }
    rig.act(&anna, 2, json!({"do": "reply", "text": "Buongiorno"})).await;
    rig.daemon.stop().await.expect("a clean stop");

    let rig = self::rig(&dir).await;
    let mut supervisor = Console::open(&rig, &carla).await;
    supervisor.watch(1, Watch::Wall).await;
    let counted = |of: &Console| {
        let wall = &of.walls.get(&1)?.1;
        let queue = wall.queues.iter().find(|queue| queue.name == "support")?;
        let anna = wall.agents.iter().find(|agent| agent.name == "anna")?;
        Some((queue.arrivals.iter().sum::<u32>(), anna.replies, anna.latest))
    };
    supervisor.until(|of| counted(of) == Some((3, 1, Some(TicketNumber(2))))).await;
    let wall = &supervisor.walls[&1].1;
    let anna = wall.agents.iter().find(|agent| agent.name == "anna").expect("there");
    assert_eq!((anna.carried, anna.carries), (100, 500));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn why_a_ticket_is_here_and_what_would_even_it_out_are_told_from_a_shell() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["billing"]).await;
    let carla = rig.account("carla", Role::Supervisor, &[]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let path = "/api/v1/tickets/1/why";
    let (_, why) = rig.read(&anna, path).await;
    assert_eq!((&why["queue"], &why["waits"]), (&json!("support"), &json!(true)));
    assert_eq!((&why["assignee"], &why["table"]), (&Value::Null, &Value::Null), "given by hand");
    let (status, foreign) = rig.read(&bruno, path).await;
    assert_eq!((status, &foreign["code"]), (404, &json!("no_ticket")));
    rig.act(&anna, 1, json!({"do": "take"})).await;
    let (_, why) = rig.read(&anna, path).await;
    assert_eq!((&why["assignee"], &why["by"]), (&json!("anna"), &json!("anna")));

    let ran = guichet(&rig, &anna, &["tickets", "why", "1", "--json"]).await;
    assert_eq!(serde_json::from_slice::<Value>(&ran.stdout).expect("JSON"), why);
    let ran = guichet(&rig, &anna, &["tickets", "why", "1"]).await;
    let said = String::from_utf8(ran.stdout).expect("text");
    assert!(said.contains("anna") && said.contains("support"), "{said}");
    let ran = guichet(&rig, &anna, &["tickets", "why", "9"]).await;
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");

    for n in 2..=5_i64 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 50 + n, "ciao").await;
        rig.act(&anna, n.unsigned_abs(), json!({"do": "take"})).await;
    }
    let diego = rig.account("diego", Role::Agent, &["support"]).await;
    let _here = Console::open(&rig, &diego).await;
    let ran = guichet(&rig, &anna, &["spread"]).await;
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let ran = guichet(&rig, &carla, &["spread"]).await;
    assert!(String::from_utf8_lossy(&ran.stdout).contains("diego"), "{ran:?}");
    let ran = guichet(&rig, &carla, &["spread", "--apply", "--json"]).await;
    let made = serde_json::from_slice::<Value>(&ran.stdout).expect("JSON");
    assert_eq!(moves(&made).len(), 2, "three and two");
    let file = dir.path().join("moves.json");
    std::fs::write(&file, &ran.stdout).expect("written");
    let file = file.to_str().expect("text");
    let ran = guichet(&rig, &carla, &["spread", "--undo", file, "--json"]).await;
    let back = serde_json::from_slice::<Value>(&ran.stdout).expect("JSON");
    assert!(moves(&back).iter().all(|(_, _, to)| to == "anna") && moves(&back).len() == 2);
    rig.daemon.stop().await.expect("a clean stop");
}
