//! Several tickets at once.

use super::*;
use crate::console::model::acts::AT_ONCE;
use crate::wire::{Change, Splice};

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
    let mut said = asked(&mut rig, "accept");
    assert_eq!(said.len(), AT_ONCE, "the relay does not take more of one console");
    // It is told to wait, and does; then each answer brings the next.
    let (held, ..) = said.pop().expect("a command");
    refused(&mut rig, held, "too_fast", "too many commands at once");
    assert_eq!(commands(&mut rig).len(), 0);
    done(&mut rig, said[0].0);
    assert_eq!(commands(&mut rig).len(), 0, "it waits");
    rig.pass(1_000);
    let again = commands(&mut rig);
    assert_eq!((again[0].0, again.len()), (held, 2));
    let mut waiting: Vec<_> = said.drain(1..).chain(again).map(|(id, ..)| id).collect();
    let mut answered = 1;
    while let Some(id) = waiting.pop() {
        done(&mut rig, id);
        answered += 1;
        waiting.extend(commands(&mut rig).into_iter().map(|(id, ..)| id));
    }
    assert_eq!(answered, 21);
    assert!(told(&rig).starts_with("21 solved"), "{}", told(&rig));
    assert!(rig.model.in_flight.waiting().is_empty());
}

#[test]
fn a_range_is_marked_and_what_left_the_list_is_undone_too() {
    let mut rig = rig((1..=8).map(mine).collect());
    rig.model.inbox.total = 8;
    rig.ask("down").ask("mark").ask("down").ask("down").ask("mark-range");
    let marked = |rig: &Rig| rig.model.inbox.marked.iter().map(|of| of.0).collect::<Vec<_>>();
    assert_eq!(marked(&rig), [2, 3, 4, 5]);
    rig.ask("top").ask("mark-range");
    assert_eq!(marked(&rig), [1, 2, 3, 4, 5], "back from where the last range ended");
    // All of them leave what is loaded.
    let left: Vec<_> = (6..=8).map(mine).collect();
    let keys = left.iter().map(|ticket| ticket.number).collect();
    let gone = Change { splice: Some(Splice { first: 0, keys, last: 0 }), items: left };
    rig.model.inbox.take((3, 0), gone, false).expect("it fits");
    for (id, ..) in asked(&mut rig, "solve") {
        done(&mut rig, id);
    }
    let back = asked(&mut rig, "undo");
    assert_eq!(back.iter().map(|(_, ticket, _)| *ticket).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn every_reason_is_told_with_how_many_it_stopped() {
    let mut rig = rig((1..=5).map(mine).collect());
    rig.model.inbox.marked = (1..=5).map(TicketNumber).collect();
    for (id, ticket, _) in asked(&mut rig, "solve") {
        match ticket {
            1 => refused(&mut rig, id, "held_by", "the ticket is bo's"),
            2 => done(&mut rig, id),
            _ => refused(&mut rig, id, "strange", "the moon is full"),
        }
    }
    let line = told(&rig);
    assert!(line.contains("4 refused: the moon is full (3); the ticket is bo's"), "{line}");
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
