//! Why an action cannot be done.

use super::*;

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
