//! The wall: queues, windows that close soon, lines, what is on its way, and agents; in one column, or on wide screens
//! in two or three.

mod agent;
mod cells;
mod queue;
mod row;

use crate::console::alert;
use crate::console::canvas::Canvas;
use crate::console::language::{fill, grouped};
use crate::console::model::Model;
use crate::console::model::wall::Spot;
use crate::console::theme::Role;
use crate::wire::{AlertView, WallView};
use crate::words;
use ratatui::layout::{Position, Rect};

words! {
    enum Word {
        Queues = ["queues", "code", "filas", "colas"],
        Agents = ["agents", "agenti", "agentes", "agentes"],
        Lines = ["lines", "linee", "linhas", "líneas"],
        Windows = ["windows about to close: {0}", "finestre che stanno per chiudersi: {0}", "janelas prestes a fechar: {0}", "ventanas a punto de cerrarse: {0}"],
        Refused = ["the changed configuration was refused: {0}", "la configurazione modificata è stata rifiutata: {0}", "a configuração alterada foi recusada: {0}", "la configuración modificada fue rechazada: {0}"],
        Since = ["since {0}", "dalle {0}", "desde {0}", "desde {0}"],
        By = ["{0} takes care", "se ne occupa {0}", "{0} cuida", "se encarga {0}"],
        More = ["and {0} more", "e altri {0}", "e mais {0}", "y {0} más"],
        Outbox = ["outbox", "in uscita", "saída", "salida"],
        Loading = ["loading …", "caricamento …", "carregando …", "cargando …"],
    }
}

/// From these widths on there are two columns, and three.
const TWO: u16 = 120;
const THREE: u16 = 240;
/// Cells between columns.
const GAP: u16 = 2;

/// One row of the wall.
enum Entry<'a> {
    Head(Head, String),
    Row(Spot, row::Row<'a>),
    Outbox(&'a crate::wire::OutboxView),
    Blank,
}

/// What stands under a heading, where its columns have names.
#[derive(Clone, Copy)]
enum Head {
    Queues,
    Agents,
    Plain,
}

type Section<'a> = Vec<Entry<'a>>;

/// What there is to see, in the order of [`crate::console::model::wall::Wall::spots`]: queues, windows and lines, agents.
fn sections<'a>(model: &Model, view: &'a WallView) -> [Vec<Section<'a>>; 3] {
    let say = |word: Word| word.say(model.settings.language).to_owned();
    let section = |head: Head, name: String, rows: Vec<(Spot, row::Row<'a>)>| {
        let rows = rows.into_iter().map(|(spot, row)| Entry::Row(spot, row));
        std::iter::once(Entry::Head(head, name)).chain(rows).collect::<Vec<_>>()
    };
    let mut parts: [Vec<Section<'a>>; 3] = Default::default();
    if !view.queues.is_empty() {
        let rows = view.queues.iter().map(|q| (Spot::Queue(q.name.clone()), row::Row::Queue(q)));
        parts[0].push(section(Head::Queues, say(Word::Queues), rows.collect()));
    }
    if !view.windows.is_empty() {
        let count = grouped(view.dying, model.settings.language);
        let rows = view.windows.iter().map(|w| (Spot::Window(w.number), row::Row::Window(w)));
        parts[1].push(section(Head::Plain, fill(&say(Word::Windows), &[&count]), rows.collect()));
    }
    let rows = view.lines.iter().map(|l| (Spot::Line(l.name.clone()), row::Row::Line(l)));
    parts[1].push(section(Head::Plain, say(Word::Lines), rows.collect()));
    if let Some(outbox) = &view.outbox {
        parts[1].push(vec![Entry::Head(Head::Plain, say(Word::Outbox)), Entry::Outbox(outbox)]);
    }
    let rows = view.agents.iter().map(|a| (Spot::Agent(a.name.clone()), row::Row::Agent(a)));
    parts[2].push(section(Head::Agents, say(Word::Agents), rows.collect()));
    parts
}

/// What is to be told before all else.
enum Strip<'a> {
    /// A changed configuration was refused.
    Refused(&'a str),
    /// Alerts are raised: the one to be looked at first, and how many more there are.
    Alerts(&'a AlertView, usize),
}

/// The rows of what is to be told before all else, and the rest.
fn strips(view: &WallView, area: Rect) -> (Vec<(Rect, Strip<'_>)>, Rect) {
    // Those that somebody takes care of come last.
    let first = view.alerts.iter().find(|alert| alert.acknowledged_by.is_none());
    let alerts = first.or(view.alerts.first());
    let alerts = alerts.map(|alert| Strip::Alerts(alert, view.alerts.len() - 1));
    let (mut rows, mut rest) = (Vec::new(), area);
    for strip in view.refused.as_deref().map(Strip::Refused).into_iter().chain(alerts) {
        if rest.height > 3 {
            rows.push((Rect { height: 1, ..rest }, strip));
            rest = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
        }
    }
    (rows, rest)
}

/// Draws such a row.
fn strip(model: &Model, canvas: &mut Canvas<'_>, at: Rect, strip: &Strip<'_>) {
    let language = model.settings.language;
    let say = |word: Word, values: &[&str]| fill(word.say(language), values);
    let (role, text) = match strip {
        Strip::Refused(why) => (Role::Failed, say(Word::Refused, &[why])),
        Strip::Alerts(first, more) => {
            let glyph = if model.settings.unicode { "▲" } else { "!" };
            let since = first.since.to_jiff().to_zoned(model.settings.zone.clone());
            let since = say(Word::Since, &[&since.strftime("%H:%M").to_string()]);
            let by = first.acknowledged_by.iter().map(|by| say(Word::By, &[by]));
            let more = (*more > 0).then(|| say(Word::More, &[&grouped(*more, language)]));
            let parts = [alert::say(first, language), since].into_iter().chain(by).chain(more);
            let role = if first.acknowledged_by.is_none() { Role::Warning } else { Role::Dim };
            (role, format!("{glyph} {}", parts.collect::<Vec<_>>().join(" · ")))
        }
    };
    canvas.clip(at.x + 1, at.y, at.width - 1, &text, model.theme.style(role));
}

/// What stands in which row of the screen. Where there is more than fits, the rows round the cursor are there.
fn entries(model: &Model, area: Rect) -> Vec<(Rect, Entry<'_>)> {
    let Some(view) = &model.wall.view else { return Vec::new() };
    let (_, area) = strips(view, area);
    let [queues, lines, agents] = sections(model, view);
    let columns = match area.width {
        THREE.. if !queues.is_empty() => vec![queues, lines, agents],
        TWO.. if !queues.is_empty() => {
            vec![[queues, lines].into_iter().flatten().collect(), agents]
        }
        _ => vec![[queues, lines, agents].into_iter().flatten().collect::<Vec<_>>()],
    };
    let wide = area.width / columns.len() as u16;
    let mut placed = Vec::new();
    for (nth, column) in columns.into_iter().enumerate() {
        let x = area.x + wide * nth as u16;
        let width = wide.saturating_sub(if x + wide + GAP < area.right() { GAP } else { 0 });
        placed.extend(place(model, Rect { x, width, ..area }, column));
    }
    placed
}

fn place<'a>(model: &Model, area: Rect, sections: Vec<Section<'a>>) -> Vec<(Rect, Entry<'a>)> {
    let height = usize::from(area.height);
    // Blank rows between the parts, where there is room for them.
    let rows = sections.iter().map(Vec::len).sum::<usize>();
    let airy = rows + sections.len().saturating_sub(1) <= height;
    let mut entries = Vec::new();
    for section in sections {
        if airy && !entries.is_empty() {
            entries.push(Entry::Blank);
        }
        entries.extend(section);
    }
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
    if let Some(view) = &model.wall.view {
        strips(view, area).0.iter().for_each(|(at, of)| strip(model, canvas, *at, of));
    }
    for (at, entry) in entries(model, area) {
        match entry {
            Entry::Head(head, text) => {
                canvas.clip(at.x + 1, at.y, at.width - 1, &text, theme.style(Role::Heading));
                match head {
                    Head::Queues => queue::names(model, canvas, at),
                    Head::Agents => agent::names(model, canvas, at),
                    Head::Plain => {}
                }
            }
            Entry::Row(spot, row) => {
                let current = model.wall.cursor.as_ref() == Some(&spot);
                row::view(model, canvas, at, current, &row);
            }
            Entry::Outbox(outbox) => row::outbox(model, canvas, at, outbox),
            Entry::Blank => {}
        }
    }
}
