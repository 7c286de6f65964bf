//! A queue on the wall.

use super::cells::{self, bars};
use crate::console::canvas::Canvas;
use crate::console::countdown;
use crate::console::language::grouped;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::wire::QueueView;
use crate::words;
use ratatui::layout::Rect;
use ratatui::style::Style;

words! {
    enum Word {
        Arrivals = ["arrivals/h", "arrivi/h", "chegadas/h", "llegadas/h"],
        Open = ["open", "aperti", "abertos", "activos"],
        Free = ["free", "liberi", "livres", "libres"],
        Waiting = ["wait", "attesa", "espera", "espera"],
        Oldest = ["oldest", "massima", "máxima", "máxima"],
        Late = ["late", "tardi", "atraso", "tarde"],
        Soon = ["<15m", "<15m", "<15m", "<15m"],
        Next = ["due in", "scade", "vence", "vence"],
    }
}

/// A column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    /// As a line of bars, so many hours of it.
    Arrivals(u16),
    Open,
    Free,
    Waiting,
    Oldest,
    Late,
    Soon,
    Next,
}

impl Column {
    fn wide(self) -> u16 {
        match self {
            Self::Arrivals(hours) => hours.max(10) + 1,
            Self::Oldest | Self::Next | Self::Open | Self::Free => 8,
            Self::Waiting | Self::Late => 7,
            Self::Soon => 6,
        }
    }

    fn name(self) -> Word {
        match self {
            Self::Arrivals(_) => Word::Arrivals,
            Self::Open => Word::Open,
            Self::Free => Word::Free,
            Self::Waiting => Word::Waiting,
            Self::Oldest => Word::Oldest,
            Self::Late => Word::Late,
            Self::Soon => Word::Soon,
            Self::Next => Word::Next,
        }
    }
}

/// The columns at this width of the row, which leave twelve cells for the name.
fn columns(at: Rect) -> Vec<Column> {
    use Column::{Arrivals, Free, Late, Next, Oldest, Open, Soon, Waiting};
    match at.width {
        90.. => vec![Arrivals(24), Open, Free, Waiting, Oldest, Late, Soon, Next],
        76.. => vec![Arrivals(12), Open, Free, Waiting, Oldest, Late, Soon, Next],
        56.. => vec![Arrivals(10), Waiting, Oldest, Late, Soon, Next],
        _ => vec![Waiting, Late, Next],
    }
}

/// The names of the columns.
pub(super) fn names(model: &Model, canvas: &mut Canvas<'_>, at: Rect) {
    let style = model.theme.style(Role::Dim);
    let name = |column: Column| column.name().say(model.settings.language).to_owned();
    let all = columns(at);
    cells::put(canvas, at, all.into_iter().map(|column| (column.wide(), name(column), style)));
}

/// Draws it.
pub(super) fn view(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    lead: Style,
    queue: &QueueView,
) {
    let (language, now) = (model.settings.language, model.desk_now());
    let unicode = model.settings.unicode;
    let glyphs = if unicode { ["■", "▲"] } else { ["X", "^"] };
    let marked = |glyph: &str, count: usize| match count {
        0 => "0".to_owned(),
        count => format!("{glyph}{}", grouped(count, language)),
    };
    let near = |count: usize, role: Role| if count > 0 { role } else { Role::Dim };
    let cell = |column: Column| match column {
        Column::Arrivals(hours) => (bars(&queue.arrivals, hours.into(), unicode), Role::Dim),
        Column::Open => (grouped(queue.unsolved, language), Role::Text),
        Column::Free => (grouped(queue.unassigned, language), Role::Text),
        Column::Waiting => (grouped(queue.waiting, language), Role::Text),
        Column::Oldest => {
            let oldest = queue.oldest_wait.map(|since| countdown::span(now.since(since)));
            (oldest.unwrap_or_default(), Role::Text)
        }
        Column::Late => {
            (marked(glyphs[0], queue.breached), near(queue.breached, Role::UrgencyLate))
        }
        Column::Soon => {
            (marked(glyphs[1], queue.breaching), near(queue.breaching, Role::UrgencySoon))
        }
        Column::Next => {
            let next = queue.next_breach.map(|next| countdown::left(next, now));
            let soon = queue.breaching > 0;
            (next.unwrap_or_default(), if soon { Role::UrgencySoon } else { Role::UrgencyOk })
        }
    };
    let all = columns(at);
    let name = cells::left(at, all.iter().map(|column| column.wide())).saturating_sub(2);
    canvas.clip(at.x + 2, at.y, name, &queue.name, lead);
    let texts = all.into_iter().map(|column| {
        let (text, role) = cell(column);
        (column.wide(), text, model.theme.style(role))
    });
    cells::put(canvas, at, texts);
}
