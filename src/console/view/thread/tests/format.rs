//! Formatted text, as it is drawn.

use crate::console::keymap::Keymap;
use crate::console::profile::Settings;
use crate::console::rig::Rig;
use crate::console::sample::relay::{Relay, entry};
use crate::console::theme::{Depth, Theme};
use crate::kit::text::is_hostile;
use crate::wire::EntryKind;
use ratatui::style::Modifier;

#[test]
fn what_is_formatted_is_told_apart_in_every_theme_and_nothing_is_left_out() {
    let settings = Settings::default;
    for name in Theme::names(&settings().library) {
        for depth in [Depth::True, Depth::Sixteen, Depth::None] {
            let (theme, _) = Theme::load(&name, &settings().library, depth).expect("shipped");
            let mut rig = Rig::with(80, 24, settings(), Keymap::default(), theme);
            let text = "*due* ore, _forse_ ~mai~ `x` *_tutto_*\n> *detto* \u{1b}[1m *\u{202e}ecco*";
            let mut image = entry(2, EntryKind::Message, "customer", "guarda *qui*");
            image.entry.kind_word = "image".into();
            let said = entry(1, EntryKind::Message, "customer", text);
            Relay::new(vec![said, image]).opened(&mut rig);
            let screen = rig.screen();
            for part in ["*due* ore, _forse_ ~mai~ `x` *_tutto_*", "> *detto* ", "guarda *qui*"] {
                assert!(screen.contains(part), "{part}:\n{screen}");
            }
            assert_eq!(screen.chars().find(|c| is_hostile(*c)), None);
            let (bold, italic) = (Modifier::BOLD, Modifier::ITALIC);
            for (word, all) in [
                ("due", bold),
                ("forse", italic),
                ("mai", Modifier::CROSSED_OUT),
                ("tutto", bold | italic),
                ("detto", bold),
                ("ecco", bold),
                ("qui", bold),
            ] {
                assert!(
                    rig.style_of(word).add_modifier.contains(all),
                    "{word} in {name}:\n{screen}"
                );
            }
            assert!(!rig.style_of("ore").add_modifier.intersects(bold | italic), "{name}");
            rig.ask("reply").types("ecco *dove* è");
            assert!(rig.style_of("dove").add_modifier.contains(bold), "{name}:\n{}", rig.screen());
            rig.ask("toggle-note");
            assert!(
                !rig.style_of("dove").add_modifier.contains(bold),
                "a note goes to nobody's telephone"
            );
        }
    }
}
