//! The table of keys for the README, made from what the keys are.

use super::{Keymap, spelled};
use crate::console::action::Action;
use crate::console::context::{Context, Invocation};
use crate::console::language::Language;
use std::fmt::Write;

/// Every action with its keys in each of the keymaps, as Markdown.
pub fn table(keymaps: &[Keymap], language: Language) -> String {
    let names: Vec<_> = keymaps.iter().map(|keymap| keymap.name.as_str()).collect();
    let mut text = format!("| action | does | {} |\n", names.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(keymaps.len()));
    for row in Action::rows() {
        let keys: Vec<_> = keymaps.iter().map(|keymap| cell(keymap, row.action)).collect();
        let about = row.action.about(language);
        let _ = writeln!(text, "| `{}` | {about} | {} |", row.id, keys.join(" | "));
    }
    text
}

/// The keys of an action, whatever its argument, each with the contexts in which it has them.
fn cell(keymap: &Keymap, action: Action) -> String {
    let mut found: Vec<(String, Vec<Context>)> = Vec::new();
    for context in Context::ALL {
        for line in keymap.lines(context, None) {
            let Invocation { action: asked, argument } = &line.asked;
            if *asked != action {
                continue;
            }
            for chord in &line.chords {
                let name = match argument.as_str() {
                    "" => quoted(&spelled(chord)),
                    argument => format!("{} ({argument})", quoted(&spelled(chord))),
                };
                match found.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, contexts)) => contexts.push(context),
                    None => found.push((name, vec![context])),
                }
            }
        }
    }
    found.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

/// A key as code; the bar would end the cell.
fn quoted(keys: &str) -> String {
    match keys {
        "`" => "`` ` ``".to_owned(),
        keys => format!("`{}`", keys.replace('|', "\\|")),
    }
}
