use crate::console::effect::{Effect, Notice};
use crate::console::layout::Screen;
use crate::console::model::mirror::watch;
use crate::console::msg::{Link, Msg};
use crate::console::rig::{Rig, START};
use crate::console::sample::whole;
use crate::console::update::acts::samples::{rig, ticket, told, welcome};
use crate::domain::id::TicketNumber;
use crate::domain::roster::Role;
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use crate::wire::{
    Change, Clocks, ColleagueView, Direction, Due, Fresh, LastMessage, NoticeKind, NoticeView,
    Part, Presence, RelayFrame, TicketView, Window,
};

const MINUTE: i64 = 60_000;

/// The account's ticket, to which the customer wrote so many minutes from the start.
fn wrote(number: u64, minutes: i64) -> TicketView {
    TicketView {
        assignee: Some("ada".into()),
        unread: 1,
        waiting_since: Some(START),
        last_message: Some(LastMessage {
            at: START.plus_millis(minutes * MINUTE),
            direction: Direction::In,
            kind_word: "text".into(),
            preview: "where is my order?".into(),
        }),
        ..ticket(number)
    }
}

fn frame(rig: &mut Rig, number: u32, fresh: Fresh) {
    let parts = vec![Part { watch: number, more: false, fresh }];
    let server_time = rig.model.desk_now();
    rig.hears(RelayFrame::Frame { seq: 1, position: 1, server_time, parts });
}

fn mine(rig: &mut Rig, rows: Change<TicketNumber, TicketView>) {
    let total = rows.items.len();
    frame(
        rig,
        watch::MINE,
        Fresh::Inbox { total, first: 0, searching: false, beyond: false, rows },
    );
}

/// A ticket of the list has changed.
fn changed(rig: &mut Rig, ticket: TicketView) {
    mine(rig, Change { splice: None, items: vec![ticket] });
}

fn noticed(rig: &mut Rig, id: u64, at: Timestamp, kind: NoticeKind, number: u64) {
    let notice = NoticeView {
        line: None,
        alert: None,
        id,
        at,
        kind,
        ticket: TicketNumber(number),
        by: "bo".into(),
        excerpt: "@ada look".into(),
        excerpt_type: None,
    };
    let mut all: Vec<_> = rig.model.mirror.notices.iter().cloned().collect();
    all.push(notice);
    rig.model.mirror.notices = crate::wire::Shown::default();
    frame(rig, watch::NOTICES, Fresh::Notices(whole(all)));
}

fn notifications(rig: &mut Rig) -> Vec<Notice> {
    let said = rig.effects().into_iter().filter_map(|effect| match effect {
        Effect::Notify(notice) => Some(notice),
        _ => None,
    });
    said.collect()
}

fn titles(rig: &mut Rig) -> Vec<String> {
    notifications(rig).into_iter().map(|notice| notice.title).collect()
}

fn begun(tickets: Vec<TicketView>) -> Rig {
    let mut rig = rig(Vec::new());
    mine(&mut rig, whole(tickets));
    assert!(titles(&mut rig).is_empty(), "what was there at the start is no news");
    rig
}

fn open(rig: &mut Rig, number: u64) {
    let mut effects = Vec::new();
    crate::console::update::acts::go_to(&mut rig.model, TicketNumber(number), &mut effects);
}

#[test]
fn a_customer_who_wrote_is_told_once() {
    let mut rig = begun(vec![wrote(7, -5), wrote(8, -5)]);
    changed(&mut rig, wrote(7, 1));
    let told_of = notifications(&mut rig);
    assert_eq!(told_of.len(), 1);
    assert_eq!(told_of[0].title, "#7: the customer wrote");
    assert_eq!(told_of[0].body, "", "text is hidden by default");
    assert_eq!(told_of[0].about, "ticket-7");
    assert_eq!(rig.model.notices.marks().len(), 1);
    // Something else about it changes, and the same again.
    changed(&mut rig, TicketView { tags: vec!["vip".into()], ..wrote(7, 1) });
    rig.pass(1_000).pass(60_000);
    assert!(titles(&mut rig).is_empty());
    // More of them is one mark.
    changed(&mut rig, wrote(7, 3));
    assert_eq!(titles(&mut rig).len(), 1);
    assert_eq!(rig.model.notices.marks().len(), 1);
}

#[test]
fn what_the_customer_did_is_told_by_its_name() {
    for (kind, asks, told) in [
        ("text", true, Some("#7: the customer wrote")),
        ("edit", false, Some("#7: the customer wrote")),
        ("handed_over", true, Some("#7: the platform's agent hands the customer over to you")),
        ("call", true, Some("#7: the customer calls")),
        ("reaction", false, Some("#7: the customer reacted")),
        // A message that came with it is not passed over.
        ("reaction", true, Some("#7: the customer wrote")),
        ("taken_over", false, None),
        ("preference", false, None),
        ("group", false, None),
        ("call_end", false, None),
        ("revoke", false, None),
    ] {
        let mut rig = begun(vec![wrote(7, -5)]);
        let mut later = wrote(7, 1);
        later.last_message.as_mut().expect("one").kind_word = kind.into();
        later.unread += u32::from(asks);
        changed(&mut rig, later);
        assert_eq!(titles(&mut rig), told.into_iter().collect::<Vec<_>>(), "{kind} {asks}");
    }
}

#[test]
fn an_answer_of_ours_is_no_news() {
    let mut rig = begun(vec![wrote(7, -5)]);
    let mut answered = wrote(7, 1);
    answered.last_message.as_mut().expect("one").direction = Direction::Out;
    answered.unread = 0;
    changed(&mut rig, answered);
    assert!(titles(&mut rig).is_empty());
}

#[test]
fn the_text_is_told_where_the_settings_allow_it() {
    let mut rig = begun(vec![wrote(7, -5)]);
    rig.model.settings.notify_text = true;
    changed(&mut rig, wrote(7, 1));
    assert_eq!(notifications(&mut rig)[0].body, "Maria: where is my order?");
}

#[test]
fn what_is_before_the_eyes_is_not_told() {
    for (away, screen, expected) in [
        (false, Screen::Thread, 0),
        (true, Screen::Thread, 1),
        (false, Screen::Inbox, 1),
        (true, Screen::Inbox, 1),
    ] {
        let mut rig = begun(vec![wrote(7, -5)]);
        open(&mut rig, 7);
        rig.model.screen = screen;
        rig.msg(Msg::Focus(!away));
        changed(&mut rig, wrote(7, 1));
        assert_eq!(titles(&mut rig).len(), expected, "away {away}, {screen:?}");
        assert_eq!(rig.model.notices.marks().len(), expected);
        // Coming back to it settles it.
        rig.model.screen = Screen::Thread;
        rig.msg(Msg::Focus(true));
        assert!(rig.model.notices.marks().is_empty());
    }
}

#[test]
fn nothing_disturbs_who_wants_no_disturbance() {
    let mut rig = begun(vec![wrote(7, -5)]);
    rig.ask("do-not-disturb");
    assert_eq!(told(&rig), "notifications are off");
    changed(&mut rig, wrote(7, 1));
    assert!(titles(&mut rig).is_empty());
    assert!(told(&rig).starts_with("#7: the customer wrote"), "the screen still tells");
    rig.ask("do-not-disturb");
    changed(&mut rig, wrote(7, 2));
    assert_eq!(titles(&mut rig).len(), 1);
}

#[test]
fn assignments_and_mentions_are_told_unless_they_are_older_than_the_start() {
    let mut rig = begun(Vec::new());
    noticed(&mut rig, 1, START.plus_millis(-1), NoticeKind::Assigned, 5);
    assert!(titles(&mut rig).is_empty());
    noticed(&mut rig, 2, START.plus_millis(1_000), NoticeKind::Assigned, 6);
    assert_eq!(titles(&mut rig), ["bo gave you #6"]);
    noticed(&mut rig, 3, START.plus_millis(2_000), NoticeKind::Mentioned, 7);
    assert_eq!(titles(&mut rig), ["bo mentions you in #7"]);
    assert_eq!(rig.model.notices.calling(), Some(TicketNumber(6)), "the oldest first");
    // After a reconnect the relay tells the last fifty again.
    rig.msg(Msg::Link(Link::Lost { why: "gone".into(), retry_ms: None }));
    rig.model.mirror.notices = crate::wire::Shown::default();
    let now = rig.now;
    rig.hears(welcome(now));
    noticed(&mut rig, 3, START.plus_millis(2_000), NoticeKind::Mentioned, 7);
    assert!(titles(&mut rig).is_empty());
    // What came meanwhile is told.
    noticed(&mut rig, 4, START.plus_millis(2_500), NoticeKind::Mentioned, 8);
    assert_eq!(titles(&mut rig), ["bo mentions you in #8"]);
    open(&mut rig, 6);
    rig.pass(1_000);
    assert_eq!(rig.model.notices.calling(), Some(TicketNumber(7)));
}

#[test]
fn a_proposal_is_told_once_and_also_when_it_was_made_before_the_start() {
    let mut rig = begun(vec![wrote(7, -5)]);
    noticed(&mut rig, 3, START.plus_millis(MINUTE), NoticeKind::Mentioned, 9);
    assert_eq!(titles(&mut rig), ["bo mentions you in #9"]);
    noticed(&mut rig, 0, START.plus_millis(-MINUTE), NoticeKind::Proposed, 7);
    assert_eq!(titles(&mut rig), ["bo proposes what to write in #7"]);
    noticed(&mut rig, 4, START.plus_millis(2 * MINUTE), NoticeKind::Assigned, 8);
    assert_eq!(titles(&mut rig), ["bo gave you #8"], "the proposal is there still");
    // He looks at the ticket: it stands above what he writes.
    open(&mut rig, 7);
    rig.model.mirror.notices = crate::wire::Shown::default();
    noticed(&mut rig, 0, START.plus_millis(3 * MINUTE), NoticeKind::Proposed, 7);
    assert!(titles(&mut rig).is_empty());
}

#[test]
fn ends_that_come_near_are_told_once_each() {
    let closes =
        |minutes: i64| Window { until: Some(START.plus_millis(minutes * MINUTE)), open: true };
    let due = |minutes: i64| {
        let at = START.plus_millis(minutes * MINUTE);
        Some(Due { metric: "first_reply".into(), at, breached: false })
    };
    let mut rig = begun(vec![
        TicketView { window: closes(20), ..wrote(1, -5) },
        TicketView { window: closes(10), ..wrote(2, -5) },
        TicketView {
            window: closes(20),
            state: State::Pending,
            waiting_since: None,
            ..wrote(3, -5)
        },
        TicketView { window: closes(20), state: State::Solved, ..wrote(4, -5) },
        TicketView { next_due: due(30), ..wrote(5, -5) },
        TicketView { window: closes(40), next_due: due(41), ..wrote(6, -5) },
    ]);
    rig.pass(4 * MINUTE);
    assert!(titles(&mut rig).is_empty());
    rig.pass(MINUTE);
    assert_eq!(titles(&mut rig), ["#1: the window closes in 15:00"]);
    rig.pass(MINUTE).pass(MINUTE);
    assert!(titles(&mut rig).is_empty());
    rig.pass(8 * MINUTE);
    assert_eq!(titles(&mut rig), ["#5: an answer is due in 15:00"]);
    rig.pass(10 * MINUTE);
    assert_eq!(titles(&mut rig), ["#6: the window closes in 15:00"]);
    rig.pass(MINUTE);
    assert_eq!(titles(&mut rig), ["#6: an answer is due in 15:00"]);
    // A window that was opened anew ends anew.
    changed(&mut rig, TicketView { window: closes(60), ..wrote(1, -5) });
    rig.pass(20 * MINUTE);
    assert_eq!(titles(&mut rig), ["#1: the window closes in 14:00"]);
}

#[test]
fn a_window_that_closes_before_the_answer_is_due_is_told_at_once_and_once() {
    let until = Some(START.plus_millis(24 * 60 * MINUTE));
    let told = |dies: bool| TicketView {
        window: Window { until, open: true },
        clocks: Clocks { window_dies_first: dies, ..Clocks::default() },
        ..wrote(7, -5)
    };
    let mut rig = begun(vec![told(false)]);
    changed(&mut rig, told(true));
    assert_eq!(titles(&mut rig), ["#7: the window closes in 1d00, before the answer is due"]);
    rig.pass(MINUTE);
    changed(&mut rig, TicketView { tags: vec!["vip".into()], ..told(true) });
    assert!(titles(&mut rig).is_empty());
    changed(&mut rig, told(false));
    changed(&mut rig, told(true));
    assert_eq!(titles(&mut rig), ["#7: the window closes in 23h59, before the answer is due"]);
}

#[test]
fn news_of_one_ticket_in_one_frame_is_one_notification() {
    let mut rig = begun(vec![wrote(7, -5)]);
    let until = Some(START.plus_millis(10 * MINUTE));
    changed(&mut rig, TicketView { window: Window { until, open: true }, ..wrote(7, 1) });
    assert_eq!(titles(&mut rig), ["#7: the window closes in 10:00"]);
}

#[test]
fn a_ticket_that_has_just_become_ones_own_is_no_news_by_itself() {
    let mut rig = begun(Vec::new());
    mine(&mut rig, whole(vec![wrote(7, 1)]));
    assert!(titles(&mut rig).is_empty());
    // It goes, the customer writes, it comes back: now it is.
    let gone = crate::wire::Splice { first: 0, keys: Vec::new(), last: 0 };
    mine(&mut rig, Change { splice: Some(gone), items: Vec::new() });
    mine(&mut rig, whole(vec![wrote(7, 2)]));
    assert_eq!(titles(&mut rig), ["#7: the customer wrote"]);
}

#[test]
fn what_was_settled_elsewhere_wants_no_mark() {
    let marked = |rig: &Rig| -> Vec<u64> {
        rig.model.notices.marks().iter().map(|mark| mark.ticket.0).collect()
    };
    let mut rig = begun((1..=5).map(|number| wrote(number, -5)).collect());
    for number in 1..=4 {
        changed(&mut rig, wrote(number, 1));
    }
    noticed(&mut rig, 1, START.plus_millis(1_000), NoticeKind::Mentioned, 5);
    // It comes before the list tells that it is one's own.
    noticed(&mut rig, 2, START.plus_millis(1_000), NoticeKind::Assigned, 6);
    assert_eq!(marked(&rig), [1, 2, 3, 4, 5, 6]);
    // One was answered on another console, one is solved or somebody else's now.
    changed(&mut rig, TicketView { waiting_since: None, unread: 0, ..wrote(1, 1) });
    assert_eq!(marked(&rig), [2, 3, 4, 5, 6]);
    let gone = crate::wire::Splice { first: 0, keys: Vec::new(), last: 3 };
    mine(&mut rig, Change { splice: Some(gone), items: Vec::new() });
    assert_eq!(marked(&rig), [3, 4, 5, 6]);
}

#[test]
fn supervisors_are_told_of_templates_in_words_that_do_nothing_to_a_terminal() {
    use crate::domain::line::News;
    use crate::domain::template::{TemplateChange, TemplateNews};
    use crate::wire::LineNews;
    let mut rig = begun(Vec::new());
    let reason = format!("\u{1b}[2J\u{202e}{}", "LOUD_".repeat(800));
    let news = |name: &str, change| {
        let (name, language) = (name.to_owned(), "it".to_owned());
        News::Template(TemplateNews { name, language, change })
    };
    let status = |status: &str, reason: Option<String>| TemplateChange::Status {
        status: status.into(),
        reason,
    };
    for (id, news) in [
        (1, news("order_update", status("PAUSED", None))),
        (2, news("\u{9b}31m", status("REJECTED", Some(reason)))),
    ] {
        let line = LineNews { lines: vec!["support".into()], news };
        let notice = NoticeView {
            id,
            at: START.plus_millis(1_000),
            kind: NoticeKind::Line,
            ticket: TicketNumber(0),
            by: String::new(),
            excerpt: String::new(),
            excerpt_type: None,
            line: Some(Box::new(line)),
            alert: None,
        };
        let mut all: Vec<_> = rig.model.mirror.notices.iter().cloned().collect();
        all.push(notice);
        rig.model.mirror.notices = crate::wire::Shown::default();
        frame(&mut rig, watch::NOTICES, Fresh::Notices(whole(all)));
    }
    let told = notifications(&mut rig);
    assert_eq!(told[0].title, "support: the template order_update (it) is paused");
    assert!(told.iter().all(|notice| notice.urgent), "{told:?}");
    let second = &told[1].title;
    assert!(second.starts_with("support: the template \u{fffd}31m (it) is rejected: "), "{second}");
    assert!(!second.chars().any(crate::kit::text::is_hostile), "{second:?}");
    assert!(second.chars().count() < 250, "{second}");
}

#[test]
fn an_alert_is_told_and_notified_and_its_end_is_only_told() {
    use crate::wire::AlertView;
    let mut rig = begun(Vec::new());
    let alert = |id, until: Option<Timestamp>| {
        let alert = AlertView {
            name: "many wait".into(),
            watch: "waiting".into(),
            measured: 23,
            over: 20,
            queue: Some("support".into()),
            since: START,
            until,
            ..AlertView::default()
        };
        NoticeView {
            id,
            at: START.plus_millis(1_000),
            kind: NoticeKind::Alert,
            ticket: TicketNumber(0),
            by: String::new(),
            excerpt: String::new(),
            excerpt_type: None,
            line: None,
            alert: Some(Box::new(alert)),
        }
    };
    frame(&mut rig, watch::NOTICES, Fresh::Notices(whole(vec![alert(1, None)])));
    let told = notifications(&mut rig);
    let titles: Vec<_> = told.iter().map(|notice| (notice.title.as_str(), notice.urgent)).collect();
    assert_eq!(titles, [("many wait · support · customers who wait: 23", true)]);
    let both = vec![alert(1, None), alert(2, Some(START.plus_millis(900)))];
    rig.model.mirror.notices = crate::wire::Shown::default();
    frame(&mut rig, watch::NOTICES, Fresh::Notices(whole(both)));
    assert_eq!(notifications(&mut rig), []);
    assert!(rig.screen().contains("many wait · support · cleared"), "{}", rig.screen());
}

#[test]
fn the_end_of_a_shift_is_told_ten_minutes_before_and_once() {
    let mut rig = rig(vec![ticket(1)]);
    let me = ColleagueView {
        name: "ada".into(),
        role: Role::Agent,
        queues: vec!["support".into()],
        presence: Presence::Online,
        reason: None,
        since: None,
        load: 0,
        waiting: 0,
        carried: 0,
        carries: 500,
        latest: None,
        replies: 0,
        shift_ends: Some(START.plus_secs(900)),
        offers: Vec::new(),
    };
    rig.model.mirror.expected.insert(watch::ROSTER);
    frame(&mut rig, watch::ROSTER, Fresh::Roster(whole(vec![me])));
    rig.pass(299_000);
    assert_eq!(notifications(&mut rig), []);
    rig.pass(1_000).pass(1_000);
    let titles: Vec<_> = notifications(&mut rig).into_iter().map(|notice| notice.title).collect();
    assert_eq!(titles, ["your shift ends in 10:00: no new tickets after that"]);
    assert_eq!(told(&rig), titles[0]);
}
