//! One row of the wall.

use super::{agent, queue};
use crate::console::canvas::Canvas;
use crate::console::countdown;
use crate::console::language::{fill, grouped};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::kit::Timestamp;
use crate::wire::{ColleagueView, DyingView, Health, LineView, OutboxView, QueueView};
use crate::words;
use ratatui::layout::Rect;

words! {
    enum Word {
        Nobody = ["nobody's", "di nessuno", "de ninguém", "de nadie"],
        Paced = ["{0} wait: 1 in 6 s", "{0} attendono: 1 ogni 6 s", "{0} esperam: 1 a cada 6 s", "{0} esperan: 1 cada 6 s"],
        PerSecond = ["{0}/s", "{0}/s", "{0}/s", "{0}/s"],
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
    /// A ticket whose window closes soon.
    Window(&'a DyingView),
}

/// Draws a row.
pub(super) fn view(model: &Model, canvas: &mut Canvas<'_>, at: Rect, current: bool, row: &Row<'_>) {
    let theme = &model.theme;
    let lead = theme.style(if current { Role::Cursor } else { Role::Text });
    if current {
        canvas.put(at.x, at.y, 1, if model.settings.unicode { "▸" } else { ">" }, lead);
    }
    match row {
        Row::Queue(queue) => queue::view(model, canvas, at, lead, queue),
        Row::Agent(agent) => agent::view(model, canvas, at, lead, agent),
        Row::Window(of) => window(model, canvas, at, lead, of),
        Row::Line(line) => self::line(model, canvas, at, lead, line),
    }
}

/// A ticket whose window closes soon.
fn window(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    lead: ratatui::style::Style,
    of: &DyingView,
) {
    let theme = &model.theme;
    let left = countdown::left(of.until, model.desk_now());
    let glyph = if model.settings.unicode { "▲" } else { "^" };
    let mut x =
        canvas.clip(at.x + 2, at.y, 10, &format!("#{}", of.number), lead).max(at.x + 10) + 1;
    canvas.put_right(x + 8, at.y, 8, &format!("{glyph}{left}"), theme.style(Role::UrgencySoon));
    x += 10;
    let whose = of.assignee.as_deref().unwrap_or(Word::Nobody.say(model.settings.language));
    let text = format!("{} · {whose}", of.queue);
    canvas.clip(x, at.y, at.right().saturating_sub(x), &text, theme.style(Role::Text));
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
    let pace = line.per_second.map(|most| said(Word::PerSecond, &most.to_string()));
    let first = [off, restricted, line.reason.clone(), line.quality.clone()];
    let paced = (line.paced > 0).then(|| said(Word::Paced, &grouped(line.paced, language)));
    let then = [of_day, full, free, paced, pace, line.phone.clone()];
    let more = first.into_iter().chain(then).flatten();
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
