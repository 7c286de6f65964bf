//! Several tickets at once.

use super::*;

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
