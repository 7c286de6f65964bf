//! Where the reader is: what he sees stays where it is.

use crate::console::effect::Effect;
use crate::console::msg::Msg;
use crate::console::rig::Rig;
use crate::console::sample::relay::{Relay, entry};
use crate::domain::id::{ConversationId, OutboxId, SendId};
use crate::wire::*;
use proptest::prelude::*;

fn said(key: usize) -> ThreadEntry {
    let kind = match key % 7 {
        0 => EntryKind::Event,
        3 => EntryKind::Note,
        _ => EntryKind::Message,
    };
    let author = if key.is_multiple_of(3) { "anna" } else { "customer" };
    entry(key, kind, author, &format!("messaggio numero {key} ").repeat(1 + key % 9))
}

fn long(count: usize) -> Relay {
    Relay::new((0..count).map(said).collect())
}

fn top(rig: &Rig) -> String {
    let thread = rig.model.thread.as_ref().expect("a thread is open");
    thread.top().unwrap_or_default().to_owned()
}

fn sees_end(rig: &Rig) -> bool {
    rig.model.thread.as_ref().is_some_and(|thread| thread.sees_end())
}

#[derive(Clone, Debug)]
enum Step {
    Key(&'static str),
    Resize(u16, u16),
    Arrives(usize),
    Changes(usize),
    Backdated,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let keys = prop::sample::select(vec![
        "up",
        "up",
        "down",
        "page-up",
        "page-up",
        "page-up",
        "page-down",
        "half-page-up",
        "half-page-down",
        "top",
        "bottom",
    ]);
    let step = prop_oneof![
        6 => keys.prop_map(Step::Key),
        2 => (40u16..200, 10u16..60).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
        2 => (1usize..9).prop_map(Step::Arrives),
        1 => (0usize..9_999).prop_map(Step::Changes),
        1 => Just(Step::Backdated),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_entry_at_the_top_stays(steps in steps(), count in 1usize..1_500) {
        let mut rig = Rig::new(80, 24);
        let mut relay = long(count);
        relay.opened(&mut rig);
        let mut next = count;
        for step in steps {
            let (was, ended) = (top(&rig), sees_end(&rig));
            let moves = matches!(step, Step::Key(_));
            match &step {
                Step::Key(key) => {
                    rig.ask(key);
                }
                Step::Resize(columns, rows) => {
                    rig.msg(Msg::Resize(*columns, *rows));
                }
                Step::Arrives(more) => {
                    for _ in 0..*more {
                        relay.entries.push(said(next));
                        next += 1;
                    }
                }
                Step::Changes(which) => {
                    let which = which % relay.entries.len();
                    relay.entries[which].entry.text.push_str(" cambiato");
                }
                Step::Backdated => {
                    let at = relay.entries.iter().position(|of| of.key == was).unwrap_or(0);
                    let mut late = said(next);
                    next += 1;
                    late.entry.at = relay.entries[at].entry.at;
                    late.entry.late = true;
                    relay.entries.insert(at, late);
                }
            }
            relay.settle(&mut rig);
            if !moves && !ended && !sees_end(&rig) {
                prop_assert_eq!(top(&rig), was, "{:?}", step);
            }
            let thread = rig.model.thread.as_ref().expect("a thread is open");
            prop_assert!(thread.shown.len() <= 500);
            if let Some(cursor) = thread.cursor() {
                prop_assert!(thread.shown.get(&cursor.to_owned()).is_some());
            }
        }
    }
}

#[test]
fn a_range_slides_before_its_edge_is_reached() {
    let mut rig = Rig::new(80, 24);
    let mut relay = long(3_000);
    relay.opened(&mut rig);
    let mut back = 0;
    while !rig.screen().contains("messaggio numero 1 ") {
        let before = top(&rig);
        rig.ask("page-up");
        let after = top(&rig);
        assert_ne!(before, after, "a page is never waited for");
        relay.settle(&mut rig);
        assert_eq!(top(&rig), after, "what comes moves nothing");
        back += 1;
        assert!(back < 3_000);
    }
    assert_eq!(relay.asked[0], (None, 0, 200));
    assert!(
        relay.asked[1..]
            .iter()
            .all(|(anchor, before, rows)| { anchor.is_some() && *before == 200 && *rows == 400 })
    );
    assert!(relay.asked.len() < 3_000 / 80, "{} ranges", relay.asked.len());
    let asked = relay.asked.len();
    rig.ask("bottom");
    relay.settle(&mut rig);
    assert_eq!(relay.asked[asked..], [(None, 0, 200)]);
    assert!(sees_end(&rig));
    rig.ask("top");
    relay.settle(&mut rig);
    assert_eq!(top(&rig), "0.0");
}

#[test]
fn the_end_is_followed_and_left() {
    let mut rig = Rig::new(80, 24);
    let mut relay = long(50);
    relay.opened(&mut rig);
    relay.entries.push(entry(60, EntryKind::Message, "customer", "eccomi"));
    relay.settle(&mut rig);
    assert!(rig.screen().contains("eccomi"));
    rig.ask("page-up");
    let was = top(&rig);
    relay.entries.push(entry(61, EntryKind::Message, "customer", "e adesso"));
    (relay.ticket.unread, relay.first_unread) = (1, Some("61.0".into()));
    relay.settle(&mut rig);
    assert_eq!(top(&rig), was);
    assert!(rig.screen().contains("1 new below"), "{}", rig.screen());
    assert_eq!(relay.ticket.unread, 1);
    rig.ask("bottom");
    relay.settle(&mut rig);
    assert!(rig.screen().contains("e adesso"));
    assert_eq!(relay.ticket.unread, 0, "who sees the end has read it");
}

#[test]
fn who_answers_sees_the_end_and_follows_it() {
    for (action, follows) in [("reply", true), ("note", true), ("pending", false)] {
        let mut rig = Rig::new(40, 12);
        let mut relay = long(50);
        relay.opened(&mut rig);
        rig.ask("page-up");
        relay.settle(&mut rig);
        rig.ask(action);
        if follows {
            assert!(!sees_end(&rig), "writing alone moves nothing");
            rig.types("eccoci").keys("enter");
        }
        assert_eq!(sees_end(&rig), follows, "{action}");
        relay.entries.push(entry(60, EntryKind::Message, "anna", "eccoci"));
        relay.settle(&mut rig);
        assert_eq!(rig.screen().contains("eccoci"), follows, "{action}\n{}", rig.screen());
    }
}

#[test]
fn decisions_about_a_message_are_commands() {
    let outbox = |key| SendId { conversation: ConversationId(1), outbox: OutboxId(key) };
    for (status, asked, action) in [
        ("failed", "retry", Some(ActionRequest::Resend { outbox: outbox(3) })),
        ("unconfirmed", "retry", Some(ActionRequest::Resend { outbox: outbox(3) })),
        ("unconfirmed", "arrived", Some(ActionRequest::Confirm { outbox: outbox(3) })),
        ("unconfirmed", "give-up", Some(ActionRequest::Cancel { outbox: outbox(3) })),
        ("failed", "arrived", None),
        ("read", "retry", None),
        ("sent", "give-up", None),
    ] {
        let mut rig = Rig::new(80, 24);
        let mut relay = long(3);
        let mut ours = entry(3, EntryKind::Message, "anna", "eccoci");
        ours.entry.status = Some(status.into());
        ours.entry.outbox = Some(outbox(3));
        relay.entries.push(ours);
        relay.opened(&mut rig);
        rig.ask(asked);
        let commands: Vec<_> = rig
            .effects()
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Say(ClientFrame::Command { action, .. }) => Some(action),
                _ => None,
            })
            .collect();
        assert_eq!(commands, action.into_iter().collect::<Vec<_>>(), "{status} {asked}");
    }
}

#[test]
fn a_thread_that_was_left_does_not_come_back() {
    let mut rig = Rig::new(80, 24);
    let mut relay = long(5);
    relay.opened(&mut rig);
    let other = crate::domain::id::TicketNumber(7);
    let (model, effects) = (&mut rig.model, &mut rig.effects);
    crate::console::update::thread::open(model, other, effects);
    rig.effects();
    relay.entries.push(said(5));
    relay.settle(&mut rig);
    let thread = rig.model.thread.as_ref().expect("a thread is open");
    assert_eq!((thread.number, thread.shown.len()), (other, 0));
}

#[test]
fn a_message_is_copied_and_quoted() {
    let mut rig = Rig::new(80, 24);
    let mut relay = Relay::new(vec![
        entry(1, EntryKind::Message, "customer", "uno\u{1b}[31m"),
        entry(2, EntryKind::Note, "anna", "due"),
    ]);
    relay.opened(&mut rig);
    rig.ask("copy-message").ask("copy-number");
    let copied: Vec<_> =
        rig.effects().into_iter().filter(|effect| matches!(effect, Effect::Copy(_))).collect();
    let wanted = ["uno\u{fffd}[31m", "+393331234567"];
    assert_eq!(copied, wanted.map(|text| Effect::Copy(text.into())));
    rig.ask("up").ask("quote");
    assert_eq!(rig.model.composer.quote, None, "a note cannot be quoted");
    rig.ask("up").ask("quote");
    let quoted = rig.model.composer.quote.as_ref().map(|quoted| quoted.id.as_str());
    assert_eq!(quoted, Some("wamid.1"));
}

#[test]
fn a_key_costs_few_bytes() {
    let mut rig = Rig::new(160, 48);
    let mut relay = long(3_000);
    relay.opened(&mut rig);
    rig.ask("page-up").ask("page-up").ask("half-page-up");
    let mut most = [0; 3];
    let mut pages = Vec::new();
    for _ in 0..60 {
        let was = top(&rig);
        rig.ask("up");
        let kind = usize::from(top(&rig) != was);
        most[kind] = most[kind].max(rig.bytes.len());
        relay.settle(&mut rig);
    }
    for _ in 0..20 {
        rig.ask("page-up");
        pages.push(rig.bytes.len());
        relay.settle(&mut rig);
    }
    most[2] = pages.iter().copied().max().unwrap_or(0);
    println!("bytes: line {} edge {} page {}", most[0], most[1], most[2]);
    assert!(most[0] <= 400 && most[1] <= 2_500 && most[2] <= 5_000, "{most:?}");
}

#[test]
fn what_is_told_at_its_message_is_no_entry_of_its_own() {
    let reaction = |key, to: &str| {
        let mut reaction = entry(key, EntryKind::Message, "customer", "👍");
        reaction.entry.kind_word = "reaction".into();
        reaction.entry.reply_to = Some(to.into());
        reaction.entry.folded = true;
        reaction
    };
    let mut liked = said(1);
    let at = liked.entry.at;
    let emoji = "👍".to_owned();
    liked.entry.reactions = vec![ReactionView { author: "customer".into(), emoji, at }];
    liked.entry.edited_at = Some(at);
    let mut gone = said(2);
    (gone.entry.text, gone.entry.deleted_at) = (String::new(), Some(at));
    let entries = vec![liked, gone, reaction(3, "wamid.1"), reaction(4, "wamid.999")];
    let mut rig = Rig::new(80, 24);
    let mut relay = Relay::new(entries);
    relay.opened(&mut rig);
    let thread = rig.model.thread.as_ref().expect("a thread is open");
    assert_eq!(thread.lines().keys(), ["1.0", "2.0", "4.0"]);
    let screen = rig.screen();
    assert!(screen.contains("edited  👍 Marco Rossi"), "{screen}");
    assert!(screen.contains("[deleted by Marco Rossi]"), "{screen}");
    rig.ask("bottom").ask("up").ask("up");
    let thread = rig.model.thread.as_ref().expect("a thread is open");
    assert_eq!(thread.cursor(), Some("1.0"), "steps go from one shown entry to the next");
}
