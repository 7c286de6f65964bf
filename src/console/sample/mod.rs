//! A desk for tests: an account, tickets and the frames that tell of them.

pub(in crate::console) mod relay;

use super::rig::{Rig, START};
use crate::domain::canned::Fit;
use crate::domain::id::{ContactId, TicketNumber};
use crate::domain::roster::Role;
use crate::domain::template::Purpose;
use crate::domain::ticket::{Priority, State};
use crate::wire::{
    Change, Clocks, ContactBrief, Cost, CountsView, Desk, Direction, Due, Fresh, Keyed,
    LastMessage, Part, RelayFrame, Splice, TemplateView, TicketView, ViewCounts, Window, You,
};

/// A ticket that waits for its first answer for ten minutes, in the queue `support`.
pub(in crate::console) fn ticket(number: u64, name: &str) -> TicketView {
    let waiting = START.plus_secs(-600);
    TicketView {
        number: TicketNumber(number),
        line: "main".into(),
        queue: "support".into(),
        state: State::Open,
        priority: Priority::Normal,
        assignee: None,
        tags: Vec::new(),
        contact: ContactBrief {
            id: ContactId(number),
            name: Some(name.into()),
            phone: Some(format!("3933300{number:05}")),
            user_id: None,
            username: None,
        },
        unread: 1,
        last_message: Some(LastMessage {
            at: waiting,
            direction: Direction::In,
            kind_word: "text".into(),
            preview: "Buongiorno, il pacco non è arrivato".into(),
        }),
        window: Window { until: Some(waiting.plus_secs(86_400)), open: true },
        next_due: Some(Due {
            metric: "first_reply".into(),
            at: START.plus_secs(3_000),
            breached: false,
        }),
        clocks: Clocks::default(),
        opened_at: waiting,
        waiting_since: Some(waiting),
        snoozed_until: None,
        solved_at: None,
        aside: None,
    }
}

/// A template in Italian that can be sent as it is.
pub(in crate::console) fn template(name: &str) -> TemplateView {
    TemplateView {
        name: name.into(),
        language: "it".into(),
        status: "APPROVED".into(),
        purpose: Purpose::Utility,
        lines: Vec::new(),
        header: None,
        body: "Ciao!".into(),
        footer: None,
        parameters: Vec::new(),
        sendable: true,
        reason: None,
        fetched_at: START,
        buttons: Vec::new(),
        quality: None,
        cost: Cost::Charged,
        offer: None,
        cards: Vec::new(),
        fit: Fit::default(),
        suggested_in: Vec::new(),
        instead: None,
        uses: 0,
    }
}

/// So many tickets, numbered from 1.
pub(in crate::console) fn tickets(count: u64) -> Vec<TicketView> {
    (1..=count).map(|n| ticket(n, &format!("Customer {n}"))).collect()
}

/// Eight customers who wait, each in another way.
pub(in crate::console) fn eight() -> Vec<TicketView> {
    let due = |seconds: i64| {
        let at = START.plus_secs(seconds);
        Some(Due { metric: "first_reply".into(), at, breached: seconds < 0 })
    };
    let closes = |seconds: i64| Window { until: Some(START.plus_secs(seconds)), open: seconds > 0 };
    let mut eight = vec![
        ticket(104, "Maria Teresa dos Santos Oliveira de Albuquerque"),
        ticket(99, "日本太郎 株式会社"),
        ticket(1_203, "محمد عبد الله"),
        ticket(87, "🧑‍🤝‍🧑 Los García 🎉"),
        ticket(311, "Rossi"),
        ticket(312, ""),
        ticket(42, "erased"),
        ticket(77, "Zoë Ångström"),
    ];
    let [late, next, soon, window, calm, unnamed, erased, pending] = &mut eight[..] else {
        unreachable!()
    };
    (late.next_due, late.priority, late.unread) = (due(-14), Priority::Urgent, 12);
    late.tags = vec!["vip".into(), "invoice".into()];
    (next.next_due, next.assignee) = (due(-11_220), Some("bruno".into()));
    (soon.next_due, soon.priority) = (due(725), Priority::High);
    (window.window, window.assignee) = (closes(600), Some("anna".into()));
    (calm.next_due, calm.window) = (due(11_220), closes(-60));
    (unnamed.next_due, unnamed.queue) = (due(200_000), "sales".into());
    erased.contact.phone = None;
    (erased.next_due, erased.last_message) = (None, None);
    (pending.next_due, pending.waiting_since, pending.unread) = (None, None, 0);
    pending.state = State::Pending;
    if let Some(last) = &mut pending.last_message {
        last.direction = Direction::Out;
        last.preview = "We look into it and come back to you".into();
    }
    eight
}

/// The relay greets `anna`, who works `support` and `sales`.
pub(in crate::console) fn welcome(role: Role) -> RelayFrame {
    RelayFrame::Welcome {
        version: 1,
        you: You { name: "anna".into(), role, queues: vec!["support".into(), "sales".into()] },
        desk: Desk {
            lines: vec!["main".into()],
            queues: vec!["sales".into(), "support".into()],
            undo_ms: 5_000,
            simulated: false,
            views: Vec::new(),
            fields: Vec::new(),
        },
        position: 1,
        server_time: START,
        rate: 1.0,
    }
}

/// A frame with news of one watch.
pub(in crate::console) fn frame(watch: u32, fresh: Fresh) -> RelayFrame {
    let parts = vec![Part { watch, more: false, fresh }];
    RelayFrame::Frame { seq: 1, position: 1, server_time: START, parts }
}

/// The first state of a list.
pub(in crate::console) fn whole<V: Keyed>(items: Vec<V>) -> Change<V::Key, V> {
    let keys = items.iter().map(Keyed::key).collect();
    Change { splice: Some(Splice { first: 0, keys, last: 0 }), items }
}

/// Rows of a list from nothing, the first of them at a place.
pub(in crate::console) fn rows(total: usize, first: usize, items: Vec<TicketView>) -> Fresh {
    Fresh::Inbox { total, first, searching: false, beyond: false, rows: whole(items) }
}

/// Numbers of tickets by view.
pub(in crate::console) fn counts() -> Fresh {
    let views = ViewCounts {
        mine: 3,
        unassigned: 12,
        my_queues: 3_402,
        all: 3_402,
        waiting: 8,
        breaching: 4,
        snoozed: 17,
        solved: 10_000,
    };
    Fresh::Counts(CountsView { views, mine: 3, ..CountsView::default() })
}

/// A console that shows these tickets.
pub(in crate::console) fn rig(columns: u16, rows_high: u16, items: Vec<TicketView>) -> Rig {
    let mut rig = Rig::new(columns, rows_high);
    // The relay's clock is told with each frame; it stands at the rig's start.
    rig.hears(welcome(Role::Agent));
    let watch = rig.model.inbox.watch;
    rig.hears(frame(watch, rows(items.len(), 0, items)));
    rig.hears(frame(crate::console::model::mirror::watch::COUNTS, counts()));
    rig.effects();
    rig
}

/// Holds the picture of a screen in `docs/` to what is drawn, in colours. `GUICHET_PICTURES=1 cargo test --lib
/// picture` draws them anew.
pub(in crate::console) fn pictured(name: &str, rig: &mut Rig) {
    use crate::console::theme::{Depth, Theme};
    let (theme, _) = Theme::load("dark", &Default::default(), Depth::True).expect("it is shipped");
    rig.model.theme = theme;
    rig.draw();
    let picture = crate::console::picture::svg(rig.cells(), name);
    let path = format!("{}/docs/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("GUICHET_PICTURES").is_some() {
        std::fs::write(path, picture).expect("the picture is written");
    } else {
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        let again = "GUICHET_PICTURES=1 cargo test --lib picture";
        assert!(kept == picture, "docs/{name}.svg is old: {again}");
    }
}
