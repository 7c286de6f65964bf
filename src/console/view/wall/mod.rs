//! The wall: queues, agents, lines and what is on its way, in one column or, on wide screens, in two.

mod row;

use crate::console::canvas::Canvas;
use crate::console::model::Model;
use crate::console::model::wall::Spot;
use crate::console::theme::Role;
use crate::words;
use ratatui::layout::{Position, Rect};

words! {
    enum Word {
        Queues = ["queues", "code", "filas", "colas"],
        Agents = ["agents", "agenti", "agentes", "agentes"],
        Lines = ["lines", "linee", "linhas", "líneas"],
        Outbox = ["outbox", "in uscita", "saída", "salida"],
        Loading = ["loading …", "caricamento …", "carregando …", "cargando …"],
    }
}

/// From this width on there are two columns.
const TWO: u16 = 120;

/// One row of the wall.
enum Entry<'a> {
    Head(&'static str),
    Names,
    Row(Spot, row::Row<'a>),
    Outbox(&'a crate::wire::OutboxView),
    Blank,
}

/// What stands in which row of the screen. Where there is more than fits, the rows round the cursor are there.
fn entries(model: &Model, area: Rect) -> Vec<(Rect, Entry<'_>)> {
    let Some(view) = &model.wall.view else { return Vec::new() };
    let language = model.settings.language;
    let mut queues = Vec::new();
    if !view.queues.is_empty() {
        queues.push(Entry::Head(Word::Queues.say(language)));
        queues.push(Entry::Names);
        let rows = view.queues.iter();
        queues.extend(rows.map(|q| Entry::Row(Spot::Queue(q.name.clone()), row::Row::Queue(q))));
        queues.push(Entry::Blank);
    }
    let mut rest = vec![Entry::Head(Word::Agents.say(language))];
    let agents = view.agents.iter();
    rest.extend(agents.map(|a| Entry::Row(Spot::Agent(a.name.clone()), row::Row::Agent(a))));
    rest.extend([Entry::Blank, Entry::Head(Word::Lines.say(language))]);
    let lines = view.lines.iter();
    rest.extend(lines.map(|l| Entry::Row(Spot::Line(l.name.clone()), row::Row::Line(l))));
    if let Some(outbox) = &view.outbox {
        rest.extend([Entry::Blank, Entry::Head(Word::Outbox.say(language)), Entry::Outbox(outbox)]);
    }
    if area.width >= TWO && !queues.is_empty() {
        let half = area.width / 2;
        let left = Rect { width: half - 1, ..area };
        let right = Rect { x: area.x + half, width: area.width - half, ..area };
        let mut placed = place(model, left, queues);
        placed.extend(place(model, right, rest));
        placed
    } else {
        queues.extend(rest);
        place(model, area, queues)
    }
}

fn place<'a>(model: &Model, area: Rect, entries: Vec<Entry<'a>>) -> Vec<(Rect, Entry<'a>)> {
    let height = usize::from(area.height);
    let on_cursor = |entry: &Entry<'_>| match entry {
        Entry::Row(spot, _) => model.wall.cursor.as_ref() == Some(spot),
        _ => false,
    };
    let at = entries.iter().position(on_cursor).unwrap_or(0);
    let most = entries.len().saturating_sub(height);
    let from = (at + 1).saturating_sub(height * 2 / 3).min(most);
    let rows = area.y..area.bottom();
    let at = |y| Rect { y, height: 1, ..area };
    rows.zip(entries.into_iter().skip(from)).map(|(y, entry)| (at(y), entry)).collect()
}

/// The row that lies under a cell.
pub fn spot_at(model: &Model, area: Rect, cell: Position) -> Option<Spot> {
    let found = entries(model, area).into_iter().find(|(at, _)| at.contains(cell))?;
    match found.1 {
        Entry::Row(spot, _) => Some(spot),
        _ => None,
    }
}

/// Draws it into its pane.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let theme = &model.theme;
    if model.wall.view.is_none() {
        let text = Word::Loading.say(model.settings.language);
        canvas.put(area.x + 2, area.y, area.width.saturating_sub(2), text, theme.style(Role::Dim));
    }
    for (at, entry) in entries(model, area) {
        match entry {
            Entry::Head(text) => {
                canvas.clip(at.x + 1, at.y, at.width - 1, text, theme.style(Role::Heading));
            }
            Entry::Names => row::names(model, canvas, at),
            Entry::Row(spot, row) => {
                let current = model.wall.cursor.as_ref() == Some(&spot);
                row::view(model, canvas, at, current, &row);
            }
            Entry::Outbox(outbox) => row::outbox(model, canvas, at, outbox),
            Entry::Blank => {}
        }
    }
}
