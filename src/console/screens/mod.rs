//! Every screen as people see it: text, and the looks of its cells with colours and without.
//!
//! A snapshot holds the text, then for each theme a letter for the look of each cell.

mod desk;
mod looks;
mod over;
mod picture;
mod writing;

use super::context::Context;
use super::rig::Rig;
use super::theme::{Depth, Theme};
use looks::looks;
use std::collections::BTreeSet;

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (160, 48)];

/// With colours, and without.
const THEMES: [&str; 2] = ["dark", "mono"];

/// A screen of a size.
type Play = fn(u16, u16) -> Rig;

/// Every screen by its name.
fn screens() -> Vec<(&'static str, Play)> {
    [desk::SCREENS, writing::SCREENS, picture::SCREENS, over::SCREENS].concat()
}

fn in_theme<'a>(rig: &'a mut Rig, theme: &str) -> &'a mut Rig {
    let (theme, faults) = Theme::load(theme, &Default::default(), Depth::True).expect("shipped");
    assert_eq!(faults, []);
    rig.model.theme = theme;
    rig.draw()
}

#[test]
fn screens_look_as_they_did() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _kept = settings.bind_to_scope();
    for (name, play) in screens() {
        for (columns, rows) in SIZES {
            let mut rig = play(columns, rows);
            let text = rig.screen();
            let mut told = text.clone();
            if let Some((x, y)) = rig.cursor() {
                told.push_str(&format!("\n= = = cursor at {x},{y}"));
            }
            for theme in THEMES {
                let rig = in_theme(&mut rig, theme);
                assert_eq!(rig.screen(), text, "{name}: a theme changes no text");
                told.push_str(&format!("\n= = = {theme}\n{}", looks(rig.cells())));
            }
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), told);
        }
    }
}

#[test]
fn every_place_where_keys_go_is_among_the_screens() {
    let shown: BTreeSet<_> =
        screens().into_iter().map(|(_, play)| play(80, 24).model.context()).collect();
    let all = Context::ALL.into_iter().filter(|context| *context != Context::Global);
    assert_eq!(shown, all.collect());
}

#[test]
fn every_action_is_taken_by_somebody_where_it_makes_sense() {
    use super::action::Action;
    use super::context::Invocation;
    use super::update::is_taken;
    use std::collections::BTreeMap;
    let mut places: BTreeMap<Context, Vec<Play>> = BTreeMap::new();
    for (_, play) in screens() {
        places.entry(play(40, 12).model.context()).or_default().push(play);
    }
    let mut idle = Vec::new();
    for (context, plays) in places {
        for row in Action::rows().iter().filter(|row| row.places.contains(&context)) {
            let takes = |play: &Play| {
                let mut model = play(40, 12).model;
                is_taken(&mut model, &Invocation::bare(row.action), &mut Vec::new())
            };
            if !plays.iter().any(takes) {
                idle.push(format!("{} in {}", row.id, context.id()));
            }
        }
    }
    assert!(idle.is_empty(), "these do nothing: {idle:#?}");
}

#[test]
fn pictures_of_inbox_wall_and_picker() {
    use super::sample::{eight, pictured, rig};
    pictured("inbox", &mut rig(120, 24, eight()));
    pictured("wall", &mut desk::wall(80, 24));
    pictured("wall_wide", &mut desk::wall(200, 60));
    pictured("picker", &mut writing::form(120, 24));
}

#[test]
fn the_composer_is_as_high_as_its_text_at_its_own_width() {
    for (columns, rows) in [(80, 24), (120, 36), (160, 48)] {
        let mut rig = writing::reply(columns, rows);
        rig.ask("select-all").types(&"word ".repeat(25)).types("end");
        let text = rig.screen();
        assert!(text.contains("│ word ") && text.contains(" end"), "{columns}x{rows}:\n{text}");
        let shown = text.matches("word").count();
        assert_eq!(shown, 25, "{columns}x{rows}:\n{text}");
    }
}
