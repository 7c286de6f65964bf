use super::samples::{asked, commands, done, rig, ticket, told, whole};
use super::why_not;
use crate::console::action::Action;
use crate::console::effect::Effect;
use crate::console::language::Language;
use crate::console::model::overlay::Overlay;
use crate::console::msg::{Link, Msg};
use crate::console::rig::Rig;
use crate::console::update::acts::samples::welcome;
use crate::console::update::overlays;
use crate::domain::id::{ConversationId, OutboxId, SendId, TicketNumber};
use crate::domain::roster::Role;
use crate::domain::ticket::State;
use crate::wire::{ActionRequest, ColleagueView, Presence, RelayFrame, TicketView};
use uuid::Uuid;

fn mine(number: u64) -> TicketView {
    TicketView { assignee: Some("ada".into()), ..ticket(number) }
}

fn json(action: &ActionRequest) -> String {
    serde_json::to_string(action).expect("JSON")
}

/// What one action says to the relay, the line told after it, what its undo says, and the line after that.
fn round(text: &str, of: TicketView) -> (String, String, Vec<String>, String) {
    let mut rig = rig(vec![of]);
    let said = asked(&mut rig, text);
    assert_eq!(said.len(), 1, "{text}: {}", told(&rig));
    let (id, _, action) = said.into_iter().next().expect("one");
    done(&mut rig, id);
    let first = told(&rig);
    let mut undone = Vec::new();
    let mut next = asked(&mut rig, "undo");
    while let Some((id, _, action)) = next.pop() {
        undone.push(json(&action));
        done(&mut rig, id);
        next = commands(&mut rig);
    }
    (json(&action), first, undone, told(&rig))
}

#[test]
fn each_action_is_said_told_and_undone() {
    for (text, of, said, line, back) in [
        ("take", ticket(7), r#"{"do":"take"}"#, "#7 taken", vec![r#"{"do":"release"}"#]),
        (
            "assign bo",
            mine(7),
            r#"{"do":"assign","to":"bo"}"#,
            "#7 given to bo",
            vec![r#"{"do":"assign","to":"ada"}"#],
        ),
        (
            "release",
            mine(7),
            r#"{"do":"release"}"#,
            "#7 given back to the queue",
            vec![r#"{"do":"take"}"#],
        ),
        (
            "solve",
            mine(7),
            r#"{"do":"solve"}"#,
            "#7 solved",
            vec![r#"{"do":"reopen","keep":true}"#],
        ),
        (
            "solve",
            TicketView { state: State::Snoozed, ..mine(7) },
            r#"{"do":"solve"}"#,
            "#7 solved",
            vec![r#"{"do":"reopen","keep":true}"#, r#"{"do":"snooze"}"#],
        ),
        (
            "reopen",
            TicketView { state: State::Solved, ..mine(7) },
            r#"{"do":"reopen"}"#,
            "#7 open again",
            vec![r#"{"do":"solve"}"#],
        ),
        (
            "pending",
            mine(7),
            r#"{"do":"pend"}"#,
            "#7 waiting for the customer",
            vec![r#"{"do":"open"}"#],
        ),
        (
            "hold",
            mine(7),
            r#"{"do":"hold"}"#,
            "#7 waiting for a third party",
            vec![r#"{"do":"open"}"#],
        ),
        (
            "snooze 2h",
            mine(7),
            r#"{"do":"snooze","until":"2026-03-02T11:00:00Z"}"#,
            "#7 asleep until Mon 2 Mar 11:00",
            vec![r#"{"do":"open"}"#],
        ),
        (
            "snooze next message",
            mine(7),
            r#"{"do":"snooze"}"#,
            "#7 asleep until the next message",
            vec![r#"{"do":"open"}"#],
        ),
        (
            "priority urgent",
            mine(7),
            r#"{"do":"prioritise","priority":"urgent"}"#,
            "#7 now urgent",
            vec![r#"{"do":"prioritise","priority":"normal"}"#],
        ),
        (
            "tag vip -old",
            TicketView { tags: vec!["old".into()], ..mine(7) },
            r#"{"do":"tag","add":["vip"],"remove":["old"]}"#,
            "#7 tagged vip -old",
            vec![r#"{"do":"tag","add":["old"],"remove":["vip"]}"#],
        ),
    ] {
        let (action, first, undone, last) = round(text, of);
        assert_eq!(action, said, "{text}");
        assert!(first.starts_with(line), "{text}: {first}");
        assert_eq!(undone, back, "{text}");
        assert!(last.starts_with(&format!("undone: {line}")), "{text}: {last}");
    }
}

#[test]
fn what_cannot_be_undone_says_so_and_then_the_one_before_comes() {
    let mut rig = rig(vec![mine(7)]);
    for text in ["priority high", "note hello @bo"] {
        let said = asked(&mut rig, text);
        done(&mut rig, said[0].0);
    }
    assert!(asked(&mut rig, "undo").is_empty());
    assert_eq!(told(&rig), "a note stays: it cannot be undone");
    let said = asked(&mut rig, "undo");
    assert_eq!(json(&said[0].2), r#"{"do":"prioritise","priority":"normal"}"#);
    done(&mut rig, said[0].0);
    assert!(asked(&mut rig, "undo").is_empty());
    assert_eq!(told(&rig), "nothing to undo");
}

#[test]
fn a_message_is_taken_back_while_it_waits() {
    let mut rig = rig(vec![mine(7)]);
    rig.model.composer.turn_to(TicketNumber(7));
    let reply = ActionRequest::Reply { text: "ciao".into(), quote: None };
    let outbox = SendId { conversation: ConversationId(3), outbox: OutboxId(9) };
    let answered = |rig: &mut Rig| {
        let mut effects = Vec::new();
        let id = super::command(&mut rig.model, TicketNumber(7), reply.clone(), &mut effects);
        let id = id.expect("connected");
        rig.hears(RelayFrame::Done { id, position: 2, outbox: Some(outbox) });
    };
    answered(&mut rig);
    assert!(told(&rig).starts_with("sent in 3 s"), "{}", told(&rig));
    rig.pass(2_000);
    let said = asked(&mut rig, "undo");
    assert_eq!(said[0].2, ActionRequest::Cancel { outbox });
    done(&mut rig, said[0].0);
    assert_eq!(rig.model.composer.editor.text(), "ciao");

    rig.model.composer.editor.clear();
    answered(&mut rig);
    rig.pass(3_000);
    assert!(asked(&mut rig, "undo").is_empty());
    assert_eq!(told(&rig), "the message is on its way: it cannot be taken back");
    assert_eq!(rig.model.composer.editor.text(), "");
}

#[test]
fn a_refused_text_is_put_back_with_the_reason() {
    let mut rig = rig(vec![mine(7)]);
    rig.model.composer.turn_to(TicketNumber(7));
    let mut effects = Vec::new();
    let reply = ActionRequest::Reply { text: "ciao".into(), quote: None };
    let id = super::command(&mut rig.model, TicketNumber(7), reply, &mut effects);
    refused(&mut rig, id.expect("connected"), "window_closed", "the 24-hour window is closed");
    assert_eq!(rig.model.composer.editor.text(), "ciao");
    assert_eq!(told(&rig), "#7: the 24-hour window is closed: send a template");
}

fn refused(rig: &mut Rig, id: Uuid, code: &str, message: &str) {
    let (code, message) = (code.to_owned(), message.to_owned());
    rig.hears(RelayFrame::Refused { id: Some(id), code, message, hint: String::new() });
}

fn lost(rig: &mut Rig) {
    rig.msg(Msg::Link(Link::Lost { why: "gone".into(), retry_ms: Some(1_000) }));
}

#[test]
fn without_a_connection_it_is_refused_at_once_and_nothing_waits() {
    let mut rig = rig(vec![mine(7)]);
    let said = asked(&mut rig, "solve");
    done(&mut rig, said[0].0);
    lost(&mut rig);
    for text in ["solve", "snooze 2h", "undo"] {
        assert!(asked(&mut rig, text).is_empty());
        assert!(told(&rig).starts_with("not connected"), "{text}: {}", told(&rig));
    }
    let now = rig.now;
    rig.hears(welcome(now));
    assert!(commands(&mut rig).is_empty());
    // What could be undone can still be undone.
    assert_eq!(asked(&mut rig, "undo").len(), 1);
}

#[test]
fn marked_tickets_are_acted_on_together() {
    let mut rig = rig((1..=5).map(mine).collect());
    rig.model.inbox.marked = (1..=4).map(TicketNumber).collect();
    let said = asked(&mut rig, "solve");
    assert_eq!(said.iter().map(|(_, ticket, _)| *ticket).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(rig.model.inbox.marked.is_empty());
    let lines = rig.model.told.lines().count();
    for (id, ticket, _) in &said {
        match ticket {
            3 => refused(&mut rig, *id, "held_by", "the ticket is lucia's"),
            _ => done(&mut rig, *id),
        }
    }
    assert_eq!(rig.model.told.lines().count(), lines + 1);
    let line = told(&rig);
    assert!(line.starts_with("3 solved, 1 refused: the ticket is lucia's"), "{line}");
    assert_eq!(rig.model.inbox.marked.iter().map(|number| number.0).collect::<Vec<_>>(), [3]);
    rig.model.inbox.marked.clear();
    let back = asked(&mut rig, "undo");
    assert_eq!(back.iter().map(|(_, ticket, _)| *ticket).collect::<Vec<_>>(), [1, 2, 4]);
    for (id, ..) in back {
        done(&mut rig, id);
    }
    assert!(told(&rig).starts_with("undone: 3 solved"), "{}", told(&rig));
}

#[test]
fn participles_agree_with_their_number() {
    let mut rig = rig((1..=2).map(mine).collect());
    for (language, line) in
        [(Language::It, "2 risolti"), (Language::Pt, "2 resolvidos"), (Language::Es, "2 resueltos")]
    {
        rig.model.settings.language = language;
        rig.model.inbox.marked = (1..=2).map(TicketNumber).collect();
        for (id, ..) in asked(&mut rig, "solve") {
            done(&mut rig, id);
        }
        assert!(told(&rig).starts_with(line), "{}", told(&rig));
    }
}

#[test]
fn many_are_asked_about_first() {
    let mut rig = rig((1..=30).map(mine).collect());
    rig.model.inbox.marked = (1..=21).map(TicketNumber).collect();
    assert!(asked(&mut rig, "solve").is_empty());
    let Some(Overlay::Confirm(confirm)) = rig.model.overlays.last() else { panic!("no question") };
    assert_eq!(confirm.question, "21 tickets: solve?");
    assert!(rig.screen().contains("21 tickets: solve?"), "{}", rig.screen());
    assert!(asked(&mut rig, "back").is_empty());
    assert!(rig.model.overlays.is_empty());
    assert_eq!(rig.model.inbox.marked.len(), 21);
    asked(&mut rig, "solve");
    // Nothing else happens before the answer.
    assert!(asked(&mut rig, "take").is_empty());
    assert_eq!(asked(&mut rig, "accept").len(), 21);
}

#[test]
fn take_next_tries_another_when_a_colleague_was_faster() {
    let mut rig = rig(Vec::new());
    asked(&mut rig, "take-next");
    assert_eq!(told(&rig), "no ticket is nobody's");
    let asleep = TicketView { state: State::Snoozed, ..ticket(4) };
    rig.model.mirror.unassigned.apply(whole(vec![asleep, ticket(5), ticket(6)])).expect("fits");
    let said = asked(&mut rig, "take-next");
    assert_eq!((said.len(), said[0].1), (1, 5));
    refused(&mut rig, said[0].0, "held_by", "the ticket is bo's");
    let said = commands(&mut rig);
    assert_eq!((said.len(), said[0].1), (1, 6));
    done(&mut rig, said[0].0);
    assert_eq!(rig.model.thread.as_ref().map(|thread| thread.number), Some(TicketNumber(6)));
    assert!(told(&rig).starts_with("#6 taken"), "{}", told(&rig));
}

#[test]
fn another_account_does_not_say_what_was_asked_before() {
    let mut rig = rig(vec![mine(7)]);
    assert_eq!(asked(&mut rig, "solve").len(), 1);
    lost(&mut rig);
    let now = rig.now;
    let RelayFrame::Welcome { version, mut you, desk, position, server_time, rate } = welcome(now)
    else {
        panic!("no welcome");
    };
    you.name = "bo".into();
    rig.hears(RelayFrame::Welcome { version, you, desk, position, server_time, rate });
    assert!(commands(&mut rig).is_empty());
    assert!(rig.model.in_flight.waiting().is_empty());
    assert!(told(&rig).starts_with("another account"), "{}", told(&rig));
}

fn roster() -> Vec<ColleagueView> {
    let one = |name: &str, presence, load, queues: &[&str]| ColleagueView {
        name: name.into(),
        role: Role::Agent,
        queues: queues.iter().map(|queue| (*queue).to_owned()).collect(),
        presence,
        since: None,
        load,
        waiting: load / 2,
    };
    vec![
        one("ada", Presence::Online, 3, &["support"]),
        one("bruno", Presence::Offline, 0, &["support"]),
        one("lucia", Presence::Online, 12, &["support"]),
        one("luca", Presence::Online, 1, &["sales"]),
    ]
}

fn typed(rig: &mut Rig, text: &str) {
    let mut effects = Vec::new();
    assert!(overlays::typed(&mut rig.model, text, &mut effects));
    rig.draw();
}

#[test]
fn a_colleague_is_found_by_a_few_letters() {
    let mut rig = rig(vec![mine(7)]);
    rig.model.mirror.roster.apply(whole(roster())).expect("fits");
    asked(&mut rig, "assign");
    typed(&mut rig, "lu");
    // Luca is better by letters, but cannot have it.
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"assign","to":"lucia"}"#);
    assert!(rig.model.overlays.is_empty());

    asked(&mut rig, "assign");
    typed(&mut rig, "luca");
    assert!(asked(&mut rig, "accept").is_empty());
    assert!(rig.screen().contains("not in the queue support"), "{}", rig.screen());
    asked(&mut rig, "back");
    asked(&mut rig, "assign luci");
    assert_eq!(rig.model.in_flight.waiting().len(), 2);
    asked(&mut rig, "assign zoe");
    assert_eq!(told(&rig), "there is no colleague zoe");
}

#[test]
fn an_instant_is_shown_back_before_it_is_accepted() {
    let mut rig = rig(vec![mine(7)]);
    asked(&mut rig, "snooze");
    typed(&mut rig, "tomorrow 14:30");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"snooze","until":"2026-03-03T14:30:00Z"}"#);

    asked(&mut rig, "snooze");
    typed(&mut rig, "9");
    assert!(asked(&mut rig, "accept").is_empty());
    assert!(rig.screen().contains("9 what? write 9h, 9d or 9:00"), "{}", rig.screen());
    typed(&mut rig, "d");
    assert!(!rig.screen().contains("9 what?"), "{}", rig.screen());
    asked(&mut rig, "back");
    asked(&mut rig, "snooze");
    asked(&mut rig, "down");
    asked(&mut rig, "down");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"snooze","until":"2026-03-02T11:00:00Z"}"#);
}

#[test]
fn labels_that_were_seen_are_offered() {
    let tagged = |number, tags: &[&str]| TicketView {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..mine(number)
    };
    let mut rig =
        rig(vec![tagged(7, &["old"]), tagged(8, &["vip", "refund"]), tagged(9, &["vip"])]);
    asked(&mut rig, "tag");
    typed(&mut rig, "re");
    asked(&mut rig, "complete");
    typed(&mut rig, " -o");
    asked(&mut rig, "complete");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"tag","add":["refund"],"remove":["old"]}"#);
    asked(&mut rig, "tag");
    // The most frequent comes first; what is typed counts as it is.
    asked(&mut rig, "down");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"tag","add":["vip"],"remove":[]}"#);
    asked(&mut rig, "tag");
    typed(&mut rig, "vi");
    let said = asked(&mut rig, "accept");
    assert_eq!(json(&said[0].2), r#"{"do":"tag","add":["vi"],"remove":[]}"#);
}

#[test]
fn what_cannot_be_done_is_known_with_its_reason() {
    let why = |change: &dyn Fn(&mut Rig), action| {
        let mut rig = rig(vec![mine(7)]);
        change(&mut rig);
        why_not(&rig.model, action)
    };
    let is = |of: TicketView| {
        move |rig: &mut Rig| rig.model.inbox.shown.apply(whole(vec![of.clone()])).expect("fits")
    };
    let none = |_: &mut Rig| {};
    let his = TicketView { assignee: Some("lucia".into()), ..ticket(7) };
    let solved = TicketView { state: State::Solved, ..mine(7) };
    assert_eq!(why(&none, Action::Solve), None);
    assert_eq!(why(&none, Action::Undo).as_deref(), Some("nothing to undo"));
    assert_eq!(why(&none, Action::Reopen).as_deref(), Some("the ticket is open, not solved"));
    assert_eq!(
        why(&is(his.clone()), Action::Solve).as_deref(),
        Some("the ticket is lucia's: write a note, or ask a supervisor")
    );
    assert_eq!(why(&is(his), Action::Note), None);
    assert_eq!(
        why(&is(solved.clone()), Action::Take).as_deref(),
        Some("the ticket is solved: reopen it first")
    );
    assert_eq!(why(&is(solved), Action::Reopen), None);
    assert_eq!(why(&is(ticket(7)), Action::Release).as_deref(), Some("the ticket is nobody's"));
    assert_eq!(why(&|rig| lost(rig), Action::Solve).as_deref(), Some("not connected"));
    assert_eq!(why(&|rig| lost(rig), Action::Reply), None);
    assert_eq!(why(&none, Action::Reply), None);
    assert_eq!(
        why(&|rig| rig.model.inbox.cursor = None, Action::Take).as_deref(),
        Some("no ticket here")
    );
    let typed = |rig: &mut Rig| rig.model.composer.editor.insert("x");
    assert_eq!(why(&none, Action::Send).as_deref(), Some("nothing is written"));
    assert_eq!(
        why(&typed, Action::Send).as_deref(),
        Some("the 24-hour window is closed: send a template")
    );
    assert_eq!(why(&none, Action::Help), None);
}

#[test]
fn what_one_gave_away_can_be_taken_back() {
    let given = |by_me: bool| {
        let mut rig = rig(vec![mine(7)]);
        if by_me {
            let said = asked(&mut rig, "assign bo");
            done(&mut rig, said[0].0);
        }
        let his = TicketView { assignee: Some("bo".into()), ..ticket(7) };
        rig.model.inbox.shown.apply(whole(vec![his])).expect("fits");
        why_not(&rig.model, Action::Assign)
    };
    assert_eq!(given(true), None);
    assert!(given(false).is_some_and(|why| why.starts_with("the ticket is bo's")));
}

#[test]
fn the_number_of_the_customer_is_copied() {
    let mut rig = rig(vec![mine(7)]);
    rig.ask("copy-number");
    assert!(rig.effects().contains(&Effect::Copy("+5511999990000".into())));
}

mod once {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Ask(u64),
        Done(usize),
        Refused(usize),
        Reconnect,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (1u64..6).prop_map(Step::Ask),
            3 => (0usize..12).prop_map(Step::Done),
            2 => (0usize..12).prop_map(Step::Refused),
            2 => Just(Step::Reconnect),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_comes_a_command_has_one_id_and_one_line(steps in prop::collection::vec(step(), 0..40)) {
            let mut rig = rig((1..6).map(mine).collect());
            let mut said: BTreeMap<Uuid, (u64, ActionRequest)> = BTreeMap::new();
            let mut order = Vec::new();
            let mut answered = std::collections::BTreeSet::new();
            let mut asks = 0;
            let lines = |rig: &Rig| {
                rig.model.told.lines().filter(|line| line.text.starts_with('#')).count()
            };
            for step in steps {
                match step {
                    Step::Ask(number) => {
                        rig.model.inbox.cursor = Some(TicketNumber(number));
                        rig.ask("hold");
                        asks += 1;
                    }
                    Step::Done(at) => {
                        if let Some(id) = order.get(at) {
                            done(&mut rig, *id);
                            answered.insert(*id);
                        }
                    }
                    Step::Refused(at) => {
                        if let Some(id) = order.get(at) {
                            refused(&mut rig, *id, "retry", "the ticket changed");
                            answered.insert(*id);
                        }
                    }
                    Step::Reconnect => {
                        lost(&mut rig);
                        let now = rig.now;
                        rig.hears(welcome(now));
                    }
                }
                for (id, number, action) in commands(&mut rig) {
                    prop_assert!(!answered.contains(&id), "an answered command was said again");
                    let known = said.entry(id).or_insert((number, action.clone()));
                    prop_assert_eq!(&*known, &(number, action));
                    if !order.contains(&id) {
                        order.push(id);
                    }
                }
                prop_assert_eq!(said.len(), asks);
                prop_assert_eq!(lines(&rig), answered.len());
                prop_assert_eq!(rig.model.in_flight.waiting().len(), asks - answered.len());
            }
        }
    }
}

#[test]
fn the_rows_of_a_prompt_fit_everywhere() {
    for (columns, rows) in [(1, 1), (40, 10), (40, 12), (160, 48)] {
        let mut rig = rig(vec![mine(7)]);
        rig.model.mirror.roster.apply(whole(roster())).expect("fits");
        rig.msg(Msg::Resize(columns, rows));
        for text in ["assign", "snooze", "tag", "priority"] {
            rig.ask(text);
            typed(
                &mut rig,
                "日本語 \u{202e}\x1b[2J a long line that goes on and on beyond the edge",
            );
            for asked in ["down", "bottom", "page-up", "char-left", "back"] {
                rig.ask(asked);
            }
        }
        assert!(rig.model.overlays.is_empty());
    }
}

#[test]
fn keys_lead_through_it() {
    let mut rig = rig((1..=3).map(mine).collect());
    rig.keys("z").types("2h").keys("enter");
    let said = commands(&mut rig);
    assert_eq!(json(&said[0].2), r#"{"do":"snooze","until":"2026-03-02T11:00:00Z"}"#);
    done(&mut rig, said[0].0);
    assert_eq!(told(&rig), "#1 asleep until Mon 2 Mar 11:00 \u{b7} u undoes it");
    rig.keys("u");
    let said = commands(&mut rig);
    assert_eq!(json(&said[0].2), r#"{"do":"open"}"#);
    done(&mut rig, said[0].0);
    rig.keys("!").types("ur").keys("enter");
    assert_eq!(json(&commands(&mut rig)[0].2), r#"{"do":"prioritise","priority":"urgent"}"#);
    rig.keys("z esc e");
    assert_eq!(json(&commands(&mut rig)[0].2), r#"{"do":"solve"}"#);
}
