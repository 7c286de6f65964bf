//! The list, the wall, the login, and the relay that is away.

use super::Play;
use crate::console::model::mirror::watch;
use crate::console::msg::{Link, Msg};
use crate::console::rig::{Rig, START};
use crate::console::sample::{eight, frame, rig, rows, ticket, welcome};
use crate::domain::id::TicketNumber;
use crate::domain::roster::Role;
use crate::domain::ticket::State;
use crate::wire::{
    AlertView, ColleagueView, DyingView, Fresh, Health, LimitView, LineView, OutboxView, Presence,
    QueueView, RelayFrame, TicketView, WallView,
};

pub(super) const SCREENS: &[(&str, Play)] = &[
    ("inbox", |columns, high| rig(columns, high, eight())),
    ("inbox_mine", |columns, high| view(columns, high, "mine", &own())),
    ("inbox_unassigned", |columns, high| view(columns, high, "unassigned", &eight()[4..])),
    ("inbox_my_queues", |columns, high| view(columns, high, "my-queues", &eight()[..3])),
    ("inbox_waiting", |columns, high| view(columns, high, "waiting", &eight()[..6])),
    ("inbox_breaching", |columns, high| view(columns, high, "breaching", &eight()[..2])),
    ("inbox_snoozed", |columns, high| view(columns, high, "snoozed", &asleep())),
    ("inbox_solved", |columns, high| view(columns, high, "solved", &solved())),
    ("inbox_empty", |columns, high| view(columns, high, "mine", &[])),
    ("inbox_loading", |columns, high| Rig::new(columns, high)),
    ("inbox_marked", marked),
    ("search", search),
    ("search_nothing", search_nothing),
    ("simulated", simulated),
    ("offline", offline),
    ("offline_never_there", never_there),
    ("login", login),
    ("wall", wall),
];

fn own() -> Vec<TicketView> {
    let mut own = vec![ticket(311, "Rossi"), ticket(12, "Rosa")];
    own.iter_mut().for_each(|ticket| ticket.assignee = Some("anna".into()));
    own
}

fn asleep() -> Vec<TicketView> {
    let mut asleep = own();
    for ticket in &mut asleep {
        (ticket.state, ticket.next_due, ticket.unread) = (State::Snoozed, None, 0);
    }
    asleep[0].snoozed_until = Some(START.plus_secs(7_200));
    asleep
}

fn solved() -> Vec<TicketView> {
    let mut solved = own();
    for ticket in &mut solved {
        (ticket.state, ticket.next_due, ticket.unread) = (State::Solved, None, 0);
        (ticket.waiting_since, ticket.solved_at) = (None, Some(START.plus_secs(-60)));
    }
    solved[1].state = State::Closed;
    solved
}

/// The list of a view, as it was heard.
fn view(columns: u16, high: u16, name: &str, items: &[TicketView]) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.ask(&format!("view {name}"));
    answer(&mut rig, items);
    rig
}

/// The relay answers every question for the list with these.
fn answer(rig: &mut Rig, items: &[TicketView]) {
    while !rig.model.inbox.is_answered() {
        let watch = rig.model.inbox.watch;
        rig.hears(frame(watch, rows(items.len(), 0, items.to_vec())));
    }
}

fn marked(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.ask("mark").ask("mark").ask("up");
    rig
}

fn search(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.ask("search").types("ros");
    answer(&mut rig, &[ticket(311, "Rossi"), ticket(12, "Rosa")]);
    assert!(rig.cursor().is_some());
    rig
}

fn search_nothing(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.ask("search").types("zzz").ask("accept");
    answer(&mut rig, &[]);
    rig
}

fn simulated(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    let mut greeting = welcome(Role::Agent);
    if let RelayFrame::Welcome { desk, rate, .. } = &mut greeting {
        (desk.simulated, *rate) = (true, 600.0);
    }
    rig.hears(greeting);
    assert!(rig.screen().contains("SIMULATED ×600"), "{}", rig.screen());
    rig
}

fn offline(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    let why = "https://desk.example:8443: connection refused".to_owned();
    rig.msg(Msg::Link(Link::Lost { why, retry_ms: Some(30_000) }));
    rig.pass(192_000 - 170_000);
    rig
}

fn never_there(columns: u16, high: u16) -> Rig {
    let mut rig = Rig::new(columns, high);
    let why = "https://desk.example:8443: connection refused".to_owned();
    rig.msg(Msg::Link(Link::Lost { why, retry_ms: Some(3_000) }));
    rig
}

fn login(columns: u16, high: u16) -> Rig {
    let mut rig = Rig::new(columns, high);
    rig.msg(Msg::Link(Link::LoginNeeded { why: String::new() }));
    rig.types("anna").ask("next-field").types("geheim");
    let why = "the code of the second factor is missing".into();
    rig.msg(Msg::Link(Link::LoginNeeded { why }));
    assert!(!rig.screen().contains("geheim"));
    rig
}

/// A supervisor's wall.
pub(super) fn wall(columns: u16, high: u16) -> Rig {
    let mut rig = rig(columns, high, eight());
    rig.hears(welcome(Role::Supervisor));
    rig.ask("wall");
    let queue = |name: &str, waiting, breached, oldest: i64, by: u32| QueueView {
        name: name.into(),
        unsolved: waiting + 20,
        waiting,
        unassigned: waiting / 2,
        oldest_wait: Some(START.plus_secs(-oldest)),
        breached,
        breaching: breached / 3,
        next_breach: Some(START.plus_secs(oldest)),
        arrivals: (0..24).map(|hour: u32| hour.pow(2) * by % 37 * (hour / 5)).collect(),
    };
    let agent = |name: &str, presence, load: usize, since: i64| ColleagueView {
        name: name.into(),
        role: Role::Agent,
        queues: vec!["support".into()],
        presence,
        reason: (presence == Presence::Break).then(|| "lunch".into()),
        since: Some(START.plus_secs(-since)),
        load,
        waiting: load / 2,
        carried: load as u32 * 75,
        carries: 500,
        latest: (load > 0).then_some(TicketNumber(1_000 + load as u64)),
        replies: load as u32 * 3,
        shift_ends: None,
        offers: Vec::new(),
    };
    let line = |name: &str, health, reason: Option<&str>| LineView {
        per_second: Some(80),
        paced: 0,
        limit: Some(LimitView { most: Some(2_000), used: 412, full_at: None, frees_at: None }),
        restrictions: Vec::new(),
        disabled: false,
        name: name.into(),
        health,
        reason: reason.map(str::to_owned),
        since: None,
        quality: Some("GREEN".into()),
        phone: Some("+39 02 1234 5678".into()),
    };
    let window = |number, assignee: Option<&str>, left| DyingView {
        number: TicketNumber(number),
        queue: "support".into(),
        assignee: assignee.map(str::to_owned),
        until: START.plus_secs(left),
    };
    let view = WallView {
        queues: vec![
            queue("billing", 8, 0, 900, 3),
            queue("sales", 3, 0, 20_000, 5),
            queue("support", 1_250, 17, 500, 7),
        ],
        agents: vec![
            agent("anna", Presence::Online, 5, 4_000),
            agent("bruno", Presence::Offline, 0, 70_000),
            agent("carla", Presence::Online, 1, 900),
            agent("davide", Presence::Break, 3, 1_260),
            agent("elena", Presence::Busy, 7, 310),
        ],
        windows: vec![window(7, Some("anna"), 611), window(31, None, 3_480)],
        dying: 2,
        refused: None,
        alerts: vec![AlertView {
            name: "many wait".into(),
            watch: "waiting".into(),
            measured: 1_250,
            over: 200,
            queue: Some("support".into()),
            since: START.plus_secs(-240),
            ..AlertView::default()
        }],
        lines: vec![
            line("main", Health::Ok, None),
            line("shop", Health::Held, Some("the token is not valid")),
        ],
        outbox: Some(OutboxView { queued: 3, retrying: 0, unconfirmed: 1, failed: 2 }),
    };
    rig.hears(frame(watch::WALL, Fresh::Wall(Box::new(view.into()))));
    rig.keys("j j");
    rig
}
