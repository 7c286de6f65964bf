//! Whatever a person writes into his own files, and whatever a customer says: every reader has an answer, and what
//! it says of a fault lies inside the file.

use guichet::console::fault::{Fault, Library, Source};
use guichet::console::keymap::Keymap;
use guichet::console::profile::Profile;
use guichet::console::theme::{Depth, Role, Theme};
use guichet::console::thread::row;
use guichet::kit::text::{escaped, is_hostile, one_line, printable};
use proptest::prelude::*;

const THEMES: [&str; 3] = [
    include_str!("../themes/dark.toml"),
    include_str!("../themes/term16.toml"),
    include_str!("../themes/mono.toml"),
];
const KEYMAPS: [&str; 3] = [
    include_str!("../keymaps/default.toml"),
    include_str!("../keymaps/vim.toml"),
    include_str!("../keymaps/emacs.toml"),
];
const PROFILE: &str = r##"
theme = { light = "light", dark = "dark" }
keymap = "vim"
language = "it"
mouse = true
notifications = "bell"
default_profile = "work"
[profile.work]
relay = "wss://desk.example.com:7420"
token_file = "/home/anna/token"
theme = "mono"
"##;

/// What may be said in the words of such files, and noise.
fn noise() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        r##"[\[\]{}"'=,.#\n \\a-z0-9<>-]{0,40}"##,
        Just("\"".to_owned()),
        Just("\n[[".to_owned()),
        Just("inherits = \"mine\"\n".to_owned()),
        Just("\u{1b}]0;x\u{7}\u{202e}".to_owned()),
    ]
}

/// A text with parts of it removed and noise in their places.
fn spoilt(text: &str, edits: &[(prop::sample::Index, usize, String)]) -> String {
    let mut text = text.to_owned();
    for (at, cut, noise) in edits {
        let from = text.floor_char_boundary(at.index(text.len() + 1));
        let to = text.ceil_char_boundary((from + cut).min(text.len()));
        text.replace_range(from..to, noise);
    }
    text
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    proptest::collection::vec((any::<prop::sample::Index>(), 0..30_usize, noise()), 1..5)
}

fn inside(faults: &[Fault], text: &str) {
    let lines = text.lines().count() + 1;
    for fault in faults.iter().filter(|fault| fault.file.ends_with("mine.toml")) {
        assert!((1..=lines).contains(&fault.line), "{fault} of {lines} lines");
        assert!(!fault.to_string().chars().any(char::is_control), "{fault}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_theme_is_read(which in 0..THEMES.len(), edits in edits()) {
        let text = spoilt(THEMES[which], &edits);
        let themes = vec![Source::new("themes/mine.toml", text.as_str())];
        let library = Library { themes, ..Library::default() };
        let (_, faults) = Theme::load("mine", &library, Depth::True).expect("it is there");
        inside(&faults, &text);
        inside(&Theme::check(&library), &text);
    }

    #[test]
    fn any_keymap_is_read(which in 0..KEYMAPS.len(), edits in edits()) {
        let text = spoilt(KEYMAPS[which], &edits);
        let keymaps = vec![Source::new("keymaps/mine.toml", text.as_str())];
        let library = Library { keymaps, ..Library::default() };
        let (_, faults) = Keymap::load("mine", &library).expect("it is there");
        inside(&faults, &text);
    }

    #[test]
    fn any_console_toml_is_read(edits in edits()) {
        let text = spoilt(PROFILE, &edits);
        let mut faults = Vec::new();
        Profile::parse(&Source::new("mine.toml", text.as_str()), &mut faults);
        inside(&faults, &text);
    }

    /// Nothing in it moves the cursor, colours a letter or turns the order of reading round.
    #[test]
    fn any_message_is_shown(
        text in prop_oneof![
            ".{0,200}",
            "(https?://|[a-z\u{301}\u{200d}\u{1f468}\u{4e2d}\n\t \u{202e}\u{1b}\u{9b}]){0,60}",
        ],
        cells in 2..60_usize,
    ) {
        let shown = printable(&text);
        prop_assert!(!shown.chars().any(|c| is_hostile(c) && c != '\n'), "{shown:?}");
        let line = one_line(&text, cells);
        prop_assert!(!line.chars().any(|c| is_hostile(c) || c == '\n'), "{line:?}");
        prop_assert!(!escaped(&text).chars().any(is_hostile));
        let links: Vec<_> = row::links(&shown).into_iter().map(|part| (part, Role::Link)).collect();
        for row in row::rows(&shown, Role::Text, &links, cells) {
            prop_assert!(row.width() <= cells, "{} of {cells}: {row:?}", row.width());
        }
    }
}
