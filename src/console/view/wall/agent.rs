//! An agent on the wall.

use super::cells;
use crate::console::canvas::Canvas;
use crate::console::countdown;
use crate::console::language::grouped;
use crate::console::model::Model;
use crate::console::presence;
use crate::console::theme::Role;
use crate::wire::{ColleagueView, Presence};
use crate::words;
use ratatui::layout::Rect;
use ratatui::style::Style;

words! {
    enum Word {
        Load = ["load", "carico", "carga", "carga"],
        Waiting = ["wait", "attesa", "espera", "espera"],
        Replies = ["out/h", "inviati/h", "envios/h", "envíos/h"],
        Latest = ["ticket", "ticket", "ticket", "ticket"],
    }
}

/// A column.
#[derive(Clone, Copy)]
enum Column {
    /// As a bar of so many cells.
    Gauge(u16),
    Load,
    Waiting,
    Replies,
    Latest,
}

impl Column {
    fn wide(self) -> u16 {
        match self {
            Self::Gauge(cells) => cells + 2,
            Self::Load | Self::Latest => 9,
            Self::Waiting => 7,
            Self::Replies => 10,
        }
    }

    fn name(self) -> Option<Word> {
        Some(match self {
            Self::Gauge(_) => return None,
            Self::Load => Word::Load,
            Self::Waiting => Word::Waiting,
            Self::Replies => Word::Replies,
            Self::Latest => Word::Latest,
        })
    }
}

/// The columns at this width of the row, which leave room for name and presence.
fn columns(at: Rect) -> Vec<Column> {
    use Column::{Gauge, Latest, Load, Replies, Waiting};
    match at.width {
        90.. => vec![Gauge(20), Load, Waiting, Replies, Latest],
        76.. => vec![Gauge(10), Load, Waiting, Replies, Latest],
        56.. => vec![Load, Waiting, Replies, Latest],
        _ => vec![Load, Waiting],
    }
}

/// The names of the columns.
pub(super) fn names(model: &Model, canvas: &mut Canvas<'_>, at: Rect) {
    let style = model.theme.style(Role::Dim);
    let name = |column: Column| {
        column.name().map(|name| name.say(model.settings.language).to_owned()).unwrap_or_default()
    };
    let all = columns(at);
    cells::put(canvas, at, all.into_iter().map(|column| (column.wide(), name(column), style)));
}

/// Hundredths as people write them: `3`, `3.5`, `0.25`.
fn hundredths(number: u32) -> String {
    let text = format!("{}.{:02}", number / 100, number % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A bar of what he has for what he carries.
fn gauge(agent: &ColleagueView, cells: u16, unicode: bool) -> String {
    let all = u64::from(agent.carries.max(1));
    let full =
        (u64::from(agent.carried) * u64::from(cells)).div_ceil(all).min(cells.into()) as usize;
    let [on, off] = if unicode { ["█", "░"] } else { ["#", "."] };
    on.repeat(full) + &off.repeat(usize::from(cells) - full)
}

/// Draws him.
pub(super) fn view(
    model: &Model,
    canvas: &mut Canvas<'_>,
    at: Rect,
    lead: Style,
    agent: &ColleagueView,
) {
    let (theme, language) = (&model.theme, model.settings.language);
    let unicode = model.settings.unicode;
    let (glyphs, role) = match agent.presence {
        Presence::Online => (["●", "*"], Role::Online),
        Presence::Offline | Presence::Unknown => (["○", "-"], Role::Offline),
        _ => (["◐", "+"], Role::Warning),
    };
    let all = columns(at);
    let room = cells::left(at, all.iter().map(|column| column.wide()));
    let name = room.saturating_sub(15).min(room / 2).clamp(8, 24);
    canvas.clip(at.x + 2, at.y, name, &agent.name, lead);
    let mut x = at.x + 3 + name;
    let style = theme.style(role);
    x = canvas.put(x, at.y, 2, glyphs[usize::from(!unicode)], style) + 1;
    let end = at.x + room;
    let said = presence::word(agent.presence, language);
    x = canvas.clip(x, at.y, end.saturating_sub(x), said, style);
    if let Some(offer) = agent.offers.first().filter(|_| x + 6 < end) {
        let left = countdown::left(offer.until, model.desk_now());
        let text = format!(" #{}? {left}", offer.ticket);
        x = canvas.clip(x, at.y, end.saturating_sub(x + 1), &text, theme.style(Role::Warning));
    }
    // Since when he is not there for customers, and why, where there is room.
    let gone = !matches!(agent.presence, Presence::Online | Presence::Unknown);
    if let Some(since) = agent.since.filter(|_| gone && x + 6 < end) {
        let since = countdown::span(model.desk_now().since(since));
        let why = agent.reason.as_deref().map(|why| format!(" {why}")).unwrap_or_default();
        let text = format!(" {since}{why}");
        canvas.clip(x, at.y, end.saturating_sub(x + 1), &text, theme.style(Role::Dim));
    }
    let over = agent.carries > 0 && agent.carried >= agent.carries;
    let load = match agent.carries {
        0 => grouped(agent.load, language),
        carries => format!("{}/{}", hundredths(agent.carried), hundredths(carries)),
    };
    let cell = |column: Column| match column {
        Column::Gauge(cells) => {
            (gauge(agent, cells, unicode), if over { Role::Warning } else { Role::Dim })
        }
        Column::Load => (load.clone(), if over { Role::Warning } else { Role::Text }),
        Column::Waiting => {
            let role = if agent.waiting > 0 { Role::Warning } else { Role::Dim };
            (grouped(agent.waiting, language), role)
        }
        Column::Replies => (grouped(agent.replies as usize, language), Role::Text),
        Column::Latest => {
            (agent.latest.map(|number| format!("#{number}")).unwrap_or_default(), Role::Dim)
        }
    };
    let texts = all.into_iter().map(|column| {
        let (text, role) = cell(column);
        (column.wide(), text, theme.style(role))
    });
    cells::put(canvas, at, texts);
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn a_load_is_written_without_noughts() {
        for (number, text) in [(0, "0"), (25, "0.25"), (300, "3"), (350, "3.5"), (1_000, "10")] {
            assert_eq!(hundredths(number), text);
        }
    }
}
