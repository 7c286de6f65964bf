//! Screens as people see them.

use crate::console::model::mirror::watch;
use crate::console::msg::{Link, Msg};
use crate::console::rig::{Rig, START};
use crate::console::sample::{eight, frame, pictured, rig, rows, ticket, welcome};
use crate::domain::roster::Role;
use crate::domain::template::Purpose;
use crate::wire::{
    Change, ColleagueView, Cost, Fresh, Health, Keyed, LineView, OutboxView, Presence, QueueView,
    RelayFrame, SlotView, Splice, TemplateView, WallView,
};

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (160, 48)];

/// One snapshot for each size.
fn at_all_sizes(name: &str, play: impl Fn(u16, u16) -> Rig) {
    for (columns, rows) in SIZES {
        let rig = play(columns, rows);
        insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), rig.screen());
    }
}

#[test]
fn the_inbox() {
    at_all_sizes("inbox", |columns, rows| rig(columns, rows, eight()));
}

#[test]
fn a_marked_row_and_the_cursor_below() {
    let mut rig = rig(80, 24, eight());
    rig.ask("mark").ask("mark").ask("up");
    insta::assert_snapshot!(rig.screen());
}

#[test]
fn without_glyphs_beyond_ascii() {
    let mut rig = rig(80, 24, eight());
    rig.model.settings.unicode = false;
    rig.draw();
    insta::assert_snapshot!(rig.screen());
}

#[test]
fn in_italian() {
    let mut rig = rig(80, 24, eight());
    rig.model.settings.language = crate::console::language::Language::It;
    rig.draw();
    insta::assert_snapshot!(rig.screen());
}

#[test]
fn a_search_while_it_is_typed() {
    at_all_sizes("search", |columns, high| {
        let mut rig = rig(columns, high, eight());
        rig.ask("search").types("ros");
        let watch = rig.model.inbox.watch;
        rig.hears(frame(watch, rows(2, 0, vec![ticket(311, "Rossi"), ticket(12, "Rosa")])));
        assert!(rig.cursor().is_some());
        rig
    });
}

#[test]
fn the_wall() {
    at_all_sizes("wall", wall);
}

fn wall(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.hears(welcome(Role::Supervisor));
    rig.ask("wall");
    let queue = |name: &str, waiting, breached, oldest: i64| QueueView {
        name: name.into(),
        unsolved: waiting + 20,
        waiting,
        unassigned: waiting / 2,
        oldest_wait: Some(START.plus_secs(-oldest)),
        breached,
        next_breach: Some(START.plus_secs(oldest)),
    };
    let agent = |name: &str, presence, load| ColleagueView {
        name: name.into(),
        role: Role::Agent,
        queues: vec!["support".into()],
        presence,
        since: None,
        load,
        waiting: load / 2,
    };
    let line = |name: &str, health, reason: Option<&str>| LineView {
        name: name.into(),
        health,
        reason: reason.map(str::to_owned),
        since: None,
        quality: Some("GREEN".into()),
        phone: Some("+39 02 1234 5678".into()),
    };
    let view = WallView {
        queues: vec![queue("sales", 3, 0, 20_000), queue("support", 1_250, 17, 500)],
        agents: vec![
            agent("anna", Presence::Online, 12),
            agent("bruno", Presence::Offline, 0),
            agent("carla", Presence::Online, 1),
        ],
        lines: vec![
            line("main", Health::Ok, None),
            line("shop", Health::Held, Some("the token is not valid")),
        ],
        outbox: Some(OutboxView { queued: 3, retrying: 0, unconfirmed: 1, failed: 2 }),
    };
    rig.hears(frame(watch::WALL, Fresh::Wall(Box::new(view))));
    rig.ask("down");
    rig
}

#[test]
fn pictures_of_inbox_and_wall() {
    pictured("inbox", &mut rig(120, 24, eight()));
    pictured("wall", &mut wall(120, 24));
}

#[test]
fn picture_of_the_picker() {
    let template = |name: &str, language: &str, body: &str, slots: &[&str]| TemplateView {
        name: name.into(),
        language: language.into(),
        status: "APPROVED".into(),
        purpose: Purpose::Utility,
        lines: Vec::new(),
        header: Some("Your order".into()),
        body: body.into(),
        footer: Some("Guichet Shop".into()),
        parameters: slots
            .iter()
            .map(|slot| SlotView { name: (*slot).into(), example: Some("Friday".into()) })
            .collect(),
        sendable: name != "season_sale",
        reason: (name == "season_sale").then(|| "PAUSED".into()),
        fetched_at: START,
        buttons: vec!["Fine".into(), "Another day".into()],
        quality: Some("GREEN".into()),
        cost: Cost::FreeInWindow,
    };
    let body = "Hi {{name}}, your order arrives on {{day}}.";
    let items = vec![
        template("delivery_day", "en", body, &["name", "day"]),
        template("opening_hours", "en", "We are open {{1}}.", &["1"]),
        template("season_sale", "en", "It is on: {{1}}.", &["1"]),
    ];
    let keys = items.iter().map(Keyed::key).collect();
    let change = Change { splice: Some(Splice { first: 0, keys, last: 0 }), items };
    let mut rig = rig(120, 24, eight());
    rig.hears(frame(watch::TEMPLATES, Fresh::Templates(change)));
    rig.ask("template").ask("accept").types("Friday");
    pictured("picker", &mut rig);
}

#[test]
fn who_is_at_the_console() {
    at_all_sizes("login", |columns, rows| {
        let mut rig = Rig::new(columns, rows);
        rig.msg(Msg::Link(Link::LoginNeeded { why: String::new() }));
        rig.types("anna").ask("next-field").types("geheim");
        rig.msg(Msg::Link(Link::LoginNeeded {
            why: "the code of the second factor is missing".into(),
        }));
        assert!(!rig.screen().contains("geheim"));
        rig
    });
}

#[test]
fn the_relay_is_not_there() {
    at_all_sizes("offline", |columns, rows| {
        let mut rig = rig(columns, rows, eight());
        let why = "https://desk.example:8443: connection refused".to_owned();
        rig.msg(Msg::Link(Link::Lost { why, retry_ms: Some(30_000) }));
        rig.pass(192_000 - 170_000);
        rig
    });
}

#[test]
fn it_is_simulated() {
    let mut rig = rig(80, 24, eight());
    let mut greeting = welcome(Role::Agent);
    if let RelayFrame::Welcome { desk, rate, .. } = &mut greeting {
        (desk.simulated, *rate) = (true, 600.0);
    }
    rig.hears(greeting);
    assert!(rig.screen().contains("SIMULATED ×600"), "{}", rig.screen());
}

#[test]
fn a_terminal_too_small_is_told_so() {
    for size in [(1, 1), (39, 24), (80, 9)] {
        let mut rig = rig(80, 24, eight());
        rig.msg(Msg::Resize(size.0, size.1));
        assert!("too small".starts_with(rig.screen().trim()), "{}", rig.screen());
    }
}

#[test]
fn a_step_of_the_cursor_and_a_tick_change_few_cells() {
    // Rows as different from each other as those of a busy desk.
    let names = ["Rossi", "Maria dos Santos", "日本太郎", "Zoë Ångström", "García"];
    let busy = (1..=200).map(|n| {
        let mut row = ticket(n * 7_919 % 100_000, names[n as usize % 5]);
        row.unread = (n % 13) as u32;
        row.assignee = (n % 3 == 0).then(|| ["anna", "bruno", "carla"][n as usize % 3].into());
        row.tags = if n % 4 == 0 { vec![format!("tag-{}", n % 11)] } else { Vec::new() };
        if let (Some(due), Some(last)) = (&mut row.next_due, &mut row.last_message) {
            due.at = START.plus_secs((n as i64 - 40) * 211);
            last.preview = format!("order {} has not come, what now?", n * 104_729);
        }
        row
    });
    let mut rig = rig(160, 48, busy.collect());
    rig.ask("down");
    let step = rig.bytes.len();
    rig.pass(60_000);
    for _ in 0..44 {
        rig.ask("down");
    }
    let edge = rig.bytes.len();
    rig.ask("page-down");
    let page = rig.bytes.len();
    println!("bytes: a step {step}, at the edge {edge}, a page {page}");
    assert!(step <= 400 && edge <= 2_500 && page <= 5_000, "{step} {edge} {page}");
}
