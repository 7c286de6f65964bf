//! The wall: moving over it, and from it to the tickets behind a row.

use super::acts::{self, argument};
use super::overlays::prompt;
use super::{composer, places};
use crate::console::action::Action;
use crate::console::context::Invocation;
use crate::console::effect::Effect;
use crate::console::language::{fill, grouped};
use crate::console::layout::Screen;
use crate::console::model::Model;
use crate::console::model::inbox::Which;
use crate::console::model::overlay::Overlay;
use crate::console::model::places::Place;
use crate::console::model::raw::{Raw, Sort};
use crate::console::model::told::Gravity;
use crate::console::model::wall::Spot;
use crate::console::thread::day::moment;
use crate::domain::id::TicketNumber;
use crate::kit::text::one_line;
use crate::wire::{Health, LineView, Unfitting, WallNews, WallShown};

crate::words! {
    enum Word {
        Ok = ["messages go out", "i messaggi partono", "as mensagens saem", "los mensajes salen"],
        Throttled = ["messages go out more slowly", "i messaggi partono più lentamente", "as mensagens saem mais devagar", "los mensajes salen más despacio"],
        Probing = ["it is tried whether messages go out again", "si prova se i messaggi partono di nuovo", "testa-se se as mensagens voltam a sair", "se prueba si los mensajes vuelven a salir"],
        Held = ["nothing goes out", "non parte nulla", "nada sai", "no sale nada"],
        NoTicket = ["there is no ticket behind this row", "dietro questa riga non c'è un ticket", "não há ticket atrás desta linha", "no hay ticket detrás de esta fila"],
        Since = ["since {0}", "da {0}", "desde {0}", "desde {0}"],
        Disabled = ["the platform has switched its account off", "la piattaforma ha disattivato il suo account", "a plataforma desativou a conta", "la plataforma ha desactivado su cuenta"],
        Forbidden = ["forbidden: {0}", "vietato: {0}", "proibido: {0}", "prohibido: {0}"],
        ForbiddenUntil = ["forbidden until {1}: {0}", "vietato fino a {1}: {0}", "proibido até {1}: {0}", "prohibido hasta {1}: {0}"],
        Quality = ["quality: {0}", "qualità: {0}", "qualidade: {0}", "calidad: {0}"],
        Pace = ["at most {0} messages a second", "al massimo {0} messaggi al secondo", "no máximo {0} mensagens por segundo", "como máximo {0} mensajes por segundo"],
        Pair = ["to one customer 45 at once, then one in 6 seconds; waiting for that: {0}", "a un cliente 45 di seguito, poi uno ogni 6 secondi; in attesa di questo: {0}", "a um cliente 45 de uma vez, depois uma a cada 6 segundos; à espera disso: {0}", "a un cliente 45 seguidos, luego uno cada 6 segundos; a la espera de eso: {0}"],
        Limit = ["people written to first in the last 24 hours: {0} of {1}", "persone contattate per prime nelle ultime 24 ore: {0} di {1}", "pessoas contatadas primeiro nas últimas 24 horas: {0} de {1}", "personas contactadas primero en las últimas 24 horas: {0} de {1}"],
        NoLimit = ["people written to first in the last 24 hours: {0}, without a limit", "persone contattate per prime nelle ultime 24 ore: {0}, senza limite", "pessoas contatadas primeiro nas últimas 24 horas: {0}, sem limite", "personas contactadas primero en las últimas 24 horas: {0}, sin límite"],
        Full = ["as it goes now, used up at {0}", "di questo passo, esaurito alle {0}", "neste ritmo, esgotado às {0}", "a este ritmo, agotado a las {0}"],
        Frees = ["there is room again at {0}", "c'è di nuovo posto alle {0}", "há vaga de novo às {0}", "hay sitio de nuevo a las {0}"],
        NoAlert = ["no alert that nobody takes care of", "nessun avviso di cui nessuno si occupa", "nenhum alerta sem quem cuide dele", "ninguna alerta sin quien se encargue"],
        Taken = ["you take care of the alerts: they are not told again", "ti occupi degli avvisi: non vengono ripetuti", "você cuida dos alertas: não são repetidos", "te encargas de las alertas: no se repiten"],
        NotTaken = ["no answer: {0}", "nessuna risposta: {0}", "sem resposta: {0}", "sin respuesta: {0}"],
        Unknown = ["not known whether messages go out", "non si sa se i messaggi partono", "não se sabe se as mensagens saem", "no se sabe si los mensajes salen"],
    }
}

/// Takes what is asked for, if it is about this; says whether it did.
pub fn perform(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) -> bool {
    if model.screen != Screen::Wall {
        return false;
    }
    let page = isize::try_from(model.panes().wall.height / 2).unwrap_or(1).max(1);
    match asked.action {
        Action::Down => model.wall.step(1),
        Action::Up => model.wall.step(-1),
        Action::PageDown | Action::HalfDown => model.wall.step(page),
        Action::PageUp | Action::HalfUp => model.wall.step(-page),
        Action::Top => model.wall.step(isize::MIN),
        Action::Bottom => model.wall.step(isize::MAX),
        Action::Accept | Action::Open => enter(model, effects),
        Action::Assign | Action::Priority => act(model, asked, effects),
        Action::Note => tell_agent(model, effects),
        Action::Acknowledge => take_alerts(model, effects),
        _ => return false,
    }
    true
}

/// Folds in what has changed; `first` says that it is the whole.
///
/// # Errors
/// [`Unfitting`]: watch anew.
pub fn heard(model: &mut Model, news: WallNews, first: bool) -> Result<(), Unfitting> {
    if first {
        model.wall.shown = WallShown::default();
    }
    let view = model.wall.shown.apply(news)?;
    model.wall.take(view);
    Ok(())
}

/// How a line goes, with all that is known of it.
fn state(model: &Model, line: &LineView) -> String {
    let language = model.settings.language;
    let word = match line.health {
        Health::Ok => Word::Ok,
        Health::Throttled => Word::Throttled,
        Health::Probing => Word::Probing,
        Health::Held => Word::Held,
        Health::Unknown => Word::Unknown,
    };
    let say = |word: Word, values: &[&str]| fill(word.say(language), values);
    let moment = |at| moment(at, &model.settings.zone, language);
    let number = |number| grouped(number, language);
    let phone = line.phone.iter().map(|phone| format!(" \u{b7} {phone}"));
    let mut rows = vec![format!("{}{}", line.name, phone.collect::<String>()), String::new()];
    let since = line.since.map(|at| say(Word::Since, &[&moment(at)]));
    let how = [Some(word.say(language).to_owned()), line.reason.clone(), since];
    rows.push(how.into_iter().flatten().collect::<Vec<_>>().join(" \u{b7} "));
    rows.extend(line.disabled.then(|| say(Word::Disabled, &[])));
    let forbidden = line.restrictions.iter().map(|of| match of.until {
        Some(until) => say(Word::ForbiddenUntil, &[&of.kind, &moment(until)]),
        None => say(Word::Forbidden, &[&of.kind]),
    });
    rows.extend(forbidden);
    rows.extend(line.quality.iter().map(|quality| say(Word::Quality, &[quality])));
    rows.extend(line.per_second.map(|most| say(Word::Pace, &[&number(most as usize)])));
    rows.push(say(Word::Pair, &[&number(line.paced)]));
    if let Some(limit) = line.limit {
        let used = number(limit.used);
        rows.push(match limit.most {
            Some(most) => say(Word::Limit, &[&used, &number(most)]),
            None => say(Word::NoLimit, &[&used]),
        });
        rows.extend(limit.full_at.map(|at| say(Word::Full, &[&moment(at)])));
        rows.extend(limit.frees_at.map(|at| say(Word::Frees, &[&moment(at)])));
    }
    rows.join("\n")
}

/// Goes to what stands behind the row under the cursor: the tickets of a queue or of a colleague, a ticket; of a line it
/// is told how it goes.
pub fn enter(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(Spot::Line(name)) = &model.wall.cursor else { return tickets(model, effects) };
    let mut lines = model.wall.view.iter().flat_map(|view| &view.lines);
    let Some(line) = lines.find(|line| line.name == *name) else { return };
    let text = state(model, line);
    model.overlays.push(Overlay::Raw(Raw { sort: Sort::Line, text, top: 0 }));
}

/// Whether there is something on the wall that this can be done to, most of it in the row under the cursor.
pub fn takes(model: &Model, action: Action) -> bool {
    match action {
        Action::Assign | Action::Priority => matches!(model.wall.cursor, Some(Spot::Window(_))),
        Action::Acknowledge => has_alert(model),
        _ => addressee(model).is_some(),
    }
}

/// Does something to the ticket under the cursor.
fn act(model: &mut Model, asked: &Invocation, effects: &mut Vec<Effect>) {
    let Some(Spot::Window(ticket)) = model.wall.cursor else { return no_ticket(model) };
    if asked.argument.is_empty() {
        return prompt::push(model, asked.action, vec![ticket], None);
    }
    match argument::request(model, asked.action, &asked.argument) {
        Ok(request) => drop(acts::command(model, ticket, request, effects)),
        Err(fault) => model.told.tell(model.now, Gravity::Error, fault),
    }
}

/// Begins a note to the agent under the cursor in the ticket that he worked on last, or to who has the ticket there:
/// he is told of it.
fn tell_agent(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some((ticket, name)) = addressee(model) else { return no_ticket(model) };
    places::open(model, ticket, effects);
    composer::note_to(model, name.as_deref());
}

/// The ticket in which a note would reach who is under the cursor, and who that is.
fn addressee(model: &Model) -> Option<(TicketNumber, Option<String>)> {
    let view = model.wall.view.as_ref()?;
    match model.wall.cursor.as_ref()? {
        Spot::Agent(name) => {
            let agent = view.agents.iter().find(|agent| agent.name == *name)?;
            Some((agent.latest?, Some(name.clone())))
        }
        Spot::Window(ticket) => {
            let window = view.windows.iter().find(|window| window.number == *ticket)?;
            Some((*ticket, window.assignee.clone()))
        }
        _ => None,
    }
}

/// Whether an alert is raised of which nobody takes care.
fn has_alert(model: &Model) -> bool {
    let mut alerts = model.wall.view.iter().flat_map(|view| &view.alerts);
    alerts.any(|alert| alert.acknowledged_by.is_none())
}

/// Says that the person takes care of the alerts that are raised.
fn take_alerts(model: &mut Model, effects: &mut Vec<Effect>) {
    if has_alert(model) {
        effects.push(Effect::TakeAlerts);
    } else {
        model.told.tell(model.now, Gravity::Plain, Word::NoAlert.say(model.settings.language));
    }
}

/// Tells what came of that; who has the alerts now stands on the wall.
pub fn alerts_taken(model: &mut Model, answer: Result<String, String>) {
    let language = model.settings.language;
    let (gravity, text) = match answer {
        Ok(_) => (Gravity::Good, Word::Taken.say(language).to_owned()),
        Err(why) => (Gravity::Warning, fill(Word::NotTaken.say(language), &[&one_line(&why, 200)])),
    };
    model.told.tell(model.now, gravity, text);
}

fn no_ticket(model: &mut Model) {
    model.told.tell(model.now, Gravity::Warning, Word::NoTicket.say(model.settings.language));
}

/// Goes to the tickets of what is under the cursor.
pub fn tickets(model: &mut Model, effects: &mut Vec<Effect>) {
    let which = match model.wall.cursor.clone() {
        Some(Spot::Queue(queue)) => Which { queue: Some(queue), ..Which::default() },
        Some(Spot::Window(ticket)) => return places::open(model, ticket, effects),
        Some(Spot::Agent(agent)) => Which { assignee: Some(agent), ..Which::default() },
        Some(Spot::Line(line)) => Which { line: Some(line), ..Which::default() },
        None => return,
    };
    places::go(model, Place::Inbox { which, cursor: None }, effects);
}
