//! Pictures, files, lists and carousels, with the real program between a person's keys and the platform.

use crate::stage::Stage;
use crate::tty::Tty;
use guichet::domain::roster::Role;
use guichet::sandbox::Record;
use portable_pty::CommandBuilder;
use rustix::process::Signal;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

const PHONE: &str = "393330007788";

/// What the platform accepted of this kind.
fn sent(record: &Record, kind: &str) -> usize {
    assert!(record.rejected.is_empty(), "{:?}", record.rejected);
    record.sends.values().filter(|send| send.kind == kind).count()
}

#[test]
fn a_picture_is_opened_and_a_document_a_list_and_a_carousel_are_sent() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let stage = runtime.block_on(Stage::open(1.0, &[], 0));
    let token = runtime.block_on(stage.hire("anna", Role::Agent));
    let sandbox = stage.sandbox.as_ref().expect("it plays");
    // Marketing needs his word.
    sandbox.say(PHONE, "start").expect("a customer");
    sandbox.act(PHONE, json!({"image": "look here"})).expect("sent");

    let home = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
        path
    };
    let seen = home.path().join("seen");
    let viewer =
        put("viewer", "#!/bin/sh\ncp \"$2\" \"$HOME/part\" && mv \"$HOME/part\" \"$HOME/$1\"\n");
    std::fs::set_permissions(&viewer, PermissionsExt::from_mode(0o700)).expect("a program");
    put(".config/guichet/console.toml", &format!("viewer = \"{} seen\"\n", viewer.display()));
    let bill = put("bill.pdf", "%PDF-1.4 a bill");
    let token = put("token", token.expose());

    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_guichet"));
    command.args(["console", "--relay", &format!("ws://{}", stage.consoles)]);
    command.args(["--token-file", &token.display().to_string()]);
    let mut tty = Tty::start(command, home, &[("LANG", "C.UTF-8")]);
    tty.resize(120, 40);
    tty.until("the list", |tty| tty.shown().contains("Giulia Bianchi"));
    // The sandbox has customers of its own.
    tty.types(&format!("/{PHONE}\t"));
    tty.until("him alone", |tty| {
        let shown = tty.shown();
        let his = shown.contains("start") || shown.contains("look here");
        his && !shown.contains("Giulia Bianchi")
    });
    tty.types("\r");
    tty.until("the picture", |tty| tty.shown().matches('▀').count() > 50);
    tty.types("b");
    tty.until("the picture in the viewer", |_| seen.exists());
    let picture = image::load_from_memory(&std::fs::read(&seen).expect("the file"));
    assert!(picture.is_ok_and(|picture| picture.width() > 1));

    tty.types(&format!(":attach {}\r", bill.display()));
    tty.until("the file in the composer", |tty| tty.shown().contains("bill.pdf"));
    tty.types("as *promised*\r");
    tty.until("the document", |_| sent(&sandbox.record(), "document") == 1);
    tty.until("its words", |tty| tty.shown().contains("as *promised*"));
    tty.types("\x1b");
    tty.until("the keys of the thread", |tty| tty.shown().contains("enter reply"));
    tty.types(":insert list\r");
    tty.until("the form", |tty| tty.shown().contains("title | smaller words"));
    tty.types("When?\tChoose\tNine | before ten\tNoon\r");
    tty.until("the list", |_| sent(&sandbox.record(), "interactive") == 1);

    tty.until("the thread", |tty| tty.shown().contains("Nine"));
    tty.types("t");
    tty.until("the picker", |tty| tty.shown().contains("Templates"));
    tty.types("new_in_shop");
    tty.until("the carousel", |tty| tty.shown().contains("{{card.1.header}}"));
    tty.types("\r");
    tty.until("its form", |tty| tty.shown().contains("new_in_shop [it]"));
    // To the first of the values; each is written in place of what is offered.
    tty.types(&"\x1b[Z".repeat(9));
    let values = ["Anna", "11", "tazze", "keep:cups", "cups", "12", "piatti", "", "plates"];
    let typed = values.map(|value| format!("\x05\x15{value}")).join("\t");
    tty.types(&typed);
    tty.until("all values", |tty| tty.shown().contains("enter sends it"));
    tty.types("\r");
    tty.until("the carousel at the platform", |_| sent(&sandbox.record(), "template") == 1);
    let record = sandbox.record();
    let template = record.sends.values().find_map(|send| send.template.clone()).expect("there");
    assert_eq!(template["name"], "new_in_shop");
    let cards = &template["components"][1]["cards"];
    assert_eq!(cards[1]["components"][1]["parameters"][0]["text"], "piatti", "{template:#}");

    tty.signal(Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
    assert_eq!(runtime.block_on(stage.close()), Vec::<String>::new());
}
