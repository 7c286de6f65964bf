//! The command line: completed, tried, remembered.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::command_line::{CommandLine, Listing};
use crate::console::model::overlay::Overlay;
use crate::console::update;
use crate::console::update::acts::why_not;

crate::words! {
    enum Word {
        NotHere = ["{0} does nothing here", "{0} qui non fa nulla", "{0} não faz nada aqui", "{0} no hace nada aquí"],
    }
}

/// Opens a line that begins so.
pub fn open(model: &mut Model, text: impl Into<String>) {
    model.listing = Listing::default();
    model.overlays.push(Overlay::Command(CommandLine::of(text)));
}

/// Where a path is typed, has its folder looked at, once.
pub fn look(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(Overlay::Command(line)) = model.overlays.last() else { return };
    let Some(folder) = line.folder().map(str::to_owned) else { return };
    if model.listing.folder.as_ref() != Some(&folder) {
        model.listing = Listing { folder: Some(folder.clone()), names: Vec::new() };
        effects.push(Effect::List(folder));
    }
}

/// A folder was looked at.
pub fn listed(model: &mut Model, listing: Listing) {
    if model.listing.folder == listing.folder {
        model.listing = listing;
    }
}

/// Takes what is asked for while the line is the last overlay; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let completions = match model.overlays.last() {
        Some(Overlay::Command(line)) => line.completions(model),
        _ => return false,
    };
    let history = std::mem::take(&mut model.commands);
    let Some(Overlay::Command(line)) = model.overlays.last_mut() else { return false };
    let recalling = line.editor.is_empty() || line.back > 0;
    let mut taken = true;
    match asked.action {
        Action::Back => drop(model.overlays.pop()),
        Action::Up if recalling => {
            if let Some(text) = history.back(line.back + 1) {
                line.editor.set(text);
                line.back += 1;
            }
        }
        Action::Down if recalling && line.back > 0 => {
            line.back -= 1;
            line.editor.set(history.back(line.back).unwrap_or_default());
        }
        Action::Down | Action::PageDown if !completions.is_empty() => {
            let next = line.chosen.map_or(0, |at| (at + 1) % completions.len());
            line.chosen = Some(next);
        }
        Action::Up | Action::PageUp if !completions.is_empty() => {
            let last = completions.len() - 1;
            line.chosen = Some(line.chosen.and_then(|at| at.checked_sub(1)).unwrap_or(last));
        }
        Action::Complete => complete(line, &completions),
        Action::Accept => {
            if let Some(chosen) = line.chosen.and_then(|at| completions.get(at)) {
                line.editor.set(&chosen.line);
            }
            let text = line.editor.text().trim().to_owned();
            model.commands = history;
            accept(model, &text, effects);
            return true;
        }
        action => {
            taken = line.editor.perform(action);
            if taken {
                changed(line);
            }
        }
    }
    model.commands = history;
    look(model, effects);
    taken
}

/// The chosen completion, or as much as all of them have in common.
fn complete(
    line: &mut CommandLine,
    completions: &[crate::console::model::command_line::Completion],
) {
    let typed = line.editor.text().to_owned();
    let begin: Vec<_> = completions
        .iter()
        .map(|one| one.line.as_str())
        .filter(|one| one.starts_with(&typed))
        .collect();
    let text = match (line.chosen.and_then(|at| completions.get(at)), begin.as_slice()) {
        (Some(chosen), _) => ended(&chosen.line),
        (None, [only]) => ended(only),
        (None, [first, rest @ ..]) => {
            let common = rest.iter().fold(first.len(), |most, one| {
                let alike = first.bytes().zip(one.bytes()).take_while(|(a, b)| a == b).count();
                most.min(alike)
            });
            first[..first.floor_char_boundary(common)].to_owned()
        }
        (None, []) => match completions {
            [only] => ended(&only.line),
            _ => typed.clone(),
        },
    };
    if text == typed && !completions.is_empty() {
        line.chosen = Some(0);
        return;
    }
    line.editor.set(&text);
    changed(line);
}

/// A line whose word is whole; a folder's path goes on.
fn ended(line: &str) -> String {
    if line.ends_with('/') { line.to_owned() } else { format!("{line} ") }
}

fn changed(line: &mut CommandLine) {
    (line.chosen, line.fault, line.back) = (None, None, 0);
}

fn accept(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if text.is_empty() {
        model.overlays.pop();
        return;
    }
    // What vi users type without thinking.
    let text = if text == "q" { "quit" } else { text };
    let asked: Result<Invocation, String> = text.parse();
    let fault = match asked {
        Err(why) => why,
        Ok(asked) => match why_not(model, asked.action) {
            Some(why) => why,
            None => {
                let over = model.overlays.pop();
                let told = model.told.count();
                if update::is_taken(model, &asked, effects) || model.told.count() != told {
                    model.commands.keep(text);
                    return;
                }
                model.overlays.extend(over);
                let name = asked.action.id();
                fill(Word::NotHere.say(model.settings.language), &[name])
            }
        },
    };
    if let Some(Overlay::Command(line)) = model.overlays.last_mut() {
        line.fault = Some(fault);
    }
}

/// Takes typed or pasted text.
pub fn typed(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Command(line)) = model.overlays.last_mut() {
        line.editor.insert(&text.replace(['\n', '\r', '\t'], " "));
        changed(line);
    }
    look(model, effects);
}
