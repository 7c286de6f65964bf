//! The connection, and what comes over it.

use super::acts::command;
use super::overlays::picker;
use super::{inbox, login, notices, places, presence, thread, wall};
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::link::Standing;
use crate::console::model::mirror::fold;
use crate::console::model::mirror::watch;
use crate::console::model::told::Gravity;
use crate::console::msg::Link;
use crate::wire::{
    ClientFrame, Fresh, InboxView, Part, RelayFrame, Sort, TALLIES_MOST, TicketFilter, Watch,
};
use crate::words;

words! {
    enum Word {
        Back = ["connected again", "di nuovo connesso", "conectado de novo", "conectado de nuevo"],
        Stopping = ["the relay stops; what you write is kept", "il relay si ferma; quello che scrivi resta", "o relay vai parar; o que você escreve fica guardado", "el relay se detiene; lo que escribes se conserva"],
        Slow = ["this console was too slow for the relay", "questa console era troppo lenta per il relay", "este console estava lento demais para o relay", "esta consola era demasiado lenta para el relay"],
        Token = ["you must log in again", "devi accedere di nuovo", "você precisa entrar de novo", "debes entrar de nuevo"],
    }
}

/// The account's own tickets that are watched.
const MINE: usize = 200;

/// The tickets of nobody that are watched.
const UNASSIGNED: usize = 50;

/// What finds the notes that name the account and that it has not looked at.
const NAMED_ANEW: &str = "mention:new";

/// Folds in news of the connection.
pub fn news(model: &mut Model, news: Link, effects: &mut Vec<Effect>) {
    match news {
        Link::Connecting => {
            let (standing, now) = (&mut model.link.standing, model.now);
            match standing {
                // Why there is none is told until there is one.
                Standing::Offline { retry_at, .. } => *retry_at = Some(now),
                _ => *standing = Standing::Connecting,
            }
        }
        Link::Heard(frame) => heard(model, *frame, effects),
        Link::Lost { why, retry_ms } => {
            let retry_at = retry_ms.map(|ms| model.now.plus_millis(ms as i64));
            model.link.standing = Standing::Offline { why, retry_at };
        }
        Link::LoginNeeded { why } => {
            model.link.standing = Standing::LoggedOut;
            login::needed(model, why);
        }
        Link::LoggedIn(_) => login::done(model),
    }
}

fn heard(model: &mut Model, frame: RelayFrame, effects: &mut Vec<Effect>) {
    model.link.heard_at = Some(model.now);
    match frame {
        RelayFrame::Welcome { you, desk, server_time, rate, .. } => {
            if matches!(model.link.standing, Standing::Offline { .. }) && model.mirror.you.is_some()
            {
                let text = Word::Back.say(model.settings.language);
                model.told.tell(model.now, Gravity::Good, text);
            }
            model.link.standing = Standing::Online;
            model.link.rate = rate;
            model.link.clock = Some((server_time, model.now));
            model.mirror.you = Some(you);
            model.mirror.desk = Some(desk);
            login::done(model);
            watch_again(model, effects);
            presence::again(model, effects);
        }
        RelayFrame::Frame { seq, server_time, parts, .. } => {
            model.link.clock = Some((server_time, model.now));
            for part in parts {
                take(model, part, effects);
            }
            effects.push(Effect::Say(ClientFrame::Ack { seq }));
        }
        RelayFrame::Pong { server_time } => model.link.clock = Some((server_time, model.now)),
        RelayFrame::Goodbye { reason } => {
            let language = model.settings.language;
            let text = match reason.as_str() {
                "stopping" => Word::Stopping.say(language).to_owned(),
                "slow" => Word::Slow.say(language).to_owned(),
                "token" => Word::Token.say(language).to_owned(),
                _ => reason,
            };
            model.told.tell(model.now, Gravity::Warning, text);
        }
        RelayFrame::Done { id, .. } if picker::synced(model, id, Ok(())) => {}
        RelayFrame::Done { id, .. } if presence::answered(model, id, Ok(())) => {}
        RelayFrame::Done { id, outbox, .. } => command::done(model, id, outbox, effects),
        RelayFrame::Refused { id: Some(id), refused }
            if picker::synced(model, id, Err(&refused.message)) => {}
        RelayFrame::Refused { id: Some(id), refused }
            if presence::answered(model, id, Err(&refused.message)) => {}
        RelayFrame::Refused { id: Some(id), refused } => {
            command::refused(model, id, refused, effects);
        }
        RelayFrame::Refused { id: None, refused } => {
            model.told.tell(model.now, Gravity::Error, refused.to_string());
        }
        RelayFrame::Error { watch, message, .. } => {
            if watch == Some(model.inbox.watch) {
                model.inbox.awaited = false;
            }
            model.told.tell(model.now, Gravity::Error, message);
        }
        RelayFrame::Unknown => {}
    }
}

/// Watches everything that is always watched and what is on the screen, after a connection was made.
fn watch_again(model: &mut Model, effects: &mut Vec<Effect>) {
    for number in [
        watch::COUNTS,
        watch::TALLIES,
        watch::MINE,
        watch::UNASSIGNED,
        watch::ROSTER,
        watch::TEMPLATES,
        watch::CANNED,
        watch::NOTICES,
    ] {
        watch_one(model, number, effects);
    }
    notices::connected(model);
    model.mirror.templates_asked = None;
    model.inbox.forget_asked();
    model.wall.watched = false;
    places::watch_wall(model, effects);
    inbox::fit(model, effects);
    thread::watch_again(model, effects);
    command::ask_again(model, effects);
}

/// Asks for something that is always watched. What comes first is the whole of it.
fn watch_one(model: &mut Model, number: u32, effects: &mut Vec<Effect>) {
    let tickets = |view, rows| Watch::Inbox {
        filter: TicketFilter { view: Some(view), ..TicketFilter::default() },
        sort: Sort::Urgency,
        anchor: None,
        before: 0,
        place: 0,
        rows,
    };
    let what = match number {
        watch::COUNTS => Watch::Counts,
        watch::TALLIES => {
            let saved = model.saved_views().map(|view| view.query.clone());
            let mut queries: Vec<_> = saved.take(TALLIES_MOST - 1).collect();
            queries.push(NAMED_ANEW.to_owned());
            Watch::Tallies { queries }
        }
        watch::MINE => tickets(InboxView::Mine, MINE),
        watch::UNASSIGNED => tickets(InboxView::Unassigned, UNASSIGNED),
        watch::ROSTER => Watch::Roster,
        watch::TEMPLATES => Watch::Templates,
        watch::CANNED => Watch::Canned,
        watch::NOTICES => Watch::Notices,
        watch::WALL => {
            model.wall.watched = false;
            return places::watch_wall(model, effects);
        }
        _ => return,
    };
    model.mirror.expected.insert(number);
    effects.push(Effect::Say(ClientFrame::Watch { watch: number, what }));
}

/// Folds in the news of one watch. What does not fit was made for a list that is not shown any more: it is asked
/// for anew.
fn take(model: &mut Model, part: Part, effects: &mut Vec<Effect>) {
    let (number, more) = (part.watch, part.more);
    let first = model.mirror.expected.remove(&number);
    let mirror = &mut model.mirror;
    let fits = match (number, part.fresh) {
        (watch::INBOX, fresh) => {
            inbox::heard(model, number, fresh, more, effects);
            Ok(())
        }
        (number, fresh) if watch::INBOXES.contains(&number) => {
            inbox::heard(model, number, fresh, more, effects);
            Ok(())
        }
        (watch::THREAD, fresh) => {
            thread::heard(model, Part { fresh, ..part }, effects);
            Ok(())
        }
        (watch::MINE, fresh) => {
            let emptied = first && matches!(fresh, Fresh::Inbox { total: 0, .. });
            notices::heard(model, fresh, effects);
            if emptied {
                model.mirror.mine = crate::wire::Shown::default();
            }
            Ok(())
        }
        (watch::UNASSIGNED, Fresh::Inbox { rows, .. }) => fold(&mut mirror.unassigned, rows, first),
        (_, Fresh::Notices(change)) => {
            let fits = fold(&mut mirror.notices, change, first);
            notices::noticed(model, effects);
            fits
        }
        (_, Fresh::Counts(counts)) => {
            mirror.counts = counts;
            Ok(())
        }
        (_, Fresh::Tallies(tallies)) => {
            mirror.tallies = tallies;
            Ok(())
        }
        (_, Fresh::Wall(view)) => wall::heard(model, *view, first),
        (_, Fresh::Contact(contact)) => {
            mirror.contact = Some(contact);
            Ok(())
        }
        (_, Fresh::Roster(change)) => {
            let fits = fold(&mut mirror.roster, change, first);
            presence::offers_told(model);
            fits
        }
        (_, Fresh::Templates { checked_at, templates }) => {
            mirror.templates_checked = checked_at;
            fold(&mut mirror.templates, templates, first)
        }
        (_, Fresh::Canned(change)) => fold(&mut mirror.canned, change, first),
        _ => Ok(()),
    };
    if fits.is_err() {
        watch_one(model, number, effects);
    }
}
