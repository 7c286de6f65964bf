//! What is written for colleagues stays among them.

use crate::console::effect::Effect;
use crate::console::rig::Rig;
use crate::console::sample::{eight, rig, whole};
use crate::console::update::acts::samples;
use crate::domain::roster::Role;
use crate::wire::{ActionRequest, ClientFrame, ColleagueView, Presence};

/// What the relay was asked to do.
fn commands(rig: &mut Rig) -> Vec<ActionRequest> {
    let effects = rig.effects();
    let said = effects.into_iter().filter_map(|effect| match effect {
        Effect::Say(ClientFrame::Command { action, .. }) => Some(action),
        _ => None,
    });
    said.collect()
}

fn colleague(name: &str) -> ColleagueView {
    ColleagueView {
        name: name.into(),
        role: Role::Agent,
        queues: vec!["support".into()],
        presence: Presence::Online,
        since: None,
        load: 0,
        waiting: 0,
    }
}

fn noting(text: &str) -> Rig {
    let mut rig = rig(80, 24, eight());
    let roster = ["bruno", "Bert", "zoë", "İpek"].map(colleague).to_vec();
    rig.model.mirror.roster.apply(whole(roster)).expect("fits");
    rig.ask("note").types(text);
    rig.effects();
    rig
}

#[test]
fn what_is_typed_after_a_note_reaches_no_customer() {
    let mut rig = noting("he is rude");
    rig.ask("send");
    assert_eq!(commands(&mut rig), [ActionRequest::Note { text: "he is rude".into() }]);
    assert!(!rig.model.composing);
    rig.ask("reply").ask("line-up");
    assert_eq!(rig.model.composer.editor.text(), "", "a note is not recalled into a reply");
}

#[test]
fn who_is_called_by_a_name_that_nobody_has_is_told_before_a_note_goes() {
    for (note, told) in [
        ("@brono look", Some("nobody is called @brono: enter again sends the note as it is")),
        ("@bruno look", None),
        ("bruno@example.com", None),
    ] {
        let mut rig = noting(note);
        rig.keys("enter");
        let line = rig.model.told.current(rig.now).map(|line| line.text.as_str());
        assert_eq!(line, told, "{note}");
        if told.is_some() {
            assert_eq!(commands(&mut rig), [], "{note}");
            rig.types("!").keys("enter");
            assert_eq!(commands(&mut rig), [], "what was told of another text counts no more");
            rig.keys("enter");
        }
        assert_eq!(commands(&mut rig).len(), 1, "{note}");
    }
}

#[test]
fn a_note_becomes_a_reply_only_when_asked_twice() {
    let mut rig = noting("he is rude");
    rig.ask("toggle-note");
    assert!(rig.model.composer.note && rig.screen().contains("this is a note"));
    rig.types("!").ask("toggle-note");
    assert!(rig.model.composer.note, "what was asked before it was changed counts no more");
    rig.ask("toggle-note");
    assert!(!rig.model.composer.note);
    rig.ask("toggle-note");
    assert!(rig.model.composer.note, "the other way nothing is risked");
}

#[test]
fn names_of_colleagues_are_completed_in_notes() {
    for (typed, wanted) in [
        ("@br", "@bruno "),
        ("see (@BE", "see (@BErt "),
        ("@", "@Bert "),
        ("@zo", "@zoë "),
        ("@İp", "@İpek "),
        ("@İ", "@İpek "),
        ("@i", "@i"),
        ("mail@br", "mail@br"),
        ("@nobody", "@nobody"),
        ("@bruno", "@bruno"),
    ] {
        let mut rig = noting(typed);
        rig.ask("toggle-note");
        assert_eq!(rig.model.composer.editor.text(), wanted, "{typed}");
        assert!(rig.model.composer.note, "{typed}");
    }
}

#[test]
fn a_ticket_is_solved_only_after_its_answer_is_taken() {
    for taken in [true, false] {
        let mut rig = rig(80, 24, eight());
        rig.ask("reply").types("ciao");
        rig.effects();
        rig.ask("send-and-solve");
        let said = samples::commands(&mut rig);
        let [(reply, ticket, ActionRequest::Reply { .. })] = &said[..] else { panic!("{said:?}") };
        if taken {
            samples::done(&mut rig, *reply);
        } else {
            samples::refused(&mut rig, *reply, "window_closed", "the 24-hour window is closed");
            assert_eq!(rig.model.composer.editor.text(), "ciao");
        }
        let follow = samples::commands(&mut rig);
        let solve = |(_, of, action): &(_, _, _)| of == ticket && *action == ActionRequest::Solve;
        assert_eq!(follow.iter().filter(|said| solve(said)).count(), usize::from(taken));
    }
}
