use super::*;
use crate::console::action::Action;
use crate::console::context::Flag;
use crate::console::fault::{Library, Source};

const SHIPPED: [&str; 3] = ["default", "vim", "emacs"];

fn library(files: &[(&str, &str)]) -> Library {
    let source = |(name, text): &(&str, &str)| Source::new(format!("{name}.toml"), *text);
    Library { keymaps: files.iter().map(source).collect(), ..Library::default() }
}

fn found(map: &Keymap, context: Context, flags: Flags, keys: &str) -> String {
    match map.find(context, flags, &Key::chord(keys).expect("keys")) {
        Found::Nothing => "-".into(),
        Found::Asked(asked) => asked.to_string(),
        Found::Pending(follow) => {
            let name = |(key, what): &(Key, Continuation)| match what {
                Continuation::Asks(asked) => format!("{key}={asked}"),
                Continuation::Longer(ends) => format!("{key}+{ends}"),
            };
            follow.iter().map(name).collect::<Vec<_>>().join(" ")
        }
    }
}

fn faults(text: &str) -> Vec<String> {
    let library = library(&[("mine", text)]);
    let (_, faults) = Keymap::load("mine", &library).expect("it is there");
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn shipped_keymaps_have_no_faults() {
    for name in SHIPPED {
        let (map, faults) = Keymap::load(name, &Library::default()).expect("shipped");
        assert_eq!(faults, [], "{name}");
        assert_eq!(map.name, name);
    }
    assert!(Keymap::load("emcs", &Library::default()).is_err_and(|why| why.contains("`emacs`")));
}

#[test]
fn keys_lead_to_actions() {
    let map = Keymap::default();
    let none = Flags::default();
    for (context, keys, leads) in [
        (Context::Inbox, "r", "reply"),
        (Context::Inbox, "1", "view mine"),
        (Context::Inbox, "?", "help"),
        (Context::Inbox, "g g", "top"),
        (Context::Inbox, "g i", "inbox"),
        (Context::Inbox, "ctrl-c", "quit"),
        (Context::Composer, "ctrl-c", "back"),
        (Context::Composer, "esc", "back"),
        (Context::Composer, "enter", "send"),
        (Context::Composer, "ctrl-x", "e=editor"),
        (Context::Composer, "f12", "-"),
        (Context::Confirm, "n", "accept no"),
    ] {
        assert_eq!(found(&map, context, none, keys), leads, "{context:?} {keys}");
    }
    let follow = found(&map, Context::Inbox, none, "g");
    assert!(follow.starts_with("g=top ") && follow.contains(" i=inbox "), "{follow}");
}

#[test]
fn a_persons_file_lies_over_the_shipped_one() {
    let library = library(&[
        (
            "default",
            "[inbox]\nr = 'note'\nq = 'noop'\nx = 'unbind'\ne = [{ when = '!solved', do = 'solve' }, { do = 'reopen' }]\n",
        ),
        (
            "mine",
            "inherits = 'default'\n[thread]\n'g r' = 'reply'\nf3 = { when = 'mine', do = 'release' }\n[global]\nf3 = 'help'",
        ),
    ]);
    let none = Flags::default();
    let (map, faults) = Keymap::load("default", &library).expect("there");
    assert_eq!(faults, []);
    for (keys, leads) in [("r", "note"), ("q", "-"), ("x", "-"), ("i", "take"), ("e", "solve")] {
        assert_eq!(found(&map, Context::Inbox, none, keys), leads, "{keys}");
    }
    assert_eq!(found(&map, Context::Inbox, none.with(Flag::Solved, true), "e"), "reopen");
    let (map, faults) = Keymap::load("mine", &library).expect("there");
    assert_eq!(faults, []);
    assert_eq!(found(&map, Context::Inbox, none, "r"), "note");
    assert_eq!(found(&map, Context::Thread, none, "g r"), "reply");
    assert_eq!(found(&map, Context::Thread, none, "f3"), "help");
    assert_eq!(found(&map, Context::Thread, none.with(Flag::Mine, true), "f3"), "release");
    assert_eq!(Keymap::names(&library), ["default", "vim", "emacs", "mine"]);
}

#[test]
fn faults_have_file_line_and_hint() {
    for (text, told) in [
        ("[inbx]\nj = 'down'", "mine.toml:1:2: unknown key `inbx` (do you mean `inbox`?)"),
        (
            "[inbox]\n\nj = 'dwn'",
            "mine.toml:3:5: there is no action \"dwn\"; do you mean \"down\"?",
        ),
        (
            "[inbox]\nhyper-x = 'down'",
            "mine.toml:2:1: there is no modifier \"hyper\": ctrl, alt, shift",
        ),
        (
            "[composer]\ng = 'send'",
            "mine.toml:2:1: `g` types a character in [composer] (use it with ctrl or alt, or another key)",
        ),
        (
            "[inbox]\nctrl-i = 'down'",
            "mine.toml:2:1: `ctrl-i` cannot be used: terminals send ctrl-i as tab (take another key)",
        ),
        (
            "[inbox]\n'alt-@' = 'down'",
            "mine.toml:2:1: `alt-@` cannot be used: keyboards of many countries type this character with AltGr, which is alt (take another key)",
        ),
        (
            "[inbox]\ng = 'top'\n'g g' = 'top'",
            "mine.toml:3:1: `g` of [inbox] is the beginning of `g g` of [inbox] (set one of them to \"unbind\"; the other is in mine.toml:2)",
        ),
        (
            "[global]\n'g g' = 'top'\n[inbox]\ng = 'top'",
            "mine.toml:4:1: `g` of [inbox] is the beginning of `g g` of [global] (set one of them to \"unbind\"; the other is in mine.toml:2)",
        ),
        ("[inbox]\nspace = 'down'\n' ' = 'up'", "mine.toml:3:1: a key is missing"),
        (
            "[inbox]\nx = 3",
            "mine.toml:2:5: `x` must be an action, or cases (such as \"solve\" or [{ when = \"mine\", do = \"solve\" }])",
        ),
        (
            "[inbox]\nx = [{ wen = 'mine', do = 'solve' }]",
            "mine.toml:2:8: unknown key `wen` (do you mean `when`?)",
        ),
        (
            "[inbox]\nx = [{ when = 'mien', do = 'solve' }]",
            "mine.toml:2:15: there is no condition \"mien\"; do you mean `mine`?",
        ),
        ("inherits = 'vi'", "mine.toml:1:12: there is no keymap \"vi\"; do you mean `vim`?"),
    ] {
        assert_eq!(faults(text), [told], "{text}");
    }
}

#[test]
fn inheriting_in_a_circle_is_a_fault() {
    let library = library(&[("a", "inherits = 'b'"), ("b", "inherits = 'a'\n[inbox]\nj = 'down'")]);
    let (map, faults) = Keymap::load("a", &library).expect("there");
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].message, "`inherits` leads back to \"a\"");
    assert_eq!(found(&map, Context::Inbox, Flags::default(), "j"), "down");
}

/// The palette shows every action of the context under it, and its key acts everywhere, also while typing.
#[test]
fn every_action_is_reached_by_key_or_palette_in_every_keymap() {
    for name in SHIPPED {
        let (map, _) = Keymap::load(name, &Library::default()).expect("shipped");
        for context in Context::ALL {
            let reaches = |action| {
                let chords = map.chords(context, &Invocation::bare(action));
                chords.iter().any(|keys| !(context.types() && keys[0].typed().is_some()))
            };
            assert!(reaches(Action::Palette), "{name} {context:?}: the palette");
            assert!(reaches(Action::Back), "{name} {context:?}: back");
            assert!(reaches(Action::Quit), "{name} {context:?}: quit");
            assert!(reaches(Action::Help), "{name} {context:?}: help");
        }
        // What the palette cannot give, because it has the focus itself.
        for context in [Context::Palette, Context::Help, Context::Prompt, Context::Picker] {
            for action in [Action::Accept, Action::Down, Action::Up, Action::DeleteBack] {
                let chords = map.chords(context, &Invocation::bare(action));
                assert!(!chords.is_empty(), "{name} {context:?} {action:?}");
            }
        }
    }
}

#[test]
fn no_chord_leads_through_another() {
    for name in SHIPPED {
        let (map, _) = Keymap::load(name, &Library::default()).expect("shipped");
        for context in Context::ALL {
            for line in map.lines(context, None) {
                for chord in line.chords {
                    for end in 1..chord.len() {
                        let before = map.find(context, Flags::default(), &chord[..end]);
                        assert!(
                            matches!(before, Found::Pending(_)),
                            "{name} {context:?} {chord:?}"
                        );
                    }
                }
            }
        }
    }
}
