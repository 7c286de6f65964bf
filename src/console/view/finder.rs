//! Actions that are found by typing: the help and the palette.

use super::window::window;
use crate::console::canvas::{Canvas, width};
use crate::console::model::Model;
use crate::console::model::finder::{Finder, Row};
use crate::console::model::overlay::Overlay;
use crate::console::theme::Role;
use ratatui::layout::Rect;

crate::words! {
    enum Word {
        Help = ["Keys: {0} ({1})", "Tasti: {0} ({1})", "Teclas: {0} ({1})", "Teclas: {0} ({1})"],
        Palette = ["Actions", "Azioni", "Ações", "Acciones"],
        Everywhere = ["everywhere", "ovunque", "em todo lugar", "en todas partes"],
        None = ["nothing is called so", "niente si chiama così", "nada se chama assim", "nada se llama así"],
        Joining = ["another console:", "un'altra console:", "outro console:", "otra consola:"],
    }
}

/// Draws the help.
pub fn help(model: &Model, finder: &Finder, canvas: &mut Canvas<'_>, area: Rect) {
    let title = crate::console::language::fill(
        Word::Help.say(model.settings.language),
        &[finder.over.id(), &model.keymap.name],
    );
    list(model, finder, &finder.help(model), &title, canvas, area);
}

/// Draws the palette.
pub fn palette(model: &Model, finder: &Finder, canvas: &mut Canvas<'_>, area: Rect) {
    let title = Word::Palette.say(model.settings.language);
    list(model, finder, &finder.palette(model), title, canvas, area);
}

fn list(
    model: &Model,
    finder: &Finder,
    rows: &[Row],
    title: &str,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let language = model.settings.language;
    let ground = model.theme.style(Role::Overlay);
    let join = model.settings.join.as_deref();
    let tall = area.height.saturating_sub(4);
    let inner = window(model, canvas, area, (76, tall), title);
    if inner.height < 3 {
        return;
    }
    let input = ground.patch(model.theme.style(Role::Input));
    let after =
        canvas.put(inner.x, inner.y, 2, "> ", ground.patch(model.theme.style(Role::HintKey)));
    let most = inner.right().saturating_sub(after);
    let shown = finder.editor.text();
    canvas.put(after, inner.y, most, shown, input);
    let typed = width(&shown[..finder.editor.cursor()]) as u16;
    canvas.point(after + typed.min(most.saturating_sub(1)), inner.y);
    let mut list = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    if let Some(join) = join.filter(|_| list.height > 8) {
        list.height -= 2;
        let dim = ground.patch(model.theme.style(Role::Dim));
        canvas.clip(list.x, list.bottom(), list.width, Word::Joining.say(language), dim);
        canvas.clip(list.x, list.bottom() + 1, list.width, join, ground);
    }
    if rows.is_empty() {
        canvas.clip(list.x, list.y, list.width, Word::None.say(language), ground);
        return;
    }
    let parted = matches!(model.overlays.last(), Some(Overlay::Help(_)));
    let lines = lines(rows, parted);
    let chosen = finder.chosen.min(rows.len() - 1);
    let at = lines.iter().position(|line| *line == Some(chosen)).unwrap_or(0);
    let height = usize::from(list.height);
    let first = (at + 1).saturating_sub(height).max(at.saturating_sub(height / 2));
    let first = first.min(lines.len().saturating_sub(height));
    let keys = rows.iter().map(|row| width(&row.keys)).max().unwrap_or(0);
    let keys = (keys as u16).clamp(4, list.width / 3);
    for (place, line) in lines.iter().skip(first).take(height).enumerate() {
        let y = list.y + place as u16;
        match line {
            None => {
                let text = format!("- {} -", Word::Everywhere.say(language));
                canvas.clip(
                    list.x,
                    y,
                    list.width,
                    &text,
                    ground.patch(model.theme.style(Role::Dim)),
                );
            }
            Some(row) => draw(
                model,
                &rows[*row],
                *row == chosen,
                keys,
                canvas,
                Rect { y, height: 1, ..list },
            ),
        }
    }
}

/// The rows in order; where they are parted, a heading stands between those of here and those of everywhere.
fn lines(rows: &[Row], parted: bool) -> Vec<Option<usize>> {
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for (place, row) in rows.iter().enumerate() {
        if parted && place > 0 && rows[place - 1].here && !row.here {
            lines.push(None);
        }
        lines.push(Some(place));
    }
    lines
}

fn draw(model: &Model, row: &Row, chosen: bool, keys: u16, canvas: &mut Canvas<'_>, at: Rect) {
    let look = |role| model.theme.style(Role::Overlay).patch(model.theme.style(role));
    let (key, text) = match (chosen, &row.why_not) {
        (true, _) => (Role::OverlayCursor, Role::OverlayCursor),
        (_, Some(_)) => (Role::Disabled, Role::Disabled),
        (_, None) => (Role::HintKey, Role::Overlay),
    };
    if chosen {
        canvas.fill(at, look(Role::OverlayCursor));
    }
    canvas.clip(at.x, at.y, keys, &row.keys, look(key));
    let x = at.x + keys + 2;
    let most = at.right().saturating_sub(x);
    let about = match &row.why_not {
        Some(why) => format!("{}: {why}", row.about),
        None => row.about.clone(),
    };
    let id = row.asked.action.id();
    let room = most.saturating_sub(width(id) as u16 + 2);
    if usize::from(room) >= width(&about) {
        canvas.put(x, at.y, room, &about, look(text));
        let dim = if chosen { Role::OverlayCursor } else { Role::Dim };
        canvas.put_right(at.right(), at.y, width(id) as u16, id, look(dim));
    } else {
        canvas.clip(x, at.y, most, &about, look(text));
    }
}
