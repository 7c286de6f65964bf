//! What a console shows beside the plain inbox: views and their numbers, searches, ranges of threads, drafts, the
//! wall, colleagues, notices; and what can be undone.

use crate::rig::{Rig, config};
use crate::sessions::Console;
use guichet::domain::id::TicketNumber;
use guichet::domain::roster::Role;
use guichet::kit::{Clock, Timestamp};
use guichet::wire::{
    ClientFrame, CountsView, DraftView, Fresh, InboxView, NoticeKind, Presence, ThreadNews,
    TicketFilter, ViewCounts, WallView, Watch,
};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

const NOW: i64 = 1_795_000_000;

async fn rig(dir: &TempDir) -> Rig {
    let clock = Clock::manual(Timestamp::from_secs(NOW));
    Rig::start(config(dir.path(), "1", "2"), clock).await
}

fn listing(filter: TicketFilter, rows: usize) -> Watch {
    let sort = guichet::wire::Sort::Urgency;
    Watch::Inbox { filter, sort, anchor: None, before: 0, place: 0, rows }
}

fn view(view: InboxView, rows: usize) -> Watch {
    listing(TicketFilter { view: Some(view), ..TicketFilter::default() }, rows)
}

fn search(words: &str) -> Watch {
    listing(TicketFilter { query: Some(words.into()), ..TicketFilter::default() }, 50)
}

fn range(ticket: u64, anchor: Option<String>, before: usize, rows: usize) -> Watch {
    let ticket = TicketNumber(ticket);
    Watch::Thread { ticket, all: false, until: None, anchor, before, rows }
}

fn counts(console: &Console, watch: u32) -> CountsView {
    match &console.parts[&watch] {
        Fresh::Counts(counts) => counts.clone(),
        other => panic!("{other:?}"),
    }
}

fn wall(console: &Console, watch: u32) -> WallView {
    console.walls[&watch].1.clone()
}

fn about(console: &Console, watch: u32) -> ThreadNews {
    match &console.parts[&watch] {
        Fresh::Thread { about, .. } => about.clone(),
        other => panic!("{other:?}"),
    }
}

fn place(console: &Console, watch: u32) -> (usize, usize) {
    match &console.parts[&watch] {
        Fresh::Inbox { total, first, .. } => (*total, *first),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_has_its_rows_and_its_number() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for n in 1..=8 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 3_000 + n * 60, "ciao")
            .await;
    }
    for (ticket, action) in [
        (1, json!({"do": "take"})),
        (2, json!({"do": "snooze"})),
        (3, json!({"do": "solve"})),
        (4, json!({"do": "solve"})),
        (5, json!({"do": "reply", "text": "ecco"})),
        (6, json!({"do": "pend"})),
    ] {
        let (status, answer) = rig.act(&anna, ticket, action).await;
        assert_eq!(status, 200, "{answer}");
        rig.daemon.relay.clock.set(rig.daemon.relay.clock.now().plus_millis(1_000));
    }
    let mut console = Console::open(&rig, &anna).await;
    for (watch_view, wanted) in [
        (InboxView::All, vec![1, 2, 5, 6, 7, 8]),
        (InboxView::MyQueues, vec![1, 2, 5, 6, 7, 8]),
        (InboxView::Mine, vec![1, 5]),
        (InboxView::Unassigned, vec![2, 6, 7, 8]),
        (InboxView::Snoozed, vec![2]),
        (InboxView::Solved, vec![4, 3]),
    ] {
        // Under a fresh number: the console shows what that watch was sent.
        console.inbox = Default::default();
        console.watch(1, view(watch_view, 50)).await;
        console.settle().await;
        let mut numbers = console.numbers();
        if watch_view != InboxView::Solved {
            numbers.sort_unstable();
        }
        assert_eq!(numbers, wanted, "{watch_view:?}");
        assert_eq!(place(&console, 1), (wanted.len(), 0), "{watch_view:?}");
    }
    for (line, query, wanted) in [
        ("support", None, vec![1, 2, 5, 6, 7, 8]),
        ("support", Some("5"), vec![5]),
        ("elsewhere", None, vec![]),
        ("elsewhere", Some("5"), vec![]),
    ] {
        let line = Some(line.to_owned());
        let filter = TicketFilter { line, query: query.map(str::to_owned), ..Default::default() };
        console.inbox = Default::default();
        console.watch(1, listing(filter, 50)).await;
        console.settle().await;
        let mut numbers = console.numbers();
        numbers.sort_unstable();
        assert_eq!(numbers, wanted, "{query:?}");
        assert_eq!(place(&console, 1), (wanted.len(), 0), "{query:?}");
    }
    console.watch(2, Watch::Counts).await;
    console.settle().await;
    let views = counts(&console, 2).views;
    let wanted = ViewCounts {
        mine: 2,
        unassigned: 4,
        my_queues: 6,
        all: 6,
        waiting: views.waiting,
        breaching: views.breaching,
        snoozed: 1,
        solved: 2,
    };
    assert_eq!(views, wanted);

    // Nothing happens but that time passes: what comes near its end is told.
    console.inbox = Default::default();
    console.watch(1, view(InboxView::Breaching, 50)).await;
    console.settle().await;
    let before = place(&console, 1).0;
    rig.daemon.relay.clock.set(Timestamp::from_secs(NOW + 600 * 4));
    console.until(|console| place(console, 1).0 > before).await;
    let after = place(&console, 1).0;
    console.until(|console| counts(console, 2).views.breaching == after).await;
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_by_every_word_and_is_kept_up_to_date() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    rig.hears("393330000001", "wamid.1", NOW - 60, "Il pacco \u{e8} PERSO").await;
    rig.hears("393330000002", "wamid.2", NOW - 50, "buongiorno").await;
    rig.hears("393330000003", "wamid.3", NOW - 40, "un pacco rotto").await;
    rig.act(&anna, 2, json!({"do": "tag", "add": ["Citt\u{e0}"]})).await;
    rig.act(&anna, 3, json!({"do": "solve"})).await;
    let mut console = Console::open(&rig, &anna).await;
    for (words, wanted) in [
        ("pacco", vec![1, 3]),
        ("PACCO o", vec![1, 3]),
        ("pacco perso", vec![1]),
        ("citta", vec![2]),
        ("+393330000002", vec![2]),
        ("#3", vec![1, 2, 3]),
        ("anna 0003", vec![3]),
        ("nulla", vec![]),
    ] {
        console.inbox = Default::default();
        console.watch(1, search(words)).await;
        console.settle().await;
        let mut numbers = console.numbers();
        if words == "#3" {
            // The number, and the phones of the others.
            numbers.sort_unstable();
        }
        assert_eq!(numbers, wanted, "{words}");
    }
    console.inbox = Default::default();
    console.watch(1, search("pacco")).await;
    console.settle().await;
    rig.hears("393330000002", "wamid.4", NOW - 10, "anche il mio pacco").await;
    console.settle().await;
    assert_eq!(console.numbers(), [1, 2, 3], "found as it happens");
    rig.hears("393330000001", "wamid.5", NOW - 5, "arrivato, grazie").await;
    console.settle().await;
    assert_eq!(console.numbers(), [2, 3], "found no longer");
    assert_eq!(place(&console, 1), (2, 0));
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_paged_back_and_forth_without_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    for n in 0..300 {
        rig.hears("393331234567", &format!("wamid.{n}"), NOW - 3_000 + n, &format!("n. {n}")).await;
    }
    let mut console = Console::open(&rig, &anna).await;
    console.watch(1, range(1, None, 0, 50)).await;
    console.settle().await;
    let texts = |console: &Console| {
        console.thread.iter().map(|entry| entry.entry.text.clone()).collect::<Vec<_>>()
    };
    let end = texts(&console);
    assert_eq!(end.last().map(String::as_str), Some("n. 299"));
    assert!(about(&console, 1).earlier && !about(&console, 1).later);
    let unread = about(&console, 1).first_unread.expect("nobody has looked");

    // Page by page to the beginning, and all of it was seen.
    let mut seen: Vec<String> = end;
    while about(&console, 1).earlier {
        let first = console.thread.iter().next().expect("an entry").key.clone();
        console.thread = Default::default();
        console.watch(1, range(1, Some(first), 40, 50)).await;
        console.settle().await;
        let page = texts(&console);
        let fresh = page.iter().filter(|text| !seen.contains(text)).cloned().collect::<Vec<_>>();
        assert!(!fresh.is_empty());
        seen = [fresh, seen].concat();
        assert!(about(&console, 1).later);
    }
    assert!(seen.contains(&"n. 0".to_owned()));
    assert_eq!(seen.len(), 301, "300 messages and the opening");
    let first = console.thread.iter().find(|entry| entry.entry.text == "n. 0").expect("there");
    assert_eq!(first.key, unread);

    rig.act(&anna, 1, json!({"do": "mark_read"})).await;
    console.settle().await;
    assert_eq!(about(&console, 1).first_unread, None);
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_found_on_another_console_and_after_a_restart_until_it_is_sent() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = rig(&dir).await;
    let anna = first.account("anna", Role::Agent, &["support"]).await;
    let bruno = first.account("bruno", Role::Agent, &["support"]).await;
    first.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let here = Uuid::new_v4();
    let typed = |text: &str| ClientFrame::Draft {
        ticket: TicketNumber(1),
        text: text.into(),
        note: false,
        console: here,
    };
    let held = std::sync::Arc::strong_count(&first.daemon.relay.floor);
    let mut one = Console::open(&first, &anna).await;
    let mut other = Console::open(&first, &anna).await;
    let mut stranger = Console::open(&first, &bruno).await;
    for console in [&mut one, &mut other, &mut stranger] {
        console.watch(1, range(1, None, 0, 20)).await;
        console.settle().await;
    }
    for n in 0..30 {
        one.say(&typed(&format!("Gentile signora, {n}"))).await;
    }
    let last = |draft: &DraftView| draft.text == "Gentile signora, 29" && draft.console == here;
    other.until(|other| about(other, 1).draft.as_ref().is_some_and(last)).await;
    stranger.settle().await;
    assert_eq!(about(&stranger, 1).draft, None);
    drop((one, other, stranger));
    while std::sync::Arc::strong_count(&first.daemon.relay.floor) > held {
        tokio::task::yield_now().await;
    }
    first.daemon.stop().await.expect("a clean stop");

    let rig = rig(&dir).await;
    let mut other = Console::open(&rig, &anna).await;
    other.watch(1, range(1, None, 0, 20)).await;
    other.settle().await;
    let draft = about(&other, 1).draft.expect("it was kept");
    assert_eq!(draft.text, "Gentile signora, 29");
    rig.act(&anna, 1, json!({"do": "reply", "text": "Gentile signora, 29"})).await;
    other.settle().await;
    assert_eq!(about(&other, 1).draft, None, "sent");
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wall_the_roster_and_notices() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    let carla = rig.account("carla", Role::Supervisor, &[]).await;
    for n in 1..=3 {
        rig.hears(&format!("39333{n:07}"), &format!("wamid.{n}"), NOW - 900 + n, "ciao").await;
    }
    rig.act(&anna, 1, json!({"do": "take"})).await;
    let mut supervisor = Console::open(&rig, &carla).await;
    supervisor.watch(1, Watch::Wall).await;
    supervisor.settle().await;
    let seen = wall(&supervisor, 1);
    let queue = &seen.queues[0];
    assert_eq!((queue.name.as_str(), queue.unsolved, queue.waiting), ("support", 3, 3));
    assert_eq!(queue.oldest_wait, Some(Timestamp::from_secs(NOW - 899)));
    assert_eq!(queue.next_breach, Some(Timestamp::from_secs(NOW - 899 + 3_600)));
    assert_eq!(queue.arrivals.iter().sum::<u32>(), 3);
    assert_eq!((seen.lines[0].name.as_str(), seen.outbox.is_some()), ("support", true));
    let presence = |wall: &WallView, name: &str| {
        let agent = wall.agents.iter().find(|agent| agent.name == name).expect("an agent");
        (agent.presence, agent.load, agent.waiting)
    };
    assert_eq!(presence(&seen, "anna"), (Presence::Offline, 1, 1));
    assert_eq!(presence(&seen, "carla"), (Presence::Online, 0, 0));

    let mut agent = Console::open(&rig, &bruno).await;
    agent.watch(1, Watch::Wall).await;
    agent.watch(2, Watch::Notices).await;
    agent.watch(3, Watch::Roster).await;
    agent.watch(4, Watch::Templates).await;
    agent.settle().await;
    let online = |of: &Console| presence(&wall(of, 1), "bruno").0 == Presence::Online;
    supervisor.until(online).await;
    let seen = wall(&agent, 1);
    assert!(seen.queues.is_empty() && seen.outbox.is_none());
    match &agent.parts[&3] {
        Fresh::Roster(change) => {
            let names: Vec<_> = change.items.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, ["anna", "bruno", "carla"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(&agent.parts[&4], Fresh::Templates { .. }));

    rig.act(&anna, 1, json!({"do": "note", "text": "@Bruno guarda, e anche @anna"})).await;
    rig.act(&anna, 1, json!({"do": "assign", "to": "bruno"})).await;
    agent.settle().await;
    // A console that comes back finds them too.
    let mut again = Console::open(&rig, &bruno).await;
    again.watch(2, Watch::Notices).await;
    again.settle().await;
    match &again.parts[&2] {
        Fresh::Notices(change) => {
            let told: Vec<_> =
                change.items.iter().map(|one| (one.kind, one.by.as_str(), &*one.excerpt)).collect();
            assert_eq!(
                told,
                [
                    (NoticeKind::Mentioned, "anna", "@Bruno guarda, e anche @anna"),
                    (NoticeKind::Assigned, "anna", "ciao"),
                ]
            );
        }
        other => panic!("{other:?}"),
    }
    drop(agent);
    drop(again);
    let gone = (Presence::Offline, 1, 1);
    supervisor.until(|of| presence(&wall(of, 1), "bruno") == gone).await;
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_can_be_undone() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    rig.hears("393331234567", "wamid.A", NOW - 60, "ciao").await;
    let read = async || {
        let (_, tickets) = rig.read(&anna, "/api/v1/tickets/1/thread").await;
        let ticket = &tickets["ticket"];
        let assignee = ticket["assignee"].as_str().unwrap_or("nobody").to_owned();
        format!("{} {assignee}", ticket["state"].as_str().unwrap_or_default())
    };
    for (who, action, wanted) in [
        (&anna, json!({"do": "pend"}), Ok("pending nobody")),
        (&anna, json!({"do": "solve"}), Ok("solved nobody")),
        (&anna, json!({"do": "reopen", "state": "pending", "keep": true}), Ok("pending nobody")),
        (&anna, json!({"do": "solve"}), Ok("solved nobody")),
        (&anna, json!({"do": "reopen", "state": "snoozed"}), Err("malformed")),
        (&anna, json!({"do": "reopen"}), Ok("open anna")),
        (&anna, json!({"do": "assign", "to": "bruno"}), Ok("open bruno")),
        (&anna, json!({"do": "solve"}), Err("held_by")),
        (&anna, json!({"do": "assign", "to": "anna"}), Ok("open anna")),
        (&anna, json!({"do": "assign", "to": "bruno"}), Ok("open bruno")),
        (&anna, json!({"do": "assign", "to": null}), Ok("open nobody")),
        (&anna, json!({"do": "assign", "to": null}), Err("not_assigned")),
        (&bruno, json!({"do": "take"}), Ok("open bruno")),
        (&anna, json!({"do": "assign", "to": null}), Err("held_by")),
        (&bruno, json!({"do": "assign"}), Ok("open nobody")),
    ] {
        let (status, answer) = rig.act(who, 1, action.clone()).await;
        match wanted {
            Ok(wanted) => {
                assert_eq!(status, 200, "{action} {answer}");
                assert_eq!(read().await, wanted, "{action}");
            }
            Err(code) => assert_eq!(answer["code"], code, "{action}"),
        }
    }
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_at_a_thread_and_who_writes_is_told_to_the_others() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let bruno = rig.account("bruno", Role::Agent, &["support"]).await;
    rig.hears("393330000001", "wamid.1", NOW - 60, "ciao").await;
    let (mut hers, his) = (Console::open(&rig, &anna).await, Console::open(&rig, &bruno).await);
    hers.watch(1, range(1, None, 0, 50)).await;
    hers.until(|console| console.parts.contains_key(&1)).await;
    let here = |console: &Console| {
        let here = about(console, 1).here.into_iter();
        here.map(|of| (of.name, of.writes)).collect::<Vec<_>>()
    };
    assert_eq!(here(&hers), []);
    his.watch(1, range(1, None, 0, 50)).await;
    hers.until(|console| here(console) == [("bruno".to_owned(), false)]).await;
    let (ticket, text) = (TicketNumber(1), "buongiorno".to_owned());
    his.say(&ClientFrame::Draft { ticket, text, note: false, console: Uuid::nil() }).await;
    hers.until(|console| here(console) == [("bruno".to_owned(), true)]).await;
    rig.act(&bruno, 1, json!({"do": "reply", "text": "buongiorno"})).await;
    hers.until(|console| here(console) == [("bruno".to_owned(), false)]).await;
    his.say(&ClientFrame::Unwatch { watch: 1 }).await;
    hers.until(|console| here(console).is_empty()).await;
    rig.daemon.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_handed_over_tells_its_note_and_is_taken_back_by_who_did_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let rig = rig(&dir).await;
    let anna = rig.account("anna", Role::Agent, &["support"]).await;
    let dario = rig.account("dario", Role::Agent, &["billing"]).await;
    rig.hears("393330000001", "wamid.1", NOW - 60, "ciao").await;
    rig.act(&anna, 1, json!({"do": "take"})).await;
    let over = json!({"do": "hand_over", "to": "dario", "queue": "billing", "note": "ha pagato"});
    assert_eq!(rig.act(&anna, 1, over).await.0, 200);
    let mut his = Console::open(&rig, &dario).await;
    his.watch(1, Watch::Notices).await;
    let noticed = |console: &Console| match console.parts.get(&1) {
        Some(Fresh::Notices(change)) => change.items.iter().any(|notice| {
            notice.kind == NoticeKind::Assigned
                && notice.by == "anna"
                && notice.excerpt == "ha pagato"
        }),
        _ => false,
    };
    his.until(noticed).await;
    let back = json!({"do": "hand_over", "to": "anna", "queue": "support"});
    let (status, answer) = rig.act(&anna, 1, json!({"do": "solve"})).await;
    assert_eq!(status, 404, "she does not see it: {answer}");
    let (status, answer) = rig.act(&anna, 1, back.clone()).await;
    assert_eq!(status, 200, "{answer}");
    let (_, ticket) = rig.read(&anna, "/api/v1/tickets").await;
    assert_eq!((&ticket[0]["queue"], &ticket[0]["assignee"]), (&json!("support"), &json!("anna")));
    // Who has it by now is asked himself.
    rig.act(&anna, 1, json!({"do": "move", "queue": "billing"})).await;
    rig.act(&dario, 1, json!({"do": "take"})).await;
    assert_eq!(rig.act(&anna, 1, back).await.0, 404);
    rig.daemon.stop().await.expect("a clean stop");
}
