//! What is asked of the relay, and where the cursor goes.

use crate::console::effect::Effect;
use crate::console::layout::Screen;
use crate::console::model::inbox::ROWS;
use crate::console::model::mirror::watch;
use crate::console::model::notices::Reason;
use crate::console::model::wall::Spot;
use crate::console::msg::{Link, Mouse, MouseKind, Msg};
use crate::console::rig::{Rig, START};
use crate::console::sample::{frame, rig, rows, ticket, tickets, welcome};
use crate::domain::id::TicketNumber;
use crate::domain::roster::Role;
use crate::wire::{
    AlertView, Change, ClientFrame, Fresh, InboxView, QueueView, Splice, TicketView, WallNews,
    WallView, Watch,
};
use proptest::prelude::*;

/// What was asked for the list, as `view/query anchor-before or place`.
fn asked(rig: &mut Rig) -> Vec<String> {
    let said = rig.effects().into_iter().filter_map(|effect| match effect {
        Effect::Say(ClientFrame::Watch {
            watch: number,
            what: Watch::Inbox { filter, anchor, before, place, rows, .. },
        }) if number == watch::INBOX || watch::INBOXES.contains(&number) => {
            assert_eq!(rows, ROWS);
            let what = match (filter.view, filter.query, filter.queue, filter.line) {
                (_, Some(query), ..) => format!("/{query}"),
                (_, _, Some(queue), _) => format!("queue {queue}"),
                (_, _, _, Some(line)) => format!("line {line}"),
                (view, ..) => view.unwrap_or_default().word().to_owned(),
            };
            Some(match anchor {
                Some(number) => format!("{what} #{number}-{before}"),
                None => format!("{what} {place}"),
            })
        }
        _ => None,
    });
    said.collect()
}

/// A relay with so many tickets, all numbered by their place, that answers every watch of the list.
fn serve(rig: &mut Rig, total: usize) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let asked = asked(rig);
        if asked.is_empty() {
            return all;
        }
        let range = rig.model.inbox.asked.clone().expect("it was asked");
        use crate::console::model::inbox::From;
        let first = match range.from {
            From::Place(place) => place,
            From::Ticket(number) => (number.0 as usize).saturating_sub(ROWS / 2),
        };
        let first = first.min(total.saturating_sub(ROWS));
        let items = (first..total.min(first + ROWS)).map(|n| ticket(n as u64, "Rossi")).collect();
        let number = rig.model.inbox.watch;
        rig.hears(frame(number, rows(total, first, items)));
        all.extend(asked);
        assert!(all.len() < 50, "it goes on asking: {all:?}");
    }
}

#[test]
fn rows_are_asked_for_before_the_cursor_reaches_their_edge() {
    let mut rig = Rig::new(80, 24);
    rig.hears(welcome(Role::Agent));
    assert_eq!(serve(&mut rig, 3_402), ["all 0"]);
    for (keys, cursor, wanted) in [
        ("down", 1, &[][..]),
        ("page-down", 20, &[]),
        ("up", 19, &[]),
        ("bottom", 3_401, &["all 3301"]),
        ("up", 3_400, &[]),
        ("top", 0, &["all 0"]),
        ("half-page-down", 9, &[]),
    ] {
        rig.ask(keys);
        let asked = serve(&mut rig, 3_402);
        assert_eq!(
            (rig.model.inbox.cursor, &asked[..]),
            (
                Some(TicketNumber(cursor)),
                &wanted.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()[..]
            ),
            "{keys}"
        );
    }
    let mut asked = Vec::new();
    for _ in 0..300 {
        rig.ask("down");
        asked.extend(serve(&mut rig, 3_402));
    }
    assert_eq!(rig.model.inbox.cursor, Some(TicketNumber(309)));
    assert_eq!(asked, ["all #180-100", "all #260-100"]);
    assert!(rig.screen().contains("310/3,402"), "{}", rig.screen());
}

#[test]
fn the_cursor_stays_with_its_ticket() {
    let mut rig = rig(80, 24, tickets(8));
    rig.ask("down").ask("down");
    let number = rig.model.inbox.watch;
    let cursor = |rig: &Rig| rig.model.inbox.cursor.map(|number| number.0);
    let turn = |rig: &mut Rig, order: &[u64]| {
        let items: Vec<TicketView> = order.iter().map(|n| ticket(*n, "x")).collect();
        let fresh = rows(items.len(), 0, items);
        rig.hears(frame(number, fresh));
    };
    assert_eq!(cursor(&rig), Some(3));
    turn(&mut rig, &[9, 1, 2, 4, 3, 5]);
    assert_eq!((cursor(&rig), rig.model.inbox.place), (Some(3), 4));
    turn(&mut rig, &[9, 1, 2, 4, 5]);
    assert_eq!(cursor(&rig), Some(5), "it is gone: the one after it");
    turn(&mut rig, &[9, 1]);
    assert_eq!(cursor(&rig), Some(1), "nothing after it: the one before it");
    turn(&mut rig, &[]);
    assert_eq!(cursor(&rig), None);
    turn(&mut rig, &[7, 8]);
    assert_eq!(cursor(&rig), Some(7));
}

#[test]
fn rows_of_a_range_that_was_left_are_not_shown() {
    let mut rig = rig(80, 24, tickets(8));
    let old = rig.model.inbox.watch;
    rig.ask("view mine");
    assert_eq!(asked(&mut rig), ["mine 0"]);
    rig.hears(frame(old, rows(8, 0, tickets(8))));
    assert!(rig.model.inbox.shown.is_empty() && rig.model.inbox.cursor.is_none());
    let number = rig.model.inbox.watch;
    rig.hears(frame(number, rows(1, 0, vec![ticket(5, "Rossi")])));
    assert_eq!(rig.model.inbox.cursor, Some(TicketNumber(5)));
}

#[test]
fn a_search_asks_again_when_it_is_answered_and_esc_leads_back() {
    let mut rig = rig(80, 24, tickets(8));
    rig.ask("down").ask("search").types("ros");
    assert_eq!(asked(&mut rig), ["/r 0"], "the rest waits for the answer");
    let number = rig.model.inbox.watch;
    rig.hears(frame(number, rows(1, 0, vec![ticket(5, "Rossi")])));
    assert_eq!(asked(&mut rig), ["/ros 0"]);
    let number = rig.model.inbox.watch;
    rig.hears(frame(number, rows(1, 0, vec![ticket(5, "Rossi")])));
    rig.ask("back");
    assert!(rig.model.overlays.is_empty() && rig.model.inbox.query.is_none());
    assert_eq!(asked(&mut rig), ["all #5-100"], "the cursor stays with what was found");
}

#[test]
fn what_does_not_fit_is_asked_for_anew() {
    let mut rig = rig(80, 24, tickets(3));
    let odd = Change { splice: Some(Splice { first: 9, keys: vec![], last: 9 }), items: vec![] };
    let number = rig.model.inbox.watch;
    let fresh = Fresh::Inbox { total: 3, first: 0, searching: false, beyond: false, rows: odd };
    rig.hears(frame(number, fresh));
    assert_eq!(asked(&mut rig), ["all 0"]);
    assert_ne!(rig.model.inbox.watch, number);
}

#[test]
fn after_a_loss_everything_is_watched_again() {
    let mut rig = rig(80, 24, tickets(8));
    rig.ask("down");
    rig.msg(Msg::Link(Link::Lost { why: "gone".into(), retry_ms: Some(1_000) }));
    assert!(rig.screen().contains("OFFLINE"));
    rig.effects();
    rig.hears(welcome(Role::Agent));
    let watched: Vec<u32> = rig
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Say(ClientFrame::Watch { watch, .. }) => Some(*watch),
            _ => None,
        })
        .collect();
    for number in [
        watch::INBOX,
        watch::COUNTS,
        watch::MINE,
        watch::UNASSIGNED,
        watch::ROSTER,
        watch::TEMPLATES,
        watch::NOTICES,
    ] {
        assert!(watched.contains(&number), "{number} of {watched:?}");
    }
    assert_eq!(rig.model.inbox.cursor, Some(TicketNumber(2)), "what was shown stays meanwhile");
    rig.hears(frame(watch::INBOX, rows(1, 0, vec![ticket(2, "x")])));
    assert_eq!(rig.model.inbox.cursor, Some(TicketNumber(2)));
}

#[test]
fn next_goes_through_who_waits_for_me() {
    let mut rig = rig(80, 24, tickets(8));
    let mut idle = ticket(3, "x");
    idle.waiting_since = None;
    rig.hears(frame(watch::MINE, rows(3, 0, vec![ticket(1, "x"), idle, ticket(2, "x")])));
    let mut foreign = ticket(6, "x");
    foreign.queue = "legal".into();
    rig.hears(frame(watch::UNASSIGNED, rows(2, 0, vec![foreign, ticket(7, "x")])));
    let mut seen = Vec::new();
    for _ in 0..4 {
        rig.ask("next");
        assert_eq!(rig.model.screen, Screen::Thread);
        seen.extend(rig.model.thread.as_ref().map(|thread| thread.number.0));
    }
    assert_eq!(seen, [1, 2, 7, 1]);
    rig.ask("jump-back");
    assert_eq!(rig.model.thread.as_ref().map(|thread| thread.number.0), Some(7));
    rig.ask("jump-forward").ask("back");
    assert_eq!(rig.model.screen, Screen::Inbox);
    assert!(rig.model.thread.is_none());
}

#[test]
fn next_goes_first_where_somebody_calls_by_name() {
    let mut rig = rig(80, 24, tickets(8));
    rig.hears(frame(watch::MINE, rows(1, 0, vec![ticket(1, "x")])));
    for (number, reason) in
        [(1, Reason::Answered), (5, Reason::Mentioned), (6, Reason::Assigned), (3, Reason::Window)]
    {
        rig.model.notices.mark(TicketNumber(number), reason);
    }
    let mut seen = Vec::new();
    for _ in 0..3 {
        rig.ask("next").pass(1_000);
        seen.extend(rig.model.thread.as_ref().map(|thread| thread.number.0));
    }
    assert_eq!(seen, [5, 6, 1]);
    let left: Vec<_> = rig.model.notices.marks().iter().map(|mark| mark.ticket.0).collect();
    assert_eq!(left, [3], "those that were looked at call no more");
}

#[test]
fn enter_on_the_wall_leads_to_what_is_behind_a_row() {
    let mut rig = rig(80, 24, tickets(2));
    rig.hears(welcome(Role::Supervisor)).ask("wall");
    let view = serde_json::json!({
        "queues": [{"name": "sales", "unsolved": 2, "waiting": 1, "breached": 0}],
        "agents": [{"name": "bruno", "role": "agent", "queues": ["sales"], "presence": "online", "load": 1, "waiting": 0}],
        "windows": [{"number": 2, "queue": "sales", "until": "2026-11-18T09:00:00Z"}],
        "lines": [
            {"name": "main", "health": "ok", "quality": "GREEN", "phone": "+39 02 1234", "limit": {"most": 250, "used": 35}},
            {"name": "shop", "health": "held", "reason": "the token is not valid"},
        ],
    });
    let view: WallView = serde_json::from_value(view).expect("a wall");
    rig.hears(frame(watch::WALL, Fresh::Wall(Box::new(view.into()))));

    rig.keys("enter");
    assert_eq!(
        (rig.model.screen, rig.model.inbox.queue.as_deref()),
        (Screen::Inbox, Some("sales"))
    );
    assert!(asked(&mut rig).contains(&"queue sales 0".to_owned()));
    rig.keys("esc");
    assert_eq!(rig.model.screen, Screen::Wall);
    rig.keys("j enter");
    assert_eq!(rig.model.open_ticket(), Some(TicketNumber(2)), "its window closes soon");
    rig.ask("wall").keys("j enter");
    assert_eq!(rig.model.screen, Screen::Wall);
    for part in ["main · +39 02 1234", "messages go out", "quality: GREEN", "35 of 250"] {
        assert!(rig.screen().contains(part), "{part}: {}", rig.screen());
    }
    rig.keys("enter");
    assert_eq!(rig.model.inbox.line.as_deref(), Some("main"));
    assert!(asked(&mut rig).contains(&"line main 0".to_owned()));
    rig.keys("esc j enter");
    assert!(rig.screen().contains("nothing goes out · the token is not valid"));
    rig.keys("esc j enter");
    assert_eq!(rig.model.inbox.assignee.as_deref(), Some("bruno"));
}

#[test]
fn the_cursor_of_the_wall_stays_on_what_it_was_on() {
    let mut rig = rig(80, 24, tickets(2));
    rig.hears(welcome(Role::Supervisor)).ask("wall");
    let queue = |name: &str| -> QueueView {
        let queue = serde_json::json!({"name": name, "unsolved": 2, "waiting": 1, "breached": 0});
        serde_json::from_value(queue).expect("a queue")
    };
    let news = |queues: Change<String, QueueView>| {
        let news = WallNews { queues, ..WallNews::default() };
        frame(watch::WALL, Fresh::Wall(Box::new(news)))
    };
    rig.hears(news(Change::whole(vec![queue("sales"), queue("support")]))).keys("j");
    let first = Splice { first: 0, keys: vec!["billing".to_owned()], last: 2 };
    rig.hears(news(Change { splice: Some(first), items: vec![queue("billing")] }));
    assert_eq!(rig.model.wall.cursor, Some(Spot::Queue("support".into())));
    let gone = Splice { first: 2, keys: vec![], last: 0 };
    rig.hears(news(Change { splice: Some(gone), items: vec![] }));
    assert_eq!(rig.model.wall.cursor, Some(Spot::Queue("sales".into())), "the last one left");
}

#[test]
fn a_configuration_that_was_refused_stands_above_the_wall() {
    let mut rig = rig(80, 24, tickets(2));
    rig.hears(welcome(Role::Supervisor)).ask("wall");
    let refused = |refused: Option<&str>| {
        let refused = refused.map(str::to_owned);
        let news = WallNews { refused, ..WallNews::default() };
        frame(watch::WALL, Fresh::Wall(Box::new(news)))
    };
    rig.hears(refused(Some("relay.toml:3:1: `data_dri` is unknown")));
    let told = "the changed configuration was refused: relay.toml:3:1";
    assert!(rig.screen().contains(told), "{}", rig.screen());
    rig.hears(refused(None));
    assert!(!rig.screen().contains(told), "{}", rig.screen());
}

#[test]
fn alerts_stand_above_the_wall_until_they_are_over_and_a_key_takes_care_of_them() {
    let mut rig = rig(80, 24, tickets(2));
    rig.hears(welcome(Role::Supervisor)).ask("wall");
    let alert = |name: &str, by: Option<&str>| AlertView {
        name: name.into(),
        watch: "unanswered".into(),
        measured: 420,
        since: START,
        acknowledged_by: by.map(str::to_owned),
        ..AlertView::default()
    };
    let raised = |alerts: Vec<AlertView>| {
        let news = WallNews { alerts, ..WallNews::default() };
        frame(watch::WALL, Fresh::Wall(Box::new(news)))
    };
    let taken = |rig: &mut Rig| rig.effects().contains(&Effect::TakeAlerts);
    rig.hears(raised(Vec::new())).keys("C");
    assert!(!taken(&mut rig) && rig.screen().contains("no alert"), "{}", rig.screen());
    rig.hears(raised(vec![alert("one", Some("carla")), alert("two", None)]));
    let told = "two · a customer waits for 7:00";
    assert!(rig.screen().contains(told) && rig.screen().contains("and 1 more"), "{}", rig.screen());
    rig.keys("C");
    assert!(taken(&mut rig));
    rig.msg(Msg::AlertsTaken(Err("gone".into())));
    assert!(rig.screen().contains("no answer: gone"), "{}", rig.screen());
    rig.msg(Msg::AlertsTaken(Ok("{}".into())));
    assert!(rig.screen().contains("you take care of the alerts"), "{}", rig.screen());
    rig.hears(raised(vec![alert("one", Some("carla"))]));
    assert!(rig.screen().contains("carla takes care"), "{}", rig.screen());
    rig.hears(raised(Vec::new()));
    assert!(!rig.screen().contains("a customer waits"), "{}", rig.screen());
}

#[test]
fn what_was_told_of_one_ticket_is_not_shown_in_another() {
    let told = |rig: &Rig| rig.model.told.current(rig.now).map(|line| line.text.clone());
    let mut rig = rig(80, 24, tickets(2));
    for (wait, back, shown) in
        [(0, "esc", Some("done")), (0, "esc enter", None), (6_000, "esc", None)]
    {
        rig.pass(100).keys("enter").pass(100).msg(Msg::Told("done".into()));
        assert_eq!(told(&rig).as_deref(), Some("done"), "it is shown where it was told");
        rig.pass(wait).keys(back);
        assert_eq!(told(&rig).as_deref(), shown, "{wait} {back}");
        // Nor when the clock is set back.
        rig.pass(6_000).pass(-6_000).keys("esc");
        assert_eq!(told(&rig), None, "it has lapsed");
    }
    assert_eq!(rig.model.told.lines().count(), 3, "all can be read again");
}

#[test]
fn a_terminal_without_room_is_waited_out() {
    for asked in
        ["inbox", "wall", "open", "reply", "search", "help", "palette", "template", "assign"]
    {
        let mut rig = rig(80, 24, tickets(3));
        rig.ask(asked);
        let before = rig.screen();
        for (columns, high) in [(0, 0), (80, 0), (0, 24), (1, 1)] {
            rig.msg(Msg::Resize(columns, high)).pass(1_000).keys("down");
            rig.msg(Msg::Paste("x".into())).msg(Msg::Mouse(Mouse {
                kind: MouseKind::Click,
                x: 0,
                y: 0,
            }));
        }
        rig.keys("ctrl-c").msg(Msg::Resize(80, 24));
        assert!(rig.screen().contains("Guichet"), "{asked}: {before}");
    }
    Rig::new(0, 0).msg(Msg::Resize(80, 24));
}

#[test]
fn neighbours_of_the_open_ticket() {
    let mut rig = rig(80, 24, tickets(3));
    rig.ask("open").ask("next-ticket").ask("next-ticket").ask("previous-ticket");
    assert_eq!(rig.model.thread.as_ref().map(|thread| thread.number.0), Some(2));
    assert_eq!(rig.model.inbox.cursor, Some(TicketNumber(2)));
}

#[test]
fn an_answer_is_begun_in_the_list_and_in_the_thread() {
    for keys in ["r", "enter r", "enter enter"] {
        let mut rig = rig(80, 24, tickets(3));
        rig.keys(keys).types("hello");
        assert_eq!(rig.model.composer.editor.text(), "hello", "after {keys}");
    }
}

#[test]
fn the_mouse_selects_opens_and_scrolls() {
    let mut rig = rig(80, 24, tickets(100));
    let at = |kind, y| Msg::Mouse(Mouse { kind, x: 20, y });
    // Title, tabs, heading, names of the columns, then rows.
    rig.msg(at(MouseKind::Click, 6));
    assert_eq!(rig.model.inbox.cursor, Some(TicketNumber(3)));
    rig.msg(at(MouseKind::Down, 6));
    assert_eq!((rig.model.inbox.top, rig.model.inbox.cursor), (3, Some(TicketNumber(4))));
    rig.msg(at(MouseKind::Click, 4)).msg(at(MouseKind::Click, 4));
    assert_eq!(rig.model.thread.as_ref().map(|thread| thread.number.0), Some(4));
}

#[test]
fn a_person_logs_in() {
    let mut rig = Rig::new(80, 24);
    rig.msg(Msg::Link(Link::LoginNeeded { why: String::new() }));
    rig.types("anna").ask("accept").types("geheim").ask("accept");
    let login = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::Login(login) => Some((login.name, login.password, login.totp)),
        _ => None,
    });
    assert_eq!(login, Some(("anna".into(), "geheim".into(), None)));
    rig.msg(Msg::Link(Link::LoginNeeded { why: "a code of the second factor is needed".into() }));
    rig.types("123456").ask("accept");
    let code = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::Login(login) => login.totp,
        _ => None,
    });
    assert_eq!(code.as_deref(), Some("123456"));
    rig.hears(welcome(Role::Agent));
    assert!(rig.model.overlays.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Ask(&'static str),
    Rows(Vec<u64>, usize),
    Splice(usize, Vec<u64>, usize),
    Size(u16, u16),
    Lost,
    Welcome,
}

fn step() -> impl Strategy<Value = Step> {
    let asks = [
        "down",
        "up",
        "page-down",
        "page-up",
        "half-page-down",
        "top",
        "bottom",
        "next-view",
        "view mine",
        "search ros",
        "search",
        "back",
        "mark",
        "mark-all",
        "unmark",
        "open",
        "inbox",
        "wall",
        "jump-back",
        "next",
        "next-ticket",
        "previous-ticket",
    ];
    let numbers =
        || prop::collection::hash_set(1u64..30, 0..12).prop_map(|set| set.into_iter().collect());
    prop_oneof![
        6 => prop::sample::select(asks.to_vec()).prop_map(Step::Ask),
        3 => (numbers(), 0usize..5_000).prop_map(|(keys, first)| Step::Rows(keys, first)),
        2 => (0usize..4, numbers(), 0usize..4).prop_map(|(first, keys, last)| Step::Splice(first, keys, last)),
        1 => (1u16..170, 1u16..50).prop_map(|(columns, rows)| Step::Size(columns, rows)),
        1 => Just(Step::Lost),
        1 => Just(Step::Welcome),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 96 } else { 512 }))]

    /// Whatever the relay says and the person asks for, the cursor is on a ticket that is loaded, or nowhere, and
    /// something is under it as soon as anything is loaded.
    #[test]
    fn the_cursor_is_on_a_ticket_that_is_there(steps in prop::collection::vec(step(), 0..40)) {
        let mut rig = rig(80, 24, tickets(8));
        for step in steps {
            let number = rig.model.inbox.watch;
            let items = |keys: &[u64]| keys.iter().map(|n| ticket(*n, "x")).collect::<Vec<_>>();
            match step {
                Step::Ask(asked) => { rig.ask(asked); }
                Step::Rows(keys, first) => { rig.hears(frame(number, rows(first + keys.len() + 300, first, items(&keys)))); }
                Step::Splice(first, keys, last) => {
                    let splice = Splice { first, keys: keys.iter().map(|n| TicketNumber(*n)).collect(), last };
                    let rows = Change { splice: Some(splice), items: items(&keys) };
                    let fresh = Fresh::Inbox { total: 9, first: 0, searching: false, beyond: false, rows };
                    rig.hears(frame(number, fresh));
                }
                Step::Size(columns, rows) => { rig.msg(Msg::Resize(columns, rows)); }
                Step::Lost => { rig.msg(Msg::Link(Link::Lost { why: "gone".into(), retry_ms: Some(9) })); }
                Step::Welcome => { rig.hears(welcome(Role::Agent)); }
            }
            let inbox = &rig.model.inbox;
            match inbox.cursor {
                Some(number) => prop_assert_eq!(inbox.place_of(number), Some(inbox.place)),
                None => prop_assert!(inbox.shown.is_empty()),
            }
            prop_assert!(InboxView::ALL.contains(&inbox.view));
        }
    }
}
