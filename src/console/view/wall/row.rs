//! One row of the wall.

use crate::console::canvas::Canvas;
use crate::console::countdown;
use crate::console::language::{fill, grouped};
use crate::console::model::Model;
use crate::console::presence;
use crate::console::theme::Role;
use crate::kit::Timestamp;
use crate::wire::{ColleagueView, Health, LineView, OutboxView, Presence, QueueView};
use crate::words;
use ratatui::layout::Rect;

words! {
    enum Word {
        Waiting = ["wait", "attesa", "espera", "espera"],
        Oldest = ["oldest", "massima", "máxima", "máxima"],
        Late = ["late", "tardi", "atraso", "tarde"],
        Next = ["due in", "scade", "vence", "vence"],
        Free = ["free", "liberi", "livres", "libres"],
        Open = ["open", "aperti", "abertos", "activos"],
        Load = ["tickets", "ticket", "tickets", "tickets"],
        Ok = ["well", "bene", "bem", "bien"],
        Probing = ["probing", "in prova", "testando", "probando"],
        Held = ["HELD", "FERMA", "PARADA", "DETENIDA"],
        Throttled = ["slowed", "rallentata", "lenta", "lenta"],
        Unknown = ["?", "?", "?", "?"],
        Disabled = ["DISABLED", "DISATTIVATA", "DESATIVADA", "DESACTIVADA"],
        Restricted = ["restricted", "limitata", "restrita", "restringida"],
        Full = ["full at {0}", "pieno alle {0}", "cheio às {0}", "lleno a las {0}"],
        Frees = ["room at {0}", "posto alle {0}", "vaga às {0}", "sitio a las {0}"],
        Queued = ["queued", "in coda", "na fila", "en cola"],
        Retrying = ["retrying", "riprovati", "repetindo", "reintentando"],
        Unconfirmed = ["unconfirmed", "incerti", "incertas", "inciertos"],
        Failed = ["failed", "falliti", "falhas", "fallidos"],
    }
}

/// What a row is about.
pub(super) enum Row<'a> {
    /// A queue.
    Queue(&'a QueueView),
    /// A colleague.
    Agent(&'a ColleagueView),
    /// A line.
    Line(&'a LineView),
}

/// Columns of queues, of which the names have seven cells at most: the right end of each, counted from the right end of the row.
const ENDS: [u16; 4] = [24, 16, 10, 1];
/// Those that wide rows have besides.
const WIDE_ENDS: [u16; 2] = [40, 32];
const WIDE: u16 = 56;

fn ends(at: Rect) -> (Vec<u16>, u16) {
    let wide = if at.width >= WIDE { &WIDE_ENDS[..] } else { &[] };
    let ends: Vec<_> =
        wide.iter().chain(&ENDS).map(|end| at.right().saturating_sub(*end)).collect();
    let name = ends.first().map_or(at.width, |first| first.saturating_sub(at.x + 9));
    (ends, name)
}

/// The names of the columns of queues.
pub(super) fn names(model: &Model, canvas: &mut Canvas<'_>, at: Rect) {
    let words = [Word::Open, Word::Free, Word::Waiting, Word::Oldest, Word::Late, Word::Next];
    let (ends, _) = ends(at);
    let style = model.theme.style(Role::Dim);
    for (end, word) in ends.iter().zip(&words[words.len() - ends.len()..]) {
        canvas.put_right(*end, at.y, 7, word.say(model.settings.language), style);
    }
}

/// Draws a row.
pub(super) fn view(model: &Model, canvas: &mut Canvas<'_>, at: Rect, current: bool, row: &Row<'_>) {
    let theme = &model.theme;
    let lead = theme.style(if current { Role::Cursor } else { Role::Text });
    if current {
        canvas.put(at.x, at.y, 1, if model.settings.unicode { "▸" } else { ">" }, lead);
    }
    match row {
        Row::Queue(queue) => self::queue(model, canvas, at, lead, queue),
        Row::Agent(agent) => self::agent(model, canvas, at, lead, agent),
        Row::Line(line) => self::line(model, canvas, at, lead, line),
    }
}

fn queue(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    lead: ratatui::style::Style,
    queue: &QueueView,
) {
    let (theme, language, now) = (&model.theme, model.settings.language, model.desk_now());
    let (ends, name) = ends(at);
    canvas.clip(at.x + 2, at.y, name, &queue.name, lead);
    let glyphs = if model.settings.unicode { ["■", "▲"] } else { ["X", "^"] };
    let late = match queue.breached {
        0 => "0".to_owned(),
        count => format!("{}{}", glyphs[0], grouped(count, language)),
    };
    let soon =
        queue.next_breach.map(|next| next.since(now) <= crate::wire::BREACHING_SECONDS * 1000);
    let next = queue.next_breach.map_or_else(String::new, |next| {
        let mark = if soon == Some(true) { glyphs[1] } else { "" };
        format!("{mark}{}", countdown::left(next, now))
    });
    let oldest = queue.oldest_wait.map(|since| countdown::span(now.since(since)));
    let values = [
        (grouped(queue.unsolved, language), Role::Text),
        (grouped(queue.unassigned, language), Role::Text),
        (grouped(queue.waiting, language), Role::Text),
        (oldest.unwrap_or_default(), Role::Text),
        (late, if queue.breached > 0 { Role::UrgencyLate } else { Role::Dim }),
        (next, if soon == Some(true) { Role::UrgencySoon } else { Role::UrgencyOk }),
    ];
    for (end, (text, role)) in ends.iter().zip(&values[values.len() - ends.len()..]) {
        canvas.put_right(*end, at.y, 8, text, theme.style(*role));
    }
}

fn agent(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    lead: ratatui::style::Style,
    agent: &ColleagueView,
) {
    let (theme, language) = (&model.theme, model.settings.language);
    let (glyphs, role) = match agent.presence {
        Presence::Online => (["●", "*"], Role::Online),
        Presence::Offline | Presence::Unknown => (["○", "-"], Role::Offline),
        _ => (["◐", "+"], Role::Warning),
    };
    let glyph = glyphs[usize::from(!model.settings.unicode)];
    let name = at.width.saturating_sub(34).clamp(8, 24);
    canvas.clip(at.x + 2, at.y, name, &agent.name, lead);
    let mut x = at.x + 3 + name;
    let style = theme.style(role);
    x = canvas.put(x, at.y, 2, glyph, style) + 1;
    canvas.clip(x, at.y, 9, presence::word(agent.presence, language), style);
    x += 10;
    let load = format!("{} {}", grouped(agent.load, language), Word::Load.say(language));
    x = canvas.put(x, at.y, 12, &load, theme.style(Role::Text)) + 2;
    if agent.waiting > 0 {
        let waiting =
            format!("{} {}", grouped(agent.waiting, language), Word::Waiting.say(language));
        canvas.clip(x, at.y, at.right().saturating_sub(x), &waiting, theme.style(Role::Warning));
    }
}

fn line(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    lead: ratatui::style::Style,
    line: &LineView,
) {
    let (theme, language) = (&model.theme, model.settings.language);
    let glyphs =
        if model.settings.unicode { ["●", "▲", "■", "?"] } else { ["*", "^", "X", "?"] };
    let (glyph, word, role) = match line.health {
        Health::Ok => (glyphs[0], Word::Ok, Role::Success),
        Health::Throttled => (glyphs[1], Word::Throttled, Role::Warning),
        Health::Probing => (glyphs[1], Word::Probing, Role::Warning),
        Health::Held => (glyphs[2], Word::Held, Role::Error),
        Health::Unknown => (glyphs[3], Word::Unknown, Role::Dim),
    };
    let name = at.width.saturating_sub(34).clamp(8, 24);
    canvas.clip(at.x + 2, at.y, name, &line.name, lead);
    let mut x = at.x + 3 + name;
    let style = theme.style(role);
    x = canvas.put(x, at.y, 2, glyph, style) + 1;
    canvas.clip(x, at.y, 10, word.say(language), style);
    x += 11;
    let said = |word: Word, value: &str| fill(word.say(language), &[value]);
    let off = line.disabled.then(|| Word::Disabled.say(language).to_owned());
    let restricted =
        (!line.restrictions.is_empty()).then(|| Word::Restricted.say(language).to_owned());
    let of_day = line.limit.and_then(|limit| {
        let used = grouped(limit.used, language);
        Some(format!("{used}/{}", grouped(limit.most?, language)))
    });
    let hour = |at: Timestamp| {
        at.to_jiff().to_zoned(model.settings.zone.clone()).strftime("%H:%M").to_string()
    };
    let full = line.limit.and_then(|limit| limit.full_at).map(|at| said(Word::Full, &hour(at)));
    let free = line.limit.and_then(|limit| limit.frees_at).map(|at| said(Word::Frees, &hour(at)));
    let known = [line.phone.clone(), line.quality.clone(), line.reason.clone()];
    let more = [off, restricted, of_day, full, free].into_iter().chain(known).flatten();
    let more: Vec<_> = more.collect();
    canvas.clip(x, at.y, at.right().saturating_sub(x), &more.join(" · "), theme.style(Role::Dim));
}

/// Draws what is on its way to customers.
pub(super) fn outbox(model: &Model, canvas: &mut Canvas<'_>, at: Rect, outbox: &OutboxView) {
    let language = model.settings.language;
    let mut x = at.x + 2;
    for (count, word, role) in [
        (outbox.queued, Word::Queued, Role::Text),
        (outbox.retrying, Word::Retrying, Role::Warning),
        (outbox.unconfirmed, Word::Unconfirmed, Role::Unconfirmed),
        (outbox.failed, Word::Failed, Role::Failed),
    ] {
        let role = if count == 0 { Role::Dim } else { role };
        let text = format!("{} {}", grouped(count, language), word.say(language));
        x = canvas.put(x, at.y, at.right().saturating_sub(x), &text, model.theme.style(role)) + 2;
    }
}
