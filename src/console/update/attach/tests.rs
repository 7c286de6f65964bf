use super::*;
use crate::console::msg::Msg;
use crate::console::rig::Rig;
use crate::console::sample::relay::{NUMBER, Relay, entry};
use crate::console::update::acts::samples::{commands, refused, told};
use crate::domain::id::{ConversationId, OutboxId, SendId};
use crate::domain::message::Kind;
use crate::wire::{EntryKind, RelayFrame};

fn file(name: &str, kind: Kind) -> Attachment {
    Attachment { path: format!("/a/{name}").into(), name: name.into(), kind, bytes: 1_000 }
}

fn writing() -> (Rig, Relay) {
    let mut rig = Rig::new(100, 30);
    let mut relay = Relay::new(vec![entry(1, EntryKind::Message, "customer", "a picture?")]);
    relay.opened(&mut rig);
    rig.keys("r");
    rig.effects();
    (rig, relay)
}

fn weighed(rig: &mut Rig, files: Vec<Attachment>) {
    rig.msg(Msg::Weighed(Weighed { ticket: NUMBER, files, unfit: Vec::new(), pasted: None }));
}

/// The file that is to go up.
fn going(rig: &mut Rig) -> Option<HandIn> {
    let mut all = Vec::new();
    for effect in std::mem::take(&mut rig.effects) {
        match effect {
            Effect::HandIn(file) => all.push(file),
            other => rig.effects.push(other),
        }
    }
    assert!(all.len() < 2, "one after the other: {all:?}");
    all.pop()
}

/// The relay has it, and says what it is.
fn up(rig: &mut Rig, of: &HandIn) {
    let attached = Attached {
        upload: of.id,
        kind: of.kind,
        mime: "a/b".into(),
        bytes: 1_000,
        name: Some(of.name.clone()),
        caption: None,
    };
    rig.msg(Msg::HandedIn(of.id, HandedIn::Done(attached)));
}

fn captions(said: &[(Uuid, u64, ActionRequest)]) -> Vec<String> {
    let told = |action: &ActionRequest| match action {
        ActionRequest::Send { content: Content::File(file), about } => {
            let [name, caption] =
                [&file.name, &file.caption].map(|of| of.as_deref().unwrap_or("-"));
            format!("{name} {caption} {}", about.as_deref().unwrap_or("-"))
        }
        ActionRequest::Reply { text, .. } => format!("text {text}"),
        other => format!("{other:?}"),
    };
    said.iter().map(|(_, _, action)| told(action)).collect()
}

/// The relay carried a command out and put it into its outbox.
fn queued(rig: &mut Rig, id: Uuid) {
    let outbox = Some(SendId { conversation: ConversationId(1), outbox: OutboxId(7) });
    rig.hears(RelayFrame::Done { id, position: 2, outbox });
}

#[test]
fn files_go_up_one_after_the_other_and_the_text_stands_under_the_first_that_may_have_one() {
    let (mut rig, _) = writing();
    weighed(&mut rig, vec![file("note.ogg", Kind::Voice), file("a.png", Kind::Image)]);
    rig.types("look");
    let screen = rig.screen();
    for part in ["CAPTION of a.png", "+ [voice] note.ogg 1 kB", "+ [image] a.png 1 kB"] {
        assert!(screen.contains(part), "{part}:\n{screen}");
    }
    rig.keys("enter");
    let first = going(&mut rig).expect("goes up");
    assert_eq!((first.name.as_str(), first.kind, first.ticket), ("note.ogg", Kind::Voice, NUMBER));
    rig.msg(Msg::HandedIn(first.id, HandedIn::Up(450)));
    assert!(rig.screen().contains("note.ogg 45 % of 1 kB, 1 files wait"), "{}", rig.screen());
    assert_eq!(commands(&mut rig), []);
    up(&mut rig, &first);
    let second = going(&mut rig).expect("goes up");
    assert_eq!(captions(&commands(&mut rig)), ["note.ogg - -"]);
    rig.types("typed meanwhile");
    up(&mut rig, &second);
    assert_eq!(captions(&commands(&mut rig)), ["a.png look -"]);
    assert_eq!(rig.model.composer.editor.text(), "typed meanwhile");
    assert_eq!(rig.model.composer.parcels, []);
    rig.pass(400);
    let mut drafts = rig.effects().into_iter().filter_map(|effect| match effect {
        Effect::Say(ClientFrame::Draft { text, .. }) => Some(text),
        _ => None,
    });
    assert_eq!(drafts.next_back().as_deref(), Some("typed meanwhile"));
}

#[test]
fn a_text_that_no_file_can_carry_comes_after_them_and_then_it_is_solved() {
    let (mut rig, _) = writing();
    weighed(&mut rig, vec![file("note.ogg", Kind::Voice)]);
    rig.types("and so on");
    assert!(rig.screen().contains("REPLY after the files"), "{}", rig.screen());
    rig.ask("send-and-solve");
    let first = going(&mut rig).expect("goes up");
    up(&mut rig, &first);
    let said = commands(&mut rig);
    assert_eq!(captions(&said), ["note.ogg - -"]);
    queued(&mut rig, said[0].0);
    let said = commands(&mut rig);
    assert_eq!(captions(&said), ["text and so on"]);
    queued(&mut rig, said[0].0);
    assert_eq!(captions(&commands(&mut rig)), ["Solve"]);
}

#[test]
fn what_does_not_go_up_waits_again_with_its_text() {
    let (mut rig, _) = writing();
    weighed(&mut rig, vec![file("a.png", Kind::Image), file("b.png", Kind::Image)]);
    rig.types("look").keys("enter");
    let first = going(&mut rig).expect("goes up");
    rig.msg(Msg::HandedIn(first.id, HandedIn::Failed("the disk is nearly full".into())));
    assert_eq!(told(&rig), "a.png was not sent: the disk is nearly full");
    assert_eq!(rig.model.composer.editor.text(), "look");
    let names: Vec<_> = rig.model.composer.files.iter().map(|of| of.name.as_str()).collect();
    assert_eq!(names, ["a.png", "b.png"]);
    assert_eq!(going(&mut rig), None);
    // Again, and stopped this time: what comes of it later is no news.
    rig.keys("enter");
    let again = going(&mut rig).expect("goes up");
    rig.ask("detach");
    assert_eq!(rig.model.composer.files.len(), 2);
    up(&mut rig, &again);
    assert_eq!(commands(&mut rig), []);
    rig.ask("detach").ask("detach");
    assert_eq!(rig.model.composer.files, []);
}

#[test]
fn a_caption_that_comes_back_does_not_take_a_note_to_the_customer() {
    let (mut rig, _) = writing();
    weighed(&mut rig, vec![file("a.png", Kind::Image)]);
    rig.types("look").keys("enter");
    let first = going(&mut rig).expect("goes up");
    rig.ask("toggle-note").types("he lies");
    rig.msg(Msg::HandedIn(first.id, HandedIn::Failed("the disk is nearly full".into())));
    assert_eq!(rig.model.composer.editor.text(), "look\nhe lies");
    rig.keys("enter");
    let said = commands(&mut rig);
    assert!(matches!(&said[..], [(_, _, ActionRequest::Note { .. })]), "{said:?}");
    assert_eq!(rig.model.composer.files, [file("a.png", Kind::Image)]);
}

#[test]
fn what_is_refused_or_taken_back_is_a_file_in_the_composer_again() {
    let (mut rig, _) = writing();
    weighed(&mut rig, vec![file("a.png", Kind::Image)]);
    rig.types("look").keys("enter");
    let first = going(&mut rig).expect("goes up");
    up(&mut rig, &first);
    let id = commands(&mut rig)[0].0;
    refused(&mut rig, id, "window_closed", "the 24-hour window is closed");
    assert_eq!(rig.model.composer.editor.text(), "look");
    assert_eq!(rig.model.composer.files, [file("a.png", Kind::Image)]);

    rig.keys("enter");
    let first = going(&mut rig).expect("goes up");
    up(&mut rig, &first);
    let id = commands(&mut rig)[0].0;
    queued(&mut rig, id);
    assert_eq!(rig.model.composer.files, []);
    rig.ask("undo");
    let said = commands(&mut rig);
    assert!(matches!(said[0].2, ActionRequest::Cancel { .. }), "{said:?}");
    queued(&mut rig, said[0].0);
    assert_eq!(rig.model.composer.files, [file("a.png", Kind::Image)]);
    assert_eq!(rig.model.composer.editor.text(), "look");
}

#[test]
fn a_pasted_path_is_offered_as_a_file() {
    let (mut rig, _) = writing();
    rig.types("here: ").msg(Msg::Paste("'/a/my file.png' ".into()));
    let weigh = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::Weigh(weigh) => Some(weigh),
        _ => None,
    });
    let Weigh { ticket, paths, pasted } = weigh.expect("looked at");
    assert_eq!(paths, [std::path::PathBuf::from("/a/my file.png")]);
    let files = vec![file("my file.png", Kind::Image)];
    let found = Weighed { ticket, files, unfit: Vec::new(), pasted };
    let mut other = Weighed { files: Vec::new(), ..found.clone() };
    other.unfit = vec![("/a".into(), Unfit::NoFile("there is none".into()))];
    rig.msg(Msg::Weighed(other));
    assert!(rig.model.overlays.is_empty(), "what is no file is a text");
    rig.msg(Msg::Weighed(found.clone()));
    assert!(rig.screen().contains("attach my file.png?"), "{}", rig.screen());
    rig.keys("n");
    assert_eq!(rig.model.composer.editor.text(), "here: '/a/my file.png' ");
    assert_eq!(rig.model.composer.files, []);
    rig.msg(Msg::Weighed(found)).keys("enter");
    assert_eq!(rig.model.composer.editor.text(), "here: ");
    assert_eq!(rig.model.composer.files.len(), 1);
}

#[test]
fn a_path_is_completed_and_what_the_platform_would_not_take_is_told_at_once() {
    let (mut rig, _) = writing();
    rig.keys("alt-p");
    assert!(rig.effects().contains(&Effect::List(String::new())));
    rig.types("~/D");
    assert!(rig.effects().contains(&Effect::List("~/".into())));
    let names = ["Desk.png", "Documents/", ".Dotted"].map(str::to_owned).to_vec();
    rig.msg(Msg::Listed(crate::console::model::command_line::Listing {
        folder: Some("~/".into()),
        names,
    }));
    rig.types("o").keys("tab");
    assert!(rig.screen().contains("attach ~/Documents/"), "{}", rig.screen());
    assert!(rig.effects().contains(&Effect::List("~/Documents/".into())), "and on from there");
    rig.types("my bill.pdf").keys("enter");
    let weigh = rig.effects().into_iter().find_map(|effect| match effect {
        Effect::Weigh(weigh) => Some(weigh.paths),
        _ => None,
    });
    assert_eq!(weigh, Some(vec!["~/Documents/my bill.pdf".into()]));
    let why = "a document may have 100.0 MB at most; this one has 120.0 MB".to_owned();
    let unfit = vec![("~/Documents/my bill.pdf".into(), Unfit::Refused(why))];
    rig.msg(Msg::Weighed(Weighed { ticket: NUMBER, files: Vec::new(), unfit, pasted: None }));
    assert!(told(&rig).ends_with("this one has 120.0 MB"), "{}", told(&rig));
    assert_eq!(rig.model.composer.files, []);
}

#[test]
fn who_leaves_is_asked_about_files_that_did_not_go() {
    let (mut rig, _) = writing();
    weighed(&mut rig, vec![file("a.png", Kind::Image)]);
    rig.keys("ctrl-q");
    assert!(rig.screen().contains("not sent yet"), "{}", rig.screen());
    rig.keys("n");
    assert!(rig.model.overlays.is_empty() && !rig.effects().contains(&Effect::Quit));
    rig.keys("enter");
    assert!(going(&mut rig).is_some());
    rig.keys("ctrl-q");
    assert!(rig.screen().contains("not sent yet"), "{}", rig.screen());
}
