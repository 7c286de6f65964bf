//! `$EDITOR` has the terminal for a while.

use crate::desk::Desk;
use crate::tty::Tty;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

/// An editor that is a few lines of shell; the text lies in `$1`.
fn editor(lines: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("an editor");
    std::fs::write(&path, format!("#!/bin/sh\n{lines}\n")).expect("written");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).expect("made a program");
    (folder, path)
}

/// A console with something typed, in which this editor was asked for.
fn edited(desk: &Desk, editor: &str) -> Tty {
    let mut tty = desk.composer(&[("EDITOR", editor)]);
    tty.types("typed before");
    tty.until("what is typed", |tty| tty.shown().contains("typed before"));
    tty.types("\x1bo");
    tty
}

/// Holds that the console has the terminal again and takes keys, and gives it back in the end.
fn goes_on(tty: &mut Tty) {
    tty.until("the console again", |tty| {
        let screen = tty.terminal.screen();
        screen.alternate_screen() && screen.bracketed_paste()
    });
    tty.types(" and after");
    tty.until("what is typed after", |tty| tty.shown().contains("before and after"));
    tty.signal(rustix::process::Signal::TERM);
    assert_eq!(tty.end(), 0);
    tty.is_as_before();
}

#[test]
fn a_text_goes_to_the_editor_and_comes_back() {
    let desk = Desk::open();
    // It shows what it got, waits for a line, and writes two.
    let (_folder, path) = editor(
        "stty -a | grep -q ' icanon' && cat \"$1\"\nread line\nprintf 'two\\n%s before' \"$line\" > \"$1\"",
    );
    let mut tty = edited(&desk, &format!("'{}'", path.display()));
    tty.until("the editor", |tty| {
        !tty.terminal.screen().alternate_screen() && tty.shown().contains("typed before")
    });
    tty.types("lines\r");
    tty.until("the new text", |tty| {
        tty.shown().contains("two") && tty.shown().contains("lines before")
    });
    goes_on(&mut tty);
}

#[test]
fn an_editor_that_fails_or_is_missing_is_told_and_the_text_stays() {
    let desk = Desk::open();
    let (_folder, path) = editor("echo ruined > \"$1\"\nexit 3");
    for editor in [format!("'{}'", path.display()), "/nowhere/vi".to_owned()] {
        let mut tty = edited(&desk, &editor);
        tty.until("that it failed", |tty| tty.shown().contains("failed"));
        assert!(tty.shown().contains("typed before"), "{}", tty.shown());
        assert!(!tty.shown().contains("ruined"), "{}", tty.shown());
        goes_on(&mut tty);
    }
}
