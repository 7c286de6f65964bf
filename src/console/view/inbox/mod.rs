//! The list of tickets.
//!
//! The row under the cursor is told by a mark and the look of its first columns, so that a step of the cursor
//! changes a few cells and no more.

mod columns;
mod row;
#[cfg(test)]
mod tests;

pub use row::{Countdown, due, promised, sleep, window};

use super::views;
use crate::console::action::Action;
use crate::console::canvas::{Canvas, width};
use crate::console::editor::Editor;
use crate::console::language::{fill, grouped};
use crate::console::layout::{self, Screen};
use crate::console::model::Model;
use crate::console::model::inbox::Which;
use crate::console::model::overlay::Overlay;
use crate::console::query;
use crate::console::theme::Role;
use crate::wire::InboxView;
use crate::words;
use ratatui::layout::Rect;

words! {
    enum Word {
        Search = ["search", "ricerca", "busca", "búsqueda"],
        Queue = ["queue {0}", "coda {0}", "fila {0}", "cola {0}"],
        Line = ["line {0}", "linea {0}", "linha {0}", "línea {0}"],
        Assignee = ["of {0}", "di {0}", "de {0}", "de {0}"],
        Marked = ["{0} marked", "{0} segnati", "{0} marcados", "{0} marcados"],
        Nothing = ["nothing here: well done", "qui non c'è nulla: ben fatto", "nada aqui: bom trabalho", "nada aquí: buen trabajo"],
        NotMine = ["no ticket is yours: {0} takes the most urgent", "nessun ticket è tuo: {0} prende il più urgente", "nenhum ticket é seu: {0} pega o mais urgente", "ningún ticket es tuyo: {0} toma el más urgente"],
        NotFound = ["nothing found: {0} shows all again", "nessun risultato: {0} mostra di nuovo tutto", "nada encontrado: {0} mostra tudo de novo", "sin resultados: {0} muestra todo otra vez"],
        Loading = ["loading …", "caricamento …", "carregando …", "cargando …"],
        NotConnected = ["not loaded: no connection", "non caricato: nessuna connessione", "não carregado: sem conexão", "sin cargar: no hay conexión"],
    }
}

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    heading(model, canvas, Rect { height: layout::HEADING.min(area.height), ..area });
    let rows = layout::rows(area);
    let columns = columns::columns(model, rows);
    if rows.y > area.y + layout::HEADING {
        columns::names(model, canvas, &columns, rows.y - 1);
    }
    if model.screen == Screen::Thread {
        let rule = if model.settings.unicode { "│" } else { "|" };
        for y in area.y..area.bottom() {
            canvas.put(area.right(), y, 1, rule, model.theme.style(Role::Border));
        }
    }
    let inbox = &model.inbox;
    if inbox.shown.is_empty() {
        return empty(model, canvas, rows);
    }
    let first = inbox.top.max(inbox.first);
    let shown = inbox.shown.iter().skip(first - inbox.first);
    let last = inbox.top + usize::from(rows.height);
    for (place, ticket) in (first..last).zip(shown) {
        row::view(model, canvas, &columns, rows.y + (place - inbox.top) as u16, ticket);
    }
}

fn empty(model: &Model, canvas: &mut Canvas<'_>, rows: Rect) {
    let inbox = &model.inbox;
    let (word, way_out) = match () {
        () if inbox.is_answered() && !inbox.searching => match (&inbox.query, inbox.which()) {
            (Some(_), _) => (Word::NotFound, Some(Action::Back)),
            (None, Which { view: InboxView::Mine, saved: None, .. }) if !inbox.is_narrow() => {
                (Word::NotMine, Some(Action::TakeNext))
            }
            (None, _) => (Word::Nothing, None),
        },
        () if model.link.is_online() || model.link.heard_at.is_none() => (Word::Loading, None),
        () => (Word::NotConnected, None),
    };
    let key = way_out.map(|action| model.key_of(action).unwrap_or_else(|| action.id().to_owned()));
    let text = fill(word.say(model.settings.language), &[&key.unwrap_or_default()]);
    let room = rows.width.saturating_sub(2);
    if rows.height > 0 {
        canvas.clip(rows.x + 2, rows.y, room, &text, model.theme.style(Role::Dim));
    }
}

fn heading(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let (language, theme, inbox) = (model.settings.language, &model.theme, &model.inbox);
    if let (Some(Overlay::Search(editor)), Some(fault)) = (model.overlays.last(), &inbox.fault) {
        let begun = (width(editor.text()) as u16).saturating_add(4).min(area.width / 2);
        typed(model, canvas, Rect { width: begun, ..area }, editor);
        let rest = Rect { x: area.x + begun, width: area.width - begun, ..area };
        let told = query::say(fault, language);
        canvas.clip(rest.x, rest.y, rest.width, &told, theme.style(Role::Error));
        return;
    }
    let total = grouped(inbox.total.max(inbox.shown.len()), language);
    let mut right = match inbox.cursor {
        Some(_) => format!("{}/{total}", grouped(inbox.place + 1, language)),
        None => total,
    };
    if inbox.beyond {
        right.push('+');
    }
    if inbox.searching || (inbox.awaited && inbox.shown.is_empty()) {
        right.push('…');
    }
    if !inbox.marked.is_empty() {
        let count = grouped(inbox.marked.len(), language);
        right = format!("{} · {right}", fill(Word::Marked.say(language), &[&count]));
    }
    let room = area.width.saturating_sub(width(&right) as u16 + 2);
    canvas.put_right(
        area.right().saturating_sub(1),
        area.y,
        area.width,
        &right,
        theme.style(Role::Dim),
    );
    if let Some(Overlay::Search(editor)) = model.overlays.last() {
        return typed(model, canvas, Rect { width: room, ..area }, editor);
    }
    let mut left = match &inbox.query {
        Some(query) => format!("{}: {query}", Word::Search.say(language)),
        None => views::title(&model.tab(), language).to_owned(),
    };
    for (word, value) in
        [(Word::Queue, &inbox.queue), (Word::Line, &inbox.line), (Word::Assignee, &inbox.assignee)]
    {
        if let Some(value) = value {
            left = format!("{left} · {}", fill(word.say(language), &[value]));
        }
    }
    canvas.clip(area.x + 1, area.y, room.saturating_sub(1), &left, theme.style(Role::Heading));
}

/// The search while it is typed; of a long one the part before the cursor.
fn typed(model: &Model, canvas: &mut Canvas<'_>, area: Rect, editor: &Editor) {
    let style = model.theme.style(Role::Input);
    let x = canvas.put(area.x + 1, area.y, area.width, "/", model.theme.style(Role::HintKey));
    let room = usize::from(area.right().saturating_sub(x + 1));
    let (before, after) = editor.text().split_at(editor.cursor());
    let mut from = 0;
    while width(&before[from..]) > room {
        from += before[from..].chars().next().map_or(1, char::len_utf8);
    }
    let at = canvas.put(x, area.y, room as u16, &before[from..], style);
    canvas.put(at, area.y, area.right().saturating_sub(at), after, style);
    canvas.point(at, area.y);
}
