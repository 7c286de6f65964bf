//! The connection, and what comes over it.

use super::acts::command;
use super::{inbox, notices, thread};
use crate::console::effect::Effect;
use crate::console::model::Model;
use crate::console::model::link::Standing;
use crate::console::model::mirror::watch;
use crate::console::model::told::Gravity;
use crate::console::msg::Link;
use crate::wire::{ClientFrame, Fresh, Part, Refused, RelayFrame, Watch};

/// Folds in news of the connection.
pub fn news(model: &mut Model, news: Link, effects: &mut Vec<Effect>) {
    match news {
        Link::Connecting => model.link.standing = Standing::Connecting,
        Link::Heard(frame) => heard(model, *frame, effects),
        Link::Lost { why, retry_ms } => {
            let retry_at = retry_ms.map(|ms| model.now.plus_millis(ms as i64));
            model.link.standing = Standing::Offline { why, retry_at };
        }
        Link::LoginNeeded { .. } | Link::LoggedIn(_) => {}
    }
}

fn heard(model: &mut Model, frame: RelayFrame, effects: &mut Vec<Effect>) {
    model.link.heard_at = Some(model.now);
    match frame {
        RelayFrame::Welcome { you, desk, server_time, rate, .. } => {
            model.link.standing = Standing::Online;
            model.link.rate = rate;
            model.link.clock = Some((server_time, model.now));
            model.mirror.you = Some(you);
            model.mirror.desk = Some(desk);
            watch_again(model, effects);
        }
        RelayFrame::Frame { seq, server_time, parts, .. } => {
            model.link.clock = Some((server_time, model.now));
            for part in parts {
                take(model, part, effects);
            }
            effects.push(Effect::Say(ClientFrame::Ack { seq }));
        }
        RelayFrame::Pong { server_time } => model.link.clock = Some((server_time, model.now)),
        RelayFrame::Goodbye { reason } => model.told.tell(model.now, Gravity::Warning, reason),
        RelayFrame::Done { id, outbox, .. } => command::done(model, id, outbox, effects),
        RelayFrame::Refused { id: Some(id), code, message, hint } => {
            command::refused(model, id, Refused { code, message, hint }, effects);
        }
        RelayFrame::Refused { id: None, .. } | RelayFrame::Error { .. } | RelayFrame::Unknown => {}
    }
}

/// Watches everything that is on the screen, after a connection was made.
fn watch_again(model: &mut Model, effects: &mut Vec<Effect>) {
    for (watch, what) in [
        (watch::COUNTS, Watch::Counts),
        (watch::ROSTER, Watch::Roster),
        (watch::TEMPLATES, Watch::Templates),
        (watch::NOTICES, Watch::Notices),
    ] {
        effects.push(Effect::Say(ClientFrame::Watch { watch, what }));
    }
    notices::connected(model);
    inbox::fit(model, effects);
    thread::watch_again(model, effects);
    command::ask_again(model, effects);
}

/// Folds in the news of one watch. What does not fit was computed against something that is not shown any more:
/// the connection is made anew, and with it everything that is watched.
fn take(model: &mut Model, part: Part, effects: &mut Vec<Effect>) {
    let fits = match (part.watch, part.fresh) {
        (watch::INBOX, fresh) => {
            inbox::heard(model, fresh, effects);
            Ok(())
        }
        (watch::THREAD, fresh) => {
            thread::heard(model, Part { fresh, ..part }, effects);
            Ok(())
        }
        (watch::MINE, fresh) => {
            notices::heard(model, fresh, effects);
            Ok(())
        }
        (watch::NOTICES, Fresh::Notices(change)) => {
            let fits = model.mirror.notices.apply(change);
            notices::noticed(model, effects);
            fits
        }
        (_, Fresh::Counts(counts)) => {
            model.mirror.counts = counts;
            Ok(())
        }
        (_, Fresh::Wall(wall)) => {
            model.mirror.wall = *wall;
            Ok(())
        }
        (_, Fresh::Contact(contact)) => {
            model.mirror.contact = Some(contact);
            Ok(())
        }
        (_, Fresh::Roster(change)) => model.mirror.roster.apply(change),
        (_, Fresh::Templates(change)) => model.mirror.templates.apply(change),
        _ => Ok(()),
    };
    if fits.is_err() {
        effects.push(Effect::Reconnect);
    }
}
