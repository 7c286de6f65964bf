//! Choosing a template, and filling it in.

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::editor::Editor;
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::overlay::Overlay;
use crate::console::model::picker::{Form, Picker};
use crate::console::model::told::Gravity;
use crate::console::update::acts;
use crate::domain::template::Purpose;
use crate::wire::ActionRequest;
use std::collections::BTreeSet;

crate::words! {
    enum Word {
        Unsendable = ["it cannot be sent: {0}", "non si può inviare: {0}", "não pode ser enviado: {0}", "no se puede enviar: {0}"],
    }
}

/// Opens the picker for the ticket that the console is about; what is written is offered as a value.
pub fn open(model: &mut Model, search: &str) {
    let Some(ticket) = model.subject() else { return };
    let contact = &ticket.contact;
    let picker = Picker {
        ticket: ticket.number,
        line: ticket.line.clone(),
        preferred: contact.phone.as_deref().and_then(language_of).map(str::to_owned),
        search: Editor::of(search),
        language: None,
        category: None,
        chosen: 0,
        written: match model.composer.ticket == Some(ticket.number) && !model.composer.note {
            true => model.composer.editor.text().to_owned(),
            false => String::new(),
        },
        form: None,
    };
    model.overlays.push(Overlay::Picker(Box::new(picker)));
}

/// The language that people of a phone's country most likely read.
fn language_of(phone: &str) -> Option<&'static str> {
    const BY_PREFIX: &[(&str, &str)] = &[
        ("39", "it"),
        ("55", "pt"),
        ("351", "pt"),
        ("34", "es"),
        ("52", "es"),
        ("54", "es"),
        ("56", "es"),
        ("57", "es"),
        ("51", "es"),
        ("44", "en"),
        ("1", "en"),
        ("353", "en"),
        ("49", "de"),
        ("43", "de"),
        ("33", "fr"),
    ];
    let digits = phone.trim_start_matches('+');
    BY_PREFIX.iter().find(|(prefix, _)| digits.starts_with(prefix)).map(|(_, language)| *language)
}

fn picker(model: &mut Model) -> Option<&mut Picker> {
    match model.overlays.last_mut() {
        Some(Overlay::Picker(picker)) => Some(picker),
        _ => None,
    }
}

/// Takes what is asked for while the picker is the last overlay.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let page = usize::from(model.size.1 / 2).max(1);
    let found = match model.overlays.last() {
        Some(Overlay::Picker(picker)) => picker.found(&model.mirror.templates).len(),
        _ => return false,
    };
    let Some(shown) = picker(model) else { return false };
    if shown.form.is_some() {
        return fill(model, asked, effects);
    }
    let last = found.saturating_sub(1);
    match asked.action {
        Action::Down => shown.chosen = (shown.chosen + 1).min(last),
        Action::Up => shown.chosen = shown.chosen.saturating_sub(1),
        Action::PageDown | Action::HalfDown => shown.chosen = (shown.chosen + page).min(last),
        Action::PageUp | Action::HalfUp => shown.chosen = shown.chosen.saturating_sub(page),
        Action::Top => shown.chosen = 0,
        Action::Bottom => shown.chosen = last,
        Action::TemplateLanguage => next_language(model),
        Action::TemplateCategory => {
            shown.category = match shown.category {
                None => Some(Purpose::Utility),
                Some(Purpose::Utility) => Some(Purpose::Marketing),
                Some(Purpose::Marketing) => Some(Purpose::Authentication),
                Some(_) => None,
            };
            shown.chosen = 0;
        }
        Action::Accept => accept(model),
        Action::Back => drop(model.overlays.pop()),
        action => {
            shown.chosen = 0;
            return shown.search.perform(action);
        }
    }
    true
}

/// Takes typed or pasted text.
pub fn typed(model: &mut Model, text: &str) {
    let Some(picker) = picker(model) else { return };
    match &mut picker.form {
        Some(form) => {
            if let Some(field) = form.fields.get_mut(form.at) {
                field.insert(&text.replace(['\n', '\r', '\t'], " "));
                form.fault = None;
            }
        }
        None => {
            picker.search.insert(&text.replace(['\n', '\r', '\t'], " "));
            picker.chosen = 0;
        }
    }
}

fn next_language(model: &mut Model) {
    let known: BTreeSet<String> =
        model.mirror.templates.iter().map(|template| template.language.clone()).collect();
    let Some(picker) = picker(model) else { return };
    picker.language = match &picker.language {
        None => known.into_iter().next(),
        Some(now) => known.into_iter().find(|language| language > now),
    };
    picker.chosen = 0;
}

fn accept(model: &mut Model) {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return };
    let found = picker.found(&model.mirror.templates);
    let Some(template) = found.get(picker.chosen).copied() else { return };
    if !template.sendable {
        let why = template.reason.clone().unwrap_or_else(|| template.status.clone());
        let text =
            crate::console::language::fill(Word::Unsendable.say(model.settings.language), &[&why]);
        model.told.tell(model.now, Gravity::Warning, text);
        return;
    }
    let name = model.subject().and_then(|ticket| ticket.contact.name.clone());
    let form = Form::new(template, name.as_deref(), &picker.written, &model.recent);
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
        // One without values is looked at as well before it goes out.
        picker.form = Some(form);
    }
}

fn fill(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(picker) = picker(model) else { return false };
    let Some(form) = &mut picker.form else { return false };
    let last = form.fields.len().saturating_sub(1);
    match asked.action {
        Action::Back => picker.form = None,
        Action::NextField | Action::Down | Action::LineDown => form.at = (form.at + 1).min(last),
        Action::PreviousField | Action::Up | Action::LineUp => form.at = form.at.saturating_sub(1),
        Action::PageDown | Action::PageUp | Action::Complete => offer(form),
        Action::Accept => {
            if let Some(wrong) = form.wrong() {
                // Enter goes to the first field that is not ready, and says what is missing there.
                form.fault = Some(wrong);
                form.at = wrong.0;
            } else {
                send(model, effects);
            }
        }
        action => {
            form.fault = None;
            let at = form.at;
            return form.fields.get_mut(at).is_some_and(|field| field.perform(action));
        }
    }
    true
}

/// Puts the next of what is offered into the field.
fn offer(form: &mut Form) {
    let (Some(offers), Some(field)) = (form.offers.get(form.at), form.fields.get_mut(form.at))
    else {
        return;
    };
    if offers.is_empty() {
        return;
    }
    let now = offers.iter().position(|offer| offer == field.text());
    field.set(&offers[now.map_or(0, |place| (place + 1) % offers.len())]);
    form.fault = None;
}

fn send(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return };
    let Some(form) = &picker.form else { return };
    let (ticket, template) = (picker.ticket, &form.template);
    let parameters = form.values();
    let (name, language) = (template.name.clone(), template.language.clone());
    let took_text = !picker.written.is_empty()
        && parameters
            .iter()
            .any(|(_, value)| picker.written.split_whitespace().eq(value.split_whitespace()));
    let action = ActionRequest::Template {
        name: name.clone(),
        language,
        parameters: parameters.iter().cloned().collect(),
    };
    if acts::command(model, ticket, action, effects).is_none() {
        return;
    }
    for (slot, value) in &parameters {
        model.recent.used(&name, slot, value);
    }
    model.overlays.pop();
    if took_text && model.composer.ticket == Some(ticket) {
        model.composer.clear();
        model.composer.unsaid_since = Some(model.now);
    }
}
