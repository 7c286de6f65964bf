//! What is written for colleagues stays among them; what is taken instead of typed goes out as it was meant.

use crate::console::effect::Effect;
use crate::console::model::mirror::watch;
use crate::console::model::overlay::Overlay;
use crate::console::rig::Rig;
use crate::console::sample::frame;
use crate::console::sample::relay::{Relay, entry};
use crate::console::sample::{eight, rig, template, whole};
use crate::console::update::acts::samples;
use crate::domain::id::TicketNumber;
use crate::domain::roster::Role;
use crate::wire::{
    ActionRequest, CannedView, ClientFrame, ColleagueView, EntryKind, Fresh, Presence,
};

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
        carried: 0,
        carries: 0,
        latest: None,
        replies: 0,
        shift_ends: None,
        offers: Vec::new(),
        name: name.into(),
        role: Role::Agent,
        queues: vec!["support".into()],
        presence: Presence::Online,
        reason: None,
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

/// A note that was begun in a thread with one message of the customer.
fn note_in_thread(text: &str) -> Rig {
    let mut rig = Rig::new(100, 30);
    Relay::new(vec![entry(1, EntryKind::Message, "customer", "where?")]).opened(&mut rig);
    rig.ask("note").types(text);
    rig.effects();
    rig
}

#[test]
fn a_note_that_was_left_becomes_a_reply_only_when_asked_twice() {
    for asked in ["reply", "quote"] {
        let mut rig = note_in_thread("he is rude");
        rig.keys("esc").ask(asked);
        assert!(rig.screen().contains("again makes it a reply"), "{asked}: {}", rig.screen());
        assert!(rig.model.composer.note && !rig.model.composing, "{asked}");
        assert_eq!(rig.model.composer.quote, None, "{asked}");
        // Who goes on with the note is asked anew.
        rig.ask("note").ask("toggle-note");
        assert!(rig.model.composer.note, "{asked}");
        rig.keys("enter");
        assert_eq!(commands(&mut rig), [ActionRequest::Note { text: "he is rude".into() }]);
        let mut rig = note_in_thread("he is rude");
        rig.keys("esc").ask(asked).ask(asked);
        assert!(!rig.model.composer.note && rig.model.composing, "{asked}");
        assert_eq!(rig.model.composer.quote.is_some(), asked == "quote");
    }
}

#[test]
fn what_is_refused_makes_no_reply_of_a_note_that_was_begun_meanwhile() {
    for begun in ["he lies", ""] {
        let mut rig = note_in_thread("");
        rig.ask("toggle-note").types("ciao").keys("enter");
        let [(id, ..)] = samples::commands(&mut rig)[..] else { panic!("it is asked for") };
        rig.ask("toggle-note").types(begun);
        samples::refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
        rig.types("!").keys("enter");
        let [ActionRequest::Note { text }] = &commands(&mut rig)[..] else { panic!("{begun}") };
        assert!(text.contains("ciao") && text.contains(begun), "{text}");
    }
    // Elsewhere by then.
    let mut rig = note_in_thread("");
    rig.ask("toggle-note").types("ciao").keys("enter");
    let [(id, ticket, _)] = samples::commands(&mut rig)[..] else { panic!("it is asked for") };
    rig.ask("toggle-note").types("he lies");
    rig.model.composer.turn_to(TicketNumber(ticket + 1));
    samples::refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
    rig.model.composer.turn_to(TicketNumber(ticket));
    assert_eq!(rig.model.composer.editor.text(), "ciao\nhe lies");
    assert!(rig.model.composer.note);
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

#[test]
fn a_link_goes_without_a_preview_where_that_is_asked_and_is_so_again_when_taken_back() {
    use crate::domain::content::Content;
    let bare = "no link preview";
    let mut rig = rig(80, 24, eight());
    rig.ask("reply").types("see https://shop.example/17");
    assert!(!rig.screen().contains(bare));
    rig.keys("alt-v");
    assert!(rig.screen().contains(bare), "{}", rig.screen());
    rig.effects();
    rig.keys("enter");
    let said = samples::commands(&mut rig);
    let [(id, _, ActionRequest::Send { content, about: None })] = &said[..] else {
        panic!("{said:?}")
    };
    let body = "see https://shop.example/17".to_owned();
    assert_eq!(*content, Content::Text { body: body.clone(), preview: Some(false) });
    assert!(!rig.model.composer.bare, "the next one is as ever");
    samples::refused(&mut rig, *id, "retry", "try again");
    assert_eq!(rig.model.composer.editor.text(), body);
    assert!(rig.model.composer.bare && rig.screen().contains(bare), "{}", rig.screen());
    rig.keys("alt-v enter");
    let said = samples::commands(&mut rig);
    let [(.., ActionRequest::Reply { text, quote: None })] = &said[..] else { panic!("{said:?}") };
    assert_eq!(*text, body);
}

/// A reply to one of the eight, with canned replies to take.
fn replying(number: u64) -> Rig {
    let mut rig = rig(100, 30, eight());
    let canned = |name: &str, text: &str, template: Option<&str>| CannedView {
        name: name.into(),
        language: "it".into(),
        text: text.into(),
        template: template.map(str::to_owned),
        ..CannedView::default()
    };
    let all = vec![
        canned("greeting", "Ciao {{first_name|a te}}, sono {{agent}}: ticket {{ticket}}.", None),
        canned("named", "Ciao {{contact}}, eccoci.", Some("hello")),
    ];
    rig.hears(frame(watch::CANNED, Fresh::Canned(whole(all))));
    while rig.model.subject_number() != Some(TicketNumber(number)) {
        rig.ask("down");
    }
    rig.ask("reply");
    rig.effects();
    rig
}

#[test]
fn a_canned_reply_becomes_text_that_can_be_changed() {
    let mut rig = replying(77);
    rig.types("/").types("greet").keys("enter");
    assert_eq!(rig.model.composer.editor.text(), "Ciao Zoë, sono anna: ticket 77.");
    rig.keys("backspace").types("!");
    assert_eq!(commands(&mut rig), []);
    rig.keys("enter");
    let text = "Ciao Zoë, sono anna: ticket 77!".to_owned();
    assert_eq!(commands(&mut rig), [ActionRequest::Reply { text, quote: None }]);
}

#[test]
fn what_is_not_known_is_selected_and_never_sent_as_it_stands() {
    let mut rig = replying(312);
    rig.types("/named").keys("enter");
    assert_eq!(rig.model.composer.editor.text(), "Ciao {{contact}}, eccoci.");
    assert_eq!(rig.model.composer.editor.selected(), Some("{{contact}}"));
    assert!(rig.screen().contains("not known: contact"), "{}", rig.screen());
    rig.keys("enter");
    assert_eq!(commands(&mut rig), []);
    assert!(rig.screen().contains("write something for {{contact}} first"), "{}", rig.screen());
    rig.types("signora").keys("enter");
    let text = "Ciao signora, eccoci.".to_owned();
    assert_eq!(commands(&mut rig), [ActionRequest::Reply { text, quote: None }]);
}

#[test]
fn a_slash_is_a_slash_behind_text_in_notes_and_when_typed_twice() {
    let mut rig = replying(77);
    rig.types("and/or");
    assert_eq!(rig.model.composer.editor.text(), "and/or");
    rig.ask("delete-to-start").types("//etc");
    assert_eq!(rig.model.composer.editor.text(), "/etc");
    rig.ask("delete-to-start").msg(crate::console::msg::Msg::Paste("/".into()));
    assert_eq!(rig.model.composer.editor.text(), "/");
    rig.ask("delete-to-start").ask("toggle-note").types("/");
    assert_eq!((rig.model.composer.editor.text(), rig.model.overlays.len()), ("/", 0));
    // Where there is nothing to take, it is a letter like others.
    let mut without = super::super::super::sample::rig(80, 24, eight());
    without.ask("reply").types("/");
    assert_eq!(without.model.composer.editor.text(), "/");
}

#[test]
fn behind_the_window_a_canned_reply_is_its_template() {
    let mut rig = replying(311);
    rig.types("/greet").keys("enter");
    assert!(rig.screen().contains("no template says the same"), "{}", rig.screen());
    let template = template("hello");
    rig.hears(frame(
        watch::TEMPLATES,
        Fresh::Templates { checked_at: None, templates: whole(vec![template]) },
    ));
    rig.ask("delete-to-start").types("named").keys("enter");
    let Some(Overlay::Picker(picker)) = rig.model.overlays.last() else { panic!("the form") };
    assert_eq!(picker.form.as_ref().map(|form| form.template.name.as_str()), Some("hello"));
    rig.keys("enter");
    let said = commands(&mut rig);
    assert!(
        matches!(&said[..], [ActionRequest::Template { name, .. }] if name == "hello"),
        "{said:?}"
    );
}

/// A thread in which the customer asked, with colleagues known and `text` begun as a reply.
fn answering(text: &str) -> (Relay, Rig) {
    let mut rig = Rig::new(100, 30);
    let mut relay = Relay::new(vec![entry(1, EntryKind::Message, "customer", "where?")]);
    relay.opened(&mut rig);
    rig.model.mirror.roster.apply(whole(vec![colleague("bruno")])).expect("fits");
    rig.ask("reply").types(text);
    relay.settle(&mut rig);
    (relay, rig)
}

#[test]
fn who_was_quicker_is_told_above_the_text_and_enter_asks_once() {
    let (mut relay, mut rig) = answering("it is on its way");
    let mut quick = entry(2, EntryKind::Message, "bruno", "tomorrow");
    quick.entry.at = rig.now.plus_millis(1);
    relay.entries.push(quick);
    relay.settle(&mut rig);
    rig.pass(4_000);
    assert!(rig.screen().contains("bruno answered 3 s ago"), "{}", rig.screen());
    rig.keys("enter");
    assert_eq!(commands(&mut rig), []);
    let told = rig.model.told.current(rig.now).map(|line| line.text.clone());
    assert_eq!(told.as_deref(), Some("bruno answered 3 s ago: enter again sends it all the same"));
    // What comes after that asks again.
    let mut quick = entry(3, EntryKind::Message, "bruno", "at nine");
    quick.entry.at = rig.now;
    relay.entries.push(quick);
    relay.settle(&mut rig);
    rig.keys("enter");
    assert_eq!(commands(&mut rig), []);
    rig.keys("enter");
    let text = "it is on its way".to_owned();
    assert_eq!(commands(&mut rig), [ActionRequest::Reply { text, quote: None }]);
    // What is begun now is begun after it.
    rig.types("and").keys("enter");
    assert_eq!(commands(&mut rig).len(), 1);
}

#[test]
fn what_was_answered_before_or_by_oneself_or_beside_a_note_asks_nothing() {
    for (author, after, note) in
        [("bruno", -1, false), ("anna", 1, false), ("bot", 1, false), ("bruno", 1, true)]
    {
        let (mut relay, mut rig) = answering("ciao");
        if note {
            rig.ask("toggle-note");
        }
        let mut other = entry(2, EntryKind::Message, author, "tomorrow");
        other.entry.at = rig.now.plus_millis(after);
        relay.entries.push(other);
        relay.settle(&mut rig);
        rig.keys("enter");
        assert_eq!(commands(&mut rig).len(), 1, "{author} {after} {note}");
    }
}

#[test]
fn who_else_is_here_stands_beside_the_customer() {
    use crate::wire::HereView;
    let (mut relay, mut rig) = answering("");
    let here = |name: &str, writes| HereView { name: name.into(), writes };
    relay.here = vec![here("bruno", false), here("zoë", true)];
    relay.entries.push(entry(2, EntryKind::Note, "bruno", "look"));
    relay.settle(&mut rig);
    let first = rig.screen().lines().nth(1).unwrap_or_default().to_owned();
    assert!(first.contains("zoë writes  bruno is here"), "{first}");
}
