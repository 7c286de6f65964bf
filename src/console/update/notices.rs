//! What the person is told about although he does not look at it: by a line below, a mark in the title row and,
//! unless he wants no disturbance, a notification. Never about the ticket that he has before his eyes, never
//! about what is older than the start, and each thing once.

mod alert;
mod line;
mod template;

use crate::console::action::Action;
use crate::console::countdown;
use crate::console::effect::{Effect, Notice};
use crate::console::language::{Language, fill};
use crate::console::model::Model;
use crate::console::model::notices::{Notices, Reason, Seen};
use crate::console::model::told::Gravity;
use crate::console::thread::event::metric;
use crate::console::thread::kind::{brief, preview};
use crate::console::update::presence;
use crate::domain::id::TicketNumber;
use crate::domain::ticket::State;
use crate::kit::Timestamp;
use crate::wire::{BREACHING_SECONDS, Direction, Fresh, LineNews, NoticeKind, TicketView};
use std::collections::BTreeSet;

/// How long before an end it is told, in desk milliseconds.
const NEAR_MS: i64 = BREACHING_SECONDS * 1_000;
/// How long before its end a shift's end is told, in desk milliseconds.
const SHIFT_NEAR_MS: i64 = 10 * 60_000;

crate::words! {
    enum Word {
        Shift = ["your shift ends in {0}: no new tickets after that", "il tuo turno finisce tra {0}: poi nessun nuovo ticket", "seu turno acaba em {0}: depois, nenhum ticket novo", "tu turno termina en {0}: después, ningún ticket nuevo"],
        Offered = ["#{1} is offered to you", "#{1} ti è proposto", "#{1} é oferecido a você", "#{1} se te ofrece"],
        Routed = ["#{1} is yours now", "#{1} ora è tuo", "#{1} agora é seu", "#{1} ahora es tuyo"],
        Assigned = ["{0} gave you #{1}", "{0} ti ha dato #{1}", "{0} passou #{1} para você", "{0} te pasó #{1}"],
        Mentioned = ["{0} mentions you in #{1}", "{0} ti nomina in #{1}", "{0} menciona você em #{1}", "{0} te menciona en #{1}"],
        Escalated = ["#{1} escalates: {0}", "#{1} in escalation: {0}", "#{1} em escalonamento: {0}", "#{1} escala: {0}"],
        Reload = ["the changed configuration was refused: {0}", "la configurazione modificata è stata rifiutata: {0}", "a configuração alterada foi recusada: {0}", "la configuración modificada fue rechazada: {0}"],
        Followed = ["#{1}, which you follow: {0}", "#{1}, che segui: {0}", "#{1}, que você segue: {0}", "#{1}, que sigues: {0}"],
        FollowedWrote = ["#{1}, which you follow: the customer wrote", "#{1}, che segui: il cliente ha scritto", "#{1}, que você segue: o cliente escreveu", "#{1}, que sigues: el cliente escribió"],
        Todo = ["{0} gives you something to do in #{1}", "{0} ti dà qualcosa da fare in #{1}", "{0} passa algo para você fazer em #{1}", "{0} te da algo que hacer en #{1}"],
        TodoDue = ["#{1}: something you are to do is due", "#{1}: è ora di fare qualcosa di tuo", "#{1}: chegou a hora de algo seu", "#{1}: llegó la hora de algo tuyo"],
        Proposed = ["{0} proposes what to write in #{1}", "{0} propone cosa scrivere in #{1}", "{0} propõe o que escrever em #{1}", "{0} propone qué escribir en #{1}"],
        HandedOver = ["#{1}: the platform's agent hands the customer over to you", "#{1}: l'agente della piattaforma ti passa il cliente", "#{1}: o agente da plataforma passa o cliente para você", "#{1}: el agente de la plataforma te pasa al cliente"],
        Calls = ["#{1}: the customer calls", "#{1}: il cliente chiama", "#{1}: o cliente está ligando", "#{1}: el cliente llama"],
        Reacted = ["#{1}: the customer reacted", "#{1}: il cliente ha messo una reazione", "#{1}: o cliente reagiu", "#{1}: el cliente reaccionó"],
        Answered = ["#{1}: the customer wrote", "#{1}: il cliente ha scritto", "#{1}: o cliente escreveu", "#{1}: el cliente escribió"],
        Window = ["#{1}: the window closes in {2}", "#{1}: la finestra si chiude tra {2}", "#{1}: a janela fecha em {2}", "#{1}: la ventana se cierra en {2}"],
        Promise = ["#{1}: an answer is due in {2}", "#{1}: risposta dovuta tra {2}", "#{1}: resposta devida em {2}", "#{1}: hay que responder en {2}"],
        DiesFirst = ["#{1}: the window closes in {2}, before the answer is due", "#{1}: la finestra si chiude tra {2}, prima che scada la risposta", "#{1}: a janela fecha em {2}, antes do prazo da resposta", "#{1}: la ventana se cierra en {2}, antes de que venza la respuesta"],
        GoesThere = ["{0} \u{b7} {1} goes there", "{0} \u{b7} {1} ci va", "{0} \u{b7} {1} vai para lá", "{0} \u{b7} {1} va allí"],
        Quiet = [
            "notifications are off",
            "notifiche disattivate",
            "notificações desligadas",
            "notificaciones desactivadas"
        ],
        Loud = [
            "notifications are on",
            "notifiche attive",
            "notificações ligadas",
            "notificaciones activadas"
        ],
    }
}

/// Something to tell.
struct News {
    reason: Reason,
    word: Word,
    ticket: TicketNumber,
    /// Who did it.
    by: String,
    /// How long until the end, in desk milliseconds.
    left_ms: i64,
    /// What the customer or the colleague wrote; shown only where the settings allow it.
    text: String,
}

/// The relay has greeted: what it tells from now on is news, except what is older.
pub fn connected(model: &mut Model) {
    let me = model.mirror.me().unwrap_or_default().to_owned();
    if model.notices.since.as_ref().is_some_and(|(name, _)| *name == me) {
        return;
    }
    let away = model.notices.away;
    let since = Some((me, model.desk_now()));
    model.notices = Notices::default();
    (model.notices.away, model.notices.since) = (away, since);
}

/// The terminal's window has the focus, or has it no longer.
pub fn focus(model: &mut Model, on: bool) {
    model.notices.away = !on;
    settle(model);
}

/// Looks what has come near its end.
pub fn tick(model: &mut Model, effects: &mut Vec<Effect>) {
    settle(model);
    let now = model.desk_now();
    let language = model.settings.language;
    let Notices { seen, .. } = &mut model.notices;
    let mut news = Vec::new();
    for ticket in model.mirror.mine.iter() {
        if let Some(seen) = seen.get_mut(&ticket.number) {
            ends(ticket, seen, now, language, &mut news);
        }
    }
    tell_all(model, news, effects);
    shift(model, effects);
}

/// Tells once that the person's shift ends soon.
fn shift(model: &mut Model, effects: &mut Vec<Effect>) {
    let me = model.mirror.me().and_then(|me| model.mirror.roster.get(&me.to_owned()));
    let now = model.desk_now();
    let near = |at: &Timestamp| (1..=SHIFT_NEAR_MS).contains(&at.since(now));
    let Some(ends) = me.and_then(|me| me.shift_ends).filter(near) else { return };
    if model.notices.shift.replace(ends) == Some(ends) {
        return;
    }
    let left = countdown::span(ends.since(now));
    let title = fill(Word::Shift.say(model.settings.language), &[&left]);
    model.told.tell(model.now, Gravity::Warning, title.clone());
    if model.settings.notify {
        let (body, about) = (String::new(), "shift".to_owned());
        effects.push(Effect::Notify(Notice { title, body, about, urgent: false }));
    }
}

/// Folds in the account's own tickets, of which some may have changed.
pub fn heard(model: &mut Model, fresh: Fresh, effects: &mut Vec<Effect>) {
    let Fresh::Inbox { rows, .. } = fresh else { return };
    let held: BTreeSet<_> = model.mirror.mine.iter().map(|ticket| ticket.number).collect();
    if model.mirror.mine.apply(rows).is_err() {
        effects.push(Effect::Reconnect);
        return;
    }
    settle(model);
    forget_settled(model, &held);
    let now = model.desk_now();
    let mut news = Vec::new();
    let language = model.settings.language;
    let Notices { seen, .. } = &mut model.notices;
    for ticket in model.mirror.mine.iter() {
        let last = ticket.last_message.as_ref();
        let last = last.filter(|last| last.direction == Direction::In).map(|last| last.at);
        match seen.get_mut(&ticket.number) {
            Some(before) => {
                let moved = last > before.wrote_at || ticket.unread > before.unread;
                if let Some(word) = did(ticket, ticket.unread > before.unread).filter(|_| moved) {
                    news.push(News {
                        reason: Reason::Answered,
                        word,
                        ticket: ticket.number,
                        by: String::new(),
                        left_ms: 0,
                        text: written(ticket, language),
                    });
                }
                before.wrote_at = before.wrote_at.max(last);
                before.unread = ticket.unread;
                ends(ticket, before, now, language, &mut news);
            }
            // What has just become his own he knows: he took it, or is told that it was given to him.
            None => {
                let mut first = Seen { wrote_at: last, unread: ticket.unread, ..Seen::default() };
                ends(ticket, &mut first, now, language, &mut Vec::new());
                seen.insert(ticket.number, first);
            }
        }
    }
    let mine = &model.mirror.mine;
    model.notices.forget_some(|number| mine.get(&number).is_some());
    tell_all(model, news, effects);
}

/// Looks at what the account should know of, after that has changed.
pub fn noticed(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some((_, since)) = model.notices.since else { return };
    let upto = model.notices.told_upto;
    let fresh = model.mirror.notices.iter().filter(|notice| notice.id > upto);
    let mut highest = upto;
    let mut news = Vec::new();
    let (mut heard_of_lines, mut refused, mut missed) = (Vec::new(), None, false);
    let mut alerts = Vec::new();
    // It waits for him, whenever it was made.
    let proposed = model.mirror.notices.iter().find(|of| of.kind == NoticeKind::Proposed);
    if let Some(of) = proposed.filter(|of| Some(of.at) > model.notices.proposed_at) {
        model.notices.proposed_at = Some(of.at);
        news.push(News {
            reason: Reason::Proposed,
            word: Word::Proposed,
            ticket: of.ticket,
            by: of.by.clone(),
            left_ms: 0,
            text: of.excerpt.clone(),
        });
    }
    let language = model.settings.language;
    for notice in fresh {
        highest = highest.max(notice.id);
        let (reason, word) = match notice.kind {
            // No account's name begins so: the relay itself gave it.
            NoticeKind::Assigned if notice.by.starts_with('-') => (Reason::Assigned, Word::Routed),
            NoticeKind::Assigned => (Reason::Assigned, Word::Assigned),
            NoticeKind::Offered => (Reason::Offered, Word::Offered),
            NoticeKind::Missed => {
                missed |= notice.at >= since;
                continue;
            }
            NoticeKind::Mentioned => (Reason::Mentioned, Word::Mentioned),
            NoticeKind::Followed if notice.by.starts_with('-') => {
                (Reason::Followed, Word::FollowedWrote)
            }
            NoticeKind::Followed => (Reason::Followed, Word::Followed),
            NoticeKind::Todo => (Reason::Todo, Word::Todo),
            NoticeKind::TodoDue => (Reason::Todo, Word::TodoDue),
            NoticeKind::Line => {
                if let (true, Some(news)) = (notice.at >= since, &notice.line) {
                    heard_of_lines.push(LineNews::clone(news));
                }
                continue;
            }
            NoticeKind::Escalated => (Reason::Escalated, Word::Escalated),
            NoticeKind::Reload => {
                let said = fill(Word::Reload.say(language), &[&notice.excerpt]);
                refused = Some(said).filter(|_| notice.at >= since).or(refused);
                continue;
            }
            NoticeKind::Alert => {
                let news = notice.alert.as_deref().filter(|_| notice.at >= since);
                alerts.extend(news.cloned());
                continue;
            }
            // Told above: it has no number of its own.
            NoticeKind::Proposed | NoticeKind::Unknown => continue,
        };
        if notice.at >= since {
            news.push(News {
                reason,
                word,
                ticket: notice.ticket,
                by: match notice.kind {
                    NoticeKind::Escalated => metric(&notice.by, language),
                    _ => notice.by.clone(),
                },
                left_ms: 0,
                text: match notice.excerpt_type.as_deref() {
                    Some(kind) => brief(kind, &notice.excerpt, language).into_owned(),
                    None => notice.excerpt.clone(),
                },
            });
        }
    }
    model.notices.told_upto = highest;
    tell_all(model, news, effects);
    if missed {
        let said = presence::missed(model);
        model.told.tell(model.now, Gravity::Warning, said);
    }
    if let Some(said) = refused {
        model.told.tell(model.now, Gravity::Error, said);
    }
    alerts.iter().for_each(|alert| alert::tell(model, alert, effects));
    heard_of_lines.iter().for_each(|news| line::tell(model, news, effects));
}

/// Notifications on or off. What is told on the screen stays.
pub(super) fn do_not_disturb(model: &mut Model) {
    model.settings.notify = !model.settings.notify;
    let word = if model.settings.notify { Word::Loud } else { Word::Quiet };
    model.told.tell(model.now, Gravity::Plain, word.say(model.settings.language));
}

/// What the customer did last; nothing where only the platform told something of him, or he took something back.
fn did(ticket: &TicketView, asks: bool) -> Option<Word> {
    let last = ticket.last_message.as_ref().filter(|last| last.direction == Direction::In);
    match last.map_or("text", |last| last.kind_word.as_str()) {
        "handed_over" => Some(Word::HandedOver),
        "call" => Some(Word::Calls),
        "reaction" if !asks => Some(Word::Reacted),
        "taken_over" | "preference" | "group" | "system" | "call_end" | "revoke" if !asks => None,
        _ => Some(Word::Answered),
    }
}

/// What the customer wrote last, with his name; of what an agent of the platform hands over only the name.
fn written(ticket: &TicketView, language: Language) -> String {
    let name = ticket.contact.name.as_deref().unwrap_or("?");
    let last = ticket.last_message.as_ref();
    format!("{name}: {}", last.map_or_else(String::new, |last| preview(last, language).into()))
}

/// Whether a window or a promise of a ticket that is being worked on ends soon; each end is told once.
fn ends(
    ticket: &TicketView,
    seen: &mut Seen,
    now: Timestamp,
    language: Language,
    news: &mut Vec<News>,
) {
    let worked = matches!(ticket.state, State::New | State::Open)
        || ticket.state.is_unsolved() && ticket.waiting_since.is_some();
    let near = |until: Timestamp| worked && (1..=NEAR_MS).contains(&until.since(now));
    let told = |reason, word, until: Timestamp| News {
        reason,
        word,
        ticket: ticket.number,
        by: String::new(),
        left_ms: until.since(now),
        text: written(ticket, language),
    };
    let due = ticket.next_due.as_ref().filter(|due| !due.breached).map(|due| due.at);
    if let Some(due) = due.filter(|due| near(*due) && seen.promise != Some(*due)) {
        seen.promise = Some(due);
        news.push(told(Reason::Promise, Word::Promise, due));
    }
    let until = ticket.window.until;
    if let Some(until) = until.filter(|until| near(*until) && seen.window != Some(*until)) {
        seen.window = Some(until);
        news.push(told(Reason::Window, Word::Window, until));
    }
    // At once, and not again while that stays so.
    let dies_first = ticket.clocks.window_dies_first;
    if let Some(until) = until.filter(|_| worked && dies_first && !seen.dies_first) {
        news.push(told(Reason::DiesFirst, Word::DiesFirst, until));
    }
    seen.dies_first = dies_first;
}

/// What is before the person's eyes wants no mark.
fn settle(model: &mut Model) {
    if let Some(number) = before_eyes(model) {
        model.notices.looked_at(number);
    }
}

/// What was settled elsewhere wants no mark: a customer who waits no more, a ticket that was `held` and is somebody
/// else's or solved. A note that names the person is still to be read.
fn forget_settled(model: &mut Model, held: &BTreeSet<TicketNumber>) {
    let mine = &model.mirror.mine;
    model.notices.keep(|mark| match (mark.reason, mine.get(&mark.ticket)) {
        (Reason::Mentioned | Reason::Followed | Reason::Todo | Reason::Escalated, _) => true,
        (Reason::Answered | Reason::Promise, Some(ticket)) => ticket.waiting_since.is_some(),
        (Reason::DiesFirst, Some(ticket)) => ticket.clocks.window_dies_first,
        (_, Some(_)) => true,
        (_, None) => !held.contains(&mark.ticket),
    });
}

/// The ticket whose thread is on the screen of a window that has the focus.
fn before_eyes(model: &Model) -> Option<TicketNumber> {
    model.open_ticket().filter(|_| !model.notices.away)
}

fn tell_all(model: &mut Model, news: Vec<News>, effects: &mut Vec<Effect>) {
    let seen = before_eyes(model);
    for (place, one) in news.iter().enumerate() {
        // The later one takes the place of the one before it.
        let again = news[place + 1..].iter().any(|later| later.ticket == one.ticket);
        if Some(one.ticket) != seen && !again {
            tell(model, one, effects);
        }
    }
}

fn tell(model: &mut Model, news: &News, effects: &mut Vec<Effect>) {
    let language = model.settings.language;
    let gravity = match news.reason {
        Reason::Assigned
        | Reason::Mentioned
        | Reason::Answered
        | Reason::Followed
        | Reason::Proposed => Gravity::Plain,
        Reason::Offered
        | Reason::Todo
        | Reason::Escalated
        | Reason::Window
        | Reason::Promise
        | Reason::DiesFirst => Gravity::Warning,
    };
    let (number, left) = (news.ticket.to_string(), countdown::span(news.left_ms));
    let title = fill(news.word.say(language), &[&news.by, &number, &left]);
    // The row of the hints tells it, for as long as it stands.
    if news.reason != Reason::Offered {
        say(model, news, &title, gravity);
    }
    if model.settings.notify {
        let body = if model.settings.notify_text { news.text.clone() } else { String::new() };
        effects.push(Effect::Notify(Notice {
            title,
            body,
            about: format!("ticket-{number}"),
            urgent: matches!(gravity, Gravity::Warning) || news.reason == Reason::Mentioned,
        }));
    }
}

/// Marks the ticket and tells of it in a line.
fn say(model: &mut Model, news: &News, title: &str, gravity: Gravity) {
    let language = model.settings.language;
    model.notices.mark(news.ticket, news.reason);
    let line = match model.key_of(Action::NextForMe) {
        Some(key) if model.notices.calling() == Some(news.ticket) => {
            fill(Word::GoesThere.say(language), &[title, &key])
        }
        _ => title.to_owned(),
    };
    model.told.tell(model.now, gravity, line);
}

#[cfg(test)]
mod tests;
