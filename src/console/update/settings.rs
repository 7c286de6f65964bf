//! Looks, keys, language, mouse and previews are changed while the console runs.

use super::overlays::command_line;
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::fault::{Fault, suggest};
use crate::console::keymap::Keymap;
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::model::told::Gravity;
use crate::console::preview::PreviewMode;
use crate::console::profile::Saved;
use crate::console::theme::Theme;

crate::words! {
    enum Word {
        Theme = ["theme {0}", "tema {0}", "tema {0}", "tema {0}"],
        Keymap = ["keymap {0}; ? shows the keys", "tasti {0}; ? li mostra", "teclas {0}; ? mostra quais", "teclas {0}; ? las muestra"],
        Language = ["English", "italiano", "português", "español"],
        MouseOn = ["mouse on", "mouse attivo", "mouse ligado", "ratón activado"],
        MouseOff = ["mouse off: the terminal selects text", "mouse spento: il terminale seleziona il testo", "mouse desligado: o terminal seleciona o texto", "ratón desactivado: el terminal selecciona texto"],
        PreviewsOn = ["pictures are shown in threads: {0}", "immagini mostrate nelle conversazioni: {0}", "imagens mostradas nas conversas: {0}", "imágenes mostradas en las conversaciones: {0}"],
        PreviewsOff = ["pictures are not shown", "immagini non mostrate", "imagens não mostradas", "imágenes no mostradas"],
        PreviewsNone = ["this terminal shows no pictures: they need colours and glyphs beyond ASCII", "questo terminale non mostra immagini: servono colori e caratteri oltre ASCII", "este terminal não mostra imagens: precisa de cores e de caracteres além do ASCII", "este terminal no muestra imágenes: hacen falta colores y caracteres más allá de ASCII"],
        OneOf = ["one of {0}, not {1}", "uno tra {0}, non {1}", "um de {0}, não {1}", "uno de {0}, no {1}"],
        OnOff = ["on or off, not {0}", "on oppure off, non {0}", "on ou off, não {0}", "on u off, no {0}"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let argument = asked.argument.as_str();
    match asked.action {
        Action::Theme | Action::Keymap | Action::Language | Action::View if argument.is_empty() => {
            command_line::open(model, format!("{} ", asked.action.id()));
        }
        Action::Theme => theme(model, argument, effects),
        Action::Keymap => keymap(model, argument),
        Action::Language => language(model, argument, effects),
        Action::Mouse => {
            if let Some(on) = switch(model, argument, model.settings.mouse) {
                model.settings.mouse = on;
                effects.push(Effect::Mouse(on));
                told(model, if on { Word::MouseOn } else { Word::MouseOff }, "");
            }
        }
        Action::Previews => previews(model, argument),
        Action::SaveSettings => effects.push(Effect::Save(Saved {
            theme: model.theme.name.clone(),
            keymap: model.keymap.name.clone(),
            language: model.settings.language,
            mouse: model.settings.mouse,
            previews: model.settings.previews,
        })),
        _ => return false,
    }
    true
}

fn theme(model: &mut Model, name: &str, effects: &mut Vec<Effect>) {
    match Theme::load(name, &model.settings.library, model.settings.depth) {
        Ok((theme, faults)) => {
            model.theme = theme;
            effects.push(Effect::Redraw);
            told(model, Word::Theme, name);
            faulty(model, &faults);
        }
        Err(why) => model.told.tell(model.now, Gravity::Error, why),
    }
}

fn keymap(model: &mut Model, name: &str) {
    match Keymap::load(name, &model.settings.library) {
        Ok((keymap, faults)) => {
            model.keymap = keymap;
            told(model, Word::Keymap, name);
            faulty(model, &faults);
        }
        Err(why) => model.told.tell(model.now, Gravity::Error, why),
    }
}

fn language(model: &mut Model, name: &str, effects: &mut Vec<Effect>) {
    match Language::of_locale(name) {
        Some(language) => {
            model.settings.language = language;
            effects.push(Effect::Redraw);
            told(model, Word::Language, "");
        }
        None => {
            let hint = suggest(name, Language::ALL.iter().map(|language| language.code()));
            let why = format!("there is no language {name:?}; {hint}");
            model.told.tell(model.now, Gravity::Error, why);
        }
    }
}

/// Without a word they are switched off, or on again as the terminal can.
fn previews(model: &mut Model, word: &str) {
    let settings = &mut model.settings;
    let known = PreviewMode::ALL.into_iter().find(|one| one.word() == word);
    let other =
        if settings.previews == PreviewMode::Off { PreviewMode::Auto } else { PreviewMode::Off };
    let Some(wanted) = known.or(word.is_empty().then_some(other)) else {
        let words = PreviewMode::ALL.map(PreviewMode::word).join(", ");
        let why = fill(Word::OneOf.say(settings.language), &[&words, word]);
        return model.told.tell(model.now, Gravity::Error, why);
    };
    settings.previews = wanted;
    match wanted {
        PreviewMode::Off => told(model, Word::PreviewsOff, ""),
        _ if settings.way().is_none() => told(model, Word::PreviewsNone, ""),
        _ => told(model, Word::PreviewsOn, wanted.word()),
    }
}

/// The faults of a file go to where messages are read again; the last one is shown.
pub fn faulty(model: &mut Model, faults: &[Fault]) {
    for fault in faults {
        model.told.tell(model.now, Gravity::Warning, fault.to_string());
    }
}

/// What a switch becomes: the other way round without a word.
fn switch(model: &mut Model, argument: &str, now: bool) -> Option<bool> {
    match argument {
        "" => Some(!now),
        "on" => Some(true),
        "off" => Some(false),
        other => {
            let why = fill(Word::OnOff.say(model.settings.language), &[other]);
            model.told.tell(model.now, Gravity::Error, why);
            None
        }
    }
}

fn told(model: &mut Model, word: Word, value: &str) {
    let text = fill(word.say(model.settings.language), &[value]);
    model.told.tell(model.now, Gravity::Good, text);
}
