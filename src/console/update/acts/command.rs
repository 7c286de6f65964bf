//! Commands to the relay and their answers.

use super::inverse::{inverse, shifted};
use super::{deed, known, refusal, undo};
use crate::console::effect::Effect;
use crate::console::language::fill;
use crate::console::model::Model;
use crate::console::model::acts::{After, Asked, Group, Why};
use crate::console::model::composer::Quoted;
use crate::console::model::told::Gravity;
use crate::console::model::undo::Deed;
use crate::console::update::{composer, quit, reaction, thread};
use crate::domain::content::Content;
use crate::domain::id::{SendId, TicketNumber};
use crate::wire::{ActionRequest, ClientFrame, Refused};
use uuid::Uuid;

/// Real milliseconds after which what was too much is said again: the relay takes twenty a second.
const TOO_FAST_MS: i64 = 1_000;

crate::words! {
    enum Word {
        Offline = [
            "not connected: nothing was done; what you typed is kept",
            "non connesso: non è stato fatto nulla; quel che hai scritto resta",
            "sem conexão: nada foi feito; o que você escreveu fica guardado",
            "sin conexión: no se hizo nada; lo que escribiste se conserva"
        ],
        Stranger = [
            "another account is at the console: {0} actions were not carried out",
            "alla console c'è un altro account: {0} azioni non eseguite",
            "há outra conta no console: {0} ações não feitas",
            "hay otra cuenta en la consola: {0} acciones sin hacer"
        ],
        Refused = ["{0}, {1} refused: {2}", "{0}, {1} rifiutati: {2}", "{0}, {1} recusados: {2}", "{0}, {1} rechazados: {2}"],
        AllRefused = ["{0} refused: {1}", "{0} rifiutati: {1}", "{0} recusados: {1}", "{0} rechazados: {1}"],
        Undone = ["undone: {0}", "annullato: {0}", "desfeito: {0}", "deshecho: {0}"],
        TakenBack = [
            "{0}: the message was not sent; its text is in the composer again",
            "{0}: il messaggio non è partito; il testo è di nuovo da scrivere",
            "{0}: a mensagem não foi enviada; o texto voltou à escrita",
            "{0}: el mensaje no se envió; el texto está otra vez en el editor"
        ],
        Sending = ["sent in {0} s", "parte tra {0} s", "enviada em {0} s", "se envía en {0} s"],
    }
}

/// Asks the relay to act on a ticket. What can be undone goes onto the stack, and the answer is told unless it
/// shows itself in the thread. Without a connection nothing is asked, which is told, and there is no id.
pub fn command(
    model: &mut Model,
    ticket: TicketNumber,
    action: ActionRequest,
    effects: &mut Vec<Effect>,
) -> Option<Uuid> {
    commands(model, ticket, vec![action], effects)
}

/// Asks for these one after the other, each when the one before is done: what follows a refused one is not asked.
pub fn commands(
    model: &mut Model,
    ticket: TicketNumber,
    actions: Vec<ActionRequest>,
    effects: &mut Vec<Effect>,
) -> Option<Uuid> {
    ask(model, Group::default(), vec![(ticket, actions)], effects)
}

/// Whether there is a connection; if not, that is told.
pub fn is_online(model: &mut Model) -> bool {
    let online = model.link.is_online();
    if !online {
        let why = Word::Offline.say(model.settings.language);
        model.told.tell(model.now, Gravity::Warning, why);
    }
    online
}

/// Asks the relay for these actions, those of one ticket one after the other. Gives the id of the first.
pub(super) fn ask(
    model: &mut Model,
    group: Group,
    asks: Vec<(TicketNumber, Vec<ActionRequest>)>,
    effects: &mut Vec<Effect>,
) -> Option<Uuid> {
    if !is_online(model) {
        return None;
    }
    let asks: Vec<_> = asks.into_iter().filter(|(_, actions)| !actions.is_empty()).collect();
    let group = model.in_flight.begin(Group { open: asks.len(), ..group });
    let mut first = None;
    let open = model.thread.as_ref().map(|thread| thread.number);
    let mut speaks = false;
    for (ticket, mut actions) in asks {
        speaks |= open == Some(ticket) && actions.iter().any(stands_at_end);
        let then = actions.split_off(1);
        for action in actions {
            let id = say_one(model, ticket, action, then.clone(), group, effects);
            first.get_or_insert(id);
        }
    }
    model.in_flight.end(group);
    if let Some(thread) = model.thread.as_mut().filter(|_| speaks) {
        // Who says something wants to see it, and what becomes of it.
        thread.follow();
        thread::settle(model, effects);
    }
    first
}

fn say_one(
    model: &mut Model,
    ticket: TicketNumber,
    action: ActionRequest,
    then: Vec<ActionRequest>,
    group: u64,
    effects: &mut Vec<Effect>,
) -> Uuid {
    let me = model.mirror.me().unwrap_or_default();
    let back = reaction::back(model, &action)
        .or_else(|| shifted(&action))
        .or_else(|| known(model, ticket).and_then(|before| inverse(&action, before, me)));
    let asked = Asked {
        id: model.fresh_id(),
        by: model.mirror.me().map(str::to_owned),
        ticket,
        quote: quoted(model, &action),
        action,
        made: None,
        back,
        then,
        group,
    };
    let id = asked.id;
    model.in_flight.ask(asked);
    release(model, effects);
    id
}

/// Says what is held, as far as the relay will take it.
pub fn release(model: &mut Model, effects: &mut Vec<Effect>) {
    if !model.link.is_online() {
        return;
    }
    while let Some(asked) = model.in_flight.next(model.now) {
        effects.push(said(&asked));
    }
}

/// Whether it adds what people say to the end of the thread.
fn stands_at_end(action: &ActionRequest) -> bool {
    match action {
        ActionRequest::Send { content, .. } => !matches!(content, Content::Reaction { .. }),
        ActionRequest::Reply { .. }
        | ActionRequest::Template { .. }
        | ActionRequest::Note { .. } => true,
        _ => false,
    }
}

/// What a reply quotes, as the composer shows it.
fn quoted(model: &Model, action: &ActionRequest) -> Option<Quoted> {
    let (ActionRequest::Reply { quote: Some(id), .. }
    | ActionRequest::Send { content: Content::Text { .. }, about: Some(id) }) = action
    else {
        return None;
    };
    model.composer.quote.clone().filter(|quoted| quoted.id == *id)
}

fn said(asked: &Asked) -> Effect {
    let Asked { id, ticket, action, .. } = asked.clone();
    Effect::Say(ClientFrame::Command { id, ticket, action })
}

/// Says again, after a reconnect, what has no answer: under the same ids, so it is done once. What another
/// account asked is given up.
pub fn ask_again(model: &mut Model, effects: &mut Vec<Effect>) {
    let me = model.mirror.me().map(str::to_owned);
    let strange: Vec<_> =
        model.in_flight.waiting().iter().filter(|asked| asked.by != me).cloned().collect();
    for asked in &strange {
        model.in_flight.answered(asked.id);
        if let Some(group) = model.in_flight.group(asked.group) {
            group.open -= 1;
        }
        model.in_flight.end(asked.group);
    }
    model.in_flight.begin_again();
    release(model, effects);
    if !strange.is_empty() {
        let text = Word::Stranger.say(model.settings.language);
        let text = fill(text, &[&strange.len().to_string()]);
        model.told.tell(model.now, Gravity::Error, text);
    }
}

/// A command was carried out; `outbox` is what it put there.
pub fn done(model: &mut Model, id: Uuid, outbox: Option<SendId>, effects: &mut Vec<Effect>) {
    let Some(asked) = model.in_flight.answered(id) else { return };
    sent(model, &asked, outbox);
    if let Some((next, rest)) = asked.then.split_first() {
        say_one(model, asked.ticket, next.clone(), rest.to_vec(), asked.group, effects);
        return;
    }
    let number = asked.group;
    if let Some(group) = model.in_flight.group(number) {
        group.open -= 1;
        group.done.push(asked);
    }
    release(model, effects);
    conclude(model, number, effects);
}

/// Remembers a message that waits a while, so that it can be taken back.
fn sent(model: &mut Model, asked: &Asked, outbox: Option<SendId>) {
    let wait = model.mirror.desk.as_ref().map_or(0, |desk| desk.undo_ms);
    match (&asked.action, outbox) {
        (ActionRequest::Send { content: Content::Reaction { .. }, .. }, _) => {}
        (ActionRequest::Reply { .. } | ActionRequest::Send { .. }, Some(outbox)) => {
            model.undo.push(Deed::Sent {
                asked: Box::new(asked.clone()),
                outbox,
                until: model.now.plus_millis(wait),
            });
            if wait >= 1_000 {
                let seconds = (wait / 1_000).to_string();
                let text = fill(Word::Sending.say(model.settings.language), &[&seconds]);
                let text = undo::hinted(model, text);
                model.told.tell(model.now, Gravity::Plain, text);
            }
        }
        (ActionRequest::Note { .. }, _) => model.undo.push(Deed::Note),
        (ActionRequest::Template { .. }, _) => model.undo.push(Deed::Template),
        _ => {}
    }
}

/// A command was refused.
pub fn refused(model: &mut Model, id: Uuid, refused: Refused, effects: &mut Vec<Effect>) {
    let later = model.now.plus_millis(TOO_FAST_MS);
    if refused.code == "too_fast" && model.in_flight.hold(id, later) {
        return;
    }
    let Some(asked) = model.in_flight.answered(id) else { return };
    let number = asked.group;
    model.own.answered.retain(|ticket| *ticket != asked.ticket);
    let gone = matches!(refused.code.as_str(), "held_by" | "wrong_state" | "retry" | "no_ticket");
    let instead = model.in_flight.group(number).filter(|_| gone).and_then(|group| {
        let next = group.instead.first().copied()?;
        group.instead.remove(0);
        Some(next)
    });
    if let Some(next) = instead {
        say_one(model, next, asked.action, Vec::new(), number, effects);
        return;
    }
    quit::stay(model);
    composer::restore(model, &asked);
    let why = refusal::say(&refused, &model.settings);
    if let Some(group) = model.in_flight.group(number) {
        group.open -= 1;
        group.refused.push((asked, why));
    }
    release(model, effects);
    conclude(model, number, effects);
}

/// Tells what has come of a group once all of it is answered.
fn conclude(model: &mut Model, number: u64, effects: &mut Vec<Effect>) {
    let Some(group) = model.in_flight.end(number) else { return };
    let told = told(model, &group);
    match &group.why {
        Why::Act => {
            let back = |asked: &Asked| {
                let back = asked.back.clone().filter(|back| !back.is_empty())?;
                Some((asked.ticket, back))
            };
            let steps: Vec<_> = group.done.iter().filter_map(back).collect();
            let undoable = !steps.is_empty();
            if undoable {
                let told = told.clone().unwrap_or_default();
                model.undo.push(Deed::Reversible { told, steps });
            }
            let several = group.done.len() + group.refused.len() > 1;
            let others = group.refused.iter().map(|(asked, _)| asked.ticket);
            model.inbox.marked.extend(others.filter(|_| several));
            if let Some(told) = told {
                let told = if undoable { undo::hinted(model, told) } else { told };
                tell(model, &group, told);
            }
        }
        Why::Undo(_) => {
            if let Some(told) = told {
                tell(model, &group, told);
            }
        }
        Why::TakeBack(asked) => {
            if !group.done.is_empty() {
                composer::restore(model, asked);
            }
            if let Some(told) = told {
                tell(model, &group, told);
            }
        }
    }
    if let (Some(asked), Some(after)) = (group.done.last(), &group.after) {
        match after {
            After::Perform(next) => super::super::perform(model, next, effects),
            After::Open => super::go_to(model, asked.ticket, effects),
        }
    }
}

fn tell(model: &mut Model, group: &Group, text: String) {
    let gravity = match (group.done.is_empty(), group.refused.is_empty()) {
        (_, true) => Gravity::Good,
        (true, false) => Gravity::Error,
        (false, false) => Gravity::Warning,
    };
    model.told.tell(model.now, gravity, text);
}

/// One line about all of a group; nothing where it all went well and shows itself.
fn told(model: &Model, group: &Group) -> Option<String> {
    let language = model.settings.language;
    let (count, failed) = (group.done.len(), group.refused.len());
    let went = group.done.first().and_then(|asked| {
        let object = match count {
            1 => format!("#{}", asked.ticket),
            _ => count.to_string(),
        };
        match &group.why {
            Why::Act => deed::told(model, &asked.action, &object, count),
            Why::Undo(what) => Some(fill(Word::Undone.say(language), &[what])),
            Why::TakeBack(_) => Some(fill(Word::TakenBack.say(language), &[&object])),
        }
    });
    let Some((asked, why)) = group.refused.first() else { return went };
    let whys = reasons(group);
    Some(match (count, failed) {
        (0, 1) => format!("#{}: {why}", asked.ticket),
        (0, _) => fill(Word::AllRefused.say(language), &[&failed.to_string(), &whys]),
        _ => {
            let went = went.unwrap_or_else(|| count.to_string());
            fill(Word::Refused.say(language), &[&went, &failed.to_string(), &whys])
        }
    })
}

/// Why those of a group were refused: the reason, or where there are several each with how many it stopped, the
/// most frequent first.
fn reasons(group: &Group) -> String {
    let mut counted: Vec<(usize, &str)> = Vec::new();
    for (_, why) in &group.refused {
        match counted.iter_mut().find(|(_, known)| known == why) {
            Some((count, _)) => *count += 1,
            None => counted.push((1, why)),
        }
    }
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    match &counted[..] {
        [(_, only)] => (*only).to_owned(),
        several => {
            let each = several.iter().map(|(count, why)| format!("{why} ({count})"));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}
