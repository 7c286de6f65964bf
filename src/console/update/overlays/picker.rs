//! Choosing a canned reply or a template, and filling it in.

mod file;

pub use file::handed_in;

use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::editor::Editor;
use crate::console::effect::Effect;
use crate::console::language::fill as fill_words;
use crate::console::model::Model;
use crate::console::model::attachment::Made;
use crate::console::model::overlay::Overlay;
use crate::console::model::picker::{Choice, Picker, TemplateForm, unbroken};
use crate::console::model::told::Gravity;
use crate::console::thread::day::moment;
use crate::console::thread::words;
use crate::console::update::{acts, composer};
use crate::domain::canned::{self, Variable};
use crate::domain::template::Purpose;
use crate::wire::{ActionRequest, CannedView, ClientFrame, TemplateView};
use std::collections::BTreeSet;
use uuid::Uuid;

crate::words! {
    enum Word {
        Closed = [
            "the window is closed, and no template says the same",
            "la finestra è chiusa e nessun modello dice lo stesso",
            "a janela está fechada e nenhum modelo diz o mesmo",
            "la ventana está cerrada y ninguna plantilla dice lo mismo"
        ],
        Missing = ["not known: {0}", "non si conosce: {0}", "não se sabe: {0}", "no se conoce: {0}"],
        Instead = ["{0} is {1}: this is {2} instead", "{0} è {1}: questo è {2} al suo posto", "{0} está {1}: este é {2} no lugar", "{0} está {1}: esta es {2} en su lugar"],
        Falling = [
            "customers receive it badly, and WhatsApp may pause it: again sends it",
            "i clienti lo accolgono male e WhatsApp può sospenderlo: di nuovo lo invia",
            "os clientes o recebem mal e o WhatsApp pode pausá-lo: de novo o envia",
            "los clientes la reciben mal y WhatsApp puede pausarla: otra vez la envía"
        ],
        Synced = [
            "the templates are as WhatsApp has them",
            "i modelli sono come li ha WhatsApp",
            "os modelos estão como o WhatsApp os tem",
            "las plantillas están como las tiene WhatsApp"
        ],
        NotSynced = [
            "the templates could not be fetched: {0}",
            "non è stato possibile leggere i modelli: {0}",
            "não foi possível ler os modelos: {0}",
            "no se pudieron leer las plantillas: {0}"
        ],
        NoConsent = ["no consent to {0}", "nessun consenso a {0}", "sem consentimento para {0}", "sin consentimiento para {0}"],
        Refused = ["refused since {1}: {0}", "rifiuta dal {1}: {0}", "recusado desde {1}: {0}", "rechazado desde {1}: {0}"],
        Unsendable = ["it cannot be sent: {0}", "non si può inviare: {0}", "não pode ser enviado: {0}", "no se puede enviar: {0}"],
    }
}

/// Opens the picker for the ticket that the console is about; what is written is offered as a value. `slash`:
/// canned replies come first.
pub fn open(model: &mut Model, search: &str, slash: bool) {
    let Some(ticket) = model.subject() else { return };
    let contact = &ticket.contact;
    let writing = model.composing && model.composer.ticket == Some(ticket.number);
    let picker = Picker {
        ticket: ticket.number,
        contact: contact.name.clone(),
        open_until: ticket.window.until,
        whose: contact.id,
        said: None,
        line: ticket.line.clone(),
        queue: ticket.queue.clone(),
        tags: ticket.tags.clone(),
        state: ticket.state,
        canned: writing && !model.composer.note,
        slash,
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
        Some(Overlay::Picker(picker)) => {
            picker.found(&model.mirror, &model.recent, is_open(model, picker)).len()
        }
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
        Action::TemplateSync => sync(model, effects),
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

/// Takes typed or pasted text. A second `/` writes one.
pub fn typed(model: &mut Model, text: &str) {
    let Some(picker) = picker(model) else { return };
    if text == "/" && picker.slash && picker.form.is_none() && picker.search.is_empty() {
        model.overlays.pop();
        composer::take_in(model, "/", None);
        return;
    }
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

/// Asks the relay to compare the templates with the platform, once at a time.
fn sync(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.mirror.templates_asked.is_none() {
        let id = model.fresh_id();
        model.mirror.templates_asked = Some(id);
        effects.push(Effect::Say(ClientFrame::SyncTemplates { id }));
    }
}

/// The answer to it, if this is one; says whether it is.
pub fn synced(model: &mut Model, id: Uuid, answer: Result<(), &str>) -> bool {
    if model.mirror.templates_asked != Some(id) {
        return false;
    }
    model.mirror.templates_asked = None;
    let language = model.settings.language;
    match answer {
        Ok(()) => model.told.tell(model.now, Gravity::Good, Word::Synced.say(language)),
        Err(why) => {
            let text = fill_words(Word::NotSynced.say(language), &[why]);
            model.told.tell(model.now, Gravity::Warning, text);
        }
    }
    true
}

fn next_language(model: &mut Model) {
    let templates = model.mirror.templates.iter().map(|template| &template.language);
    let canned = model.mirror.canned.iter().map(|canned| &canned.language);
    let known: BTreeSet<String> = templates.chain(canned).cloned().collect();
    let Some(picker) = picker(model) else { return };
    picker.language = match &picker.language {
        None => known.into_iter().next(),
        Some(now) => known.into_iter().find(|language| language > now),
    };
    picker.chosen = 0;
}

fn accept(model: &mut Model) {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return };
    let open = is_open(model, picker);
    let template =
        match picker.found(&model.mirror, &model.recent, open).get(picker.chosen).copied() {
            None => return,
            Some(Choice::Template(template)) => template,
            // Another ticket may have come under the picker.
            Some(Choice::Canned(_)) if open && model.composer.ticket != Some(picker.ticket) => {
                return drop(model.overlays.pop());
            }
            Some(Choice::Canned(canned)) if open => {
                let canned = canned.clone();
                return take_canned(model, &canned);
            }
            Some(Choice::Canned(canned)) => match said_by(model, picker, canned) {
                Some(template) => template,
                None => {
                    let text = Word::Closed.say(model.settings.language);
                    return model.told.tell(model.now, Gravity::Warning, text);
                }
            },
        };
    let instead = || alternative(model, picker, template);
    if let Some(instead) = (!template.sendable).then(instead).flatten() {
        let (why, instead) = (template.status.clone(), instead.clone());
        let words = Word::Instead.say(model.settings.language);
        let text = fill_words(words, &[&template.name, &why, &instead.name]);
        model.told.tell(model.now, Gravity::Warning, text);
        return fill_in(model, &instead);
    }
    if !template.sendable || picker.agreed(template, &model.mirror).is_err() {
        let why = why_not(model, picker, template);
        let text = fill_words(Word::Unsendable.say(model.settings.language), &[&why]);
        model.told.tell(model.now, Gravity::Warning, text);
        return;
    }
    let template = template.clone();
    fill_in(model, &template);
}

/// Why a template cannot be sent to the customer.
pub fn why_not(model: &Model, picker: &Picker, template: &TemplateView) -> String {
    let language = model.settings.language;
    let purpose = template.purpose.word();
    let purpose = words::known(purpose, language).unwrap_or(purpose);
    match picker.agreed(template, &model.mirror) {
        Err(Some(since)) if template.sendable => {
            let since = moment(since, &model.settings.zone, language);
            fill_words(Word::Refused.say(language), &[purpose, &since])
        }
        Err(None) if template.sendable => fill_words(Word::NoConsent.say(language), &[purpose]),
        _ => template.reason.clone().unwrap_or_else(|| template.status.clone()),
    }
}

/// Asks the relay what the customer has said about messages, where the picker lies open and that is not known.
pub fn ask_consents(model: &Model, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Picker(picker)) = model.overlays.last()
        && !picker.knows(&model.mirror)
    {
        effects.push(Effect::Consents { contact: picker.whose, write: None });
    }
}

/// Asks for the values of a template. One without values is looked at as well before it goes out.
fn fill_in(model: &mut Model, template: &TemplateView) {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return };
    let form =
        TemplateForm::new(template, picker.contact.as_deref(), &picker.written, &model.recent);
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
        picker.form = Some(form);
    }
}

/// The template that may be sent in the place of this one, to a customer who agreed to what it is for.
pub fn alternative<'a>(
    model: &'a Model,
    picker: &Picker,
    template: &TemplateView,
) -> Option<&'a TemplateView> {
    let all = model.mirror.templates.iter();
    template.alternative(all.filter(|one| picker.agreed(one, &model.mirror).is_ok()))
}

/// Whether free text may be sent to the picker's ticket.
pub fn is_open(model: &Model, picker: &Picker) -> bool {
    let known = acts::known(model, picker.ticket);
    let until = known.map_or(picker.open_until, |ticket| ticket.window.until);
    until.is_some_and(|until| until > model.desk_now())
}

/// The template that says what a canned reply says; while it is paused, the one in its place.
fn said_by<'a>(model: &'a Model, picker: &Picker, canned: &CannedView) -> Option<&'a TemplateView> {
    let all = || model.mirror.templates.iter();
    let name = canned.template.as_deref()?;
    TemplateView::named(all(), name, &canned.language).or_else(|| {
        let mut stopped = all().filter(|one| one.name == name);
        stopped.find_map(|one| alternative(model, picker, one))
    })
}

/// What a variable of a canned reply stands for now.
pub fn value(model: &Model, variable: Variable) -> Option<String> {
    let ticket = model.subject()?;
    let name = ticket.contact.name.as_deref().map(unbroken);
    match variable {
        Variable::Contact => name,
        Variable::FirstName => name?.split(' ').next().map(str::to_owned),
        Variable::Agent => model.mirror.me().map(str::to_owned),
        Variable::Ticket => Some(ticket.number.to_string()),
        Variable::Queue => Some(ticket.queue.clone()),
        Variable::Line => Some(ticket.line.clone()),
    }
}

/// Puts a canned reply where the cursor stands in the composer, to be changed and sent.
fn take_canned(model: &mut Model, canned: &CannedView) {
    model.overlays.pop();
    model.recent.took(&canned.name);
    let (text, missing) = canned::fill(&canned.text, |variable| value(model, variable));
    if let Some(range) = &missing {
        let name = &text[range.start + 2..range.end - 2];
        let told = fill_words(Word::Missing.say(model.settings.language), &[name]);
        model.told.tell(model.now, Gravity::Warning, told);
    }
    composer::take_in(model, &text, missing);
}

fn fill(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    let Some(picker) = picker(model) else { return false };
    let Some(form) = &mut picker.form else { return false };
    let last = form.fields.len().saturating_sub(1);
    match asked.action {
        Action::Back => picker.form = None,
        Action::TemplateInstead => {
            let template = form.template.clone();
            let Some(Overlay::Picker(picker)) = model.overlays.last() else { return false };
            if let Some(instead) = alternative(model, picker, &template).cloned() {
                fill_in(model, &instead);
            }
        }
        Action::NextField | Action::Down | Action::LineDown => form.at = (form.at + 1).min(last),
        Action::PreviousField | Action::Up | Action::LineUp => form.at = form.at.saturating_sub(1),
        Action::PageDown | Action::PageUp | Action::Complete => offer(form),
        Action::Accept => {
            if let Some(wrong) = form.wrong() {
                // Enter goes to the first field that is not ready, and says what is missing there.
                form.at = wrong.0;
                form.fault = Some(wrong);
            } else if form.falling().is_some() && !std::mem::replace(&mut form.warned, true) {
                let text = Word::Falling.say(model.settings.language);
                model.told.tell(model.now, Gravity::Warning, text);
            } else {
                file::hand_in(model, effects);
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
fn offer(form: &mut TemplateForm) {
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

/// A template that was refused or taken back is filled in again as it was, if its ticket is still the one that the
/// console is about; and what was written in the composer stands there again.
pub fn again(model: &mut Model, picker: Picker) {
    let ticket = picker.ticket;
    if picker.takes_written() {
        composer::put_back(model, ticket, &picker.written, false, None);
    }
    let here = model.subject().is_some_and(|subject| subject.number == ticket);
    if here && model.overlays.is_empty() {
        model.overlays.push(Overlay::Picker(Box::new(picker)));
    }
}

fn send(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(Overlay::Picker(picker)) = model.overlays.last() else { return };
    let Some(form) = &picker.form else { return };
    let (ticket, template) = (picker.ticket, &form.template);
    let parameters = form.values();
    let (name, language) = (template.name.clone(), template.language.clone());
    let took_text = picker.takes_written();
    let action = ActionRequest::Template { name: name.clone(), language, parameters: form.sent() };
    let written = picker.written.clone();
    let made = Made::Template(picker.clone());
    let Some(id) = acts::command(model, ticket, action, effects) else { return };
    model.in_flight.made(id, made, None);
    model.recent.took(&name);
    for (slot, value) in &parameters {
        model.recent.used(&name, slot, value);
    }
    model.overlays.pop();
    if took_text {
        composer::take_away(model, ticket, &written);
    }
}
